use serde::de::DeserializeOwned;
use sqlx::AssertSqlSafe;

use crate::{
    AggregateRow, EventRow, IncidentRow, NetworkRow, PeerRow, PublicationRow, ReadinessRow, SourceRow, Store,
    StoreError,
};

/// One value of a condition.
enum Bind<'a> {
    Integer(i64),
    Text(&'a str),
}

impl Store {
    /// Documents of the rows that meet a condition, in the order given.
    async fn documents<T: DeserializeOwned>(
        &self,
        sql: &'static str,
        binds: &[Bind<'_>],
    ) -> Result<Vec<T>, StoreError> {
        let mut query = sqlx::query_scalar::<_, String>(AssertSqlSafe(sql));
        for bind in binds {
            query = match bind {
                Bind::Integer(n) => query.bind(*n),
                Bind::Text(t) => query.bind((*t).to_owned()),
            };
        }
        let texts = query.fetch_all(&self.pool).await.map_err(|e| self.fail(e))?;
        texts.iter().map(|text| serde_json::from_str(text).map_err(StoreError::from)).collect()
    }

    /// Months that have a publication, the latest first.
    pub async fn months(&self) -> Result<Vec<String>, StoreError> {
        sqlx::query_scalar("SELECT month FROM current_publication ORDER BY month DESC")
            .fetch_all(&self.pool)
            .await
            .map_err(|e| self.fail(e))
    }

    /// The current publication of a month, with its key for the other questions.
    pub async fn current(&self, month: &str) -> Result<Option<(i64, PublicationRow)>, StoreError> {
        let row: Option<(i64, String)> = sqlx::query_as(
            "SELECT p.id, p.doc FROM publication p \
             JOIN current_publication c ON c.publication = p.id WHERE c.month = $1",
        )
        .bind(month)
        .fetch_optional(&self.pool)
        .await
        .map_err(|e| self.fail(e))?;
        row.map(|(id, doc)| Ok((id, serde_json::from_str(&doc)?))).transpose()
    }

    /// Every revision of a month, the latest first.
    pub async fn revisions(&self, month: &str) -> Result<Vec<PublicationRow>, StoreError> {
        let sql = "SELECT doc FROM publication WHERE month = $1 ORDER BY revision DESC";
        self.documents(sql, &[Bind::Text(month)]).await
    }

    /// Generations that a current publication names.
    pub async fn generations(&self) -> Result<Vec<String>, StoreError> {
        sqlx::query_scalar(
            "SELECT p.generation FROM publication p JOIN current_publication c ON c.publication = p.id",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|e| self.fail(e))
    }

    /// Sources, by name.
    pub async fn sources(&self, publication: i64) -> Result<Vec<SourceRow>, StoreError> {
        let sql = "SELECT doc FROM source WHERE publication = $1 ORDER BY name";
        self.documents(sql, &[Bind::Integer(publication)]).await
    }

    /// Peers of the collectors, by collector, address and family.
    pub async fn peers(&self, publication: i64) -> Result<Vec<PeerRow>, StoreError> {
        let sql = "SELECT doc FROM peer WHERE publication = $1 ORDER BY collector, address, asn, family";
        self.documents(sql, &[Bind::Integer(publication)]).await
    }

    /// One network.
    pub async fn network(&self, publication: i64, asn: u32) -> Result<Option<NetworkRow>, StoreError> {
        let sql = "SELECT doc FROM network WHERE publication = $1 AND asn = $2";
        let rows = self.documents(sql, &[Bind::Integer(publication), Bind::Integer(asn.into())]).await?;
        Ok(rows.into_iter().next())
    }

    /// Networks registered in an economy, in the order of their ASNs.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn networks_of_economy(
        &self,
        publication: i64,
        economy: &str,
    ) -> Result<Vec<NetworkRow>, StoreError> {
        let sql = "SELECT doc FROM network WHERE publication = $1 AND economy = $2 ORDER BY asn";
        self.documents(sql, &[Bind::Integer(publication), Bind::Text(economy)]).await
    }

    /// Networks in the order of their ASNs, at most `limit`, after `after`.
    pub async fn networks(
        &self,
        publication: i64,
        after: i64,
        limit: i64,
    ) -> Result<Vec<NetworkRow>, StoreError> {
        let sql = "SELECT doc FROM network WHERE publication = $1 AND asn > $2 ORDER BY asn LIMIT $3";
        self.documents(sql, &[Bind::Integer(publication), Bind::Integer(after), Bind::Integer(limit)]).await
    }

    /// Scores of one network under one framework.
    pub async fn readiness(
        &self,
        publication: i64,
        framework: &str,
        asn: u32,
    ) -> Result<Option<ReadinessRow>, StoreError> {
        let sql = "SELECT doc FROM readiness WHERE publication = $1 AND framework = $2 AND asn = $3";
        let binds = [Bind::Integer(publication), Bind::Text(framework), Bind::Integer(asn.into())];
        Ok(self.documents(sql, &binds).await?.into_iter().next())
    }

    /// Scores of networks under one framework, in the order of their ASNs, at most `limit`, after `after`.
    pub async fn readiness_of_all(
        &self,
        publication: i64,
        framework: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<ReadinessRow>, StoreError> {
        let sql = "SELECT doc FROM readiness WHERE publication = $1 AND framework = $2 AND asn > $3 \
                   ORDER BY asn LIMIT $4";
        let binds =
            [Bind::Integer(publication), Bind::Text(framework), Bind::Integer(after), Bind::Integer(limit)];
        self.documents(sql, &binds).await
    }

    /// Scores of areas: `world`, `economy` or `region`.
    pub async fn aggregates(
        &self,
        publication: i64,
        framework: &str,
        scope: &str,
    ) -> Result<Vec<AggregateRow>, StoreError> {
        let sql = "SELECT doc FROM aggregate \
                   WHERE publication = $1 AND framework = $2 AND scope = $3 ORDER BY area";
        let binds = [Bind::Integer(publication), Bind::Text(framework), Bind::Text(scope)];
        self.documents(sql, &binds).await
    }

    /// All events by time.
    pub async fn events(&self, publication: i64) -> Result<Vec<EventRow>, StoreError> {
        let sql = "SELECT doc FROM event WHERE publication = $1 ORDER BY started, id";
        self.documents(sql, &[Bind::Integer(publication)]).await
    }

    /// Events that a network caused or passed on, by time.
    pub async fn events_of(&self, publication: i64, asn: u32) -> Result<Vec<EventRow>, StoreError> {
        let sql = "SELECT e.doc FROM (SELECT id FROM event WHERE publication = $1 AND culprit = $2 UNION \
                   SELECT event FROM event_accomplice WHERE publication = $1 AND asn = $2 UNION \
                   SELECT event FROM event_victim WHERE publication = $1 AND asn = $2) own \
                   CROSS JOIN event e WHERE e.publication = $1 AND e.id = own.id ORDER BY e.started, e.id";
        self.documents(sql, &[Bind::Integer(publication), Bind::Integer(asn.into())]).await
    }

    /// All incidents under one framework, by time.
    pub async fn incidents(&self, publication: i64, framework: &str) -> Result<Vec<IncidentRow>, StoreError> {
        let sql = "SELECT doc FROM incident WHERE publication = $1 AND framework = $2 ORDER BY started, id";
        self.documents(sql, &[Bind::Integer(publication), Bind::Text(framework)]).await
    }

    /// Incidents that a network answers for under one framework, by time.
    pub async fn incidents_of(
        &self,
        publication: i64,
        framework: &str,
        asn: u32,
    ) -> Result<Vec<IncidentRow>, StoreError> {
        let sql = "SELECT doc FROM incident \
                   WHERE publication = $1 AND framework = $2 AND network = $3 ORDER BY started, id";
        let binds = [Bind::Integer(publication), Bind::Text(framework), Bind::Integer(asn.into())];
        self.documents(sql, &binds).await
    }
}

/// What pages ask for a part at a time.
impl Store {
    /// The latest events of all, the latest first, at most `limit`.
    pub async fn latest_events(&self, publication: i64, limit: i64) -> Result<Vec<EventRow>, StoreError> {
        let sql = "SELECT doc FROM event WHERE publication = $1 ORDER BY started DESC, id LIMIT $2";
        self.documents(sql, &[Bind::Integer(publication), Bind::Integer(limit)]).await
    }

    /// How many events a network caused or passed on.
    pub async fn events_count_of(&self, publication: i64, asn: u32) -> Result<i64, StoreError> {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM (SELECT id FROM event WHERE publication = $1 AND culprit = $2 UNION \
             SELECT event FROM event_accomplice WHERE publication = $1 AND asn = $2 UNION \
                   SELECT event FROM event_victim WHERE publication = $1 AND asn = $2) own",
        )
        .bind(publication)
        .bind(i64::from(asn))
        .fetch_one(&self.pool)
        .await
        .map_err(|e| self.fail(e))
    }

    /// Events that a network caused or passed on, the latest first, at most `limit` after the first `offset`.
    pub async fn events_page_of(
        &self,
        publication: i64,
        asn: u32,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<EventRow>, StoreError> {
        let sql = "SELECT e.doc FROM (SELECT id FROM event WHERE publication = $1 AND culprit = $2 UNION \
                   SELECT event FROM event_accomplice WHERE publication = $1 AND asn = $2 UNION \
                   SELECT event FROM event_victim WHERE publication = $1 AND asn = $2) own \
                   CROSS JOIN event e WHERE e.publication = $1 AND e.id = own.id \
                   ORDER BY e.started DESC, e.id LIMIT $3 OFFSET $4";
        let binds = [
            Bind::Integer(publication),
            Bind::Integer(asn.into()),
            Bind::Integer(limit),
            Bind::Integer(offset),
        ];
        self.documents(sql, &binds).await
    }
}

/// What a reader walks through part by part: every part begins behind a key.
impl Store {
    /// Scores of one area.
    pub async fn aggregate(
        &self,
        publication: i64,
        framework: &str,
        scope: &str,
        area: &str,
    ) -> Result<Option<AggregateRow>, StoreError> {
        let sql = "SELECT doc FROM aggregate \
                   WHERE publication = $1 AND framework = $2 AND scope = $3 AND area = $4";
        let binds = [Bind::Integer(publication), Bind::Text(framework), Bind::Text(scope), Bind::Text(area)];
        Ok(self.documents(sql, &binds).await?.into_iter().next())
    }

    /// One event.
    pub async fn event(&self, publication: i64, id: &str) -> Result<Option<EventRow>, StoreError> {
        let sql = "SELECT doc FROM event WHERE publication = $1 AND id = $2";
        let rows = self.documents(sql, &[Bind::Integer(publication), Bind::Text(id)]).await?;
        Ok(rows.into_iter().next())
    }

    /// Events that a network caused or passed on by time and id, at most `limit`, after the time and id given.
    pub async fn events_of_after(
        &self,
        publication: i64,
        asn: u32,
        (started, id): (i64, &str),
        limit: i64,
    ) -> Result<Vec<EventRow>, StoreError> {
        // CROSS JOIN keeps SQLite from walking through the whole month in the order of time.
        let sql = "SELECT e.doc FROM (SELECT id FROM event WHERE publication = $1 AND culprit = $5 UNION \
                   SELECT event FROM event_accomplice WHERE publication = $1 AND asn = $5 UNION \
                   SELECT event FROM event_victim WHERE publication = $1 AND asn = $5) own \
                   CROSS JOIN event e WHERE e.publication = $1 AND e.id = own.id AND e.started >= $2 \
                   AND (e.started > $2 OR e.id > $3) ORDER BY e.started, e.id LIMIT $4";
        let binds = [
            Bind::Integer(publication),
            Bind::Integer(started),
            Bind::Text(id),
            Bind::Integer(limit),
            Bind::Integer(asn.into()),
        ];
        self.documents(sql, &binds).await
    }
}
