//! Links of a path and what was known of them.

use detect::forged_path::{LinkState, Run, unseen_run};
use reference::relationships::RelationshipTable;
use routing::{Asn, RouteSpan, Timestamp};

use super::Context;

/// What was known of each link of a path before `at`, the collector's side first.
pub fn states(hops: &[Asn], at: Timestamp, context: &Context<'_>) -> Vec<LinkState> {
    let last = hops.len().saturating_sub(2);
    let pairs = hops.windows(2).enumerate();
    pairs.map(|(place, pair)| state(pair[0], pair[1], place == last, at, context)).collect()
}

fn state(near: Asn, far: Asn, at_origin: bool, at: Timestamp, context: &Context<'_>) -> LinkState {
    if context.baseline.directed(near, far, at) {
        LinkState::Seen
    } else if context.baseline.covers(far, at_origin, at) {
        LinkState::Unseen
    } else {
        LinkState::Unknown
    }
}

/// What may be said of the end of a path at its origin.
pub enum End {
    /// Every link was seen; or the origin is the peer itself.
    Plain,
    /// The link to the origin was seen, and none on the way is known to be new, but of one nothing is known; with
    /// the place of the network on the origin's side of it.
    Gap(usize),
    /// The origin stands behind unseen links, next to it or further on.
    Unseen(Run),
    /// Other links of the origin were seen, and the last one was not.
    New,
    /// Nothing was known of the origin's links: who of them speaks cannot be said by one path.
    Dark,
}

/// Judges the end of a path at its origin.
pub fn end(hops: &[Asn], at: Timestamp, context: &Context<'_>) -> End {
    let states = either_way(hops, at, context);
    if let Some(run) = unseen_run(&states) {
        return End::Unseen(run);
    }
    let Some(gap) = states.iter().rposition(|state| *state == LinkState::Unknown) else { return End::Plain };
    if gap + 1 < states.len() {
        End::Gap(gap + 1)
    } else if context.baseline.shows_links_of(hops[hops.len() - 1], at) {
        End::New
    } else {
        End::Dark
    }
}

/// The states of the links, whichever way round they were seen.
fn either_way(hops: &[Asn], at: Timestamp, context: &Context<'_>) -> Vec<LinkState> {
    let mut states = states(hops, at, context);
    for (state, pair) in states.iter_mut().zip(hops.windows(2)) {
        if context.baseline.directed(pair[1], pair[0], at) {
            *state = LinkState::Seen;
        }
    }
    states
}

/// Whether a network on the paths is real and no made-up step: it is the collector's peer, every link from there
/// to it was seen, or different networks heard the route from it.
pub fn speaks(asn: Asn, paths: &[Vec<Asn>], at: Timestamp, context: &Context<'_>) -> bool {
    let mut heard: Option<Asn> = None;
    paths.iter().any(|hops| {
        let Some(place) = hops.iter().position(|hop| *hop == asn) else { return false };
        let seen = || either_way(&hops[..=place], at, context).iter().all(|s| *s == LinkState::Seen);
        let Some(before) = place.checked_sub(1).map(|before| hops[before]) else { return true };
        heard.replace(before).is_some_and(|other| other != before) || seen()
    })
}

/// Older relationships say nothing of who carries routes for whom.
const RELATIONSHIPS_DAYS_MAX: i64 = 366;

/// Relationships of the last year.
pub fn recent_relationships<'c>(at: Timestamp, context: &'c Context<'_>) -> Option<&'c RelationshipTable> {
    let (as_of, table) = context.baseline.history().relationships(at)?;
    ((at.0 - as_of.0) / 86_400 <= RELATIONSHIPS_DAYS_MAX).then_some(table)
}

/// Whether enough is known to blame the first network of unseen links: relationships of the last year know it, or
/// different networks heard the route from it. What all have from one network may as well have leaked there, over a real
/// link that no table had.
pub fn attested<'s>(
    near: Asn,
    spans: impl IntoIterator<Item = &'s RouteSpan>,
    at: Timestamp,
    context: &Context<'_>,
) -> bool {
    let heard_by = |span: &RouteSpan| {
        let hops = context.hops(span);
        hops.windows(2).find(|pair| pair[1] == near).map(|pair| pair[0])
    };
    let mut hearers = spans.into_iter().map(heard_by);
    recent_relationships(at, context).is_some_and(|table| table.knows(near))
        || hearers.next().is_some_and(|first| hearers.any(|other| other != first))
}
