//! `observatory evaluate`: how the detectors do on labelled events.

mod events;
mod figures;
mod history;
mod labels;
mod references;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

use anyhow::{Context, Result};
use detect::Event;
use pipeline::month::Workers;
use serde_json::{Value, json};

use self::references::References;
use crate::config::Config;
use crate::tree;
use crate::workers::Threads;

/// Run the detectors over labelled events and print how they did.
///
/// Each folder of DIR holds one event: a COLLECTOR.rib.mrt.gz with the routes before, a COLLECTOR.updates.mrt.gz
/// with the changes, or both. The verdicts are computed and written before the labels are read. Folders without a
/// label and labels without a folder are named and left out.
///
/// Exit codes: 0 done; 3 done, but a file or a member of a label could not be read, each told.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder with one folder per event.
    #[arg(long, value_name = "DIR")]
    events: PathBuf,
    /// Labels (JSON: one object per event).
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// What was seen before: tables (MRT), prefixes and origins, relationships. Of each event only what is not
    /// newer counts.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    history: Vec<PathBuf>,
    /// VRPs; the day stands in the file's content or name.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    vrps: Vec<PathBuf>,
    /// Organisations of networks; the day stands in the file's content or name.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    organisations: Vec<PathBuf>,
    /// Configuration whose settings count, and its sources of VRPs, route objects, organisations, delegations,
    /// contacts, relationships and history; its recordings are not read.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the verdicts are written.
    #[arg(long, value_name = "FILE", default_value = "verdicts.ndjson")]
    verdicts: PathBuf,
}

/// One folder with what was found in it.
struct Found {
    name: String,
    events: Vec<Event>,
    /// Prefixes that a table of its own shows.
    in_tables: Vec<routing::Prefix>,
    /// Files that could not be read whole, and why.
    unread: Vec<String>,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    let config = args.config.as_deref().map(Config::read).transpose()?;
    let mut references = References::default();
    if let Some(config) = &config {
        references.add_config(config)?;
    }
    args.history.iter().try_for_each(|path| history::add(&mut references.history, path))?;
    args.vrps.iter().try_for_each(|path| references.add_vrps_file(path))?;
    args.organisations.iter().try_for_each(|path| references.add_organisations_file(path))?;
    references.settle();
    let full_feed_share = config.as_ref().map_or(FULL_FEED_SHARE_PERCENT, |c| c.full_feed_share_percent_min);
    let threads =
        config.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), |c| c.threads);
    let folders = events::folders(&args.events)?;
    let done: Vec<Mutex<Option<Result<Found>>>> = folders.iter().map(|_| Mutex::default()).collect();
    Threads(threads).each(folders.len(), &|i| {
        let judged = events::detect(&folders[i], &references, full_feed_share);
        *done[i].lock().expect("a folder is done once") = Some(judged);
    });
    let done = done.into_iter().map(|one| one.into_inner().expect("nobody panics").expect("all are done"));
    let found: Vec<Found> = done.collect::<Result<_>>()?;
    let file = File::create(&args.verdicts)
        .with_context(|| format!("{} cannot be written", args.verdicts.display()))?;
    let mut out = BufWriter::new(file);
    for one in &found {
        for event in &one.events {
            writeln!(out, "{}", line(&one.name, event))?;
        }
    }
    out.flush()?;
    drop(out);
    let labels = labels::read(&args.labels)?;
    figures::write(std::io::stdout().lock(), &found, &labels, &references.history)?;
    let in_labels = labels
        .iter()
        .flat_map(|(name, label)| label.unread.iter().map(move |unread| format!("label {name}: {unread}")));
    let unread: Vec<String> = found.into_iter().flat_map(|one| one.unread).chain(in_labels).collect();
    unread.iter().for_each(|unread| eprintln!("{unread}"));
    Ok(if unread.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(super::EXIT_INCOMPLETE) })
}

/// From which share of the largest table on a peer counts as a full feed, where no configuration says.
const FULL_FEED_SHARE_PERCENT: u8 = 75;

fn line(name: &str, event: &Event) -> Value {
    let accomplices: BTreeSet<u32> = event.accomplices.iter().map(|a| a.asn.0).collect();
    json!({
        "event": name,
        "kind": event.kind.code(),
        "verdict": event.verdict.code(),
        "reason": event.reason.code(),
        "likely_cause": event.likely_cause.map(detect::Cause::code),
        "culprit": event.culprit.map(|asn| asn.0),
        "accomplices": accomplices,
        "victims": event.victims.iter().map(|asn| asn.0).collect::<Vec<_>>(),
        "prefixes": [event.prefix.to_string()],
        "start": event.span.start.to_string(),
        "end": event.span.end.to_string(),
        "peers": event.evidence.peer_ases,
        "collectors": event.evidence.collectors.len(),
        "confidence": event.confidence,
        "credits": event.credits.iter().map(|asn| asn.0).collect::<Vec<_>>(),
        "tree": tree::to_json(&event.tree),
    })
}
