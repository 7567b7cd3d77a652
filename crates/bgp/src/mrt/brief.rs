//! The quick look at the attributes of a table row: enough to know the origin, and that nothing is wrong.
//!
//! It knows the layout that collectors write — ORIGIN, AS_PATH, then anything once — and answers only when
//! [`Attributes::read`](super::Attributes) would keep the row and report nothing. Every other row is left to
//! that: what is unusual costs time and changes no result.

use routing::{Asn, Origin, PathRef};

use super::attributes::{self, ONLY_TO_CUSTOMER, OPTIONAL_TRANSITIVE};

/// Origin and place of the AS path of a row of TABLE_DUMP_V2.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Brief {
    pub(crate) origin: Origin,
    /// Where the path starts in the attributes, and its length.
    pub(crate) path_at: u16,
    pub(crate) path_len: u16,
    /// ONLY_TO_CUSTOMER is among the attributes.
    pub(crate) only_to_customer: bool,
}

impl Brief {
    /// The path in the attributes this was read from.
    #[inline(always)]
    pub(crate) fn path(self, attributes: &[u8]) -> &[u8] {
        let start = usize::from(self.path_at);
        attributes.get(start..start + usize::from(self.path_len)).unwrap_or_default()
    }
}

/// What an attribute must look like so that nothing is wrong with it.
#[derive(Clone, Copy)]
struct Rule {
    /// The bits of the flags that count, and what they must be.
    flags_mask: u8,
    flags: u8,
    len_min: u16,
    /// The greatest length less the least.
    len_span: u16,
    /// Bits that no length has: one less than the unit it is a multiple of.
    len_zeros: u8,
    /// True when flags and length are not all.
    more: bool,
}

/// Codes from here on are left to the general reader.
const CODES: usize = 64;

const MP_REACH: u8 = 14;
const LARGE_COMMUNITY: u8 = 32;

const RULES: [Rule; CODES] = {
    let mut rules = [Rule::new(0, u16::MAX, 1); CODES];
    let mut code = 0;
    while code < CODES {
        let rule = match code as u8 {
            3 | 4 | 5 | 9 | 35 => Rule::new(4, 4, 1),
            6 => Rule::new(0, 0, 1),
            7 => Rule::new(6, 8, 2),
            8 | 10 => Rule::new(4, u16::MAX, 4),
            MP_REACH => Rule { more: true, ..Rule::new(1, u16::MAX, 1) },
            15 => Rule::new(3, u16::MAX, 1),
            16 => Rule::new(8, u16::MAX, 8),
            LARGE_COMMUNITY => Rule { more: true, ..Rule::new(12, u16::MAX, 4) },
            _ => Rule::new(0, u16::MAX, 1),
        };
        rules[code] = match attributes::expected_flags(code as u8) {
            // ORIGIN and AS_PATH have been; AS4_PATH and AS4_AGGREGATOR have no business beside four octets.
            Some(_) if matches!(code, 1 | 2 | 17 | 18) => Rule { flags_mask: 0, flags: 1, ..rule },
            Some(flags) => Rule { flags_mask: OPTIONAL_TRANSITIVE, flags, ..rule },
            None => rule,
        };
        code += 1;
    }
    rules
};

impl Rule {
    /// For a length from `min` to `max` that is a multiple of `unit`, a power of two; with any flags.
    const fn new(min: u16, max: u16, unit: u8) -> Rule {
        let len_zeros = unit - 1;
        Rule { flags_mask: 0, flags: 0, len_min: min, len_span: max - min, len_zeros, more: false }
    }

    #[inline(always)]
    fn allows(self, flags: u8, len: u16) -> bool {
        flags & self.flags_mask == self.flags
            && len.wrapping_sub(self.len_min) <= self.len_span
            && len & u16::from(self.len_zeros) == 0
    }
}

/// ORIGIN as every writer puts it: flags, code, length and one octet of 0, 1 or 2.
const ORIGIN: u32 = 0x4001_0100;
const AS_PATH: u16 = 0x4002;
const AS_PATH_EXTENDED: u16 = 0x5002;
const EXTENDED_LENGTH: u8 = 0x10;

/// `None` when the general reader must look.
#[inline(always)]
pub(crate) fn read(octets: &[u8]) -> Option<Brief> {
    let (origin, rest) = octets.split_first_chunk::<4>()?;
    if u32::from_be_bytes(*origin).wrapping_sub(ORIGIN) > 2 {
        return None;
    }
    let (head, tail) = rest.split_first_chunk::<3>()?;
    let (path_at, len, tail) = match u16::from_be_bytes([head[0], head[1]]) {
        AS_PATH => (7, u16::from(head[2]), tail),
        AS_PATH_EXTENDED => {
            let (low, tail) = tail.split_first()?;
            (8, u16::from_be_bytes([head[2], *low]), tail)
        }
        _ => return None,
    };
    let (path, rest) = tail.split_at_checked(usize::from(len))?;
    let origin = match path {
        // One AS_SEQUENCE that fills the attribute.
        [2, count, asns @ ..] if asns.len() == usize::from(*count) * 4 => {
            Origin::As(Asn(u32::from_be_bytes(*asns.last_chunk()?)))
        }
        _ => segmented(path)?,
    };
    let (rest, seen) = after_frequent(rest);
    let seen = if rest.is_empty() { seen } else { seen_in(rest, seen)? };
    let only_to_customer = seen & 1 << ONLY_TO_CUSTOMER != 0;
    Some(Brief { origin, path_at, path_len: len, only_to_customer })
}

/// Any other path.
#[cold]
#[inline(never)]
fn segmented(path: &[u8]) -> Option<Origin> {
    PathRef::from_wire(path).map(PathRef::origin)
}

/// NEXT_HOP and MULTI_EXIT_DISC where they usually stand; what is behind them, and the set of codes seen.
#[inline(always)]
fn after_frequent(octets: &[u8]) -> (&[u8], u64) {
    let (mut rest, mut seen) = (octets, 0);
    for (start, bit) in [(0x0040_0304, 1 << 3), (0x0080_0404, 1 << 4)] {
        if let Some(([a, b, c, d, ..], behind)) = rest.split_first_chunk::<7>()
            && u32::from_be_bytes([*a, *b, *c, *d]) >> 8 == start
        {
            rest = behind;
            seen |= bit;
        }
    }
    (rest, seen)
}

/// Looks at every other attribute: whole, with right flags, of a right length, and there once. The set of codes seen;
/// `None` when one of them is not so.
#[inline(never)]
fn seen_in(mut rest: &[u8], mut seen: u64) -> Option<u64> {
    while let [flags, code, low, tail @ ..] = rest {
        let (len, tail) = if flags & EXTENDED_LENGTH == 0 {
            (u16::from(*low), tail)
        } else {
            let (lower, tail) = tail.split_first()?;
            (u16::from_be_bytes([*low, *lower]), tail)
        };
        let rule = RULES.get(usize::from(*code))?;
        let (value, behind) = tail.split_at_checked(usize::from(len))?;
        let bit = 1u64 << (code % CODES as u8);
        if seen & bit != 0 || !rule.allows(*flags, len) || rule.more && !is_allowed_more(*code, value) {
            return None;
        }
        seen |= bit;
        rest = behind;
    }
    rest.is_empty().then_some(seen)
}

#[inline(always)]
fn is_allowed_more(code: u8, value: &[u8]) -> bool {
    if code == MP_REACH { is_sound_mp_reach(value) } else { value.len().is_multiple_of(12) }
}

/// MP_REACH_NLRI in its abbreviated form (RFC 6396 §4.3.4) or whole (RFC 4760 §3) in a family that is read.
#[inline(always)]
fn is_sound_mp_reach(value: &[u8]) -> bool {
    match value {
        [4 | 16 | 32, next_hop @ ..] if next_hop.len() == usize::from(value[0]) => true,
        [0, 1 | 2, 1 | 2, len @ (4 | 16 | 32), rest @ ..] => rest.len() > usize::from(*len),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
