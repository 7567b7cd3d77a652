use core::fmt;
use core::str::FromStr;

use routing::{Asn, Prefix, Span, SpanEnd};

/// What kind of wrong state an event is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EventKind {
    /// A prefix that nobody may originate (metric M3).
    BogonPrefix,
    /// A path that carries an ASN that is no network (metric M4).
    BogonAsn,
}

impl EventKind {
    /// Every kind, in the order of the metrics.
    pub const ALL: [EventKind; 2] = [EventKind::BogonPrefix, EventKind::BogonAsn];

    /// Stable name in exports and URLs.
    pub const fn code(self) -> &'static str {
        match self {
            EventKind::BogonPrefix => "bogon_prefix",
            EventKind::BogonAsn => "bogon_asn",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for EventKind {
    type Err = String;

    fn from_str(text: &str) -> Result<EventKind, String> {
        EventKind::ALL
            .into_iter()
            .find(|k| k.code() == text)
            .ok_or_else(|| format!("`{text}` is no kind of event: bogon_prefix or bogon_asn"))
    }
}

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
    /// The network that caused it; `None` is *unknown*, and nobody is scored.
    pub culprit: Option<Asn>,
    /// The prefix announced.
    pub prefix: Prefix,
    /// The bogon ASN on the path, for [`EventKind::BogonAsn`].
    pub bogon_asn: Option<Asn>,
    /// When.
    pub span: Span,
    /// Full or administrative.
    pub class: BogonClass,
    /// Networks on the collector's side of the culprit that passed it on.
    pub accomplices: Vec<Accomplice>,
    /// What it is concluded from.
    pub evidence: Evidence,
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
    /// True when the data of a last sighting end without a word that the route was gone.
    pub open_end: bool,
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
