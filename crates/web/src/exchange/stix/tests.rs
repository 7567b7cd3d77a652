use std::collections::BTreeSet;

use serde_json::Value;
use store::EventRow;

use super::bundle;

fn event(id: &str, verdict: &str, prefix: &str) -> EventRow {
    EventRow {
        id: id.to_owned(),
        kind: "misorigination".to_owned(),
        verdict: verdict.to_owned(),
        reason: "new_origin".to_owned(),
        confidence: 80,
        culprit: Some(64500),
        victims: vec![64501],
        accomplices: vec![(64502, 1)],
        prefix: prefix.to_owned(),
        start: 1_714_708_800,
        end: 1_714_712_400,
        peers: 3,
        collectors: vec!["rrc00".to_owned()],
        ..EventRow::default()
    }
}

fn objects(bundle: &Value) -> &[Value] {
    bundle["objects"].as_array().unwrap()
}

/// What STIX 2.1 demands of every object that we write: §3.2 common properties, the types' own, ids by type.
fn examine(bundle: &Value) {
    assert_eq!(bundle["type"], "bundle");
    let ids: BTreeSet<&str> = objects(bundle).iter().map(|object| object["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), objects(bundle).len(), "every id once");
    for object in objects(bundle) {
        let kind = object["type"].as_str().unwrap();
        let id = object["id"].as_str().unwrap();
        let (named, uuid) = id.split_once("--").unwrap();
        assert_eq!((named, uuid.len(), &uuid[14..15]), (kind, 36, "5"), "{id}");
        assert_eq!(object["spec_version"], "2.1");
        let required: &[&str] = match kind {
            "autonomous-system" => &["number"],
            "ipv4-addr" | "ipv6-addr" => &["value"],
            "identity" => &["created", "modified", "name"],
            "incident" => &["created", "modified", "name"],
            "observed-data" => {
                &["created", "modified", "first_observed", "last_observed", "number_observed", "object_refs"]
            }
            "sighting" => &["created", "modified", "sighting_of_ref"],
            "relationship" => &["created", "modified", "relationship_type", "source_ref", "target_ref"],
            other => panic!("{other} is not expected"),
        };
        for name in required {
            assert!(!object[*name].is_null(), "{id} lacks {name}");
        }
        for (name, value) in object.as_object().unwrap() {
            assert!(
                !value.is_null() && value != "" && value.as_array().is_none_or(|list| !list.is_empty()),
                "{name}"
            );
            if matches!(name.as_str(), "created" | "modified") {
                // To the millisecond at least (§3.2).
                let fraction = value.as_str().unwrap().strip_suffix('Z').and_then(|v| v.split_once('.'));
                assert!(fraction.is_some_and(|(_, digits)| digits.len() >= 3), "{name} of {id} is {value}");
            }
            let refs: Vec<&str> = match name.as_str() {
                name if name.ends_with("_ref") => vec![value.as_str().unwrap()],
                name if name.ends_with("_refs") => {
                    value.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect()
                }
                _ => Vec::new(),
            };
            assert!(refs.iter().all(|id| ids.contains(id)), "{name} of {id} leads nowhere");
        }
        if kind == "sighting" {
            assert!(object["sighting_of_ref"].as_str().unwrap().starts_with("incident--"));
            assert!(object["where_sighted_refs"][0].as_str().unwrap().starts_with("identity--"));
        }
    }
}

#[test]
fn a_bundle_is_whole_and_always_the_same() {
    let events = [
        event("a", "incident", "192.0.2.0/24"),
        event("b", "benign", "198.51.100.0/24"),
        event("c", "incident", "2001:db8::/32"),
    ];
    let made = bundle(&events, 1_714_800_000);
    examine(&made);
    assert_eq!(made, bundle(events.iter().rev(), 1_714_800_000));
    let count = |kind: &str| objects(&made).iter().filter(|object| object["type"] == kind).count();
    assert_eq!([count("incident"), count("sighting"), count("observed-data")], [2, 2, 2]);
    assert_eq!(
        [count("autonomous-system"), count("ipv4-addr"), count("ipv6-addr"), count("identity")],
        [3, 1, 1, 2]
    );
    // A later publication changes an incident, and its id stays.
    let later = bundle(&events, 1_714_900_000);
    let named = |bundle: &Value| -> BTreeSet<String> {
        objects(bundle).iter().map(|object| object["id"].to_string()).collect()
    };
    assert_eq!(named(&made), named(&later));
    assert_ne!(made["id"], later["id"]);
    examine(&bundle(&[], 0));
}

#[test]
fn a_story_of_which_only_a_later_part_is_asked_for_is_told_all_the_same() {
    let part = EventRow { story: Some("a".to_owned()), ..event("b", "incident", "192.0.2.0/24") };
    let made = bundle(&[part], 0);
    examine(&made);
    let told = objects(&made).iter().find(|object| object["type"] == "incident").unwrap();
    assert!(told["description"].as_str().unwrap().contains("192.0.2.0/24"), "{told}");
}

#[test]
fn observables_have_the_ids_that_everybody_gives_them() {
    // As OASIS's own library names them.
    let made = bundle(&[event("a", "incident", "198.51.100.3")], 0);
    let id = |kind: &str, member: &str, value: Value| {
        let found = objects(&made).iter().find(|object| object["type"] == kind && object[member] == value);
        found.unwrap()["id"].as_str().unwrap()
    };
    let address = id("ipv4-addr", "value", "198.51.100.3".into());
    assert_eq!(address, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    let network = id("autonomous-system", "number", 64500.into());
    assert_eq!(network, "autonomous-system--0a5f7072-df00-5729-9f0a-4eb18631a446");
}
