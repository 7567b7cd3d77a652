//! One record taken apart for a reader: every field with its octets, as far as the record can be read.
//!
//! This is not how routes are read: [`Reader`](super::Reader) is. It says of each octet what it stands for, also
//! where a speaker would discard it, and stops in words where the record makes no sense.

mod attributes;

use core::net::IpAddr;
use core::ops::Range;

use routing::{Asn, Family, Prefix, Timestamp};

use super::classify::{BGP4MP, BGP4MP_ET, Kind, TABLE_DUMP, TABLE_DUMP_V2};
use super::peers::PeerTable;

/// Fields shown of one record; what is beyond is left out and said to be.
const FIELDS_MAX: usize = 20_000;

/// A record taken apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dissection {
    /// Its parts in the order of its octets.
    pub sections: Vec<Section>,
    /// Why the rest could not be taken apart; `None` when all of it was.
    pub stopped: Option<String>,
}

/// A part of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// What it is.
    pub title: String,
    /// Where it stands in the record.
    pub octets: Range<usize>,
    /// True for one entry of several in a table.
    pub entry: bool,
    /// The peer whose entry it is; `None` where the table of peers does not say.
    pub peer: Option<(IpAddr, Asn)>,
    /// Its fields in the order of their octets.
    pub fields: Vec<Field>,
}

/// A field of a part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// 0 for one of its own, 1 for a part of the one before.
    pub depth: u8,
    /// Its name as the RFC has it.
    pub name: &'static str,
    /// What it says.
    pub value: String,
    /// Where it stands in the record.
    pub octets: Range<usize>,
}

/// Takes a record apart, its header of twelve octets included. `peers` are those that RIB entries refer to.
pub fn dissect(record: &[u8], peers: &PeerTable) -> Dissection {
    let mut walk = Walk { octets: record, at: 0, end: record.len(), out: Dissection::default(), fields: 0 };
    let stopped = walk.record(peers).err();
    Dissection { stopped, ..walk.out }
}

/// Why a record cannot be taken apart any further.
type Stop = String;

struct Walk<'a> {
    octets: &'a [u8],
    at: usize,
    /// Behind the last octet of the piece being read.
    end: usize,
    out: Dissection,
    fields: usize,
}

impl<'a> Walk<'a> {
    fn take(&mut self, len: usize, what: &str) -> Result<(&'a [u8], Range<usize>), Stop> {
        let left = self.end.saturating_sub(self.at);
        if len > left {
            return Err(format!("{what} needs {len} octets and {left} are left at octet {}", self.at));
        }
        let range = self.at..self.at + len;
        self.at += len;
        Ok((&self.octets[range.clone()], range))
    }

    fn number(&mut self, len: usize, what: &str) -> Result<(u64, Range<usize>), Stop> {
        let (octets, range) = self.take(len, what)?;
        Ok((octets.iter().fold(0, |n, octet| n << 8 | u64::from(*octet)), range))
    }

    fn section(&mut self, title: impl Into<String>) {
        let octets = self.at..self.at;
        self.out.sections.push(Section {
            title: title.into(),
            octets,
            entry: false,
            peer: None,
            fields: Vec::new(),
        });
    }

    fn field(
        &mut self,
        depth: u8,
        name: &'static str,
        value: impl Into<String>,
        octets: Range<usize>,
    ) -> Result<(), Stop> {
        self.fields += 1;
        if self.fields > FIELDS_MAX {
            return Err(format!("it has more than {FIELDS_MAX} fields: the rest is left out"));
        }
        if let Some(section) = self.out.sections.last_mut() {
            section.octets.end = section.octets.end.max(octets.end);
            section.fields.push(Field { depth, name, value: value.into(), octets });
        }
        Ok(())
    }

    /// A number as it stands there.
    fn plain(&mut self, len: usize, name: &'static str) -> Result<u64, Stop> {
        let (n, range) = self.number(len, name)?;
        self.field(0, name, n.to_string(), range)?;
        Ok(n)
    }

    fn moment(&mut self, name: &'static str) -> Result<(), Stop> {
        let (n, range) = self.number(4, name)?;
        self.field(0, name, format!("{} ({n})", Timestamp(n as i64)), range)
    }

    fn asn(&mut self, four_octets: bool, name: &'static str) -> Result<Asn, Stop> {
        let (n, range) = self.number(if four_octets { 4 } else { 2 }, name)?;
        let asn = Asn(n as u32);
        self.field(0, name, asn.to_string(), range)?;
        Ok(asn)
    }

    fn read_address(&mut self, family: Family, what: &str) -> Result<(IpAddr, Range<usize>), Stop> {
        let (octets, range) = self.take(usize::from(family.bits() / 8), what)?;
        Ok((address(octets), range))
    }

    fn address(&mut self, family: Family, name: &'static str) -> Result<IpAddr, Stop> {
        let (address, range) = self.read_address(family, name)?;
        self.field(0, name, address.to_string(), range)?;
        Ok(address)
    }

    fn read_prefix(&mut self, family: Family) -> Result<(String, Range<usize>), Stop> {
        let (len, range) = self.number(1, "a prefix length")?;
        if len > u64::from(family.bits()) {
            return Err(format!("{len} is no length of an {family} prefix, at octet {}", range.start));
        }
        let (octets, rest) = self.take((len as usize).div_ceil(8), "a prefix")?;
        let mut whole = [0u8; 16];
        whole[..octets.len()].copy_from_slice(octets);
        let bits = u128::from_be_bytes(whole);
        // Bits behind the length mean nothing (RFC 4271 §4.3).
        let kept = if len == 0 { 0 } else { bits >> (128 - len) << (128 - len) };
        let text = Prefix::from_bits(family, kept, len as u8).map_or_else(String::new, |p| p.to_string());
        let text = if kept == bits { text } else { format!("{text}, bits behind its length set") };
        Ok((text, range.start..rest.end))
    }

    /// Prefixes up to `end`, with path identifiers where the message has them.
    fn prefixes(
        &mut self,
        depth: u8,
        name: &'static str,
        family: Family,
        add_path: bool,
        end: usize,
    ) -> Result<(), Stop> {
        let outer = core::mem::replace(&mut self.end, end);
        while self.at < end {
            let start = self.at;
            let id = if add_path { Some(self.number(4, "a path identifier")?.0) } else { None };
            let (prefix, range) = self.read_prefix(family)?;
            let text = id.map_or(prefix.clone(), |id| format!("{prefix}, path identifier {id}"));
            self.field(depth, name, text, start..range.end)?;
        }
        self.end = outer;
        Ok(())
    }

    fn record(&mut self, peers: &PeerTable) -> Result<(), Stop> {
        self.section("MRT header");
        self.moment("Timestamp")?;
        let (code, at) = self.number(2, "Type")?;
        let (subtype, end) = self.number(2, "Subtype")?;
        let kind = Kind { code: code as u16, subtype: subtype as u16 };
        let name = if kind.name().is_empty() { "unknown" } else { kind.name() };
        self.field(0, "Type, subtype", format!("{code}, {subtype}: {name}"), at.start..end.end)?;
        let length = self.plain(4, "Length")?;
        if length as usize != self.end - self.at {
            return Err(format!("its length says {length} octets and {} follow", self.end - self.at));
        }
        match (kind.code, kind.subtype) {
            (TABLE_DUMP, 1 | 2) => self.table_dump(kind),
            (TABLE_DUMP_V2, 1) => self.peer_index_table(),
            (TABLE_DUMP_V2, 2..=6 | 8..=12) => self.rib(kind, peers),
            (BGP4MP | BGP4MP_ET, 0 | 1 | 4..=11) => self.bgp4mp(kind),
            _ => Err("this kind of record is not taken apart".to_owned()),
        }
    }

    fn table_dump(&mut self, kind: Kind) -> Result<(), Stop> {
        let family = if kind.subtype == 1 { Family::V4 } else { Family::V6 };
        self.section("Row of the table");
        self.plain(2, "View number")?;
        self.plain(2, "Sequence number")?;
        self.address(family, "Prefix")?;
        self.plain(1, "Prefix length")?;
        self.plain(1, "Status")?;
        self.moment("Originated time")?;
        self.address(family, "Peer IP address")?;
        self.asn(false, "Peer AS")?;
        let length = self.plain(2, "Attribute length")? as usize;
        self.attributes(length, false, true, false)
    }

    fn peer_index_table(&mut self) -> Result<(), Stop> {
        self.section("Peer index table");
        self.address(Family::V4, "Collector BGP ID")?;
        let length = self.plain(2, "View name length")? as usize;
        let (name, range) = self.take(length, "the view name")?;
        let name = String::from_utf8_lossy(name).into_owned();
        self.field(0, "View name", name, range)?;
        let count = self.plain(2, "Peer count")?;
        for index in 0..count {
            let (kind, at) = self.number(1, "Peer type")?;
            let (id, _) = self.read_address(Family::V4, "Peer BGP ID")?;
            let family = if kind & 1 == 0 { Family::V4 } else { Family::V6 };
            let (address, _) = self.read_address(family, "Peer IP address")?;
            let (asn, range) = self.number(if kind & 2 == 0 { 2 } else { 4 }, "Peer AS")?;
            let text = format!("{index}: {address}, {}, BGP ID {id}", Asn(asn as u32));
            self.field(1, "Peer", text, at.start..range.end)?;
        }
        self.finish()
    }

    fn rib(&mut self, kind: Kind, peers: &PeerTable) -> Result<(), Stop> {
        let add_path = kind.is_add_path();
        self.section("Rows of one prefix");
        self.plain(4, "Sequence number")?;
        let family = match kind.subtype {
            2 | 3 | 8 | 9 => Family::V4,
            4 | 5 | 10 | 11 => Family::V6,
            _ => {
                let afi = self.plain(2, "Address family")?;
                self.plain(1, "Subsequent address family")?;
                family_of(afi)?
            }
        };
        let (prefix, range) = self.read_prefix(family)?;
        self.field(0, "Prefix", prefix, range)?;
        let count = self.plain(2, "Entry count")?;
        for number in 1..=count {
            self.section(format!("Entry {number} of {count}"));
            let (index, range) = self.number(2, "Peer index")?;
            let peer = peers.get(index as u16);
            let who = peer.map_or_else(
                || "not in the peer index table".to_owned(),
                |peer| format!("{}, {}", peer.address, peer.asn),
            );
            if let Some(section) = self.out.sections.last_mut() {
                section.entry = true;
                section.peer = peer.map(|peer| (peer.address, peer.asn));
            }
            self.field(0, "Peer index", format!("{index}: {who}"), range)?;
            self.moment("Originated time")?;
            if add_path {
                self.plain(4, "Path identifier")?;
            }
            let length = self.plain(2, "Attribute length")? as usize;
            self.attributes(length, true, true, false)?;
        }
        self.finish()
    }

    fn bgp4mp(&mut self, kind: Kind) -> Result<(), Stop> {
        let four_octets = matches!(kind.subtype, 4 | 5 | 7 | 9 | 11);
        self.section("Session");
        if kind.is_extended_time() {
            self.plain(4, "Microseconds")?;
        }
        self.asn(four_octets, "Peer AS")?;
        self.asn(four_octets, "Local AS")?;
        self.plain(2, "Interface index")?;
        let afi = self.plain(2, "Address family")?;
        let family = family_of(afi)?;
        self.address(family, "Peer IP address")?;
        self.address(family, "Local IP address")?;
        if matches!(kind.subtype, 0 | 5) {
            for name in ["Old state", "New state"] {
                let (n, range) = self.number(2, name)?;
                self.field(0, name, format!("{n}: {}", state(n)), range)?;
            }
            return self.finish();
        }
        self.section("BGP message");
        let (marker, range) = self.take(16, "the marker")?;
        let marker = if marker.iter().all(|octet| *octet == 0xff) { "all ones" } else { "not all ones" };
        self.field(0, "Marker", marker, range)?;
        self.plain(2, "Length")?;
        let (message, range) = self.number(1, "Type")?;
        let name = match message {
            1 => "OPEN",
            2 => "UPDATE",
            3 => "NOTIFICATION",
            4 => "KEEPALIVE",
            5 => "ROUTE-REFRESH",
            _ => "unknown",
        };
        self.field(0, "Type", format!("{message}: {name}"), range)?;
        if message != 2 {
            let (octets, range) = self.take(self.end - self.at, "the rest")?;
            return self.field(0, "Body", hex(octets), range);
        }
        let length = self.plain(2, "Withdrawn routes length")? as usize;
        let end = self.at + length;
        if end > self.end {
            return Err(format!("{length} octets of withdrawn routes do not fit into the message"));
        }
        let add_path = kind.is_add_path();
        self.prefixes(1, "Withdrawn route", Family::V4, add_path, end)?;
        let length = self.plain(2, "Total path attribute length")? as usize;
        self.attributes(length, four_octets, false, add_path)?;
        if self.at < self.end {
            self.section("Network layer reachability information");
            self.prefixes(0, "Announced prefix", Family::V4, add_path, self.end)?;
        }
        self.finish()
    }

    /// All octets must have been read.
    fn finish(&mut self) -> Result<(), Stop> {
        match self.end - self.at {
            0 => Ok(()),
            left => Err(format!("{left} octets are left over at octet {}", self.at)),
        }
    }
}

fn family_of(afi: u64) -> Result<Family, Stop> {
    match afi {
        1 => Ok(Family::V4),
        2 => Ok(Family::V6),
        _ => Err(format!("address family {afi} is neither IPv4 nor IPv6")),
    }
}

/// Four octets, or sixteen.
fn address(octets: &[u8]) -> IpAddr {
    match <[u8; 4]>::try_from(octets) {
        Ok(four) => IpAddr::from(four),
        Err(_) => {
            let mut whole = [0u8; 16];
            whole.iter_mut().zip(octets).for_each(|(to, from)| *to = *from);
            IpAddr::from(whole)
        }
    }
}

/// States of a session (RFC 4271 §8.2.2); Quagga adds two.
fn state(n: u64) -> &'static str {
    let names =
        ["", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established", "Clearing", "Deleted"];
    names.get(n as usize).copied().filter(|name| !name.is_empty()).unwrap_or("unknown")
}

/// Octets in hexadecimal, the first of many.
fn hex(octets: &[u8]) -> String {
    const SHOWN_MAX: usize = 64;
    let mut text: Vec<String> = octets.iter().take(SHOWN_MAX).map(|octet| format!("{octet:02x}")).collect();
    if octets.len() > SHOWN_MAX {
        text.push(format!("and {} more", octets.len() - SHOWN_MAX));
    }
    text.join(" ")
}
