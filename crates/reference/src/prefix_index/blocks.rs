use core::ops::Range;

use routing::Prefix;

/// What decides a query, two numbers whose meaning is the table's.
pub(crate) type Item = [u32; 2];

/// Where a prefix has its block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place(u32);

/// No block.
const NONE: u32 = u32::MAX;
/// A block takes in the items of blocks above it as long as it has no more than these.
const ITEMS_MAX: usize = 16;
/// Items that the head of a block takes the room of.
const HEAD: usize = 2;

/// For each prefix a block: which one covers it, and the items that belong to it and to those above, side by side and the
/// most specific first, so that a query is answered where it is found.
///
/// A block stops taking in more when it is long and says where to go on. So there are at most 16 items more than there
/// would be without that for each prefix, whatever the prefixes.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// Each block is a head of two and then its items:
    /// `[block above, number of the prefix]`, `[block to go on with, its length << 24 | how many items]`.
    words: Vec<Item>,
    places: Vec<Place>,
}

impl Blocks {
    /// `own` gives for each of the sorted `prefixes` where its items are, `item` gives one of these.
    pub fn new(
        prefixes: &[Prefix],
        own: impl Fn(usize) -> Range<usize>,
        item: impl Fn(usize) -> Item,
    ) -> Blocks {
        let mut blocks = Blocks { words: Vec::new(), places: Vec::with_capacity(prefixes.len()) };
        let mut above = None;
        for (node, prefix) in prefixes.iter().enumerate() {
            while let Some(at) = above
                && !prefixes[blocks.node(at)].contains(prefix)
            {
                above = blocks.parent(at);
            }
            above = Some(blocks.push(node, prefix.len(), above, own(node).map(&item)));
        }
        blocks.words.shrink_to_fit();
        blocks
    }

    fn push(&mut self, node: usize, len: u8, above: Option<Place>, own: impl Iterator<Item = Item>) -> Place {
        let place = self.words.len();
        self.words.extend([[Place::raw(above), node as u32], [NONE; 2]]);
        self.words.extend(own);
        let mut next = above;
        // What is above was made before, so its block is whole already.
        while let Some(at) = next {
            let range = self.range(at);
            if self.words.len() - place - HEAD + range.len() > ITEMS_MAX {
                break;
            }
            self.words.extend_from_within(range);
            next = self.next(at);
        }
        let count = self.words.len() - place - HEAD;
        assert!(count < 1 << 24, "fewer than 2^24 items for one prefix");
        self.words[place + 1] = [Place::raw(next), u32::from(len) << 24 | count as u32];
        let place = u32::try_from(place).ok().filter(|at| *at < 1 << 30);
        let place = Place(place.expect("an index has fewer than 2^30 items and prefixes"));
        self.places.push(place);
        place
    }

    fn range(&self, at: Place) -> Range<usize> {
        let start = at.0 as usize + HEAD;
        start..start + (self.words[at.0 as usize + 1][1] & 0xFF_FFFF) as usize
    }

    fn next(&self, at: Place) -> Option<Place> {
        Place::from_raw(self.words[at.0 as usize + 1][0])
    }

    /// The block of the prefix with this number.
    pub fn place(&self, node: usize) -> Place {
        self.places[node]
    }

    /// The number of the prefix.
    #[inline]
    pub fn node(&self, at: Place) -> usize {
        self.words[at.0 as usize][1] as usize
    }

    /// The length of the prefix.
    #[inline]
    pub fn len(&self, at: Place) -> u8 {
        (self.words[at.0 as usize + 1][1] >> 24) as u8
    }

    /// The nearest prefix that covers it.
    #[inline]
    pub fn parent(&self, at: Place) -> Option<Place> {
        Place::from_raw(self.words[at.0 as usize][0])
    }

    /// The items of the prefix and of those above it.
    #[inline]
    pub fn stretches(&self, at: Place) -> impl Iterator<Item = &[Item]> {
        let mut next = Some(at);
        core::iter::from_fn(move || {
            let at = next?;
            next = self.next(at);
            Some(&self.words[self.range(at)])
        })
    }
}

impl Place {
    /// As slots and blocks keep it.
    #[inline]
    pub fn from_raw(raw: u32) -> Option<Place> {
        (raw != NONE).then_some(Place(raw))
    }

    /// As slots and blocks keep it.
    pub fn raw(place: Option<Place>) -> u32 {
        place.map_or(NONE, |at| at.0)
    }
}

#[cfg(test)]
impl Blocks {
    pub fn words(&self) -> usize {
        self.words.len()
    }
}
