//! What the registries handed out: the RIR statistics exchange format, extended (`delegated-…-extended`).

mod parse;
mod table;

use core::fmt;

use routing::{Asn, Date, Prefix};

pub use parse::parse;
pub(crate) use parse::{country_column, date_column};
pub use table::DelegationTable;

use crate::country::Country;
use crate::registry::Registry;

/// One record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delegation {
    /// Who hands it out.
    pub registry: Registry,
    /// The holder's registered economy; `ZZ`, `EU`, `AP` as they stand. `None` when the record has none.
    pub country: Option<Country>,
    /// What.
    pub resource: Resource,
    /// The day of allocation or assignment; `None` when not known (`00000000` or empty).
    pub date: Option<Date>,
    /// State.
    pub status: Status,
    /// The same for all records of one holder within one registry; empty when the record has none.
    pub opaque_id: Box<str>,
}

/// What a record is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Resource {
    /// AS numbers `first ..= last`.
    Asns {
        /// Lowest.
        first: Asn,
        /// Highest.
        last: Asn,
    },
    /// The fewest prefixes that make up the addresses, ascending.
    Prefixes(Vec<Prefix>),
}

/// State of a number resource.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// Given to a registry's member, which may give on.
    Allocated,
    /// Given to an end user.
    Assigned,
    /// In the registry's pool.
    Available,
    /// Held back by the registry.
    Reserved,
}

impl Status {
    /// True when someone holds it.
    pub fn is_held(self) -> bool {
        matches!(self, Status::Allocated | Status::Assigned)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Allocated => "allocated",
            Status::Assigned => "assigned",
            Status::Available => "available",
            Status::Reserved => "reserved",
        })
    }
}
