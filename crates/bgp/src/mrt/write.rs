//! A small MRT writer: tables in TABLE_DUMP_V2, updates and state changes in BGP4MP with four-octet ASNs.
//! What it writes, [`Reader`](super::Reader) reads back; scenarios and made-up worlds come from here.

use core::net::{IpAddr, Ipv4Addr};
use std::io::{self, Write};

use routing::{AsPath, Asn, Family, Prefix, Timestamp};

use super::attributes::OriginCode;
use super::classify::{BGP4MP, TABLE_DUMP_V2};
use super::communities::Community;
use super::message::Session;
use super::peers::PeerEntry;

/// A route to write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// ORIGIN.
    pub origin: OriginCode,
    /// AS_PATH.
    pub path: AsPath,
    /// Next hop; its family is that of the prefixes.
    pub next_hop: IpAddr,
    /// MULTI_EXIT_DISC.
    pub med: Option<u32>,
    /// LOCAL_PREF.
    pub local_pref: Option<u32>,
    /// COMMUNITIES; empty for none.
    pub communities: Vec<Community>,
    /// ONLY_TO_CUSTOMER (RFC 9234).
    pub only_to_customer: Option<Asn>,
}

/// One row of a table to write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry<'a> {
    /// Index of the peer in the PEER_INDEX_TABLE written before.
    pub peer_index: u16,
    /// When the route was received.
    pub originated: Timestamp,
    /// The route.
    pub route: &'a Route,
}

/// A prefix, with its path identifier where the session has them.
type PathPrefix = (Option<u32>, Prefix);

/// Longest BGP message (RFC 4271 §4.1); only attributes that leave no room go up to [`EXTENDED_BYTES_MAX`].
const MESSAGE_BYTES_MAX: usize = 4096;
/// Longest extended BGP message (RFC 8654 §3).
const EXTENDED_BYTES_MAX: usize = 65_535;
/// BGP header, and the two length fields of an UPDATE.
const UPDATE_FIXED_BYTES: usize = 19 + 4;
/// Flags, code and length of an MP attribute, its family, next hop and reserved octet at their longest.
const MP_FIXED_BYTES: usize = 4 + 3 + 1 + 16 + 1;

/// Writes MRT records.
///
/// # Errors
/// Every method fails when the output does, and with [`io::ErrorKind::InvalidInput`] when a value does not fit
/// the format: a time before 1970 or after 2106, more than 65,535 peers, entries or octets of attributes, or a
/// next hop or prefix of the wrong family.
pub struct Writer<W> {
    output: W,
}

impl<W: Write> Writer<W> {
    /// A writer at the start of a file.
    pub fn new(output: W) -> Writer<W> {
        Writer { output }
    }

    /// The output, not flushed.
    pub fn into_inner(self) -> W {
        self.output
    }

    /// PEER_INDEX_TABLE (RFC 6396 §4.3.1).
    pub fn peer_index_table(
        &mut self,
        time: Timestamp,
        collector_id: Ipv4Addr,
        view_name: &str,
        peers: &[PeerEntry],
    ) -> io::Result<()> {
        let mut body = collector_id.octets().to_vec();
        push_u16(&mut body, view_name.len())?;
        body.extend_from_slice(view_name.as_bytes());
        push_u16(&mut body, peers.len())?;
        for peer in peers {
            let four_octet_asn = 2;
            body.push(four_octet_asn | u8::from(peer.address.is_ipv6()));
            body.extend_from_slice(&peer.bgp_id.octets());
            push_address(&mut body, peer.address);
            body.extend_from_slice(&peer.asn.0.to_be_bytes());
        }
        self.record(time, TABLE_DUMP_V2, 1, &body)
    }

    /// RIB_IPV4_UNICAST or RIB_IPV6_UNICAST (RFC 6396 §4.3.2).
    pub fn rib(
        &mut self,
        time: Timestamp,
        sequence: u32,
        prefix: Prefix,
        entries: &[Entry<'_>],
    ) -> io::Result<()> {
        let subtype = if prefix.family() == Family::V4 { 2 } else { 4 };
        self.table_row(time, subtype, sequence, prefix, entries.iter().map(|entry| (None, entry)))
    }

    /// The same with path identifiers: RIB_IPV4_UNICAST_ADDPATH or RIB_IPV6_UNICAST_ADDPATH (RFC 8050 §4.1).
    pub fn rib_add_path(
        &mut self,
        time: Timestamp,
        sequence: u32,
        prefix: Prefix,
        entries: &[(u32, Entry<'_>)],
    ) -> io::Result<()> {
        let subtype = if prefix.family() == Family::V4 { 8 } else { 10 };
        let entries = entries.iter().map(|(path_id, entry)| (Some(*path_id), entry));
        self.table_row(time, subtype, sequence, prefix, entries)
    }

    fn table_row<'a>(
        &mut self,
        time: Timestamp,
        subtype: u16,
        sequence: u32,
        prefix: Prefix,
        entries: impl ExactSizeIterator<Item = (Option<u32>, &'a Entry<'a>)>,
    ) -> io::Result<()> {
        let mut body = sequence.to_be_bytes().to_vec();
        push_prefix(&mut body, prefix);
        push_u16(&mut body, entries.len())?;
        for (path_id, entry) in entries {
            body.extend_from_slice(&entry.peer_index.to_be_bytes());
            body.extend_from_slice(&seconds(entry.originated)?.to_be_bytes());
            body.extend(path_id.into_iter().flat_map(u32::to_be_bytes));
            let mut attributes = path_attributes(entry.route)?;
            match (prefix.family(), entry.route.next_hop) {
                (Family::V4, IpAddr::V4(next_hop)) => {
                    push_attribute(&mut attributes, 0x40, 3, &next_hop.octets())?;
                }
                // The abbreviated form of RFC 6396 §4.3.4.
                (Family::V6, IpAddr::V6(next_hop)) => {
                    let value = [&[16], next_hop.octets().as_slice()].concat();
                    push_attribute(&mut attributes, 0x80, 14, &value)?;
                }
                _ => return Err(invalid("the next hop must be of the prefix's family")),
            }
            push_u16(&mut body, attributes.len())?;
            body.extend_from_slice(&attributes);
        }
        self.record(time, TABLE_DUMP_V2, subtype, &body)
    }

    /// BGP4MP_MESSAGE_AS4 with UPDATEs that announce `prefixes`, all of the next hop's family: IPv4 in the
    /// NLRI field, IPv6 in MP_REACH_NLRI. As many messages as are needed; none without prefixes.
    pub fn announce(
        &mut self,
        time: Timestamp,
        session: &Session,
        prefixes: &[Prefix],
        route: &Route,
    ) -> io::Result<()> {
        self.announce_all(time, session, prefixes.iter().map(|prefix| (None, *prefix)), route)
    }

    /// The same with path identifiers, as BGP4MP_MESSAGE_AS4_ADDPATH (RFC 8050 §3).
    pub fn announce_add_path(
        &mut self,
        time: Timestamp,
        session: &Session,
        prefixes: &[(u32, Prefix)],
        route: &Route,
    ) -> io::Result<()> {
        self.announce_all(time, session, prefixes.iter().map(|(id, prefix)| (Some(*id), *prefix)), route)
    }

    fn announce_all(
        &mut self,
        time: Timestamp,
        session: &Session,
        prefixes: impl Iterator<Item = PathPrefix>,
        route: &Route,
    ) -> io::Result<()> {
        let prefixes: Vec<PathPrefix> = prefixes.collect();
        let kind = message_kind(&prefixes);
        let attributes = path_attributes(route)?;
        let fixed = UPDATE_FIXED_BYTES + attributes.len() + MP_FIXED_BYTES;
        for nlri in pieces(&prefixes, route.next_hop.is_ipv6(), fixed)? {
            let mut attributes = attributes.clone();
            match route.next_hop {
                IpAddr::V4(next_hop) => {
                    push_attribute(&mut attributes, 0x40, 3, &next_hop.octets())?;
                    self.update(time, kind, session, &[], &attributes, &nlri)?;
                }
                IpAddr::V6(next_hop) => {
                    let value = [&[0, 2, 1, 16], next_hop.octets().as_slice(), &[0], &nlri].concat();
                    push_attribute(&mut attributes, 0x80, 14, &value)?;
                    self.update(time, kind, session, &[], &attributes, &[])?;
                }
            }
        }
        Ok(())
    }

    /// BGP4MP_MESSAGE_AS4 with UPDATEs that withdraw `prefixes`, all of one family.
    pub fn withdraw(&mut self, time: Timestamp, session: &Session, prefixes: &[Prefix]) -> io::Result<()> {
        self.withdraw_all(time, session, prefixes.iter().map(|prefix| (None, *prefix)))
    }

    /// The same with path identifiers, as BGP4MP_MESSAGE_AS4_ADDPATH (RFC 8050 §3).
    pub fn withdraw_add_path(
        &mut self,
        time: Timestamp,
        session: &Session,
        prefixes: &[(u32, Prefix)],
    ) -> io::Result<()> {
        self.withdraw_all(time, session, prefixes.iter().map(|(id, prefix)| (Some(*id), *prefix)))
    }

    fn withdraw_all(
        &mut self,
        time: Timestamp,
        session: &Session,
        prefixes: impl Iterator<Item = PathPrefix>,
    ) -> io::Result<()> {
        let prefixes: Vec<PathPrefix> = prefixes.collect();
        let kind = message_kind(&prefixes);
        let v6 = prefixes.first().is_some_and(|(_, prefix)| prefix.family() == Family::V6);
        for nlri in pieces(&prefixes, v6, UPDATE_FIXED_BYTES + MP_FIXED_BYTES)? {
            if v6 {
                let mut attributes = Vec::new();
                push_attribute(&mut attributes, 0x80, 15, &[&[0, 2, 1], nlri.as_slice()].concat())?;
                self.update(time, kind, session, &[], &attributes, &[])?;
            } else {
                self.update(time, kind, session, &nlri, &[], &[])?;
            }
        }
        Ok(())
    }

    /// BGP4MP_STATE_CHANGE_AS4 (RFC 6396 §4.4.2).
    pub fn state_change(
        &mut self,
        time: Timestamp,
        session: &Session,
        old_state: u16,
        new_state: u16,
    ) -> io::Result<()> {
        let mut body = session_octets(session)?;
        body.extend_from_slice(&old_state.to_be_bytes());
        body.extend_from_slice(&new_state.to_be_bytes());
        self.record(time, BGP4MP, 5, &body)
    }

    fn update(
        &mut self,
        time: Timestamp,
        subtype: u16,
        session: &Session,
        withdrawn: &[u8],
        attributes: &[u8],
        nlri: &[u8],
    ) -> io::Result<()> {
        let len = UPDATE_FIXED_BYTES + withdrawn.len() + attributes.len() + nlri.len();
        let mut body = session_octets(session)?;
        body.extend_from_slice(&[0xFF; 16]);
        push_u16(&mut body, len)?;
        body.push(2);
        push_u16(&mut body, withdrawn.len())?;
        body.extend_from_slice(withdrawn);
        push_u16(&mut body, attributes.len())?;
        body.extend_from_slice(attributes);
        body.extend_from_slice(nlri);
        self.record(time, BGP4MP, subtype, &body)
    }

    fn record(&mut self, time: Timestamp, code: u16, subtype: u16, body: &[u8]) -> io::Result<()> {
        let len = u32::try_from(body.len()).map_err(|_| invalid("a record is shorter than 4 GiB"))?;
        self.output.write_all(&seconds(time)?.to_be_bytes())?;
        self.output.write_all(&code.to_be_bytes())?;
        self.output.write_all(&subtype.to_be_bytes())?;
        self.output.write_all(&len.to_be_bytes())?;
        self.output.write_all(body)
    }
}

/// BGP4MP_MESSAGE_AS4, or its kind with path identifiers.
fn message_kind(prefixes: &[PathPrefix]) -> u16 {
    if prefixes.first().is_some_and(|(path_id, _)| path_id.is_some()) { 9 } else { 4 }
}

fn invalid(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

fn seconds(time: Timestamp) -> io::Result<u32> {
    u32::try_from(time.0).map_err(|_| invalid("MRT times lie between 1970 and 2106"))
}

fn push_u16(octets: &mut Vec<u8>, value: usize) -> io::Result<()> {
    let value = u16::try_from(value).map_err(|_| invalid("a 16-bit length or count is at most 65,535"))?;
    octets.extend_from_slice(&value.to_be_bytes());
    Ok(())
}

fn push_address(octets: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(address) => octets.extend_from_slice(&address.octets()),
        IpAddr::V6(address) => octets.extend_from_slice(&address.octets()),
    }
}

fn push_prefix(octets: &mut Vec<u8>, prefix: Prefix) {
    octets.push(prefix.len());
    octets.extend_from_slice(&prefix.bits().to_be_bytes()[..usize::from(prefix.len().div_ceil(8))]);
}

fn push_attribute(octets: &mut Vec<u8>, flags: u8, code: u8, value: &[u8]) -> io::Result<()> {
    let extended_length = 0x10;
    match u8::try_from(value.len()) {
        Ok(len) => octets.extend_from_slice(&[flags, code, len]),
        Err(_) => {
            octets.extend_from_slice(&[flags | extended_length, code]);
            push_u16(octets, value.len())?;
        }
    }
    octets.extend_from_slice(value);
    Ok(())
}

/// Everything but the next hop, which depends on the family.
fn path_attributes(route: &Route) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    push_attribute(&mut octets, 0x40, 1, &[route.origin as u8])?;
    push_attribute(&mut octets, 0x40, 2, route.path.as_ref().octets())?;
    if let Some(med) = route.med {
        push_attribute(&mut octets, 0x80, 4, &med.to_be_bytes())?;
    }
    if let Some(local_pref) = route.local_pref {
        push_attribute(&mut octets, 0x40, 5, &local_pref.to_be_bytes())?;
    }
    if !route.communities.is_empty() {
        let value: Vec<u8> = route.communities.iter().flat_map(|c| c.0.to_be_bytes()).collect();
        push_attribute(&mut octets, 0xC0, 8, &value)?;
    }
    if let Some(asn) = route.only_to_customer {
        push_attribute(&mut octets, 0xC0, 35, &asn.0.to_be_bytes())?;
    }
    Ok(octets)
}

fn session_octets(session: &Session) -> io::Result<Vec<u8>> {
    let afi = match (session.peer_address, session.local_address) {
        (IpAddr::V4(_), IpAddr::V4(_)) => 1u16,
        (IpAddr::V6(_), IpAddr::V6(_)) => 2,
        _ => return Err(invalid("both ends of a session have addresses of one family")),
    };
    if session.local {
        return Err(invalid("messages the collector sent are not written"));
    }
    let mut octets = session.peer_asn.0.to_be_bytes().to_vec();
    octets.extend_from_slice(&session.local_asn.0.to_be_bytes());
    octets.extend_from_slice(&session.interface.to_be_bytes());
    octets.extend_from_slice(&afi.to_be_bytes());
    push_address(&mut octets, session.peer_address);
    push_address(&mut octets, session.local_address);
    Ok(octets)
}

/// Prefixes in wire form, cut so that each piece and `fixed` other octets fit into one message.
fn pieces(prefixes: &[PathPrefix], v6: bool, fixed: usize) -> io::Result<Vec<Vec<u8>>> {
    let longest_prefix = 4 + 17;
    let limit =
        if fixed + longest_prefix <= MESSAGE_BYTES_MAX { MESSAGE_BYTES_MAX } else { EXTENDED_BYTES_MAX };
    let room = limit
        .checked_sub(fixed)
        .filter(|room| *room >= longest_prefix)
        .ok_or_else(|| invalid("the attributes leave no room for a prefix"))?;
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    for (path_id, prefix) in prefixes {
        if (prefix.family() == Family::V6) != v6 {
            return Err(invalid("the prefixes of an update are of one family, that of the next hop"));
        }
        let mut octets = Vec::with_capacity(longest_prefix);
        octets.extend(path_id.iter().copied().flat_map(u32::to_be_bytes));
        push_prefix(&mut octets, *prefix);
        match pieces.last_mut() {
            Some(piece) if piece.len() + octets.len() <= room => piece.extend_from_slice(&octets),
            _ => pieces.push(octets),
        }
    }
    Ok(pieces)
}
