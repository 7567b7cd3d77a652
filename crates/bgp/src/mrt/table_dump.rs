//! Tables with one entry per record: TABLE_DUMP (RFC 6396 §4.2) and the deprecated BGP4MP/ENTRY (Appendix B).

use core::net::IpAddr;

use routing::{Asn, Family, Prefix, Timestamp};

use super::attributes::{Context, Encoding};
use super::classify::Kind;
use super::cursor::Cursor;
use super::fault::{self, Damage};
use super::nlri::{self, Safi, read_prefix};

/// One prefix, one peer: a record of TABLE_DUMP or BGP4MP/ENTRY.
#[derive(Clone, Copy, Debug)]
pub struct TableDump<'a> {
    /// The view; 0 for most collectors.
    pub view: u16,
    /// Number of the record in the dump, modulo 65,536; 0 in BGP4MP/ENTRY.
    pub sequence: u16,
    /// The prefix.
    pub prefix: Prefix,
    /// True when bits were set behind the prefix length; they are cleared in `prefix`.
    pub host_bits: bool,
    /// When the collector received the route.
    pub originated: Timestamp,
    /// The peer's address.
    pub peer_address: IpAddr,
    /// The peer's AS.
    pub peer_asn: Asn,
    /// Unicast or multicast.
    pub safi: Safi,
    /// The next hop that BGP4MP/ENTRY has outside the attributes.
    pub next_hop: Option<IpAddr>,
    /// The path attributes, unchecked; read them in [`TableDump::CONTEXT`].
    pub attributes: &'a [u8],
}

impl<'a> TableDump<'a> {
    /// How attributes of TABLE_DUMP are coded (RFC 6396 §4.2).
    pub const CONTEXT: Context = Context { encoding: Encoding::TwoOctet, in_table: true };

    pub(crate) fn parse(kind: Kind, body: &'a [u8]) -> Result<TableDump<'a>, Damage> {
        let family = if kind.subtype == 1 { Family::V4 } else { Family::V6 };
        let mut cursor = Cursor(body);
        let dump = Self::fields(family, &mut cursor).ok_or_else(short)??;
        if !cursor.is_empty() {
            let detail = format!("{} octets after the attributes", cursor.0.len());
            return Err(Damage::new(fault::TRAILING_OCTETS, detail));
        }
        Ok(dump)
    }

    fn fields(family: Family, cursor: &mut Cursor<'a>) -> Option<Result<TableDump<'a>, Damage>> {
        let view = cursor.u16()?;
        let sequence = cursor.u16()?;
        let address = cursor.address(family)?;
        let len = cursor.u8()?;
        let _status = cursor.u8()?;
        let originated = Timestamp(i64::from(cursor.u32()?));
        let peer_address = cursor.address(family)?;
        let peer_asn = cursor.asn(false)?;
        let attributes_len = cursor.u16()?;
        let attributes = cursor.take(usize::from(attributes_len))?;
        let Some(prefix) = Prefix::from_address(address, len) else {
            return Some(Err(Damage::new(fault::PREFIX_LENGTH, format!("{address}/{len}"))));
        };
        let host_bits = prefix.address() != address;
        Some(Ok(TableDump {
            view,
            sequence,
            prefix,
            host_bits,
            originated,
            peer_address,
            peer_asn,
            safi: Safi::Unicast,
            next_hop: None,
            attributes,
        }))
    }

    /// Reads BGP4MP/ENTRY; `None` when its family is not read.
    pub(crate) fn parse_entry(body: &'a [u8]) -> Result<Option<TableDump<'a>>, Damage> {
        let mut cursor = Cursor(body);
        let entry = Self::entry_fields(&mut cursor).ok_or_else(short)??;
        if entry.is_some() && !cursor.is_empty() {
            let detail = format!("{} octets after the attributes", cursor.0.len());
            return Err(Damage::new(fault::TRAILING_OCTETS, detail));
        }
        Ok(entry)
    }

    fn entry_fields(cursor: &mut Cursor<'a>) -> Option<Result<Option<TableDump<'a>>, Damage>> {
        let peer_asn = cursor.asn(false)?;
        let _local_asn = cursor.asn(false)?;
        let _interface = cursor.u16()?;
        let family = match cursor.u16()? {
            1 => Family::V4,
            2 => Family::V6,
            other => return Some(Err(Damage::new(fault::UNKNOWN_ADDRESS_FAMILY, other.to_string()))),
        };
        let peer_address = cursor.address(family)?;
        let _local_address = cursor.address(family)?;
        let view = cursor.u16()?;
        let _status = cursor.u16()?;
        let originated = Timestamp(i64::from(cursor.u32()?));
        let (afi, safi) = (cursor.u16()?, cursor.u8()?);
        let Some((family, safi)) = nlri::family(afi, safi) else { return Some(Ok(None)) };
        let next_hop_len = cursor.u8()?;
        let next_hop = cursor.take(usize::from(next_hop_len))?;
        let next_hop = nlri::next_hop(next_hop).and_then(|(next_hop, _)| next_hop);
        let Some(prefix) = read_prefix(cursor, family)? else {
            return Some(Err(Damage::new(fault::PREFIX_LENGTH, format!("{family} prefix"))));
        };
        let attributes_len = cursor.u16()?;
        let attributes = cursor.take(usize::from(attributes_len))?;
        Some(Ok(Some(TableDump {
            view,
            sequence: 0,
            prefix,
            host_bits: false,
            originated,
            peer_address,
            peer_asn,
            safi,
            next_hop,
            attributes,
        })))
    }
}

fn short() -> Damage {
    Damage::new(fault::SHORT_RECORD, "")
}
