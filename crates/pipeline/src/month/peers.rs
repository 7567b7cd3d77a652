//! Which peers show a full table: the base for counting who sees a route.

use routing::{Asn, Family, Peer, RouteSpan};

/// What one peer of one collector showed in the month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerFeed {
    /// Index of the collector.
    pub collector: u16,
    /// The peer, for one family of routes.
    pub peer: Peer,
    /// Distinct prefixes it showed.
    pub prefixes: u64,
    /// Its prefixes in percent of those of the peer of this family that showed most; 0–100, rounded down.
    pub share_percent: u8,
    /// True when the share reaches the configured minimum.
    pub full_feed: bool,
}

/// Measures every peer. `spans` are sorted by prefix; `peers[collector]` lists the collector's peers.
pub fn measure(spans: &[RouteSpan], peers: &[Vec<Peer>], share_percent_min: u8) -> Vec<Vec<PeerFeed>> {
    let mut last = peers.iter().map(|p| vec![None; p.len()]).collect::<Vec<_>>();
    let mut counts = peers.iter().map(|p| vec![0u64; p.len()]).collect::<Vec<_>>();
    for span in spans {
        let (c, p) = (usize::from(span.collector), span.peer as usize);
        if last[c][p] != Some(span.prefix) {
            last[c][p] = Some(span.prefix);
            counts[c][p] += 1;
        }
    }
    let most = |family: Family| {
        let of_family = peers.iter().flatten().zip(counts.iter().flatten());
        of_family.filter(|(p, _)| p.family == family).map(|(_, n)| *n).max().unwrap_or(0)
    };
    let most = [most(Family::V4), most(Family::V6)];
    let feed = |collector: u16, peer: &Peer, prefixes: u64| {
        let most = most[usize::from(peer.family == Family::V6)];
        let share_percent = (prefixes * 100).checked_div(most).unwrap_or(0) as u8;
        PeerFeed {
            collector,
            peer: *peer,
            prefixes,
            share_percent,
            full_feed: prefixes > 0 && share_percent >= share_percent_min,
        }
    };
    (0u16..)
        .zip(peers.iter().zip(&counts))
        .map(|(c, (peers, counts))| peers.iter().zip(counts).map(|(p, n)| feed(c, p, *n)).collect())
        .collect()
}

/// Distinct peer ASes with a full feed of `family`.
pub fn full_feed_ases(feeds: &[Vec<PeerFeed>], family: Family) -> u32 {
    let full = feeds.iter().flatten().filter(|f| f.full_feed && f.peer.family == family);
    let mut ases: Vec<Asn> = full.map(|f| f.peer.asn).collect();
    ases.sort_unstable();
    ases.dedup();
    ases.len() as u32
}
