//! From records to announced and withdrawn prefixes.

use core::net::IpAddr;

use routing::{Asn, Fault, Prefix, Timestamp};

use super::attributes::{Attributes, Context};
use super::classify::Class;
use super::fault::{self, Damage};
use super::message::Update;
use super::nlri::{self, Nlri, Safi};
use super::record::{Body, Record};
use super::rib::Rib;
use super::table_dump::TableDump;

/// One announced or withdrawn prefix, or one row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// Time of the record.
    pub time: Timestamp,
    /// Microseconds of BGP4MP_ET; 0 otherwise.
    pub micros: u32,
    /// The peer's address.
    pub peer_address: IpAddr,
    /// The peer's AS.
    pub peer_asn: Asn,
    /// The prefix.
    pub prefix: Prefix,
    /// Unicast or multicast.
    pub safi: Safi,
    /// The path identifier (RFC 7911); `None` without ADD-PATH.
    pub path_id: Option<u32>,
    /// The route, or `None` when the prefix is withdrawn.
    pub route: Option<&'a Attributes<'a>>,
    /// The next hop that belongs to this prefix.
    pub next_hop: Option<IpAddr>,
    /// For rows of tables: when the collector received the route.
    pub originated: Option<Timestamp>,
    /// For rows of TABLE_DUMP_V2: index into the record's [`PeerTable`](super::PeerTable).
    pub peer_index: Option<u16>,
    /// True for messages that the collector itself sent (`_LOCAL` subtypes): no route of the peer.
    pub local: bool,
}

impl Record<'_> {
    /// Gives the record's elements to `sink`, and what was wrong to `faults`.
    ///
    /// Order: rows as in the table; of an update first the withdrawn prefixes (plain, then MP_UNREACH_NLRI),
    /// then the announced ones (plain, then MP_REACH_NLRI). Records without routes give nothing. A record
    /// that a speaker would answer by a reset of the session (see [`fault`](super::fault)) gives no element
    /// at all.
    pub fn elements(&self, faults: &mut impl FnMut(Fault), mut sink: impl FnMut(Element<'_>)) {
        match &self.body {
            Body::Rib(rib) => self.rib(rib, faults, &mut sink),
            Body::TableDump(dump) => self.table_dump(dump, faults, &mut sink),
            Body::Update(update) => self.update(update, faults, &mut sink),
            Body::Ignored if self.kind.class() == Class::Routing => {
                faults(self.fault(Damage::new(fault::FAMILY_NOT_READ, self.kind.name()), 0));
            }
            _ => {}
        }
    }

    pub(super) fn fault(&self, damage: Damage, extent: u64) -> Fault {
        Fault { kind: damage.kind, at: self.offset, extent, detail: damage.detail }
    }

    fn rib(&self, rib: &Rib<'_>, faults: &mut impl FnMut(Fault), sink: &mut impl FnMut(Element<'_>)) {
        if self.peers.peers.is_empty() && rib.entry_count > 0 {
            let detail = format!("{} entries", rib.entry_count);
            return faults(self.fault(Damage::new(fault::PEER_INDEX_MISSING, detail), self.bytes));
        }
        let mut scratch = Vec::new();
        for entry in rib.entries() {
            let extent = entry.attributes.len() as u64;
            let Some(peer) = self.peers.get(entry.peer_index) else {
                let detail = format!("{} of {} peers", entry.peer_index, self.peers.peers.len());
                faults(self.fault(Damage::new(fault::PEER_INDEX_RANGE, detail), extent));
                continue;
            };
            let mut note = |damage| faults(self.fault(damage, extent));
            let route = Attributes::read(entry.attributes, Rib::CONTEXT, &mut scratch, &mut note);
            // Asked by reference: moving what was read costs as much as reading it.
            let Some(route) = route.as_ref().filter(|route| !route.treat_as_withdraw) else { continue };
            sink(Element {
                time: self.time,
                micros: self.micros,
                peer_address: peer.address,
                peer_asn: peer.asn,
                prefix: rib.prefix,
                safi: rib.safi,
                path_id: entry.path_id,
                route: Some(route),
                next_hop: route.table_next_hop(),
                originated: Some(entry.originated),
                peer_index: Some(entry.peer_index),
                local: false,
            });
        }
    }

    fn table_dump(
        &self,
        dump: &TableDump<'_>,
        faults: &mut impl FnMut(Fault),
        sink: &mut impl FnMut(Element<'_>),
    ) {
        if dump.host_bits {
            faults(self.fault(Damage::new(fault::HOST_BITS, dump.prefix.to_string()), 0));
        }
        if self.kind.is_deprecated_entry() {
            faults(self.fault(Damage::new(fault::DEPRECATED_ENTRY, ""), 0));
        }
        let mut scratch = Vec::new();
        let mut note = |damage| faults(self.fault(damage, self.bytes));
        let Some(route) = row(dump.attributes, TableDump::CONTEXT, &mut scratch, &mut note) else { return };
        sink(Element {
            time: self.time,
            micros: self.micros,
            peer_address: dump.peer_address,
            peer_asn: dump.peer_asn,
            prefix: dump.prefix,
            safi: dump.safi,
            path_id: None,
            route: Some(&route),
            next_hop: dump.next_hop.or_else(|| route.table_next_hop()),
            originated: Some(dump.originated),
            peer_index: None,
            local: false,
        });
    }

    fn update(
        &self,
        update: &Update<'_>,
        faults: &mut impl FnMut(Fault),
        sink: &mut impl FnMut(Element<'_>),
    ) {
        let mut scratch = Vec::new();
        let mut note = |damage| faults(self.fault(damage, self.bytes));
        let Some(route) = Attributes::read(update.attributes, update.context, &mut scratch, &mut note) else {
            return;
        };
        let lists = match Lists::read(update, &route, &mut note) {
            Ok(lists) => lists,
            Err(damage) => return note(damage),
        };
        let missing = lists.missing_attribute(&route);
        if let Some(name) = missing {
            note(Damage::new(fault::ATTRIBUTE_MISSING, name));
        }
        let announced = (!route.treat_as_withdraw && missing.is_none()).then_some(&route);
        let mp_next_hop = route.mp_reach.and_then(|mp| mp.next_hop);
        let element = |safi, item: nlri::NlriPrefix, route, next_hop| Element {
            time: self.time,
            micros: self.micros,
            peer_address: update.session.peer_address,
            peer_asn: update.session.peer_asn,
            prefix: item.prefix,
            safi,
            path_id: item.path_id,
            route,
            next_hop,
            originated: None,
            peer_index: None,
            local: update.session.local,
        };
        lists.withdrawn.iter().for_each(|p| sink(element(Safi::Unicast, p, None, None)));
        let (safi, prefixes) = lists.unreach;
        prefixes.iter().for_each(|p| sink(element(safi, p, None, None)));
        let next_hop = announced.and(route.next_hop.map(IpAddr::V4));
        lists.nlri.iter().for_each(|p| sink(element(Safi::Unicast, p, announced, next_hop)));
        let (safi, prefixes) = lists.reach;
        let next_hop = announced.and(mp_next_hop);
        prefixes.iter().for_each(|p| sink(element(safi, p, announced, next_hop)));
    }
}

/// The attributes of a row; a row whose route a speaker would treat as withdrawn is left out.
pub(super) fn row<'a>(
    octets: &'a [u8],
    context: Context,
    scratch: &'a mut Vec<u8>,
    note: &mut dyn FnMut(Damage),
) -> Option<Attributes<'a>> {
    Attributes::read(octets, context, scratch, note).filter(|route| !route.treat_as_withdraw)
}

/// The four places of an update where prefixes stand, all known to be well-formed.
struct Lists<'a> {
    withdrawn: Nlri<'a>,
    unreach: (Safi, Nlri<'a>),
    nlri: Nlri<'a>,
    reach: (Safi, Nlri<'a>),
}

impl<'a> Lists<'a> {
    fn read(
        update: &Update<'a>,
        route: &Attributes<'a>,
        note: &mut dyn FnMut(Damage),
    ) -> Result<Lists<'a>, Damage> {
        let mut list = |octets, afi, safi| {
            let Some((family, safi)) = nlri::family(afi, safi) else {
                note(Damage::new(fault::FAMILY_NOT_READ, format!("AFI {afi} SAFI {safi}")));
                return Ok((Safi::Unicast, Nlri::empty()));
            };
            let (nlri, undeclared) = Nlri::parse_or_guess(octets, family, update.add_path)
                .ok_or_else(|| Damage::new(fault::NLRI_SYNTAX, format!("{family}")))?;
            if undeclared {
                note(Damage::new(fault::ADD_PATH_UNDECLARED, format!("{family}")));
            }
            Ok((safi, nlri))
        };
        let nothing = (Safi::Unicast, Nlri::empty());
        Ok(Lists {
            withdrawn: list(update.withdrawn, 1, 1)?.1,
            unreach: route.mp_unreach.map_or(Ok(nothing), |mp| list(mp.nlri, mp.afi, mp.safi))?,
            nlri: list(update.nlri, 1, 1)?.1,
            reach: route.mp_reach.map_or(Ok(nothing), |mp| list(mp.nlri, mp.afi, mp.safi))?,
        })
    }

    /// The well-known mandatory attribute that an announcement lacks (RFC 7606 §3 d).
    fn missing_attribute(&self, route: &Attributes<'_>) -> Option<&'static str> {
        if route.treat_as_withdraw || self.nlri.is_empty() && self.reach.1.is_empty() {
            return None;
        }
        if route.origin.is_none() {
            Some("ORIGIN")
        } else if route.as_path.is_none() {
            Some("AS_PATH")
        } else if !self.nlri.is_empty() && route.next_hop.is_none() {
            Some("NEXT_HOP")
        } else {
            None
        }
    }
}
