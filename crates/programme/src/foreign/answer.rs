//! The public answers on participants: `{"participants": [{"id": …, "name": …, "coordination": {"score": …}}]}`.

use std::collections::BTreeMap;
use std::io::BufRead;

use measure::framework::{Grade, ScoreKey};
use reference::{ReadError, fault as listed_fault};
use routing::Asn;
use serde_json::Value;

use super::{FileRead, ForeignRow, ForeignScore, Reading, Subject, within};
use crate::list::document;
use crate::{Conformance, Item, Programme, fault, shipped};

const EXPECTED: &str = "published answers on participants (JSON with `participants`)";

pub(super) fn read(input: &mut impl BufRead, reading: &mut Reading<'_>) -> Result<FileRead, ReadError> {
    let mut programme = None;
    let walked = document::walk(input, |value, line| {
        // The members of the first participant tell whose answer it is.
        let programme = *programme.get_or_insert_with(|| programme_of(&value));
        match programme.and_then(|programme| row(reading, programme, &value, line)) {
            Some(row) => reading.accept(row, line),
            None => reading.refuse(listed_fault::JSON_ELEMENT, line, &value.to_string()),
        }
    })?;
    if let Some((line, why)) = &walked.broken {
        reading.refuse(listed_fault::JSON_BROKEN, *line, why);
    } else if !walked.seen {
        let found = "JSON without `participants`".to_owned();
        return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
    }
    let stated = walked.stated.as_ref().and_then(|text| {
        let day = text.as_str().and_then(|text| text.parse().ok());
        if day.is_none() {
            fault::push(reading.faults, listed_fault::BAD_DATE, 1, &text.to_string());
        }
        day
    });
    Ok(FileRead {
        expected: EXPECTED,
        format: "published answers JSON",
        stated,
        decimals: None,
        complete: walked.broken.is_none(),
    })
}

/// The value at a place, `.` between levels.
fn at<'a>(value: &'a Value, place: &str) -> Option<&'a Value> {
    place.split('.').try_fold(value, |value, member| value.get(member))
}

fn programme_of(value: &Value) -> Option<&'static Programme> {
    let known = |programme: &&Programme| {
        programme.items().filter(|(_, item)| at(value, &item.member).is_some_and(Value::is_string)).count()
    };
    shipped().iter().max_by_key(known).filter(|programme| known(programme) > 0)
}

fn row(reading: &mut Reading<'_>, programme: &Programme, value: &Value, line: u64) -> Option<ForeignRow> {
    let name = value.get("name").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty())?;
    let id = match value.get("id") {
        Some(Value::Number(number)) => number.to_string(),
        _ => name.to_owned(),
    };
    let mut networks = Vec::new();
    for number in value.get("ASNs").and_then(Value::as_array).into_iter().flatten() {
        match number.as_u64().and_then(|n| u32::try_from(n).ok()) {
            Some(asn) => networks.push(Asn(asn)),
            None => fault::push(reading.faults, listed_fault::BAD_ASN, line, &number.to_string()),
        }
    }
    networks.sort_unstable();
    networks.dedup();
    let (mut stated, mut scores) = (BTreeMap::new(), Vec::new());
    for (_, item) in programme.items() {
        if let Some(found) = at(value, &item.member) {
            match Conformance::ALL.iter().find(|known| found.as_str() == Some(known.as_str())) {
                Some(known) => {
                    stated.insert(item.key.clone(), *known);
                }
                None => {
                    let detail = format!("{}: {found}", item.member);
                    fault::push(reading.faults, fault::UNKNOWN_CONFORMANCE, line, &detail);
                }
            }
        }
        for (key, place) in places(item) {
            let Some(found) = at(value, &place) else { continue };
            match score(key, found) {
                Some(score) => scores.push(score),
                None => fault::push(reading.faults, fault::BAD_SCORE, line, &format!("{place}: {found}")),
            }
        }
    }
    // Of another programme.
    if stated.is_empty() {
        return None;
    }
    let subject = Subject::Participant { programme: programme.id.clone(), id, networks };
    Some(ForeignRow { subject, name: name.to_owned(), scores, stated })
}

/// Where the scores of an item stand: beside its `conformance`.
fn places(item: &Item) -> impl Iterator<Item = (ScoreKey, String)> {
    let beside = item.member.strip_suffix(".conformance");
    item.scores.iter().filter_map(move |key| {
        let member = match key {
            ScoreKey::Filtering | ScoreKey::AntiSpoofing | ScoreKey::Coordination => "score",
            ScoreKey::RoutingInformationIrr => "score_irr",
            ScoreKey::RoutingInformationRpki => "score_rpki",
        };
        Some((*key, format!("{}.{member}", beside?)))
    })
}

/// `{"value": 0.5, "severity": "aspiring"}`, or `null` and `no-data`.
fn score(key: ScoreKey, found: &Value) -> Option<ForeignScore> {
    let severity = match found.get("severity")?.as_str()? {
        "no-data" => None,
        word => Some(*Grade::ALL.iter().find(|grade| grade.as_str() == word)?),
    };
    let value = match found.get("value")? {
        Value::Null => None,
        number => Some(within(number.as_f64()?)?),
    };
    (value.is_some() == severity.is_some()).then_some(ForeignScore { key, value, severity })
}
