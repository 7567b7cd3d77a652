//! What stood when the data began and says that a relationship is another than the one on file.

use detect::route_leak::Leak;
use routing::Asn;
use rustc_hash::{FxHashMap, FxHashSet};

/// From how many paths on it says something that a network gave another one hardly anything but customers' routes, and
/// of how many times as many as others.
const CUSTOMERS_ONLY_MIN: u32 = 3;
const CUSTOMERS_TIMES: u32 = 10;

/// Paths on which a network gave another one a route.
#[derive(Clone, Copy, Default)]
pub(super) struct Given {
    /// Its own routes and those of customers.
    pub own: u32,
    /// Those of providers and peers. Where nothing is known of the source, nothing is said.
    pub others: u32,
}

impl Given {
    /// Whether it is what one gives to those who are no customers, who would get everything. One in ten may be of such
    /// as pass for a provider or peer and are customers.
    pub fn to_no_customer(self) -> bool {
        self.own >= CUSTOMERS_ONLY_MIN && self.own >= self.others * CUSTOMERS_TIMES
    }
}

/// Turns that stood when the data began. They say that some relationship is not what is on file: the route's
/// source passes for a provider or peer and is a customer, or its receiver is.
#[derive(Default)]
pub(super) struct Habits {
    pub turns: FxHashSet<(Asn, Asn, Asn)>,
    /// To whom a network gave routes of a neighbour, and from whom it had those it gave to one.
    pub receivers: FxHashMap<(Asn, Asn), FxHashSet<Asn>>,
    sources: FxHashMap<(Asn, Asn), FxHashSet<Asn>>,
}

impl Habits {
    pub fn add(&mut self, leak: &Leak) {
        let Some(leaker) = leak.leaker else { return };
        self.turns.insert((leak.from, leaker, leak.to));
        self.receivers.entry((leaker, leak.from)).or_default().insert(leak.to);
        self.sources.entry((leaker, leak.to)).or_default().insert(leak.from);
    }

    /// True when a standing turn says that `from` or `to` is rather a customer. A standing turn that the other of
    /// its two neighbours explains, because it has several such turns, says nothing about this one. Whoever is given
    /// hardly anything but customers' routes is no customer itself, and what it is given beyond that is explained by
    /// its sources.
    pub fn explain(&self, leak: &Leak, no_customer: &dyn Fn(Asn, Asn) -> bool) -> bool {
        let Some(leaker) = leak.leaker else { return false };
        let is_explained =
            |to: Asn, sources: Option<&FxHashSet<Asn>>| several(sources) && !no_customer(leaker, to);
        let receivers = self.receivers.get(&(leaker, leak.from));
        let sources = self.sources.get(&(leaker, leak.to));
        let open = |to: &Asn| !is_explained(*to, self.sources.get(&(leaker, *to)));
        let by_receiver = !no_customer(leaker, leak.to)
            && (several(sources)
                || sources.into_iter().flatten().any(|from| !several(self.receivers.get(&(leaker, *from)))));
        several(receivers) || receivers.into_iter().flatten().any(open) || by_receiver
    }
}

fn several(all: Option<&FxHashSet<Asn>>) -> bool {
    all.is_some_and(|all| all.len() > 1)
}
