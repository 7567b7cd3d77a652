//! Two frameworks side by side on one month.

use std::collections::BTreeMap;

use measure::framework::{Framework, ScoreKey};
use serde::Serialize;

use crate::standing::{Scope, Standing, Subject, standings};
use crate::{Month, unknown};

/// One score of one subject under both frameworks.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Change {
    /// The month.
    pub month: String,
    /// What kind of subject.
    pub scope: Scope,
    /// `AS64500`, `NL`, `network-operators/acme`.
    pub id: String,
    /// Its AS number, of a network.
    pub asn: Option<u32>,
    /// Its name; empty where none is known.
    pub name: String,
    /// The registered economy, of a network; empty where none is known.
    pub economy: String,
    /// The score.
    pub score: &'static str,
    /// Under the one framework.
    pub before: Standing,
    /// Under the other.
    pub after: Standing,
}

/// How the grades of one score move, over all subjects of a scope.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Count {
    /// What kind of subjects.
    pub scope: Scope,
    /// The score.
    pub score: &'static str,
    /// How many.
    pub subjects: u64,
    /// With the same grade, or with none under both.
    pub same: u64,
    /// With a better grade.
    pub better: u64,
    /// With a worse one.
    pub worse: u64,
    /// With a grade where there was none.
    pub gained: u64,
    /// Without a grade where there was one.
    pub lost: u64,
    /// From grade to grade, both among `ready`, `aspiring`, `lagging`, `none`; of those that change.
    pub moves: BTreeMap<String, u64>,
}

/// A month under two frameworks.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Simulation {
    /// The month.
    pub month: String,
    /// Id of the one framework.
    pub before: String,
    /// Id of the other.
    pub after: String,
    /// What is unknown under either, each in a sentence.
    pub unknown: Vec<String>,
    /// By scope and score.
    pub counts: Vec<Count>,
    /// Every score of every subject, or those alone whose grade changes; by scope and subject.
    pub changes: Vec<Change>,
}

/// Grades a month by both frameworks and compares. With `all` unchanged subjects are listed too.
pub fn simulate(month: &Month<'_>, before: &Framework, after: &Framework, all: bool) -> Simulation {
    let (old, new) = (standings(before, month), standings(after, month));
    let mut keys: Vec<&(Subject, ScoreKey)> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let organisations: BTreeMap<String, &str> = month
        .participants
        .iter()
        .map(|row| (format!("{}/{}", row.programme, row.id), row.organisation.as_str()))
        .collect();
    let mut counts: BTreeMap<(Scope, ScoreKey), Count> = BTreeMap::new();
    let mut changes = Vec::new();
    for key in keys {
        let (subject, score) = key;
        let was = old.get(key).cloned().unwrap_or_else(|| Standing::not_scored(before));
        let is = new.get(key).cloned().unwrap_or_else(|| Standing::not_scored(after));
        let count = counts.entry((subject.scope, *score)).or_insert_with(|| Count {
            scope: subject.scope,
            score: score.as_str(),
            subjects: 0,
            same: 0,
            better: 0,
            worse: 0,
            gained: 0,
            lost: 0,
            moves: BTreeMap::new(),
        });
        count.add(was.grade, is.grade);
        if all || was.grade != is.grade {
            let place =
                (subject.scope == Scope::Network).then(|| month.directory.index(subject.asn)).flatten();
            let name = match subject.scope {
                Scope::Network => place.map_or("", |i| month.directory.names.get(i)),
                Scope::Economy => "",
                Scope::Participant => organisations.get(&subject.id).copied().unwrap_or_default(),
            };
            changes.push(Change {
                month: month.facts.month.to_string(),
                scope: subject.scope,
                id: subject.id.clone(),
                asn: (subject.scope == Scope::Network).then_some(subject.asn),
                name: name.to_owned(),
                economy: place.map_or("", |i| month.directory.economies.get(i)).to_owned(),
                score: score.as_str(),
                before: was,
                after: is,
            });
        }
    }
    let mut without = unknown(before, month.facts);
    if before.digest != after.digest {
        without.extend(unknown(after, month.facts));
    }
    Simulation {
        month: month.facts.month.to_string(),
        before: before.id.clone(),
        after: after.id.clone(),
        unknown: without,
        counts: counts.into_values().collect(),
        changes,
    }
}

impl Count {
    /// Subjects whose grade changes.
    pub fn changed(&self) -> u64 {
        self.subjects - self.same
    }

    fn add(&mut self, was: Option<&'static str>, is: Option<&'static str>) {
        // The grades in the order from the best.
        let rank = |grade: &str| ["ready", "aspiring", "lagging"].iter().position(|known| *known == grade);
        self.subjects += 1;
        let place = match (was, is) {
            (was, is) if was == is => &mut self.same,
            (None, _) => &mut self.gained,
            (_, None) => &mut self.lost,
            (Some(was), Some(is)) if rank(is) < rank(was) => &mut self.better,
            _ => &mut self.worse,
        };
        *place += 1;
        if was != is {
            let word = |grade: Option<&str>| grade.unwrap_or("none").to_owned();
            *self.moves.entry(format!("{} to {}", word(was), word(is))).or_default() += 1;
        }
    }
}
