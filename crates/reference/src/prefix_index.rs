use routing::{Family, Prefix};

/// No node: the parent of a root.
const NONE: u32 = u32::MAX;

/// Sorted distinct prefixes, each linked to the nearest one that covers it.
///
/// Prefixes either nest or are disjoint, so every one that covers a query is found by climbing from the
/// query's predecessor in sorted order. A jump table over the first 16 bits keeps the binary search short; a
/// [`Cursor`] replaces the search by one step per node for queries in sorted order.
#[derive(Clone, Debug)]
pub(crate) struct PrefixIndex {
    prefixes: Vec<Prefix>,
    parents: Vec<u32>,
    /// Per family: number of prefixes of that family before those whose first 16 bits are at least the index.
    jumps: [Vec<u32>; 2],
}

fn family_slot(family: Family) -> usize {
    usize::from(family == Family::V6)
}

fn top(prefix: &Prefix) -> usize {
    (prefix.bits() >> 112) as usize
}

impl PrefixIndex {
    /// `prefixes` ascending and distinct.
    pub fn new(prefixes: Vec<Prefix>) -> PrefixIndex {
        debug_assert!(prefixes.is_sorted_by(|a, b| a < b));
        assert!(prefixes.len() < NONE as usize, "an index holds fewer than 2^32 prefixes");
        let mut parents = Vec::with_capacity(prefixes.len());
        let mut open: Vec<u32> = Vec::new();
        for (i, prefix) in prefixes.iter().enumerate() {
            while open.last().is_some_and(|&node| !prefixes[node as usize].contains(prefix)) {
                open.pop();
            }
            parents.push(open.last().copied().unwrap_or(NONE));
            open.push(i as u32);
        }
        let jumps = [Family::V4, Family::V6].map(|family| jumps(&prefixes, family));
        PrefixIndex { prefixes, parents, jumps }
    }

    /// The most specific node that covers `query`.
    pub fn deepest(&self, query: &Prefix) -> Option<usize> {
        let jumps = &self.jumps[family_slot(query.family())];
        let (from, to) = (jumps[top(query)] as usize, jumps[top(query) + 1] as usize);
        let behind = from + self.prefixes[from..to].partition_point(|p| p <= query);
        self.climb(u32::try_from(behind).ok()?.checked_sub(1)?, query)
    }

    /// From `node` upwards to the first that covers `query`.
    fn climb(&self, mut node: u32, query: &Prefix) -> Option<usize> {
        while node != NONE {
            if self.prefixes[node as usize].contains(query) {
                return Some(node as usize);
            }
            node = self.parents[node as usize];
        }
        None
    }

    /// `node` and every node that covers it, most specific first.
    pub fn upwards(&self, node: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        core::iter::successors(node, |&n| Some(self.parents[n]).filter(|&p| p != NONE).map(|p| p as usize))
    }

    /// Starts a walk over queries in ascending order.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor { index: self, next: 0, deepest: NONE, last: None }
    }
}

fn jumps(prefixes: &[Prefix], family: Family) -> Vec<u32> {
    let start = prefixes.partition_point(|p| p.family() < family);
    let end = prefixes.partition_point(|p| p.family() <= family);
    let mut jumps = Vec::with_capacity((1 << 16) + 1);
    let mut at = start;
    for head in 0..1 << 16 {
        while at < end && top(&prefixes[at]) < head {
            at += 1;
        }
        jumps.push(at as u32);
    }
    jumps.push(end as u32);
    jumps
}

/// A merge-join of ascending queries with the index.
pub(crate) struct Cursor<'a> {
    index: &'a PrefixIndex,
    next: u32,
    deepest: u32,
    last: Option<Prefix>,
}

impl Cursor<'_> {
    /// The most specific node that covers `query`. A query below its predecessor is answered too, by search.
    pub fn deepest(&mut self, query: &Prefix) -> Option<usize> {
        if self.last.is_some_and(|last| *query < last) {
            return self.index.deepest(query);
        }
        self.last = Some(*query);
        let prefixes = &self.index.prefixes;
        while (self.next as usize) < prefixes.len() && prefixes[self.next as usize] <= *query {
            self.deepest = self.next;
            self.next += 1;
        }
        // Nodes that do not cover this query lie behind it and cover none of the later ones either.
        let found = if self.deepest == NONE { None } else { self.index.climb(self.deepest, query) };
        self.deepest = found.map_or(NONE, |n| n as u32);
        found
    }
}
