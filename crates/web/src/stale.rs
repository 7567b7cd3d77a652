//! What is late or failing, in words: told, but no reason to stop serving.

use std::collections::BTreeSet;

use routing::Timestamp;
use store::{ALL_SOURCES, JobKind, JobRow, JobState};

use crate::source_states::SourceState;

/// A job may be late by so much: its process looks every few seconds, and another job may be running.
const LATE_SECONDS_MAX: i64 = 900;

/// What failed longer ago is history.
const FAILED_SECONDS_MAX: i64 = 7 * 86_400;

/// Something that is not as it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Stale {
    /// What.
    pub(crate) what: String,
    /// Why it counts as stale.
    pub(crate) why: String,
}

/// Everything late or failing, sources first.
pub(crate) fn examine(now: i64, sources: &[SourceState], jobs: &[JobRow]) -> Vec<Stale> {
    let sources = sources.iter().filter_map(|source| {
        let what = format!("source {}", source.name);
        let Some(newest) = source.newest else {
            return Some(Stale { what, why: "nothing is held yet".to_owned() });
        };
        let max = source.age_seconds_max.filter(|max| now - newest > *max)?;
        let (age, max) = ((now - newest) / 3_600, max / 3_600);
        Some(Stale { what, why: format!("its newest file is {age} h old, more than {max} h") })
    });
    let mut seen = BTreeSet::new();
    // The latest job of each kind and subject says how it stands.
    let latest =
        jobs.iter().filter(|job| job.state != JobState::Waiting || job.attempts > 0 || is_late(now, job));
    let latest = latest.filter(|job| seen.insert((job.kind, job.subject.clone())));
    // A later fetch of all sources has asked for each of them again.
    let fetch =
        jobs.iter().find(|job| job.kind == JobKind::Fetch && job.subject == ALL_SOURCES && !job.is_open());
    let overtaken = |job: &JobRow| {
        let by_fetch = job.kind == JobKind::Fetch && fetch.is_some_and(|fetch| fetch.id > job.id);
        job.state == JobState::Failed
            && (by_fetch || job.finished_at.is_none_or(|at| now - at > FAILED_SECONDS_MAX))
    };
    let latest = latest.filter(|job| !overtaken(job));
    sources.chain(latest.filter_map(|job| of_job(now, job))).collect()
}

fn is_late(now: i64, job: &JobRow) -> bool {
    match job.state {
        JobState::Waiting => now - job.due_at > LATE_SECONDS_MAX,
        JobState::Running => job.lease_until.is_some_and(|until| now - until > LATE_SECONDS_MAX),
        JobState::Done | JobState::Failed => false,
    }
}

fn of_job(now: i64, job: &JobRow) -> Option<Stale> {
    let outcome = || job.outcome.clone().unwrap_or_default();
    let why = match job.state {
        JobState::Failed => format!("failed: {}", outcome()),
        JobState::Waiting if is_late(now, job) => format!("waits since {}", Timestamp(job.due_at)),
        JobState::Running if is_late(now, job) => {
            "its process is gone and nobody has taken it over".to_owned()
        }
        JobState::Waiting if job.attempts > 0 && job.outcome.is_some() => {
            format!("to be tried again at {}: {}", Timestamp(job.due_at), outcome())
        }
        _ => return None,
    };
    Some(Stale { what: job.name(), why })
}

/// The present, Unix seconds.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| d.as_secs() as i64)
}

#[cfg(test)]
mod tests;
