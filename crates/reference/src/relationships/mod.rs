//! Business relationships between networks: read as CAIDA gives them (serial-1, serial-2) or inferred from paths;
//! customer cones, and the size of a network.

mod clique;
mod graph;
mod infer;
mod parse;
mod paths;

use routing::Asn;

pub use graph::{Relation, RelationshipTable, Size};
pub use infer::{Inference, InferredLink, infer};
pub use parse::parse;
pub use paths::{PathCounts, PathSet};

/// One line: `a` is the provider of `b`, or they are peers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Relationship {
    /// The provider, or one peer.
    pub a: Asn,
    /// The customer, or the other peer.
    pub b: Asn,
    /// What they are to each other.
    pub link: Link,
}

/// Kind of a link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Link {
    /// `-1`: provider to customer.
    ProviderToCustomer,
    /// `0`: peers.
    Peers,
}

/// One file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Relationships {
    /// The links in the order of the file.
    pub links: Vec<Relationship>,
    /// `# input clique:` networks without providers at the top.
    pub clique: Vec<Asn>,
    /// `# IXP ASes:` route servers, taken out of paths before inference.
    pub exchanges: Vec<Asn>,
}
