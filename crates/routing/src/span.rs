use core::net::IpAddr;

use crate::{Asn, Family, Prefix, Span};

/// The BGP neighbour of a collector that shows a route, for one address family of routes.
///
/// The ADD-PATH identifier (RFC 7911) tells apart the routes of one peer for one prefix; it belongs to the
/// route, not to the session, and is kept in [`RouteSpan::path_id`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Peer {
    /// Address of the neighbour.
    pub address: IpAddr,
    /// Its AS.
    pub asn: Asn,
    /// Family of the routes counted under it.
    pub family: Family,
}

/// Why a span ends where it does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum SpanEnd {
    /// The peer withdrew the route.
    Withdrawn = 0,
    /// The peer announced another path for the prefix.
    Replaced = 1,
    /// A later table of the collector does not show the route.
    AbsentFromTable = 2,
    /// The session went down (BGP4MP state change).
    SessionDown = 3,
    /// The data end here; the route may live on.
    DataEnd = 4,
    /// Data are missing from here on: what follows is unknown time.
    DataGap = 5,
    /// No updates follow the table: the span is as long as a table stands for (`estimated`).
    TableOnly = 6,
}

/// Who saw which route from when to when: a fact, unjudged.
///
/// `collector`, `peer`, `path` and `file` are indices into the tables that accompany the spans.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RouteSpan {
    /// The prefix.
    pub prefix: Prefix,
    /// When the route was held: `[start, end)`.
    pub time: Span,
    /// Index of the collector.
    pub collector: u16,
    /// Index of the peer.
    pub peer: u32,
    /// ADD-PATH identifier, 0 without ADD-PATH.
    pub path_id: u32,
    /// Index of the AS path.
    pub path: u32,
    /// Index of the file whose record opened the span.
    pub file: u32,
    /// Byte offset of that record in the decompressed file.
    pub offset: u64,
    /// Why it ends.
    pub end: SpanEnd,
    /// True when start or end is an estimate from tables alone.
    pub estimated: bool,
}
