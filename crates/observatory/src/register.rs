//! The register of participants: from what is stored to what it says, and back.

use anyhow::{Context, Result};
use programme::{Change, Edit, Register};
use routing::{Date, Month, Timestamp};
use store::{RegisterEditRow, Store};

/// Under which name the register stands among the sources of a month.
pub const SOURCE: &str = "register";

/// Every edit there is, the first one first.
pub async fn edits(store: &Store) -> Result<Vec<Edit>> {
    edits_of(&store.register().await?)
}

fn edit(row: &RegisterEditRow) -> Result<Edit> {
    let read = || -> Result<Edit> {
        Ok(Edit {
            number: u64::try_from(row.number)?,
            at: Timestamp(row.at),
            by: row.by.clone(),
            reason: row.reason.clone(),
            programme: row.programme.clone(),
            participant: row.participant.clone(),
            from: row.valid_from.parse()?,
            change: Change::read(&row.what, &row.new)?,
        })
    };
    read().with_context(|| format!("edit {} of the register", row.number))
}

/// An edit as it is kept, with the value that it replaces in `before`.
pub fn row(edit: &Edit, before: &Register) -> RegisterEditRow {
    RegisterEditRow {
        number: edit.number as i64,
        at: edit.at.0,
        by: edit.by.clone(),
        reason: edit.reason.clone(),
        programme: edit.programme.clone(),
        participant: edit.participant.clone(),
        valid_from: edit.from.to_string(),
        what: edit.change.what().to_owned(),
        old: before.value_before(edit),
        new: edit.change.value(),
    }
}

/// The edits of rows that were read.
pub fn edits_of(rows: &[RegisterEditRow]) -> Result<Vec<Edit>> {
    rows.iter().map(edit).collect()
}

/// The day a month's participants are taken of: its last.
pub fn day_of(month: Month) -> Date {
    Date(month.next().first_day().0 - 1)
}

/// The register as of the last day of a month.
pub async fn of_month(store: &Store, month: Month) -> Result<Register> {
    Ok(Register::of(&edits(store).await?, Some(day_of(month)), None)?)
}
