//! A published month under another framework: who would have which grade, and who changes it. Graded from the facts that
//! a publication keeps, so that no source is read again; equal to computing the month anew.

mod compare;
pub mod fixes;
mod standing;
pub mod whatif;

use std::collections::BTreeSet;

use measure::facts::MonthFacts;
use measure::framework::{Framework, MetricUse};
use measure::metric::METRICS;
use store::{Directory, ParticipantRow};

pub use compare::{Change, Count, Simulation, simulate};
pub use standing::{Scope, Standing, Subject, standings};

/// What a month is graded again from.
#[derive(Clone, Copy, Debug)]
pub struct Month<'a> {
    /// The facts its generation keeps.
    pub facts: &'a MonthFacts,
    /// Names and economies of its networks.
    pub directory: &'a Directory,
    /// Who takes part.
    pub participants: &'a [ParticipantRow],
}

/// The facts of a month were not kept: it was published before they were.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "{0} was published before the facts behind its grades were kept: `observatory month {0}` computes it anew, then it \
     can be graded by any framework"
)]
pub struct NotKept(pub String);

/// Metrics that a framework asks for and the month has no value of for any network, each in a sentence.
pub fn unknown(framework: &Framework, facts: &MonthFacts) -> Vec<String> {
    let scored: BTreeSet<_> =
        framework.scores.iter().flat_map(|score| score.components.iter().flatten().copied()).collect();
    let used = METRICS.iter().filter(|row| framework.metric(row.metric).usage != MetricUse::NotUsed);
    used.filter_map(|row| {
        let why = facts.unknown.get(&row.metric)?;
        let part = if scored.contains(&row.metric) { "scored" } else { "shown" };
        Some(format!("{} ({part} by {}) is unknown: {}", row.code, framework.id, why.0))
    })
    .collect()
}
