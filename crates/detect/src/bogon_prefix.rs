//! Bogon prefix: an announcement of space that nobody may announce (metrics M3 and M3C).

use routing::{Asn, Prefix};

use crate::visibility::{self, Seen, Visible};
use crate::{BogonClass, Clause, Dismissal, Event, EventKind, Input, InputKind, Reason, Tree, Verdict};

/// Why a prefix is a bogon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Full or administrative.
    pub class: BogonClass,
    /// The rule in words, with the registry entry.
    pub rule: String,
    /// Where the entry comes from.
    pub source: String,
}

/// Makes the events of one bogon prefix of one culprit from its sightings.
pub fn examine(prefix: Prefix, culprit: Option<Asn>, listed: &Listed, seen: Vec<Seen>) -> Vec<Event> {
    visibility::examine(seen)
        .into_iter()
        .map(|visible| event(EventKind::BogonPrefix, prefix, culprit, None, listed, visible))
        .collect()
}

pub(crate) fn event(
    kind: EventKind,
    prefix: Prefix,
    culprit: Option<Asn>,
    bogon_asn: Option<Asn>,
    listed: &Listed,
    visible: Visible,
) -> Event {
    Event {
        kind,
        verdict: Verdict::Incident,
        reason: Reason::Bogon,
        likely_cause: None,
        culprit,
        victims: Vec::new(),
        prefix,
        related: None,
        hop: None,
        bogon_asn,
        span: visible.span,
        class: Some(listed.class),
        confidence: 100,
        accomplices: visible.accomplices.clone(),
        credits: Vec::new(),
        dismissed_by: Dismissal::NONE,
        marked: None,
        evidence: visible.into_evidence(listed.rule.clone(), listed.source.clone(), Vec::new()),
        tree: tree(listed),
    }
}

/// The whole verdict on a bogon: a list names it.
pub fn tree(listed: &Listed) -> Tree {
    Tree {
        inputs: vec![Input::present(InputKind::Bogons, listed.source.clone())],
        fired: vec![Clause::new(
            "bogon",
            format!("A list of what nobody may use names it: {}.", listed.rule),
        )],
        against: Vec::new(),
        flips: vec![Clause::new("bogon", "A list of that day that does not name it would clear it.")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BogonClass, Sighting};
    use crate::{Evidence, OpenEnd};
    use routing::SpanEnd;
    use routing::{Span, Timestamp};

    #[test]
    fn an_open_end_is_seen_beyond_the_sightings_kept() {
        let count = Evidence::SIGHTINGS_MAX as u32 + 3;
        let seen = |last: SpanEnd| -> Vec<Seen> {
            let sighting = |peer| Sighting {
                span: Span { start: Timestamp(i64::from(peer)), end: Timestamp(100) },
                end: if peer == count { last } else { SpanEnd::Withdrawn },
                collector: 0,
                peer,
                peer_asn: Asn(peer),
                path: 0,
                file: 0,
                offset: 0,
                estimated: false,
            };
            (1..=count).map(|peer| Seen { sighting: sighting(peer), carriers: Vec::new() }).collect()
        };
        let listed = Listed { class: BogonClass::Full, rule: String::new(), source: String::new() };
        let prefix = "10.0.0.0/8".parse().unwrap();
        for (last, open) in [
            (SpanEnd::DataEnd, Some(OpenEnd::Data)),
            (SpanEnd::DataGap, Some(OpenEnd::Gap)),
            (SpanEnd::TableOnly, Some(OpenEnd::Table)),
            (SpanEnd::Withdrawn, None),
        ] {
            let events = examine(prefix, Some(Asn(1)), &listed, seen(last));
            assert_eq!(events.len(), 1);
            assert_eq!(events[0].evidence.sightings.len(), Evidence::SIGHTINGS_MAX);
            assert_eq!(events[0].evidence.open_end, open);
        }
    }
}
