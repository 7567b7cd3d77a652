//! A small made-up world: documentation numbers and prefixes, every grade, every unknown, hostile texts.

mod evidence;
mod facts;
mod foreign;
pub mod participants;
mod records;
mod roas;
mod sets;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use lake::{Lake, ROUTE_COLUMNS, ROUTES_FILE, RouteRow};
use routing::{Asn, Timestamp};
use serde_json::json;
use store::{
    AggregateRow, EventRow, FaultRow, FrameworkName, GradeCounts, MetricRow, NetworkRow, Publication,
    PublicationRow, ReadinessRow, ScoreRow, SightingRow, SourceFileRow, SourceRow, Store,
};
use web::State;

pub const HOSTILE: &str = "<script>alert(1)</script> & \"Sons\" 'Ltd'";
pub const FORMULA: &str = "=cmd()";
/// The event whose replay holds as much as any may.
pub const LARGE: &str = "bp-11-5feceb66ffc8";

const FILE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const MAY: i64 = 1_714_521_600;
const DAY: i64 = 86_400;

/// A store and a lake in `folder` with two months of the world.
pub async fn state(folder: &Path) -> State {
    let lake = Lake::open(folder.join("lake")).unwrap();
    let store =
        Store::open(&format!("sqlite:{}?mode=rwc", folder.join("store.sqlite").display())).await.unwrap();
    for month in ["2024-04", "2024-05"] {
        let generation = format!("generation-of-{month}");
        write_routes(&lake, &generation);
        store.publish(publication(month, &generation)).await.unwrap();
    }
    State { store, lake, records: Arc::new(records::Files) }
}

/// A store and a lake in `folder` with nothing in them.
#[allow(dead_code)]
pub async fn empty_state(folder: &Path) -> State {
    let lake = Lake::open(folder.join("lake")).unwrap();
    let store =
        Store::open(&format!("sqlite:{}?mode=rwc", folder.join("store.sqlite").display())).await.unwrap();
    State { store, lake, records: Arc::new(records::Files) }
}

/// All routes of the world, by origin and prefix: 64500 has 260, of every state.
pub fn routes() -> Vec<RouteRow> {
    let mut rows = Vec::new();
    let text = |text: &str| Some(text.to_owned());
    for i in 0..240u32 {
        let (rpki, reason) = match i % 12 {
            0 => ("invalid", text(["as", "length", "as0"][i as usize / 12 % 3])),
            1..=3 => ("not-found", None),
            _ => ("valid", None),
        };
        let irr = ["exact", "exact", "covered", "wrong_origin", "none"][i as usize % 5];
        rows.push(RouteRow {
            prefix: format!("10.{i}.0.0/16").parse().unwrap(),
            origin: Some(Asn(64500)),
            rpki: text(rpki),
            rpki_reason: reason,
            irr: text(irr),
            irr_authority: (irr != "none")
                .then(|| if i == 1 { FORMULA.to_owned() } else { "RIPE".to_owned() }),
            peers: 3 + i % 40,
            first_seen: Timestamp(MAY + i64::from(i) * 600),
            last_seen: Timestamp(MAY + 20 * DAY + i64::from(i) * 600),
            full_feed_peers: i % 9,
            excluded: (i % 30 == 7).then(|| "seen by 1 full-feed peer AS, 2 are needed".to_owned()),
            vrps: (i % 2 == 0).then(|| format!("AS64500 10.{i}.0.0/16-24; AS64496 10.0.0.0/8-8")),
            route_objects: (i % 2 == 0).then(|| format!("AS64500 10.{i}.0.0/16 RIPE")),
        });
    }
    for i in 0..20u32 {
        rows.push(RouteRow {
            prefix: format!("2001:db8:{i:x}::/48").parse().unwrap(),
            origin: Some(Asn(64500)),
            rpki: text(if i == 0 { "invalid" } else { "valid" }),
            rpki_reason: (i == 0).then(|| "length".to_owned()),
            irr: text("exact"),
            irr_authority: text("RIPE"),
            peers: 12,
            first_seen: Timestamp(MAY),
            last_seen: Timestamp(MAY + 31 * DAY - 1),
            full_feed_peers: 8,
            excluded: None,
            vrps: None,
            route_objects: None,
        });
    }
    rows
}

fn write_routes(lake: &Lake, generation: &str) {
    let draft = lake.draft(generation).unwrap();
    let file = draft.create(ROUTES_FILE).unwrap();
    lake::write(file, ROUTE_COLUMNS, routes().iter().map(RouteRow::to_values)).unwrap();
    let month = generation.strip_prefix("generation-of-").unwrap();
    lake::write_facts(&draft, &facts::facts(month.parse().unwrap())).unwrap();
    if month == "2024-05" {
        lake::write_as_sets(&draft, sets::sets()).unwrap();
    }
    facts::registered(&draft);
    draft.finish().unwrap();
}

fn frameworks() -> Vec<FrameworkName> {
    ["2024-01", "2018-06"]
        .map(|id| FrameworkName { id: id.to_owned(), digest: measure::framework::load(id).unwrap().digest })
        .to_vec()
}

pub fn publication(month: &str, generation: &str) -> Publication<'static> {
    Publication {
        head: PublicationRow {
            month: month.to_owned(),
            revision: 0,
            generation: generation.to_owned(),
            result: format!("{}{month}", &FILE[..57]),
            frameworks: frameworks(),
            reason: "first computation".to_owned(),
            supersedes: None,
            published_at: MAY + 33 * DAY,
            data_time: Some((MAY, MAY + 31 * DAY)),
            summary: json!({
                "networks": 6,
                "collectors": 2,
                "peers": 61,
                "full_feeds": 44,
                "frameworks": { "2024-01": { "inputs": { "M7RPKI": "VRPs of 2024-05-31" } } },
                "rpki": { "valid": 812_345, "invalid": 12_345, "not_found": 400_123, "from": "VRPs of 2024-05-31" },
                "irr": { "exact": 700_000, "covered": 204_000, "wrong_origin": 120_000, "none": 200_813 },
            }),
        },
        sources: sources(),
        networks: networks(),
        readiness: readiness().into(),
        aggregates: aggregates(),
        events: events().into(),
        replays: evidence::replays(),
        opinions: evidence::opinions(),
        incidents: evidence::incidents(),
        peers: peers(),
        participants: participants::rows(),
        programmes: participants::figures(),
        foreign_series: foreign::series(),
        foreign: foreign::rows(),
        roas: roas::rows(month),
    }
}

fn networks() -> Vec<NetworkRow> {
    let network = |asn: u32, name: Option<&str>, economy: Option<&str>| NetworkRow {
        asn,
        name: name.map(str::to_owned),
        organisation: name.map(|name| format!("{name} Holding")),
        siblings: if asn == 64500 { vec![64496, 64497] } else { Vec::new() },
        economy: economy.map(str::to_owned),
        economy_from: economy.map(|_| "delegation file of ripencc".to_owned()),
        registry: if economy.is_some() { "RIPE NCC".to_owned() } else { "registry not loaded".to_owned() },
        status: economy.map(|_| "assigned".to_owned()),
        customers: (asn == 64500).then_some(1_204),
        aspa_providers: (asn == 64500).then(|| vec![64496]),
        routes: if asn == 64500 { [240, 20] } else { [0, 0] },
        space: if asn == 64500 { [61_440.0, 20.0] } else { [0.0, 0.0] },
        rpki: (asn != 64499).then_some(if asn == 64500 { [[160, 20, 60], [19, 1, 0]] } else { [[0; 3]; 2] }),
        irr: (asn != 64499).then_some(if asn == 64500 {
            [[96, 48, 48, 48], [20, 0, 0, 0]]
        } else {
            [[0; 4]; 2]
        }),
    };
    vec![
        network(64496, Some("Lantern Transit"), Some("NL")),
        network(64497, Some("Harbour Internet Exchange"), Some("DE")),
        network(64498, Some(HOSTILE), Some("ZZ")),
        network(64499, None, None),
        network(64500, Some("Meridian Broadband"), Some("NL")),
        network(64501, Some(FORMULA), Some("EU")),
    ]
}

fn readiness() -> Vec<ReadinessRow> {
    let mut rows = Vec::new();
    for (asn, standing) in [(64496, 0), (64497, 1), (64498, 2), (64499, 3), (64500, 1), (64501, 2)] {
        let grades = ["ready", "aspiring", "lagging"];
        let score = |key: &str, value: [f64; 3], why: &str| ScoreRow {
            key: key.to_owned(),
            score: value.get(standing).copied(),
            grade: value.get(standing).map(|v| {
                grades[if *v >= 0.9 {
                    0
                } else if *v >= 0.5 {
                    1
                } else {
                    2
                }]
                .to_owned()
            }),
            unknown: (standing == 3).then(|| why.to_owned()),
        };
        let no_data = |key: &str, why: &str| ScoreRow {
            key: key.to_owned(),
            score: None,
            grade: None,
            unknown: Some(why.to_owned()),
        };
        let metric = |code: &str, value: Option<f64>, unknown: &str, because: &str| MetricRow {
            metric: code.to_owned(),
            value,
            unknown: value.is_none().then(|| unknown.to_owned()),
            because: because.to_owned(),
        };
        let share = [0.9642857, 0.8999999, 0.1842].get(standing).copied();
        let metrics = vec![
            metric("M1", None, "M1 not measured", ""),
            metric("M2", None, "hijacks are not looked for by this version", ""),
            metric("M2C", None, "hijacks are not looked for by this version", ""),
            metric(
                "M3",
                Some(if asn == 64500 { 3.5 } else { 0.0 }),
                "",
                "3 incidents of 4 events in 31 days of data",
            ),
            metric("M3C", Some(0.25), "", "1 incident of 1 event in 31 days of data"),
            metric("M4", Some(0.0), "", "no incident in 31 days of data"),
            metric("M4C", Some(0.0), "", "no incident in 31 days of data"),
            metric("M5", None, "no spoofing tests loaded", ""),
            metric(
                "M7IRR",
                share,
                "no routes announced",
                "212 of 236 counted routes have a route object (RIPE, 2024-05-31)",
            ),
            metric(
                "M7RPKI",
                share,
                "no routes announced",
                "176 valid, 21 invalid, 60 not-found of 257 counted routes (VRPs of 2024-05-31)",
            ),
            metric(
                "M8",
                (standing < 3).then_some(if standing == 2 { 0.0 } else { 1.0 }),
                "no contacts loaded",
                "PeeringDB of 2024-05-30",
            ),
        ];
        rows.push(ReadinessRow {
            framework: "2024-01".to_owned(),
            asn,
            scores: vec![
                no_data("filtering", "no data: M2, M2C not measured"),
                no_data("anti_spoofing", "no data: M5 not measured"),
                score("coordination", [1.0, 1.0, 0.0], "no data: M8 not measured"),
                score(
                    "routing_information_irr",
                    [0.9642857, 0.8999999, 0.1842],
                    "no data: M7IRR not measured",
                ),
                score(
                    "routing_information_rpki",
                    [0.9642857, 0.8999999, 0.1842],
                    "no data: M7RPKI not measured",
                ),
            ],
            metrics: metrics.clone(),
            counted_routes: if asn == 64500 { [232, 20] } else { [0, 0] },
            excluded_routes: if asn == 64500 {
                BTreeMap::from([("seen by too few full-feed peer ASes".to_owned(), 8)])
            } else {
                BTreeMap::new()
            },
        });
        rows.push(ReadinessRow {
            framework: "2018-06".to_owned(),
            asn,
            scores: Vec::new(),
            metrics,
            counted_routes: [0, 0],
            excluded_routes: BTreeMap::new(),
        });
    }
    rows
}

fn aggregates() -> Vec<AggregateRow> {
    let codes = "AR AT AU BE BG BR CA CH CL CN CZ DE DK EE ES EU FI FR GB GR HK HU ID IE IN IT JP KE NL ZZ";
    let graded = |key: &str, n: u64, mean: Option<f64>| match mean {
        Some(_) => {
            let (ready, aspiring, lagging) = (n / 2, n / 5, n / 4);
            let no_data = n - ready - aspiring - lagging;
            GradeCounts { key: key.to_owned(), mean, ready, aspiring, lagging, no_data }
        }
        None => GradeCounts { key: key.to_owned(), mean, ready: 0, aspiring: 0, lagging: 0, no_data: n },
    };
    let area = |scope: &str, code: &str, n: u64, partial: bool| AggregateRow {
        framework: "2024-01".to_owned(),
        scope: scope.to_owned(),
        area: code.to_owned(),
        networks: n,
        routes: [n * 12, n * 3],
        scores: vec![
            graded("filtering", n, None),
            graded("anti_spoofing", n, None),
            graded("coordination", n, Some(0.7712)),
            graded("routing_information_irr", n, (code != "ZZ").then_some(0.61 + (n % 37) as f64 / 100.0)),
            graded("routing_information_rpki", n, (code != "ZZ").then_some(0.35 + (n % 53) as f64 / 100.0)),
        ],
        events: BTreeMap::from([("bogon_prefix".to_owned(), n / 400), ("bogon_asn".to_owned(), n / 900)]),
        partial,
    };
    let mut rows = vec![area("world", "", 81_234, true)];
    let regions = [("europe", 31_234), ("western-europe", 9_876), ("africa", 3_210), ("ripencc", 37_001)];
    rows.extend(regions.map(|(slug, n)| area("region", slug, n, false)));
    rows.extend(
        codes
            .split(' ')
            .enumerate()
            .map(|(i, code)| area("economy", code, 97 + 613 * i as u64 % 7000, i == 1)),
    );
    let without_scores = |row: &AggregateRow| AggregateRow {
        framework: "2018-06".to_owned(),
        scores: Vec::new(),
        ..row.clone()
    };
    let older: Vec<AggregateRow> = rows.iter().map(without_scores).collect();
    rows.extend(older);
    rows
}

fn events() -> Vec<EventRow> {
    let sighting = |i: i64| SightingRow {
        collector: format!("rrc0{i}"),
        peer: format!("192.0.2.{}", i + 1),
        peer_asn: 64496,
        path: "64496 64497 64500 64500 64500".to_owned(),
        start: MAY + 2 * DAY + 3600 * i,
        end: MAY + 4 * DAY,
        end_because: "withdrawn".to_owned(),
        file: FILE.to_owned(),
        offset: 123_456_789,
    };
    let mut rows: Vec<EventRow> = (0..13)
        .map(|i| EventRow {
            id: format!("bp-{i:02}-5feceb66ffc8"),
            kind: "bogon_prefix".to_owned(),
            verdict: "incident".to_owned(),
            reason: "bogon".to_owned(),
            confidence: 100,
            tree: evidence::tree(),
            story: (i < 3).then(|| "bp-00-5feceb66ffc8".to_owned()),
            class: if i % 4 == 3 { "administrative" } else { "full" }.to_owned(),
            culprit: Some(64500),
            economy: Some("NL".to_owned()),
            prefix: format!("192.168.{i}.0/24"),
            bogon_asn: None,
            start: MAY + 2 * DAY + i * 5000,
            end: MAY + 3 * DAY + i * 9000,
            ongoing: i == 12,
            estimated: i == 3,
            end_unknown: (i == 3).then(|| "lone_table".to_owned()),
            rule: "192.168.0.0/16 is private use (RFC 1918): no network may announce it".to_owned(),
            rule_source: "IANA IPv4 special-purpose address registry, built in".to_owned(),
            peers: 14,
            collectors: vec!["rrc00".to_owned(), "route-views2".to_owned()],
            accomplices: vec![(64497, 1), (64496, 2)],
            sightings: (0..3).map(sighting).collect(),
            ..EventRow::default()
        })
        .collect();
    rows.push(EventRow {
        id: "ba-00-hostile".to_owned(),
        kind: "bogon_asn".to_owned(),
        class: "full".to_owned(),
        culprit: None,
        economy: None,
        prefix: "198.51.100.0/24".to_owned(),
        bogon_asn: Some(65_000),
        start: MAY + 9 * DAY,
        end: MAY + 9 * DAY + 45,
        ongoing: false,
        estimated: false,
        rule: format!("65000 is private use (RFC 6996) {HOSTILE}"),
        rule_source: "built in".to_owned(),
        peers: 1,
        collectors: Vec::new(),
        accomplices: vec![(64498, 1)],
        verdict: "incident".to_owned(),
        reason: "bogon".to_owned(),
        confidence: 100,
        ..EventRow::default()
    });
    rows.extend(evidence::events());
    rows
}

fn sources() -> Vec<SourceRow> {
    let file = |name: &str, kind: &str, size: i64, faults: i64| SourceFileRow {
        name: name.to_owned(),
        digest: FILE.to_owned(),
        size_bytes: size,
        part: String::new(),
        format: kind.to_owned(),
        as_of: Some(MAY + 30 * DAY),
        as_of_from: "content".to_owned(),
        skew_days: Some(0),
        used: true,
        status: "read whole".to_owned(),
        records: 1_234_567,
        records_outside: 12,
        elements: 9_876_543,
        faults,
        skipped: faults / 2,
        fault_kinds: if faults == 0 {
            Vec::new()
        } else {
            vec![FaultRow {
                code: "attribute-length".to_owned(),
                meaning: "An attribute is longer than its message.".to_owned(),
                rule: "RFC 7606 §4".to_owned(),
                count: faults,
            }]
        },
        first_faults: if faults == 0 {
            Vec::new()
        } else {
            vec![format!("byte 4711: attribute-length {HOSTILE}")]
        },
    };
    let source = |name: &str, kind: &str, used_for: &str, files: Vec<SourceFileRow>| SourceRow {
        name: name.to_owned(),
        kind: kind.to_owned(),
        used_for: used_for.to_owned(),
        path: format!("data/{name}/*"),
        status: "Every file was read.".to_owned(),
        used: true,
        files,
    };
    let updates = (0..230).map(|i| {
        file(&format!("updates.202405{:02}.{i:04}.gz", i % 30 + 1), "MRT", 4_400_000, i64::from(i == 2) * 17)
    });
    let mut held =
        source("peeringdb", "contacts", "M8", vec![file("peeringdb_2024-05-30.json", "PeeringDB", 0, 0)]);
    held.used = false;
    held.status = "Held since 2024-05-12, because the dump shrank by 66 %.".to_owned();
    held.files[0].used = false;
    held.files[0].status = "shrank from 8.2 MB to 2.8 MB".to_owned();
    held.files[0].as_of = None;
    held.files[0].skew_days = None;
    let mut nothing = source("nothing-there", "aspas", "providers each network authorised", Vec::new());
    nothing.used = false;
    nothing.status = "Not used, because no file matches the path.".to_owned();
    vec![
        source("rrc00", "mrt", "routes, every metric that looks at announcements", updates.collect()),
        source(
            "rpki",
            "vrps",
            "M7RPKI, RPKI state of every route",
            vec![file("roas.csv", "RIPE roas.csv", 21_000_000, 0)],
        ),
        source(
            "ripe",
            "irr",
            "M7IRR, IRR state of every route",
            vec![file("ripe.db.route.gz", "RPSL", 345_678_901, 4)],
        ),
        nothing,
        held,
    ]
}

fn peers() -> Vec<store::PeerRow> {
    let peer = |address: &str, asn, family, prefixes, share_percent| store::PeerRow {
        collector: "north".to_owned(),
        address: address.to_owned(),
        asn,
        family,
        prefixes,
        share_percent,
        full_feed: share_percent >= 75,
        route_server: asn == 64502,
    };
    vec![
        peer("192.0.2.1", 64500, 4, 12_345, 100),
        peer("2001:db8::1", 64501, 6, 678, 12),
        peer("192.0.2.3", 64502, 4, 700, 5),
    ]
}
