//! Who takes part: the programmes with their actions as data, the lists of their participants, and the scores
//! of a participant from those of its networks (FRAMEWORK §5, §8).

mod catalogue;
pub mod fault;
pub mod foreign;
mod list;
mod participant;
mod register;
mod scores;

pub use catalogue::{Action, Column, Item, Programme, Requirement, UnknownProgramme, load, shipped};
pub use list::parse;
pub use participant::{Conformance, Membership, Participant};
pub use register::history;
pub use scores::{ParticipantScore, Totals, grade, totals};
