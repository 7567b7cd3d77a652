//! One kind of job after the other: planned, claimed, worked on, ended.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use routing::{Month, Timestamp};
use store::{Ending, JobKind, JobRow, Store};
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};

use super::plan::{plan, reach};
use super::work::{Worked, brought, work};
use crate::commands::fetch::now;
use crate::config::Config;

/// When told to stop, a job that is not over after so long is given back.
pub const STOP_SECONDS_MAX: u64 = 10;
/// What other processes do is seen after so long.
const LOOK_SECONDS_MAX: i64 = 5;
/// Longer than this no failed attempt is followed by a wait.
const RETRY_SECONDS_MAX: u64 = 3_600;
/// The end of an attempt is written at least after so many tries.
const WRITE_ATTEMPTS_MAX: u32 = 6;

/// Works on the jobs of one kind, one at a time.
#[derive(Clone)]
pub struct Lane {
    kind: JobKind,
    config: Arc<Config>,
    store: Store,
    /// This process, told apart from every other that there is or was.
    by: String,
    /// True when it is time to stop.
    stop: watch::Receiver<bool>,
    /// Another lane has ended a job.
    ended: Arc<Notify>,
}

impl Lane {
    /// A lane for each kind of job.
    pub fn each(config: &Arc<Config>, store: &Store, stop: &watch::Receiver<bool>) -> Vec<Lane> {
        let random = std::hash::RandomState::new().build_hasher().finish() as u32;
        let by = format!("process {} ({random:08x})", std::process::id());
        let ended = Arc::new(Notify::new());
        let lane = |kind| Lane {
            kind,
            config: Arc::clone(config),
            store: store.clone(),
            by: by.clone(),
            stop: stop.clone(),
            ended: Arc::clone(&ended),
        };
        JobKind::ALL.into_iter().map(lane).collect()
    }

    /// Works until it is time to stop. What fails is told and tried again.
    pub async fn run(mut self) {
        while !*self.stop.borrow() {
            let wait = match self.next().await {
                Ok((Some(job), from)) => {
                    self.perform(job, from).await;
                    self.ended.notify_waiters();
                    continue;
                }
                Ok((None, _)) => self.seconds_to_next().await,
                Err(error) => {
                    tracing::warn!("jobs cannot be planned: {error:#}");
                    LOOK_SECONDS_MAX
                }
            };
            tokio::select! {
                () = told(&mut self.stop) => {}
                () = self.ended.notified() => {}
                () = sleep(Duration::from_secs(wait.unsigned_abs())) => {}
            }
        }
    }

    /// Plans, and claims a job that is due, with the first moment that sources may still be needed of.
    async fn next(&self) -> Result<(Option<JobRow>, Timestamp)> {
        let now = now();
        let published: Vec<Month> =
            self.store.months().await?.iter().filter_map(|month| month.parse().ok()).collect();
        let jobs = self.store.jobs().await?;
        let wanted = plan(now, &self.config, &jobs, &published);
        self.store.arrange(&jobs, &wanted, now.0).await?;
        let lease_until = now.0 + self.config.run.lease_seconds;
        let claimed = self.store.claim(self.kind, &self.by, now.0, lease_until).await?;
        Ok((claimed, reach(now, &self.config.run, &jobs, &published)))
    }

    async fn seconds_to_next(&self) -> i64 {
        let jobs = self.store.jobs().await.unwrap_or_default();
        let next = jobs.iter().filter(|job| job.kind == self.kind && job.is_open());
        let next = next.map(|job| job.lease_until.unwrap_or(job.due_at)).min();
        next.map_or(LOOK_SECONDS_MAX, |at| (at - now().0).clamp(1, LOOK_SECONDS_MAX))
    }

    /// Works on a claimed job to its end, or gives it back.
    async fn perform(&self, job: JobRow, from: Timestamp) {
        let name = job.name();
        let run = &self.config.run;
        if job.attempts > run.attempts_max {
            let why = match &job.outcome {
                Some(last) => format!("{last}; and then its process ended without a word"),
                None => "every process that ran it ended without a word".to_owned(),
            };
            return self.end(&job, Err(anyhow!("{why}"))).await;
        }
        match job.attempts {
            1 => tracing::info!("{name}: begins"),
            n => tracing::info!("{name}: begins, attempt {n} of {}", run.attempts_max),
        }
        let began = Instant::now();
        let (config, of_thread) = (Arc::clone(&self.config), job.clone());
        let (sender, mut over) = oneshot::channel();
        // A thread of its own: unlike one of the runtime's, it does not keep the process from ending.
        let spawned = std::thread::Builder::new().name(format!("{}-job", job.kind.word())).spawn(move || {
            // Whoever no longer listens has given the job back.
            let _ = sender.send(work(&config, &of_thread, from));
        });
        if let Err(error) = spawned {
            return self.end(&job, Err(error.into())).await;
        }
        let mut beat = interval(Duration::from_secs(run.lease_seconds.unsigned_abs()) / 3);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stop = self.stop.clone();
        let mut patience = None;
        loop {
            tokio::select! {
                worked = &mut over => {
                    let worked = worked.unwrap_or_else(|_| Err(anyhow!("it panicked, which is a fault of the program")));
                    if let Ok(worked) = &worked {
                        tracing::info!("{name}: {} ({:.1} s)", worked.outcome, began.elapsed().as_secs_f64());
                    }
                    return self.end(&job, worked).await;
                }
                _ = beat.tick() => self.renew(&job).await,
                () = told(&mut stop), if patience.is_none() => {
                    patience = Some(Instant::now() + Duration::from_secs(STOP_SECONDS_MAX));
                }
                () = sleep_until(patience.unwrap_or_else(Instant::now)), if patience.is_some() => {
                    tracing::info!("{name}: given back, to be taken up at the next start");
                    if let Err(error) = self.store.give_back(&job, now().0).await {
                        tracing::warn!("{name}: cannot be given back: {error}; its lease ends by itself");
                    }
                    return;
                }
            }
        }
    }

    async fn renew(&self, job: &JobRow) {
        let lease_until = now().0 + self.config.run.lease_seconds;
        match self.store.renew(job, lease_until).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("{}: another process has taken it over", job.name()),
            Err(error) => tracing::warn!("{}: its lease cannot be renewed: {error}", job.name()),
        }
    }

    /// Writes how an attempt ended.
    async fn end(&self, job: &JobRow, worked: Result<Worked>) {
        let (name, run) = (job.name(), &self.config.run);
        let (outcome, ending) = match worked {
            Ok(Worked { outcome, brought }) => (outcome, Ending::Done(brought)),
            Err(error) if job.attempts < run.attempts_max => {
                let first = Duration::from_secs(run.retry_seconds_min.unsigned_abs());
                let attempts = u32::try_from(job.attempts).unwrap_or(u32::MAX);
                let wait = fetch::backoff(attempts, first, Duration::from_secs(RETRY_SECONDS_MAX));
                let at = Timestamp(now().0 + (wait.as_secs() as i64).max(1));
                tracing::warn!("{name}: {error:#}; tried again at {at}");
                (format!("{error:#}"), Ending::Again(at.0))
            }
            Err(error) => {
                tracing::error!("{name}: failed: {error:#}");
                (format!("{error:#}"), Ending::Failed(brought(&self.config, job).unwrap_or_default()))
            }
        };
        for attempt in 1..=WRITE_ATTEMPTS_MAX {
            match self.store.finish(job, &outcome, &ending, now().0).await {
                Ok(true) => return,
                Ok(false) => {
                    tracing::warn!("{name}: another process has taken it over and tells its end");
                    return;
                }
                Err(error) => {
                    tracing::warn!("{name}: its end cannot be written: {error}");
                    sleep(fetch::backoff(attempt, Duration::from_secs(1), Duration::from_secs(20))).await;
                }
            }
        }
    }
}

/// Until it is time to stop; the sender gone is as good as told.
pub async fn told(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}
