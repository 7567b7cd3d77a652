//! Tables and updates: every octet in one record or one fault, and the quick way tells what the general one does.

use std::cell::RefCell;

use bgp::mrt::{Body, Item, PeerMemory, Reader, Record};
use routing::{Fault, Origin, Prefix, Timestamp};

/// What is compared of a row, or the fault that stands in its place.
#[derive(PartialEq, Debug)]
enum Seen {
    Row {
        prefix: Prefix,
        peer: (Option<u16>, String),
        path_id: Option<u32>,
        originated: Option<Timestamp>,
        origin: Origin,
        path: Vec<u8>,
        octets: Vec<u8>,
    },
    Fault(Fault),
}

fn by_elements(record: &Record<'_>) -> Vec<Seen> {
    let seen = RefCell::new(Vec::new());
    let mut line = String::new();
    record.elements(&mut |fault| seen.borrow_mut().push(Seen::Fault(fault)), |element| {
        line.clear();
        bgp::bgpdump::push_element(&mut line, record, &element);
        let Some(route) = element.route else { return };
        seen.borrow_mut().push(Seen::Row {
            prefix: element.prefix,
            peer: (element.peer_index, format!("{} {}", element.peer_address, element.peer_asn)),
            path_id: element.path_id,
            originated: element.originated,
            origin: route.origin_as(),
            path: route.path().octets().to_vec(),
            octets: route.octets.to_vec(),
        });
    });
    seen.into_inner()
}

fn by_rows(record: &Record<'_>, memory: &mut PeerMemory) -> Vec<Seen> {
    let seen = RefCell::new(Vec::new());
    let mut scratch = Vec::new();
    record.rows(memory, &mut |fault| seen.borrow_mut().push(Seen::Fault(fault)), |row| {
        seen.borrow_mut().push(Seen::Row {
            prefix: row.prefix,
            peer: (row.peer_index, format!("{} {}", row.peer_address, row.peer_asn)),
            path_id: row.path_id,
            originated: Some(row.originated),
            origin: row.origin,
            path: row.path().octets().to_vec(),
            octets: row.decode(&mut scratch).octets.to_vec(),
        });
    });
    seen.into_inner()
}

/// Reads a file to its end. Every octet is in one record or one fault, and rows are elements.
pub fn file(octets: &[u8]) {
    let mut reader = Reader::new(octets);
    let mut memory = PeerMemory::default();
    let mut at = 0;
    while let Some(item) = reader.next().expect("memory does not fail") {
        let (start, bytes) = match item {
            Item::Fault(fault) => (fault.at, fault.extent),
            Item::Record(record) => {
                let elements = by_elements(&record);
                if let Body::Rib(_) | Body::TableDump(_) = record.body {
                    assert_eq!(by_rows(&record, &mut memory), elements);
                }
                (record.offset, record.bytes)
            }
        };
        assert!(start == at && bytes > 0);
        at += bytes;
    }
    assert_eq!(at, octets.len() as u64);
}

fn record(code: u8, subtype: u8, body: &[u8]) -> Vec<u8> {
    let header = [0x60, 0, 0, 0, 0, code, 0, subtype];
    [&header[..], &(body.len() as u32).to_be_bytes(), body].concat()
}

/// A table of two peers. `octets` are its rows: a peer, half of how long the attributes are, the attributes. An odd
/// first octet gives rows with path identifiers.
pub fn table_of(octets: &[u8]) -> Vec<u8> {
    let peers = [
        &[192, 0, 2, 1, 0, 0, 0, 2][..],
        &[2, 192, 0, 2, 2, 192, 0, 2, 2, 0, 0, 0xFB, 0xF4],
        &[2, 192, 0, 2, 3, 192, 0, 2, 3, 0, 0, 0xFB, 0xF5],
    ];
    let table = record(13, 1, &peers.concat());
    let Some((form, mut rest)) = octets.split_first() else { return table };
    let add_path = form & 1 != 0;
    let (mut rows, mut count) = (Vec::new(), 0u16);
    while let [peer, half, tail @ ..] = rest {
        let (attributes, behind) = tail.split_at((usize::from(*half) * 2).min(tail.len()));
        rows.extend_from_slice(&[0, peer & 3, 0x60, 0, 0, 1]);
        rows.extend_from_slice(if add_path { &[0, 0, 0, 7] } else { &[] });
        rows.extend_from_slice(&(attributes.len() as u16).to_be_bytes());
        rows.extend_from_slice(attributes);
        count += 1;
        rest = behind;
    }
    let body = [&[0, 0, 0, 1, 24, 198, 51, 100][..], &count.to_be_bytes(), &rows].concat();
    [table, record(13, if add_path { 8 } else { 2 }, &body)].concat()
}

/// BGP4MP with one UPDATE; the lowest bits of the first of `octets` choose the width of ASNs and ADD-PATH, and the
/// others are the message.
pub fn update_of(octets: &[u8]) -> Vec<u8> {
    let Some((form, message)) = octets.split_first() else { return Vec::new() };
    let subtype = [1, 4, 8, 9][usize::from(form & 3)];
    let asns: &[u8] = if matches!(subtype, 4 | 9) {
        &[0, 0, 0xFB, 0xF4, 0, 0, 0xFB, 0xF5]
    } else {
        &[0xFB, 0xF4, 0xFB, 0xF5]
    };
    let message = &message[..message.len().min(60_000)];
    let len = (message.len() as u16 + 19).to_be_bytes();
    let session = [asns, &[0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 2]].concat();
    record(16, subtype, &[&session[..], &[0xFF; 16], &len, &[2], message].concat())
}
