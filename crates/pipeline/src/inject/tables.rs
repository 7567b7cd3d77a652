//! The tables that events are planted into: what every peer of every collector had, once and in order.

use core::net::IpAddr;
use core::ops::Range;

use bgp::mrt::write::Route;
use bgp::mrt::{Body, OriginCode, PeerEntry, Record, Safi};
use hashbrown::HashMap;
use routing::{AsPath, Asn, Family, Fault, Origin, Prefix, Timestamp};

/// A collector and its peers, in the order they were met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collector {
    /// Its name.
    pub name: String,
    /// Its peers.
    pub peers: Vec<PeerEntry>,
}

/// One peer's route to one prefix. Ordered by prefix, collector and peer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Row {
    /// The prefix.
    pub prefix: Prefix,
    /// Index into [`Tables::collectors`].
    pub collector: u16,
    /// Index into the collector's peers.
    pub peer: u16,
    /// Index into [`Tables::routes`].
    pub route: u32,
    /// When the collector received it.
    pub originated: Timestamp,
}

/// Tables of one or more collectors.
#[derive(Clone, Debug)]
pub struct Tables {
    /// The collectors.
    pub collectors: Vec<Collector>,
    /// Distinct routes.
    pub routes: Vec<Route>,
    /// Ascending.
    pub rows: Vec<Row>,
    /// The time of the newest record.
    pub time: Timestamp,
}

/// What is read so far.
#[derive(Default)]
pub struct TablesBuilder {
    collectors: Vec<Collector>,
    /// The newest collector's peers.
    peers: HashMap<(IpAddr, Asn), u16>,
    routes: Vec<Route>,
    numbers: HashMap<RouteKey, u32>,
    /// Per collector, peer and prefix.
    now: HashMap<(u16, u16, Prefix), (u32, Timestamp)>,
    time: Option<Timestamp>,
}

/// A [`Route`] to look up by.
type RouteKey = (u8, AsPath, IpAddr, Option<u32>, Option<u32>, Vec<u32>);

impl TablesBuilder {
    /// What is read from here on is that collector's.
    pub fn collector(&mut self, name: &str) {
        self.collectors.push(Collector { name: name.to_owned(), peers: Vec::new() });
        self.peers.clear();
    }

    /// Takes a record of a table, or of updates that rebuild one. Of several paths (ADD-PATH) the last is kept.
    /// What has no next hop or belongs to a multicast table is passed over.
    ///
    /// # Panics
    /// Before the first [`TablesBuilder::collector`].
    pub fn read(&mut self, record: &Record<'_>, faults: &mut impl FnMut(Fault)) {
        let collector = self.collectors.len() - 1;
        if !matches!(record.body, Body::PeerIndexTable | Body::Ignored) {
            self.time = self.time.max(Some(record.time));
        }
        record.elements(faults, |element| {
            if element.local || element.safi != Safi::Unicast {
                return;
            }
            let peers = &mut self.collectors[collector].peers;
            let met = self.peers.entry((element.peer_address, element.peer_asn)).or_insert_with(|| {
                let bgp_id = element.peer_index.and_then(|index| Some(record.peers.get(index)?.bgp_id));
                let (address, asn) = (element.peer_address, element.peer_asn);
                let bgp_id = bgp_id.unwrap_or(core::net::Ipv4Addr::UNSPECIFIED);
                peers.push(PeerEntry { bgp_id, address, asn });
                peers.len().saturating_sub(1) as u16
            });
            let place = (collector as u16, *met, element.prefix);
            let route = element.route.zip(element.next_hop);
            let Some((route, next_hop)) = route.filter(|(_, hop)| fits(*hop, element.prefix)) else {
                self.now.remove(&place);
                return;
            };
            let communities: Vec<u32> = route.communities.unwrap_or_default().iter().map(|c| c.0).collect();
            let origin = route.origin.unwrap_or(OriginCode::Incomplete);
            let path = route.path().to_owned();
            let key = (origin as u8, path, next_hop, route.med, route.local_pref, communities);
            let fresh = self.routes.len() as u32;
            let number = *self.numbers.entry(key).or_insert_with_key(|(_, path, _, _, _, communities)| {
                self.routes.push(Route {
                    origin,
                    path: path.clone(),
                    next_hop,
                    med: route.med,
                    local_pref: route.local_pref,
                    communities: communities.iter().map(|c| bgp::mrt::Community(*c)).collect(),
                    only_to_customer: route.only_to_customer,
                });
                fresh
            });
            self.now.insert(place, (number, element.originated.unwrap_or(element.time)));
        });
    }

    /// The tables; `None` when there was no route.
    pub fn finish(self) -> Option<Tables> {
        let mut rows: Vec<Row> = Vec::with_capacity(self.now.len());
        rows.extend(self.now.into_iter().map(|((collector, peer, prefix), (route, originated))| Row {
            prefix,
            collector,
            peer,
            route,
            originated,
        }));
        rows.sort_unstable();
        let time = self.time.filter(|_| !rows.is_empty())?;
        Some(Tables { collectors: self.collectors, routes: self.routes, rows, time })
    }
}

fn fits(next_hop: IpAddr, prefix: Prefix) -> bool {
    next_hop.is_ipv6() == (prefix.family() == Family::V6)
}

impl Tables {
    /// The row's route.
    pub fn route(&self, row: &Row) -> &Route {
        &self.routes[row.route as usize]
    }

    /// The row's peer.
    pub fn peer(&self, row: &Row) -> &PeerEntry {
        &self.collectors[usize::from(row.collector)].peers[usize::from(row.peer)]
    }

    /// The row's origin; `None` when the path ends in an AS_SET.
    pub fn origin(&self, row: &Row) -> Option<Asn> {
        match self.route(row).path.as_ref().origin() {
            Origin::As(asn) => Some(asn),
            Origin::Speaker => Some(self.peer(row).asn),
            Origin::None => None,
        }
    }

    /// The rows of exactly that prefix.
    pub fn of(&self, prefix: Prefix) -> &[Row] {
        &self.rows[self.span(prefix, |row| row.prefix == prefix)]
    }

    /// The rows of the prefix and everything more specific.
    pub fn inside(&self, prefix: Prefix) -> &[Row] {
        &self.rows[self.span(prefix, |row| prefix.contains(&row.prefix))]
    }

    /// The rows of everything less specific, nearest first; the prefix itself left out.
    pub fn covering(&self, prefix: Prefix) -> impl Iterator<Item = &Row> {
        (0..prefix.len()).rev().filter_map(move |len| prefix.truncate(len)).flat_map(|p| self.of(p))
    }

    fn span(&self, prefix: Prefix, belongs: impl Fn(&Row) -> bool) -> Range<usize> {
        let start = self.rows.partition_point(|row| row.prefix < prefix);
        let len = self.rows[start..].partition_point(belongs);
        start..start + len
    }
}
