//! Which of many prefixes cover another one, and what belongs to these.

mod blocks;
mod strides;
#[cfg(test)]
mod tests;

use core::ops::Range;

use routing::{Family, Prefix};

use blocks::Blocks;
pub(crate) use blocks::{Item, Place};
use strides::{FEW_MAX, PREFIXES_MAX, Slot, Strides};

/// Sorted distinct prefixes, each linked to the nearest one that covers it, with what belongs to them.
///
/// Prefixes either nest or are disjoint, so every one that covers a query is found by climbing from the
/// most specific one. That is found by the query's address in a table of strides; a [`Cursor`] needs one step per
/// prefix for queries in sorted order.
///
/// Memory in octets: 44 for each prefix, 8 for each item and at most 128 more for each prefix (see [`Blocks`]), 512 Ki for
/// the roots, 64 for each row of the strides — at most one for each 16 bits that begin a longer prefix, and below these
/// one for each 8 bits behind which at least four prefixes lie, so at most 4 for each IPv6 prefix — and 4 for each of
/// the slots that do not fit into their row, at most 3 for each prefix and row.
#[derive(Clone, Debug)]
pub(crate) struct PrefixIndex {
    prefixes: Vec<Prefix>,
    blocks: Blocks,
    /// IPv4 and IPv6.
    strides: [Strides; 2],
}

fn family_slot(family: Family) -> usize {
    usize::from(family == Family::V6)
}

impl PrefixIndex {
    /// `prefixes` ascending and distinct.
    pub fn new(prefixes: Vec<Prefix>) -> PrefixIndex {
        PrefixIndex::with_items(prefixes, |_| 0..0, |_| Item::default())
    }

    /// `prefixes` ascending and distinct; `own` gives for the place of each among them where its items are, `item` gives
    /// one of these.
    pub fn with_items(
        prefixes: Vec<Prefix>,
        own: impl Fn(usize) -> Range<usize>,
        item: impl Fn(usize) -> Item,
    ) -> PrefixIndex {
        debug_assert!(prefixes.is_sorted_by(|a, b| a < b));
        assert!(prefixes.len() < PREFIXES_MAX, "an index holds fewer than 2^30 prefixes");
        let blocks = Blocks::new(&prefixes, own, item);
        let v6 = prefixes.partition_point(|p| p.family() == Family::V4);
        let strides = [0..v6, v6..prefixes.len()].map(|family| Strides::new(&prefixes, &blocks, family));
        PrefixIndex { prefixes, blocks, strides }
    }

    /// The most specific prefix that covers `query`.
    #[inline]
    pub fn deepest(&self, query: &Prefix) -> Option<Place> {
        let mut place = match self.strides[family_slot(query.family())].find(query) {
            Slot::Place(place) => place,
            Slot::Few(first) => Some(self.among_few(first as usize, query)?),
            Slot::Row(_) => None,
        };
        // All these cover the query's address; those that are longer than it do not cover the query.
        while let Some(at) = place
            && self.blocks.len(at) > query.len()
        {
            place = self.blocks.parent(at);
        }
        place
    }

    /// The most specific prefix that covers the query's address, among the few of a slot, of which `first` is the
    /// first, and those around the slot.
    #[inline]
    fn among_few(&self, first: usize, query: &Prefix) -> Option<Place> {
        let few = &self.prefixes[first..self.prefixes.len().min(first + FEW_MAX)];
        match few.iter().rposition(|prefix| prefix.contains(query)) {
            Some(n) => Some(self.blocks.place(first + n)),
            None => self.blocks.parent(self.blocks.place(first)),
        }
    }

    /// `place` and every prefix that covers it, most specific first, as places among the prefixes.
    pub fn upwards(&self, place: Option<Place>) -> impl Iterator<Item = usize> + '_ {
        core::iter::successors(place, |at| self.blocks.parent(*at)).map(|at| self.blocks.node(at))
    }

    /// The items of `place` and of every prefix that covers it, most specific first, in stretches.
    #[inline]
    pub fn items(&self, place: Place) -> impl Iterator<Item = &[Item]> {
        self.blocks.stretches(place)
    }

    /// Starts a walk over queries in ascending order.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { index: self, next: 0, deepest: None, last: None }
    }
}

/// A merge-join of ascending queries with the index.
pub(crate) struct Cursor<'a> {
    index: &'a PrefixIndex,
    /// How many of the prefixes are not above the last query.
    next: usize,
    deepest: Option<Reached>,
    last: Option<Prefix>,
}

/// The most specific prefix that covers the last query.
#[derive(Clone, Copy)]
struct Reached {
    place: Place,
    family: Family,
    last_bits: u128,
}

impl Reached {
    fn new(place: Place, prefix: &Prefix) -> Reached {
        Reached { place, family: prefix.family(), last_bits: prefix.last_bits() }
    }

    /// What is not below a prefix is covered by it exactly when it begins before that ends.
    fn contains(&self, query: &Prefix) -> bool {
        (query.bits() <= self.last_bits) & (query.family() == self.family)
    }
}

impl Cursor<'_> {
    /// The most specific prefix that covers `query`. A query below its predecessor is answered too, by search.
    #[inline]
    pub fn deepest(&mut self, query: &Prefix) -> Option<Place> {
        let PrefixIndex { prefixes, blocks, .. } = self.index;
        match self.last {
            Some(last) if *query < last => return self.index.deepest(query),
            Some(_) => {}
            // A walk may begin anywhere.
            None => {
                self.next = prefixes.partition_point(|prefix| prefix <= query);
                let at = self.index.deepest(query);
                self.deepest = at.map(|at| Reached::new(at, &prefixes[blocks.node(at)]));
            }
        }
        self.last = Some(*query);
        let from = self.next;
        while let Some(prefix) = prefixes.get(self.next)
            && prefix <= query
        {
            self.next += 1;
        }
        if self.next > from {
            let node = self.next - 1;
            self.deepest = Some(Reached::new(blocks.place(node), &prefixes[node]));
        }
        // What does not cover this query lies behind it and covers none of the later ones either.
        while let Some(reached) = self.deepest
            && !reached.contains(query)
        {
            let above = blocks.parent(reached.place);
            self.deepest = above.map(|at| Reached::new(at, &prefixes[blocks.node(at)]));
        }
        self.deepest.map(|reached| reached.place)
    }
}
