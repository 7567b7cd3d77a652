//! What ROAs cover: the month's routes judged by the VRPs of one day after the other, how many routes and how much
//! space is in each state, what changed from day to day and which VRPs made it change.

mod cause;
mod coverage;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use reference::vrp::{InvalidReason, Validation, VrpTable};
use routing::{Asn, Family, Prefix};

use crate::month::{Route, Verdict};

pub use cause::{VrpChange, What, causes, tell};
pub use coverage::{Counts, Coverage, coverage};

/// The state of a route, an invalid one with its reason; the order is the one in which the states of routes of one
/// prefix stand for its space.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum State {
    /// A VRP allows it.
    Valid,
    /// A covering VRP has its origin and allows no prefix so long.
    InvalidLength,
    /// The covering VRPs are for other networks.
    InvalidAs,
    /// Every covering VRP is for AS0.
    InvalidAs0,
    /// No VRP covers it.
    NotFound,
}

impl State {
    /// Every state, in their order.
    pub const ALL: [State; 5] =
        [State::Valid, State::InvalidLength, State::InvalidAs, State::InvalidAs0, State::NotFound];

    /// Stable word.
    pub fn code(self) -> &'static str {
        match self {
            State::Valid => "valid",
            State::InvalidLength => "invalid_length",
            State::InvalidAs => "invalid_as",
            State::InvalidAs0 => "invalid_as0",
            State::NotFound => "not_found",
        }
    }

    /// True of the three invalid ones.
    pub fn is_invalid(self) -> bool {
        matches!(self, State::InvalidLength | State::InvalidAs | State::InvalidAs0)
    }

    /// For a sentence: `invalid (length)`.
    pub fn words(self) -> &'static str {
        match self {
            State::Valid => "valid",
            State::InvalidLength => "invalid (length)",
            State::InvalidAs => "invalid (as)",
            State::InvalidAs0 => "invalid (as0)",
            State::NotFound => "not found",
        }
    }
}

impl From<Validation> for State {
    fn from(validation: Validation) -> State {
        match validation {
            Validation::Valid => State::Valid,
            Validation::Invalid(InvalidReason::Length) => State::InvalidLength,
            Validation::Invalid(InvalidReason::As) => State::InvalidAs,
            Validation::Invalid(InvalidReason::As0) => State::InvalidAs0,
            Validation::NotFound => State::NotFound,
        }
    }
}

/// What kind of change of state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Move {
    /// To valid.
    TurnedValid,
    /// To invalid, from valid or not found.
    TurnedInvalid,
    /// To not found.
    Uncovered,
    /// From invalid to invalid for another reason.
    OtherReason,
}

impl Move {
    /// Every kind.
    pub const ALL: [Move; 4] = [Move::TurnedValid, Move::TurnedInvalid, Move::Uncovered, Move::OtherReason];

    /// From one state to another.
    pub fn of(before: State, after: State) -> Move {
        match after {
            State::Valid => Move::TurnedValid,
            State::NotFound => Move::Uncovered,
            _ if before.is_invalid() => Move::OtherReason,
            _ => Move::TurnedInvalid,
        }
    }

    /// Stable word.
    pub fn code(self) -> &'static str {
        match self {
            Move::TurnedValid => "turned_valid",
            Move::TurnedInvalid => "turned_invalid",
            Move::Uncovered => "uncovered",
            Move::OtherReason => "other_reason",
        }
    }
}

/// Shortest and longest prefix that counts.
fn lengths(family: Family) -> (u8, u8) {
    match family {
        Family::V4 => (8, 24),
        Family::V6 => (16, 48),
    }
}

/// What counts of a month's routes, in the order of prefix and origin. They stay where they are: a copy of all would
/// take more memory than everything made of them.
#[derive(Clone, Debug)]
pub struct Announced<'a> {
    routes: &'a [Route],
    places: Vec<u32>,
    /// How many do not count, by reason: `AS_SET origin`, `bogon prefix`, `prefix length`.
    pub left_out: BTreeMap<&'static str, u64>,
}

impl<'a> Announced<'a> {
    /// Of a month's routes and their verdicts. Whoever saw a route, and for how long, does not matter here.
    pub fn new(routes: &'a [Route], verdicts: &[Verdict]) -> Announced<'a> {
        let mut left_out: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut places = Vec::with_capacity(routes.len());
        for (place, (route, verdict)) in (0..).zip(routes.iter().zip(verdicts)) {
            let (min, max) = lengths(route.prefix.family());
            let why = if route.origin.is_none() {
                Some("AS_SET origin")
            } else if verdict.bogon.is_some() {
                Some("bogon prefix")
            } else if !(min..=max).contains(&route.prefix.len()) {
                Some("prefix length")
            } else {
                None
            };
            match why {
                Some(why) => *left_out.entry(why).or_default() += 1,
                None => places.push(place),
            }
        }
        Announced { routes, places, left_out }
    }

    /// The route at a place among those that count.
    pub fn get(&self, place: u32) -> (Prefix, Option<Asn>) {
        let route = &self.routes[self.places[place as usize] as usize];
        (route.prefix, route.origin)
    }

    /// All that count.
    pub fn iter(&self) -> impl Iterator<Item = (Prefix, Option<Asn>)> {
        (0..self.places.len() as u32).map(|place| self.get(place))
    }

    /// Their states by a table of VRPs.
    fn states(&self, vrps: &VrpTable) -> Vec<State> {
        let mut states = Vec::with_capacity(self.places.len());
        let mut some = Vec::with_capacity(ASKED_AT_ONCE.min(self.places.len()));
        for places in self.places.chunks(ASKED_AT_ONCE) {
            some.clear();
            some.extend(places.iter().map(|place| {
                let route = &self.routes[*place as usize];
                (route.prefix, route.origin)
            }));
            states.extend(vrps.validate_all(&some).into_iter().map(State::from));
        }
        states
    }
}

/// So many routes are looked up together.
const ASKED_AT_ONCE: usize = 1 << 16;

/// A route whose state changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Which route, by its place.
    pub route: u32,
    /// Its state before.
    pub before: State,
    /// Its state after.
    pub after: State,
    /// What made it so.
    pub causes: Vec<VrpChange>,
    /// In words.
    pub because: String,
}

/// The same routes judged by one table of VRPs after the other; of the tables the last is kept.
pub struct Course<'a> {
    routes: Announced<'a>,
    last: Option<(Arc<VrpTable>, Vec<State>)>,
}

impl<'a> Course<'a> {
    /// Of a month's routes.
    pub fn new(routes: Announced<'a>) -> Course<'a> {
        Course { routes, last: None }
    }

    /// The routes.
    pub fn routes(&self) -> &Announced<'a> {
        &self.routes
    }

    /// Judges by the next table and gives the states, and what changed against the table before; against no table
    /// nothing changed. A route whose VRPs changed and whose state did not is no change.
    pub fn judge(&mut self, vrps: impl Into<Arc<VrpTable>>) -> (&[State], Vec<Change>) {
        let vrps = vrps.into();
        let states = self.routes.states(&vrps);
        let mut changes = Vec::new();
        if let Some((earlier, were)) = &self.last {
            for (route, (before, after)) in (0..).zip(were.iter().zip(&states)) {
                if before != after {
                    let (prefix, origin) = self.routes.get(route);
                    let causes = causes(earlier, &vrps, prefix, origin, *before, *after);
                    let because = tell(&vrps, prefix, origin, *after, &causes);
                    changes.push(Change { route, before: *before, after: *after, causes, because });
                }
            }
        }
        let (_, states) = self.last.insert((vrps, states));
        (states, changes)
    }
}
