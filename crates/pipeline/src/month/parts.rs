//! The table part by part: the spans of all collectors of one part of the address space, folded into routes,
//! judged and examined, and let go before the next.

use std::io;
use std::sync::Mutex;

use detect::Event;
use routing::{Asn, Origin, Prefix, RouteSpan};

use super::peers::{self, PeerFeed, PeerSet};
use super::{EventId, Inputs, Replays, Route, Verdict, Workers, bogons, origins, routes, verdicts};
use crate::sweep::PARTS;

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
}

/// What one part gave.
struct Part {
    routes: Vec<Route>,
    /// Which peers showed each route.
    shown: Vec<u64>,
    verdicts: Vec<Verdict>,
    events: Vec<Event>,
    replays: Replays,
    /// Per collector and peer: distinct prefixes.
    prefixes: Vec<Vec<u64>>,
    /// A record that is no table's opened a span: something may be new.
    changes: bool,
}

/// Judges the spans of every part. Parts may be done in any order and at the same time.
pub fn judge(inputs: &Inputs<'_>, workers: &dyn Workers) -> io::Result<Judged> {
    let peers: Vec<Vec<routing::Peer>> = inputs.collectors.iter().map(|c| c.peers.clone()).collect();
    let set = PeerSet::new(&peers);
    let context = Context {
        inputs,
        origins: path_origins(inputs, workers),
        sightings: origins::Sightings::new(&inputs.collectors),
        set: &set,
        verdicts: verdicts::Judge::new(inputs),
        bogons: bogons::Detection::new(inputs, workers),
    };
    let done: Vec<Mutex<Option<io::Result<Part>>>> = (0..PARTS).map(|_| Mutex::new(None)).collect();
    workers.each(PARTS, &|part| {
        let result = context.part(part).transpose();
        *done[part].lock().expect("a part is done once") = result;
    });
    let mut judged = Judged {
        feeds: Vec::new(),
        routes: Vec::new(),
        verdicts: Vec::new(),
        events: Vec::new(),
        replays: Replays::default(),
    };
    let mut shown = Vec::new();
    let mut prefixes: Vec<Vec<u64>> = peers.iter().map(|p| vec![0; p.len()]).collect();
    let mut events = Vec::new();
    let mut changed = Vec::new();
    for (number, part) in done.into_iter().enumerate() {
        let Some(part) = part.into_inner().expect("all parts are done").transpose()? else { continue };
        judged.routes.extend(part.routes);
        judged.verdicts.extend(part.verdicts);
        shown.extend(part.shown);
        events.extend(part.events);
        judged.replays.extend(part.replays);
        if part.changes {
            changed.push(number);
        }
        for (all, own) in prefixes.iter_mut().flatten().zip(part.prefixes.iter().flatten()) {
            *all += own;
        }
    }
    judged.feeds = peers::measure(&prefixes, &peers, inputs.settings.full_feed_share_percent_min);
    let full = set.full_feeds(&judged.feeds);
    for (route, shown) in judged.routes.iter_mut().zip(shown.chunks_exact(set.words())) {
        (route.peers, route.full_feed_peers) = set.count(route.prefix.family(), shown, &full);
    }
    for (found, replays) in context.new_origins(&changed, &judged.feeds, workers)? {
        events.extend(found);
        judged.replays.extend(replays);
    }
    judged.events = context.bogons.finish(events);
    Ok(judged)
}

/// Events of one part with the routes around them.
type Found = (Vec<Event>, Replays);

/// What every part is judged by.
struct Context<'a> {
    inputs: &'a Inputs<'a>,
    /// Per collector and path.
    origins: Vec<Vec<Origin>>,
    sightings: origins::Sightings,
    set: &'a PeerSet,
    verdicts: verdicts::Judge<'a>,
    bogons: bogons::Detection<'a>,
}

impl Context<'_> {
    fn part(&self, part: usize) -> io::Result<Option<Part>> {
        let spans = self.spans(part)?;
        if spans.is_empty() {
            return Ok(None);
        }
        let mut out = Part {
            routes: Vec::new(),
            shown: Vec::new(),
            verdicts: Vec::new(),
            events: Vec::new(),
            replays: Replays::default(),
            prefixes: self.inputs.collectors.iter().map(|c| vec![0; c.peers.len()]).collect(),
            changes: false,
        };
        for span in &spans {
            out.changes |= !self.sightings.add(span);
        }
        let mut origins: Vec<Option<Asn>> = Vec::new();
        for same_prefix in spans.chunk_by(|a, b| a.prefix == b.prefix) {
            let peer = |s: &RouteSpan| (s.collector, s.peer);
            for same_peer in same_prefix.chunk_by(|a, b| peer(a) == peer(b)) {
                out.prefixes[usize::from(same_peer[0].collector)][same_peer[0].peer as usize] += 1;
            }
            origins.clear();
            origins.extend(same_prefix.iter().map(|span| self.origin(span)));
            routes::fold(same_prefix, &origins, self.set, &mut out.routes, &mut out.shown);
        }
        out.verdicts = self.verdicts.judge(&out.routes);
        out.events = self.bogons.detect(&spans);
        out.replays = Replays::of(&out.events, &spans);
        Ok(Some(out))
    }

    /// Misoriginations and forged paths, in the parts in which anything changed: what was known before is known
    /// only when every part has been seen.
    fn new_origins(
        &self,
        changed: &[usize],
        feeds: &[Vec<PeerFeed>],
        workers: &dyn Workers,
    ) -> io::Result<Vec<Found>> {
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let is_network = |asn: Asn| self.bogons.is_network(asn);
        let context = origins::Context::of_month(self.inputs, feeds, &self.sightings, &is_network);
        let done: Vec<Mutex<io::Result<Found>>> =
            changed.iter().map(|_| Mutex::new(Ok(Default::default()))).collect();
        workers.each(changed.len(), &|i| {
            let found = self.spans(changed[i]).map(|spans| {
                let events = origins::detect(&spans, &context);
                let replays = Replays::of(&events, &spans);
                (events, replays)
            });
            *done[i].lock().expect("a part is done once") = found;
        });
        done.into_iter().map(|part| part.into_inner().expect("all parts are done")).collect()
    }

    /// The spans of all collectors, by prefix and then by who saw them and when.
    fn spans(&self, part: usize) -> io::Result<Vec<RouteSpan>> {
        let mut of_collectors = Vec::new();
        for (index, collector) in (0u16..).zip(&self.inputs.collectors) {
            let own = collector.recording.spans(part, index)?;
            if !own.is_empty() {
                of_collectors.push(own.into_iter().peekable());
            }
        }
        let mut all = Vec::new();
        let next = |all: &mut [std::iter::Peekable<std::vec::IntoIter<(Prefix, Vec<RouteSpan>)>>]| {
            all.iter_mut().filter_map(|own| own.peek().map(|(prefix, _)| *prefix)).min()
        };
        while let Some(prefix) = next(&mut of_collectors) {
            for own in &mut of_collectors {
                if let Some((_, spans)) = own.next_if(|(p, _)| *p == prefix) {
                    all.extend_from_slice(&spans);
                }
            }
        }
        Ok(all)
    }

    fn origin(&self, span: &RouteSpan) -> Option<Asn> {
        match self.origins[usize::from(span.collector)][span.path as usize] {
            Origin::As(asn) => Some(asn),
            Origin::None => None,
            Origin::Speaker => {
                Some(self.inputs.collectors[usize::from(span.collector)].peers[span.peer as usize].asn)
            }
        }
    }
}

/// A path's origin is found once per path.
fn path_origins(inputs: &Inputs<'_>, workers: &dyn Workers) -> Vec<Vec<Origin>> {
    let collectors = &inputs.collectors;
    let found: Vec<Mutex<Vec<Origin>>> = collectors.iter().map(|_| Mutex::default()).collect();
    workers.each(collectors.len(), &|c| {
        let paths = &collectors[c].paths;
        let origins = (0..paths.len() as u32).map(|path| paths.get(path).origin()).collect();
        *found[c].lock().expect("a collector is done once") = origins;
    });
    found.into_iter().map(|origins| origins.into_inner().expect("all are done")).collect()
}
