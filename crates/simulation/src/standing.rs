//! Every subject's scores and grades under one framework.

use std::collections::BTreeMap;

use measure::aggregate::Aggregate;
use measure::facts;
use measure::framework::{Framework, Grade, ScoreKey};
use measure::readiness::Readiness;
use programme::{Conformance, Membership, Participant};
use routing::{Asn, Date, Unknown};
use serde::Serialize;
use store::ParticipantRow;

use crate::Month;

/// What kind of subject a grade is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One network.
    Network,
    /// The networks registered in an economy, pooled.
    Economy,
    /// A participant of a programme.
    Participant,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 3] = [Scope::Network, Scope::Economy, Scope::Participant];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::Network => "network",
            Scope::Economy => "economy",
            Scope::Participant => "participant",
        }
    }
}

/// Who a grade is of; ordered by scope and number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Subject {
    /// The kind.
    pub scope: Scope,
    /// Its AS number; 0 for what is no network.
    pub asn: u32,
    /// `AS64500`, `NL`, `network-operators/acme`.
    pub id: String,
}

/// A score and its grade, or why there is none.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Standing {
    /// From 0 to 1.
    pub score: Option<f64>,
    /// Its grade.
    pub grade: Option<&'static str>,
    /// Why there is no score.
    pub unknown: Option<String>,
}

impl Standing {
    pub(crate) fn of(score: Result<f64, Unknown>, grade: Option<Grade>) -> Standing {
        let unknown = score.as_ref().err().map(|why| why.0.clone());
        Standing { score: score.ok(), grade: grade.map(Grade::as_str), unknown }
    }

    /// Of a score that a framework does not have.
    pub fn not_scored(framework: &Framework) -> Standing {
        let why = format!("{} has no such score", framework.id);
        Standing { score: None, grade: None, unknown: Some(why) }
    }
}

/// Where every network, economy and participant of a month stands under a framework.
pub fn standings(framework: &Framework, month: &Month<'_>) -> BTreeMap<(Subject, ScoreKey), Standing> {
    let graded = facts::grade(framework, month.facts);
    let mut out = BTreeMap::new();
    let mut economies: BTreeMap<&str, Vec<Aggregate>> = BTreeMap::new();
    for (network, readiness) in month.facts.networks.iter().zip(&graded) {
        let asn = network.asn.0;
        let place = month.directory.index(asn);
        let code = place.map(|i| month.directory.economies.get(i)).filter(|code| !code.is_empty());
        let pooled = economies
            .entry(code.unwrap_or("ZZ"))
            .or_insert_with(|| vec![Aggregate::new(framework.aggregation.area); framework.scores.len()]);
        for ((rule, action), pooled) in framework.scores.iter().zip(&readiness.actions).zip(pooled) {
            pooled.add(action.score.as_ref().copied(), &rule.grades);
            let subject = Subject { scope: Scope::Network, asn, id: network.asn.to_string() };
            out.insert((subject, rule.key), Standing::of(action.score.clone(), action.grade));
        }
    }
    for (code, pooled) in economies {
        for (rule, pooled) in framework.scores.iter().zip(pooled) {
            let subject = Subject { scope: Scope::Economy, asn: 0, id: code.to_owned() };
            out.insert((subject, rule.key), Standing::of(pooled.score(), pooled.grade(&rule.grades)));
        }
    }
    for row in month.participants {
        for (key, standing) in of_participant(framework, month, &graded, row) {
            let id = format!("{}/{}", row.programme, row.id);
            out.insert((Subject { scope: Scope::Participant, asn: 0, id }, key), standing);
        }
    }
    out
}

fn of_participant(
    framework: &Framework,
    month: &Month<'_>,
    graded: &[Readiness],
    row: &ParticipantRow,
) -> Vec<(ScoreKey, Standing)> {
    let Ok(programme) = programme::load(&row.programme) else { return Vec::new() };
    let stated = |word: &str| Conformance::ALL.into_iter().find(|known| known.as_str() == word);
    let counted = row.networks.iter().filter(|network| network.counted);
    let participant = Participant {
        id: row.id.clone(),
        organisation: row.organisation.clone(),
        approved: None,
        areas: Vec::new(),
        partners: Vec::new(),
        // Which of its networks count in this month was settled when the month was published.
        networks: counted.map(|n| Membership { asn: Asn(n.asn), from: None, to: None }).collect(),
        conformance: row
            .conformance
            .iter()
            .filter_map(|(item, word)| Some((item.clone(), stated(word)?)))
            .collect(),
    };
    let day: Date = month.facts.month.first_day();
    let score_of = |asn: Asn, key: ScoreKey| {
        let place = month.facts.networks.binary_search_by_key(&asn, |network| network.asn);
        let place = place.map_err(|_| Unknown::because("no data: not among the networks of the month"))?;
        let action = graded[place].action(key);
        action.ok_or_else(|| Unknown::because("no data: not scored"))?.score.clone()
    };
    programme::grade(programme, &participant, day, framework, score_of)
        .into_iter()
        .map(|score| (score.key, Standing::of(score.score, score.grade)))
        .collect()
}
