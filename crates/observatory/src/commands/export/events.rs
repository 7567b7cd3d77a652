//! Events and what is made of them, as tables.

use std::io::Write;

use anyhow::{Context, Result};
use lake::{Column, Value};
use routing::Timestamp;
use web::{IncidentLine, LINE_FIELDS};

fn joined<T: ToString>(list: &[T]) -> Value {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ").into()
}

/// One line for each story, and for each event that is alone.
pub const LINE_COLUMNS: &[Column] = &[
    Column::text("id"),
    Column::text("kind"),
    Column::text("verdict"),
    Column::text("reason"),
    Column::text("likely_cause"),
    Column::integer("culprit"),
    Column::text("accomplices"),
    Column::text("victims"),
    Column::text("prefixes"),
    Column::text("start"),
    Column::text("end"),
    Column::integer("peers"),
    Column::text("collectors"),
    Column::integer("confidence"),
];

pub fn line(l: &IncidentLine) -> Vec<Value> {
    vec![
        l.id.as_str().into(),
        l.kind.as_str().into(),
        l.verdict.as_str().into(),
        l.reason.as_str().into(),
        l.likely_cause.clone().into(),
        l.culprit.into(),
        joined(&l.accomplices),
        joined(&l.victims),
        joined(&l.prefixes),
        Timestamp(l.start).to_string().into(),
        Timestamp(l.end).to_string().into(),
        l.peers.into(),
        joined(&l.collectors),
        i64::from(l.confidence).into(),
    ]
}

/// Lines as objects, lists as lists.
pub fn write_lines(out: &mut impl Write, lines: &[IncidentLine]) -> Result<()> {
    for line in lines {
        let members = LINE_FIELDS.iter().zip(line.values()).map(|(name, value)| ((*name).to_owned(), value));
        let object: serde_json::Map<String, serde_json::Value> = members.collect();
        serde_json::to_writer(&mut *out, &object).context("writing")?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

pub const EVENT_COLUMNS: &[Column] = &[
    Column::text("id"),
    Column::text("kind"),
    Column::text("verdict"),
    Column::text("reason"),
    Column::text("likely_cause"),
    Column::text("class"),
    Column::integer("culprit"),
    Column::text("accomplices"),
    Column::text("victims"),
    Column::text("credits"),
    Column::text("prefix"),
    Column::text("related"),
    Column::integer("leak_type"),
    Column::integer("bogon_asn"),
    Column::text("start"),
    Column::text("end"),
    Column::boolean("ongoing"),
    Column::boolean("estimated"),
    Column::integer("peers"),
    Column::text("collectors"),
    Column::text("rule"),
    Column::text("rule_source"),
    Column::integer("confidence"),
    Column::text("story"),
];

pub fn event(e: &store::EventRow) -> Vec<Value> {
    let accomplices: Vec<String> = e.accomplices.iter().map(|(asn, _)| asn.to_string()).collect();
    vec![
        e.id.as_str().into(),
        e.kind.as_str().into(),
        e.verdict.as_str().into(),
        e.reason.as_str().into(),
        e.likely_cause.clone().into(),
        e.class.as_str().into(),
        e.culprit.into(),
        accomplices.join(" ").into(),
        joined(&e.victims),
        joined(&e.credits),
        e.prefix.as_str().into(),
        e.related.clone().into(),
        e.leak_type.map(u32::from).into(),
        e.bogon_asn.into(),
        Timestamp(e.start).to_string().into(),
        Timestamp(e.end).to_string().into(),
        e.ongoing.into(),
        e.estimated.into(),
        e.peers.into(),
        e.collectors.join(" ").into(),
        e.rule.as_str().into(),
        e.rule_source.as_str().into(),
        i64::from(e.confidence).into(),
        e.story.clone().into(),
    ]
}

pub const COUNTED_COLUMNS: &[Column] = &[
    Column::text("id"),
    Column::text("metric"),
    Column::text("reason"),
    Column::integer("network"),
    Column::integer("culprit"),
    Column::text("start"),
    Column::text("end"),
    Column::integer("seconds"),
    Column::float("weight"),
    Column::float("adds"),
    Column::text("prefixes"),
    Column::text("events"),
];

pub fn counted(i: &store::IncidentRow) -> Vec<Value> {
    vec![
        i.id.as_str().into(),
        i.metric.as_str().into(),
        i.reason.as_str().into(),
        i.network.into(),
        i.culprit.into(),
        Timestamp(i.start).to_string().into(),
        Timestamp(i.end).to_string().into(),
        (i.end - i.start).into(),
        i.weight.into(),
        i.adds.into(),
        i.prefixes.join(" ").into(),
        i.events.join(" ").into(),
    ]
}

/// What others say.
pub const OPINION_COLUMNS: &[Column] = &[
    Column::text("id"),
    Column::text("publisher"),
    Column::text("claim"),
    Column::text("called"),
    Column::text("culprits"),
    Column::text("victims"),
    Column::text("prefixes"),
    Column::integer("prefixes_all"),
    Column::text("start"),
    Column::text("end"),
    Column::integer("suspicion"),
    Column::integer("confidence"),
    Column::text("tags"),
    Column::text("events"),
];

pub fn opinion(o: &store::OpinionRow) -> Vec<Value> {
    let events: Vec<&str> = o.events.iter().map(|event| event.event.as_str()).collect();
    vec![
        o.id.as_str().into(),
        o.publisher.as_str().into(),
        o.claim.as_str().into(),
        o.called.as_str().into(),
        joined(&o.culprits),
        joined(&o.victims),
        joined(&o.prefixes),
        i64::try_from(o.prefixes_all).unwrap_or(i64::MAX).into(),
        Timestamp(o.start).to_string().into(),
        o.end.map(|end| Timestamp(end).to_string()).into(),
        o.suspicion.map(u32::from).into(),
        o.confidence.map(u32::from).into(),
        o.tags.join("; ").into(),
        events.join(" ").into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_same_fields_in_every_form() {
        let names: Vec<&str> = LINE_COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(names, LINE_FIELDS);
    }
}
