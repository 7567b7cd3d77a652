//! What others say, beside the events of ours that they tell of.

use detect::Event;
use pipeline::month::Outcome;
use pipeline::opinions::matches;
use reference::opinions::Opinion;
use routing::Asn;
use store::{OpinionMatchRow, OpinionRow};

use crate::config::Config;
use crate::load::Said;

/// One row for each, in the order given.
pub fn rows(config: &Config, said: &[Said], outcome: &Outcome) -> Vec<OpinionRow> {
    if said.is_empty() {
        return Vec::new();
    }
    let ours: Vec<&Event> = outcome.events.iter().map(|(_, event)| event).collect();
    let theirs: Vec<Opinion> = said.iter().map(|said| said.opinion.clone()).collect();
    let matched = matches(&ours, &theirs);
    let row = |(said, matched): (&Said, Vec<pipeline::opinions::Match>)| {
        let source = &config.sources[said.source];
        let event = |m: pipeline::opinions::Match| {
            let (id, event) = &outcome.events[m.event as usize];
            OpinionMatchRow {
                event: id.to_string(),
                kind: event.kind.code().to_owned(),
                verdict: event.verdict.code().to_owned(),
                same_prefix: m.same_prefix,
                same_culprit: m.same_culprit,
                same_kind: m.same_kind,
            }
        };
        let numbers = |asns: &[Asn]| asns.iter().map(|asn| asn.0).collect::<Vec<u32>>();
        let theirs = &said.opinion;
        OpinionRow {
            id: theirs.id.clone(),
            publisher: source.kind.publisher().unwrap_or_default().to_owned(),
            source: source.name.clone(),
            claim: theirs.claim.code().to_owned(),
            called: theirs.called.clone(),
            start: theirs.start.0,
            end: theirs.end.map(|end| end.0),
            culprits: numbers(&theirs.culprits),
            victims: numbers(&theirs.victims),
            prefixes: theirs.prefixes.iter().map(ToString::to_string).collect(),
            prefixes_all: theirs.prefixes_all,
            suspicion: theirs.suspicion,
            confidence: theirs.confidence,
            tags: theirs.tags.clone(),
            details: theirs.details.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect(),
            events: matched.into_iter().map(event).collect(),
        }
    };
    said.iter().zip(matched).map(row).collect()
}
