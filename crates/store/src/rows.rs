//! The shapes that are stored, shown and exported. Times are Unix seconds, UTC.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A framework by name and content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FrameworkName {
    /// Version, such as `2024-01`.
    pub id: String,
    /// SHA-256 of its file.
    pub digest: String,
}

/// What is published of a month besides its rows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PublicationRow {
    /// The month.
    pub month: String,
    /// 1 for the first publication of the month, one more for each that replaces it.
    pub revision: i64,
    /// Digest of the inputs and of what was computed with; names the generation in the lake.
    pub generation: String,
    /// Digest of everything computed.
    pub result: String,
    /// The frameworks it was graded by; the first is shown by default.
    pub frameworks: Vec<FrameworkName>,
    /// Why there is this revision.
    pub reason: String,
    /// The revision it replaces.
    pub supersedes: Option<i64>,
    /// When it was published.
    pub published_at: i64,
    /// First and last second of the month that BGP data cover.
    pub data_time: Option<(i64, i64)>,
    /// The summary that `month --json` prints.
    pub summary: serde_json::Value,
}

/// One source of a publication.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SourceRow {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// What the observatory uses it for.
    pub used_for: String,
    /// The path or glob as configured.
    pub path: String,
    /// What became of it, in a sentence.
    pub status: String,
    /// False when nothing of it was used.
    pub used: bool,
    /// Its files.
    pub files: Vec<SourceFileRow>,
}

/// One file of a source.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SourceFileRow {
    /// Its name without folders.
    pub name: String,
    /// SHA-256 of its raw bytes.
    pub digest: String,
    /// Raw size in bytes.
    pub size_bytes: i64,
    /// Which part of its source's dataset it is; empty where a source has one part.
    pub part: String,
    /// Format found.
    pub format: String,
    /// The moment it speaks of.
    pub as_of: Option<i64>,
    /// Where that is known from: `content`, `name` or `configuration`.
    pub as_of_from: String,
    /// Days between that moment and the month; 0 inside.
    pub skew_days: Option<i64>,
    /// Whether it was used, and why not.
    pub used: bool,
    /// What became of it.
    pub status: String,
    /// Records read.
    pub records: i64,
    /// Records outside the month, ignored (MRT).
    pub records_outside: i64,
    /// Announced and withdrawn prefixes taken in (MRT).
    pub elements: i64,
    /// All faults.
    pub faults: i64,
    /// Faults because of which something was left out.
    pub skipped: i64,
    /// Faults by kind.
    pub fault_kinds: Vec<FaultRow>,
    /// The first faults, in words, with their place.
    pub first_faults: Vec<String>,
}

/// How often one kind of fault occurred.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FaultRow {
    /// Stable code.
    pub code: String,
    /// In words.
    pub meaning: String,
    /// The rule broken.
    pub rule: String,
    /// How often.
    pub count: i64,
}

/// One network of a publication: what is known of it, whatever the framework.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct NetworkRow {
    /// Its ASN.
    pub asn: u32,
    /// Its name.
    pub name: Option<String>,
    /// The organisation that holds it.
    pub organisation: Option<String>,
    /// Other ASNs of the organisation.
    pub siblings: Vec<u32>,
    /// Registered economy, ISO 3166-1 alpha-2 or `ZZ`, `EU`, `AP`.
    pub economy: Option<String>,
    /// Where the economy is known from.
    pub economy_from: Option<String>,
    /// The registry, or `registry not loaded`.
    pub registry: String,
    /// Status in the delegation file.
    pub status: Option<String>,
    /// Direct customers by the relationships loaded.
    pub customers: Option<u32>,
    /// Providers it authorised in its ASPA.
    pub aspa_providers: Option<Vec<u32>>,
    /// Distinct prefixes with this origin, IPv4 and IPv6.
    pub routes: [u64; 2],
    /// Address space of those: IPv4 in /24, IPv6 in /48, overlap counted once.
    pub space: [f64; 2],
    /// RPKI states of all its routes, IPv4 and IPv6: valid, invalid, not-found.
    pub rpki: Option<[[u64; 3]; 2]>,
    /// IRR states, IPv4 and IPv6: exact, covered, wrong origin, none.
    pub irr: Option<[[u64; 4]; 2]>,
}

/// Where an event that began before its month comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BeganRow {
    /// When it began.
    pub at: i64,
    /// The month before.
    pub month: String,
    /// Its id there.
    pub event: String,
}

/// One metric of one network under one framework.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MetricRow {
    /// Code, such as `M7RPKI`.
    pub metric: String,
    /// The value; absent when unknown.
    pub value: Option<f64>,
    /// Why it is unknown.
    pub unknown: Option<String>,
    /// What the value rests on, in words: counts and dates.
    pub because: String,
}

/// One score of one network under one framework.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ScoreRow {
    /// Key, such as `filtering`.
    pub key: String,
    /// From 0 to 1; absent when there is no data.
    pub score: Option<f64>,
    /// `ready`, `aspiring`, `lagging`; absent when there is no data.
    pub grade: Option<String>,
    /// Why there is no score.
    pub unknown: Option<String>,
}

/// Everything a framework says of one network.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReadinessRow {
    /// Framework version.
    pub framework: String,
    /// The network.
    pub asn: u32,
    /// Scores in the framework's order.
    pub scores: Vec<ScoreRow>,
    /// Metrics in the order of their codes.
    pub metrics: Vec<MetricRow>,
    /// Routes that count for M7, IPv4 and IPv6.
    pub counted_routes: [u64; 2],
    /// Routes that do not, by reason.
    pub excluded_routes: BTreeMap<String, u64>,
}

/// How many networks have each grade.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct GradeCounts {
    /// Key of the score.
    pub key: String,
    /// Mean over networks with data.
    pub mean: Option<f64>,
    /// Grade ready.
    pub ready: u64,
    /// Grade aspiring.
    pub aspiring: u64,
    /// Grade lagging.
    pub lagging: u64,
    /// No data.
    pub no_data: u64,
}

/// The scores of an area.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AggregateRow {
    /// Framework version.
    pub framework: String,
    /// `world`, `economy` or `region`.
    pub scope: String,
    /// Empty for the world, otherwise an economy's code or a region's slug.
    pub area: String,
    /// Networks in it.
    pub networks: u64,
    /// Routes of those networks, IPv4 and IPv6.
    pub routes: [u64; 2],
    /// One per score, in the framework's order.
    pub scores: Vec<GradeCounts>,
    /// Events judged incidents whose culprit is in it, by kind.
    pub events: BTreeMap<String, u64>,
    /// True when the delegation file of a registry is missing.
    pub partial: bool,
}

/// One sighting of an event, everything resolved to words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SightingRow {
    /// The collector.
    pub collector: String,
    /// Address of the peer.
    pub peer: String,
    /// AS of the peer.
    pub peer_asn: u32,
    /// The AS path.
    pub path: String,
    /// From when.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// Why it ends.
    pub end_because: String,
    /// The file whose record showed it, by digest.
    pub file: String,
    /// Byte offset of the record in the decompressed file.
    pub offset: u64,
}

/// One event.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct EventRow {
    /// Stable id: the same event has the same id in every computation.
    pub id: String,
    /// Kind, such as `bogon_prefix`.
    pub kind: String,
    /// `incident`, `benign` or `undecided`.
    pub verdict: String,
    /// Code of the reason for the verdict.
    pub reason: String,
    /// What it looks like, such as `typo`; absent when nothing points anywhere.
    pub likely_cause: Option<String>,
    /// How sure the verdict is, 0 to 100.
    pub confidence: u8,
    /// Bogon class; empty of what is no bogon.
    pub class: String,
    /// The culprit; absent when unknown.
    pub culprit: Option<u32>,
    /// The culprit's economy; absent when not known.
    pub economy: Option<String>,
    /// Networks whose space or routes it took, ascending.
    pub victims: Vec<u32>,
    /// The prefix.
    pub prefix: String,
    /// The prefix it was taken from, where that is another one.
    pub related: Option<String>,
    /// Which of RFC 7908's types a leak is.
    pub leak_type: Option<u8>,
    /// From whom the leaker had the route, and to whom it passed it on, where that is seen.
    pub leak_between: (Option<u32>, Option<u32>),
    /// The bogon ASN.
    pub bogon_asn: Option<u32>,
    /// From when, inside the month.
    pub start: i64,
    /// Until when, inside the month.
    pub end: i64,
    /// True when it was still seen as the data or the month ended.
    pub ongoing: bool,
    /// Why nobody knows when it ended: `data_gap`, `table_only` or `lone_table`; absent of older publications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_unknown: Option<String>,
    /// True when start or end rests on tables or a daily list alone.
    pub estimated: bool,
    /// The rule that made it an event, in words.
    pub rule: String,
    /// Where the deciding entry comes from.
    pub rule_source: String,
    /// Distinct peer ASes that showed it.
    pub peers: u32,
    /// Collectors that saw it.
    pub collectors: Vec<String>,
    /// Networks that passed it on, with their distance from the culprit.
    pub accomplices: Vec<(u32, u16)>,
    /// Full-feed peers next to a network that carried it which selected another route: not seen passing it.
    pub credits: Vec<u32>,
    /// Registrations that dismiss it where nothing else explains it: `rpki`, `irr`. A framework that lets none of them
    /// dismiss counts it as an incident.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dismissed_by: Vec<String>,
    /// First sightings.
    pub sightings: Vec<SightingRow>,
    /// The verdict tree: `inputs`, `fired`, `against` and `flips`; null where none was made.
    pub tree: serde_json::Value,
    /// The story it is a part of: the id of the story's first event; absent when it is alone.
    pub story: Option<String>,
    /// Networks on a path by which the state is known again in the next month, the collector's side first.
    pub mark: Vec<u32>,
    /// The event of the month before that it goes on from.
    pub began: Option<BeganRow>,
}

/// The routes around an event, so that it can be stepped through. What repeats stands once and is named by place.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ReplayRow {
    /// The event.
    pub event: String,
    /// Its prefix, then the one it was taken from.
    pub prefixes: Vec<String>,
    /// Peers: collector, address, AS.
    pub peers: Vec<(String, String, u32)>,
    /// AS paths.
    pub paths: Vec<String>,
    /// Why routes end.
    pub ends: Vec<String>,
    /// Routes in the order of their start.
    pub routes: Vec<ReplayRoute>,
    /// How many more were held as the replay begins.
    pub held_more: u32,
    /// How many changes more there were.
    pub changes_more: u32,
    /// When the first change that is left out happened.
    pub until: Option<i64>,
    /// RPKI states; editions of before have none.
    #[serde(default)]
    pub rpki: ReplayStates,
    /// IRR states.
    #[serde(default)]
    pub irr: ReplayStates,
}

/// What was registered for the routes of a replay as time goes on, by one dataset.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ReplayStates {
    /// Why there are none.
    pub unknown: Option<String>,
    /// Snapshots in the order of time: from when on it judges, the moment it speaks of, which it is. The first judges
    /// from the beginning on, and may be newer than what it judges.
    pub snapshots: Vec<(i64, i64, String)>,
    /// Place of the snapshot, of the prefix, the origin (none behind an AS_SET), and the state, where the snapshot can
    /// tell: all of the first snapshot, then what each says otherwise.
    pub states: Vec<(u16, u8, Option<u32>, Option<String>)>,
}

/// One route of a replay, written as a list: place of the prefix, of the peer and of the path, ADD-PATH identifier,
/// start, end, place of why it ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ReplayRoute(pub u8, pub u32, pub u32, pub u32, pub i64, pub i64, pub u8);

/// What a third party says happened. Theirs, never one of ours.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct OpinionRow {
    /// The publisher's id, led by the publisher's code.
    pub id: String,
    /// Who says so.
    pub publisher: String,
    /// The source it was read from, as configured.
    pub source: String,
    /// `hijack`, `path` or `leak`.
    pub claim: String,
    /// The publisher's own word.
    pub called: String,
    /// From when.
    pub start: i64,
    /// Until when, where the publisher says so.
    pub end: Option<i64>,
    /// Whom the publisher names as the culprit.
    pub culprits: Vec<u32>,
    /// Whom the publisher names as the victim.
    pub victims: Vec<u32>,
    /// Prefixes.
    pub prefixes: Vec<String>,
    /// How many prefixes the publisher counts.
    pub prefixes_all: u64,
    /// 0 to 100, where the publisher says so.
    pub suspicion: Option<u8>,
    /// 0 to 100, where the publisher says so.
    pub confidence: Option<u8>,
    /// The publisher's tags.
    pub tags: Vec<String>,
    /// What else the publisher says: name and text.
    pub details: Vec<(String, String)>,
    /// Events of ours that it tells of; empty when we saw nothing of the kind.
    pub events: Vec<OpinionMatchRow>,
}

/// An event of ours that an opinion tells of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpinionMatchRow {
    /// Its id.
    pub event: String,
    /// Its kind.
    pub kind: String,
    /// Our verdict of it.
    pub verdict: String,
    /// About a prefix in common.
    pub same_prefix: bool,
    /// Of the same culprit; absent where they or we name none.
    pub same_culprit: Option<bool>,
    /// Of the same kind of thing.
    pub same_kind: bool,
}

/// One incident: events of one network, metric and weight that overlap or touch.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct IncidentRow {
    /// Framework version.
    pub framework: String,
    /// Stable id.
    pub id: String,
    /// Metric it counts for.
    pub metric: String,
    /// `incident`: nothing else counts.
    pub verdict: String,
    /// Code of the reason that most of its events have.
    pub reason: String,
    /// What most of its events look like; absent when nothing points anywhere.
    pub likely_cause: Option<String>,
    /// How sure the surest of its events is, 0 to 100.
    pub confidence: u8,
    /// The network that answers for it.
    pub network: u32,
    /// From when.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// Weight of the network's part.
    pub weight: f64,
    /// What it adds to the raw value.
    pub adds: f64,
    /// Its events.
    pub events: Vec<String>,
    /// Prefixes of its events.
    pub prefixes: Vec<String>,
    /// The culprit of its events; absent when there is not one and the same.
    pub culprit: Option<u32>,
    /// Networks whose space or routes its events took, ascending.
    pub victims: Vec<u32>,
    /// Networks not seen passing its events on, ascending.
    pub credits: Vec<u32>,
    /// The culprit's economy; absent when not known.
    pub economy: Option<String>,
    /// True when one of its events was still seen as the data or the month ended.
    pub ongoing: bool,
    /// Why nobody knows when it ended: `data_gap`, `table_only` or `lone_table`; absent of older publications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_unknown: Option<String>,
}

/// One peer of a collector for one address family.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PeerRow {
    /// The collector.
    pub collector: String,
    /// Address of the peer.
    pub address: String,
    /// Its AS.
    pub asn: u32,
    /// 4 or 6.
    pub family: u8,
    /// Distinct prefixes it showed.
    pub prefixes: u64,
    /// Its share of the largest table of its family, in percent.
    pub share_percent: u8,
    /// True when that counts as a full feed.
    pub full_feed: bool,
    /// True of a route server, which never counts as a full feed. Publications from before it was told have none.
    #[serde(default)]
    pub route_server: bool,
}
