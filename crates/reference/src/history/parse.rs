use std::io::BufRead;

use routing::{Asn, FaultCounts, FaultKind, Prefix};

use crate::fault;
use crate::lines::Lines;
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "a table of origins (`prefix<TAB>asn`)";

/// Reads `prefix<TAB>asn` lines, as `ipasn_*.dat` files have them; `;` and `#` begin a comment. The text does
/// not say of which day it is.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when hardly a line is right.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<(Prefix, Asn)>>, ReadError> {
    let mut lines = Lines::new(input);
    let mut content = Vec::new();
    let mut tally = Tally::default();
    while let Some((number, line)) = lines.next_text(faults)? {
        let line = line.trim();
        if line.is_empty() || line.starts_with([';', '#']) {
            continue;
        }
        match origin(line) {
            Ok(origin) => {
                tally.accepted += 1;
                content.push(origin);
            }
            Err(kind) => {
                tally.refuse(line);
                fault::push(faults, kind, number, line);
            }
        }
    }
    tally.check(EXPECTED)?;
    Ok(Parsed { content, stated: None, format: "prefix and origin", records: tally.accepted, complete: true })
}

fn origin(line: &str) -> Result<(Prefix, Asn), FaultKind> {
    let mut columns = line.split_ascii_whitespace();
    let (Some(prefix), Some(asn), None) = (columns.next(), columns.next(), columns.next()) else {
        return Err(fault::WRONG_COLUMNS);
    };
    let prefix = prefix.parse().map_err(|_| fault::BAD_PREFIX)?;
    Ok((prefix, asn.parse().map_err(|_| fault::BAD_ASN)?))
}
