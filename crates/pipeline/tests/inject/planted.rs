//! What is drawn and written.

use std::collections::{BTreeMap, BTreeSet};

use bgp::mrt::{Item, Reader};
use pipeline::inject::{
    Excerpts, Expected, From, Ground, KINDS, Kind, Plan, Planted, Row, Settings, plan, write,
};
use reference::relationships::{Relation, RelationshipTable};
use reference::vrp::Validation;
use routing::{Asn, Prefix};

use super::world::{PARTIAL, World, world};

fn settings(seed: u64, count: usize) -> Settings {
    let kinds = KINDS.iter().map(|row| row.kind).collect();
    Settings { seed, count, kinds, window_seconds: 86_400 }
}

fn ground(world: &World, validating_percent: u8) -> Ground<'_> {
    let (vrps, organisations) = (Some(&world.vrps), Some(&world.organisations));
    Ground::new(&world.tables, &world.topology, vrps, organisations, validating_percent, 9)
}

fn planted(ground: &Ground<'_>, seed: u64) -> Plan {
    let mut steps = 0;
    let planned = plan(ground, &settings(seed, 105), || steps += 1);
    assert_eq!(steps, 105);
    planned
}

/// Directions of the links of a path from the announcer to whoever shows it: what each receiver is heard from.
fn heard(table: &RelationshipTable, path: &[Asn]) -> Vec<From> {
    let links = path.windows(2).rev();
    links
        .map(|pair| match table.relation(pair[0], pair[1]) {
            Some(Relation::Customer) => From::Customer,
            Some(Relation::Peer) => From::Peer,
            Some(Relation::Provider) => From::Provider,
            None => panic!("no link between {} and {}", pair[0], pair[1]),
        })
        .collect()
}

/// Up, at most once across, then down.
pub fn is_valley_free(table: &RelationshipTable, path: &[Asn]) -> bool {
    let heard = heard(table, path);
    heard.windows(2).all(|pair| pair[0] == From::Customer || pair[1] == From::Provider)
}

/// A path in two parts: from whoever shows it to the announcer, and from the announcer on.
pub fn parts<'a>(event: &Planted, path: &'a [Asn]) -> (&'a [Asn], &'a [Asn]) {
    let by = if matches!(event.kind, Kind::TypoAsn | Kind::Prepend) { event.victim } else { event.culprit };
    let at = path.iter().position(|asn| *asn == by).expect("the announcer is in its path");
    (&path[..=at], &path[at..])
}

pub fn assert_paths(table: &RelationshipTable, ground: &Ground<'_>, event: &Planted) {
    for sight in &event.sights {
        let vantage = &ground.vantages[sight.vantage];
        let mut path = sight.path.clone();
        if !vantage.leads {
            path.insert(0, vantage.asn);
        }
        assert_eq!(path[0], vantage.asn);
        if vantage.feeds[0].is_some_and(|feed| !feed.full) && path.len() > 1 {
            let heard_from = table.relation(path[0], path[1]);
            assert_eq!(heard_from, Some(Relation::Customer), "it tells no more: {event:?}");
        }
        let (shown, behind) = parts(event, &path);
        assert!(is_valley_free(table, shown), "{event:?}");
        if let Kind::Leak(hop @ 1..=4) = event.kind {
            assert!(is_valley_free(table, behind), "the route was in order up to the leaker: {event:?}");
            // RFC 7908 §3.1 to §3.4, word by word: from whom, to whom.
            let (from, to) = match hop {
                1 => (Relation::Provider, Relation::Provider),
                2 => (Relation::Peer, Relation::Peer),
                3 => (Relation::Provider, Relation::Peer),
                _ => (Relation::Peer, Relation::Provider),
            };
            let leaker = event.culprit;
            assert_eq!(table.relation(leaker, behind[1]), Some(from), "{event:?}");
            assert_eq!(table.relation(leaker, shown[shown.len() - 2]), Some(to), "{event:?}");
            assert!(!is_valley_free(table, &path), "{event:?}");
            assert_eq!(path.last(), Some(&event.victim));
        }
        let distinct: BTreeSet<&Asn> = path.iter().collect();
        assert_eq!(distinct.len(), path.len(), "a loop: {event:?}");
    }
}

#[test]
fn every_kind_is_planted_and_every_path_is_valley_free_but_for_the_leak() {
    let world = world();
    let ground = ground(&world, 0);
    let planned = planted(&ground, 1);
    assert_eq!(planned.not_drawn, []);
    let kinds: BTreeSet<Kind> = planned.events.iter().filter(|e| e.decidable).map(|e| e.kind).collect();
    assert_eq!(kinds.len(), KINDS.len(), "{kinds:?}");
    planned.events.iter().for_each(|event| assert_paths(&world.relationships, &ground, event));
    let partial = ground.vantages.iter().find(|v| v.asn == PARTIAL).expect("it has customers");
    assert!(partial.feeds[0].is_some_and(|feed| !feed.full));
    let unknown = ground.vantages.iter().position(|v| !v.known).expect("one peer is nowhere else");
    assert!(planned.events.iter().all(|e| e.sights.iter().all(|s| s.vantage != unknown)));
}

#[test]
fn who_is_made_a_culprit_has_no_excuse_and_who_is_in_order_has_one() {
    let world = world();
    let ground = ground(&world, 0);
    for event in planted(&ground, 2).events {
        let (victim, culprit) = (event.victim, event.culprit);
        let link = world.topology.relation(victim, culprit);
        let sibling = world.organisations.are_siblings(victim, culprit);
        let origin = event.sights.first().and_then(|s| s.path.last().copied());
        match event.kind {
            Kind::Hijack | Kind::SubPrefix | Kind::TypoPrefix | Kind::Leak(5) => {
                assert_eq!((link, sibling, origin), (None, false, Some(culprit)), "{event:?}");
                let state = world.vrps.validate(event.announced[0], Some(culprit));
                assert_ne!(state, Validation::Valid, "{event:?}");
            }
            Kind::Forged(hops) => {
                assert_eq!(origin, Some(victim));
                let (_, behind) = parts(&event, &event.sights[0].path);
                assert_eq!(behind.len(), usize::from(hops) + 1);
                assert_eq!(world.topology.relation(culprit, behind[1]), None, "{event:?}");
                for pair in behind[1..].windows(2) {
                    assert!(world.topology.relation(pair[0], pair[1]).is_some(), "{event:?}");
                }
            }
            Kind::Impersonated => assert!(origin != Some(victim) && origin != Some(culprit), "{event:?}"),
            Kind::TypoAsn | Kind::Prepend => {
                let path = &event.sights[0].path;
                assert_eq!(path[path.len() - 2..], [victim, culprit]);
                assert_eq!(event.kind == Kind::Prepend, culprit.0 < 10);
            }
            Kind::Sibling => assert!(sibling),
            Kind::MultiHoming => assert_eq!(link, Some(Relation::Customer)),
            Kind::CustomerProvider => assert_eq!(link, Some(Relation::Provider)),
            Kind::Anycast | Kind::Transfer => {
                assert_eq!(event.registered.iter().map(|v| v.asn).collect::<Vec<_>>(), [victim, culprit]);
            }
            Kind::DdosProtection => assert!(pipeline::inject::DDOS_PROTECTION.contains(&culprit)),
            Kind::Leak(6) => {
                assert_eq!((culprit, event.announced.len(), event.invalid), (victim, 8, true));
                let vrp = event.registered[0];
                assert_eq!((vrp.asn, vrp.prefix, vrp.max_length), (victim, event.prefix, event.prefix.len()));
                assert!(event.announced.iter().all(|p| event.prefix.contains(p) && *p != event.prefix));
            }
            Kind::Leak(_) => assert_ne!(culprit, victim),
        }
        assert_eq!(
            event.kind.row().expected == Expected::Benign,
            event.kind.row().category.contains("benign")
                || matches!(event.kind, Kind::TypoAsn | Kind::Prepend)
        );
    }
}

#[test]
fn of_many_culprits_none_has_an_excuse() {
    let world = world();
    let ground = ground(&world, 0);
    let kinds = vec![Kind::Hijack, Kind::SubPrefix, Kind::Forged(1), Kind::Leak(5)];
    for seed in 0..6 {
        let planned = plan(&ground, &Settings { kinds: kinds.clone(), ..settings(seed, 240) }, || {});
        assert!(planned.events.len() > 200);
        for event in planned.events {
            let (victim, culprit) = (event.victim, event.culprit);
            assert_eq!(world.topology.relation(victim, culprit), None, "{event:?}");
            assert!(!world.organisations.are_siblings(victim, culprit), "{event:?}");
            for (above, below) in [(victim, culprit), (culprit, victim)] {
                assert!(!world.relationships.cone(above).contains(&below), "{event:?}");
            }
            let state = world.vrps.validate(event.announced[0], Some(culprit));
            assert_ne!(state, Validation::Valid, "{event:?}");
        }
    }
}

#[test]
fn a_network_that_validates_never_carries_an_invalid_route() {
    let world = world();
    let (none, half) = (ground(&world, 0), ground(&world, 50));
    let carriers = |ground: &Ground<'_>| {
        let planned = planted(ground, 3);
        let mut all = Vec::new();
        for event in planned.events.iter().filter(|event| event.invalid) {
            for sight in &event.sights {
                let (shown, _) = parts(event, &sight.path);
                let others = shown.iter().rev().skip(1);
                all.extend(others.map(|asn| half.validating[world.topology.place(*asn).unwrap()]));
            }
        }
        all
    };
    assert!(carriers(&none).contains(&true), "without validation such a network carries one");
    let filtered = carriers(&half);
    assert!(filtered.len() > 10 && !filtered.contains(&true), "{filtered:?}");
}

#[test]
fn prefixes_of_events_do_not_touch_each_other() {
    let world = world();
    let planned = planted(&ground(&world, 0), 4);
    for (i, a) in planned.events.iter().enumerate() {
        for b in &planned.events[i + 1..] {
            let touch = |p: &Prefix| b.announced.iter().any(|q| p.contains(q) || q.contains(p));
            assert!(!a.announced.iter().any(touch), "{a:?} {b:?}");
        }
    }
}

fn bytes(ground: &Ground<'_>, planned: &Plan) -> Vec<Vec<u8>> {
    let events: Vec<&Planted> = planned.events.iter().collect();
    (0..2)
        .map(|collector| write::updates(ground, &events, collector, Some(planned.end), Vec::new()).unwrap())
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let world = world();
    let (a, b) = (ground(&world, 20), ground(&world, 20));
    assert_eq!(bytes(&a, &planted(&a, 5)), bytes(&b, &planted(&b, 5)));
    assert_ne!(bytes(&a, &planted(&a, 5)), bytes(&b, &planted(&b, 6)));
}

#[test]
fn what_is_written_is_what_was_planted_and_afterwards_the_table_is_as_before() {
    let world = world();
    let ground = ground(&world, 0);
    let planned = planted(&ground, 7);
    let events: Vec<&Planted> = planned.events.iter().collect();
    for (collector, its) in world.tables.collectors.iter().enumerate() {
        let before: BTreeMap<(Asn, Prefix), String> = world
            .tables
            .rows
            .iter()
            .filter(|row| usize::from(row.collector) == collector)
            .map(|row| ((world.tables.peer(row).asn, row.prefix), world.tables.route(row).path.to_string()))
            .collect();
        let table = write::table(&world.tables, &world.tables.rows, collector, Vec::new()).unwrap();
        assert_eq!(replayed(&table, i64::MAX), before, "the table of {} as it was", its.name);
        let updates = write::updates(&ground, &events, collector, Some(planned.end), Vec::new()).unwrap();
        let all = [table, updates].concat();
        for event in &planned.events {
            let during = replayed(&all, event.span.start.0 + 60);
            let after = replayed(&all, event.span.end.0 + 60);
            for (index, vantage) in ground.vantages.iter().enumerate() {
                if usize::from(vantage.collector) != collector {
                    continue;
                }
                let sight = event.sights.iter().find(|sight| sight.vantage == index);
                for prefix in &event.announced {
                    let place = (vantage.asn, *prefix);
                    let shown = sight.map(|s| routing::AsPath::from_sequence(s.path.clone()).to_string());
                    let lost = event.lost.contains(&index);
                    let expected = shown.or(before.get(&place).cloned().filter(|_| !lost));
                    assert_eq!(during.get(&place), expected.as_ref(), "{event:?}");
                    if !event.stays {
                        assert_eq!(after.get(&place), before.get(&place), "{event:?}");
                    }
                }
            }
        }
    }
}

/// The paths per peer and prefix after everything up to that second.
fn replayed(mrt: &[u8], until: i64) -> BTreeMap<(Asn, Prefix), String> {
    let mut now = BTreeMap::new();
    let mut reader = Reader::new(mrt);
    let mut clock = 0;
    while let Some(item) = reader.next().unwrap() {
        let Item::Record(record) = item else { panic!("{item:?}") };
        assert!(record.time.0 >= clock, "updates are in the order of time");
        clock = record.time.0;
        if record.time.0 > until {
            break;
        }
        record.elements(&mut |fault| panic!("{fault}"), |element| {
            let place = (element.peer_asn, element.prefix);
            match element.route {
                Some(route) => now.insert(place, route.path().to_string()),
                None => now.remove(&place),
            };
        });
    }
    now
}

/// Else it could not be told from a peer whose table is not there.
#[test]
fn who_shows_an_event_has_rows_in_its_excerpt() {
    let world = world();
    let ground = ground(&world, 0);
    let excerpts = Excerpts::new(ground.tables);
    for event in planted(&ground, 5).events {
        let rows = excerpts.of(&event, &ground.vantages, 0, 5);
        for vantage in event.sights.iter().map(|sight| &ground.vantages[sight.vantage]) {
            let own = |row: &Row| {
                (row.collector, row.peer, row.prefix.family())
                    == (vantage.collector, vantage.peer, event.prefix.family())
            };
            let had = ground.tables.rows.iter().find(|row| own(row));
            assert_eq!(rows.iter().any(|row| own(row)), had.is_some(), "{} {}", event.number, vantage.asn);
        }
    }
}
