//! Measurement: incidents and counts become raw values, scores and grades under a framework, and the scores of
//! networks become those of participants and areas. The rules are in [`framework`] files, not here.

pub mod aggregate;
pub mod facts;
pub mod framework;
pub mod incidents;
pub mod m3_bogon_prefix;
pub mod m4_bogon_asn;
pub mod m5_spoofing;
pub mod m6_policy;
pub mod m7_irr;
pub mod m7_rpki;
pub mod m8_contact;
pub mod metric;
pub mod published;
pub mod raw;
pub mod readiness;
mod value;

pub use value::{Measured, Value};
