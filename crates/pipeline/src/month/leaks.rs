//! Route leaks in the spans, as events: each distinct path judged once, each turn weighed against what the
//! collectors showed before.

mod links;

use detect::Event;
use detect::path::Hops;
use detect::route_leak::{self, Before, By, Circumstances, Knowledge, Leak, Role, Turned, Walk, origin};
use detect::visibility::Seen;
use reference::aspa::AspaTable;
use reference::relationships::{PathSet, RelationshipTable, infer};
use reference::vrp::{InvalidReason, Validation, VrpEpochs};
use routing::{Asn, Origin, Prefix, RouteSpan, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};

use super::bogons::sighting;
use super::origins::{AsOf, Sightings};
use super::{Collector, Inputs};

/// From which confidence on an inferred relationship judges.
pub const INFERRED_CONFIDENCE_MIN: u8 = 75;

/// What leaks are judged by. Sightings older than it are not judged.
pub struct LeakReferences<'a, 'f> {
    /// Relationships as given; `None`: they are inferred from the collectors' first tables.
    pub relationships: Option<AsOf<'a, RelationshipTable>>,
    /// Provider authorisations.
    pub aspas: Option<AsOf<'a, AspaTable>>,
    /// VRPs; of each route the latest that are not newer count.
    pub vrps: Option<&'a VrpEpochs>,
    /// ASNs of route servers, ascending.
    pub exchanges: &'f [Asn],
    /// Whether two networks belong to one organisation.
    pub siblings: &'f dyn Fn(Asn, Asn) -> bool,
    /// Whether a number may be a network.
    pub is_public: &'f dyn Fn(Asn) -> bool,
    /// Whether history that is no newer than the data shows a link, in any direction.
    pub was_linked: &'f dyn Fn(Asn, Asn) -> bool,
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
    /// See [`Turned::over`].
    over: Option<(Asn, Asn)>,
}

/// Every distinct path judged, ready for slices of spans.
pub struct LeakContext<'a> {
    collectors: &'a [Collector],
    sightings: &'a Sightings,
    /// Per collector: when its first table is of.
    first_tables: Vec<Option<Timestamp>>,
    vrps: Option<&'a VrpEpochs>,
    /// Nothing that begins earlier is judged by relationships and attestations.
    as_of: Option<Timestamp>,
    circumstances: Circumstances,
    paths: Vec<Paths>,
    habits: Habits,
    /// By receiver and giver, as far as new turns ask for it.
    given: FxHashMap<(Asn, Asn), Given>,
    inferred: Option<Inferred>,
}

/// Relationships told from the paths of the first tables, for want of any given.
#[derive(Clone, Debug)]
pub struct Inferred {
    /// Those that are sure enough to judge by.
    pub table: RelationshipTable,
    /// What they were told from, in words.
    pub label: String,
    /// The latest of the first tables.
    pub as_of: Timestamp,
}

impl<'a> LeakContext<'a> {
    /// Judges every distinct path. `sightings` tells what was there in the first tables.
    ///
    /// Without relationships they are inferred from the paths that stood then: what came later judges nothing.
    pub fn new(
        collectors: &'a [Collector],
        sightings: &'a Sightings,
        references: LeakReferences<'a, '_>,
    ) -> LeakContext<'a> {
        let first_tables: Vec<_> = (0..collectors.len()).map(|c| sightings.first_table(c)).collect();
        let mut context = LeakContext {
            collectors,
            sightings,
            first_tables,
            vrps: None,
            as_of: None,
            circumstances: Circumstances::default(),
            paths: Vec::new(),
            habits: Habits::default(),
            given: FxHashMap::default(),
            inferred: None,
        };
        let inferred = match references.relationships {
            Some(_) => None,
            None => context.infer(&references),
        };
        let relationships = match (&references.relationships, &inferred) {
            (Some(given), _) => Some((given.data, given.label.to_owned(), given.as_of)),
            (None, Some(own)) => Some((&own.table, own.label.clone(), own.as_of)),
            (None, None) => None,
        };
        let knowledge = Knowledge {
            relationships: relationships.as_ref().map(|(table, ..)| *table),
            aspas: references.aspas.as_ref().map(|aspas| aspas.data),
            exchanges: references.exchanges,
            siblings: references.siblings,
        };
        context.paths = collectors.iter().map(|c| judge(c, &knowledge)).collect();
        let mut habits = Habits::default();
        for (c, paths) in context.paths.iter().enumerate() {
            for (_, leak) in paths.all().filter(|(path, _)| context.was_there(c, *path)) {
                habits.add(leak);
            }
        }
        context.habits = habits;
        context.add_unmarked(&knowledge);
        context.add_given(&knowledge);
        links::add_unseen(&mut context, &knowledge, references.was_linked);
        let moments = relationships.iter().map(|(.., as_of)| *as_of);
        context.as_of = moments.chain(references.aspas.as_ref().map(|aspas| aspas.as_of)).max();
        context.circumstances = Circumstances {
            relationships: relationships.map(|(_, label, as_of)| (label, Some(as_of))),
            aspas: references.aspas.as_ref().map(|aspas| (aspas.label.to_owned(), aspas.as_of)),
        };
        context.vrps = references.vrps;
        context.inferred = inferred;
        context
    }

    /// The relationships told from paths, where none were given.
    pub fn into_inferred(self) -> Option<Inferred> {
        self.inferred
    }

    /// By the references of a month: the latest relationships from before it, or else from within it.
    pub fn of_month(
        inputs: &'a Inputs<'a>,
        sightings: &'a Sightings,
        is_network: &dyn Fn(Asn) -> bool,
    ) -> LeakContext<'a> {
        let (references, time) = (&inputs.references, inputs.month.span());
        let before = &references.before;
        let relationships =
            before.history.relationships(time.start).or_else(|| before.history.relationships(time.end));
        let given = relationships.map(|(as_of, data)| AsOf { data, as_of, label: "relationships" });
        // Newer ones would leave unjudged what relationships alone can judge.
        let newest = relationships.map_or(time.start, |(as_of, _)| as_of.max(time.start));
        let aspas = references.aspas.as_ref().zip(before.aspas_as_of.filter(|as_of| *as_of <= newest));
        let judged_by = LeakReferences {
            relationships: given,
            aspas: aspas.map(|(data, as_of)| AsOf { data, as_of, label: "ASPAs" }),
            vrps: Some(&before.vrps),
            exchanges: &before.route_servers,
            siblings: &|a, b| references.organisations.are_siblings(a, b),
            is_public: is_network,
            was_linked: &|a, b| before.history.links().between(a, b, time.start).is_some(),
        };
        LeakContext::new(&inputs.collectors, sightings, judged_by)
    }

    /// A turn that only a mark tells stands on the first tables' paths without one too, and then it is the mark
    /// that is new.
    fn add_unmarked(&mut self, knowledge: &Knowledge<'_>) {
        let told = self.paths.iter().flat_map(Paths::all).map(|(_, leak)| leak);
        let told = told.filter(|leak| leak.had_from.by == By::Mark);
        let told: FxHashSet<_> = told.filter_map(|leak| Some((leak.from, leak.leaker?, leak.to))).collect();
        if told.is_empty() {
            return;
        }
        let mut stood = Vec::new();
        for (c, collector) in self.collectors.iter().enumerate() {
            for path in (0..collector.paths.len() as u32).filter(|path| self.was_there(c, *path)) {
                let walk = Walk::new(&Hops::of(collector.paths.get(path), Asn::ZERO), knowledge);
                let turns = walk.hops.windows(3).map(|hops| (hops[2], hops[1], hops[0]));
                stood.extend(turns.filter(|turn| told.contains(turn)));
            }
        }
        self.habits.turns.extend(stood);
    }

    /// Counts what leakers gave to those who received from them, on the first tables' paths.
    fn add_given(&mut self, knowledge: &Knowledge<'_>) {
        let new = (0..)
            .zip(&self.paths)
            .flat_map(|(c, paths)| paths.all().map(move |(path, leak)| (c, path, leak)));
        let new = new.filter(|(c, path, leak)| !self.was_there(*c, *path) && !self.stood(leak));
        let links = new.filter_map(|(_, _, leak)| Some(((leak.to, leak.leaker?), Given::default())));
        let mut given: FxHashMap<(Asn, Asn), Given> = links.collect();
        if given.is_empty() {
            return;
        }
        for (c, collector) in self.collectors.iter().enumerate() {
            for path in (0..collector.paths.len() as u32).filter(|path| self.was_there(c, *path)) {
                let path = collector.paths.get(path);
                if !path.asns().zip(path.asns().skip(1)).any(|link| given.contains_key(&link)) {
                    continue;
                }
                let walk = Walk::new(&Hops::of(path, Asn::ZERO), knowledge);
                for (at, link) in walk.hops.windows(2).enumerate() {
                    if let Some(given) = given.get_mut(&(link[0], link[1])) {
                        let from = walk.hops.get(at + 2);
                        let from = from.map(|from| knowledge.standing(link[1], *from).map(|s| s.role));
                        match from {
                            None | Some(Some(Role::Customer)) => given.own += 1,
                            Some(Some(_)) => given.others += 1,
                            Some(None) => {}
                        }
                    }
                }
            }
        }
        self.given = given;
    }

    /// See [`Turned::customers_only`].
    fn customers_only(&self, leak: &Leak) -> u32 {
        let given = leak.leaker.and_then(|leaker| self.given.get(&(leak.to, leaker)));
        given.filter(|given| given.others == 0).map_or(0, |given| given.own)
    }

    fn infer(&self, references: &LeakReferences<'_, '_>) -> Option<Inferred> {
        let mut set = PathSet::new(references.exchanges);
        for (c, collector) in self.collectors.iter().enumerate() {
            for path in (0..collector.paths.len() as u32).filter(|path| self.was_there(c, *path)) {
                set.add(collector.paths.get(path), references.is_public);
            }
        }
        let inference = infer(&set);
        let label = format!("relationships inferred from the {} paths of the first tables", inference.paths);
        let table = inference.table(INFERRED_CONFIDENCE_MIN);
        let as_of = *self.first_tables.iter().flatten().max()?;
        (!table.asns().is_empty()).then_some(Inferred { table, label, as_of })
    }

    /// True when the path was there in the collector's first table, or before it.
    fn was_there(&self, collector: usize, path: u32) -> bool {
        let first = self.sightings.path_first(collector, path);
        first.is_some() && first <= self.first_tables[collector]
    }

    /// True when the span began while the peer's routes were known from a table.
    fn is_change(&self, span: &RouteSpan) -> bool {
        self.sightings.known_since(span).is_some_and(|since| since < span.time.start)
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
        } else if self.is_change(span) {
            Before::New
        } else {
            Before::Unknown
        }
    }
}

impl Paths {
    fn of_mut(&mut self, path: u32) -> &mut [Found] {
        let count = self.of(path).len();
        match self.first.get(path as usize) {
            Some(&first) if first != NONE => &mut self.leaks[first as usize..][..count],
            _ => &mut [],
        }
    }

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
        let found = route_leak::find(&walk, collector.paths.mark(index), knowledge);
        paths.first.push(if found.is_empty() { NONE } else { paths.leaks.len() as u32 });
        let count = found.len();
        paths.leaks.extend(found.into_iter().enumerate().map(|(i, leak)| Found {
            leak,
            carriers: walk.carriers(leak.to_at),
            last: i + 1 == count,
            over: None,
        }));
    }
    paths
}

/// Paths on which a network gave another one a route.
#[derive(Clone, Copy, Default)]
struct Given {
    /// Its own routes and those of customers.
    own: u32,
    /// Those of providers and peers. Where nothing is known of the source, nothing is said.
    others: u32,
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

/// Finds the leaks in a slice of spans sorted by prefix: types 1 to 4 by the paths, type 6 by more specific routes
/// of an origin. Turns that stood when the data began make no event.
pub fn detect(spans: &[RouteSpan], context: &LeakContext<'_>) -> Vec<Event> {
    let mut events = Vec::new();
    for same_prefix in spans.chunk_by(|a, b| a.prefix == b.prefix) {
        let mut turned = Vec::new();
        for span in same_prefix {
            let found = context.paths[usize::from(span.collector)].of(span.path);
            if found.is_empty() || context.was_there(usize::from(span.collector), span.path) {
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
                customers_only: context.customers_only(&found.leak),
                over: found.over,
            }));
        }
        if !turned.is_empty() {
            events.extend(route_leak::examine(same_prefix[0].prefix, turned, &context.circumstances));
        }
    }
    events.extend(origin::examine(more_specifics(spans, context)));
    events
}

fn origin_of(collector: &Collector, span: &RouteSpan) -> Option<Asn> {
    match collector.paths.get(span.path).origin() {
        Origin::As(asn) => Some(asn),
        Origin::None => None,
        Origin::Speaker => Some(collector.peers[span.peer as usize].asn),
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
        let old = same_prefix.iter().any(|s| !context.is_change(s));
        let covering = around.last().copied();
        if old {
            around.push((prefix, only_origin(same_prefix, context)));
        }
        let Some((covering, Some(asn))) = covering.filter(|_| !old) else { continue };
        if prefix.len() > longest(prefix) || only_origin(same_prefix, context) != Some(asn) {
            continue;
        }
        let start = same_prefix.iter().map(|s| s.time.start).min();
        let vrps = context.vrps.zip(start).and_then(|(vrps, start)| vrps.at(start));
        let by_length = Validation::Invalid(InvalidReason::Length);
        let denied =
            vrps.filter(|vrps| vrps.validate(prefix, Some(asn)) == by_length).map(|vrps| vrps.epoch());
        let denied = denied.map(|epoch| (epoch.label.clone(), epoch.as_of));
        let seen = same_prefix.iter().map(|span| seen(span, asn, context)).collect();
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
