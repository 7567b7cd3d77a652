/// SplitMix64 (Steele, Lea and Flood, 2014): small, and the same on every machine. What is drawn for one event
/// never depends on how much was drawn for another: each has a stream of its own.
#[derive(Clone, Debug)]
pub struct Random(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Random {
    /// The stream of that number under a seed.
    pub fn new(seed: u64, stream: u64) -> Random {
        let mut mixed = Random(seed);
        let first = mixed.next();
        Random(first ^ Random(stream.wrapping_mul(STEP)).next())
    }

    /// 64 bits.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: u8) -> bool {
        self.below(100) < usize::from(percent)
    }

    /// One of them; `None` when there is none.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_the_same_every_time_and_differ() {
        let drawn = |seed, stream| {
            let mut random = Random::new(seed, stream);
            [random.next(), random.next()]
        };
        assert_eq!(drawn(7, 3), drawn(7, 3));
        assert_ne!(drawn(7, 3), drawn(7, 4));
        assert_ne!(drawn(7, 3), drawn(8, 3));
        // Not one stream a step behind another.
        assert_ne!(drawn(7, 3)[1], drawn(7, 4)[0]);
    }

    #[test]
    fn every_number_below_a_bound_is_drawn_about_as_often() {
        let mut random = Random::new(1, 0);
        let mut times = [0; 10];
        for _ in 0..10_000 {
            times[random.below(10)] += 1;
        }
        assert!(times.iter().all(|t| (850..1150).contains(t)), "{times:?}");
        assert_eq!(random.below(0), 0);
        assert_eq!(random.pick::<u8>(&[]), None);
    }
}
