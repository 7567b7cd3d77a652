//! Protocol data units: bytes to values and back. Every length is checked before a byte of it is asked for.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use routing::{Asn, Prefix};

use super::set::{Families, Vrp};

/// Length of what every unit begins with.
pub const HEADER_BYTES: usize = 8;
/// The longest unit read. The draft for version 2 bounds units so; no unit of the others comes near.
pub const UNIT_BYTES_MAX: u32 = 65_535;

/// Kinds of units (RFC 8210 §14, draft-ietf-sidrops-8210bis §5.12).
pub mod kind {
    pub const SERIAL_NOTIFY: u8 = 0;
    pub const SERIAL_QUERY: u8 = 1;
    pub const RESET_QUERY: u8 = 2;
    pub const CACHE_RESPONSE: u8 = 3;
    pub const IPV4_PREFIX: u8 = 4;
    pub const IPV6_PREFIX: u8 = 6;
    pub const END_OF_DATA: u8 = 7;
    pub const CACHE_RESET: u8 = 8;
    pub const ROUTER_KEY: u8 = 9;
    pub const ERROR_REPORT: u8 = 10;
    pub const ASPA: u8 = 11;
}

/// Error codes (RFC 8210 §12, draft-ietf-sidrops-8210bis §12).
pub mod code {
    pub const CORRUPT_DATA: u16 = 0;
    pub const INTERNAL_ERROR: u16 = 1;
    pub const NO_DATA_AVAILABLE: u16 = 2;
    pub const UNSUPPORTED_VERSION: u16 = 4;
    pub const UNSUPPORTED_PDU_TYPE: u16 = 5;
    pub const UNKNOWN_WITHDRAWAL: u16 = 6;
    pub const DUPLICATE_ANNOUNCEMENT: u16 = 7;
    pub const UNEXPECTED_VERSION: u16 = 8;
    pub const ASPA_PROVIDER_LIST: u16 = 9;
}

/// Names of the error codes, by code.
pub const CODES: [&str; 12] = [
    "Corrupt Data",
    "Internal Error",
    "No Data Available",
    "Invalid Request",
    "Unsupported Protocol Version",
    "Unsupported PDU Type",
    "Withdrawal of Unknown Record",
    "Duplicate Announcement Received",
    "Unexpected Protocol Version",
    "ASPA Provider List Error",
    "Transport Failed",
    "Ordering Error",
];

/// Against the protocol: what the cache is told, and in which words we say it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// One of [`code`].
    pub code: u16,
    /// What is wrong.
    pub words: String,
}

impl Violation {
    /// A violation.
    pub fn new(code: u16, words: impl Into<String>) -> Violation {
        Violation { code, words: words.into() }
    }

    fn corrupt<T>(words: impl Into<String>) -> Result<T, Violation> {
        Err(Violation::new(code::CORRUPT_DATA, words))
    }
}

/// What every unit begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Protocol version.
    pub version: u8,
    /// One of [`kind`].
    pub kind: u8,
    /// Session, error code or flags, by kind.
    pub field: u16,
    /// Length of the whole unit in bytes.
    pub length: u32,
}

/// How long a set is good for, in seconds (RFC 8210 §6).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Intervals {
    /// Until the cache is to be asked again.
    pub refresh: Option<u32>,
    /// Until it is to be asked again after a failure.
    pub retry: Option<u32>,
    /// Until the set is no longer to be used.
    pub expire: Option<u32>,
}

/// A unit that a cache may send.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pdu {
    /// There is something new.
    SerialNotify,
    /// The answer begins.
    CacheResponse { session: u16 },
    /// A VRP comes or goes.
    Prefix { announced: bool, vrp: Vrp },
    /// The answer ends.
    EndOfData { session: u16, serial: u32, intervals: Intervals },
    /// There is no way from the serial that was asked about.
    CacheReset,
    /// A router's key, which nobody here has a use for.
    RouterKey,
    /// The cache gives up.
    ErrorReport { code: u16, text: String },
    /// The providers of a customer come or go.
    Aspa { announced: bool, customer: Asn, families: Families, providers: Vec<Asn> },
}

impl Header {
    /// Reads a header and checks that a unit of its kind and version may have its length.
    ///
    /// # Errors
    /// An unknown kind, or a wrong length. The version is the caller's to judge.
    pub fn read(bytes: [u8; HEADER_BYTES]) -> Result<Header, Violation> {
        let [version, kind, f0, f1, l0, l1, l2, l3] = bytes;
        let length = u32::from_be_bytes([l0, l1, l2, l3]);
        let header = Header { version, kind, field: u16::from_be_bytes([f0, f1]), length };
        let (min, max) = match (kind, version) {
            (kind::SERIAL_NOTIFY, _) => (12, 12),
            (kind::CACHE_RESPONSE | kind::CACHE_RESET, _) => (8, 8),
            (kind::IPV4_PREFIX, _) => (20, 20),
            (kind::IPV6_PREFIX, _) => (32, 32),
            (kind::END_OF_DATA, 0) => (12, 12),
            (kind::END_OF_DATA, _) => (24, 24),
            (kind::ROUTER_KEY, 1..) => (33, UNIT_BYTES_MAX),
            (kind::ERROR_REPORT, _) => (16, UNIT_BYTES_MAX),
            (kind::ASPA, 2..) => (12, UNIT_BYTES_MAX),
            _ => {
                let words = format!("units of type {kind} do not exist here in version {version}");
                return Err(Violation::new(code::UNSUPPORTED_PDU_TYPE, words));
            }
        };
        if !(min..=max).contains(&length) || (kind == kind::ASPA && !length.is_multiple_of(4)) {
            return Violation::corrupt(format!("a unit of type {kind} claims {length} bytes"));
        }
        Ok(header)
    }

    /// Bytes behind the header.
    pub fn body_bytes(&self) -> usize {
        self.length as usize - HEADER_BYTES
    }
}

impl Pdu {
    /// Reads what stands behind a header.
    ///
    /// # Errors
    /// Values that make no sense.
    pub fn read(header: &Header, body: &[u8]) -> Result<Pdu, Violation> {
        match header.kind {
            kind::SERIAL_NOTIFY => Ok(Pdu::SerialNotify),
            kind::CACHE_RESPONSE => Ok(Pdu::CacheResponse { session: header.field }),
            kind::CACHE_RESET => Ok(Pdu::CacheReset),
            kind::IPV4_PREFIX => {
                let [flags, len, max, _, a, b, c, d, asn @ ..] = array::<12>(body)?;
                prefix(flags, Ipv4Addr::new(a, b, c, d).into(), len, max, u32::from_be_bytes(asn))
            }
            kind::IPV6_PREFIX => {
                let [flags, len, max, _, rest @ ..] = array::<24>(body)?;
                let (address, asn) = rest.split_at(16);
                let address = Ipv6Addr::from(array::<16>(address)?);
                prefix(flags, address.into(), len, max, u32::from_be_bytes(array(asn)?))
            }
            kind::END_OF_DATA => {
                let (serial, rest) = number(body)?;
                let intervals = if header.version == 0 {
                    Intervals::default()
                } else {
                    let (refresh, rest) = number(rest)?;
                    let (retry, rest) = number(rest)?;
                    let (expire, _) = number(rest)?;
                    Intervals { refresh: Some(refresh), retry: Some(retry), expire: Some(expire) }
                };
                Ok(Pdu::EndOfData { session: header.field, serial, intervals })
            }
            kind::ROUTER_KEY => Ok(Pdu::RouterKey),
            kind::ERROR_REPORT => {
                let (length, rest) = number(body)?;
                let Some((_, rest)) = rest.split_at_checked(length as usize) else {
                    return Violation::corrupt("an Error Report holds a longer unit than it has room for");
                };
                let (length, rest) = number(rest)?;
                let Some(text) = rest.get(..length as usize) else {
                    return Violation::corrupt("an Error Report holds a longer text than it has room for");
                };
                Ok(Pdu::ErrorReport { code: header.field, text: readable(text) })
            }
            kind::ASPA => aspa(header.field, body),
            other => Violation::corrupt(format!("a unit of type {other}")),
        }
    }
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Violation> {
    match bytes.first_chunk() {
        Some(array) => Ok(*array),
        None => Violation::corrupt("a unit is too short"),
    }
}

fn number(bytes: &[u8]) -> Result<(u32, &[u8]), Violation> {
    match bytes.split_first_chunk() {
        Some((number, rest)) => Ok((u32::from_be_bytes(*number), rest)),
        None => Violation::corrupt("a unit is too short"),
    }
}

fn prefix(flags: u8, address: IpAddr, len: u8, max_length: u8, asn: u32) -> Result<Pdu, Violation> {
    let prefix = Prefix::from_address(address, len).filter(|p| p.address() == address);
    match prefix {
        Some(prefix) if (len..=prefix.family().bits()).contains(&max_length) => {
            Ok(Pdu::Prefix { announced: flags & 1 == 1, vrp: Vrp { prefix, max_length, asn: Asn(asn) } })
        }
        _ => Violation::corrupt(format!("`{address}/{len}` up to {max_length} is no prefix")),
    }
}

/// Either as the draft has it since its version 13 — flags in the header, then customer and providers; a
/// withdrawal names no provider — or as before it: flags, families and a count behind the header, which holds
/// zeroes. Only the older form is longer than twelve bytes without flags in the header.
fn aspa(field: u16, body: &[u8]) -> Result<Pdu, Violation> {
    let asns = |bytes: &[u8]| -> Vec<Asn> {
        bytes.as_chunks().0.iter().map(|asn| Asn(u32::from_be_bytes(*asn))).collect()
    };
    let is_older = field == 0 && body.len() > 4;
    let (announced, families, customer, providers) = if is_older {
        let [flags, families, count @ ..] = array::<4>(body)?;
        let (customer, rest) = number(&body[4..])?;
        let providers = asns(rest);
        if usize::from(u16::from_be_bytes(count)) != providers.len() {
            return Violation::corrupt("an ASPA has not as many providers as it says");
        }
        let families = if families & 1 == 0 { Families::Ipv4 } else { Families::Ipv6 };
        (flags & 1 == 1, families, customer, providers)
    } else {
        let (customer, rest) = number(body)?;
        (field >> 8 & 1 == 1, Families::Both, customer, asns(rest))
    };
    let wrong = |words: String| Err(Violation::new(code::ASPA_PROVIDER_LIST, words));
    match (announced, providers.len()) {
        (true, 0) => wrong(format!("AS{customer} is announced without a provider")),
        _ if customer == 0 => wrong("an ASPA of AS0".to_owned()),
        _ => Ok(Pdu::Aspa { announced, customer: Asn(customer), families, providers }),
    }
}

/// A text from outside, short and without control characters.
fn readable(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(&text[..text.len().min(400)]);
    let shown = text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
    shown.trim().to_owned()
}

/// A query for everything.
pub fn reset_query(version: u8) -> Vec<u8> {
    header(version, kind::RESET_QUERY, 0, &[])
}

/// A query for what came after a serial.
pub fn serial_query(version: u8, session: u16, serial: u32) -> Vec<u8> {
    header(version, kind::SERIAL_QUERY, session, &serial.to_be_bytes())
}

/// A report of what is wrong with a unit, of which `of` is what was read.
pub fn error_report(version: u8, violation: &Violation, of: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(8 + of.len() + violation.words.len());
    for part in [of, violation.words.as_bytes()] {
        body.extend((part.len() as u32).to_be_bytes());
        body.extend(part);
    }
    header(version, kind::ERROR_REPORT, violation.code, &body)
}

fn header(version: u8, kind: u8, field: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![version, kind];
    bytes.extend(field.to_be_bytes());
    bytes.extend(((HEADER_BYTES + body.len()) as u32).to_be_bytes());
    bytes.extend(body);
    bytes
}
