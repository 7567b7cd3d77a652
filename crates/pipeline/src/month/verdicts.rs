//! Each distinct (prefix, origin) judged once.

use std::collections::BTreeMap;

use detect::{Event, Marked, RouteMark};
use measure::facts;
use measure::framework::{Exclusion, Framework};
use reference::bogons::{BogonClass, BogonSet};
use reference::irr::{IrrState, IrrVerdict};
use reference::vrp::Validation;
use routing::{Asn, Prefix, Timestamp};

use super::{EventId, Inputs, References, Route};

/// What is known of a route, framework or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// RPKI state; `None` without VRPs.
    pub rpki: Option<Validation>,
    /// IRR state; `None` without route objects, or when an excerpt cannot tell.
    pub irr: Option<IrrVerdict>,
    /// Bogon class of the prefix at the month's start or when first seen.
    pub bogon: Option<BogonClass>,
    /// An event of the month says that nobody meant to announce it so.
    pub artefact: bool,
    /// Events of the month say that its origin did not announce it.
    pub forged_origin: bool,
}

/// Marks the routes that events say to be artefacts or of a forged origin. `routes` come by prefix and origin, `verdicts`
/// are theirs; the cost is that of finding a route for each such event.
pub fn mark(routes: &[Route], verdicts: &mut [Verdict], events: &[(EventId, Event)]) {
    for (_, event) in events {
        let Some(Marked { mark, origin }) = event.marked else { continue };
        let key = (event.prefix, Some(origin));
        if let Ok(place) = routes.binary_search_by_key(&key, |route| (route.prefix, route.origin)) {
            match mark {
                RouteMark::Artefact => verdicts[place].artefact = true,
                RouteMark::ForgedOrigin => verdicts[place].forged_origin = true,
            }
        }
    }
}

/// Stable words of IRR states in exports.
pub struct IrrWord;

impl IrrWord {
    /// `exact`, `covered`, `wrong_origin`, `none`.
    pub fn of(state: IrrState) -> &'static str {
        match state {
            IrrState::Exact => "exact",
            IrrState::Covered => "covered",
            IrrState::WrongOrigin => "wrong_origin",
            IrrState::NoObject => "none",
        }
    }
}

/// What routes are judged by.
pub struct Judge<'a> {
    references: &'a References,
    bogons: Vec<(Timestamp, BogonSet<'a>)>,
}

impl<'a> Judge<'a> {
    /// By the references of a month.
    pub fn new(inputs: &'a Inputs<'_>) -> Judge<'a> {
        let references = &inputs.references;
        let bogons = references.bogons.iter().map(|e| (e.from, e.table.at(e.from.date()))).collect();
        Judge { references, bogons }
    }

    /// Judges routes; they come by prefix, so each table is joined in one pass.
    pub fn judge(&self, routes: &[Route]) -> Vec<Verdict> {
        let pairs: Vec<(Prefix, Option<Asn>)> = routes.iter().map(|r| (r.prefix, r.origin)).collect();
        let rpki = self.references.vrps.as_ref().ok().map(|vrps| vrps.data.validate_all(&pairs));
        let irr = self.references.irr.as_ref().ok().map(|irr| irr.data.look_up_all(&pairs));
        (0..routes.len())
            .map(|i| {
                let route = &routes[i];
                let epoch = self.bogons.partition_point(|(from, _)| *from <= route.first_seen).max(1) - 1;
                let positive = |v: &IrrVerdict| matches!(v.state, IrrState::Exact | IrrState::Covered);
                Verdict {
                    rpki: rpki.as_ref().map(|all| all[i]),
                    irr: irr
                        .as_ref()
                        .map(|all| all[i])
                        .filter(|v| self.references.irr_excerpt.is_none() || positive(v)),
                    bogon: self
                        .bogons
                        .get(epoch)
                        .and_then(|(_, set)| set.contains(route.prefix))
                        .map(|m| m.class),
                    artefact: false,
                    forged_origin: false,
                }
            })
            .collect()
    }
}

/// Why routes do not count, an octet for each route.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct NotCounted {
    reasons: Vec<&'static str>,
    /// Per route: the reason's place and one; 0 when it counts.
    of: Vec<u8>,
}

impl NotCounted {
    /// Why the route at `index` does not count; `None` when it does.
    pub fn get(&self, index: usize) -> Option<&'static str> {
        usize::from(self.of[index]).checked_sub(1).map(|place| self.reasons[place])
    }

    /// Of all routes, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Option<&'static str>> {
        (0..self.of.len()).map(|index| self.get(index))
    }
}

impl FromIterator<Option<&'static str>> for NotCounted {
    /// # Panics
    ///
    /// When there are more than 255 reasons: frameworks have a dozen.
    fn from_iter<I: IntoIterator<Item = Option<&'static str>>>(reasons: I) -> NotCounted {
        let mut known: Vec<&'static str> = Vec::new();
        let mut code = |reason: &'static str| {
            let place = known.iter().position(|known| *known == reason).unwrap_or_else(|| {
                known.push(reason);
                known.len() - 1
            });
            u8::try_from(place + 1).expect("fewer than 256 reasons")
        };
        let of = reasons.into_iter().map(|reason| reason.map_or(0, &mut code)).collect();
        NotCounted { reasons: known, of }
    }
}

/// Which routes count as announced under a framework (FRAMEWORK §5).
pub struct Exclusions<'a> {
    framework: &'a Framework,
    /// What is asked of a route, no more than there are full feeds: IPv4, IPv6.
    peers_min: [u32; 2],
}

impl<'a> Exclusions<'a> {
    /// The rule of a framework where so many full-feed peer ASes are available.
    pub fn new(framework: &'a Framework, full_feed_ases: [u32; 2]) -> Exclusions<'a> {
        let peers_min = full_feed_ases.map(|available| framework.routes.peers_min.min(available));
        Exclusions { framework, peers_min }
    }

    /// How many full-feed peer ASes a route needs: IPv4, IPv6.
    pub fn peers_min(&self) -> [u32; 2] {
        self.peers_min
    }

    /// Why a route does not count; `None` when it does.
    pub fn examine(&self, route: &Route, verdict: &Verdict) -> Option<&'static str> {
        let rule = &self.framework.routes;
        let excludes = |exclusion| rule.excluded.contains(&exclusion);
        if route.origin.is_none() && excludes(Exclusion::AsSetOrigin) {
            return Some("AS_SET origin");
        }
        if verdict.bogon.is_some() && excludes(Exclusion::Bogon) {
            return Some("bogon prefix");
        }
        if verdict.artefact && excludes(Exclusion::Artefact) {
            return Some("artefact");
        }
        if verdict.forged_origin && excludes(Exclusion::ForgedOrigin) {
            return Some("forged origin");
        }
        let (family, len) = (route.prefix.family(), route.prefix.len());
        let seconds = route.seen_seconds as u64;
        facts::not_counted(rule, self.peers_min, family, len, route.full_feed_peers, seconds)
    }

    /// How many routes are left out, by reason.
    pub fn tally(reasons: impl IntoIterator<Item = &'static str>) -> BTreeMap<&'static str, u64> {
        super::tally(reasons)
    }
}
