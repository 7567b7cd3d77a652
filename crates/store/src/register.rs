//! The register of participants: every edit that was ever made, in their order. Nothing of it is changed or
//! deleted, and it belongs to no publication.

use crate::publish::{Cell, WriteError, insert, text};
use crate::{Store, StoreError};

/// One edit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisterEditRow {
    /// 1 for the first, one more for each: the revision of the register that it makes.
    pub number: i64,
    /// When it was made, Unix seconds.
    pub at: i64,
    /// Who made it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The programme.
    pub programme: String,
    /// The participant, by its id in the programme.
    pub participant: String,
    /// The first day on which it holds.
    pub valid_from: String,
    /// What kind of change.
    pub what: String,
    /// The value before; null where there was none.
    pub old: serde_json::Value,
    /// The value it set; null of a removal.
    pub new: serde_json::Value,
}

impl Store {
    /// Every edit of the register, the first one first.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn register(&self) -> Result<Vec<RegisterEditRow>, StoreError> {
        type Row = (i64, i64, String, String, String, String, String, String, String, String);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT number, made_at, made_by, reason, programme, participant, valid_from, what, old_doc, \
             new_doc FROM register_edit ORDER BY number",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|e| self.fail(e))?;
        let row = |(number, at, by, reason, programme, participant, valid_from, what, old, new): Row| {
            Ok(RegisterEditRow {
                number,
                at,
                by,
                reason,
                programme,
                participant,
                valid_from,
                what,
                old: serde_json::from_str(&old)?,
                new: serde_json::from_str(&new)?,
            })
        };
        rows.into_iter().map(row).collect()
    }

    /// Puts edits behind those there are, all of them or none. They were made knowing the register up to
    /// revision `known`, and are numbered from the next one on; false, and nothing is changed, when somebody
    /// has edited it since.
    ///
    /// # Errors
    /// When the database refuses; then nothing has changed.
    pub async fn edit_register(&self, known: i64, edits: &[RegisterEditRow]) -> Result<bool, StoreError> {
        let mut tx = self.begin_writing().await?;
        let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM register_edit")
            .fetch_one(&mut *tx)
            .await
            .map_err(|e| self.fail(e))?;
        if last != known {
            return Ok(false);
        }
        let rows = (known + 1..).zip(edits).map(|(number, edit)| -> Result<[Cell; 10], _> {
            Ok([
                number.into(),
                edit.at.into(),
                text(&edit.by),
                text(&edit.reason),
                text(&edit.programme),
                text(&edit.participant),
                text(&edit.valid_from),
                text(&edit.what),
                text(&serde_json::to_string(&edit.old)?),
                text(&serde_json::to_string(&edit.new)?),
            ])
        });
        let columns = "register_edit (number, made_at, made_by, reason, programme, participant, valid_from, \
                       what, old_doc, new_doc)";
        match insert(&mut tx, columns, rows).await {
            Ok(()) => {}
            // On PostgreSQL two may have read the same last number: the one who came later is told.
            Err(WriteError::Database(e))
                if e.as_database_error().is_some_and(|e| e.is_unique_violation()) =>
            {
                return Ok(false);
            }
            Err(WriteError::Database(e)) => return Err(self.fail(e)),
            Err(WriteError::Document(e)) => return Err(e.into()),
        }
        tx.commit().await.map_err(|e| self.fail(e))?;
        Ok(true)
    }
}
