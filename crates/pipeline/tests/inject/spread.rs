//! How routes spread, against a simulation that exchanges routes until nothing changes.

use std::collections::BTreeMap;

use pipeline::inject::{Announcement, From, Random, Topology, Towards};
use reference::relationships::{Relation, RelationshipTable};
use routing::Asn;

use super::world::relationships;

/// What a network uses: preference, hops, whom it heard it from, the path, the announcement.
type Used = (From, usize, Asn, Vec<Asn>, usize);

/// Every network asks its neighbours anew, round after round.
fn simulate(topology: &Topology, all: &[Announcement], validating: &[bool]) -> BTreeMap<Asn, Used> {
    let mut now: BTreeMap<Asn, Used> = BTreeMap::new();
    for _ in 0..100 {
        let mut next = BTreeMap::new();
        for (place, asn) in topology.asns().iter().enumerate() {
            let mut offers: Vec<Used> = Vec::new();
            for (number, its) in all.iter().enumerate().filter(|(_, a)| a.by == *asn) {
                if its.to == Towards::Everybody {
                    let path: Vec<Asn> = [*asn].iter().chain(&its.behind).copied().collect();
                    offers.push((From::Itself, path.len(), *asn, path, number));
                }
            }
            for relation in [Relation::Customer, Relation::Peer, Relation::Provider] {
                for neighbour in topology.neighbours(*asn, relation) {
                    let from = match relation {
                        Relation::Customer => From::Customer,
                        Relation::Peer => From::Peer,
                        Relation::Provider => From::Provider,
                    };
                    let mut hear = |path: &[Asn], number: usize| {
                        let refused = all[number].invalid && validating[place];
                        if !refused && !path.contains(asn) {
                            let path: Vec<Asn> = [*asn].iter().chain(path).copied().collect();
                            offers.push((from, path.len(), neighbour, path, number));
                        }
                    };
                    if let Some((from, _, _, path, number)) = now.get(&neighbour) {
                        // Own and customers' routes to everybody, the rest to customers.
                        if *from <= From::Customer || relation == Relation::Provider {
                            hear(path, *number);
                        }
                    }
                    for (number, its) in all.iter().enumerate().filter(|(_, a)| a.by == neighbour) {
                        if matches!(&its.to, Towards::These(these) if these.contains(asn)) {
                            let path: Vec<Asn> = [its.by].iter().chain(&its.behind).copied().collect();
                            hear(&path, number);
                        }
                    }
                }
            }
            if let Some(best) = offers.into_iter().min() {
                next.insert(*asn, best);
            }
        }
        if next == now {
            return now;
        }
        now = next;
    }
    panic!("routes do not settle");
}

fn assert_same(topology: &Topology, all: &[Announcement], validating: &[bool]) {
    let spread = topology.spread(all, validating);
    let simulated = simulate(topology, all, validating);
    for asn in topology.asns() {
        let expected = simulated.get(asn).map(|(from, _, _, path, number)| (*from, *number, path.clone()));
        let used = spread.used(*asn).map(|(from, number)| (from, number, spread.path(*asn).unwrap()));
        assert_eq!(used, expected, "{asn} of {all:?}");
    }
}

#[test]
fn it_is_what_exchanging_routes_settles_at() {
    let mut leaked = 0;
    for seed in 0..60 {
        let mut random = Random::new(seed, 1);
        let topology = Topology::new(&RelationshipTable::new(&relationships(&mut random, 3, 8, 20)));
        let validating: Vec<bool> = topology.asns().iter().map(|_| random.chance(30)).collect();
        let any = |random: &mut Random| *random.pick(topology.asns()).unwrap();
        let (origin, other, third) = (any(&mut random), any(&mut random), any(&mut random));
        let own = Announcement::by(origin);
        assert_same(&topology, std::slice::from_ref(&own), &validating);
        if origin == other || third == other {
            continue;
        }
        let forged = Announcement { behind: vec![third, origin], ..Announcement::by(other) };
        let hijack = Announcement { invalid: true, ..Announcement::by(other) };
        assert_same(&topology, &[own.clone(), forged], &validating);
        assert_same(&topology, &[own.clone(), hijack], &validating);
        // A leak to all providers and peers by whoever has the route from one of them.
        let alone = [own.clone()];
        let spread = topology.spread(&alone, &validating);
        let Some(path) = spread.path(other).filter(|_| spread.used(other).unwrap().0 >= From::Peer) else {
            continue;
        };
        let up = [Relation::Provider, Relation::Peer];
        let to: Vec<Asn> = up.into_iter().flat_map(|r| topology.neighbours(other, r)).collect();
        let leak =
            Announcement { behind: path[1..].to_vec(), to: Towards::These(to), ..Announcement::by(other) };
        let both = [own, leak];
        if topology.spread(&both, &validating).path(other) == Some(path) {
            assert_same(&topology, &both, &validating);
            leaked += 1;
        }
    }
    assert!(leaked > 10, "{leaked} leaks");
}

#[test]
fn who_is_unknown_announces_nothing() {
    let mut random = Random::new(1, 1);
    let topology = Topology::new(&RelationshipTable::new(&relationships(&mut random, 3, 8, 20)));
    let nobody = [Announcement::by(Asn(64_496))];
    let spread = topology.spread(&nobody, &[]);
    assert!(topology.asns().iter().all(|asn| spread.used(*asn).is_none()));
    assert_eq!(spread.path(Asn(64_496)), None);
}
