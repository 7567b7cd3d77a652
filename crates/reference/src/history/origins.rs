use routing::{Asn, Prefix, Timestamp};

/// A network that originated a prefix, from when to when sources show it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OriginSeen {
    /// The prefix.
    pub prefix: Prefix,
    /// The network.
    pub origin: Asn,
    /// The first source that shows it.
    pub first: Timestamp,
    /// The last source that shows it.
    pub last: Timestamp,
}

impl OriginSeen {
    /// The latest moment not after `at` that is known to show it.
    pub fn latest(&self, at: Timestamp) -> Timestamp {
        if self.last <= at { self.last } else { self.first }
    }
}

/// Who originated what, in the order of prefix and origin.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    seen: Vec<OriginSeen>,
    /// Origins with the prefixes they were seen with, in the order of both.
    own: Vec<(Asn, Prefix, Timestamp)>,
}

impl Origins {
    pub(super) fn add(&mut self, as_of: Timestamp, origins: &[(Prefix, Asn)]) {
        let new =
            |&(prefix, origin): &(Prefix, Asn)| OriginSeen { prefix, origin, first: as_of, last: as_of };
        self.seen.extend(origins.iter().map(new));
        self.seen.sort_unstable();
        self.seen.dedup_by(|later, kept| {
            let same = (later.prefix, later.origin) == (kept.prefix, kept.origin);
            if same {
                kept.first = kept.first.min(later.first);
                kept.last = kept.last.max(later.last);
            }
            same
        });
        self.own = self.seen.iter().map(|s| (s.origin, s.prefix, s.first)).collect();
        self.own.sort_unstable();
    }

    /// True when no source shows an origin.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Who originated exactly `prefix` in sources that are not newer than `at`.
    pub fn of(&self, prefix: Prefix, at: Timestamp) -> impl Iterator<Item = &OriginSeen> {
        let from = self.seen.partition_point(|s| s.prefix < prefix);
        self.seen[from..].iter().take_while(move |s| s.prefix == prefix).filter(move |s| s.first <= at)
    }

    /// Who originated prefixes around `prefix` that are at least `len_min` long, the most specific first.
    pub fn around(&self, prefix: Prefix, len_min: u8, at: Timestamp) -> impl Iterator<Item = &OriginSeen> {
        (len_min..prefix.len())
            .rev()
            .flat_map(move |len| self.of(prefix.truncate(len).expect("shorter than the prefix"), at))
    }

    /// Who originated prefixes inside `prefix`, itself left out.
    pub fn inside(&self, prefix: Prefix, at: Timestamp) -> impl Iterator<Item = &OriginSeen> {
        let from = self.seen.partition_point(|s| s.prefix <= prefix);
        self.seen[from..]
            .iter()
            .take_while(move |s| prefix.contains(&s.prefix))
            .filter(move |s| s.first <= at)
    }

    /// Prefixes that `origin` originated.
    pub fn by(&self, origin: Asn, at: Timestamp) -> impl Iterator<Item = Prefix> + '_ {
        let from = self.own.partition_point(|(asn, ..)| *asn < origin);
        let own = self.own[from..].iter().take_while(move |(asn, ..)| *asn == origin);
        own.filter(move |(.., first)| *first <= at).map(|(_, prefix, _)| *prefix)
    }
}
