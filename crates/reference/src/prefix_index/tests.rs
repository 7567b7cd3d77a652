use routing::{Family, Prefix};

use super::{Item, PrefixIndex};

/// xorshift64*.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 16) % n
    }

    /// A prefix that differs from others in few of the bits behind the first `shared`.
    fn prefix(&mut self, family: Family, shared: u64) -> Prefix {
        let (mut bits, mut len) = (0u128, 0);
        let end = shared + 1 + self.below(u64::from(family.bits()) - shared);
        while len < end {
            let bit = if len < shared { len & 1 } else { u64::from(self.below(4) == 0) };
            bits |= u128::from(bit) << (127 - len);
            len += 1;
        }
        let len = if self.below(8) == 0 { self.below(end + 1) } else { end };
        Prefix::from_bits(family, bits, len as u8).expect("not longer than the family allows")
    }
}

fn index(prefixes: &[Prefix]) -> (Vec<Prefix>, PrefixIndex) {
    let mut sorted = prefixes.to_vec();
    sorted.sort();
    sorted.dedup();
    (sorted.clone(), PrefixIndex::new(sorted))
}

/// By the definition: of all that contain the query the longest.
fn brute_force(prefixes: &[Prefix], query: &Prefix) -> Option<usize> {
    (0..prefixes.len()).filter(|i| prefixes[*i].contains(query)).max_by_key(|i| prefixes[*i].len())
}

#[test]
fn the_deepest_is_that_of_brute_force() {
    let mut dice = Dice(0x5EED_0002);
    let (mut found, mut rows, mut spilled) = (0, 0, 0);
    for world in 0..600 {
        let family = [Family::V4, Family::V6][world % 2];
        let shared = [0, 7, 15, 16, 20, 24, 28][world / 2 % 7].min(u64::from(family.bits()) - 4);
        let count = [0, 1, 5, 40, 300][world / 14 % 5];
        let some: Vec<Prefix> = (0..count).map(|_| dice.prefix(family, shared)).collect();
        let (prefixes, index) = index(&some);
        rows += index.strides.iter().map(|s| s.rows()).sum::<usize>();
        spilled += usize::from(index.strides.iter().any(|s| s.spilled()));
        let mut queries: Vec<Prefix> = (0..500).map(|_| dice.prefix(family, shared)).collect();
        queries.extend(prefixes.iter().copied());
        queries.extend(prefixes.iter().filter_map(|p| p.truncate(p.len().checked_sub(1)?)));
        queries.sort();
        let mut cursor = index.cursor();
        for query in &queries {
            let want = brute_force(&prefixes, query);
            let node = |place: Option<super::Place>| place.map(|at| index.blocks.node(at));
            assert_eq!(node(index.deepest(query)), want, "{query} in {prefixes:?}");
            assert_eq!(node(cursor.deepest(query)), want, "{query} in {prefixes:?}");
            let mut above: Vec<usize> =
                (0..prefixes.len()).filter(|i| prefixes[*i].contains(query)).collect();
            above.sort_by_key(|i| core::cmp::Reverse(prefixes[*i].len()));
            assert_eq!(index.upwards(index.deepest(query)).collect::<Vec<_>>(), above);
            found += usize::from(want.is_some());
        }
        let mut begun_behind = index.cursor();
        for query in &queries[dice.below(queries.len() as u64) as usize..] {
            assert_eq!(begun_behind.deepest(query), index.deepest(query), "{query} in {prefixes:?}");
        }
        for other in [Family::V4, Family::V6].into_iter().filter(|f| *f != family) {
            assert_eq!(index.deepest(&dice.prefix(other, 0)), None, "the other family is another world");
        }
    }
    assert!(found > 100_000 && rows > 5_000 && spilled > 100, "{found} {rows} {spilled}");
}

#[test]
fn items_are_what_climbing_finds_and_stay_bounded() {
    let mut dice = Dice(0x5EED_0003);
    for world in 0..60 {
        let some: Vec<Prefix> = (0..200).map(|_| dice.prefix(Family::V6, 10)).collect();
        let (prefixes, _) = index(&some);
        let mut starts = vec![0];
        for _ in &prefixes {
            // Now and then far more than a block takes in.
            let own = if dice.below(20) == 0 { 30 } else { dice.below(1 + world % 6) };
            starts.push(starts.last().unwrap() + own as usize);
        }
        let own = |node: usize| starts[node]..starts[node + 1];
        let item = |i: usize| -> Item { [i as u32, 7] };
        let index = PrefixIndex::with_items(prefixes.clone(), own, item);
        for prefix in &prefixes {
            let place = index.deepest(prefix);
            let climbed: Vec<Item> = index.upwards(place).flat_map(own).map(item).collect();
            assert_eq!(index.items(place.unwrap()).flatten().copied().collect::<Vec<_>>(), climbed);
        }
        assert!(index.blocks.words() <= starts.last().unwrap() + (2 + 16) * prefixes.len());
    }
}

#[test]
fn memory_is_bounded_by_the_number_of_prefixes() {
    let mut dice = Dice(0x5EED_0004);
    // Long ones far from each other: alone, and in groups just too large to be walked through, the worst there is.
    for (group, each_max) in [(1, 100.0), (3, 100.0), (4, 320.0)] {
        let mut some = Vec::new();
        for _ in 0..20_000 {
            let base = u128::from(dice.next()) << 64 | u128::from(dice.next() & !3);
            some.extend((0..group).filter_map(|n| Prefix::from_bits(Family::V6, base | n, 128)));
        }
        let (prefixes, index) = index(&some);
        let bytes: usize = index.strides.iter().map(|s| s.bytes()).sum();
        let each = (bytes - (512 << 10)) as f64 / prefixes.len() as f64;
        assert!(each < each_max, "{each} octets for each prefix");
    }
}
