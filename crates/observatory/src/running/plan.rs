//! Which jobs there should be: a function of the moment, the configuration and what is done.

use std::collections::BTreeSet;

use routing::{Month, Timestamp};
use store::{ALL_SOURCES, JobKind, JobRow, JobState, Planned};

use crate::config::{Config, Run};

/// A month that is not over, or not for long, is computed at least so often.
const COMPUTE_SECONDS_MAX: i64 = 86_400;
/// A job that failed for good is needed as before: another one follows after so long.
const FAILED_SECONDS: i64 = 3_600;

/// The next job of each kind and subject, with the time at which it is to be run.
///
/// `jobs` are those of the store, open and over; `published` are the months that have a publication.
pub fn plan(now: Timestamp, config: &Config, jobs: &[JobRow], published: &[Month]) -> Vec<Planned> {
    let mut all = fetches(now, config, jobs);
    let first_fetch = all.iter().find(|p| p.kind == JobKind::Fetch && p.subject == ALL_SOURCES);
    let waits_until = first_fetch.and_then(|fetch| awaited(now, &config.run, fetch, jobs));
    for month in months(now, &config.run, jobs, published) {
        let due_at = due_month(now, month, jobs).max(waits_until.unwrap_or(i64::MIN));
        all.push(Planned { kind: JobKind::Month, subject: month.to_string(), due_at });
    }
    all
}

fn of<'a>(jobs: &'a [JobRow], kind: JobKind, subject: &'a str) -> impl Iterator<Item = &'a JobRow> {
    jobs.iter().filter(move |job| job.kind == kind && job.subject == subject)
}

/// The last job of a kind and subject that is over.
fn last_over<'a>(jobs: &'a [JobRow], kind: JobKind, subject: &'a str) -> Option<&'a JobRow> {
    of(jobs, kind, subject).filter(|job| !job.is_open()).max_by_key(|job| job.id)
}

fn fetches(now: Timestamp, config: &Config, jobs: &[JobRow]) -> Vec<Planned> {
    let planned =
        |subject: &str, due_at| Planned { kind: JobKind::Fetch, subject: subject.to_owned(), due_at };
    let fetched: BTreeSet<&str> =
        config.sources.iter().filter(|s| s.url.is_some()).map(|s| s.name.as_str()).collect();
    if fetched.is_empty() {
        return Vec::new();
    }
    let Some(last) = last_over(jobs, JobKind::Fetch, ALL_SOURCES) else {
        return vec![planned(ALL_SOURCES, now.0)];
    };
    let (started, finished) = (last.started_at.unwrap_or(now.0), last.finished_at.unwrap_or(now.0));
    let next = (started + config.run.fetch_interval_minutes * 60).max(finished);
    let mut all = vec![planned(ALL_SOURCES, next)];
    // What the last fetch could not get is asked for again, each source by itself.
    for name in last.brought.lacking.iter().map(String::as_str).filter(|name| fetched.contains(name)) {
        let is_done = of(jobs, JobKind::Fetch, name).any(|job| job.id > last.id && !job.is_open());
        if !is_done {
            all.push(planned(name, finished + config.run.retry_seconds_min));
        }
    }
    all
}

/// Computing waits for a fetch that is due or under way, but not for one of which an attempt has failed, nor for
/// long: the time at which it no longer waits.
fn awaited(now: Timestamp, run: &Run, planned: &Planned, jobs: &[JobRow]) -> Option<i64> {
    let open = of(jobs, JobKind::Fetch, ALL_SOURCES).find(|job| job.is_open());
    let (since, under_way) = match open {
        Some(job) if job.state == JobState::Running => {
            (job.started_at.unwrap_or(now.0), job.outcome.is_none())
        }
        Some(job) => (now.0, job.outcome.is_none() && job.due_at <= now.0),
        None => (now.0, planned.due_at <= now.0),
    };
    under_way.then_some(since + run.fetch_interval_minutes * 60)
}

/// The months that are computed: the current one; those known and over for less than `late_days_max`; and
/// those that were begun and never computed since they were over, as after a long stop.
fn months(now: Timestamp, run: &Run, jobs: &[JobRow], published: &[Month]) -> BTreeSet<Month> {
    let current = now.date().month();
    let begun: BTreeSet<Month> = jobs
        .iter()
        .filter(|job| job.kind == JobKind::Month)
        .filter_map(|job| job.subject.parse().ok())
        .collect();
    let known: BTreeSet<Month> = begun.iter().chain(published).copied().filter(|m| *m < current).collect();
    let is_left = |month: &Month| {
        let (end, subject) = (month.span().end.0, month.to_string());
        let starts =
            of(jobs, JobKind::Month, &subject).filter(|job| !job.is_open()).filter_map(|j| j.started_at);
        let last = starts.max().filter(|start| *start >= end);
        let whole = last.is_some_and(|start| brought_for(jobs, &subject).all(|finished| finished < start));
        now.0 >= end + run.late_days_max * 86_400 && (whole || !begun.contains(month))
    };
    known.into_iter().filter(|month| !is_left(month)).chain([current]).collect()
}

/// The first moment from which sources may still be needed: the start of the earliest month that is computed.
pub fn reach(now: Timestamp, run: &Run, jobs: &[JobRow], published: &[Month]) -> Timestamp {
    let months = months(now, run, jobs, published);
    months.first().map_or(now, |month| month.span().start)
}

/// When fetches ended that brought something for a month.
fn brought_for<'a>(jobs: &'a [JobRow], month: &'a str) -> impl Iterator<Item = i64> {
    let over = jobs.iter().filter(|job| job.kind == JobKind::Fetch && !job.is_open());
    over.filter(move |job| job.brought.months.iter().any(|m| m == month)).filter_map(|job| job.finished_at)
}

/// When a month is to be computed next: at once if it never was; after a fetch that brought something for it
/// since; otherwise within a day.
fn due_month(now: Timestamp, month: Month, jobs: &[JobRow]) -> i64 {
    let subject = month.to_string();
    let done = of(jobs, JobKind::Month, &subject).filter(|job| job.state == JobState::Done);
    let needed = match done.max_by_key(|job| job.id).and_then(|job| job.started_at) {
        None => now.0,
        Some(started) => {
            let brought = brought_for(jobs, &subject).filter(|finished| *finished >= started).min();
            brought.unwrap_or(i64::MAX).min(started + COMPUTE_SECONDS_MAX)
        }
    };
    // Not in the second in which a fetch ended: times alone tell which came first.
    let needed = needed.max(brought_for(jobs, &subject).max().map_or(needed, |finished| finished + 1));
    match last_over(jobs, JobKind::Month, &subject) {
        Some(last) if last.state == JobState::Failed => {
            needed.max(last.finished_at.unwrap_or(now.0) + FAILED_SECONDS)
        }
        _ => needed,
    }
}

#[cfg(test)]
mod tests;
