//! Undoes the Burrows–Wheeler transform.
//!
//! The column of sorted rotations is a chain: each place knows its byte and the next place, anywhere in the
//! block. Followed from its beginning, it costs one wait for memory per byte. Here the chain is entered at up to
//! 256 places and followed from sixteen at once, so that the waits overlap; each walk ends where another
//! began, which a mark on the place before says. The walks are then put in order.

use crate::BLOCK_BYTES_MAX;
use crate::symbols::Column;

/// Places of a chain, more than a block has bytes, so that a masked index is always inside.
const PLACES: usize = 1 << 20;
const MASK: u32 = PLACES as u32 - 1;
/// Leads to itself: for lanes that have nothing left to walk.
const REST: u32 = MASK;
/// On a place: the next one is where a walk begins.
const MARK: u32 = 1 << 31;

/// Walks at a time.
const LANES: usize = 16;
/// Steps before what the lanes gathered is put away.
const STEPS: usize = 512;
const WALKS_MAX: usize = 256;
/// A block has a walk per so many bytes.
const WALK_BYTES: usize = 1_024;
const NONE: u32 = u32::MAX;

/// The chain of a block: 4 MiB, and its walks: as many bytes as the block has, and their pieces.
pub(crate) struct Chain {
    /// Bits 0 to 7 the byte, 8 to 27 the next place, 31 the mark.
    places: Box<[u32; PLACES]>,
    walks: Vec<Walk>,
    /// Where walks begin, in order, and which begins there.
    beginnings: Vec<(u32, u32)>,
    pieces: Vec<Piece>,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Walk {
    first: u32,
    last: u32,
    /// The walk that goes on where this one ended.
    next: u32,
}

/// Bytes of a walk, one after the other in `Chain::bytes`.
#[derive(Clone, Copy)]
struct Piece {
    start: u32,
    length: u32,
    next: u32,
}

impl Chain {
    pub(crate) fn new() -> Chain {
        let places = vec![0; PLACES].into_boxed_slice().try_into();
        let mut places: Box<[u32; PLACES]> = places.expect("a slice of that length");
        places[REST as usize] = REST << 8;
        let bytes = Vec::with_capacity(BLOCK_BYTES_MAX);
        Chain { places, walks: Vec::new(), beginnings: Vec::new(), pieces: Vec::new(), bytes }
    }

    /// Appends to `block` what was transformed into `column`; `origin`, less than the bytes of the column, is the
    /// rotation that was the block.
    pub(crate) fn follow(&mut self, column: &Column, origin: u32, block: &mut Vec<u8>) {
        let before = self.link(column, origin);
        let walks = (column.bytes / WALK_BYTES).min(WALKS_MAX);
        if walks < LANES {
            let mut place = origin;
            block.extend((0..column.bytes).map(|_| {
                let entry = self.places[(place & MASK) as usize];
                place = entry >> 8;
                entry as u8
            }));
            return;
        }
        self.begin(column.bytes, walks, before);
        self.walk();
        self.gather(column.bytes, block);
    }

    /// Lays the chain; returns the place before the origin.
    fn link(&mut self, column: &Column, origin: u32) -> u32 {
        let mut heads = [0; 256];
        let mut sum = 0;
        for (head, count) in heads.iter_mut().zip(column.counts) {
            *head = sum;
            sum += count;
        }
        let (mut position, mut before) = (0, 0);
        for run in column.runs() {
            let (byte, length) = (run & 0xff, run >> 8);
            let head = &mut heads[byte as usize];
            let start = *head;
            *head += length;
            if origin.wrapping_sub(position) < length {
                before = start + (origin - position);
            }
            // The counts are those of the runs, so every start and end is inside.
            if let Some(places) = self.places.get_mut(start as usize..(start + length) as usize) {
                for (next, place) in (position..).zip(places) {
                    *place = next << 8 | byte;
                }
            }
            position += length;
        }
        before
    }

    /// Chooses where walks begin: at the origin, and after places evenly apart.
    fn begin(&mut self, bytes: usize, walks: usize, before: u32) {
        self.walks.clear();
        self.beginnings.clear();
        self.pieces.clear();
        self.bytes.clear();
        let evenly = (0..walks).map(|k| (k * bytes / walks) as u32).filter(|place| *place != before);
        for (walk, place) in std::iter::once(before).chain(evenly).enumerate() {
            let entry = &mut self.places[(place & MASK) as usize];
            *entry |= MARK;
            self.beginnings.push((*entry >> 8 & MASK, walk as u32));
            self.walks.push(Walk { first: NONE, last: NONE, next: 0 });
        }
    }

    fn walk(&mut self) {
        let mut waiting = self.beginnings.clone().into_iter();
        self.beginnings.sort_unstable();
        let mut lanes = [(REST, NONE); LANES];
        for lane in &mut lanes {
            *lane = waiting.next().unwrap_or((REST, NONE));
        }
        let mut staged = [[0; STEPS]; LANES];
        while lanes.iter().any(|(_, walk)| *walk != NONE) {
            let mut at = lanes.map(|(place, _)| place);
            let steps = walk_lanes(&self.places, &mut at, &mut staged);
            for ((lane, at), staged) in lanes.iter_mut().zip(at).zip(&staged) {
                if lane.1 == NONE {
                    continue;
                }
                self.keep(lane.1, &staged[..steps]);
                lane.0 = at & MASK;
                if at & MARK >> 8 != 0 {
                    let found = self.beginnings.binary_search_by_key(&lane.0, |(place, _)| *place);
                    let next = found.map_or(0, |index| self.beginnings[index].1);
                    self.walks[lane.1 as usize].next = next;
                    *lane = waiting.next().unwrap_or((REST, NONE));
                }
            }
        }
    }

    fn keep(&mut self, walk: u32, bytes: &[u8]) {
        let piece = self.pieces.len() as u32;
        self.pieces.push(Piece { start: self.bytes.len() as u32, length: bytes.len() as u32, next: NONE });
        self.bytes.extend_from_slice(bytes);
        let walk = &mut self.walks[walk as usize];
        match self.pieces.get_mut(walk.last as usize) {
            Some(last) => last.next = piece,
            None => walk.first = piece,
        }
        walk.last = piece;
    }

    /// The walks in order, from the one that begins at the origin. A block that repeats itself has a shorter
    /// chain, which is walked again until there are enough bytes.
    fn gather(&mut self, bytes: usize, block: &mut Vec<u8>) {
        let (mut missing, mut walk) = (bytes, 0);
        while missing > 0 {
            let mut piece = self.walks[walk].first;
            while let Some(Piece { start, length, next }) = self.pieces.get(piece as usize).copied() {
                let length = missing.min(length as usize);
                block.extend_from_slice(&self.bytes[start as usize..start as usize + length]);
                missing -= length;
                piece = next;
            }
            walk = self.walks[walk].next as usize;
        }
    }
}

/// Walks all lanes until one steps onto a beginning, or `STEPS` steps. Returns the steps; `at` then has the
/// next place of each lane, with the mark of the place it comes from at bit 23.
fn walk_lanes(places: &[u32; PLACES], at: &mut [u32; LANES], staged: &mut [[u8; STEPS]; LANES]) -> usize {
    let mut lanes = *at;
    for step in 0..STEPS {
        let mut marks = 0;
        for (lane, staged) in lanes.iter_mut().zip(&mut *staged) {
            let entry = places[(*lane & MASK) as usize];
            staged[step] = entry as u8;
            marks |= entry;
            *lane = entry >> 8;
        }
        if marks & MARK != 0 {
            *at = lanes;
            return step + 1;
        }
    }
    *at = lanes;
    STEPS
}
