use std::collections::BTreeMap;

use routing::{Asn, Prefix, RouteSpan, SpanEnd, Timestamp};

use super::Context;

/// The routes of one prefix.
pub struct PrefixStates<'s> {
    pub prefix: Prefix,
    /// By origin, ascending.
    pub origins: Vec<OriginState<'s>>,
}

/// The routes of one prefix with one origin.
pub struct OriginState<'s> {
    pub prefix: Prefix,
    pub origin: Asn,
    pub spans: Vec<&'s RouteSpan>,
    /// The first sighting.
    pub first: Timestamp,
    /// The first table that shows it.
    pub table: Option<Timestamp>,
    /// A peer whose routes were known began to show it: it is new there.
    pub is_change: bool,
    /// A peer that showed the prefix with another origin first turned to this one.
    pub is_turn: bool,
}

impl OriginState<'_> {
    /// Known at `at`: a table showed it before, or it had been there for a day.
    pub fn known_at(&self, at: Timestamp) -> bool {
        self.table.is_some_and(|table| table < at)
            || self.first.0 + super::baseline::LINK_SETTLED_SECONDS <= at.0
    }

    /// Networks next to the origin on its paths, ascending, each once.
    pub fn neighbours(&self, context: &Context<'_>) -> Vec<Asn> {
        let next = |span: &&RouteSpan| {
            let hops = context.hops(span);
            hops.len().checked_sub(2).map(|place| hops[place])
        };
        let mut all: Vec<Asn> = self.spans.iter().filter_map(next).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Since when no peer had the route any more at `at`; `None` where one had it, or nothing says that it lost
    /// it.
    pub fn gone_since(&self, at: Timestamp) -> Option<Timestamp> {
        let before = self.spans.iter().filter(|s| s.time.start < at);
        let lost = |end| matches!(end, SpanEnd::Withdrawn | SpanEnd::Replaced | SpanEnd::AbsentFromTable);
        let mut last = None;
        for span in before {
            if span.time.end > at || !lost(span.end) {
                return None;
            }
            last = last.max(Some(span.time.end));
        }
        last
    }
}

/// Groups spans sorted by prefix.
pub fn by_prefix<'s>(spans: &'s [RouteSpan], context: &Context<'_>) -> Vec<PrefixStates<'s>> {
    spans.chunk_by(|a, b| a.prefix == b.prefix).map(|same| of_prefix(same, context)).collect()
}

fn of_prefix<'s>(spans: &'s [RouteSpan], context: &Context<'_>) -> PrefixStates<'s> {
    let mut by_origin: BTreeMap<Asn, Vec<&RouteSpan>> = BTreeMap::new();
    // A peer that showed another origin first has turned, table or not.
    let mut first_shown: BTreeMap<(u16, u32), Timestamp> = BTreeMap::new();
    for span in spans {
        let first = first_shown.entry((span.collector, span.peer)).or_insert(span.time.start);
        *first = span.time.start.min(*first);
        if let Some(origin) = context.hops(span).last() {
            by_origin.entry(*origin).or_default().push(span);
        }
    }
    let prefix = spans[0].prefix;
    let origins = by_origin.into_iter().map(|(origin, spans)| {
        let tables = spans.iter().filter(|s| context.is_of_table(s)).map(|s| s.time.start);
        OriginState {
            prefix,
            origin,
            first: spans.iter().map(|s| s.time.start).min().expect("a group is not empty"),
            table: tables.min(),
            is_change: spans.iter().any(|s| context.is_change(s)),
            is_turn: spans.iter().any(|s| {
                let own = spans.iter().filter(|o| (o.collector, o.peer) == (s.collector, s.peer));
                let own_first = own.map(|o| o.time.start).min();
                own_first > first_shown.get(&(s.collector, s.peer)).copied()
            }),
            spans,
        }
    });
    PrefixStates { prefix, origins: origins.collect() }
}
