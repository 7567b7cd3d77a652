//! What was known before anything new was seen: which peers' routes are known from a table, since when, and
//! when each link first stood on a path. Built over all spans before any slice of them is judged.

use core::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::collections::HashMap;

use reference::history::History;
use routing::{Asn, RouteSpan, Timestamp};

use super::hops::hops_of;
use crate::month::Collector;

/// A link first seen in updates is known from then on only after this long: what began together with an event
/// says nothing about it.
pub const LINK_SETTLED_SECONDS: i64 = 86_400;
/// How many distinct known paths must lead through a network before the absence of a link says anything.
const PATHS_COVERING_MIN: u32 = 3;
/// How many networks tables must show before they say anything about those that merely carry routes.
const NETWORKS_COVERING_MIN: usize = 10_000;
/// A source of links older than this says nothing by the absence of one.
const LINK_ABSENCE_DAYS_MAX: i64 = 366;
/// A source older than this does not tell a silent number from a new one.
const SILENCE_DAYS_MAX: i64 = 3 * 366;
const DAY: i64 = 86_400;

/// When a link first stood on a path.
#[derive(Clone, Copy, Debug)]
struct LinkTimes {
    first: Timestamp,
    /// In a table.
    table: Option<Timestamp>,
}

/// First sightings of paths, and since when each peer's routes are known from a table. Spans may be taken in in any
/// order and by several threads.
pub struct Sightings {
    /// Per collector and path: the first sighting, and the first in a table.
    paths: Vec<Vec<[AtomicI64; 2]>>,
    /// Per collector and peer: the first table that shows a route of it.
    peers: Vec<Vec<AtomicI64>>,
    /// Per collector and file: whether it is a table.
    tables: Vec<Vec<bool>>,
}

fn tables(collector: &Collector) -> Vec<bool> {
    let mut tables = Vec::new();
    for &table in &collector.tables {
        tables.resize(tables.len().max(table as usize + 1), false);
        tables[table as usize] = true;
    }
    tables
}

fn never() -> AtomicI64 {
    AtomicI64::new(i64::MAX)
}

fn note(first: &AtomicI64, at: Timestamp) {
    if first.load(Relaxed) > at.0 {
        first.fetch_min(at.0, Relaxed);
    }
}

fn noted(first: &AtomicI64) -> Option<Timestamp> {
    Some(Timestamp(first.load(Relaxed))).filter(|at| at.0 != i64::MAX)
}

impl Sightings {
    /// Whether there is anything that could be new: of tables alone nothing is.
    pub fn are_needed(collectors: &[Collector]) -> bool {
        collectors.iter().any(|c| c.recording.files().any(|file| !c.tables.contains(&file)))
    }

    /// Nothing seen yet.
    pub fn new(collectors: &[Collector]) -> Sightings {
        let paths = |c: &Collector| (0..c.paths.len()).map(|_| [never(), never()]).collect();
        let peers = |c: &Collector| c.peers.iter().map(|_| never()).collect();
        Sightings {
            paths: collectors.iter().map(paths).collect(),
            peers: collectors.iter().map(peers).collect(),
            tables: collectors.iter().map(tables).collect(),
        }
    }

    /// Whether a table's record opened the span.
    pub fn is_of_table(&self, span: &RouteSpan) -> bool {
        self.is_table(span.collector, span.file)
    }

    #[inline]
    fn is_table(&self, collector: u16, file: u32) -> bool {
        self.tables[usize::from(collector)].get(file as usize).copied().unwrap_or(false)
    }

    /// Takes in one span: who saw which path from when on, and the file whose record opened it; true when that is
    /// a table.
    #[inline]
    pub fn add(&self, (collector, peer, path, file): (u16, u32, u32, u32), start: Timestamp) -> bool {
        let from_table = self.is_table(collector, file);
        let c = usize::from(collector);
        let [first, table] = &self.paths[c][path as usize];
        note(first, start);
        if from_table {
            note(table, start);
            note(&self.peers[c][peer as usize], start);
        }
        from_table
    }
}

impl Sightings {
    /// When a path was first seen.
    pub fn path_first(&self, collector: usize, path: u32) -> Option<Timestamp> {
        noted(&self.paths[collector][path as usize][0])
    }

    /// When a collector's first table is of.
    pub fn first_table(&self, collector: usize) -> Option<Timestamp> {
        self.paths[collector].iter().filter_map(|[_, table]| noted(table)).min()
    }

    /// Since when the routes of a peer are known from a table.
    pub fn known_since(&self, span: &RouteSpan) -> Option<Timestamp> {
        noted(&self.peers[usize::from(span.collector)][span.peer as usize])
    }
}

fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// What was known when.
pub struct Baseline<'a> {
    history: &'a History,
    sightings: &'a Sightings,
    links: HashMap<(Asn, Asn), LinkTimes>,
    /// Neighbours on the collector's side that tables show, and on how many distinct paths.
    covering: HashMap<Asn, (Vec<Asn>, u32, Timestamp)>,
}

impl<'a> Baseline<'a> {
    /// From first sightings and the collectors' paths.
    pub fn new(
        sightings: &'a Sightings,
        collectors: &[Collector],
        history: &'a History,
        is_network: impl Fn(Asn) -> bool,
    ) -> Baseline<'a> {
        let mut links: HashMap<(Asn, Asn), LinkTimes> = HashMap::new();
        let mut covering: HashMap<Asn, (Vec<Asn>, u32, Timestamp)> = HashMap::new();
        for (collector, paths) in collectors.iter().zip(&sightings.paths) {
            for (path, [first, table]) in (0..).zip(paths) {
                let Some(first) = noted(first) else { continue };
                let times = LinkTimes { first, table: noted(table) };
                let hops = hops_of(collector.paths.get(path), &is_network);
                for pair in hops.windows(2) {
                    let link = links.entry((pair[0], pair[1])).or_insert(times);
                    link.first = link.first.min(times.first);
                    link.table = earlier(link.table, times.table);
                    if let Some(table) = times.table {
                        let (near, count, first) =
                            covering.entry(pair[1]).or_insert_with(|| (Vec::new(), 0, table));
                        if !near.contains(&pair[0]) {
                            near.push(pair[0]);
                        }
                        *count += 1;
                        *first = table.min(*first);
                    }
                }
            }
        }
        Baseline { history, sightings, links, covering }
    }

    /// Whether a table's record opened the span.
    pub fn is_of_table(&self, span: &RouteSpan) -> bool {
        self.sightings.is_of_table(span)
    }

    /// Since when the routes of a peer are known from a table.
    pub fn known_since(&self, span: &RouteSpan) -> Option<Timestamp> {
        noted(&self.sightings.peers[usize::from(span.collector)][span.peer as usize])
    }

    fn known_here(&self, near: Asn, far: Asn, at: Timestamp) -> bool {
        self.links.get(&(near, far)).is_some_and(|times| {
            times.table.is_some_and(|table| table < at) || times.first.0 + LINK_SETTLED_SECONDS <= at.0
        })
    }

    /// Whether a link in this direction was seen before `at`.
    pub fn directed(&self, near: Asn, far: Asn, at: Timestamp) -> bool {
        self.known_here(near, far, at) || self.history.links().directed(near, far, at).is_some()
    }

    /// Whether a link in any direction was seen before `at`.
    pub fn knows_link(&self, a: Asn, b: Asn, at: Timestamp) -> bool {
        self.directed(a, b, at) || self.directed(b, a, at)
    }

    /// Neighbours on the collector's side that were seen before `at`, ascending.
    pub fn neighbours(&self, far: Asn, at: Timestamp) -> Vec<Asn> {
        let here = self.covering.get(&far).map_or(&[][..], |(near, ..)| near.as_slice());
        let here = here.iter().copied().filter(|near| self.known_here(*near, far, at));
        let mut all: Vec<Asn> = here.chain(self.history.links().neighbours(far, at)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a network was seen on any path before `at`.
    pub fn knows(&self, asn: Asn, at: Timestamp) -> bool {
        self.history.links().knows(asn, at)
            || self.history.origins().by(asn, at).next().is_some()
            || self.covering.get(&asn).is_some_and(|(.., first)| *first < at)
    }

    /// Whether a network was on no path before `at`, although what was seen would have shown it.
    pub fn is_newcomer(&self, asn: Asn, at: Timestamp) -> bool {
        let age = self.history.latest_links(at).map(|as_of| (at.0 - as_of.0) / DAY);
        let covered = self.covering.len() >= NETWORKS_COVERING_MIN
            || age.is_some_and(|days| days <= LINK_ABSENCE_DAYS_MAX);
        covered && !self.knows(asn, at)
    }

    /// Whether the absence of a link to `far` would mean anything. A table of a few prefixes covers their origins
    /// and nobody else.
    pub fn covers(&self, far: Asn, at_origin: bool, at: Timestamp) -> bool {
        let tables =
            self.covering.get(&far).is_some_and(|(_, n, first)| *n >= PATHS_COVERING_MIN && *first < at)
                && (at_origin || self.covering.len() >= NETWORKS_COVERING_MIN);
        let age = self.history.latest_links(at).map(|as_of| (at.0 - as_of.0) / DAY);
        let links = self.history.links();
        tables
            || age.is_some_and(|days| days <= LINK_ABSENCE_DAYS_MAX) && links.knows(far, at)
            || age.is_some_and(|days| days <= SILENCE_DAYS_MAX)
                && !self.knows(far, at)
                && links.was_silent(far, at)
    }

    /// Whether links of a network were seen in a table here or in a source that is not too old: one that is not
    /// among them is new, though too little may be known of the network to hold its absence against it.
    pub fn shows_links_of(&self, asn: Asn, at: Timestamp) -> bool {
        let links = self.history.links();
        let age = self.history.latest_links(at).map(|as_of| (at.0 - as_of.0) / DAY);
        self.covering.get(&asn).is_some_and(|(.., first)| *first < at)
            || age.is_some_and(|days| days <= SILENCE_DAYS_MAX) && links.knows(asn, at)
    }

    /// The history it rests on.
    pub fn history(&self) -> &'a History {
        self.history
    }
}
