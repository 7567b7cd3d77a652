//! What is open when a month ends goes on in the next: it counts there from the first second on, says since when, and what
//! the table of the month's beginning shows of it is nobody's right to the space.

use core::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::Command;

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{OriginCode, PeerEntry, Session};
use routing::{AsPath, Asn, Prefix, Timestamp};
use serde_json::Value;

const HOLDER: u32 = 3_400;
const TAKER: u32 = 3_900;
const PEERS: [u32; 3] = [3_001, 3_002, 3_003];
const TAKEN: &str = "11.0.0.0/24";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn session(peer: usize) -> Session {
    Session {
        peer_address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, peer as u8 + 1)),
        peer_asn: Asn(PEERS[peer]),
        local_address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 254)),
        local_asn: Asn(3_500),
        interface: 0,
        local: false,
    }
}

fn route(peer: usize, origin: u32) -> Route {
    Route {
        origin: OriginCode::Igp,
        path: AsPath::from_sequence([PEERS[peer], 3_300, origin].map(Asn)),
        next_hop: session(peer).peer_address,
        med: None,
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: None,
    }
}

/// A table of four prefixes, of which one has the given origin.
fn table(folder: &Path, time: &str, origin: u32) {
    let time = at(time);
    let mut writer = Writer::new(Vec::new());
    let peers: Vec<PeerEntry> = (0..PEERS.len())
        .map(|peer| PeerEntry {
            bgp_id: Ipv4Addr::LOCALHOST,
            address: session(peer).peer_address,
            asn: session(peer).peer_asn,
        })
        .collect();
    writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "", &peers).unwrap();
    for (n, (prefix, origin)) in
        (0..).zip([(TAKEN, origin), ("11.0.1.0/24", HOLDER), ("11.1.0.0/24", TAKER), ("11.2.0.0/24", 3_401)])
    {
        let routes: Vec<Route> = (0..PEERS.len()).map(|peer| route(peer, origin)).collect();
        let rows: Vec<Entry<'_>> = (0..)
            .zip(&routes)
            .map(|(peer_index, route)| Entry { peer_index, originated: time, route })
            .collect();
        writer.rib(time, n, prefix.parse().unwrap(), &rows).unwrap();
    }
    write(folder, time, "rib", writer);
}

/// All peers turn to an origin.
fn turn(folder: &Path, time: &str, origin: u32) {
    let time = at(time);
    let mut writer = Writer::new(Vec::new());
    let prefix: Prefix = TAKEN.parse().unwrap();
    for peer in 0..PEERS.len() {
        writer.announce(time, &session(peer), &[prefix], &route(peer, origin)).unwrap();
    }
    write(folder, time, "updates", writer);
}

fn write(folder: &Path, time: Timestamp, kind: &str, writer: Writer<Vec<u8>>) {
    std::fs::create_dir_all(folder.join("routes")).unwrap();
    std::fs::write(folder.join(format!("routes/{}.{kind}", time.0)), writer.into_inner()).unwrap();
}

/// A taking that begins in April and ends in May, when the holder announces its space again.
fn world(folder: &Path) {
    table(folder, "2024-04-01T00:00:00Z", HOLDER);
    turn(folder, "2024-04-29T12:00:00Z", TAKER);
    table(folder, "2024-05-01T00:00:00Z", TAKER);
    turn(folder, "2024-05-03T10:00:00Z", HOLDER);
    turn(folder, "2024-05-04T10:00:00Z", TAKER);
    turn(folder, "2024-05-04T11:00:00Z", HOLDER);
    table(folder, "2024-06-01T00:00:00Z", HOLDER);
    std::fs::write(
        folder.join("vrps-2024-03-31.csv"),
        format!("ASN,IP Prefix,Max Length,Trust Anchor\nAS{HOLDER},{TAKEN},24,ripe\n"),
    )
    .unwrap();
    std::fs::write(
        folder.join("observatory.toml"),
        "data = \"data\"\ngap_seconds_max = 2678400\nreference_skew_days_max = 90\n\
         [[source]]\nkind = \"mrt\"\npath = \"routes/*\"\ncollector = \"rc\"\n\
         [[source]]\nkind = \"vrps\"\npath = \"vrps-*.csv\"\ndate = 2024-03-31\n",
    )
    .unwrap();
}

fn observatory(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args(arguments)
        .args(["--config", "observatory.toml"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn events(folder: &Path, month: &str) -> Vec<Value> {
    let lines = observatory(folder, &["export", "events", "--month", month, "--format", "ndjson"]);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_is_open_goes_on_in_the_next_month() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    world(folder);
    for month in ["2024-04", "2024-05", "2024-06"] {
        observatory(folder, &["month", month]);
    }
    let april = events(folder, "2024-04");
    assert_eq!(april.len(), 1, "{april:?}");
    assert_eq!(april[0]["kind"], "misorigination");
    assert_eq!(april[0]["start"], "2024-04-29T12:00:00Z");
    assert_eq!(april[0]["ongoing"], true);
    let may = events(folder, "2024-05");
    let times: Vec<(&str, &str)> =
        may.iter().map(|e| (e["start"].as_str().unwrap(), e["end"].as_str().unwrap())).collect();
    assert_eq!(
        times,
        [("2024-05-01T00:00:00Z", "2024-05-03T10:00:00Z"), ("2024-05-04T10:00:00Z", "2024-05-04T11:00:00Z"),],
        "the rest of it, and its return: {may:?}"
    );
    for event in &may {
        assert_eq!((&event["culprit"], &event["verdict"]), (&Value::from(TAKER), &Value::from("incident")));
    }
    let told = observatory(folder, &["explain", may[0]["id"].as_str().unwrap(), "--month", "2024-05"]);
    let began =
        format!("It began at 2024-04-29T12:00:00Z, as event {} of 2024-04", april[0]["id"].as_str().unwrap());
    assert!(told.contains(&began), "{told}");
    assert_eq!(events(folder, "2024-06"), Vec::<Value>::new(), "over is over");
}

#[test]
fn without_the_month_before_nothing_is_known_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    world(folder);
    observatory(folder, &["month", "2024-05"]);
    let told = events(folder, "2024-05");
    let is_blamed = |e: &&Value| e["verdict"] == "incident" && e["culprit"] == HOLDER;
    assert!(told.iter().find(is_blamed).is_none(), "who takes back its own is no culprit: {told:?}");
}

#[test]
fn what_registrations_dismiss_goes_on_too_and_its_origin_is_known_by_then() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    world(folder);
    let vrps = format!("ASN,IP Prefix,Max Length,Trust Anchor\nAS{TAKER},{TAKEN},24,ripe\n");
    std::fs::write(folder.join("vrps-2024-03-31.csv"), vrps).unwrap();
    let config = std::fs::read_to_string(folder.join("observatory.toml")).unwrap();
    let config = format!("frameworks = [\"2024-01\", \"2022-10\"]\n{config}");
    std::fs::write(folder.join("observatory.toml"), config).unwrap();
    for month in ["2024-04", "2024-05"] {
        observatory(folder, &["month", month]);
    }
    let april = events(folder, "2024-04");
    assert_eq!((&april[0]["verdict"], &april[0]["reason"]), (&"benign".into(), &"rpki_valid".into()));
    let may = events(folder, "2024-05");
    let own: Vec<&Value> = may.iter().filter(|event| event["culprit"] == TAKER).collect();
    assert_eq!(own.len(), 2, "the rest of it, and its return: {may:?}");
    assert_eq!((&own[0]["verdict"], &own[0]["start"]), (&"benign".into(), &"2024-05-01T00:00:00Z".into()));
    assert_eq!(own[0]["end"], "2024-05-03T10:00:00Z");
    // Forbidden by the VRP, the other one takes space of which the authorised one is the incumbent.
    let other = may.iter().find(|event| event["culprit"] == HOLDER).expect("the holder of old");
    assert_eq!((&other["verdict"], &other["victims"]), (&"incident".into(), &TAKER.to_string().into()));
    let m2 = |framework: &str| {
        let asn = format!("AS{TAKER}");
        let told = observatory(folder, &["explain", &asn, "--month", "2024-05", "--framework", framework]);
        let (_, from) = told.split_once("\nM2 ").unwrap();
        from.lines().nth(1).unwrap().trim().to_owned()
    };
    assert!(m2("2024-01").starts_with("value 0:"), "{}", m2("2024-01"));
    assert!(m2("2022-10").starts_with("value 4:"), "2 days and 10 hours, an hour: {}", m2("2022-10"));
}
