//! Parts of the address space: what one of them saw is folded without looking at the others.

use routing::{Family, Prefix};

/// Parts of IPv4 space: one for each /8.
const V4: usize = 1 << 8;
/// Parts of IPv6 space: one for each /16 of 2000::/4, where all that is announced lies; what lies below and
/// above goes with the first and the last.
const V6: usize = 1 << 12;

/// How many parts there are.
pub const PARTS: usize = V4 + V6;

/// The part a prefix lies in. Parts ascend with prefixes, so that the parts in their order are the table in
/// its order, and what is not shorter than /8 (IPv4) or /16 (IPv6) lies in one part with all its more
/// specifics.
pub fn part_of(prefix: &Prefix) -> usize {
    let top = (prefix.bits() >> 112) as u16;
    match prefix.family() {
        Family::V4 => usize::from(top >> 8),
        Family::V6 => V4 + usize::from(top.clamp(0x2000, 0x2fff) - 0x2000),
    }
}

/// The family of a part's prefixes.
pub(super) fn family_of(part: usize) -> Family {
    if part < V4 { Family::V4 } else { Family::V6 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn prefix() -> impl Strategy<Value = Prefix> {
        let family = prop_oneof![Just(Family::V4), Just(Family::V6)];
        // Half of them where IPv6 is in use.
        let bits = (any::<u128>(), any::<bool>())
            .prop_map(|(bits, used)| if used { bits >> 4 | 0x2 << 124 } else { bits });
        (family, bits, any::<u8>()).prop_map(|(family, bits, len)| {
            Prefix::from_bits(family, bits, len % (family.bits() + 1)).expect("no longer than an address")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn parts_ascend_and_hold_what_a_prefix_covers(a in prefix(), b in prefix(), longer in any::<u8>()) {
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            prop_assert!(part_of(&low) <= part_of(&high) && part_of(&high) < PARTS);
            prop_assert_eq!(family_of(part_of(&a)), a.family());
            let shortest = if a.family() == Family::V4 { 8 } else { 16 };
            let at_least = a.len().max(shortest);
            let len = at_least + longer % (a.family().bits() - at_least + 1);
            let behind = b.bits().checked_shr(at_least.into()).unwrap_or(0);
            let inside = Prefix::from_bits(a.family(), a.bits() | behind, len).unwrap();
            let at_least = Prefix::from_bits(a.family(), a.bits(), at_least).unwrap();
            if at_least.contains(&inside) {
                prop_assert_eq!(part_of(&at_least), part_of(&inside));
            }
        }
    }
}
