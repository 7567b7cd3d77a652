//! Publications in SQL: the only crate that speaks it. One text serves SQLite and PostgreSQL.
//!
//! A publication is a month's result under its revision: it is written in one transaction together with
//! the row that makes it current, so a reader sees the old one or the new one, never a mixture.

mod directory;
mod events;
mod foreign;
mod groups;
mod history;
mod holdings;
mod incidents;
mod jobs;
mod made;
mod names;
mod narrow;
mod opinions;
mod participants;
mod publish;
mod query;
mod register;
mod replays;
mod roas;
mod rows;
mod schema;
mod snapshots;
mod tallies;

use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyPool, Transaction};

pub use directory::{Directory, ScoreColumn, ScoreColumns, Texts, Words};
pub use events::{EventCount, EventTally};
pub use foreign::{ForeignRow, ForeignScoreRow, ForeignSeriesRow};
pub use holdings::{Holder, Holding};
pub use incidents::{IncidentCount, IncidentOrder, IncidentTally};
pub use jobs::{ALL_SOURCES, Brought, Ending, JOBS_OVER_MAX, JobKind, JobRow, JobState, Planned};
pub use made::{Made, Rows};
pub use narrow::Filter;
pub use opinions::OpinionFilter;
pub use participants::{
    CoverageRow, IncidentFiguresRow, MembershipRow, ParticipantRow, ParticipantScoreRow, PopulationRow,
    PopulationsRow, ProgrammeRow,
};
pub use publish::{Publication, Published};
pub use register::RegisterEditRow;
pub use roas::{
    ROA_CAUSES, ROA_MOVES, ROA_SCOPES, ROA_STATES, RoaCalendarRow, RoaCauseRow, RoaChangeFilter,
    RoaChangeRow, RoaCounts, RoaDayRow, RoaMonthRow, RoaNetworkRow, RoaRows, RoaVrpRow,
};
pub use rows::{
    AggregateRow, BeganRow, EventRow, FaultRow, FrameworkName, GradeCounts, IncidentRow, MetricRow,
    NetworkRow, OpinionMatchRow, OpinionRow, PeerRow, PublicationRow, ReadinessRow, ReplayRoute, ReplayRow,
    ReplayStates, ScoreRow, SightingRow, SourceFileRow, SourceRow,
};
pub use snapshots::SnapshotRow;
pub use tallies::{GradeTally, MetricTally, Tally, Tallying, participant_area};

/// The world failed while the store was read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused.
    #[error("store {url}: {source}")]
    Database {
        /// Which database.
        url: String,
        /// Why.
        source: sqlx::Error,
    },
    /// A stored document does not have the shape this version writes.
    #[error("store: a stored document cannot be read: {0}")]
    Document(#[from] serde_json::Error),
    /// The database was made by another version.
    #[error(
        "store {url} has schema {found}, this version reads {expected}: \
         move the folder away and compute the months again"
    )]
    Schema {
        /// Which database.
        url: String,
        /// Its schema.
        found: i64,
        /// Ours.
        expected: i64,
    },
}

/// An open store.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    url: String,
}

impl Store {
    /// Opens the database at `url` — `sqlite:PATH?mode=rwc` or `postgres://…` — and makes its tables.
    ///
    /// # Errors
    /// When it cannot be opened, or was made by a version with another schema.
    pub async fn open(url: &str) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let fail = |source| StoreError::Database { url: url.to_owned(), source };
        let sqlite = url.starts_with("sqlite:");
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if sqlite {
                        // A reader never waits for a month being published; power loss loses nothing
                        // acknowledged.
                        for pragma in ["journal_mode = WAL", "synchronous = FULL", "busy_timeout = 60000"] {
                            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PRAGMA {pragma}")))
                                .execute(&mut *connection)
                                .await?;
                        }
                    }
                    Ok(())
                })
            })
            .connect(url)
            .await
            .map_err(fail)?;
        let store = Store { pool, url: url.to_owned() };
        store.migrate().await?;
        Ok(store)
    }

    /// A transaction that is going to write. On SQLite it takes its place among the writers at once: one that
    /// read first would fail where another has written meanwhile.
    async fn begin_writing(&self) -> Result<Transaction<'_, Any>, StoreError> {
        let begun = match self.url.starts_with("sqlite:") {
            true => self.pool.begin_with("BEGIN IMMEDIATE").await,
            false => self.pool.begin().await,
        };
        begun.map_err(|e| self.fail(e))
    }

    fn fail(&self, source: sqlx::Error) -> StoreError {
        StoreError::Database { url: self.url.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_is_going_to_write_takes_its_place_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", dir.path().join("store.sqlite").display());
        let store = Store::open(&url).await.unwrap();
        let impatient = AnyPool::connect(&url).await.unwrap();
        let mut tx = store.begin_writing().await.unwrap();
        let read: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM job").fetch_one(&mut *tx).await.unwrap();
        let mut other = impatient.acquire().await.unwrap();
        sqlx::raw_sql("PRAGMA busy_timeout = 0").execute(&mut *other).await.unwrap();
        let insert = "INSERT INTO current_publication (month, publication) VALUES ('2024-05', 1)";
        assert!(
            sqlx::query(insert).execute(&mut *other).await.is_err(),
            "another wrote after {read} was read"
        );
        sqlx::query(insert).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}
