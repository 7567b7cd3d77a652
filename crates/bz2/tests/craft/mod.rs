//! Makes bzip2 files: with libbz2, and by hand such as it never writes.
#![allow(dead_code)] // each test file uses a part

use std::io::{Read, Write};

/// A sequence of numbers that is the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// From 0 to `end` − 1.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub fn bytes(&mut self, count: usize, alphabet: usize) -> Vec<u8> {
        (0..count).map(|_| self.below(alphabet) as u8).collect()
    }

    /// Something like a routing table: records that resemble each other, with zeros.
    pub fn records(&mut self, count: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(count + 64);
        let path = self.bytes(24, 256);
        while out.len() < count {
            let vary = self.below(path.len());
            out.extend((0..self.below(9)).map(|_| 0));
            out.extend_from_slice(&path[..vary]);
            out.push(self.below(256) as u8);
            out.extend_from_slice(&path[vary..]);
        }
        out.truncate(count);
        out
    }
}

/// Packs by libbz2.
pub fn packed(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(level));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What libbz2 makes of it: what it delivers, and whether to the end.
pub fn by_libbz2(packed: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let whole = bzip2::bufread::MultiBzDecoder::new(packed).read_to_end(&mut out).is_ok();
    (out, whole)
}

/// What ours makes of it: what it delivers, and the damage.
pub fn by_ours(packed: &[u8], threads: usize) -> (Vec<u8>, Option<bz2::Damage>) {
    let mut out = Vec::new();
    let end = bz2::Decoder::new(packed, threads).read_to_end(&mut out);
    (out, end.err().map(|e| *e.get_ref().unwrap().downcast_ref::<bz2::Damage>().unwrap()))
}

/// Bits, the most significant first.
#[derive(Default)]
pub struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    pub fn put(&mut self, value: u64, count: usize) {
        for bit in (0..count).rev() {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= ((value >> bit & 1) as u8) << (7 - self.count % 8);
            self.count += 1;
        }
    }

    pub fn done(self) -> Vec<u8> {
        self.bytes
    }
}

/// The checksum, bit by bit.
pub fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 24, |c, _| c << 1 ^ if c >> 31 == 1 { 0x04c1_1db7 } else { 0 })
    })
}

/// A block written by hand.
pub struct Block {
    /// The bytes that occur, in order.
    pub used: Vec<u8>,
    /// Length of the code of each symbol, two more than `used`; every table is the same.
    pub lengths: Vec<u8>,
    /// Symbols without the end.
    pub symbols: Vec<u16>,
    pub origin: u32,
}

impl Block {
    /// 254 bytes used, all codes of eight bits: a symbol is written as the byte of its number. 255 ends the block.
    pub fn plain(symbols: &[u8]) -> Block {
        assert!(!symbols.contains(&255));
        let symbols = symbols.iter().map(|s| u16::from(*s)).collect();
        Block { used: (0..254).collect(), lengths: vec![8; 256], symbols, origin: 0 }
    }

    /// What it stands for, plainly worked out; `None` where it ends without a count.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let (mut list, mut column) = (self.used.clone(), Vec::new());
        let mut weight = 1;
        for symbol in &self.symbols {
            if *symbol <= 1 {
                column.extend(std::iter::repeat_n(list[0], weight << symbol));
                weight *= 2;
                continue;
            }
            weight = 1;
            let byte = list.remove(usize::from(*symbol) - 1);
            list.insert(0, byte);
            column.push(byte);
        }
        let mut order: Vec<usize> = (0..column.len()).collect();
        order.sort_by_key(|place| column[*place]);
        let (mut block, mut place) = (Vec::new(), self.origin as usize % column.len().max(1));
        for _ in 0..column.len() {
            place = order[place];
            block.push(column[place]);
        }
        let (mut out, mut equal, mut bytes) = (Vec::new(), 0, block.iter());
        while let Some(byte) = bytes.next() {
            equal = if equal > 0 && out.last() == Some(byte) { equal + 1 } else { 1 };
            out.push(*byte);
            if equal == 4 {
                out.extend(std::iter::repeat_n(*byte, usize::from(*bytes.next()?)));
                equal = 0;
            }
        }
        Some(out)
    }

    /// Writes it; returns its checksum.
    pub fn write(&self, bits: &mut Bits) -> u32 {
        let crc = crc(&self.bytes().unwrap_or_default());
        bits.put(0x3141_5926_5359, 48);
        bits.put(u64::from(crc), 32);
        bits.put(0, 1);
        bits.put(u64::from(self.origin), 24);
        let is_used = |byte: u8| u64::from(self.used.contains(&byte));
        for high in 0..16 {
            bits.put(u64::from((0..16).any(|low| is_used(high << 4 | low) == 1)), 1);
        }
        for high in (0..16).filter(|high| (0..16).any(|low| is_used(high << 4 | low) == 1)) {
            (0..16).for_each(|low| bits.put(is_used(high << 4 | low), 1));
        }
        let groups = (self.symbols.len() + 1).div_ceil(50);
        bits.put(2, 3);
        bits.put(groups as u64, 15);
        (0..groups).for_each(|_| bits.put(0, 1));
        for _ in 0..2 {
            let mut current = self.lengths[0];
            bits.put(u64::from(current), 5);
            for length in &self.lengths {
                while current != *length {
                    bits.put(if current < *length { 0b10 } else { 0b11 }, 2);
                    current = if current < *length { current + 1 } else { current - 1 };
                }
                bits.put(0, 1);
            }
        }
        let codes = self.codes();
        let end = self.used.len() as u16 + 1;
        for symbol in self.symbols.iter().chain([&end]) {
            bits.put(codes[usize::from(*symbol)], usize::from(self.lengths[usize::from(*symbol)]));
        }
        crc
    }

    fn codes(&self) -> Vec<u64> {
        let (mut codes, mut code) = (vec![0; self.lengths.len()], 0);
        for length in 1..=20 {
            for (symbol, _) in self.lengths.iter().enumerate().filter(|(_, l)| **l == length) {
                codes[symbol] = code;
                code += 1;
            }
            code <<= 1;
        }
        codes
    }
}

/// A stream of blocks, level 9.
pub fn stream(blocks: &[Block]) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(u64::from(u32::from_be_bytes(*b"BZh9")), 32);
    let crc = blocks.iter().fold(0_u32, |sum, block| sum.rotate_left(1) ^ block.write(&mut bits));
    bits.put(0x1772_4538_5090, 48);
    bits.put(u64::from(crc), 32);
    bits.done()
}
