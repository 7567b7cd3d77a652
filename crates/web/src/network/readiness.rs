use measure::framework::{Combine, MetricUse, ScoreRule};
use measure::metric::{Direction, METRICS, Metric, MetricRow as Words, Unit};
use serde_json::Value;
use store::{MetricRow, ReadinessRow, ScoreRow};

use crate::edition::Chosen;
use crate::format::{Decimal, Score, counted};
use crate::link::Link;
use crate::score::{ScoreWords, bound_words, score_rule, score_words};
use crate::sign::Sign;

/// Everything a framework says of a network, score by score.
pub(crate) struct Readiness {
    pub(crate) scores: Vec<ScoreItem>,
    /// Metrics that are measured and part of no score.
    pub(crate) shown: Vec<MetricItem>,
}

/// One score with its reasons.
pub(crate) struct ScoreItem {
    pub(crate) words: ScoreWords,
    pub(crate) grade: Sign,
    pub(crate) score: Option<Score>,
    pub(crate) unknown: Option<String>,
    /// How it is made of its metrics.
    pub(crate) how: Option<String>,
    pub(crate) scale: Option<Scale>,
    pub(crate) metrics: Vec<MetricItem>,
}

/// Where the score stands between its thresholds; positions in per cent.
pub(crate) struct Scale {
    pub(crate) at: Option<String>,
    pub(crate) ready_at: String,
    pub(crate) ready_width: String,
    pub(crate) aspiring_at: Option<String>,
    pub(crate) words: String,
}

/// One metric.
pub(crate) struct MetricItem {
    pub(crate) code: String,
    /// What it is and how it is measured.
    pub(crate) link: Link,
    pub(crate) title: String,
    pub(crate) meaning: String,
    pub(crate) value: Option<String>,
    /// The value with every digit.
    pub(crate) exact: String,
    pub(crate) unknown: Option<String>,
    pub(crate) because: String,
    /// What it was measured from, in words.
    pub(crate) input: Option<String>,
    /// How to get better; `None` when it is best already or unknown.
    pub(crate) fix: Option<&'static str>,
}

impl Readiness {
    pub(crate) fn new(chosen: &Chosen, row: ReadinessRow) -> Readiness {
        let rules = chosen.rules;
        let graded =
            chosen.edition.head.summary.get("frameworks").and_then(|all| all.get(&chosen.framework.id));
        let inputs = graded.and_then(|graded| graded.get("inputs"));
        let ReadinessRow { scores, mut metrics, .. } = row;
        let scores = scores
            .into_iter()
            .map(|score| {
                let rule = score_rule(rules, &score.key);
                let words = score_words(rules, &score.key);
                let (of_score, rest) = core::mem::take(&mut metrics)
                    .into_iter()
                    .partition(|metric| belongs(rule, &words.action, &score.key, &metric.metric));
                metrics = rest;
                ScoreItem::new(rule, words, score, items(chosen, inputs, of_score))
            })
            .collect();
        let measured = |metric: &MetricRow| match (rules, metric.metric.parse::<Metric>()) {
            (Some(rules), Ok(known)) => rules.metric(known).usage != MetricUse::NotUsed,
            _ => true,
        };
        let shown = items(chosen, inputs, metrics.into_iter().filter(measured).collect());
        Readiness { scores, shown }
    }
}

/// Whether a metric is part of a score; without the framework's file, whether its action is the score's.
fn belongs(rule: Option<&ScoreRule>, action: &str, key: &str, code: &str) -> bool {
    let Ok(metric) = code.parse::<Metric>() else { return false };
    match rule {
        Some(rule) => rule.components.iter().flatten().any(|part| *part == metric),
        None if metric == Metric::M7Irr => key == "routing_information_irr",
        None if metric == Metric::M7Rpki => key == "routing_information_rpki",
        None => metric != Metric::M6 && metric.row().action.is_some_and(|n| format!("Action {n}") == action),
    }
}

impl ScoreItem {
    fn new(
        rule: Option<&ScoreRule>,
        words: ScoreWords,
        row: ScoreRow,
        metrics: Vec<MetricItem>,
    ) -> ScoreItem {
        ScoreItem {
            words,
            grade: Sign::grade(row.grade.as_deref()),
            score: row.score.map(Score),
            how: rule.map(how),
            scale: rule.map(|rule| Scale::new(rule, row.score)),
            unknown: row.unknown,
            metrics,
        }
    }
}

fn items(chosen: &Chosen, inputs: Option<&Value>, rows: Vec<MetricRow>) -> Vec<MetricItem> {
    let mut said = None;
    let item = |row: MetricRow| {
        let input = inputs.and_then(|inputs| inputs.get(&row.metric)?.as_str());
        // Neighbours often share their input; it is said once.
        let new = input.filter(|_| said != input).map(str::to_owned);
        said = input;
        MetricItem::new(chosen, new, row)
    };
    rows.into_iter().map(item).collect()
}

fn how(rule: &ScoreRule) -> String {
    let parts: Vec<String> = rule
        .components
        .iter()
        .map(|metrics| metrics.iter().map(|m| m.code()).collect::<Vec<_>>().join("\u{a0}+\u{a0}"))
        .collect();
    let curve = rule.components.iter().flatten().any(|metric| metric.row().unit.needs_curve());
    match (&parts[..], rule.combine) {
        ([part], _) if curve => format!("{part} through the curve of the framework."),
        ([part], _) => format!("{part} is the score."),
        (_, Combine::Mean) => {
            format!("Mean of {}, each through the curve of the framework.", parts.join(", "))
        }
        (_, Combine::Min) => {
            format!("The least of {}, each through the curve of the framework.", parts.join(", "))
        }
        (_, Combine::Sum) => format!("{} added, then the curve of the framework.", parts.join(", ")),
    }
}

impl Scale {
    fn new(rule: &ScoreRule, score: Option<f64>) -> Scale {
        let at = |score: f64| format!("{:.1}", score.clamp(0.0, 1.0) * 100.0);
        let grades = &rule.grades;
        let aspiring = grades.aspiring.map(|bound| format!(", aspiring\u{a0}{}", bound_words(bound)));
        Scale {
            at: score.map(at),
            ready_at: at(grades.ready.value()),
            ready_width: at(1.0 - grades.ready.value()),
            aspiring_at: grades.aspiring.map(|bound| at(bound.value())),
            words: format!("ready\u{a0}{}{}", bound_words(grades.ready), aspiring.unwrap_or_default()),
        }
    }
}

impl MetricItem {
    fn new(chosen: &Chosen, input: Option<String>, row: MetricRow) -> MetricItem {
        let rules = chosen.rules;
        let known = row.metric.parse::<Metric>().ok();
        let words: Option<&Words> = known.map(|metric| &METRICS[metric as usize]);
        let rule = rules.zip(known).map(|(rules, metric)| rules.metric(metric));
        let best = |words: &Words| match (row.value, words.unit.direction()) {
            (None, _) => true,
            (Some(value), Direction::LowerIsBetter) => value <= 0.0,
            (Some(value), Direction::HigherIsBetter) => value >= 1.0,
        };
        MetricItem {
            link: chosen.link_to(match known {
                Some(metric) => format!("/method/{metric}"),
                None => "/method".to_owned(),
            }),
            title: words.map_or_else(|| row.metric.clone(), |words| words.title.to_owned()),
            meaning: match (rule, words) {
                (Some(rule), _) => rule.meaning.clone(),
                (None, Some(words)) => words.meaning.to_owned(),
                (None, None) => String::new(),
            },
            value: row.value.map(|value| value_words(words.map(|words| words.unit), value)),
            exact: row.value.map(|value| value.to_string()).unwrap_or_default(),
            fix: words.filter(|words| !best(words)).map(|words| words.fix),
            code: row.metric,
            input,
            unknown: row.unknown,
            because: row.because,
        }
    }
}

fn value_words(unit: Option<Unit>, value: f64) -> String {
    match unit {
        Some(Unit::Share) => Score(value).to_string(),
        Some(Unit::Flag) if value >= 1.0 => "yes".to_owned(),
        Some(Unit::Flag) => "no".to_owned(),
        Some(Unit::Prefixes) => counted(value as u64, "prefix", "prefixes"),
        Some(Unit::WeightedIncidents) if value == 1.0 => "1\u{a0}weighted incident".to_owned(),
        Some(Unit::WeightedIncidents) => format!("{}\u{a0}weighted incidents", Decimal(value)),
        None => Decimal(value).to_string(),
    }
}
