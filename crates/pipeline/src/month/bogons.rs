//! Bogon prefixes and ASNs in the spans and in daily reports, as events.

use core::fmt;
use std::collections::BTreeMap;

use detect::bogon_prefix::Listed;
use detect::path::Hops;
use detect::visibility::Seen;
use detect::{BogonClass, Event, EventKind, Evidence, Reason, Sighting, Verdict, bogon_asn, bogon_prefix};
use reference::bogons::{BogonMatch, BogonSet};
use routing::{Asn, RouteSpan, Segment, SegmentKind, Span, SpanEnd, Timestamp};
use sha2::{Digest, Sha256};

use super::{BogonEpoch, Collector, Inputs};

/// Name of an event: the same in every computation that finds it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId([u8; 8]);

impl EventId {
    fn of(event: &Event) -> EventId {
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

/// A distinct path of a collector, judged once per epoch.
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

/// Finds the events of the month. `spans` are sorted by prefix.
pub fn detect(spans: &[RouteSpan], inputs: &Inputs<'_>) -> Vec<(EventId, Event)> {
    let epochs = epochs(&inputs.references.bogons, inputs.month.span());
    let paths: Vec<Vec<Vec<PathVerdict>>> =
        epochs.iter().map(|e| inputs.collectors.iter().map(|c| judge_paths(c, &e.set)).collect()).collect();
    let mut events = Vec::new();
    for same_prefix in spans.chunk_by(|a, b| a.prefix == b.prefix) {
        let prefix = same_prefix[0].prefix;
        let mut states: BTreeMap<Key, (Listed, Vec<Seen>)> = BTreeMap::new();
        for (epoch, paths) in epochs.iter().zip(&paths) {
            let matched = epoch.set.contains(prefix);
            for span in same_prefix {
                let judged = &paths[usize::from(span.collector)][span.path as usize];
                if matched.is_none() && judged.found.is_empty() {
                    continue;
                }
                let Some(time) = span.time.clip(epoch.time) else { continue };
                let peer = inputs.collectors[usize::from(span.collector)].peers[span.peer as usize];
                let sighting = sighting(span, time, peer.asn);
                if let Some(matched) = &matched {
                    let (culprit, carriers) = culprit(judged, peer.asn, &epoch.set);
                    let key =
                        Key { kind: EventKind::BogonPrefix, class: class(matched), culprit, bogon_asn: None };
                    add(&mut states, key, matched, Seen { sighting, carriers });
                }
                for found in &judged.found {
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
    events.extend(reported(inputs, &epochs));
    let mut events: Vec<(EventId, Event)> = events.into_iter().map(|e| (EventId::of(&e), e)).collect();
    events.sort_by(|(_, a), (_, b)| {
        (a.kind, a.span, a.culprit, a.prefix)
            .cmp(&(b.kind, b.span, b.culprit, b.prefix))
            .then_with(|| a.cmp(b))
    });
    events.dedup_by_key(|(id, _)| *id);
    events
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

fn judge_paths(collector: &Collector, set: &BogonSet<'_>) -> Vec<PathVerdict> {
    // Asked once per distinct ASN: a table has far fewer ASNs than hops.
    let mut known: rustc_hash::FxHashMap<Asn, bool> = Default::default();
    (0..collector.paths.len() as u32)
        .map(|i| {
            let path = collector.paths.get(i);
            // A path without a hop outside confederations is its peer's own; whose is said where the span is
            // known.
            let hop = |s: Segment<'_>| matches!(s.kind, SegmentKind::Set | SegmentKind::Sequence);
            let hops = if path.segments().any(hop) { Hops::of(path, Asn::ZERO) } else { Hops::default() };
            for asn in hops.sequence.iter().chain(&hops.unordered) {
                known.entry(*asn).or_insert_with(|| set.asn(*asn).is_some());
            }
            let is_bogon = |asn: Asn| known.get(&asn).copied().unwrap_or(false);
            let responsible = hops.responsible(is_bogon);
            let found = if hops.sequence.is_empty() { Vec::new() } else { bogon_asn::find(&hops, is_bogon) };
            PathVerdict { hops, responsible, found }
        })
        .collect()
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

fn sighting(span: &RouteSpan, time: Span, peer_asn: Asn) -> Sighting {
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
