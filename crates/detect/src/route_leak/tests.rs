use proptest::prelude::*;
use reference::aspa::{Aspa, AspaTable};
use reference::relationships::{Link, Relationship, RelationshipTable};
use routing::{AsPath, Span, SpanEnd, Timestamp};

use super::*;
use crate::{Dismissal, EventKind, Evidence, Reason, Sighting, Tree, Verdict};

fn provides(a: u32, b: u32) -> Relationship {
    Relationship { a: Asn(a), b: Asn(b), link: Link::ProviderToCustomer }
}

fn peers(a: u32, b: u32) -> Relationship {
    Relationship { a: Asn(a), b: Asn(b), link: Link::Peers }
}

fn aspas(all: &[(u32, &[u32])]) -> AspaTable {
    AspaTable::new(all.iter().map(|(customer, providers)| Aspa {
        customer: Asn(*customer),
        providers: providers.iter().copied().map(Asn).collect(),
    }))
}

/// Nobody's sibling.
fn none(a: Asn, b: Asn) -> bool {
    a == b
}

fn judged(path: &[u32], marked_by: Option<u32>, knowledge: &Knowledge<'_>) -> Vec<Leak> {
    let path = AsPath::from_sequence(path.iter().copied().map(Asn));
    let walk = Walk::new(&Hops::of(path.as_ref(), Asn(1)), knowledge);
    find(&walk, marked_by.map(Asn), knowledge)
}

/// Leaker, type, source, receiver.
fn short(leaks: &[Leak]) -> Vec<(Option<u32>, Option<u8>, u32, u32)> {
    leaks.iter().map(|l| (l.leaker.map(|a| a.0), l.leak_type(), l.from.0, l.to.0)).collect()
}

fn with(table: &RelationshipTable) -> Knowledge<'_> {
    Knowledge { relationships: Some(table), aspas: None, exchanges: &[], siblings: &none }
}

#[test]
fn types_by_the_two_relationships() {
    let table = RelationshipTable::new(&[
        provides(10, 1),
        provides(11, 1),
        peers(1, 20),
        peers(1, 21),
        provides(1, 30),
        provides(1, 31),
    ]);
    let knowledge = with(&table);
    for (from, to, kind) in [(10, 11, 1), (20, 21, 2), (10, 20, 3), (20, 10, 4)] {
        let leaks = judged(&[to, to, 1, 1, from, 99], None, &knowledge);
        assert_eq!(short(&leaks), [(Some(1), Some(kind), from, to)]);
        assert_eq!((leaks[0].to_at, leaks[0].of_its_own), (0, false));
        assert!(judged(&[to, 1, from], None, &knowledge)[0].of_its_own);
    }
    for (from, to) in [(30, 10), (30, 20), (30, 31), (10, 30), (20, 30)] {
        assert!(judged(&[to, 1, from, 99], None, &knowledge).is_empty(), "{from} to {to}");
    }
    for unknown in [[10, 1, 77], [77, 1, 10]] {
        assert!(judged(&unknown, None, &knowledge).is_empty(), "{unknown:?}");
    }
    // Two turns are two leaks, the one nearer the origin first.
    let two = RelationshipTable::new(&[provides(10, 1), provides(11, 1), provides(11, 2), provides(12, 2)]);
    let leaks = judged(&[12, 2, 11, 1, 10, 99], None, &with(&two));
    assert_eq!(short(&leaks), [(Some(1), Some(1), 10, 11), (Some(2), Some(1), 11, 12)]);
    let path = AsPath::from_sequence([12, 2, 11, 1, 10].map(Asn));
    let walk = Walk::new(&Hops::of(path.as_ref(), Asn(1)), &with(&two));
    assert_eq!(walk.carriers(2), [(Asn(11), 1), (Asn(2), 2), (Asn(12), 3)]);
}

#[test]
fn peers_that_can_be_no_customers() {
    let customers = |of: u32, n: u32| (0..n).map(move |i| provides(of, of * 1_000 + i));
    let leaks = |source: u32, own: u32, more: &[Relationship]| {
        let links = customers(20, source).chain(customers(1, own)).chain([peers(1, 20), provides(10, 1)]);
        let table = RelationshipTable::new(&links.chain(more.iter().copied()).collect::<Vec<_>>());
        judged(&[10, 1, 20, 99], None, &with(&table))[0].no_customer_among_peers
    };
    assert!(leaks(6, 3, &[]), "twice the customers");
    assert!(!leaks(5, 3, &[]));
    assert!(!leaks(2, 0, &[]), "a small network");
    assert!(leaks(180, 300, &[]), "large, and buys from nobody");
    assert!(!leaks(180, 300, &[provides(11, 20)]));
    assert!(!leaks(179, 300, &[]));
    // Both peers have to be above; where nobody is called a peer there is nothing to say.
    let sides = |to: u32| {
        let links = customers(20, 6).chain(customers(21, to)).chain([peers(1, 20), peers(1, 21)]);
        judged(&[21, 1, 20, 99], None, &with(&RelationshipTable::new(&links.collect::<Vec<_>>())))[0]
            .no_customer_among_peers
    };
    assert!(sides(6) && !sides(2));
    let table = RelationshipTable::new(&[provides(10, 1), provides(11, 1)]);
    assert!(!judged(&[11, 1, 10, 99], None, &with(&table))[0].no_customer_among_peers);
}

#[test]
fn who_meets_at_a_route_server_is_a_peer() {
    let table = RelationshipTable::new(&[provides(10, 1)]);
    let knowledge = Knowledge { exchanges: &[Asn(500)], ..with(&table) };
    let leaks = judged(&[7, 500, 1, 10, 99], None, &knowledge);
    assert_eq!(short(&leaks), [(Some(1), Some(3), 10, 7)]);
    assert_eq!(leaks[0].gave_to.by, By::RouteServer);
    assert!(judged(&[500, 1, 10], None, &knowledge).is_empty(), "a collector at the exchange is no peer");
}

#[test]
fn a_mark_is_evidence_where_a_later_relationship_is_known() {
    let table = RelationshipTable::new(&[provides(10, 1), provides(1, 30)]);
    let knowledge = with(&table);
    // What 50 is to 1 is not known; that it marked the route says that it is no customer.
    let leaks = judged(&[10, 1, 50, 99], Some(50), &knowledge);
    assert_eq!(short(&leaks), [(Some(1), None, 50, 10)]);
    assert_eq!(leaks[0].marked_by, Some(Asn(50)));
    // Without the mark, with one of somebody else, and where it went to a customer: nothing.
    assert!(judged(&[10, 1, 50, 99], None, &knowledge).is_empty());
    assert!(judged(&[10, 1, 50, 99], Some(99), &knowledge).is_empty(), "the hop from 99 on is not known");
    assert!(judged(&[10, 1, 50, 99], Some(10), &knowledge).is_empty());
    assert!(judged(&[10, 1, 50, 99], Some(12_345), &knowledge).is_empty());
    assert!(judged(&[30, 1, 50, 99], Some(50), &knowledge).is_empty());
    assert!(judged(&[77, 1, 50, 99], Some(50), &knowledge).is_empty());
    // Known links between the mark and the turn have to descend.
    let down = RelationshipTable::new(&[provides(60, 50), provides(10, 50)]);
    assert_eq!(short(&judged(&[10, 50, 60, 99], Some(60), &with(&down))), [(Some(50), Some(1), 60, 10)]);
    assert_eq!(judged(&[10, 50, 60, 99], Some(99), &with(&down))[0].marked_by, Some(Asn(99)));
    let up = RelationshipTable::new(&[provides(60, 50), provides(10, 50), provides(70, 60)]);
    assert_eq!(judged(&[10, 50, 60, 70, 99], Some(99), &with(&up))[0].marked_by, Some(Asn(99)));
    let dark = RelationshipTable::new(&[provides(60, 50), provides(10, 50)]);
    assert_eq!(judged(&[10, 50, 60, 70, 99], Some(99), &with(&dark))[0].marked_by, None);
}

#[test]
fn attestations_count_before_relationships() {
    let table = RelationshipTable::new(&[provides(10, 1), provides(11, 1), provides(1, 12)]);
    let judge = |attested: &[(u32, &[u32])], path: &[u32]| {
        let aspas = aspas(attested);
        let knowledge = Knowledge { aspas: Some(&aspas), ..with(&table) };
        judged(path, None, &knowledge)
    };
    let plain = [11, 1, 10, 99];
    assert_eq!(short(&judge(&[], &plain)), [(Some(1), Some(1), 10, 11)]);
    assert!(judge(&[(10, &[1])], &plain).is_empty(), "10 calls 1 its provider");
    assert!(judge(&[(11, &[1])], &plain).is_empty(), "11 calls 1 its provider");
    assert!(judge(&[(1, &[11]), (11, &[1])], &plain).is_empty(), "each calls the other its provider");
    assert_eq!(short(&judge(&[(1, &[10, 11])], &plain)), [(Some(1), Some(1), 10, 11)]);
    // 1 names 11 only, and 10 does not name 1: peers, whatever the file says.
    assert_eq!(short(&judge(&[(1, &[11]), (10, &[0])], &plain)), [(Some(1), Some(4), 10, 11)]);
    let contested = judge(&[(12, &[77])], &[11, 1, 12, 99]);
    assert_eq!(short(&contested), [(Some(1), None, 12, 11)]);
    assert!(contested[0].is_contested());
    // Attestations alone, of networks the file does not know.
    assert_eq!(short(&judge(&[(72, &[77]), (73, &[0])], &[73, 71, 72, 99])), [(Some(71), None, 72, 73)]);
    assert!(judge(&[(72, &[77])], &[73, 71, 72, 99]).is_empty(), "the receiver says nothing");
    let dark = judge(&[(72, &[77]), (73, &[0])], &[70, 73, 71, 74, 72, 99]);
    assert_eq!((short(&dark), dark[0].to_at), (vec![(None, None, 72, 73)], 1));
}

/// Layers of networks: each is provided to by those of the layer above, the top peers with itself.
fn layered(width: u32, layers: u32) -> RelationshipTable {
    let mut links = Vec::new();
    for layer in 0..layers {
        for a in 0..width {
            for b in 0..width {
                let (above, below) = (layer * 100 + a + 1, (layer + 1) * 100 + b + 1);
                if layer + 1 < layers {
                    links.push(provides(above, below));
                }
                if layer == 0 && a < b {
                    links.push(peers(a + 1, b + 1));
                }
            }
        }
    }
    RelationshipTable::new(&links)
}

/// A path up from the origin, across the top, and down to the collector, nearest the collector first. Its first
/// network is on layer `down`, its last on layer `up`.
fn valley_free(up: u32, down: u32, pick: &[u32], cross: bool) -> Vec<u32> {
    let hop = |layer: u32, i: usize| layer * 100 + pick[i % pick.len()] % 2 + 1;
    let mut path: Vec<u32> = (0..=down).rev().map(|layer| hop(layer, layer as usize)).collect();
    if cross {
        path.push(3);
    }
    // Other numbers on the way up than on the way down.
    path.extend((1..=up).map(|layer| layer * 100 + 3 + pick[layer as usize % pick.len()] % 2));
    path
}

proptest! {
    #[test]
    fn what_goes_up_across_and_down_is_no_leak(
        up in 0u32..4,
        down in 0u32..4,
        cross in any::<bool>(),
        pick in proptest::collection::vec(0u32..9, 1..6),
    ) {
        let table = layered(4, 5);
        prop_assert!(judged(&valley_free(up, down, &pick, cross), None, &with(&table)).is_empty());
    }

    #[test]
    fn a_planted_leak_is_found_and_nobody_else_blamed(
        up in 0u32..3,
        down in 0u32..3,
        cross in any::<bool>(),
    ) {
        // Above the leaker, a customer of all on layer 3, one path comes down and another goes up.
        let table = layered(4, 4);
        let mut links: Vec<Relationship> = vec![provides(301, 900), provides(303, 900)];
        for (a, b) in table.asns().iter().flat_map(|a| table.asns().iter().map(move |b| (*a, *b))) {
            match table.relation(a, b) {
                Some(reference::relationships::Relation::Customer) => links.push(provides(a.0, b.0)),
                Some(reference::relationships::Relation::Peer) if a < b => links.push(peers(a.0, b.0)),
                _ => {}
            }
        }
        let table = RelationshipTable::new(&links);
        // Towards the origin: down from the top to 301; towards the collector: up from 303, and down again.
        let descent = valley_free(up, 3, &[0; 4], cross);
        let descent: Vec<u32> = descent.into_iter().skip_while(|hop| *hop != 301).collect();
        let mut path: Vec<u32> = (1..=down).rev().map(|l| l * 100 + 2).collect();
        path.extend([2]);
        path.extend((1..3).map(|l| l * 100 + 4));
        path.extend([303, 900]);
        path.extend(descent);
        prop_assume!((1..path.len()).all(|i| !path[..i].contains(&path[i])));
        let leaks = judged(&path, None, &with(&table));
        prop_assert_eq!(short(&leaks), vec![(Some(900), Some(1), 301, 303)], "{:?}", path);
    }

    #[test]
    fn events_do_not_depend_on_the_order_of_sightings(
        all in proptest::collection::vec((1u32..4, 0i64..400, 1i64..300, 0usize..4), 1..12),
        rotate in 0usize..12,
    ) {
        let turned: Vec<Turned> = all.iter().map(|(peer, start, len, which)| turn(*peer, *start, *len, *which)).collect();
        let mut shuffled = turned.clone();
        shuffled.rotate_left(rotate % all.len());
        shuffled.reverse();
        shuffled.extend(turned[..1].to_vec());
        let prefix = "10.0.0.0/8".parse().unwrap();
        let circumstances = Circumstances::default();
        prop_assert_eq!(examine(prefix, shuffled, &circumstances), examine(prefix, turned, &circumstances));
    }
}

fn sighting(peer: u32, start: i64, len: i64) -> Sighting {
    Sighting {
        span: Span { start: Timestamp(start), end: Timestamp(start + len) },
        end: SpanEnd::Withdrawn,
        collector: 0,
        peer,
        peer_asn: Asn(peer),
        path: 0,
        file: 0,
        offset: 0,
        estimated: false,
    }
}

/// One of four turns: two receivers of one leaker, another leaker, and one known from before.
fn turn(peer: u32, start: i64, len: i64, which: usize) -> Turned {
    let table = RelationshipTable::new(&[
        provides(10, 1),
        provides(11, 1),
        provides(12, 1),
        provides(10, 2),
        provides(11, 2),
    ]);
    let path: &[u32] = [&[11, 1, 10, 99][..], &[12, 1, 10, 99], &[11, 2, 10, 99], &[11, 1, 10, 99]][which];
    let leak = judged(path, None, &with(&table))[0];
    Turned {
        // One path for one sighting, as in real recordings.
        sighting: Sighting { path: which as u32, ..sighting(peer, start, len) },
        leak,
        carriers: vec![(leak.to, 1)],
        origin: Some(Asn(99)),
        before: if which == 3 { Before::Customary } else { Before::New },
        customers_only: None,
        over: None,
    }
}

#[test]
fn a_large_network_is_asked_for_what_it_gives_the_receiver() {
    let mut links = vec![peers(1, 20), peers(1, 21), provides(20, 99)];
    links.extend((0..180).map(|n| provides(1, 1_000 + n)));
    let table = RelationshipTable::new(&links);
    let leak = judged(&[21, 1, 20, 99], None, &with(&table))[0];
    let shown = |paths: u32, len: i64, over: Option<(Asn, Asn)>| {
        let turned = Turned {
            sighting: sighting(1, 0, len),
            leak,
            carriers: vec![(Asn(21), 1)],
            origin: Some(Asn(99)),
            before: Before::New,
            customers_only: (paths > 0).then_some((paths, paths)),
            over,
        };
        examine("10.0.0.0/8".parse().unwrap(), vec![turned], &Circumstances::default()).remove(0)
    };
    assert!(leak.by_large);
    assert_eq!(shown(0, 600, None).reason, Reason::ThinEvidence);
    assert_eq!(shown(3, 600, None).reason, Reason::Type2);
    assert_eq!(shown(3, 179, None).reason, Reason::ThinEvidence, "in passing");
    let behind = shown(3, 600, Some((Asn(30), Asn(31))));
    assert_eq!(behind.reason, Reason::NewLink);
    assert!(behind.tree.fired.iter().any(|c| c.sentence == "The link AS30–AS31 was never seen before."));
}

#[test]
fn a_peer_far_larger_asks_nobody_for_a_way_out() {
    let own = |customers: u32| {
        let mut links = vec![peers(1, 20), provides(30, 1), provides(1, 2)];
        links.extend((0..customers).map(|n| provides(20, 1_000 + n)));
        judged(&[30, 1, 20], None, &with(&RelationshipTable::new(&links)))[0].of_its_own
    };
    assert!(own(0) && own(2) && !own(3));
}

#[test]
fn relationships_of_years_ago_name_nobody() {
    let by = |days: i64| {
        let relationships = Some(("file".to_owned(), Some(Timestamp(-days * 86_400))));
        let circumstances = Circumstances { relationships, ..Circumstances::default() };
        let turns = vec![turn(1, 0, 600, 0), turn(2, 0, 600, 0)];
        examine("10.0.0.0/8".parse().unwrap(), turns, &circumstances).remove(0)
    };
    let (young, old) = (by(365), by(366));
    assert_eq!((young.verdict, young.culprit), (crate::Verdict::Incident, Some(Asn(1))));
    assert_eq!((old.verdict, old.culprit), (crate::Verdict::Incident, None));
    assert!(old.tree.against.iter().any(|c| c.rule == "old_relationships" && c.points.is_none()));
}

#[test]
fn terms_decide_and_are_shown() {
    let prefix = "10.0.0.0/8".parse().unwrap();
    let old = |days: i64| Circumstances {
        relationships: Some(("relationships".to_owned(), Some(Timestamp(1_000_000_000 - days * 86_400)))),
        aspas: None,
        organisations: Some(Timestamp(1_000_000_000 - 3 * 86_400)),
    };
    let at = 1_000_000_000;
    let one = |circumstances| examine(prefix, vec![turn(1, at, 600, 0)], &circumstances).remove(0);
    let event = one(old(10));
    assert_eq!((event.verdict, event.reason, event.confidence), (Verdict::Incident, Reason::Type1, 55));
    let ages: Vec<Option<u32>> = event.tree.inputs.iter().map(|input| input.skew_days).collect();
    assert_eq!(ages, [Some(10), Some(3), None], "all but the event's own records are of a day");
    let points: i32 = event.tree.fired.iter().chain(&event.tree.against).filter_map(|c| c.points).sum();
    assert_eq!(points, i32::from(event.confidence), "the terms shown are those that count");
    assert!(
        event.tree.fired[0].sentence.starts_with("AS1 had the route from AS10, its provider, and passed")
    );
    assert_eq!((event.victims, event.kind), (vec![Asn(99)], EventKind::RouteLeak));
    let event = one(old(1_000));
    assert_eq!((event.verdict, event.reason), (Verdict::Undecided, Reason::ThinEvidence));
    let two = vec![turn(1, at, 600, 0), turn(2, at, 600, 1)];
    let event = examine(prefix, two, &old(1_000)).remove(0);
    assert_eq!((event.verdict, event.evidence.peer_ases, event.confidence), (Verdict::Incident, 2, 65));
    assert!(event.tree.fired[0].sentence.contains("2 such turns"));
}

fn taken(prefix: &str, victim: u32, start: i64) -> crate::Event {
    crate::Event {
        kind: EventKind::Misorigination,
        verdict: Verdict::Incident,
        reason: Reason::NewOrigin,
        likely_cause: None,
        culprit: Some(Asn(7)),
        victims: vec![Asn(victim)],
        prefix: prefix.parse().unwrap(),
        related: None,
        hop: None,
        bogon_asn: None,
        span: Span { start: Timestamp(start), end: Timestamp(start + 600) },
        class: None,
        confidence: 80,
        accomplices: Vec::new(),
        credits: Vec::new(),
        dismissed_by: Dismissal::NONE,
        marked: None,
        evidence: Evidence::default(),
        tree: Tree::default(),
    }
}

#[test]
fn type_5_is_a_table_let_out_again_and_counted_once() {
    let all = |n: u32, victims: u32, apart: i64| -> Vec<crate::Event> {
        (0..n).map(|i| taken(&format!("10.{i}.0.0/16"), 100 + i % victims, i64::from(i) * apart)).collect()
    };
    let marked = |mut events: Vec<crate::Event>| {
        origin::mark_reoriginations(&mut events);
        assert!(events.iter().all(|e| e.kind == EventKind::Misorigination), "counted as what they are");
        events.iter().filter(|e| e.hop.is_some_and(|hop| hop.leak_type == Some(5))).count()
    };
    assert_eq!(marked(all(10, 3, 60)), 10);
    assert_eq!(marked(all(9, 3, 60)), 0, "few");
    assert_eq!(marked(all(10, 2, 60)), 0, "of few");
    assert_eq!(marked(all(10, 3, 1_800)), 0, "over a day");
    let mut parts = all(10, 3, 60);
    parts.iter_mut().for_each(|e| e.related = Some("10.0.0.0/8".parse().unwrap()));
    assert_eq!(marked(parts), 0, "parts of what others have are no copy of a table");
}
