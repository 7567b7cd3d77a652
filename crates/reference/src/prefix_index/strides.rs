use core::ops::Range;

use routing::Prefix;

use super::blocks::{Blocks, Place};

/// No block.
const NONE: u32 = u32::MAX;

/// The highest bit of a slot: the rest is the number of a row.
const ROW: u32 = 1 << 31;
/// The bit below: the rest is the first of the few prefixes inside the slot.
const FEW: u32 = 1 << 30;
/// How many prefixes can be numbered beside these two bits.
pub const PREFIXES_MAX: usize = FEW as usize;
/// Up to so many prefixes inside a slot are walked through instead of having a row.
pub const FEW_MAX: usize = 3;
/// How many slots a row holds in itself.
const WITHIN: usize = 5;

/// What a slot of a row or of the root leads to.
pub enum Slot {
    /// None lies inside; the most specific prefix that covers the whole slot.
    Place(Option<Place>),
    /// A few prefixes lie inside, of which this is the first.
    Few(u32),
    /// Many lie inside.
    Row(u32),
}

fn slot(raw: u32) -> Slot {
    match raw {
        NONE => Slot::Place(None),
        row if row & ROW != 0 => Slot::Row(row & !ROW),
        few if few & FEW != 0 => Slot::Few(few & !FEW),
        place => Slot::Place(Place::from_raw(place)),
    }
}

/// 256 slots, of which equal neighbours are kept once. One line of a processor's cache.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Row {
    /// A bit for each slot that differs from the one before it; the first is always set.
    changes: [u64; 4],
    /// How many bits are set in the words before each word.
    before: [u8; 4],
    /// The most specific prefix that covers the whole row.
    around: u32,
    /// Where the distinct slots start among those of all rows that have more than fit; [`NONE`] where they fit.
    spilled: u32,
    /// The distinct slots.
    within: [u32; WITHIN],
}

/// Sorted prefixes and their blocks.
struct Table<'a> {
    prefixes: &'a [Prefix],
    blocks: &'a Blocks,
}

/// From an address to the most specific prefix that covers it, 16 bits at once and then 8 by 8.
#[derive(Clone, Debug)]
pub struct Strides {
    /// By the first 16 bits.
    root: Vec<u32>,
    rows: Vec<Row>,
    spilled: Vec<u32>,
}

impl Strides {
    /// Of sorted prefixes and their blocks those in `family`.
    pub fn new(prefixes: &[Prefix], blocks: &Blocks, family: Range<usize>) -> Strides {
        let mut strides = Strides { root: vec![NONE; 1 << 16], rows: Vec::new(), spilled: Vec::new() };
        let table = Table { prefixes, blocks };
        let mut root = core::mem::take(&mut strides.root);
        strides.fill(&mut root, &table, family, 0, 16, 0);
        strides.root = root;
        strides.rows.shrink_to_fit();
        strides.spilled.shrink_to_fit();
        strides
    }

    /// Fills `slots`, all equal to the prefix around them, from the prefixes `inside`. Slots are numbered by the bits from
    /// `base` to before `end`. Prefixes that end there paint slots, longer ones give their slot a row.
    fn fill(
        &mut self,
        slots: &mut [u32],
        table: &Table<'_>,
        inside: Range<usize>,
        base: u8,
        end: u8,
        few_max: usize,
    ) {
        let number = |p: &Prefix| (p.bits() >> (128 - u32::from(end))) as usize & ((1 << (end - base)) - 1);
        let mut at = inside.start;
        while at < inside.end {
            let prefix = &table.prefixes[at];
            let first = number(prefix);
            if prefix.len() <= end {
                slots[first..first + (1 << (end - prefix.len()))]
                    .fill(Place::raw(Some(table.blocks.place(at))));
                at += 1;
                continue;
            }
            // The prefixes of one slot stand together.
            let behind = table.prefixes[at..inside.end]
                .iter()
                .position(|p| number(p) != first)
                .map_or(inside.end, |n| at + n);
            slots[first] = if behind - at <= few_max {
                FEW | at as u32
            } else {
                self.row(table, at..behind, end, Place::raw(table.blocks.parent(table.blocks.place(at))))
            };
            at = behind;
        }
    }

    /// A row for the 8 bits behind `base`, and what hangs below it.
    fn row(&mut self, table: &Table<'_>, inside: Range<usize>, base: u8, around: u32) -> u32 {
        let number = self.rows.len();
        let empty = Row { changes: [0; 4], before: [0; 4], around, spilled: NONE, within: [NONE; WITHIN] };
        self.rows.push(empty.clone());
        let mut slots = [around; 256];
        self.fill(&mut slots, table, inside, base, base + 8, FEW_MAX);
        let mut row = empty;
        let mut distinct = Vec::with_capacity(256);
        for (n, slot) in slots.iter().enumerate() {
            if distinct.last() != Some(slot) {
                row.changes[n / 64] |= 1 << (n % 64);
                distinct.push(*slot);
            }
        }
        for word in 1..4 {
            row.before[word] = row.before[word - 1] + row.changes[word - 1].count_ones() as u8;
        }
        if let Some(within) = row.within.get_mut(..distinct.len()) {
            within.copy_from_slice(&distinct);
        } else {
            row.spilled = u32::try_from(self.spilled.len()).expect("fewer than 2^32 slots");
            self.spilled.extend_from_slice(&distinct);
        }
        self.rows[number] = row;
        ROW | u32::try_from(number).ok().filter(|n| *n < FEW).expect("fewer than 2^30 rows")
    }

    /// Where the address of `query` leads, as far as rows go whose prefixes are not all longer than `query`.
    #[inline]
    pub fn find(&self, query: &Prefix) -> Slot {
        let bits = query.bits();
        let mut found = slot(self.root[(bits >> 112) as usize]);
        let mut base = 16;
        while let Slot::Row(row) = found {
            let row = &self.rows[row as usize];
            if query.len() <= base {
                return Slot::Place(Place::from_raw(row.around));
            }
            let n = (bits >> (120 - u32::from(base))) as usize & 255;
            found = slot(row.slot(n, &self.spilled));
            base += 8;
        }
        found
    }
}

#[cfg(test)]
impl Strides {
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    pub fn spilled(&self) -> bool {
        !self.spilled.is_empty()
    }

    pub fn bytes(&self) -> usize {
        4 * (self.root.len() + self.spilled.len()) + size_of::<Row>() * self.rows.len()
    }
}

impl Row {
    #[inline]
    fn slot(&self, n: usize, spilled: &[u32]) -> u32 {
        let (word, bit) = (n / 64, n % 64);
        let upto = self.changes[word] & (u64::MAX >> (63 - bit));
        let rank = usize::from(self.before[word]) + upto.count_ones() as usize - 1;
        if self.spilled == NONE { self.within[rank] } else { spilled[self.spilled as usize + rank] }
    }
}
