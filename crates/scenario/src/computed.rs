//! The real code run over a world.

use std::collections::BTreeMap;

use measure::facts::MonthFacts;
use measure::framework::{self, Framework};
use measure::metric::Metric;
use pipeline::month::{Collector, Explained, Graded, InTurn, Inputs, Outcome, PeerFeed, Settings, compute};
use pipeline::sweep::{self, Beginning, PathTable, Sweep, beginning};
use routing::{Peer, RouteSpan, Span};

use crate::recording;
use crate::references::references;
use crate::words::Wrong;
use crate::world::{CollectorText, Recorded, World};

/// Why no shelf can fail.
const IN_MEMORY: &str = "a small world is held in memory";

/// What came out.
pub(crate) struct Computed {
    pub outcome: Outcome,
    pub collectors: Vec<SweptCollector>,
    pub frameworks: Vec<Framework>,
    /// By framework and network.
    pub metrics: Vec<Vec<BTreeMap<Metric, Explained>>>,
    /// Records outside the month that were ignored.
    pub outside: u64,
    /// What its grades are made from.
    pub facts: MonthFacts,
}

/// What the sweep made of a collector's files.
pub(crate) struct SweptCollector {
    pub name: String,
    pub peers: Vec<Peer>,
    pub spans: Vec<RouteSpan>,
    pub paths: PathTable,
    pub coverage: Vec<Span>,
}

impl Computed {
    /// A framework by its version.
    pub fn framework(&self, id: &str) -> (usize, &Framework) {
        let index = self.frameworks.iter().position(|f| f.id == id);
        let index = index.expect("only shipped frameworks and drafts are named");
        (index, &self.frameworks[index])
    }

    /// Every peer's feed.
    pub fn feeds(&self) -> impl Iterator<Item = &PeerFeed> {
        self.outcome.feeds.iter().flatten()
    }
}

/// Computes a world's month.
pub(crate) fn compute_world(world: &World) -> Result<Computed, Wrong> {
    let month = world.month.expect("checked when read");
    let shipped = framework::shipped().iter().map(|(id, _)| framework::load(id).expect("shipped"));
    let frameworks: Vec<Framework> = shipped.chain(world.drafts.iter().cloned()).collect();
    let references = references(world, month)?;
    let mut texts: Vec<&CollectorText> = world.collectors.iter().collect();
    texts.sort_by(|a, b| a.name.cmp(&b.name));
    let (mut outside, mut collectors) = (0, Vec::new());
    for text in texts {
        let (swept, ignored) = sweep(text, month.span())?;
        outside += ignored;
        collectors.push(swept);
    }
    let spans: Vec<Vec<RouteSpan>> =
        (0u16..).zip(&collectors).map(|(i, c)| c.recording.all_spans(i).expect(IN_MEMORY)).collect();
    let settings = Settings {
        full_feed_share_percent_min: world.full_feed_percent,
        peers_min_visible: world.peers_min_visible,
    };
    let inputs = Inputs { month, frameworks: &frameworks, collectors, references, settings };
    let outcome = compute(&inputs, &InTurn).expect(IN_MEMORY);
    let facts = pipeline::month::facts(&inputs, &outcome);
    let of_framework = |(framework, graded): (&Framework, &Graded)| {
        let of = |network| graded.metrics(framework, &inputs, network, &outcome.verdicts);
        outcome.networks.iter().map(of).collect()
    };
    let metrics = frameworks.iter().zip(&outcome.graded).map(of_framework).collect();
    let collectors = inputs
        .collectors
        .into_iter()
        .zip(spans)
        .map(|(c, spans)| SweptCollector {
            name: c.name,
            peers: c.peers,
            spans,
            paths: c.paths,
            coverage: c.coverage,
        })
        .collect();
    Ok(Computed { outcome, collectors, frameworks, metrics, outside, facts })
}

/// Sweeps a collector's files in the order of their beginnings, from its last table before the month on.
fn sweep(text: &CollectorText, window: Span) -> Result<(Collector, u64), Wrong> {
    let files = recording::files(text)?;
    let mut plan: Vec<(Beginning, usize)> = (0..files.len())
        .map(|i| (beginning(files[i].as_slice()).expect("a written file begins with a record"), i))
        .collect();
    plan.sort_unstable();
    let plan = sweep::pieces(plan);
    let tables = plan.iter().filter(|(b, ..)| !b.updates && b.time <= window.start);
    let from = tables.map(|(b, ..)| b.time).max().unwrap_or(window.start);
    let mut sweep = Sweep::new(window, from, text.gap_seconds_max);
    let (mut outside, mut faults) = (0, 0);
    let tables = plan.iter().filter(|(b, ..)| !b.updates).map(|(_, file, _)| *file as u32).collect();
    for (_, file, within) in plan {
        let report = sweep.read_within(file as u32, files[file].as_slice(), within).expect(IN_MEMORY);
        outside += report.records_outside;
        faults += report.faults.total();
    }
    let damaged =
        text.steps.iter().filter(|s| matches!(s.what, Recorded::Table { damaged: true, .. })).count();
    if faults != damaged as u64 {
        let line = text.steps.first().map_or(1, |s| s.line);
        return Err(Wrong { line, message: format!("{faults} faults in the recording, {damaged} meant") });
    }
    let swept = sweep.finish().expect(IN_MEMORY);
    let collector = Collector {
        name: text.name.clone(),
        peers: swept.peers,
        paths: swept.paths,
        coverage: swept.coverage,
        tables,
        recording: swept.recording,
    };
    Ok((collector, outside))
}
