use std::io::{BufRead, BufReader, Read};

use anyhow::{Result, bail};
use reference::{Parsed, ReadError};
use routing::{Date, FaultCounts, Timestamp};

use super::{Snapshot, SourceFile};
use crate::config::Source;

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
    Ok(out)
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
