//! What is asked of several networks at once, and of participants.

use std::collections::BTreeMap;

use crate::narrow::Statement;
use crate::{EventRow, NetworkRow, ParticipantRow, ProgrammeRow, ReadinessRow, Store, StoreError, Tally};

/// Networks of one statement: PostgreSQL and SQLite take at least 32,766 values.
const NETWORKS_MAX: usize = 1_000;

impl Store {
    /// Those of these networks that are in the publication, in the order given if that ascends.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn networks_among(
        &self,
        publication: i64,
        asns: &[u32],
    ) -> Result<Vec<NetworkRow>, StoreError> {
        let mut rows = Vec::new();
        for part in asns.chunks(NETWORKS_MAX) {
            let statement = Statement::new("SELECT doc FROM network WHERE publication = ")
                .bind(publication)
                .push(" AND asn IN ")
                .list(part.iter().copied().map(i64::from))
                .push(" ORDER BY asn");
            rows.extend(self.documents_of(statement).await?);
        }
        Ok(rows)
    }

    /// What a framework says of those of these networks that are in the publication, in the order given if that
    /// ascends.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn readiness_among(
        &self,
        publication: i64,
        framework: &str,
        asns: &[u32],
    ) -> Result<Vec<ReadinessRow>, StoreError> {
        let mut rows = Vec::new();
        for part in asns.chunks(NETWORKS_MAX) {
            let statement = Statement::new("SELECT doc FROM readiness WHERE publication = ")
                .bind(publication)
                .push(" AND framework = ")
                .bind(framework)
                .push(" AND asn IN ")
                .list(part.iter().copied().map(i64::from))
                .push(" ORDER BY asn");
            rows.extend(self.documents_of(statement).await?);
        }
        Ok(rows)
    }

    /// Events judged incidents whose culprit is one of these networks, by kind.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn events_caused(
        &self,
        publication: i64,
        asns: &[u32],
    ) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut all = BTreeMap::new();
        for part in asns.chunks(NETWORKS_MAX) {
            let statement = Statement::new("SELECT kind || '', COUNT(*) FROM event WHERE publication = ")
                .bind(publication)
                .push(" AND culprit IN ")
                .list(part.iter().copied().map(i64::from))
                // As they stand, SQLite would walk through the month by verdict or by kind instead.
                .push(" AND verdict || '' = 'incident' GROUP BY kind || ''");
            add(&mut all, self.rows(statement).await?);
        }
        Ok(all)
    }

    /// Incidents that these networks answer for under a framework, by metric.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn incidents_answered(
        &self,
        publication: i64,
        framework: &str,
        asns: &[u32],
    ) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut all = BTreeMap::new();
        for part in asns.chunks(NETWORKS_MAX) {
            let statement =
                Statement::new("SELECT metric || '', COUNT(*) FROM incident WHERE publication = ")
                    .bind(publication)
                    .push(" AND framework = ")
                    .bind(framework)
                    .push(" AND network IN ")
                    .list(part.iter().copied().map(i64::from))
                    // As it stands, SQLite would walk through the month by metric instead.
                    .push(" GROUP BY metric || ''");
            add(&mut all, self.rows(statement).await?);
        }
        Ok(all)
    }

    /// The latest events judged incidents that one of these networks caused or suffered, the latest first.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn incident_events_among(
        &self,
        publication: i64,
        asns: &[u32],
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        let mut found: Vec<EventRow> = Vec::new();
        for part in asns.chunks(NETWORKS_MAX) {
            let list = || part.iter().copied().map(i64::from);
            let statement = Statement::new("SELECT e.doc FROM (SELECT id FROM event WHERE publication = ")
                .bind(publication)
                .push(" AND culprit IN ")
                .list(list())
                .push(" UNION SELECT event FROM event_victim WHERE publication = ")
                .bind(publication)
                .push(" AND asn IN ")
                .list(list())
                .push(") own CROSS JOIN event e WHERE e.publication = ")
                .bind(publication)
                .push(
                    " AND e.id = own.id AND e.verdict = 'incident' ORDER BY e.started DESC, e.id DESC LIMIT ",
                )
                .bind(limit as i64);
            found.extend(self.documents_of::<EventRow>(statement).await?);
        }
        found.sort_by(|a, b| (b.start, &b.id).cmp(&(a.start, &a.id)));
        found.dedup_by(|a, b| a.id == b.id);
        found.truncate(limit);
        Ok(found)
    }

    /// The figures of a world, economy, region, programme or participant.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn tally(
        &self,
        publication: i64,
        framework: &str,
        scope: &str,
        area: &str,
    ) -> Result<Option<Tally>, StoreError> {
        let statement = Statement::new("SELECT doc FROM tally WHERE publication = ")
            .bind(publication)
            .push(" AND framework = ")
            .bind(framework)
            .push(" AND scope = ")
            .bind(scope)
            .push(" AND area = ")
            .bind(area);
        Ok(self.documents_of(statement).await?.into_iter().next())
    }

    /// The same in every published month, the earliest first. Months that were not graded by this framework, or do
    /// not know the area, are absent.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn tally_history(
        &self,
        framework: &str,
        scope: &str,
        area: &str,
    ) -> Result<Vec<(String, Tally)>, StoreError> {
        let statement =
            Statement::new("SELECT c.month, t.doc FROM current_publication c CROSS JOIN tally t ")
                .push("WHERE t.publication = c.publication AND t.framework = ")
                .bind(framework)
                .push(" AND t.scope = ")
                .bind(scope)
                .push(" AND t.area = ")
                .bind(area)
                .push(" ORDER BY c.month");
        self.months_of(statement).await
    }

    /// One participant.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn participant(
        &self,
        publication: i64,
        programme: &str,
        id: &str,
    ) -> Result<Option<ParticipantRow>, StoreError> {
        let statement = Statement::new("SELECT doc FROM participant WHERE publication = ")
            .bind(publication)
            .push(" AND programme = ")
            .bind(programme)
            .push(" AND id = ")
            .bind(id);
        Ok(self.documents_of(statement).await?.into_iter().next())
    }

    /// A participant in every published month that knows it, the earliest first.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn participant_history(
        &self,
        programme: &str,
        id: &str,
    ) -> Result<Vec<(String, ParticipantRow)>, StoreError> {
        let statement =
            Statement::new("SELECT c.month, p.doc FROM current_publication c CROSS JOIN participant p ")
                .push("WHERE p.publication = c.publication AND p.programme = ")
                .bind(programme)
                .push(" AND p.id = ")
                .bind(id)
                .push(" ORDER BY c.month");
        self.months_of(statement).await
    }

    /// A programme's figures in every published month graded by this framework, the earliest first; `programme` is
    /// empty for all together.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn programme_history(
        &self,
        framework: &str,
        programme: &str,
    ) -> Result<Vec<(String, ProgrammeRow)>, StoreError> {
        let statement =
            Statement::new("SELECT c.month, p.doc FROM current_publication c CROSS JOIN programme p ")
                .push("WHERE p.publication = c.publication AND p.framework = ")
                .bind(framework)
                .push(" AND p.programme = ")
                .bind(programme)
                .push(" ORDER BY c.month");
        self.months_of(statement).await
    }

    async fn months_of<T: serde::de::DeserializeOwned>(
        &self,
        statement: Statement,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let rows: Vec<(String, String)> = self.rows(statement).await?;
        rows.into_iter().map(|(month, doc)| Ok((month, serde_json::from_str(&doc)?))).collect()
    }
}

fn add(all: &mut BTreeMap<String, u64>, counts: Vec<(String, i64)>) {
    for (name, n) in counts {
        *all.entry(name).or_default() += u64::try_from(n).unwrap_or(0);
    }
}
