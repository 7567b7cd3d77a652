//! Bogon prefixes and ASNs in the spans and in daily reports, as events.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Mutex;

use detect::bogon_prefix::Listed;
use detect::path::Hops;
use detect::visibility::Seen;
use detect::{BogonClass, Event, EventKind, Evidence, Reason, Sighting, Verdict, bogon_asn, bogon_prefix};
use reference::bogons::{BogonMatch, BogonSet};
use routing::{Asn, PathRef, RouteSpan, Segment, SegmentKind, Span, SpanEnd, Timestamp};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::{BogonEpoch, Collector, Inputs, Workers};

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

/// A distinct path, judged once per epoch.
struct PathVerdict {
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
    /// Judges every path.
    pub fn new(inputs: &'a Inputs<'_>, workers: &dyn Workers) -> Detection<'a> {
        let epochs = epochs(&inputs.references.bogons, inputs.month.span());
        let collectors = &inputs.collectors;
        let found: Vec<Mutex<FxHashMap<u32, PathVerdict>>> =
            (0..epochs.len() * collectors.len()).map(|_| Mutex::default()).collect();
        workers.each(found.len(), &|job| {
            let (epoch, collector) = (&epochs[job / collectors.len()], &collectors[job % collectors.len()]);
            *found[job].lock().expect("a job is done once") = judge_paths(collector, &epoch.set);
        });
        let mut found = found.into_iter().map(|paths| paths.into_inner().expect("all are done"));
        let paths = epochs.iter().map(|_| found.by_ref().take(collectors.len()).collect()).collect();
        Detection { inputs, epochs, paths }
    }

    /// Whether a number is a network's as the month begins: none that IANA keeps back.
    pub fn is_network(&self, asn: Asn) -> bool {
        let matched = self.epochs.first().and_then(|epoch| epoch.set.asn(asn));
        matched.is_none_or(|m| m.class != reference::bogons::BogonClass::Full)
    }

    /// The events of some prefixes. `spans` are sorted by prefix and hold all of each.
    pub fn detect(&self, spans: &[RouteSpan]) -> Vec<Event> {
        let mut events = Vec::new();
        for same_prefix in spans.chunk_by(|a, b| a.prefix == b.prefix) {
            self.detect_in(same_prefix, &mut events);
        }
        events
    }

    fn detect_in(&self, same_prefix: &[RouteSpan], events: &mut Vec<Event>) {
        let inputs = self.inputs;
        let prefix = same_prefix[0].prefix;
        let mut states: BTreeMap<Key, (Listed, Vec<Seen>)> = BTreeMap::new();
        for (epoch, paths) in self.epochs.iter().zip(&self.paths) {
            let matched = epoch.set.contains(prefix);
            for span in same_prefix {
                let collector = usize::from(span.collector);
                let judged = paths[collector].get(&span.path);
                if matched.is_none() && judged.is_none() {
                    continue;
                }
                let Some(time) = span.time.clip(epoch.time) else { continue };
                let peer = inputs.collectors[collector].peers[span.peer as usize];
                let sighting = sighting(span, time, peer.asn);
                if let Some(matched) = &matched {
                    let of_path;
                    let judged = match judged {
                        Some(judged) => judged,
                        None => {
                            let is_bogon = |asn: Asn| epoch.set.asn(asn).is_some();
                            of_path = judge_path(inputs.collectors[collector].paths.get(span.path), is_bogon);
                            &of_path
                        }
                    };
                    let (culprit, carriers) = culprit(judged, peer.asn, &epoch.set);
                    let key =
                        Key { kind: EventKind::BogonPrefix, class: class(matched), culprit, bogon_asn: None };
                    add(&mut states, key, matched, Seen { sighting, carriers });
                }
                for found in judged.iter().flat_map(|judged| &judged.found) {
                    let matched = epoch.set.asn(found.bogon).expect("found because it matched");
                    let key = Key {
                        kind: EventKind::BogonAsn,
                        class: class(&matched),
                        culprit: found.culprit,
                        bogon_asn: Some(found.bogon),
                    };
                    add(&mut states, key, &matched, Seen { sighting, carriers: found.carriers.clone() });
                }
            }
        }
        for (key, (listed, seen)) in states {
            events.extend(match key.bogon_asn {
                None => bogon_prefix::examine(prefix, key.culprit, &listed, seen),
                Some(bogon) => bogon_asn::examine(prefix, bogon, key.culprit, &listed, seen),
            });
        }
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

/// The paths of a collector that hold a bogon ASN.
fn judge_paths(collector: &Collector, set: &BogonSet<'_>) -> FxHashMap<u32, PathVerdict> {
    // Asked once per distinct ASN: a table has far fewer ASNs than hops.
    let mut known: FxHashMap<Asn, bool> = FxHashMap::default();
    let mut found = FxHashMap::default();
    for index in 0..collector.paths.len() as u32 {
        let path = collector.paths.get(index);
        let mut suspect = false;
        for asn in path.asns() {
            suspect |= *known.entry(asn).or_insert_with(|| set.asn(asn).is_some());
        }
        if suspect {
            let judged = judge_path(path, |asn| known.get(&asn).copied().unwrap_or(false));
            if !judged.found.is_empty() {
                found.insert(index, judged);
            }
        }
    }
    found
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
    let is_bogon = |asn: Asn| set.asn(asn).is_some();
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

fn add(states: &mut BTreeMap<Key, (Listed, Vec<Seen>)>, key: Key, matched: &BogonMatch<'_>, seen: Seen) {
    let new = || {
        let rule = match matched.rule {
            "" => matched.what.to_owned(),
            rule => format!("{} ({rule})", matched.what),
        };
        (Listed { class: key.class, rule, source: matched.source.to_owned() }, Vec::new())
    };
    states.entry(key).or_insert_with(new).1.push(seen);
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

/// When the data of an event end without a word that it was over.
pub fn is_ongoing(event: &Event, month_end: Timestamp) -> bool {
    event.span.end == month_end || event.evidence.open_end
}
