use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use pipeline::month::Collector;
use pipeline::sweep::{self, Beginning, FileReport, Sweep};
use routing::{Month, Timestamp};

use super::SourceFile;
use crate::config::{Config, SourceKind};
use crate::progress::Progress;

/// A file of a collector.
struct Planned {
    source: usize,
    file: usize,
    beginning: Beginning,
}

/// What a worker brings back of one collector.
struct Done {
    collector: Collector,
    reports: Vec<(usize, usize, FileReport)>,
}

/// Sweeps every collector's files in time order, collectors in parallel. The result does not depend on the
/// number of threads: collectors come back in the order of their names.
///
/// Files get the number under which spans name them: the place in `numbers`.
pub fn sweep_all(
    config: &Config,
    month: Month,
    files: &mut [Vec<SourceFile>],
    progress: &Progress,
) -> Result<(Vec<Collector>, Vec<String>)> {
    let mut plans: BTreeMap<String, Vec<Planned>> = BTreeMap::new();
    for (source, configured) in config.sources.iter().enumerate().filter(|(_, s)| s.kind == SourceKind::Mrt) {
        let name = configured.collector.clone().unwrap_or_else(|| configured.name.clone());
        let plan = plans.entry(name).or_default();
        for (file, found) in files[source].iter_mut().enumerate() {
            found.format = "MRT".to_owned();
            let opened = fetch::open(&found.path);
            match opened.map(sweep::beginning) {
                Ok(Some(beginning)) => plan.push(Planned { source, file, beginning }),
                Ok(None) => found.status = "not admitted: no readable MRT record".to_owned(),
                Err(error) => found.status = format!("not admitted: {error}"),
            }
        }
    }
    let digest = |p: &Planned| files[p.source][p.file].digest;
    for plan in plans.values_mut() {
        plan.sort_by_key(|p| (p.beginning, digest(p)));
        plan.dedup_by_key(|p| digest(p));
    }
    let mut numbers: Vec<(String, usize, usize)> =
        plans.values().flatten().map(|p| (digest(p).to_string(), p.source, p.file)).collect();
    numbers.sort();
    numbers.dedup_by(|a, b| a.0 == b.0);
    let number_of = |p: &Planned| {
        let wanted = digest(p).to_string();
        numbers.binary_search_by(|n| n.0.cmp(&wanted)).expect("every planned file has a number") as u32
    };

    let plans: Vec<(String, Vec<Planned>)> = plans.into_iter().collect();
    let stage = progress.bytes("reading routes");
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Done>)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..config.threads.min(plans.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some((name, plan)) = plans.get(index) else { break };
                    let result = sweep_one(config, month, name, plan, files, &number_of, &stage);
                    done.lock().expect("no worker panics while it holds the lock").push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("all workers are done");
    done.sort_by_key(|(index, _)| *index);
    let mut collectors = Vec::new();
    for (_, result) in done {
        let Done { collector, reports } = result?;
        for (source, file, report) in reports {
            take_report(&mut files[source][file], report);
        }
        collectors.push(collector);
    }
    let digests = numbers.into_iter().map(|(digest, ..)| digest).collect();
    Ok((collectors, digests))
}

fn sweep_one(
    config: &Config,
    month: Month,
    name: &str,
    plan: &[Planned],
    files: &[Vec<SourceFile>],
    number_of: &impl Fn(&Planned) -> u32,
    stage: &crate::progress::Stage,
) -> Result<Done> {
    let window = month.span();
    // The collector's last table before the month is where its state begins.
    let tables = plan.iter().filter(|p| !p.beginning.updates && p.beginning.time <= window.start);
    let from: Timestamp = tables.map(|p| p.beginning.time).max().unwrap_or(window.start);
    let mut sweep = Sweep::new(window, from, config.gap_seconds_max);
    let mut reports = Vec::new();
    for planned in plan {
        let file = &files[planned.source][planned.file];
        let report = sweep.read(number_of(planned), stage.counting(fetch::open(&file.path)?))?;
        reports.push((planned.source, planned.file, report));
    }
    let swept = sweep.finish()?;
    let collector = Collector {
        name: name.to_owned(),
        peers: swept.peers,
        paths: swept.paths,
        coverage: swept.coverage,
        tables: plan.iter().filter(|p| !p.beginning.updates).map(number_of).collect(),
        recording: swept.recording,
    };
    Ok(Done { collector, reports })
}

fn take_report(file: &mut SourceFile, report: FileReport) {
    file.records = report.records;
    file.records_outside = report.records_outside;
    file.elements = report.elements;
    file.as_of = report.times.map(|(_, last)| (last, "content"));
    file.used = report.records > report.records_outside;
    let all_outside = report.records > 0 && !file.used;
    file.status = if all_outside {
        "not used: every record lies outside the month".to_owned()
    } else if report.faults.skipped() > 0 {
        format!("used: {} faulty pieces skipped", report.faults.skipped())
    } else {
        "used".to_owned()
    };
    file.faults.merge(report.faults);
}
