//! Bogon prefixes and ASNs in the spans and in daily reports, as events.

use core::fmt;
use std::collections::BTreeMap;

use detect::bogon_prefix::Listed;
use detect::path::Hops;
use detect::visibility::Seen;
use detect::{
    BogonClass, Event, EventKind, Evidence, OpenEnd, Reason, Sighting, Verdict, bogon_asn, bogon_prefix,
};
use reference::bogons::{BogonMatch, BogonSet};
use routing::{Asn, PathRef, Prefix, RouteSpan, Segment, SegmentKind, Span, SpanEnd, Timestamp};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::{BogonEpoch, Inputs};

/// Name of an event: the same in every computation that finds it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId([u8; 8]);

impl EventId {
    pub(super) fn of(event: &Event) -> EventId {
        // Bogons are told apart by their class; other events by why they are one and at whose cost.
        let what = match event.class {
            Some(class) => class.code().to_owned(),
            None => format!("{} {:?} {:?}", event.reason, event.victims, event.hop),
        };
        let key = format!(
            "{} {} {:?} {} {:?} {} {what}",
            if event.evidence.sightings.is_empty() { "reported" } else { "seen" },
            event.kind,
            event.culprit,
            event.prefix,
            event.bogon_asn,
            event.span.start.0,
        );
        EventId(Sha256::digest(key)[..8].try_into().expect("a digest is longer than 8 octets"))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What sightings must have in common to be one state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: EventKind,
    class: BogonClass,
    culprit: Option<Asn>,
    bogon_asn: Option<Asn>,
}

/// What was seen of a state.
struct State {
    /// By the first lists that have it.
    listed: Listed,
    /// Place of their epoch.
    place: usize,
    seen: Vec<Seen>,
}

/// A distinct path, judged once per epoch.
#[derive(Clone)]
pub struct PathVerdict {
    hops: Hops,
    responsible: Option<usize>,
    found: Vec<bogon_asn::Found>,
}

/// One epoch with the set of bogons that holds in it.
struct Epoch<'a> {
    time: Span,
    set: BogonSet<'a>,
}

/// What bogons are found by: each distinct path judged once for each epoch.
pub struct Detection<'a> {
    inputs: &'a Inputs<'a>,
    epochs: Vec<Epoch<'a>>,
    /// Per epoch and collector: the paths that hold a bogon ASN.
    paths: Vec<Vec<FxHashMap<u32, PathVerdict>>>,
}

impl<'a> Detection<'a> {
    /// By the bogons of a month.
    pub fn new(inputs: &'a Inputs<'_>) -> Detection<'a> {
        let epochs = epochs(&inputs.references.bogons, inputs.month.span());
        let paths = epochs.iter().map(|_| vec![FxHashMap::default(); inputs.collectors.len()]).collect();
        Detection { inputs, epochs, paths }
    }

    /// Whether a number is a network's as the month begins: none that IANA keeps back.
    pub fn is_network(&self, asn: Asn) -> bool {
        let matched = self.epochs.first().and_then(|epoch| epoch.set.asn(asn));
        matched.is_none_or(|m| m.class != reference::bogons::BogonClass::Full)
    }

    /// Judges paths, for [`Detection::know`].
    pub fn judge_paths(&self) -> PathJudge<'_> {
        PathJudge { epochs: self.epochs.iter().map(|epoch| (&epoch.set, Vec::new())).collect() }
    }

    /// Takes over what was found out about paths of a collector.
    pub fn know(&mut self, collector: usize, found: Vec<Vec<(u32, PathVerdict)>>) {
        for (paths, found) in self.paths.iter_mut().zip(found) {
            paths[collector].extend(found);
        }
    }

    /// True when the prefix is a bogon at some time.
    pub fn concern(&self, prefix: &Prefix) -> bool {
        self.epochs.iter().any(|epoch| epoch.set.contains(*prefix).is_some())
    }

    /// Puts the events of one prefix, of which `same_prefix` are all spans, behind `events`.
    pub fn detect(&self, same_prefix: &[RouteSpan], events: &mut Vec<Event>) {
        let inputs = self.inputs;
        let prefix = same_prefix[0].prefix;
        let mut states: BTreeMap<Key, State> = BTreeMap::new();
        let matched: Vec<_> = self.epochs.iter().map(|epoch| epoch.set.contains(prefix)).collect();
        // What one list says of a span and what the next does follow each other: so they can be joined.
        for span in same_prefix {
            for (place, (epoch, paths)) in self.epochs.iter().zip(&self.paths).enumerate() {
                let (matched, collector) = (&matched[place], usize::from(span.collector));
                let judged = paths[collector].get(&span.path);
                if matched.is_none() && judged.is_none() {
                    continue;
                }
                let Some(time) = span.time.clip(epoch.time) else { continue };
                let peer = inputs.collectors[collector].peers[span.peer as usize];
                let sighting = sighting(span, time, peer.asn);
                if let Some(matched) = matched {
                    let of_path;
                    let judged = match judged {
                        Some(judged) => judged,
                        None => {
                            let is_bogon = |asn: Asn| epoch.set.has_asn(asn);
                            of_path = judge_path(inputs.collectors[collector].paths.get(span.path), is_bogon);
                            &of_path
                        }
                    };
                    let (culprit, carriers) = culprit(judged, peer.asn, &epoch.set);
                    let key =
                        Key { kind: EventKind::BogonPrefix, class: class(matched), culprit, bogon_asn: None };
                    add(&mut states, key, place, matched, Seen { sighting, carriers });
                }
                for found in judged.iter().flat_map(|judged| &judged.found) {
                    let matched = epoch.set.asn(found.bogon).expect("found because it matched");
                    let key = Key {
                        kind: EventKind::BogonAsn,
                        class: class(&matched),
                        culprit: found.culprit,
                        bogon_asn: Some(found.bogon),
                    };
                    let seen = Seen { sighting, carriers: found.carriers.clone() };
                    add(&mut states, key, place, &matched, seen);
                }
            }
        }
        for (key, State { listed, seen, .. }) in states {
            let mut found = match key.bogon_asn {
                None => bogon_prefix::examine(prefix, key.culprit, &listed, seen),
                Some(bogon) => bogon_asn::examine(prefix, bogon, key.culprit, &listed, seen),
            };
            for event in &mut found {
                // The route lives on, and is no bogon any more: that is over.
                if self.is_dropped(event.span.end, same_prefix) {
                    event.evidence.open_end = None;
                }
            }
            events.extend(found);
        }
    }

    /// True when another list took over at `end`, while a route was there: had the new one it too, its event would
    /// go on.
    fn is_dropped(&self, end: Timestamp, spans: &[RouteSpan]) -> bool {
        self.epochs.iter().skip(1).any(|epoch| epoch.time.start == end)
            && spans.iter().any(|span| span.time.start < end && end < span.time.end)
    }

    /// All events of the month, in their order: those found and those reported.
    pub fn finish(&self, mut events: Vec<Event>) -> Vec<(EventId, Event)> {
        events.extend(reported(self.inputs, &self.epochs));
        let mut events: Vec<(EventId, Event)> = events.into_iter().map(|e| (EventId::of(&e), e)).collect();
        events.sort_by(|(_, a), (_, b)| {
            (a.kind, a.span, a.culprit, a.prefix)
                .cmp(&(b.kind, b.span, b.culprit, b.prefix))
                .then_with(|| a.cmp(b))
        });
        events.dedup_by_key(|(id, _)| *id);
        events
    }
}

fn epochs<'a>(bogons: &'a [BogonEpoch], month: Span) -> Vec<Epoch<'a>> {
    let starts = bogons.iter().map(|e| e.from);
    let ends = starts.clone().skip(1).chain([month.end]);
    bogons
        .iter()
        .zip(starts.zip(ends))
        .filter_map(|(epoch, (start, end))| {
            let time = Span { start, end }.clip(month)?;
            Some(Epoch { time, set: epoch.table.at(epoch.from.max(month.start).date()) })
        })
        .collect()
}

/// Finds paths that hold a bogon ASN.
pub struct PathJudge<'a> {
    /// Per epoch: the set, and the paths found.
    epochs: Vec<(&'a BogonSet<'a>, Vec<(u32, PathVerdict)>)>,
}

impl PathJudge<'_> {
    /// Judges one; true when it holds one at some time.
    #[inline]
    pub fn judge(&mut self, index: u32, path: PathRef<'_>) -> bool {
        let mut any = false;
        for (set, found) in &mut self.epochs {
            if path.any(|asn| set.has_asn(asn)) {
                let judged = judge_path(path, |asn| set.has_asn(asn));
                if !judged.found.is_empty() {
                    found.push((index, judged));
                    any = true;
                }
            }
        }
        any
    }

    /// What was found, by epoch.
    pub fn finish(self) -> Vec<Vec<(u32, PathVerdict)>> {
        self.epochs.into_iter().map(|(_, found)| found).collect()
    }
}

fn judge_path(path: PathRef<'_>, is_bogon: impl Fn(Asn) -> bool) -> PathVerdict {
    // A path without a hop outside confederations is its peer's own; whose is said where the span is known.
    let hop = |s: Segment<'_>| matches!(s.kind, SegmentKind::Set | SegmentKind::Sequence);
    let hops = if path.segments().any(hop) { Hops::of(path, Asn::ZERO) } else { Hops::default() };
    let responsible = hops.responsible(&is_bogon);
    let found = if hops.sequence.is_empty() { Vec::new() } else { bogon_asn::find(&hops, &is_bogon) };
    PathVerdict { hops, responsible, found }
}

/// Who answers for an announcement, and who carried it.
fn culprit(path: &PathVerdict, peer: Asn, set: &BogonSet<'_>) -> (Option<Asn>, Vec<(Asn, u16)>) {
    let is_bogon = |asn: Asn| set.has_asn(asn);
    match path.responsible {
        Some(index) => (Some(path.hops.sequence[index]), path.hops.carriers(index, is_bogon)),
        None if path.hops == Hops::default() && !is_bogon(peer) => (Some(peer), Vec::new()),
        None => (None, Vec::new()),
    }
}

fn class(matched: &BogonMatch<'_>) -> BogonClass {
    match matched.class {
        reference::bogons::BogonClass::Full => BogonClass::Full,
        reference::bogons::BogonClass::Administrative => BogonClass::Administrative,
    }
}

pub(super) fn sighting(span: &RouteSpan, time: Span, peer_asn: Asn) -> Sighting {
    Sighting {
        span: time,
        // Where another epoch begins the route lives on: nothing was withdrawn.
        end: if time.end < span.time.end { SpanEnd::DataEnd } else { span.end },
        collector: span.collector,
        peer: span.peer,
        peer_asn,
        path: span.path,
        file: span.file,
        offset: span.offset,
        estimated: span.estimated,
    }
}

/// Adds what a peer showed while the lists of the epoch at `place` held.
fn add(states: &mut BTreeMap<Key, State>, key: Key, place: usize, matched: &BogonMatch<'_>, seen: Seen) {
    let listed = || {
        let rule = match matched.rule {
            "" => matched.what.to_owned(),
            rule => format!("{} ({rule})", matched.what),
        };
        Listed { class: key.class, rule, source: matched.source.to_owned() }
    };
    let state = states.entry(key).or_insert_with(|| State { listed: listed(), place, seen: Vec::new() });
    if place < state.place {
        (state.listed, state.place) = (listed(), place);
    }
    let record = |s: &Sighting| (s.collector, s.peer, s.path, s.file, s.offset);
    let last = state.seen.last_mut().filter(|last| {
        last.sighting.span.end == seen.sighting.span.start
            && record(&last.sighting) == record(&seen.sighting)
            && last.carriers == seen.carriers
    });
    match last {
        // The next list has it too: it is one sighting.
        Some(last) => {
            last.sighting.span.end = seen.sighting.span.end;
            last.sighting.end = seen.sighting.end;
        }
        None => state.seen.push(seen),
    }
}

/// Events of daily reports: one per listed prefix and day, the whole day long (FRAMEWORK §2). A report names
/// what registries keep back; what IANA keeps back is a full bogon whoever reports it.
fn reported(inputs: &Inputs<'_>, epochs: &[Epoch<'_>]) -> impl Iterator<Item = Event> {
    let month = inputs.month.span();
    inputs.references.reports.iter().filter_map(move |report| {
        let epoch = epochs.iter().find(|e| e.time.contains(report.day.start()));
        let matched = epoch.and_then(|e| e.set.contains(report.prefix));
        let listed = Listed {
            class: matched.map_or(BogonClass::Administrative, |m| class(&m)),
            rule: report.reason.clone(),
            source: format!("{}, {}", report.source, report.day),
        };
        Some(Event {
            kind: EventKind::BogonPrefix,
            verdict: Verdict::Incident,
            reason: Reason::Bogon,
            likely_cause: None,
            culprit: Some(report.origin),
            victims: Vec::new(),
            prefix: report.prefix,
            related: None,
            hop: None,
            bogon_asn: None,
            span: report.day.span().clip(month)?,
            class: Some(listed.class),
            confidence: 100,
            accomplices: Vec::new(),
            credits: Vec::new(),
            dismissed_by: detect::Dismissal::NONE,
            marked: None,
            tree: bogon_prefix::tree(&listed),
            evidence: Evidence {
                rule: listed.rule,
                source: listed.source,
                estimated: true,
                ..Evidence::default()
            },
        })
    })
}

/// Whether an event was still seen as the month or the data ended, of which `data_end` is the last moment. What a table
/// alone shows lasts for the day that the table stands for: beyond it nothing is known.
pub fn is_ongoing(event: &Event, month_end: Timestamp, data_end: Timestamp) -> bool {
    match event.evidence.open_end {
        Some(OpenEnd::Data) => true,
        Some(OpenEnd::Table) => event.span.end >= data_end.min(month_end),
        Some(OpenEnd::Gap | OpenEnd::LoneTable) => false,
        None => event.span.end == month_end,
    }
}

/// Why it is not known when an event ended that was not seen until the end.
pub fn end_unknown(event: &Event, month_end: Timestamp, data_end: Timestamp) -> Option<OpenEnd> {
    event.evidence.open_end.filter(|_| !is_ongoing(event, month_end, data_end))
}
