//! What was there when the data began: the past against which something can be new.

use routing::{RouteSpan, Timestamp};
use rustc_hash::FxHashSet;

use super::Collector;

/// A peer that shows routes for so long has shown what is customary with it: a day.
const SETTLED_SECONDS: i64 = 86_400;

/// When paths and peers were first seen, gathered from all spans, in as many slices as one likes and in any order.
#[derive(Clone, Debug, Default)]
pub struct Beginnings {
    collectors: Vec<Beginning>,
}

#[derive(Clone, Debug)]
struct Beginning {
    /// The collector's files that are tables.
    tables: FxHashSet<u32>,
    /// When its first table is of.
    first_table: Timestamp,
    /// By path: when it was first seen.
    paths: Vec<Timestamp>,
    /// By peer: when it was first seen, and when first in a table.
    peers: Vec<(Timestamp, Timestamp)>,
}

/// Later than anything.
const NEVER: Timestamp = Timestamp(i64::MAX);

impl Beginnings {
    /// Nothing seen yet of these collectors.
    pub fn new(collectors: &[Collector]) -> Beginnings {
        let beginning = |c: &Collector| Beginning {
            tables: c.tables.iter().copied().collect(),
            first_table: NEVER,
            paths: vec![NEVER; c.paths.len()],
            peers: vec![(NEVER, NEVER); c.peers.len()],
        };
        Beginnings { collectors: collectors.iter().map(beginning).collect() }
    }

    /// Takes in some spans.
    pub fn add(&mut self, spans: &[RouteSpan]) {
        for span in spans {
            let start = span.time.start;
            let collector = &mut self.collectors[usize::from(span.collector)];
            let path = &mut collector.paths[span.path as usize];
            *path = start.min(*path);
            let (first, in_table) = &mut collector.peers[span.peer as usize];
            *first = start.min(*first);
            if collector.tables.contains(&span.file) {
                *in_table = start.min(*in_table);
                collector.first_table = start.min(collector.first_table);
            }
        }
    }

    /// When the first table of all is of.
    pub fn first_table(&self) -> Option<Timestamp> {
        self.collectors.iter().map(|c| c.first_table).min().filter(|at| *at != NEVER)
    }

    /// True when the path was there in the collector's first table, or before it.
    pub fn stood(&self, collector: usize, path: u32) -> bool {
        let collector = &self.collectors[collector];
        collector.first_table != NEVER && collector.paths[path as usize] <= collector.first_table
    }

    /// True when what the peer showed before the span is known: it was in a table before, or has been showing
    /// routes for a day since the collector's first table.
    pub fn knows_before(&self, span: &RouteSpan) -> bool {
        let collector = &self.collectors[usize::from(span.collector)];
        let (first, in_table) = collector.peers[span.peer as usize];
        let start = span.time.start;
        let settled = first.max(collector.first_table).0.saturating_add(SETTLED_SECONDS) <= start.0;
        in_table < start || settled
    }
}
