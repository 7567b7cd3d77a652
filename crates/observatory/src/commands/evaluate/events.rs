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
use super::references::References;

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
    let mut by_collector: BTreeMap<String, Vec<(Beginning, PathBuf)>> = BTreeMap::new();
    let mut files: Vec<PathBuf> =
        folder.read_dir()?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort();
    for path in files {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let collector = [".rib.", ".updates."].iter().find_map(|part| file.find(part)).unwrap_or(file.len());
        let Some(begin) = sweep::beginning(fetch::open(&path)?) else { continue };
        by_collector.entry(file[..collector].to_owned()).or_default().push((begin, path));
    }
    let begins = by_collector.values().flatten().map(|(begin, _)| begin.time);
    let Some(start) = begins.clone().min() else { bail!("{} holds no MRT file", folder.display()) };
    let window = Span { start, end: Timestamp(begins.max().unwrap_or(start).0 + 7 * 86_400) };
    let mut number = 0;
    let (mut collectors, mut spans): (Vec<Collector>, Vec<RouteSpan>) = (Vec::new(), Vec::new());
    for (index, (name, mut files)) in (0u16..).zip(by_collector) {
        files.sort();
        let mut sweep = Sweep::new(window, window.start, GAP_SECONDS_MAX);
        let mut tables = Vec::new();
        for (begin, path) in files {
            sweep.read(number, fetch::open(&path)?)?;
            if !begin.updates {
                tables.push(number);
            }
            number += 1;
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
    let organisations = references.organisations(start);
    let context = origins::Context {
        baseline: Baseline::new(&seen, &collectors, &references.history, is_network),
        collectors: &collectors,
        feeds: &feeds,
        vrps: &references.vrps,
        irr: references.irr.as_ref(),
        organisations: references.organisations(start),
        delegations: None,
        protectors: &references.protectors,
        open: &[],
        is_network: &is_network,
    };
    let mut events = origins::detect(&spans, &context);
    // Excerpts are too small to infer relationships from: without any there is no verdict on leaks.
    let relationships = references.history.relationships(start);
    let (none, siblings) = (RelationshipTable::new(&[]), |a, b| {
        organisations.as_ref().is_some_and(|o| o.data.are_siblings(a, b))
    });
    let (as_of, data) = relationships.unwrap_or((start, &none));
    let leaks = LeakContext::new(
        &collectors,
        &seen,
        LeakReferences {
            relationships: Some(AsOf { data, as_of, label: "relationships" }),
            aspas: None,
            vrps: Some(&references.vrps),
            exchanges: &[],
            siblings: &siblings,
            is_public: &is_network,
            was_linked: &|a, b| references.history.links().between(a, b, start).is_some(),
        },
    );
    events.extend(detect_leaks(&spans, &leaks));
    route_leak::origin::mark_reoriginations(&mut events);
    events.sort();
    Ok(Found { name, events, in_tables: in_tables.into_iter().collect() })
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
