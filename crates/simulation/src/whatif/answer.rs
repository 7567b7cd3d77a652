//! States of routes, and the answer.

use std::collections::{BTreeMap, BTreeSet};

use lake::{Registered, RoutePlace};
use reference::irr::IrrState;
use reference::vrp::{InvalidReason, Validation};
use routing::{Asn, Prefix};
use serde::Serialize;

use super::ground::{Ground, Tables};
use super::text::Change;
use crate::Standing;

/// VRPs and route objects that an answer names per state.
const DECIDING_MAX: usize = 8;

/// What a route is judged to be, in the words of exports.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct State {
    /// `valid`, `invalid`, `not-found`; `None` when not known.
    pub rpki: Option<&'static str>,
    /// Why it is invalid: `as`, `length`, `as0`.
    pub rpki_reason: Option<&'static str>,
    /// VRPs that cover it.
    pub vrps: Vec<String>,
    /// `exact`, `covered`, `wrong_origin`, `none`; `None` when not known.
    pub irr: Option<&'static str>,
    /// The best registry among the deciding objects.
    pub irr_authority: Option<String>,
    /// Route objects that decided.
    pub route_objects: Vec<String>,
}

impl State {
    fn same(&self, other: &State) -> bool {
        (self.rpki, self.irr) == (other.rpki, other.irr)
    }

    /// Whether a route object of its origin covers it.
    pub fn is_registered(&self) -> bool {
        matches!(self.irr, Some("exact" | "covered"))
    }
}

/// Judges routes by tables, as a month does.
pub(crate) fn states(
    tables: &Tables,
    registered: &Registered,
    routes: &[(Prefix, Option<Asn>)],
) -> Vec<State> {
    let rpki = tables.vrps.as_ref().map(|vrps| vrps.validate_all(routes));
    let irr = tables.objects.as_ref().map(|objects| objects.look_up_all(routes));
    let state = |(i, (prefix, origin)): (usize, &(Prefix, Option<Asn>))| {
        let (rpki, rpki_reason) = rpki.as_ref().map(|all| rpki_words(all[i])).unzip();
        let known = irr.as_ref().map(|all| all[i]);
        let positive = |state| matches!(state, IrrState::Exact | IrrState::Covered);
        let known = known.filter(|verdict| registered.irr_excerpt.is_none() || positive(verdict.state));
        let vrps = tables.vrps.iter().flat_map(|vrps| vrps.covering(*prefix));
        let named = |objects: &reference::irr::RouteTable| {
            let decided = objects.explain(*prefix, *origin).objects;
            listed(decided.iter().map(|listed| {
                let authority = &objects.authority(listed.authority).name;
                format!("{} {} {authority}", listed.object.prefix, listed.object.origin)
            }))
        };
        State {
            rpki,
            rpki_reason: rpki_reason.flatten(),
            vrps: listed(vrps.map(|vrp| format!("{}-{} {}", vrp.prefix, vrp.max_length, vrp.asn))),
            irr: known.map(|verdict| irr_word(verdict.state)),
            irr_authority: known
                .and_then(|verdict| verdict.authority)
                .zip(tables.objects.as_ref())
                .map(|(authority, objects)| objects.authority(authority).name.clone()),
            route_objects: tables.objects.as_ref().map(named).unwrap_or_default(),
        }
    };
    routes.iter().enumerate().map(state).collect()
}

fn listed(mut all: impl Iterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = all.by_ref().take(DECIDING_MAX).collect();
    match all.count() {
        0 => {}
        more => words.push(format!("and {more} more")),
    }
    words
}

fn rpki_words(state: Validation) -> (&'static str, Option<&'static str>) {
    match state {
        Validation::Valid => ("valid", None),
        Validation::NotFound => ("not-found", None),
        Validation::Invalid(InvalidReason::As) => ("invalid", Some("as")),
        Validation::Invalid(InvalidReason::Length) => ("invalid", Some("length")),
        Validation::Invalid(InvalidReason::As0) => ("invalid", Some("as0")),
    }
}

fn irr_word(state: IrrState) -> &'static str {
    match state {
        IrrState::Exact => "exact",
        IrrState::Covered => "covered",
        IrrState::WrongOrigin => "wrong_origin",
        IrrState::NoObject => "none",
    }
}

/// A route before and after.
pub(crate) struct Pair {
    pub before: Option<(RoutePlace, State)>,
    pub after: Option<(RoutePlace, State)>,
}

impl Pair {
    fn place(&self) -> &RoutePlace {
        let some = self.before.as_ref().or(self.after.as_ref());
        &some.expect("a route is there before or after").0
    }

    pub fn origin(&self) -> Option<Asn> {
        self.place().origin
    }

    pub fn differs(&self) -> bool {
        match (&self.before, &self.after) {
            (Some((_, before)), Some((_, after))) => !before.same(after),
            _ => true,
        }
    }
}

/// What becomes of a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// It stays announced and its state changes.
    State,
    /// It is announced besides.
    Added,
    /// It is not announced any more.
    Removed,
}

impl Changed {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Changed::State => "state",
            Changed::Added => "added",
            Changed::Removed => "removed",
        }
    }
}

/// A route that changes.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RouteChange {
    /// Its prefix.
    pub prefix: String,
    /// Its origin; `None` for an AS_SET.
    pub origin: Option<u32>,
    /// What becomes of it.
    pub changed: Changed,
    /// Its state before; `None` where it was not announced.
    pub before: Option<State>,
    /// Its state after; `None` where it is not announced any more.
    pub after: Option<State>,
    /// Whether it is of somebody who does not ask.
    pub third_party: bool,
    /// It was announced and not invalid, and would be invalid.
    pub becomes_invalid: bool,
    /// It was announced and registered, and would not be.
    pub loses_registration: bool,
}

/// Somebody who does not ask and has a route that breaks.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ThirdParty {
    /// Their AS number; `None` for AS_SETs.
    pub asn: Option<u32>,
    /// Their routes that become invalid.
    pub invalid: Vec<String>,
    /// Their routes that lose registration.
    pub unregistered: Vec<String>,
}

/// A metric before and after.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MetricChange {
    /// Its code.
    pub metric: &'static str,
    /// Its value; `None` without data.
    pub before: Option<f64>,
    /// Why there is none.
    pub before_unknown: Option<String>,
    /// Its value after.
    pub after: Option<f64>,
    /// Why there is none.
    pub after_unknown: Option<String>,
}

/// A score before and after.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ScoreChange {
    /// Its key.
    pub score: &'static str,
    /// Its title under the framework.
    pub title: String,
    /// Before.
    pub before: Standing,
    /// After.
    pub after: Standing,
}

/// A network under one framework.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NetworkChange {
    /// The network.
    pub asn: u32,
    /// Id of the framework.
    pub framework: String,
    /// Whether it does not ask.
    pub third_party: bool,
    /// M7IRR and M7RPKI, as far as the framework uses them.
    pub metrics: Vec<MetricChange>,
    /// Every score of the framework.
    pub scores: Vec<ScoreChange>,
}

/// What would be otherwise.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Answer {
    /// The month.
    pub month: String,
    /// Who asks, where that is said; otherwise whoever the changes name.
    pub asking: Option<u32>,
    /// The changes as read.
    pub changes: Vec<String>,
    /// What it was judged by.
    pub inputs: Vec<String>,
    /// Changes without effect, and what else is to know.
    pub notes: Vec<String>,
    /// Routes that change.
    pub routes: Vec<RouteChange>,
    /// Who else breaks.
    pub third_parties: Vec<ThirdParty>,
    /// Networks under each framework.
    pub networks: Vec<NetworkChange>,
    /// What is not computed.
    pub not_computed: Vec<String>,
}

impl Answer {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        ground: &Ground,
        changes: &[Change],
        asking: Option<Asn>,
        named: &BTreeSet<Asn>,
        routes: &[Pair],
        mut networks: Vec<NetworkChange>,
        notes: Vec<String>,
        not_computed: Vec<String>,
    ) -> Answer {
        let foreign = |origin: Option<Asn>| origin.is_none_or(|asn| !named.contains(&asn));
        let routes: Vec<RouteChange> =
            routes.iter().map(|pair| route_change(pair, foreign(pair.origin()))).collect();
        let mut third: BTreeMap<Option<u32>, ThirdParty> = BTreeMap::new();
        for route in routes.iter().filter(|r| r.third_party && (r.becomes_invalid || r.loses_registration)) {
            let party = third.entry(route.origin).or_insert_with(|| ThirdParty {
                asn: route.origin,
                invalid: Vec::new(),
                unregistered: Vec::new(),
            });
            if route.becomes_invalid {
                party.invalid.push(route.prefix.clone());
            }
            if route.loses_registration {
                party.unregistered.push(route.prefix.clone());
            }
        }
        for network in &mut networks {
            network.third_party = foreign(Some(Asn(network.asn)));
        }
        let said = |known: &Result<String, String>, what: &str| match known {
            Ok(label) => label.clone(),
            Err(why) => format!("no {what}: {why}"),
        };
        let mut inputs = vec![
            said(&ground.registered.vrps, "VRPs"),
            said(&ground.registered.route_objects, "route objects"),
        ];
        inputs.extend(ground.registered.irr_excerpt.clone());
        Answer {
            month: ground.month.clone(),
            asking: asking.map(|asn| asn.0),
            changes: changes.iter().map(ToString::to_string).collect(),
            inputs,
            notes,
            routes,
            third_parties: third.into_values().collect(),
            networks,
            not_computed,
        }
    }
}

fn route_change(pair: &Pair, third_party: bool) -> RouteChange {
    let (before, after) = (pair.before.as_ref().map(|p| &p.1), pair.after.as_ref().map(|p| &p.1));
    let both = before.zip(after);
    let place = pair.place();
    RouteChange {
        prefix: place.prefix.to_string(),
        origin: place.origin.map(|asn| asn.0),
        changed: match both {
            Some(_) => Changed::State,
            None if after.is_some() => Changed::Added,
            None => Changed::Removed,
        },
        before: before.cloned(),
        after: after.cloned(),
        third_party,
        becomes_invalid: both.is_some_and(|(b, a)| b.rpki != Some("invalid") && a.rpki == Some("invalid")),
        loses_registration: both.is_some_and(|(b, a)| b.is_registered() && !a.is_registered()),
    }
}
