//! The tables `[[metric]]`.

use super::{Read, basis};
use crate::framework::document::Table;
use crate::framework::schema;
use crate::framework::{BogonClasses, DismissedBy, MetricRule, MetricUse};
use crate::metric::{METRICS, Metric, Unit};

pub(super) fn metrics(root: &Table) -> Read<Vec<MetricRule>> {
    let codes = METRICS.map(|row| row.metric);
    let list = root.get("metric")?;
    let mut rules: Vec<MetricRule> = Vec::new();
    for item in list.list()? {
        let table = item.table(&schema::keys("[[metric]]"))?;
        let code = table.get("code")?;
        let metric = code.word(&codes, Metric::code)?;
        if rules.iter().any(|rule| rule.metric == metric) {
            return Err(code.refuse(format!("repeats {metric}: each metric may stand once")));
        }
        rules.push(metric_rule(&table, metric)?);
    }
    rules.sort_by_key(|rule| rule.metric);
    let missing = codes.iter().find(|&&metric| rules.iter().all(|rule| rule.metric != metric));
    match missing {
        Some(metric) => {
            Err(list.refuse(format!("lacks {metric}: where it plays no part say use = \"not used\"")))
        }
        None => Ok(rules),
    }
}

fn metric_rule(table: &Table, metric: Metric) -> Read<MetricRule> {
    let row = metric.row();
    let action = match (table.find("action"), row.action) {
        (None, None) => None,
        (Some(item), None) => return Err(item.refuse(format!("is set: {metric} belongs to no action"))),
        (None, Some(_)) => return Err(table.get("action").err().expect("it was not found")),
        (Some(item), Some(action)) => {
            if item.whole(1..=4)? != u64::from(action) {
                return Err(item.refuse(format!("is wrong: {metric} belongs to action {action}")));
            }
            Some(action)
        }
    };
    let unit = table.get("unit")?;
    if unit.word(&Unit::ALL, Unit::as_str)? != row.unit {
        return Err(unit.refuse(format!("is wrong: {metric} is measured in \"{}\"", row.unit.as_str())));
    }
    let usage = table.get("use")?;
    let used = usage.word(MetricUse::ALL, MetricUse::as_str)?;
    if used == MetricUse::Scored && row.action.is_none() {
        return Err(
            usage.refuse(format!("is scored: {metric} belongs to no action; allowed: shown, not used"))
        );
    }
    let bogons = match table.find("bogons") {
        Some(item) if !metric.counts_bogons() || used == MetricUse::NotUsed => {
            return Err(
                item.refuse(format!("is of no use for {metric}: it belongs to M3, M3C, M4, M4C where used"))
            );
        }
        Some(item) => Some(item.word(BogonClasses::ALL, BogonClasses::as_str)?),
        None if metric.counts_bogons() && used != MetricUse::NotUsed => {
            return Err(table.get("bogons").err().expect("it was not found"));
        }
        None => None,
    };
    let dismissed_by = match table.find("dismissed_by") {
        Some(item) if !matches!(metric, Metric::M2 | Metric::M2C) => {
            return Err(item.refuse(format!("is of no use for {metric}: it belongs to M2 and M2C")));
        }
        Some(item) => item.words(DismissedBy::ALL, DismissedBy::as_str)?,
        None => Vec::new(),
    };
    Ok(MetricRule {
        metric,
        action,
        title: table.get("title")?.text()?.to_owned(),
        meaning: table.get("meaning")?.text()?.to_owned(),
        unit: row.unit,
        usage: used,
        bogons,
        dismissed_by,
        basis: basis(table, "")?,
    })
}
