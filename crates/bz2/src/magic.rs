/// Begins a block: the digits of π.
pub(crate) const BLOCK: u64 = 0x3141_5926_5359;
/// Ends a stream: the digits of its root.
pub(crate) const END: u64 = 0x1772_4538_5090;
/// Bits of either.
pub(crate) const BITS: u32 = 48;

/// For each value of a byte the shifts, one bit each, at which it is the third of a block's magic.
static SHIFTS: [u8; 256] = shifts();

const fn shifts() -> [u8; 256] {
    let mut shifts = [0; 256];
    let mut shift = 0;
    while shift < 8 {
        shifts[(BLOCK >> (24 + shift)) as usize & 0xff] |= 1 << shift;
        shift += 1;
    }
    shifts
}

/// The first bit at or after `from` where a block's magic stands whole in `bytes`.
///
/// The third byte of the magic is whole at each of the eight shifts, so most places cost one look-up.
pub(crate) fn find(bytes: &[u8], from: usize) -> Option<usize> {
    let first = from / 8;
    let thirds = bytes.get(first + 2..)?;
    for (ahead, third) in thirds.iter().enumerate() {
        let mut shifts = SHIFTS[usize::from(*third)];
        while shifts != 0 {
            let shift = shifts.trailing_zeros() as usize;
            shifts &= shifts - 1;
            let at = (first + ahead) * 8 + shift;
            if at >= from && at + BITS as usize <= bytes.len() * 8 && peek(bytes, at) == BLOCK {
                return Some(at);
            }
        }
    }
    None
}

/// The 48 bits from `at` on; zeros past the end.
pub(crate) fn peek(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at / 8..).unwrap_or_default();
    let mut eight = [0; 8];
    let known = rest.len().min(8);
    eight[..known].copy_from_slice(&rest[..known]);
    u64::from_be_bytes(eight) << (at % 8) >> (64 - BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_at_every_bit_and_nowhere_else() {
        for at in 0..40 {
            let word = u128::from(BLOCK) << (128 - BITS as usize - at);
            let bytes = word.to_be_bytes();
            assert_eq!(find(&bytes, 0), Some(at));
            assert_eq!(find(&bytes, at), Some(at));
            assert_eq!(find(&bytes, at + 1), None);
            let end = (at + BITS as usize).div_ceil(8);
            assert_eq!(find(&bytes[..end], 0), Some(at));
            assert_eq!(find(&bytes[..end - 1], 0), None);
            for bit in at..at + BITS as usize {
                let mut flipped = bytes;
                flipped[bit / 8] ^= 0x80 >> (bit % 8);
                assert_eq!(find(&flipped, 0), None);
            }
        }
        assert_eq!(find(&[], 0), None);
        assert_eq!(find(&[0x31; 3], 900), None);
    }
}
