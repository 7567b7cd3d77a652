//! From a document to a [`Framework`]: each table of the file has its function here.

mod incidents;
mod metrics;
mod registration;
mod scores;

use super::document::{Item, Table, parse};
use super::{
    AggregationRule, Basis, Framework, FrameworkError, Mark, MetricRule, MetricUse, Pooling, ScoreRule,
    Status, digest, example, schema,
};
use crate::metric::Metric;

type Read<T> = Result<T, FrameworkError>;

pub(super) fn framework(text: &str) -> Read<Framework> {
    let document = parse(text)?;
    let keys: Vec<&str> = schema::keys("").into_iter().chain(schema::tables()).collect();
    let root = Table::root(text, &document, &keys)?;
    let id = root.get("id")?;
    let is_month = id.text()?.parse::<routing::Month>().is_ok();
    if !is_month {
        return Err(id.refuse(format!("is `{}`: year and month are wanted, such as \"2024-01\"", id.text()?)));
    }
    let metrics = metrics::metrics(&root)?;
    let scores = scores::scores(&root, &metrics)?;
    let (status, effective_from, effective_until) = in_force(&root)?;
    let mut framework = Framework {
        id: id.text()?.to_owned(),
        title: root.get("title")?.text()?.to_owned(),
        summary: root.get("summary")?.text()?.to_owned(),
        status,
        effective_from,
        effective_until,
        duration: incidents::duration(&root.get("duration")?)?,
        accomplices: incidents::accomplices(&root.get("accomplices")?)?,
        curve: needed(
            &root,
            "curve",
            "a score of counted incidents or prefixes",
            needs_curve(&scores),
            incidents::curve,
        )?,
        spoofing: needed(&root, "spoofing", "M5", is_used(&metrics, Metric::M5), registration::spoofing)?,
        irr: needed(&root, "irr", "M7IRR", is_used(&metrics, Metric::M7Irr), registration::irr)?,
        rpki: needed(&root, "rpki", "M7RPKI", is_used(&metrics, Metric::M7Rpki), registration::rpki)?,
        routes: registration::routes(&root.get("routes")?)?,
        aggregation: aggregation(&root.get("aggregation")?)?,
        metrics,
        scores,
        examples: Vec::new(),
        digest: digest(text),
    };
    let examples = root.get("example")?;
    for item in examples.list()? {
        let example = example::read(&item, &framework)?;
        framework.examples.push(example);
    }
    if framework.examples.is_empty() {
        return Err(examples.refuse("is empty: at least one worked example is wanted"));
    }
    Ok(framework)
}

fn in_force(root: &Table) -> Read<(Status, routing::Date, Option<routing::Date>)> {
    let item = root.get("status")?;
    let status = item.word(Status::ALL, Status::as_str)?;
    let from = root.get("effective_from")?.date()?;
    let until = root.find("effective_until");
    match (status, &until) {
        (Status::Current, Some(until)) => {
            return Err(
                until.refuse("is set: a current framework has no end; allowed where superseded or draft")
            );
        }
        (Status::Superseded, None) => return Err(item.refuse("is superseded: `effective_until` is wanted")),
        _ => {}
    }
    let Some(item) = until else { return Ok((status, from, None)) };
    let until = item.date()?;
    if until <= from {
        return Err(item.refuse(format!("is {until}: it must be later than `effective_from`, {from}")));
    }
    Ok((status, from, Some(until)))
}

/// Where a rule comes from, by the keys `mark` and `source` or, for a second rule in the table, with a prefix.
pub(super) fn basis(table: &Table, prefix: &str) -> Read<Basis> {
    let mark = table.get(&format!("{prefix}mark"))?.word(Mark::ALL, Mark::as_str)?;
    Ok(Basis { mark, source: table.get(&format!("{prefix}source"))?.text()?.to_owned() })
}

/// A table that must be there exactly when something needs it.
fn needed<T>(root: &Table, key: &str, by: &str, needed: bool, read: fn(&Item) -> Read<T>) -> Read<Option<T>> {
    match root.find(key) {
        Some(item) if !needed => Err(item.refuse(format!("is of no use: the framework does not have {by}"))),
        Some(item) => read(&item).map(Some),
        None if needed => root.get(key).map(|_| None),
        None => Ok(None),
    }
}

fn aggregation(item: &Item) -> Read<AggregationRule> {
    let table = item.table(&schema::keys("[aggregation]"))?;
    Ok(AggregationRule {
        participant: table.get("participant")?.word(Pooling::ALL, Pooling::as_str)?,
        participant_basis: basis(&table, "participant_")?,
        area: table.get("area")?.word(Pooling::ALL, Pooling::as_str)?,
        area_basis: basis(&table, "area_")?,
    })
}

fn is_used(metrics: &[MetricRule], metric: Metric) -> bool {
    metrics[metric as usize].usage != MetricUse::NotUsed
}

fn needs_curve(scores: &[ScoreRule]) -> bool {
    scores
        .iter()
        .flat_map(|score| score.components.iter().flatten())
        .any(|metric| metric.row().unit.needs_curve())
}
