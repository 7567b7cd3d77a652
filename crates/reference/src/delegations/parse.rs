use core::net::{IpAddr, Ipv4Addr};
use std::collections::BTreeMap;
use std::io::BufRead;

use routing::{Asn, Date, Family, FaultCounts, FaultKind, Prefix};

use super::{Delegation, Resource, Status};
use crate::country::Country;
use crate::fault;
use crate::lines::Lines;
use crate::parsed::{Parsed, ReadError, Tally};
use crate::registry::Registry;

const EXPECTED: &str = "a delegation file (RIR extended)";

/// Most AS numbers one holder can have in one record; more is a damaged count.
const HELD_ASNS_MAX: u32 = 1 << 17;

/// Reads a file of the RIR statistics exchange format, versions 2 and 2.x, extended or not, of one registry
/// or combined by the NRO. The header's serial is the stated date when it is one, else the end date. The
/// header's and the summary lines' counts are compared with what is there.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when hardly a line is a record.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<Delegation>>, ReadError> {
    let mut lines = Lines::new(input);
    let (mut records, mut tally) = (Vec::new(), Tally::default());
    let mut counts = Counts::default();
    let mut stated = None;
    let mut has_header = false;
    while let Some((number, line)) = lines.next_text(faults)? {
        let line = line.trim().to_owned();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let columns: Vec<&str> = line.split('|').map(str::trim).take(12).collect();
        if !has_header && columns.len() == 7 && columns[0].starts_with('2') {
            has_header = true;
            stated = [columns[2], columns[5]].into_iter().find_map(day).map(|d| d.start());
            counts.header = columns[3].parse().ok().map(|n| (number, n));
            continue;
        }
        if let [_, "*", resource, "*", count, "summary"] = columns[..] {
            match count.parse() {
                Ok(count) => counts.summaries.push((number, resource.to_owned(), count)),
                Err(_) => fault::push(faults, fault::BAD_COUNT, number, &line),
            }
            continue;
        }
        if let Some(resource) = columns.get(2).filter(|r| ["asn", "ipv4", "ipv6"].contains(r)) {
            *counts.seen.entry((*resource).to_owned()).or_default() += 1;
        }
        match record(&columns, number, faults) {
            Ok(record) => {
                tally.accepted += 1;
                records.push(record);
            }
            Err((kind, detail)) => {
                tally.refuse(&line);
                let detail = if detail.is_empty() { line.clone() } else { detail };
                fault::push(faults, kind, number, &detail);
            }
        }
    }
    tally.check(EXPECTED)?;
    if !has_header {
        if records.is_empty() {
            let found = "no header and no record".to_owned();
            return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
        }
        fault::push(faults, fault::HEADER_WRONG, 1, "no `2|registry|serial|…` line");
    }
    let complete = counts.compare(faults);
    Ok(Parsed { records: tally.accepted, content: records, stated, format: "rir-extended", complete })
}

#[derive(Default)]
struct Counts {
    header: Option<(u64, u64)>,
    summaries: Vec<(u64, String, u64)>,
    seen: BTreeMap<String, u64>,
}

impl Counts {
    /// Faults for every count that differs; `false` when records are missing.
    fn compare(&self, faults: &mut FaultCounts) -> bool {
        let mut complete = true;
        let mut compare = |kind: FaultKind, line: u64, what: &str, says: u64, has: u64| {
            if says != has {
                complete &= has > says;
                fault::push(faults, kind, line, &format!("{what}: says {says}, has {has}"));
            }
        };
        if let Some((line, says)) = self.header {
            compare(fault::RECORDS_MISMATCH, line, "records", says, self.seen.values().sum());
        }
        for (line, resource, says) in &self.summaries {
            let has = self.seen.get(resource).copied().unwrap_or_default();
            compare(fault::SUMMARY_MISMATCH, *line, resource, *says, has);
        }
        complete
    }
}

/// `YYYYMMDD`; `None` for `00000000` and anything that is no day.
pub(crate) fn day(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: u32 = text.parse().ok()?;
    Date::from_ymd((n / 10_000) as i32, (n / 100 % 100) as u8, (n % 100) as u8)
}

/// A date column: not known when empty or all zeros, a fault when it is no day.
pub(crate) fn date_column(text: &str, line: u64, faults: &mut FaultCounts) -> Option<Date> {
    let date = day(text);
    if date.is_none() && !text.bytes().all(|b| b == b'0') {
        fault::push(faults, fault::BAD_DATE, line, text);
    }
    date
}

/// A country column: not known when empty, a fault when it is no code.
pub(crate) fn country_column(text: &str, line: u64, faults: &mut FaultCounts) -> Option<Country> {
    let country = text.parse().ok();
    if country.is_none() && !text.is_empty() {
        fault::push(faults, fault::BAD_COUNTRY, line, text);
    }
    country
}

fn record(columns: &[&str], line: u64, faults: &mut FaultCounts) -> Result<Delegation, (FaultKind, String)> {
    let [registry, country, kind, start, value, date, status, rest @ ..] = columns else {
        return Err((fault::WRONG_COLUMNS, String::new()));
    };
    let registry: Registry =
        registry.parse().map_err(|()| (fault::UNKNOWN_REGISTRY, registry.to_string()))?;
    // IANA's own records in the combined file say `ietf` and the like: held back from everyone.
    let status = match *status {
        "allocated" => Status::Allocated,
        "assigned" => Status::Assigned,
        "available" => Status::Available,
        "reserved" => Status::Reserved,
        _ if registry == Registry::Iana => Status::Reserved,
        other => return Err((fault::BAD_STATUS, other.to_owned())),
    };
    let resource = match *kind {
        "asn" => asns(start, value, status)?,
        "ipv4" => ipv4(start, value)?,
        "ipv6" => ipv6(start, value)?,
        other => return Err((fault::UNKNOWN_RESOURCE, other.to_owned())),
    };
    Ok(Delegation {
        registry,
        country: country_column(country, line, faults),
        resource,
        date: date_column(date, line, faults),
        status,
        opaque_id: rest.first().map_or("", |id| id).chars().take(100).collect(),
    })
}

fn asns(start: &str, value: &str, status: Status) -> Result<Resource, (FaultKind, String)> {
    let first: Asn = start.parse().map_err(|_| (fault::BAD_ASN, start.to_owned()))?;
    let wrong = || (fault::BAD_COUNT, format!("{start}|{value}"));
    let count: u32 = value.parse().map_err(|_| wrong())?;
    if count == 0 || (status.is_held() && count > HELD_ASNS_MAX) {
        return Err(wrong());
    }
    let last = first.0.checked_add(count - 1).map(Asn).ok_or_else(wrong)?;
    Ok(Resource::Asns { first, last })
}

/// Any number of addresses, not only powers of two: the fewest prefixes that make them up.
fn ipv4(start: &str, value: &str) -> Result<Resource, (FaultKind, String)> {
    let address: Ipv4Addr = start.parse().map_err(|_| (fault::BAD_ADDRESS, start.to_owned()))?;
    let wrong = || (fault::BAD_COUNT, format!("{start}|{value}"));
    let count: u64 = value.parse().map_err(|_| wrong())?;
    let mut from = u64::from(address.to_bits());
    let end = from.checked_add(count).filter(|end| *end <= 1 << 32 && count > 0).ok_or_else(wrong)?;
    let mut prefixes = Vec::new();
    while from < end {
        let aligned = if from == 0 { 32 } else { from.trailing_zeros() };
        let fits = (end - from).ilog2();
        let host = aligned.min(fits).min(32);
        let prefix = Prefix::from_bits(Family::V4, u128::from(from) << 96, 32 - host as u8);
        prefixes.push(prefix.expect("at most 32 bits"));
        from += 1 << host;
    }
    Ok(Resource::Prefixes(prefixes))
}

fn ipv6(start: &str, value: &str) -> Result<Resource, (FaultKind, String)> {
    let address = start.parse().map_err(|_| (fault::BAD_ADDRESS, start.to_owned()))?;
    let wrong = || (fault::BAD_PREFIX, format!("{start}/{value}"));
    let len: u8 = value.parse().map_err(|_| wrong())?;
    let prefix = Prefix::from_address(IpAddr::V6(address), len).ok_or_else(wrong)?;
    if prefix.address() != IpAddr::V6(address) {
        return Err(wrong());
    }
    Ok(Resource::Prefixes(vec![prefix]))
}
