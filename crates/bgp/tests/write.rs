//! What the writer writes, the reader reads back, and both oracles' record kinds are the ones meant.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{Body, Community, Item, OriginCode, PeerEntry, Reader, Session};
use proptest::prelude::*;
use routing::{AsPath, Asn, Family, Prefix, Timestamp};

/// An element in owned form: peer address, peer AS, prefix, route (`None` = withdrawn), received.
type Row = (IpAddr, Asn, Prefix, Option<Route>, Option<Timestamp>);

fn read(mrt: &[u8]) -> Vec<Row> {
    let mut reader = Reader::new(mrt);
    let mut rows = Vec::new();
    while let Some(item) = reader.next().unwrap() {
        let Item::Record(record) = item else { panic!("{item:?}") };
        record.elements(&mut |fault| panic!("{fault}"), |element| {
            let route = element.route.map(|route| Route {
                origin: route.origin.unwrap(),
                path: route.path().to_owned(),
                next_hop: element.next_hop.unwrap(),
                med: route.med,
                local_pref: route.local_pref,
                communities: route.communities.unwrap_or_default().iter().collect(),
                only_to_customer: route.only_to_customer,
            });
            rows.push((element.peer_address, element.peer_asn, element.prefix, route, element.originated));
        });
    }
    assert_eq!(reader.offset(), mrt.len() as u64);
    rows
}

fn prefix(family: Family) -> impl Strategy<Value = Prefix> {
    (any::<u128>(), 0..=family.bits())
        .prop_map(move |(bits, len)| Prefix::from_bits(family, bits, len).unwrap())
}

fn address(family: Family) -> BoxedStrategy<IpAddr> {
    match family {
        Family::V4 => any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))).boxed(),
        Family::V6 => any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))).boxed(),
    }
}

fn route(family: Family) -> impl Strategy<Value = Route> {
    let origin = prop_oneof![Just(OriginCode::Igp), Just(OriginCode::Egp), Just(OriginCode::Incomplete)];
    let path = prop::collection::vec(any::<u32>().prop_map(Asn), 0..600).prop_map(AsPath::from_sequence);
    let communities = prop::collection::vec(any::<u32>().prop_map(Community), 0..90);
    let words = any::<[Option<u32>; 3]>();
    (origin, path, address(family), words, communities).prop_map(
        |(origin, path, next_hop, [med, local_pref, mark], communities)| Route {
            origin,
            path,
            next_hop,
            med,
            local_pref,
            communities,
            only_to_customer: mark.map(Asn),
        },
    )
}

fn session(family: Family) -> impl Strategy<Value = Session> {
    (address(family), any::<u32>(), address(family), any::<u32>()).prop_map(
        |(peer_address, peer, local_address, local)| Session {
            peer_address,
            peer_asn: Asn(peer),
            local_address,
            local_asn: Asn(local),
            interface: 0,
            local: false,
        },
    )
}

fn family() -> impl Strategy<Value = Family> {
    prop_oneof![Just(Family::V4), Just(Family::V6)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn updates_come_back(
        (prefixes, route) in family().prop_flat_map(|family| {
            (prop::collection::vec(prefix(family), 0..900), route(family))
        }),
        session in family().prop_flat_map(session),
        time in any::<u32>(),
    ) {
        // Nobody announces a prefix twice in one message, and `0.0.0.0/0` twice looks like path identifiers.
        let mut seen = std::collections::HashSet::new();
        let prefixes: Vec<Prefix> = prefixes.into_iter().filter(|p| seen.insert(*p)).collect();
        let time = Timestamp(i64::from(time));
        let mut writer = Writer::new(Vec::new());
        writer.announce(time, &session, &prefixes, &route).unwrap();
        writer.withdraw(time, &session, &prefixes).unwrap();
        let row = |route: Option<Route>| {
            let session = &session;
            prefixes.iter().map(move |p| (session.peer_address, session.peer_asn, *p, route.clone(), None))
        };
        let expected: Vec<Row> = row(Some(route.clone())).chain(row(None)).collect();
        prop_assert_eq!(read(&writer.into_inner()), expected);
    }

    #[test]
    fn tables_come_back(
        peers in prop::collection::vec((any::<u32>(), family().prop_flat_map(address), any::<u32>()), 1..40),
        prefixes in prop::collection::vec(
            family().prop_flat_map(|family| {
                (prefix(family), prop::collection::vec((any::<u16>(), any::<u32>(), route(family)), 0..5))
            }),
            0..6,
        ),
    ) {
        let peers: Vec<PeerEntry> = peers
            .into_iter()
            .map(|(id, address, asn)| PeerEntry { bgp_id: Ipv4Addr::from_bits(id), address, asn: Asn(asn) })
            .collect();
        let time = Timestamp(1_700_000_000);
        let mut writer = Writer::new(Vec::new());
        writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "view", &peers).unwrap();
        let mut expected = Vec::new();
        for (sequence, (prefix, rows)) in prefixes.iter().enumerate() {
            let entries: Vec<Entry<'_>> = rows
                .iter()
                .map(|(peer, originated, route)| Entry {
                    peer_index: *peer % peers.len() as u16,
                    originated: Timestamp(i64::from(*originated)),
                    route,
                })
                .collect();
            writer.rib(time, sequence as u32, *prefix, &entries).unwrap();
            expected.extend(entries.iter().map(|entry| {
                let peer = &peers[usize::from(entry.peer_index)];
                (peer.address, peer.asn, *prefix, Some(entry.route.clone()), Some(entry.originated))
            }));
        }
        let mrt = writer.into_inner();
        prop_assert_eq!(read(&mrt), expected);
        let mut reader = Reader::new(&mrt[..]);
        let Some(Item::Record(record)) = reader.next().unwrap() else { panic!() };
        prop_assert_eq!((&record.peers.peers, record.peers.view_name.as_str()), (&peers, "view"));
    }

    #[test]
    fn state_changes_come_back(session in family().prop_flat_map(session), old in 1u16..9, new in 1u16..9) {
        let mut writer = Writer::new(Vec::new());
        writer.state_change(Timestamp(5), &session, old, new).unwrap();
        let mrt = writer.into_inner();
        let mut reader = Reader::new(&mrt[..]);
        let Some(Item::Record(record)) = reader.next().unwrap() else { panic!() };
        let Body::StateChange(change) = record.body else { panic!("{record:?}") };
        prop_assert_eq!((change.session, change.old_state, change.new_state), (session, old, new));
        prop_assert_eq!(change.is_down(), old == 6 && new != 6);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let v4: Prefix = "192.0.2.0/24".parse().unwrap();
    let v6: Prefix = "2001:db8::/32".parse().unwrap();
    let mut route = Route {
        origin: OriginCode::Igp,
        path: AsPath::from_sequence([Asn(64500)]),
        next_hop: "192.0.2.1".parse().unwrap(),
        med: None,
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: None,
    };
    let session = Session {
        peer_address: "192.0.2.1".parse().unwrap(),
        peer_asn: Asn(64500),
        local_address: "192.0.2.2".parse().unwrap(),
        local_asn: Asn(64501),
        interface: 0,
        local: false,
    };
    let mut writer = Writer::new(Vec::new());
    let time = Timestamp(0);
    assert!(writer.announce(time, &session, &[v4, v6], &route).is_err());
    assert!(writer.announce(Timestamp(-1), &session, &[v4], &route).is_err());
    let mixed = Session { local_address: "2001:db8::1".parse().unwrap(), ..session };
    assert!(writer.announce(time, &mixed, &[v4], &route).is_err());
    let entry = Entry { peer_index: 0, originated: time, route: &route };
    assert!(writer.rib(time, 0, v6, &[entry]).is_err());
    route.path = AsPath::from_sequence((0..20_000).map(Asn));
    assert!(writer.announce(time, &session, &[v4], &route).is_err());
}

#[test]
fn a_path_of_2048_hops_comes_back() {
    let route = Route {
        origin: OriginCode::Igp,
        path: AsPath::from_sequence((1..=2048).map(Asn)),
        next_hop: "2001:db8::1".parse().unwrap(),
        med: None,
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: None,
    };
    let session = Session {
        peer_address: "2001:db8::1".parse().unwrap(),
        peer_asn: Asn(1),
        local_address: "2001:db8::2".parse().unwrap(),
        local_asn: Asn(2),
        interface: 0,
        local: false,
    };
    let prefixes = ["2001:db8::/32".parse().unwrap(), "::/0".parse().unwrap()];
    let mut writer = Writer::new(Vec::new());
    writer.announce(Timestamp(0), &session, &prefixes, &route).unwrap();
    let rows = read(&writer.into_inner());
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].3.as_ref().unwrap().path.as_ref().asns().count(), 2048);
}

#[test]
fn path_identifiers_come_back() {
    let of = |path: u32, family: Family| Route {
        origin: OriginCode::Igp,
        path: AsPath::from_sequence([Asn(64500), Asn(path)]),
        next_hop: match family {
            Family::V4 => "192.0.2.1".parse().unwrap(),
            Family::V6 => "2001:db8::1".parse().unwrap(),
        },
        med: None,
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: None,
    };
    let peer =
        PeerEntry { bgp_id: Ipv4Addr::LOCALHOST, address: "192.0.2.1".parse().unwrap(), asn: Asn(64500) };
    let session = Session {
        peer_address: peer.address,
        peer_asn: peer.asn,
        local_address: "192.0.2.2".parse().unwrap(),
        local_asn: Asn(64501),
        interface: 0,
        local: false,
    };
    for (prefix, family) in [("198.51.100.0/24", Family::V4), ("2001:db8:1::/48", Family::V6)] {
        let prefix: Prefix = prefix.parse().unwrap();
        let (best, second) = (of(64501, family), of(64502, family));
        let time = Timestamp(7);
        let mut writer = Writer::new(Vec::new());
        writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "view", std::slice::from_ref(&peer)).unwrap();
        let entry = |route| Entry { peer_index: 0, originated: time, route };
        writer.rib_add_path(time, 0, prefix, &[(1, entry(&best)), (2, entry(&second))]).unwrap();
        writer.announce_add_path(time, &session, &[(70_000, prefix)], &best).unwrap();
        writer.withdraw_add_path(time, &session, &[(2, prefix)]).unwrap();
        let mrt = writer.into_inner();
        let mut reader = Reader::new(&mrt[..]);
        let mut found = Vec::new();
        while let Some(item) = reader.next().unwrap() {
            let Item::Record(record) = item else { panic!("{item:?}") };
            record.elements(&mut |fault| panic!("{fault}"), |element| {
                assert_eq!(element.prefix, prefix);
                let origin = element.route.map(|route| route.path().asns().last().unwrap().0);
                found.push((element.path_id, origin));
            });
        }
        let expected =
            [(Some(1), Some(64501)), (Some(2), Some(64502)), (Some(70_000), Some(64501)), (Some(2), None)];
        assert_eq!(found, expected);
    }
}
