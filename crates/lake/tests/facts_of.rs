//! The facts of a few networks are those that the facts of all hold of them.

use std::collections::BTreeSet;

use detect::{Dismissal, EventKind};
use lake::Lake;
use measure::facts::{EventFacts, MonthFacts, NetworkFacts, RouteFacts};
use measure::metric::Metric;
use routing::{Asn, Family, Span, Timestamp, Unknown};

#[test]
fn the_facts_of_some_networks_are_a_part_of_all() {
    let route = |n: u32| RouteFacts {
        origin: Asn(n / 3),
        family: if n.is_multiple_of(2) { Family::V4 } else { Family::V6 },
        len: 20 + (n % 5) as u8,
        full_feed_peers: n % 9,
        seen_seconds: 86_400,
        bogon: n.is_multiple_of(11),
        artefact: n.is_multiple_of(7),
        forged_origin: n.is_multiple_of(13),
        rpki: (n % 3) as u8,
        irr: (n % 4) as u8,
        count: 1 + n % 2,
    };
    let network = |n: u32| NetworkFacts {
        asn: Asn(n),
        policy: Ok(n.is_multiple_of(2)),
        contact: Err(Unknown::because("not loaded")),
        spoofing: Default::default(),
    };
    let event = |n: u32| EventFacts {
        asn: Asn(n * 5),
        kind: EventKind::RouteLeak,
        class: None,
        dismissed_by: Dismissal { rpki: n.is_multiple_of(2), irr: n.is_multiple_of(3) },
        distance: 0,
        span: Span { start: Timestamp(1), end: Timestamp(2) },
    };
    let all = MonthFacts {
        month: "2024-05".parse().unwrap(),
        full_feed_ases: [3, 2],
        unknown: [(Metric::M1, Unknown::because("no relationships"))].into(),
        networks: (0..20_000).map(network).collect(),
        routes: (0..60_000).map(route).collect(),
        events: (0..4_000).map(event).collect(),
    };
    let dir = tempfile::tempdir().unwrap();
    let draft = Lake::open(dir.path().to_owned()).unwrap().draft("g").unwrap();
    lake::write_facts(&draft, &all).unwrap();
    let folder = draft.finish().unwrap();
    assert_eq!(lake::facts(&folder).unwrap().unwrap(), all);
    for some in [&[0, 5, 8_191, 8_192, 19_999][..], &[10_000], &[], &[4_000_000_000]] {
        let some: BTreeSet<Asn> = some.iter().copied().map(Asn).collect();
        let mut part = all.clone();
        part.networks.retain(|network| some.contains(&network.asn));
        part.routes.retain(|route| some.contains(&route.origin));
        part.events.retain(|event| some.contains(&event.asn));
        assert_eq!(lake::facts_of(&folder, &some).unwrap().unwrap(), part, "{some:?}");
    }
}
