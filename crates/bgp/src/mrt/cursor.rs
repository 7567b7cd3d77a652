//! Bounds-checked reading of network-order fields: nothing behind the end is ever seen.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use routing::{Asn, Family};

/// What is left to read of a piece of bytes. Every method is `None` when too little is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl<'a> Cursor<'a> {
    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[b]| b)
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// An ASN of two or four octets.
    #[inline]
    pub(crate) fn asn(&mut self, four_octets: bool) -> Option<Asn> {
        if four_octets { self.u32().map(Asn) } else { self.u16().map(|asn| Asn(u32::from(asn))) }
    }

    pub(crate) fn ipv4(&mut self) -> Option<Ipv4Addr> {
        self.array::<4>().map(Ipv4Addr::from)
    }

    pub(crate) fn ipv6(&mut self) -> Option<Ipv6Addr> {
        self.array::<16>().map(Ipv6Addr::from)
    }

    pub(crate) fn address(&mut self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => self.ipv4().map(IpAddr::V4),
            Family::V6 => self.ipv6().map(IpAddr::V6),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
