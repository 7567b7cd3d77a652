//! Whole worlds: every announced pair is there, every verdict is what brute force says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;

use crate::oracle::Oracle;
use crate::replay::{Pair, Seen, bgpdump, replay};
use crate::world::{Csv, World, has_data, real};

/// The world of autumn 2015, published once for every test that looks at it.
pub struct Autumn {
    pub world: World,
    pub summary: Value,
    pub routes: Csv,
}

pub const AUTUMN: &str = "2015-10";
const ROUTE_COLUMNS: [&str; 9] =
    ["prefix", "origin", "rpki", "rpki_reason", "irr", "irr_authority", "peers", "first_seen", "last_seen"];
const VRPS: &str = "world-2016/2016-02_tabi_roa.csv.gz";

/// A configuration of `examples/` without its key `data`.
fn example(name: &str) -> String {
    let path = format!("{}/../../examples/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let kept: Vec<&str> = text.lines().filter(|l| !l.starts_with("data = ")).collect();
    assert_eq!(kept.len() + 1, text.lines().count(), "{path} names its data folder once");
    kept.join("\n")
}

pub fn autumn() -> Option<&'static Autumn> {
    static AUTUMN_WORLD: OnceLock<Option<Autumn>> = OnceLock::new();
    let compute = || {
        has_data().then(|| {
            let world = World::shared("world-2016", &example("world-2016"));
            let ran = world.run(&["month", AUTUMN, "--json"]).ok();
            eprintln!("world-2016: month took {:.1} s", ran.took.as_secs_f64());
            let summary = ran.json();
            let routes = Csv::read(&world.export("routes", AUTUMN, "csv"));
            Autumn { world, summary, routes }
        })
    };
    AUTUMN_WORLD.get_or_init(compute).as_ref()
}

fn pair(row: &csv::StringRecord) -> Pair {
    (row[0].to_owned(), (!row[1].is_empty()).then(|| row[1].parse().unwrap()))
}

/// The distinct pairs of an export; every row is one.
fn pairs(routes: &Csv) -> BTreeSet<Pair> {
    let pairs: BTreeSet<Pair> = routes.rows.iter().map(pair).collect();
    assert_eq!(pairs.len(), routes.rows.len(), "a route is exported twice");
    pairs
}

#[track_caller]
fn assert_same_pairs(ours: &BTreeSet<Pair>, theirs: &BTreeSet<Pair>) {
    let missing: Vec<_> = theirs.difference(ours).take(5).collect();
    let invented: Vec<_> = ours.difference(theirs).take(5).collect();
    assert!(missing.is_empty() && invented.is_empty(), "missing {missing:?}, invented {invented:?}");
}

/// The same pairs, seen at the same times by as many peer ASes.
#[track_caller]
fn assert_replayed(routes: &Csv, seen: &BTreeMap<Pair, Seen>) {
    assert_same_pairs(&pairs(routes), &seen.keys().cloned().collect());
    for row in &routes.rows {
        let theirs = &seen[&pair(row)];
        let time = |text: &str| text.parse::<routing::Timestamp>().unwrap().0;
        let ours = (time(&row[7]), time(&row[8]), row[6].parse().unwrap());
        assert_eq!(ours, (theirs.first, theirs.last, theirs.peers.len()), "{row:?}");
    }
}

/// Every route's state and reason against brute force; returns how often each occurs.
#[track_caller]
fn assert_rpki_states(routes: &Csv, oracle: &Oracle) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for row in &routes.rows {
        let (prefix, origin) = pair(row);
        assert_eq!((&row[2], &row[3]), oracle.validate(&prefix, origin), "{prefix} {origin:?}");
        *counts.entry((row[2].to_owned(), row[3].to_owned())).or_insert(0) += 1;
    }
    counts
}

#[test]
fn the_summary_of_a_full_feed() {
    let Some(autumn) = autumn() else { return };
    let s = &autumn.summary;
    assert!(s["networks"].as_u64().unwrap() > 50_000 && s["rpki"]["valid"].as_u64().unwrap() > 0, "{s}");
    assert_eq!(s["rpki"]["from"], "VRPs of 2016-02-01 (93 days after the month)");
    let count = |state: &str| autumn.routes.rows.iter().filter(|r| &r[2] == state).count();
    let states = ["valid", "invalid", "not-found"].map(count);
    let told = ["valid", "invalid", "not_found"].map(|k| s["rpki"][k].as_u64().unwrap() as usize);
    assert_eq!((states, states.iter().sum::<usize>()), (told, autumn.routes.rows.len()));
    let again = autumn.world.month(AUTUMN);
    assert_eq!(s["publication"]["changed"], true);
    assert_eq!(again["publication"]["changed"], false);
    assert_eq!(again["publication"]["result"], s["publication"]["result"]);
}

#[test]
fn the_columns_and_order_of_exports() {
    let Some(autumn) = autumn() else { return };
    assert_eq!(autumn.routes.columns, ROUTE_COLUMNS);
    let origins: Vec<Option<u32>> = autumn.routes.rows.iter().map(|r| pair(r).1).collect();
    assert!(origins.is_sorted(), "routes stand in the order of their origins");
    let networks = Csv::read(&autumn.world.export("networks", AUTUMN, "csv"));
    assert!(networks.rows.iter().map(|r| r[0].parse::<u32>().unwrap()).is_sorted());
    for table in ["events", "counted"] {
        let table = Csv::read(&autumn.world.export(table, AUTUMN, "csv"));
        let start = table.place("start");
        assert!(table.rows.len() > 100 && table.rows.iter().map(|r| r[start].to_owned()).is_sorted());
    }
}

#[test]
fn every_announced_pair_of_a_full_feed_is_a_route() {
    let Some(autumn) = autumn() else { return };
    let Some(text) = bgpdump("world-2016/updates.et-header.2015.gz") else { return };
    let seen = replay(&text);
    assert!(seen.len() > 570_000, "{}", seen.len());
    assert_replayed(&autumn.routes, &seen);
}

#[test]
fn every_rpki_state_of_a_full_feed_is_that_of_brute_force() {
    let Some(autumn) = autumn() else { return };
    let vrps = real(VRPS);
    let counts = assert_rpki_states(&autumn.routes, &Oracle::read(std::str::from_utf8(&vrps).unwrap()));
    eprintln!("world-2016: {counts:?}");
    for state in [("valid", ""), ("invalid", "as"), ("invalid", "length"), ("not-found", "")] {
        assert!(counts[&(state.0.to_owned(), state.1.to_owned())] > 50, "{state:?} hardly occurs");
    }
}

/// ASNs of the delegation files, read with plain code, by status.
fn delegated() -> BTreeMap<u32, String> {
    let mut asns = BTreeMap::new();
    for registry in ["afrinic", "apnic", "lacnic"] {
        let bytes = real(&format!("world-2016/delegated-{registry}-extended-20160130.gz"));
        for line in String::from_utf8_lossy(&bytes).lines() {
            let cells: Vec<&str> = line.split('|').collect();
            if cells.len() > 6 && cells[2] == "asn" {
                let (first, count): (u32, u32) = (cells[3].parse().unwrap(), cells[4].parse().unwrap());
                asns.extend((first..first + count).map(|asn| (asn, cells[6].to_owned())));
            }
        }
    }
    asns
}

#[test]
fn a_network_whose_registry_is_not_loaded_is_no_bogon() {
    let Some(autumn) = autumn() else { return };
    let delegated = delegated();
    let given = |asn: u32| delegated.get(&asn).is_some_and(|s| s == "allocated" || s == "assigned");
    let never_public =
        |asn: u32| asn == 0 || asn == 23456 || (64496..=131_071).contains(&asn) || asn >= 4_200_000_000;
    let networks = Csv::read(&autumn.world.export("networks", AUTUMN, "csv"));
    let registry = networks.place("registry");
    let listed: BTreeMap<u32, &str> =
        networks.rows.iter().map(|r| (r[0].parse().unwrap(), &r[registry])).collect();
    let (mut elsewhere, mut pooled) = (0, BTreeSet::new());
    for (_, origin) in pairs(&autumn.routes) {
        let Some(origin) = origin.filter(|o| !never_public(*o)) else { continue };
        let registry = listed.get(&origin).copied();
        if !delegated.contains_key(&origin) {
            assert_eq!(registry, Some("registry not loaded"), "AS{origin}");
            elsewhere += 1;
        } else if given(origin) {
            assert!(["AFRINIC", "APNIC", "LACNIC"].map(Some).contains(&registry), "AS{origin} {registry:?}");
        } else {
            assert_eq!(registry, None, "AS{origin} is in a registry's pool");
            pooled.insert(origin);
        }
    }
    assert!(elsewhere > 100_000 && pooled.len() > 3, "{elsewhere} {pooled:?}");
    let told = autumn.summary["registry_not_loaded"].as_u64().unwrap() as usize;
    assert_eq!(told, listed.values().filter(|r| **r == "registry not loaded").count());

    let events = Csv::read(&autumn.world.export("events", AUTUMN, "csv"));
    let (class, bogon) = (events.place("class"), events.place("bogon_asn"));
    let mut asns = 0;
    for row in events.rows.iter().filter(|r| !r[bogon].is_empty()) {
        let asn = row[bogon].parse().unwrap();
        match &row[class] {
            "full" => assert!(never_public(asn), "{row:?}"),
            _ => assert!(delegated.contains_key(&asn) && !given(asn), "{row:?}"),
        }
        asns += 1;
    }
    assert!(asns > 100, "{asns}");
}

/// First and last second and the number of peer ASes, where sixty peers change their minds for fifteen minutes.
#[test]
fn who_saw_a_route_and_when() {
    const UPDATES: &str = "mrt/updates.20190101.0000.gz";
    if !has_data() {
        return;
    }
    let Some(text) = bgpdump(UPDATES) else { return };
    let world = World::new(&format!("[[source]]\nkind = \"mrt\"\npath = \"${{WORLD_DATA}}/{UPDATES}\"\n"));
    world.month("2019-01");
    let routes = Csv::read(&world.export("routes", "2019-01", "csv"));
    assert_replayed(&routes, &replay(&text));
    let peers = routes.place("peers");
    assert!(routes.rows.iter().filter(|r| r[peers].parse::<u32>().unwrap() > 10).count() > 100);
}

/// The evening of May 2014, with VRPs that are twenty months younger.
#[test]
fn a_table_with_updates_of_two_collectors() {
    if !has_data() {
        return;
    }
    let vrps = format!("[[source]]\nkind = \"vrps\"\ndate = 2016-02-01\npath = \"${{WORLD_DATA}}/{VRPS}\"\n");
    let config = example("world-2014").replace("skew_days_max = 190", "skew_days_max = 700");
    let world = World::new(&format!("{config}\n{vrps}"));
    let ran = world.run(&["month", "2014-05", "--json"]).ok();
    eprintln!("world-2014: month took {:.1} s", ran.took.as_secs_f64());
    assert_eq!(ran.json()["rpki"]["from"], "VRPs of 2016-02-01 (611 days after the month)");
    let routes = Csv::read(&world.export("routes", "2014-05", "csv"));
    let counts = assert_rpki_states(&routes, &Oracle::read(std::str::from_utf8(&real(VRPS)).unwrap()));
    eprintln!("world-2014: {counts:?}");
    let mut theirs = BTreeSet::new();
    for file in [
        "world-2014/routeviews.route-views.jinx.ribs.1401487200.bz2",
        "world-2014/routeviews.route-views.jinx.updates.1401493500.bz2",
        "world-2014/ris.rrc06.updates.1401488100.gz",
    ] {
        let Some(text) = bgpdump(file) else { return };
        theirs.extend(replay(&text).into_keys());
    }
    assert!(theirs.len() > 490_000, "{}", theirs.len());
    assert_same_pairs(&pairs(&routes), &theirs);
}
