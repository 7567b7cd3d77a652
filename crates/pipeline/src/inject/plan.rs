//! Draws all events, looks at each from every vantage point and keeps those that can be seen.

use std::collections::BTreeSet;

use reference::vrp::Vrp;
use routing::{Asn, Prefix, Span, Timestamp};

use super::draw::Draft;
use super::ground::Ground;
use super::kind::{Expected, Kind};
use super::random::Random;

/// How many events, of what, when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// What everything is drawn from.
    pub seed: u64,
    /// How many events.
    pub count: usize,
    /// Of these kinds, in turn.
    pub kinds: Vec<Kind>,
    /// Events begin within so many seconds, an hour after the tables at the earliest.
    pub window_seconds: u32,
}

/// A planted event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planted {
    /// Its number, from 1.
    pub number: usize,
    /// Its kind.
    pub kind: Kind,
    /// Whose prefix it is.
    pub victim: Asn,
    /// Who does it; of a mistyped ASN or number of prepends, what appears as origin.
    pub culprit: Asn,
    /// Shown in the path and not to blame, apart from the victim.
    pub innocents: Vec<Asn>,
    /// The prefix as the victim announces it.
    pub prefix: Prefix,
    /// What is announced, the first for the label.
    pub announced: Vec<Prefix>,
    /// From the first announcement to the last end.
    pub span: Span,
    /// It goes on beyond the recording.
    pub stays: bool,
    /// Networks that validate origins refuse it.
    pub invalid: bool,
    /// Two peer ASes see it, or one on a path on which a network in front of the announcer carries it
    /// (FRAMEWORK §6, *Visibility*); a leak of type 1 to 4 only by the latter.
    pub decidable: bool,
    /// What every vantage point that sees it shows, in their order.
    pub sights: Vec<Sight>,
    /// Vantage points, by index, that lose their route instead.
    pub lost: Vec<usize>,
    /// VRPs that are registered before.
    pub registered: Vec<Vrp>,
}

/// What one vantage point shows of an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sight {
    /// Index into [`Ground::vantages`].
    pub vantage: usize,
    /// Seconds after the event's start, and after its end, that it takes to get there.
    pub delay_seconds: u32,
    /// The path it shows.
    pub path: Vec<Asn>,
}

/// All events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// By number.
    pub events: Vec<Planted>,
    /// The end of the recording: later than every end.
    pub end: Timestamp,
    /// Kinds of which one could not be drawn, once per event.
    pub not_drawn: Vec<Kind>,
}

/// Attempts for one event.
const ATTEMPTS_MAX: usize = 400;
/// Of those, drafts that are spread over the topology; the rest do not fit together and cost little. The second
/// half is drawn among prefixes that many see.
const SPREADS_MAX: usize = 60;
/// Events last at least and at most so long.
const SECONDS: [u32; 2] = [600, 4 * 3_600];
/// A route is everywhere after so long.
const DELAY_SECONDS_MAX: u32 = 60;
/// Quiet before the first event.
const LEAD_SECONDS: i64 = 3_600;

/// Draws `settings.count` events. None of their prefixes lies around, inside or on that of another, so that they
/// may overlap in time. `step` is called after each.
pub fn plan(ground: &Ground<'_>, settings: &Settings, mut step: impl FnMut()) -> Plan {
    let mut taken = Taken::default();
    let mut plan = Plan { events: Vec::new(), end: Timestamp(0), not_drawn: Vec::new() };
    let from = ground.tables.time.0 + LEAD_SECONDS;
    plan.end = Timestamp(
        from + i64::from(settings.window_seconds) + i64::from(SECONDS[1] + DELAY_SECONDS_MAX) + LEAD_SECONDS,
    );
    for number in 1..=settings.count {
        let Some(kind) = settings.kinds.get((number - 1) % settings.kinds.len().max(1)).copied() else {
            break;
        };
        let mut random = Random::new(settings.seed, number as u64);
        match event(ground, kind, &taken, &mut random) {
            None => plan.not_drawn.push(kind),
            Some((draft, mut planted)) => {
                let start = Timestamp(from + random.below(settings.window_seconds as usize + 1) as i64);
                let longer = random.below((SECONDS[1] - SECONDS[0]) as usize) as i64;
                let end = if planted.stays {
                    plan.end
                } else {
                    Timestamp(start.0 + i64::from(SECONDS[0]) + longer)
                };
                planted.number = number;
                planted.span = Span { start, end };
                taken.take(draft.prefix);
                draft.announced.iter().for_each(|prefix| taken.take(*prefix));
                plan.events.push(planted);
            }
        }
        step();
    }
    plan
}

/// One that can be seen; else the last that could be drawn at all.
fn event(ground: &Ground<'_>, kind: Kind, taken: &Taken, random: &mut Random) -> Option<(Draft, Planted)> {
    let mut last = None;
    let mut spreads = 0;
    for _ in 0..ATTEMPTS_MAX {
        let well_seen = spreads * 2 >= SPREADS_MAX;
        let Some(mut draft) = ground.draw(kind, well_seen, random) else { continue };
        if !taken.is_free(draft.prefix) || !taken.is_free(draft.announced[0]) {
            continue;
        }
        if kind.row().expected == Expected::Incident && ground.is_authorised(&draft) {
            continue;
        }
        draft.announced.retain(|prefix| taken.is_free(*prefix));
        let planted = ground.look(kind, &draft, random);
        let decidable = planted.decidable;
        last = Some((draft, planted));
        spreads += 1;
        if decidable || spreads == SPREADS_MAX {
            break;
        }
    }
    last
}

impl Ground<'_> {
    /// Whoever announces it, or appears as its origin, and is not the victim has a claim to what is announced.
    fn is_authorised(&self, draft: &Draft) -> bool {
        let origin = draft.planted.behind.last().copied().unwrap_or(draft.planted.by);
        let mut others = [draft.planted.by, origin].into_iter().filter(|asn| *asn != draft.victim);
        others.any(|asn| !self.no_claim(asn, draft.announced[0]))
    }

    /// Spreads a draft and looks at it from everywhere.
    pub(super) fn look(&self, kind: Kind, draft: &Draft, random: &mut Random) -> Planted {
        let announcements: Vec<_> = draft.rival.iter().chain([&draft.planted]).cloned().collect();
        let spread = self.topology.spread(&announcements, &self.validating);
        let (mut sights, mut lost) = (Vec::new(), Vec::new());
        let family = draft.prefix.family();
        for (index, vantage) in self.vantages.iter().enumerate().filter(|(_, v)| v.known) {
            let shown = vantage.shows(&spread, family);
            match shown.filter(|(announcement, _)| announcement + 1 == announcements.len()) {
                Some((_, path)) => {
                    let delay_seconds = random.below(DELAY_SECONDS_MAX as usize) as u32;
                    sights.push(Sight { vantage: index, delay_seconds, path });
                }
                None if draft.replaces => lost.push(index),
                None => {}
            }
        }
        let by = draft.planted.by;
        let mut peers: Vec<Asn> = sights.iter().map(|s| self.vantages[s.vantage].asn).collect();
        peers.sort_unstable();
        peers.dedup();
        let carried = sights.iter().any(|s| s.path.first().is_some_and(|first| *first != by));
        // Whom a leak went to stands in front of the leaker, or nowhere.
        let leaked_hop = matches!(kind, Kind::Leak(1..=4));
        Planted {
            number: 0,
            kind,
            victim: draft.victim,
            culprit: draft.culprit,
            innocents: draft.innocents.clone(),
            prefix: draft.prefix,
            announced: draft.announced.clone(),
            span: Span { start: self.tables.time, end: self.tables.time },
            stays: draft.replaces,
            invalid: draft.planted.invalid,
            decidable: carried || peers.len() > 1 && !leaked_hop,
            sights,
            lost,
            registered: draft.registered.clone(),
        }
    }
}

/// Prefixes of events so far.
#[derive(Default)]
struct Taken(BTreeSet<Prefix>);

impl Taken {
    fn take(&mut self, prefix: Prefix) {
        self.0.insert(prefix);
    }

    /// Nothing taken is around, inside or on it.
    fn is_free(&self, prefix: Prefix) -> bool {
        let around = (0..=prefix.len()).filter_map(|len| prefix.truncate(len)).any(|p| self.0.contains(&p));
        !around && self.0.range(prefix..).next().is_none_or(|next| !prefix.contains(next))
    }
}
