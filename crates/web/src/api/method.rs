use std::sync::LazyLock;

use measure::framework::{self, Framework, MetricRule, ScoreRule};
use measure::metric::{Direction, METRICS, MetricRow as Words};
use store::FrameworkName;

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, objects, texts};
use super::problem::Problem;

/// The method under one framework.
pub(crate) struct Method {
    framework: FrameworkName,
    graded_by: Vec<FrameworkName>,
    rules: Option<&'static Framework>,
}

impl Resource for Method {
    const NAME: &'static str = "Method";
    const FIELDS: &'static [Field<Self>] = &[
        field("framework", Kind::Object(FrameworkName::item), "The framework version asked for.", |m| {
            m.framework.object()
        }),
        field(
            "frameworks",
            Kind::List(&Kind::Object(Version::item)),
            "Every version shipped or used.",
            |m| objects(&versions(m)),
        ),
        field(
            "metrics",
            Kind::List(&Kind::Object(MetricOf::item)),
            "Metrics, in the order of their codes.",
            |m| {
                let rule = |words: &Words| m.rules.map(|rules| rules.metric(words.metric));
                let rows: Vec<MetricOf> =
                    METRICS.iter().map(|words| MetricOf { words, rule: rule(words) }).collect();
                objects(&rows)
            },
        ),
        maybe(
            "scores",
            Kind::List(&Kind::Object(ScoreOf::item)),
            "Scores and thresholds; null when the framework file is not shipped any more.",
            |m| {
                let rows = |rules: &'static Framework| {
                    let rows: Vec<ScoreOf> = rules.scores.iter().map(ScoreOf).collect();
                    objects(&rows)
                };
                m.rules.map(rows).into()
            },
        ),
    ];
}

/// A framework version.
struct Version {
    name: FrameworkName,
    rules: Option<&'static Framework>,
    grades_month: bool,
}

impl Resource for Version {
    const NAME: &'static str = "FrameworkVersion";
    const FIELDS: &'static [Field<Self>] = &[
        field("id", Kind::Text, "Version.", |v| v.name.id.as_str().into()),
        field("digest", Kind::Text, "SHA-256 of its file.", |v| v.name.digest.as_str().into()),
        field("grades_month", Kind::Boolean, "Whether the month was graded by it.", |v| {
            v.grades_month.into()
        }),
        maybe("title", Kind::Text, "Its title.", |v| v.rules.map(|r| r.title.as_str()).into()),
        maybe("summary", Kind::Text, "What it is.", |v| v.rules.map(|r| r.summary.as_str()).into()),
        maybe("status", Kind::Text, "Whether it is in force.", |v| v.rules.map(|r| r.status.as_str()).into()),
        maybe("effective_from", Kind::Day, "First day in force.", |v| {
            v.rules.map(|r| r.effective_from.to_string()).into()
        }),
        maybe("effective_until", Kind::Day, "First day no longer in force.", |v| {
            v.rules.and_then(|r| r.effective_until).map(|day| day.to_string()).into()
        }),
    ];
}

/// A metric with its rule.
struct MetricOf {
    words: &'static Words,
    rule: Option<&'static MetricRule>,
}

impl Resource for MetricOf {
    const NAME: &'static str = "MetricRule";
    const FIELDS: &'static [Field<Self>] = &[
        field("code", Kind::Text, "Its code.", |m| m.words.code.into()),
        maybe("action", Kind::Integer, "The action it belongs to, 1 to 4.", |m| m.words.action.into()),
        field("title", Kind::Text, "Its title.", |m| {
            m.rule.map_or(m.words.title, |rule| rule.title.as_str()).into()
        }),
        field("meaning", Kind::Text, "What it says.", |m| {
            m.rule.map_or(m.words.meaning, |rule| rule.meaning.as_str()).into()
        }),
        field("unit", Kind::Text, "What its raw value counts.", |m| m.words.unit.as_str().into()),
        field("better", Kind::Word(&["lower", "higher"]), "Which way is better.", |m| {
            match m.words.unit.direction() {
                Direction::LowerIsBetter => "lower",
                Direction::HigherIsBetter => "higher",
            }
            .into()
        }),
        field("fix", Kind::Text, "How to get better.", |m| m.words.fix.into()),
        maybe("use", Kind::Text, "Whether the framework scores it, shows it or does not use it.", |m| {
            m.rule.map(|rule| rule.usage.as_str()).into()
        }),
        maybe("basis", Kind::Text, "How well the rule is founded: seen, fit or choice.", |m| {
            m.rule.map(|rule| rule.basis.mark.as_str()).into()
        }),
        maybe("basis_source", Kind::Text, "Where the rule comes from.", |m| {
            m.rule.map(|rule| rule.basis.source.as_str()).into()
        }),
    ];
}

/// A score with its thresholds.
struct ScoreOf(&'static ScoreRule);

impl Resource for ScoreOf {
    const NAME: &'static str = "ScoreRule";
    const FIELDS: &'static [Field<Self>] = &[
        field("key", Kind::Text, "Its key.", |s| s.0.key.as_str().into()),
        field("action", Kind::Integer, "The action it belongs to, 1 to 4.", |s| s.0.action.into()),
        field("title", Kind::Text, "Its title.", |s| s.0.title.as_str().into()),
        field("combine", Kind::Text, "How its components become one.", |s| s.0.combine.as_str().into()),
        field("components", Kind::List(&Kind::List(&Kind::Text)), "Its components, each of metrics.", |s| {
            s.0.components.iter().map(texts).collect()
        }),
        field("ready_from", Kind::Number, "Threshold of ready.", |s| s.0.grades.ready.value().into()),
        field("ready_from_included", Kind::Boolean, "Whether the threshold itself is ready.", |s| {
            included(s.0.grades.ready).into()
        }),
        maybe(
            "aspiring_from",
            Kind::Number,
            "Threshold of aspiring; null when there is no such grade.",
            |s| s.0.grades.aspiring.map(|bound| bound.value()).into(),
        ),
        maybe("aspiring_from_included", Kind::Boolean, "Whether the threshold itself is aspiring.", |s| {
            s.0.grades.aspiring.map(included).into()
        }),
    ];
}

fn included(bound: framework::Bound) -> bool {
    matches!(bound, framework::Bound::AtLeast(_))
}

/// The versions shipped, and those that graded the month and are not shipped any more.
fn versions(method: &Method) -> Vec<Version> {
    static SHIPPED: LazyLock<Vec<FrameworkName>> = LazyLock::new(|| {
        let name = |(id, text): &(&str, &str)| FrameworkName {
            id: (*id).to_owned(),
            digest: framework::digest(text),
        };
        framework::shipped().iter().map(name).collect()
    });
    let mut names = SHIPPED.clone();
    names.extend(method.graded_by.iter().filter(|name| !SHIPPED.contains(name)).cloned());
    let version = |name: FrameworkName| Version {
        rules: crate::edition::rules_of(&name),
        grades_month: method.graded_by.contains(&name),
        name,
    };
    names.into_iter().map(version).collect()
}

/// `/api/method`
pub(crate) async fn show(asked: Asked) -> Result<(Asked, Body), Problem> {
    let method = Method {
        framework: asked.chosen.framework.clone(),
        graded_by: asked.chosen.edition.head.frameworks.clone(),
        rules: asked.chosen.rules,
    };
    let body = asked.one(&method);
    Ok((asked, body))
}
