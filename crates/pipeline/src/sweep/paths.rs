use core::hash::Hasher;

use hashbrown::HashTable;
use routing::PathRef;
use rustc_hash::FxHasher;

/// Every distinct AS path once. Paths are compared by their octets, never by a hash alone.
#[derive(Default)]
pub struct PathTable {
    octets: Vec<u8>,
    ends: Vec<usize>,
    index: HashTable<u32>,
}

fn hash(octets: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(octets);
    hasher.finish()
}

impl PathTable {
    /// The index of a path, given one if it is new. Indices count up from 0.
    pub fn intern(&mut self, path: PathRef<'_>) -> u32 {
        let PathTable { octets, ends, index } = self;
        let wanted = path.octets();
        let found = index.find(hash(wanted), |&i| slice(octets, ends, i) == wanted);
        if let Some(&i) = found {
            return i;
        }
        let new = u32::try_from(ends.len()).expect("fewer than 2^32 distinct paths");
        octets.extend_from_slice(wanted);
        ends.push(octets.len());
        index.insert_unique(hash(wanted), new, |&i| hash(slice(octets, ends, i)));
        new
    }

    /// The path at `index`.
    pub fn get(&self, index: u32) -> PathRef<'_> {
        PathRef::from_wire(slice(&self.octets, &self.ends, index)).expect("only checked paths are interned")
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

fn slice<'a>(octets: &'a [u8], ends: &[usize], index: u32) -> &'a [u8] {
    let index = index as usize;
    let start = if index == 0 { 0 } else { ends[index - 1] };
    &octets[start..ends[index]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use routing::{AsPath, Asn};

    #[test]
    fn equal_paths_have_one_index() {
        let mut table = PathTable::default();
        let paths: Vec<AsPath> =
            (0..500).map(|n| AsPath::from_sequence((0..n % 7).map(|k| Asn(n / 7 + k)))).collect();
        let first: Vec<u32> = paths.iter().map(|p| table.intern(p.as_ref())).collect();
        let again: Vec<u32> = paths.iter().map(|p| table.intern(p.as_ref())).collect();
        assert_eq!(first, again);
        for (path, index) in paths.iter().zip(first) {
            assert_eq!(table.get(index), path.as_ref());
        }
        assert!(table.len() < paths.len());
    }
}
