//! What a scenario expects, one value per line.

use measure::framework::{Grade, ScoreKey};
use measure::metric::Metric;
use reference::irr::IrrState;
use reference::vrp::Validation;
use routing::{AsPath, Asn, Family, Prefix, Span, SpanEnd};

use detect::{BogonClass, EventKind, Reason, Verdict};

/// An expectation with its place.
pub(crate) struct Stated {
    pub line: usize,
    /// As it stands in the scenario.
    pub text: String,
    /// The framework it is said of.
    pub framework: String,
    pub what: Expected,
}

/// One expectation; what is `None` is not compared.
pub(crate) enum Expected {
    Span(SpanExpected),
    Coverage {
        collector: String,
        stretches: Vec<Span>,
    },
    Outside(u64),
    Feed {
        peer: Asn,
        family: Family,
        word: &'static str,
    },
    PeersMin {
        family: Family,
        peers: u32,
    },
    Route(RouteExpected),
    NoRoute {
        prefix: Prefix,
        origin: Option<Option<Asn>>,
    },
    Event(EventExpected),
    NoEvent,
    Incident(IncidentExpected),
    NoIncident {
        asn: Asn,
        metric: Metric,
    },
    Network {
        asn: Asn,
        registered: Option<String>,
        economy: Option<Option<String>>,
        routes: Option<[u64; 2]>,
    },
    NoNetwork(Asn),
    Metric {
        asn: Asn,
        metric: Metric,
        value: ValueExpected,
    },
    Score {
        asn: Asn,
        key: ScoreKey,
        value: ScoreExpected,
    },
    Economy {
        economy: String,
        key: ScoreKey,
        score: Option<f64>,
        with_data: u32,
        no_data: u32,
    },
}

/// A route of one peer over time.
pub(crate) struct SpanExpected {
    pub collector: Option<String>,
    pub peer: Asn,
    pub prefix: Prefix,
    pub path: Option<AsPath>,
    pub time: Span,
    pub end: SpanEnd,
    pub estimated: bool,
}

/// A (prefix, origin) of the month and the verdicts on it.
pub(crate) struct RouteExpected {
    pub prefix: Prefix,
    pub origin: Option<Asn>,
    /// `Some(None)`: no verdict.
    pub rpki: Option<Option<Validation>>,
    pub irr: Option<Option<IrrState>>,
    pub bogon: Option<Option<BogonClass>>,
    pub peers: Option<u32>,
    pub full_feeds: Option<u32>,
    pub seen_seconds: Option<i64>,
    /// `Some(None)`: counted as announced; otherwise why not.
    pub excluded: Option<Option<String>>,
}

/// An event.
pub(crate) struct EventExpected {
    pub kind: EventKind,
    pub culprit: Option<Asn>,
    pub prefix: Prefix,
    pub bogon_asn: Option<Asn>,
    pub time: Span,
    pub class: Option<BogonClass>,
    pub verdict: Option<Verdict>,
    pub reason: Option<Reason>,
    /// Type, source and receiver of a leak.
    pub leak_type: Option<u8>,
    pub from: Option<Asn>,
    pub to: Option<Asn>,
    pub victims: Option<Vec<Asn>>,
    pub peers: Option<u32>,
    pub accomplices: Option<Vec<(Asn, u16)>>,
    /// Those kept of the records that showed it.
    pub sightings: Option<usize>,
    /// Ascending.
    pub credits: Option<Vec<Asn>>,
    pub estimated: bool,
    /// `ongoing`, `over` or `end-unknown`.
    pub end: Option<&'static str>,
}

/// An incident.
pub(crate) struct IncidentExpected {
    pub asn: Asn,
    pub metric: Metric,
    pub time: Span,
    pub adds: f64,
    pub weight: Option<f64>,
    pub events: Option<usize>,
}

/// A metric's value.
pub(crate) enum ValueExpected {
    Number(f64),
    Flag(bool),
    /// Not known; the reason holds this text.
    Unknown(String),
    NotUsed,
}

/// A score.
pub(crate) enum ScoreExpected {
    Graded(f64, Grade),
    /// No data; the reason holds this text.
    NoData(String),
    /// The framework has no such score.
    NotUsed,
}
