//! Misoriginations do not depend on the order in which sightings come, nor on what is said twice.

use core::net::{IpAddr, Ipv4Addr};

use detect::Event;
use pipeline::month::Collector;
use pipeline::month::origins::{self, Baseline, Context};
use pipeline::sweep::{PathTable, Recording};
use proptest::prelude::*;
use reference::history::History;
use reference::protectors::Protectors;
use reference::vrp::VrpEpochs;
use routing::{AsPath, Asn, Family, Peer, RouteSpan, Span, SpanEnd, Timestamp};

const TABLE: u32 = 0;
const UPDATES: u32 = 1;

fn world() -> Vec<Collector> {
    let mut paths = PathTable::default();
    let peers: Vec<Peer> = (0..3)
        .map(|n| Peer {
            address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, n)),
            asn: Asn(100 + u32::from(n)),
            family: Family::V4,
        })
        .collect();
    // For each peer two paths to the owner, one to another network, one through an unknown neighbour.
    for peer in 100..103 {
        for tail in [&[201, 300][..], &[202, 300], &[203, 400], &[400, 300]] {
            let hops = core::iter::once(peer).chain(tail.iter().copied()).map(Asn);
            paths.intern(AsPath::from_sequence(hops).as_ref());
        }
    }
    vec![Collector {
        name: "alpha".to_owned(),
        peers,
        paths,
        coverage: Vec::new(),
        tables: vec![TABLE],
        recording: Recording::default(),
    }]
}

fn span(peer: u32, prefix: &str, tail: u32, start: i64, end: i64, file: u32) -> RouteSpan {
    RouteSpan {
        prefix: prefix.parse().unwrap(),
        time: Span { start: Timestamp(start), end: Timestamp(end) },
        collector: 0,
        peer,
        path_id: 0,
        path: peer * 4 + tail,
        file,
        offset: start as u64,
        end: SpanEnd::Replaced,
        estimated: false,
    }
}

fn found(mut spans: Vec<RouteSpan>) -> Vec<Event> {
    let collectors = world();
    let history = History::default();
    let seen = origins::sightings(&collectors, &spans);
    let is_network = |_| true;
    let context = Context {
        baseline: Baseline::new(&seen, &collectors, &history, is_network),
        collectors: &collectors,
        feeds: &[],
        vrps: &VrpEpochs::default(),
        irr: None,
        organisations: None,
        delegations: None,
        protectors: &Protectors::default(),
        open: &[],
        is_network: &is_network,
    };
    spans.sort_by_key(|s| s.prefix);
    origins::detect(&spans, &context)
}

fn any_span() -> impl Strategy<Value = RouteSpan> {
    let prefix = prop_oneof![Just("20.0.0.0/8"), Just("20.1.0.0/16"), Just("20.1.2.0/24")];
    (0u32..3, prefix, 0u32..4, 1i64..50, 1i64..200_000).prop_map(|(peer, prefix, tail, start, lasts)| {
        span(peer, prefix, tail, start * 4_000, start * 4_000 + lasts, UPDATES)
    })
}

fn table() -> Vec<RouteSpan> {
    (0..3).map(|peer| span(peer, "20.1.0.0/16", 0, 0, 400_000, TABLE)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_change_nothing(
        mut spans in prop::collection::vec(any_span(), 0..12),
        order in any::<prop::sample::Index>(),
        doubled in any::<prop::sample::Index>(),
    ) {
        spans.extend(table());
        let once = found(spans.clone());
        let mut turned = spans.clone();
        turned.rotate_left(order.index(spans.len()));
        turned.reverse();
        prop_assert_eq!(&found(turned), &once);
        let mut twice = spans.clone();
        twice.push(spans[doubled.index(spans.len())]);
        prop_assert_eq!(&found(twice), &once);
        // Nobody is blamed for what the table shows to be its own space, whoever was there meanwhile.
        let own = once.iter().filter(|event| event.prefix != "20.0.0.0/8".parse().unwrap());
        prop_assert!(own.clone().all(|event| event.culprit != Some(Asn(300))));
    }
}

#[test]
fn a_new_origin_is_found_at_all() {
    let mut spans = table();
    spans.extend((0..2).map(|peer| span(peer, "20.1.2.0/24", 2, 100_000, 110_000, UPDATES)));
    let events = found(spans);
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].culprit, events[0].reason), (Some(Asn(400)), detect::Reason::MoreSpecific));
}
