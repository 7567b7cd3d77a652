/// Reads bits, the most significant first. Past the end come zeros: whoever reads asks `is_past_end` before
/// trusting what was read.
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    /// The next byte to be taken into `held`; past the end it goes on counting.
    next: usize,
    /// Bits not yet read, from the top. Those below the first `count` are either zero or already right.
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// From bit `start` of `bytes` on.
    pub(crate) fn new(bytes: &'a [u8], start: usize) -> Bits<'a> {
        let mut bits = Bits { bytes, next: start / 8, held: 0, count: 0 };
        bits.refill();
        bits.skip(start as u32 % 8);
        bits
    }

    /// Makes at least 56 bits ready.
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        let word = match self.bytes.get(self.next..).and_then(|rest| rest.first_chunk::<8>()) {
            Some(eight) => u64::from_be_bytes(*eight),
            None => self.last_word(),
        };
        self.held |= word >> self.count;
        let taken = (63 - self.count) / 8;
        self.next += taken as usize;
        self.count += taken * 8;
    }

    #[cold]
    fn last_word(&self) -> u64 {
        let rest = self.bytes.get(self.next..).unwrap_or_default();
        let mut eight = [0; 8];
        eight[..rest.len()].copy_from_slice(rest);
        u64::from_be_bytes(eight)
    }

    /// The next `count` bits, from 1 to 32, without moving on. They must be ready.
    #[inline(always)]
    pub(crate) fn peek(&self, count: u32) -> u32 {
        (self.held >> (64 - count)) as u32
    }

    /// Moves on by up to 32 bits. They must be ready.
    #[inline(always)]
    pub(crate) fn skip(&mut self, count: u32) {
        self.held <<= count;
        self.count -= count;
    }

    /// Reads `count` bits, from 1 to 32.
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        self.refill();
        let value = self.peek(count);
        self.skip(count);
        value
    }

    /// Reads one bit.
    pub(crate) fn flag(&mut self) -> bool {
        self.take(1) == 1
    }

    /// Bits from the beginning of the bytes to what is read next.
    pub(crate) fn position(&self) -> usize {
        self.next * 8 - self.count as usize
    }

    /// Whether something was read that is not there.
    #[inline(always)]
    pub(crate) fn is_past_end(&self) -> bool {
        self.position() > self.bytes.len() * 8
    }
}
