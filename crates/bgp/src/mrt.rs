//! MRT (RFC 6396, RFC 8050): a streaming, zero-copy reader, a counter and a small writer.
//!
//! [`Reader::next`] yields one [`Record`] or one [`Fault`](routing::Fault) at a time;
//! [`Record::elements`] turns a record into announced and withdrawn prefixes, every attribute decoded;
//! [`Record::rows`] gives the rows of a table with their origins alone, for a quarter of the work.
//!
//! Two words are kept apart everywhere: an *entry* is one row of a table (a RIB entry of TABLE_DUMP_V2, a
//! record of TABLE_DUMP), an *element* is one announced or withdrawn prefix. Every entry is also an element.

mod attributes;
mod brief;
mod classify;
mod communities;
mod count;
mod cursor;
pub mod dissect;
mod element;
mod excerpt;
pub mod fault;
mod message;
mod nlri;
mod path;
mod peers;
mod reader;
mod record;
mod resync;
mod rib;
mod rows;
mod table_dump;
pub mod write;

pub use attributes::{Aggregator, Attributes, Context, Encoding, OriginCode};
pub use classify::{Class, Kind};
pub use communities::{Communities, Community, LargeCommunities, LargeCommunity};
pub use count::{Count, Counter, count};
pub use element::Element;
pub use excerpt::{Excerpt, excerpt};
pub use message::{MessageKind, OtherMessage, Session, StateChange, Update};
pub use nlri::{MpReach, MpUnreach, Nlri, NlriPrefix, Safi};
pub use peers::{PeerEntry, PeerTable};
pub use reader::{Item, RECORD_BYTES_MAX, Reader};
pub use record::{Body, Record};
pub use rib::{Rib, RibEntries, RibEntry};
pub use rows::{PeerMemory, Row};
pub use table_dump::TableDump;
