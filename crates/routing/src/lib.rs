//! The words of the observatory: what every other crate speaks, and nothing that does anything.
//!
//! No input or output, no clock, no database: these types are facts and the smallest operations on them.

mod asn;
mod economy;
mod fault;
mod path;
mod prefix;
mod set_name;
mod span;
mod time;
mod unknown;

pub use asn::{Asn, AsnError};
pub use economy::{Region, RegionKind, economy_name, economy_names};
pub use fault::{Fault, FaultCounts, FaultKind};
pub use path::{AsPath, Origin, PathRef, Segment, SegmentKind, Segments};
pub use prefix::{Family, Prefix, PrefixError};
pub use set_name::{SET_NAME_BYTES_MAX, as_set_name, as_set_reference};
pub use span::{Peer, RouteSpan, SpanEnd};
pub use time::{Date, Month, Span, TimeError, Timestamp};
pub use unknown::Unknown;
