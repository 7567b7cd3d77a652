//! Which types and subtypes of MRT records exist, and what becomes of them.

/// Type and subtype of a record (RFC 6396 §2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Kind {
    /// The type code.
    pub code: u16,
    /// The subtype code.
    pub subtype: u16,
}

/// What the reader does with a kind of record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Read: TABLE_DUMP, TABLE_DUMP_V2, BGP4MP and BGP4MP_ET, the deprecated BGP4MP/ENTRY of OpenBGPD included.
    Routing,
    /// Known and without BGP routes: OSPF, IS-IS, the geography of peers. Passed over without a fault.
    Ignored,
    /// Deprecated by RFC 6396 Appendix B: reported and passed over.
    Deprecated,
    /// Defined nowhere: reported and passed over.
    Unknown,
}

pub(crate) const TABLE_DUMP: u16 = 12;
pub(crate) const TABLE_DUMP_V2: u16 = 13;
pub(crate) const BGP4MP: u16 = 16;
pub(crate) const BGP4MP_ET: u16 = 17;

impl Kind {
    /// The class of this kind (RFC 6396 §4, RFC 6397, RFC 8050).
    pub const fn class(self) -> Class {
        match (self.code, self.subtype) {
            (TABLE_DUMP, 1 | 2) => Class::Routing,
            (TABLE_DUMP_V2, 1..=6 | 8..=12) => Class::Routing,
            (TABLE_DUMP_V2, 7) => Class::Ignored,
            (BGP4MP | BGP4MP_ET, 0..=2 | 4..=11) => Class::Routing,
            (BGP4MP | BGP4MP_ET, 3) => Class::Deprecated,
            (11 | 32 | 33 | 48 | 49, _) => Class::Ignored,
            (0..=10, _) => Class::Deprecated,
            _ => Class::Unknown,
        }
    }

    /// The name as RFC 6396 and RFC 8050 spell it, `TYPE/SUBTYPE`; empty for an unknown kind.
    pub const fn name(self) -> &'static str {
        match (self.code, self.subtype) {
            (TABLE_DUMP, 1) => "TABLE_DUMP/AFI_IPv4",
            (TABLE_DUMP, 2) => "TABLE_DUMP/AFI_IPv6",
            (TABLE_DUMP_V2, 1) => "TABLE_DUMP_V2/PEER_INDEX_TABLE",
            (TABLE_DUMP_V2, 2) => "TABLE_DUMP_V2/RIB_IPV4_UNICAST",
            (TABLE_DUMP_V2, 3) => "TABLE_DUMP_V2/RIB_IPV4_MULTICAST",
            (TABLE_DUMP_V2, 4) => "TABLE_DUMP_V2/RIB_IPV6_UNICAST",
            (TABLE_DUMP_V2, 5) => "TABLE_DUMP_V2/RIB_IPV6_MULTICAST",
            (TABLE_DUMP_V2, 6) => "TABLE_DUMP_V2/RIB_GENERIC",
            (TABLE_DUMP_V2, 7) => "TABLE_DUMP_V2/GEO_PEER_TABLE",
            (TABLE_DUMP_V2, 8) => "TABLE_DUMP_V2/RIB_IPV4_UNICAST_ADDPATH",
            (TABLE_DUMP_V2, 9) => "TABLE_DUMP_V2/RIB_IPV4_MULTICAST_ADDPATH",
            (TABLE_DUMP_V2, 10) => "TABLE_DUMP_V2/RIB_IPV6_UNICAST_ADDPATH",
            (TABLE_DUMP_V2, 11) => "TABLE_DUMP_V2/RIB_IPV6_MULTICAST_ADDPATH",
            (TABLE_DUMP_V2, 12) => "TABLE_DUMP_V2/RIB_GENERIC_ADDPATH",
            (BGP4MP | BGP4MP_ET, 0) => "BGP4MP/STATE_CHANGE",
            (BGP4MP | BGP4MP_ET, 1) => "BGP4MP/MESSAGE",
            (BGP4MP | BGP4MP_ET, 2) => "BGP4MP/ENTRY",
            (BGP4MP | BGP4MP_ET, 3) => "BGP4MP/SNAPSHOT",
            (BGP4MP | BGP4MP_ET, 4) => "BGP4MP/MESSAGE_AS4",
            (BGP4MP | BGP4MP_ET, 5) => "BGP4MP/STATE_CHANGE_AS4",
            (BGP4MP | BGP4MP_ET, 6) => "BGP4MP/MESSAGE_LOCAL",
            (BGP4MP | BGP4MP_ET, 7) => "BGP4MP/MESSAGE_AS4_LOCAL",
            (BGP4MP | BGP4MP_ET, 8) => "BGP4MP/MESSAGE_ADDPATH",
            (BGP4MP | BGP4MP_ET, 9) => "BGP4MP/MESSAGE_AS4_ADDPATH",
            (BGP4MP | BGP4MP_ET, 10) => "BGP4MP/MESSAGE_LOCAL_ADDPATH",
            (BGP4MP | BGP4MP_ET, 11) => "BGP4MP/MESSAGE_AS4_LOCAL_ADDPATH",
            (11, _) => "OSPFv2",
            (32, _) => "ISIS",
            (33, _) => "ISIS_ET",
            (48, _) => "OSPFv3",
            (49, _) => "OSPFv3_ET",
            _ => "",
        }
    }

    /// True for the microsecond form BGP4MP_ET (RFC 6396 §3).
    pub const fn is_extended_time(self) -> bool {
        self.code == BGP4MP_ET
    }

    /// True for BGP4MP/ENTRY, a table row that RFC 6396 Appendix B deprecates and OpenBGPD still writes.
    pub const fn is_deprecated_entry(self) -> bool {
        matches!((self.code, self.subtype), (BGP4MP | BGP4MP_ET, 2))
    }

    /// True for the ADD-PATH subtypes (RFC 8050).
    pub const fn is_add_path(self) -> bool {
        matches!((self.code, self.subtype), (TABLE_DUMP_V2, 8..=12) | (BGP4MP | BGP4MP_ET, 8..=11))
    }
}
