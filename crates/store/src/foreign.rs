//! Foreign series: scores as others published them, kept with the publication of the month they speak of and never
//! among ours.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::{Any, Transaction};

use crate::narrow::Statement;
use crate::publish::{Cell, WriteError, document, insert, text};
use crate::{Store, StoreError};

/// One foreign series in one month.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ForeignSeriesRow {
    /// Its label as an address has it.
    pub series: String,
    /// What it is and whose, as configured.
    pub label: String,
    /// The sources it was read from.
    pub sources: Vec<String>,
    /// The days its files speak of, ascending.
    pub days: Vec<String>,
    /// Networks it speaks of.
    pub networks: u64,
    /// Participants it speaks of.
    pub participants: u64,
    /// To how many decimals its values are rounded; absent where they are written in full.
    pub decimals: Option<u8>,
}

/// What a foreign series says of one network or participant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ForeignRow {
    /// The series.
    pub series: String,
    /// `AS64500`, or the programme and the id in it: `network-operators/4602`.
    pub subject: String,
    /// The network; absent of a participant.
    pub asn: Option<u32>,
    /// The programme and the id in it; absent of a network.
    pub participant: Option<(String, String)>,
    /// As they name it; empty where they do not.
    pub name: String,
    /// Networks of a participant then, ascending.
    pub networks: Vec<u32>,
    /// The day it speaks of.
    pub day: String,
    /// The source it was read from.
    pub source: String,
    /// Its scores; one that is not here was not published.
    pub scores: Vec<ForeignScoreRow>,
    /// What their list stated, by item.
    pub stated: BTreeMap<String, String>,
}

/// One score as others published it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ForeignScoreRow {
    /// Key, such as `filtering`.
    pub key: String,
    /// From 0 to 1; absent: they had no data.
    pub value: Option<f64>,
    /// The grade they gave it; absent where they gave none.
    pub severity: Option<String>,
}

/// Writes the foreign series of a publication.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    publication: i64,
    series: &[ForeignSeriesRow],
    rows: &[ForeignRow],
) -> Result<(), WriteError> {
    let all = series.iter().map(|row| Ok([publication.into(), text(&row.series), document(row)?]));
    insert(tx, "foreign_series (publication, series, doc)", all).await?;
    let subjects = rows
        .iter()
        .map(|row| Ok([publication.into(), text(&row.series), text(&row.subject), document(row)?]));
    insert(tx, "foreign_subject (publication, series, subject, doc)", subjects).await?;
    let networks = rows.iter().flat_map(|row| {
        let asns = row.asn.iter().chain(&row.networks);
        asns.map(|asn| {
            Ok([publication.into(), Cell::from(i64::from(*asn)), text(&row.series), text(&row.subject)])
        })
    });
    insert(tx, "foreign_network (publication, asn, series, subject)", networks).await
}

fn of_network(publication: i64, asn: u32) -> Statement {
    Statement::new("SELECT s.doc FROM foreign_network n CROSS JOIN foreign_subject s WHERE n.publication = ")
        .bind(publication)
        .push(" AND n.asn = ")
        .bind(i64::from(asn))
        .push(" AND s.publication = ")
        .bind(publication)
        .push(" AND s.series = n.series AND s.subject = n.subject ORDER BY s.series, s.subject")
}

fn of_subject(publication: i64, subject: &str) -> Statement {
    Statement::new("SELECT s.doc FROM foreign_series f CROSS JOIN foreign_subject s WHERE f.publication = ")
        .bind(publication)
        .push(" AND s.publication = ")
        .bind(publication)
        .push(" AND s.series = f.series AND s.subject = ")
        .bind(subject)
        .push(" ORDER BY s.series")
}

fn of_series(publication: i64, series: &str) -> Statement {
    Statement::new("SELECT doc FROM foreign_subject WHERE publication = ")
        .bind(publication)
        .push(" AND series = ")
        .bind(series)
        .push(" ORDER BY subject")
}

impl Store {
    /// The foreign series of a publication, by their names.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn foreign_series(&self, publication: i64) -> Result<Vec<ForeignSeriesRow>, StoreError> {
        let statement = Statement::new("SELECT doc FROM foreign_series WHERE publication = ");
        self.foreign(statement.bind(publication).push(" ORDER BY series")).await
    }

    /// Everything a foreign series says, by subject.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn foreign_rows(&self, publication: i64, series: &str) -> Result<Vec<ForeignRow>, StoreError> {
        self.foreign(of_series(publication, series)).await
    }

    /// What the foreign series say of a network and of participants that had it, by series and subject.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn foreign_of(&self, publication: i64, asn: u32) -> Result<Vec<ForeignRow>, StoreError> {
        self.foreign(of_network(publication, asn)).await
    }

    /// What the foreign series say of one subject, such as `network-operators/4602`, by series.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn foreign_of_subject(
        &self,
        publication: i64,
        subject: &str,
    ) -> Result<Vec<ForeignRow>, StoreError> {
        self.foreign(of_subject(publication, subject)).await
    }

    /// Months whose current publication has a foreign series, the latest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn foreign_months(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT c.month FROM current_publication c WHERE EXISTS \
                   (SELECT 1 FROM foreign_series f WHERE f.publication = c.publication) ORDER BY c.month DESC";
        sqlx::query_scalar(sql).fetch_all(&self.pool).await.map_err(|e| self.fail(e))
    }

    async fn foreign<T: DeserializeOwned>(&self, statement: Statement) -> Result<Vec<T>, StoreError> {
        self.documents_of(statement).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::narrow::plan;

    #[tokio::test]
    async fn every_question_is_answered_by_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", dir.path().join("store.sqlite").display());
        let store = Store::open(&url).await.unwrap();
        for statement in [of_network(1, 64500), of_series(1, "x"), of_subject(1, "x")] {
            let steps = plan(&store, statement).await;
            assert!(!steps.contains("SCAN") && steps.contains("foreign_subject"), "{steps}");
        }
    }
}
