//! "What runs": the jobs in a few sentences; nothing where nothing runs by itself.

use store::{ALL_SOURCES, JobKind, JobRow, JobState, Store, StoreError};

use crate::format::Moment;

/// The jobs as the sources page tells of them.
pub(super) struct Jobs {
    pub(super) last_fetch: Option<Told>,
    pub(super) last_month: Option<Told>,
    pub(super) running: Vec<Told>,
    /// The next of each kind that waits.
    pub(super) next: Vec<Told>,
    pub(super) last_failure: Option<Told>,
}

/// A job with a moment of it.
pub(super) struct Told {
    pub(super) name: String,
    pub(super) at: Moment,
    pub(super) outcome: Option<String>,
}

impl Told {
    fn new(job: &JobRow, at: Option<i64>) -> Told {
        Told { name: job.name(), at: Moment(at.unwrap_or(job.due_at)), outcome: job.outcome.clone() }
    }
}

impl Jobs {
    pub(super) async fn of(store: &Store) -> Result<Option<Jobs>, StoreError> {
        Ok(Jobs::tell(&store.jobs().await?))
    }

    /// `jobs` with the latest first.
    fn tell(jobs: &[JobRow]) -> Option<Jobs> {
        let ended = |job: &JobRow| Told::new(job, job.finished_at);
        let done = |kind: JobKind| {
            let of_all = move |job: &&JobRow| kind == JobKind::Month || job.subject == ALL_SOURCES;
            let done = jobs.iter().filter(move |job| job.kind == kind && job.state == JobState::Done);
            done.filter(of_all).max_by_key(|job| job.finished_at).map(ended)
        };
        let next = |kind: JobKind| {
            let waiting = jobs.iter().filter(move |job| job.kind == kind && job.state == JobState::Waiting);
            // Of fetches that of all sources: one source alone is only asked again.
            waiting
                .min_by_key(|job| (kind == JobKind::Fetch && job.subject != ALL_SOURCES, job.due_at))
                .map(|job| Told { outcome: None, ..Told::new(job, None) })
        };
        let running = jobs.iter().filter(|job| job.state == JobState::Running);
        let running = running.map(|job| Told { outcome: None, ..Told::new(job, job.started_at) });
        let failed = |job: &&JobRow| {
            job.state == JobState::Failed || job.state == JobState::Waiting && job.outcome.is_some()
        };
        (!jobs.is_empty()).then(|| Jobs {
            last_fetch: done(JobKind::Fetch),
            last_month: done(JobKind::Month),
            running: running.collect(),
            next: JobKind::ALL.into_iter().filter_map(next).collect(),
            last_failure: jobs.iter().filter(failed).max_by_key(|job| job.finished_at).map(ended),
        })
    }
}
