use core::hash::Hasher;

use routing::{Asn, PathRef};
use rustc_hash::{FxHashMap, FxHasher};

/// Every distinct AS path once, and once more for each network that marked it as for customers only
/// (ONLY_TO_CUSTOMER, RFC 9234). Paths are compared by their octets, never by a hash alone.
///
/// A path takes its octets, 4 more for its place and 11 to 21 in the index.
#[derive(Default)]
pub struct PathTable {
    octets: Vec<u8>,
    /// Where each path ends, in pairs of octets: every path has an even number.
    ends: Vec<u32>,
    /// Open addressing: the upper half is a path's hash, the lower its index and one, 0 when free. At most
    /// three quarters are taken.
    slots: Vec<u64>,
    /// Paths with a mark, ascending, and whose. They are not among the slots.
    marks: Vec<(u32, Asn)>,
    /// By the path without and the mark: the path with it.
    marked: FxHashMap<(u32, Asn), u32>,
}

/// Paths of one record of which the indices are wanted.
///
/// They are looked up together, one step for all before the next step for any: a step waits for memory, and
/// the processor waits for many at once.
pub(super) struct Wanted<'t, 'r> {
    table: &'t mut PathTable,
    paths: Vec<Asked<'r>>,
    room: &'t mut Room,
}

/// The memory in which paths are asked for, to be used for the next record again.
#[derive(Default)]
pub(super) struct Room(Vec<Asked<'static>>);

struct Asked<'r> {
    octets: &'r [u8],
    hash: u32,
    /// What the first slot to look at names, and where its octets are; nothing when it names none that fits.
    index: u32,
    at: (u32, u32),
}

impl<'t, 'r> Wanted<'t, 'r> {
    /// Asks of a table, for about so many paths.
    pub fn new(table: &'t mut PathTable, about: usize, room: &'t mut Room) -> Wanted<'t, 'r> {
        table.reserve(about.max(1));
        let paths = empty(core::mem::take(&mut room.0));
        Wanted { table, paths, room }
    }

    /// The index of a path at once, with the mark its route had.
    pub fn of(&mut self, path: PathRef<'_>, mark: Option<Asn>) -> u32 {
        self.table.intern_marked(path, mark)
    }

    /// Asks for one more.
    #[inline]
    pub fn push(&mut self, path: PathRef<'r>) {
        let octets = path.octets();
        self.paths.push(Asked { octets, hash: hash(octets), index: 0, at: (0, 0) });
    }

    /// Gives the indices in the order in which they were asked for, each with its turn.
    #[inline]
    pub fn find(mut self, mut take: impl FnMut(usize, u32)) {
        let PathTable { ends, slots, .. } = &*self.table;
        let mask = slots.len() - 1;
        for asked in &mut self.paths {
            let slot = slots[asked.hash as usize & mask];
            asked.index = if (slot >> 32) as u32 == asked.hash { slot as u32 } else { 0 };
        }
        for asked in self.paths.iter_mut().filter(|asked| asked.index != 0) {
            let start = if asked.index == 1 { 0 } else { ends[asked.index as usize - 2] };
            asked.at = (start, ends[asked.index as usize - 1]);
        }
        for (turn, Asked { octets, hash, index, at: (start, end) }) in self.paths.iter().enumerate() {
            let known = &self.table.octets[*start as usize * 2..*end as usize * 2];
            let same = start < end && same(known, octets);
            take(turn, if same { index - 1 } else { self.table.find_or_insert(octets, *hash) });
        }
        self.room.0 = empty(self.paths);
    }
}

/// The memory of a list for paths of another record: what is collected from where it stood takes its place.
fn empty<'b>(mut paths: Vec<Asked<'_>>) -> Vec<Asked<'b>> {
    paths.clear();
    paths.into_iter().map(|_| unreachable!("there are none")).collect()
}

/// True when two paths have the same octets. Those of the usual lengths are compared by their first and their last
/// part, which may overlap: without a loop.
#[inline(always)]
fn same(known: &[u8], octets: &[u8]) -> bool {
    #[inline(always)]
    fn ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
        a.first_chunk::<N>() == b.first_chunk() && a.last_chunk::<N>() == b.last_chunk()
    }
    known.len() == octets.len()
        && match octets.len() {
            8..=16 => ends::<8>(known, octets),
            17..=32 => ends::<16>(known, octets),
            33..=64 => ends::<32>(known, octets),
            _ => known == octets,
        }
}

#[inline]
fn hash(octets: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(octets);
    (hasher.finish() >> 32) as u32
}

fn slot_of(hash: u32, index: u32) -> u64 {
    (u64::from(hash) << 32) | (u64::from(index) + 1)
}

impl PathTable {
    /// The index of a path, given one if it is new. Indices count up from 0.
    pub fn intern(&mut self, path: PathRef<'_>) -> u32 {
        self.find_or_insert(path.octets(), hash(path.octets()))
    }

    /// The index of a path with the mark its route had.
    pub fn intern_marked(&mut self, path: PathRef<'_>, mark: Option<Asn>) -> u32 {
        let plain = self.intern(path);
        mark.map_or(plain, |mark| self.with_mark(plain, mark))
    }

    #[cold]
    fn with_mark(&mut self, plain: u32, mark: Asn) -> u32 {
        if let Some(marked) = self.marked.get(&(plain, mark)) {
            return *marked;
        }
        let octets = self.slice(plain).to_vec();
        let index = self.push(&octets);
        self.marks.push((index, mark));
        self.marked.insert((plain, mark), index);
        index
    }

    /// Who marked the routes of the path at `index` as for customers only.
    pub fn mark(&self, index: u32) -> Option<Asn> {
        let place = self.marks.binary_search_by_key(&index, |(path, _)| *path).ok()?;
        Some(self.marks[place].1)
    }

    fn find_or_insert(&mut self, octets: &[u8], hash: u32) -> u32 {
        self.reserve(1);
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                break;
            }
            if (slot >> 32) as u32 == hash && same(self.slice(slot as u32 - 1), octets) {
                return slot as u32 - 1;
            }
            at = (at + 1) & mask;
        }
        let index = self.push(octets);
        self.slots[at] = slot_of(hash, index);
        index
    }

    /// Puts a path behind the others. Its index.
    fn push(&mut self, octets: &[u8]) -> u32 {
        self.octets.extend_from_slice(octets);
        let end = u32::try_from(self.octets.len() / 2).expect("distinct paths take less than 8 GiB");
        self.ends.push(end);
        self.ends.len() as u32 - 1
    }

    /// Makes room for so many more paths.
    fn reserve(&mut self, more: usize) {
        let needed = self.ends.len() + more;
        if needed * 4 <= self.slots.len() * 3 {
            return;
        }
        let size = (needed * 4 / 3 + 1).next_power_of_two().max(1 << 10);
        let old = core::mem::replace(&mut self.slots, vec![0; size]);
        for slot in old.into_iter().filter(|slot| *slot != 0) {
            self.put(slot);
        }
    }

    fn put(&mut self, slot: u64) {
        let mask = self.slots.len() - 1;
        let mut at = (slot >> 32) as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }

    fn slice(&self, index: u32) -> &[u8] {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.octets[start as usize * 2..self.ends[index] as usize * 2]
    }

    /// The path at `index`.
    pub fn get(&self, index: u32) -> PathRef<'_> {
        PathRef::from_octets(self.slice(index))
    }

    /// All paths, one behind the other, where each ends, in pairs of octets, and which have a mark.
    pub(super) fn parts(&self) -> (&[u8], &[u32], &[(u32, Asn)]) {
        (&self.octets, &self.ends, &self.marks)
    }

    /// The table whose [`PathTable::parts`] these are.
    pub(super) fn from_parts(octets: Vec<u8>, ends: Vec<u32>, marks: Vec<(u32, Asn)>) -> PathTable {
        let count = ends.len();
        let mut table = PathTable { octets, ends, marks, ..PathTable::default() };
        table.reserve(0);
        for index in 0..count as u32 {
            if table.mark(index).is_none() {
                table.put(slot_of(hash(table.slice(index)), index));
            }
        }
        for place in 0..table.marks.len() {
            let (index, mark) = table.marks[place];
            let octets = table.slice(index).to_vec();
            let plain = table.find_or_insert(&octets, hash(&octets));
            table.marked.insert((plain, mark), index);
        }
        table
    }

    /// Gives back the memory that only new paths need: it takes none any more.
    pub(super) fn close(&mut self) {
        self.slots = Vec::new();
        self.marked = FxHashMap::default();
        self.octets.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Forgets the octets of all paths but those `is_wanted`; the others are empty from now on, and no path is found
    /// any more.
    pub fn forget(&mut self, is_wanted: impl Fn(u32) -> bool) {
        let mut kept = Vec::new();
        let mut start = 0;
        for (index, end) in (0..).zip(&mut self.ends) {
            if is_wanted(index) {
                kept.extend_from_slice(&self.octets[start as usize * 2..*end as usize * 2]);
            }
            start = core::mem::replace(end, (kept.len() / 2) as u32);
        }
        self.octets = kept;
        self.close();
    }

    /// Number of distinct paths.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use routing::{AsPath, Asn};

    fn paths(count: u32) -> Vec<AsPath> {
        (0..count).map(|n| AsPath::from_sequence((0..n % 7).map(|k| Asn(n / 7 + k)))).collect()
    }

    #[test]
    fn equal_paths_have_one_index() {
        let mut table = PathTable::default();
        let paths = paths(5_000);
        let first: Vec<u32> = paths.iter().map(|p| table.intern(p.as_ref())).collect();
        let again: Vec<u32> = paths.iter().map(|p| table.intern(p.as_ref())).collect();
        assert_eq!(first, again);
        for (path, index) in paths.iter().zip(first) {
            assert_eq!(table.get(index), path.as_ref());
        }
        assert!(table.len() < paths.len());
        let mut some = PathTable::default();
        paths.iter().for_each(|path| _ = some.intern(path.as_ref()));
        some.forget(|index| index % 3 == 1);
        for index in 0..table.len() as u32 {
            let expected = if index % 3 == 1 { table.get(index).to_string() } else { String::new() };
            assert_eq!(some.get(index).to_string(), expected);
        }
        let (octets, ends, marks) = table.parts();
        let mut same = PathTable::from_parts(octets.to_vec(), ends.to_vec(), marks.to_vec());
        assert!(paths.iter().all(|p| same.intern(p.as_ref()) == table.intern(p.as_ref())));
        assert_eq!(same.len(), table.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn together_is_as_one_by_one(
            rounds in prop::collection::vec(prop::collection::vec((0usize..400, 0u32..9), 0..60), 0..20),
        ) {
            let paths = paths(400);
            let (mut alone, mut together) = (PathTable::default(), PathTable::default());
            let mut room = Room::default();
            for round in rounds {
                // Few routes have a mark.
                let round: Vec<_> = round.iter().map(|&(i, m)| (paths[i].as_ref(), (m < 2).then_some(Asn(m)))).collect();
                let mut found = vec![0; round.len()];
                let (mut wanted, mut waiting) = (Wanted::new(&mut together, round.len() / 2, &mut room), Vec::new());
                for (place, &(path, mark)) in round.iter().enumerate() {
                    if mark.is_some() {
                        found[place] = wanted.of(path, mark);
                    } else {
                        wanted.push(path);
                        waiting.push(place);
                    }
                }
                wanted.find(|turn, index| found[waiting[turn]] = index);
                let one_by_one: Vec<u32> =
                    round.iter().map(|&(path, mark)| alone.intern_marked(path, mark)).collect();
                for (table, found) in [(&together, &found), (&alone, &one_by_one)] {
                    for (&(path, mark), &index) in round.iter().zip(found) {
                        prop_assert_eq!((table.get(index), table.mark(index)), (path, mark));
                    }
                }
                // Read back from what it was put down as, it finds the same.
                let (octets, ends, marks) = alone.parts();
                let mut again = PathTable::from_parts(octets.to_vec(), ends.to_vec(), marks.to_vec());
                let again: Vec<u32> = round.iter().map(|&(path, mark)| again.intern_marked(path, mark)).collect();
                prop_assert_eq!(again, one_by_one);
            }
            // Which has which number may differ: together the marked ones come last.
            prop_assert_eq!(alone.len(), together.len());
        }
    }
}
