//! A question about a generation as large as the world: 500,000 VRPs, 1,500,000 route objects, 1,300,000 routes.

use std::time::{Duration, Instant};

use lake::{DelegatedRow, Lake, ObjectRow, Registered, RoutePlace, VrpRow};
use measure::facts::{MonthFacts, NetworkFacts, RouteFacts};
use routing::{Asn, Family, Prefix, Unknown};
use simulation::whatif::{Change, parse, what_if};

const ROUTES: u32 = 1_300_000;
const NETWORKS: u32 = 80_000;

/// The nth announced prefix: every other /22 of the space from 1.0.0.0 on and its halves, then /40 of IPv6.
fn prefix(n: u32) -> Prefix {
    const V4: u32 = 1_100_000;
    if n < V4 {
        let bits = u128::from((1 << 24) + ((n / 2) << 11)) << 96;
        return Prefix::from_bits(Family::V4, bits, 21 + (n % 2) as u8).unwrap();
    }
    Prefix::from_bits(Family::V6, 0x2a00 << 112 | u128::from(n - V4) << 88, 40).unwrap()
}

/// Networks announce what lies scattered.
fn origin(n: u32) -> Asn {
    Asn(1 + (n / 2).wrapping_mul(2_654_435_761) % NETWORKS)
}

/// 0 valid, 2 not found.
fn rpki(n: u32) -> u8 {
    if has_vrp(n) { 0 } else { 2 }
}

fn has_vrp(n: u32) -> bool {
    n % 13 < 5
}

fn write(lake: &Lake) -> std::path::PathBuf {
    let draft = lake.draft("g").unwrap();
    let registered = Registered {
        vrps: Ok("VRPs".to_owned()),
        route_objects: Ok("route objects".to_owned()),
        irr_excerpt: None,
        authorities: [("RIPE".to_owned(), true), ("RADB".to_owned(), false)].into(),
    };
    lake::write_registered(&draft, &registered).unwrap();
    // One VRP of the very prefix and origin: whatever covers it besides, it is valid.
    let vrps = (0..ROUTES).filter(|n| has_vrp(*n)).map(|n| VrpRow {
        prefix: prefix(n),
        max_length: prefix(n).len(),
        asn: origin(n),
        trust_anchor: "ripe".to_owned(),
    });
    lake::write_touchable(&draft, vrps).unwrap();
    let objects = (0..ROUTES).flat_map(|n| {
        let object = move |authority: &str, authoritative| ObjectRow {
            prefix: prefix(n),
            origin: origin(n),
            authority: authority.to_owned(),
            authoritative,
            maintainers: format!("MNT-{}", origin(n)),
        };
        [Some(object("RADB", false)), (n % 6 == 0).then(|| object("RIPE", true))].into_iter().flatten()
    });
    lake::write_touchable(&draft, objects).unwrap();
    let space = (0..60_000u32).map(|n| DelegatedRow {
        prefix: Prefix::from_bits(Family::V4, u128::from((1 << 24) + (n << 14)) << 96, 18).unwrap(),
        registry: "ripencc".to_owned(),
        holder: format!("{n:08x}-0000-0000-0000-000000000000"),
    });
    lake::write_touchable(&draft, space).unwrap();
    let places = (0..ROUTES).map(|n| RoutePlace {
        prefix: prefix(n),
        origin: Some(origin(n)),
        full_feed_peers: 300 + n % 7,
        seen_seconds: 2_678_400,
        bogon: false,
        artefact: false,
        forged_origin: false,
    });
    lake::write_touchable(&draft, places).unwrap();
    let mut routes: Vec<RouteFacts> = (0..ROUTES)
        .map(|n| RouteFacts {
            origin: origin(n),
            family: prefix(n).family(),
            len: prefix(n).len(),
            full_feed_peers: 300 + n % 7,
            seen_seconds: 2_678_400,
            bogon: false,
            artefact: false,
            forged_origin: false,
            // A half without a VRP lies in a /21 that may have one, of the same origin and not so long.
            rpki: if rpki(n) == 2 && n % 2 == 1 && n < 1_100_000 && has_vrp(n - 1) { 1 } else { rpki(n) },
            irr: 0,
            count: 1,
        })
        .collect();
    routes.sort_unstable();
    let network = |n: u32| NetworkFacts {
        asn: Asn(n),
        policy: Ok(true),
        contact: Err(Unknown::because("not loaded")),
        spoofing: Default::default(),
    };
    let facts = MonthFacts {
        month: "2024-05".parse().unwrap(),
        full_feed_ases: [310, 310],
        unknown: Default::default(),
        networks: (1..=NETWORKS).map(network).collect(),
        routes,
        events: Vec::new(),
    };
    lake::write_facts(&draft, &facts).unwrap();
    draft.finish().unwrap()
}

#[test]
fn a_question_about_the_world_is_answered_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let folder = write(&Lake::open(dir.path().to_owned()).unwrap());
    let size: u64 = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().metadata().unwrap().len()).sum();
    eprintln!("written in {:.1?}: {:.1} MB", began.elapsed(), size as f64 / 1e6);
    let frameworks = ["2024-01", "2022-10", "2018-06"].map(|id| measure::framework::load(id).unwrap());
    let ask = |changes: &[Change]| {
        let began = Instant::now();
        let answer = what_if(&folder, "2024-05", changes, None, &frameworks).unwrap();
        (began.elapsed(), answer)
    };
    for kind in ["one ROA", "AS0 over a /16", "ten changes of one network"] {
        let mut times: Vec<Duration> = Vec::new();
        for n in 0..15u32 {
            let place = (n * 86_000 + 12_345) & !1;
            let text = match kind {
                "one ROA" => format!("+ roa {} {}", prefix(place), origin(place)),
                "AS0 over a /16" => format!("+ roa {} AS0", prefix(n * 70_000 + 1_000).truncate(16).unwrap()),
                _ => {
                    let lines = (0..10).map(|i| {
                        let own = (place + i * 7_919 * 2) % ROUTES;
                        format!("- route {} {}\n", prefix(own), origin(own))
                    });
                    lines.collect()
                }
            };
            let (time, answer) = ask(&parse(&text).unwrap());
            if kind != "one ROA" {
                assert!(!answer.routes.is_empty(), "{text}");
            }
            times.push(time);
        }
        times.sort_unstable();
        let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
        eprintln!("{kind}: median {median:.1?}, worst of {} {worst:.1?}", times.len());
        // The bound is for machines that do other things besides.
        assert!(median < Duration::from_secs(2), "{kind}: {median:?}");
    }
    let wide = parse("+ roa 8.0.0.0/6 AS0").unwrap();
    let refused = what_if(&folder, "2024-05", &wide, None, &frameworks).unwrap_err();
    assert!(refused.to_string().contains("more than 20000 announced routes"), "{refused}");
}
