//! Local exceptions to RPKI data (SLURM): RFC 8416, and version 2 with ASPA
//! (draft-ietf-sidrops-aspa-slurm).

mod parse;

use routing::{Asn, Prefix};

pub use parse::{SlurmError, parse};

use crate::aspa::Aspa;
use crate::vrp::Vrp;

/// A SLURM file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Slurm {
    /// 1 or 2.
    pub version: u8,
    /// VRPs to drop.
    pub prefix_filters: Vec<PrefixFilter>,
    /// VRPs to add after filtering.
    pub prefix_assertions: Vec<Vrp>,
    /// Customers whose ASPAs are dropped.
    pub aspa_filters: Vec<Asn>,
    /// ASPAs to add after filtering.
    pub aspa_assertions: Vec<Aspa>,
    /// BGPsec filters and assertions in the file; they say nothing about origins or providers.
    pub bgpsec_entries: usize,
}

/// Drops the VRPs that meet each condition given (RFC 8416 §3.3.1); at least one is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PrefixFilter {
    /// The VRP's prefix is this one or a more specific of it.
    pub prefix: Option<Prefix>,
    /// The VRP's ASN is this one.
    pub asn: Option<Asn>,
}

impl PrefixFilter {
    /// True when `vrp` is to be dropped.
    pub fn drops(&self, vrp: &Vrp) -> bool {
        self.prefix.is_none_or(|p| p.contains(&vrp.prefix)) && self.asn.is_none_or(|a| a == vrp.asn)
    }
}

impl Slurm {
    /// Filters, then adds (RFC 8416 §3.3, §3.4).
    pub fn apply_to_vrps(&self, mut vrps: Vec<Vrp>) -> Vec<Vrp> {
        vrps.retain(|vrp| !self.prefix_filters.iter().any(|f| f.drops(vrp)));
        vrps.extend_from_slice(&self.prefix_assertions);
        vrps
    }

    /// Filters, then adds.
    pub fn apply_to_aspas(&self, mut aspas: Vec<Aspa>) -> Vec<Aspa> {
        aspas.retain(|aspa| !self.aspa_filters.contains(&aspa.customer));
        aspas.extend_from_slice(&self.aspa_assertions);
        aspas
    }
}
