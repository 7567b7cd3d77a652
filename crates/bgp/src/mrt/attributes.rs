//! Path attributes (RFC 4271 §4.3, §5): walked once, every length and flag checked, nothing copied.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr};

use routing::{Asn, FaultKind, Origin, PathRef};

use super::communities::{Communities, LargeCommunities};
use super::cursor::Cursor;
use super::fault::{self, Damage, Severity};
use super::nlri::{MpReach, MpUnreach};
use super::path;

/// How ASNs are coded in AS_PATH and AGGREGATOR.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Two octets, with AS4_PATH and AS4_AGGREGATOR beside them (RFC 6793).
    TwoOctet,
    /// Four octets.
    FourOctet,
}

/// Where a set of attributes stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// Width of ASNs.
    pub encoding: Encoding,
    /// True for an entry of a table, where MP_REACH_NLRI may be abbreviated (RFC 6396 §4.3.4).
    pub in_table: bool,
}

/// The ORIGIN attribute (RFC 4271 §5.1.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OriginCode {
    /// From an interior protocol.
    Igp = 0,
    /// From EGP.
    Egp = 1,
    /// By other means.
    Incomplete = 2,
}

impl fmt::Display for OriginCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OriginCode::Igp => "IGP",
            OriginCode::Egp => "EGP",
            OriginCode::Incomplete => "INCOMPLETE",
        })
    }
}

/// AGGREGATOR, merged with AS4_AGGREGATOR (RFC 6793 §4.2.3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Aggregator {
    /// The AS that aggregated.
    pub asn: Asn,
    /// The router that did.
    pub address: Ipv4Addr,
}

/// AS_TRANS, which stands for every four-octet ASN in a two-octet field (RFC 6793 §9).
const AS_TRANS: Asn = Asn(23456);

/// The path attributes of one route or message. `None` means that the attribute is absent or was discarded.
#[derive(Clone, Debug, Default)]
pub struct Attributes<'a> {
    /// ORIGIN.
    pub origin: Option<OriginCode>,
    /// AS_PATH in four-octet form, AS4_PATH merged. An empty path is `Some`.
    pub as_path: Option<PathRef<'a>>,
    /// NEXT_HOP: for prefixes in the NLRI field of an update and for IPv4 entries of tables.
    pub next_hop: Option<Ipv4Addr>,
    /// MULTI_EXIT_DISC.
    pub med: Option<u32>,
    /// LOCAL_PREF.
    pub local_pref: Option<u32>,
    /// ATOMIC_AGGREGATE.
    pub atomic_aggregate: bool,
    /// AGGREGATOR.
    pub aggregator: Option<Aggregator>,
    /// COMMUNITIES (RFC 1997).
    pub communities: Option<Communities<'a>>,
    /// LARGE_COMMUNITY (RFC 8092).
    pub large_communities: Option<LargeCommunities<'a>>,
    /// EXTENDED COMMUNITIES (RFC 4360), eight octets each.
    pub extended_communities: Option<&'a [u8]>,
    /// ORIGINATOR_ID (RFC 4456).
    pub originator_id: Option<Ipv4Addr>,
    /// CLUSTER_LIST (RFC 4456), four octets each.
    pub cluster_list: Option<&'a [u8]>,
    /// ONLY_TO_CUSTOMER (RFC 9234).
    pub only_to_customer: Option<Asn>,
    /// MP_REACH_NLRI (RFC 4760).
    pub mp_reach: Option<MpReach<'a>>,
    /// MP_UNREACH_NLRI (RFC 4760).
    pub mp_unreach: Option<MpUnreach<'a>>,
    /// The octets all this was read from.
    pub octets: &'a [u8],
    /// True when RFC 7606 has the prefixes of the message treated as withdrawn.
    pub treat_as_withdraw: bool,
}

/// What an attribute broke, and what follows. By reference, so that the usual case does not carry the texts about.
type Violation = (&'static FaultKind, Severity);

#[cold]
#[inline(never)]
fn violation(kind: &FaultKind, code: u8, len: usize) -> Damage {
    let octets = if len == 1 { "octet" } else { "octets" };
    Damage::new(*kind, format!("attribute {code}, {len} {octets}"))
}

/// What the walk collects before the pieces that depend on each other are put together.
#[derive(Default)]
struct Raw<'a> {
    as_path: Option<&'a [u8]>,
    as4_path: Option<&'a [u8]>,
    aggregator: Option<(Aggregator, bool)>,
    as4_aggregator: Option<Aggregator>,
}

impl<'a> Attributes<'a> {
    /// Reads the attributes of one message or table entry.
    ///
    /// `scratch` is room for an AS path that has to be rewritten; keep it between calls. Each violation goes
    /// to `note` and has the effect that RFC 7606 asks for (see [`fault`](super::fault)). `None`: nothing in
    /// the message can be trusted.
    pub(crate) fn read(
        octets: &'a [u8],
        context: Context,
        scratch: &'a mut Vec<u8>,
        note: &mut dyn FnMut(Damage),
    ) -> Option<Attributes<'a>> {
        let mut attributes = Attributes { octets, ..Attributes::default() };
        let mut raw = Raw::default();
        let mut seen = [0u64; 4];
        let mut cursor = Cursor(octets);
        while !cursor.is_empty() {
            let Some((flags, code, value)) = next_attribute(&mut cursor) else {
                note(Damage::new(fault::ATTRIBUTE_OVERRUN, format!("{} octets left", cursor.0.len())));
                attributes.treat_as_withdraw = true;
                break;
            };
            let (word, bit) = (usize::from(code / 64), 1u64 << (code % 64));
            if seen[word] & bit != 0 {
                let mp = code == 14 || code == 15;
                let kind = if mp { fault::MP_DUPLICATE } else { fault::ATTRIBUTE_DUPLICATE };
                note(Damage::new(kind, format!("attribute {code}")));
                if mp {
                    return None;
                }
                continue;
            }
            seen[word] |= bit;
            if expected_flags(code).is_some_and(|expected| flags & OPTIONAL_TRANSITIVE != expected) {
                let detail = format!("attribute {code}, flags {flags:#04x}");
                if context.in_table {
                    note(Damage::new(fault::ATTRIBUTE_FLAGS_IN_TABLE, detail));
                } else {
                    note(Damage::new(fault::ATTRIBUTE_FLAGS, detail));
                    attributes.treat_as_withdraw = true;
                }
            }
            if let Err((kind, severity)) = attributes.set(&mut raw, code, value, context) {
                note(violation(kind, code, value.len()));
                match severity {
                    Severity::Noted => {}
                    Severity::Withdraw => attributes.treat_as_withdraw = true,
                    Severity::Record => return None,
                }
            }
        }
        attributes.put_together(raw, context, scratch, note);
        Some(attributes)
    }

    /// Reads attributes without reporting; for callers that only look. `None` when they cannot be used:
    /// a speaker would reset the session or treat the routes as withdrawn.
    pub fn parse(octets: &'a [u8], context: Context, scratch: &'a mut Vec<u8>) -> Option<Attributes<'a>> {
        Attributes::read(octets, context, scratch, &mut |_| {}).filter(|a| !a.treat_as_withdraw)
    }

    /// The AS path; empty when the attribute is absent.
    pub fn path(&self) -> PathRef<'a> {
        self.as_path.unwrap_or_default()
    }

    /// The origin AS of the route (RFC 6811 §2).
    pub fn origin_as(&self) -> Origin {
        self.path().origin()
    }

    /// The next hop of a table entry: that of MP_REACH_NLRI, else NEXT_HOP.
    pub fn table_next_hop(&self) -> Option<IpAddr> {
        self.mp_reach.and_then(|mp| mp.next_hop).or(self.next_hop.map(IpAddr::V4))
    }

    fn set(
        &mut self,
        raw: &mut Raw<'a>,
        code: u8,
        value: &'a [u8],
        context: Context,
    ) -> Result<(), Violation> {
        use Severity::{Noted, Record, Withdraw};
        let mut cursor = Cursor(value);
        match code {
            1 => self.origin = Some(origin(value).ok_or((&fault::ORIGIN_MALFORMED, Withdraw))?),
            2 => raw.as_path = Some(value),
            3 => self.next_hop = Some(four(value).ok_or((&fault::NEXT_HOP_MALFORMED, Withdraw))?.into()),
            4 => self.med = Some(word(value).ok_or((&fault::MED_MALFORMED, Withdraw))?),
            // Discarded and not withdrawn, because the sessions of collectors are external.
            5 => self.local_pref = Some(word(value).ok_or((&fault::LOCAL_PREF_MALFORMED, Noted))?),
            6 if !value.is_empty() => return Err((&fault::ATOMIC_AGGREGATE_MALFORMED, Noted)),
            6 => self.atomic_aggregate = true,
            7 => {
                let four_octets = value.len() == 8;
                let aggregator = aggregator(&mut cursor, four_octets).filter(|_| cursor.is_empty());
                raw.aggregator =
                    Some((aggregator.ok_or((&fault::AGGREGATOR_MALFORMED, Noted))?, four_octets));
            }
            8 => {
                let octets = list(value, 4).ok_or((&fault::COMMUNITIES_MALFORMED, Withdraw))?;
                self.communities = Some(Communities(octets));
            }
            9 => {
                self.originator_id = Some(four(value).ok_or((&fault::ORIGINATOR_ID_MALFORMED, Noted))?.into())
            }
            10 => self.cluster_list = Some(list(value, 4).ok_or((&fault::CLUSTER_LIST_MALFORMED, Noted))?),
            14 => {
                // A table's prefix stands outside the attribute, so the entry outlives an unusable next hop.
                let severity = if context.in_table { Noted } else { Record };
                let reach = MpReach::parse(value, context.in_table);
                self.mp_reach = Some(reach.ok_or((&fault::MP_REACH_MALFORMED, severity))?);
            }
            15 => {
                let severity = if context.in_table { Noted } else { Record };
                let unreach = MpUnreach::parse(value);
                self.mp_unreach = Some(unreach.ok_or((&fault::MP_UNREACH_MALFORMED, severity))?);
            }
            16 => {
                let octets = list(value, 8).ok_or((&fault::EXTENDED_COMMUNITIES_MALFORMED, Withdraw))?;
                self.extended_communities = Some(octets);
            }
            17 => raw.as4_path = Some(value),
            18 => {
                let aggregator = aggregator(&mut cursor, true).filter(|_| cursor.is_empty());
                raw.as4_aggregator = Some(aggregator.ok_or((&fault::AS4_AGGREGATOR_MALFORMED, Noted))?);
            }
            32 => {
                let octets = list(value, 12).ok_or((&fault::LARGE_COMMUNITIES_MALFORMED, Withdraw))?;
                self.large_communities = Some(LargeCommunities(octets));
            }
            ONLY_TO_CUSTOMER => {
                let asn = word(value).ok_or((&fault::ONLY_TO_CUSTOMER_MALFORMED, Withdraw))?;
                self.only_to_customer = Some(Asn(asn));
            }
            _ => {}
        }
        Ok(())
    }

    /// AGGREGATOR, AS4_AGGREGATOR, AS_PATH and AS4_PATH decide together (RFC 6793 §4.2.3).
    fn put_together(
        &mut self,
        raw: Raw<'a>,
        context: Context,
        scratch: &'a mut Vec<u8>,
        note: &mut dyn FnMut(Damage),
    ) {
        let mut as4_path = raw.as4_path;
        self.aggregator = raw.aggregator.map(|(aggregator, _)| aggregator);
        if context.encoding == Encoding::FourOctet {
            if as4_path.take().is_some() || raw.as4_aggregator.is_some() {
                note(Damage::new(fault::AS4_UNEXPECTED, ""));
            }
        } else if let (Some((old, four_octets)), Some(new)) = (raw.aggregator, raw.as4_aggregator) {
            if old.asn == AS_TRANS && !four_octets {
                self.aggregator = Some(new);
            } else {
                as4_path = None;
            }
        }
        if let Some(as_path) = raw.as_path {
            let four_octets = context.encoding == Encoding::FourOctet;
            if four_octets && let Some(path) = PathRef::from_wire(as_path) {
                self.as_path = Some(path);
                return;
            }
            self.as_path = path::normalise(as_path, as4_path, four_octets, scratch, note);
            if self.as_path.is_none() {
                note(Damage::new(fault::AS_PATH_MALFORMED, format!("{} octets", as_path.len())));
                self.treat_as_withdraw = true;
            }
        }
    }
}

/// Code of the attribute that marks a route as for customers only (RFC 9234 §5).
pub(super) const ONLY_TO_CUSTOMER: u8 = 35;

/// The first ONLY_TO_CUSTOMER among attributes that have been checked.
pub(super) fn only_to_customer(octets: &[u8]) -> Option<Asn> {
    let mut cursor = Cursor(octets);
    while let Some((_, code, value)) = next_attribute(&mut cursor) {
        if code == ONLY_TO_CUSTOMER {
            return word(value).map(Asn);
        }
    }
    None
}

/// Optional and transitive bits (RFC 4271 §4.3); the partial bit says nothing about validity and the
/// extended-length bit is about coding alone.
pub(crate) const OPTIONAL_TRANSITIVE: u8 = 0xC0;
const EXTENDED_LENGTH: u8 = 0x10;

/// The optional and transitive bits that an attribute must have; `None` where the reader does not know it.
pub(crate) const fn expected_flags(code: u8) -> Option<u8> {
    Some(match code {
        1 | 2 | 3 | 5 | 6 => 0x40,
        4 | 9 | 10 | 14 | 15 => 0x80,
        7 | 8 | 16 | 17 | 18 | 32 | 35 => 0xC0,
        _ => return None,
    })
}

/// Flags, code and value of the next attribute; `None`, and the cursor as it was, when it runs over the end.
#[inline]
fn next_attribute<'a>(cursor: &mut Cursor<'a>) -> Option<(u8, u8, &'a [u8])> {
    let mut ahead = *cursor;
    let flags = ahead.u8()?;
    let code = ahead.u8()?;
    let len = if flags & EXTENDED_LENGTH != 0 { ahead.u16()? } else { u16::from(ahead.u8()?) };
    let value = ahead.take(usize::from(len))?;
    *cursor = ahead;
    Some((flags, code, value))
}

fn origin(value: &[u8]) -> Option<OriginCode> {
    match value {
        [0] => Some(OriginCode::Igp),
        [1] => Some(OriginCode::Egp),
        [2] => Some(OriginCode::Incomplete),
        _ => None,
    }
}

fn four(value: &[u8]) -> Option<[u8; 4]> {
    value.try_into().ok()
}

fn word(value: &[u8]) -> Option<u32> {
    four(value).map(u32::from_be_bytes)
}

fn list(value: &[u8], unit: usize) -> Option<&[u8]> {
    (!value.is_empty() && value.len().is_multiple_of(unit)).then_some(value)
}

fn aggregator(cursor: &mut Cursor<'_>, four_octets: bool) -> Option<Aggregator> {
    Some(Aggregator { asn: cursor.asn(four_octets)?, address: cursor.ipv4()? })
}

#[cfg(test)]
mod tests;
