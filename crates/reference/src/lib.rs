//! The slow inputs: what networks registered, read from the files that registries and others publish.
//!
//! One module per dataset. Each has a `parse` that reads an already decompressed text, counts what is wrong
//! as [`routing::Fault`]s with their line and goes on, and a table that answers questions. No files, no
//! network, no clock: the caller opens, the caller decides what is admitted.

pub mod as_names;
pub mod asn_blocks;
pub mod asn_countries;
pub mod aspa;
pub mod bogons;
pub mod contacts;
pub mod delegations;
pub mod exchange_points;
pub mod fault;
pub mod history;
pub mod irr;
pub mod opinions;
pub mod organisations;
pub mod protectors;
pub mod relationships;
pub mod slurm;
pub mod spoofer;
pub mod vrp;

mod columns;
mod country;
mod epochs;
mod json;
mod lines;
mod names;
mod parsed;
mod prefix_index;
mod registry;

pub use country::Country;
pub use epochs::Epoch;
pub use names::{NameId, Names};
pub use parsed::{Parsed, ReadError};
pub use registry::Registry;
