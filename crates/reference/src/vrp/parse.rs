use std::io::BufRead;

use routing::{Asn, FaultCounts, FaultKind, Prefix};

use super::{TrustAnchor, Vrp, json, text};
use crate::fault;
use crate::lines::skip_blank;
use crate::parsed::{Parsed, ReadError};

/// Reads VRPs of any format that relying parties and registries write, told apart by content:
/// routinator's and rpki-client's JSON, SLURM (its assertions), CSV with `ASN,IP Prefix,Max Length[,…]` in
/// the columns its header names, CSV without header as `asn,prefix,maxlen[,…]`, BIRD 1 and 2, OpenBGPD.
/// A summary and an empty text hold no VRPs. Columns and members of validity times are passed over: a list
/// stands for its own moment.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when it is none of these.
pub fn parse(mut input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<Vec<Vrp>>, ReadError> {
    let (blank, first) = skip_blank(&mut input)?;
    match first {
        Some(b'{' | b'[') => json::parse(input, blank, faults),
        _ => text::parse(input, blank, faults),
    }
}

/// A record as text, whatever the format.
pub(super) struct Fields<'a> {
    pub asn: &'a str,
    pub prefix: &'a str,
    /// Empty: the prefix's own length.
    pub max_length: &'a str,
    pub trust_anchor: TrustAnchor,
}

impl Fields<'_> {
    /// The VRP, or what is wrong and with which value.
    pub fn read(&self) -> Result<Vrp, (FaultKind, String)> {
        let asn: Asn = self.asn.parse().map_err(|_| (fault::BAD_ASN, self.asn.to_owned()))?;
        let prefix: Prefix = self.prefix.parse().map_err(|e| (fault::BAD_PREFIX, format!("{e}")))?;
        let wrong = || (fault::BAD_MAX_LENGTH, format!("{} max {}", prefix, self.max_length));
        let max_length = match self.max_length {
            "" => prefix.len(),
            text => text.parse().map_err(|_| wrong())?,
        };
        if !(prefix.len()..=prefix.family().bits()).contains(&max_length) {
            return Err(wrong());
        }
        Ok(Vrp { prefix, max_length, asn, trust_anchor: self.trust_anchor })
    }
}
