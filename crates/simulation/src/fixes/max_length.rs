//! Where one ROA with a maximum length is as safe as single ones: it then authorises nothing that is not announced
//! (RFC 9319 §5).

use std::collections::BTreeMap;

use routing::Prefix;

/// A prefix of which everything inside, down to a length, is announced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tree {
    /// The prefix.
    pub top: Prefix,
    /// Every prefix inside it that is no longer is announced.
    pub max_length: u8,
}

impl Tree {
    /// Whether a prefix is part of it.
    pub(super) fn holds(&self, prefix: &Prefix) -> bool {
        prefix.len() <= self.max_length && self.top.contains(prefix)
    }

    /// Prefixes in it.
    pub(super) fn prefixes(&self) -> u64 {
        (1 << (self.max_length - self.top.len() + 1)) - 1
    }
}

/// Announced prefixes of one origin: each with the length down to which all inside it are announced, too.
pub(super) struct Trees(BTreeMap<Prefix, u8>);

impl Trees {
    /// Of the prefixes of one origin, in any order.
    pub(super) fn new(announced: impl Iterator<Item = Prefix>) -> Trees {
        let mut all: BTreeMap<Prefix, u8> = announced.map(|prefix| (prefix, prefix.len())).collect();
        // Halves come after what they are halves of.
        let prefixes: Vec<Prefix> = all.keys().rev().copied().collect();
        for prefix in prefixes {
            let halves = halves(&prefix).map(|halves| halves.map(|half| all.get(&half).copied()));
            if let Some([Some(low), Some(high)]) = halves {
                all.insert(prefix, low.min(high));
            }
        }
        Trees(all)
    }

    /// The widest tree that a prefix is part of; a prefix alone is none.
    pub(super) fn around(&self, prefix: &Prefix) -> Option<Tree> {
        let tops = (0..=prefix.len()).filter_map(|len| prefix.truncate(len));
        let trees = tops.filter_map(|top| Some(Tree { top, max_length: *self.0.get(&top)? }));
        trees.into_iter().find(|tree| tree.max_length > tree.top.len() && tree.holds(prefix))
    }
}

/// The two prefixes that are longer by one bit; `None` of an address.
fn halves(prefix: &Prefix) -> Option<[Prefix; 2]> {
    let len = prefix.len() + 1;
    let low = Prefix::from_bits(prefix.family(), prefix.bits(), len)?;
    let high = Prefix::from_bits(prefix.family(), prefix.bits() | 1 << (128 - u32::from(len)), len)?;
    Some([low, high])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use routing::Family;

    use super::*;

    const BITS: u8 = 5;

    /// Everything inside a prefix down to a length.
    fn inside(top: &Prefix, max_length: u8) -> Vec<Prefix> {
        let mut all = vec![*top];
        let mut from = 0;
        while from < all.len() {
            if all[from].len() < max_length {
                all.extend(halves(&all[from]).unwrap());
            }
            from += 1;
        }
        all
    }

    #[test]
    fn a_tree_is_what_all_is_announced_of() {
        let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
        let mut throw = move || {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            dice
        };
        let mut found = [0; 4];
        for round in 0..3_000 {
            let (root, family) = match round % 3 {
                0 => ("10.0.0.0/8", Family::V4),
                1 => ("192.0.2.224/27", Family::V4),
                _ => ("2001:db8::/32", Family::V6),
            };
            let root: Prefix = root.parse().unwrap();
            assert_eq!(root.family(), family);
            // From sparse to nearly whole, so that trees of all sizes come up.
            let share = 40 + throw() % 61;
            let universe = inside(&root, root.len() + BITS);
            let announced: BTreeSet<Prefix> =
                universe.iter().copied().filter(|_| throw() % 100 < share).collect();
            let trees = Trees::new(announced.iter().copied());
            for prefix in &universe {
                // Every ROA that authorises this prefix and nothing that is not announced, the widest first.
                let mut safe = (root.len()..=prefix.len()).flat_map(|len| {
                    let top = prefix.truncate(len).unwrap();
                    let lengths = (len + 1).max(prefix.len())..=root.len() + BITS;
                    lengths.rev().map(move |max_length| Tree { top, max_length })
                });
                let safe = safe.find(|tree| {
                    inside(&tree.top, tree.max_length).iter().all(|one| announced.contains(one))
                });
                assert_eq!(trees.around(prefix), safe, "{prefix} of {announced:?}");
                if let Some(tree) = safe {
                    assert_eq!(tree.prefixes(), inside(&tree.top, tree.max_length).len() as u64);
                    assert!(tree.prefixes() >= 3);
                    found[usize::from(tree.max_length - tree.top.len()).min(4) - 1] += 1;
                }
            }
        }
        assert!(found.iter().all(|n| *n > 100), "trees by depth: {found:?}");
    }

    #[test]
    fn an_address_has_no_halves_and_the_whole_space_has() {
        let trees = |texts: &[&str]| Trees::new(texts.iter().map(|text| text.parse().unwrap()));
        let around = |texts: &[&str], prefix: &str| trees(texts).around(&prefix.parse().unwrap());
        assert_eq!(around(&["192.0.2.1/32"], "192.0.2.1/32"), None);
        let whole = around(&["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"], "128.0.0.0/1").unwrap();
        assert_eq!((whole.top.len(), whole.max_length), (0, 1));
        let all = ["192.0.2.0/31", "192.0.2.0/32", "192.0.2.1/32"];
        assert_eq!(around(&all, "192.0.2.1/32").unwrap().max_length, 32);
        let six = ["2001:db8::/127", "2001:db8::/128", "2001:db8::1/128"];
        assert_eq!(around(&six, "2001:db8::/127").unwrap().max_length, 128);
    }
}
