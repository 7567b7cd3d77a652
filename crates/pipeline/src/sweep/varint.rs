//! Numbers in as few octets as they need: seven bits in each, the lowest first.

/// Puts a number behind `out`.
#[inline]
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number from the front of `input`.
///
/// # Panics
///
/// When none stands there: only what [`put`] wrote is read.
#[inline]
pub(super) fn take(input: &mut &[u8]) -> u64 {
    // Most are short.
    match **input {
        [a, ref rest @ ..] if a < 0x80 => {
            *input = rest;
            u64::from(a)
        }
        [a, b, ref rest @ ..] if b < 0x80 => {
            *input = rest;
            u64::from(a & 0x7f) | u64::from(b) << 7
        }
        [a, b, c, ref rest @ ..] if c < 0x80 => {
            *input = rest;
            u64::from(a & 0x7f) | u64::from(b & 0x7f) << 7 | u64::from(c) << 14
        }
        _ => take_long(input),
    }
}

#[inline(never)]
fn take_long(input: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (&octet, rest) = input.split_first().expect("a number was written here");
        *input = rest;
        number |= u64::from(octet & 0x7f) << shift;
        if octet < 0x80 {
            return number;
        }
        shift += 7;
    }
}

/// As [`take`], for numbers of 32 bits.
#[inline]
pub(super) fn take_u32(input: &mut &[u8]) -> u32 {
    take(input) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_put_is_taken(numbers in prop::collection::vec(any::<u64>().prop_map(|n| n >> (n % 64)), 0..20)) {
            let mut out = Vec::new();
            numbers.iter().for_each(|n| put(&mut out, *n));
            let mut input = out.as_slice();
            for number in numbers {
                prop_assert_eq!(take(&mut input), number);
            }
            prop_assert!(input.is_empty());
        }
    }
}
