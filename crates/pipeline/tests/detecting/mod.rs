//! What tests of the detectors of new origins and paths have in common: one collector, spans, and what is found in
//! them with no route registered.

use core::net::{IpAddr, Ipv4Addr};

use detect::Event;
use pipeline::month::Collector;
use pipeline::month::origins::{self, AsOf, Baseline, Context};
use pipeline::sweep::{PathTable, Recording};
use reference::delegations::DelegationTable;
use reference::exchange_points::ExchangePoints;
use reference::history::History;
use reference::protectors::Protectors;
use reference::vrp::VrpEpochs;
use routing::{AsPath, Asn, Family, Peer, RouteSpan, Span, SpanEnd, Timestamp};

/// The file that is a table, and the one that is not.
pub const TABLE: u32 = 0;
pub const UPDATES: u32 = 1;

/// A collector whose peers, by their numbers, show each of these tails: path `p * tails + t` is the tail `t` from the
/// peer `p`.
pub fn collector(peers: &[u32], tails: &[&[u32]]) -> Collector {
    let mut paths = PathTable::default();
    for peer in peers {
        for tail in tails {
            let hops = core::iter::once(peer).chain(*tail).map(|n| Asn(*n));
            paths.intern(AsPath::from_sequence(hops).as_ref());
        }
    }
    let peer = |(n, asn): (u8, &u32)| Peer {
        address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, n)),
        asn: Asn(*asn),
        family: Family::V4,
    };
    Collector {
        name: "alpha".to_owned(),
        peers: (0..).zip(peers).map(peer).collect(),
        paths,
        coverage: Vec::new(),
        tables: vec![TABLE],
        recording: Recording::default(),
    }
}

/// A route of the peer at this place, in seconds.
pub fn span(peer: u32, prefix: &str, path: u32, (start, end): (i64, i64), file: u32) -> RouteSpan {
    RouteSpan {
        prefix: prefix.parse().unwrap(),
        time: Span { start: Timestamp(start), end: Timestamp(end) },
        collector: 0,
        peer,
        path_id: 0,
        path,
        file,
        offset: start as u64,
        end: SpanEnd::Replaced,
        estimated: false,
    }
}

/// What is known besides the spans, all of it from the first second on.
#[derive(Default)]
pub struct Given {
    pub history: History,
    pub delegations: DelegationTable,
    pub exchange_points: ExchangePoints,
}

/// What is found in the spans.
pub fn found(collector: Collector, mut spans: Vec<RouteSpan>, given: &Given) -> Vec<Event> {
    let collectors = [collector];
    let seen = origins::sightings(&collectors, &spans);
    let is_network = |_| true;
    let context = Context {
        baseline: Baseline::new(&seen, &collectors, &given.history, is_network),
        collectors: &collectors,
        feeds: &[],
        vrps: &VrpEpochs::default(),
        irr: None,
        organisations: None,
        delegations: Some(AsOf { data: &given.delegations, as_of: Timestamp(0), label: "delegations" }),
        exchange_points: Some(AsOf {
            data: &given.exchange_points,
            as_of: Timestamp(0),
            label: "connections",
        }),
        protectors: &Protectors::default(),
        open: &[],
        is_network: &is_network,
    };
    spans.sort_by_key(|s| s.prefix);
    origins::detect(&spans, &context)
}
