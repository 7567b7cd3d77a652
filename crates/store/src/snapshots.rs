//! Every file a month was judged by: from when on it holds, and since when we have it.

use sqlx::{Any, Transaction};

use crate::publish::WriteError;
use crate::{SourceRow, Store, StoreError};

/// A file that a publication used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SnapshotRow {
    /// Its source.
    pub source: String,
    /// Which part of the source's dataset.
    pub part: String,
    /// SHA-256 of its raw bytes.
    pub digest: String,
    /// The moment it speaks of.
    pub valid_from: i64,
    /// Records it held.
    pub records: i64,
}

impl Store {
    /// Every file that a publication ever used, by source, part and moment.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn snapshots(&self) -> Result<Vec<SnapshotRow>, StoreError> {
        let rows: Vec<(String, String, String, i64, i64)> = sqlx::query_as(
            "SELECT source, part, digest, valid_from, records FROM snapshot \
             ORDER BY source, part, valid_from, digest",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|e| self.fail(e))?;
        let row = |(source, part, digest, valid_from, records)| SnapshotRow {
            source,
            part,
            digest,
            valid_from,
            records,
        };
        Ok(rows.into_iter().map(row).collect())
    }
}

/// Takes in the dated files of a publication's sources. A file holds from its own moment until that of the
/// next one of its source; one we have already keeps the moment we first had it.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    sources: &[SourceRow],
    now: i64,
) -> Result<(), WriteError> {
    for source in sources {
        for file in source.files.iter().filter(|f| f.used) {
            let Some(as_of) = file.as_of else { continue };
            sqlx::query(
                "INSERT INTO snapshot (digest, source, kind, valid_from, known_from, part, records) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source, digest) DO NOTHING",
            )
            .bind(file.digest.clone())
            .bind(source.name.clone())
            .bind(source.kind.clone())
            .bind(as_of)
            .bind(now)
            .bind(file.part.clone())
            .bind(file.records)
            .execute(&mut **tx)
            .await?;
        }
        sqlx::query(
            "UPDATE snapshot SET valid_to = (SELECT MIN(later.valid_from) FROM snapshot later \
             WHERE later.source = snapshot.source AND later.part = snapshot.part AND later.valid_from > snapshot.valid_from) WHERE source = $1",
        )
        .bind(source.name.clone())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
