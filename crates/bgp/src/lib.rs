//! BGP as collectors record it: reading and writing MRT, and the text form of `bgpdump -m`.
//!
//! Nothing here opens a file or asks the clock: readers take any [`std::io::Read`], and bad bytes become
//! [`routing::Fault`]s, never panics.

pub mod bgpdump;
pub mod mrt;
