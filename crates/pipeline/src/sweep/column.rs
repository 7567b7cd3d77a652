//! Columns of numbers, all of them in as many octets as the greatest needs.

/// Puts numbers behind `out`: how many octets each takes, and they, the lowest octet first.
pub(super) fn put(out: &mut Vec<u8>, numbers: &[u32]) {
    // The greatest has as many bits as all of them together.
    let bits = 32 - numbers.iter().fold(0, |all, number| all | number).leading_zeros();
    let octets = bits.div_ceil(8).max(1) as u8;
    out.push(octets);
    match octets {
        1 => put_each::<1>(out, numbers),
        2 => put_each::<2>(out, numbers),
        3 => put_each::<3>(out, numbers),
        _ => put_each::<4>(out, numbers),
    }
}

fn put_each<const N: usize>(out: &mut Vec<u8>, numbers: &[u32]) {
    let from = out.len();
    out.resize(from + numbers.len() * N, 0);
    for (room, number) in out[from..].as_chunks_mut::<N>().0.iter_mut().zip(numbers) {
        room.copy_from_slice(&number.to_le_bytes()[..N]);
    }
}

/// Takes `count` numbers from the front of `input`.
///
/// # Panics
///
/// When they do not stand there: only what [`put`] wrote is read.
pub(super) fn take(input: &mut &[u8], count: usize, numbers: &mut Vec<u32>) {
    let (&octets, rest) = input.split_first().expect("a column was written here");
    let (column, rest) = rest.split_at(usize::from(octets) * count);
    *input = rest;
    numbers.clear();
    match octets {
        1 => numbers.extend(column.iter().map(|octet| u32::from(*octet))),
        2 => take_each::<2>(column, numbers),
        3 => take_each::<3>(column, numbers),
        _ => take_each::<4>(column, numbers),
    }
}

fn take_each<const N: usize>(column: &[u8], numbers: &mut Vec<u32>) {
    numbers.extend(column.as_chunks::<N>().0.iter().map(|octets| {
        let mut number = [0; 4];
        number[..N].copy_from_slice(octets);
        u32::from_le_bytes(number)
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_put_is_taken(
            columns in prop::collection::vec((prop::collection::vec(any::<u32>(), 0..20), 0u32..32), 0..4),
        ) {
            let columns: Vec<Vec<u32>> =
                columns.into_iter().map(|(numbers, bits)| numbers.iter().map(|n| n >> bits).collect()).collect();
            let mut out = Vec::new();
            columns.iter().for_each(|numbers| put(&mut out, numbers));
            let (mut input, mut taken) = (out.as_slice(), Vec::new());
            for numbers in columns {
                take(&mut input, numbers.len(), &mut taken);
                prop_assert_eq!(&taken, &numbers);
            }
            prop_assert!(input.is_empty());
        }
    }
}
