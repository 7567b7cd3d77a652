//! Bogon prefix: an announcement of space that nobody may announce (metrics M3 and M3C).

use routing::{Asn, Prefix};

use crate::visibility::{self, Seen, Visible};
use crate::{BogonClass, Event, EventKind, Evidence};

/// Why a prefix is a bogon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Full or administrative.
    pub class: BogonClass,
    /// The rule in words, with the registry entry.
    pub rule: String,
    /// Where the entry comes from.
    pub source: String,
}

/// Makes the events of one bogon prefix of one culprit from its sightings.
pub fn examine(prefix: Prefix, culprit: Option<Asn>, verdict: &Verdict, seen: Vec<Seen>) -> Vec<Event> {
    visibility::examine(seen)
        .into_iter()
        .map(|visible| event(EventKind::BogonPrefix, prefix, culprit, None, verdict, visible))
        .collect()
}

pub(crate) fn event(
    kind: EventKind,
    prefix: Prefix,
    culprit: Option<Asn>,
    bogon_asn: Option<Asn>,
    verdict: &Verdict,
    visible: Visible,
) -> Event {
    let mut collectors: Vec<u16> = visible.sightings.iter().map(|s| s.collector).collect();
    collectors.sort_unstable();
    collectors.dedup();
    let estimated = visible.sightings.iter().any(|s| s.estimated);
    let mut sightings = visible.sightings;
    sightings.truncate(Evidence::SIGHTINGS_MAX);
    Event {
        kind,
        culprit,
        prefix,
        bogon_asn,
        span: visible.span,
        class: verdict.class,
        accomplices: visible.accomplices,
        evidence: Evidence {
            rule: verdict.rule.clone(),
            source: verdict.source.clone(),
            peer_ases: visible.peer_ases,
            collectors,
            sightings,
            estimated,
        },
    }
}
