use crate::bits::Bits;
use crate::chain::Chain;
use crate::crc::Crc;
use crate::magic;
use crate::repeats::Repeats;
use crate::symbols::Symbols;
use crate::{Damage, Reason};

/// Bytes that are checked at a time, few enough to stay near.
const WINDOW: usize = 16 << 10;

/// A block whose checksum is right.
#[derive(Debug)]
pub(crate) struct Block {
    /// Its bytes, repeats not yet undone: up to 900,000 that may stand for 46 million.
    pub(crate) packed: Vec<u8>,
    pub(crate) crc: u32,
    /// The bit after its last one, from the beginning of the bytes it was decoded from.
    pub(crate) end: usize,
}

/// What decoding blocks takes: 8.8 MB at most, used again for each.
pub(crate) struct Workspace {
    symbols: Symbols,
    chain: Chain,
    window: Box<[u8; WINDOW]>,
}

impl Workspace {
    pub(crate) fn new() -> Workspace {
        Workspace { symbols: Symbols::new(), chain: Chain::new(), window: Box::new([0; WINDOW]) }
    }

    /// Decodes the block whose magic stands at bit `start` of `bytes`, into `packed`, which is emptied first.
    ///
    /// # Errors
    /// With the bit, from the beginning of `bytes`. It is `Truncated` whenever a bit past the end was asked for.
    pub(crate) fn decode(
        &mut self,
        bytes: &[u8],
        start: usize,
        mut packed: Vec<u8>,
    ) -> Result<Block, Damage> {
        packed.clear();
        let mut bits = Bits::new(bytes, start + magic::BITS as usize);
        let read = self.read(&mut bits, &mut packed);
        let position = bits.position();
        if bits.is_past_end() {
            return Err(Damage { bit: bytes.len() as u64 * 8, reason: Reason::Truncated });
        }
        let crc = read.map_err(|reason| Damage { bit: position as u64, reason })?;
        self.check(&packed, crc).map_err(|reason| Damage { bit: start as u64, reason })?;
        Ok(Block { packed, crc, end: position })
    }

    /// Returns the checksum that the block states.
    fn read(&mut self, bits: &mut Bits, packed: &mut Vec<u8>) -> Result<u32, Reason> {
        let crc = bits.take(32);
        if bits.flag() {
            return Err(Reason::Randomised);
        }
        let origin = bits.take(24);
        self.symbols.read(bits)?;
        let column = &self.symbols.column;
        if origin as usize >= column.bytes {
            return Err(Reason::Origin);
        }
        if bits.is_past_end() {
            return Err(Reason::Truncated);
        }
        self.chain.follow(column, origin, packed);
        Ok(crc)
    }

    fn check(&mut self, packed: &[u8], stated: u32) -> Result<(), Reason> {
        let (mut repeats, mut crc) = (Repeats::new(packed), Crc::new());
        loop {
            let count = repeats.undo(packed, &mut self.window[..])?;
            if count == 0 {
                return if crc.value() == stated { Ok(()) } else { Err(Reason::BlockChecksum) };
            }
            crc.update(&self.window[..count]);
        }
    }
}
