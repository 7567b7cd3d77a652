//! Peers that were not seen passing a wrong route: next to a network that carried it, with another route.

use std::collections::BTreeSet;

use detect::visibility::Visible;
use routing::{Asn, Prefix, Timestamp};

use super::Context;

/// How many networks are named at most.
const CREDITS_MAX: usize = 50;

/// Peer ASes with a full feed of the family that do not show the route while it is visible, and that were seen
/// next to its culprit or a network that carried it. Ascending.
pub fn examine(prefix: Prefix, culprit: Option<Asn>, visible: &Visible, context: &Context<'_>) -> Vec<Asn> {
    let mut carried: BTreeSet<Asn> = visible.accomplices.iter().map(|a| a.asn).collect();
    carried.extend(culprit);
    let showed = visible.sightings.iter().map(|s| s.peer_asn).collect();
    next_to_carriers(prefix, visible.span.start, &carried, showed, context)
}

/// Peer ASes with a full feed of the prefix's family that are neither among `carried` nor `showed`, and that were seen
/// next to one of `carried` by `at`. Ascending.
pub fn next_to_carriers(
    prefix: Prefix,
    at: Timestamp,
    carried: &BTreeSet<Asn>,
    mut showed: BTreeSet<Asn>,
    context: &Context<'_>,
) -> Vec<Asn> {
    showed.extend(carried);
    let full = context.feeds.iter().flatten();
    let full: BTreeSet<Asn> = full
        .filter(|feed| feed.full_feed && feed.peer.family == prefix.family())
        .map(|feed| feed.peer.asn)
        .filter(|asn| !showed.contains(asn))
        .collect();
    let next = |asn: &Asn| carried.iter().any(|carrier| context.baseline.knows_link(*asn, *carrier, at));
    full.into_iter().filter(next).take(CREDITS_MAX).collect()
}
