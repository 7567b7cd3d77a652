//! Internet Routing Registry dumps in RPSL (RFC 2622, RFC 4012) and the state of a route in them.

mod as_set;
mod epochs;
mod parse;
mod rpsl;
mod table;

use std::collections::BTreeMap;

use routing::{Asn, Date, Prefix};

pub use as_set::AsSet;
pub use epochs::{DumpedRoutes, RegisteredRoute, RouteEpochs, RoutesAsOf};
pub use parse::parse;
pub use rpsl::{Attribute, Object, Objects};
pub use table::{
    Authority, AuthorityId, IrrExplanation, IrrSource, IrrState, IrrVerdict, ListedRoute, RouteTable,
};

use crate::names::{NameId, Names};

/// A `route` or `route6` object (RFC 2622 §4, RFC 4012 §3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RouteObject {
    /// `route:` or `route6:`.
    pub prefix: Prefix,
    /// `origin:`.
    pub origin: Asn,
    /// `created:`; without it the earliest day named in `changed:`.
    pub created: Option<Date>,
    /// `last-modified:`; without it the latest day named in `changed:`.
    pub last_modified: Option<Date>,
    /// `source:` as the object has it, in capitals; empty text when missing.
    pub source: NameId,
    /// Every `mnt-by:`, separated by `, `.
    pub maintainers: NameId,
}

/// What an `aut-num` object (RFC 2622 §6) tells the metrics.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AutNum {
    /// `aut-num:`.
    pub asn: Asn,
    /// `as-name:`, empty when missing.
    pub as_name: Box<str>,
    /// How many `import:` and `mp-import:` there are.
    pub imports: u32,
    /// How many `export:` and `mp-export:` there are.
    pub exports: u32,
    /// An `admin-c:` that is a handle (one word, RFC 2622 §3.2).
    pub has_admin_c: bool,
    /// A `tech-c:` that is a handle.
    pub has_tech_c: bool,
}

/// One dump.
#[derive(Clone, Debug, Default)]
pub struct IrrDump {
    /// The route and route6 objects in the order of the file.
    pub routes: Vec<RouteObject>,
    /// The aut-num objects in the order of the file.
    pub networks: Vec<AutNum>,
    /// The as-set objects in the order of the file.
    pub as_sets: Vec<AsSet>,
    /// Objects of every class, damaged ones included; rare classes beyond the first 200 under `…`.
    pub classes: BTreeMap<String, u64>,
    /// The texts the routes refer to.
    pub names: Names,
}
