//! What happened, for other people's machines: one line per story with stable fields, STIX 2.1, Atom and JSON Feed.

pub(crate) mod atom;
pub(crate) mod feed;
pub(crate) mod json_feed;
pub mod stix;
mod uuid;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use store::EventRow;

/// What happened in one line: a story, or an event that is alone. Its fields are stable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentLine {
    /// Id of its first event; the event has a page under it.
    pub id: String,
    /// Kind of event.
    pub kind: String,
    /// `incident`, `benign` or `undecided`.
    pub verdict: String,
    /// The reason that most of its events have.
    pub reason: String,
    /// What most of its events look like.
    pub likely_cause: Option<String>,
    /// Who caused it; `None` when that is not known.
    pub culprit: Option<u32>,
    /// Who passed it on, ascending.
    pub accomplices: Vec<u32>,
    /// Whose space or routes it took, ascending.
    pub victims: Vec<u32>,
    /// Prefixes, in the order of their events.
    pub prefixes: Vec<String>,
    /// From when, Unix seconds.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// Peer ASes that showed the event that most of them did.
    pub peers: u32,
    /// Collectors that saw it.
    pub collectors: Vec<String>,
    /// How sure the surest of its verdicts is, 0 to 100.
    pub confidence: u8,
}

/// Names of the fields of a line, in their order.
pub const LINE_FIELDS: [&str; 14] = [
    "id",
    "kind",
    "verdict",
    "reason",
    "likely_cause",
    "culprit",
    "accomplices",
    "victims",
    "prefixes",
    "start",
    "end",
    "peers",
    "collectors",
    "confidence",
];

impl IncidentLine {
    /// Its fields in their order, times as RFC 3339.
    pub fn values(&self) -> [Value; LINE_FIELDS.len()] {
        let moment = |at: i64| Value::from(routing::Timestamp(at).to_string());
        [
            json!(self.id),
            json!(self.kind),
            json!(self.verdict),
            json!(self.reason),
            json!(self.likely_cause),
            json!(self.culprit),
            json!(self.accomplices),
            json!(self.victims),
            json!(self.prefixes),
            moment(self.start),
            moment(self.end),
            json!(self.peers),
            json!(self.collectors),
            json!(self.confidence),
        ]
    }
}

/// One line per story and per event that is alone, by start and id; the order of `events` does not matter.
pub fn lines<'a>(events: impl IntoIterator<Item = &'a EventRow>) -> Vec<IncidentLine> {
    let mut stories: BTreeMap<&str, Vec<&EventRow>> = BTreeMap::new();
    for event in events {
        stories.entry(event.story.as_deref().unwrap_or(&event.id)).or_default().push(event);
    }
    let mut lines: Vec<IncidentLine> = stories.into_iter().map(|(id, events)| line(id, events)).collect();
    lines.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
    lines
}

/// The first event at hand of each line, by the line's id: of a story that is only seen in part, its own first
/// event may not be among `events`.
pub(crate) fn firsts<'a>(events: impl IntoIterator<Item = &'a EventRow>) -> BTreeMap<&'a str, &'a EventRow> {
    let mut firsts: BTreeMap<&str, &EventRow> = BTreeMap::new();
    for event in events {
        let first = firsts.entry(event.story.as_deref().unwrap_or(&event.id)).or_insert(event);
        if (event.start, &event.id) < (first.start, &first.id) {
            *first = event;
        }
    }
    firsts
}

fn line(id: &str, mut events: Vec<&EventRow>) -> IncidentLine {
    events.sort_by_key(|event| (event.start, &event.id));
    let first = events[0];
    let all = |of: fn(&EventRow) -> Vec<u32>| -> Vec<u32> {
        events.iter().flat_map(|event| of(event)).collect::<BTreeSet<u32>>().into_iter().collect()
    };
    let mut prefixes: Vec<String> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for event in &events {
        if seen.insert(&event.prefix) {
            prefixes.push(event.prefix.clone());
        }
    }
    let collectors: BTreeSet<&String> = events.iter().flat_map(|event| &event.collectors).collect();
    IncidentLine {
        id: id.to_owned(),
        kind: first.kind.clone(),
        verdict: first.verdict.clone(),
        reason: most(events.iter().map(|event| event.reason.as_str())).unwrap_or_default().to_owned(),
        likely_cause: most(events.iter().filter_map(|event| event.likely_cause.as_deref()))
            .map(str::to_owned),
        culprit: first.culprit,
        accomplices: all(|event| event.accomplices.iter().map(|(asn, _)| *asn).collect()),
        victims: all(|event| event.victims.clone()),
        prefixes,
        start: events.iter().map(|event| event.start).min().unwrap_or(first.start),
        end: events.iter().map(|event| event.end).max().unwrap_or(first.end),
        peers: events.iter().map(|event| event.peers).max().unwrap_or(0),
        collectors: collectors.into_iter().cloned().collect(),
        confidence: events.iter().map(|event| event.confidence).max().unwrap_or(0),
    }
}

/// What most of them are; of those that are as many, the first by name.
fn most<'a>(all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map(|(one, _)| one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_one_line_whatever_the_order_of_its_events() {
        let event = |id: &str, story: Option<&str>, prefix: &str, start: i64| EventRow {
            id: id.to_owned(),
            story: story.map(str::to_owned),
            prefix: prefix.to_owned(),
            kind: "route_leak".to_owned(),
            verdict: "incident".to_owned(),
            reason: if start == 20 { "type_2" } else { "type_1" }.to_owned(),
            culprit: Some(1),
            victims: vec![start as u32, 5],
            accomplices: vec![(9, 1), (8, 2)],
            start,
            end: start + 10,
            peers: start as u32,
            confidence: 50,
            collectors: vec![format!("c{start}")],
            ..EventRow::default()
        };
        let events = [
            event("b", Some("a"), "192.0.3.0/24", 20),
            event("a", Some("a"), "192.0.2.0/24", 10),
            event("z", None, "10.0.0.0/8", 5),
            event("c", Some("a"), "192.0.2.0/24", 15),
        ];
        let told = lines(&events);
        assert_eq!(told, lines(events.iter().rev()));
        assert_eq!(told.iter().map(|line| line.id.as_str()).collect::<Vec<_>>(), ["z", "a"]);
        let story = &told[1];
        assert_eq!(story.prefixes, ["192.0.2.0/24", "192.0.3.0/24"]);
        assert_eq!((story.start, story.end, story.peers, story.reason.as_str()), (10, 30, 20, "type_1"));
        assert_eq!((&story.victims[..], &story.accomplices[..]), (&[5, 10, 15, 20][..], &[8, 9][..]));
        assert_eq!(story.collectors, ["c10", "c15", "c20"]);
        assert_eq!(story.values().len(), LINE_FIELDS.len());
        // Feeds tell a line by its first event at hand, also where the story's first is not.
        let first = |events: &[EventRow]| firsts(events)["a"].id.clone();
        assert_eq!([first(&events), first(&events[..1]), first(&events[2..])], ["a", "b", "c"]);
    }
}
