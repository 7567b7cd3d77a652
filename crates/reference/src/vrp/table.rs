use core::fmt;

use routing::{Asn, Prefix};

use super::Vrp;
use crate::prefix_index::{Place, PrefixIndex};

/// The state of a route (RFC 6811 §2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Validation {
    /// At least one VRP matches.
    Valid,
    /// At least one VRP covers and none matches.
    Invalid(InvalidReason),
    /// No VRP covers.
    NotFound,
}

/// Why a route is invalid (FRAMEWORK §6, first rule that holds).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum InvalidReason {
    /// A covering VRP has this origin, but the prefix is longer than it allows.
    Length,
    /// Every covering VRP is for AS0.
    As0,
    /// The covering VRPs are for other networks.
    As,
}

/// A state with the VRPs that decided it, each list in the table's order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The state.
    pub validation: Validation,
    /// VRPs that cover the prefix, have this origin and allow the length.
    pub matched: Vec<Vrp>,
    /// VRPs that cover the prefix and are for another origin (AS0 included).
    pub unmatched_as: Vec<Vrp>,
    /// VRPs that cover the prefix and have this origin, but not for such a length.
    pub unmatched_length: Vec<Vrp>,
}

impl Explanation {
    /// From the VRPs that cover the prefix.
    pub(super) fn of(
        covering: impl Iterator<Item = Vrp>,
        prefix: Prefix,
        origin: Option<Asn>,
    ) -> Explanation {
        let (mut matched, mut unmatched_as, mut unmatched_length) = (Vec::new(), Vec::new(), Vec::new());
        for vrp in covering {
            let list = match (same_origin(&vrp, origin), prefix.len() <= vrp.max_length) {
                (false, _) => &mut unmatched_as,
                (true, false) => &mut unmatched_length,
                (true, true) => &mut matched,
            };
            list.push(vrp);
        }
        for list in [&mut matched, &mut unmatched_as, &mut unmatched_length] {
            list.sort_unstable();
        }
        let validation = if !matched.is_empty() {
            Validation::Valid
        } else if !unmatched_length.is_empty() {
            Validation::Invalid(InvalidReason::Length)
        } else if unmatched_as.is_empty() {
            Validation::NotFound
        } else if unmatched_as.iter().all(|vrp| vrp.asn == Asn::ZERO) {
            Validation::Invalid(InvalidReason::As0)
        } else {
            Validation::Invalid(InvalidReason::As)
        };
        Explanation { validation, matched, unmatched_as, unmatched_length }
    }
}

/// VRPs ready for validation: sorted, each once, whatever the order they came in.
///
/// An origin of `None` is RFC 6811's NONE (the path ends in an AS_SET): it matches nothing.
#[derive(Clone, Debug)]
pub struct VrpTable {
    vrps: Vec<Vrp>,
    /// Items are `[ASN, maximum length]`.
    index: PrefixIndex,
    /// Per prefix of the index: where its VRPs start; one more at the end.
    starts: Vec<u32>,
}

/// True when `vrp`, known to cover the route, is for `origin`. AS0 is nobody's (RFC 6483 §4, RFC 7607).
fn same_origin(vrp: &Vrp, origin: Option<Asn>) -> bool {
    origin == Some(vrp.asn) && vrp.asn != Asn::ZERO
}

impl VrpTable {
    /// Builds the table. VRPs that differ in their trust anchor alone are one, the first anchor in the order
    /// of [`super::TrustAnchor`] is kept. A VRP whose maximum length is below its prefix's matches nothing.
    pub fn new(mut vrps: Vec<Vrp>) -> VrpTable {
        vrps.sort_unstable();
        vrps.dedup_by_key(|v| (v.prefix, v.max_length, v.asn));
        vrps.shrink_to_fit();
        let (mut prefixes, mut starts) = (Vec::new(), Vec::new());
        for (i, vrp) in vrps.iter().enumerate() {
            if prefixes.last() != Some(&vrp.prefix) {
                prefixes.push(vrp.prefix);
                starts.push(i as u32);
            }
        }
        starts.push(vrps.len() as u32);
        let own = |node: usize| starts[node] as usize..starts[node + 1] as usize;
        let item = |i: usize| [vrps[i].asn.0, u32::from(vrps[i].max_length)];
        let index = PrefixIndex::with_items(prefixes, own, item);
        VrpTable { vrps, index, starts }
    }

    /// The VRPs, ascending, each once.
    pub fn vrps(&self) -> &[Vrp] {
        &self.vrps
    }

    /// True when there is no VRP.
    pub fn is_empty(&self) -> bool {
        self.vrps.is_empty()
    }

    /// VRPs that cover `prefix`, most specific prefix first.
    pub fn covering(&self, prefix: Prefix) -> impl Iterator<Item = &Vrp> {
        self.index.upwards(self.index.deepest(&prefix)).flat_map(|node| self.at(node))
    }

    /// The state of a route (RFC 6811 §2), without the VRPs.
    pub fn validate(&self, prefix: Prefix, origin: Option<Asn>) -> Validation {
        self.judge(self.index.deepest(&prefix), prefix, origin)
    }

    /// The state of a route with the VRPs that decided it.
    pub fn explain(&self, prefix: Prefix, origin: Option<Asn>) -> Explanation {
        Explanation::of(self.covering(prefix).copied(), prefix, origin)
    }

    /// The states of many routes, in their order. Ascending prefixes are joined in one pass over both sides;
    /// any other order gives the same states, slower.
    pub fn validate_all(&self, routes: &[(Prefix, Option<Asn>)]) -> Vec<Validation> {
        let mut cursor = self.index.cursor();
        routes.iter().map(|(prefix, origin)| self.judge(cursor.deepest(prefix), *prefix, *origin)).collect()
    }

    fn at(&self, node: usize) -> &[Vrp] {
        &self.vrps[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    #[inline]
    fn judge(&self, deepest: Option<Place>, prefix: Prefix, origin: Option<Asn>) -> Validation {
        let Some(deepest) = deepest else { return Validation::NotFound };
        // Nobody's VRP matches nobody's route.
        let origin = origin.unwrap_or(Asn::ZERO);
        let (mut same, mut only_as0) = (false, true);
        for stretch in self.index.items(deepest) {
            for [asn, max_length] in stretch {
                if *asn == origin.0 && origin != Asn::ZERO {
                    if u32::from(prefix.len()) <= *max_length {
                        return Validation::Valid;
                    }
                    same = true;
                }
                only_as0 &= *asn == 0;
            }
        }
        Validation::Invalid(match (same, only_as0) {
            (true, _) => InvalidReason::Length,
            (false, true) => InvalidReason::As0,
            (false, false) => InvalidReason::As,
        })
    }
}

impl fmt::Display for Validation {
    /// `valid`, `invalid`, `not-found`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Validation::Valid => "valid",
            Validation::Invalid(_) => "invalid",
            Validation::NotFound => "not-found",
        })
    }
}

impl fmt::Display for InvalidReason {
    /// `length`, `as0`, `as`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InvalidReason::Length => "length",
            InvalidReason::As0 => "as0",
            InvalidReason::As => "as",
        })
    }
}
