//! A month: spans and reference data in, routes, events, incidents, measurements and grades out.
//!
//! Facts are judged here and nowhere else, each distinct (prefix, origin) and each distinct path once. The
//! same inputs give the same result, whatever the order of files or the number of threads.

mod areas;
mod bogons;
mod inputs;
mod networks;
mod peers;
mod routes;
mod scores;
mod spoofing;
mod verdicts;

use std::collections::BTreeMap;

use detect::Event;
use detect::replay::{Replay, replay};
use measure::framework::Framework;
use routing::{Month, RouteSpan};

pub use areas::{Area, AreaScope, AreaScore};
pub use bogons::{EventId, is_ongoing};
pub use inputs::{AutNumFacts, BogonEpoch, Collector, DailyReport, Dated, Inputs, References, Settings};
pub use networks::{Network, Registration};
pub use peers::PeerFeed;
pub use routes::{Route, origin};
pub use scores::{Explained, Graded, Incident};
pub use verdicts::{Exclusions, IrrWord, Verdict};

/// A computed month.
pub struct Outcome {
    /// The month.
    pub month: Month,
    /// Peers of every collector with their share of a full feed.
    pub feeds: Vec<Vec<PeerFeed>>,
    /// Routes in the order of prefix and origin.
    pub routes: Vec<Route>,
    /// Their verdicts, in the same order.
    pub verdicts: Vec<Verdict>,
    /// Events with their ids, in the order of kind, time and culprit.
    pub events: Vec<(EventId, Event)>,
    /// The routes around each of them, in the same order.
    pub replays: Vec<Replay>,
    /// Networks in the order of their ASNs.
    pub networks: Vec<Network>,
    /// One per framework, in the order given.
    pub graded: Vec<Graded>,
}

/// Computes a month. The spans are taken out of the collectors; everything else stays for the caller to cite.
pub fn compute(inputs: &mut Inputs<'_>) -> Outcome {
    let spans = all_spans(&mut inputs.collectors);
    let inputs = &*inputs;
    let peers: Vec<Vec<routing::Peer>> = inputs.collectors.iter().map(|c| c.peers.clone()).collect();
    let feeds = peers::measure(&spans, &peers, inputs.settings.full_feed_share_percent_min);
    let origins = origins(&spans, &inputs.collectors);
    let mut routes = Vec::new();
    let mut from = 0;
    for same_prefix in spans.chunk_by(|a, b| a.prefix == b.prefix) {
        let to = from + same_prefix.len();
        routes::fold(same_prefix, &origins[from..to], &feeds, &mut routes);
        from = to;
    }
    let verdicts = verdicts::judge(&routes, inputs);
    let events = bogons::detect(&spans, inputs);
    let replays = events.iter().map(|(_, event)| replay_of(&spans, event)).collect();
    let networks = networks::describe(&routes, &verdicts, &events, inputs);
    let observed = observed(inputs);
    let graded = inputs
        .frameworks
        .iter()
        .map(|framework: &Framework| {
            scores::grade(framework, inputs, &observed, &routes, &verdicts, &feeds, &events, &networks)
        })
        .collect();
    Outcome { month: inputs.month, feeds, routes, verdicts, events, replays, networks, graded }
}

/// The routes around an event: of its prefix, and of the one it was taken from. `spans` are sorted by prefix.
fn replay_of(spans: &[RouteSpan], event: &Event) -> Replay {
    let prefixes: Vec<routing::Prefix> = [event.prefix].into_iter().chain(event.related).collect();
    replay(spans, &prefixes, event.span)
}

/// Takes the spans out of the collectors and sorts them: by prefix, then by who saw them and when.
fn all_spans(collectors: &mut [Collector]) -> Vec<RouteSpan> {
    let mut spans: Vec<RouteSpan> = Vec::with_capacity(collectors.iter().map(|c| c.spans.len()).sum());
    for (index, collector) in (0u16..).zip(collectors.iter_mut()) {
        let own = core::mem::take(&mut collector.spans);
        spans.extend(own.into_iter().map(|span| RouteSpan { collector: index, ..span }));
    }
    spans.sort_unstable_by_key(|s| (s.prefix, s.collector, s.peer, s.path_id, s.time, s.file, s.offset));
    spans
}

fn origins(spans: &[RouteSpan], collectors: &[Collector]) -> Vec<Option<routing::Asn>> {
    // A path's origin is found once per path; only an empty path needs the peer.
    let of_path: Vec<Vec<routing::Origin>> = collectors
        .iter()
        .map(|c| (0..c.paths.len() as u32).map(|i| c.paths.get(i).origin()).collect())
        .collect();
    spans
        .iter()
        .map(|span| match of_path[usize::from(span.collector)][span.path as usize] {
            routing::Origin::As(asn) => Some(asn),
            routing::Origin::None => None,
            routing::Origin::Speaker => {
                Some(collectors[usize::from(span.collector)].peers[span.peer as usize].asn)
            }
        })
        .collect()
}

/// Whether announcements were observed at all: without that, no incident is not an absence of incidents.
fn observed(inputs: &Inputs<'_>) -> Result<(), routing::Unknown> {
    if inputs.collectors.iter().any(|c| !c.coverage.is_empty()) {
        Ok(())
    } else {
        Err(routing::Unknown::because(format!("no BGP data of {} are loaded", inputs.month)))
    }
}

/// Counts by word, for summaries.
pub fn tally<T: Ord>(words: impl IntoIterator<Item = T>) -> BTreeMap<T, u64> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    counts
}
