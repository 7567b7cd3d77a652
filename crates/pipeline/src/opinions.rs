//! Which of our events others tell of, too: third parties' events beside ours, neither changed by the other.

use std::collections::BTreeMap;

use detect::{Event, EventKind};
use reference::opinions::{Claim, Opinion};
use routing::{Asn, Prefix, Span, Timestamp};

/// How far two observers' clocks and first sightings may lie apart, in seconds.
pub const SLACK_SECONDS: i64 = 3600;

/// Prefixes shorter than this hold everything and match nothing.
const LENGTH_MIN: u8 = 8;

/// An event of ours that a third party tells of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Match {
    /// Place of the event in the list of ours.
    pub event: u32,
    /// A prefix of theirs is ours, inside ours or around it.
    pub same_prefix: bool,
    /// Whether they name our culprit; `None` where they or we name none.
    pub same_culprit: Option<bool>,
    /// Whether they claim the kind of thing that we do.
    pub same_kind: bool,
}

/// What a third party would claim of an event of ours; nobody claims bogons.
fn claimed(event: &Event) -> &'static [Claim] {
    match event.kind {
        EventKind::RouteLeak => &[Claim::Leak],
        EventKind::Misorigination => &[Claim::Hijack],
        EventKind::ForgedOrigin | EventKind::ForgedPath => &[Claim::Hijack, Claim::Path],
        EventKind::BogonPrefix | EventKind::BogonAsn => &[],
    }
}

/// The events of ours that each opinion tells of, by place.
///
/// They must overlap in time within [`SLACK_SECONDS`], and either be about a prefix in common or claim the same kind
/// of thing of the same culprit: a leak or hijack is often told by one example of its prefixes or by none.
pub fn matches(ours: &[&Event], theirs: &[Opinion]) -> Vec<Vec<Match>> {
    let mut by_prefix: BTreeMap<Prefix, Vec<u32>> = BTreeMap::new();
    let mut by_culprit: BTreeMap<Asn, Vec<u32>> = BTreeMap::new();
    for (place, event) in (0u32..).zip(ours) {
        if event.prefix.len() >= LENGTH_MIN {
            by_prefix.entry(event.prefix).or_default().push(place);
        }
        if let Some(culprit) = event.culprit {
            by_culprit.entry(culprit).or_default().push(place);
        }
    }
    let of = |opinion: &Opinion| {
        let mut found: BTreeMap<u32, bool> = BTreeMap::new();
        for prefix in opinion.prefixes.iter().filter(|prefix| prefix.len() >= LENGTH_MIN) {
            let around = (LENGTH_MIN..prefix.len()).filter_map(|len| by_prefix.get(&prefix.truncate(len)?));
            let last = Prefix::from_bits(prefix.family(), prefix.last_bits(), prefix.family().bits());
            let inside = by_prefix.range(*prefix..=last.unwrap_or(*prefix)).map(|(_, places)| places);
            found.extend(around.chain(inside).flatten().map(|place| (*place, true)));
        }
        for place in opinion.culprits.iter().filter_map(|asn| by_culprit.get(asn)).flatten() {
            if claimed(ours[*place as usize]).contains(&opinion.claim) {
                found.entry(*place).or_insert(false);
            }
        }
        let time = widened(opinion);
        let matched = |(place, same_prefix): (u32, bool)| {
            let event = ours[place as usize];
            let overlaps = event.span.start <= time.end && time.start <= event.span.end;
            let culprits = (!opinion.culprits.is_empty()).then_some(&opinion.culprits);
            overlaps.then(|| Match {
                event: place,
                same_prefix,
                same_culprit: event.culprit.zip(culprits).map(|(ours, theirs)| theirs.contains(&ours)),
                same_kind: claimed(event).contains(&opinion.claim),
            })
        };
        found.into_iter().filter_map(matched).collect()
    };
    theirs.iter().map(of).collect()
}

/// The time an opinion speaks of; one that names no end speaks of its beginning.
pub fn time(opinion: &Opinion) -> Span {
    Span { start: opinion.start, end: opinion.end.unwrap_or(opinion.start) }
}

fn widened(opinion: &Opinion) -> Span {
    let Span { start, end } = time(opinion);
    Span { start: Timestamp(start.0 - SLACK_SECONDS), end: Timestamp(end.0 + SLACK_SECONDS) }
}

#[cfg(test)]
mod tests;
