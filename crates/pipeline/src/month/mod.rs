//! A month: spans and reference data in, routes, events, incidents, measurements and grades out.
//!
//! Facts are judged here and nowhere else, each distinct (prefix, origin) and each distinct path once. The
//! same inputs give the same result, whatever the order of files or the number of threads.

mod areas;
mod bogons;
mod facts;
mod inputs;
mod leak_credits;
mod leaks;
mod networks;
pub mod origins;
mod parts;
mod peers;
mod replays;
mod routes;
mod scores;
mod spoofing;
mod verdicts;

use std::collections::BTreeMap;
use std::io;

use detect::Event;
use measure::framework::Framework;
use routing::Month;

pub use areas::{Area, AreaScope, AreaScore};
pub use bogons::{EventId, end_unknown, is_ongoing};
pub use facts::facts;
pub use inputs::{
    AutNumFacts, Before, BogonEpoch, Collector, DailyReport, Dated, Inputs, Known, References, Settings,
};
pub use leaks::{Inferred, LeakContext, LeakReferences, detect as detect_leaks};
pub use networks::{Network, Registration};
pub use peers::{PeerFeed, measure as measure_feeds};
pub use replays::{Judged, JudgedBy, JudgedState, Registered, Replays, registered};
pub use routes::{Route, origin};
pub use scores::{Explained, Graded, Incident};
pub use verdicts::{Exclusions, IrrWord, NotCounted, Verdict};

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
    /// The routes around each of them.
    pub replays: Replays,
    /// Networks in the order of their ASNs.
    pub networks: Vec<Network>,
    /// One per framework, in the order given.
    pub graded: Vec<Graded>,
    /// Relationships told from paths, where they were needed and none were given.
    pub inferred: Option<Inferred>,
}

/// Does many jobs, of which none depends on another: one after the other, or on as many threads as the machine
/// gives. The result of a month does not depend on it.
pub trait Workers: Sync {
    /// Calls `job` once with each number below `jobs`.
    fn each(&self, jobs: usize, job: &(dyn Fn(usize) + Sync));
}

/// One job after the other.
pub struct InTurn;

impl Workers for InTurn {
    fn each(&self, jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        (0..jobs).for_each(job);
    }
}

/// Computes a month.
///
/// # Errors
///
/// When what a sweep laid down cannot be read again.
pub fn compute(inputs: &Inputs<'_>, workers: &dyn Workers) -> io::Result<Outcome> {
    let parts::Judged { feeds, routes, verdicts, events, replays, inferred } = parts::judge(inputs, workers)?;
    let networks = networks::describe(&routes, &verdicts, &events, inputs);
    let observed = observed(inputs);
    let graded = inputs
        .frameworks
        .iter()
        .map(|framework: &Framework| {
            scores::grade(framework, inputs, &observed, &routes, &verdicts, &feeds, &events, &networks)
        })
        .collect();
    Ok(Outcome { month: inputs.month, feeds, routes, verdicts, events, replays, networks, graded, inferred })
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
