//! What a scenario describes, before anything is computed.

use core::net::IpAddr;

use measure::framework::Framework;
use reference::Registry;
use routing::{AsPath, Asn, Date, Month, Prefix, Timestamp};

use crate::expectation::Stated;

/// A world and what is expected of it.
#[derive(Default)]
pub(crate) struct World {
    pub month: Option<Month>,
    pub public_prefixes: Vec<Prefix>,
    pub public_asns: Vec<(Asn, Asn)>,
    /// From which share of the largest table a peer is a full feed.
    pub full_feed_percent: u8,
    /// From how many distinct peer ASes on an event counts.
    pub peers_min_visible: u32,
    /// CSV; `None`: no VRPs are loaded.
    pub vrps: Option<String>,
    pub irr: Vec<IrrText>,
    /// `None`: PeeringDB is not loaded.
    pub peeringdb: Option<PeeringDbText>,
    /// The elements of Spoofer's page; `None`: no sessions are loaded.
    pub spoofer: Option<Vec<String>>,
    pub delegations: Vec<DelegationText>,
    /// Lines of country lists, without the header.
    pub countries: String,
    pub bogon_lists: Vec<ListText>,
    pub reports: Vec<ReportText>,
    /// Lines of a relationship file; `None`: none is loaded.
    pub relationships: Option<String>,
    /// Lines of a file of organisations, one text each.
    pub organisations: Vec<String>,
    /// The days of these files and of the ASPAs, where they are not from before the month.
    pub organisations_as_of: Option<Date>,
    pub relationships_as_of: Option<Date>,
    pub aspas_as_of: Option<Date>,
    /// Tables of origins from before: the day, and lines of prefix and origin.
    pub histories: Vec<(Date, String)>,
    /// Elements of a list of ASPAs; `None`: none are loaded.
    pub aspas: Option<Vec<String>>,
    pub collectors: Vec<CollectorText>,
    /// Frameworks besides the shipped ones.
    pub drafts: Vec<Framework>,
    pub expectations: Vec<Stated>,
}

/// One routing registry, as RPSL.
pub(crate) struct IrrText {
    pub line: usize,
    pub authority: String,
    pub excerpt: bool,
    pub rpsl: String,
}

/// PeeringDB, as the elements of its JSON.
pub(crate) struct PeeringDbText {
    pub line: usize,
    pub excerpt: bool,
    pub networks: Vec<String>,
    pub contacts: Vec<String>,
}

/// One delegation file, as its records.
pub(crate) struct DelegationText {
    pub line: usize,
    pub registry: Registry,
    pub as_of: Date,
    pub records: Vec<String>,
}

/// A list of space not given out.
pub(crate) struct ListText {
    pub line: usize,
    pub name: String,
    pub as_of: Date,
    pub text: String,
}

/// A line of a day's report.
pub(crate) struct ReportText {
    pub line: usize,
    pub day: Date,
    pub text: String,
}

/// A collector and what it recorded.
pub(crate) struct CollectorText {
    pub name: String,
    pub gap_seconds_max: i64,
    pub peers: Vec<(IpAddr, Asn)>,
    pub steps: Vec<Step>,
}

/// Something recorded.
pub(crate) struct Step {
    pub line: usize,
    pub time: Timestamp,
    pub what: Recorded,
}

/// What was recorded; peers are indices into the collector's.
pub(crate) enum Recorded {
    /// A file of its own.
    Table {
        /// The peers it lists; `None`: all.
        listed: Option<Vec<usize>>,
        rows: Vec<(usize, Prefix, Shown)>,
        damaged: bool,
    },
    Announce(usize, Vec<Prefix>, Shown),
    Withdraw(usize, Vec<Prefix>),
    Down(usize),
    Up(usize),
    /// Nothing but a sign of life.
    Keepalive(usize),
    /// What follows is in another file.
    NewFile,
}

/// A path, and who marked the route as for customers only.
#[derive(Clone)]
pub(crate) struct Shown {
    pub path: AsPath,
    pub mark: Option<Asn>,
}

impl World {
    /// An empty world that lives in the space set aside for documentation and tests.
    pub fn new() -> World {
        let prefixes =
            ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32"];
        World {
            public_prefixes: prefixes.map(|p| p.parse().expect("documentation space")).to_vec(),
            public_asns: vec![(Asn(64496), Asn(64511)), (Asn(65536), Asn(65551))],
            full_feed_percent: 75,
            peers_min_visible: 2,
            ..World::default()
        }
    }
}
