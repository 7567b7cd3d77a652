//! Who originated the space before.

use detect::misorigination::{Overlap, PREPEND_COUNT_MAX, incumbent_len_min};
use routing::{Asn, Prefix, Timestamp};

use super::Context;
use super::states::PrefixStates;

/// What was gone for less than this may have been displaced.
const GONE_SECONDS_MIN: i64 = 3_600;

/// Who was there before a state.
pub enum Before {
    /// No source tells, or the state is no newer than what tells.
    Nobody,
    /// The same network: the prefix may be one that it did not announce apart before.
    Itself { new_more_specific: bool },
    /// Other networks.
    Others(Incumbents),
}

/// The incumbents of a new origin.
pub struct Incumbents {
    pub overlap: Overlap,
    /// Their prefix; of several inside, the first.
    pub related: Prefix,
    /// Ascending, each once.
    pub asns: Vec<Asn>,
    /// From what they are known, for a reader.
    pub known_from: String,
    /// The source that shows this origin with the space before, for a reader.
    pub earlier: Option<String>,
    /// Since when nobody had the incumbents' route to the very same prefix.
    pub gone_since: Option<Timestamp>,
}

/// Origins of one prefix known at a moment.
struct Known {
    asns: Vec<Asn>,
    tables: bool,
    history: Option<Timestamp>,
}

fn known(prefixes: &[PrefixStates<'_>], place: usize, at: Timestamp, context: &Context<'_>) -> Known {
    let states = &prefixes[place];
    let here = states.origins.iter().filter(|s| s.known_at(at)).map(|s| s.origin);
    let mut asns: Vec<Asn> = here.collect();
    // A prepend count that stands as origin hides the network before it.
    for state in states.origins.iter().filter(|s| s.origin <= PREPEND_COUNT_MAX && s.known_at(at)) {
        if let [only] = state.neighbours(context)[..] {
            asns.push(only);
        }
    }
    let tables = !asns.is_empty();
    let mut history = None;
    for seen in context.baseline.history().origins().of(states.prefix, at) {
        asns.push(seen.origin);
        history = history.max(Some(seen.latest(at)));
    }
    asns.sort_unstable();
    asns.dedup();
    Known { asns, tables, history }
}

fn from_history(prefix: Prefix, at: Timestamp, context: &Context<'_>) -> Known {
    let seen = context.baseline.history().origins().of(prefix, at);
    let mut known = Known { asns: Vec::new(), tables: false, history: None };
    for one in seen {
        known.asns.push(one.origin);
        known.history = known.history.max(Some(one.latest(at)));
    }
    known
}

/// Finds who was there before the state `index` of the prefix at `place`.
pub fn find(prefixes: &[PrefixStates<'_>], place: usize, index: usize, context: &Context<'_>) -> Before {
    let state = &prefixes[place].origins[index];
    let (prefix, origin, at) = (state.prefix, state.origin, state.first);
    let old_table = state.table.is_some_and(|table| table <= at);
    let same = known(prefixes, place, at, context);
    if old_table || same.asns.contains(&origin) && (same.tables || same.asns.len() == 1) {
        return Before::Itself { new_more_specific: false };
    }
    // Whoever held the space around it before announces its own, though another was there first.
    if owns_around(prefixes, place, origin, at, context) {
        return Before::Itself { new_more_specific: same.asns.is_empty() };
    }
    let (overlap, related, found) =
        if let Some((related, holders)) = held_since(prefixes, place, &same, at, context) {
            (Overlap::MoreSpecific, related, holders)
        } else if !same.asns.is_empty() {
            (Overlap::Same, prefix, same)
        } else if let Some((related, around)) = around(prefixes, place, at, context) {
            (Overlap::MoreSpecific, related, around)
        } else if let Some((related, inside)) = inside(prefixes, place, origin, at) {
            (Overlap::Covering, related, inside)
        } else {
            return Before::Nobody;
        };
    let live = prefixes[place].origins.iter().any(|s| s.first < at && found.asns.contains(&s.origin));
    if !(state.is_change || state.is_turn && live) {
        return Before::Nobody;
    }
    let earlier = earlier(prefix, origin, at, context);
    if found.asns == [origin] {
        return Before::Itself { new_more_specific: false };
    }
    let asns: Vec<Asn> = found.asns.into_iter().filter(|asn| *asn != origin).collect();
    let gone_since = (overlap == Overlap::Same && found.tables).then(|| {
        let others = prefixes[place].origins.iter().filter(|s| asns.contains(&s.origin) && s.first < at);
        others.map(|s| s.gone_since(at)).try_fold(None, |last, gone| gone.map(|g| last.max(Some(g))))
    });
    let known_from = match (found.tables, found.history) {
        (true, None) => "the collectors' tables show it".to_owned(),
        (true, Some(last)) => format!("the collectors' tables and history to {} show it", last.date()),
        (false, Some(last)) => format!("history to {} shows it", last.date()),
        (false, None) => "the collectors showed it before".to_owned(),
    };
    Before::Others(Incumbents {
        overlap,
        related,
        asns,
        known_from,
        earlier,
        gone_since: gone_since.flatten().flatten().filter(|since| since.0 + GONE_SECONDS_MIN <= at.0),
    })
}

/// The source that shows the origin with the prefix or space around it.
fn earlier(prefix: Prefix, origin: Asn, at: Timestamp, context: &Context<'_>) -> Option<String> {
    let origins = context.baseline.history().origins();
    let around = origins.around(prefix, incumbent_len_min(&prefix), at);
    let seen = origins.of(prefix, at).chain(around).find(|seen| seen.origin == origin)?;
    Some(format!("history of {} shows it with {}", seen.first.date(), seen.prefix))
}

/// Whether a table or history showed the origin with a prefix around this one.
fn owns_around(
    prefixes: &[PrefixStates<'_>],
    place: usize,
    origin: Asn,
    at: Timestamp,
    context: &Context<'_>,
) -> bool {
    let prefix = prefixes[place].prefix;
    let by_table = |wider: Prefix| {
        let found = prefixes[..place].binary_search_by_key(&wider, |p| p.prefix).ok();
        let states = found.into_iter().flat_map(|wider| &prefixes[wider].origins);
        states.into_iter().any(|s| s.origin == origin && s.table.is_some_and(|table| table < at))
    };
    let by_history =
        |wider| context.baseline.history().origins().of(wider, at).any(|seen| seen.origin == origin);
    (incumbent_len_min(&prefix)..prefix.len()).any(|len| {
        let wider = prefix.truncate(len).expect("shorter than the prefix");
        by_table(wider) || by_history(wider)
    })
}

/// Origins of the most specific prefix around that is known.
fn around(
    prefixes: &[PrefixStates<'_>],
    place: usize,
    at: Timestamp,
    context: &Context<'_>,
) -> Option<(Prefix, Known)> {
    let prefix = prefixes[place].prefix;
    let shortest = incumbent_len_min(&prefix);
    (shortest..prefix.len()).rev().find_map(|len| {
        let wider = prefix.truncate(len).expect("shorter than the prefix");
        let found = match prefixes[..place].binary_search_by_key(&wider, |p| p.prefix) {
            Ok(wider_place) => known(prefixes, wider_place, at, context),
            Err(_) => from_history(wider, at, context),
        };
        (!found.asns.is_empty()).then_some((wider, found))
    })
}

/// Where an older source alone tells of the very prefix, and newer tables show the space around without it: who
/// holds that space by now is an incumbent as well.
fn held_since(
    prefixes: &[PrefixStates<'_>],
    place: usize,
    same: &Known,
    at: Timestamp,
    context: &Context<'_>,
) -> Option<(Prefix, Known)> {
    let told = same.history.filter(|_| !same.tables)?;
    let (related, mut holders) = around(prefixes, place, at, context).filter(|(_, found)| found.tables)?;
    let wider = prefixes[..place].binary_search_by_key(&related, |p| p.prefix).ok()?;
    let tables = prefixes[wider].origins.iter().filter_map(|s| s.table.filter(|table| *table < at));
    if tables.max()? <= told {
        return None;
    }
    holders.asns.extend(&same.asns);
    holders.asns.sort_unstable();
    holders.asns.dedup();
    holders.history = holders.history.max(Some(told));
    Some((related, holders))
}

/// Origins of prefixes inside that the tables show; none where one of them is the new origin's own.
fn inside(
    prefixes: &[PrefixStates<'_>],
    place: usize,
    origin: Asn,
    at: Timestamp,
) -> Option<(Prefix, Known)> {
    let prefix = prefixes[place].prefix;
    if prefix.len() < incumbent_len_min(&prefix) {
        return None;
    }
    let within = prefixes[place + 1..].iter().take_while(|p| prefix.contains(&p.prefix));
    let known = within.flat_map(|p| p.origins.iter().filter(|s| s.table.is_some_and(|t| t < at)));
    let mut asns: Vec<Asn> = Vec::new();
    let mut first = None;
    for state in known {
        first.get_or_insert(state.prefix);
        asns.push(state.origin);
    }
    asns.sort_unstable();
    asns.dedup();
    let related = first?;
    (!asns.contains(&origin)).then_some((related, Known { asns, tables: true, history: None }))
}
