//! Records taken apart: every octet has its field, and damage is told in words.

mod data;

use bgp::mrt::dissect::{Dissection, dissect};
use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{Body, Excerpt, Item, OriginCode, PeerEntry, PeerTable, Reader, Session, excerpt};
use routing::{AsPath, Asn, Timestamp};

fn session() -> Session {
    Session {
        peer_address: "192.0.2.1".parse().unwrap(),
        peer_asn: Asn(64500),
        local_address: "192.0.2.2".parse().unwrap(),
        local_asn: Asn(64501),
        interface: 7,
        local: false,
    }
}

fn route() -> Route {
    Route {
        origin: OriginCode::Igp,
        path: AsPath::from_sequence([Asn(64500), Asn(64496), Asn(4_200_000_000)]),
        next_hop: "192.0.2.1".parse().unwrap(),
        med: Some(50),
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: None,
    }
}

fn shown(dissection: &Dissection) -> Vec<String> {
    let fields = dissection.sections.iter().flat_map(|s| s.fields.iter().map(move |f| (s, f)));
    fields.map(|(s, f)| format!("{} | {} | {}", s.title, f.name, f.value)).collect()
}

/// Octets of a record that no field of any part covers.
fn uncovered(record: &[u8], dissection: &Dissection) -> Vec<usize> {
    let fields: Vec<_> =
        dissection.sections.iter().flat_map(|s| &s.fields).map(|f| f.octets.clone()).collect();
    (0..record.len()).filter(|at| !fields.iter().any(|range| range.contains(at))).collect()
}

/// Every record of a file with its octets and the peers it refers to.
fn records(file: &[u8]) -> Vec<(Vec<u8>, PeerTable)> {
    let mut reader = Reader::new(file);
    let mut out = Vec::new();
    while let Some(item) = reader.next().unwrap() {
        let Item::Record(record) = item else { panic!("{item:?}") };
        let (from, len) = (record.offset as usize, record.bytes as usize);
        assert!(!matches!(record.body, Body::Ignored));
        out.push((file[from..from + len].to_vec(), record.peers.clone()));
    }
    out
}

#[test]
fn updates_are_taken_apart_whole() {
    let prefixes = ["198.51.100.0/24".parse().unwrap(), "203.0.113.0/25".parse().unwrap()];
    let six = ["2001:db8:5::/48".parse().unwrap()];
    let mut writer = Writer::new(Vec::new());
    writer.announce(Timestamp(1_714_521_600), &session(), &prefixes, &route()).unwrap();
    let route_six = Route { next_hop: "2001:db8::1".parse().unwrap(), ..route() };
    writer.announce(Timestamp(1_714_521_601), &session(), &six, &route_six).unwrap();
    writer.withdraw(Timestamp(1_714_521_602), &session(), &prefixes).unwrap();
    writer.withdraw(Timestamp(1_714_521_603), &session(), &six).unwrap();
    writer.state_change(Timestamp(1_714_521_604), &session(), 6, 1).unwrap();
    let records = records(&writer.into_inner());
    let all: Vec<Vec<String>> = records
        .iter()
        .map(|(record, peers)| {
            let dissection = dissect(record, peers);
            assert_eq!(dissection.stopped, None);
            assert!(uncovered(record, &dissection).iter().all(|at| {
                // The family and the reserved octet of MP attributes stand in the attribute's own row.
                dissection.sections.iter().any(|s| s.octets.contains(at))
            }));
            shown(&dissection)
        })
        .collect();
    let has = |i: usize, line: &str| {
        assert!(all[i].iter().any(|shown| shown == line), "`{line}` is not in {:#?}", all[i]);
    };
    has(0, "MRT header | Timestamp | 2024-05-01T00:00:00Z (1714521600)");
    has(0, "MRT header | Type, subtype | 16, 4: BGP4MP/MESSAGE_AS4");
    has(0, "Session | Peer AS | AS64500");
    has(0, "Session | Interface index | 7");
    has(0, "BGP message | Type | 2: UPDATE");
    has(0, "Path attributes | AS_PATH | 64500 64496 4200000000 [type 2, well-known transitive]");
    has(0, "Path attributes | MULTI_EXIT_DISC | 50 [type 4, optional non-transitive]");
    has(0, "Network layer reachability information | Announced prefix | 203.0.113.0/25");
    has(1, "Path attributes | Next hop | 2001:db8::1");
    has(1, "Path attributes | Announced prefix | 2001:db8:5::/48");
    has(2, "BGP message | Withdrawn route | 198.51.100.0/24");
    has(3, "Path attributes | Withdrawn route | 2001:db8:5::/48");
    has(4, "Session | New state | 1: Idle");
}

#[test]
fn rows_of_a_table_name_their_peers() {
    let peers = [("192.0.2.1", 64500), ("2001:db8::2", 64501)].map(|(address, asn)| PeerEntry {
        bgp_id: "192.0.2.9".parse().unwrap(),
        address: address.parse().unwrap(),
        asn: Asn(asn),
    });
    let mut writer = Writer::new(Vec::new());
    let at = Timestamp(1_714_521_600);
    writer.peer_index_table(at, "192.0.2.8".parse().unwrap(), "", &peers).unwrap();
    let route = route();
    let entry = |peer_index| Entry { peer_index, originated: at, route: &route };
    writer.rib(at, 3, "198.51.100.0/24".parse().unwrap(), &[entry(0), entry(1)]).unwrap();
    let records = records(&writer.into_inner());
    let (record, peers) = &records[1];
    let dissection = dissect(record, peers);
    assert_eq!((dissection.stopped.clone(), uncovered(record, &dissection)), (None, Vec::new()));
    let lines = shown(&dissection);
    for line in [
        "Rows of one prefix | Prefix | 198.51.100.0/24",
        "Entry 2 of 2 | Peer index | 1: 2001:db8::2, AS64501",
        "Entry 1 of 2 | AS_PATH | 64500 64496 4200000000 [type 2, well-known transitive]",
    ] {
        assert!(lines.iter().any(|shown| shown == line), "`{line}` is not in {lines:#?}");
    }
    assert_eq!(dissection.sections.last().unwrap().peer.unwrap().1, Asn(64501));
    let (record, peers) = &records[0];
    let index = dissect(record, peers);
    assert_eq!((index.stopped.clone(), uncovered(record, &index)), (None, Vec::new()));
    assert!(
        shown(&index)
            .iter()
            .any(|l| l == "Peer index table | Peer | 0: 192.0.2.1, AS64500, BGP ID 192.0.2.9")
    );
}

#[test]
fn damage_is_told_and_never_panics() {
    let mut writer = Writer::new(Vec::new());
    let prefixes = ["198.51.100.0/24".parse().unwrap()];
    writer.announce(Timestamp(1_714_521_600), &session(), &prefixes, &route()).unwrap();
    let whole = writer.into_inner();
    let nobody = PeerTable::default();
    for len in 0..whole.len() {
        assert!(dissect(&whole[..len], &nobody).stopped.is_some(), "{len} of {} octets", whole.len());
    }
    // Every octet in turn says something else; all that must hold is that the ranges lie inside.
    for at in 0..whole.len() {
        for octet in [0, 1, 0x7f, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] = octet;
            let dissection = dissect(&damaged, &nobody);
            let ranges = dissection.sections.iter().flat_map(|s| &s.fields).map(|f| f.octets.clone());
            assert!(ranges.into_iter().all(|range| range.start <= range.end && range.end <= damaged.len()));
        }
    }
    let trailing = [&whole[..], &[0]].concat();
    assert!(dissect(&trailing, &nobody).stopped.unwrap().contains("its length says"));
}

#[test]
fn every_record_of_real_files_is_taken_apart_as_the_reader_reads_it() {
    let Some(root) = data::root() else { return };
    let mut compared = 0;
    for name in data::mrt_files(&root).into_iter().filter(|name| name.starts_with("mrt/")) {
        let file = data::read(&root, &name);
        let mut reader = Reader::new(&file[..]);
        for _ in 0..2_000 {
            let Ok(Some(item)) = reader.next() else { break };
            let Item::Record(record) = item else { continue };
            if matches!(record.body, Body::Ignored | Body::PeerIndexTable)
                || record.kind.subtype == 2 && record.kind.code > 13
            {
                continue;
            }
            let (from, len) = (record.offset as usize, record.bytes as usize);
            let dissection = dissect(&file[from..from + len], record.peers);
            let (mut faults, mut paths, mut prefixes) = (0, Vec::new(), Vec::new());
            record.elements(&mut |_| faults += 1, |element| {
                prefixes.push(element.prefix.to_string());
                paths.extend(element.route.map(|route| route.path().to_string()));
            });
            if faults > 0 {
                continue;
            }
            assert_eq!(dissection.stopped, None, "{name} at {from}");
            let fields = || dissection.sections.iter().flat_map(|s| &s.fields);
            let values = |named: &str| {
                let named = named.to_owned();
                fields().filter(move |f| f.name.contains(&named)).map(|f| f.value.clone())
            };
            // The first path as the reader has it stands there, unless AS4_PATH was merged into it.
            let merged = values("AS4_PATH").count() > 0;
            if let Some(path) =
                paths.first().filter(|path| !merged && !path.is_empty() && !path.contains('('))
            {
                assert!(
                    values("AS_PATH").any(|v| v.split(" [").next() == Some(path)),
                    "{name} at {from}: {path}"
                );
            }
            if let Some(prefix) = prefixes.first().filter(|_| record.kind.code != 12) {
                let found =
                    values("refix").chain(values("route")).any(|v| v.split(',').next() == Some(prefix));
                assert!(found, "{name} at {from}: {prefix}");
            }
            compared += 1;
        }
    }
    assert!(compared > 5_000, "{compared} records compared");
}

#[test]
fn a_record_is_found_by_its_place() {
    let mut writer = Writer::new(Vec::new());
    let (at, route) = (Timestamp(1_714_521_600), route());
    let peer = PeerEntry {
        bgp_id: "192.0.2.9".parse().unwrap(),
        address: "192.0.2.1".parse().unwrap(),
        asn: Asn(1),
    };
    writer.peer_index_table(at, "192.0.2.8".parse().unwrap(), "", &[peer]).unwrap();
    for prefix in ["198.51.100.0/24", "203.0.113.0/24"] {
        let entry = Entry { peer_index: 0, originated: at, route: &route };
        writer.rib(at, 3, prefix.parse().unwrap(), &[entry]).unwrap();
    }
    let file = writer.into_inner();
    let mut offset = 0;
    for (octets, peers) in records(&file) {
        assert_eq!(excerpt(&file[..], offset).unwrap(), Excerpt { octets: octets.clone(), peers });
        offset += octets.len() as u64;
    }
    let kind = |offset| excerpt(&file[..], offset).unwrap_err().kind();
    assert_eq!(kind(offset), std::io::ErrorKind::UnexpectedEof);
    assert_eq!(kind(offset + 100), std::io::ErrorKind::UnexpectedEof);
    assert_eq!(kind(3), std::io::ErrorKind::InvalidData);
    // A place that is none: whatever stands there as a length is not believed beyond what is there.
    assert!((12..offset).all(|at| excerpt(&file[..], at).map_or(true, |e| e.octets.len() < file.len())));
}
