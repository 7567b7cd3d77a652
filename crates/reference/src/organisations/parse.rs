use std::collections::HashSet;
use std::io::BufRead;

use routing::{Date, FaultCounts, FaultKind, Timestamp};

use super::{Membership, Organisation, Organisations};
use crate::columns;
use crate::delegations::{country_column, date_column};
use crate::fault;
use crate::lines::Lines;
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "a list of organisations (CAIDA as2org, or `registry,organisation,asn`)";
/// Longest id or name kept, in characters.
const TEXT_CHARS_MAX: usize = 200;

/// Reads CAIDA's AS-to-organisation file (`# format:` lines name the columns that follow), or
/// `registry,organisation,asn` lines, which also serve for maintainers. Stated date: CAIDA's `date`, the first day of
/// a month named there, or else its `file creation time`: a file is made weeks after the dumps that it tells of.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when hardly a line is right.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Organisations>, ReadError> {
    let mut lines = Lines::new(input);
    let mut file = Organisations::default();
    let (mut tally, mut stated) = (Tally::default(), None);
    let mut section: Option<Vec<String>> = None;
    let mut listed = HashSet::new();
    while let Some((number, line)) = lines.next_text(faults)? {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix('#') {
            if let Some(columns) = comment.trim().strip_prefix("format:") {
                section = Some(columns.split('|').map(|c| c.trim().to_owned()).collect());
            } else if let Some(at) = comment.trim().strip_prefix("date:") {
                stated = date(at.trim());
            } else if let Some(at) = comment.trim().strip_prefix("file creation time:") {
                stated = stated.or_else(|| at.parse().ok());
            }
            continue;
        }
        if line.is_empty() {
            continue;
        }
        let read = match &section {
            Some(columns) => caida(columns, line, number, &mut file, faults),
            None => registry(line, &mut file, &mut listed),
        };
        match read {
            Ok(()) => tally.accepted += 1,
            Err(kind) => {
                tally.refuse(line);
                fault::push(faults, kind, number, line);
            }
        }
    }
    tally.check(EXPECTED)?;
    let format = if section.is_some() { "caida as2org" } else { "csv" };
    let records = file.memberships.len() as u64;
    Ok(Parsed { content: file, stated, format, records, complete: true })
}

/// `202204` or `20220401`.
fn date(text: &str) -> Option<Timestamp> {
    let day = if text.len() == 6 { format!("{text}01") } else { text.to_owned() };
    Date::find_in(&day).map(Date::start)
}

fn cut(text: &str) -> Box<str> {
    text.trim().chars().take(TEXT_CHARS_MAX).collect()
}

fn some(text: &str) -> Option<Box<str>> {
    Some(cut(text)).filter(|t| !t.is_empty())
}

fn caida(
    names: &[String],
    line: &str,
    number: u64,
    file: &mut Organisations,
    faults: &mut FaultCounts,
) -> Result<(), FaultKind> {
    let values: Vec<&str> = line.split('|').map(str::trim).take(names.len() + 1).collect();
    if values.len() != names.len() {
        return Err(fault::WRONG_COLUMNS);
    }
    let column = |name: &str| names.iter().position(|n| n == name).map(|i| values[i]);
    let (Some(id), Some(source)) = (column("org_id"), column("source")) else {
        return Err(fault::WRONG_COLUMNS);
    };
    if id.is_empty() {
        return Err(fault::WRONG_COLUMNS);
    }
    let changed = column("changed").and_then(|text| date_column(text, number, faults));
    match column("aut") {
        Some(asn) => file.memberships.push(Membership {
            asn: asn.parse().map_err(|_| fault::BAD_ASN)?,
            source: cut(source),
            organisation: cut(id),
            name: column("aut_name").and_then(some),
            changed,
        }),
        None => file.organisations.push(Organisation {
            source: cut(source),
            id: cut(id),
            name: column("org_name").and_then(some),
            country: column("country").and_then(|text| country_column(text, number, faults)),
            changed,
        }),
    }
    Ok(())
}

fn registry(
    line: &str,
    file: &mut Organisations,
    listed: &mut HashSet<(Box<str>, Box<str>)>,
) -> Result<(), FaultKind> {
    let mut columns = Vec::new();
    if !columns::split(line, &mut columns) {
        return Err(fault::WRONG_COLUMNS);
    }
    let [source, id, asn] = &columns[..] else { return Err(fault::WRONG_COLUMNS) };
    if source.is_empty() || id.is_empty() {
        return Err(fault::WRONG_COLUMNS);
    }
    let asn = asn.parse().map_err(|_| fault::BAD_ASN)?;
    let (source, id) = (cut(&source.to_ascii_uppercase()), cut(id));
    if listed.insert((source.clone(), id.clone())) {
        let (source, id) = (source.clone(), id.clone());
        file.organisations.push(Organisation { source, id, name: None, country: None, changed: None });
    }
    file.memberships.push(Membership { asn, source, organisation: id, name: None, changed: None });
    Ok(())
}
