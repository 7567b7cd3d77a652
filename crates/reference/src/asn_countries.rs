//! AS number → registered economy, from lists of `RIR,Country Code,ASN Number,Allocated Date`: a substitute
//! where a registry's delegation file is missing.

use std::io::BufRead;

use routing::{Asn, Date, FaultCounts};

use crate::columns;
use crate::country::Country;
use crate::delegations::{Delegation, Resource, Status, country_column, date_column};
use crate::fault;
use crate::lines::Lines;
use crate::parsed::{Parsed, ReadError, Tally};
use crate::registry::Registry;

/// One line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AsnCountry {
    /// The AS number.
    pub asn: Asn,
    /// Who allocated it.
    pub registry: Registry,
    /// The holder's registered economy.
    pub country: Option<Country>,
    /// When.
    pub date: Option<Date>,
}

impl From<AsnCountry> for Delegation {
    /// The delegation it stands for, with no holder.
    fn from(line: AsnCountry) -> Delegation {
        Delegation {
            registry: line.registry,
            country: line.country,
            resource: Resource::Asns { first: line.asn, last: line.asn },
            date: line.date,
            status: Status::Allocated,
            opaque_id: Box::default(),
        }
    }
}

/// Reads a list. It states no date.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when the header or hardly a line is right.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<AsnCountry>>, ReadError> {
    const EXPECTED: &str = "a list `RIR,Country Code,ASN Number,Allocated Date`";
    const HEADER: [&str; 4] = ["rir", "country code", "asn number", "allocated date"];
    let mut lines = Lines::new(input);
    let (mut list, mut tally, mut header) = (Vec::new(), Tally::default(), false);
    while let Some((number, line)) = lines.next_text(faults)? {
        if line.trim().is_empty() {
            continue;
        }
        let mut columns = Vec::new();
        columns::split(&line, &mut columns);
        if !header {
            if columns.len() < 4 || !HEADER.iter().zip(&columns).all(|(h, c)| c.eq_ignore_ascii_case(h)) {
                let found = line.chars().take(80).collect();
                return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
            }
            header = true;
            continue;
        }
        let read = match &columns[..] {
            [registry, country, asn, date, ..] => match (registry.parse(), asn.parse()) {
                (Ok(registry), Ok(asn)) => Ok(AsnCountry {
                    asn,
                    registry,
                    country: country_column(country, number, faults),
                    date: date_column(date, number, faults),
                }),
                (Err(()), _) => Err(fault::UNKNOWN_REGISTRY),
                (_, Err(_)) => Err(fault::BAD_ASN),
            },
            _ => Err(fault::WRONG_COLUMNS),
        };
        match read {
            Ok(entry) => {
                tally.accepted += 1;
                list.push(entry);
            }
            Err(kind) => {
                tally.refuse(&line);
                fault::push(faults, kind, number, &line);
            }
        }
    }
    tally.check(EXPECTED)?;
    if !header {
        return Err(ReadError::NotThisFormat { expected: EXPECTED, found: "an empty text".to_owned() });
    }
    Ok(Parsed { records: tally.accepted, content: list, stated: None, format: "csv", complete: true })
}
