use crate::Reason;
use crate::bits::Bits;

/// Symbols a block may use: two for runs of zeros, 255 places of the recency list, the end.
pub(crate) const SYMBOLS_MAX: usize = 258;
/// Bits of the longest code.
pub(crate) const LENGTH_MAX: u32 = 20;
/// Bits that one look-up decodes.
const FAST_BITS: u32 = 10;

/// A prefix code, as canonical codes go: shorter ones first, among equals in the order of the symbols.
pub(crate) struct Code {
    /// By the next ten bits: symbol × 16 + length, or 0 where the code is longer.
    fast: [u16; 1 << FAST_BITS],
    /// By length: the last code that is not longer; −1 for none.
    last: [i32; LENGTH_MAX as usize + 1],
    /// By length: index in `symbols` less the code.
    offset: [i32; LENGTH_MAX as usize + 1],
    symbols: [u16; SYMBOLS_MAX],
}

impl Code {
    pub(crate) fn new() -> Code {
        Code { fast: [0; 1 << FAST_BITS], last: [-1; 21], offset: [0; 21], symbols: [0; SYMBOLS_MAX] }
    }

    /// Builds the code from the length of each symbol's code, each from 1 to 20. Lengths that leave codes over
    /// or ask for more than there are give a code all the same, the one that libbz2 reads: the first length
    /// at which the bits are not beyond the last code.
    pub(crate) fn rebuild(&mut self, lengths: &[u8]) {
        let mut counts = [0_i32; LENGTH_MAX as usize + 1];
        for length in lengths {
            counts[usize::from(*length)] += 1;
        }
        let shortest = counts.iter().position(|c| *c > 0).unwrap_or_default();
        let mut index = [0_usize; LENGTH_MAX as usize + 1];
        let (mut code, mut before) = (0, 0);
        self.last = [-1; 21];
        for length in shortest..=LENGTH_MAX as usize {
            index[length] = before as usize;
            self.offset[length] = before - code;
            self.last[length] = code + counts[length] - 1;
            code = (code + counts[length]) << 1;
            before += counts[length];
        }
        for (symbol, length) in lengths.iter().enumerate() {
            let place = &mut index[usize::from(*length)];
            self.symbols[*place] = symbol as u16;
            *place += 1;
        }
        self.fast = [0; 1 << FAST_BITS];
        let mut filled = 0;
        for length in shortest as u32..=FAST_BITS {
            let spare = FAST_BITS - length;
            while filled < self.fast.len() && (filled >> spare) as i32 <= self.last[length as usize] {
                let index = (filled >> spare) as i32 + self.offset[length as usize];
                let entry = self.symbols[index as usize] << 4 | length as u16;
                self.fast[filled..filled + (1 << spare)].fill(entry);
                filled += 1 << spare;
            }
        }
    }

    /// Reads one symbol; 20 bits must be ready.
    #[inline(always)]
    pub(crate) fn read(&self, bits: &mut Bits) -> Result<u16, Reason> {
        let entry = self.fast[bits.peek(FAST_BITS) as usize];
        if entry != 0 {
            bits.skip(u32::from(entry & 15));
            return Ok(entry >> 4);
        }
        self.read_long(bits)
    }

    fn read_long(&self, bits: &mut Bits) -> Result<u16, Reason> {
        let window = bits.peek(LENGTH_MAX);
        for length in FAST_BITS + 1..=LENGTH_MAX {
            let code = (window >> (LENGTH_MAX - length)) as i32;
            if code <= self.last[length as usize] {
                bits.skip(length);
                let index = (code + self.offset[length as usize]) as usize;
                return self.symbols.get(index).copied().ok_or(Reason::Code);
            }
        }
        Err(Reason::Code)
    }
}
