//! Damaged MRT: nothing panics or hangs, every octet is in a record or in a reported fault, elements come from
//! inside their record alone, and every undamaged record that the lengths lead to is returned.

mod data;

use std::collections::{HashMap, HashSet};

use bgp::mrt::{Class, Item, Kind, Reader, count};
use data::damage::{Dice, TABLE, damage, frames, kind, piece, pieces, put};
use routing::Fault;

struct Reading {
    /// Offset to length and elements.
    records: HashMap<usize, (usize, Vec<String>)>,
    /// True when the records and faults cover the file without gap or overlap.
    covered: bool,
}

fn read(mrt: &[u8]) -> Reading {
    let mut reader = Reader::new(mrt);
    let mut records = HashMap::new();
    let mut at = 0;
    let mut covered = true;
    while let Some(item) = reader.next().expect("memory does not fail") {
        let (start, len) = match item {
            Item::Fault(Fault { at, extent, .. }) => (at, extent),
            Item::Record(record) => {
                let mut elements = Vec::new();
                let inside = record.offset..record.offset + record.bytes;
                let mut check = |fault: Fault| {
                    assert!(inside.contains(&fault.at) && fault.extent <= record.bytes, "{fault:?}");
                };
                record.elements(&mut check, |element| {
                    let path = element.route.map(|route| route.path().to_string());
                    let (peer, prefix, id) = (element.peer_address, element.prefix, element.path_id);
                    elements.push(format!("{peer} {prefix} {id:?} {path:?} {:?}", element.next_hop));
                });
                records.insert(record.offset as usize, (record.bytes as usize, elements));
                (record.offset, record.bytes)
            }
        };
        covered &= start == at && len > 0;
        at = start + len;
    }
    covered &= at == mrt.len() as u64 && reader.offset() == at;
    Reading { records, covered }
}

/// What a run of variants saw, so that the test can tell that it saw something.
#[derive(Default)]
struct Seen {
    variants: usize,
    /// Undamaged records that the lengths led to; all were returned.
    framed: usize,
    /// Undamaged records that no length led to and that were found again.
    found_again: usize,
}

/// An undamaged piece and what it says.
struct Original<'a> {
    name: &'a str,
    octets: &'a [u8],
    /// Its PEER_INDEX_TABLE record; empty without one.
    table: &'a [u8],
    /// Octets of each record to its elements.
    records: HashMap<&'a [u8], Vec<String>>,
}

impl<'a> Original<'a> {
    fn new(name: &'a str, octets: &'a [u8]) -> Original<'a> {
        let reading = read(octets);
        let all = frames(octets);
        let table = all.first().filter(|f| kind(octets, f.0) == TABLE);
        let records = all
            .iter()
            .filter_map(|(start, end)| Some((&octets[*start..*end], reading.records.get(start)?.1.clone())))
            .collect();
        Original { name, octets, table: table.map_or(&[], |f| &octets[..f.1]), records }
    }

    fn check(&self, damaged: &[u8], seen: &mut Seen) {
        let name = self.name;
        seen.variants += 1;
        let reading = read(damaged);
        assert!(reading.covered, "{name}: an octet is neither in one record nor in one fault");
        let table_intact = damaged.starts_with(self.table);
        let framed: HashSet<(usize, usize)> = frames(damaged).into_iter().collect();
        for (start, end) in &framed {
            let Some(elements) = self.records.get(&damaged[*start..*end]) else { continue };
            let returned = reading.records.get(start).filter(|returned| returned.0 == end - start);
            let returned = returned.unwrap_or_else(|| panic!("{name}: record at {start} is not returned"));
            assert!(!table_intact || returned.1 == *elements, "{name}: elements of the record at {start}");
            seen.framed += 1;
        }
        for (start, (len, elements)) in &reading.records {
            let octets = &damaged[*start..start + len];
            let is_original = self.records.contains_key(octets);
            if !framed.contains(&(*start, start + len)) {
                // Damage that ends inside the four octets of the time may leave a whole record behind it.
                let but_time = || self.records.keys().any(|record| record[4..] == octets[4..]);
                assert!(
                    is_original || but_time(),
                    "{name}: record at {start} is neither framed nor original"
                );
                seen.found_again += 1;
            }
            // The same octets alone give the same elements: none came from outside.
            if !is_original && table_intact && !elements.is_empty() {
                let alone = read(&[self.table, octets].concat());
                assert_eq!(
                    alone.records.get(&self.table.len()).map(|r| &r.1),
                    Some(elements),
                    "{name}: {start}"
                );
            }
        }
    }
}

#[test]
fn thousands_of_damaged_variants() {
    let Some(root) = data::root() else { return };
    let mut seen = Seen::default();
    let mut dice = Dice(0x6396_8050_4271_7606);
    let pieces = pieces(&root);
    let per_piece = 3600 / pieces.len() + 1;
    for (name, original) in &pieces {
        let original = Original::new(name, original);
        for _ in 0..per_piece {
            original.check(&damage(original.octets, &mut dice), &mut seen);
        }
    }
    let Seen { variants, framed, found_again } = seen;
    eprintln!("{} pieces, {variants} variants, {framed} framed, {found_again} found again", pieces.len());
    assert!(variants >= 3000 && framed > 100_000 && found_again > 10_000);
}

#[test]
fn truncated_at_every_octet() {
    let Some(root) = data::root() else { return };
    let mut seen = Seen::default();
    for (name, original) in pieces(&root).iter().filter(|(name, _)| name.contains("mrtparse-samples/")) {
        let original = Original::new(name, original);
        for len in 0..original.octets.len().min(4096) {
            original.check(&original.octets[..len], &mut seen);
        }
    }
    assert!(seen.variants > 10_000);
}

#[test]
fn a_lying_length_loses_its_own_record_alone() {
    let Some(root) = data::root() else { return };
    // The second begins with state changes, the shortest of all records.
    for file in ["mrt/updates.20190101.0000.gz", "mrt/mrtparse-samples/quagga_bgp"] {
        let original = piece(&data::read(&root, file));
        let all = frames(&original);
        for lie in [0u32, 5, 77, 3000, 1 << 20, 1 << 28, u32::MAX] {
            for victim in [0, 1, all.len() / 2, all.len() - 2] {
                let mut damaged = original.clone();
                put(&mut damaged, all[victim].0 + 8, &lie.to_be_bytes());
                let reading = read(&damaged);
                let missing: Vec<usize> =
                    (0..all.len()).filter(|i| !reading.records.contains_key(&all[*i].0)).collect();
                assert_eq!(missing, [victim], "{file}: length {lie} in record {victim}");
            }
        }
    }
}

#[test]
fn a_damaged_peer_index_table_leaves_no_entry_to_other_peers() {
    let Some(root) = data::root() else { return };
    let table = piece(&data::read(&root, "mrt/mrtparse-samples/quagga_rib"));
    let mut twice = [table.clone(), table.clone()].concat();
    let intact = count(&mut Reader::new(&twice[..]), |fault| panic!("{fault}")).unwrap();
    twice[table.len() + 12 + 7] ^= 0xFF;
    let mut codes = Vec::new();
    let damaged = count(&mut Reader::new(&twice[..]), |fault| codes.push(fault.kind.code)).unwrap();
    assert_eq!(damaged.entries * 2, intact.entries);
    assert_eq!(codes.len() as u64, 1 + (intact.records - 2) / 2);
    assert!(codes[1..].iter().all(|code| *code == "mrt-peer-index-missing"), "{codes:?}");
}

#[test]
fn records_of_other_kinds_are_passed_over() {
    let Some(root) = data::root() else { return };
    let updates = piece(&data::read(&root, "mrt/mrtparse-samples/quagga_bgp"));
    let record = |code: u16, subtype: u16| {
        [&[0, 0, 0, 1][..], &code.to_be_bytes(), &subtype.to_be_bytes(), &[0, 0, 0, 5, 1, 2, 3, 4, 5]]
            .concat()
    };
    for (code, subtype, class, expected) in [
        (11, 0, Class::Ignored, &[][..]),
        (13, 7, Class::Ignored, &[]),
        (48, 1, Class::Ignored, &[]),
        (16, 3, Class::Deprecated, &["mrt-deprecated-type"]),
        (5, 1, Class::Deprecated, &["mrt-deprecated-type"]),
        (99, 1, Class::Unknown, &["mrt-unknown-type"]),
        (16, 77, Class::Unknown, &["mrt-unknown-type"]),
    ] {
        assert_eq!(Kind { code, subtype }.class(), class);
        let file = [&updates[..], &record(code, subtype), &updates].concat();
        let mut codes = Vec::new();
        let mut keep = |fault: Fault| {
            if fault.kind.skipped {
                codes.push(fault.kind.code);
                assert_eq!((fault.at, fault.extent), (updates.len() as u64, 17));
            }
        };
        let counted = count(&mut Reader::new(&file[..]), &mut keep).unwrap();
        let alone = count(&mut Reader::new(&updates[..]), |_| {}).unwrap();
        assert_eq!((codes.as_slice(), counted.elements), (expected, alone.elements * 2), "{code}/{subtype}");
    }
}
