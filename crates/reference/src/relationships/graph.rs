use core::fmt;

use routing::Asn;
use rustc_hash::FxHashMap;

use super::{Link, Relationship};

/// What a neighbour is to a network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Relation {
    /// The neighbour is its provider.
    Provider,
    /// The neighbour is its customer.
    Customer,
    /// They are peers.
    Peer,
}

/// Size class by direct customers (FRAMEWORK §7).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Size {
    /// At most 2 customers.
    Small,
    /// 3 to 179 customers.
    Medium,
    /// 180 customers or more.
    Large,
}

impl Size {
    /// The class for a number of direct customers.
    pub fn of(customers: usize) -> Size {
        match customers {
            0..=2 => Size::Small,
            3..=179 => Size::Medium,
            _ => Size::Large,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Size::Small => "small",
            Size::Medium => "medium",
            Size::Large => "large",
        })
    }
}

/// The graph of relationships. Networks are numbered densely, neighbours sorted.
#[derive(Clone, Debug, Default)]
pub struct RelationshipTable {
    asns: Vec<Asn>,
    places: FxHashMap<Asn, u32>,
    starts: Vec<u32>,
    neighbours: Vec<(u32, Relation)>,
    /// What the second is to the first: paths are judged link by link, and this is asked for each.
    pairs: FxHashMap<(Asn, Asn), Relation>,
    conflicts: Vec<(Asn, Asn)>,
}

impl RelationshipTable {
    /// Builds the graph. Where lines give one pair different relationships, provider–customer counts before
    /// peers, and the smaller ASN as provider before the other; [`RelationshipTable::conflicts`] lists them.
    pub fn new(links: &[Relationship]) -> RelationshipTable {
        let mut asns: Vec<Asn> = links.iter().flat_map(|l| [l.a, l.b]).collect();
        asns.sort_unstable();
        asns.dedup();
        let places: FxHashMap<Asn, u32> = asns.iter().enumerate().map(|(i, a)| (*a, i as u32)).collect();
        // Both directions, so that each network's neighbours lie together.
        let mut edges: Vec<(u32, u32, u8, Relation)> = Vec::with_capacity(links.len() * 2);
        for l in links.iter().filter(|l| l.a != l.b) {
            let (a, b) = (places[&l.a], places[&l.b]);
            let (of_a, of_b, rank) = match l.link {
                Link::ProviderToCustomer => (Relation::Customer, Relation::Provider, u8::from(l.a > l.b)),
                Link::Peers => (Relation::Peer, Relation::Peer, 2),
            };
            edges.extend([(a, b, rank, of_a), (b, a, rank, of_b)]);
        }
        edges.sort_unstable();
        edges.dedup();
        let mut conflicts = Vec::new();
        edges.dedup_by(|later, kept| {
            let same = (later.0, later.1) == (kept.0, kept.1);
            if same && later.0 < later.1 {
                conflicts.push((asns[later.0 as usize], asns[later.1 as usize]));
            }
            same
        });
        conflicts.dedup();
        let mut starts = vec![0; asns.len() + 1];
        for edge in &edges {
            starts[edge.0 as usize + 1] += 1;
        }
        for i in 0..asns.len() {
            starts[i + 1] += starts[i];
        }
        let pairs = edges.iter().map(|(a, b, _, r)| ((asns[*a as usize], asns[*b as usize]), *r)).collect();
        let neighbours = edges.into_iter().map(|(_, to, _, relation)| (to, relation)).collect();
        RelationshipTable { asns, places, starts, neighbours, pairs, conflicts }
    }

    fn around(&self, place: u32) -> &[(u32, Relation)] {
        let (from, to) = (self.starts[place as usize], self.starts[place as usize + 1]);
        &self.neighbours[from as usize..to as usize]
    }

    /// What `neighbour` is to `asn`; `None` when no link is known.
    pub fn relation(&self, asn: Asn, neighbour: Asn) -> Option<Relation> {
        self.pairs.get(&(asn, neighbour)).copied()
    }

    /// True when a link of the network is known.
    pub fn knows(&self, asn: Asn) -> bool {
        self.places.contains_key(&asn)
    }

    /// Every network, ascending.
    pub fn asns(&self) -> &[Asn] {
        &self.asns
    }

    /// The neighbours that are `relation` to `asn`, ascending.
    pub fn neighbours(&self, asn: Asn, relation: Relation) -> impl Iterator<Item = Asn> + '_ {
        let around = self.places.get(&asn).map_or(&[][..], |&place| self.around(place));
        around.iter().filter(move |(_, r)| *r == relation).map(|(to, _)| self.asns[*to as usize])
    }

    /// Number of direct customers.
    pub fn customers(&self, asn: Asn) -> usize {
        self.neighbours(asn, Relation::Customer).count()
    }

    /// Size class by direct customers; a network without a known link is small.
    pub fn size(&self, asn: Asn) -> Size {
        Size::of(self.customers(asn))
    }

    /// The customer cone: the network itself and everything reached over provider-to-customer links alone,
    /// ascending. Empty for a network without a known link.
    pub fn cone(&self, asn: Asn) -> Vec<Asn> {
        let Some(&start) = self.places.get(&asn) else { return Vec::new() };
        let mut seen = vec![false; self.asns.len()];
        let mut open = vec![start];
        let mut cone = Vec::new();
        seen[start as usize] = true;
        while let Some(place) = open.pop() {
            cone.push(self.asns[place as usize]);
            for (to, relation) in self.around(place) {
                if *relation == Relation::Customer && !core::mem::replace(&mut seen[*to as usize], true) {
                    open.push(*to);
                }
            }
        }
        cone.sort_unstable();
        cone
    }

    /// True when `inside` is `asn` itself or is reached from it over provider-to-customer links alone. Climbs from
    /// `inside`, which has few providers, rather than descending from `asn`.
    pub fn is_in_cone(&self, asn: Asn, inside: Asn) -> bool {
        let (Some(&top), Some(&start)) = (self.places.get(&asn), self.places.get(&inside)) else {
            return asn == inside;
        };
        let mut seen = rustc_hash::FxHashSet::from_iter([start]);
        let mut open = vec![start];
        while let Some(place) = open.pop() {
            if place == top {
                return true;
            }
            let providers = self.around(place).iter().filter(|(_, r)| *r == Relation::Provider);
            open.extend(providers.map(|(to, _)| *to).filter(|to| seen.insert(*to)));
        }
        false
    }

    /// Pairs that lines gave different relationships, ascending.
    pub fn conflicts(&self) -> &[(Asn, Asn)] {
        &self.conflicts
    }
}
