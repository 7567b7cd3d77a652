//! Network layer reachability information: lists of prefixes (RFC 4271 §4.3, RFC 4760, RFC 7911).

use core::net::IpAddr;

use routing::{Family, Prefix};

use super::cursor::Cursor;

/// Subsequent address family (RFC 4760 §6), of those that are read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Safi {
    /// Unicast forwarding.
    Unicast = 1,
    /// Multicast reverse-path checks.
    Multicast = 2,
}

/// A family of routes, `None` when the reader does not read it.
pub(crate) fn family(afi: u16, safi: u8) -> Option<(Family, Safi)> {
    let family = match afi {
        1 => Family::V4,
        2 => Family::V6,
        _ => return None,
    };
    let safi = match safi {
        1 => Safi::Unicast,
        2 => Safi::Multicast,
        _ => return None,
    };
    Some((family, safi))
}

/// A prefix as NLRI carries it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NlriPrefix {
    /// The prefix; bits behind its length are irrelevant (RFC 4271 §4.3) and cleared.
    pub prefix: Prefix,
    /// The path identifier (RFC 7911), present exactly in ADD-PATH lists.
    pub path_id: Option<u32>,
}

/// Reads one prefix. The outer `None` means too few octets, the inner one a length over the family's.
#[inline]
pub(crate) fn read_prefix(cursor: &mut Cursor<'_>, family: Family) -> Option<Option<Prefix>> {
    let len = cursor.u8()?;
    if len > family.bits() {
        return Some(None);
    }
    let behind = cursor.0.first_chunk::<16>();
    let octets = cursor.take(usize::from(len.div_ceil(8)))?;
    let bits = match behind {
        // Whatever stands behind the prefix is cleared with the bits behind its length.
        Some(octets) => *octets,
        None => {
            let mut bits = [0; 16];
            bits[..octets.len()].copy_from_slice(octets);
            bits
        }
    };
    Some(Prefix::from_bits(family, u128::from_be_bytes(bits), len))
}

/// A list of prefixes that is known to be well-formed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nlri<'a> {
    octets: &'a [u8],
    family: Family,
    add_path: bool,
}

impl<'a> Nlri<'a> {
    /// The list without prefixes.
    pub const fn empty() -> Nlri<'static> {
        Nlri { octets: &[], family: Family::V4, add_path: false }
    }

    /// Checks `octets` as a list of prefixes, each preceded by a path identifier if `add_path`.
    /// `None` when a prefix is too long or runs over the end (RFC 7606 §5.3).
    pub fn parse(octets: &'a [u8], family: Family, add_path: bool) -> Option<Nlri<'a>> {
        let nlri = Nlri { octets, family, add_path };
        let mut cursor = Cursor(octets);
        while !cursor.is_empty() {
            nlri.read(&mut cursor)?;
        }
        Some(nlri)
    }

    /// Like [`Nlri::parse`], but looks whether path identifiers are there against the declaration: some
    /// writers recorded ADD-PATH sessions under the plain subtypes. The flag says that this was so.
    ///
    /// A list is taken for such when it cannot be read as declared, or would hold `0.0.0.0/0` twice (which is
    /// what the zeros of a small identifier look like), and makes good sense the other way.
    pub(crate) fn parse_or_guess(
        octets: &'a [u8],
        family: Family,
        add_path: bool,
    ) -> Option<(Nlri<'a>, bool)> {
        let declared = Nlri::parse(octets, family, add_path);
        let doubtful = match declared {
            None => true,
            // The cheap look first: an identifier below 2^24 starts with a zero octet.
            Some(nlri) if !add_path && octets.len() > 1 && octets[0] == 0 => {
                nlri.iter().filter(|p| p.prefix.len() == 0).count() >= 2
            }
            Some(_) => false,
        };
        if doubtful
            && let Some(other) = Nlri::parse(octets, family, !add_path)
            && other.makes_good_sense()
        {
            return Some((other, true));
        }
        declared.map(|nlri| (nlri, false))
    }

    /// What chance seldom gives: no default route, no bit set behind a length, no identifier over 2^24.
    fn makes_good_sense(&self) -> bool {
        let mut cursor = Cursor(self.octets);
        core::iter::from_fn(|| {
            let item = self.read(&mut cursor)?;
            let used = self.octets.len() - cursor.0.len();
            Some((item, self.octets[used - 1]))
        })
        .all(|(item, last)| {
            let len = item.prefix.len();
            let behind = last & (0xFFu16 >> ((len + 7) % 8 + 1)) as u8;
            len > 0 && behind == 0 && item.path_id.unwrap_or(0) < 1 << 24
        })
    }

    #[inline]
    fn read(&self, cursor: &mut Cursor<'_>) -> Option<NlriPrefix> {
        let path_id = if self.add_path { Some(cursor.u32()?) } else { None };
        let prefix = read_prefix(cursor, self.family)??;
        Some(NlriPrefix { prefix, path_id })
    }

    /// The prefixes in wire order.
    pub fn iter(self) -> impl Iterator<Item = NlriPrefix> + 'a {
        let mut cursor = Cursor(self.octets);
        core::iter::from_fn(move || self.read(&mut cursor))
    }

    /// True when there is no prefix.
    pub fn is_empty(self) -> bool {
        self.octets.is_empty()
    }
}

/// MP_REACH_NLRI (RFC 4760 §3), in the full form of messages or the abbreviated one of tables
/// (RFC 6396 §4.3.4), which has neither family nor prefixes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MpReach<'a> {
    /// Address family code; 0 in the abbreviated form.
    pub afi: u16,
    /// Subsequent address family code; 0 in the abbreviated form.
    pub safi: u8,
    /// The (global) next hop; `None` for families that are not read.
    pub next_hop: Option<IpAddr>,
    /// The link-local address behind a global IPv6 next hop (RFC 2545 §3).
    pub link_local: Option<IpAddr>,
    /// The prefixes, unchecked.
    pub nlri: &'a [u8],
}

/// MP_UNREACH_NLRI (RFC 4760 §4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MpUnreach<'a> {
    /// Address family code.
    pub afi: u16,
    /// Subsequent address family code.
    pub safi: u8,
    /// The prefixes, unchecked.
    pub nlri: &'a [u8],
}

impl<'a> MpReach<'a> {
    /// `None` when it is too short or its next hop has a length that its family does not know.
    pub(crate) fn parse(value: &'a [u8], in_table: bool) -> Option<MpReach<'a>> {
        // An AFI starts with a zero octet, the abbreviated form with the length of the next hop.
        if in_table && value.first().is_some_and(|len| usize::from(*len) + 1 == value.len()) {
            let (next_hop, link_local) = next_hop(&value[1..])?;
            return Some(MpReach { afi: 0, safi: 0, next_hop, link_local, nlri: &[] });
        }
        let mut cursor = Cursor(value);
        let afi = cursor.u16()?;
        let safi = cursor.u8()?;
        let len = cursor.u8()?;
        let octets = cursor.take(usize::from(len))?;
        // The octet behind the next hop once counted SNPAs and is reserved now (RFC 4760 §3): ignored.
        cursor.u8()?;
        let (next_hop, link_local) = match family(afi, safi) {
            Some(_) => next_hop(octets)?,
            None => (None, None),
        };
        Some(MpReach { afi, safi, next_hop, link_local, nlri: cursor.0 })
    }
}

/// 4 octets: IPv4; 16: IPv6; 32: IPv6 and link-local. RFC 8950 lets IPv4 routes have the IPv6 forms.
pub(crate) fn next_hop(octets: &[u8]) -> Option<(Option<IpAddr>, Option<IpAddr>)> {
    let mut cursor = Cursor(octets);
    match octets.len() {
        4 => Some((cursor.address(Family::V4), None)),
        16 => Some((cursor.address(Family::V6), None)),
        32 => Some((cursor.address(Family::V6), cursor.address(Family::V6))),
        _ => None,
    }
}

impl<'a> MpUnreach<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Option<MpUnreach<'a>> {
        let mut cursor = Cursor(value);
        Some(MpUnreach { afi: cursor.u16()?, safi: cursor.u8()?, nlri: cursor.0 })
    }
}

#[cfg(test)]
mod tests;
