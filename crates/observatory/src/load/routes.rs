use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Mutex;

use anyhow::Result;
use pipeline::month::{Collector, Workers};
use pipeline::sweep::{self, Beginning, FileReport, Sweep};
use routing::{Month, Span, Timestamp};

use super::SourceFile;
use super::workbench::Workbench;
use crate::config::{Config, SourceKind};
use crate::progress::{Progress, Stage};
use crate::workers::Threads;

/// The share of the memory that journals of collectors may take; the rest is for paths, for the parts of the
/// table that are being folded, and for references.
const BUFFERS_SHARE: usize = 8;

/// A file of a collector, or a piece of one.
#[derive(Clone)]
struct Planned {
    source: usize,
    file: usize,
    beginning: Beginning,
    /// The piece of it that is read here.
    within: Span,
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
                Ok(Some(beginning)) => plan.push(Planned { source, file, beginning, within: sweep::EVER }),
                Ok(None) => found.status = "not admitted: no readable MRT record".to_owned(),
                Err(error) => found.status = format!("not admitted: {error}"),
            }
        }
    }
    let digest = |p: &Planned| files[p.source][p.file].digest;
    for plan in plans.values_mut() {
        plan.sort_by_key(|p| (p.beginning, digest(p)));
        plan.dedup_by_key(|p| digest(p));
        let pieces = sweep::pieces(plan.drain(..).map(|p| (p.beginning, p)));
        plan.extend(pieces.into_iter().map(|(beginning, p, within)| Planned { beginning, within, ..p }));
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
    let octets = |p: &Planned| files[p.source][p.file].size_bytes;
    let stage = progress.routes("reading routes", plans.iter().flat_map(|(_, plan)| plan).map(octets).sum());
    let lanes = config.threads.min(plans.len()).max(1);
    let work = Work { config, month, files: &*files, stage: &stage, lanes };
    let done: Mutex<Vec<(usize, Result<Done>)>> = Mutex::new(Vec::new());
    Threads(config.threads).each(plans.len(), &|index| {
        let (name, plan) = &plans[index];
        let result = work.sweep(name, plan, &number_of);
        done.lock().expect("no worker panics while it holds the lock").push((index, result));
    });
    let mut done = done.into_inner().expect("all workers are done");
    done.sort_by_key(|(index, _)| *index);
    let mut collectors = Vec::new();
    for (_, result) in done {
        let Done { collector, reports } = result?;
        let mut whole: BTreeMap<(usize, usize), FileReport> = BTreeMap::new();
        for (source, file, report) in reports {
            match whole.entry((source, file)) {
                Entry::Occupied(first) => first.into_mut().merge(report),
                Entry::Vacant(place) => drop(place.insert(report)),
            }
        }
        for ((source, file), report) in whole {
            take_report(&mut files[source][file], report);
        }
        collectors.push(collector);
    }
    let digests = numbers.into_iter().map(|(digest, ..)| digest).collect();
    Ok((collectors, digests))
}

/// What every collector's sweep needs.
struct Work<'a> {
    config: &'a Config,
    month: Month,
    files: &'a [Vec<SourceFile>],
    stage: &'a Stage<'a>,
    /// Collectors read at a time.
    lanes: usize,
}

impl Work<'_> {
    fn sweep(&self, name: &str, plan: &[Planned], number_of: &impl Fn(&Planned) -> u32) -> Result<Done> {
        let window = self.month.span();
        // The collector's last table before the month is where its state begins.
        let tables = plan.iter().filter(|p| !p.beginning.updates && p.beginning.time <= window.start);
        let from: Timestamp = tables.map(|p| p.beginning.time).max().unwrap_or(window.start);
        let digests: Vec<fetch::Digest> = plan.iter().map(|p| self.piece_digest(p)).collect();
        let numbers: Vec<u32> = plan.iter().map(number_of).collect();
        let buffered_max = self.config.memory_mib * (1 << 20) / BUFFERS_SHARE / self.lanes;
        let mut workbench = Workbench::new(self.config, self.month, name, digests, buffered_max);
        let sweep = Sweep::new(window, from, self.config.gap_seconds_max).counting(self.stage.elements());
        let (mut sweep, mut reports) = workbench.take_up(sweep, &numbers)?;
        plan[..reports.len()].iter().for_each(|done| self.stage.step(self.file(done).size_bytes));
        for (planned, &number) in plan.iter().zip(&numbers).skip(reports.len()) {
            let path = &self.file(planned).path;
            let mut pieces = plan
                .iter()
                .zip(&reports)
                .filter(|(p, _)| (p.source, p.file) == (planned.source, planned.file));
            let report = match pieces.next_back() {
                // As archives cut them: nothing of it lies behind the table.
                Some((_, FileReport { later: 0, .. })) => {
                    sweep.read_within(number, std::io::empty(), planned.within)?
                }
                _ => {
                    let input = fetch::open_watched(path, self.stage.watch())?;
                    sweep.read_within(number, input, planned.within)?
                }
            };
            reports.push(report);
            workbench.put_down(&mut sweep, &reports)?;
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
        let reports = plan.iter().zip(reports).map(|(p, report)| (p.source, p.file, report)).collect();
        Ok(Done { collector, reports })
    }

    /// What a place to go on from is told by: the file and the piece of it.
    fn piece_digest(&self, planned: &Planned) -> fetch::Digest {
        let mut digest = self.file(planned).digest;
        if planned.within != sweep::EVER {
            let Span { start, end } = planned.within;
            let bounds = start.0.to_be_bytes().into_iter().chain(end.0.to_be_bytes());
            digest.0.iter_mut().zip(bounds).for_each(|(octet, bound)| *octet ^= bound);
        }
        digest
    }

    fn file(&self, planned: &Planned) -> &SourceFile {
        &self.files[planned.source][planned.file]
    }
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
