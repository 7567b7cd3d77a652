//! A made-up world of some hundred networks, and what its collectors' tables show.

use core::net::{IpAddr, Ipv4Addr};

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{Item, OriginCode, PeerEntry, Reader};
use pipeline::inject::{Announcement, DDOS_PROTECTION, From, Random, Tables, TablesBuilder, Topology};
use reference::organisations::{Membership, OrganisationTable, Organisations};
use reference::relationships::{Link, Relationship, RelationshipTable};
use reference::vrp::{TrustAnchor, Vrp, VrpTable};
use routing::{AsPath, Asn, Family, Prefix, Timestamp};

pub const TIME: Timestamp = Timestamp(1_700_000_000);
const TOP: u32 = 6;
const MIDDLE: u32 = 40;
const EDGE: u32 = 200;

pub struct World {
    pub relationships: RelationshipTable,
    pub topology: Topology,
    pub vrps: VrpTable,
    pub organisations: OrganisationTable,
    pub tables: Tables,
}

/// Three layers: the top are peers of each other; every other network has one to three providers in the layer
/// above it and peers in its own.
pub fn relationships(random: &mut Random, top: u32, middle: u32, edge: u32) -> Vec<Relationship> {
    let layers: Vec<Vec<Asn>> = vec![
        (0..top).map(|i| Asn(1_000 + i)).collect(),
        (0..middle).map(|i| Asn(2_000 + i)).chain(DDOS_PROTECTION.iter().copied()).collect(),
        (0..edge).map(|i| Asn(30_000 + i * 7)).collect(),
    ];
    let mut links = Vec::new();
    for (depth, layer) in layers.iter().enumerate() {
        for (place, asn) in layer.iter().enumerate() {
            let wanted = if depth == 0 { 0 } else { 1 + random.below(3) };
            for _ in 0..wanted {
                let provider = *random.pick(&layers[depth - 1]).unwrap();
                links.push(Relationship { a: provider, b: *asn, link: Link::ProviderToCustomer });
            }
            let peers = if depth == 0 { &layer[place + 1..] } else { &layer[place + 1..][..0] };
            links.extend(peers.iter().map(|peer| Relationship { a: *asn, b: *peer, link: Link::Peers }));
            for _ in 0..if depth == 1 { 3 } else { random.below(2) * depth } {
                let peer = *random.pick(layer).unwrap();
                if peer != *asn {
                    links.push(Relationship { a: *asn, b: peer, link: Link::Peers });
                }
            }
        }
    }
    links
}

pub fn world() -> World {
    let mut random = Random::new(42, 0);
    let table = RelationshipTable::new(&relationships(&mut random, TOP, MIDDLE, EDGE));
    let topology = Topology::new(&table);
    let all = topology.asns();
    let prefixes: Vec<(Prefix, Asn)> = (0u32..)
        .zip(all)
        .flat_map(|(i, asn)| {
            let wide = Ipv4Addr::from_bits((20 << 24) | (i << 12));
            let second = Ipv4Addr::from_bits((40 << 24) | (i << 11));
            [(wide, 20), (second, 24)].map(|(a, len)| (Prefix::from_address(a.into(), len).unwrap(), *asn))
        })
        .collect();
    let vrp = |prefix: Prefix, asn| Vrp {
        prefix,
        max_length: prefix.len(),
        asn,
        trust_anchor: TrustAnchor::NotSaid,
    };
    // Of every network the first prefix is registered, and every third of those for forty others, too.
    let mut vrps = Vec::new();
    for (i, (prefix, asn)) in prefixes.iter().step_by(2).enumerate() {
        vrps.push(vrp(*prefix, *asn));
        let others = all.iter().cycle().skip(i + 1).take(if i % 3 == 0 { 40 } else { 0 });
        vrps.extend(others.map(|other| vrp(*prefix, *other)));
        // Others are registered for its first half alone, whatever they announce of it.
        let half = Prefix::from_bits(Family::V4, prefix.bits(), 21).unwrap();
        let others = all.iter().cycle().skip(i + 60).take(if i % 3 == 1 { 40 } else { 0 });
        vrps.extend(others.map(|other| Vrp { max_length: 24, ..vrp(half, *other) }));
    }
    let vrps = VrpTable::new(vrps);
    let organisations = OrganisationTable::new([Organisations {
        organisations: Vec::new(),
        memberships: all
            .iter()
            .enumerate()
            .map(|(i, asn)| Membership {
                asn: *asn,
                source: "TEST".into(),
                organisation: format!("ORG-{}", i % (all.len() / 2)).into(),
                name: None,
                changed: None,
            })
            .collect(),
    }]);
    let tables = tables(&topology, &prefixes);
    World { relationships: table, topology, vrps, organisations, tables }
}

/// A peer of the first collector that tells its own routes and its customers' alone.
pub const PARTIAL: Asn = Asn(2_020);

/// Two collectors: one with networks of every layer as peers, one with the edge alone.
fn tables(topology: &Topology, prefixes: &[(Prefix, Asn)]) -> Tables {
    let mut builder = TablesBuilder::default();
    let peers: [&[u32]; 2] =
        [&[1_000, 1_001, 2_003, 2_010, 2_020, 30_070, 30_140], &[30_035, 30_210, 64_999]];
    for (name, peers) in ["north", "south"].into_iter().zip(peers) {
        let entries: Vec<PeerEntry> = peers
            .iter()
            .map(|asn| PeerEntry {
                bgp_id: Ipv4Addr::from_bits(*asn),
                address: IpAddr::V4(Ipv4Addr::from_bits(0xC000_0200 | (asn % 256))),
                asn: Asn(*asn),
            })
            .collect();
        let mut writer = Writer::new(Vec::new());
        writer.peer_index_table(TIME, Ipv4Addr::UNSPECIFIED, name, &entries).unwrap();
        for (sequence, (prefix, origin)) in (0u32..).zip(prefixes) {
            let announcements = [Announcement::by(*origin)];
            let spread = topology.spread(&announcements, &[]);
            let routes: Vec<(u16, Route)> = (0u16..)
                .zip(&entries)
                .filter(|(_, peer)| {
                    let from = spread.used(peer.asn).map(|(from, _)| from);
                    peer.asn != PARTIAL || from.is_some_and(|from| from <= From::Customer)
                })
                .filter_map(|(index, peer)| {
                    // A peer that no relationship knows has everything all the same.
                    let path =
                        spread.path(peer.asn).or((peer.asn == Asn(64_999)).then(|| vec![peer.asn, *origin]));
                    let route = Route {
                        origin: OriginCode::Igp,
                        path: AsPath::from_sequence(path?),
                        next_hop: peer.address,
                        med: None,
                        local_pref: None,
                        communities: Vec::new(),
                        only_to_customer: None,
                    };
                    Some((index, route))
                })
                .collect();
            let rows: Vec<Entry<'_>> = routes
                .iter()
                .map(|(peer_index, route)| Entry { peer_index: *peer_index, originated: TIME, route })
                .collect();
            writer.rib(TIME, sequence, *prefix, &rows).unwrap();
        }
        builder.collector(name);
        read(&writer.into_inner(), &mut builder);
    }
    assert_eq!(prefixes[0].0.family(), Family::V4);
    builder.finish().unwrap()
}

pub fn read(mrt: &[u8], builder: &mut TablesBuilder) {
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().unwrap() {
        match item {
            Item::Record(record) => builder.read(&record, &mut |fault| panic!("{fault}")),
            Item::Fault(fault) => panic!("{fault}"),
        }
    }
}
