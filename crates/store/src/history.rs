//! What is asked of every month: how a score moved.

use serde::de::DeserializeOwned;

use crate::{AggregateRow, ReadinessRow, Store, StoreError};

impl Store {
    /// Scores of one area in every published month, the earliest month first: the month and what was published
    /// of it last. Months that were not graded by this framework, or do not know the area, are absent.
    pub async fn aggregate_history(
        &self,
        framework: &str,
        scope: &str,
        area: &str,
    ) -> Result<Vec<(String, AggregateRow)>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT c.month, a.doc FROM current_publication c CROSS JOIN aggregate a \
             WHERE a.publication = c.publication AND a.framework = $1 AND a.scope = $2 AND a.area = $3 \
             ORDER BY c.month",
        )
        .bind(framework.to_owned())
        .bind(scope.to_owned())
        .bind(area.to_owned())
        .fetch_all(&self.pool)
        .await
        .map_err(|e| self.fail(e))?;
        documents(&rows)
    }

    /// Scores of one network in every published month, the earliest month first. Months that were not graded
    /// by this framework, or do not know the network, are absent.
    pub async fn readiness_history(
        &self,
        framework: &str,
        asn: u32,
    ) -> Result<Vec<(String, ReadinessRow)>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT c.month, r.doc FROM current_publication c CROSS JOIN readiness r \
             WHERE r.publication = c.publication AND r.framework = $1 AND r.asn = $2 ORDER BY c.month",
        )
        .bind(framework.to_owned())
        .bind(i64::from(asn))
        .fetch_all(&self.pool)
        .await
        .map_err(|e| self.fail(e))?;
        documents(&rows)
    }
}

fn documents<T: DeserializeOwned>(rows: &[(String, String)]) -> Result<Vec<(String, T)>, StoreError> {
    rows.iter().map(|(month, doc)| Ok((month.clone(), serde_json::from_str(doc)?))).collect()
}
