//! Who takes part: the programmes with their actions as data, the lists and the register of their
//! participants, and the scores of a participant from those of its networks (FRAMEWORK §5, §8).

mod catalogue;
mod difference;
mod edit;
pub mod fault;
pub mod foreign;
mod journal;
mod list;
mod participant;
mod register;
mod scores;

pub use catalogue::{Action, Column, Item, Programme, Requirement, UnknownProgramme, load, shipped};
pub use difference::difference;
pub use edit::{Change, Edit, EditError};
pub use journal::{Entry, Register};
pub use list::{parse, write};
pub use participant::{Conformance, Membership, Participant};
pub use register::history;
pub use scores::{ParticipantScore, Totals, grade, totals};
