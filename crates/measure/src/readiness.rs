//! Raw values become scores and grades (FRAMEWORK §3, §4).

use std::collections::BTreeMap;

use routing::Unknown;

use crate::aggregate::Mean;
use crate::framework::{Combine, Curve, Framework, Grade, ScoreKey, ScoreRule};
use crate::metric::Metric;
use crate::raw::Raw;
use crate::{Measured, Value};

/// A network's scores of one month under one framework.
#[derive(Clone, PartialEq, Debug)]
pub struct Readiness {
    /// One per score of the framework, in its order.
    pub actions: Vec<ActionScore>,
}

/// One score.
#[derive(Clone, PartialEq, Debug)]
pub struct ActionScore {
    /// Which.
    pub key: ScoreKey,
    /// From 0 to 1, or why there is none.
    pub score: Result<f64, Unknown>,
    /// The grade; `None` without a score.
    pub grade: Option<Grade>,
    /// What it is made of, in the framework's order.
    pub components: Vec<Component>,
}

/// One component of a score.
#[derive(Clone, PartialEq, Debug)]
pub struct Component {
    /// Its metrics; the first one names it.
    pub metrics: Vec<Metric>,
    /// The metrics' values together (raw values added), or why one is missing.
    pub value: Measured,
    /// The component's own score.
    pub score: Result<f64, Unknown>,
}

impl Readiness {
    /// The score of a key; `None` when the framework has no such score.
    pub fn action(&self, key: ScoreKey) -> Option<&ActionScore> {
        self.actions.iter().find(|action| action.key == key)
    }
}

impl Curve {
    /// The score of a raw value: `base ^ ((raw / scale) ^ exponent)`, 1 at 0.
    ///
    /// Evaluated as `exp(ln base · raw^exponent / scale^exponent)`: in this order the published scores come out
    /// in every digit. The functions are of one fixed implementation, so that every machine gets the same bits.
    pub fn score(&self, raw: Raw) -> f64 {
        let power = |x: f64| if self.exponent == 0.5 { x.sqrt() } else { libm::pow(x, self.exponent) };
        libm::exp(libm::log(self.base) * power(raw.to_f64()) / power(self.scale)).min(1.0)
    }
}

/// Scores and grades of a network from its values. A metric that is not in `values` was not measured.
pub fn grade(framework: &Framework, values: &BTreeMap<Metric, Measured>) -> Readiness {
    Readiness { actions: framework.scores.iter().map(|rule| score(framework, rule, values)).collect() }
}

/// One score from a network's values. It needs every component: where one lacks a metric the score is
/// unknown, `no data: M2, M3C not measured`, never that of the rest. A component of which several metrics are
/// missing is named by the first of them.
pub fn score(framework: &Framework, rule: &ScoreRule, values: &BTreeMap<Metric, Measured>) -> ActionScore {
    let mut missing = Vec::new();
    let components: Vec<Component> = rule
        .components
        .iter()
        .map(|metrics| {
            let value = add(metrics, values).map_err(|(metric, why)| {
                missing.push(metric.code());
                why
            });
            let score = value.clone().map(|value| component_score(framework, value));
            Component { metrics: metrics.clone(), value, score }
        })
        .collect();
    let score = if missing.is_empty() {
        Ok(combine(framework, rule.combine, &components))
    } else {
        Err(Unknown(format!("no data: {} not measured", missing.join(", "))))
    };
    let grade = score.as_ref().ok().map(|&score| rule.grades.grade(score));
    ActionScore { key: rule.key, score, grade, components }
}

/// The values of a component together; otherwise its first missing metric and why it is missing.
fn add(metrics: &[Metric], values: &BTreeMap<Metric, Measured>) -> Result<Value, (Metric, Unknown)> {
    let mut raw = Raw::ZERO;
    let mut single = None;
    for &metric in metrics {
        match values.get(&metric) {
            Some(Ok(Value::Raw(part))) => raw += *part,
            Some(Ok(value)) => single = Some(*value),
            Some(Err(why)) => return Err((metric, why.clone())),
            None => return Err((metric, Unknown::because(format!("{metric} not measured")))),
        }
    }
    Ok(single.unwrap_or(Value::Raw(raw)))
}

fn component_score(framework: &Framework, value: Value) -> f64 {
    match value {
        Value::Raw(raw) => curve(framework).score(raw),
        Value::Share(_) | Value::Flag(_) => value.to_f64(),
    }
}

fn combine(framework: &Framework, combine: Combine, components: &[Component]) -> f64 {
    let scores = components.iter().filter_map(|component| component.score.as_ref().ok().copied());
    match combine {
        Combine::Mean => scores.collect::<Mean>().value().expect("a score has components"),
        Combine::Min => scores.fold(1.0, f64::min),
        Combine::Sum => {
            let raws = components.iter().filter_map(|component| match component.value {
                Ok(Value::Raw(raw)) => Some(raw),
                _ => None,
            });
            curve(framework).score(raws.sum())
        }
    }
}

fn curve(framework: &Framework) -> &Curve {
    framework.curve.as_ref().expect("a framework that scores raw values has a curve: checked when read")
}
