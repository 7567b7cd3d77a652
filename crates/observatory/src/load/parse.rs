use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use anyhow::{Result, bail};
use reference::{Parsed, ReadError};
use routing::{Date, FaultCounts, Timestamp};

use super::{Snapshot, SourceFile};
use crate::config::{Source, SourceKind};

/// What reading one file gives.
pub type Read1<T> = std::result::Result<Parsed<T>, ReadError>;

/// Reads every file of a source with `parse`. Files that are not of the format are not admitted and say so;
/// a file whose date nothing tells is the operator's to mend.
pub fn snapshots<T>(
    index: usize,
    source: &Source,
    files: &mut [SourceFile],
    parse: impl Fn(BufReader<Box<dyn Read + Send>>, &mut FaultCounts) -> Read1<T>,
) -> Result<Vec<Snapshot<T>>> {
    let mut out = Vec::new();
    for (number, file) in files.iter_mut().enumerate() {
        let input = match fetch::open(&file.path) {
            Ok(input) => BufReader::with_capacity(1 << 16, input),
            Err(error) => {
                file.status = format!("not admitted: {error}");
                continue;
            }
        };
        let mut faults = FaultCounts::default();
        let parsed = parse(input, &mut faults);
        file.faults.merge(faults);
        match parsed {
            Err(error) => file.refuse(&error, source.kind.row().formats),
            Ok(parsed) if !parsed.complete => {
                file.status = "not admitted: the text breaks off in the middle".to_owned();
            }
            Ok(parsed) => {
                file.format = parsed.format.to_owned();
                file.records = parsed.records;
                let (as_of, from) = dated(source, file, parsed.stated)?;
                file.as_of = Some((as_of, from));
                out.push(Snapshot { source: index, file: number, as_of, data: parsed.content });
            }
        }
    }
    // What was fetched several times of one day is one dataset in several states: the last one counts.
    // Sessions carry their own times, and none takes another's place.
    if source.url.is_some() && source.kind != SourceKind::Spoofer {
        keep_last_of_each_day(&mut out, files);
    }
    Ok(out)
}

fn keep_last_of_each_day<T>(snapshots: &mut Vec<Snapshot<T>>, files: &mut [SourceFile]) {
    let rank =
        |s: &Snapshot<T>, files: &[SourceFile]| (s.as_of, files[s.file].fetched.as_ref().map(|f| f.at));
    let mut last: BTreeMap<Date, (Timestamp, Option<Timestamp>)> = BTreeMap::new();
    for snapshot in snapshots.iter() {
        let rank = rank(snapshot, files);
        let kept = last.entry(snapshot.as_of.date()).or_insert(rank);
        *kept = rank.max(*kept);
    }
    snapshots.retain(|snapshot| {
        let keep = last[&snapshot.as_of.date()] == rank(snapshot, files);
        if !keep {
            files[snapshot.file].status = "not used: a later one of the same day was fetched".to_owned();
        }
        keep
    });
}

/// The moment a file speaks of: what it says itself, else the configuration, else a date in its URL or name,
/// else what the server said of it, else when it was fetched.
fn dated(source: &Source, file: &SourceFile, stated: Option<Timestamp>) -> Result<(Timestamp, &'static str)> {
    // Relying parties without a clock write the epoch; that says nothing.
    let stated = stated.filter(|t| t.0 > 0).map(|t| (t, "content"));
    let configured = source.date.map(|t| (t, "configuration"));
    let named = Date::find_in(&file.name()).map(|d| (d.start(), "name"));
    let fetched = file.fetched.as_ref();
    let in_url = fetched.and_then(|f| f.moment).map(|t| (t, "URL"));
    let changed = fetched.and_then(|f| f.last_modified).map(|t| (t, "Last-Modified"));
    let at = fetched.map(|f| (f.at, "time of fetching"));
    match stated.or(configured).or(in_url).or(named).or(changed).or(at) {
        Some(dated) => Ok(dated),
        None => bail!(
            "{} (source `{}`, line {}) does not say of which day it is: add `date = \"YYYY-MM-DD\"` to the source",
            file.path.display(),
            source.name,
            source.line
        ),
    }
}

/// The first line that is neither empty nor a comment, cut to what is buffered.
pub fn first_line(input: &mut impl BufRead) -> std::io::Result<String> {
    let head = String::from_utf8_lossy(input.fill_buf()?).into_owned();
    let line = head.lines().find(|l| !l.trim().is_empty() && !l.starts_with(['#', ';', '%']));
    Ok(line.unwrap_or_default().to_owned())
}
