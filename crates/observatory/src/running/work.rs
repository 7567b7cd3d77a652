//! What a job does: blocking, on a thread of its own.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use fetch::Archive;
use routing::{Month, Timestamp};
use store::{ALL_SOURCES, Brought, JobKind, JobRow, Published};

use crate::commands::fetch::{Reach, Report, fetch_all, now};
use crate::config::Config;
use crate::month::{Computed, run_if_covered};
use crate::progress::Progress;

/// A collector's table of so long before a month may be where the month begins.
const TABLE_SECONDS_MAX: i64 = 2 * 86_400;

/// What an attempt that succeeded came to.
pub struct Worked {
    /// In a sentence.
    pub outcome: String,
    /// For the jobs after it.
    pub brought: Brought,
}

/// Works on a job. `from` is the first moment that sources may still be needed of.
///
/// # Errors
/// When the attempt failed, and may succeed another time.
pub fn work(config: &Config, job: &JobRow, from: Timestamp) -> Result<Worked> {
    match job.kind {
        JobKind::Fetch => fetch(config, job, from),
        JobKind::Month => month(config, &job.subject),
    }
}

/// What an attempt of a job brought, also one that failed or was broken off.
pub fn brought(config: &Config, job: &JobRow) -> Result<Brought> {
    if job.kind != JobKind::Fetch {
        return Ok(Brought::default());
    }
    let archive = Archive::open(&config.archive())?;
    let since = Timestamp(job.started_at.unwrap_or(i64::MAX));
    let mut months = BTreeSet::new();
    for url in config.sources.iter().filter_map(|source| source.url.as_ref()) {
        for (_, moment, history) in archive.of(url) {
            for version in history.versions.iter().filter(|version| version.fetched >= since) {
                let speaks_of = moment.unwrap_or(version.fetched);
                months.insert(speaks_of.date().month());
                months.insert(Timestamp(speaks_of.0 + TABLE_SECONDS_MAX).date().month());
            }
        }
    }
    let months = months.iter().map(Month::to_string).collect();
    Ok(Brought { months, lacking: Vec::new() })
}

fn fetch(config: &Config, job: &JobRow, from: Timestamp) -> Result<Worked> {
    let only = (job.subject != ALL_SOURCES).then_some(job.subject.as_str());
    let now = now();
    let Reach::From(recent) = Reach::recent(now) else { unreachable!("what is recent has no end") };
    let reports = fetch_all(config, only, Reach::From(recent.min(from)), now, &Progress::new(true))?;
    let outcome = sentence(&reports);
    let lacks = |report: &&Report| report.failed - report.absent + report.not_tried > 0;
    let lacking: Vec<String> = reports.iter().filter(lacks).map(|report| report.source.clone()).collect();
    let came = reports.iter().any(|report| report.new.0 + report.unchanged > 0);
    if !lacking.is_empty() && (only.is_some() || !came) {
        bail!("{outcome}");
    }
    Ok(Worked { outcome, brought: Brought { lacking, ..brought(config, job)? } })
}

/// What a fetch came to.
fn sentence(reports: &[Report]) -> String {
    let sum = |of: fn(&Report) -> u64| reports.iter().map(of).sum::<u64>();
    let bytes = indicatif::DecimalBytes(sum(|r| r.new.1));
    let mut text = match sum(|r| r.new.0) {
        0 => "nothing new".to_owned(),
        1 => format!("1 new file ({bytes})"),
        n => format!("{n} new files ({bytes})"),
    };
    for (n, words) in [
        (sum(|r| r.unchanged), "as before"),
        (sum(|r| r.not_yet), "not there yet"),
        (sum(|r| r.failed), "failed"),
        (sum(|r| r.not_tried), "not tried after failures in a row"),
    ] {
        if n > 0 {
            text += &format!(", {n} {words}");
        }
    }
    for report in reports {
        if let Some((url, why)) = &report.reason {
            text += &format!("; {}: {url}: {why}", report.source);
        }
    }
    text
}

fn month(config: &Config, subject: &str) -> Result<Worked> {
    let month: Month = subject.parse()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let computed = runtime
        .block_on(run_if_covered(config, month, &Progress::new(true)))
        .with_context(|| format!("month {month}"))?;
    let outcome = match computed {
        Computed::Nothing(why) => format!("nothing to compute yet, because {why}"),
        Computed::Published(published) => match *published {
            Published::New(head) => format!("published revision {}: {}", head.revision, head.reason),
            Published::Unchanged(head) => format!("nothing changed: revision {} stands", head.revision),
        },
    };
    Ok(Worked { outcome, brought: Brought::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetch_is_told_in_one_sentence() {
        assert_eq!(sentence(&[]), "nothing new");
        let vrps = Report { source: "vrps".to_owned(), new: (2, 1_500), unchanged: 3, ..Report::default() };
        let irr = Report {
            source: "irr".to_owned(),
            failed: 1,
            reason: Some(("http://h/".to_owned(), "HTTP status 503".to_owned())),
            ..Report::default()
        };
        assert_eq!(
            sentence(&[vrps, irr]),
            "2 new files (1.50 kB), 3 as before, 1 failed; irr: http://h/: HTTP status 503"
        );
    }
}
