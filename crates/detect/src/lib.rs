//! Detectors: each takes spans with their verdicts and makes [`Event`]s — one detected wrong state with a
//! time, a culprit, accomplices and evidence. One file per kind; none knows how routes are read.

pub mod bogon_asn;
pub mod bogon_prefix;
mod event;
pub mod forged_path;
pub mod incident;
mod kind;
pub mod misorigination;
pub mod open;
pub mod path;
mod reason;
mod registered;
pub mod replay;
pub mod route_leak;
pub mod story;
mod tree;
pub mod visibility;

pub use event::{Accomplice, Began, BogonClass, Event, Evidence, LeakHop, OpenEnd, Sighting};
pub use kind::{EVENT_KINDS, EventKind, KindRow};
pub use open::Open;
pub use reason::{Cause, REASONS, Reason, ReasonRow, Verdict};
pub use registered::{Dismissal, Marked, RouteMark};
pub use tree::{Clause, Input, InputKind, Tree};
