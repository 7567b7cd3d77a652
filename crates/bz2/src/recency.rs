/// The bytes of a block, the most recent first.
///
/// Most symbols name one of the first few, so the first sixteen are one number, moved by shifts.
pub(crate) struct Recency {
    first: u128,
    rest: [u8; 240],
}

impl Recency {
    /// The bytes used, in their order.
    pub(crate) fn new(used: &[u8]) -> Recency {
        let mut all = [0; 256];
        all[..used.len()].copy_from_slice(used);
        let (first, rest) = all.split_at(16);
        let mut list = Recency { first: 0, rest: [0; 240] };
        for (place, byte) in first.iter().enumerate() {
            list.first |= u128::from(*byte) << (8 * place);
        }
        list.rest.copy_from_slice(rest);
        list
    }

    /// The most recent byte.
    pub(crate) fn latest(&self) -> u8 {
        self.first as u8
    }

    /// Takes the byte at `place`, from 1 to 255, to the front.
    #[inline(always)]
    pub(crate) fn take(&mut self, place: usize) -> u8 {
        if place < 8 {
            let (low, shift) = (self.first as u64, 8 * place);
            let byte = (low >> shift) as u8;
            let below = low & ((1 << shift) - 1);
            let above = low & !(((1 << shift) - 1) << 8 | 0xff);
            let low = above | below << 8 | u64::from(byte);
            self.first = self.first >> 64 << 64 | u128::from(low);
            byte
        } else if place < 16 {
            let shift = 8 * place;
            let byte = (self.first >> shift) as u8;
            let below = self.first & ((1 << shift) - 1);
            let above = self.first & !(((1 << shift) - 1) << 8 | 0xff);
            self.first = above | below << 8 | u128::from(byte);
            byte
        } else {
            self.take_far((place - 16).min(239))
        }
    }

    fn take_far(&mut self, place: usize) -> u8 {
        let byte = self.rest[place];
        self.rest.copy_within(..place, 1);
        self.rest[0] = (self.first >> 120) as u8;
        self.first = self.first << 8 | u128::from(byte);
        byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_a_plain_list_does() {
        let mut plain: Vec<u8> = (0..=255).map(|b: u8| b.wrapping_mul(77)).collect();
        let mut list = Recency::new(&plain);
        let mut state = 1_u32;
        for _ in 0..100_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let place = (state >> 24) as usize % if state & 0x800 == 0 { 255 } else { 20 } + 1;
            let byte = plain.remove(place);
            plain.insert(0, byte);
            assert_eq!(list.take(place), byte);
            assert_eq!(list.latest(), byte);
        }
    }
}
