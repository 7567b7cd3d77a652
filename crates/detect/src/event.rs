use routing::{Asn, Month, Prefix, Span, SpanEnd, Timestamp};

use crate::{Cause, Dismissal, EventKind, Marked, Reason, Tree, Verdict};

/// How certain it is that a resource is nobody's (FRAMEWORK §6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BogonClass {
    /// Reserved by IANA, or never given to a registry: no network may use it in public.
    Full,
    /// A regional registry lists it as available or reserved, or a list derived from that does.
    Administrative,
}

impl BogonClass {
    /// Stable name.
    pub const fn code(self) -> &'static str {
        match self {
            BogonClass::Full => "full",
            BogonClass::Administrative => "administrative",
        }
    }
}

/// One detected wrong state.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Event {
    /// Its kind.
    pub kind: EventKind,
    /// Whether it is an incident. Only an incident with a culprit scores.
    pub verdict: Verdict,
    /// What decided it; the verdict is its.
    pub reason: Reason,
    /// How it probably came about; `None` when nothing points anywhere.
    pub likely_cause: Option<Cause>,
    /// The network that caused it; `None` is *unknown*, and nobody is scored.
    pub culprit: Option<Asn>,
    /// Networks whose routes or name were taken, ascending, each once.
    pub victims: Vec<Asn>,
    /// The prefix announced.
    pub prefix: Prefix,
    /// The incumbent's prefix, where it is another one.
    pub related: Option<Prefix>,
    /// Where a route leaked, for [`EventKind::RouteLeak`].
    pub hop: Option<LeakHop>,
    /// The bogon ASN on the path, for [`EventKind::BogonAsn`].
    pub bogon_asn: Option<Asn>,
    /// When.
    pub span: Span,
    /// Full or administrative, for bogons.
    pub class: Option<BogonClass>,
    /// How sure the verdict is, 0–100.
    pub confidence: u8,
    /// Networks on the collector's side of the culprit that passed it on.
    pub accomplices: Vec<Accomplice>,
    /// Peer ASes with a full feed, next to a network that carried it, that had another route: ascending, each
    /// once. They were *not seen passing it*; absence alone proves no filter.
    pub credits: Vec<Asn>,
    /// What was registered for it, where nothing else explains it: a framework says which of these dismisses.
    pub dismissed_by: Dismissal,
    /// What the route is that it is about, where every path that showed that route in the month is of this kind.
    pub marked: Option<Marked>,
    /// What it is concluded from.
    pub evidence: Evidence,
    /// Why it was judged so, what speaks against it, and what would turn it.
    pub tree: Tree,
}

/// Where a route leaked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LeakHop {
    /// Type of RFC 7908 §3, 1–6; `None` where it is only known that neither neighbour is a customer.
    pub leak_type: Option<u8>,
    /// The neighbour from whom the leaker had the route; `None` when it originated it.
    pub from: Option<Asn>,
    /// The neighbour to whom it leaked it; `None` when that is not seen.
    pub to: Option<Asn>,
}

/// A network that passed a wrong route on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Accomplice {
    /// The network.
    pub asn: Asn,
    /// Hops from the culprit towards the collector, prepending not counted; 1 is its neighbour. The
    /// smallest seen during the event.
    pub distance: u16,
    /// When it was seen passing it on, inside the event.
    pub span: Span,
}

/// What an event is concluded from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Evidence {
    /// The rule in words, with the registry entry that decided.
    pub rule: String,
    /// Where the deciding entry comes from: a source's name, or the built-in registry.
    pub source: String,
    /// Distinct peer ASes that showed it.
    pub peer_ases: u32,
    /// Collectors that saw it, by index.
    pub collectors: Vec<u16>,
    /// The first sightings, at most [`Evidence::SIGHTINGS_MAX`].
    pub sightings: Vec<Sighting>,
    /// True when start or end rests on tables alone.
    pub estimated: bool,
    /// Why the data of a last sighting end without a word that the route was gone; `None` where there is one.
    pub open_end: Option<OpenEnd>,
    /// What a path that shows it has on it, the collector's side first, by which the state is known again in another
    /// month; empty where it is judged anew from the start.
    pub mark: Vec<Asn>,
    /// The event of the month before that it goes on from.
    pub began: Option<Began>,
}

/// How sightings end of which nothing says that they were over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OpenEnd {
    /// A collector's data end with it.
    Data,
    /// Data are missing from there on.
    Gap,
    /// Only tables show it, and the last stands for its day (FRAMEWORK §2).
    Table,
    /// One table alone shows it, and stands for its day.
    LoneTable,
}

impl OpenEnd {
    /// Of the sightings that last until `end`.
    pub fn of(sightings: &[Sighting], end: Timestamp) -> Option<OpenEnd> {
        let lone = |span: Span| span == span.start.date().span();
        let open = |sighting: &Sighting| match sighting.end {
            SpanEnd::DataEnd => Some(OpenEnd::Data),
            SpanEnd::DataGap => Some(OpenEnd::Gap),
            SpanEnd::TableOnly if lone(sighting.span) => Some(OpenEnd::LoneTable),
            SpanEnd::TableOnly => Some(OpenEnd::Table),
            _ => None,
        };
        sightings.iter().filter(|sighting| sighting.span.end == end).filter_map(open).min()
    }

    /// Stable name in exports.
    pub const fn code(self) -> &'static str {
        match self {
            OpenEnd::Data => "data_end",
            OpenEnd::Gap => "data_gap",
            OpenEnd::Table => "table_only",
            OpenEnd::LoneTable => "lone_table",
        }
    }
}

/// Where an event that began before its month comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Began {
    /// When it began, however many months ago.
    pub at: Timestamp,
    /// The month before.
    pub month: Month,
    /// Its id there.
    pub event: String,
}

impl Evidence {
    /// How many sightings an event keeps.
    pub const SIGHTINGS_MAX: usize = 5;
}

/// One peer's route that shows the wrong state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Sighting {
    /// When the peer held it.
    pub span: Span,
    /// Why the span ends.
    pub end: SpanEnd,
    /// Index of the collector.
    pub collector: u16,
    /// Index of the peer.
    pub peer: u32,
    /// AS of the peer.
    pub peer_asn: Asn,
    /// Index of the AS path.
    pub path: u32,
    /// Index of the file whose record opened the span.
    pub file: u32,
    /// Byte offset of that record in the decompressed file.
    pub offset: u64,
    /// True when start or end rests on tables alone.
    pub estimated: bool,
}
