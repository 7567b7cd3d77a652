//! Events of the Global Routing Intelligence Platform: several origins of a prefix (`moas`) or of one inside it
//! (`submoas`), and paths with links not seen before (`defcon`, `edges`).

use std::collections::BTreeSet;
use std::io::{BufRead, Cursor, Read};

use routing::{Asn, FaultCounts, Prefix};
use serde_json::Value;

use super::{
    Claim, Opinion, Unread, Wrong, asns_in, cut_value, id, lacks, moment_in, named, percent, prefixes_in,
};
use crate::fault;
use crate::json::{Take, walk};
use crate::lines::{LINE_BYTES_MAX, Lines, skip_blank};
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "GRIP events (JSON with `data`, a list, an event, or an event per line)";
const MEMBER: &str = "data";
/// What is read of an event.
const EVENT_MEMBERS: [&str; 8] =
    ["id", "event_type", "view_ts", "finished_ts", "summary", "inference_result", "tags", "pfx_events"];

/// Reads an answer of a search (`{"data": […]}`), a list of events, one event, or one per line. Stated date: the
/// last start.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when it is none of these.
pub fn parse(mut input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<Opinion>>, ReadError> {
    let (mut opinions, mut tally) = (Vec::new(), Tally::default());
    let mut take = |read: Result<(Opinion, Unread), Wrong>,
                    line: u64,
                    faults: &mut FaultCounts,
                    tally: &mut Tally| match read {
        Ok((opinion, unread)) => {
            tally.accepted += 1;
            opinions.push(opinion);
            unread.into_iter().for_each(|(kind, detail)| fault::push(faults, kind, line, &detail));
        }
        Err((kind, detail)) => {
            tally.refuse(&detail);
            fault::push(faults, kind, line, &detail);
        }
    };
    let (blank, first) = skip_blank(&mut input)?;
    let mut line = Vec::new();
    if first == Some(b'{') {
        input.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line)?;
    }
    let alone = serde_json::from_slice::<Value>(&line).is_ok_and(|value| value.get("event_type").is_some());
    let whole = Cursor::new(line).chain(input);
    let mut complete = true;
    let format = if alone {
        let mut lines = Lines::new(whole);
        while let Some((number, line)) = lines.next(faults)? {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let value = serde_json::from_slice::<Value>(line);
            complete = !value.as_ref().is_err_and(serde_json::Error::is_eof);
            let read = match value {
                Ok(value) => opinion(&value),
                Err(error) => Err((fault::JSON_ELEMENT, error.to_string())),
            };
            take(read, blank + number, faults, &mut tally);
        }
        "GRIP event per line"
    } else {
        // A list becomes the one member of an object, a single event over several lines its only element.
        let (before, after): (&[u8], &[u8]) = match first {
            Some(b'[') => (b"{\"data\":", b"}"),
            _ => (b"", b""),
        };
        let mut members = serde_json::Map::new();
        let mut last = blank + 1;
        let mut wanted = vec![(MEMBER, Take::Each)];
        wanted.extend(EVENT_MEMBERS.map(|member| (member, Take::Whole)));
        let walked = walk(before.chain(whole).chain(after), blank + 1, &wanted, &mut |piece| {
            last = piece.line;
            if piece.member == MEMBER {
                take(opinion(&piece.value), piece.line, faults, &mut tally);
            } else {
                members.insert(piece.member.to_owned(), piece.value);
            }
        })?;
        complete = walked.report(faults, &mut tally);
        if members.contains_key("event_type") && complete {
            take(opinion(&Value::Object(members)), last, faults, &mut tally);
        } else if complete && !walked.has(MEMBER) {
            let found = format!("JSON without a list `{MEMBER}`");
            return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
        }
        "GRIP events"
    };
    tally.check(EXPECTED)?;
    let stated = opinions.iter().map(|opinion| opinion.start).max();
    let records = tally.accepted;
    Ok(Parsed { content: opinions, stated, format, records, complete })
}

fn opinion(value: &Value) -> Result<(Opinion, Unread), Wrong> {
    let mut unread = Unread::new();
    let own = id(value.get("id")).ok_or_else(|| lacks("id"))?;
    let called = value.get("event_type").and_then(Value::as_str).ok_or_else(|| lacks("event_type"))?;
    let claim = match called {
        "moas" | "submoas" => Claim::Hijack,
        "defcon" | "edges" => Claim::Path,
        other => return Err((fault::UNKNOWN_EVENT, named(other))),
    };
    let time = value.get("view_ts");
    let start = moment_in(time)
        .ok_or_else(|| (fault::BAD_TIME, time.map_or_else(|| "no `view_ts`".to_owned(), cut_value)))?;
    let mut opinion = Opinion::new(format!("grip-{own}"), claim, called, start);
    opinion.end = moment_in(value.get("finished_ts"));
    let summary = value.get("summary").unwrap_or(&Value::Null);
    opinion.culprits = asns_in(summary.get("attackers").or(summary.get("newcomers")), &mut unread);
    opinion.victims = asns_in(summary.get("victims"), &mut unread);
    let mut prefixes: BTreeSet<Prefix> =
        prefixes_in(summary.get("prefixes"), &mut unread).into_iter().collect();
    let primary = [summary.get("inference_result"), value.get("inference_result")]
        .into_iter()
        .flatten()
        .find_map(|result| result.get("primary_inference"))
        .filter(|primary| !primary.is_null());
    if let Some(primary) = primary {
        opinion.suspicion = percent(primary.get("suspicion_level"));
        opinion.confidence = percent(primary.get("confidence"));
        opinion.detail("inference", primary.get("explanation").and_then(Value::as_str).unwrap_or_default());
    }
    for source in [summary.get("tags"), value.get("tags")] {
        tags(source, &mut opinion);
    }
    for event in value.get("pfx_events").and_then(Value::as_array).into_iter().flatten() {
        prefix_event(event, &mut opinion, &mut prefixes, &mut unread);
    }
    if opinion.culprits.is_empty() {
        let stated = value.get("pfx_events").and_then(Value::as_array).into_iter().flatten();
        opinion.culprits =
            stated.flat_map(|event| asns_in(member(event, "new_origins"), &mut Unread::new())).collect();
    }
    opinion.prefixes_all = prefixes.len() as u64;
    opinion.prefixes = prefixes.into_iter().collect();
    Ok((opinion.tidy(), unread))
}

/// What GRIP says of one of the event's prefixes.
fn prefix_event(event: &Value, opinion: &mut Opinion, prefixes: &mut BTreeSet<Prefix>, unread: &mut Unread) {
    let named = |name| member(event, name).and_then(Value::as_str);
    let announced = named("sub_pfx").or(named("prefix"));
    prefixes.extend(prefixes_in(member(event, "sub_pfx").or(member(event, "prefix")), unread));
    let list = |asns: Vec<Asn>| asns.iter().take(8).map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let mut told: Vec<String> = announced.map(str::to_owned).into_iter().collect();
    told.extend(named("super_pfx").map(|prefix| format!("inside {prefix}")));
    for (name, words) in
        [("new_origins", "new origin"), ("old_origins", "origin before"), ("origins", "origins")]
    {
        let asns = list(asns_in(member(event, name), unread));
        if !asns.is_empty() {
            told.push(format!("{words} {asns}"));
        }
    }
    opinion.detail("prefix", &told.join(", "));
    tags(event.get("tags"), opinion);
}

/// A member of a prefix event, which older answers keep in `details`.
fn member<'a>(event: &'a Value, name: &str) -> Option<&'a Value> {
    let present = |value: &&Value| !value.is_null();
    event.get(name).filter(present).or_else(|| event.get("details")?.get(name).filter(present))
}

/// Tags are names, or objects that have one.
fn tags(list: Option<&Value>, opinion: &mut Opinion) {
    for tag in list.and_then(Value::as_array).into_iter().flatten() {
        if let Some(name) = tag.as_str().or_else(|| tag.get("name")?.as_str()) {
            opinion.tag(name);
        }
    }
}
