//! Plants events into real tables, so that what finds them can be measured: an announcement spreads over the
//! relationships of networks to the peers of the real tables, and what each would then tell its collector is
//! written as MRT, with a label.
//!
//! The same tables, references and seed give the same bytes.

mod draw;
mod excerpt;
mod ground;
mod kind;
mod leak;
mod mistype;
mod plan;
mod random;
mod tables;
mod topology;
mod vantage;
pub mod write;

pub use draw::DDOS_PROTECTION;
pub use excerpt::Excerpts;
pub use ground::Ground;
pub use kind::{Expected, KINDS, Kind, KindRow};
pub use leak::directions;
pub use plan::{Plan, Planted, Settings, Sight, plan};
pub use random::Random;
pub use tables::{Collector, Row, Tables, TablesBuilder};
pub use topology::{Announcement, From, Spread, Topology, Towards};
pub use vantage::{Feed, Vantage, vantages};
