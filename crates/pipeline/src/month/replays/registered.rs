//! What was registered for the routes of a replay, at each of its moments.

use std::collections::{BTreeMap, BTreeSet};

use detect::Event;
use detect::replay::{MARGIN_SECONDS, Replay};
use reference::Epoch;
use reference::irr::IrrState;
use routing::{Asn, Prefix, Timestamp, Unknown};

use super::super::{Inputs, IrrWord, routes};
use crate::roas::State;

/// The states of a replay's routes by one dataset: by which of its snapshots from when on, and what they say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Judged {
    /// Ascending. The first holds from the replay's beginning on.
    pub snapshots: Vec<JudgedBy>,
    /// What the first snapshot says, and of each later one what it says otherwise.
    pub states: Vec<JudgedState>,
}

/// A snapshot that judges a replay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JudgedBy {
    /// From when on.
    pub from: Timestamp,
    /// Which it is; it is newer than what it judges where nothing older is loaded.
    pub epoch: Epoch,
}

/// A state of a prefix and origin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JudgedState {
    /// Place of the snapshot.
    pub snapshot: u16,
    /// Which prefix of the replay.
    pub prefix: u8,
    /// The origin; `None` behind an AS_SET.
    pub origin: Option<Asn>,
    /// In words; `None` where the snapshot cannot tell.
    pub state: Option<&'static str>,
}

/// States by VRPs, and by route objects.
pub struct Registered {
    /// By VRPs.
    pub rpki: Result<Judged, Unknown>,
    /// By route objects.
    pub irr: Result<Judged, Unknown>,
}

/// Judges the routes of a replay by what was registered at each of its moments: by the newest snapshot that is not
/// newer, and where there is none, by the nearest that is.
pub fn registered(event: &Event, replay: &Replay, inputs: &Inputs<'_>) -> Registered {
    let references = &inputs.references;
    let (vrps, irr) = (&references.before.vrps, references.before.irr.as_ref());
    let pairs = pairs(event, replay, inputs);
    let begin = Timestamp(event.span.start.0.saturating_sub(MARGIN_SECONDS));
    let end = Timestamp(event.span.end.0.saturating_add(MARGIN_SECONDS));
    let state = |at, prefix, origin| Some(State::from(vrps.nearest(at)?.validate(prefix, origin)).words());
    let rpki = match (&references.vrps, vrps.epochs()) {
        (Err(why), []) => Err(why.clone()),
        (Ok(_), []) => Err(Unknown::because("no snapshot of VRPs can be used")),
        (_, epochs) => Ok(judged(&pairs, epochs, (begin, end), state)),
    };
    let says_nothing = references.irr_excerpt.is_some();
    let state = |at, prefix, origin| {
        let state = irr?.nearest(at)?.look_up(prefix, origin);
        let positive = matches!(state, IrrState::Exact | IrrState::Covered);
        (positive || !says_nothing).then(|| IrrWord::of(state))
    };
    let irr = match (&references.irr, irr) {
        (Err(why), None) => Err(why.clone()),
        (Ok(_), None) => Err(Unknown::because("no dump of route objects can be used")),
        (_, Some(irr)) => Ok(judged(&pairs, irr.epochs(), (begin, end), state)),
    };
    Registered { rpki, irr }
}

/// A prefix of the replay by its place, and an origin.
type Pair = (u8, Prefix, Option<Asn>);

fn pairs(event: &Event, replay: &Replay, inputs: &Inputs<'_>) -> BTreeSet<Pair> {
    let prefixes: Vec<Prefix> = [event.prefix].into_iter().chain(event.related).collect();
    let pair = |route: &detect::replay::HeldRoute| {
        let collector = &inputs.collectors[usize::from(route.collector)];
        let peer = collector.peers[route.peer as usize].asn;
        let origin = routes::origin(collector.paths.get(route.path), peer);
        Some((route.prefix, *prefixes.get(usize::from(route.prefix))?, origin))
    };
    replay.routes.iter().filter_map(pair).collect()
}

fn judged(
    pairs: &BTreeSet<Pair>,
    epochs: &[Epoch],
    (begin, end): (Timestamp, Timestamp),
    state: impl Fn(Timestamp, Prefix, Option<Asn>) -> Option<&'static str>,
) -> Judged {
    let first = epochs.partition_point(|epoch| epoch.as_of <= begin).saturating_sub(1);
    let mut judged = Judged::default();
    let mut last: BTreeMap<Pair, Option<&'static str>> = BTreeMap::new();
    for epoch in &epochs[first..] {
        if !judged.snapshots.is_empty() && epoch.as_of > end {
            break;
        }
        let from = if judged.snapshots.is_empty() { begin } else { epoch.as_of };
        let snapshot = judged.snapshots.len() as u16;
        for &(place, prefix, origin) in pairs {
            // The snapshot itself, also where it is newer than what it judges.
            let state = state(epoch.as_of.max(from), prefix, origin);
            if last.insert((place, prefix, origin), state) != Some(state) {
                judged.states.push(JudgedState { snapshot, prefix: place, origin, state });
            }
        }
        judged.snapshots.push(JudgedBy { from, epoch: epoch.clone() });
    }
    judged
}
