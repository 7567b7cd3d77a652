use std::io::BufRead;

use routing::{Date, FaultCounts, Prefix, Timestamp};

use super::{BogonBlock, BogonClass, Space};
use crate::fault;
use crate::lines::Lines;
use crate::parsed::{Parsed, ReadError, Tally};

/// Reads a list of one prefix per line. Stated date: `# last updated UNIXTIME (…)`.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when hardly a line is a prefix.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<Prefix>>, ReadError> {
    let mut lines = Lines::new(input);
    let (mut list, mut tally, mut stated) = (Vec::new(), Tally::default(), None);
    while let Some((number, line)) = lines.next_text(faults)? {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix(['#', ';']) {
            let updated = comment.trim().strip_prefix("last updated ");
            stated = stated.or_else(|| updated?.split(' ').next()?.parse::<Timestamp>().ok());
            continue;
        }
        if line.is_empty() {
            continue;
        }
        match line.parse::<Prefix>() {
            Ok(prefix) => {
                tally.accepted += 1;
                list.push(prefix);
            }
            Err(e) => {
                tally.refuse(line);
                fault::push(faults, fault::BAD_PREFIX, number, &e.to_string());
            }
        }
    }
    tally.check("a list of bogon prefixes")?;
    Ok(Parsed { records: tally.accepted, content: list, stated, format: "full bogons", complete: true })
}

/// The blocks of a list read from `source` that stands for `day`; `until` is the day of the next list of
/// the same source, so that the older one ends where the newer begins. Such lists mix what IANA and what the
/// registries keep back: all of it is administrative, and the built-in tables tell what is full besides.
pub fn blocks<'a>(
    prefixes: &'a [Prefix],
    source: &'a str,
    day: Date,
    until: Option<Date>,
) -> impl Iterator<Item = BogonBlock> + 'a {
    prefixes.iter().map(move |prefix| BogonBlock {
        space: Space::Prefix(*prefix),
        class: BogonClass::Administrative,
        since: Some(day),
        until,
        what: "listed as not allocated".into(),
        source: source.into(),
        rule: "",
    })
}
