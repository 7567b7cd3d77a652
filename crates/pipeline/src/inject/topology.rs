//! Who hands which route to whom (Gao and Rexford, 2001): routes of customers go to everybody, those of peers
//! and providers to customers alone.

use reference::relationships::{Relation, RelationshipTable};
use routing::Asn;

/// Networks and who is what to whom.
#[derive(Clone, Debug)]
pub struct Topology {
    asns: Vec<Asn>,
    providers: Neighbours,
    peers: Neighbours,
    customers: Neighbours,
}

/// Per network its neighbours of one kind, ascending.
#[derive(Clone, Debug)]
struct Neighbours {
    starts: Vec<u32>,
    all: Vec<u32>,
}

impl Neighbours {
    fn of(&self, place: u32) -> &[u32] {
        &self.all[self.starts[place as usize] as usize..self.starts[place as usize + 1] as usize]
    }
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
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Announcement {
    /// Who makes it.
    pub by: Asn,
    /// What stands behind it in the path, nearest first: forged or mistyped hops, or those a leaked route came
    /// over. They refuse the route: they see themselves in it (RFC 4271 §9.1.2).
    pub behind: Vec<Asn>,
    /// The neighbours it is made to.
    pub to: Towards,
    /// Networks that validate origins refuse it (RFC 6811).
    pub invalid: bool,
}

/// To whom an announcement is made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Towards {
    /// To every neighbour: the announcer uses it as its own route.
    Everybody,
    /// To these alone, whatever the announcer itself uses: a leak.
    These(Vec<Asn>),
}

impl Announcement {
    /// One's own route, to everybody.
    pub fn by(asn: Asn) -> Announcement {
        Announcement { by: asn, behind: Vec::new(), to: Towards::Everybody, invalid: false }
    }
}

/// A route as a network uses it.
#[derive(Clone, Copy, Debug)]
struct Used {
    from: From,
    /// ASNs in the path, the network's own included.
    hops: u16,
    /// Whom it heard it from; itself for its own.
    via: u32,
    /// Which of the announcements it is.
    announcement: u16,
}

/// What every network uses after one spread.
#[derive(Clone, Debug)]
pub struct Spread<'a> {
    topology: &'a Topology,
    announcements: &'a [Announcement],
    used: Vec<Option<Used>>,
}

/// Longer paths than this go no further: no graph of relationships is so deep.
const HOPS_MAX: usize = 64;

impl Topology {
    /// From the relationships of a day.
    pub fn new(table: &RelationshipTable) -> Topology {
        let asns = table.asns().to_vec();
        let neighbours = |relation| {
            let mut lists = Neighbours { starts: vec![0], all: Vec::new() };
            for asn in &asns {
                let places = table.neighbours(*asn, relation).filter_map(|n| asns.binary_search(&n).ok());
                lists.all.extend(places.map(|place| place as u32));
                lists.starts.push(lists.all.len() as u32);
            }
            lists
        };
        let (providers, peers) = (neighbours(Relation::Provider), neighbours(Relation::Peer));
        let customers = neighbours(Relation::Customer);
        Topology { asns, providers, peers, customers }
    }

    /// Every network, ascending.
    pub fn asns(&self) -> &[Asn] {
        &self.asns
    }

    /// Its place among [`Topology::asns`].
    pub fn place(&self, asn: Asn) -> Option<usize> {
        self.asns.binary_search(&asn).ok()
    }

    fn kind(&self, relation: Relation) -> &Neighbours {
        match relation {
            Relation::Provider => &self.providers,
            Relation::Peer => &self.peers,
            Relation::Customer => &self.customers,
        }
    }

    /// The neighbours that are `relation` to `asn`, ascending.
    pub fn neighbours(&self, asn: Asn, relation: Relation) -> impl ExactSizeIterator<Item = Asn> + '_ {
        let places = self.place(asn).map_or(&[][..], |place| self.kind(relation).of(place as u32));
        places.iter().map(|place| self.asns[*place as usize])
    }

    /// What `neighbour` is to `asn`; `None` when no link is known.
    pub fn relation(&self, asn: Asn, neighbour: Asn) -> Option<Relation> {
        let (from, to) = (self.place(asn)? as u32, self.place(neighbour)? as u32);
        [Relation::Provider, Relation::Peer, Relation::Customer]
            .into_iter()
            .find(|relation| self.kind(*relation).of(from).binary_search(&to).is_ok())
    }

    /// The networks above these: they, their providers, the providers of those, and so on. Ascending.
    pub fn upwards(&self, from: &[Asn]) -> Vec<Asn> {
        let mut seen = vec![false; self.asns.len()];
        let mut open: Vec<u32> = from.iter().filter_map(|asn| self.place(*asn)).map(|p| p as u32).collect();
        while let Some(place) = open.pop() {
            if !core::mem::replace(&mut seen[place as usize], true) {
                open.extend_from_slice(self.providers.of(place));
            }
        }
        self.asns.iter().zip(seen).filter_map(|(asn, seen)| seen.then_some(*asn)).collect()
    }

    /// What every network uses once the announcements of one prefix have spread: a customer's route before a
    /// peer's before a provider's, then the shortest, then that of the neighbour with the lowest ASN.
    /// `validating`: per place, whether the network refuses what is invalid.
    ///
    /// Routes of one's own and of customers go up first, then once across, then down: that is the stable state
    /// of these preferences. Announcers that the topology does not know are not heard.
    pub fn spread<'a>(&'a self, announcements: &'a [Announcement], validating: &[bool]) -> Spread<'a> {
        let mut spread = Spread { topology: self, announcements, used: vec![None; self.asns.len()] };
        let mut levels: Vec<Vec<u32>> = vec![Vec::new(); HOPS_MAX + 2];
        for (number, its) in announcements.iter().enumerate() {
            let Some(place) = self.place(its.by) else { continue };
            if its.to == Towards::Everybody && spread.used[place].is_none() {
                let hops = 1 + its.behind.len() as u16;
                let (via, announcement) = (place as u32, number as u16);
                spread.used[place] = Some(Used { from: From::Itself, hops, via, announcement });
                levels[usize::from(hops).min(HOPS_MAX + 1)].push(via);
            }
        }
        spread.vertical(From::Customer, &mut levels, validating);
        spread.across(validating);
        let mut levels: Vec<Vec<u32>> = vec![Vec::new(); HOPS_MAX + 2];
        for (place, used) in spread.used.iter().enumerate() {
            if let Some(used) = used {
                levels[usize::from(used.hops).min(HOPS_MAX + 1)].push(place as u32);
            }
        }
        spread.vertical(From::Provider, &mut levels, validating);
        spread
    }
}

impl Spread<'_> {
    /// Takes routes up to providers, who hear a customer ([`From::Customer`]), or down to customers, who hear a
    /// provider; the shortest first. `levels`: who has a route of so many hops.
    fn vertical(&mut self, heard_from: From, levels: &mut [Vec<u32>], validating: &[bool]) {
        let topology = self.topology;
        let direction = if heard_from == From::Customer { Relation::Provider } else { Relation::Customer };
        let leaks = self.leaks(direction);
        for hops in 1..=HOPS_MAX {
            let heard = hops as u16 + 1;
            let mut next = Vec::new();
            for place in core::mem::take(&mut levels[hops]) {
                let Some(used) = self.used[place as usize] else { continue };
                for to in topology.kind(direction).of(place) {
                    let offer = Used { from: heard_from, hops: heard, via: place, ..used };
                    next.extend(self.offer(*to, offer, validating));
                }
            }
            for (to, offer) in leaks.iter().filter(|(_, offer)| offer.hops == heard) {
                next.extend(self.offer(*to, *offer, validating));
            }
            levels[hops + 1].extend(next);
        }
    }

    /// Takes what networks have of their own and of customers to their peers, once.
    fn across(&mut self, validating: &[bool]) {
        let topology = self.topology;
        for place in 0..self.used.len() as u32 {
            let Some(used) = self.used[place as usize].filter(|used| used.from <= From::Customer) else {
                continue;
            };
            for to in topology.peers.of(place) {
                let offer = Used { from: From::Peer, hops: used.hops + 1, via: place, ..used };
                self.offer(*to, offer, validating);
            }
        }
        for (to, offer) in self.leaks(Relation::Peer) {
            self.offer(to, offer, validating);
        }
    }

    /// What is announced to chosen neighbours alone, as far as they are `relation` to the announcer.
    fn leaks(&self, relation: Relation) -> Vec<(u32, Used)> {
        let mut leaks = Vec::new();
        for (number, its) in self.announcements.iter().enumerate() {
            let Towards::These(these) = &its.to else { continue };
            let Some(by) = self.topology.place(its.by) else { continue };
            let from = match relation {
                Relation::Provider => From::Customer,
                Relation::Peer => From::Peer,
                Relation::Customer => From::Provider,
            };
            let (hops, via) = (2 + its.behind.len() as u16, by as u32);
            let around = self.topology.kind(relation).of(via);
            for to in these.iter().filter_map(|to| self.topology.place(*to)).map(|to| to as u32) {
                if around.binary_search(&to).is_ok() {
                    leaks.push((to, Used { from, hops, via, announcement: number as u16 }));
                }
            }
        }
        leaks
    }

    /// `to` hears of a route, and uses it if it is better. Gives `to` when it had none before.
    fn offer(&mut self, to: u32, offer: Used, validating: &[bool]) -> Option<u32> {
        let its = &self.announcements[usize::from(offer.announcement)];
        let receiver = self.topology.asns[to as usize];
        let refused = its.invalid && validating.get(to as usize).copied().unwrap_or(false);
        if refused || receiver == its.by || its.behind.contains(&receiver) {
            return None;
        }
        let slot = &mut self.used[to as usize];
        let new = slot.is_none();
        let better =
            slot.is_none_or(|used| (offer.from, offer.hops, offer.via) < (used.from, used.hops, used.via));
        if better {
            *slot = Some(offer);
        }
        new.then_some(to)
    }

    /// Which announcement a network uses, and where it heard it; `None` when it has no route.
    pub fn used(&self, asn: Asn) -> Option<(From, usize)> {
        let used = self.used[self.topology.place(asn)?]?;
        Some((used.from, usize::from(used.announcement)))
    }

    /// The path of the route that a network uses, from itself to the announcer and what stands behind it.
    pub fn path(&self, asn: Asn) -> Option<Vec<Asn>> {
        let mut place = self.topology.place(asn)?;
        let its = &self.announcements[usize::from(self.used[place]?.announcement)];
        let mut path = vec![asn];
        while *path.last()? != its.by {
            place = self.used[place]?.via as usize;
            path.push(self.topology.asns[place]);
        }
        path.extend_from_slice(&its.behind);
        Some(path)
    }
}
