//! Which peers show a full table: the base for counting who sees a route.

use routing::{Asn, Family, PathRef, Peer, SegmentKind};

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
    /// True when the share reaches the configured minimum, and it is no route server.
    pub full_feed: bool,
    /// True of a route server: it passes on what others chose, each to each, and is no network's view.
    pub route_server: bool,
}

/// Of one peer's routes that were looked at: whose path begins with another AS than its own, and how many.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct FirstHops {
    /// Those that begin with another AS.
    pub of_others: u64,
    /// All of them.
    pub looked_at: u64,
}

impl FirstHops {
    /// Adds one route.
    pub fn add(&mut self, path: PathRef<'_>, peer: Asn) {
        let first = path.segments().next().filter(|segment| segment.kind == SegmentKind::Sequence);
        let first = first.and_then(|segment| segment.asns().next());
        self.looked_at += 1;
        self.of_others += u64::from(first.is_some_and(|asn| asn != peer));
    }

    /// Adds what others counted.
    pub fn join(&mut self, other: FirstHops) {
        self.looked_at += other.looked_at;
        self.of_others += other.of_others;
    }
}

/// Flags route servers: peers whose number is one's, and those that stay out of most of the paths they show, as
/// transparent ones do (RFC 7947 §2.2.2). They are never full feeds (FRAMEWORK §6, *Visibility*).
pub fn flag_route_servers(feeds: &mut [Vec<PeerFeed>], known: &[Asn], first_hops: &[Vec<FirstHops>]) {
    for (feed, hops) in feeds.iter_mut().flatten().zip(first_hops.iter().flatten()) {
        let is_transparent = hops.of_others * 2 > hops.looked_at;
        feed.route_server = is_transparent || known.binary_search(&feed.peer.asn).is_ok();
        feed.full_feed &= !feed.route_server;
    }
}

/// Measures every peer. `counts` are the distinct prefixes of each collector's `peers`.
pub fn measure(counts: &[Vec<u64>], peers: &[Vec<Peer>], share_percent_min: u8) -> Vec<Vec<PeerFeed>> {
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
            route_server: false,
        }
    };
    (0u16..)
        .zip(peers.iter().zip(counts))
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

/// Numbers the peers of all collectors, so that who showed a route is one bit for each: those of a family by
/// their AS, because what counts is distinct peer ASes.
pub struct PeerSet {
    /// Per collector and peer.
    bits: Vec<Vec<u32>>,
    /// Per family and bit.
    ases: [Vec<Asn>; 2],
    /// Per family: where in each word of a set the peers of one AS end.
    ends: [Vec<Ends>; 2],
}

/// Where in one word of a set the bits of an AS end, which lie side by side.
#[derive(Clone, Copy)]
struct Ends {
    /// The last bit of each AS; the last of the word besides.
    last: u64,
    /// The first bits are of the AS that the word before ended with.
    continues: bool,
}

impl Ends {
    fn of(ases: &[Asn]) -> Vec<Ends> {
        let word = |from: usize| {
            let bits = from..ases.len().min(from + 64);
            let is_last = |bit: usize| bit % 64 == 63 || ases.get(bit + 1) != Some(&ases[bit]);
            let last = bits.fold(1 << 63, |last, bit| last | u64::from(is_last(bit)) << (bit % 64));
            Ends { last, continues: from > 0 && ases[from - 1] == ases[from] }
        };
        (0..ases.len()).step_by(64).map(word).collect()
    }
}

impl PeerSet {
    /// `peers[collector]` lists the collector's peers.
    pub fn new(peers: &[Vec<Peer>]) -> PeerSet {
        let mut bits: Vec<Vec<u32>> = peers.iter().map(|own| vec![0; own.len()]).collect();
        let ases = [Family::V4, Family::V6].map(|family| {
            let all =
                peers.iter().enumerate().flat_map(|(c, own)| own.iter().enumerate().map(move |p| (c, p)));
            let of_family = all.filter(|(_, (_, peer))| peer.family == family);
            let mut of_family: Vec<(Asn, usize, usize)> =
                of_family.map(|(c, (p, peer))| (peer.asn, c, p)).collect();
            of_family.sort_unstable();
            for (bit, &(_, c, p)) in (0..).zip(&of_family) {
                bits[c][p] = bit;
            }
            of_family.into_iter().map(|(asn, ..)| asn).collect::<Vec<Asn>>()
        });
        let ends = [0, 1].map(|family| Ends::of(&ases[family]));
        PeerSet { bits, ases, ends }
    }

    /// Words of 64 bits that a set of one family's peers takes; at least one.
    pub fn words(&self) -> usize {
        self.ases.iter().map(|ases| ases.len().div_ceil(64)).max().unwrap_or(0).max(1)
    }

    /// Puts a peer into a set.
    #[inline]
    pub fn add(&self, set: &mut [u64], collector: u16, peer: u32) {
        let bit = self.bits[usize::from(collector)][peer as usize];
        set[bit as usize / 64] |= 1 << (bit % 64);
    }

    /// The bits of a collector's peers.
    pub fn bits(&self, collector: u16) -> &[u32] {
        &self.bits[usize::from(collector)]
    }

    /// A counter for each peer: per family and bit.
    pub fn counters<T: Clone + Default>(&self) -> [Vec<T>; 2] {
        [0, 1].map(|family| vec![T::default(); self.ases[family].len()])
    }

    /// Counters by collector and peer, as `peers` was given to [`PeerSet::new`].
    pub fn by_collector<T: Copy>(&self, counters: &[Vec<T>; 2], peers: &[Vec<Peer>]) -> Vec<Vec<T>> {
        let count =
            |(peer, bit): (&Peer, &u32)| counters[usize::from(peer.family == Family::V6)][*bit as usize];
        peers
            .iter()
            .zip(&self.bits)
            .map(|(peers, bits)| peers.iter().zip(bits).map(count).collect())
            .collect()
    }

    /// Per family: the peers with a full feed.
    pub fn full_feeds(&self, feeds: &[Vec<PeerFeed>]) -> [Vec<u64>; 2] {
        let mut full = [vec![0; self.words()], vec![0; self.words()]];
        for (collector, feeds) in (0..).zip(feeds) {
            for (peer, _) in (0..).zip(feeds).filter(|(_, feed)| feed.full_feed) {
                let family = feeds[peer as usize].peer.family;
                self.add(&mut full[usize::from(family == Family::V6)], collector, peer);
            }
        }
        full
    }

    /// Distinct peer ASes of a set, and those of them that are in it with a full feed.
    pub fn count(&self, family: Family, set: &[u64], full: &[Vec<u64>; 2]) -> (u32, u32) {
        let family = usize::from(family == Family::V6);
        let both = set.iter().zip(&full[family]).map(|(set, full)| set & full);
        (self.distinct(family, set.iter().copied()), self.distinct(family, both))
    }

    /// Distinct ASes of a set.
    fn distinct(&self, family: usize, words: impl Iterator<Item = u64>) -> u32 {
        // Whether the AS that the word before ended with is in the set.
        let (mut count, mut before) = (0, false);
        for (word, Ends { last, continues }) in words.zip(self.ends[family].iter().copied()) {
            // What is added carries over into the last bit of each AS that has any bit below, and no further.
            let shown = (((word & !last) + !last) | word) & last;
            let before_too = continues && before;
            count += shown.count_ones();
            count -= u32::from(before_too && shown & (last & last.wrapping_neg()) != 0);
            before = shown >> 63 == 1 || before_too && last == 1 << 63;
        }
        count
    }
}

/// Gives every bit of a set.
pub fn each(set: &[u64], mut take: impl FnMut(usize)) {
    for (i, mut rest) in set.iter().copied().enumerate() {
        while rest != 0 {
            take(i * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::{IpAddr, Ipv4Addr};
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn ases_are_counted_as_one_by_one(
            // How many peers each AS has, and which peers show the route: some ASes fill several words.
            ases in prop::collection::vec(prop_oneof![Just(1usize), 1usize..4, 60usize..150], 1..30),
            shown in prop::collection::vec(any::<bool>(), 5000),
            rarely in any::<bool>(),
        ) {
            let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let ases = (1..).zip(ases).flat_map(|(asn, peers)| std::iter::repeat_n(Asn(asn), peers));
            let peers: Vec<Peer> = ases.map(|asn| Peer { address, asn, family: Family::V4 }).collect();
            let set = PeerSet::new(std::slice::from_ref(&peers));
            let mut words = vec![0; set.words()];
            let mut distinct = BTreeSet::new();
            for ((index, peer), _) in (0..).zip(&peers).zip(&shown).filter(|((i, _), shown)| **shown && (!rarely || i % 29 == 0)) {
                set.add(&mut words, 0, index);
                distinct.insert(peer.asn);
            }
            let all = [vec![u64::MAX; set.words()], vec![]];
            prop_assert_eq!(set.count(Family::V4, &words, &all), (distinct.len() as u32, distinct.len() as u32));
        }
    }

    #[test]
    fn peers_of_one_as_count_once_and_only_those_that_showed_it() {
        let peer = |n: u8, asn: u32, family| Peer {
            address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, n)),
            asn: Asn(asn),
            family,
        };
        let many = (0..90).map(|n| peer(n, 1000 + u32::from(n), Family::V4)).collect::<Vec<_>>();
        let peers = [many, vec![peer(1, 7, Family::V4), peer(2, 7, Family::V4), peer(3, 7, Family::V6)]];
        let set = PeerSet::new(&peers);
        assert_eq!(set.words(), 2);
        let mut counts = vec![vec![0; 90], vec![10, 3, 10]];
        counts[0][89] = 10;
        let full = set.full_feeds(&measure(&counts, &peers, 90));
        let count = |shown: &[(u16, u32)]| {
            let mut words = vec![0; 2];
            shown.iter().for_each(|&(collector, peer)| set.add(&mut words, collector, peer));
            set.count(Family::V4, &words, &full)
        };
        assert_eq!(count(&[]), (0, 0));
        assert_eq!(count(&[(1, 0), (1, 1)]), (1, 1), "one AS, once with a full feed");
        assert_eq!(count(&[(1, 1), (0, 3)]), (2, 0), "the session that showed it has no full feed");
        assert_eq!(count(&[(1, 1), (0, 3), (0, 89)]), (3, 1));
    }
}
