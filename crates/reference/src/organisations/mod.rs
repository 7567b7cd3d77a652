//! Which networks belong to one organisation.

mod parse;
mod table;

use routing::{Asn, Date};

pub use parse::parse;
pub use table::OrganisationTable;

use crate::country::Country;

/// An organisation. Ordered by source and id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Organisation {
    /// Where the id is valid: a registry such as `ARIN`, `RIPE`.
    pub source: Box<str>,
    /// The id within the source.
    pub id: Box<str>,
    /// Its name; `None` when the file has none.
    pub name: Option<Box<str>>,
    /// Its country.
    pub country: Option<Country>,
    /// When the registry's record was last changed.
    pub changed: Option<Date>,
}

/// A network of an organisation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Membership {
    /// The network.
    pub asn: Asn,
    /// The organisation's source.
    pub source: Box<str>,
    /// The organisation's id.
    pub organisation: Box<str>,
    /// The network's name; `None` when the file has none.
    pub name: Option<Box<str>>,
    /// When the registry's record was last changed.
    pub changed: Option<Date>,
}

/// One file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Organisations {
    /// The organisations.
    pub organisations: Vec<Organisation>,
    /// Their networks.
    pub memberships: Vec<Membership>,
}
