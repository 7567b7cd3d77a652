//! Events of every verdict, the routes around one of them, and what others say.

use serde_json::json;
use store::{
    EventRow, IncidentRow, OpinionMatchRow, OpinionRow, ReplayRoute, ReplayRow, ReplayStates, SightingRow,
};

use super::{DAY, FILE, HOSTILE, MAY};

/// When the misorigination of the world began.
const BEGAN: i64 = MAY + 20 * DAY;

pub fn events() -> Vec<EventRow> {
    let sighting = SightingRow {
        collector: "rrc00".to_owned(),
        peer: "192.0.2.1".to_owned(),
        peer_asn: 64496,
        path: "64496 64497 64500".to_owned(),
        start: BEGAN,
        end: BEGAN + 5400,
        end_because: "replaced by another path".to_owned(),
        file: FILE.to_owned(),
        offset: 123_456_789,
    };
    let event = |id: &str, kind: &str, verdict: &str, reason: &str, prefix: &str, start: i64| EventRow {
        id: id.to_owned(),
        kind: kind.to_owned(),
        verdict: verdict.to_owned(),
        reason: reason.to_owned(),
        confidence: 83,
        culprit: Some(64500),
        economy: Some("NL".to_owned()),
        victims: vec![64501, 64502],
        prefix: prefix.to_owned(),
        start,
        end: start + 5400,
        rule: format!("A new origin {HOSTILE}"),
        rule_source: "history".to_owned(),
        peers: 2,
        collectors: vec!["rrc00".to_owned()],
        accomplices: vec![(64497, 1)],
        tree: tree(),
        ..EventRow::default()
    };
    vec![
        EventRow {
            related: Some("10.3.0.0/16".to_owned()),
            likely_cause: Some("typo".to_owned()),
            credits: vec![64498],
            sightings: vec![sighting],
            ..event("mo-00-incident", "misorigination", "incident", "more_specific", "10.3.7.0/24", BEGAN)
        },
        event("mo-01-benign", "misorigination", "benign", "rpki_valid", "10.4.0.0/16", BEGAN + DAY),
        EventRow {
            culprit: None,
            leak_type: Some(4),
            leak_between: (Some(64501), Some(64502)),
            ..event(
                "rl-00-undecided",
                "route_leak",
                "undecided",
                "unknown_history",
                "10.5.0.0/16",
                BEGAN + 2 * DAY,
            )
        },
    ]
}

/// Two peers: one changes to the culprit and back, the other keeps the victim's route.
pub fn replays() -> Vec<ReplayRow> {
    let text = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let peer = |collector: &str, address: &str, asn| (collector.to_owned(), address.to_owned(), asn);
    let replay = ReplayRow {
        event: "mo-00-incident".to_owned(),
        prefixes: text(&["10.3.7.0/24", "10.3.0.0/16"]),
        peers: vec![peer("rrc00", "192.0.2.1", 64496), peer("route-views2", "192.0.2.9", 64499)],
        paths: text(&["64496 64497 64500", "64496 64501", "64499 64498 64501", "64496 64497 64500 64500"]),
        ends: text(&["withdrawn", "data end", "replaced by another path"]),
        routes: vec![
            ReplayRoute(1, 0, 1, 0, MAY, MAY + 30 * DAY, 1),
            ReplayRoute(1, 1, 2, 0, MAY, MAY + 30 * DAY, 1),
            ReplayRoute(0, 0, 0, 0, BEGAN, BEGAN + 1800, 2),
            ReplayRoute(0, 0, 3, 0, BEGAN + 1800, BEGAN + 5400, 0),
        ],
        held_more: 3,
        changes_more: 4,
        until: Some(BEGAN + 9000),
        rpki: ReplayStates {
            unknown: None,
            snapshots: vec![
                (BEGAN - 3600, BEGAN - 2 * DAY, "VRPs of 2024-05-19".to_owned()),
                (BEGAN + 3600, BEGAN + 3600, "VRPs of 2024-05-21T01:00:00Z".to_owned()),
            ],
            states: vec![
                (0, 0, Some(64500), Some("not found".to_owned())),
                (0, 1, Some(64501), Some("valid".to_owned())),
                (1, 0, Some(64500), Some("invalid (as)".to_owned())),
            ],
        },
        irr: ReplayStates {
            unknown: Some("no source of kind `irr` is configured".to_owned()),
            ..ReplayStates::default()
        },
    };
    vec![replay, large()]
}

/// As many peers, paths and changes as a replay holds, every path of ten networks that no other has.
fn large() -> ReplayRow {
    const PEERS: u32 = 150;
    let path = |peer: u32, origin: u32| {
        let hops: Vec<String> =
            (0..9).map(|hop| (4_200_000_000 + peer * 100 + origin % 7 * 10 + hop).to_string()).collect();
        format!("{} {origin}", hops.join(" "))
    };
    let paths = (0..PEERS).flat_map(|peer| [path(peer, 64501), path(peer, 64500)]);
    let start = MAY + 2 * DAY + 55_000;
    let routes = (0..PEERS).flat_map(|peer| {
        let turn = start + i64::from(PEERS - peer);
        let held = ReplayRoute(0, peer, 2 * peer, 0, start - 3600, turn, 2);
        if peer >= 50 {
            vec![
                held,
                ReplayRoute(0, peer, 2 * peer + 1, 0, turn, turn + 900, 0),
                ReplayRoute(0, peer, 2 * peer, 0, turn + 900, start + 7200, 1),
            ]
        } else {
            vec![held]
        }
    });
    let pairs = [64501, 64500].map(|origin| (0, 0, Some(origin), Some("not found".to_owned())));
    ReplayRow {
        event: super::LARGE.to_owned(),
        prefixes: vec!["192.168.11.0/24".to_owned()],
        peers: (0..PEERS)
            .map(|peer| {
                (
                    format!("rrc{:02}", peer % 20),
                    format!("2001:db8:ffff:ffff:ffff:ffff:ffff:{peer:x}"),
                    4_200_000_000 + peer * 100,
                )
            })
            .collect(),
        paths: paths.collect(),
        ends: ["withdrawn", "data end", "replaced by another path"].map(str::to_owned).into(),
        routes: routes.collect(),
        held_more: 400,
        changes_more: 900,
        until: Some(start + 3600),
        rpki: ReplayStates {
            unknown: None,
            snapshots: vec![(start - 7200, start - DAY, "VRPs of 2024-05-05".to_owned())],
            states: pairs.into(),
        },
        irr: ReplayStates {
            unknown: Some("no source of kind `irr` is configured".to_owned()),
            ..ReplayStates::default()
        },
    }
}

pub fn opinions() -> Vec<OpinionRow> {
    let matched = OpinionMatchRow {
        event: "mo-00-incident".to_owned(),
        kind: "misorigination".to_owned(),
        verdict: "incident".to_owned(),
        same_prefix: true,
        same_culprit: Some(false),
        same_kind: true,
    };
    let opinion = |id: &str, publisher: &str, called: &str, start: i64| OpinionRow {
        id: id.to_owned(),
        publisher: publisher.to_owned(),
        source: "others".to_owned(),
        claim: "hijack".to_owned(),
        called: called.to_owned(),
        start,
        culprits: vec![64500],
        victims: vec![64501],
        prefixes: vec!["10.3.7.0/24".to_owned()],
        prefixes_all: 3,
        tags: vec![format!("tag {HOSTILE}")],
        details: vec![("path".to_owned(), HOSTILE.to_owned())],
        ..OpinionRow::default()
    };
    vec![
        OpinionRow {
            suspicion: Some(80),
            confidence: Some(50),
            events: vec![matched],
            ..opinion("grip-moas-1", "GRIP", "moas", BEGAN)
        },
        OpinionRow {
            end: Some(BEGAN + 3 * DAY + 60),
            ..opinion("radar-hijack-8", "Cloudflare Radar", "origin hijack", BEGAN + 3 * DAY)
        },
    ]
}

/// A verdict tree with every part filled.
pub fn tree() -> serde_json::Value {
    json!({
        "inputs": [{ "what": "vrps", "label": "VRPs of rpki", "as_of": "2024-05-01T00:00:00Z", "skew_days": 2 }],
        "fired": [{ "rule": "listed", "sentence": format!("The space is nobody's {HOSTILE}."), "points": 5 }],
        "against": [{ "rule": "short", "sentence": "It was seen for a short time.", "points": null }],
        "flips": [{ "rule": "registered", "sentence": "A registration before the event.", "points": null }],
    })
}

/// Three as framework 2024-01 counts them: one of two days, what a neighbour passed on of it, and one of many
/// events that goes on.
pub fn incidents() -> Vec<IncidentRow> {
    let incident = |metric: &str, network: u32, weight: f64, start: i64, end: i64, adds: f64| IncidentRow {
        framework: "2024-01".to_owned(),
        id: format!("{metric}-{network}-{start}-{}", (weight * 1e6) as u32),
        metric: metric.to_owned(),
        network,
        start,
        end,
        weight,
        adds,
        events: (0..6).map(|i| format!("bp-{i:02}-5feceb66ffc8")).collect(),
        prefixes: (0..6).map(|i| format!("192.168.{i}.0/24")).collect(),
        culprit: Some(64500),
        economy: Some("NL".to_owned()),
        verdict: "incident".to_owned(),
        reason: "bogon".to_owned(),
        confidence: 100,
        ..IncidentRow::default()
    };
    let first = incident("M3", 64500, 1.0, MAY + 2 * DAY, MAY + 4 * DAY, 3.0);
    let passed_on = incident("M3C", 64497, 0.5, MAY + 2 * DAY, MAY + 4 * DAY, 1.5);
    let mut open = incident("M3", 64500, 1.0, MAY + 13 * DAY, MAY + 13 * DAY + 1740, 0.5);
    open.events = (0..13).map(|i| format!("bp-{i:02}-5feceb66ffc8")).collect();
    open.ongoing = true;
    vec![first, passed_on, open]
}
