//! The two functions that are the whole observatory: [`sweep`] folds one collector's files in time order
//! into spans, [`month`] folds spans and reference data into a month's measurements and grades.

pub mod month;
pub mod opinions;
pub mod sweep;
