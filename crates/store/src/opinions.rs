//! What others say, by time, of whom, and about which events of ours.

use std::collections::BTreeSet;

use sqlx::{Any, Transaction};

use crate::narrow::Statement;
use crate::publish::{Cell, WriteError, document, insert, text};
use crate::{OpinionRow, Store, StoreError};

/// Which opinions are asked for. A part that is `None` asks for all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OpinionFilter {
    /// Named as culprit or victim.
    pub network: Option<u32>,
    /// True: only those that tell of an event of ours; false: only what we did not see.
    pub matched: Option<bool>,
}

fn chosen(columns: &str, publication: i64, filter: &OpinionFilter) -> Statement {
    let statement = Statement::new(&format!("SELECT {columns} FROM "));
    let statement = match filter.network {
        Some(asn) => statement
            .push("opinion_network n CROSS JOIN opinion r WHERE n.publication = ")
            .bind(publication)
            .push(" AND n.asn = ")
            .bind(i64::from(asn))
            .push(" AND r.id = n.opinion AND r.publication = "),
        None => statement.push("opinion r WHERE r.publication = "),
    };
    let statement = statement.bind(publication);
    match filter.matched {
        Some(matched) => statement.push(" AND r.matched = ").bind(i64::from(matched)),
        None => statement,
    }
}

fn part(publication: i64, filter: &OpinionFilter, (started, id): (i64, &str), limit: i64) -> Statement {
    chosen("r.doc", publication, filter)
        .push(" AND r.started >= ")
        .bind(started)
        .push(" AND (r.started > ")
        .bind(started)
        .push(" OR r.id > ")
        .bind(id)
        .push(") ORDER BY r.started, r.id LIMIT ")
        .bind(limit)
}

impl Store {
    /// Opinions by time and id, at most `limit`, after the time and id given.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn opinions_after(
        &self,
        publication: i64,
        filter: &OpinionFilter,
        after: (i64, &str),
        limit: i64,
    ) -> Result<Vec<OpinionRow>, StoreError> {
        self.documents_of(part(publication, filter, after, limit)).await
    }

    /// Opinions, the latest first, at most `limit` after the first `offset`.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn opinions_page(
        &self,
        publication: i64,
        filter: &OpinionFilter,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<OpinionRow>, StoreError> {
        let statement = chosen("r.doc", publication, filter)
            .push(" ORDER BY r.started DESC, r.id DESC LIMIT ")
            .bind(limit)
            .push(" OFFSET ")
            .bind(offset);
        self.documents_of(statement).await
    }

    /// How many opinions there are.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn opinion_count(&self, publication: i64, filter: &OpinionFilter) -> Result<i64, StoreError> {
        let statement = chosen("COUNT(*)", publication, filter);
        Ok(self.rows::<(i64,)>(statement).await?.first().map_or(0, |(n,)| *n))
    }

    /// What others say of these events, by time and id, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn opinions_of_events(
        &self,
        publication: i64,
        events: &[String],
        limit: i64,
    ) -> Result<Vec<OpinionRow>, StoreError> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let statement = Statement::new(
            "SELECT r.doc FROM (SELECT DISTINCT opinion FROM opinion_event WHERE publication = ",
        )
        .bind(publication)
        .push(" AND event IN ")
        .list(events.iter().map(String::as_str))
        .push(") own CROSS JOIN opinion r WHERE r.id = own.opinion AND r.publication = ")
        .bind(publication)
        .push(" ORDER BY r.started, r.id LIMIT ")
        .bind(limit);
        self.documents_of(statement).await
    }
}

/// Writes the opinions of a publication and what they are found by.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    publication: i64,
    opinions: &[OpinionRow],
) -> Result<(), WriteError> {
    let rows = opinions.iter().map(|row| {
        let matched = i64::from(!row.events.is_empty());
        Ok([publication.into(), text(&row.id), row.start.into(), matched.into(), document(row)?])
    });
    insert(tx, "opinion (publication, id, started, matched, doc)", rows).await?;

    let rows = opinions.iter().flat_map(|row| {
        let named: BTreeSet<u32> = row.culprits.iter().chain(&row.victims).copied().collect();
        named.into_iter().map(|asn| Ok([publication.into(), Cell::from(i64::from(asn)), text(&row.id)]))
    });
    insert(tx, "opinion_network (publication, asn, opinion)", rows).await?;

    let rows = opinions.iter().flat_map(|row| {
        let named: BTreeSet<&str> = row.events.iter().map(|event| event.event.as_str()).collect();
        named.into_iter().map(|event| Ok([publication.into(), text(event), text(&row.id)]))
    });
    insert(tx, "opinion_event (publication, event, opinion)", rows).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::narrow::plan;

    #[tokio::test]
    async fn every_filter_is_answered_by_an_index_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", dir.path().join("store.sqlite").display());
        let store = Store::open(&url).await.unwrap();
        for (filter, index) in [
            (OpinionFilter::default(), "opinion_started"),
            (OpinionFilter { matched: Some(false), ..OpinionFilter::default() }, "opinion_matched"),
            (OpinionFilter { network: Some(1), ..OpinionFilter::default() }, "opinion_network"),
        ] {
            let steps = plan(&store, part(1, &filter, (0, ""), 9)).await;
            assert!(steps.contains(index), "{filter:?}: {steps}");
            assert!(!steps.contains("SCAN"), "{filter:?}: {steps}");
        }
    }
}
