//! Events of Cloudflare Radar: route leaks and hijacks of origins, told apart by their members.

use std::io::{BufRead, Read};

use routing::FaultCounts;
use serde_json::Value;

use super::{Claim, Opinion, Unread, Wrong, asns_in, cut_value, id, lacks, moment_in, prefixes_in};
use crate::fault;
use crate::json::{Take, walk};
use crate::lines::skip_blank;
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "Cloudflare Radar events (JSON with `events`, inside `result` or not, or a list)";
const MEMBER: &str = "events";

/// Reads an answer of the leak or the hijack endpoint, or a plain list of its events. Stated date: the last
/// start.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when it is neither.
pub fn parse(mut input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<Opinion>>, ReadError> {
    let (mut opinions, mut tally) = (Vec::new(), Tally::default());
    let (blank, first) = skip_blank(&mut input)?;
    let (before, after): (&[u8], &[u8]) = match first {
        Some(b'[') => (b"{\"events\":", b"}"),
        _ => (b"", b""),
    };
    let wanted = [("result", Take::Inside), (MEMBER, Take::Each)];
    let walked = walk(before.chain(input).chain(after), blank + 1, &wanted, &mut |piece| match opinion(
        &piece.value,
    ) {
        Ok((opinion, unread)) => {
            tally.accepted += 1;
            opinions.push(opinion);
            unread.into_iter().for_each(|(kind, detail)| fault::push(faults, kind, piece.line, &detail));
        }
        Err((kind, detail)) => {
            tally.refuse(&detail);
            fault::push(faults, kind, piece.line, &detail);
        }
    })?;
    let complete = walked.report(faults, &mut tally);
    if complete && !walked.has(MEMBER) {
        let found = format!("JSON without a list `{MEMBER}`");
        return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
    }
    tally.check(EXPECTED)?;
    let stated = opinions.iter().map(|opinion: &Opinion| opinion.start).max();
    let records = tally.accepted;
    Ok(Parsed { content: opinions, stated, format: "Cloudflare Radar events", records, complete })
}

fn opinion(value: &Value) -> Result<(Opinion, Unread), Wrong> {
    let own = id(value.get("id")).ok_or_else(|| lacks("id"))?;
    if value.get("leak_asn").is_some() {
        return leak(value, &own);
    }
    if value.get("hijacker_asn").is_some() {
        return hijack(value, &own);
    }
    Err(lacks("leak_asn` or `hijacker_asn"))
}

/// The first of these members that is a time.
fn first_moment(value: &Value, names: &[&str]) -> Result<routing::Timestamp, Wrong> {
    let read = names.iter().find_map(|name| moment_in(value.get(name)));
    read.ok_or_else(|| {
        let given = names.iter().find_map(|name| value.get(name)).map_or(names[0].to_owned(), cut_value);
        (fault::BAD_TIME, given)
    })
}

fn leak(value: &Value, own: &str) -> Result<(Opinion, Unread), Wrong> {
    let mut unread = Unread::new();
    let start = first_moment(value, &["min_ts", "detected_ts"])?;
    let kind = value.get("leak_type").and_then(Value::as_u64);
    let called = kind.map_or_else(|| "route leak".to_owned(), |kind| format!("route leak, type {kind}"));
    let mut opinion = Opinion::new(format!("radar-leak-{own}"), Claim::Leak, &called, start);
    opinion.end = moment_in(value.get("max_ts"));
    opinion.culprits = asns_in(value.get("leak_asn"), &mut unread);
    let segment = asns_in(value.get("leak_seg"), &mut unread);
    let segment: Vec<String> = segment.iter().take(20).map(ToString::to_string).collect();
    opinion.detail("leak segment", &segment.join(" "));
    numbers(
        value,
        &mut opinion,
        &[
            ("prefixes", "prefix_count"),
            ("origins", "origin_count"),
            ("peers that showed it", "peer_count"),
            ("leaked routes", "leak_count"),
        ],
    );
    opinion.prefixes_all = value.get("prefix_count").and_then(Value::as_u64).unwrap_or(0);
    opinion.detail("countries", &texts(value.get("countries")).join(" "));
    opinion.detail("noticed", value.get("detected_ts").and_then(Value::as_str).unwrap_or_default());
    Ok((opinion.tidy(), unread))
}

fn hijack(value: &Value, own: &str) -> Result<(Opinion, Unread), Wrong> {
    let mut unread = Unread::new();
    let start = first_moment(value, &["min_hijack_ts"])?;
    let mut opinion = Opinion::new(format!("radar-hijack-{own}"), Claim::Hijack, "origin hijack", start);
    opinion.end = moment_in(value.get("max_hijack_ts"));
    opinion.culprits = asns_in(value.get("hijacker_asn"), &mut unread);
    opinion.victims = asns_in(value.get("victim_asns"), &mut unread);
    // A sum of its tags' scores without an upper bound: no figure from 0 to 100 can stand for it.
    if let Some(score) = value.get("confidence_score").and_then(Value::as_i64) {
        let word = match score {
            ..=4 => "low",
            5..=7 => "medium",
            _ => "high",
        };
        opinion.detail("confidence score", &format!("{score} ({word})"));
    }
    opinion.prefixes_all = value.get("prefixes").and_then(Value::as_array).map_or(0, Vec::len) as u64;
    opinion.prefixes = prefixes_in(value.get("prefixes"), &mut unread);
    for tag in value.get("tags").and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = tag.get("name").and_then(Value::as_str) else { continue };
        match tag.get("score").and_then(Value::as_i64) {
            Some(score) => opinion.tag(&format!("{name} ({score:+})")),
            None => opinion.tag(name),
        }
    }
    numbers(
        value,
        &mut opinion,
        &[("announcements", "hijack_msgs_count"), ("peer addresses", "peer_ip_count")],
    );
    Ok((opinion.tidy(), unread))
}

fn numbers(value: &Value, opinion: &mut Opinion, members: &[(&'static str, &str)]) {
    for (name, member) in members {
        if let Some(Value::Number(number)) = value.get(*member) {
            opinion.detail(name, &number.to_string());
        }
    }
}

fn texts(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}
