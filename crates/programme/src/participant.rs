use core::fmt;
use std::collections::BTreeMap;

use reference::Country;
use routing::{Asn, Date};

use crate::Item;

/// An organisation that takes part in a programme, as a list has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Participant {
    /// The programme's own number of it; where a list has none, its name, with its first network where
    /// another one bears the same name. Unique in a list.
    pub id: String,
    /// Its name.
    pub organisation: String,
    /// When it was approved; `None` when the list does not say.
    pub approved: Option<Date>,
    /// Economies it serves, ascending.
    pub areas: Vec<Country>,
    /// Its networks, ascending.
    pub networks: Vec<Membership>,
    /// Organisations that vouch for it, in the order given.
    pub partners: Vec<String>,
    /// What the list states, by the key of the item; an item that is not here is not stated.
    pub conformance: BTreeMap<String, Conformance>,
}

/// A network as part of a participant, over `[from, to)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Membership {
    /// The network.
    pub asn: Asn,
    /// First day; `None` when not known.
    pub from: Option<Date>,
    /// First day on which it no longer is; `None` while nothing says so.
    pub to: Option<Date>,
}

impl Membership {
    /// True when the network belongs to the participant on that day.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
}

impl Participant {
    /// What is stated of an item.
    pub fn conformance(&self, item: &Item) -> Conformance {
        self.conformance.get(&item.key).copied().unwrap_or(Conformance::NotStated)
    }

    /// Its networks on a day, ascending.
    pub fn asns(&self, day: Date) -> impl Iterator<Item = Asn> {
        self.networks.iter().filter(move |network| network.contains(day)).map(|network| network.asn)
    }
}

/// What a list states of a participant and an item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Conformance {
    /// It does what the item asks for.
    Conformant,
    /// It does not.
    NonConformant,
    /// It is being looked at.
    Pending,
    /// A vendor's item: it is there.
    Implemented,
    /// A vendor's item: it will be.
    Planned,
    /// A vendor's item: it is not.
    NotImplemented,
    /// Nothing is said.
    #[default]
    NotStated,
}

impl Conformance {
    /// Every value.
    pub const ALL: [Conformance; 7] = [
        Conformance::Conformant,
        Conformance::NonConformant,
        Conformance::Pending,
        Conformance::Implemented,
        Conformance::Planned,
        Conformance::NotImplemented,
        Conformance::NotStated,
    ];

    /// As lists and public data write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Conformance::Conformant => "conformant",
            Conformance::NonConformant => "non-conformant",
            Conformance::Pending => "pending",
            Conformance::Implemented => "implemented",
            Conformance::Planned => "planned",
            Conformance::NotImplemented => "not implemented",
            Conformance::NotStated => "not stated",
        }
    }
}

impl fmt::Display for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
