use routing::{Asn, Date, Family, Prefix};

use super::{BogonBlock, BogonClass, BogonMatch, Space, iana_blocks, iana_reachable};
use crate::prefix_index::PrefixIndex;

/// Blocks and exceptions; [`BogonTable::at`] makes the set that holds on one day.
#[derive(Clone, Debug)]
pub struct BogonTable {
    /// Address blocks by prefix and class.
    blocks: Vec<(Prefix, BogonBlock)>,
    index: PrefixIndex,
    /// Per node of the index: where its blocks start; one more at the end.
    starts: Vec<u32>,
    /// AS blocks by first number: first, last, the highest last so far.
    asns: Vec<(Asn, Asn, Asn, BogonBlock)>,
    public_prefixes: Vec<Prefix>,
    public_asns: Vec<(Asn, Asn)>,
}

/// The bogons of one day.
#[derive(Clone, Debug)]
pub struct BogonSet<'a> {
    table: &'a BogonTable,
    day: Date,
    /// The space of each class, merged.
    spaces: [(BogonClass, Vec<Interval>); 2],
    /// A bit for each AS number below [`LOW_ASNS`].
    low_asns: Vec<u64>,
}

/// All numbers that registries give out lie below it; what lies above is looked up.
const LOW_ASNS: u32 = 1 << 19;

/// Addresses `first ..= last`, left-aligned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Interval {
    family: Family,
    first: u128,
    last: u128,
}

impl Interval {
    /// The fewest prefixes that make it up, ascending.
    fn prefixes(self) -> impl Iterator<Item = Prefix> {
        let bits = self.family.bits();
        // Addresses are left-aligned: below the family's own bits nothing is counted.
        let unit = 128 - bits;
        let mut next = Some(self.first);
        core::iter::from_fn(move || {
            let first = next.filter(|first| *first <= self.last)?;
            let fits = |len: &u8| {
                let prefix = Prefix::from_bits(self.family, first, *len)?;
                (prefix.bits() == first && prefix.last_bits() <= self.last).then_some(prefix)
            };
            let prefix = (0..=bits).find_map(|len| fits(&len))?;
            let step = 1_u128.checked_shl(u32::from(unit + bits - prefix.len()));
            next = step.and_then(|step| first.checked_add(step));
            Some(prefix)
        })
    }
}

impl BogonBlock {
    /// True when the block is a bogon on `day`.
    fn holds_on(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day < until)
    }
}

impl BogonTable {
    /// IANA's own full bogons, `lists` besides, and what is to be treated as public for laboratories and
    /// worlds that live in documentation space: a prefix inside one of `public_prefixes` and an AS number in
    /// one of the ranges (first and last) is no full bogon; what a registry lists as its pool there still is an
    /// administrative one.
    pub fn new(
        lists: impl IntoIterator<Item = BogonBlock>,
        public_prefixes: impl IntoIterator<Item = Prefix>,
        public_asns: impl IntoIterator<Item = (Asn, Asn)>,
    ) -> BogonTable {
        let (mut blocks, mut asns) = (Vec::new(), Vec::new());
        for block in iana_blocks().into_iter().chain(lists) {
            match block.space {
                Space::Prefix(prefix) => blocks.push((prefix, block)),
                Space::Asns(first, last) => asns.push((first, last, last, block)),
            }
        }
        blocks.sort_by(|a, b| order(&a.1).cmp(&order(&b.1)));
        asns.sort_by(|a, b| order(&a.3).cmp(&order(&b.3)));
        let mut highest = Asn::ZERO;
        for (_, last, reach, _) in &mut asns {
            highest = highest.max(*last);
            *reach = highest;
        }
        let (mut prefixes, mut starts) = (Vec::new(), Vec::new());
        for (i, (prefix, _)) in blocks.iter().enumerate() {
            if prefixes.last() != Some(prefix) {
                prefixes.push(*prefix);
                starts.push(i as u32);
            }
        }
        starts.push(blocks.len() as u32);
        BogonTable {
            blocks,
            index: PrefixIndex::new(prefixes),
            starts,
            asns,
            public_prefixes: iana_reachable().into_iter().chain(public_prefixes).collect(),
            public_asns: public_asns.into_iter().collect(),
        }
    }

    /// The bogons of `day`: every block that held by then and was not given out since.
    pub fn at(&self, day: Date) -> BogonSet<'_> {
        let spaces = [BogonClass::Full, BogonClass::Administrative].map(|class| {
            let mut space = Vec::new();
            for (prefix, block) in &self.blocks {
                if block.class == class && block.holds_on(day) {
                    join(&mut space, *prefix);
                }
            }
            (class, space)
        });
        BogonSet { table: self, day, spaces, low_asns: self.low_asns(day) }
    }

    /// A bit for each AS number below [`LOW_ASNS`]: is it a bogon on `day`?
    fn low_asns(&self, day: Date) -> Vec<u64> {
        let mut low = vec![0; LOW_ASNS as usize / 64];
        let of_class = |low: &mut [u64], class| {
            let blocks = self.asns.iter().filter(|(.., block)| block.class == class && block.holds_on(day));
            blocks.for_each(|(first, last, ..)| put(low, (*first, *last), true));
        };
        of_class(&mut low, BogonClass::Full);
        self.public_asns.iter().for_each(|range| put(&mut low, *range, false));
        of_class(&mut low, BogonClass::Administrative);
        low
    }
}

/// Puts all numbers of a range into a set, or takes them out.
fn put(low: &mut [u64], (first, last): (Asn, Asn), is_in: bool) {
    for asn in first.0..=last.0.min(LOW_ASNS - 1) {
        let (word, mask) = (&mut low[asn as usize / 64], 1 << (asn % 64));
        *word = if is_in { *word | mask } else { *word & !mask };
    }
}

fn order(b: &BogonBlock) -> impl Ord + '_ {
    (b.space, b.class, b.since, b.until, &*b.what, &*b.source)
}

/// Adds a prefix that sorts behind those before; nested and touching ones become one.
fn join(space: &mut Vec<Interval>, prefix: Prefix) {
    let next = Interval { family: prefix.family(), first: prefix.bits(), last: prefix.last_bits() };
    match space.last_mut() {
        Some(last) if last.family == next.family && next.first <= last.last.saturating_add(1) => {
            last.last = last.last.max(next.last);
        }
        _ => space.push(next),
    }
}

impl<'a> BogonSet<'a> {
    /// Is the whole of `prefix` bogon space of one class? A prefix that merely covers some is not, nor is one
    /// inside reachable or public space a full one. The match names the most specific block with the first address.
    pub fn contains(&self, prefix: Prefix) -> Option<BogonMatch<'a>> {
        let inside = |space: &[Interval]| {
            let behind = space.partition_point(|s| (s.family, s.first) <= (prefix.family(), prefix.bits()));
            behind
                .checked_sub(1)
                .is_some_and(|i| space[i].family == prefix.family() && prefix.last_bits() <= space[i].last)
        };
        // Asked last: nearly all prefixes are outside.
        let is_public = || self.table.public_prefixes.iter().any(|p| p.contains(&prefix));
        let counts = |class| !(class == BogonClass::Full && is_public());
        let (class, _) = self.spaces.iter().find(|(class, space)| inside(space) && counts(*class))?;
        let first = Prefix::from_bits(prefix.family(), prefix.bits(), prefix.family().bits())?;
        let table = self.table;
        table
            .index
            .upwards(table.index.deepest(&first))
            .flat_map(|node| &table.blocks[table.starts[node] as usize..table.starts[node + 1] as usize])
            .map(|(_, block)| block)
            .find(|block| block.class == *class && block.holds_on(self.day))
            .map(shown)
    }

    /// The space of each class, in as few prefixes as hold it: what [`BogonSet::contains`] asks, besides
    /// [`BogonSet::public`].
    pub fn space(&self) -> impl Iterator<Item = (Prefix, BogonClass)> {
        self.spaces.iter().flat_map(|(class, space)| {
            space.iter().flat_map(|interval| interval.prefixes()).map(|prefix| (prefix, *class))
        })
    }

    /// Space that is no full bogon, whatever holds it.
    pub fn public(&self) -> impl Iterator<Item = &'a Prefix> {
        self.table.public_prefixes.iter()
    }

    /// Is the AS number a bogon? Whose and why says [`BogonSet::asn`].
    #[inline]
    pub fn has_asn(&self, asn: Asn) -> bool {
        match self.low_asns.get(asn.0 as usize / 64) {
            Some(word) => word >> (asn.0 % 64) & 1 == 1,
            None => self.asn(asn).is_some(),
        }
    }

    /// The bogon that the AS number is.
    pub fn asn(&self, asn: Asn) -> Option<BogonMatch<'a>> {
        let asns = &self.table.asns;
        let behind = asns.partition_point(|(first, ..)| *first <= asn);
        let public = self.table.public_asns.iter().any(|(first, last)| (*first..=*last).contains(&asn));
        asns[..behind]
            .iter()
            .rev()
            .take_while(|(_, _, reach, _)| *reach >= asn)
            .filter(|(_, last, _, block)| *last >= asn && block.holds_on(self.day))
            .map(|(.., block)| block)
            .filter(|block| !(public && block.class == BogonClass::Full))
            .min_by_key(|block| block.class)
            .map(shown)
    }
}

fn shown(block: &BogonBlock) -> BogonMatch<'_> {
    BogonMatch {
        class: block.class,
        what: &block.what,
        source: &block.source,
        rule: block.rule,
        since: block.since,
    }
}
