//! Leaks planted into a real table: how many are found, and who else is blamed.
//! `cargo test -p pipeline --test planted_leaks -- --nocapture` prints the figures.
//!
//! A leak is put together from two pieces of real paths, from the origin to the source and from the receiver to a
//! peer, with a leaker between them that the relationship file ties to both. `LEAKS=N` and `SEED=N` say how many
//! and which.

mod worlds;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use detect::path::Hops;
use detect::{Event, Verdict};
use pipeline::month::origins::{self, AsOf};
use pipeline::month::{Collector, LeakContext, LeakReferences, detect_leaks};
use pipeline::sweep::{Sweep, Swept};
use reference::relationships::{Relation, RelationshipTable};
use routing::{AsPath, Asn, RouteSpan, Span, SpanEnd, Timestamp};

/// Deterministic numbers (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as usize % n
    }
}

/// Where a network stands on a path of a span, without prepending.
struct Place {
    span: usize,
    at: usize,
}

struct Table {
    collector: Collector,
    spans: Vec<RouteSpan>,
    hops: Vec<Vec<Asn>>,
    places: HashMap<Asn, Vec<Place>>,
}

fn table(path: &std::path::Path) -> Table {
    let start = pipeline::sweep::beginning(worlds::open(path)).unwrap().time;
    let window = Span { start, end: Timestamp(start.0 + 86_400) };
    let mut sweep = Sweep::new(window, start, 200_000);
    sweep.read(0, worlds::open(path)).unwrap();
    let Swept { peers, paths, coverage, recording } = sweep.finish().unwrap();
    let spans = recording.all_spans(0).unwrap();
    let hops: Vec<Vec<Asn>> =
        (0..paths.len() as u32).map(|i| Hops::of(paths.get(i), Asn(0)).sequence).collect();
    let mut places = HashMap::<Asn, Vec<Place>>::new();
    for (span, route) in spans.iter().enumerate().step_by(7) {
        for (at, asn) in hops[route.path as usize].iter().enumerate() {
            places.entry(*asn).or_default().push(Place { span, at });
        }
    }
    let collector = Collector {
        name: "jinx".to_owned(),
        peers,
        paths,
        coverage,
        recording,
        tables: [0].into_iter().collect(),
    };
    Table { collector, spans, hops, places }
}

/// A planted leak: who, and how.
struct Planted {
    leaker: Asn,
    kind: u8,
}

/// Plants a leak; `None` when the dice fall on pieces that do not fit together.
fn plant(table: &mut Table, links: &RelationshipTable, dice: &mut Dice) -> Option<(RouteSpan, Planted)> {
    let leaker = links.asns()[dice.below(links.asns().len())];
    let above: Vec<(Asn, Relation)> = [Relation::Provider, Relation::Peer]
        .into_iter()
        .flat_map(|r| links.neighbours(leaker, r).map(move |asn| (asn, r)))
        .collect();
    if above.len() < 2 {
        return None;
    }
    let (from, had) = above[dice.below(above.len())];
    let (to, gave) = above[dice.below(above.len())];
    let (behind, before) = (table.places.get(&from)?, table.places.get(&to)?);
    let (behind, before) = (&behind[dice.below(behind.len())], &before[dice.below(before.len())]);
    let origin_side = &table.hops[table.spans[behind.span].path as usize][behind.at..];
    let peer_side = &table.hops[table.spans[before.span].path as usize][..=before.at];
    let mut path: Vec<Asn> = peer_side.to_vec();
    path.push(leaker);
    path.extend(origin_side);
    // A peer is given routes of customers only, and gives its peers' routes to customers only.
    let is_customer = |of: Asn, other: Option<&Asn>| {
        other.is_none_or(|o| links.relation(of, *o) == Some(Relation::Customer))
    };
    if had == Relation::Peer && !is_customer(from, origin_side.get(1))
        || gave == Relation::Peer && !is_customer(to, before.at.checked_sub(1).map(|at| &peer_side[at]))
    {
        return None;
    }
    let distinct: BTreeSet<Asn> = path.iter().copied().collect();
    if distinct.len() < path.len() || origin_side.len() < 2 {
        return None;
    }
    let (prefix, peer) = (table.spans[behind.span].prefix, table.spans[before.span].peer);
    let start = table.spans[0].time.start.0 + 7_200 + dice.below(40_000) as i64;
    let time = Span { start: Timestamp(start), end: Timestamp(start + 1_200) };
    let path = table.collector.paths.intern(AsPath::from_sequence(path).as_ref());
    let kind = match (had, gave) {
        (Relation::Provider, Relation::Provider) => 1,
        (Relation::Peer, Relation::Peer) => 2,
        (Relation::Provider, _) => 3,
        _ => 4,
    };
    let route = table.spans[behind.span];
    let end = SpanEnd::Withdrawn;
    let span = RouteSpan { prefix, time, peer, path, file: 1, path_id: 77, end, estimated: false, ..route };
    Some((span, Planted { leaker, kind }))
}

fn detect(
    table: &Table,
    spans: &[RouteSpan],
    links: Option<&RelationshipTable>,
    as_of: Timestamp,
) -> Vec<Event> {
    let collectors = std::slice::from_ref(&table.collector);
    let sightings = origins::sightings(collectors, spans);
    let references = LeakReferences {
        relationships: links.map(|data| AsOf { data, as_of, label: "relationships" }),
        aspas: None,
        vrps: None,
        exchanges: &[],
        siblings: &|a, b| a == b,
        organisations_as_of: None,
        is_public: &worlds::is_public,
        was_linked: &|_, _| false,
    };
    let begun = std::time::Instant::now();
    let context = LeakContext::new(collectors, &sightings, references);
    let judged = begun.elapsed();
    let events = detect_leaks(spans, &context);
    println!(
        "{} paths judged in {judged:?}, {} spans examined in {:?}",
        table.collector.paths.len(),
        spans.len(),
        begun.elapsed() - judged
    );
    events
}

#[test]
fn planted_leaks_are_found_and_their_leakers_blamed() {
    let Some(data) = worlds::folder() else { return };
    let number = |name: &str, or: u64| std::env::var(name).map_or(or, |n| n.parse().unwrap());
    let (wanted, mut dice) = (number("LEAKS", 300) as usize, Dice(number("SEED", 2_014)));
    let file = worlds::relationships(&data.join("world-2014/20140101.as-rel.txt.bz2"));
    let links = RelationshipTable::new(&file.links);
    let mut table = table(&data.join("world-2014/routeviews.route-views.jinx.ribs.1401487200.bz2"));
    let mut planted = BTreeMap::new();
    let mut spans = table.spans.clone();
    while planted.len() < wanted {
        if let Some((span, leak)) = plant(&mut table, &links, &mut dice) {
            // One leak for each prefix, so that it is clear which event is whose.
            if let std::collections::btree_map::Entry::Vacant(place) = planted.entry(span.prefix) {
                place.insert(leak);
                spans.push(span);
            }
        }
    }
    spans.sort_by_key(|s| (s.prefix, s.collector, s.peer, s.path_id, s.time));
    let as_of = "2014-01-01T00:00:00Z".parse().unwrap();
    for (name, links) in [("the file", Some(&links)), ("inference from the table", None)] {
        let events = detect(&table, &spans, links, as_of);
        let (mut found, mut innocents, mut misses) = (0, 0, BTreeMap::new());
        for (prefix, leak) in &planted {
            let of_prefix: Vec<&Event> = events.iter().filter(|e| e.prefix == *prefix).collect();
            let incidents = of_prefix.iter().filter(|e| e.verdict == Verdict::Incident);
            let right = incidents.clone().any(|e| e.culprit == Some(leak.leaker));
            innocents += incidents.filter(|e| e.culprit.is_some_and(|c| c != leak.leaker)).count();
            found += usize::from(right);
            if !right {
                let own = of_prefix.iter().find(|e| e.culprit == Some(leak.leaker));
                let why = own.map_or("no event", |e| e.reason.code());
                *misses.entry((why, leak.kind)).or_insert(0) += 1;
            }
        }
        let others = events
            .iter()
            .filter(|e| e.verdict == Verdict::Incident && !planted.contains_key(&e.prefix))
            .count();
        println!(
            "by {name}: {found} of {} found, {innocents} others blamed on the same paths, {others} incidents not \
             planted; missed (why, type): {misses:?}",
            planted.len()
        );
        assert_eq!((innocents, others), (0, 0), "by {name}");
        assert!(links.is_none() || found * 100 >= planted.len() * 95, "by {name}");
    }
}
