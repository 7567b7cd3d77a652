//! What was registered at each moment of a replay.

use std::collections::BTreeMap;

use store::{ReplayRow, ReplayStates};

use super::picture;
use crate::format::counted;

/// Shown for a state that is not known.
const UNKNOWN: &str = "not known";

/// A prefix by its place, and an origin; none behind an AS_SET.
type Pair = (u8, Option<u32>);

/// States at one moment.
pub(super) struct Registered<'a> {
    rpki: BTreeMap<Pair, Option<&'a str>>,
    irr: BTreeMap<Pair, Option<&'a str>>,
    /// By which snapshots, and how far they are away.
    pub(super) sentence: String,
}

/// A state that another snapshot gave another word for.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Turned<'a> {
    /// `RPKI` or `IRR`.
    pub(super) registry: &'static str,
    pub(super) pair: Pair,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    /// The snapshot that has it.
    pub(super) label: &'a str,
}

/// The origin that a path as text ends in; `None` where it has none or that is not said.
pub(super) fn origin(path: &str) -> Option<Option<u32>> {
    let last = picture::words(path).into_iter().next()?.0;
    if last.starts_with('{') { Some(None) } else { last.parse().ok().map(Some) }
}

impl<'a> Registered<'a> {
    pub(super) fn at(row: &'a ReplayRow, at: i64) -> Registered<'a> {
        Registered {
            rpki: states(&row.rpki, place(&row.rpki, at)),
            irr: states(&row.irr, place(&row.irr, at)),
            sentence: format!("{} {}", sentence("RPKI", &row.rpki, at), sentence("IRR", &row.irr, at)),
        }
    }

    /// RPKI and IRR state of a route.
    pub(super) fn of(&self, prefix: u8, path: &str) -> (String, String) {
        let word = |states: &BTreeMap<Pair, Option<&str>>| {
            let state = origin(path).and_then(|origin| states.get(&(prefix, origin)).copied().flatten());
            state.map_or_else(|| UNKNOWN.to_owned(), |state| state.replace('_', " "))
        };
        (word(&self.rpki), word(&self.irr))
    }
}

/// The snapshot that judges a moment.
fn place(states: &ReplayStates, at: i64) -> Option<usize> {
    let behind = states.snapshots.partition_point(|(from, ..)| *from <= at);
    (!states.snapshots.is_empty()).then(|| behind.saturating_sub(1))
}

fn states(all: &ReplayStates, place: Option<usize>) -> BTreeMap<Pair, Option<&str>> {
    let Some(place) = place else { return BTreeMap::new() };
    let so_far = all.states.iter().take_while(|(snapshot, ..)| usize::from(*snapshot) <= place);
    so_far.map(|(_, prefix, origin, state)| ((*prefix, *origin), state.as_deref())).collect()
}

fn sentence(registry: &str, states: &ReplayStates, at: i64) -> String {
    let snapshot = place(states, at).and_then(|place| states.snapshots.get(place));
    match (snapshot, &states.unknown) {
        (Some((_, as_of, label)), _) => {
            let distance = match skew_days(*as_of, at) {
                0 => "less than a day".to_owned(),
                days => counted(days, "day", "days"),
            };
            match *as_of <= at {
                true => format!("{registry} by {label}, {distance} before."),
                false => {
                    format!("{registry} by {label}, {distance} after this moment: nothing older is loaded.")
                }
            }
        }
        (None, Some(why)) => format!("{registry} not known, because {why}."),
        (None, None) => format!(
            "{registry} not known, because this edition was made before replays kept it: compute the month again."
        ),
    }
}

/// Whole days between a snapshot and what it judges.
pub(crate) fn skew_days(as_of: i64, at: i64) -> u64 {
    as_of.abs_diff(at) / 86_400
}

/// Moments at which the state of anything changes.
pub(super) fn moments(row: &ReplayRow) -> impl Iterator<Item = i64> {
    [&row.rpki, &row.irr].into_iter().flat_map(|all| {
        let later = all.states.iter().map(|state| usize::from(state.0)).filter(|place| *place > 0);
        later.filter_map(|place| all.snapshots.get(place).map(|(from, ..)| *from))
    })
}

/// What another snapshot says of the replay's routes from a moment on.
pub(super) fn turned(row: &ReplayRow, at: i64) -> Vec<Turned<'_>> {
    let mut out = Vec::new();
    for (registry, all) in [("RPKI", &row.rpki), ("IRR", &row.irr)] {
        let Some(place) = all.snapshots.iter().position(|(from, ..)| *from == at).filter(|place| *place > 0)
        else {
            continue;
        };
        let before = states(all, Some(place - 1));
        let own = all.states.iter().filter(|(snapshot, ..)| usize::from(*snapshot) == place);
        out.extend(own.map(|(_, prefix, origin, state)| Turned {
            registry,
            pair: (*prefix, *origin),
            before: before.get(&(*prefix, *origin)).copied().flatten().unwrap_or(UNKNOWN),
            after: state.as_deref().unwrap_or(UNKNOWN),
            label: &all.snapshots[place].2,
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn row() -> ReplayRow {
        let by = |from: i64, as_of: i64, label: &str| (from, as_of, label.to_owned());
        let state = |place, word: &str| (place, 0u8, Some(66), Some(word.to_owned()));
        ReplayRow {
            rpki: ReplayStates {
                unknown: None,
                snapshots: vec![
                    by(10 * DAY, 8 * DAY, "VRPs of the 8th"),
                    by(11 * DAY, 11 * DAY, "VRPs of the 11th"),
                    by(12 * DAY, 12 * DAY, "VRPs of the 12th"),
                ],
                states: vec![
                    state(0, "not found"),
                    (0, 0, None, Some("not found".to_owned())),
                    state(2, "valid"),
                ],
            },
            irr: ReplayStates {
                snapshots: vec![by(10 * DAY, 40 * DAY, "route objects of X")],
                states: vec![(0, 0, Some(66), Some("wrong_origin".to_owned()))],
                unknown: None,
            },
            ..ReplayRow::default()
        }
    }

    #[test]
    fn a_moment_is_judged_by_the_snapshot_that_held_then() {
        let row = row();
        let told = |at: i64| {
            let registered = Registered::at(&row, at);
            (registered.of(0, "1 66").0, registered.sentence)
        };
        let later = "IRR by route objects of X, 30\u{a0}days after this moment: nothing older is loaded.";
        let (state, sentence) = told(10 * DAY);
        assert_eq!(
            (state.as_str(), sentence),
            ("not found", format!("RPKI by VRPs of the 8th, 2\u{a0}days before. {later}"))
        );
        assert!(told(11 * DAY + 5).1.starts_with("RPKI by VRPs of the 11th, less than a day before."));
        assert_eq!(told(12 * DAY - 1).0, "not found");
        assert_eq!(told(12 * DAY).0, "valid");
        let registered = Registered::at(&row, 12 * DAY);
        assert_eq!(registered.of(0, "1 {66,67}"), ("not found".to_owned(), UNKNOWN.to_owned()));
        assert_eq!(registered.of(0, "1 66").1, "wrong origin");
    }

    #[test]
    fn a_state_that_changes_is_a_step_of_its_own() {
        let row = row();
        assert_eq!(moments(&row).collect::<Vec<_>>(), [12 * DAY]);
        let turned = turned(&row, 12 * DAY);
        assert_eq!(turned.len(), 1);
        assert_eq!(
            (turned[0].before, turned[0].after, turned[0].label),
            ("not found", "valid", "VRPs of the 12th")
        );
        assert!(super::turned(&row, 10 * DAY).is_empty(), "the first says how it stood");
    }

    #[test]
    fn what_is_not_known_says_why() {
        let why = Some("no source of kind `vrps` is configured".to_owned());
        let row = ReplayRow {
            rpki: ReplayStates { unknown: why, ..ReplayStates::default() },
            ..ReplayRow::default()
        };
        let registered = Registered::at(&row, 0);
        assert!(
            registered
                .sentence
                .starts_with("RPKI not known, because no source of kind `vrps` is configured. IRR")
        );
        assert!(registered.sentence.ends_with("compute the month again."));
        assert_eq!(registered.of(0, "1 66").0, UNKNOWN);
    }
}
