//! Relationships inferred from paths alone, for want of a file that gives them.
//!
//! A route goes up to providers, crosses at most once between peers and goes down to customers (Gao 2001). From
//! the networks at the top, which have no provider, it follows who stands above whom: on a path, whatever lies
//! beyond a descent or a crossing descends, whatever lies before a climb or a crossing climbs. What follows from
//! links already known is known in the next round. A link that has nothing but the top of paths to show for
//! itself is one of peers when only customers of either end are reached over it. What cannot be told so stays
//! unknown.

use routing::Asn;
use rustc_hash::{FxHashMap, FxHashSet};

use super::clique;
use super::{Link, PathSet, Relationship, RelationshipTable};

/// One inferred link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InferredLink {
    /// The link.
    pub relationship: Relationship,
    /// How sure it is, 1–99. Measured against another inference on tables of years that it was not tuned on.
    pub confidence: u8,
    /// Distinct paths that speak for it.
    pub supporting: u32,
    /// Distinct paths that speak for the opposite.
    pub opposing: u32,
}

/// What could be inferred.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inference {
    /// Networks at the top, ascending.
    pub clique: Vec<Asn>,
    /// Links, ascending.
    pub links: Vec<InferredLink>,
    /// Links seen whose relationship stays unknown.
    pub unknown: usize,
    /// Distinct paths, and those of them that contradict what is inferred from the others.
    pub paths: usize,
    /// See `paths`.
    pub against: usize,
}

impl Inference {
    /// The graph of the links that are at least so sure.
    pub fn table(&self, confidence_min: u8) -> RelationshipTable {
        let sure = self.links.iter().filter(|l| l.confidence >= confidence_min);
        RelationshipTable::new(&sure.map(|l| l.relationship).collect::<Vec<_>>())
    }
}

/// What is known of a link between `low` and `high`, ordered by their index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Unknown,
    LowProvides,
    HighProvides,
    Peers,
}

/// What speaks for what, in distinct paths.
#[derive(Clone, Copy, Default)]
struct Votes {
    low_provides: u32,
    high_provides: u32,
}

/// Which way a hop goes, read from the collector to the origin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The hop nearer the origin provides: the route came down here.
    Climb,
    Cross,
    Descend,
}

/// Paths as rows of links.
struct Rows {
    hops: Vec<u32>,
    links: Vec<u32>,
    ends: Vec<usize>,
    ends_of: Vec<(u32, u32)>,
}

impl Rows {
    fn new(paths: &PathSet) -> Rows {
        let mut rows = Rows { hops: Vec::new(), links: Vec::new(), ends: Vec::new(), ends_of: Vec::new() };
        let mut index = FxHashMap::<(u32, u32), u32>::default();
        for path in paths.paths() {
            for (i, hop) in path.iter().enumerate() {
                rows.hops.push(*hop);
                // The last hop has no link behind it; its place is filled so that both rows run in step.
                let next = path.get(i + 1).unwrap_or(hop);
                let ends = (*hop.min(next), *hop.max(next));
                let ends_of = &mut rows.ends_of;
                let link = if i + 1 == path.len() {
                    u32::MAX
                } else {
                    *index.entry(ends).or_insert_with(|| {
                        ends_of.push(ends);
                        ends_of.len() as u32 - 1
                    })
                };
                rows.links.push(link);
            }
            rows.ends.push(rows.hops.len());
        }
        rows
    }

    /// Hops and links of each path: one link fewer than hops.
    fn iter(&self) -> impl Iterator<Item = (&[u32], &[u32])> {
        (0..self.ends.len()).map(|i| {
            let from = if i == 0 { 0 } else { self.ends[i - 1] };
            (&self.hops[from..self.ends[i]], &self.links[from..self.ends[i] - 1])
        })
    }
}

fn way(state: State, hop: u32, next: u32) -> Option<Way> {
    match (state, hop < next) {
        (State::Unknown, _) => None,
        (State::Peers, _) => Some(Way::Cross),
        (State::LowProvides, true) | (State::HighProvides, false) => Some(Way::Descend),
        (State::LowProvides, false) | (State::HighProvides, true) => Some(Way::Climb),
    }
}

/// Number of distinct neighbours of a network on paths on which it stands between two.
fn transit_degrees(rows: &Rows, networks: usize) -> Vec<u32> {
    let mut seen = FxHashSet::<(u32, u32)>::default();
    let mut degrees = vec![0; networks];
    for (hops, _) in rows.iter() {
        for three in hops.windows(3) {
            for neighbour in [three[0], three[2]] {
                if seen.insert((three[1], neighbour)) {
                    degrees[three[1] as usize] += 1;
                }
            }
        }
    }
    degrees
}

fn top(rows: &Rows, degrees: &[u32], asns: &[Asn]) -> Vec<u32> {
    let mut ranking: Vec<u32> = (0..degrees.len() as u32).filter(|n| degrees[*n as usize] > 0).collect();
    ranking.sort_unstable_by_key(|n| (core::cmp::Reverse(degrees[*n as usize]), asns[*n as usize]));
    ranking.truncate(100);
    let ranked: FxHashSet<u32> = ranking.iter().copied().collect();
    let linked: FxHashSet<(u32, u32)> =
        rows.ends_of.iter().copied().filter(|(a, b)| ranked.contains(a) && ranked.contains(b)).collect();
    let mut passed = FxHashMap::<(u32, u32, u32), u32>::default();
    for (hops, _) in rows.iter() {
        for three in hops.windows(3).filter(|three| three.iter().all(|n| ranked.contains(n))) {
            *passed.entry((three[0], three[1], three[2])).or_default() += 1;
        }
    }
    clique::find(&ranking, |n| degrees[n as usize], &linked, &passed)
}

/// Infers what it can from distinct paths.
pub fn infer(paths: &PathSet) -> Inference {
    let rows = Rows::new(paths);
    let asns = paths.asns();
    let degrees = transit_degrees(&rows, asns.len());
    let clique = top(&rows, &degrees, asns);
    let at_top: FxHashSet<u32> = clique.iter().copied().collect();
    let mut states: Vec<State> = rows
        .ends_of
        .iter()
        .map(|(a, b)| match at_top.contains(a) && at_top.contains(b) {
            true => State::Peers,
            false => State::Unknown,
        })
        .collect();
    const ROUNDS_MAX: usize = 20;
    let mut against = 0;
    let mut votes = Vec::new();
    for _ in 0..ROUNDS_MAX {
        (votes, against) = vote(&rows, &states, &at_top);
        let mut changed = false;
        for (state, votes) in states.iter_mut().zip(&votes).filter(|(s, _)| **s != State::Peers) {
            let new = decide(votes);
            changed |= new != *state;
            *state = new;
        }
        if !changed {
            break;
        }
    }
    let links = conclude(&rows, &states, &votes, &degrees, &at_top, asns);
    let unknown = rows.ends_of.len() - links.len();
    let mut clique: Vec<Asn> = clique.into_iter().map(|n| asns[n as usize]).collect();
    clique.sort_unstable();
    Inference { clique, links, unknown, paths: paths.len(), against }
}

/// Provider and customer when nearly all say so.
fn decide(votes: &Votes) -> State {
    let (low, high) = (votes.low_provides, votes.high_provides);
    if low > high.saturating_mul(9) {
        State::LowProvides
    } else if high > low.saturating_mul(9) {
        State::HighProvides
    } else {
        State::Unknown
    }
}

/// What each path says of its links, given what is known. The second number counts paths in which what is known
/// makes a valley: they say nothing.
fn vote(rows: &Rows, states: &[State], at_top: &FxHashSet<u32>) -> (Vec<Votes>, usize) {
    let mut votes = vec![Votes::default(); rows.ends_of.len()];
    let mut against = 0;
    for (hops, links) in rows.iter() {
        let Some((climbs, descends)) = slopes(hops, links, states, at_top) else {
            against += 1;
            continue;
        };
        for (i, link) in links.iter().enumerate() {
            let low_first = hops[i] < hops[i + 1];
            let votes = &mut votes[*link as usize];
            if i < climbs {
                *(if low_first { &mut votes.high_provides } else { &mut votes.low_provides }) += 1;
            } else if i >= descends {
                *(if low_first { &mut votes.low_provides } else { &mut votes.high_provides }) += 1;
            }
        }
    }
    (votes, against)
}

/// Links before the first number climb, those from the second number on descend; `None`: a valley.
fn slopes(hops: &[u32], links: &[u32], states: &[State], at_top: &FxHashSet<u32>) -> Option<(usize, usize)> {
    let (mut climbs, mut descends) = (0, links.len());
    let mut last_climb = None;
    let mut first_fall = None;
    for (i, link) in links.iter().enumerate() {
        match way(states[*link as usize], hops[i], hops[i + 1]) {
            Some(Way::Climb) => {
                climbs = i;
                last_climb = Some(i);
            }
            Some(Way::Cross) => {
                climbs = i;
                last_climb = last_climb.max(i.checked_sub(1));
                first_fall = first_fall.or(Some(i));
            }
            Some(Way::Descend) => first_fall = first_fall.or(Some(i)),
            None => {}
        }
    }
    if let (Some(climb), Some(fall)) = (last_climb, first_fall)
        && climb > fall
    {
        return None;
    }
    if let Some(fall) = first_fall {
        descends = fall + 1;
    }
    // A lone network at the top is the summit: the hops next to it may cross, those beyond may not.
    let summits: Vec<usize> = (0..hops.len()).filter(|i| at_top.contains(&hops[*i])).collect();
    match summits.as_slice() {
        [] => {}
        [at] => {
            climbs = climbs.max(at.saturating_sub(1));
            descends = descends.min(at + 1);
        }
        [a, b] if a + 1 == *b => {}
        // A network between two at the top passes one's routes to the other.
        _ => return None,
    }
    (climbs <= descends).then_some((climbs, descends))
}

/// The links that can be told, with their confidence.
fn conclude(
    rows: &Rows,
    states: &[State],
    votes: &[Votes],
    degrees: &[u32],
    at_top: &FxHashSet<u32>,
    asns: &[Asn],
) -> Vec<InferredLink> {
    let crossings = crossings(rows, states, at_top);
    let mut links = Vec::new();
    for (i, (low, high)) in rows.ends_of.iter().enumerate() {
        let (votes, crossing) = (votes[i], &crossings[i]);
        let (a, b) = (asns[*low as usize], asns[*high as usize]);
        let provides = |a, b, supporting, opposing, confidence| InferredLink {
            relationship: Relationship { a, b, link: Link::ProviderToCustomer },
            confidence,
            supporting,
            opposing,
        };
        let peers = |supporting, confidence| InferredLink {
            relationship: Relationship { a: a.min(b), b: a.max(b), link: Link::Peers },
            confidence,
            supporting,
            opposing: 0,
        };
        let (more, fewer) =
            (votes.low_provides.max(votes.high_provides), votes.low_provides.min(votes.high_provides));
        match states[i] {
            State::LowProvides => links.push(provides(a, b, more, fewer, sure(more, fewer))),
            State::HighProvides => links.push(provides(b, a, more, fewer, sure(more, fewer))),
            State::Peers => links.push(peers(crossing.paths, 90)),
            // Both directions: siblings, or different in different places.
            State::Unknown if more > 0 => {}
            State::Unknown => {
                let (top_low, top_high) = (at_top.contains(low), at_top.contains(high));
                let (deg_low, deg_high) = (degrees[*low as usize], degrees[*high as usize]);
                if top_low && deg_high == 0 {
                    links.push(provides(a, b, crossing.paths, 0, 95));
                } else if top_high && deg_low == 0 {
                    links.push(provides(b, a, crossing.paths, 0, 95));
                } else if is_between_peers(crossing, deg_low, deg_high) {
                    links.push(peers(crossing.paths, 75));
                }
            }
        }
    }
    links.sort_unstable();
    links
}

/// Confidence of provider and customer by the paths for and against it.
fn sure(supporting: u32, opposing: u32) -> u8 {
    if opposing == 0 { 95 } else { (95 * u64::from(supporting) / u64::from(supporting + opposing)) as u8 }
}

/// Between networks of like size, over which many are reached and every one of them is known to be a customer:
/// a provider would have shown others too.
fn is_between_peers(crossing: &Crossing, degree: u32, other: u32) -> bool {
    const REACHED_MIN: usize = 20;
    const DEGREE_RATIO_MAX: u32 = 10;
    crossing.customers.len() >= REACHED_MIN
        && crossing.customers.len() > 9 * crossing.others.len()
        && degree.max(other) < DEGREE_RATIO_MAX * degree.min(other)
}

/// What is seen of a link at the top of paths.
#[derive(Clone, Default)]
struct Crossing {
    paths: u32,
    /// Networks reached directly behind it that are customers of its further end.
    customers: FxHashSet<u32>,
    /// Those of which that is not known.
    others: FxHashSet<u32>,
}

fn crossings(rows: &Rows, states: &[State], at_top: &FxHashSet<u32>) -> Vec<Crossing> {
    let mut crossings = vec![Crossing::default(); rows.ends_of.len()];
    for (hops, links) in rows.iter() {
        if slopes(hops, links, states, at_top).is_none() {
            continue;
        }
        for (i, link) in links.iter().enumerate() {
            let crossing = &mut crossings[*link as usize];
            crossing.paths += 1;
            if let Some(beyond) = hops.get(i + 2) {
                let further = links[i + 1] as usize;
                let descends = way(states[further], hops[i + 1], *beyond) == Some(Way::Descend);
                if descends { &mut crossing.customers } else { &mut crossing.others }.insert(*beyond);
            }
        }
    }
    crossings
}
