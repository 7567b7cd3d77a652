//! The rows of tables for those who judge many: origin and attributes, decoded no further than asked for.

use core::net::IpAddr;

use routing::{Asn, Fault, Origin, PathRef, Prefix, Timestamp};

use super::attributes::{self, Attributes, Context};
use super::brief::{self, Brief};
use super::element;
use super::fault::{self, Damage};
use super::nlri::Safi;
use super::record::{Body, Record};
use super::rib::Rib;
use super::table_dump::TableDump;

/// One row of a table, its attributes checked and not decoded. `'r` is its record's, `'a` the row's own.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r, 'a> {
    /// The prefix.
    pub prefix: Prefix,
    /// Unicast or multicast.
    pub safi: Safi,
    /// Index into the record's [`PeerTable`](super::PeerTable); `None` for TABLE_DUMP and BGP4MP/ENTRY.
    pub peer_index: Option<u16>,
    /// The peer's address.
    pub peer_address: IpAddr,
    /// The peer's AS.
    pub peer_asn: Asn,
    /// The path identifier (RFC 7911); `None` without ADD-PATH.
    pub path_id: Option<u32>,
    /// When the collector received the route.
    pub originated: Timestamp,
    /// The origin AS of the route (RFC 6811 §2), AS4_PATH merged.
    pub origin: Origin,
    /// True when `attributes` are, octet for octet, those of the row that the same [`PeerMemory`] saw last
    /// from this `peer_index`: what was found out about them then holds now. False promises nothing.
    pub repeated: bool,
    /// The path attributes as they stand in the file.
    pub attributes: &'r [u8],
    /// The next hop that BGP4MP/ENTRY has outside the attributes.
    pub next_hop: Option<IpAddr>,
    /// How `attributes` are coded.
    pub context: Context,
    path: Octets<'r, 'a>,
    /// False when ONLY_TO_CUSTOMER is known not to be among the attributes.
    may_be_marked: bool,
}

/// Where the octets of a path stand.
#[derive(Clone, Copy, Debug)]
enum Octets<'r, 'a> {
    /// As they are in the record.
    InRecord(&'r [u8]),
    /// Elsewhere: they were put together.
    Made(&'a [u8]),
}

impl<'r: 'a, 'a> Row<'r, 'a> {
    /// The AS path in four-octet form, AS4_PATH merged; empty when the attribute is absent.
    #[inline]
    pub fn path(&self) -> PathRef<'a> {
        PathRef::from_octets(match self.path {
            Octets::InRecord(octets) => octets,
            Octets::Made(octets) => octets,
        })
    }

    /// The AS path where it stands in the record as [`Row::path`] has it: nearly always.
    #[inline]
    pub fn path_in_record(&self) -> Option<PathRef<'r>> {
        match self.path {
            Octets::InRecord(octets) => Some(PathRef::from_octets(octets)),
            Octets::Made(_) => None,
        }
    }

    /// ONLY_TO_CUSTOMER (RFC 9234), of which nearly every row has none.
    #[inline]
    pub fn only_to_customer(&self) -> Option<Asn> {
        self.may_be_marked.then(|| attributes::only_to_customer(self.attributes)).flatten()
    }

    /// Every attribute decoded. What was wrong with them has been reported with the row.
    pub fn decode(&self, scratch: &'a mut Vec<u8>) -> Attributes<'a> {
        Attributes::read(self.attributes, self.context, scratch, &mut |_| {})
            .expect("a row has attributes that can be read")
    }
}

/// Attributes longer than this are not remembered.
const REMEMBERED_BYTES_MAX: usize = 512;

/// The attributes that each peer's row had last, for [`Record::rows`]. Neighbouring prefixes often share
/// them, and comparing is cheaper than looking at each attribute again. At most 35 MB, for 65,535 peers.
#[derive(Default)]
pub struct PeerMemory {
    last: Vec<Last>,
}

struct Last {
    /// Octets of the attributes in `octets`; [`NOTHING`] when nothing is remembered.
    len: usize,
    brief: Brief,
    octets: [u8; REMEMBERED_BYTES_MAX],
}

/// A length that no attributes have; zero they may have.
const NOTHING: usize = usize::MAX;

impl Last {
    const NEW: Last = Last {
        len: NOTHING,
        brief: Brief { origin: Origin::Speaker, path_at: 0, path_len: 0, only_to_customer: false },
        octets: [0; REMEMBERED_BYTES_MAX],
    };

    #[inline(always)]
    fn remember(&mut self, attributes: &[u8], brief: Brief) {
        self.len = copy(&mut self.octets, attributes);
        self.brief = brief;
    }

    #[inline(always)]
    fn is(&self, attributes: &[u8]) -> bool {
        self.len == attributes.len() && same(&self.octets, attributes)
    }
}

/// True when `kept` starts with `attributes`. Sets of the usual lengths are compared by their first and their
/// last part, which may overlap: in vectors and without a loop.
#[inline(always)]
fn same(kept: &[u8; REMEMBERED_BYTES_MAX], attributes: &[u8]) -> bool {
    #[inline(always)]
    fn ends<const N: usize>(kept: &[u8], attributes: &[u8]) -> bool {
        kept.first_chunk::<N>() == attributes.first_chunk()
            && kept[..attributes.len()].last_chunk::<N>() == attributes.last_chunk()
    }
    match attributes.len() {
        32..=64 => ends::<32>(&kept[..64], attributes),
        65..=128 => ends::<64>(&kept[..128], attributes),
        len => kept.get(..len).is_some_and(|kept| kept == attributes),
    }
}

/// Copies `attributes` to the start of `room`, by parts like [`same`], if they fit. How many octets were
/// copied, or [`NOTHING`].
#[inline(always)]
fn copy(room: &mut [u8; REMEMBERED_BYTES_MAX], attributes: &[u8]) -> usize {
    #[inline(always)]
    fn ends<const N: usize>(room: &mut [u8], attributes: &[u8]) {
        if let (Some(room), Some(first)) = (room.first_chunk_mut::<N>(), attributes.first_chunk()) {
            *room = *first;
        }
        if let (Some(room), Some(last)) =
            (room[..attributes.len()].last_chunk_mut::<N>(), attributes.last_chunk())
        {
            *room = *last;
        }
    }
    match attributes.len() {
        32..=64 => ends::<32>(&mut room[..64], attributes),
        65..=128 => ends::<64>(&mut room[..128], attributes),
        len => match room.get_mut(..len) {
            Some(room) => room.copy_from_slice(attributes),
            None => return NOTHING,
        },
    }
    attributes.len()
}

impl PeerMemory {
    #[inline]
    fn of_peers(&mut self, count: usize) -> &mut [Last] {
        if self.last.len() < count {
            self.last.resize_with(count, || Last::NEW);
        }
        &mut self.last[..count]
    }
}

impl<'r> Record<'r> {
    /// Gives the rows of a table record to `sink`, and what was wrong to `faults`: the same rows and faults
    /// as [`Record::elements`], in the same order, for a fraction of the work. Other records give nothing.
    #[inline]
    pub fn rows(
        &self,
        memory: &mut PeerMemory,
        faults: &mut impl FnMut(Fault),
        mut sink: impl FnMut(Row<'r, '_>),
    ) {
        match &self.body {
            Body::Rib(rib) => self.rib_rows(rib, memory, faults, &mut sink),
            Body::TableDump(dump) => self.table_dump_row(dump, faults, &mut sink),
            _ => {}
        }
    }

    #[inline]
    fn rib_rows(
        &self,
        rib: &Rib<'r>,
        memory: &mut PeerMemory,
        faults: &mut impl FnMut(Fault),
        sink: &mut impl FnMut(Row<'r, '_>),
    ) {
        let peers = self.peers.peers.as_slice();
        if peers.is_empty() {
            return self.elements(faults, |_| {});
        }
        let memory = memory.of_peers(peers.len());
        let mut scratch = Vec::new();
        for entry in rib.entries() {
            let index = usize::from(entry.peer_index);
            let attributes = entry.attributes;
            let (Some(peer), Some(last)) = (peers.get(index), memory.get_mut(index)) else {
                self.peer_out_of_range(entry.peer_index, attributes.len(), faults);
                continue;
            };
            let repeated = last.is(attributes);
            let (origin, path, may_be_marked) = if repeated {
                (
                    last.brief.origin,
                    Octets::InRecord(last.brief.path(attributes)),
                    last.brief.only_to_customer,
                )
            } else if let Some(brief) = brief::read(attributes) {
                last.remember(attributes, brief);
                (brief.origin, Octets::InRecord(brief.path(attributes)), brief.only_to_customer)
            } else {
                last.len = NOTHING;
                match self.unusual(attributes, &mut scratch, faults) {
                    Some(path) => (path.origin(), Octets::Made(path.octets()), true),
                    None => continue,
                }
            };
            sink(Row {
                prefix: rib.prefix,
                safi: rib.safi,
                peer_index: Some(entry.peer_index),
                peer_address: peer.address,
                peer_asn: peer.asn,
                path_id: entry.path_id,
                originated: entry.originated,
                origin,
                repeated,
                attributes,
                next_hop: None,
                context: Rib::CONTEXT,
                path,
                may_be_marked,
            });
        }
    }

    #[cold]
    #[inline(never)]
    fn peer_out_of_range(&self, index: u16, len: usize, faults: &mut impl FnMut(Fault)) {
        let detail = format!("{index} of {} peers", self.peers.peers.len());
        faults(self.fault(Damage::new(fault::PEER_INDEX_RANGE, detail), len as u64));
    }

    /// The path of a row that the quick look does not answer for; `None` when the row is left out.
    #[cold]
    #[inline(never)]
    fn unusual<'a>(
        &self,
        attributes: &'a [u8],
        scratch: &'a mut Vec<u8>,
        faults: &mut impl FnMut(Fault),
    ) -> Option<PathRef<'a>> {
        let mut note = |damage| faults(self.fault(damage, attributes.len() as u64));
        element::row(attributes, Rib::CONTEXT, scratch, &mut note).map(|route| route.path())
    }

    fn table_dump_row(
        &self,
        dump: &TableDump<'r>,
        faults: &mut impl FnMut(Fault),
        sink: &mut impl FnMut(Row<'r, '_>),
    ) {
        self.elements(faults, |element| {
            let Some(route) = element.route else { return };
            sink(Row {
                prefix: element.prefix,
                safi: element.safi,
                peer_index: None,
                peer_address: element.peer_address,
                peer_asn: element.peer_asn,
                path_id: None,
                originated: dump.originated,
                origin: route.origin_as(),
                repeated: false,
                attributes: dump.attributes,
                next_hop: dump.next_hop,
                context: TableDump::CONTEXT,
                path: Octets::Made(route.path().octets()),
                may_be_marked: true,
            });
        });
    }
}
