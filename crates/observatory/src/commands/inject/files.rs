//! Writes what was planted.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use pipeline::inject::{Excerpts, Ground, Plan, Planted, Row, write};
use reference::vrp::Vrp;
use routing::Timestamp;
use serde_json::Value;

use crate::progress::Progress;

/// Makes the folder, or finds it empty.
pub fn prepare(out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    let mut inside = fs::read_dir(out).with_context(|| out.display().to_string())?;
    if inside.next().is_some() {
        bail!("{} is not empty: name a new folder", out.display());
    }
    Ok(())
}

/// Per collector one table and one recording with all events.
pub fn write_shared(ground: &Ground<'_>, plan: &Plan, out: &Path, progress: &Progress) -> Result<()> {
    let stage = progress.stage("writing", ground.tables.collectors.len() as u64);
    let events: Vec<&Planted> = plan.events.iter().collect();
    let rows: Vec<&Row> = ground.tables.rows.iter().collect();
    for collector in 0..ground.tables.collectors.len() {
        write_collector(ground, &rows, &events, collector, Some(plan.end), out)?;
        stage.step(1);
    }
    Ok(())
}

/// A folder per event, with the rows it needs.
pub fn write_folders(
    ground: &Ground<'_>,
    plan: &Plan,
    out: &Path,
    background: usize,
    seed: u64,
    progress: &Progress,
) -> Result<()> {
    let excerpts = Excerpts::new(ground.tables);
    let stage = progress.stage("writing", plan.events.len() as u64);
    for event in &plan.events {
        let folder = out.join(super::labels::id(event));
        fs::create_dir(&folder).with_context(|| folder.display().to_string())?;
        let rows = excerpts.of(event, &ground.vantages, background, seed);
        for collector in 0..ground.tables.collectors.len() {
            write_collector(ground, &rows, &[event], collector, None, &folder)?;
        }
        stage.step(1);
    }
    Ok(())
}

/// The table and the updates of one collector; a file in which nothing would stand is not made.
fn write_collector(
    ground: &Ground<'_>,
    rows: &[&Row],
    events: &[&Planted],
    collector: usize,
    beats_until: Option<Timestamp>,
    folder: &Path,
) -> Result<()> {
    let name = &ground.tables.collectors[collector].name;
    if rows.iter().any(|row| usize::from(row.collector) == collector) {
        write_packed(&folder.join(format!("{name}.rib.mrt.gz")), |out| {
            write::table(ground.tables, rows.iter().copied(), collector, out).map(drop)
        })?;
    }
    let updates = write::updates(ground, events, collector, beats_until, Vec::new());
    let path = folder.join(format!("{name}.updates.mrt.gz"));
    let updates = updates.with_context(|| path.display().to_string())?;
    if !updates.is_empty() {
        write_packed(&path, |out| out.write_all(&updates))?;
    }
    Ok(())
}

/// gzip without a name or time: the same content is the same file.
fn write_packed(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<GzEncoder<File>>) -> std::io::Result<()>,
) -> Result<()> {
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 16, GzEncoder::new(file, Compression::new(4)));
        content(&mut out)?;
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish().map(drop)
    });
    written.with_context(|| format!("{} cannot be written", path.display()))
}

/// The VRPs as of the tables: those given, and those that events register before they begin. None, no file.
pub fn write_vrps(ground: &Ground<'_>, plan: &Plan, out: &Path) -> Result<()> {
    let given = ground.vrps.map_or(&[][..], |table| table.vrps());
    let registered = plan.events.iter().flat_map(|event| &event.registered);
    let mut all: Vec<Vrp> = given.iter().chain(registered).copied().collect();
    all.sort_unstable();
    all.dedup_by_key(|vrp| (vrp.prefix, vrp.max_length, vrp.asn));
    if all.is_empty() {
        return Ok(());
    }
    let mut text = String::from("ASN,IP Prefix,Max Length,Trust Anchor\n");
    for vrp in all {
        let Vrp { prefix, max_length, asn, trust_anchor } = vrp;
        text.push_str(&format!("{asn},{prefix},{max_length},{}\n", trust_anchor.name()));
    }
    let path = out.join(format!("vrps.{}.csv", ground.tables.time.date()));
    fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// labels.json.
pub fn write_labels(labels: &Value, out: &Path) -> Result<()> {
    let path = out.join("labels.json");
    let text = serde_json::to_string_pretty(labels)? + "\n";
    fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
}
