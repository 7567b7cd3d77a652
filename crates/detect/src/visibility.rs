//! When a wrong state was really out there: from single peers' spans to the time of an event.

use routing::{Asn, Span, SpanEnd, Timestamp};

use crate::{Accomplice, Event, Evidence, OpenEnd, Sighting};

/// Distinct peer ASes that must show a state (FRAMEWORK §6, *Visibility*). A network beyond the culprit that
/// carries it counts like one of them.
pub const PEERS_MIN: u32 = 2;

/// True when an event was shown by as many peer ASes as an operator asks for, by the same count; every event was
/// shown by [`PEERS_MIN`]. What a report tells was seen elsewhere. Carriers are not kept of an event that counts under
/// no framework or took no time, and are held to have been.
pub fn suffices(event: &Event, peers_min: u32) -> bool {
    let counts = event.verdict == crate::Verdict::Incident || event.dismissed_by.is_some();
    let carried = !event.accomplices.is_empty() || !counts || event.span.seconds() <= 0;
    let reported = event.evidence.sightings.is_empty();
    peers_min <= PEERS_MIN || reported || event.evidence.peer_ases + u32::from(carried) >= peers_min
}

/// One peer's sighting together with what its path says.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The sighting.
    pub sighting: Sighting,
    /// Networks that carried it beyond the culprit, with their distance.
    pub carriers: Vec<(Asn, u16)>,
}

/// A stretch of time in which a state was visible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visible {
    /// From the first sighting to the last.
    pub span: Span,
    /// Distinct peer ASes.
    pub peer_ases: u32,
    /// Who passed it on, when; ordered by network and time.
    pub accomplices: Vec<Accomplice>,
    /// The sightings, ordered.
    pub sightings: Vec<Sighting>,
}

impl Visible {
    /// The evidence of an event that lasts this stretch; `rule` decided it, by what `source` says. `mark` is
    /// [`Evidence::mark`].
    pub fn into_evidence(self, rule: String, source: String, mark: Vec<Asn>) -> Evidence {
        let mut collectors: Vec<u16> = self.sightings.iter().map(|s| s.collector).collect();
        collectors.sort_unstable();
        collectors.dedup();
        // Asked of all sightings: only the first few are kept.
        let open_end = OpenEnd::of(&self.sightings, self.span.end);
        let estimated = self.sightings.iter().any(|s| s.estimated);
        let mut sightings = self.sightings;
        sightings.truncate(Evidence::SIGHTINGS_MAX);
        Evidence {
            rule,
            source,
            peer_ases: self.peer_ases,
            collectors,
            sightings,
            estimated,
            open_end,
            mark,
            began: None,
        }
    }
}

/// Joins sightings of one state whose spans overlap or touch, and keeps the stretches that count.
///
/// A stretch counts when two peer ASes show it, or when on one path a network beyond the culprit carries
/// it: one peer's internal route is no incident (FRAMEWORK §6, *Visibility*). A stretch does not last
/// longer because one peer missed the withdrawal: when every other peer AS had really lost the route, what
/// one of them still shows is a stuck route and is cut off (FRAMEWORK §2).
pub fn examine(mut seen: Vec<Seen>) -> Vec<Visible> {
    seen.sort_by_key(|s| s.sighting);
    seen.dedup_by_key(|s| s.sighting);
    let mut out = Vec::new();
    let mut from = 0;
    while from < seen.len() {
        let mut end = seen[from].sighting.span.end;
        let mut to = from + 1;
        while to < seen.len() && seen[to].sighting.span.start <= end {
            end = end.max(seen[to].sighting.span.end);
            to += 1;
        }
        out.extend(stretch(&seen[from..to]));
        from = to;
    }
    out
}

fn stretch(seen: &[Seen]) -> Option<Visible> {
    let mut peers: Vec<Asn> = seen.iter().map(|s| s.sighting.peer_asn).collect();
    peers.sort_unstable();
    peers.dedup();
    let carried = seen.iter().any(|s| !s.carriers.is_empty());
    if (peers.len() as u32) + u32::from(carried) < PEERS_MIN {
        return None;
    }
    let start = seen[0].sighting.span.start;
    let span = Span { start, end: end_without_stuck(seen).max(start) };
    Some(Visible {
        span,
        peer_ases: peers.len() as u32,
        accomplices: accomplices(seen, span),
        sightings: seen.iter().map(|s| s.sighting).collect(),
    })
}

/// The end of a stretch, a stuck tail cut off.
fn end_without_stuck(seen: &[Seen]) -> Timestamp {
    let last = seen.iter().map(|s| s.sighting).max_by_key(|s| (s.span.end, s.peer_asn)).expect("not empty");
    let others = seen.iter().map(|s| s.sighting).filter(|s| s.peer_asn != last.peer_asn);
    let Some(others_end) = others.clone().map(|s| s.span.end).max() else { return last.span.end };
    let really_lost = |end| matches!(end, SpanEnd::Withdrawn | SpanEnd::Replaced | SpanEnd::AbsentFromTable);
    let lost = others.filter(|s| s.span.end == others_end).all(|s| really_lost(s.end));
    // Announced anew after the others lost it, it is no leftover of what they lost.
    let record = |s: &Sighting| (s.collector, s.peer, s.file, s.offset);
    let same = seen.iter().map(|s| s.sighting).filter(|s| record(s) == record(&last));
    let announced = same.map(|s| s.span.start).min().expect("the last one is among them");
    if lost && announced < others_end { others_end } else { last.span.end }
}

fn accomplices(seen: &[Seen], span: Span) -> Vec<Accomplice> {
    let mut all: Vec<Accomplice> = seen
        .iter()
        .flat_map(|s| s.carriers.iter().map(move |&(asn, distance)| (s.sighting.span, asn, distance)))
        .filter_map(|(time, asn, distance)| Some(Accomplice { asn, distance, span: time.clip(span)? }))
        .collect();
    all.sort_by_key(|a| (a.asn, a.span));
    let mut out: Vec<Accomplice> = Vec::new();
    for a in all {
        match out.last_mut() {
            Some(last) if last.asn == a.asn && a.span.start <= last.span.end => {
                last.span.end = last.span.end.max(a.span.end);
                last.distance = last.distance.min(a.distance);
            }
            _ => out.push(a),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: u32, start: i64, stop: i64, end: SpanEnd, carriers: &[(u32, u16)]) -> Seen {
        let span = Span { start: Timestamp(start), end: Timestamp(stop) };
        Seen {
            sighting: Sighting {
                span,
                end,
                collector: 0,
                peer,
                peer_asn: Asn(peer),
                path: 0,
                file: 0,
                offset: 0,
                estimated: false,
            },
            carriers: carriers.iter().map(|&(a, d)| (Asn(a), d)).collect(),
        }
    }

    fn times(all: &[Visible]) -> Vec<(i64, i64)> {
        all.iter().map(|v| (v.span.start.0, v.span.end.0)).collect()
    }

    #[test]
    fn one_peers_own_route_is_no_incident_but_two_or_a_carrier_are() {
        assert!(examine(vec![seen(1, 0, 9, SpanEnd::DataEnd, &[])]).is_empty());
        let two = vec![seen(1, 0, 9, SpanEnd::DataEnd, &[]), seen(2, 5, 12, SpanEnd::DataEnd, &[])];
        assert_eq!(times(&examine(two)), [(0, 12)]);
        assert_eq!(times(&examine(vec![seen(1, 0, 9, SpanEnd::DataEnd, &[(1, 1)])])), [(0, 9)]);
    }

    #[test]
    fn a_stuck_route_does_not_prolong() {
        let stuck = |end| {
            vec![
                seen(1, 0, 10, end, &[(1, 1)]),
                seen(2, 0, 10, end, &[(2, 1)]),
                seen(3, 0, 99, SpanEnd::DataEnd, &[(3, 1)]),
            ]
        };
        assert_eq!(times(&examine(stuck(SpanEnd::Withdrawn))), [(0, 10)]);
        // Where the others' data simply end, nothing says that the route was gone.
        assert_eq!(times(&examine(stuck(SpanEnd::DataEnd))), [(0, 99)]);
    }

    #[test]
    fn touching_spans_are_one_stretch_and_a_gap_makes_two() {
        let a = seen(1, 0, 10, SpanEnd::Replaced, &[(1, 1)]);
        let b = seen(1, 10, 20, SpanEnd::Withdrawn, &[(1, 2)]);
        let c = seen(1, 30, 40, SpanEnd::Withdrawn, &[(1, 1)]);
        let all = examine(vec![c, b, a]);
        assert_eq!(times(&all), [(0, 20), (30, 40)]);
        assert_eq!(all[0].accomplices.len(), 1);
        assert_eq!(all[0].accomplices[0].distance, 1);
    }
}
