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
        artefact: false,
        forged_origin: false,
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

/// What one of its routes was judged by: no VRP and no route object.
pub fn registered(draft: &lake::Draft) {
    let registered = lake::Registered {
        vrps: Ok("VRPs of 2024-05-01".to_owned()),
        route_objects: Ok("route objects of 2024-05-01".to_owned()),
        irr_excerpt: None,
        authorities: [("RIPE".to_owned(), true), ("RADB".to_owned(), false)].into(),
    };
    lake::write_registered(draft, &registered).unwrap();
    let prefix = "10.3.0.0/16".parse().unwrap();
    let place = lake::RoutePlace {
        prefix,
        origin: Some(Asn(64500)),
        full_feed_peers: 8,
        seen_seconds: 86_400,
        bogon: false,
        artefact: false,
        forged_origin: false,
    };
    let space = lake::DelegatedRow { prefix, registry: "ripencc".to_owned(), holder: "a".to_owned() };
    lake::write_touchable(draft, [place]).unwrap();
    lake::write_touchable(draft, [space]).unwrap();
    lake::write_touchable::<lake::VrpRow>(draft, []).unwrap();
    lake::write_touchable::<lake::ObjectRow>(draft, []).unwrap();
    lake::write_touchable::<lake::BogonRow>(draft, []).unwrap();
}
