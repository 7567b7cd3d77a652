use core::fmt;
use std::borrow::Cow;

use routing::Timestamp;

/// Why an event was judged as it was: what went in, which rules fired, what speaks against it, and what would
/// turn the verdict.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Tree {
    /// What it was judged by, as of when.
    pub inputs: Vec<Input>,
    /// Rules that led to the verdict, in the order they were asked.
    pub fired: Vec<Clause>,
    /// What speaks against the verdict.
    pub against: Vec<Clause>,
    /// What would turn it.
    pub flips: Vec<Clause>,
}

/// One thing an event was judged by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Input {
    /// What kind of thing.
    pub what: InputKind,
    /// Which one, for a reader.
    pub label: String,
    /// The moment it speaks of.
    pub as_of: Option<Timestamp>,
    /// Days between that moment and the event; nothing newer than the event detects it.
    pub skew_days: Option<u32>,
}

/// Kinds of inputs of a verdict.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum InputKind {
    /// Validated ROA payloads.
    Vrps,
    /// Route objects.
    RouteObjects,
    /// Relationships between networks, given or inferred.
    Relationships,
    /// Who originated what, and which links were seen, before.
    History,
    /// Which networks are one organisation's.
    Organisations,
    /// Who holds which number, and where.
    Delegations,
    /// Which networks meet at which exchange point.
    ExchangePoints,
    /// Provider authorisations.
    Aspas,
    /// Lists of resources nobody may announce.
    Bogons,
    /// Records of the collectors.
    Records,
}

/// One rule that spoke, in a sentence.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Clause {
    /// Stable code of the rule.
    pub rule: Cow<'static, str>,
    /// What it found: a whole sentence with the numbers it rests on.
    pub sentence: String,
    /// What it adds to a score, where it is a term of one.
    pub points: Option<i32>,
}

impl InputKind {
    /// Every kind.
    pub const ALL: [InputKind; 10] = [
        InputKind::Vrps,
        InputKind::RouteObjects,
        InputKind::Relationships,
        InputKind::History,
        InputKind::Organisations,
        InputKind::Delegations,
        InputKind::ExchangePoints,
        InputKind::Aspas,
        InputKind::Bogons,
        InputKind::Records,
    ];

    /// Stable name in exports.
    pub const fn code(self) -> &'static str {
        match self {
            InputKind::Vrps => "vrps",
            InputKind::RouteObjects => "route_objects",
            InputKind::Relationships => "relationships",
            InputKind::History => "history",
            InputKind::Organisations => "organisations",
            InputKind::Delegations => "delegations",
            InputKind::ExchangePoints => "exchange_points",
            InputKind::Aspas => "aspas",
            InputKind::Bogons => "bogons",
            InputKind::Records => "records",
        }
    }
}

impl fmt::Display for InputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Input {
    /// An input that speaks of a moment, as used for an event that began at `start`.
    pub fn dated(what: InputKind, label: impl Into<String>, as_of: Timestamp, start: Timestamp) -> Input {
        let seconds = start.0.abs_diff(as_of.0);
        let skew_days = u32::try_from(seconds / 86_400).unwrap_or(u32::MAX);
        Input { what, label: label.into(), as_of: Some(as_of), skew_days: Some(skew_days) }
    }

    /// An input whose moment is the event's own.
    pub fn present(what: InputKind, label: impl Into<String>) -> Input {
        Input { what, label: label.into(), as_of: None, skew_days: None }
    }
}

impl Clause {
    /// A rule that spoke.
    pub fn new(rule: impl Into<Cow<'static, str>>, sentence: impl Into<String>) -> Clause {
        Clause { rule: rule.into(), sentence: sentence.into(), points: None }
    }

    /// A term of a score.
    pub fn term(rule: &'static str, points: i32, sentence: impl Into<String>) -> Clause {
        Clause { rule: rule.into(), sentence: sentence.into(), points: Some(points) }
    }
}
