//! Verification of AS paths by ASPAs (draft-ietf-sidrops-aspa-verification-28 §5 and §6).

use routing::{Asn, PathRef, SegmentKind};

use super::{AspaTable, Authorisation};

/// From whom the one who verifies has the path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Received {
    /// From a customer or a lateral peer, or as a route server's client: the path may only climb (§6.1).
    FromCustomerOrPeer,
    /// From a provider, and so any path a collector shows: it may climb, cross once and descend (§6.2).
    FromProvider,
}

/// The outcome.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AspaState {
    /// Every hop that has to be attested is.
    Valid,
    /// Attestations contradict every way in which the path could have come about.
    Invalid,
    /// Attestations are missing.
    Unknown,
}

/// Why a path is invalid whatever is attested.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PathFault {
    /// It has no hop.
    Empty,
    /// It holds an AS_SET.
    AsSet,
}

/// A hop that ended a ramp: `customer` does not attest, or denies, that `provider` is its provider.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AttestedHop {
    /// Who would have to attest.
    pub customer: Asn,
    /// Who would have to be attested.
    pub provider: Asn,
    /// What is said of them: never [`Authorisation::Provider`].
    pub authorisation: Authorisation,
    /// Place of `customer` among the path's hops, nearest the collector first, prepending collapsed.
    pub customer_at: usize,
}

/// A verdict with the hops that decided it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AspaVerdict {
    /// The outcome.
    pub state: AspaState,
    /// Why it is invalid without a look at attestations.
    pub fault: Option<PathFault>,
    /// Where the climb from the origin ends: at the first hop that is denied when the path is invalid, at the
    /// first one not attested when it is unknown.
    pub up: Option<AttestedHop>,
    /// Where the climb from the collector's end stops, likewise; `None` for a path from a customer or peer.
    pub down: Option<AttestedHop>,
}

impl AspaVerdict {
    fn faulty(fault: PathFault) -> AspaVerdict {
        AspaVerdict { state: AspaState::Invalid, fault: Some(fault), up: None, down: None }
    }
}

/// One end's climb: how many hops it reaches for certain and at most, and what stops it.
struct Ramp {
    min: usize,
    max: usize,
    unattested: Option<AttestedHop>,
    denied: Option<AttestedHop>,
}

impl AspaTable {
    /// Verifies a path. Prepending is collapsed; confederation segments are one network's inside and left out.
    pub fn verify(&self, path: PathRef<'_>, received: Received) -> AspaVerdict {
        let mut hops: Vec<Asn> = Vec::new();
        for segment in path.segments() {
            match segment.kind {
                SegmentKind::Sequence => hops.extend(segment.asns()),
                SegmentKind::Set => return AspaVerdict::faulty(PathFault::AsSet),
                SegmentKind::ConfedSequence | SegmentKind::ConfedSet => {}
            }
        }
        hops.dedup();
        self.verify_hops(&hops, received)
    }

    /// Verifies the hops of a path without AS_SET, nearest the collector first, prepending collapsed: in the
    /// draft's numbers the first is AS(N), the last AS(1).
    ///
    /// That the first hop is the neighbour itself is for the caller to see to: a transparent route server is
    /// not on the path.
    pub fn verify_hops(&self, hops: &[Asn], received: Received) -> AspaVerdict {
        let n = hops.len();
        if n == 0 {
            return AspaVerdict::faulty(PathFault::Empty);
        }
        let up = self.ramp(n, |i| n - i, hops);
        let down = match received {
            Received::FromProvider => self.ramp(n, |i| i - 1, hops),
            Received::FromCustomerOrPeer => Ramp { min: 0, max: 0, unattested: None, denied: None },
        };
        let (state, up, down) = if up.max + down.max < n {
            (AspaState::Invalid, up.denied, down.denied)
        } else if up.min + down.min < n {
            (AspaState::Unknown, up.unattested, down.unattested)
        } else {
            (AspaState::Valid, None, None)
        };
        AspaVerdict { state, fault: None, up, down }
    }

    /// Climbs from one end, `place` giving the place of the i-th hop from there, counted from 1.
    fn ramp(&self, n: usize, place: impl Fn(usize) -> usize, hops: &[Asn]) -> Ramp {
        let mut ramp = Ramp { min: n, max: n, unattested: None, denied: None };
        for i in 1..n {
            let (customer_at, provider_at) = (place(i), place(i + 1));
            let (customer, provider) = (hops[customer_at], hops[provider_at]);
            let authorisation = self.authorised(customer, provider);
            if authorisation == Authorisation::Provider {
                continue;
            }
            let hop = AttestedHop { customer, provider, authorisation, customer_at };
            if ramp.unattested.is_none() {
                (ramp.min, ramp.unattested) = (i, Some(hop));
            }
            if authorisation == Authorisation::NotProvider {
                (ramp.max, ramp.denied) = (i, Some(hop));
                break;
            }
        }
        ramp
    }
}
