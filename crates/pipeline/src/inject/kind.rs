//! What is planted: one row per kind.

/// What an event should be found to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Expected {
    /// Wrong: it counts.
    Incident,
    /// Explained: it does not count.
    Benign,
}

impl Expected {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Expected::Incident => "incident",
            Expected::Benign => "benign",
        }
    }
}

/// A kind of event.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A prefix as it is, by another origin.
    Hijack,
    /// A more specific, by another origin.
    SubPrefix,
    /// A path to the rightful origin with so many forged hops behind the culprit, 1 to 3.
    Forged(u8),
    /// A path to a third network that has nothing to do with the prefix.
    Impersonated,
    /// A prefix mistyped, so that it lies in another's space.
    TypoPrefix,
    /// One's own ASN mistyped while prepending it.
    TypoAsn,
    /// The number of prepends typed as an ASN.
    Prepend,
    /// A leak of that type of RFC 7908, 1 to 6.
    Leak(u8),
    /// A second origin of the same organisation.
    Sibling,
    /// A second origin that is registered.
    Anycast,
    /// A customer announces what its provider gave it.
    MultiHoming,
    /// A provider originates its customer's prefix.
    CustomerProvider,
    /// A network that filters attacks originates the prefix for a time.
    DdosProtection,
    /// The prefix changes hands, and the registration with it.
    Transfer,
}

/// One row of the table of kinds: options, labels and documentation come from it.
#[derive(Clone, Copy, Debug)]
pub struct KindRow {
    /// The kind.
    pub kind: Kind,
    /// Its name on the command line and in labels.
    pub name: &'static str,
    /// The label's `category`.
    pub category: &'static str,
    /// What it should be found to be.
    pub expected: Expected,
    /// The reason code that says why.
    pub reason: &'static str,
    /// What is done, in a sentence.
    pub meaning: &'static str,
}

const fn row(
    kind: Kind,
    name: &'static str,
    category: &'static str,
    expected: Expected,
    reason: &'static str,
    meaning: &'static str,
) -> KindRow {
    KindRow { kind, name, category, expected, reason, meaning }
}

use Expected::{Benign, Incident};

/// Every kind.
#[rustfmt::skip]
pub const KINDS: &[KindRow] = &[
    row(Kind::Hijack, "hijack", "origin_change", Incident, "new_origin", "An unrelated network originates a prefix as it is."),
    row(Kind::SubPrefix, "sub_prefix", "origin_change", Incident, "more_specific", "An unrelated network originates a more specific that nobody announces."),
    row(Kind::Forged(1), "forged_1", "forged_as_path", Incident, "unseen_link", "An unrelated network claims a link to the rightful origin."),
    row(Kind::Forged(2), "forged_2", "forged_as_path", Incident, "unseen_link", "An unrelated network claims a link to a neighbour of the rightful origin."),
    row(Kind::Forged(3), "forged_3", "forged_as_path", Incident, "unseen_link", "An unrelated network claims a link to a neighbour's neighbour of the rightful origin."),
    row(Kind::Impersonated, "impersonated", "forged_as_path", Incident, "unseen_link", "An unrelated network claims a link to a third one, which never announced the prefix, as its origin."),
    row(Kind::TypoPrefix, "typo_prefix", "typo", Incident, "new_origin", "A network mistypes one digit of its prefix and announces space of another."),
    row(Kind::TypoAsn, "typo_asn", "typo", Benign, "near_miss_asn", "The rightful origin mistypes its ASN while prepending: the near miss stands behind it."),
    row(Kind::Prepend, "prepend", "prepend", Benign, "prepend_count", "The rightful origin types how often to prepend (1 to 9) where an ASN is asked for: the number stands behind it."),
    row(Kind::Leak(1), "leak_1", "route_leak", Incident, "type_1", "A network passes on a provider's route to its other providers (RFC 7908 §3.1)."),
    row(Kind::Leak(2), "leak_2", "route_leak", Incident, "type_2", "A network passes on a peer's route to its other peers (RFC 7908 §3.2)."),
    row(Kind::Leak(3), "leak_3", "route_leak", Incident, "type_3", "A network passes on a provider's route to its peers (RFC 7908 §3.3)."),
    row(Kind::Leak(4), "leak_4", "route_leak", Incident, "type_4", "A network passes on a peer's route to its providers (RFC 7908 §3.4)."),
    row(Kind::Leak(5), "leak_5", "route_leak", Incident, "type_5", "A network originates a provider's or peer's route as its own (RFC 7908 §3.5)."),
    row(Kind::Leak(6), "leak_6", "route_leak", Incident, "type_6", "The rightful origin lets eight of its more specifics out at once, which its own VRP denies (RFC 7908 §3.6)."),
    row(Kind::Sibling, "sibling", "benign_moas", Benign, "sibling", "A network of the same organisation originates the prefix too."),
    row(Kind::Anycast, "anycast", "benign_moas", Benign, "rpki_valid", "A second network originates the prefix; VRPs authorise both."),
    row(Kind::MultiHoming, "multi_homing", "benign_moas", Benign, "customer_chain", "A customer announces a more specific of its provider's prefix over all its providers."),
    row(Kind::CustomerProvider, "customer_provider", "benign_moas", Benign, "customer_chain", "A provider originates the prefix of its customer."),
    row(Kind::DdosProtection, "ddos_protection", "benign_moas", Benign, "ddos_protection", "A known network that filters attacks originates the prefix, or a part of it."),
    row(Kind::Transfer, "transfer", "benign_moas", Benign, "rpki_valid", "The old origin stops, a new one starts and stays; VRPs authorise both."),
];

impl Kind {
    /// Its row.
    pub fn row(self) -> &'static KindRow {
        KINDS.iter().find(|row| row.kind == self).expect("every kind has its row")
    }

    /// The type of RFC 7908.
    pub fn leak_type(self) -> Option<u8> {
        match self {
            Kind::Leak(hop) => Some(hop),
            _ => None,
        }
    }
}
