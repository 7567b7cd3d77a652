//! Files of what was seen before, told apart by their content.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use pipeline::month::origins::hops_of;
use pipeline::sweep::{Sweep, beginning};
use reference::history::{self, History};
use reference::relationships;
use routing::{Asn, Date, FaultCounts, Prefix, Span, Timestamp};

/// Adds a file, or every file of a folder.
pub fn add(history: &mut History, path: &Path) -> Result<()> {
    if path.is_dir() {
        let mut inside: Vec<PathBuf> =
            path.read_dir()?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
        inside.sort();
        return inside.iter().filter(|path| path.is_file()).try_for_each(|path| add(history, path));
    }
    add_file(history, path).with_context(|| format!("{} as history", path.display()))
}

fn add_file(history: &mut History, path: &Path) -> Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = |path: &Path| Ok::<_, anyhow::Error>(BufReader::new(fetch::open(path)?));
    let mut faults = FaultCounts::default();
    let dated = |stated: Option<Timestamp>| {
        let day = stated.or_else(|| Date::find_in(&name).map(Date::start));
        day.with_context(|| format!("`{name}` does not say of which day it is"))
    };
    let mut head = text(path)?;
    let printable = first_line(head.fill_buf()?);
    if printable.contains('|') {
        let read = relationships::parse(text(path)?, &mut faults)?;
        // The day in the name is that of the file; the comments name its sources.
        let as_of = dated(None).or_else(|_| dated(read.stated))?;
        history.add_relationships(&name, as_of, &read.content);
    } else if printable.split_whitespace().next().is_some_and(|word| word.parse::<Prefix>().is_ok()) {
        let read = history::parse(text(path)?, &mut faults)?;
        history.add_origins(&name, dated(read.stated)?, &read.content);
    } else if let Some(begin) = beginning(fetch::open(path)?) {
        add_table(history, &name, begin.time, path)?;
    } else {
        bail!("it is no MRT file, no table of origins and no list of relationships");
    }
    Ok(())
}

/// The first line that is no comment; none where it is no text: the octets of a table may look like anything.
fn first_line(head: &[u8]) -> String {
    if head.iter().any(|octet| *octet < b'\t') {
        return String::new();
    }
    let text = String::from_utf8_lossy(head);
    text.lines().find(|line| !line.starts_with(['#', ';'])).unwrap_or_default().to_owned()
}

fn add_table(history: &mut History, name: &str, time: Timestamp, path: &Path) -> Result<()> {
    let window = Span { start: time, end: Timestamp(time.0 + 7 * 86_400) };
    let mut sweep = Sweep::new(window, time, i64::MAX / 4);
    let report = sweep.read(0, fetch::open(path)?)?;
    let as_of = report.times.map_or(time, |(_, last)| last);
    let swept = sweep.finish()?;
    let spans = swept.recording.all_spans(0)?;
    let is_network = |asn: Asn| super::events::is_network(asn);
    let hops: Vec<Vec<Asn>> =
        (0..swept.paths.len() as u32).map(|i| hops_of(swept.paths.get(i), is_network)).collect();
    let mut origins: Vec<(Prefix, Asn)> =
        spans.iter().filter_map(|s| hops[s.path as usize].last().map(|origin| (s.prefix, *origin))).collect();
    origins.sort_unstable();
    origins.dedup();
    history.add_origins(name, as_of, &origins);
    let links = hops.iter().flat_map(|hops| hops.windows(2).map(|pair| (pair[0], pair[1])));
    history.add_links(name, as_of, links);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn a_table_is_none_of_the_texts() {
        assert_eq!(first_line(b"# a\n1|2|-1\n"), "1|2|-1");
        assert_eq!(first_line(b"10.0.0.0/8\t1\n"), "10.0.0.0/8\t1");
        assert_eq!(first_line(b"S\x80\x7c\x98\x00\x0d\x00\x01\x00\x00|3|-1\n"), "");
    }
}
