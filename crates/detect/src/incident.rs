//! Events become incidents: what overlaps or touches is one (FRAMEWORK §2).

use routing::Span;

/// One incident: events of one key whose spans overlap or touch, taken together.
///
/// The key is what has to be the same for events to merge: network, metric and weight.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incident<K> {
    /// What the events have in common.
    pub key: K,
    /// From the first event's start to the last event's end, inside the month.
    pub span: Span,
    /// Indices of the events in the list they were merged from, ascending: the evidence.
    pub events: Vec<u32>,
}

/// Merges events into incidents: clips every span to `month`, then joins the spans of equal keys that overlap
/// or touch (an end that equals a start joins; a span of no length joins what it touches) until nothing joins.
///
/// Incidents come in the order of key and start. Neither the order of `events` nor repeating one of them
/// changes a key or a span, and merging incidents again gives the same incidents. An event without an instant
/// in the month belongs to no incident, nor does a span that ends before it starts; whoever reads events from
/// outside refuses the latter aloud.
pub fn merge<K: Ord + Clone>(events: impl IntoIterator<Item = (K, Span)>, month: Span) -> Vec<Incident<K>> {
    let mut clipped: Vec<(K, Span, u32)> = (0..=u32::MAX)
        .zip(events)
        .filter_map(|(index, (key, span))| Some((key, span.clip(month)?, index)))
        .collect();
    clipped.sort_unstable();
    let mut incidents: Vec<Incident<K>> = Vec::new();
    for (key, span, index) in clipped {
        match incidents.last_mut() {
            Some(last) if last.key == key && span.start <= last.span.end => {
                last.span.end = last.span.end.max(span.end);
                last.events.push(index);
            }
            _ => incidents.push(Incident { key, span, events: vec![index] }),
        }
    }
    for incident in &mut incidents {
        incident.events.sort_unstable();
    }
    incidents
}

#[cfg(test)]
mod tests;
