//! Worked examples: a framework file proves on itself what its numbers mean.

use std::collections::BTreeMap;

use super::document::{Decimal, Item};
use super::{Framework, FrameworkError, ScoreKey, ScoreRule};
use crate::metric::{METRICS, Metric};
use crate::raw::Raw;
use crate::{Measured, Value, aggregate, m7_irr, m7_rpki, readiness};

/// A worked example of a framework file.
#[derive(Clone, PartialEq, Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// What goes in.
    pub kind: ExampleKind,
    /// What comes out, as the file writes it: a number, a grade or `no data`.
    pub gives: String,
}

/// The calculation of an example and its inputs.
#[derive(Clone, PartialEq, Debug)]
pub enum ExampleKind {
    /// The raw value of incidents of these lengths in seconds, weight 1.
    Duration(Vec<u64>),
    /// The weight of an accomplice at a distance from the culprit.
    Accomplice(usize),
    /// The curve's score of a raw value.
    Curve(Raw),
    /// The M7IRR share of routes in total and unregistered.
    Irr {
        /// Announced routes.
        total: u64,
        /// Of these, unregistered.
        unregistered: u64,
    },
    /// The M7RPKI share.
    Rpki(m7_rpki::RpkiCounts),
    /// A network's score from raw values of counted metrics.
    Score(ScoreKey, Vec<(Metric, Raw)>),
    /// The grade of a score.
    Grade(ScoreKey, f64),
    /// A participant's score from its networks' scores.
    Participant(ScoreKey, Vec<f64>),
}

const KINDS: [(&str, &[&str]); 8] = [
    ("duration", &["title", "kind", "gives", "seconds"]),
    ("accomplice", &["title", "kind", "gives", "distance"]),
    ("curve", &["title", "kind", "gives", "raw"]),
    ("irr", &["title", "kind", "gives", "total", "unregistered"]),
    ("rpki", &["title", "kind", "gives", "valid", "invalid", "not_found"]),
    ("score", &["title", "kind", "gives", "score", "raw"]),
    ("grade", &["title", "kind", "gives", "score", "value"]),
    ("participant", &["title", "kind", "gives", "score", "values"]),
];

/// Every key an example of some kind has.
const KEYS: &[&str] = &[
    "title",
    "kind",
    "gives",
    "seconds",
    "distance",
    "raw",
    "total",
    "unregistered",
    "valid",
    "invalid",
    "not_found",
    "score",
    "value",
    "values",
];

const SECONDS_MAX: u64 = 31 * 86_400;
const ROUTES_MAX: u64 = u32::MAX as u64;

/// Reads an example and computes it: one that does not hold is refused at its result.
pub(super) fn read(item: &Item, framework: &Framework) -> Result<Example, FrameworkError> {
    let indices: Vec<usize> = (0..KINDS.len()).collect();
    let index = item.table(KEYS)?.get("kind")?.word(&indices, |index| KINDS[index].0)?;
    let (name, keys) = KINDS[index];
    let table = item.table(keys)?;
    let score = |table: &super::document::Table| -> Result<ScoreKey, FrameworkError> {
        let keys: Vec<ScoreKey> = framework.scores.iter().map(|score| score.key).collect();
        table.get("score")?.word(&keys, ScoreKey::as_str)
    };
    let routes = |key: &str| table.get(key)?.whole(0..=ROUTES_MAX);
    let kind = match name {
        "duration" => {
            let seconds = table.get("seconds")?.list()?;
            ExampleKind::Duration(
                seconds.iter().map(|item| item.whole(0..=SECONDS_MAX)).collect::<Result<_, _>>()?,
            )
        }
        "accomplice" => ExampleKind::Accomplice(table.get("distance")?.whole(1..=1000)? as usize),
        "curve" => ExampleKind::Curve(raw(&table.get("raw")?)?),
        "irr" => ExampleKind::Irr { total: routes("total")?, unregistered: routes("unregistered")? },
        "rpki" => ExampleKind::Rpki(m7_rpki::RpkiCounts {
            valid: routes("valid")?,
            invalid: routes("invalid")?,
            not_found: routes("not_found")?,
        }),
        "score" => {
            let codes = METRICS.map(|row| row.code);
            let raws = table.get("raw")?.table(&codes)?;
            let found = METRICS.iter().filter_map(|row| raws.find(row.code).map(|item| (row.metric, item)));
            let raws = found
                .map(|(metric, item)| Ok((metric, raw(&item)?)))
                .collect::<Result<_, FrameworkError>>()?;
            ExampleKind::Score(score(&table)?, raws)
        }
        "grade" => ExampleKind::Grade(score(&table)?, table.get("value")?.decimal(0.0..=1.0)?.value),
        _ => {
            let values = table.get("values")?.list()?;
            let values = values.iter().map(|item| Ok(item.decimal(0.0..=1.0)?.value));
            ExampleKind::Participant(score(&table)?, values.collect::<Result<_, FrameworkError>>()?)
        }
    };
    let gives = table.get("gives")?;
    let written = verify(&gives, compute(&kind, framework).map_err(|why| gives.refuse(why))?)?;
    Ok(Example { title: table.get("title")?.text()?.to_owned(), kind, gives: written })
}

fn raw(item: &Item) -> Result<Raw, FrameworkError> {
    item.steps(0.0..=1e6, 1_000_000_000).map(Raw::from_billionths)
}

impl Example {
    /// What comes out, computed anew, in every digit: a number, a grade or `no data`. `None` when the framework
    /// lacks what it is computed with, which no framework does that holds the example.
    pub fn computed(&self, framework: &Framework) -> Option<String> {
        match compute(&self.kind, framework).ok()? {
            Outcome::Number(number) => Some(number.to_string()),
            Outcome::Word(word) => Some(word.to_owned()),
        }
    }
}

/// What a calculation gives.
enum Outcome {
    Number(f64),
    Word(&'static str),
}

const NO_DATA: &str = "no data";

/// Computes an example; the error says why the framework cannot.
fn compute(kind: &ExampleKind, framework: &Framework) -> Result<Outcome, String> {
    let share = |share: Result<f64, _>| share.map_or(Outcome::Word(NO_DATA), Outcome::Number);
    let rule =
        |key: ScoreKey| -> &ScoreRule { framework.score(key).expect("the key was read from the scores") };
    Ok(match kind {
        ExampleKind::Duration(seconds) => {
            let count =
                |&seconds: &u64| framework.duration.count(seconds as i64).times(crate::raw::Weight::FULL);
            Outcome::Number(seconds.iter().map(count).sum::<Raw>().to_f64())
        }
        ExampleKind::Accomplice(distance) => {
            Outcome::Number(framework.accomplices.weight(*distance).map_or(0.0, crate::raw::Weight::to_f64))
        }
        ExampleKind::Curve(raw) => {
            Outcome::Number(framework.curve.as_ref().ok_or("has no curve to compute it with")?.score(*raw))
        }
        ExampleKind::Irr { total, unregistered } => {
            let rule = framework.irr.as_ref().ok_or("has no M7IRR to compute it with")?;
            share(m7_irr::share(rule, *total, *unregistered))
        }
        ExampleKind::Rpki(counts) => {
            let rule = framework.rpki.as_ref().ok_or("has no M7RPKI to compute it with")?;
            share(m7_rpki::share(rule, *counts))
        }
        ExampleKind::Score(key, raws) => {
            let values: BTreeMap<Metric, Measured> =
                raws.iter().map(|&(metric, raw)| (metric, Ok(Value::Raw(raw)))).collect();
            share(readiness::score(framework, rule(*key), &values).score)
        }
        ExampleKind::Grade(key, value) => Outcome::Word(rule(*key).grades.grade(*value).as_str()),
        ExampleKind::Participant(key, values) => {
            let mut pooled = aggregate::Aggregate::new(framework.aggregation.participant);
            values.iter().for_each(|&value| pooled.add(Ok(value), &rule(*key).grades));
            share(pooled.score())
        }
    })
}

/// Compares with what the file claims: words by letter, numbers in all the decimals that are written.
fn verify(gives: &Item, outcome: Outcome) -> Result<String, FrameworkError> {
    match (gives.as_text(), outcome) {
        (Some(written), Outcome::Word(word)) if written == word => Ok(word.to_owned()),
        (_, Outcome::Word(word)) => {
            Err(gives.refuse(format!("does not hold: by this framework it is \"{word}\"")))
        }
        (_, Outcome::Number(number)) => match gives.as_text() {
            Some(_) => Err(gives.refuse(format!("does not hold: by this framework it is {number}"))),
            None => {
                let claimed = gives.decimal(0.0..=1e9)?;
                if agrees(&claimed, number) {
                    Ok(claimed.written)
                } else {
                    Err(gives.refuse(format!("does not hold: by this framework it is {number}")))
                }
            }
        },
    }
}

/// Up to 15 decimals the number rounded to as many is the claimed one; beyond, the very number is.
fn agrees(claimed: &Decimal, number: f64) -> bool {
    let decimals = claimed.written.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals > 15 {
        return claimed.value == number;
    }
    format!("{number:.decimals$}").parse() == Ok(claimed.value)
}
