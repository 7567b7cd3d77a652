//! Inference of relationships on worlds whose relationships are known.

mod data;

use data::Dice;
use proptest::prelude::*;
use reference::relationships::{Link, PathSet, Relation, Relationship, RelationshipTable, infer};
use routing::{AsPath, Asn, SegmentKind};

/// A hierarchy: 5 at the top, 45 below them, 250 below these; peers on the middle layer.
fn world(dice: &mut Dice) -> Vec<Relationship> {
    let mut links = Vec::new();
    let mut link = |a: u32, b: u32, link| links.push(Relationship { a: Asn(a), b: Asn(b), link });
    for a in 1..=5 {
        (a + 1..=5).for_each(|b| link(a, b, Link::Peers));
    }
    for middle in 6..=50 {
        let providers = 1 + dice.below(3) as u32;
        let first = dice.below(5) as u32;
        (0..providers).for_each(|i| link(1 + (first + i) % 5, middle, Link::ProviderToCustomer));
        if middle % 3 == 0 {
            link(middle, middle + 1, Link::Peers);
        }
    }
    for edge in 60..310 {
        let first = dice.below(45) as u32;
        (0..=dice.below(2) as u32)
            .for_each(|i| link(6 + (first + i * 7) % 45, edge, Link::ProviderToCustomer));
    }
    links
}

/// Every network's best path to `origin` as routing policy has it: customers before peers before providers,
/// then the shortest, then the lowest number.
fn spread(table: &RelationshipTable, origin: Asn) -> Vec<(Asn, Vec<Asn>)> {
    let mut best = std::collections::BTreeMap::from([(origin, (0u8, vec![origin]))]);
    loop {
        let mut next = best.clone();
        for asn in table.asns() {
            for relation in [Relation::Customer, Relation::Peer, Relation::Provider] {
                for neighbour in table.neighbours(*asn, relation) {
                    let Some((learnt, path)) = best.get(&neighbour) else { continue };
                    // Handed to providers and peers only when learnt from a customer.
                    if (*learnt > 1 && relation != Relation::Provider) || path.contains(asn) {
                        continue;
                    }
                    let rank = match relation {
                        Relation::Customer => 1,
                        Relation::Peer => 2,
                        Relation::Provider => 3,
                    };
                    let offer = (rank, [&[*asn], path.as_slice()].concat());
                    let key = |o: &(u8, Vec<Asn>)| (o.0, o.1.len(), o.1.clone());
                    if next.get(asn).is_none_or(|had| key(&offer) < key(had)) {
                        next.insert(*asn, offer);
                    }
                }
            }
        }
        if next == best {
            return best.into_iter().map(|(asn, (_, path))| (asn, path)).collect();
        }
        best = next;
    }
}

fn observed(dice: &mut Dice, table: &RelationshipTable, vantage_points: u64) -> Vec<AsPath> {
    let points: Vec<Asn> = (0..vantage_points).map(|_| Asn(6 + dice.below(45) as u32)).collect();
    let mut paths = Vec::new();
    for origin in table.asns() {
        let spread = spread(table, *origin);
        let seen = spread.iter().filter(|(asn, _)| points.contains(asn));
        paths.extend(seen.map(|(_, path)| AsPath::from_sequence(path.iter().copied())));
    }
    paths
}

fn set(paths: &[AsPath]) -> PathSet {
    let mut set = PathSet::new(&[Asn(7_000)]);
    paths.iter().for_each(|p| set.add(p.as_ref(), |asn| asn.0 < 64_512));
    set
}

#[test]
fn a_world_is_found_again() {
    for seed in 1..=3 {
        let mut dice = Dice(seed * 7_919);
        let table = RelationshipTable::new(&world(&mut dice));
        let paths = observed(&mut dice, &table, 12);
        let inference = infer(&set(&paths));
        assert_eq!(inference.clique, [1, 2, 3, 4, 5].map(Asn), "seed {seed}");
        assert_eq!(inference.against, 0);
        let (mut right, mut wrong) = (0, Vec::new());
        for link in inference.links.iter().filter(|l| l.confidence >= 90) {
            let r = link.relationship;
            match (r.link, table.relation(r.a, r.b)) {
                (Link::ProviderToCustomer, Some(Relation::Customer))
                | (Link::Peers, Some(Relation::Peer)) => {
                    right += 1;
                }
                (_, real) => wrong.push((r, real)),
            }
        }
        assert!(right > 200, "seed {seed}: {right} right");
        // Two of the middle that meet below the top may look like provider and customer of the top.
        assert!(wrong.len() * 50 < right, "seed {seed}: {wrong:?}");
    }
}

#[test]
fn what_follows_from_the_top_and_what_does_not() {
    // 1, 2 and 3 are the top: each carries routes of many to the others.
    let mut paths: Vec<AsPath> = Vec::new();
    let mut path = |asns: &[u32]| paths.push(AsPath::from_sequence(asns.iter().copied().map(Asn)));
    for (a, b) in [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)] {
        (0..40).for_each(|n| path(&[100 + a, a, b, 1_000 * b + n]));
    }
    path(&[400, 101, 1, 30, 300, 301]);
    path(&[101, 1, 500]);
    path(&[600, 40, 101, 1, 2, 20]);
    path(&[700, 55, 1, 30, 300]);
    // 50 and 60 each have customers of their own; over the link between them nothing else is reached.
    for n in 0..25 {
        path(&[102, 2, 1, 50, 5_000 + n]);
        path(&[102, 2, 3, 60, 6_000 + n]);
        path(&[102, 2, 3, 70, 8_000 + n]);
        path(&[800, 50, 60, 6_000 + n]);
        if n < 10 {
            path(&[800, 50, 70, 8_000 + n]);
        }
    }
    let inference = infer(&set(&paths));
    assert_eq!(inference.clique, [1, 2, 3].map(Asn));
    let table = inference.table(75);
    let (customer, peer) = (Some(Relation::Customer), Some(Relation::Peer));
    for (a, b, want) in [
        (1, 2, peer),
        (1, 101, customer),
        (2, 20, customer),
        (30, 300, customer),
        (300, 301, customer),
        (101, 400, customer),
        (101, 40, customer),
        (40, 600, customer),
        (1, 500, customer),
        // Seen at the summit of paths alone: it may be crossed or climbed down from.
        (1, 30, None),
        (1, 55, None),
        (55, 700, customer),
        (50, 60, peer),
        // Too few to tell a peer's customers from a part of what a provider has.
        (50, 70, None),
    ] {
        assert_eq!(table.relation(Asn(a), Asn(b)), want, "{b} is to {a}");
    }
}

#[test]
fn nothing_follows_from_nothing() {
    assert!(infer(&set(&[])).links.is_empty());
    let lone = infer(&set(&[AsPath::from_sequence([Asn(1), Asn(2)])]));
    assert_eq!((lone.links.len(), lone.unknown), (0, 1), "a link without any path around it is unknown");
}

#[test]
fn what_is_no_hop_is_taken_out() {
    let mut set = PathSet::new(&[Asn(7_000)]);
    let mut add = |asns: &[u32], members: &[u32]| {
        let mut path = AsPath::from_sequence(asns.iter().copied().map(Asn));
        if !members.is_empty() {
            path.push_segment(SegmentKind::Set, &members.iter().copied().map(Asn).collect::<Vec<_>>());
        }
        set.add(path.as_ref(), |asn| asn.0 < 64_512);
    };
    add(&[1, 2, 2, 3], &[]);
    add(&[1, 7_000, 2, 3], &[]);
    add(&[1, 2, 3, 65_000], &[]);
    add(&[1, 2, 3], &[4, 5]);
    add(&[1, 2, 1, 3], &[]);
    add(&[1, 65_000, 3], &[]);
    add(&[1, 1, 1], &[]);
    assert_eq!(set.len(), 1);
    let counts = set.counts;
    assert_eq!((counts.offered, counts.looped, counts.not_public, counts.short), (7, 1, 1, 1));
}

#[test]
fn cones_from_above_and_from_below() {
    let mut dice = Dice(11);
    let table = RelationshipTable::new(&world(&mut dice));
    for asn in table.asns().iter().take(60) {
        let cone = table.cone(*asn);
        for inside in table.asns() {
            let is = cone.binary_search(inside).is_ok();
            assert_eq!(table.is_in_cone(*asn, *inside), is, "{inside} in the cone of {asn}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn the_order_of_paths_does_not_matter(seed in 1u64..1_000_000) {
        let mut dice = Dice(seed);
        let table = RelationshipTable::new(&world(&mut dice));
        let mut paths = observed(&mut dice, &table, 4);
        let inference = infer(&set(&paths));
        paths.reverse();
        let half = paths.len() / 2;
        paths.rotate_left(half);
        paths.extend(paths[..10].to_vec());
        prop_assert_eq!(infer(&set(&paths)), inference);
    }
}
