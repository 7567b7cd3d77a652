//! Events of BGPStream.com as people collected them: a table of possible hijacks and one of leaks, told apart
//! by their columns.

use std::borrow::Cow;
use std::io::BufRead;

use routing::{Asn, FaultCounts, Prefix};

use super::{Claim, Opinion, Wrong, moment, named};
use crate::columns::split;
use crate::fault;
use crate::lines::Lines;
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "events of BGPStream.com (CSV with event_number, event_type and start_time)";

/// Reads a table whose first line names its columns; their order does not matter. Stated date: the last start.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when the columns are others, or hardly a line is right.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<Opinion>>, ReadError> {
    let mut lines = Lines::new(input);
    let mut names: Option<Vec<String>> = None;
    let (mut opinions, mut tally) = (Vec::new(), Tally::default());
    while let Some((number, line)) = lines.next_text(faults)? {
        if line.trim().is_empty() {
            continue;
        }
        let mut columns = Vec::new();
        let whole = split(&line, &mut columns);
        let Some(names) = &names else {
            let found: Vec<String> = columns.iter().map(|column| column.to_string()).collect();
            if !["event_number", "event_type", "start_time"].iter().all(|n| found.iter().any(|f| f == n)) {
                let found = line.chars().take(80).collect();
                return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
            }
            names = Some(found);
            continue;
        };
        let row = Row { names, columns: &columns };
        let read = match whole && columns.len() == names.len() {
            true => opinion(&row),
            false => Err((fault::WRONG_COLUMNS, line.to_string())),
        };
        match read {
            Ok(opinion) => {
                tally.accepted += 1;
                opinions.push(opinion);
            }
            Err((kind, detail)) => {
                tally.refuse(&detail);
                fault::push(faults, kind, number, &detail);
            }
        }
    }
    if names.is_none() {
        tally.refuse("nothing");
    }
    tally.check(EXPECTED)?;
    let stated = opinions.iter().map(|opinion| opinion.start).max();
    let records = tally.accepted;
    Ok(Parsed { content: opinions, stated, format: "BGPStream.com CSV", records, complete: true })
}

struct Row<'a> {
    names: &'a [String],
    columns: &'a [Cow<'a, str>],
}

impl Row<'_> {
    fn get(&self, name: &str) -> &str {
        let place = self.names.iter().position(|n| n == name);
        place.and_then(|place| self.columns.get(place)).map_or("", |text| text.trim())
    }

    fn asn(&self, name: &str) -> Result<Option<Asn>, Wrong> {
        match self.get(name) {
            "" | "0" => Ok(None),
            text => text.parse().map(Some).map_err(|_| (fault::BAD_ASN, text.to_owned())),
        }
    }

    fn prefix(&self, name: &str) -> Result<Option<Prefix>, Wrong> {
        match self.get(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| (fault::BAD_PREFIX, text.to_owned())),
        }
    }
}

fn opinion(row: &Row<'_>) -> Result<Opinion, Wrong> {
    let called = row.get("event_type");
    let claim = match called {
        "Possible Hijack" => Claim::Hijack,
        "BGP Leak" => Claim::Leak,
        other => return Err((fault::UNKNOWN_EVENT, other.to_owned())),
    };
    let number = row.get("event_number");
    if number.is_empty() {
        return Err((fault::WRONG_COLUMNS, "an event without its number".to_owned()));
    }
    let time = row.get("start_time");
    let start = moment(time).ok_or_else(|| (fault::BAD_TIME, time.to_owned()))?;
    let mut opinion = Opinion::new(format!("bgpstream.com-{}", named(number)), claim, called, start);
    let ended = row.get("end_time");
    if !ended.is_empty() {
        opinion.end = Some(moment(ended).ok_or_else(|| (fault::BAD_TIME, ended.to_owned()))?);
    }
    match claim {
        Claim::Leak => {
            opinion.culprits.extend(row.asn("leaker_as_number")?);
            opinion.victims.extend(row.asn("origin_as_number")?);
            opinion.prefixes.extend(row.prefix("leaked_prefix")?);
            opinion.detail("leaked to", row.get("leaked_to_number").trim_matches(['{', '}']));
            opinion.detail("path", &path(row.get("example_as_path")));
        }
        _ => {
            opinion.culprits.extend(row.asn("detected_origin_number")?);
            opinion.victims.extend(row.asn("expected_origin_number")?);
            let announced = row.prefix("more_specific_prefix")?;
            let expected = row.prefix("expected_prefix")?;
            opinion.prefixes.extend(announced.or(expected));
            opinion.detail("expected prefix", row.get("expected_prefix"));
            opinion.detail("path", &path(row.get("detected_as_path")));
        }
    }
    opinion.detail("peers that showed it", row.get("detected_by_bgpmon_peers"));
    opinion.detail("event", row.get("url"));
    Ok(opinion.tidy())
}

/// `{1,2,3}` as a path is written.
fn path(text: &str) -> String {
    text.trim_matches(['{', '}']).replace(',', " ")
}
