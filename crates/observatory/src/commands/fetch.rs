//! `observatory fetch`: downloads what the configured sources have a URL for.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use fetch::{Fetched, Fetcher, History, Refusal};
use routing::{FaultCounts, Month, Span, Timestamp};

use super::{ConfigArg, EXIT_INCOMPLETE};
use crate::config::{Config, Source, nearest};
use crate::progress::Progress;

/// Download what the sources have a `url` or `preset` for, into the archive.
///
/// Whatever is held stays: a file that cannot be had, or is none, leaves the old ones where they are. A file
/// that did not change is not sent again, and a series is not asked for what is held of it. Exit code 3 when
/// something failed.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Fetch for this source only.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Of series, fetch this month; otherwise the current month, and the three days before today.
    #[arg(long)]
    month: Option<Month>,
    #[command(flatten)]
    config: ConfigArg,
    /// Show no progress.
    #[arg(long, short)]
    quiet: bool,
}

/// What fetching for one source came to.
#[derive(Clone, Default, Debug)]
pub struct Report {
    /// The source.
    pub source: String,
    /// Files that are new, and their bytes.
    pub new: (u64, u64),
    /// Files that are as before, or of a series and held.
    pub unchanged: u64,
    /// Files of a series that are not there yet.
    pub not_yet: u64,
    /// Files of a series that never came.
    pub never: u64,
    /// Files that failed.
    pub failed: u64,
    /// Of them those that the server says it does not have: asking again soon would not help.
    pub absent: u64,
    /// Files not asked for, because the server failed too often.
    pub not_tried: u64,
    /// The last failure: its URL, and why.
    pub reason: Option<(String, String)>,
}

/// Servers asked at the same time; one server is asked for one file at a time.
const SERVERS_MAX: usize = 4;
/// So many failures of a server in a row and the rest of the source is left for the next run.
const FAILURES_MAX: u64 = 3;
/// A file of a series may be late by its cadence and this.
const LATE_SECONDS: i64 = 86_400;
/// What was not there so long after its moment will never be.
const NEVER_SECONDS: i64 = 3 * 86_400;
/// Pages of one moment.
const PAGES_MAX: u32 = 1_000;
/// Without a month, a series is fetched from at least so long ago on.
const BACK_SECONDS: i64 = 3 * 86_400;

/// Which files of a series are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Reach {
    /// Those of a month.
    Month(Month),
    /// Those from a moment on.
    From(Timestamp),
}

impl Reach {
    /// The current month, and the three days before today.
    pub fn recent(now: Timestamp) -> Reach {
        let start = now.date().month().span().start;
        Reach::From(start.min(Timestamp(now.0 - BACK_SECONDS)))
    }
}

/// One file to fetch.
struct Target {
    url: String,
    moment: Option<Timestamp>,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    let config = Config::read(&args.config.config)?;
    let progress = Progress::new(args.quiet);
    let now = now();
    let reach = args.month.map_or_else(|| Reach::recent(now), Reach::Month);
    let reports = fetch_all(&config, args.source.as_deref(), reach, now, &progress)?;
    write_table(std::io::stdout().lock(), &reports)?;
    let all_well = reports.iter().all(|r| r.failed + r.not_tried == 0);
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::from(EXIT_INCOMPLETE) })
}

/// The present, Unix seconds.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp(since.map_or(0, |d| d.as_secs() as i64))
}

/// Fetches for every source with a URL, or for one, and reports in the order of the sources' names.
///
/// # Errors
/// When there is no such source, another run fetches, or the archive cannot be written.
pub fn fetch_all(
    config: &Config,
    only: Option<&str>,
    reach: Reach,
    now: Timestamp,
    progress: &Progress,
) -> Result<Vec<Report>> {
    let chosen = choose(config, only)?;
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let fetcher = Fetcher::open(&config.archive(), config.fetch)?;
    let mut servers: BTreeMap<String, Vec<(usize, Vec<Target>)>> = BTreeMap::new();
    let mut asked = HashSet::new();
    let mut steps = 0;
    for (index, source) in chosen.iter().enumerate() {
        let mut targets = targets(source, reach, now);
        // Two sources may share a URL: it is asked for once.
        targets.retain(|t| asked.insert(t.url.clone()));
        steps += targets.len() as u64;
        servers.entry(server_of(&source.path)).or_default().push((index, targets));
    }
    let servers: Vec<Vec<(usize, Vec<Target>)>> = servers.into_values().collect();
    let stage = progress.stage("fetching", steps);
    let next = AtomicUsize::new(0);
    let done: Mutex<BTreeMap<usize, Result<Report>>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..SERVERS_MAX.min(servers.len()) {
            scope.spawn(|| {
                while let Some(work) = servers.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for (index, targets) in work {
                        let report = of_source(&fetcher, chosen[*index], targets, now, &stage);
                        done.lock().expect("no thread panics while it reports").insert(*index, report);
                    }
                }
            });
        }
    });
    done.into_inner().expect("all threads are done").into_values().collect()
}

fn choose<'a>(config: &'a Config, only: Option<&str>) -> Result<Vec<&'a Source>> {
    let Some(name) = only else {
        return Ok(config.sources.iter().filter(|s| s.url.is_some()).collect());
    };
    // A preset brings several sources: its own name means all of them.
    let of_name =
        |s: &&Source| s.name == name || s.name.strip_prefix(name).is_some_and(|r| r.starts_with(' '));
    let named: Vec<&Source> = config.sources.iter().filter(of_name).collect();
    if named.is_empty() {
        let names = config.sources.iter().map(|s| s.name.as_str());
        match nearest(name, names) {
            Some(word) => bail!("there is no source `{name}`: did you mean `{word}`?"),
            None => bail!("there is no source `{name}`: `observatory sources` lists them"),
        }
    }
    let fetched: Vec<&Source> = named.into_iter().filter(|s| s.url.is_some()).collect();
    if fetched.is_empty() {
        bail!("the source `{name}` has a `path`, not a `url`: there is nothing to fetch");
    }
    Ok(fetched)
}

/// The files a source may have in the time that is asked for, the earliest first.
fn targets(source: &Source, reach: Reach, now: Timestamp) -> Vec<Target> {
    let Some(url) = &source.url else { return Vec::new() };
    let Some(cadence) = source.cadence.filter(|_| url.is_series()) else {
        return vec![Target { url: url.to_string(), moment: None }];
    };
    let span = match reach {
        Reach::Month(month) => month.span(),
        Reach::From(start) => Span { start, end: Timestamp(now.0 + 1) },
    };
    let mut all = url.series(cadence, span);
    all.retain(|(moment, _)| *moment <= now);
    if matches!(reach, Reach::From(_)) && all.len() == 1 {
        // The newest of a slow series is seldom there at once: the one before it stands in.
        let before = cadence.floor(Timestamp(all[0].0.0 - 1));
        all.insert(0, (before, url.at(before)));
    }
    all.into_iter().map(|(moment, url)| Target { url, moment: Some(moment) }).collect()
}

fn server_of(url: &str) -> String {
    url.split('/').nth(2).unwrap_or_default().to_owned()
}

fn of_source(
    fetcher: &Fetcher,
    source: &Source,
    targets: &[Target],
    now: Timestamp,
    stage: &crate::progress::Stage<'_>,
) -> Result<Report> {
    let report = Report { source: source.name.clone(), ..Report::default() };
    let mut visit = Visit { fetcher, source, now, report, in_a_row: 0 };
    for target in targets {
        stage.step(1);
        visit.one(&target.url, target.moment)?;
        let Some(template) = source.url.as_ref().filter(|u| u.is_paged()) else { continue };
        let moment = target.moment.unwrap_or_default();
        let mut page = 1;
        while page < PAGES_MAX && visit.has_more(&template.at_page(moment, page))? {
            page += 1;
            visit.one(&template.at_page(moment, page), target.moment)?;
        }
    }
    Ok(visit.report)
}

/// The files of one source, one after the other.
struct Visit<'a> {
    fetcher: &'a Fetcher,
    source: &'a Source,
    now: Timestamp,
    report: Report,
    in_a_row: u64,
}

impl Visit<'_> {
    /// Fetches a file, unless it is settled.
    fn one(&mut self, url: &str, moment: Option<Timestamp>) -> Result<()> {
        let report = &mut self.report;
        if let Some(moment) = moment {
            let history = self.fetcher.history(url).unwrap_or_default();
            if is_settled(self.source, &history, moment) {
                report.unchanged += 1;
                return Ok(());
            }
            if never_came(&history, moment) {
                report.never += 1;
                return Ok(());
            }
        }
        if self.in_a_row >= FAILURES_MAX {
            report.not_tried += 1;
            return Ok(());
        }
        match self.fetcher.fetch(&self.source.name, url)? {
            Fetched::New { size_bytes, .. } => {
                report.new = (report.new.0 + 1, report.new.1 + size_bytes);
                self.in_a_row = 0;
            }
            Fetched::Unchanged => {
                report.unchanged += 1;
                self.in_a_row = 0;
            }
            Fetched::Failed(Refusal::Absent(_)) if is_early(self.source, moment, self.now) => {
                report.not_yet += 1;
            }
            Fetched::Failed(refusal) => {
                let absent = matches!(refusal, Refusal::Absent(_));
                self.in_a_row = if absent { 0 } else { self.in_a_row + 1 };
                report.failed += 1;
                report.absent += u64::from(absent);
                report.reason = Some((url.to_owned(), refusal.to_string()));
            }
        }
        Ok(())
    }

    /// Whether a page held holds anything, so that there may be one after it.
    fn has_more(&self, url: &str) -> Result<bool> {
        let history = self.fetcher.history(url).unwrap_or_default();
        let Some(version) = history.versions.last() else { return Ok(false) };
        let page = std::io::BufReader::new(fetch::open(&self.fetcher.place(version.digest))?);
        let read = reference::spoofer::parse(page, &mut FaultCounts::default());
        Ok(read.is_ok_and(|page| page.records + page.content.not_public > 0))
    }
}

/// A file of a series that was fetched after its time was over: it will not change.
fn is_settled(source: &Source, history: &History, moment: Timestamp) -> bool {
    let over = source.cadence.map_or(moment, |c| c.next(moment));
    !history.versions.is_empty() && history.last_success.is_some_and(|at| at >= over)
}

/// A file of a series that its server did not have long after its moment.
fn never_came(history: &History, moment: Timestamp) -> bool {
    history
        .last_failure
        .as_ref()
        .is_some_and(|(at, status, _)| matches!(status, Some(404 | 410)) && at.0 - moment.0 > NEVER_SECONDS)
}

/// A file of a series that may still come.
fn is_early(source: &Source, moment: Option<Timestamp>, now: Timestamp) -> bool {
    let patience = source.cadence.map_or(0, fetch::Cadence::seconds_max) + LATE_SECONDS;
    moment.is_some_and(|moment| now.0 - moment.0 < patience)
}

fn write_table(mut out: impl Write, reports: &[Report]) -> Result<()> {
    if reports.is_empty() {
        writeln!(out, "nothing to fetch: no source has a `url` or a `preset`")?;
        return Ok(());
    }
    let width = reports.iter().map(|r| r.source.chars().count()).max().unwrap_or(0).max(6);
    writeln!(
        out,
        "{:<width$}  {:>7}  {:>9}  {:>7}  {:>6}  {:>12}",
        "source", "new", "unchanged", "not yet", "failed", "bytes"
    )?;
    for r in reports {
        writeln!(
            out,
            "{:<width$}  {:>7}  {:>9}  {:>7}  {:>6}  {:>12}",
            r.source, r.new.0, r.unchanged, r.not_yet, r.failed, r.new.1
        )?;
    }
    let mut told = BTreeSet::new();
    for r in reports {
        if let Some((url, why)) = &r.reason
            && told.insert((url, why))
        {
            writeln!(out, "{}: {url}: {why}; what is held stays", r.source)?;
        }
        if r.not_tried > 0 {
            writeln!(
                out,
                "{}: {} more not tried after {FAILURES_MAX} failures in a row",
                r.source, r.not_tried
            )?;
        }
        if r.never > 0 {
            writeln!(out, "{}: {} were never there and are not asked for again", r.source, r.never)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(source: &str, month: Option<&str>, now: &str) -> Vec<String> {
        let config =
            Config::parse(&format!("data = \"x\"\n[[source]]\nkind = \"bogons\"\n{source}\n")).unwrap();
        let now = now.parse().unwrap();
        let reach = month.map_or_else(|| Reach::recent(now), |m| Reach::Month(m.parse().unwrap()));
        targets(&config.sources[0], reach, now).into_iter().map(|t| t.url).collect()
    }

    #[test]
    fn what_of_a_series_is_asked_for() {
        let daily = "url = \"http://h/{YYYYMMDD}\"\ncadence = \"1d\"";
        assert_eq!(
            urls(daily, Some("2024-05"), "2024-05-02T12:00:00Z"),
            ["http://h/20240501", "http://h/20240502"]
        );
        assert_eq!(urls(daily, Some("2024-04"), "2024-05-02").len(), 30);
        assert_eq!(urls(daily, Some("2024-06"), "2024-05-02"), [] as [&str; 0]);
        // At the beginning of a month the days before it may still be missing.
        assert_eq!(urls(daily, None, "2024-05-01").first().map(String::as_str), Some("http://h/20240428"));
        let monthly = "url = \"http://h/{YYYYMMDD}\"\ncadence = \"1mo\"";
        assert_eq!(urls(monthly, None, "2024-05-20"), ["http://h/20240401", "http://h/20240501"]);
        assert_eq!(urls(monthly, Some("2024-04"), "2024-05-20"), ["http://h/20240401"]);
        assert_eq!(urls("url = \"http://h/latest\"", Some("2019-01"), "2024-05-20"), ["http://h/latest"]);
    }
}
