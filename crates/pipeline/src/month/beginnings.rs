//! What was there when the data began: the past against which something can be new.

use routing::{Prefix, RouteSpan, Timestamp};

use super::Collector;

/// A peer that shows routes for so long has shown what is customary with it: a day.
const SETTLED_SECONDS: i64 = 86_400;

/// When paths and peers were first seen, gathered from all spans, in as many slices as one likes.
#[derive(Clone, Debug, Default)]
pub struct Beginnings {
    /// By collector: when its data begin.
    starts: Vec<Option<Timestamp>>,
    /// By collector and path.
    paths: Vec<Vec<Timestamp>>,
    /// By collector and peer.
    peers: Vec<Vec<PeerBeginning>>,
}

#[derive(Clone, Copy, Debug)]
struct PeerBeginning {
    since: Timestamp,
    /// Distinct prefixes, and those of them that were there when the collector's data begin.
    prefixes: u64,
    at_start: u64,
    last: Option<Prefix>,
    last_at_start: Option<Prefix>,
}

/// Later than anything.
const NEVER: Timestamp = Timestamp(i64::MAX);

impl Beginnings {
    /// Nothing seen yet of these collectors.
    pub fn new(collectors: &[Collector]) -> Beginnings {
        let peer = PeerBeginning { since: NEVER, prefixes: 0, at_start: 0, last: None, last_at_start: None };
        Beginnings {
            starts: collectors.iter().map(|c| c.coverage.iter().map(|s| s.start).min()).collect(),
            paths: collectors.iter().map(|c| vec![NEVER; c.paths.len()]).collect(),
            peers: collectors.iter().map(|c| vec![peer; c.peers.len()]).collect(),
        }
    }

    /// Takes in a slice of spans sorted by prefix; no prefix is in two slices.
    pub fn add(&mut self, spans: &[RouteSpan]) {
        for span in spans {
            let c = usize::from(span.collector);
            let path = &mut self.paths[c][span.path as usize];
            *path = (*path).min(span.time.start);
            let peer = &mut self.peers[c][span.peer as usize];
            peer.since = peer.since.min(span.time.start);
            if peer.last != Some(span.prefix) {
                (peer.last, peer.prefixes) = (Some(span.prefix), peer.prefixes + 1);
            }
            if Some(span.time.start) <= self.starts[c] && peer.last_at_start != Some(span.prefix) {
                (peer.last_at_start, peer.at_start) = (Some(span.prefix), peer.at_start + 1);
            }
        }
    }

    /// When the first data begin.
    pub fn data_start(&self) -> Option<Timestamp> {
        self.starts.iter().flatten().min().copied()
    }

    /// True when the path was there when the collector's data began.
    pub fn stood(&self, collector: usize, path: u32) -> bool {
        Some(self.paths[collector][path as usize]) <= self.starts[collector]
    }

    /// True when what the peer showed before the span is known: it began with a table, in which most of what it
    /// ever showed was there, or has been showing routes for a day.
    pub fn knows_before(&self, span: &RouteSpan) -> bool {
        let c = usize::from(span.collector);
        let peer = &self.peers[c][span.peer as usize];
        let began_with_table = peer.at_start * 2 >= peer.prefixes && peer.at_start > 0;
        let table = self.starts[c].filter(|_| self.began_with_table(c));
        match table {
            Some(start) if began_with_table => span.time.start > start,
            Some(_) => span.time.start.0 - peer.since.0 >= SETTLED_SECONDS,
            None => false,
        }
    }

    fn began_with_table(&self, collector: usize) -> bool {
        self.peers[collector].iter().any(|p| p.at_start * 2 >= p.prefixes && p.at_start > 0)
    }
}
