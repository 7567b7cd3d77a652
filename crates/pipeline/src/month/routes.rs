//! From spans to routes: every distinct (prefix, origin) of the month, with who saw it and when.

use routing::{Asn, Origin, PathRef, Prefix, RouteSpan, Timestamp};

use super::peers::PeerFeed;

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
/// of `spans[i]`.
pub fn fold(spans: &[RouteSpan], origins: &[Option<Asn>], feeds: &[Vec<PeerFeed>], out: &mut Vec<Route>) {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    let feed = |i: usize| &feeds[usize::from(spans[i].collector)][spans[i].peer as usize];
    // By origin, then by peer: the rows of one route stand together, and in them those of one peer AS.
    order.sort_unstable_by_key(|&i| (origins[i], feed(i).peer.asn, spans[i].collector, spans[i].peer, i));
    for group in order.chunk_by(|&a, &b| origins[a] == origins[b]) {
        let first = spans[group[0]];
        let mut route = Route {
            prefix: first.prefix,
            origin: origins[group[0]],
            peers: 0,
            full_feed_peers: 0,
            first_seen: first.time.start,
            last_seen: first.time.end,
            seen_seconds: 0,
        };
        for same_as in group.chunk_by(|&a, &b| feed(a).peer.asn == feed(b).peer.asn) {
            route.peers += 1;
            route.full_feed_peers += u32::from(same_as.iter().any(|&i| feed(i).full_feed));
            for same_peer in same_as
                .chunk_by(|&a, &b| (spans[a].collector, spans[a].peer) == (spans[b].collector, spans[b].peer))
            {
                let seconds = same_peer.iter().map(|&i| spans[i].time.seconds()).sum();
                route.seen_seconds = route.seen_seconds.max(seconds);
            }
            for &i in same_as {
                route.first_seen = route.first_seen.min(spans[i].time.start);
                route.last_seen = route.last_seen.max(spans[i].time.end);
            }
        }
        out.push(route);
    }
}
