use std::sync::Arc;

use serde_json::Value;

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, texts};
use super::networks::GRADE;
use super::problem::{self, Problem};
use crate::foreign::compare::{self, Comparison, Pair, ScoreComparison};
use crate::foreign::lines;

/// One score of a foreign series, and how far ours agrees with it.
pub(crate) struct Agreement {
    comparison: Arc<Comparison>,
    score: usize,
    framework: String,
}

const SCORE_KEY: Kind = Kind::Text;
const LABEL: &str = "What the foreign series is and whose.";

impl Agreement {
    fn score(&self) -> &ScoreComparison {
        &self.comparison.scores[self.score]
    }

    fn counts(&self) -> Value {
        const GRADES: [&str; 4] = ["ready", "aspiring", "lagging", "no_data"];
        let rows = GRADES.iter().zip(&self.score().grades);
        let cells = rows.flat_map(|(theirs, row)| {
            GRADES.iter().zip(row).map(move |(ours, n)| (format!("{theirs}/{ours}"), Value::from(*n)))
        });
        Value::Object(cells.collect())
    }
}

impl Resource for Agreement {
    const NAME: &'static str = "ForeignAgreement";
    const FIELDS: &'static [Field<Self>] = &[
        field("series", Kind::Text, "The foreign series.", |a| a.comparison.head.series.as_str().into()),
        field("label", Kind::Text, LABEL, |a| a.comparison.head.label.as_str().into()),
        field("sources", Kind::List(&Kind::Text), "The sources it was read from.", |a| {
            texts(&a.comparison.head.sources)
        }),
        field("days", Kind::List(&Kind::Day), "The days its files speak of.", |a| {
            texts(&a.comparison.head.days)
        }),
        field("score", SCORE_KEY, "Key of the score, such as `filtering`.", |a| {
            a.score().key.as_str().into()
        }),
        field("framework", Kind::Text, "The framework behind ours.", |a| a.framework.as_str().into()),
        field("with_theirs", Kind::Integer, "Networks and participants with data of theirs.", |a| {
            a.score().pairs.iter().filter(|pair| pair.theirs.is_some()).count().into()
        }),
        field("with_both", Kind::Integer, "Those with data of theirs and of ours: what is compared.", |a| {
            a.score().both.into()
        }),
        maybe("mean_difference", Kind::Number, "Mean absolute difference of those; null of none.", |a| {
            a.score().mean_difference.into()
        }),
        field("within_rounding", Kind::Integer, "Of those, no further apart than their rounding.", |a| {
            a.score().alike.into()
        }),
        field("grades", Kind::Counts, "How many by their grade and ours, `theirs/ours`.", Agreement::counts),
    ];
}

/// One score of one network or participant, theirs beside ours.
pub(crate) struct ForeignLine {
    pub(crate) comparison: Arc<Comparison>,
    pub(crate) score: usize,
    pub(crate) pair: usize,
    pub(crate) framework: String,
}

impl ForeignLine {
    fn pair(&self) -> &Pair {
        &self.comparison.scores[self.score].pairs[self.pair]
    }

    fn row(&self) -> &store::ForeignRow {
        &self.comparison.rows[self.pair().row]
    }

    fn key(&self) -> String {
        format!("{} {}", self.comparison.scores[self.score].key, self.row().subject)
    }

    /// All its values, in the order of the columns.
    pub(crate) fn values(&self) -> Vec<Value> {
        Resource::values(self)
    }
}

impl Resource for ForeignLine {
    const NAME: &'static str = "ForeignScore";
    const FIELDS: &'static [Field<Self>] = &[
        field("series", Kind::Text, "The foreign series.", |l| l.comparison.head.series.as_str().into()),
        field("label", Kind::Text, LABEL, |l| l.comparison.head.label.as_str().into()),
        field("source", Kind::Text, "The source it was read from.", |l| l.row().source.as_str().into()),
        field("day", Kind::Day, "The day it speaks of.", |l| l.row().day.as_str().into()),
        field("subject", Kind::Text, "`AS64500`, or a participant: programme and id.", |l| {
            l.row().subject.as_str().into()
        }),
        maybe("asn", Kind::Asn, "The network; null of a participant.", |l| l.row().asn.into()),
        field("name", Kind::Text, "As they name it.", |l| l.row().name.as_str().into()),
        field("score", SCORE_KEY, "Key of the score.", |l| l.comparison.scores[l.score].key.as_str().into()),
        maybe("theirs", Kind::Number, "Their value; null: they had no data.", |l| l.pair().theirs.into()),
        maybe(
            "their_grade",
            GRADE,
            "The grade they gave; where they gave none, that of their value by our framework.",
            |l| l.pair().their_grade.into(),
        ),
        maybe("ours", Kind::Number, "Our value; null: no data.", |l| l.pair().ours.into()),
        maybe("our_grade", GRADE, "Our grade.", |l| l.pair().our_grade.into()),
        maybe("difference", Kind::Number, "Ours less theirs, where both have data.", |l| {
            l.pair().difference.into()
        }),
        maybe("unknown", Kind::Text, "Why there is none of ours.", |l| l.pair().unknown.as_deref().into()),
        field("framework", Kind::Text, "The framework behind ours.", |l| l.framework.as_str().into()),
    ];
}

/// Names of the columns of a comparison.
pub(crate) fn columns() -> Vec<&'static str> {
    ForeignLine::item().shapes.iter().map(|shape| shape.name).collect()
}

/// `/api/foreign`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let mut rows = Vec::new();
    for head in asked.site.store.foreign_series(asked.publication()).await? {
        let Some(comparison) = compare::of(&asked.site, &asked.chosen, &head.series).await? else { continue };
        let framework = asked.framework();
        rows.extend((0..comparison.scores.len()).map(|score| Agreement {
            comparison: Arc::clone(&comparison),
            score,
            framework: framework.to_owned(),
        }));
    }
    let body = asked.part_of(rows, |a| format!("{} {}", a.comparison.head.series, a.score().key))?;
    Ok((asked, body))
}

/// `/api/foreign/{series}/scores`
pub(crate) async fn scores(asked: Asked) -> Result<(Asked, Body), Problem> {
    let Some(comparison) = compare::of(&asked.site, &asked.chosen, &asked.named).await? else {
        let known = asked.site.store.foreign_series(asked.publication()).await?;
        let detail = format!("{} has no foreign series `{}`", asked.month(), asked.named);
        let problem = Problem::new(problem::UNKNOWN_SERIES, detail);
        return Err(problem.allowing(known.into_iter().map(|series| series.series)));
    };
    let lines = lines(&asked.chosen, &comparison);
    let body = asked.part_of(lines, ForeignLine::key)?;
    Ok((asked, body))
}
