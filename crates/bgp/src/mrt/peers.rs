//! PEER_INDEX_TABLE (RFC 6396 §4.3.1): who the numbers in RIB entries are.

use core::net::{IpAddr, Ipv4Addr};

use routing::{Asn, Family};

use super::cursor::Cursor;
use super::fault::{Damage, SHORT_RECORD, TRAILING_OCTETS};

/// One peer of a collector.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PeerEntry {
    /// Its BGP identifier.
    pub bgp_id: Ipv4Addr,
    /// Its address.
    pub address: IpAddr,
    /// Its AS.
    pub asn: Asn,
}

/// The peers that the RIB entries after it name by index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerTable {
    /// The collector's BGP identifier.
    pub collector_id: Ipv4Addr,
    /// The view's name; empty for most collectors.
    pub view_name: String,
    /// The peers in the order of their indices.
    pub peers: Vec<PeerEntry>,
    /// How many tables the reader has seen up to and with this one; 0 before the first. A change means that
    /// indices have a new meaning.
    pub generation: u32,
}

impl Default for PeerTable {
    fn default() -> PeerTable {
        PeerTable {
            collector_id: Ipv4Addr::UNSPECIFIED,
            view_name: String::new(),
            peers: Vec::new(),
            generation: 0,
        }
    }
}

impl PeerTable {
    /// The peer with that index.
    #[inline]
    pub fn get(&self, index: u16) -> Option<&PeerEntry> {
        self.peers.get(usize::from(index))
    }

    pub(crate) fn parse(body: &[u8]) -> Result<PeerTable, Damage> {
        let mut cursor = Cursor(body);
        let table = Self::fields(&mut cursor)
            .ok_or_else(|| Damage::new(SHORT_RECORD, "PEER_INDEX_TABLE ends inside its peers"))?;
        if !cursor.is_empty() {
            return Err(Damage::new(TRAILING_OCTETS, format!("{} octets after the peers", cursor.0.len())));
        }
        Ok(table)
    }

    fn fields(cursor: &mut Cursor<'_>) -> Option<PeerTable> {
        let collector_id = cursor.ipv4()?;
        let name_len = cursor.u16()?;
        let view_name = String::from_utf8_lossy(cursor.take(usize::from(name_len))?).into_owned();
        let count = cursor.u16()?;
        let mut peers = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let kind = cursor.u8()?;
            let bgp_id = cursor.ipv4()?;
            let family = if kind & 1 == 0 { Family::V4 } else { Family::V6 };
            let address = cursor.address(family)?;
            let asn = cursor.asn(kind & 2 != 0)?;
            peers.push(PeerEntry { bgp_id, address, asn });
        }
        Some(PeerTable { collector_id, view_name, peers, generation: 0 })
    }
}
