//! What collectors' peers showed for an event's prefixes before, during and after it: the matter of a replay.
//!
//! An event keeps its first sightings only. To step through what happened, the routes of its prefix (and of the one
//! it was taken from, where that is another) are kept as well, around its time and up to a bound.

use std::collections::BTreeSet;

use routing::{Prefix, RouteSpan, Span, SpanEnd, Timestamp};

/// How long before and after an event its prefixes are looked at, in seconds.
pub const MARGIN_SECONDS: i64 = 3600;
/// Routes kept that were held as a replay begins: those that change later come first.
pub const HELD_MAX: usize = 150;
/// Routes kept that came after: the first ones.
pub const CHANGES_MAX: usize = 200;

/// The routes around an event.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replay {
    /// Routes in the order of their start: first those held as the replay begins.
    pub routes: Vec<HeldRoute>,
    /// How many more were held as it begins.
    pub held_more: u32,
    /// How many more came later.
    pub changes_more: u32,
    /// When the first change that is not kept happened: from here on a replay would be wrong.
    pub until: Option<Timestamp>,
}

/// One route of one peer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HeldRoute {
    /// When the peer held it; it may have begun long before the event.
    pub time: Span,
    /// Index of the collector.
    pub collector: u16,
    /// Index of the peer.
    pub peer: u32,
    /// ADD-PATH identifier.
    pub path_id: u32,
    /// Which of the prefixes asked for.
    pub prefix: u8,
    /// Index of the AS path.
    pub path: u32,
    /// Why it ends.
    pub end: SpanEnd,
}

/// Collects the routes of `prefixes` around `time`. `spans` are sorted by prefix; what they do not hold is not
/// there. The order of the spans of one prefix does not matter.
pub fn replay(spans: &[RouteSpan], prefixes: &[Prefix], time: Span) -> Replay {
    let begin = Timestamp(time.start.0.saturating_sub(MARGIN_SECONDS));
    let end = Timestamp(time.end.0.saturating_add(MARGIN_SECONDS));
    let (mut held, mut later) = (Vec::new(), Vec::new());
    for (number, prefix) in (0u8..).zip(prefixes) {
        let from = spans.partition_point(|span| span.prefix < *prefix);
        for span in spans[from..].iter().take_while(|span| span.prefix == *prefix) {
            let route = HeldRoute {
                time: span.time,
                collector: span.collector,
                peer: span.peer,
                path_id: span.path_id,
                prefix: number,
                path: span.path,
                end: span.end,
            };
            if span.time.start > end || span.time.end <= begin && span.time.start < begin {
                continue;
            }
            if span.time.start <= begin { held.push(route) } else { later.push(route) }
        }
    }
    held.sort_unstable();
    later.sort_unstable();
    let changes_more = later.len().saturating_sub(CHANGES_MAX);
    let until = later.get(CHANGES_MAX).map(|route| route.time.start);
    later.truncate(CHANGES_MAX);
    let held_more = held.len().saturating_sub(HELD_MAX);
    if held_more > 0 {
        let holder = |route: &HeldRoute| (route.prefix, route.collector, route.peer, route.path_id);
        let moving: BTreeSet<_> = later.iter().map(holder).collect();
        // What stays as it is the whole time tells least.
        held.sort_by_key(|route| (!moving.contains(&holder(route)), route.time.end > end));
        held.truncate(HELD_MAX);
        held.sort_unstable();
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    held.append(&mut later);
    Replay { routes: held, held_more: count(held_more), changes_more: count(changes_more), until }
}

#[cfg(test)]
mod tests;
