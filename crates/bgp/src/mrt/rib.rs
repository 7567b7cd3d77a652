//! RIB records of TABLE_DUMP_V2 (RFC 6396 §4.3.2 to §4.3.4, RFC 8050 §4).

use routing::{Family, Prefix, Timestamp};

use super::attributes::{Context, Encoding};
use super::classify::Kind;
use super::cursor::Cursor;
use super::fault::{self, Damage};
use super::nlri::{self, Safi, read_prefix};

/// One prefix and the entries of all peers that have a route to it. In a record from the reader the entries
/// are known to fill it exactly: walking them cannot fail.
#[derive(Clone, Copy, Debug)]
pub struct Rib<'a> {
    /// Number of the record in the dump.
    pub sequence: u32,
    /// The prefix.
    pub prefix: Prefix,
    /// Unicast or multicast.
    pub safi: Safi,
    /// How many entries there are.
    pub entry_count: u16,
    /// The path identifier that the NLRI of RIB_GENERIC_ADDPATH carries for all entries (RFC 8050 §4.2).
    path_id: Option<u32>,
    /// True when each entry has a path identifier of its own (RFC 8050 §4.1).
    entry_path_ids: bool,
    entries: &'a [u8],
}

/// One row of a table: who had the route, since when, with which attributes.
#[derive(Clone, Copy, Debug)]
pub struct RibEntry<'a> {
    /// Index into the [`PeerTable`](super::PeerTable); not yet known to be in it.
    pub peer_index: u16,
    /// When the collector received the route.
    pub originated: Timestamp,
    /// The path identifier (RFC 7911), in ADD-PATH subtypes.
    pub path_id: Option<u32>,
    /// The path attributes, unchecked; read them with [`Attributes::parse`](super::Attributes::parse) in
    /// [`Rib::CONTEXT`].
    pub attributes: &'a [u8],
}

/// The entries of a RIB record in order.
#[derive(Clone, Debug)]
pub struct RibEntries<'a> {
    cursor: Cursor<'a>,
    path_id: Option<u32>,
    entry_path_ids: bool,
}

impl<'a> Rib<'a> {
    /// How attributes of TABLE_DUMP_V2 are coded (RFC 6396 §4.3.4).
    pub const CONTEXT: Context = Context { encoding: Encoding::FourOctet, in_table: true };

    /// The entries.
    #[inline]
    pub fn entries(&self) -> RibEntries<'a> {
        RibEntries {
            cursor: Cursor(self.entries),
            path_id: self.path_id,
            entry_path_ids: self.entry_path_ids,
        }
    }

    /// `None` when the record is of a family that is not read.
    pub(crate) fn parse(kind: Kind, body: &'a [u8]) -> Result<Option<Rib<'a>>, Damage> {
        let (family, safi) = match kind.subtype {
            2 | 8 => (Family::V4, Safi::Unicast),
            3 | 9 => (Family::V4, Safi::Multicast),
            4 | 10 => (Family::V6, Safi::Unicast),
            5 | 11 => (Family::V6, Safi::Multicast),
            _ => return Rib::parse_generic(kind, body),
        };
        let mut cursor = Cursor(body);
        let sequence = cursor.u32().ok_or_else(short)?;
        Rib::parse_entries(sequence, family, safi, None, kind.is_add_path(), cursor).map(Some)
    }

    /// RIB_GENERIC and RIB_GENERIC_ADDPATH. RFC 8050 §4.2 puts the path identifier into the NLRI; GoBGP and
    /// OpenBGPD put it into each entry. Both are read: the lengths tell them apart.
    fn parse_generic(kind: Kind, body: &'a [u8]) -> Result<Option<Rib<'a>>, Damage> {
        let mut cursor = Cursor(body);
        let sequence = cursor.u32().ok_or_else(short)?;
        let afi = cursor.u16().ok_or_else(short)?;
        let safi = cursor.u8().ok_or_else(short)?;
        let Some((family, safi)) = nlri::family(afi, safi) else { return Ok(None) };
        if !kind.is_add_path() {
            return Rib::parse_entries(sequence, family, safi, None, false, cursor).map(Some);
        }
        let mut after = cursor;
        let path_id = after.u32().ok_or_else(short)?;
        let by_rfc = Rib::parse_entries(sequence, family, safi, Some(path_id), false, after);
        let by_entry = Rib::parse_entries(sequence, family, safi, None, true, cursor);
        match (by_rfc, by_entry) {
            (Ok(rib), other) if rib.verify().is_ok() || other.is_err() => Ok(Some(rib)),
            (_, Ok(rib)) => Ok(Some(rib)),
            (Ok(_), Err(damage)) | (Err(damage), Err(_)) => Err(damage),
        }
    }

    fn parse_entries(
        sequence: u32,
        family: Family,
        safi: Safi,
        path_id: Option<u32>,
        entry_path_ids: bool,
        mut cursor: Cursor<'a>,
    ) -> Result<Rib<'a>, Damage> {
        let prefix = read_prefix(&mut cursor, family)
            .ok_or_else(short)?
            .ok_or_else(|| Damage::new(fault::PREFIX_LENGTH, format!("{family} prefix")))?;
        let entry_count = cursor.u16().ok_or_else(short)?;
        Ok(Rib { sequence, prefix, safi, entry_count, path_id, entry_path_ids, entries: cursor.0 })
    }

    /// Checks that the entries fill the record exactly.
    pub(crate) fn verify(&self) -> Result<(), Damage> {
        let rest = if self.entry_path_ids {
            behind_entries::<12>(self.entries, self.entry_count)
        } else {
            behind_entries::<8>(self.entries, self.entry_count)
        };
        let rest = rest.ok_or_else(short)?;
        if rest.is_empty() {
            return Ok(());
        }
        let detail = format!("{} octets after {} entries", rest.len(), self.entry_count);
        Err(Damage::new(fault::TRAILING_OCTETS, detail))
    }

    /// The same without the octets it was read from, and how many of them, at the end, are its entries.
    pub(crate) fn detach(self) -> (Rib<'static>, usize) {
        (Rib { entries: &[], ..self }, self.entries.len())
    }

    /// Undoes [`Rib::detach`].
    pub(crate) fn attach<'b>(self, entries: &'b [u8]) -> Rib<'b> {
        Rib { entries, ..self }
    }
}

/// What stands behind `count` entries that have `FIXED` octets before their attributes, the last two of which
/// are the attributes' length. `None` when the entries run over the end.
#[inline]
fn behind_entries<const FIXED: usize>(octets: &[u8], count: u16) -> Option<&[u8]> {
    let mut rest = octets;
    for _ in 0..count {
        let (fixed, behind) = rest.split_first_chunk::<FIXED>()?;
        let len = u16::from_be_bytes([fixed[FIXED - 2], fixed[FIXED - 1]]);
        rest = behind.get(usize::from(len)..)?;
    }
    Some(rest)
}

fn short() -> Damage {
    Damage::new(fault::SHORT_RECORD, "")
}

impl<'a> Iterator for RibEntries<'a> {
    type Item = RibEntry<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<RibEntry<'a>> {
        let (fixed, behind) = self.cursor.0.split_first_chunk::<8>()?;
        let [p0, p1, t0, t1, t2, t3, l0, l1] = *fixed;
        let mut entry = RibEntry {
            peer_index: u16::from_be_bytes([p0, p1]),
            originated: Timestamp(i64::from(u32::from_be_bytes([t0, t1, t2, t3]))),
            path_id: self.path_id,
            attributes: &[],
        };
        let (len, behind) = if self.entry_path_ids {
            let (tail, behind) = behind.split_first_chunk::<4>()?;
            entry.path_id = Some(u32::from_be_bytes([l0, l1, tail[0], tail[1]]));
            (u16::from_be_bytes([tail[2], tail[3]]), behind)
        } else {
            (u16::from_be_bytes([l0, l1]), behind)
        };
        let (attributes, rest) = behind.split_at_checked(usize::from(len))?;
        self.cursor = Cursor(rest);
        Some(RibEntry { attributes, ..entry })
    }
}

#[cfg(test)]
mod tests;
