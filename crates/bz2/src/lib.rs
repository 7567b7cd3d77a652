//! Decompresses bzip2 on several threads.
//!
//! A bzip2 file is a sequence of streams, a stream a sequence of blocks of up to 900 kB that begin at any bit
//! with the digits of π. Blocks know nothing of each other, so they are looked for ahead and decoded in
//! parallel; what comes out is what one thread would have read, in order. Nothing is delivered of a block
//! before its checksum is right.
//!
//! The format has no standard; it is what bzip2 1.0.8 writes and reads.

mod bits;
mod block;
mod chain;
mod code;
mod crc;
mod crew;
mod damage;
mod decoder;
mod input;
mod magic;
mod recency;
mod repeats;
mod symbols;

pub use damage::{Damage, Reason};
pub use decoder::Decoder;

/// Bytes of a block before its repeats are undone, for each level from 1 to 9.
const BLOCK_BYTES_PER_LEVEL: usize = 100_000;

/// Bytes of the largest block before its repeats are undone.
const BLOCK_BYTES_MAX: usize = 9 * BLOCK_BYTES_PER_LEVEL;

/// Symbols that share a code table.
const GROUP_SYMBOLS: usize = 50;

/// Groups that a block may use; more selectors than these are read and mean nothing.
const GROUPS_MAX: usize = 2 + BLOCK_BYTES_MAX / GROUP_SYMBOLS;

/// Bytes of the largest block as it is packed: every symbol 20 bits, every selector 6, every code length
/// wandering as far as it may be let to in a file that anyone would write.
const PACKED_BYTES_MAX: usize = (GROUPS_MAX * GROUP_SYMBOLS * 20 + 32_768 * 6) / 8 + (64 << 10);
