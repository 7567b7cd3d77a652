use measure::framework::{Example, ExampleKind, Framework, ScoreRule};
use measure::metric::{Metric, Unit};

use crate::format::{Decimal, Lasting};

/// A worked example, computed as the page is made by what computes the months.
pub(crate) struct ExampleItem {
    pub(crate) title: String,
    pub(crate) input: String,
    pub(crate) gives: String,
}

/// The examples of a framework; with `metric` those that say something about it.
pub(crate) fn items(rules: &Framework, metric: Option<Metric>) -> Vec<ExampleItem> {
    let wanted = |example: &&Example| metric.is_none_or(|metric| concerns(rules, &example.kind, metric));
    let item = |example: &Example| {
        Some(ExampleItem {
            title: example.title.clone(),
            input: input(rules, &example.kind),
            gives: example.computed(rules)?,
        })
    };
    rules.examples.iter().filter(wanted).filter_map(item).collect()
}

fn concerns(rules: &Framework, kind: &ExampleKind, metric: Metric) -> bool {
    let unit = metric.row().unit;
    let score =
        |key| rules.score(key).is_some_and(|rule: &ScoreRule| rule.components.concat().contains(&metric));
    match kind {
        ExampleKind::Duration(_) => unit == Unit::WeightedIncidents,
        ExampleKind::Accomplice(_) => unit == Unit::WeightedIncidents && metric.is_accomplice(),
        ExampleKind::Curve(_) => unit.needs_curve(),
        ExampleKind::Irr { .. } => metric == Metric::M7Irr,
        ExampleKind::Rpki(_) => metric == Metric::M7Rpki,
        ExampleKind::Score(key, _) | ExampleKind::Grade(key, _) => score(*key),
        // How participants come to their score is the same whatever the metric.
        ExampleKind::Participant(..) => false,
    }
}

fn input(rules: &Framework, kind: &ExampleKind) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match kind {
        ExampleKind::Duration(seconds) => {
            let part = |&seconds: &u64| {
                let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
                let counts = rules.duration.count(seconds).thousandths() as f64 / 1e3;
                format!("{} counts {}", Lasting(seconds), Decimal(counts))
            };
            joined(seconds.iter().map(part).collect())
        }
        ExampleKind::Accomplice(distance) => format!("Distance {distance}"),
        ExampleKind::Curve(raw) => format!("Raw value {raw}"),
        ExampleKind::Irr { total, unregistered } => format!("{total} routes, {unregistered} unregistered"),
        ExampleKind::Rpki(counts) => {
            format!("{} valid, {} invalid, {} not-found", counts.valid, counts.invalid, counts.not_found)
        }
        ExampleKind::Score(_, raws) => {
            joined(raws.iter().map(|(metric, raw)| format!("{metric} {raw}")).collect())
        }
        ExampleKind::Grade(key, value) => {
            let title = rules.score(*key).map_or(key.as_str(), |rule| rule.title.as_str());
            format!("{title}: score {value}")
        }
        ExampleKind::Participant(_, values) => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            if values.is_empty() {
                "No network".to_owned()
            } else {
                format!("Networks with {}", joined(values))
            }
        }
    }
}
