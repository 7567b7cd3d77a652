//! BGP4MP and BGP4MP_ET (RFC 6396 §4.4, RFC 8050 §3): messages and state changes of sessions.

use core::net::IpAddr;

use routing::{Asn, Family};

use super::attributes::{Context, Encoding};
use super::classify::Kind;
use super::cursor::Cursor;
use super::fault::{self, Damage};
use super::record::Body;

/// The two ends of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Session {
    /// The peer's address.
    pub peer_address: IpAddr,
    /// The peer's AS.
    pub peer_asn: Asn,
    /// The collector's address.
    pub local_address: IpAddr,
    /// The collector's AS.
    pub local_asn: Asn,
    /// Interface index; 0 when unknown.
    pub interface: u16,
    /// True for the `_LOCAL` subtypes: the collector sent this message to the peer.
    pub local: bool,
}

/// An UPDATE whose three parts fit into it (RFC 7606 §3 a).
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// Between whom.
    pub session: Session,
    /// How its attributes are coded.
    pub context: Context,
    /// True for the ADD-PATH subtypes.
    pub add_path: bool,
    /// The withdrawn routes, unchecked.
    pub withdrawn: &'a [u8],
    /// The path attributes, unchecked.
    pub attributes: &'a [u8],
    /// The announced IPv4 prefixes, unchecked.
    pub nlri: &'a [u8],
}

/// A session went from one state to another (RFC 6396 §4.4.1). States are those of RFC 4271 §8.2.2:
/// 1 Idle, 2 Connect, 3 Active, 4 OpenSent, 5 OpenConfirm, 6 Established; Quagga adds 7 Clearing and
/// 8 Deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StateChange {
    /// Between whom.
    pub session: Session,
    /// State before.
    pub old_state: u16,
    /// State after.
    pub new_state: u16,
}

impl StateChange {
    /// The code of Established.
    pub const ESTABLISHED: u16 = 6;

    /// True when the session was up and is no longer: the peer's routes are gone.
    pub fn is_down(&self) -> bool {
        self.old_state == Self::ESTABLISHED && self.new_state != Self::ESTABLISHED
    }
}

/// Message types without routes (RFC 4271 §4.1, RFC 2918).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageKind {
    /// OPEN.
    Open,
    /// NOTIFICATION.
    Notification,
    /// KEEPALIVE.
    Keepalive,
    /// ROUTE-REFRESH.
    RouteRefresh,
}

/// A message without routes.
#[derive(Clone, Copy, Debug)]
pub struct OtherMessage<'a> {
    /// Between whom.
    pub session: Session,
    /// Which.
    pub kind: MessageKind,
    /// What stands behind the BGP header.
    pub octets: &'a [u8],
}

const MARKER: [u8; 16] = [0xFF; 16];
const HEADER_BYTES: usize = 19;

/// Reads a record of BGP4MP; `body` starts after the microseconds of BGP4MP_ET.
pub(crate) fn parse<'a>(kind: Kind, body: &'a [u8]) -> Result<Body<'a>, Damage> {
    let mut cursor = Cursor(body);
    let four_octets = matches!(kind.subtype, 4 | 5 | 7 | 9 | 11);
    let local = matches!(kind.subtype, 6 | 7 | 10 | 11);
    let session = session(&mut cursor, four_octets, local).ok_or_else(short)??;
    if matches!(kind.subtype, 0 | 5) {
        let old_state = cursor.u16().ok_or_else(short)?;
        let new_state = cursor.u16().ok_or_else(short)?;
        if !cursor.is_empty() {
            let detail = format!("{} octets after the states", cursor.0.len());
            return Err(Damage::new(fault::TRAILING_OCTETS, detail));
        }
        return Ok(Body::StateChange(StateChange { session, old_state, new_state }));
    }
    let message = cursor.0;
    let marker = cursor.take(16).ok_or_else(short)?;
    if marker != MARKER {
        return Err(Damage::new(fault::BGP_MARKER, ""));
    }
    let len = usize::from(cursor.u16().ok_or_else(short)?);
    if len != message.len() || len < HEADER_BYTES {
        return Err(Damage::new(fault::BGP_LENGTH, format!("{len} of {} octets", message.len())));
    }
    let kind = match cursor.u8().ok_or_else(short)? {
        2 => {
            let encoding = if four_octets { Encoding::FourOctet } else { Encoding::TwoOctet };
            let context = Context { encoding, in_table: false };
            return update(session, context, kind.is_add_path(), cursor).map(Body::Update);
        }
        1 => MessageKind::Open,
        3 => MessageKind::Notification,
        4 => MessageKind::Keepalive,
        // 5 by RFC 2918; 128 was in use before.
        5 | 128 => MessageKind::RouteRefresh,
        other => return Err(Damage::new(fault::BGP_TYPE, other.to_string())),
    };
    Ok(Body::OtherMessage(OtherMessage { session, kind, octets: cursor.0 }))
}

fn short() -> Damage {
    Damage::new(fault::SHORT_RECORD, "")
}

fn session(cursor: &mut Cursor<'_>, four_octets: bool, local: bool) -> Option<Result<Session, Damage>> {
    let peer_asn = cursor.asn(four_octets)?;
    let local_asn = cursor.asn(four_octets)?;
    let interface = cursor.u16()?;
    let family = match cursor.u16()? {
        1 => Family::V4,
        2 => Family::V6,
        other => {
            return Some(Err(Damage::new(fault::UNKNOWN_ADDRESS_FAMILY, other.to_string())));
        }
    };
    let peer_address = cursor.address(family)?;
    let local_address = cursor.address(family)?;
    Some(Ok(Session { peer_address, peer_asn, local_address, local_asn, interface, local }))
}

fn update(
    session: Session,
    context: Context,
    add_path: bool,
    body: Cursor<'_>,
) -> Result<Update<'_>, Damage> {
    let mut cursor = body;
    let mut fields = || {
        let withdrawn_len = cursor.u16()?;
        let withdrawn = cursor.take(usize::from(withdrawn_len))?;
        let attributes_len = cursor.u16()?;
        let attributes = cursor.take(usize::from(attributes_len))?;
        Some((withdrawn, attributes))
    };
    let (withdrawn, attributes) =
        fields().ok_or_else(|| Damage::new(fault::UPDATE_LENGTHS, format!("{} octets", body.0.len())))?;
    Ok(Update { session, context, add_path, withdrawn, attributes, nlri: cursor.0 })
}
