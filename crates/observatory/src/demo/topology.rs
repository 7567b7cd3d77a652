//! Who hands which route to whom: customers' routes go to everybody, those of peers and providers to customers.

use std::collections::BTreeMap;

use super::networks::Network;

/// What a network is to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Neighbour {
    Customer,
    Peer,
    Provider,
}

/// Where a route comes from: what a network prefers, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum From {
    /// Its own.
    Itself,
    /// A customer.
    Customer,
    /// A peer.
    Peer,
    /// A provider.
    Provider,
}

/// An announcement that makes its way.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Announcement {
    /// Who makes it.
    pub by: u32,
    /// Hops behind it.
    pub behind: Vec<u32>,
    /// An AS_SET at the path's end.
    pub set: Vec<u32>,
    /// It is shown to nobody.
    pub local: bool,
    /// Networks that do not let it through.
    pub refused: Vec<u32>,
}

impl Announcement {
    /// A plain one.
    pub fn by(asn: u32) -> Announcement {
        Announcement { by: asn, behind: Vec::new(), set: Vec::new(), local: false, refused: Vec::new() }
    }
}

/// A route as a network has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Chosen {
    /// Whom it comes from.
    pub from: From,
    /// Hops with those behind the announcer.
    length: usize,
    /// From the network to the announcer.
    pub hops: Vec<u32>,
    /// Which of the announcements it is.
    pub announcement: usize,
}

/// Networks and who is what to whom.
pub struct Topology {
    neighbours: BTreeMap<u32, Vec<(u32, Neighbour)>>,
}

/// After so many rounds a route has reached everybody.
const ROUNDS_MAX: usize = 30;

impl Topology {
    /// From the networks of a day.
    pub fn new(networks: &[Network]) -> Topology {
        let mut neighbours: BTreeMap<u32, Vec<(u32, Neighbour)>> = BTreeMap::new();
        let mut link = |a, b, b_is| neighbours.entry(a).or_default().push((b, b_is));
        for network in networks {
            for provider in &network.providers {
                link(network.asn, *provider, Neighbour::Provider);
                link(*provider, network.asn, Neighbour::Customer);
            }
            for peer in &network.peers {
                link(network.asn, *peer, Neighbour::Peer);
                link(*peer, network.asn, Neighbour::Peer);
            }
        }
        for network in networks {
            neighbours.entry(network.asn).or_default().sort_unstable();
        }
        Topology { neighbours }
    }

    /// The routes every network is offered for one prefix, best first. Who is in `leaking` hands on to everybody
    /// whatever it has.
    pub fn spread(&self, all: &[Announcement], leaking: &[u32]) -> BTreeMap<u32, Vec<Chosen>> {
        let mut now: BTreeMap<u32, Vec<Chosen>> = BTreeMap::new();
        for _ in 0..ROUNDS_MAX {
            let next: BTreeMap<u32, Vec<Chosen>> =
                self.neighbours.keys().map(|asn| (*asn, self.offered(*asn, all, leaking, &now))).collect();
            if next == now {
                break;
            }
            now = next;
        }
        now
    }

    fn offered(
        &self,
        asn: u32,
        all: &[Announcement],
        leaking: &[u32],
        before: &BTreeMap<u32, Vec<Chosen>>,
    ) -> Vec<Chosen> {
        let own = all.iter().enumerate().filter(|(_, a)| a.by == asn).map(|(announcement, a)| Chosen {
            from: From::Itself,
            length: 1 + a.behind.len(),
            hops: vec![asn],
            announcement,
        });
        let heard = self.neighbours[&asn].iter().filter_map(|(neighbour, is)| {
            let best = before.get(neighbour)?.first()?;
            let its = &all[best.announcement];
            let to_everybody = best.from <= From::Customer || leaking.contains(neighbour);
            // To whoever sees a provider in it, the neighbour is one: this network is its customer.
            let told = (to_everybody || *is == Neighbour::Provider)
                && !(its.local || its.refused.contains(&asn) || its.behind.contains(&asn))
                && !best.hops.contains(&asn);
            told.then(|| Chosen {
                from: match is {
                    Neighbour::Customer => From::Customer,
                    Neighbour::Peer => From::Peer,
                    Neighbour::Provider => From::Provider,
                },
                length: best.length + 1,
                hops: [&[asn], best.hops.as_slice()].concat(),
                announcement: best.announcement,
            })
        });
        let mut offered: Vec<Chosen> = own.chain(heard).collect();
        offered.sort();
        offered
    }
}

#[cfg(test)]
mod tests {
    use super::super::networks::networks;
    use super::*;

    fn hops(all: &[Announcement], leaking: &[u32], at: u32) -> Vec<u32> {
        let topology = Topology::new(&networks("2024-05-31".parse().unwrap()));
        topology.spread(all, leaking)[&at].first().map_or(Vec::new(), |chosen| chosen.hops.clone())
    }

    #[test]
    fn paths_go_up_across_and_down() {
        let from = |origin, at| hops(&[Announcement::by(origin)], &[], at);
        assert_eq!(from(65_540, 64_499), [64_499, 64_497, 64_502, 65_540]);
        assert_eq!(from(64_496, 64_496), [64_496]);
        assert_eq!(from(64_506, 64_498), [64_498, 64_496, 64_499, 64_506]);
        // Peers below the top meet without it, and keep what they hear to their customers.
        assert_eq!(from(64_554, 64_499), [64_499, 64_514, 64_554]);
        assert_eq!(from(64_554, 64_497), [64_497, 64_496, 64_514, 64_554]);
    }

    #[test]
    fn everybody_reaches_everybody() {
        let all = networks("2024-05-31".parse().unwrap());
        let topology = Topology::new(&all);
        for origin in all.iter().filter(|n| !n.announced().is_empty()) {
            let reached = topology.spread(&[Announcement::by(origin.asn)], &[]);
            for network in all.iter().filter(|n| !n.providers.is_empty()) {
                assert!(!reached[&network.asn].is_empty(), "AS{} from AS{}", origin.asn, network.asn);
            }
        }
    }

    #[test]
    fn a_leak_draws_the_traffic_of_a_provider() {
        let all = [Announcement::by(64_496)];
        assert_eq!(hops(&all, &[], 64_505), [64_505, 64_497, 64_496]);
        assert_eq!(hops(&all, &[65_548], 64_505), [64_505, 65_548, 64_497, 64_496]);
    }

    #[test]
    fn two_announce_the_same_and_one_is_refused() {
        let mut wrong = Announcement::by(64_548);
        let both = |wrong: &Announcement| [Announcement::by(65_539), wrong.clone()];
        assert_eq!(hops(&both(&wrong), &[], 64_499), [64_499, 64_497, 64_548]);
        wrong.refused = vec![64_499];
        assert_ne!(hops(&both(&wrong), &[], 64_499).last(), Some(&64_548));
    }

    #[test]
    fn what_is_local_stays() {
        let mut own = Announcement::by(64_497);
        own.local = true;
        assert_eq!(hops(&[own.clone()], &[], 64_497), [64_497]);
        assert_eq!(hops(&[own], &[], 64_496), [0; 0]);
    }
}
