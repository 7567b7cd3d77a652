//! Detectors: each takes spans with their verdicts and makes [`Event`]s — one detected wrong state with a
//! time, a culprit, accomplices and evidence. One file per kind; none knows how routes are read.

pub mod bogon_asn;
pub mod bogon_prefix;
mod event;
pub mod incident;
pub mod path;
pub mod replay;
pub mod story;
pub mod visibility;

pub use event::{Accomplice, BogonClass, EVENT_KINDS, Event, EventKind, Evidence, KindRow, Sighting};
