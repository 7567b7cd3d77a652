//! Incidents by what they are, where, when, of whom and about which prefix.

use std::collections::BTreeMap;

use sqlx::{Any, Transaction};

use crate::narrow::{Filter, Statement, prefix_key_of};
use crate::publish::{Cell, WriteError, document, insert, text};
use crate::{IncidentRow, Store, StoreError};

/// What a page of incidents is in the order of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IncidentOrder {
    /// Start.
    Started,
    /// How long it lasted.
    Lasted,
    /// What it adds to the raw value.
    Adds,
}

/// How many incidents of one metric a published month has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IncidentCount {
    /// The month.
    pub month: String,
    /// The metric.
    pub metric: String,
    /// How many.
    pub incidents: i64,
}

/// How many incidents of one metric, verdict and reason meet a filter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct IncidentTally {
    /// The metric.
    pub metric: String,
    /// The verdict.
    pub verdict: String,
    /// The reason for it.
    pub reason: String,
    /// How many.
    pub incidents: i64,
}

impl IncidentOrder {
    const fn column(self) -> &'static str {
        match self {
            IncidentOrder::Started => "started",
            IncidentOrder::Lasted => "lasted",
            IncidentOrder::Adds => "adds_billionths",
        }
    }
}

/// `SELECT` of incidents that meet a filter, without an order.
fn chosen(columns: &str, publication: i64, framework: &str, filter: &Filter) -> Statement {
    let statement = Statement::new(&format!("SELECT {columns} FROM "));
    let statement = match &filter.prefix {
        // CROSS JOIN keeps SQLite from walking through the whole month in the order of time.
        Some(prefix) => statement
            .push("(")
            .touching(
                |half| {
                    half.push("SELECT DISTINCT incident FROM incident_prefix WHERE publication = ")
                        .bind(publication)
                        .push(" AND framework = ")
                        .bind(framework)
                },
                prefix,
            )
            .push(") own CROSS JOIN incident r WHERE r.id = own.incident AND r.publication = "),
        None => statement.push("incident r WHERE r.publication = "),
    };
    let statement = statement.bind(publication).push(" AND r.framework = ").bind(framework);
    let statement = statement.narrow(&Filter { end_unknown: false, ..filter.clone() }, "metric");
    let Some(kind) = &filter.event_kind else { return statement };
    statement
        .push(
            " AND r.id IN (SELECT i.incident FROM event e CROSS JOIN incident_event i WHERE e.publication = ",
        )
        .bind(publication)
        .push(" AND e.kind = ")
        .bind(kind.as_str())
        .push(" AND i.publication = e.publication AND i.framework = ")
        .bind(framework)
        .push(" AND i.event = e.id)")
}

fn page(
    publication: i64,
    framework: &str,
    filter: &Filter,
    (order, descending): (IncidentOrder, bool),
    (limit, offset): (i64, i64),
) -> Statement {
    let (column, way) = (order.column(), if descending { " DESC" } else { "" });
    chosen("r.doc", publication, framework, filter)
        .push(&format!(" ORDER BY r.{column}{way}, r.id{way} LIMIT "))
        .bind(limit)
        .push(" OFFSET ")
        .bind(offset)
}

impl Store {
    /// Incidents under a framework that meet a filter, at most `limit` after the first `offset`; those that are
    /// alike in the order stand by id.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn incidents_page(
        &self,
        publication: i64,
        framework: &str,
        filter: &Filter,
        order: (IncidentOrder, bool),
        part: (i64, i64),
    ) -> Result<Vec<IncidentRow>, StoreError> {
        self.documents_of(page(publication, framework, filter, order, part)).await
    }

    /// Incidents that meet a filter by time and id, at most `limit`, after the time and id given.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn incidents_after(
        &self,
        publication: i64,
        framework: &str,
        filter: &Filter,
        (started, id): (i64, &str),
        limit: i64,
    ) -> Result<Vec<IncidentRow>, StoreError> {
        let statement = chosen("r.doc", publication, framework, filter)
            .push(" AND r.started >= ")
            .bind(started)
            .push(" AND (r.started > ")
            .bind(started)
            .push(" OR r.id > ")
            .bind(id)
            .push(") ORDER BY r.started, r.id LIMIT ")
            .bind(limit);
        self.documents_of(statement).await
    }

    /// How many incidents of each metric meet a filter.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn incident_counts(
        &self,
        publication: i64,
        framework: &str,
        filter: &Filter,
    ) -> Result<BTreeMap<String, i64>, StoreError> {
        let statement =
            chosen("r.metric, COUNT(*)", publication, framework, filter).push(" GROUP BY r.metric");
        Ok(self.rows::<(String, i64)>(statement).await?.into_iter().collect())
    }

    /// How many incidents of each metric, verdict and reason meet a filter.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn incident_tallies(
        &self,
        publication: i64,
        framework: &str,
        filter: &Filter,
    ) -> Result<Vec<IncidentTally>, StoreError> {
        let statement = chosen("r.metric, r.verdict, r.reason, COUNT(*)", publication, framework, filter)
            .push(" GROUP BY r.metric, r.verdict, r.reason ORDER BY r.metric, r.verdict, r.reason");
        let tally =
            |(metric, verdict, reason, incidents)| IncidentTally { metric, verdict, reason, incidents };
        Ok(self.rows::<(String, String, String, i64)>(statement).await?.into_iter().map(tally).collect())
    }

    /// How many incidents of each metric every published month has under a framework, the earliest month first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn incident_counts_by_month(&self, framework: &str) -> Result<Vec<IncidentCount>, StoreError> {
        let statement = Statement::new(
            "SELECT c.month, n.metric, n.incidents FROM current_publication c CROSS JOIN incident_count n \
             WHERE n.publication = c.publication AND n.framework = ",
        );
        let statement = statement.bind(framework).push(" ORDER BY c.month, n.metric");
        let row = |(month, metric, incidents)| IncidentCount { month, metric, incidents };
        Ok(self.rows::<(String, String, i64)>(statement).await?.into_iter().map(row).collect())
    }

    /// One incident.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn incident(
        &self,
        publication: i64,
        framework: &str,
        id: &str,
    ) -> Result<Option<IncidentRow>, StoreError> {
        let statement = Statement::new("SELECT doc FROM incident WHERE publication = ").bind(publication);
        let statement = statement.push(" AND framework = ").bind(framework).push(" AND id = ").bind(id);
        Ok(self.documents_of(statement).await?.into_iter().next())
    }

    /// The published months that have an incident under some framework, the latest first: month and framework.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn months_of_incident(&self, id: &str) -> Result<Vec<(String, String)>, StoreError> {
        // By the index of every framework that the month was graded by: ids are unique under one.
        let statement = Statement::new(
            "SELECT c.month, n.framework FROM current_publication c \
             CROSS JOIN (SELECT DISTINCT publication, framework FROM incident_count) n \
             CROSS JOIN incident r WHERE n.publication = c.publication AND r.publication = n.publication \
             AND r.framework = n.framework AND r.id = ",
        );
        self.rows(statement.bind(id).push(" ORDER BY c.month DESC, n.framework DESC")).await
    }

    /// The incidents that an event counts in under a framework, by id.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn incidents_with_event(
        &self,
        publication: i64,
        framework: &str,
        event: &str,
    ) -> Result<Vec<IncidentRow>, StoreError> {
        let statement =
            Statement::new("SELECT r.doc FROM incident_event e CROSS JOIN incident r WHERE e.publication = ")
                .bind(publication)
                .push(" AND e.framework = ")
                .bind(framework)
                .push(" AND e.event = ")
                .bind(event)
                .push(" AND r.publication = e.publication AND r.framework = e.framework")
                .push(" AND r.id = e.incident ORDER BY r.id");
        self.documents_of(statement).await
    }
}

/// Writes the incidents of a publication and what they are found by.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    publication: i64,
    incidents: &[IncidentRow],
) -> Result<(), WriteError> {
    let number = |asn: u32| Cell::from(i64::from(asn));
    let rows = incidents.iter().map(|row| {
        Ok([
            publication.into(),
            text(&row.framework),
            text(&row.id),
            text(&row.metric),
            text(&row.verdict),
            text(&row.reason),
            number(row.network),
            Cell::Integer(row.culprit.map(i64::from)),
            Cell::Text(row.economy.clone()),
            row.start.into(),
            row.end.into(),
            i64::from(row.ongoing).into(),
            row.end.saturating_sub(row.start).into(),
            // Raw values are exact in billionths.
            ((row.adds * 1e9).round() as i64).into(),
            document(row)?,
        ])
    });
    let columns = "incident (publication, framework, id, metric, verdict, reason, network, culprit, economy, \
                   started, ended, \
                   ongoing, lasted, adds_billionths, doc)";
    insert(tx, columns, rows).await?;

    let rows = incidents.iter().flat_map(|row| {
        row.events
            .iter()
            .map(|event| Ok([publication.into(), text(&row.framework), text(event), text(&row.id)]))
    });
    insert(tx, "incident_event (publication, framework, event, incident)", rows).await?;

    let rows = incidents.iter().flat_map(|row| {
        row.prefixes.iter().map(|prefix| {
            let key = Cell::from(prefix_key_of(prefix));
            Ok([publication.into(), text(&row.framework), key, text(prefix), text(&row.id)])
        })
    });
    insert(tx, "incident_prefix (publication, framework, prefix_key, prefix, incident)", rows).await?;

    let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for row in incidents {
        *counts.entry((&row.framework, &row.metric)).or_default() += 1;
    }
    let rows = counts
        .into_iter()
        .map(|((framework, metric), n)| Ok([publication.into(), text(framework), text(metric), n.into()]));
    insert(tx, "incident_count (publication, framework, metric, incidents)", rows).await
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
        let prefix = "10.0.0.0/8".parse().ok();
        for (filter, index) in [
            (Filter::default(), "incident_started"),
            (Filter { kinds: vec!["M3".to_owned()], ..Filter::default() }, "incident_metric"),
            (Filter { verdict: Some("incident".to_owned()), ..Filter::default() }, "incident_verdict"),
            (Filter { reason: Some("bogon".to_owned()), ..Filter::default() }, "incident_reason"),
            (Filter { answers: Some(1), ..Filter::default() }, "incident_network"),
            (Filter { culprit: Some(1), ..Filter::default() }, "incident_culprit"),
            (Filter { economy: Some("NL".to_owned()), ..Filter::default() }, "incident_economy"),
            (Filter { ongoing: true, ..Filter::default() }, "incident_ongoing"),
            (Filter { from: Some(1), to: Some(2), ..Filter::default() }, "incident_started"),
            (Filter { prefix, ..Filter::default() }, "incident_prefix"),
        ] {
            let order = (IncidentOrder::Started, true);
            let steps = plan(&store, page(1, "2024-01", &filter, order, (9, 0))).await;
            assert!(steps.contains(index), "{filter:?}: {steps}");
            assert!(!steps.contains("SCAN r"), "{filter:?}: {steps}");
        }
        for (order, index) in [
            (IncidentOrder::Started, "incident_started"),
            (IncidentOrder::Lasted, "incident_lasted"),
            (IncidentOrder::Adds, "incident_adds"),
        ] {
            let steps = plan(&store, page(1, "2024-01", &Filter::default(), (order, true), (9, 0))).await;
            assert!(steps.contains(index) && !steps.contains("TEMP B-TREE"), "{order:?}: {steps}");
        }
    }
}
