//! Links of a path and what was known of them.

use detect::forged_path::{LinkState, Run, unseen_run};
use routing::{Asn, Timestamp};

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
    /// Every link was seen, or nothing says that it was not and the origin or its neighbour is known.
    Plain,
    /// The origin stands behind unseen links, next to it or further on.
    Unseen(Run),
    /// Other links of the origin were seen, and the last one was not.
    New,
    /// Neither the origin nor its neighbour is known to any source: who of them speaks cannot be said.
    Dark,
}

/// Judges the end of a path at its origin.
pub fn end(hops: &[Asn], at: Timestamp, context: &Context<'_>) -> End {
    let reverse = |pair: &[Asn]| context.baseline.directed(pair[1], pair[0], at);
    let mut states = states(hops, at, context);
    for (state, pair) in states.iter_mut().zip(hops.windows(2)) {
        *state = if reverse(pair) { LinkState::Seen } else { *state };
    }
    if let Some(run) = unseen_run(&states) {
        return End::Unseen(run);
    }
    if states.last() != Some(&LinkState::Unknown) {
        return End::Plain;
    }
    let (near, far) = (hops[hops.len() - 2], hops[hops.len() - 1]);
    let peer = hops.len() == 2;
    let known = |asn| context.baseline.knows(asn, at);
    if context.baseline.shows_links_of(far, at) {
        End::New
    } else if known(far) || known(near) || peer {
        End::Plain
    } else {
        End::Dark
    }
}
