//! Route leak: a route passed on to where the relationships on its path do not let it go (metrics M1 and M1C).
//!
//! A route from a provider or a peer may go to customers only (RFC 7908 §3, types 1 to 4). Each distinct path is
//! judged once by [`find`]; [`examine`] makes events of what peers saw of it. Types 5 and 6 are about who
//! originated what and are in [`origin`].

mod event;
mod known;
pub mod origin;

use reference::relationships::Size;
use routing::Asn;

use crate::path::Hops;

pub use event::{Before, Circumstances, Turned, examine};
pub use known::{By, Knowledge, Role, Standing};

/// A turn on a path that the relationships there do not allow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Leak {
    /// The network that passed the route on. `None`: the path contradicts what its networks attest, and which
    /// of those between `from` and `to` leaked it cannot be told.
    pub leaker: Option<Asn>,
    /// From whom the leaker had the route: its neighbour on the origin's side.
    pub from: Asn,
    /// To whom it passed it on: its neighbour on the collector's side.
    pub to: Asn,
    /// What `from` is to the leaker.
    pub had_from: Standing,
    /// What `to` is to the leaker.
    pub gave_to: Standing,
    /// Place of `to` on the path, nearest the collector first, route servers left out, prepending collapsed.
    pub to_at: usize,
    /// Who marked the route as for customers only (RFC 9234), where the mark is evidence of this leak.
    pub marked_by: Option<Asn>,
    /// True when the route stayed within one organisation at this turn.
    pub within_organisation: bool,
    /// True when `from` is the origin, and may have asked the leaker to carry its route: a peer far larger than
    /// the leaker, or one that buys from nobody, does not.
    pub of_its_own: bool,
    /// True when the leaker has many customers.
    pub by_large: bool,
    /// True when `to` is a provider of `from` too, and could have had the route from it.
    pub within_cone: bool,
    /// True when relationships call a neighbour its peer, and none of those so called can well be its customer:
    /// each is far larger than the leaker, or buys from nobody.
    pub no_customer_among_peers: bool,
}

impl Leak {
    /// Type of RFC 7908 §3, 1–4; `None` where it is only known that neither neighbour is a customer.
    pub fn leak_type(&self) -> Option<u8> {
        match (self.had_from.role, self.gave_to.role) {
            (Role::Provider, Role::Provider) => Some(1),
            (Role::Peer, Role::Peer) => Some(2),
            (Role::Provider, Role::Peer) => Some(3),
            (Role::Peer, Role::Provider) => Some(4),
            _ => None,
        }
    }

    /// True when sources contradict one another about a link that the verdict rests on.
    pub fn is_contested(&self) -> bool {
        self.had_from.contested || self.gave_to.contested
    }
}

/// The hops of a path as leaks are looked for on them.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// Nearest the collector first, route servers left out, prepending collapsed.
    pub hops: Vec<Asn>,
    /// Whether a route server stood between a hop and the next one towards the origin.
    across: Vec<bool>,
    /// True when the last hop is the origin: no AS_SET behind it.
    is_whole: bool,
}

impl Walk {
    /// Takes route servers out of a path's hops.
    pub fn new(hops: &Hops, knowledge: &Knowledge<'_>) -> Walk {
        let mut walk = Walk { is_whole: hops.unordered.is_empty(), ..Walk::default() };
        for asn in &hops.sequence {
            if knowledge.exchanges.binary_search(asn).is_ok() {
                if let Some(across) = walk.across.last_mut() {
                    *across = true;
                }
            } else if walk.hops.last() != Some(asn) {
                walk.hops.push(*asn);
                walk.across.push(false);
            }
        }
        walk
    }

    /// The networks that carried a route beyond the turn whose `to` stands at `to_at`, with their distance from
    /// the leaker.
    pub fn carriers(&self, to_at: usize) -> Vec<(Asn, u16)> {
        let leaker = self.hops.get(to_at + 1);
        let mut out: Vec<(Asn, u16)> = Vec::new();
        for (distance, asn) in (1u16..).zip(self.hops[..=to_at].iter().rev()) {
            if Some(asn) != leaker && out.iter().all(|(seen, _)| seen != asn) {
                out.push((*asn, distance));
            }
        }
        out
    }

    /// What the hop at `other` is to the hop at `of`, its neighbour on the path.
    fn standing(&self, of: usize, other: usize, knowledge: &Knowledge<'_>) -> Option<Standing> {
        let known = knowledge.standing(self.hops[of], self.hops[other]);
        // Networks that meet at a route server are peers there, if nothing else is known of them.
        let at_exchange = self.across[of.min(other)];
        let peers = Standing { role: Role::Peer, by: By::RouteServer, contested: false };
        known.or(at_exchange.then_some(peers))
    }
}

/// Finds the turns of a path that its relationships do not allow, those nearest the origin first. A link whose
/// relationship is not known gives no verdict, nor does a path on which a network stands in two places: its
/// network is split, or its number was put in on purpose, and what followed from whom cannot be read.
///
/// `marked_by` is the ONLY_TO_CUSTOMER attribute of the route as it arrived, if it had one.
pub fn find(walk: &Walk, marked_by: Option<Asn>, knowledge: &Knowledge<'_>) -> Vec<Leak> {
    let n = walk.hops.len();
    if (1..n).any(|i| walk.hops[..i].contains(&walk.hops[i])) {
        return Vec::new();
    }
    let mark = marked_by.and_then(|asn| Some((asn, walk.hops.iter().rposition(|hop| *hop == asn)?)));
    let mut leaks = Vec::new();
    for at in (1..n.saturating_sub(1)).rev() {
        let gave_to = walk.standing(at, at - 1, knowledge);
        let Some(gave_to) = gave_to.filter(|s| s.role.is_above()) else { continue };
        let had_from = walk.standing(at, at + 1, knowledge);
        let mark = mark.filter(|(_, place)| must_go_down(walk, *place, at, knowledge)).map(|(asn, _)| asn);
        let had_from = match had_from {
            Some(standing) if standing.role.is_above() => standing,
            // The mark tells what the relationship does not: whoever set it was no customer.
            None if mark == Some(walk.hops[at + 1]) => {
                Standing { role: Role::NotCustomer, by: By::Mark, contested: false }
            }
            _ => continue,
        };
        let (leaker, from, to) = (walk.hops[at], walk.hops[at + 1], walk.hops[at - 1]);
        leaks.push(Leak {
            leaker: Some(leaker),
            from,
            to,
            had_from,
            gave_to,
            to_at: at - 1,
            marked_by: mark,
            within_organisation: (knowledge.siblings)(leaker, from) || (knowledge.siblings)(leaker, to),
            of_its_own: at + 2 == n
                && walk.is_whole
                && !knowledge.no_customer_among_peers(leaker, [(from, had_from)]),
            by_large: knowledge.relationships.is_some_and(|table| table.size(leaker) == Size::Large),
            within_cone: knowledge.standing(from, to).is_some_and(|s| s.role == Role::Provider),
            no_customer_among_peers: knowledge
                .no_customer_among_peers(leaker, [(from, had_from), (to, gave_to)]),
        });
    }
    if leaks.is_empty() {
        leaks.extend(by_attestations(walk, knowledge));
    }
    leaks
}

/// True when a mark set at `place` forbids the network at `at` to pass the route to any but customers: it had it
/// from there over hops that are known to descend, or at once (RFC 9234 §5).
fn must_go_down(walk: &Walk, place: usize, at: usize, knowledge: &Knowledge<'_>) -> bool {
    at < place
        && (at + 1..place)
            .all(|hop| walk.standing(hop, hop - 1, knowledge).is_some_and(|s| s.role == Role::Customer))
}

/// A path that the attestations of its networks contradict, where no single turn shows it.
fn by_attestations(walk: &Walk, knowledge: &Knowledge<'_>) -> Option<Leak> {
    use reference::aspa::{AspaState, Received};
    let aspas = knowledge.aspas.filter(|_| walk.hops.len() > 2)?;
    let verdict = aspas.verify_hops(&walk.hops, Received::FromProvider);
    if verdict.state != AspaState::Invalid {
        return None;
    }
    let (up, down) = (verdict.up?, verdict.down?);
    // With one network between them it was found as its turn, unless something is known that speaks against it.
    let (first, last) = (up.customer_at, down.customer_at);
    if first - last < 3 {
        return None;
    }
    // A known descent or climb between them would be a turn; what is left is a stretch of which nothing is known.
    let denied = Standing { role: Role::NotCustomer, by: By::Attestation, contested: false };
    Some(Leak {
        leaker: None,
        from: up.customer,
        to: down.customer,
        had_from: denied,
        gave_to: denied,
        to_at: last,
        marked_by: None,
        within_organisation: false,
        of_its_own: false,
        by_large: false,
        within_cone: false,
        no_customer_among_peers: false,
    })
}

#[cfg(test)]
mod tests;
