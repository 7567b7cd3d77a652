//! Route leaks in the spans, as events: each distinct path judged once, each turn weighed against what the
//! collectors showed before.

use detect::Event;
use detect::path::Hops;
use detect::route_leak::{self, Before, Circumstances, Knowledge, Leak, Turned, Walk, origin};
use detect::visibility::Seen;
use reference::aspa::AspaTable;
use reference::relationships::{PathSet, RelationshipTable, infer};
use reference::vrp::{InvalidReason, Validation, VrpTable};
use routing::{Asn, Origin, Prefix, RouteSpan, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};

use super::bogons::{EventId, sighting};
use super::{Beginnings, Collector, Inputs};

/// From which confidence on an inferred relationship judges.
pub const INFERRED_CONFIDENCE_MIN: u8 = 75;

/// What leaks are judged by. Nothing in it may be newer than the routes judged: sightings that begin before
/// `relationships_as_of` are not judged by relationships at all.
#[derive(Clone, Copy)]
pub struct LeakReferences<'a> {
    /// Relationships as given; `None`: they are inferred from the collectors' first tables.
    pub relationships: Option<&'a RelationshipTable>,
    /// Which ones, for a reader.
    pub relationships_label: &'a str,
    /// The moment they speak of.
    pub relationships_as_of: Option<Timestamp>,
    /// Provider authorisations with their label.
    pub aspas: Option<(&'a AspaTable, &'a str)>,
    /// VRPs with their label.
    pub vrps: Option<(&'a VrpTable, &'a str)>,
    /// ASNs of route servers, ascending.
    pub exchanges: &'a [Asn],
    /// Whether two networks belong to one organisation.
    pub siblings: &'a dyn Fn(Asn, Asn) -> bool,
    /// Whether a number may be a network.
    pub is_public: &'a dyn Fn(Asn) -> bool,
}

/// No leak on this path.
const NONE: u32 = u32::MAX;

/// The paths of one collector.
#[derive(Default)]
struct Paths {
    /// By path: place in `leaks` of its first one, or [`NONE`].
    first: Vec<u32>,
    /// Those of one path lie together.
    leaks: Vec<Found>,
}

/// A leak on a path.
struct Found {
    leak: Leak,
    /// Networks beyond the leaker, with their distance.
    carriers: Vec<(Asn, u16)>,
    /// True of the last one of its path.
    last: bool,
}

/// Every distinct path judged, ready for slices of spans.
pub struct LeakContext<'a> {
    collectors: &'a [Collector],
    beginnings: &'a Beginnings,
    references: LeakReferences<'a>,
    circumstances: Circumstances,
    paths: Vec<Paths>,
    habits: Habits,
}

impl<'a> LeakContext<'a> {
    /// Judges every distinct path. `beginnings` tells what was there when the data began.
    ///
    /// Without relationships they are inferred from the paths that stood then: what came later judges nothing.
    pub fn new(
        collectors: &'a [Collector],
        beginnings: &'a Beginnings,
        references: LeakReferences<'a>,
    ) -> LeakContext<'a> {
        let inferred = references
            .relationships
            .is_none()
            .then(|| infer_from_first_tables(collectors, beginnings, &references))
            .filter(|(_, table)| !table.asns().is_empty());
        let relationships = references.relationships.or(inferred.as_ref().map(|(_, table)| table));
        let label = match &inferred {
            Some((label, _)) => Some((label.clone(), beginnings.first_table())),
            None => references
                .relationships
                .map(|_| (references.relationships_label.to_owned(), references.relationships_as_of)),
        };
        let knowledge = Knowledge {
            relationships,
            aspas: references.aspas.map(|(table, _)| table),
            exchanges: references.exchanges,
            siblings: references.siblings,
        };
        let paths: Vec<Paths> = collectors.iter().map(|c| judge(c, &knowledge)).collect();
        let mut habits = Habits::default();
        for (c, paths) in paths.iter().enumerate() {
            for (path, leak) in paths.all() {
                if beginnings.stood(c, path) {
                    habits.add(leak);
                }
            }
        }
        let aspas = references.aspas.map(|(_, label)| label.to_owned());
        let circumstances = Circumstances { relationships: label, aspas };
        LeakContext { collectors, beginnings, references, circumstances, paths, habits }
    }

    /// Turns of the very same three networks that stood when the data began accuse nobody.
    fn stood(&self, leak: &Leak) -> bool {
        leak.leaker.is_some_and(|leaker| self.habits.turns.contains(&(leak.from, leaker, leak.to)))
    }

    /// Turns that stood on the paths of the first tables, and so accuse nobody.
    pub fn customary(&self) -> usize {
        self.habits.turns.len()
    }

    fn before(&self, span: &RouteSpan, leak: &Leak) -> Before {
        if self.habits.explain(leak) {
            Before::Customary
        } else if self.beginnings.knows_before(span) {
            Before::New
        } else {
            Before::Unknown
        }
    }
}

fn infer_from_first_tables(
    collectors: &[Collector],
    beginnings: &Beginnings,
    references: &LeakReferences<'_>,
) -> (String, RelationshipTable) {
    let mut set = PathSet::new(references.exchanges);
    for (c, collector) in collectors.iter().enumerate() {
        for path in (0..collector.paths.len() as u32).filter(|path| beginnings.stood(c, *path)) {
            set.add(collector.paths.get(path), references.is_public);
        }
    }
    let inference = infer(&set);
    let label = format!("relationships inferred from the {} paths of the first tables", inference.paths);
    (label, inference.table(INFERRED_CONFIDENCE_MIN))
}

impl Paths {
    fn of(&self, path: u32) -> &[Found] {
        match self.first.get(path as usize) {
            Some(&first) if first != NONE => {
                let from = &self.leaks[first as usize..];
                let count = from.iter().take_while(|found| !found.last).count() + 1;
                &from[..count]
            }
            _ => &[],
        }
    }

    fn all(&self) -> impl Iterator<Item = (u32, &Leak)> {
        (0..self.first.len() as u32)
            .flat_map(|path| self.of(path).iter().map(move |found| (path, &found.leak)))
    }
}

fn judge(collector: &Collector, knowledge: &Knowledge<'_>) -> Paths {
    let mut paths = Paths::default();
    for index in 0..collector.paths.len() as u32 {
        let path = collector.paths.get(index);
        let walk = Walk::new(&Hops::of(path, Asn::ZERO), knowledge);
        let found = route_leak::find(&walk, None, knowledge);
        paths.first.push(if found.is_empty() { NONE } else { paths.leaks.len() as u32 });
        let count = found.len();
        paths.leaks.extend(found.into_iter().enumerate().map(|(i, leak)| Found {
            leak,
            carriers: walk.carriers(leak.to_at),
            last: i + 1 == count,
        }));
    }
    paths
}

/// Turns that stood when the data began. They say that some relationship is not what is on file: the route's
/// source passes for a provider or peer and is a customer, or its receiver is.
#[derive(Default)]
struct Habits {
    turns: FxHashSet<(Asn, Asn, Asn)>,
    /// To whom a network gave routes of a neighbour, and from whom it had those it gave to one.
    receivers: FxHashMap<(Asn, Asn), FxHashSet<Asn>>,
    sources: FxHashMap<(Asn, Asn), FxHashSet<Asn>>,
}

impl Habits {
    fn add(&mut self, leak: &Leak) {
        let Some(leaker) = leak.leaker else { return };
        self.turns.insert((leak.from, leaker, leak.to));
        self.receivers.entry((leaker, leak.from)).or_default().insert(leak.to);
        self.sources.entry((leaker, leak.to)).or_default().insert(leak.from);
    }

    /// True when a standing turn says that `from` or `to` is rather a customer. A standing turn that the other of
    /// its two neighbours explains, because it has several such turns, says nothing about this one.
    fn explain(&self, leak: &Leak) -> bool {
        let Some(leaker) = leak.leaker else { return false };
        let several = |all: Option<&FxHashSet<Asn>>| all.is_some_and(|all| all.len() > 1);
        let receivers = self.receivers.get(&(leaker, leak.from));
        let sources = self.sources.get(&(leaker, leak.to));
        several(receivers)
            || several(sources)
            || receivers.into_iter().flatten().any(|to| !several(self.sources.get(&(leaker, *to))))
            || sources.into_iter().flatten().any(|from| !several(self.receivers.get(&(leaker, *from))))
    }
}

/// The leaks of a month whose spans are all at hand, with their ids.
pub fn of_month(spans: &[RouteSpan], inputs: &Inputs<'_>) -> Vec<(EventId, Event)> {
    let mut beginnings = Beginnings::new(&inputs.collectors);
    beginnings.add(spans);
    let references = &inputs.references;
    let set = references.bogons.first().map(|epoch| epoch.table.at(inputs.month.first_day()));
    let siblings = |a, b| references.organisations.are_siblings(a, b);
    let is_public = |asn| set.as_ref().is_none_or(|set| set.asn(asn).is_none());
    let judged_by = LeakReferences {
        relationships: references.relationships.as_ref(),
        relationships_label: "AS relationships",
        relationships_as_of: None,
        aspas: references.aspas.as_ref().map(|table| (table, "ASPAs")),
        vrps: references.vrps.as_ref().ok().map(|vrps| (&vrps.data, vrps.label.as_str())),
        exchanges: &[],
        siblings: &siblings,
        is_public: &is_public,
    };
    let context = LeakContext::new(&inputs.collectors, &beginnings, judged_by);
    let mut events: Vec<_> = detect(spans, &context).into_iter().map(|e| (EventId::of(&e), e)).collect();
    events.sort_by(|(_, a), (_, b)| a.cmp(b));
    events.dedup_by_key(|(id, _)| *id);
    events
}

/// Finds the leaks in a slice of spans sorted by prefix: types 1 to 4 by the paths, type 6 by more specific routes
/// of an origin. Turns that stood when the data began make no event.
pub fn detect(spans: &[RouteSpan], context: &LeakContext<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    for same_prefix in spans.chunk_by(|a, b| a.prefix == b.prefix) {
        let mut turned = Vec::new();
        for span in same_prefix {
            let found = context.paths[usize::from(span.collector)].of(span.path);
            if found.is_empty() || context.beginnings.stood(usize::from(span.collector), span.path) {
                continue;
            }
            if context.circumstances.relationships.as_ref().is_some_and(|(_, at)| *at > Some(span.time.start))
            {
                continue;
            }
            let collector = &context.collectors[usize::from(span.collector)];
            let peer = collector.peers[span.peer as usize].asn;
            let found = found.iter().filter(|found| !context.stood(&found.leak));
            turned.extend(found.map(|found| Turned {
                sighting: sighting(span, span.time, peer),
                leak: found.leak,
                carriers: found.carriers.clone(),
                origin: origin_of(collector, span),
                before: context.before(span, &found.leak),
            }));
        }
        if !turned.is_empty() {
            events.extend(route_leak::examine(same_prefix[0].prefix, turned, &context.circumstances));
        }
    }
    events.extend(origin::examine(more_specifics(spans, context), context.vrps_label()));
    events
}

fn origin_of(collector: &Collector, span: &RouteSpan) -> Option<Asn> {
    match collector.paths.get(span.path).origin() {
        Origin::As(asn) => Some(asn),
        Origin::None => None,
        Origin::Speaker => Some(collector.peers[span.peer as usize].asn),
    }
}

impl LeakContext<'_> {
    fn vrps_label(&self) -> &str {
        self.references.vrps.map_or("", |(_, label)| label)
    }
}

/// New prefixes inside one that stood, by the same origin and no other.
fn more_specifics(spans: &[RouteSpan], context: &LeakContext<'_>) -> Vec<origin::MoreSpecific> {
    // Prefixes around the present one that stood, with their only origin.
    let mut around: Vec<(Prefix, Option<Asn>)> = Vec::new();
    let mut out = Vec::new();
    for same_prefix in spans.chunk_by(|a, b| a.prefix == b.prefix) {
        let prefix = same_prefix[0].prefix;
        while around.last().is_some_and(|(outer, _)| !outer.contains(&prefix)) {
            around.pop();
        }
        let old = same_prefix.iter().any(|s| !context.beginnings.knows_before(s));
        let covering = around.last().copied();
        if old {
            around.push((prefix, only_origin(same_prefix, context)));
        }
        let Some((covering, Some(asn))) = covering.filter(|_| !old) else { continue };
        if prefix.len() > longest(prefix) || only_origin(same_prefix, context) != Some(asn) {
            continue;
        }
        let state = context.references.vrps.map(|(vrps, _)| vrps.validate(prefix, Some(asn)));
        let seen = same_prefix.iter().map(|span| seen(span, asn, context)).collect();
        let denied = state == Some(Validation::Invalid(InvalidReason::Length));
        out.push(origin::MoreSpecific { prefix, covering, origin: asn, denied, seen });
    }
    out
}

/// What networks carry for one another; longer routes are for blackholing.
fn longest(prefix: Prefix) -> u8 {
    if prefix.family() == routing::Family::V4 { 24 } else { 48 }
}

fn only_origin(spans: &[RouteSpan], context: &LeakContext<'_>) -> Option<Asn> {
    let origin = |s: &RouteSpan| origin_of(&context.collectors[usize::from(s.collector)], s);
    let first = origin(&spans[0])?;
    spans.iter().all(|s| origin(s) == Some(first)).then_some(first)
}

fn seen(span: &RouteSpan, origin: Asn, context: &LeakContext<'_>) -> Seen {
    let collector = &context.collectors[usize::from(span.collector)];
    let peer = collector.peers[span.peer as usize].asn;
    let hops = Hops::of(collector.paths.get(span.path), peer);
    let place = hops.sequence.iter().rposition(|asn| *asn == origin).unwrap_or(0);
    Seen { sighting: sighting(span, span.time, peer), carriers: hops.carriers(place, |_| false) }
}
