use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

/// Address family.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Family {
    /// IPv4, 32 bits.
    V4 = 4,
    /// IPv6, 128 bits.
    V6 = 6,
}

impl Family {
    /// Bits in an address: 32 or 128.
    pub const fn bits(self) -> u8 {
        match self {
            Family::V4 => 32,
            Family::V6 => 128,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        })
    }
}

/// A canonical IP prefix: no bit set behind its length.
///
/// The address is kept left-aligned in 128 bits for both families, so that "contains" is one mask and the
/// order (family, address, length) puts every prefix directly before its more specifics.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    family: Family,
    high: u64,
    low: u64,
    len: u8,
}

/// Mask of the `len` leftmost of 128 bits.
const fn mask(len: u8) -> u128 {
    if len == 0 { 0 } else { u128::MAX << (128 - len as u32) }
}

impl Prefix {
    /// From left-aligned bits; bits behind `len` are cleared. `None` when `len` is too long for the family.
    pub const fn from_bits(family: Family, bits: u128, len: u8) -> Option<Prefix> {
        if len > family.bits() {
            return None;
        }
        let bits = bits & mask(len);
        Some(Prefix { family, high: (bits >> 64) as u64, low: bits as u64, len })
    }

    /// From an address and a length; host bits are cleared. `None` when `len` is too long for the family.
    pub const fn from_address(address: IpAddr, len: u8) -> Option<Prefix> {
        match address {
            IpAddr::V4(a) => Prefix::from_bits(Family::V4, (a.to_bits() as u128) << 96, len),
            IpAddr::V6(a) => Prefix::from_bits(Family::V6, a.to_bits(), len),
        }
    }

    /// The family.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// The address, left-aligned in 128 bits: an IPv4 address fills the topmost 32.
    pub const fn bits(&self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }

    /// The length in bits.
    #[allow(clippy::len_without_is_empty)]
    pub const fn len(&self) -> u8 {
        self.len
    }

    /// The first address.
    pub const fn address(&self) -> IpAddr {
        match self.family {
            Family::V4 => IpAddr::V4(Ipv4Addr::from_bits((self.high >> 32) as u32)),
            Family::V6 => IpAddr::V6(Ipv6Addr::from_bits(self.bits())),
        }
    }

    /// The last address, left-aligned like [`Prefix::bits`] and with every bit behind the length set
    /// (for IPv4 also the 96 unused ones).
    pub const fn last_bits(&self) -> u128 {
        self.bits() | !mask(self.len)
    }

    /// True when `other` is this prefix or a more specific of it.
    pub const fn contains(&self, other: &Prefix) -> bool {
        self.family as u8 == other.family as u8
            && self.len <= other.len
            && (other.bits() & mask(self.len)) == self.bits()
    }

    /// The covering prefix of length `len`, or `None` when that would be longer than this one.
    pub const fn truncate(&self, len: u8) -> Option<Prefix> {
        if len > self.len { None } else { Prefix::from_bits(self.family, self.bits(), len) }
    }

    /// The number of addresses; `::/0` saturates at `u128::MAX`.
    pub const fn addresses(&self) -> u128 {
        let host = (self.family.bits() - self.len) as u32;
        if host >= 128 { u128::MAX } else { 1 << host }
    }
}

impl fmt::Display for Prefix {
    /// RFC 5952 for IPv6.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address(), self.len)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no canonical prefix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    /// Not `address/length`.
    #[error("`{0}` is not a prefix: write 192.0.2.0/24 or 2001:db8::/32")]
    Malformed(String),
    /// The length exceeds the family's bits.
    #[error("`{0}`: the prefix length is at most 32 for IPv4 and 128 for IPv6")]
    TooLong(String),
    /// Bits behind the length are set.
    #[error("`{text}` has host bits set: did you mean {suggestion}?")]
    HostBits {
        /// What was given.
        text: String,
        /// The prefix with the host bits cleared.
        suggestion: Prefix,
    },
}

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Prefix, PrefixError> {
        let malformed = || PrefixError::Malformed(text.to_owned());
        let (address, len) = text.trim().split_once('/').ok_or_else(malformed)?;
        let address: IpAddr = address.parse().map_err(|_| malformed())?;
        if len.is_empty() || len.len() > 3 || !len.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed());
        }
        let len: u8 = len.parse().map_err(|_| PrefixError::TooLong(text.to_owned()))?;
        let prefix =
            Prefix::from_address(address, len).ok_or_else(|| PrefixError::TooLong(text.to_owned()))?;
        if prefix.address() != address {
            return Err(PrefixError::HostBits { text: text.to_owned(), suggestion: prefix });
        }
        Ok(prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(text: &str) -> Prefix {
        text.parse().expect(text)
    }

    #[test]
    fn order_puts_a_prefix_before_its_more_specifics() {
        let mut all = [p("2001:db8::/32"), p("10.0.0.0/9"), p("10.0.0.0/8"), p("9.0.0.0/8"), p("::/0")];
        all.sort();
        let shown: Vec<_> = all.iter().map(Prefix::to_string).collect();
        assert_eq!(shown, ["9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/9", "::/0", "2001:db8::/32"]);
    }

    #[test]
    fn contains_is_by_bits_and_family() {
        assert!(p("0.0.0.0/0").contains(&p("255.255.255.255/32")));
        assert!(p("10.0.0.0/8").contains(&p("10.0.0.0/8")));
        assert!(!p("10.0.0.0/9").contains(&p("10.0.0.0/8")));
        assert!(!p("10.0.0.0/8").contains(&p("11.0.0.0/16")));
        assert!(!p("::/0").contains(&p("10.0.0.0/8")));
        assert!(p("2001:db8::/32").contains(&p("2001:db8:ffff::/48")));
    }

    #[test]
    fn refuses_with_a_way_out() {
        assert_eq!(
            "192.0.2.1/24".parse::<Prefix>().unwrap_err().to_string(),
            "`192.0.2.1/24` has host bits set: did you mean 192.0.2.0/24?"
        );
        assert!(matches!("192.0.2.0/33".parse::<Prefix>(), Err(PrefixError::TooLong(_))));
        assert!(matches!("::/999".parse::<Prefix>(), Err(PrefixError::TooLong(_))));
        for text in ["192.0.2.0", "192.0.2/24", "x/24", "192.0.2.0/", "192.0.2.0/+4", "::/1234"] {
            assert!(matches!(text.parse::<Prefix>(), Err(PrefixError::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn counts_addresses() {
        assert_eq!(p("192.0.2.0/24").addresses(), 256);
        assert_eq!(p("2001:db8::/48").addresses(), 1 << 80);
        assert_eq!(p("::/0").addresses(), u128::MAX);
    }
}
