use std::io::BufRead;

use routing::{Asn, FaultCounts, Prefix};

use crate::fault;
use crate::lines::Lines;
use crate::parsed::{Parsed, ReadError, Tally};

/// A line of the CIDR report's daily list: one event `[day, day+1)` of the network (FRAMEWORK §2). The file
/// does not say its day; its name does.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CidrReportLine {
    /// The prefix announced.
    pub prefix: Prefix,
    /// Its origin.
    pub origin: Asn,
    /// The list's own words, e.g. `Prefix is within unallocated space: 66.187.208.0 - 66.187.223.255`.
    pub reason: Box<str>,
}

/// Reads `PREFIX ASn REASON` lines.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when hardly a line is right.
pub fn parse(
    input: impl BufRead,
    faults: &mut FaultCounts,
) -> Result<Parsed<Vec<CidrReportLine>>, ReadError> {
    let mut lines = Lines::new(input);
    let (mut list, mut tally) = (Vec::new(), Tally::default());
    while let Some((number, line)) = lines.next_text(faults)? {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = line.splitn(3, [' ', '\t']);
        let read = match (words.next().map(str::parse), words.next()) {
            (Some(Ok(prefix)), Some(origin)) => match origin.parse() {
                Ok(origin) => Ok((prefix, origin)),
                Err(_) => Err(fault::BAD_ASN),
            },
            (Some(Err(_)), Some(_)) => Err(fault::BAD_PREFIX),
            _ => Err(fault::WRONG_COLUMNS),
        };
        match read {
            Ok((prefix, origin)) => {
                tally.accepted += 1;
                let reason = words.next().unwrap_or_default().trim().chars().take(200).collect();
                list.push(CidrReportLine { prefix, origin, reason });
            }
            Err(kind) => {
                tally.refuse(line);
                fault::push(faults, kind, number, line);
            }
        }
    }
    tally.check("a bogon list of the CIDR report (`prefix ASn reason`)")?;
    Ok(Parsed { records: tally.accepted, content: list, stated: None, format: "cidr report", complete: true })
}
