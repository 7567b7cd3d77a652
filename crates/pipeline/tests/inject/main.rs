//! Planted events: how routes spread, what is drawn, what is written.

mod planted;
mod real;
mod spread;
mod world;
