//! Events, what surrounds them, and incidents, as they are stored.

use std::collections::{BTreeMap, BTreeSet};

use detect::replay::Replay;
use detect::story::stories;
use detect::{BogonClass, Event, Verdict};
use measure::framework::DismissedBy;
use pipeline::month::{EventId, Graded, Inputs, Judged, Outcome, end_unknown, is_ongoing, registered};
use routing::{Asn, SpanEnd, Timestamp, Unknown};
use store::{BeganRow, EventRow, IncidentRow, Made, ReplayRoute, ReplayRow, ReplayStates, SightingRow};

/// The registered economy of a network of the month.
fn economy_of(outcome: &Outcome, asn: Asn) -> Option<String> {
    let place = outcome.networks.binary_search_by_key(&asn, |network| network.asn).ok()?;
    outcome.networks[place].economy.as_ref().map(|(code, _)| code.clone())
}

fn numbers(asns: &[Asn]) -> Vec<u32> {
    asns.iter().map(|asn| asn.0).collect()
}

/// Every event with the story that it is a part of. Each is made when it is asked for: its sightings take more memory as
/// words than as numbers.
pub fn event_rows<'a>(
    digests: &'a [String],
    outcome: &'a Outcome,
    inputs: &'a Inputs<'a>,
) -> Made<'a, EventRow> {
    // What an unknown network did need not be of the same hand.
    let key = |event: &Event| event.culprit.map(|culprit| (event.kind, event.verdict, culprit));
    let told: Vec<_> = outcome.events.iter().map(|(id, event)| (key(event), event.span, *id)).collect();
    let stories: Vec<_> = stories(&told).into_iter().collect();
    Made::new(move || {
        let stories = stories.clone();
        let rows = outcome.events.iter().zip(stories);
        Box::new(rows.map(|((id, event), story)| EventRow {
            story: story.map(|story| story.to_string()),
            ..event_row(id, event, digests, outcome, inputs)
        }))
    })
}

fn event_row(
    id: &EventId,
    event: &Event,
    digests: &[String],
    outcome: &Outcome,
    inputs: &Inputs<'_>,
) -> EventRow {
    let (month_end, data_end) = ends(inputs);
    let mut accomplices: BTreeMap<u32, u16> = BTreeMap::new();
    for accomplice in &event.accomplices {
        let distance = accomplices.entry(accomplice.asn.0).or_insert(accomplice.distance);
        *distance = (*distance).min(accomplice.distance);
    }
    let sightings = event.evidence.sightings.iter().map(|sighting| {
        let collector = &inputs.collectors[usize::from(sighting.collector)];
        SightingRow {
            collector: collector.name.clone(),
            peer: collector.peers[sighting.peer as usize].address.to_string(),
            peer_asn: sighting.peer_asn.0,
            path: collector.paths.get(sighting.path).to_string(),
            start: sighting.span.start.0,
            end: sighting.span.end.0,
            end_because: end_words(sighting.end).to_owned(),
            file: digests[sighting.file as usize].clone(),
            offset: sighting.offset,
        }
    });
    EventRow {
        id: id.to_string(),
        kind: event.kind.code().to_owned(),
        verdict: event.verdict.code().to_owned(),
        reason: event.reason.code().to_owned(),
        likely_cause: event.likely_cause.map(|cause| cause.code().to_owned()),
        confidence: event.confidence,
        class: event.class.map_or("", BogonClass::code).to_owned(),
        culprit: event.culprit.map(|c| c.0),
        economy: event.culprit.and_then(|asn| economy_of(outcome, asn)),
        victims: numbers(&event.victims),
        prefix: event.prefix.to_string(),
        related: event.related.map(|prefix| prefix.to_string()),
        leak_type: event.hop.and_then(|hop| hop.leak_type),
        leak_between: event.hop.map_or((None, None), |hop| (hop.from.map(|n| n.0), hop.to.map(|n| n.0))),
        bogon_asn: event.bogon_asn.map(|a| a.0),
        start: event.span.start.0,
        end: event.span.end.0,
        ongoing: is_ongoing(event, month_end, data_end),
        end_unknown: end_unknown(event, month_end, data_end).map(|end| end.code().to_owned()),
        estimated: event.evidence.estimated,
        rule: event.evidence.rule.clone(),
        rule_source: event.evidence.source.clone(),
        peers: event.evidence.peer_ases,
        collectors: event
            .evidence
            .collectors
            .iter()
            .map(|&c| inputs.collectors[usize::from(c)].name.clone())
            .collect(),
        accomplices: accomplices.into_iter().collect(),
        credits: numbers(&event.credits),
        dismissed_by: [
            (event.dismissed_by.rpki, DismissedBy::Rpki),
            (event.dismissed_by.irr, DismissedBy::Irr),
        ]
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, by)| by.as_str().to_owned())
        .collect(),
        sightings: sightings.collect(),
        tree: crate::tree::to_json(&event.tree),
        story: None,
        mark: numbers(&event.evidence.mark),
        began: event.evidence.began.as_ref().map(|began| BeganRow {
            at: began.at.0,
            month: began.month.to_string(),
            event: began.event.clone(),
        }),
    }
}

/// When the month ends, and when the data of all collectors do.
fn ends(inputs: &Inputs<'_>) -> (Timestamp, Timestamp) {
    let month_end = inputs.month.span().end;
    let known = inputs.collectors.iter().flat_map(|c| &c.coverage).map(|stretch| stretch.end);
    (month_end, known.max().unwrap_or(month_end))
}

fn end_words(end: SpanEnd) -> &'static str {
    match end {
        SpanEnd::Withdrawn => "withdrawn",
        SpanEnd::Replaced => "replaced by another path",
        SpanEnd::AbsentFromTable => "absent from the next table",
        SpanEnd::SessionDown => "session went down",
        SpanEnd::DataEnd => "data end",
        SpanEnd::DataGap => "data missing from here on",
        SpanEnd::TableOnly => "as long as a table stands for",
    }
}

/// The routes around every event that has some.
pub fn replay_rows(outcome: &Outcome, inputs: &Inputs<'_>) -> Vec<ReplayRow> {
    let some = outcome.events.iter().filter_map(|(id, event)| Some((id, event, outcome.replays.get(event)?)));
    some.map(|(id, event, replay)| replay_row(id, event, replay, inputs)).collect()
}

fn states(judged: Result<Judged, Unknown>) -> ReplayStates {
    let judged = match judged {
        Ok(judged) => judged,
        Err(why) => return ReplayStates { unknown: Some(why.0), ..ReplayStates::default() },
    };
    let snapshots = judged.snapshots.into_iter();
    let states = judged.states.into_iter();
    ReplayStates {
        unknown: None,
        snapshots: snapshots.map(|by| (by.from.0, by.epoch.as_of.0, by.epoch.label)).collect(),
        states: states
            .map(|one| (one.snapshot, one.prefix, one.origin.map(|asn| asn.0), one.state.map(str::to_owned)))
            .collect(),
    }
}

fn replay_row(id: &EventId, event: &Event, replay: &Replay, inputs: &Inputs<'_>) -> ReplayRow {
    let registered = registered(event, replay, inputs);
    let mut row = ReplayRow {
        event: id.to_string(),
        prefixes: [event.prefix].iter().chain(&event.related).map(ToString::to_string).collect(),
        held_more: replay.held_more,
        changes_more: replay.changes_more,
        until: replay.until.map(|at| at.0),
        rpki: states(registered.rpki),
        irr: states(registered.irr),
        ..ReplayRow::default()
    };
    let (mut peers, mut paths) = (BTreeMap::new(), BTreeMap::new());
    let mut ends: Vec<SpanEnd> = Vec::new();
    for route in &replay.routes {
        let collector = &inputs.collectors[usize::from(route.collector)];
        let peer = *peers.entry((route.collector, route.peer)).or_insert_with(|| {
            let peer = &collector.peers[route.peer as usize];
            row.peers.push((collector.name.clone(), peer.address.to_string(), peer.asn.0));
            row.peers.len() as u32 - 1
        });
        let path = collector.paths.get(route.path).to_string();
        let path = *paths.entry(path).or_insert_with_key(|path| {
            row.paths.push(path.clone());
            row.paths.len() as u32 - 1
        });
        let end = ends.iter().position(|known| *known == route.end).unwrap_or_else(|| {
            ends.push(route.end);
            ends.len() - 1
        });
        let (start, until) = (route.time.start.0, route.time.end.0);
        row.routes.push(ReplayRoute(route.prefix, peer, path, route.path_id, start, until, end as u8));
    }
    row.ends = ends.into_iter().map(|end| end_words(end).to_owned()).collect();
    row
}

/// The incidents under one framework.
pub fn incident_rows<'a>(
    graded: &'a Graded,
    outcome: &'a Outcome,
    inputs: &Inputs<'_>,
) -> impl Iterator<Item = IncidentRow> + use<'a> {
    let (month_end, data_end) = ends(inputs);
    graded.incidents.iter().map(move |incident| {
        let key = &incident.merged.key;
        // A network that passed an event on at two distances of one weight has it twice.
        let mut seen = BTreeSet::new();
        let own = incident.merged.events.iter().filter(|&&event| seen.insert(event));
        let events: Vec<&(EventId, Event)> = own.map(|&event| &outcome.events[event as usize]).collect();
        let each = || events.iter().map(|(_, event)| event);
        let last = || each().filter(|e| e.span.end == incident.merged.span.end);
        let prefixes: BTreeSet<_> = each().map(|e| e.prefix).collect();
        let victims: BTreeSet<Asn> = each().flat_map(|e| e.victims.iter().copied()).collect();
        let credits: BTreeSet<Asn> = each().flat_map(|e| e.credits.iter().copied()).collect();
        // What this framework counts although it is dismissed elsewhere comes behind what everybody counts.
        let is_incident = |event: &&Event| event.verdict == Verdict::Incident;
        let verdict = if each().any(|e| is_incident(&e)) { Verdict::Incident } else { Verdict::Benign };
        let deciding = || each().filter(move |event| event.verdict == verdict);
        let culprit = events.first().and_then(|(_, e)| e.culprit);
        let culprit = culprit.filter(|c| each().all(|e| e.culprit == Some(*c)));
        IncidentRow {
            framework: graded.framework.clone(),
            id: format!(
                "{}-{}-{}-{}",
                key.metric,
                key.asn.0,
                incident.merged.span.start.0,
                key.weight.millionths()
            ),
            metric: key.metric.to_string(),
            verdict: verdict.code().to_owned(),
            reason: most(deciding().map(|e| e.reason))
                .map_or_else(String::new, |reason| reason.code().to_owned()),
            likely_cause: most(each().filter_map(|e| e.likely_cause)).map(|cause| cause.code().to_owned()),
            confidence: each().map(|e| e.confidence).max().unwrap_or(0),
            network: key.asn.0,
            start: incident.merged.span.start.0,
            end: incident.merged.span.end.0,
            weight: key.weight.to_f64(),
            adds: incident.adds.to_f64(),
            events: events.iter().map(|(id, _)| id.to_string()).collect(),
            prefixes: prefixes.iter().map(ToString::to_string).collect(),
            culprit: culprit.map(|c| c.0),
            victims: victims.iter().map(|asn| asn.0).collect(),
            credits: credits.iter().map(|asn| asn.0).collect(),
            economy: culprit.and_then(|asn| economy_of(outcome, asn)),
            ongoing: last().any(|e| is_ongoing(e, month_end, data_end)),
            end_unknown: last()
                .filter_map(|e| end_unknown(e, month_end, data_end))
                .min()
                .filter(|_| !last().any(|e| is_ongoing(e, month_end, data_end)))
                .map(|end| end.code().to_owned()),
        }
    })
}

/// What most of them are; of those that are as many, the first in their own order.
fn most<T: Ord>(all: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map(|(one, _)| one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_are_counted_and_the_first_wins_a_tie() {
        assert_eq!(most([3, 1, 3, 2].into_iter()), Some(3));
        assert_eq!(most([3, 1, 3, 1].into_iter()), Some(1));
        assert_eq!(most(core::iter::empty::<u8>()), None);
    }
}
