//! The facts that a generation of the world keeps.

use measure::facts::{MonthFacts, NetworkFacts, RouteFacts};
use measure::metric::Metric;
use routing::{Asn, Family, Month, Unknown};
use store::NetworkRow;

/// What the grades are made from, as far as the routes tell; three quarters of the first network's are RPKI valid.
pub fn facts(month: Month) -> MonthFacts {
    let route = |rpki, irr, count| RouteFacts {
        origin: Asn(64500),
        family: Family::V4,
        len: 16,
        full_feed_peers: 8,
        seen_seconds: 86_400,
        bogon: false,
        rpki,
        irr,
        count,
    };
    let network = |row: NetworkRow| NetworkFacts {
        asn: Asn(row.asn),
        policy: Err(Unknown::because("not loaded")),
        contact: Ok(row.asn.is_multiple_of(2)),
        spoofing: Default::default(),
    };
    let mut networks: Vec<NetworkFacts> = super::networks().into_iter().map(network).collect();
    networks.sort_by_key(|network| network.asn);
    MonthFacts {
        month,
        full_feed_ases: [44, 40],
        unknown: [(Metric::M1, Unknown::because("no relationships"))].into(),
        networks,
        routes: vec![route(0, 0, 75), route(2, 3, 25)],
        events: Vec::new(),
    }
}
