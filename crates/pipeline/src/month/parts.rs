//! The table part by part: the spans of all collectors of one part of the address space, folded into routes,
//! judged and examined, and let go before the next.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;

use detect::{Event, route_leak, visibility};
use routing::{Asn, Family, Origin, Prefix, RouteSpan, Timestamp};

use super::peers::{self, FirstHops, PeerFeed, PeerSet};
use super::{
    EventId, Inputs, Replays, Route, Verdict, Workers, bogons, leak_credits, leaks, origins, routes, verdicts,
};
use crate::sweep::{PARTS, Room, Rows, Shown, part_of};

/// What all parts together gave.
pub struct Judged {
    /// Peers of every collector with their share of a full feed.
    pub feeds: Vec<Vec<PeerFeed>>,
    /// Routes in the order of prefix and origin.
    pub routes: Vec<Route>,
    /// Their verdicts.
    pub verdicts: Vec<Verdict>,
    /// Events in their order.
    pub events: Vec<(EventId, Event)>,
    /// The routes around them.
    pub replays: Replays,
    /// Relationships told from paths, where they were needed and none were given.
    pub inferred: Option<leaks::Inferred>,
}

/// What one part gave.
struct Part {
    routes: Vec<Route>,
    /// Which peers showed each route.
    shown: Vec<u64>,
    verdicts: Vec<Verdict>,
    events: Vec<Event>,
    replays: Replays,
    /// Per family and peer, as [`PeerSet`] numbers them: distinct prefixes.
    prefixes: [Vec<u64>; 2],
    /// By the same numbers: with whom the paths of the part's first prefixes begin.
    first_hops: [Vec<FirstHops>; 2],
    /// A record that is no table's opened a span: something may be new.
    changes: bool,
}

/// Judges the spans of every part. Parts may be done in any order and at the same time.
pub fn judge(inputs: &Inputs<'_>, workers: &dyn Workers) -> io::Result<Judged> {
    let peers: Vec<Vec<routing::Peer>> = inputs.collectors.iter().map(|c| c.peers.clone()).collect();
    let set = PeerSet::new(&peers);
    let mut bogons = bogons::Detection::new(inputs);
    let origins = judge_paths(inputs, &mut bogons, workers);
    let open = &inputs.references.before.open;
    let context = Context {
        inputs,
        origins,
        sightings: (origins::Sightings::are_needed(&inputs.collectors) || !open.is_empty())
            .then(|| origins::Sightings::new(&inputs.collectors)),
        set: &set,
        verdicts: verdicts::Judge::new(inputs),
        bogons,
        rooms: Mutex::default(),
    };
    let gathered = Mutex::new(Gathered::new(inputs, &set));
    workers.each(PARTS, &|part| {
        let result = context.part(part);
        gathered.lock().expect(NO_PANIC).hand_in(part, result);
    });
    let Gathered { failed, mut judged, shown, prefixes, first_hops, mut events, mut changed, .. } =
        gathered.into_inner().expect(NO_PANIC);
    failed.map_or(Ok(()), Err)?;
    judged.feeds = peers::measure(
        &set.by_collector(&prefixes, &peers),
        &peers,
        inputs.settings.full_feed_share_percent_min,
    );
    let known = &inputs.references.before.route_servers;
    peers::flag_route_servers(&mut judged.feeds, known, &set.by_collector(&first_hops, &peers));
    let full = set.full_feeds(&judged.feeds);
    for (route, shown) in judged.routes.iter_mut().zip(shown.chunks_exact(set.words())) {
        (route.peers, route.full_feed_peers) = set.count(route.prefix.family(), shown, &full);
    }
    changed.extend(open.iter().map(|open| part_of(&open.prefix)));
    changed.sort_unstable();
    changed.dedup();
    let ((found, replays), inferred) = context.what_is_new(&changed, &judged.feeds, workers)?;
    judged.inferred = inferred;
    events.extend(found);
    events.retain(|event| visibility::suffices(event, inputs.settings.peers_min_visible));
    judged.replays.extend(replays);
    judged.events = context.bogons.finish(events);
    verdicts::mark(&judged.routes, &mut judged.verdicts, &judged.events);
    Ok(judged)
}

/// Parts that are done, put together in their order, each as soon as all before it are: what two of them hold at once is
/// what counts in memory.
struct Gathered {
    next: usize,
    /// Those of which one before is not done.
    waiting: BTreeMap<usize, io::Result<Option<Part>>>,
    failed: Option<io::Error>,
    judged: Judged,
    /// As in a part, of all.
    shown: Vec<u64>,
    prefixes: [Vec<u64>; 2],
    first_hops: [Vec<FirstHops>; 2],
    events: Vec<Event>,
    /// Numbers of the parts in which something changed.
    changed: Vec<usize>,
}

impl Gathered {
    fn new(inputs: &Inputs<'_>, set: &PeerSet) -> Gathered {
        // Collectors hold much the same prefixes, and some have two origins. What is not filled takes no memory.
        let about = inputs.collectors.iter().map(|collector| collector.recording.prefixes_about()).max();
        let about = about.map_or(0, |about| about + about / 8);
        Gathered {
            next: 0,
            waiting: BTreeMap::new(),
            failed: None,
            judged: Judged {
                feeds: Vec::new(),
                routes: Vec::with_capacity(about),
                verdicts: Vec::with_capacity(about),
                events: Vec::new(),
                replays: Replays::default(),
                inferred: None,
            },
            shown: Vec::with_capacity(about * set.words()),
            prefixes: set.counters(),
            first_hops: set.counters(),
            events: Vec::new(),
            changed: Vec::new(),
        }
    }

    /// Takes over a part, and those that waited for it.
    fn hand_in(&mut self, number: usize, part: io::Result<Option<Part>>) {
        self.waiting.insert(number, part);
        while let Some(part) = self.waiting.remove(&self.next) {
            match part {
                Ok(Some(part)) => self.take_over(self.next, part),
                Ok(None) => {}
                Err(error) => _ = self.failed.get_or_insert(error),
            }
            self.next += 1;
        }
    }

    fn take_over(&mut self, number: usize, part: Part) {
        if part.changes {
            self.changed.push(number);
        }
        self.judged.routes.extend(part.routes);
        self.judged.verdicts.extend(part.verdicts);
        self.shown.extend(part.shown);
        self.events.extend(part.events);
        self.judged.replays.extend(part.replays);
        for (all, own) in self.prefixes.iter_mut().flatten().zip(part.prefixes.iter().flatten()) {
            *all += own;
        }
        for (all, own) in self.first_hops.iter_mut().flatten().zip(part.first_hops.iter().flatten()) {
            all.join(*own);
        }
    }
}

/// Events of one part with the routes around them.
type Found = (Vec<Event>, Replays);

/// What every part is judged by.
struct Context<'a> {
    inputs: &'a Inputs<'a>,
    /// Per collector and path: its origin, or [`LOOK`].
    origins: Vec<Vec<u32>>,
    /// Where something can be new: first sightings.
    sightings: Option<origins::Sightings>,
    set: &'a PeerSet,
    verdicts: verdicts::Judge<'a>,
    bogons: bogons::Detection<'a>,
    /// Memory of parts that are done.
    rooms: Mutex<Vec<Vec<Room>>>,
}

/// So many prefixes of each part tell well enough with whom the paths of a peer begin.
const LOOKED_AT_MAX: usize = 64;

/// Why a lock is never poisoned.
const NO_PANIC: &str = "nobody panics while it holds the lock";

/// The path itself has to be looked at: it has no origin, or holds something that a detector wants to see.
const LOOK: u32 = u32::MAX;

impl Context<'_> {
    fn part(&self, part: usize) -> io::Result<Option<Part>> {
        let mut out = Part {
            routes: Vec::new(),
            shown: Vec::new(),
            verdicts: Vec::new(),
            events: Vec::new(),
            replays: Replays::default(),
            prefixes: self.set.counters(),
            first_hops: self.set.counters(),
            changes: false,
        };
        let mut spans = Vec::new();
        let mut looked_at = 0;
        self.each_prefix(part, |prefix, of_prefix| {
            if looked_at < LOOKED_AT_MAX {
                looked_at += 1;
                spans.clear();
                of_prefix.iter().for_each(|(rows, row)| rows.spans(*row, &mut spans));
                self.look_at_first_hops(&spans, &mut out);
            }
            if self.bogons.concern(&prefix) || !self.fold_plain(prefix, of_prefix, &mut out) {
                spans.clear();
                of_prefix.iter().for_each(|(rows, row)| rows.spans(*row, &mut spans));
                self.fold(&spans, &mut out);
            }
        })?;
        if out.routes.is_empty() {
            return Ok(None);
        }
        out.verdicts = self.verdicts.judge(&out.routes);
        Ok(Some(out))
    }

    fn look_at_first_hops(&self, spans: &[RouteSpan], out: &mut Part) {
        for span in spans {
            let collector = &self.inputs.collectors[usize::from(span.collector)];
            let bit = self.set.bits(span.collector)[span.peer as usize] as usize;
            let hops = &mut out.first_hops[usize::from(span.prefix.family() == Family::V6)][bit];
            hops.add(collector.paths.get(span.path), collector.peers[span.peer as usize].asn);
        }
    }

    /// What each collector saw of each prefix of a part, prefixes ascending.
    fn each_prefix(&self, part: usize, mut take: impl FnMut(Prefix, &[(&Rows, usize)])) -> io::Result<()> {
        let mut rooms = self.rooms.lock().expect(NO_PANIC).pop().unwrap_or_default();
        let mut of_collectors: Vec<Rows> = Vec::new();
        for (index, collector) in (0u16..).zip(&self.inputs.collectors) {
            match collector.recording.rows(part, index, rooms.pop().unwrap_or_default())? {
                Ok(rows) => of_collectors.push(rows),
                Err(room) => rooms.push(room),
            }
        }
        let mut next = vec![0; of_collectors.len()];
        let mut of_prefix: Vec<(&Rows, usize)> = Vec::new();
        loop {
            let unread = |(rows, next): (&Rows, &usize)| (*next < rows.len()).then(|| rows.prefix(*next));
            let Some(prefix) = of_collectors.iter().zip(&next).filter_map(unread).min() else { break };
            of_prefix.clear();
            for (rows, next) in of_collectors.iter().zip(&mut next) {
                if *next < rows.len() && rows.prefix(*next) == prefix {
                    of_prefix.push((rows, *next));
                    *next += 1;
                }
            }
            take(prefix, &of_prefix);
        }
        rooms.extend(of_collectors.into_iter().map(Rows::into_room));
        self.rooms.lock().expect(NO_PANIC).push(rooms);
        Ok(())
    }

    /// Misoriginations, forged paths and leaks, in the parts in which anything changed: what was known before
    /// is known only when every part has been seen.
    fn what_is_new(
        &self,
        changed: &[usize],
        feeds: &[Vec<PeerFeed>],
        workers: &dyn Workers,
    ) -> io::Result<(Found, Option<leaks::Inferred>)> {
        let Some(sightings) = self.sightings.as_ref().filter(|_| !changed.is_empty()) else {
            return Ok((Found::default(), None));
        };
        let is_network = |asn: Asn| self.bogons.is_network(asn);
        let context = origins::Context::of_month(self.inputs, feeds, sightings, &is_network);
        let leaks = leaks::LeakContext::of_month(self.inputs, sightings, &is_network);
        let done: Vec<Mutex<io::Result<Found>>> =
            changed.iter().map(|_| Mutex::new(Ok(Found::default()))).collect();
        workers.each(changed.len(), &|i| {
            let mut spans = Vec::new();
            let read = self.each_prefix(changed[i], |_, of_prefix| {
                of_prefix.iter().for_each(|(rows, row)| rows.spans(*row, &mut spans));
            });
            let found = read.map(|()| {
                let mut events = Vec::new();
                let mut rest = Cow::Borrowed(&spans[..]);
                if context.open.iter().any(|open| part_of(&open.prefix) == changed[i]) {
                    origins::take_carried(rest.to_mut(), &context, &mut events);
                }
                // Space that nobody may announce has no incumbent to take it from: that is a bogon, counted as one.
                let (mut held, mut last) = (Vec::new(), None);
                let mut is_held = |prefix: Prefix| match last {
                    Some((known, held)) if known == prefix => held,
                    _ => {
                        let held = !self.bogons.concern(&prefix);
                        last = Some((prefix, held));
                        held
                    }
                };
                held.extend(rest.iter().filter(|span| is_held(span.prefix)).copied());
                events.extend(origins::detect(&held, &context));
                let mut leaked = leaks::detect(&rest, &leaks);
                leak_credits::examine(&mut leaked, &spans, &context);
                events.extend(leaked);
                let replays = Replays::of(&events, &spans);
                (events, replays)
            });
            *done[i].lock().expect("a part is done once") = found;
        });
        let mut all = Found::default();
        for part in done {
            let (events, replays) = part.into_inner().expect("all parts are done")?;
            all.0.extend(events);
            all.1.extend(replays);
        }
        route_leak::origin::mark_reoriginations(&mut all.0);
        Ok((all, leaks.into_inferred()))
    }

    /// Folds a prefix that is as most are: one origin, and nothing changed. False when it is not, and then
    /// nothing was done.
    fn fold_plain(&self, prefix: Prefix, of_prefix: &[(&Rows, usize)], out: &mut Part) -> bool {
        let from = out.shown.len();
        out.shown.resize(from + self.set.words(), 0);
        let shown = &mut out.shown[from..];
        let prefixes = &mut out.prefixes[usize::from(prefix.family() == Family::V6)];
        // LOOK: no route yet.
        let (mut first, mut changes) = (LOOK, false);
        let (mut first_seen, mut last_seen, mut seen_seconds) = (Timestamp(i64::MAX), Timestamp(i64::MIN), 0);
        let plain = of_prefix.iter().all(|(rows, row)| {
            let collector = rows.collector();
            let origins = self.origins[usize::from(collector)].as_slice();
            let bits = self.set.bits(collector);
            rows.shown(*row, |Shown { peers, paths, file, time }| {
                for (&peer, &path) in peers.iter().zip(paths) {
                    let (origin, bit) = (origins[path as usize], bits[peer as usize] as usize);
                    let (word, mask) = (&mut shown[bit / 64], 1 << (bit % 64));
                    if first == LOOK {
                        first = origin;
                    }
                    // Two routes of one peer are told apart by path identifiers, and their times add up.
                    if origin != first || origin == LOOK || *word & mask != 0 {
                        return false;
                    }
                    *word |= mask;
                    prefixes[bit] += 1;
                }
                if self.sightings.is_some() {
                    let both = peers.iter().zip(paths);
                    changes |= both.fold(false, |any, (&peer, &path)| {
                        any | self.note((collector, peer, path, file), time.start)
                    });
                }
                first_seen = first_seen.min(time.start);
                last_seen = last_seen.max(time.end);
                seen_seconds = seen_seconds.max(time.seconds());
                true
            })
        });
        if plain && first != LOOK {
            let origin = Some(Asn(first));
            let route =
                Route { prefix, origin, peers: 0, full_feed_peers: 0, first_seen, last_seen, seen_seconds };
            out.routes.push(route);
            out.changes |= changes;
            return true;
        }
        peers::each(shown, |bit| prefixes[bit] -= 1);
        out.shown.truncate(from);
        false
    }

    /// Notes the first sightings of a path and of a peer; true when no table's record opened the span.
    #[inline]
    fn note(&self, span: (u16, u32, u32, u32), start: Timestamp) -> bool {
        self.sightings.as_ref().is_some_and(|sightings| !sightings.add(span, start))
    }

    /// Folds and examines any prefix.
    fn fold(&self, spans: &[RouteSpan], out: &mut Part) {
        if spans.is_empty() {
            return;
        }
        for span in spans {
            out.changes |= self.note((span.collector, span.peer, span.path, span.file), span.time.start);
        }
        let peer = |s: &RouteSpan| (s.collector, s.peer);
        for same_peer in spans.chunk_by(|a, b| peer(a) == peer(b)) {
            let bit = self.set.bits(same_peer[0].collector)[same_peer[0].peer as usize];
            out.prefixes[usize::from(spans[0].prefix.family() == Family::V6)][bit as usize] += 1;
        }
        let origins: Vec<Option<Asn>> = spans
            .iter()
            .map(|span| {
                let collector = &self.inputs.collectors[usize::from(span.collector)];
                routes::origin(collector.paths.get(span.path), collector.peers[span.peer as usize].asn)
            })
            .collect();
        routes::fold(spans, &origins, self.set, &mut out.routes, &mut out.shown);
        let before = out.events.len();
        self.bogons.detect(spans, &mut out.events);
        out.replays.extend(Replays::of(&out.events[before..], spans));
    }
}

/// Paths of a job.
const CHUNK: usize = 1 << 18;

/// Looks at every distinct path once: whoever needs to know something of it finds it out here. What is left to
/// know of most of them is the origin.
fn judge_paths(
    inputs: &Inputs<'_>,
    bogons: &mut bogons::Detection<'_>,
    workers: &dyn Workers,
) -> Vec<Vec<u32>> {
    let collectors = &inputs.collectors;
    let jobs: Vec<(usize, usize)> = (0..collectors.len())
        .flat_map(|c| (0..collectors[c].paths.len()).step_by(CHUNK).map(move |from| (c, from)))
        .collect();
    let found: Vec<Mutex<_>> = jobs.iter().map(|_| Mutex::default()).collect();
    workers.each(jobs.len(), &|job| {
        let (c, from) = jobs[job];
        let paths = &collectors[c].paths;
        let to = (from + CHUNK).min(paths.len());
        let mut judge = bogons.judge_paths();
        let origins: Vec<u32> = (from as u32..to as u32)
            .map(|index| {
                let path = paths.get(index);
                match path.origin() {
                    Origin::As(asn) if !judge.judge(index, path) => asn.0,
                    Origin::As(_) => LOOK,
                    Origin::None | Origin::Speaker => {
                        judge.judge(index, path);
                        LOOK
                    }
                }
            })
            .collect();
        *found[job].lock().expect("a job is done once") = (origins, judge.finish());
    });
    let mut origins: Vec<Vec<u32>> = collectors.iter().map(|c| Vec::with_capacity(c.paths.len())).collect();
    for (&(c, _), found) in jobs.iter().zip(found) {
        let (own, marked) = found.into_inner().expect("all are done");
        origins[c].extend(own);
        bogons.know(c, marked);
    }
    origins
}
