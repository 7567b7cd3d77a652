//! The register of participants: edits, their order in the world and in time, and lists in and out.

use std::collections::{BTreeMap, BTreeSet};

use programme::{Change, Conformance, Edit, Participant, Register, difference, load, parse, write};
use routing::{Asn, Date, FaultCounts, Timestamp};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn edit(number: u64, from: &str, id: &str, change: Change) -> Edit {
    Edit {
        number,
        at: Timestamp(1_700_000_000 + number as i64),
        by: "secretariat".to_owned(),
        reason: "a test".to_owned(),
        programme: "network-operators".to_owned(),
        participant: id.to_owned(),
        from: day(from),
        change,
    }
}

fn added(approved: Option<&str>, networks: &[u32]) -> Change {
    Change::Added {
        organisation: "Acme".to_owned(),
        admitted: approved.is_some(),
        approved: approved.map(day),
        areas: ["NL", "BE"].map(|code| code.parse().unwrap()).into(),
        networks: networks.iter().map(|asn| Asn(*asn)).collect(),
        partners: vec!["A registry".to_owned()],
        conformance: BTreeMap::from([("filtering".to_owned(), Conformance::Conformant)]),
    }
}

fn on(edits: &[Edit], text: &str) -> Register {
    Register::of(edits, Some(day(text)), None).unwrap()
}

fn asns(register: &Register, text: &str) -> Vec<u32> {
    let of = register.participants("network-operators").next();
    of.map(|p| p.asns(day(text)).map(|asn| asn.0).collect()).unwrap_or_default()
}

#[test]
fn every_day_and_every_revision_can_be_had_again() {
    let edits = [
        edit(1, "2024-01-10", "7", added(Some("2024-01-10"), &[3001, 3002])),
        edit(2, "2024-03-05", "7", Change::NetworkRemoved(Asn(3002))),
        edit(3, "2024-03-05", "7", Change::Conformance("coordination".to_owned(), Conformance::Pending)),
        // Made later, of an earlier day.
        edit(4, "2024-02-01", "7", Change::NetworkAdded(Asn(3003))),
        edit(5, "2024-05-20", "7", Change::Removed),
    ];
    assert_eq!(on(&edits, "2024-01-09").entries().count(), 0);
    assert_eq!(asns(&on(&edits, "2024-01-31"), "2024-01-31"), [3001, 3002]);
    assert_eq!(asns(&on(&edits, "2024-02-29"), "2024-02-29"), [3001, 3002, 3003]);
    let march = on(&edits, "2024-03-31");
    assert_eq!(asns(&march, "2024-03-31"), [3001, 3003]);
    assert_eq!(march.revision, 4);
    // As it was known before the fourth edit.
    let known = Register::of(&edits, Some(day("2024-03-31")), Some(3)).unwrap();
    assert_eq!(asns(&known, "2024-03-31"), [3001]);
    assert_ne!(known.digest, march.digest);
    assert_eq!(known, Register::of(&edits[..3], Some(day("2024-03-31")), None).unwrap());
    // What holds only later changes nothing of March, not its digest either.
    assert_eq!(on(&edits[..4], "2024-03-31"), march);
    let may = on(&edits, "2024-05-31");
    assert_eq!(may.participants("network-operators").count(), 0);
    let entry = may.entry("network-operators", "7").unwrap();
    assert_eq!(entry.left, Some(day("2024-05-20")));
    assert!(entry.participant.networks.iter().all(|network| network.to.is_some()));
}

#[test]
fn an_applicant_counts_when_it_is_approved() {
    let edits = [
        edit(1, "2024-01-10", "7", added(None, &[3001])),
        edit(2, "2024-02-01", "7", Change::Approved(day("2024-02-01"))),
    ];
    assert_eq!(on(&edits, "2024-01-31").participants("network-operators").count(), 0);
    assert!(on(&edits, "2024-01-31").entry("network-operators", "7").is_some());
    let now = on(&edits, "2024-02-01");
    assert_eq!(now.participants("network-operators").next().unwrap().approved, Some(day("2024-02-01")));
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() {
    let first = edit(1, "2024-01-10", "7", added(Some("2024-01-10"), &[3001]));
    let refused = |change: Change, from: &str, id: &str| {
        let edits = [first.clone(), edit(2, from, id, change)];
        Register::of(&edits, None, None).unwrap_err().to_string()
    };
    let said = refused(Change::NetworkRemoved(Asn(9)), "2024-02-01", "7");
    assert_eq!(
        said,
        "network-operators/7, network_removed as of 2024-02-01 (edit 2): AS9 does not belong to it on that day"
    );
    assert!(refused(Change::NetworkAdded(Asn(3001)), "2024-02-01", "7").contains("belongs to it already"));
    assert!(refused(Change::Removed, "2024-01-09", "7").contains("does not hold it on that day"));
    assert!(refused(Change::Removed, "2024-02-01", "8").contains("does not hold it"));
    assert!(refused(added(None, &[]), "2024-02-01", "7").contains("in the register since 2024-01-10"));

    let programme = load("network-operators").unwrap();
    let wrong =
        |change: Change| edit(1, "2024-01-10", "7", change).examine(programme).unwrap_err().to_string();
    assert!(wrong(Change::NetworkAdded(Asn::ZERO)).contains("AS0 is nobody's network"));
    assert!(wrong(Change::NetworkAdded(Asn(u32::MAX))).contains("nobody's network"));
    assert!(wrong(Change::Renamed(" ".to_owned())).contains("must be a text"));
    assert!(wrong(Change::Renamed("a\u{7}b".to_owned())).contains("control character"));
    assert!(wrong(Change::Renamed("x".repeat(201))).contains("at most 200"));
    let stated = |item: &str, word| wrong(Change::Conformance(item.to_owned(), word));
    assert!(stated("filtring", Conformance::Pending).contains("no item `filtring`: it has filtering,"));
    assert!(stated("filtering", Conformance::Planned).contains("can be conformant, non-conformant, pending"));
    let unnamed = Edit { by: String::new(), ..first };
    assert!(unnamed.examine(programme).unwrap_err().to_string().contains("who makes the edit"));
}

#[test]
fn every_change_is_kept_and_read_back() {
    let changes = [
        added(Some("2024-01-10"), &[1, u32::MAX - 1]),
        added(None, &[]),
        Change::Renamed("é \"x\"".to_owned()),
        Change::Approved(day("2024-01-10")),
        Change::Areas(BTreeSet::new()),
        Change::Partners(vec!["a".to_owned(), "b".to_owned()]),
        Change::Conformance("lab".to_owned(), Conformance::NotImplemented),
        Change::NetworkAdded(Asn(70_000)),
        Change::NetworkRemoved(Asn(70_000)),
        Change::Removed,
    ];
    for change in &changes {
        let text = change.value().to_string();
        let value = serde_json::from_str(&text).unwrap();
        assert_eq!(&Change::read(change.what(), &value).unwrap(), change);
    }
    let kinds: BTreeSet<&str> = changes.iter().map(Change::what).collect();
    assert_eq!(kinds, Change::WHATS.into());
    assert!(Change::read("network_added", &serde_json::json!(4_294_967_296_u64)).is_err());
    assert!(Change::read("exchanged", &serde_json::json!(1)).unwrap_err().to_string().contains("no change"));
}

fn read(text: &str) -> Vec<Participant> {
    let mut faults = FaultCounts::default();
    let list = parse(text.as_bytes(), load("network-operators").unwrap(), &mut faults).unwrap();
    assert_eq!(faults.total(), 0, "{:?}", faults.first());
    list.content
}

/// Edits that import a list.
fn import(edits: &mut Vec<Edit>, list: &[Participant], from: &str, complete: bool) -> usize {
    let register = on(edits, from);
    let programme = load("network-operators").unwrap();
    let changes = difference(&register, programme, list, day(from), complete);
    let n = changes.len();
    for (id, change) in changes {
        edits.push(edit(edits.len() as u64 + 1, from, &id, change));
    }
    n
}

#[test]
fn a_list_goes_in_and_comes_out_the_same() {
    let text = r#"{"measurement_date": "2024-03-31", "participants": [
        {"id": 7, "name": "Acme", "areas_served": ["BE", "NL"], "ASNs": [3001, 3002], "member_since": "2020-01-01",
         "partners": ["A registry"], "filtering": {"conformance": "conformant"}},
        {"id": "own words", "name": "Other", "ASNs": [], "coordination": {"conformance": "pending"}}]}"#;
    let list = read(text);
    let mut edits = Vec::new();
    assert_eq!(import(&mut edits, &list, "2024-03-31", true), 2);
    assert_eq!(import(&mut edits, &list, "2024-03-31", true), 0, "the same list again changes nothing");
    let register = on(&edits, "2024-03-31");
    let held: Vec<&Participant> = register.participants("network-operators").collect();
    let written = write(load("network-operators").unwrap(), day("2024-03-31"), &held);
    let again = read(&written);
    assert_eq!(import(&mut edits, &again, "2024-03-31", true), 0, "{written}");
    assert_eq!(again[0].partners, ["A registry"]);
    assert_eq!(again[1].id, "own words");

    // A later list: one network for another, a name, and one participant that is gone.
    let later = read(&text.replace("3002", "3009").replace("Acme", "Acme NV").replace("own words", "new"));
    assert_eq!(import(&mut edits.clone(), &later, "2024-04-30", false), 4);
    assert_eq!(import(&mut edits, &later, "2024-04-30", true), 5);
    let now = on(&edits, "2024-04-30");
    let acme = &now.entry("network-operators", "7").unwrap().participant;
    let shown: Vec<String> = acme
        .networks
        .iter()
        .map(|n| format!("{} {:?} {:?}", n.asn, n.from.map(|d| d.to_string()), n.to.map(|d| d.to_string())))
        .collect();
    assert_eq!(
        shown,
        [
            "AS3001 Some(\"2020-01-01\") None",
            "AS3002 Some(\"2020-01-01\") Some(\"2024-04-30\")",
            "AS3009 Some(\"2024-04-30\") None",
        ]
    );
    assert_eq!(acme.organisation, "Acme NV");
    assert_eq!(now.participants("network-operators").count(), 2);
    assert_eq!(on(&edits, "2024-04-29"), register.clone());
}
