//! Every file a month was judged by: from when on it holds, and since when we have it.

use sqlx::{Any, Transaction};

use crate::SourceRow;
use crate::publish::WriteError;

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
                "INSERT INTO snapshot (digest, source, kind, valid_from, known_from) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (source, digest) DO NOTHING",
            )
            .bind(file.digest.clone())
            .bind(source.name.clone())
            .bind(source.kind.clone())
            .bind(as_of)
            .bind(now)
            .execute(&mut **tx)
            .await?;
        }
        sqlx::query(
            "UPDATE snapshot SET valid_to = (SELECT MIN(later.valid_from) FROM snapshot later \
             WHERE later.source = snapshot.source AND later.valid_from > snapshot.valid_from) WHERE source = $1",
        )
        .bind(source.name.clone())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
