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
    /// The revision of the register that it is from; absent when it is from a list.
    #[serde(default)]
    pub revision: Option<u64>,
    /// What other lists name as the same participant, each with what that is told by.
    #[serde(default)]
    pub also: Vec<String>,
    /// Organisations that vouch for it.
    #[serde(default)]
    pub partners: Vec<String>,
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
    /// Its networks against all others; absent where no participant lists any, and in publications from before
    /// they were compared.
    #[serde(default)]
    pub populations: Option<PopulationsRow>,
}

/// The networks of a month in two parts, and together.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PopulationsRow {
    /// Networks of the participants.
    pub participants: PopulationRow,
    /// All others.
    pub others: PopulationRow,
    /// All networks of the month.
    pub everybody: PopulationRow,
}

/// Figures of many networks.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PopulationRow {
    /// How many are among the networks of the month.
    pub networks: u64,
    /// Their scores, as those of an area.
    pub scores: Vec<GradeCounts>,
    /// Incidents they answer for; absent where nothing was observed in the month.
    pub incidents: Option<IncidentFiguresRow>,
    /// RPKI states of their routes; absent where the month has no VRPs.
    pub roas: Option<CoverageRow>,
    /// The same by region of UN M49 of the networks' economies; `unknown` where that has none.
    pub regions: BTreeMap<String, CoverageRow>,
}

/// Incidents of many networks under one framework.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct IncidentFiguresRow {
    /// Incidents whose culprit is one of them.
    pub caused: u64,
    /// How many of them caused any.
    pub culprits: u64,
    /// Incidents of others that they passed on.
    pub passed_on: u64,
}

/// RPKI states of the routes of many networks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CoverageRow {
    /// Networks that originate a route.
    pub networks: u64,
    /// Of them with at least one valid route.
    pub with_valid: u64,
    /// Routes (prefix and origin), IPv4 and IPv6: valid, invalid, not-found.
    pub routes: [[u64; 3]; 2],
}

impl CoverageRow {
    /// Adds a network by the RPKI states of its routes; one without routes plays no part.
    pub fn add(&mut self, rpki: [[u64; 3]; 2]) {
        if rpki.iter().flatten().all(|n| *n == 0) {
            return;
        }
        self.networks += 1;
        self.with_valid += u64::from(rpki.iter().any(|family| family[0] > 0));
        for (total, own) in self.routes.iter_mut().flatten().zip(rpki.iter().flatten()) {
            *total += own;
        }
    }

    /// Valid routes of both families.
    pub fn valid(&self) -> u64 {
        self.routes.iter().map(|family| family[0]).sum()
    }

    /// Routes of both families.
    pub fn all(&self) -> u64 {
        self.routes.iter().flatten().sum()
    }
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

    /// Figures of every programme in every published month under a framework, the earliest month first; the
    /// head of each month's publication is not read. Months that were not graded by it are absent.
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn programmes_history(
        &self,
        framework: &str,
    ) -> Result<Vec<(String, ProgrammeRow)>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT c.month, p.doc FROM current_publication c CROSS JOIN programme p \
             WHERE p.publication = c.publication AND p.framework = $1 ORDER BY c.month, p.programme",
        )
        .bind(framework.to_owned())
        .fetch_all(&self.pool)
        .await
        .map_err(|e| self.fail(e))?;
        rows.into_iter().map(|(month, doc)| Ok((month, serde_json::from_str(&doc)?))).collect()
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
