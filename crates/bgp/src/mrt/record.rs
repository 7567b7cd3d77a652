//! One MRT record, its framing checked and its body read down to the lengths of its parts.

use routing::Timestamp;

use super::classify::{Class, Kind, TABLE_DUMP, TABLE_DUMP_V2};
use super::cursor::Cursor;
use super::fault::{self, Damage};
use super::message::{self, OtherMessage, StateChange, Update};
use super::peers::PeerTable;
use super::rib::Rib;
use super::table_dump::TableDump;

/// A record with its place in the file.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// Offset of its header in the decompressed file.
    pub offset: u64,
    /// Its whole length, header included, in bytes.
    pub bytes: u64,
    /// Time of the header.
    pub time: Timestamp,
    /// Microseconds of BGP4MP_ET (RFC 6396 §3); 0 otherwise.
    pub micros: u32,
    /// Type and subtype.
    pub kind: Kind,
    /// What it says.
    pub body: Body<'a>,
    /// The peers that RIB entries refer to: the newest PEER_INDEX_TABLE up to here.
    pub peers: &'a PeerTable,
}

/// What a record says.
#[derive(Clone, Debug)]
pub enum Body<'a> {
    /// PEER_INDEX_TABLE; its content is [`Record::peers`].
    PeerIndexTable,
    /// TABLE_DUMP_V2: one prefix, many entries.
    Rib(Rib<'a>),
    /// TABLE_DUMP or BGP4MP/ENTRY: one prefix, one entry.
    TableDump(TableDump<'a>),
    /// An UPDATE message.
    Update(Update<'a>),
    /// A session changed its state.
    StateChange(StateChange),
    /// OPEN, NOTIFICATION, KEEPALIVE, ROUTE-REFRESH.
    OtherMessage(OtherMessage<'a>),
    /// Known, and not about IPv4 or IPv6 routes.
    Ignored,
}

/// The twelve octets before every record (RFC 6396 §2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) time: Timestamp,
    pub(crate) kind: Kind,
    /// Length of what follows the header.
    pub(crate) len: u32,
}

pub(crate) const HEADER_BYTES: usize = 12;

impl Header {
    #[inline]
    pub(crate) fn parse(octets: &[u8]) -> Option<Header> {
        let mut cursor = Cursor(octets);
        let time = Timestamp(i64::from(cursor.u32()?));
        let kind = Kind { code: cursor.u16()?, subtype: cursor.u16()? };
        Some(Header { time, kind, len: cursor.u32()? })
    }
}

/// What reading a body gives: microseconds, the body, and the table when it is one.
pub(crate) struct Parsed<'a> {
    pub(crate) micros: u32,
    pub(crate) body: Body<'a>,
    pub(crate) table: Option<PeerTable>,
}

/// What [`verify`] learned and need not be read again.
#[derive(Clone, Copy)]
pub(crate) enum Verified {
    /// A table row's record without its entries, and their length: they end the body.
    Rib(Rib<'static>, usize),
    /// Anything else.
    Other,
}

/// Checks that a body of class [`Class::Routing`] fits its length exactly and its parts each other.
#[inline]
pub(crate) fn verify(kind: Kind, octets: &[u8]) -> Result<Verified, Damage> {
    let rib = match (kind.code, kind.subtype) {
        (TABLE_DUMP_V2, 1) => None,
        (TABLE_DUMP_V2, _) => Rib::parse(kind, octets)?,
        _ => None,
    };
    if let Some(rib) = rib {
        rib.verify()?;
        let (rib, entries_len) = rib.detach();
        return Ok(Verified::Rib(rib, entries_len));
    }
    parse(kind, octets)?;
    Ok(Verified::Other)
}

/// Reads the body of a record of class [`Class::Routing`]; only [`verify`] walks the entries of a table.
pub(crate) fn parse(kind: Kind, octets: &[u8]) -> Result<Parsed<'_>, Damage> {
    debug_assert_eq!(kind.class(), Class::Routing);
    let plain = |body| Parsed { micros: 0, body, table: None };
    match (kind.code, kind.subtype) {
        (TABLE_DUMP, _) => TableDump::parse(kind, octets).map(Body::TableDump).map(plain),
        (TABLE_DUMP_V2, 1) => PeerTable::parse(octets).map(|table| Parsed {
            micros: 0,
            body: Body::PeerIndexTable,
            table: Some(table),
        }),
        (TABLE_DUMP_V2, _) => Ok(plain(Rib::parse(kind, octets)?.map_or(Body::Ignored, Body::Rib))),
        _ => {
            let mut cursor = Cursor(octets);
            let micros = if kind.is_extended_time() { cursor.u32() } else { Some(0) };
            let micros = micros.ok_or_else(|| Damage::new(fault::SHORT_RECORD, "no microseconds"))?;
            let body = if kind.is_deprecated_entry() {
                TableDump::parse_entry(cursor.0)?.map_or(Body::Ignored, Body::TableDump)
            } else {
                message::parse(kind, cursor.0)?
            };
            Ok(Parsed { micros, body, table: None })
        }
    }
}
