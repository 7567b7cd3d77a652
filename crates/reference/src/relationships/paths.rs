//! Distinct paths as relationships are inferred from them.

use std::collections::HashSet;

use routing::{Asn, PathRef, SegmentKind};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// What became of the paths offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PathCounts {
    /// Offered.
    pub offered: u64,
    /// Left out because a network stands in two places: a loop, or an AS number put in on purpose.
    pub looped: u64,
    /// Left out because a number that is no network stands inside.
    pub not_public: u64,
    /// Left out because fewer than two hops remain.
    pub short: u64,
}

/// Distinct cleaned paths: route servers taken out, prepending collapsed, numbers that are no network taken
/// off the origin's end, nothing behind an AS_SET.
#[derive(Clone, Debug, Default)]
pub struct PathSet {
    exchanges: Vec<Asn>,
    asns: Vec<Asn>,
    places: FxHashMap<Asn, u32>,
    distinct: HashSet<Box<[u32]>, FxBuildHasher>,
    /// What became of the paths offered.
    pub counts: PathCounts,
}

impl PathSet {
    /// An empty set that takes the ASNs of route servers, `exchanges`, out of each path.
    pub fn new(exchanges: &[Asn]) -> PathSet {
        let mut exchanges = exchanges.to_vec();
        exchanges.sort_unstable();
        PathSet { exchanges, ..PathSet::default() }
    }

    /// Takes in a path; `is_public` tells networks from numbers that are none.
    pub fn add(&mut self, path: PathRef<'_>, is_public: impl Fn(Asn) -> bool) {
        let mut hops: Vec<Asn> = Vec::with_capacity(path.octets().len() / 4);
        for segment in path.segments() {
            match segment.kind {
                SegmentKind::Sequence => {
                    hops.extend(segment.asns().filter(|a| self.exchanges.binary_search(a).is_err()));
                }
                SegmentKind::Set => break,
                SegmentKind::ConfedSequence | SegmentKind::ConfedSet => {}
            }
        }
        hops.dedup();
        while hops.last().is_some_and(|asn| !is_public(*asn)) {
            hops.pop();
        }
        self.counts.offered += 1;
        if hops.len() < 2 {
            self.counts.short += 1;
        } else if !hops.iter().all(|asn| is_public(*asn)) {
            self.counts.not_public += 1;
        } else if (1..hops.len()).any(|i| hops[..i].contains(&hops[i])) {
            self.counts.looped += 1;
        } else {
            let places: Box<[u32]> = hops.iter().map(|asn| self.place(*asn)).collect();
            self.distinct.insert(places);
        }
    }

    fn place(&mut self, asn: Asn) -> u32 {
        let PathSet { asns, places, .. } = self;
        *places.entry(asn).or_insert_with(|| {
            asns.push(asn);
            asns.len() as u32 - 1
        })
    }

    /// Number of distinct paths.
    pub fn len(&self) -> usize {
        self.distinct.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.distinct.is_empty()
    }

    /// Every network, in no particular order; paths name them by index.
    pub(super) fn asns(&self) -> &[Asn] {
        &self.asns
    }

    /// The paths, nearest the collector first, in no particular order.
    pub(super) fn paths(&self) -> impl Iterator<Item = &[u32]> {
        self.distinct.iter().map(|path| &path[..])
    }
}
