//! Events by what they are, where, when, of whom and about which prefix.

use sqlx::{Any, Transaction};

use crate::narrow::{Filter, Statement, prefix_key_of};
use crate::publish::{Cell, WriteError, document, insert, text};
use crate::{EventRow, Store, StoreError};

/// Events that meet a filter by time and id, after the time and id given.
fn part(publication: i64, filter: &Filter, (started, id): (i64, &str), limit: i64) -> Statement {
    let mut statement = Statement::new("SELECT r.doc FROM ");
    statement = match &filter.prefix {
        // CROSS JOIN keeps SQLite from walking through the whole month in the order of time.
        Some(prefix) => statement
            .push("(SELECT id FROM event WHERE publication = ")
            .bind(publication)
            .push(" AND ")
            .touches(prefix)
            .push(") own CROSS JOIN event r WHERE r.id = own.id AND r.publication = "),
        None => statement.push("event r WHERE r.publication = "),
    };
    statement
        .bind(publication)
        .narrow(&Filter { answers: None, ..filter.clone() }, "kind")
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
    /// Events that meet a filter by time and id, at most `limit`, after the time and id given.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn events_after(
        &self,
        publication: i64,
        filter: &Filter,
        after: (i64, &str),
        limit: i64,
    ) -> Result<Vec<EventRow>, StoreError> {
        self.documents_of(part(publication, filter, after, limit)).await
    }

    /// Events of these ids, by time and id.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn events_named(&self, publication: i64, ids: &[String]) -> Result<Vec<EventRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let statement = Statement::new("SELECT doc FROM event WHERE publication = ")
            .bind(publication)
            .push(" AND id IN ")
            .list(ids.iter().map(String::as_str))
            .push(" ORDER BY started, id");
        self.documents_of(statement).await
    }

    /// The published months that have an event, the latest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn months_of_event(&self, id: &str) -> Result<Vec<String>, StoreError> {
        let statement = Statement::new(
            "SELECT c.month FROM current_publication c CROSS JOIN event r \
             WHERE r.publication = c.publication AND r.id = ",
        );
        let rows: Vec<(String,)> = self.rows(statement.bind(id).push(" ORDER BY c.month DESC")).await?;
        Ok(rows.into_iter().map(|(month,)| month).collect())
    }
}

/// Writes the events of a publication.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    publication: i64,
    events: &[EventRow],
) -> Result<(), WriteError> {
    let rows = events.iter().map(|row| {
        Ok([
            publication.into(),
            text(&row.id),
            text(&row.kind),
            Cell::Integer(row.culprit.map(i64::from)),
            Cell::Text(row.economy.clone()),
            Cell::from(prefix_key_of(&row.prefix)),
            text(&row.prefix),
            row.start.into(),
            row.end.into(),
            i64::from(row.ongoing).into(),
            document(row)?,
        ])
    });
    let columns =
        "event (publication, id, kind, culprit, economy, prefix_key, prefix, started, ended, ongoing, doc)";
    insert(tx, columns, rows).await?;

    let rows = events.iter().flat_map(|row| {
        row.accomplices.iter().map(|(asn, _)| Ok([publication.into(), i64::from(*asn).into(), text(&row.id)]))
    });
    insert(tx, "event_accomplice (publication, asn, event)", rows).await
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
        let prefix = "2001:db8::/32".parse().ok();
        for (filter, index) in [
            (Filter::default(), "event_started"),
            (Filter { kinds: vec!["bogon_asn".to_owned()], ..Filter::default() }, "event_kind"),
            (Filter { culprit: Some(1), ..Filter::default() }, "event_culprit"),
            (Filter { economy: Some("NL".to_owned()), ..Filter::default() }, "event_economy"),
            (Filter { ongoing: true, ..Filter::default() }, "event_ongoing"),
            (Filter { prefix, ..Filter::default() }, "event_prefix"),
        ] {
            let steps = plan(&store, part(1, &filter, (0, ""), 9)).await;
            assert!(steps.contains(index), "{filter:?}: {steps}");
            assert!(!steps.contains("SCAN"), "{filter:?}: {steps}");
        }
    }
}
