use crate::Reason;

/// Equal bytes in a row that are followed by a count: how often the byte comes once more.
const EQUAL: usize = 4;

/// Undoes the run lengths of a block, as far as there is room, and goes on later.
#[derive(Clone, Copy, Default)]
pub(crate) struct Repeats {
    /// What was taken from the block.
    taken: usize,
    /// Where the bytes end that are copied as they are.
    plain_end: usize,
    /// Whether a count follows there; else the block ends.
    counted: bool,
    /// What is still to be repeated.
    byte: u8,
    left: usize,
}

impl Repeats {
    pub(crate) fn new(block: &[u8]) -> Repeats {
        let mut repeats = Repeats::default();
        repeats.look_ahead(block);
        repeats
    }

    fn look_ahead(&mut self, block: &[u8]) {
        let end = find_equal(block, self.taken);
        (self.plain_end, self.counted) = (end.unwrap_or(block.len()), end.is_some());
    }

    /// Writes into `out` what comes next; 0 at the end of the block.
    ///
    /// # Errors
    /// When the block ends where a count should be.
    pub(crate) fn undo(&mut self, block: &[u8], out: &mut [u8]) -> Result<usize, Reason> {
        let mut written = 0;
        loop {
            let count = self.left.min(out.len() - written);
            out[written..written + count].fill(self.byte);
            self.left -= count;
            written += count;
            let plain = &block[self.taken..self.plain_end];
            let count = plain.len().min(out.len() - written);
            out[written..written + count].copy_from_slice(&plain[..count]);
            self.taken += count;
            written += count;
            if written == out.len() || !self.counted {
                return Ok(written);
            }
            let count = block.get(self.taken).ok_or(Reason::Repeats)?;
            (self.byte, self.left) = (block[self.taken - 1], usize::from(*count));
            self.taken += 1;
            self.look_ahead(block);
        }
    }
}

/// Where the first four equal bytes at or after `from` end.
fn find_equal(block: &[u8], from: usize) -> Option<usize> {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let mut at = from;
    // Eight bytes show five places where four may begin.
    while let Some(eight) = block.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*eight);
        let differ = word ^ (word >> 8);
        // the top bit of each byte that equals the one after it
        let same = !(((differ & LOW) + LOW) | differ | LOW);
        let four = same & same >> 8 & same >> 16 & 0x80_8080_8080;
        if four != 0 {
            return Some(at + four.trailing_zeros() as usize / 8 + EQUAL);
        }
        at += 5;
    }
    let rest = block.get(at..)?;
    let four = rest.windows(EQUAL).position(|four| four.iter().all(|byte| *byte == four[0]))?;
    Some(at + four + EQUAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plainly(block: &[u8]) -> Option<Vec<u8>> {
        let (mut out, mut equal, mut bytes) = (Vec::new(), 0, block.iter());
        while let Some(byte) = bytes.next() {
            equal = if out.last() == Some(byte) && equal > 0 { equal + 1 } else { 1 };
            out.push(*byte);
            if equal == EQUAL {
                out.extend(std::iter::repeat_n(*byte, usize::from(*bytes.next()?)));
                equal = 0;
            }
        }
        Some(out)
    }

    #[test]
    fn as_byte_by_byte_for_any_room() {
        let mut state = 7_u32;
        for round in 0..4_000 {
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state >> 24
            };
            let block: Vec<u8> = (0..round % 61).map(|_| (next() % (2 + round % 3)) as u8).collect();
            let room = 1 + next() as usize % 20;
            let (mut repeats, mut out, mut buffer) = (Repeats::new(&block), Vec::new(), vec![0; room]);
            let result = loop {
                match repeats.undo(&block, &mut buffer) {
                    Ok(0) => break Ok(()),
                    Ok(count) => out.extend_from_slice(&buffer[..count]),
                    Err(reason) => break Err(reason),
                }
            };
            match plainly(&block) {
                Some(right) => assert_eq!((result, out), (Ok(()), right), "{block:?}"),
                None => assert_eq!(result, Err(Reason::Repeats), "{block:?}"),
            }
        }
    }
}
