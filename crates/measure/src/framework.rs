//! Framework files: the norm as versioned data. Which metrics exist and count, how long incidents weigh,
//! which curve and thresholds make a grade, and where each rule comes from.
//!
//! A file is read by [`check`], which refuses it at the line and column of the first thing wrong and says what
//! is allowed there. The worked examples inside it are computed on the way: a file whose numbers and examples
//! disagree is refused too.

mod document;
mod example;
mod listing;
mod read;
mod rules;
pub mod schema;
mod sentences;
mod words;

use core::fmt;

use routing::Date;
use sha2::{Digest, Sha256};

pub use example::{Example, ExampleKind};
pub use listing::{Difference, RuleRow, differences};
pub use rules::{
    Accomplices, AggregationRule, Basis, Bound, Curve, DurationClass, DurationRule, GradeRule, IrrRule,
    Lengths, MetricRule, RouteRule, RpkiRule, ScoreRule, SpoofingRule, WithoutRoutes,
};
pub use sentences::{Differs, Sentence, sentences};
pub use words::{
    BogonClasses, Combine, DismissedBy, Exclusion, Grade, IrrState, Mark, MetricUse, Pooling, ScoreKey,
    SpoofedSource, Status,
};

use crate::metric::Metric;

/// A framework file, read and found sound.
#[derive(Clone, PartialEq, Debug)]
pub struct Framework {
    /// Version: `2024-01`.
    pub id: String,
    /// Title of the version.
    pub title: String,
    /// What it is, in a few sentences.
    pub summary: String,
    /// Whether it is in force.
    pub status: Status,
    /// First day in force.
    pub effective_from: Date,
    /// First day no longer in force; `None` while it is.
    pub effective_until: Option<Date>,
    /// Every metric, in the order of [`METRICS`](crate::metric::METRICS).
    pub metrics: Vec<MetricRule>,
    /// What an incident counts by how long it lasts.
    pub duration: DurationRule,
    /// What an incident weighs for the networks that passed it on.
    pub accomplices: Accomplices,
    /// Raw value to score; `None` when no score needs it.
    pub curve: Option<Curve>,
    /// The scores, in the order of [`ScoreKey`].
    pub scores: Vec<ScoreRule>,
    /// M5; `None` when the metric is not used.
    pub spoofing: Option<SpoofingRule>,
    /// M7IRR; `None` when the metric is not used.
    pub irr: Option<IrrRule>,
    /// M7RPKI; `None` when the metric is not used.
    pub rpki: Option<RpkiRule>,
    /// What counts as an announced route for M7.
    pub routes: RouteRule,
    /// How scores of several networks become one.
    pub aggregation: AggregationRule,
    /// Worked examples, in the order of the file; all hold.
    pub examples: Vec<Example>,
    /// SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.
    pub digest: String,
}

/// What is wrong with a framework file, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct FrameworkError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what is allowed.
    pub message: String,
}

/// No framework of that name is shipped.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no framework `{0}`: {ids} are shipped", ids = SHIPPED.map(|(id, _)| id).join(", "))]
pub struct UnknownFramework(pub String);

static SHIPPED: [(&str, &str); 3] = [
    ("2018-06", include_str!("../../../frameworks/2018-06.toml")),
    ("2022-10", include_str!("../../../frameworks/2022-10.toml")),
    ("2024-01", include_str!("../../../frameworks/2024-01.toml")),
];

/// The framework files built in: (id, text), oldest first.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    &SHIPPED
}

/// A shipped framework by its id.
pub fn load(id: &str) -> Result<Framework, UnknownFramework> {
    let (_, text) =
        SHIPPED.iter().find(|(shipped, _)| *shipped == id).ok_or_else(|| UnknownFramework(id.to_owned()))?;
    Ok(check(text).expect("a shipped framework file is sound: the tests check each"))
}

/// Reads and verifies a framework file.
pub fn check(text: &str) -> Result<Framework, FrameworkError> {
    read::framework(text)
}

/// SHA-256 of a framework file's bytes, in lower-case hexadecimal: a comment changed is another file, so that
/// the digest can be taken by anyone with `sha256sum`.
pub fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Framework {
    /// The rule of a metric: every framework has one for each.
    pub fn metric(&self, metric: Metric) -> &MetricRule {
        &self.metrics[metric as usize]
    }

    /// The rule of a score; `None` when this framework has no such score.
    pub fn score(&self, key: ScoreKey) -> Option<&ScoreRule> {
        self.scores.iter().find(|score| score.key == key)
    }

    /// Whether an incident of a bogon metric counts: full bogons do wherever the metric is used,
    /// administrative ones only where the framework counts any bogon.
    pub fn counts_bogon(&self, metric: Metric, full: bool) -> bool {
        let rule = self.metric(metric);
        rule.usage != MetricUse::NotUsed && (full || rule.bogons == Some(BogonClasses::Any))
    }
}

impl fmt::Display for Framework {
    /// As a published score names it: version and digest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (sha256 {})", self.id, self.digest)
    }
}
