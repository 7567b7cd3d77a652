//! What runs by itself: jobs that wait, run and are over, and who works on which.
//!
//! A job is claimed by one statement, so that two processes never run the same one, and for a time only: when
//! that is over and nobody has renewed it, whoever asks next takes the job again.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::{Store, StoreError};

/// Jobs that are over are kept up to this number, the latest.
pub const JOBS_OVER_MAX: i64 = 1_000;

/// The subject of a fetch of all sources.
pub const ALL_SOURCES: &str = "*";

/// What a job does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobKind {
    /// Fetches what the sources have a URL for; its subject is a source, or `*` for all of them.
    Fetch,
    /// Computes and publishes a month, which is its subject.
    Month,
}

/// Where a job stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Nobody works on it; it is to be run when it is due.
    Waiting,
    /// Somebody has claimed it.
    Running,
    /// It is over and did what it should.
    Done,
    /// It is over: every attempt failed.
    Failed,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [JobKind; 2] = [JobKind::Fetch, JobKind::Month];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            JobKind::Fetch => "fetch",
            JobKind::Month => "month",
        }
    }
}

impl JobState {
    /// Every state.
    pub const ALL: [JobState; 4] = [JobState::Waiting, JobState::Running, JobState::Done, JobState::Failed];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            JobState::Waiting => "waiting",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
        }
    }
}

/// What a job leaves for those after it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Brought {
    /// Months that there is something new for, ascending.
    pub months: Vec<String>,
    /// Sources that could not be fetched and may be when asked again.
    pub lacking: Vec<String>,
}

/// A job. Times are Unix seconds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct JobRow {
    /// Its number; later ones have higher numbers.
    pub id: i64,
    /// What it does.
    pub kind: JobKind,
    /// To what: a month, a source, or `*` for all sources.
    pub subject: String,
    /// Where it stands.
    pub state: JobState,
    /// When it is to be run; after a failed attempt, when it is tried again.
    pub due_at: i64,
    /// Attempts begun.
    pub attempts: i64,
    /// The process that works on it.
    pub claimed_by: Option<String>,
    /// Until when its claim holds.
    pub lease_until: Option<i64>,
    /// When the first attempt began.
    pub started_at: Option<i64>,
    /// When the last attempt ended.
    pub finished_at: Option<i64>,
    /// What the last attempt came to, in a sentence.
    pub outcome: Option<String>,
    /// What it leaves for those after it.
    pub brought: Brought,
}

impl JobRow {
    /// Whether it waits or runs.
    pub fn is_open(&self) -> bool {
        matches!(self.state, JobState::Waiting | JobState::Running)
    }

    /// What it does, in words.
    pub fn name(&self) -> String {
        match (self.kind, self.subject.as_str()) {
            (JobKind::Fetch, ALL_SOURCES) => "fetch of all sources".to_owned(),
            (JobKind::Fetch, source) => format!("fetch of {source}"),
            (JobKind::Month, month) => format!("month {month}"),
        }
    }
}

/// A job that there should be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Planned {
    /// What it does.
    pub kind: JobKind,
    /// To what.
    pub subject: String,
    /// When it is to be run.
    pub due_at: i64,
}

/// How an attempt ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The job is done.
    Done(Brought),
    /// It failed and is to be tried again at this time.
    Again(i64),
    /// It failed for good.
    Failed(Brought),
}

const COLUMNS: &str = "id, kind, subject, state, due_at, attempts, claimed_by, lease_until, started_at, \
                       finished_at, outcome, doc";

/// Waiting and due, or left behind by a process that is gone.
const TO_BE_TAKEN: &str =
    "kind = $2 AND ((state = 'waiting' AND due_at <= $3) OR (state = 'running' AND lease_until <= $3))";

fn read(row: &AnyRow) -> Result<JobRow, StoreError> {
    let word = |column: &str| serde_json::Value::String(row.get::<String, _>(column));
    Ok(JobRow {
        id: row.get("id"),
        kind: serde_json::from_value(word("kind"))?,
        subject: row.get("subject"),
        state: serde_json::from_value(word("state"))?,
        due_at: row.get("due_at"),
        attempts: row.get("attempts"),
        claimed_by: row.get("claimed_by"),
        lease_until: row.get("lease_until"),
        started_at: row.get("started_at"),
        finished_at: row.get("finished_at"),
        outcome: row.get("outcome"),
        brought: serde_json::from_str(&row.get::<String, _>("doc"))?,
    })
}

impl Store {
    /// Every job there is, the latest first: the open ones, and of those that are over the last
    /// [`JOBS_OVER_MAX`].
    ///
    /// # Errors
    /// When the database refuses or a stored document has another shape.
    pub async fn jobs(&self) -> Result<Vec<JobRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM job ORDER BY id DESC");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.pool).await;
        rows.map_err(|e| self.fail(e))?.iter().map(read).collect()
    }

    /// Makes the jobs that wait those that are wanted: `wanted` was planned from `seen`, which is what
    /// [`Store::jobs`] gave. There is one open job of a kind and subject. One that waits and was never tried is
    /// moved to its new time, unless it is due already, and goes when it is not wanted; one that was tried
    /// stays as it is. What others have changed since `seen` is left to the next planning.
    ///
    /// # Errors
    /// When the database refuses; then nothing has changed.
    pub async fn arrange(&self, seen: &[JobRow], wanted: &[Planned], now: i64) -> Result<(), StoreError> {
        let mut changes = Vec::new();
        let mut id = seen.first().map_or(0, |job| job.id);
        for plan in wanted {
            let same = |job: &&JobRow| job.is_open() && job.kind == plan.kind && job.subject == plan.subject;
            match seen.iter().find(same) {
                None => {
                    id += 1;
                    // A number that is taken says that others have planned meanwhile.
                    let query = sqlx::query(
                        "INSERT INTO job (id, kind, subject, state, due_at, attempts, doc) \
                         VALUES ($1, $2, $3, 'waiting', $4, 0, $5) ON CONFLICT DO NOTHING",
                    );
                    let doc = serde_json::to_string(&Brought::default())?;
                    let (kind, subject) = (plan.kind.word(), plan.subject.clone());
                    changes.push(query.bind(id).bind(kind).bind(subject).bind(plan.due_at).bind(doc));
                }
                Some(job) if job.due_at > now && job.due_at != plan.due_at => {
                    let sql =
                        "UPDATE job SET due_at = $1 WHERE id = $2 AND state = 'waiting' AND attempts = 0";
                    changes.push(sqlx::query(sql).bind(plan.due_at).bind(job.id));
                }
                Some(_) => {}
            }
        }
        let is_wanted = |job: &JobRow| wanted.iter().any(|w| w.kind == job.kind && w.subject == job.subject);
        for job in seen.iter().filter(|job| job.state == JobState::Waiting && job.attempts == 0) {
            if !is_wanted(job) {
                let sql = "DELETE FROM job WHERE id = $1 AND state = 'waiting' AND attempts = 0";
                changes.push(sqlx::query(sql).bind(job.id));
            }
        }
        if changes.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin_writing().await?;
        for change in changes {
            change.execute(&mut *tx).await.map_err(|e| self.fail(e))?;
        }
        tx.commit().await.map_err(|e| self.fail(e))
    }

    /// Claims the job of a kind that has been due the longest — or was left behind by a process that is gone —
    /// until `lease_until`; `None` when there is none, or another process was quicker.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim(
        &self,
        kind: JobKind,
        by: &str,
        now: i64,
        lease_until: i64,
    ) -> Result<Option<JobRow>, StoreError> {
        // The condition stands outside too: PostgreSQL asks it again of a row that another has just taken.
        let sql = format!(
            "UPDATE job SET state = 'running', claimed_by = $1, lease_until = $4, attempts = attempts + 1, \
             started_at = COALESCE(started_at, $3) \
             WHERE id = (SELECT id FROM job WHERE {TO_BE_TAKEN} ORDER BY due_at, id LIMIT 1) AND {TO_BE_TAKEN} \
             RETURNING {COLUMNS}"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(by.to_owned())
            .bind(kind.word())
            .bind(now)
            .bind(lease_until)
            .fetch_all(&self.pool)
            .await
            .map_err(|e| self.fail(e))?;
        rows.first().map(read).transpose()
    }

    /// Makes a claim hold longer. False when the job is no longer the claimant's.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn renew(&self, claimed: &JobRow, lease_until: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE job SET lease_until = $4 \
                   WHERE id = $1 AND claimed_by = $2 AND attempts = $3 AND state = 'running'";
        let query = sqlx::query(sql).bind(claimed.id).bind(claimed.claimed_by.clone());
        let done = query.bind(claimed.attempts).bind(lease_until).execute(&self.pool).await;
        Ok(done.map_err(|e| self.fail(e))?.rows_affected() == 1)
    }

    /// Gives a job back as if it had not been claimed: it is due at once. False when it is no longer the
    /// claimant's.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn give_back(&self, claimed: &JobRow, now: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE job SET state = 'waiting', due_at = $4, attempts = attempts - 1, claimed_by = NULL, \
                   lease_until = NULL \
                   WHERE id = $1 AND claimed_by = $2 AND attempts = $3 AND state = 'running'";
        let query = sqlx::query(sql).bind(claimed.id).bind(claimed.claimed_by.clone());
        let done = query.bind(claimed.attempts).bind(now).execute(&self.pool).await;
        Ok(done.map_err(|e| self.fail(e))?.rows_affected() == 1)
    }

    /// Ends an attempt; jobs over beyond the last [`JOBS_OVER_MAX`] go. False when the job is no longer the
    /// claimant's: then nothing has changed.
    ///
    /// # Errors
    /// When the database refuses; then nothing has changed.
    pub async fn finish(
        &self,
        claimed: &JobRow,
        outcome: &str,
        ending: &Ending,
        now: i64,
    ) -> Result<bool, StoreError> {
        let (state, due_at, brought) = match ending {
            Ending::Done(brought) => (JobState::Done, claimed.due_at, brought.clone()),
            Ending::Again(due_at) => (JobState::Waiting, *due_at, Brought::default()),
            Ending::Failed(brought) => (JobState::Failed, claimed.due_at, brought.clone()),
        };
        let doc = serde_json::to_string(&brought)?;
        let mut tx = self.begin_writing().await?;
        let done = sqlx::query(
            "UPDATE job SET state = $4, due_at = $5, outcome = $6, doc = $7, finished_at = $8, \
             claimed_by = NULL, lease_until = NULL \
             WHERE id = $1 AND claimed_by = $2 AND attempts = $3 AND state = 'running'",
        )
        .bind(claimed.id)
        .bind(claimed.claimed_by.clone())
        .bind(claimed.attempts)
        .bind(state.word())
        .bind(due_at)
        .bind(outcome.to_owned())
        .bind(doc)
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(|e| self.fail(e))?;
        sqlx::query(
            "DELETE FROM job WHERE state IN ('done', 'failed') AND id NOT IN \
             (SELECT id FROM job WHERE state IN ('done', 'failed') ORDER BY id DESC LIMIT $1)",
        )
        .bind(JOBS_OVER_MAX)
        .execute(&mut *tx)
        .await
        .map_err(|e| self.fail(e))?;
        tx.commit().await.map_err(|e| self.fail(e))?;
        Ok(done.rows_affected() == 1)
    }
}
