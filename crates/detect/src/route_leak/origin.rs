//! Leaks that show at the origin: type 5, a route of others originated anew, and type 6, internal or more
//! specific routes let out by their rightful origin (RFC 7908 §3.5, §3.6).

use std::collections::{BTreeMap, BTreeSet};

use routing::{Asn, Prefix, Timestamp};

use crate::visibility::{self, Seen};
use crate::{Cause, Clause, Dismissal, Event, EventKind, Input, InputKind, LeakHop, Reason, Tree, Verdict};

/// From how many prefixes of how many networks on, begun within how long, origins taken over are a table let
/// out again: nobody takes so many by hand.
const REORIGINATED_MIN: usize = 10;
const VICTIMS_MIN: usize = 3;
const TOGETHER_SECONDS: i64 = 3_600;

/// Names the misoriginations that are leaks of type 5: a network originates anew, at about the same time, the very
/// prefixes of many others. They stay misoriginations (metric M2) and are counted once, as these. `events` are
/// all misoriginations of the month; others are passed over.
pub fn mark_reoriginations(events: &mut [Event]) {
    let mut by_culprit: BTreeMap<Asn, Vec<usize>> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        let exact = event.related.is_none_or(|related| related == event.prefix);
        if let (EventKind::Misorigination, Verdict::Incident, Some(culprit), true) =
            (event.kind, event.verdict, event.culprit, exact)
        {
            by_culprit.entry(culprit).or_default().push(index);
        }
    }
    for (culprit, mut own) in by_culprit {
        own.sort_by_key(|i| (events[*i].span, *i));
        let mut from = 0;
        while from < own.len() {
            let start = events[own[from]].span.start;
            let near = |i: &&usize| events[**i].span.start.0 - start.0 <= TOGETHER_SECONDS;
            let together = own[from..].iter().take_while(near).count();
            let group = &own[from..from + together];
            from += together;
            let prefixes: BTreeSet<Prefix> = group.iter().map(|i| events[*i].prefix).collect();
            let victims: BTreeSet<Asn> =
                group.iter().flat_map(|i| events[*i].victims.iter().copied()).collect();
            if prefixes.len() < REORIGINATED_MIN || victims.len() < VICTIMS_MIN {
                continue;
            }
            let sentence = format!(
                "Within an hour {culprit} originated {} prefixes exactly as {} other networks do: what it had \
                 learnt from others it let out as its own, a leak of type 5 (RFC 7908 §3.5).",
                prefixes.len(),
                victims.len()
            );
            for i in group {
                let event = &mut events[*i];
                event.likely_cause = Some(Cause::Leak);
                event.hop = Some(LeakHop { leak_type: Some(5), from: None, to: None });
                event.tree.fired.push(Clause::new(Reason::Type5.code(), sentence.clone()));
            }
        }
    }
}

/// A more specific route of a prefix by the same origin, not shown before.
#[derive(Clone, Debug)]
pub struct MoreSpecific {
    /// The route's prefix.
    pub prefix: Prefix,
    /// The prefix around it that the origin announced before.
    pub covering: Prefix,
    /// The origin of both.
    pub origin: Asn,
    /// The VRPs, with their moment, among which the origin's own covers it and allows nothing so specific: it said
    /// that it would not.
    pub denied: Option<(String, Timestamp)>,
    /// Who saw it, with the networks that carried it beyond the origin.
    pub seen: Vec<Seen>,
}

/// From how many more specific routes of one origin on, begun within an hour, it is no single decision.
const LET_OUT_MIN: usize = 5;
const DEAGGREGATED_MIN: usize = 20;

/// Makes the events of type 6: many more specific routes of one origin at once that its own VRPs deny. Where
/// nothing denies them, as many as no one enters by hand are named, undecided: they may be meant.
pub fn examine(mut all: Vec<MoreSpecific>) -> Vec<Event> {
    let begin = |m: &MoreSpecific| m.seen.iter().map(|s| s.sighting.span.start).min();
    all.retain(|m| !m.seen.is_empty());
    all.sort_by_key(|m| (m.origin, m.denied.is_some(), begin(m), m.prefix));
    let mut events = Vec::new();
    for own in all.chunk_by(|a, b| (a.origin, a.denied.is_some()) == (b.origin, b.denied.is_some())) {
        let mut from = 0;
        while from < own.len() {
            let start = begin(&own[from]).expect("seen");
            let near = |m: &&MoreSpecific| begin(m).expect("seen").0 - start.0 <= TOGETHER_SECONDS;
            let together = own[from..].iter().take_while(near).count();
            let group = &own[from..from + together];
            from += together;
            let reason = match own[0].denied.is_some() {
                true if together >= LET_OUT_MIN => Reason::Type6,
                _ if together >= DEAGGREGATED_MIN => Reason::Deaggregation,
                _ => continue,
            };
            events.extend(group.iter().flat_map(|m| let_out(m, reason, together)));
        }
    }
    events
}

fn let_out(more: &MoreSpecific, reason: Reason, together: usize) -> Vec<Event> {
    let MoreSpecific { prefix, covering, origin, denied, seen } = more;
    visibility::examine(seen.clone())
        .into_iter()
        .map(|visible| {
            let mut tree = Tree::default();
            if let Some((label, as_of)) = denied {
                let start = visible.span.start;
                tree.inputs.push(Input::dated(InputKind::Vrps, label.clone(), *as_of, start));
            }
            tree.inputs.push(Input::present(InputKind::History, "the first tables of the collectors"));
            tree.fired.push(Clause::new(
                reason.code(),
                format!(
                    "{origin} announced {prefix}, a part of its own {covering}, and {} more such routes within an \
                     hour, none of them shown before.",
                    together - 1
                ),
            ));
            if denied.is_some() {
                let sentence =
                    format!("Its own VRPs allow nothing so specific: {prefix} was not meant to be routed.");
                tree.fired.push(Clause::new("denied_length", sentence));
            }
            let sentence = "An origin may split its own space on purpose, to steer traffic.";
            tree.against.push(Clause::new("traffic_engineering", sentence));
            let sentence = format!("A VRP of {origin} that allows {prefix} would make it no leak.");
            tree.flips.push(Clause::new("vrp", sentence));
            let rule = tree.fired[0].sentence.clone();
            let source = denied.as_ref().map_or(String::new(), |(label, _)| label.clone());
            Event {
                kind: EventKind::RouteLeak,
                verdict: reason.verdict(),
                reason,
                likely_cause: Some(Cause::Leak),
                culprit: Some(*origin),
                victims: Vec::new(),
                prefix: *prefix,
                related: Some(*covering),
                hop: Some(LeakHop { leak_type: Some(6), from: None, to: None }),
                bogon_asn: None,
                span: visible.span,
                class: None,
                confidence: if denied.is_some() { 75 } else { 40 },
                accomplices: visible.accomplices.clone(),
                credits: Vec::new(),
                dismissed_by: Dismissal::NONE,
                marked: None,
                evidence: visible.into_evidence(rule, source, vec![*origin]),
                tree,
            }
        })
        .collect()
}
