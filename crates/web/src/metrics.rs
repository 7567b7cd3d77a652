//! `/metrics`: what an operator watches, for Prometheus. Times are given as moments, so that an age is right
//! whenever it is looked at; labels are routes, sources, kinds and states, never what a visitor sends.

mod exposition;
pub(crate) mod requests;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use routing::Month;
use store::{JobKind, JobRow, JobState, StoreError};

use crate::Site;
use crate::edition::Edition;
use crate::source_states::SourceState;
use crate::stale::now;
use exposition::{Exposition, Sort};

/// `/metrics`
pub(crate) async fn show(State(site): State<Arc<Site>>) -> Response {
    let mut text = Exposition::default();
    let build = "The version that runs.";
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    text.family("observatory_build_info", Sort::Gauge, build).sample(&version, 1);
    text.gauge("process_start_time_seconds", "When the process began.", Some(site.began));
    site.requests.write(&mut text);
    of_sources(&mut text, &site.sources.get().await);
    let stored = of_store(&site, &mut text).await;
    if let Err(error) = &stored {
        tracing::warn!(%error, "metrics of the store are missing");
    }
    let meaning = "1 when the store answered.";
    text.gauge("observatory_store_up", meaning, Some(u8::from(stored.is_ok())));
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text.into_text()).into_response()
}

async fn of_store(site: &Site, text: &mut Exposition) -> Result<(), StoreError> {
    let jobs = site.store.jobs().await?;
    of_jobs(text, &jobs, now());
    let months = site.store.months().await?;
    text.gauge("observatory_months_published", "Months that have a publication.", Some(months.len()));
    let Some(month) = months.first() else { return Ok(()) };
    let Some((id, head)) = site.store.current(month).await? else { return Ok(()) };
    of_publication(text, &*site.editions.get(&site.store, id, head).await?);
    Ok(())
}

fn of_publication(text: &mut Exposition, edition: &Edition) {
    let head = &edition.head;
    let month = head.month.parse::<Month>().ok().map(|month| month.span().start.0);
    text.gauge(
        "observatory_publication_month_timestamp_seconds",
        "When the latest published month begins.",
        month,
    );
    text.gauge(
        "observatory_publication_revision",
        "The revision of the latest published month.",
        Some(head.revision),
    );
    text.gauge(
        "observatory_publication_published_timestamp_seconds",
        "When the latest month was published.",
        Some(head.published_at),
    );
    text.gauge(
        "observatory_publication_data_end_timestamp_seconds",
        "The last second that the routes of the latest month cover.",
        head.data_time.map(|(_, end)| end),
    );
    let each = |text: &mut Exposition, name, meaning: &str, of: &dyn Fn(&store::SourceRow) -> i64| {
        let mut family = text.family(name, Sort::Gauge, meaning);
        for source in &edition.sources {
            family.sample(&[("source", &source.name)], of(source));
        }
    };
    each(text, "observatory_source_used", "1 when the latest month uses the source.", &|s| i64::from(s.used));
    each(
        text,
        "observatory_source_faults",
        "Faulty pieces in the source's files of the latest month.",
        &|s| s.files.iter().map(|file| file.faults).sum(),
    );
    // The words are those that the sources page shows.
    each(
        text,
        "observatory_source_files_not_admitted",
        "Files of the source that the latest month does not admit.",
        &|s| s.files.iter().filter(|file| file.status.starts_with("not admitted")).count() as i64,
    );
    each(
        text,
        "observatory_source_held_back",
        "1 when a file of the source shrank, so that the latest month holds an earlier one.",
        &|s| i64::from(s.files.iter().any(|file| file.status.contains("held since"))),
    );
}

fn of_sources(text: &mut Exposition, sources: &[SourceState]) {
    let mut each = |name, meaning: &str, of: &dyn Fn(&SourceState) -> Option<i64>| {
        let mut family = text.family(name, Sort::Gauge, meaning);
        for (source, value) in sources.iter().filter_map(|source| Some((source, of(source)?))) {
            family.sample(&[("source", &source.name)], value);
        }
    };
    each("observatory_source_files", "Files held of the source.", &|s| i64::try_from(s.held_files).ok());
    each("observatory_source_newest_timestamp_seconds", "The moment the newest file held speaks of.", &|s| {
        s.newest
    });
    each(
        "observatory_source_age_max_seconds",
        "The age from which on the newest file counts as too old.",
        &|s| s.age_seconds_max,
    );
    each(
        "observatory_source_last_success_timestamp_seconds",
        "When the source was last asked for with success.",
        &|s| s.last_success,
    );
    each(
        "observatory_source_last_failure_timestamp_seconds",
        "When asking for the source last failed.",
        &|s| s.last_failure.as_ref().map(|(at, _)| *at),
    );
}

fn of_jobs(text: &mut Exposition, jobs: &[JobRow], now: i64) {
    let of = |kind: JobKind| jobs.iter().filter(move |job| job.kind == kind);
    let mut family = text.family("observatory_jobs", Sort::Gauge, "Jobs kept, by kind and state.");
    for kind in JobKind::ALL {
        for state in JobState::ALL {
            let labels = [("kind", kind.word()), ("state", state.word())];
            family.sample(&labels, of(kind).filter(|job| job.state == state).count());
        }
    }
    let lag = |job: &JobRow| match job.state {
        JobState::Waiting => Some((now - job.due_at).max(0)),
        JobState::Running => job.lease_until.map(|until| (now - until).max(0)),
        JobState::Done | JobState::Failed => None,
    };
    let meaning = "For how long the job that waits the longest has been due, or is without its process.";
    let mut family = text.family("observatory_job_lag_seconds", Sort::Gauge, meaning);
    for kind in JobKind::ALL {
        family.sample(&[("kind", kind.word())], of(kind).filter_map(lag).max().unwrap_or(0));
    }
    for (name, state, meaning) in [
        (
            "observatory_job_last_done_timestamp_seconds",
            JobState::Done,
            "When a job of the kind was last done.",
        ),
        (
            "observatory_job_last_failed_timestamp_seconds",
            JobState::Failed,
            "When a job of the kind last failed for good.",
        ),
    ] {
        let mut family = text.family(name, Sort::Gauge, meaning);
        for kind in JobKind::ALL {
            let last = of(kind).filter(|job| job.state == state).filter_map(|job| job.finished_at).max();
            if let Some(last) = last {
                family.sample(&[("kind", kind.word())], last);
            }
        }
    }
}
