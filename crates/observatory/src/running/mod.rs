//! What `observatory run` does beside serving: plans jobs, claims them, works on them.

mod lane;
mod plan;
mod work;

pub use lane::{Lane, STOP_SECONDS_MAX, told};
