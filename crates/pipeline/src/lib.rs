//! The two functions that are the whole observatory: [`sweep`] folds one collector's files in time order
//! into spans, [`month`] folds spans and reference data into a month's measurements and grades. [`inject`] plants
//! events to measure by.

pub mod inject;
pub mod month;
pub mod opinions;
pub mod roas;
pub mod sweep;
