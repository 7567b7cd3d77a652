//! Communities (RFC 1997) and large communities (RFC 8092), read in place.

use core::fmt;

/// A community: `high:low`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Community(pub u32);

impl fmt::Display for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0 >> 16, self.0 & 0xFFFF)
    }
}

/// A large community: `global:local1:local2`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LargeCommunity(pub u32, pub u32, pub u32);

impl fmt::Display for LargeCommunity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.0, self.1, self.2)
    }
}

/// The value of a COMMUNITIES attribute, in wire order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Communities<'a>(pub(crate) &'a [u8]);

impl<'a> Communities<'a> {
    /// The communities in wire order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Community> + Clone + 'a {
        self.0.as_chunks::<4>().0.iter().map(|c| Community(u32::from_be_bytes(*c)))
    }

    /// True when there is none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// The value of a LARGE_COMMUNITY attribute, in wire order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LargeCommunities<'a>(pub(crate) &'a [u8]);

impl<'a> LargeCommunities<'a> {
    /// The large communities in wire order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = LargeCommunity> + Clone + 'a {
        self.0.as_chunks::<12>().0.iter().map(|c| {
            let word = |i: usize| u32::from_be_bytes([c[i], c[i + 1], c[i + 2], c[i + 3]]);
            LargeCommunity(word(0), word(4), word(8))
        })
    }

    /// True when there is none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}
