use std::io::BufReader;
use std::time::Instant;

use pipeline::month::{Registration, Route, Verdict};
use reference::vrp;
use routing::FaultCounts;

use super::*;
use crate::load::{Admitted, VrpChain};

#[test]
fn the_words_of_store_and_computation_are_the_same() {
    assert_eq!(State::ALL.map(State::code), store::ROA_STATES);
    assert_eq!(Move::ALL.map(Move::code), store::ROA_MOVES);
    assert_eq!(pipeline::roas::What::ALL.map(|what| what.code()), store::ROA_CAUSES);
}

fn network(asn: u32, economy: &str, registry: reference::Registry) -> Network {
    Network {
        asn: Asn(asn),
        registration: Registration::Listed { registry },
        name: None,
        organisation: None,
        siblings: Vec::new(),
        economy: Some((economy.to_owned(), "test")),
        customers: None,
        aspa_providers: None,
        routes: Vec::new(),
        route_counts: [0; 2],
        space: [0.0; 2],
        rpki: None,
        irr: None,
    }
}

/// Routes of a month, those of `bogons` among them.
fn month_of(routes: &[(Prefix, Option<Asn>)], bogons: &[Prefix]) -> (Vec<Route>, Vec<Verdict>) {
    let at = routing::Timestamp(0);
    let judged = routes.iter().map(|&(prefix, origin)| {
        let bogon = bogons.contains(&prefix).then_some(reference::bogons::BogonClass::Full);
        let verdict = Verdict { rpki: None, irr: None, bogon, artefact: false, forged_origin: false };
        let seen = Route {
            prefix,
            origin,
            peers: 1,
            full_feed_peers: 1,
            first_seen: at,
            last_seen: at,
            seen_seconds: 0,
        };
        (seen, verdict)
    });
    judged.unzip()
}

fn vrp(prefix: &str, max_length: u8, asn: u32) -> Vrp {
    let prefix = prefix.parse().unwrap();
    Vrp { prefix, max_length, asn: Asn(asn), trust_anchor: TrustAnchor::NotSaid }
}

fn days(lists: &[(&str, Vec<Vrp>)]) -> VrpDays {
    let mut chain = VrpChain::default();
    let admitted = lists.iter().map(|(day, vrps)| {
        let place = chain.push(vrps.clone());
        Admitted::at(0, day.parse().unwrap(), place)
    });
    let admitted: Vec<Admitted> = admitted.collect();
    chain.finish();
    VrpDays::of_one(chain, "2024-05".parse().unwrap(), &admitted)
}

#[test]
fn areas_hold_the_routes_of_their_networks_and_networks_list_days_of_change() {
    let route = |prefix: &str, asn: u32| (prefix.parse().unwrap(), Some(Asn(asn)));
    let routes =
        [route("10.0.0.0/8", 1), route("10.0.0.0/24", 2), route("11.0.0.0/24", 3), route("127.0.0.0/8", 3)];
    let (routes, verdicts) = month_of(&routes, &["127.0.0.0/8".parse().unwrap()]);
    let networks =
        [network(1, "NL", reference::Registry::RipeNcc), network(2, "US", reference::Registry::Arin)];
    let vrps = days(&[
        ("2024-04-30", vec![vrp("10.0.0.0/8", 8, 1)]),
        ("2024-05-02", vec![vrp("10.0.0.0/8", 8, 1), vrp("11.0.0.0/24", 24, 3)]),
        ("2024-05-04", vec![vrp("10.0.0.0/8", 8, 1), vrp("10.0.0.0/24", 24, 2)]),
        ("2024-05-05", vec![vrp("10.0.0.0/8", 8, 1), vrp("10.0.0.0/24", 24, 2)]),
    ]);
    let participants = [ParticipantRow {
        revision: None,
        also: Vec::new(),
        partners: Vec::new(),
        programme: "ixps".to_owned(),
        id: "1".to_owned(),
        organisation: "One".to_owned(),
        approved: None,
        areas: Vec::new(),
        networks: [(2, true), (3, false)]
            .map(|(asn, counted)| store::MembershipRow { asn, from: None, to: None, counted, known: true })
            .to_vec(),
        listed: "2024-05-01".to_owned(),
        source: "list".to_owned(),
        conformance: BTreeMap::new(),
        scores: BTreeMap::new(),
    }];
    let rows = judged(&vrps, Announced::new(&routes, &verdicts), &networks, &participants);
    assert_eq!(rows.month.left_out, BTreeMap::from([("bogon prefix".to_owned(), 1)]));
    let calendar: Vec<_> = rows
        .month
        .days
        .iter()
        .map(|day| format!("{} since {} {:?}", day.day, day.since.as_deref().unwrap_or("-"), day.moves))
        .collect();
    assert_eq!(
        calendar,
        [
            // Against the last day of the month before: the routes are this month's on both.
            "2024-05-02 since 2024-04-30 {\"turned_valid\": 1}",
            "2024-05-04 since 2024-05-02 {\"turned_valid\": 1, \"uncovered\": 1}",
            "2024-05-05 since 2024-05-04 {}",
        ]
    );
    assert_eq!((rows.month.missing.len(), rows.month.routes), (28, [3, 0]));
    let states = |scope: &str, area: &str| -> Vec<[u64; 5]> {
        let of = rows.days.iter().filter(|row| (row.scope.as_str(), row.area.as_str()) == (scope, area));
        of.map(|row| row.families[0].routes).collect()
    };
    let of_world = [[2, 0, 1, 0, 0], [2, 0, 0, 0, 1], [2, 0, 0, 0, 1]];
    assert_eq!(states("world", ""), of_world);
    assert_eq!(states("economy", "NL"), [[1, 0, 0, 0, 0]; 3]);
    let of_us = [[0, 0, 1, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0]];
    for (scope, area) in
        [("economy", "US"), ("rir", "arin"), ("region", "americas"), ("programme", "ixps"), ("programme", "")]
    {
        assert_eq!(states(scope, area), of_us, "{scope} {area}");
    }
    // Nobody registered AS3: it is in the world alone.
    assert_eq!(states("economy", "ZZ"), [[0; 5]; 0]);
    let world = rows.days.iter().find(|row| row.scope == "world").unwrap();
    assert_eq!((world.networks, world.families[0].space), (3, [(1 << 24) - 256 + 256, 0, 256, 0, 0]));
    let listed: Vec<_> = rows
        .networks
        .iter()
        .map(|row| row.days.iter().map(|(day, _)| day.as_str()).collect::<Vec<_>>())
        .collect();
    assert_eq!(
        listed,
        [vec!["2024-05-02"], vec!["2024-05-02", "2024-05-04"], vec!["2024-05-02", "2024-05-04"]]
    );
    let changes: Vec<_> =
        rows.changes.iter().map(|c| format!("{} {} {} {}", c.id, c.day, c.prefix, c.kind)).collect();
    assert_eq!(
        changes,
        [
            "1 2024-05-04 10.0.0.0/24 turned_valid",
            "2 2024-05-04 11.0.0.0/24 uncovered",
            "3 2024-05-02 11.0.0.0/24 turned_valid"
        ]
    );
    assert_eq!((rows.changes[0].economy.as_deref(), rows.changes[1].economy.as_deref()), (Some("US"), None));
}

/// What 31 daily snapshots of a full set of VRPs cost, judged against at least half a million routes: `VRPS=FILE cargo
/// test -p observatory --bin observatory a_month_of_full_snapshots -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement: needs a file of VRPs, named by VRPS"]
fn a_month_of_full_snapshots() {
    let path = std::env::var("VRPS").expect("VRPS names a file of VRPs");
    let text = std::fs::read(path).unwrap();
    let began = Instant::now();
    let read = vrp::parse(BufReader::new(&text[..]), &mut FaultCounts::default()).unwrap().content;
    let reading = began.elapsed();
    // Routes: what the VRPs are for, a part of it more specific, a part of it by somebody else.
    let mut routes: Vec<(Prefix, Option<Asn>)> = Vec::new();
    for (i, vrp) in read.iter().enumerate() {
        let origin = if i % 40 == 7 { Asn(vrp.asn.0 ^ 1) } else { vrp.asn };
        routes.push((vrp.prefix, Some(origin)));
        let longest = if vrp.prefix.family() == Family::V4 { 24 } else { 48 };
        if i % 3 == 0 && vrp.prefix.len() < longest {
            let len = vrp.prefix.len() + 1;
            routes.push((
                Prefix::from_bits(vrp.prefix.family(), vrp.prefix.bits(), len).unwrap(),
                Some(vrp.asn),
            ));
        }
    }
    routes.sort_unstable();
    routes.dedup();
    let economies: Vec<&str> = routing::economy_names().map(|(code, _)| code).collect();
    let origins: BTreeSet<Asn> = routes.iter().filter_map(|(_, origin)| *origin).collect();
    let networks: Vec<Network> = origins
        .iter()
        .map(|asn| {
            let registry = reference::Registry::REGIONAL[asn.0 as usize % 5];
            network(asn.0, economies[asn.0 as usize % economies.len()], registry)
        })
        .collect();
    let began = Instant::now();
    let mut chain = VrpChain::default();
    let mut admitted = Vec::new();
    let mut list = read;
    for day in 1..=31u32 {
        let moment = format!("2024-05-{day:02}").parse().unwrap();
        admitted.push(Admitted::at(0, moment, chain.push(list.clone())));
        // Each day: about one in a thousand goes, one in a thousand comes back for another, one is allowed less.
        for (i, vrp) in list.iter_mut().enumerate() {
            match (i as u32).wrapping_mul(2_654_435_761).wrapping_add(day * 97) % 3000 {
                0 => vrp.asn = Asn(vrp.asn.0 + 1),
                1 => vrp.max_length = vrp.prefix.len(),
                2 => vrp.asn = Asn::ZERO,
                _ => {}
            }
        }
        list.swap_remove(day as usize * 1000 % list.len());
    }
    chain.finish();
    let chaining = began.elapsed();
    let vrps = VrpDays::of_one(chain, "2024-05".parse().unwrap(), &admitted);
    let counted = routes.len();
    let began = Instant::now();
    let (routes, verdicts) = month_of(&routes, &[]);
    let rows = judged(&vrps, Announced::new(&routes, &verdicts), &networks, &[]);
    let judging = began.elapsed();
    let (areas, of_networks, changes) = (octets(&rows.days), octets(&rows.networks), octets(&rows.changes));
    eprintln!(
        "{counted} routes, {} VRPs, 31 days: one file read {reading:?}, kept as differences {chaining:?}, judged and \
         counted {judging:?}; {} rows of areas {areas} octets, {} networks {of_networks} octets, {} changes {changes} octets",
        rows.month.days[0].vrps,
        rows.days.len(),
        rows.networks.len(),
        rows.changes.len()
    );
    assert!(counted >= 500_000 && rows.month.days.len() == 31 && !rows.changes.is_empty());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("store.sqlite");
    let store = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = store::Store::open(&format!("sqlite:{}?mode=rwc", file.display())).await.unwrap();
        let began = Instant::now();
        store.publish(publication(rows)).await.unwrap();
        eprintln!("published {:?}", began.elapsed());
        store
    });
    drop(store);
    let size: u64 =
        std::fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().metadata().unwrap().len()).sum();
    eprintln!("{size} octets of database");
}

fn octets<T: serde::Serialize>(rows: &[T]) -> usize {
    rows.iter().map(|row| serde_json::to_string(row).unwrap().len()).sum()
}

fn publication(roas: RoaRows) -> store::Publication<'static> {
    store::Publication {
        foreign_series: Vec::new(),
        foreign: Vec::new(),
        head: store::PublicationRow {
            month: "2024-05".to_owned(),
            revision: 0,
            generation: "g".to_owned(),
            result: "r".to_owned(),
            frameworks: Vec::new(),
            reason: String::new(),
            supersedes: None,
            published_at: 0,
            data_time: None,
            summary: serde_json::Value::Null,
        },
        sources: Vec::new(),
        networks: Vec::new(),
        readiness: Vec::new().into(),
        aggregates: Vec::new(),
        events: Vec::new().into(),
        replays: Vec::new(),
        opinions: Vec::new(),
        incidents: Vec::new(),
        peers: Vec::new(),
        participants: Vec::new(),
        programmes: Vec::new(),
        roas,
    }
}
