use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use detect::Open;
use measure::framework::Framework;
use reference::as_names::AsName;
use reference::aspa::AspaTable;
use reference::bogons::BogonTable;
use reference::contacts::ContactTable;
use reference::delegations::DelegationTable;
use reference::exchange_points::ExchangePoints;
use reference::history::History;
use reference::irr::{AutNum, Authority, RouteEpochs, RouteTable};
use reference::organisations::OrganisationTable;
use reference::protectors::Protectors;
use reference::relationships::RelationshipTable;
use reference::spoofer::SpooferTable;
use reference::vrp::{VrpEpochs, VrpTable};
use routing::{Asn, Date, Month, Peer, Prefix, Span, Timestamp, Unknown};

use crate::sweep::{PathTable, Recording};

/// Everything a month is computed from.
pub struct Inputs<'a> {
    /// The month.
    pub month: Month,
    /// The frameworks to grade by.
    pub frameworks: &'a [Framework],
    /// The collectors in the order of their names.
    pub collectors: Vec<Collector>,
    /// What networks registered.
    pub references: References,
    /// What the operator chose.
    pub settings: Settings,
}

/// What one collector saw.
pub struct Collector {
    /// Its name.
    pub name: String,
    /// Its peers.
    pub peers: Vec<Peer>,
    /// Its distinct paths.
    pub paths: PathTable,
    /// Stretches of known time.
    pub coverage: Vec<Span>,
    /// Files that are tables, by the index under which spans name them.
    pub tables: Vec<u32>,
    /// Its spans, part by part.
    pub recording: Recording,
}

/// What the operator chose.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// From which share of the largest table of its family a peer counts as a full feed.
    pub full_feed_share_percent_min: u8,
    /// From how many distinct peer ASes on an event counts; a network beyond the culprit that carries it counts
    /// like one of them. Fewer than [`detect::visibility::PEERS_MIN`] are as many.
    pub peers_min_visible: u32,
}

/// A dataset with the words that say which one it is: sources, dates, distance from the month.
pub struct Dated<T> {
    /// The data.
    pub data: T,
    /// For a reader: `VRPs of 2016-02-01 (93 days after the month)`.
    pub label: String,
}

/// What networks registered, as of the month.
pub struct References {
    /// VRPs, local exceptions applied.
    pub vrps: Result<Dated<Arc<VrpTable>>, Unknown>,
    /// Route objects.
    pub irr: Result<Dated<Arc<RouteTable>>, Unknown>,
    /// Why the absence of a route object proves nothing, when all registries loaded are excerpts.
    pub irr_excerpt: Option<Unknown>,
    /// aut-num objects by network, of all registries loaded.
    pub aut_nums: Result<Dated<BTreeMap<Asn, AutNumFacts>>, Unknown>,
    /// Registries (as in delegations, lower case) whose own aut-num objects are loaded whole.
    pub aut_num_registries: BTreeSet<String>,
    /// PeeringDB.
    pub contacts: Result<Dated<ContactTable>, Unknown>,
    /// Why absence from PeeringDB proves nothing, when only a part of it is loaded.
    pub contacts_excerpt: Option<Unknown>,
    /// Public sessions of CAIDA's Spoofer.
    pub spoofer: Result<SpooferTable, Unknown>,
    /// Delegations.
    pub delegations: DelegationTable,
    /// Countries of ASNs where a delegation file is missing.
    pub asn_countries: DelegationTable,
    /// Names.
    pub names: BTreeMap<Asn, AsName>,
    /// Organisations.
    pub organisations: Arc<OrganisationTable>,
    /// Relationships.
    pub relationships: Option<RelationshipTable>,
    /// ASPAs.
    pub aspas: Option<AspaTable>,
    /// What detection may use besides: each with its moment, so that nothing newer than an event judges it.
    pub before: Before,
    /// What is a bogon from when on, ascending in time; the first holds from before the month.
    pub bogons: Vec<BogonEpoch>,
    /// Daily reports of bogon announcements.
    pub reports: Vec<DailyReport>,
}

/// A reference as it was known when the month began, or before: newer ones judge none of its events (FRAMEWORK §6, *As of*).
pub struct Known<T> {
    /// The data.
    pub data: T,
    /// The newest moment in it.
    pub as_of: Timestamp,
}

/// References for detection, each of its moment.
#[derive(Default)]
pub struct Before {
    /// Origins, links and relationships seen earlier.
    pub history: History,
    /// ASNs of route servers, ascending, each once: as relationships list them, and as the operator does.
    pub route_servers: Vec<Asn>,
    /// VRPs of every moment; of each event the latest count that are not newer than it. Those of a time after the month
    /// are there only where there are no others: no event sees them, a replay says that it had to.
    pub vrps: VrpEpochs,
    /// Route objects of every moment; where all are newer than an event, an object counts by its own word.
    pub irr: Option<RouteEpochs>,
    /// The day of the newest ASPAs in [`References::aspas`].
    pub aspas_as_of: Option<Timestamp>,
    /// Networks that announce space of others to clean their traffic.
    pub protectors: Protectors,
    /// Organisations.
    pub organisations: Option<Known<Arc<OrganisationTable>>>,
    /// Who holds which number, of delegations.
    pub numbers: Option<Known<DelegationTable>>,
    /// Which networks meet where.
    pub exchange_points: Option<Known<ExchangePoints>>,
    /// Events that were open when the month before ended.
    pub open: Vec<Open>,
}

/// What aut-num objects say of a network.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AutNumFacts {
    /// At least one import or mp-import.
    pub has_import: bool,
    /// At least one export or mp-export.
    pub has_export: bool,
    /// A regional registry's own object names an admin-c or tech-c.
    pub has_contact: bool,
    /// One of the objects is in a regional registry's own database, which knows its members.
    pub in_registry: bool,
}

impl AutNumFacts {
    /// Takes in one more object of the network. Only a regional registry's own says who can be reached.
    pub fn add(&mut self, object: &AutNum, authority: &Authority) {
        self.has_import |= object.imports > 0;
        self.has_export |= object.exports > 0;
        self.has_contact |= authority.authoritative && (object.has_admin_c || object.has_tech_c);
        self.in_registry |= authority.authoritative;
    }
}

/// The bogons that hold from a moment on: no list in it is newer than that moment.
pub struct BogonEpoch {
    /// From when.
    pub from: Timestamp,
    /// The table.
    pub table: BogonTable,
}

/// A day's report that a network announced a bogon prefix.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DailyReport {
    /// The day; the event is the whole of it.
    pub day: Date,
    /// The prefix.
    pub prefix: Prefix,
    /// The network.
    pub origin: Asn,
    /// The report's words.
    pub reason: String,
    /// Name of the source.
    pub source: String,
}
