//! What was planted, as labels; docs/inject.md describes every key.

use std::collections::BTreeSet;

use pipeline::inject::{Expected, Ground, Kind, Plan, Planted};
use routing::Timestamp;
use serde_json::{Map, Value, json};

/// The event's key in the labels and the name of its folder.
pub fn id(event: &Planted) -> String {
    format!("e{:04}", event.number)
}

/// One object, by event.
pub fn labels(ground: &Ground<'_>, plan: &Plan, seed: u64) -> Value {
    let events = plan.events.iter().map(|event| (id(event), label(ground, event, seed)));
    Value::Object(events.collect::<Map<_, _>>())
}

fn label(ground: &Ground<'_>, event: &Planted, seed: u64) -> Value {
    let row = event.kind.row();
    let part = event.announced[0] != event.prefix;
    let detail = match (event.kind, part) {
        (Kind::Leak(1..=4), _) => Value::Null,
        (_, true) => json!("subprefix"),
        (_, false) => json!("moas"),
    };
    let reason = if part && row.reason == "new_origin" { "more_specific" } else { row.reason };
    let vantages = || event.sights.iter().map(|sight| &ground.vantages[sight.vantage]);
    let asns = |all: &[routing::Asn]| all.iter().map(|asn| asn.0).collect::<Vec<_>>();
    json!({
        "event": format!("{}_{}", row.name, event.number),
        "category": row.category,
        "detail": detail,
        "start_time": moment(event.span.start),
        "end_time": moment(event.span.end),
        "victim_as": event.victim.0.to_string(),
        "hijack_as": event.culprit.0.to_string(),
        "innocent_as": event.innocents.first().map_or(String::new(), |asn| asn.0.to_string()),
        "prefix": event.prefix.to_string(),
        "hijack_prefix": event.announced[0].to_string(),
        "collectors": vantages().map(|v| v.collector).collect::<BTreeSet<_>>().len(),
        "peers": event.sights.len(),
        "kind": row.name,
        "expected": row.expected.code(),
        "expected_reason": reason,
        "decidable": event.decidable,
        "leak_type": event.kind.leak_type(),
        "culprit": (row.expected == Expected::Incident).then_some(event.culprit.0),
        "innocents": asns(&event.innocents),
        "prefixes": event.announced.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "paths": event.sights.iter().map(|sight| asns(&sight.path)).collect::<BTreeSet<_>>(),
        "peers_that_could_see": ground.vantages.iter().filter(|v| v.known).count(),
        "stays": event.stays,
        "rpki_invalid": event.invalid,
        "seed": seed,
    })
}

/// `2014-05-30T22:00:00`, UTC.
fn moment(time: Timestamp) -> String {
    time.to_string().trim_end_matches('Z').to_owned()
}
