//! What is registered in mid-event judges what comes after it: the event is detected by what was there when it began, and
//! its replay is judged at each moment by what held then.

mod taking;

use std::path::Path;

use routing::Timestamp;
use serde_json::Value;
use store::{ReplayRow, ReplayStates, Store};
use taking::{HOLDER, TAKEN, TAKER, events, observatory, table, turn};

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), content).unwrap();
}

fn vrps(folder: &Path, day: &str, prefix: &str, asn: u32) {
    let text = format!("ASN,IP Prefix,Max Length,Trust Anchor\nAS{asn},{prefix},24,ripe\n");
    write(folder, &format!("vrps-{day}.csv"), text);
}

/// The objects of a registry that checks who holds what: one that is always there, and those given. All say that they
/// have been there for years.
fn objects(folder: &Path, day: &str, origins: &[u32]) {
    let object = |prefix: &str, origin: u32| {
        format!("route: {prefix}\norigin: AS{origin}\ncreated: 2020-01-01T00:00:00Z\nsource: RIPE\n\n")
    };
    let mut text = object("11.2.0.0/24", 3_401);
    origins.iter().for_each(|origin| text.push_str(&object(TAKEN, *origin)));
    write(folder, &format!("irr-{day}.db"), text);
}

/// A taking from 10 to 12 May.
fn world(folder: &Path, sources: &str) {
    table(folder, "2024-05-01T00:00:00Z", HOLDER);
    turn(folder, "2024-05-10T12:00:00Z", TAKER);
    turn(folder, "2024-05-12T12:00:00Z", HOLDER);
    let text = "data = \"data\"\ngap_seconds_max = 2678400\nreference_skew_days_max = 90\n\
                [[source]]\nkind = \"mrt\"\npath = \"routes/*\"\ncollector = \"rc\"\n";
    write(folder, "observatory.toml", format!("{text}{sources}"));
}

const VRPS: &str = "[[source]]\nkind = \"vrps\"\npath = \"vrps-*.csv\"\n";
const IRR: &str = "[[source]]\nkind = \"irr\"\npath = \"irr-*.db\"\nauthority = \"RIPE\"\n";

/// What an event was judged by: kind, label, moment, days away.
type Input = (String, String, String, u64);

/// The one event of May, its inputs, and its replay.
fn judged(folder: &Path) -> (Value, Vec<Input>, ReplayRow) {
    observatory(folder, &["month", "2024-05"]);
    let events = events(folder, "2024-05");
    assert_eq!(events.len(), 1, "{events:?}");
    let id = events[0]["id"].as_str().unwrap();
    let url = format!("sqlite:{}?mode=rw", folder.join("data/store.sqlite").display());
    let (event, replay) = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&url).await.unwrap();
        let (publication, _) = store.current("2024-05").await.unwrap().unwrap();
        let event = store.event(publication, id).await.unwrap().unwrap();
        (event, store.replay(publication, id).await.unwrap().unwrap())
    });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let inputs = event.tree["inputs"].as_array().unwrap().iter();
    let inputs = inputs.map(|input| {
        let days = input["skew_days"].as_u64().unwrap_or_default();
        (text(&input["what"]), text(&input["label"]), text(&input["as_of"]), days)
    });
    (events[0].clone(), inputs.collect(), replay)
}

fn input<'i>(inputs: &'i [Input], what: &str) -> Option<(&'i str, &'i str, u64)> {
    let found = inputs.iter().find(|input| input.0 == what)?;
    Some((&found.1, &found.2, found.3))
}

/// From when on which snapshot judges, and what it says of the taker's route.
fn course(states: &ReplayStates) -> Vec<(String, String, String)> {
    let mut last = String::new();
    let mut told = Vec::new();
    for (place, (from, _, label)) in states.snapshots.iter().enumerate() {
        let own = states.states.iter().find(|one| usize::from(one.0) == place && one.2 == Some(TAKER));
        if let Some((.., state)) = own {
            last = state.clone().unwrap_or_default();
        }
        told.push((Timestamp(*from).to_string(), label.clone(), last.clone()));
    }
    told
}

#[test]
fn what_is_registered_in_mid_event_judges_only_what_comes_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    world(folder, &format!("{VRPS}{IRR}"));
    vrps(folder, "2024-04-20", "11.2.0.0/24", 3_401);
    vrps(folder, "2024-05-05", "11.2.0.0/24", 3_401);
    vrps(folder, "2024-05-11", TAKEN, TAKER);
    vrps(folder, "2024-05-31", TAKEN, TAKER);
    objects(folder, "2024-05-06", &[]);
    objects(folder, "2024-05-12", &[TAKER]);
    objects(folder, "2024-05-30", &[TAKER]);
    let (event, inputs, replay) = judged(folder);
    assert_eq!((&event["verdict"], &event["culprit"]), (&"incident".into(), &TAKER.into()), "{event}");
    assert_eq!(input(&inputs, "vrps"), Some(("VRPs of 2024-05-05", "2024-05-05T00:00:00Z", 5)));
    let of_registry = "route objects of RIPE of 2024-05-06";
    assert_eq!(input(&inputs, "route_objects"), Some((of_registry, "2024-05-06T00:00:00Z", 4)));
    let told = |from: &str, label: &str, state: &str| (from.to_owned(), label.to_owned(), state.to_owned());
    assert_eq!(
        course(&replay.rpki),
        [
            told("2024-05-10T11:00:00Z", "VRPs of 2024-05-05", "not found"),
            told("2024-05-11T00:00:00Z", "VRPs of 2024-05-11", "valid"),
        ]
    );
    assert_eq!(
        course(&replay.irr),
        [
            told("2024-05-10T11:00:00Z", "route objects of RIPE of 2024-05-06", "none"),
            told("2024-05-12T00:00:00Z", "route objects of RIPE of 2024-05-12", "exact"),
        ]
    );
}

#[test]
fn what_was_registered_before_dismisses_though_it_is_gone_when_the_month_ends() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    world(folder, VRPS);
    vrps(folder, "2024-05-09", TAKEN, TAKER);
    vrps(folder, "2024-05-31", TAKEN, HOLDER);
    let (event, inputs, replay) = judged(folder);
    assert_eq!((&event["verdict"], &event["reason"]), (&"benign".into(), &"rpki_valid".into()), "{event}");
    assert_eq!(input(&inputs, "vrps"), Some(("VRPs of 2024-05-09", "2024-05-09T00:00:00Z", 1)));
    assert_eq!(course(&replay.rpki).len(), 1);
    assert_eq!(replay.irr.unknown.as_deref(), Some("no source of kind `irr` is configured"));
}

#[test]
fn where_all_is_newer_vrps_detect_nothing_and_a_replay_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    world(folder, &format!("{VRPS}{IRR}"));
    vrps(folder, "2024-06-09", TAKEN, TAKER);
    objects(folder, "2024-06-03", &[]);
    let (event, inputs, replay) = judged(folder);
    assert_eq!(event["verdict"], "incident", "{event}");
    let none = "no VRPs from before it are loaded: what the RPKI says of it is not known";
    assert_eq!(input(&inputs, "vrps"), Some((none, "", 0)));
    let (label, as_of, days) = input(&inputs, "route_objects").unwrap();
    assert!(label.contains("newer than the event: an object counts from the day it was created"), "{label}");
    assert_eq!((as_of, days), ("2024-06-03T00:00:00Z", 23));
    let (from, as_of, label) = &replay.rpki.snapshots[0];
    assert!(as_of > from && replay.rpki.snapshots.len() == 1);
    assert_eq!((label.as_str(), course(&replay.rpki)[0].2.as_str()), ("VRPs of 2024-06-09", "valid"));
}
