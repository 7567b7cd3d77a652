use std::io::BufRead;

use routing::{Asn, Date, FaultCounts, FaultKind};

use super::{Link, Relationship, Relationships};
use crate::fault;
use crate::lines::Lines;
use crate::parsed::{Parsed, ReadError, Tally};

/// Reads `a|b|-1` (a provides to b) and `a|b|0` (peers) lines; further columns (serial-2) are passed over.
/// Stated date: the latest day among the `# source:…|YYYYMMDD|…` comments.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when hardly a line is right.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Relationships>, ReadError> {
    let mut lines = Lines::new(input);
    let mut file = Relationships::default();
    let mut tally = Tally::default();
    let mut stated: Option<Date> = None;
    while let Some((number, line)) = lines.next_text(faults)? {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            let comment = comment.trim();
            if comment.starts_with("source:") {
                stated = stated.max(Date::find_in(comment));
            } else if let Some(list) = comment.strip_prefix("input clique:") {
                file.clique = asns(list);
            } else if let Some(list) = comment.strip_prefix("IXP ASes:") {
                file.exchanges = asns(list);
            }
            continue;
        }
        match link(line) {
            Ok(link) => {
                tally.accepted += 1;
                file.links.push(link);
            }
            Err(kind) => {
                tally.refuse(line);
                fault::push(faults, kind, number, line);
            }
        }
    }
    tally.check("a list of AS relationships (`provider|customer|-1`, `peer|peer|0`)")?;
    let stated = stated.map(Date::start);
    Ok(Parsed { records: tally.accepted, content: file, stated, format: "caida as-rel", complete: true })
}

fn asns(list: &str) -> Vec<Asn> {
    list.split_whitespace().filter_map(|t| t.parse().ok()).collect()
}

fn link(line: &str) -> Result<Relationship, FaultKind> {
    let mut columns = line.split('|').map(str::trim);
    let (Some(a), Some(b), Some(kind)) = (columns.next(), columns.next(), columns.next()) else {
        return Err(fault::WRONG_COLUMNS);
    };
    let a: Asn = a.parse().map_err(|_| fault::BAD_ASN)?;
    let b: Asn = b.parse().map_err(|_| fault::BAD_ASN)?;
    let link = match kind {
        "-1" => Link::ProviderToCustomer,
        "0" => Link::Peers,
        _ => return Err(fault::BAD_RELATION),
    };
    if a == b { Err(fault::SELF_RELATION) } else { Ok(Relationship { a, b, link }) }
}
