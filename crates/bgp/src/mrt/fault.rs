//! Every fault the MRT reader knows, with the rule it breaks. One table; nothing else makes a kind.
//!
//! What RFC 7606 asks of a speaker decides what becomes of the routes:
//! - *skip the record*: where a speaker would reset the session (§3 a, g; §5.3) or the MRT framing is broken,
//!   the whole record is left out, because none of its prefixes can be trusted;
//! - *treat as withdraw*: the prefixes of an update become withdrawn elements; an entry of a table is left
//!   out, because a table has no withdrawals;
//! - *attribute discard*: the attribute is left out, the route stays;
//! - *remarkable*: nothing is left out (`skipped` is false). Wrong attribute flags in a table are only this: the
//!   collector accepted the route, so the flags tell of the writer of the table and not of the speaker.

use routing::FaultKind;

/// Bad data found in a record, before it is given its place.
#[derive(Clone, Debug)]
pub(crate) struct Damage {
    pub(crate) kind: FaultKind,
    pub(crate) detail: String,
}

impl Damage {
    pub(crate) fn new(kind: FaultKind, detail: impl Into<String>) -> Damage {
        Damage { kind, detail: detail.into() }
    }
}

/// What has to be left out because of a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Severity {
    /// Nothing, or the one attribute.
    Noted,
    /// RFC 7606 §2 *treat-as-withdraw*.
    Withdraw,
    /// RFC 7606 §2 *session reset*: the record.
    Record,
}

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $rule:literal, $skipped:literal, $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            $(#[$doc])*
            pub const $name: FaultKind =
                FaultKind { code: $code, meaning: $meaning, rule: $rule, skipped: $skipped };
        )*
        /// All of them, in the order of the table.
        pub const ALL: &[FaultKind] = &[$($name),*];
    };
}

faults! {
    // Framing.
    TRUNCATED_HEADER = "mrt-truncated-header", "RFC 6396 §2", true,
        "the file ends inside an MRT header";
    TRUNCATED_RECORD = "mrt-truncated-record", "RFC 6396 §2", true,
        "the file ends before the record does";
    DAMAGED_HEADER = "mrt-damaged-header", "RFC 6396 §2", true,
        "the length of a record leads nowhere: bytes skipped up to the next record that holds";
    UNKNOWN_TYPE = "mrt-unknown-type", "RFC 6396 §4", true,
        "a record of a type or subtype that no RFC defines";
    DEPRECATED_TYPE = "mrt-deprecated-type", "RFC 6396 Appendix B", true,
        "a record of a type that RFC 6396 deprecates and that is not read";
    DEPRECATED_ENTRY = "mrt-deprecated-entry", "RFC 6396 Appendix B", false,
        "a table row in the deprecated form BGP4MP/ENTRY; it is read";
    // Records.
    SHORT_RECORD = "mrt-short-record", "RFC 6396 §4", true,
        "a record too short for its fields";
    TRAILING_OCTETS = "mrt-trailing-octets", "RFC 6396 §4", true,
        "a record longer than its fields";
    UNKNOWN_ADDRESS_FAMILY = "mrt-unknown-address-family", "RFC 6396 §4.4.1", true,
        "a peer of an address family that is neither IPv4 nor IPv6";
    PEER_INDEX_MISSING = "mrt-peer-index-missing", "RFC 6396 §4.3.1", true,
        "RIB entries without a valid PEER_INDEX_TABLE before them";
    PEER_INDEX_RANGE = "mrt-peer-index-range", "RFC 6396 §4.3.4", true,
        "a RIB entry names a peer that the PEER_INDEX_TABLE does not hold";
    PREFIX_LENGTH = "mrt-prefix-length", "RFC 6396 §4.3.2", true,
        "a prefix longer than its address family allows";
    HOST_BITS = "mrt-host-bits", "RFC 6396 §4.2", false,
        "an address with bits set behind the prefix length; they were cleared";
    // BGP messages.
    BGP_MARKER = "bgp-marker", "RFC 4271 §4.1", true,
        "a BGP message whose marker is not all ones";
    BGP_LENGTH = "bgp-length", "RFC 4271 §4.1", true,
        "a BGP message whose length is not that of the record";
    BGP_TYPE = "bgp-type", "RFC 4271 §4.1", true,
        "a BGP message of an unknown type";
    UPDATE_LENGTHS = "bgp-update-lengths", "RFC 7606 §3 (a)", true,
        "withdrawn routes and path attributes are longer than the UPDATE";
    NLRI_SYNTAX = "bgp-nlri-syntax", "RFC 7606 §5.3", true,
        "a prefix that is too long or runs over the end of its field";
    ADD_PATH_UNDECLARED = "bgp-add-path-undeclared", "RFC 8050 §3", false,
        "NLRI carry path identifiers though the record's subtype says they do not; read with them";
    FAMILY_NOT_READ = "bgp-family-not-read", "RFC 4760 §3", false,
        "prefixes of an address family other than IPv4 and IPv6 unicast and multicast";
    // Attributes.
    ATTRIBUTE_OVERRUN = "attribute-overrun", "RFC 7606 §4", true,
        "an attribute runs over the end of the path attributes: treated as withdraw";
    ATTRIBUTE_FLAGS = "attribute-flags", "RFC 7606 §3 (c)", true,
        "the optional or transitive flag contradicts the attribute: treated as withdraw";
    ATTRIBUTE_FLAGS_IN_TABLE = "attribute-flags-in-table", "RFC 6396 §4.3.4", false,
        "a table row whose writer set the optional or transitive flag wrongly; the row is kept";
    ATTRIBUTE_DUPLICATE = "attribute-duplicate", "RFC 7606 §3 (g)", true,
        "an attribute appears again: all but the first are discarded";
    MP_DUPLICATE = "attribute-mp-duplicate", "RFC 7606 §3 (g)", true,
        "MP_REACH_NLRI or MP_UNREACH_NLRI appears twice";
    ATTRIBUTE_MISSING = "attribute-missing", "RFC 7606 §3 (d)", true,
        "an announcement without a well-known mandatory attribute: treated as withdraw";
    ORIGIN_MALFORMED = "attribute-origin", "RFC 7606 §7.1", true,
        "ORIGIN is not one octet of 0, 1 or 2: treated as withdraw";
    AS_PATH_MALFORMED = "attribute-as-path", "RFC 7606 §7.2", true,
        "AS_PATH with an unknown, empty or overrunning segment: treated as withdraw";
    AS_PATH_WIDTH = "attribute-as-path-width", "RFC 6793 §3", false,
        "AS_PATH is coded in the other width of ASNs than the record says; read as coded";
    NEXT_HOP_MALFORMED = "attribute-next-hop", "RFC 7606 §7.3", true,
        "NEXT_HOP is not four octets: treated as withdraw";
    MED_MALFORMED = "attribute-med", "RFC 7606 §7.4", true,
        "MULTI_EXIT_DISC is not four octets: treated as withdraw";
    LOCAL_PREF_MALFORMED = "attribute-local-pref", "RFC 7606 §7.5", true,
        "LOCAL_PREF is not four octets: discarded";
    ATOMIC_AGGREGATE_MALFORMED = "attribute-atomic-aggregate", "RFC 7606 §7.6", true,
        "ATOMIC_AGGREGATE is not empty: discarded";
    AGGREGATOR_MALFORMED = "attribute-aggregator", "RFC 7606 §7.7", true,
        "AGGREGATOR has neither six nor eight octets: discarded";
    COMMUNITIES_MALFORMED = "attribute-communities", "RFC 7606 §7.8", true,
        "COMMUNITIES is no non-zero multiple of four octets: treated as withdraw";
    ORIGINATOR_ID_MALFORMED = "attribute-originator-id", "RFC 7606 §7.9", true,
        "ORIGINATOR_ID is not four octets: discarded";
    CLUSTER_LIST_MALFORMED = "attribute-cluster-list", "RFC 7606 §7.10", true,
        "CLUSTER_LIST is no non-zero multiple of four octets: discarded";
    MP_REACH_MALFORMED = "attribute-mp-reach", "RFC 7606 §7.11", true,
        "MP_REACH_NLRI with an unusable next hop or too short for its fields";
    MP_UNREACH_MALFORMED = "attribute-mp-unreach", "RFC 7606 §7.12", true,
        "MP_UNREACH_NLRI too short for its fields";
    EXTENDED_COMMUNITIES_MALFORMED = "attribute-extended-communities", "RFC 7606 §7.14", true,
        "EXTENDED COMMUNITIES is no non-zero multiple of eight octets: treated as withdraw";
    LARGE_COMMUNITIES_MALFORMED = "attribute-large-communities", "RFC 8092 §6", true,
        "LARGE_COMMUNITY is no non-zero multiple of twelve octets: treated as withdraw";
    ONLY_TO_CUSTOMER_MALFORMED = "attribute-only-to-customer", "RFC 9234 §5", true,
        "ONLY_TO_CUSTOMER is not four octets: treated as withdraw";
    AS4_PATH_MALFORMED = "attribute-as4-path", "RFC 6793 §6", true,
        "AS4_PATH is malformed: discarded";
    AS4_PATH_CONFEDERATION = "attribute-as4-path-confederation", "RFC 6793 §6", false,
        "AS4_PATH holds confederation segments: they are left out, the rest is used";
    AS4_PATH_LONGER = "attribute-as4-path-longer", "RFC 6793 §4.2.3", false,
        "AS4_PATH is longer than AS_PATH and is ignored";
    AS4_AGGREGATOR_MALFORMED = "attribute-as4-aggregator", "RFC 6793 §6", true,
        "AS4_AGGREGATOR is not eight octets: discarded";
    AS4_UNEXPECTED = "attribute-as4-unexpected", "RFC 6793 §4.1", false,
        "AS4_PATH or AS4_AGGREGATOR beside four-octet ASNs: ignored";
}
