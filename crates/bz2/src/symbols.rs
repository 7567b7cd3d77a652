use crate::bits::Bits;
use crate::code::{Code, LENGTH_MAX, SYMBOLS_MAX};
use crate::recency::Recency;
use crate::{BLOCK_BYTES_MAX, GROUP_SYMBOLS, GROUPS_MAX, Reason};

/// The last column of a block's sorted rotations, as runs of equal bytes.
pub(crate) struct Column {
    /// Length × 256 + byte. A run of no bytes may lead.
    runs: Box<[u32]>,
    used: usize,
    /// How often each byte occurs.
    pub(crate) counts: [u32; 256],
    /// Bytes in all, up to 900,000.
    pub(crate) bytes: usize,
}

impl Column {
    fn new() -> Column {
        let runs = vec![0; BLOCK_BYTES_MAX + 2].into_boxed_slice();
        Column { runs, used: 0, counts: [0; 256], bytes: 0 }
    }

    /// The runs, length × 256 + byte each.
    pub(crate) fn runs(&self) -> &[u32] {
        &self.runs[..self.used]
    }

    #[inline(always)]
    fn push(&mut self, byte: u8, length: u32) -> Result<(), Reason> {
        self.bytes += length as usize;
        if self.bytes > BLOCK_BYTES_MAX {
            return Err(Reason::Size);
        }
        self.counts[usize::from(byte)] += length;
        let slot = self.runs.get_mut(self.used).ok_or(Reason::Size)?;
        *slot = length << 8 | u32::from(byte);
        self.used += 1;
        Ok(())
    }
}

/// Reads the symbols of a block: selectors, code tables, codes, places in the recency list, runs.
pub(crate) struct Symbols {
    pub(crate) column: Column,
    selectors: Vec<u8>,
    codes: [Code; 6],
}

impl Symbols {
    pub(crate) fn new() -> Symbols {
        let codes = std::array::from_fn(|_| Code::new());
        Symbols { column: Column::new(), selectors: Vec::with_capacity(GROUPS_MAX), codes }
    }

    /// Reads from the map of used bytes to the end of the block.
    pub(crate) fn read(&mut self, bits: &mut Bits) -> Result<(), Reason> {
        let mut used = [0; 256];
        let used = read_used(bits, &mut used);
        if used.is_empty() {
            return Err(Reason::Alphabet);
        }
        let tables = bits.take(3) as usize;
        if !(2..=6).contains(&tables) {
            return Err(Reason::Tables);
        }
        self.read_selectors(bits, tables)?;
        for code in &mut self.codes[..tables] {
            let mut lengths = [0; SYMBOLS_MAX];
            let lengths = &mut lengths[..used.len() + 2];
            read_lengths(bits, lengths)?;
            code.rebuild(lengths);
        }
        self.read_column(bits, used)
    }

    fn read_selectors(&mut self, bits: &mut Bits, tables: usize) -> Result<(), Reason> {
        let count = bits.take(15);
        if count == 0 {
            return Err(Reason::Selector);
        }
        self.selectors.clear();
        let mut recent = [0, 1, 2, 3, 4, 5];
        for _ in 0..count {
            bits.refill();
            let place = (!bits.peek(6) << 26).leading_zeros() as usize;
            if place >= tables {
                return Err(Reason::Selector);
            }
            bits.skip(place as u32 + 1);
            recent[..=place].rotate_right(1);
            if self.selectors.len() < GROUPS_MAX {
                self.selectors.push(recent[0]);
            }
            if bits.is_past_end() {
                return Err(Reason::Truncated);
            }
        }
        Ok(())
    }

    fn read_column(&mut self, bits: &mut Bits, used: &[u8]) -> Result<(), Reason> {
        let column = &mut self.column;
        (column.used, column.counts, column.bytes) = (0, [0; 256], 0);
        let end = used.len() as u16 + 1;
        let mut recency = Recency::new(used);
        // The run in the making, and the weight of the next digit of its length.
        let (mut byte, mut length, mut weight) = (recency.latest(), 0, 1);
        for selector in &self.selectors {
            let code = &self.codes[usize::from(*selector).min(5)];
            for _ in 0..GROUP_SYMBOLS / 2 {
                bits.refill();
                for _ in 0..2 {
                    let symbol = code.read(bits)?;
                    if symbol <= 1 {
                        // digits 1 and 2 in base two, the least significant first
                        if weight > BLOCK_BYTES_MAX as u32 * 2 {
                            return Err(Reason::Size);
                        }
                        length += weight << symbol;
                        weight <<= 1;
                        continue;
                    }
                    column.push(byte, length)?;
                    if symbol == end {
                        return Ok(());
                    }
                    byte = recency.take(usize::from(symbol) - 1);
                    (length, weight) = (1, 1);
                }
            }
            if bits.is_past_end() {
                return Err(Reason::Truncated);
            }
        }
        Err(Reason::Symbols)
    }
}

/// The bytes that occur, in their order: sixteen bits for sixteens, then sixteen for each that is used.
fn read_used<'a>(bits: &mut Bits, used: &'a mut [u8; 256]) -> &'a [u8] {
    let mut count = 0;
    let sixteens = bits.take(16);
    for high in (0..16).filter(|high| sixteens >> (15 - high) & 1 == 1) {
        let sixteen = bits.take(16);
        for low in (0..16).filter(|low| sixteen >> (15 - low) & 1 == 1) {
            used[count] = high << 4 | low;
            count += 1;
        }
    }
    &used[..count]
}

/// The length of each symbol's code: the difference to the one before in steps of one.
fn read_lengths(bits: &mut Bits, lengths: &mut [u8]) -> Result<(), Reason> {
    let mut current = bits.take(5);
    for length in lengths {
        loop {
            if !(1..=LENGTH_MAX).contains(&current) {
                return Err(Reason::CodeLength);
            }
            if !bits.flag() {
                break;
            }
            current = if bits.flag() { current.wrapping_sub(1) } else { current + 1 };
            // up and down may alternate for ever
            if bits.is_past_end() {
                return Err(Reason::Truncated);
            }
        }
        *length = current as u8;
    }
    Ok(())
}
