//! The rows of a table record are its elements: on every file, and on pieces of them that were damaged at random.
//! [`Record::elements`](bgp::mrt::Record::elements) is the general reader, which is held against others elsewhere;
//! here it is the oracle for the quick one.
//!
//! `DAMAGED_PIECES=100000` asks for so many damaged pieces instead of a few thousand.

mod data;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use bgp::mrt::{Body, Count, Element, Item, PeerMemory, Reader, Record, Row, count};
use data::damage::{Dice, damage, pieces};
use routing::{Fault, Origin};

/// What was seen in how many files or pieces, so that the test can tell that it saw something.
#[derive(Default, Debug)]
struct Seen {
    rows: u64,
    faults: u64,
    /// Rows with the attributes of the peer's row before, and those that are marked so.
    equal: u64,
    repeated: u64,
}

fn of_element(element: &Element<'_>) -> String {
    let Element { prefix, safi, peer_index, peer_address, peer_asn, path_id, originated, .. } = element;
    let route = element.route.expect("rows of tables are routes");
    format!(
        "{prefix} {safi:?} {peer_index:?} {peer_address} {peer_asn} {path_id:?} {originated:?} {:?} {:?} {:?} {route:?}",
        route.origin_as(),
        route.path(),
        element.next_hop,
    )
}

fn of_row(row: &Row<'_, '_>) -> String {
    let Row { prefix, safi, peer_index, peer_address, peer_asn, path_id, originated, .. } = row;
    let mut scratch = Vec::new();
    let route = row.decode(&mut scratch);
    assert_eq!(row.attributes, route.octets);
    assert_eq!(row.only_to_customer(), route.only_to_customer);
    format!(
        "{prefix} {safi:?} {peer_index:?} {peer_address} {peer_asn} {path_id:?} {:?} {:?} {:?} {:?} {route:?}",
        Some(originated),
        row.origin,
        row.path(),
        row.next_hop.or_else(|| route.table_next_hop()),
    )
}

/// Rows and faults in the order in which they come.
fn by_elements(record: &Record<'_>) -> Vec<String> {
    let seen = RefCell::new(Vec::new());
    let mut faults = |fault: Fault| seen.borrow_mut().push(format!("{fault:?}"));
    record.elements(&mut faults, |element| seen.borrow_mut().push(of_element(&element)));
    seen.into_inner()
}

/// What the peers' last rows held.
type LastRows = HashMap<u16, Vec<u8>>;

fn by_rows(
    record: &Record<'_>,
    memory: &mut PeerMemory,
    last_rows: &mut LastRows,
    seen: &mut Seen,
) -> Vec<String> {
    let rows = RefCell::new(Vec::new());
    let mut count = 0;
    let mut faults = |fault: Fault| {
        count += 1;
        rows.borrow_mut().push(format!("{fault:?}"));
    };
    record.rows(memory, &mut faults, |row| {
        rows.borrow_mut().push(of_row(&row));
        seen.rows += 1;
        let Some(peer) = row.peer_index else { return assert!(!row.repeated) };
        let equal = last_rows.get(&peer).is_some_and(|last| last == row.attributes);
        assert!(equal || !row.repeated, "repeated, and is not");
        seen.equal += u64::from(equal);
        seen.repeated += u64::from(row.repeated);
        last_rows.insert(peer, row.attributes.to_vec());
    });
    seen.faults += count;
    rows.into_inner()
}

/// Reads a file in both ways. The memory may have seen other files before.
fn compare(name: &str, mrt: &[u8], memory: &mut PeerMemory, last_rows: &mut LastRows, seen: &mut Seen) {
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().expect("memory does not fail") {
        let Item::Record(record) = item else { continue };
        let rows = by_rows(&record, memory, last_rows, seen);
        if let Body::Rib(_) | Body::TableDump(_) = record.body {
            assert_eq!(rows, by_elements(&record), "{name}: record at {}", record.offset);
        } else {
            assert!(rows.is_empty(), "{name}: rows outside a table");
        }
    }
}

/// The counts as the elements have them.
fn counted(mrt: &[u8]) -> Count {
    let (mut count, mut prefixes) = (Count::default(), HashSet::new());
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().expect("memory does not fail") {
        let Item::Record(record) = item else { continue };
        count.records += 1;
        let is_table = matches!(record.body, Body::Rib(_) | Body::TableDump(_));
        record.elements(&mut |_| {}, |element| {
            count.elements += 1;
            count.entries += u64::from(is_table);
            prefixes.insert(element.prefix);
            match element.route.map(|route| route.origin_as()) {
                None => {}
                Some(Origin::As(asn)) => count.origin_sum += u64::from(asn.0),
                Some(Origin::None) => count.as_set += 1,
                Some(Origin::Speaker) => count.empty_path += 1,
            }
        });
    }
    Count { prefixes: prefixes.len() as u64, bytes: mrt.len() as u64, ..count }
}

#[test]
fn counts_are_those_of_the_elements() {
    let Some(root) = data::root() else { return };
    for file in data::mrt_files(&root) {
        let mrt = data::read(&root, &file);
        assert_eq!(count(&mut Reader::new(&mrt[..]), |_| {}).unwrap(), counted(&mrt), "{file}");
    }
}

#[test]
fn on_every_file() {
    let Some(root) = data::root() else { return };
    let (mut memory, mut last_rows, mut seen) = (PeerMemory::default(), LastRows::new(), Seen::default());
    for file in data::mrt_files(&root) {
        compare(&file, &data::read(&root, &file), &mut memory, &mut last_rows, &mut seen);
    }
    eprintln!("{seen:?}");
    assert!(seen.rows > 50_000 && seen.faults > 0, "{seen:?}");
    // Long and unusual ones are not remembered, and need not be.
    assert!(seen.repeated * 100 > seen.equal * 95, "{seen:?}");
}

#[test]
fn on_damaged_pieces() {
    let Some(root) = data::root() else { return };
    let wanted =
        std::env::var("DAMAGED_PIECES").map_or(4_000, |n| n.parse().expect("DAMAGED_PIECES is a number"));
    let (mut memory, mut last_rows, mut seen) = (PeerMemory::default(), LastRows::new(), Seen::default());
    let mut dice = Dice(0x6793_7606_6811_4271);
    let mut pieces = pieces(&root);
    pieces.retain(|(_, piece)| {
        let mut reader = Reader::new(&piece[..]);
        let mut is_table = false;
        while let Some(Item::Record(record)) = reader.next().expect("memory does not fail") {
            is_table |= matches!(record.body, Body::Rib(_) | Body::TableDump(_));
        }
        is_table
    });
    for number in 0..wanted {
        let (name, piece) = &pieces[number % pieces.len()];
        // The start of the piece, so that the damage stands in a good part of what is read.
        let frames = data::damage::frames(piece);
        let end = frames[(2 + dice.below(8)).min(frames.len() - 1)].1;
        let mut damaged = damage(&piece[..end], &mut dice);
        for _ in 0..dice.below(4) {
            if data::damage::frames(&damaged).iter().any(|frame| frame.1 - frame.0 > 12) {
                let at = dice.below(damaged.len());
                damaged[at] ^= 1 << dice.below(8);
            }
        }
        compare(name, &damaged, &mut memory, &mut last_rows, &mut seen);
    }
    eprintln!("{wanted} damaged of {} pieces: {seen:?}", pieces.len());
    assert!(seen.rows > wanted as u64 && seen.faults * 10 > wanted as u64, "{seen:?}");
}
