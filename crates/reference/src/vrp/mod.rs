//! Validated ROA payloads and route origin validation (RFC 6811).

mod epochs;
mod json;
mod parse;
mod table;
mod text;

use core::fmt;

use routing::{Asn, Prefix};

pub use epochs::{VrpEpochs, VrpsAsOf};
pub use parse::parse;
pub use table::{Explanation, InvalidReason, Validation, VrpTable};

/// A validated ROA payload (RFC 6811 §2): `asn` may originate `prefix` and its more specifics up to
/// `max_length`.
///
/// Ordered by prefix, then maximum length, ASN and trust anchor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Vrp {
    /// The prefix.
    pub prefix: Prefix,
    /// Longest length allowed, in bits; at least the prefix's own.
    pub max_length: u8,
    /// The origin allowed; AS0 allows none (RFC 6483 §4).
    pub asn: Asn,
    /// Under which trust anchor it was validated, when the file says so.
    pub trust_anchor: TrustAnchor,
}

/// The trust anchor of a VRP.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(u8)]
pub enum TrustAnchor {
    /// AFRINIC's.
    Afrinic,
    /// APNIC's.
    Apnic,
    /// ARIN's.
    Arin,
    /// LACNIC's.
    Lacnic,
    /// RIPE NCC's.
    Ripe,
    /// Another one, or an assertion added locally.
    Other,
    /// The file does not say.
    #[default]
    NotSaid,
}

impl TrustAnchor {
    /// From the name a relying party gives it: `ripe`, `RIPE NCC RPKI Root`, `apnic-iana`, …
    pub fn from_name(name: &str) -> TrustAnchor {
        let name = name.trim().to_ascii_lowercase();
        let known = [
            ("afrinic", TrustAnchor::Afrinic),
            ("apnic", TrustAnchor::Apnic),
            ("arin", TrustAnchor::Arin),
            ("lacnic", TrustAnchor::Lacnic),
            ("ripe", TrustAnchor::Ripe),
        ];
        match name.as_str() {
            "" | "n/a" => TrustAnchor::NotSaid,
            _ => known.iter().find(|(n, _)| name.starts_with(n)).map_or(TrustAnchor::Other, |(_, t)| *t),
        }
    }

    /// As relying parties write it: `ripe`, …; empty when not said.
    pub fn name(self) -> &'static str {
        match self {
            TrustAnchor::Afrinic => "afrinic",
            TrustAnchor::Apnic => "apnic",
            TrustAnchor::Arin => "arin",
            TrustAnchor::Lacnic => "lacnic",
            TrustAnchor::Ripe => "ripe",
            TrustAnchor::Other => "other",
            TrustAnchor::NotSaid => "",
        }
    }
}

impl fmt::Display for Vrp {
    /// `192.0.2.0/24-28 AS64500`; without `-28` when the maximum is the prefix's own length.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.prefix)?;
        if self.max_length != self.prefix.len() {
            write!(f, "-{}", self.max_length)?;
        }
        write!(f, " {}", self.asn)
    }
}
