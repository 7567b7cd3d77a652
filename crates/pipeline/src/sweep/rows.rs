//! The rows of tables: most repeat what their peer showed just before.

use core::net::IpAddr;

use bgp::mrt::{PeerMemory, Record, Safi};
use routing::{Asn, Family, Fault, Peer, Prefix};

use super::clock::Clock;
use super::journal::TableRow;
use super::paths::{PathTable, Wanted};
use super::{FileReport, is_table};

/// What is known of each place in the peer table from the row before.
#[derive(Default)]
pub(super) struct KnownRows {
    memory: PeerMemory,
    places: Vec<Option<Place>>,
    rows: Vec<TableRow>,
    wanted: Wanted,
    /// Per wanted path: the row and the place that wait for it.
    waiting: Vec<(usize, Option<usize>)>,
}

/// One place in the peer table.
struct Place {
    address: IpAddr,
    asn: Asn,
    /// The peer by family, once it is known.
    peers: [Option<u32>; 2],
    /// The path of the row before, once it was needed.
    path: Option<Known>,
}

/// A path whose index is known, or will be when the record is over.
#[derive(Clone, Copy)]
enum Known {
    Index(u32),
    Wanted(usize),
}

/// What a table's record gave.
pub(super) struct Taken<'a> {
    /// The prefix that its rows are of.
    pub prefix: Option<Prefix>,
    /// The rows.
    pub rows: &'a [TableRow],
    /// Something was left out of it.
    pub damaged: bool,
}

impl KnownRows {
    /// Takes in the rows of a table's record.
    pub fn read(
        &mut self,
        record: &Record<'_>,
        paths: &mut PathTable,
        clock: &mut Clock,
        report: &mut FileReport,
    ) -> Taken<'_> {
        debug_assert!(is_table(&record.body), "only tables have rows");
        let KnownRows { memory, places, rows, wanted, waiting } = self;
        rows.clear();
        wanted.clear();
        waiting.clear();
        let FileReport { elements, faults, .. } = report;
        let mut damaged = false;
        let mut fault = |fault: Fault| {
            damaged |= fault.kind.skipped;
            faults.push(fault);
        };
        let mut prefix = None;
        record.rows(memory, &mut fault, |row| {
            let (address, asn, family) = (row.peer_address, row.peer_asn, row.prefix.family());
            let path_id = row.path_id.unwrap_or(0);
            let Some(index) = row.peer_index.map(usize::from) else {
                if row.safi == Safi::Unicast {
                    *elements += 1;
                    let peer = clock.peer(Peer { address, asn, family });
                    clock.table_row(peer, family);
                    prefix = Some(row.prefix);
                    waiting.push((rows.len(), None));
                    wanted.push(row.path(), row.only_to_customer());
                    rows.push(TableRow { peer, path_id, path: 0 });
                }
                return;
            };
            if places.len() <= index {
                places.resize_with(index + 1, || None);
            }
            let place = places[index].get_or_insert(Place { address, asn, peers: [None; 2], path: None });
            if (place.address, place.asn) != (address, asn) {
                (place.address, place.asn, place.peers) = (address, asn, [None; 2]);
            }
            // Of every row, whatever becomes of it: the next may say that it repeats it.
            if !row.repeated {
                place.path = None;
            }
            if row.safi != Safi::Unicast {
                return;
            }
            *elements += 1;
            let known = &mut place.peers[usize::from(family == Family::V6)];
            let peer = *known.get_or_insert_with(|| clock.peer(Peer { address, asn, family }));
            clock.table_row(peer, family);
            prefix = Some(row.prefix);
            let known = *place.path.get_or_insert_with(|| {
                waiting.push((rows.len(), Some(index)));
                Known::Wanted(wanted.push(row.path(), row.only_to_customer()))
            });
            let path = match known {
                Known::Index(path) => path,
                // The place showed the same path twice in one record, for two path identifiers.
                Known::Wanted(turn) if waiting[turn].0 != rows.len() => {
                    waiting.push((rows.len(), None));
                    wanted.push(row.path(), row.only_to_customer());
                    0
                }
                Known::Wanted(_) => 0,
            };
            rows.push(TableRow { peer, path_id, path });
        });
        paths.intern_all(wanted);
        for (&(row, place), &path) in waiting.iter().zip(wanted.found()) {
            rows[row].path = path;
            if let Some(place) = place.and_then(|place| places[place].as_mut()) {
                place.path = Some(Known::Index(path));
            }
        }
        Taken { prefix, rows, damaged }
    }
}
