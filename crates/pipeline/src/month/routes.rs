//! From spans to routes: every distinct (prefix, origin) of the month, with who saw it and when.

use routing::{Asn, Origin, PathRef, Prefix, RouteSpan, Timestamp};

use super::peers::PeerSet;

/// A distinct (prefix, origin) of the month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Route {
    /// The prefix.
    pub prefix: Prefix,
    /// The origin AS; `None` when the path ends in an AS_SET (RFC 6811: NONE).
    pub origin: Option<Asn>,
    /// Distinct peer ASes that showed it.
    pub peers: u32,
    /// Those of them with a full feed of the family.
    pub full_feed_peers: u32,
    /// When it was first shown in the month.
    pub first_seen: Timestamp,
    /// When it was last shown in the month.
    pub last_seen: Timestamp,
    /// Seconds for which the peer that showed it longest showed it.
    pub seen_seconds: i64,
}

/// The origin of a path as a route has it: an empty path is the peer's own (RFC 6811 §2).
pub fn origin(path: PathRef<'_>, peer: Asn) -> Option<Asn> {
    match path.origin() {
        Origin::As(asn) => Some(asn),
        Origin::Speaker => Some(peer),
        Origin::None => None,
    }
}

/// Folds the spans of one prefix into its routes, in the order of their origins. `origins[i]` is the origin
/// of `spans[i]`; spans come in the order of who saw them. `shown` gets for each route the set of the peers
/// that showed it; how many those are is counted when it is known who has a full feed.
pub fn fold(
    spans: &[RouteSpan],
    origins: &[Option<Asn>],
    set: &PeerSet,
    out: &mut Vec<Route>,
    shown: &mut Vec<u64>,
) {
    if origins.iter().all(|origin| *origin == origins[0]) {
        out.push(route(spans.iter(), origins[0], set, shown));
        return;
    }
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by_key(|&i| origins[i]);
    for group in order.chunk_by(|&a, &b| origins[a] == origins[b]) {
        out.push(route(group.iter().map(|&i| &spans[i]), origins[group[0]], set, shown));
    }
}

/// One route of at least one span.
fn route<'a>(
    spans: impl Iterator<Item = &'a RouteSpan> + Clone,
    origin: Option<Asn>,
    set: &PeerSet,
    shown: &mut Vec<u64>,
) -> Route {
    let from = shown.len();
    shown.resize(from + set.words(), 0);
    let first = spans.clone().next().expect("a route has a span");
    let mut route = Route {
        prefix: first.prefix,
        origin,
        peers: 0,
        full_feed_peers: 0,
        first_seen: first.time.start,
        last_seen: first.time.end,
        seen_seconds: 0,
    };
    let (mut peer, mut seconds) = (None, 0);
    for span in spans {
        if peer != Some((span.collector, span.peer)) {
            peer = Some((span.collector, span.peer));
            seconds = 0;
            set.add(&mut shown[from..], span.collector, span.peer);
        }
        seconds += span.time.seconds();
        route.seen_seconds = route.seen_seconds.max(seconds);
        route.first_seen = route.first_seen.min(span.time.start);
        route.last_seen = route.last_seen.max(span.time.end);
    }
    route
}
