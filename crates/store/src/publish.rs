use serde::Serialize;
use sqlx::{Any, Transaction};

use crate::schema::PARTS;
use crate::{
    AggregateRow, EventRow, IncidentRow, Made, NetworkRow, OpinionRow, PeerRow, PublicationRow, ReadinessRow,
    ReplayRow, SourceRow, Store, StoreError,
};

/// A whole publication, ready to be stored.
#[derive(Clone, Debug)]
pub struct Publication<'a> {
    /// What is published of the month besides its rows; revision and what it replaces are set on storing.
    pub head: PublicationRow,
    /// Its sources.
    pub sources: Vec<SourceRow>,
    /// Its networks.
    pub networks: Vec<NetworkRow>,
    /// Scores of every framework.
    pub readiness: Made<'a, ReadinessRow>,
    /// Scores of areas.
    pub aggregates: Vec<AggregateRow>,
    /// Events.
    pub events: Made<'a, EventRow>,
    /// The routes around them.
    pub replays: Vec<ReplayRow>,
    /// What others say.
    pub opinions: Vec<OpinionRow>,
    /// Incidents of every framework.
    pub incidents: Vec<IncidentRow>,
    /// Peers of the collectors.
    pub peers: Vec<PeerRow>,
    /// Participants of the programmes.
    pub participants: Vec<crate::ParticipantRow>,
    /// Figures of the programmes.
    pub programmes: Vec<crate::ProgrammeRow>,
    /// Foreign series.
    pub foreign_series: Vec<crate::ForeignSeriesRow>,
    /// What they say.
    pub foreign: Vec<crate::ForeignRow>,
    /// What ROAs cover, by day, and what changed.
    pub roas: crate::RoaRows,
}

/// What became of a publication.
#[derive(Clone, PartialEq, Debug)]
pub enum Published {
    /// It is the month's current one now.
    New(PublicationRow),
    /// The month's current one is of the same inputs: nothing changed.
    Unchanged(PublicationRow),
}

impl Published {
    /// The month's current publication.
    pub fn head(&self) -> &PublicationRow {
        match self {
            Published::New(head) | Published::Unchanged(head) => head,
        }
    }
}

impl Store {
    /// Makes a publication its month's current one, in one transaction. One with the same generation and
    /// result as the current one changes nothing. Replaced publications keep their head; their rows go.
    ///
    /// # Errors
    /// When the database refuses; then nothing has changed.
    pub async fn publish(&self, mut publication: Publication<'_>) -> Result<Published, StoreError> {
        let current = self.current(&publication.head.month).await?;
        if let Some((_, head)) = &current {
            let same = |head: &PublicationRow| (head.generation.clone(), head.result.clone());
            if same(head) == same(&publication.head) {
                return Ok(Published::Unchanged(head.clone()));
            }
        }
        let head = &mut publication.head;
        head.supersedes = current.as_ref().map(|(_, head)| head.revision);
        head.revision = head.supersedes.unwrap_or(0) + 1;
        let mut tx = self.begin_writing().await?;
        let done = write(&mut tx, &publication, current.map(|(id, _)| id)).await;
        match done {
            Ok(()) => tx.commit().await.map_err(|e| self.fail(e))?,
            Err(WriteError::Database(e)) => return Err(self.fail(e)),
            Err(WriteError::Document(e)) => return Err(e.into()),
        }
        Ok(Published::New(publication.head))
    }
}

pub(crate) enum WriteError {
    Database(sqlx::Error),
    Document(serde_json::Error),
}

impl From<sqlx::Error> for WriteError {
    fn from(e: sqlx::Error) -> Self {
        WriteError::Database(e)
    }
}

impl From<serde_json::Error> for WriteError {
    fn from(e: serde_json::Error) -> Self {
        WriteError::Document(e)
    }
}

async fn write(
    tx: &mut Transaction<'_, Any>,
    publication: &Publication<'_>,
    replaced: Option<i64>,
) -> Result<(), WriteError> {
    let head = &publication.head;
    if let Some(replaced) = replaced {
        for part in PARTS {
            let sql = format!("DELETE FROM {part} WHERE publication = $1");
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(replaced).execute(&mut **tx).await?;
        }
    }
    let id: i64 =
        sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) + 1 FROM publication").fetch_one(&mut **tx).await?;
    let doc = document(head)?;
    let row = [id.into(), text(&head.month), head.revision.into(), text(&head.generation), doc];
    insert(tx, "publication (id, month, revision, generation, doc)", [Ok(row)]).await?;

    let rows = publication.sources.iter().map(|row| Ok([id.into(), text(&row.name), document(row)?]));
    insert(tx, "source (publication, name, doc)", rows).await?;

    let rows = publication.networks.iter().map(|row| {
        let (name, economy) = (Cell::Text(row.name.clone()), Cell::Text(row.economy.clone()));
        Ok([id.into(), i64::from(row.asn).into(), name, economy, document(row)?])
    });
    insert(tx, "network (publication, asn, name, economy, doc)", rows).await?;

    let rows = publication
        .readiness
        .iter()
        .map(|row| Ok([id.into(), text(&row.framework), i64::from(row.asn).into(), document(&row)?]));
    insert(tx, "readiness (publication, framework, asn, doc)", rows).await?;

    let rows = publication
        .aggregates
        .iter()
        .map(|row| Ok([id.into(), text(&row.framework), text(&row.scope), text(&row.area), document(row)?]));
    insert(tx, "aggregate (publication, framework, scope, area, doc)", rows).await?;

    crate::events::record(tx, id, &publication.events).await?;
    crate::replays::record(tx, id, &publication.replays).await?;
    crate::opinions::record(tx, id, &publication.opinions).await?;
    crate::incidents::record(tx, id, &publication.incidents).await?;

    let rows = publication.peers.iter().map(|row| {
        let (asn, family) = (i64::from(row.asn).into(), i64::from(row.family).into());
        Ok([id.into(), text(&row.collector), text(&row.address), asn, family, document(row)?])
    });
    insert(tx, "peer (publication, collector, address, asn, family, doc)", rows).await?;

    crate::participants::record(tx, id, &publication.participants, &publication.programmes).await?;
    crate::foreign::record(tx, id, &publication.foreign_series, &publication.foreign).await?;
    crate::roas::record(tx, id, &publication.roas).await?;
    crate::directory::record(tx, id, publication).await?;
    crate::tallies::record(tx, id, publication).await?;
    crate::holdings::record(tx, &head.month, &publication.networks, head.published_at).await?;
    crate::snapshots::record(tx, &publication.sources, head.published_at).await?;

    sqlx::query(
        "INSERT INTO current_publication (month, publication) VALUES ($1, $2) \
         ON CONFLICT (month) DO UPDATE SET publication = excluded.publication",
    )
    .bind(&head.month)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One value of a row.
pub(crate) enum Cell {
    Integer(Option<i64>),
    Text(Option<String>),
}

impl From<i64> for Cell {
    fn from(n: i64) -> Cell {
        Cell::Integer(Some(n))
    }
}

pub(crate) fn text(text: &str) -> Cell {
    Cell::Text(Some(text.to_owned()))
}

pub(crate) fn document(row: &impl Serialize) -> Result<Cell, serde_json::Error> {
    serde_json::to_string(row).map(|doc| Cell::Text(Some(doc)))
}

/// Rows of one INSERT: one statement per row costs more than the row, and SQLite finds a parameter's name by
/// walking through all of them.
const INSERT_ROWS_MAX: usize = 40;

/// Inserts rows into `table (columns)`, many to a statement.
pub(crate) async fn insert<const N: usize>(
    tx: &mut Transaction<'_, Any>,
    table: &str,
    rows: impl IntoIterator<Item = Result<[Cell; N], serde_json::Error>>,
) -> Result<(), WriteError> {
    let mut rows = rows.into_iter();
    loop {
        let part = rows.by_ref().take(INSERT_ROWS_MAX).collect::<Result<Vec<_>, _>>()?;
        if part.is_empty() {
            return Ok(());
        }
        let places: Vec<String> = (0..part.len())
            .map(|row| {
                let places: Vec<String> = (1..=N).map(|column| format!("${}", row * N + column)).collect();
                format!("({})", places.join(", "))
            })
            .collect();
        let sql = format!("INSERT INTO {table} VALUES {}", places.join(", "));
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for cell in part.into_iter().flatten() {
            query = match cell {
                Cell::Integer(n) => query.bind(n),
                Cell::Text(t) => query.bind(t),
            };
        }
        query.execute(&mut **tx).await?;
    }
}
