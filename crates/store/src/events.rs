//! Events by what they are, where, when, of whom and about which prefix.

use std::collections::BTreeMap;

use sqlx::{Any, Transaction};

use crate::narrow::{Filter, Statement, prefix_key_of};
use crate::publish::{Cell, WriteError, document, insert, text};
use crate::{EventRow, Made, Store, StoreError};

/// How many events of one kind, verdict and reason meet a filter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct EventTally {
    /// The kind.
    pub kind: String,
    /// The verdict.
    pub verdict: String,
    /// The reason for it.
    pub reason: String,
    /// How many.
    pub events: i64,
}

/// How many events of one kind and verdict a published month has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventCount {
    /// The month.
    pub month: String,
    /// The kind.
    pub kind: String,
    /// The verdict.
    pub verdict: String,
    /// How many.
    pub events: i64,
}

/// `SELECT` of events that meet a filter, without an order.
fn chosen(columns: &str, publication: i64, filter: &Filter) -> Statement {
    let statement = Statement::new(&format!("SELECT {columns} FROM "));
    let statement = match &filter.prefix {
        // CROSS JOIN keeps SQLite from walking through the whole month in the order of time.
        Some(prefix) => statement
            .push("(")
            .touching(|half| half.push("SELECT id FROM event WHERE publication = ").bind(publication), prefix)
            .push(") own CROSS JOIN event r WHERE r.id = own.id AND r.publication = "),
        None => statement.push("event r WHERE r.publication = "),
    };
    statement.bind(publication).narrow(&Filter { answers: None, ..filter.clone() }, "kind")
}

/// Events that meet a filter by time and id, after the time and id given.
fn part(publication: i64, filter: &Filter, (started, id): (i64, &str), limit: i64) -> Statement {
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

/// Events that meet a filter, the latest first or last.
fn page(publication: i64, filter: &Filter, descending: bool, (limit, offset): (i64, i64)) -> Statement {
    let way = if descending { " DESC" } else { "" };
    chosen("r.doc", publication, filter)
        .push(&format!(" ORDER BY r.started{way}, r.id{way} LIMIT "))
        .bind(limit)
        .push(" OFFSET ")
        .bind(offset)
}

impl Store {
    /// Events that meet a filter by start, at most `limit` after the first `offset`.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn events_page(
        &self,
        publication: i64,
        filter: &Filter,
        descending: bool,
        part: (i64, i64),
    ) -> Result<Vec<EventRow>, StoreError> {
        self.documents_of(page(publication, filter, descending, part)).await
    }

    /// How many events of each kind, verdict and reason meet a filter.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event_tallies(
        &self,
        publication: i64,
        filter: &Filter,
    ) -> Result<Vec<EventTally>, StoreError> {
        let statement = chosen("r.kind, r.verdict, r.reason, COUNT(*)", publication, filter)
            .push(" GROUP BY r.kind, r.verdict, r.reason ORDER BY r.kind, r.verdict, r.reason");
        let tally = |(kind, verdict, reason, events)| EventTally { kind, verdict, reason, events };
        Ok(self.rows::<(String, String, String, i64)>(statement).await?.into_iter().map(tally).collect())
    }

    /// How many events of each kind and verdict every published month has, the earliest month first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event_counts_by_month(&self) -> Result<Vec<EventCount>, StoreError> {
        let statement = Statement::new(
            "SELECT c.month, n.kind, n.verdict, n.events FROM current_publication c CROSS JOIN event_count n \
             WHERE n.publication = c.publication ORDER BY c.month, n.kind, n.verdict",
        );
        let count = |(month, kind, verdict, events)| EventCount { month, kind, verdict, events };
        Ok(self.rows::<(String, String, String, i64)>(statement).await?.into_iter().map(count).collect())
    }

    /// The parts of a story by time and id, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn events_of_story(
        &self,
        publication: i64,
        story: &str,
        limit: i64,
    ) -> Result<Vec<EventRow>, StoreError> {
        let statement = Statement::new("SELECT doc FROM event WHERE publication = ")
            .bind(publication)
            .push(" AND story = ")
            .bind(story)
            .push(" ORDER BY started, id LIMIT ")
            .bind(limit);
        self.documents_of(statement).await
    }

    /// How many parts a story has.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn story_parts(&self, publication: i64, story: &str) -> Result<i64, StoreError> {
        let statement = Statement::new("SELECT COUNT(*) FROM event WHERE publication = ")
            .bind(publication)
            .push(" AND story = ")
            .bind(story);
        Ok(self.rows::<(i64,)>(statement).await?.first().map_or(0, |(n,)| *n))
    }

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
    events: &Made<'_, EventRow>,
) -> Result<(), WriteError> {
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    let (mut accomplices, mut victims) = (Vec::new(), Vec::new());
    let rows = events.iter().map(|row| {
        *counts.entry((row.kind.clone(), row.verdict.clone())).or_default() += 1;
        accomplices.extend(row.accomplices.iter().map(|(asn, _)| (*asn, row.id.clone())));
        victims.extend(row.victims.iter().map(|asn| (*asn, row.id.clone())));
        Ok([
            publication.into(),
            text(&row.id),
            text(&row.kind),
            text(&row.verdict),
            text(&row.reason),
            Cell::Text(row.story.clone()),
            Cell::Integer(row.culprit.map(i64::from)),
            Cell::Text(row.economy.clone()),
            Cell::from(prefix_key_of(&row.prefix)),
            text(&row.prefix),
            row.start.into(),
            row.end.into(),
            open_of(&row).into(),
            document(&row)?,
        ])
    });
    let columns = "event (publication, id, kind, verdict, reason, story, culprit, economy, prefix_key, prefix, \
                   started, ended, ongoing, doc)";
    insert(tx, columns, rows).await?;

    let rows = counts
        .iter()
        .map(|((kind, verdict), n)| Ok([publication.into(), text(kind), text(verdict), (*n).into()]));
    insert(tx, "event_count (publication, kind, verdict, events)", rows).await?;

    let row = |(asn, event): &(u32, String)| Ok([publication.into(), i64::from(*asn).into(), text(event)]);
    insert(tx, "event_accomplice (publication, asn, event)", accomplices.iter().map(row)).await?;
    insert(tx, "event_victim (publication, asn, event)", victims.iter().map(row)).await
}

/// 1 of what was still seen to the end, 2 of what nobody knows the end of, else 0.
fn open_of(row: &EventRow) -> i64 {
    if row.ongoing { 1 } else { 2 * i64::from(row.end_unknown.is_some()) }
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
            (Filter { verdict: Some("benign".to_owned()), ..Filter::default() }, "event_verdict"),
            (Filter { reason: Some("sibling".to_owned()), ..Filter::default() }, "event_reason"),
            (Filter { culprit: Some(1), ..Filter::default() }, "event_culprit"),
            (Filter { economy: Some("NL".to_owned()), ..Filter::default() }, "event_economy"),
            (Filter { ongoing: true, ..Filter::default() }, "event_ongoing"),
            (Filter { end_unknown: true, ..Filter::default() }, "event_ongoing"),
            (Filter { prefix, ..Filter::default() }, "event_prefix"),
        ] {
            let steps = plan(&store, part(1, &filter, (0, ""), 9)).await;
            assert!(steps.contains(index), "{filter:?}: {steps}");
            assert!(!steps.contains("SCAN event") && !steps.contains("SCAN r"), "{filter:?}: {steps}");
            let steps = plan(&store, page(1, &filter, true, (9, 0))).await;
            assert!(steps.contains(index) && !steps.contains("SCAN r"), "{filter:?}: {steps}");
        }
    }
}
