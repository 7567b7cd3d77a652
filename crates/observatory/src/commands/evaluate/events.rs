//! One folder: its files swept, its spans judged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use detect::route_leak;
use pipeline::month::origins::{self, AsOf, Baseline};
use pipeline::month::{Collector, LeakContext, LeakReferences, detect_leaks, measure_feeds};
use pipeline::sweep::{self, Beginning, Sweep, Swept};
use reference::relationships::RelationshipTable;
use routing::{Asn, Peer, RouteSpan, Span, Timestamp};

use super::Found;
use super::references::{References, latest};

/// Excerpts are silent for as long as their few prefixes do not change: that is no missing time.
const GAP_SECONDS_MAX: i64 = i64::MAX / 4;

/// The folders of `dir`, by name.
pub fn folders(dir: &Path) -> Result<Vec<PathBuf>> {
    let read = dir.read_dir().with_context(|| format!("{} cannot be read", dir.display()))?;
    let mut all: Vec<PathBuf> = read.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    all.retain(|path| path.is_dir());
    all.sort();
    if all.is_empty() {
        bail!("{} holds no folder of an event", dir.display());
    }
    Ok(all)
}

/// Whether a number is a network's: neither reserved nor private nor for documentation.
pub fn is_network(asn: Asn) -> bool {
    !matches!(asn.0, 0 | 23_456 | 64_496..=131_071 | 4_200_000_000..)
}

/// Sweeps and judges one folder.
pub fn detect(folder: &Path, references: &References, full_feed_share: u8) -> Result<Found> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut unread = Vec::new();
    let mut by_collector: BTreeMap<String, Vec<(Beginning, PathBuf)>> = BTreeMap::new();
    let mut files: Vec<PathBuf> =
        folder.read_dir()?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort();
    for path in files {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let collector = [".rib.", ".updates."].iter().find_map(|part| file.find(part)).unwrap_or(file.len());
        if path.is_dir() {
            continue;
        }
        let Some(begin) = fetch::open(&path).ok().and_then(sweep::beginning) else {
            unread.push(format!("{}: no record of MRT can be read", path.display()));
            continue;
        };
        by_collector.entry(file[..collector].to_owned()).or_default().push((begin, path));
    }
    let begins = by_collector.values().flatten().map(|(begin, _)| begin.time);
    let Some(start) = begins.clone().min() else {
        unread.push(format!("{} holds no MRT file that can be read", folder.display()));
        return Ok(Found { name, events: Vec::new(), in_tables: Vec::new(), unread });
    };
    let window = Span { start, end: Timestamp(begins.max().unwrap_or(start).0 + 7 * 86_400) };
    let mut number = 0;
    let (mut collectors, mut spans): (Vec<Collector>, Vec<RouteSpan>) = (Vec::new(), Vec::new());
    for (index, (name, files)) in (0u16..).zip(by_collector) {
        let mut sweep = Sweep::new(window, window.start, GAP_SECONDS_MAX);
        let mut tables = Vec::new();
        let numbers: BTreeMap<PathBuf, u32> =
            files.iter().map(|(_, path)| path.clone()).zip(number..).collect();
        number += numbers.len() as u32;
        for (begin, path, within) in sweep::pieces(files) {
            let number = numbers[&path];
            let report = sweep.read_within(number, fetch::open(&path)?, within)?;
            let whole = within.end == sweep::EVER.end;
            if let Some(first) =
                report.faults.first().first().filter(|_| whole && report.faults.skipped() > 0)
            {
                let skipped = report.faults.skipped();
                unread.push(format!("{}: {skipped} pieces skipped, first {first}", path.display()));
            }
            if !begin.updates {
                tables.push(number);
            }
        }
        let swept = sweep.finish()?;
        spans.extend(swept.recording.all_spans(index)?);
        let Swept { peers, paths, coverage, recording } = swept;
        collectors.push(Collector { name, peers, paths, coverage, tables, recording });
    }
    spans.sort_unstable_by_key(|s| (s.prefix, s.collector, s.peer, s.path_id, s.time, s.file, s.offset));
    let peers: Vec<Vec<Peer>> = collectors.iter().map(|c| c.peers.clone()).collect();
    let feeds = measure_feeds(&prefixes_shown(&spans, &peers), &peers, full_feed_share);
    let seen = origins::sightings(&collectors, &spans);
    let in_tables: BTreeSet<_> = spans
        .iter()
        .filter(|s| collectors[usize::from(s.collector)].tables.contains(&s.file))
        .map(|s| s.prefix)
        .collect();
    let organisations = latest(&references.organisations, start, "organisations");
    let are_siblings = |a, b| organisations.is_some_and(|of| of.data.are_siblings(a, b));
    let context = origins::Context {
        baseline: Baseline::new(&seen, &collectors, &references.history, is_network),
        collectors: &collectors,
        feeds: &feeds,
        vrps: &references.vrps,
        irr: references.irr.as_ref(),
        organisations,
        delegations: latest(&references.numbers, start, "delegations"),
        exchange_points: latest(&references.exchange_points, start, "connections to exchange points"),
        protectors: &references.protectors,
        open: &[],
        is_network: &is_network,
    };
    let mut events = origins::detect(&spans, &context);
    // Excerpts are too small to infer relationships from: without any there is no verdict on leaks.
    let relationships = references.history.relationships(start);
    let none = RelationshipTable::new(&[]);
    let (as_of, data) = relationships.unwrap_or((start, &none));
    let leaks = LeakContext::new(
        &collectors,
        &seen,
        LeakReferences {
            relationships: Some(AsOf { data, as_of, label: "relationships" }),
            aspas: None,
            vrps: Some(&references.vrps),
            exchanges: &[],
            siblings: &are_siblings,
            organisations_as_of: organisations.map(|of| of.as_of),
            is_public: &is_network,
            was_linked: &|a, b| references.history.links().between(a, b, start).is_some(),
        },
    );
    events.extend(detect_leaks(&spans, &leaks));
    route_leak::origin::mark_reoriginations(&mut events);
    events.sort();
    Ok(Found { name, events, in_tables: in_tables.into_iter().collect(), unread })
}

/// Per collector and peer: how many distinct prefixes it showed. `spans` are sorted by prefix.
fn prefixes_shown(spans: &[RouteSpan], peers: &[Vec<Peer>]) -> Vec<Vec<u64>> {
    let mut counts: Vec<Vec<u64>> = peers.iter().map(|own| vec![0; own.len()]).collect();
    for same_prefix in spans.chunk_by(|a, b| a.prefix == b.prefix) {
        let who: BTreeSet<(u16, u32)> = same_prefix.iter().map(|s| (s.collector, s.peer)).collect();
        who.into_iter().for_each(|(c, p)| counts[usize::from(c)][p as usize] += 1);
    }
    counts
}
