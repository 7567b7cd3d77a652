//! STIX 2.1 bundles (OASIS): incidents with the networks and prefixes that they are about, what was observed of
//! them, and by which collectors. Ids are UUIDs of version 5, so the same incident has the same id in every bundle.

use std::collections::BTreeMap;

use routing::{Asn, Timestamp};
use serde_json::{Map, Value, json};

use super::uuid::{OURS, STIX, Uuid};
use super::{IncidentLine, firsts, lines};
use crate::told::tell;
use store::EventRow;

/// As in `Content-Type`.
pub const MEDIA_TYPE: &str = "application/stix+json;version=2.1";

/// When the identities were first written: they never change.
const IDENTITIES_CREATED: &str = "2024-01-01T00:00:00.000Z";

/// Objects of a bundle by id, each once.
type Objects = BTreeMap<String, Value>;

/// A bundle of the incidents among `events`; what is benign or undecided is none and is left out. `published_at`
/// is when these events were published, in Unix seconds.
pub fn bundle<'a>(events: impl IntoIterator<Item = &'a EventRow>, published_at: i64) -> Value {
    let events: Vec<&EventRow> = events.into_iter().filter(|event| event.verdict == "incident").collect();
    let firsts = firsts(events.iter().copied());
    let mut objects = Objects::new();
    let ours = identity(&mut objects, "Routing Observatory");
    for line in lines(events.iter().copied()) {
        incident(&mut objects, &ours, &line, firsts.get(line.id.as_str()).copied(), published_at);
    }
    let ids: String = objects.keys().cloned().collect::<Vec<_>>().join(" ");
    json!({
        "type": "bundle",
        "id": format!("bundle--{}", Uuid::named(OURS, &format!("bundle {published_at} {ids}"))),
        "objects": objects.into_values().collect::<Vec<Value>>(),
    })
}

fn incident(
    objects: &mut Objects,
    ours: &str,
    line: &IncidentLine,
    first: Option<&EventRow>,
    published_at: i64,
) {
    let (created, modified) = (moment(line.start), moment(published_at.max(line.start)));
    let own = |kind: &str, what: &str| {
        format!("{kind}--{}", Uuid::named(OURS, &format!("{kind} {} {what}", line.id)))
    };
    // Objects that we name ourselves begin alike.
    let begun = |kind: &str, id: &str| -> Map<String, Value> {
        let members = json!({
            "type": kind,
            "spec_version": "2.1",
            "id": id,
            "created_by_ref": ours,
            "created": created,
            "modified": modified,
            "confidence": line.confidence,
        });
        members.as_object().cloned().unwrap_or_default()
    };
    let id = own("incident", "");
    let told = first.map(tell);
    let mut object = begun("incident", &id);
    object.insert("name".to_owned(), name(line).into());
    let mut description: Vec<String> = Vec::new();
    if let Some(told) = &told {
        description.extend([told.sentence.clone(), told.verdict.clone()]);
        description.extend(told.fired.iter().cloned());
    }
    if line.prefixes.len() > 1 {
        description.push(format!("{} prefixes in all.", line.prefixes.len()));
    }
    object.insert("description".to_owned(), description.join(" ").into());
    object.insert("labels".to_owned(), json!([line.kind, line.reason]));
    let reference = json!({ "source_name": "routing-observatory", "external_id": line.id });
    object.insert("external_references".to_owned(), json!([reference]));
    objects.insert(id.clone(), object.into());

    let mut observed: Vec<String> = Vec::new();
    let parts = [
        ("culprit", line.culprit.as_slice()),
        ("victim", &line.victims[..]),
        ("passed it on", &line.accomplices[..]),
    ];
    for (part, networks) in parts {
        for asn in networks {
            let network = autonomous_system(objects, *asn);
            related(
                objects,
                begun("relationship", &own("relationship", &format!("{part} {asn}"))),
                &id,
                &network,
                part,
            );
            observed.push(network);
        }
    }
    for prefix in &line.prefixes {
        let space = address_space(objects, prefix);
        let own_id = own("relationship", &format!("prefix {prefix}"));
        related(objects, begun("relationship", &own_id), &id, &space, "prefix");
        observed.push(space);
    }
    observed.sort();
    observed.dedup();

    let data = own("observed-data", "");
    let mut object = begun("observed-data", &data);
    object.insert("first_observed".to_owned(), moment(line.start).into());
    object.insert("last_observed".to_owned(), moment(line.end).into());
    object.insert("number_observed".to_owned(), line.peers.clamp(1, 999_999_999).into());
    object.insert("object_refs".to_owned(), json!(observed));
    objects.insert(data.clone(), object.into());

    let sighting = own("sighting", "");
    let mut object = begun("sighting", &sighting);
    object.insert("sighting_of_ref".to_owned(), id.into());
    object.insert("first_seen".to_owned(), moment(line.start).into());
    // Seen for a moment: the end is not before the start, and where it is the same it is left out.
    if line.end > line.start {
        object.insert("last_seen".to_owned(), moment(line.end).into());
    }
    object.insert("count".to_owned(), line.peers.min(999_999_999).into());
    object.insert("observed_data_refs".to_owned(), json!([data]));
    let collectors: Vec<String> =
        line.collectors.iter().map(|name| identity(objects, &format!("Route collector {name}"))).collect();
    if !collectors.is_empty() {
        object.insert("where_sighted_refs".to_owned(), json!(collectors));
    }
    objects.insert(sighting, object.into());
}

/// `Misorigination of 192.0.2.0/24 and 2 more by AS64500`
pub(crate) fn name(line: &IncidentLine) -> String {
    let kind = line.kind.parse::<detect::EventKind>().map_or("Event", |kind| kind.row().title);
    let prefix = line.prefixes.first().map_or("", String::as_str);
    let more = match line.prefixes.len() {
        0 | 1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let culprit = line.culprit.map_or_else(|| "an unknown network".to_owned(), |asn| Asn(asn).to_string());
    format!("{kind} of {prefix}{more} by {culprit}")
}

fn related(objects: &mut Objects, mut object: Map<String, Value>, from: &str, to: &str, part: &str) {
    object.insert("relationship_type".to_owned(), "related-to".into());
    object.insert("description".to_owned(), part.into());
    object.insert("source_ref".to_owned(), from.into());
    object.insert("target_ref".to_owned(), to.into());
    let id = object["id"].as_str().unwrap_or_default().to_owned();
    objects.insert(id, object.into());
}

fn identity(objects: &mut Objects, name: &str) -> String {
    let id = format!("identity--{}", Uuid::named(OURS, &format!("identity {name}")));
    let object = json!({
        "type": "identity",
        "spec_version": "2.1",
        "id": id,
        "created": IDENTITIES_CREATED,
        "modified": IDENTITIES_CREATED,
        "name": name,
        "identity_class": "system",
    });
    objects.entry(id.clone()).or_insert(object);
    id
}

/// Observables are named by what they are, as STIX 2.1 §2.9 has it: everybody gives them the same id.
fn observable(objects: &mut Objects, kind: &str, member: &str, value: Value) -> String {
    let name = json!({ member: value });
    let id = format!("{kind}--{}", Uuid::named(STIX, &name.to_string()));
    let object = json!({ "type": kind, "spec_version": "2.1", "id": id, member: value });
    objects.entry(id.clone()).or_insert(object);
    id
}

fn autonomous_system(objects: &mut Objects, asn: u32) -> String {
    observable(objects, "autonomous-system", "number", asn.into())
}

fn address_space(objects: &mut Objects, prefix: &str) -> String {
    let kind = if prefix.contains(':') { "ipv6-addr" } else { "ipv4-addr" };
    observable(objects, kind, "value", prefix.into())
}

/// To the millisecond: `created` and `modified` may not be coarser (STIX 2.1 §3.2).
fn moment(at: i64) -> String {
    Timestamp(at).to_string().replace('Z', ".000Z")
}

#[cfg(test)]
mod tests;
