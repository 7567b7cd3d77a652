//! The rows of tables: most repeat what their peer showed just before.

use core::net::IpAddr;

use bgp::mrt::{Body, PeerMemory, Record, Safi};
use routing::{Asn, Family, Fault, Peer, Prefix};

use super::FileReport;
use super::clock::Clock;
use super::journal::TableRows;
use super::paths::{PathTable, Room, Wanted};

/// What is known of each place in the peer table from the row before.
#[derive(Default)]
pub(super) struct KnownRows {
    memory: PeerMemory,
    /// The peer table that places are of.
    generation: u32,
    places: Vec<Place>,
    rows: TableRows,
    /// Rows whose paths are asked for, and their places.
    waiting: Vec<(u32, u16)>,
    asked: Room,
}

/// One place in the peer table.
#[derive(Clone, Copy)]
struct Place {
    /// The peer by family.
    peers: [u32; 2],
    /// The path of the row before.
    path: u32,
    /// The row of a record whose path that is, or will be.
    row: u32,
}

/// Stands for a peer or path that is not known yet.
const UNKNOWN: u32 = u32::MAX;

impl Place {
    const NEW: Place = Place { peers: [UNKNOWN; 2], path: UNKNOWN, row: 0 };
}

/// What a table's record gave.
pub(super) struct Taken<'a> {
    /// The prefix that its rows are of.
    pub prefix: Prefix,
    /// The rows.
    pub rows: &'a TableRows,
    /// Something was left out of it.
    pub damaged: bool,
}

impl KnownRows {
    /// A table begins, or another file: places have other peers.
    pub fn forget_peers(&mut self) {
        self.places.iter_mut().for_each(|place| place.peers = [UNKNOWN; 2]);
    }

    /// Takes in the rows of a table's record; `None` where it cannot have any.
    pub fn read(
        &mut self,
        record: &Record<'_>,
        paths: &mut PathTable,
        clock: &mut Clock,
        report: &mut FileReport,
    ) -> Option<Taken<'_>> {
        let prefix = match &record.body {
            Body::Rib(rib) => rib.prefix,
            Body::TableDump(dump) => dump.prefix,
            _ => return None,
        };
        if self.generation != record.peers.generation {
            self.generation = record.peers.generation;
            self.forget_peers();
        }
        let KnownRows { memory, places, rows, waiting, asked, .. } = self;
        let listed = record.peers.peers.len();
        if places.len() < listed {
            places.resize(listed, Place::NEW);
        }
        rows.clear();
        waiting.clear();
        let FileReport { elements, faults, .. } = report;
        let mut damaged = false;
        let mut fault = |fault: Fault| {
            damaged |= fault.kind.skipped;
            faults.push(fault);
        };
        let family = prefix.family();
        let mut wanted = Wanted::new(paths, listed, asked);
        record.rows(memory, &mut fault, |row| {
            let Some((index, place)) =
                row.peer_index.and_then(|i| Some((i, places.get_mut(usize::from(i))?)))
            else {
                if row.safi == Safi::Unicast {
                    let peer = table_peer(clock, row.peer_address, row.peer_asn, family);
                    rows.push(peer, row.path_id, wanted.of(row.path(), row.only_to_customer()));
                }
                return;
            };
            // Of every row, whatever becomes of it: the next may say that it repeats it.
            if !row.repeated {
                place.path = UNKNOWN;
            }
            if row.safi != Safi::Unicast {
                return;
            }
            let peer = &mut place.peers[usize::from(family == Family::V6)];
            if *peer == UNKNOWN {
                *peer = table_peer(clock, row.peer_address, row.peer_asn, family);
            }
            if place.path == UNKNOWN {
                // A place may have several rows in a record, told apart by path identifiers: the last one counts.
                place.row = rows.len() as u32;
                match (row.path_in_record(), row.only_to_customer()) {
                    (Some(path), None) => {
                        waiting.push((place.row, index));
                        wanted.push(path);
                    }
                    (_, mark) => place.path = wanted.of(row.path(), mark),
                }
            }
            rows.push(*peer, row.path_id, place.path);
        });
        *elements += rows.len() as u64;
        wanted.find(|turn, path| {
            let (row, place) = waiting[turn];
            rows.paths[row as usize] = path;
            let place = &mut places[usize::from(place)];
            if place.row == row {
                place.path = path;
            }
        });
        Some(Taken { prefix, rows, damaged })
    }
}

/// The peer of a table's row, which thereby is in the table. Not given the row: then that need not be laid out in memory.
#[inline(never)]
fn table_peer(clock: &mut Clock, address: IpAddr, asn: Asn, family: Family) -> u32 {
    let peer = clock.peer(Peer { address, asn, family });
    clock.table_row(peer, family);
    peer
}

#[cfg(test)]
mod tests {
    use core::net::Ipv4Addr;

    use bgp::mrt::write::{Entry, Route, Writer};
    use bgp::mrt::{Item, OriginCode, PeerEntry, Reader};
    use routing::{AsPath, Timestamp};

    use super::*;

    /// Paths of two routes of one place, which its path identifiers tell apart, and of the next row, which repeats
    /// the last of them.
    fn shown(marks: [Option<Asn>; 2]) -> Vec<(String, Option<Asn>)> {
        let mut writer = Writer::new(Vec::new());
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let peer = PeerEntry { bgp_id: Ipv4Addr::LOCALHOST, address, asn: Asn(64500) };
        writer.peer_index_table(Timestamp(0), Ipv4Addr::LOCALHOST, "", &[peer]).unwrap();
        let routes = [(7, marks[0]), (8, marks[1])].map(|(origin, only_to_customer)| Route {
            origin: OriginCode::Igp,
            path: AsPath::from_sequence([Asn(64500), Asn(origin)]),
            next_hop: address,
            med: None,
            local_pref: None,
            communities: Vec::new(),
            only_to_customer,
        });
        let entry = |route| Entry { peer_index: 0, originated: Timestamp(0), route };
        let prefixes: [Prefix; 2] = ["192.0.2.0/24", "198.51.100.0/24"].map(|p| p.parse().unwrap());
        let both = [(1, entry(&routes[0])), (2, entry(&routes[1]))];
        writer.rib_add_path(Timestamp(0), 0, prefixes[0], &both).unwrap();
        writer.rib_add_path(Timestamp(0), 1, prefixes[1], &[(1, entry(&routes[1]))]).unwrap();
        let octets = writer.into_inner();
        let (mut known, mut paths) = (KnownRows::default(), PathTable::default());
        let (mut clock, mut report) = (Clock::new(3600), FileReport::default());
        let (mut reader, mut found) = (Reader::new(octets.as_slice()), Vec::new());
        while let Some(Item::Record(record)) = reader.next().unwrap() {
            if let Some(taken) = known.read(&record, &mut paths, &mut clock, &mut report) {
                found.extend_from_slice(&taken.rows.paths);
            }
        }
        found.into_iter().map(|path| (paths.get(path).to_string(), paths.mark(path))).collect()
    }

    #[test]
    fn the_last_row_of_a_place_is_what_the_next_record_repeats() {
        for marks in [[None, None], [Some(Asn(5)), None], [None, Some(Asn(5))], [Some(Asn(5)), Some(Asn(6))]]
        {
            let row = |origin: u32, turn: usize| (format!("64500 {origin}"), marks[turn]);
            assert_eq!(shown(marks), [row(7, 0), row(8, 1), row(8, 1)], "{marks:?}");
        }
    }
}
