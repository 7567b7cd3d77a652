use sqlx::{Any, Transaction};

use crate::narrow::Statement;
use crate::publish::{WriteError, document, insert, text};
use crate::{ReplayRow, Store, StoreError};

impl Store {
    /// The routes around an event; `None` where none are kept.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn replay(&self, publication: i64, event: &str) -> Result<Option<ReplayRow>, StoreError> {
        let statement = Statement::new("SELECT doc FROM replay WHERE publication = ")
            .bind(publication)
            .push(" AND event = ")
            .bind(event);
        Ok(self.documents_of(statement).await?.into_iter().next())
    }
}

/// Writes the replays of a publication.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    publication: i64,
    replays: &[ReplayRow],
) -> Result<(), WriteError> {
    let rows = replays.iter().map(|row| Ok([publication.into(), text(&row.event), document(row)?]));
    insert(tx, "replay (publication, event, doc)", rows).await
}
