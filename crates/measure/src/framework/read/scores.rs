//! The tables `[[score]]`.

use super::{Read, basis};
use crate::framework::document::{Item, Table};
use crate::framework::schema;
use crate::framework::{Bound, Combine, GradeRule, MetricRule, MetricUse, ScoreKey, ScoreRule};
use crate::metric::{METRICS, Metric};

pub(super) fn scores(root: &Table, metrics: &[MetricRule]) -> Read<Vec<ScoreRule>> {
    let mut scores: Vec<ScoreRule> = Vec::new();
    if let Some(list) = root.find("score") {
        for item in list.list()? {
            let table = item.table(&schema::keys("[[score]]"))?;
            let key = table.get("key")?;
            let score = score(&table, &scores, metrics)?;
            if scores.iter().any(|other| other.key == score.key) {
                return Err(key.refuse(format!("repeats {}: each score may stand once", score.key)));
            }
            scores.push(score);
        }
    }
    let in_a_score =
        |metric| scores.iter().any(|score| score.components.iter().flatten().any(|&m| m == metric));
    let left = metrics.iter().find(|rule| rule.usage == MetricUse::Scored && !in_a_score(rule.metric));
    if let Some(rule) = left {
        let message = format!("{} is scored but no score has it as a component", rule.metric);
        return Err(match root.find("score") {
            Some(list) => list.refuse(format!("is not complete: {message}")),
            None => root.get("score").err().expect("it was not found"),
        });
    }
    scores.sort_by_key(|score| score.key);
    Ok(scores)
}

fn score(table: &Table, others: &[ScoreRule], metrics: &[MetricRule]) -> Read<ScoreRule> {
    let key = table.get("key")?.word(ScoreKey::ALL, ScoreKey::as_str)?;
    let action = table.get("action")?.whole(1..=4)? as u8;
    let combine = table.get("combine")?;
    let combined = combine.word(Combine::ALL, Combine::as_str)?;
    let list = table.get("components")?;
    let mut components: Vec<Vec<Metric>> = Vec::new();
    for item in list.list()? {
        let mut component: Vec<Metric> = Vec::new();
        for item in item.list()? {
            let metric = item.word(&METRICS.map(|row| row.metric), Metric::code)?;
            let rule = &metrics[metric as usize];
            if rule.usage != MetricUse::Scored {
                return Err(
                    item.refuse(format!("is {metric}: it is {} in this framework, not scored", rule.usage))
                );
            }
            if rule.action != Some(action) {
                return Err(item.refuse(format!("is {metric}: it does not belong to action {action}")));
            }
            let taken =
                others.iter().flat_map(|score| &score.components).chain(&components).chain([&component]);
            if taken.flatten().any(|&other| other == metric) {
                return Err(item.refuse(format!("repeats {metric}: a metric counts in one component only")));
            }
            component.push(metric);
            if !rule.unit.needs_curve() && (component.len() > 1 || combined == Combine::Sum) {
                return Err(
                    item.refuse(format!("is {metric}: a {} cannot be added to others", rule.unit.as_str()))
                );
            }
            if component.first().is_some_and(|first| first.row().unit != rule.unit) {
                return Err(
                    item.refuse(format!("is {metric}: it is not of the same unit as the one before it"))
                );
            }
        }
        if component.is_empty() {
            return Err(item.refuse("is empty: a component has at least one metric"));
        }
        components.push(component);
    }
    if components.is_empty() {
        return Err(list.refuse("is empty: a score has at least one component"));
    }
    let title = table.get("title")?.text()?.to_owned();
    let basis = basis(table, "")?;
    Ok(ScoreRule { key, action, title, combine: combined, components, basis, grades: grades(table)? })
}

fn grades(table: &Table) -> Read<GradeRule> {
    let bound = |item: &Item| -> Read<Bound> {
        let bound = item.table(&["at_least", "above"])?;
        match (bound.find("at_least"), bound.find("above")) {
            (Some(item), None) => Ok(Bound::AtLeast(item.decimal(0.0..=1.0)?.value)),
            (None, Some(item)) => Ok(Bound::Above(item.decimal(0.0..=1.0)?.value)),
            _ => Err(item.refuse("wants one of `at_least` and `above`")),
        }
    };
    let ready = bound(&table.get("ready")?)?;
    let mut aspiring = None;
    if let Some(item) = table.find("aspiring") {
        let lower = bound(&item)?;
        let below = lower.value() < ready.value()
            || (lower.value() == ready.value()
                && matches!((lower, ready), (Bound::AtLeast(_), Bound::Above(_))));
        if !below {
            return Err(item.refuse(format!("begins at {}: it must begin below `ready`", lower.value())));
        }
        aspiring = Some(lower);
    }
    Ok(GradeRule { ready, aspiring, basis: basis(table, "grades_")? })
}
