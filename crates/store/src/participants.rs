//! Who takes part in which programme, and what each publication says of it.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::{Any, Transaction};

use crate::publish::{Cell, WriteError, document, insert, text};
use crate::{GradeCounts, Store, StoreError};

/// A participant of a programme in one month.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ParticipantRow {
    /// The programme, such as `network-operators`.
    pub programme: String,
    /// The programme's own number or name of it, unique in the programme.
    pub id: String,
    /// Its name.
    pub organisation: String,
    /// Day of approval, `2018-08-31`; absent when the list does not say.
    pub approved: Option<String>,
    /// Economies it serves, ISO 3166-1 alpha-2, ascending.
    pub areas: Vec<String>,
    /// Its networks, ascending; those that left it too.
    pub networks: Vec<MembershipRow>,
    /// The day of the list that the rest is from.
    pub listed: String,
    /// The source that list belongs to.
    pub source: String,
    /// What the list states of each item, by key: `conformant`, `non-conformant`, `pending`, `implemented`,
    /// `planned`, `not implemented`. An item that is absent is not stated.
    pub conformance: BTreeMap<String, String>,
    /// The scores that its programme publishes, by framework, in the framework's order.
    pub scores: BTreeMap<String, Vec<ParticipantScoreRow>>,
}

/// A network of a participant over `[from, to)`, days.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MembershipRow {
    /// The network.
    pub asn: u32,
    /// First day; absent when not known.
    pub from: Option<String>,
    /// First day on which it no longer is; absent while nothing says so.
    pub to: Option<String>,
    /// Whether it counts in this month.
    pub counted: bool,
    /// Whether it is among the networks of the month.
    pub known: bool,
}

/// One score of a participant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ParticipantScoreRow {
    /// Key, such as `filtering`.
    pub key: String,
    /// Mean of its networks with data, from 0 to 1; absent when there is none or none is published.
    pub score: Option<f64>,
    /// False where the participant is not flagged conformant for it.
    pub published: bool,
    /// Grade of the mean.
    pub grade: Option<String>,
    /// Why there is no score, or why it is not published.
    pub unknown: Option<String>,
    /// Its networks.
    pub networks: u32,
    /// Of them with data.
    pub with_data: u32,
}

/// The figures of a programme in one month under one framework.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProgrammeRow {
    /// The programme; empty for all together.
    pub programme: String,
    /// Framework version.
    pub framework: String,
    /// Participants.
    pub participants: u64,
    /// Their networks, each counted once.
    pub asns: u64,
    /// Economies they serve, each counted once.
    pub economies: u64,
    /// Scores of those networks as those of an area, to be held against everybody's.
    pub scores: Vec<GradeCounts>,
}

/// Writes the rows of a publication.
pub(crate) async fn record(
    tx: &mut Transaction<'_, Any>,
    publication: i64,
    participants: &[ParticipantRow],
    programmes: &[ProgrammeRow],
) -> Result<(), WriteError> {
    let rows = participants
        .iter()
        .map(|row| Ok([publication.into(), text(&row.programme), text(&row.id), document(row)?]));
    insert(tx, "participant (publication, programme, id, doc)", rows).await?;
    let rows = programmes.iter().map(|row| -> Result<[Cell; 4], _> {
        Ok([publication.into(), text(&row.framework), text(&row.programme), document(row)?])
    });
    insert(tx, "programme (publication, framework, programme, doc)", rows).await
}

impl Store {
    /// Every participant of a publication, by programme and id.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn participants(&self, publication: i64) -> Result<Vec<ParticipantRow>, StoreError> {
        self.rows_of("SELECT doc FROM participant WHERE publication = $1 ORDER BY programme, id", publication)
            .await
    }

    /// Figures of the programmes under every framework, by framework and programme.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn programmes(&self, publication: i64) -> Result<Vec<ProgrammeRow>, StoreError> {
        let sql = "SELECT doc FROM programme WHERE publication = $1 ORDER BY framework, programme";
        self.rows_of(sql, publication).await
    }

    async fn rows_of<T: DeserializeOwned>(
        &self,
        sql: &'static str,
        publication: i64,
    ) -> Result<Vec<T>, StoreError> {
        let texts: Vec<String> = sqlx::query_scalar(sql)
            .bind(publication)
            .fetch_all(&self.pool)
            .await
            .map_err(|e| self.fail(e))?;
        texts.iter().map(|text| serde_json::from_str(text).map_err(StoreError::from)).collect()
    }
}
