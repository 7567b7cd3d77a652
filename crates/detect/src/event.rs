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

/// What a kind of event is, in words: pages, API and documentation take theirs from here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KindRow {
    /// The kind.
    pub kind: EventKind,
    /// Stable name in exports and URLs.
    pub code: &'static str,
    /// Title of a page or column.
    pub title: &'static str,
    /// What it is, in one plain sentence.
    pub meaning: &'static str,
    /// What the culprit did, to follow its name.
    pub did: &'static str,
    /// What an accomplice did, to follow its name.
    pub passed_on: &'static str,
    /// What makes one, step by step, each a sentence.
    pub rules: &'static [&'static str],
    /// Who is the culprit and who an accomplice.
    pub parts: &'static str,
    /// What looks like one and is none.
    pub exempt: &'static str,
    /// Where the rules come from.
    pub source: &'static str,
}

/// Every kind, in the order of the metrics.
pub static EVENT_KINDS: [KindRow; 2] = [
    KindRow {
        kind: EventKind::BogonPrefix,
        code: "bogon_prefix",
        title: "Bogon prefix",
        meaning: "A network originated address space that nobody may announce.",
        did: "originated space that nobody may announce",
        passed_on: "carried space further that nobody may announce",
        rules: &[
            "Every prefix that a collector's peers show is compared with the list of bogon space as it was at \
             that moment; a list newer than the route is never used.",
            "Full bogons are special-purpose, private, reserved and documentation space and space that IANA \
             never gave to a registry. Administrative ones are listed by a regional registry as available or \
             reserved.",
            "It is an event while two distinct peer ASes show it, or while one path shows that a network beyond \
             the culprit carries it: the internal route of one peer is none.",
            "It lasts from the first to the last of these sightings, cut at the month.",
        ],
        parts: "The culprit is the origin of the path. Networks between it and the collector passed the prefix \
                on; the one next to it is an accomplice at distance 1, prepending not counted.",
        exempt: "Prefixes shorter than /8 and resources that the configuration treats as public are no bogons. \
                 Absence from a registry's file that was not loaded never makes one.",
        source: "IANA special-purpose registries; extended delegation files of the registries",
    },
    KindRow {
        kind: EventKind::BogonAsn,
        code: "bogon_asn",
        title: "Bogon AS number",
        meaning: "A network let out a path that holds an AS number that is no network.",
        did: "let out paths with a number that is no network",
        passed_on: "carried paths further that hold a number that is no network",
        rules: &[
            "Every AS number on a path is compared with the list of numbers nobody may use as it was at that \
             moment.",
            "Full bogons are AS0, 23456, 64496 to 131071 and 4200000000 to 4294967295. Administrative ones are \
             listed by a regional registry as available or reserved.",
            "It is an event while two distinct peer ASes show it, or while one path shows that a network beyond \
             the culprit carries it.",
            "It lasts from the first to the last of these sightings, cut at the month.",
        ],
        parts: "The culprit is the first public AS on the collector's side of the number: it should have removed \
                it. Networks further towards the collector passed the path on.",
        exempt: "AS_TRANS from a session of two-octet numbers whose AS4_PATH gives the real one is no bogon.",
        source: "IANA AS number registries; RFC 5398, RFC 6996, RFC 7300, RFC 7607",
    },
];

impl EventKind {
    /// Every kind, in the order of the metrics.
    pub const ALL: [EventKind; 2] = [EventKind::BogonPrefix, EventKind::BogonAsn];

    /// The kind's row.
    pub const fn row(self) -> &'static KindRow {
        &EVENT_KINDS[self as usize]
    }

    /// Stable name in exports and URLs.
    pub const fn code(self) -> &'static str {
        self.row().code
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
        EventKind::ALL.into_iter().find(|k| k.code() == text).ok_or_else(|| {
            format!("`{text}` is no kind of event: {}", EventKind::ALL.map(EventKind::code).join(", "))
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_at_their_row_and_codes_round_trip() {
        for (kind, row) in EventKind::ALL.into_iter().zip(&EVENT_KINDS) {
            assert_eq!((row.kind, kind.code().parse()), (kind, Ok(kind)));
            let words = [row.title, row.meaning, row.did, row.passed_on, row.parts, row.exempt, row.source];
            for text in words.iter().chain(row.rules) {
                assert!(!text.is_empty() && !text.contains("  "), "{}: {text}", row.code);
            }
        }
        assert!("hijack".parse::<EventKind>().unwrap_err().contains("bogon_prefix, bogon_asn"));
    }
}
