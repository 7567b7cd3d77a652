use std::collections::HashMap;

use routing::{Asn, Timestamp};

/// When a link stood on paths, by direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkSeen {
    /// The first source that shows it.
    pub first: Timestamp,
    /// The last source that shows it.
    pub last: Timestamp,
}

/// Links between networks, each direction of its own: from the collector's side (`near`) to the origin's
/// (`far`).
#[derive(Clone, Debug, Default)]
pub struct Links {
    seen: HashMap<(Asn, Asn), LinkSeen>,
    /// Neighbours of a network on the collector's side.
    near: HashMap<Asn, Vec<Asn>>,
    /// When a network was first seen on any link, ascending in the network.
    networks: std::collections::BTreeMap<Asn, Timestamp>,
}

impl Links {
    pub(super) fn add(&mut self, as_of: Timestamp, near: Asn, far: Asn) {
        let new = LinkSeen { first: as_of, last: as_of };
        match self.seen.entry((near, far)) {
            std::collections::hash_map::Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.first = known.first.min(as_of);
                known.last = known.last.max(as_of);
            }
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(new);
                self.near.entry(far).or_default().push(near);
            }
        }
        for asn in [near, far] {
            let first = self.networks.entry(asn).or_insert(as_of);
            *first = as_of.min(*first);
        }
    }

    /// Number of links, each direction counted.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// True when no source shows a link.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// The link in this direction, from sources that are not newer than `at`.
    pub fn directed(&self, near: Asn, far: Asn, at: Timestamp) -> Option<LinkSeen> {
        self.seen.get(&(near, far)).filter(|seen| seen.first <= at).copied()
    }

    /// The link in any direction.
    pub fn between(&self, a: Asn, b: Asn, at: Timestamp) -> Option<LinkSeen> {
        self.directed(a, b, at).or_else(|| self.directed(b, a, at))
    }

    /// Neighbours that carried routes of `far`, in sources that are not newer than `at`.
    pub fn neighbours(&self, far: Asn, at: Timestamp) -> impl Iterator<Item = Asn> + '_ {
        let all = self.near.get(&far).map_or(&[][..], Vec::as_slice);
        all.iter().copied().filter(move |near| self.directed(*near, far, at).is_some())
    }

    /// True when a source that is not newer than `at` shows the network on a link.
    pub fn knows(&self, asn: Asn, at: Timestamp) -> bool {
        self.networks.get(&asn).is_some_and(|first| *first <= at)
    }

    /// True when sources show higher numbers of the same block of 1,024 and not this one: registries give
    /// numbers out in order, so it was given out and silent — a name that can be borrowed.
    pub fn was_silent(&self, asn: Asn, at: Timestamp) -> bool {
        let later = self.networks.range(asn..=Asn(asn.0 | 1023)).skip_while(|(known, _)| **known == asn);
        !self.knows(asn, at) && later.into_iter().any(|(_, first)| *first <= at)
    }
}
