//! The rows of tables: most repeat what their peer showed just before.

use core::net::IpAddr;

use bgp::mrt::{PeerMemory, Record, Safi};
use routing::{Asn, Family, Fault, Peer, Prefix};

use super::clock::Clock;
use super::journal::TableRow;
use super::paths::PathTable;
use super::{FileReport, is_table};

/// What is known of each place in the peer table from the row before.
#[derive(Default)]
pub(super) struct KnownRows {
    memory: PeerMemory,
    places: Vec<Option<Place>>,
    rows: Vec<TableRow>,
}

/// One place in the peer table.
struct Place {
    address: IpAddr,
    asn: Asn,
    /// The peer by family, once it is known.
    peers: [Option<u32>; 2],
    /// The path of the row before, once it was needed.
    path: Option<u32>,
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
        let KnownRows { memory, places, rows } = self;
        rows.clear();
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
                    rows.push(TableRow { peer, path_id, path: paths.intern(row.path()) });
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
            let path = *place.path.get_or_insert_with(|| paths.intern(row.path()));
            rows.push(TableRow { peer, path_id, path });
        });
        Taken { prefix, rows, damaged }
    }
}
