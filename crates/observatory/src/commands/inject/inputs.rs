//! Reads what events are planted into.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use bgp::mrt::{Item, Reader};
use pipeline::inject::{Tables, TablesBuilder};
use reference::organisations::{self, OrganisationTable};
use reference::relationships::{self, RelationshipTable};
use reference::vrp::{self, VrpTable};
use reference::{Parsed, ReadError};
use routing::FaultCounts;

use super::Args;
use crate::progress::Progress;

/// Everything read.
pub struct Inputs {
    pub tables: Tables,
    pub relationships: RelationshipTable,
    pub vrps: Option<VrpTable>,
    pub organisations: Option<OrganisationTable>,
    /// Part of a table could not be read.
    pub incomplete: bool,
}

pub fn read(args: &Args, progress: &Progress) -> Result<Inputs> {
    // What is small comes first: a wrong file is told before minutes are spent on tables.
    let relationships = reference(&args.relationships, relationships::parse)?;
    let vrps = args.vrps.as_deref().map(|path| reference(path, vrp::parse)).transpose()?;
    let organisations = args.organisations.as_deref();
    let organisations = organisations.map(|path| reference(path, organisations::parse)).transpose()?;
    let (mut tables, incomplete) = tables(&args.tables, progress)?;
    if let Some(start) = args.start {
        if start < tables.time {
            bail!("--start {start} lies before the tables, which are of {}", tables.time);
        }
        tables.time = start;
    }
    if let Some(of) = relationships.stated.filter(|of| *of > tables.time) {
        eprintln!(
            "{}: of {of}, and the tables of {}: what is newer than an event is not used to judge it; a later \
             --start makes up for it",
            args.relationships.display(),
            tables.time
        );
    }
    Ok(Inputs {
        tables,
        relationships: RelationshipTable::new(&relationships.content.links),
        vrps: vrps.map(|parsed| VrpTable::new(parsed.content)),
        organisations: organisations.map(|parsed| OrganisationTable::new([parsed.content])),
        incomplete,
    })
}

fn reference<T>(
    path: &Path,
    parse: impl FnOnce(BufReader<Box<dyn Read + Send>>, &mut FaultCounts) -> Result<Parsed<T>, ReadError>,
) -> Result<Parsed<T>> {
    let mut faults = FaultCounts::default();
    let input = BufReader::with_capacity(1 << 16, fetch::open(path)?);
    let parsed = parse(input, &mut faults).with_context(|| path.display().to_string())?;
    if !parsed.complete {
        bail!("{}: the text breaks off in the middle", path.display());
    }
    if faults.skipped() > 0 {
        eprintln!("{}: {} lines skipped", path.display(), faults.skipped());
    }
    Ok(parsed)
}

fn tables(given: &[String], progress: &Progress) -> Result<(Tables, bool)> {
    let stage = progress.bytes("reading tables");
    let mut builder = TablesBuilder::default();
    let mut names: Vec<String> = Vec::new();
    let mut incomplete = false;
    for (number, given) in (1..).zip(given) {
        let (name, path) = named(given, number)?;
        if names.contains(&name) {
            bail!("two tables are called `{name}`: name one of them as NAME={}", path.display());
        }
        let mut reader = Reader::new(fetch::open_watched(&path, stage.watch())?);
        builder.collector(&name);
        names.push(name);
        let mut faults = FaultCounts::default();
        loop {
            match reader.next() {
                Ok(None) => break,
                Ok(Some(Item::Record(record))) => builder.read(&record, &mut |fault| faults.push(fault)),
                Ok(Some(Item::Fault(fault))) => faults.push(fault),
                Err(error) => {
                    eprintln!("{}: what is behind its damage is missing: {error}", path.display());
                    incomplete = true;
                    break;
                }
            }
        }
        if faults.skipped() > 0 {
            eprintln!("{}: {} pieces skipped", path.display(), faults.skipped());
            incomplete = true;
        }
    }
    let tables = builder.finish().context("the tables hold no route")?;
    Ok((tables, incomplete))
}

/// The collector's name and the file of `[NAME=]FILE`.
fn named(given: &str, number: usize) -> Result<(String, PathBuf)> {
    if let Some((name, path)) = given.split_once('=').filter(|(name, _)| !name.contains('/')) {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(fits) {
            bail!("`{name}` is no name of a collector: letters, digits, `-`, `_` and `.` make one");
        }
        return Ok((name.to_owned(), path.into()));
    }
    let path = PathBuf::from(given);
    let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((collector_of(&file).unwrap_or_else(|| format!("collector{number}")), path))
}

/// What is left of a file's name without kinds, dates and packing: `route-views.jinx` of
/// `routeviews.route-views.jinx.ribs.1401487200.bz2`.
fn collector_of(file: &str) -> Option<String> {
    let told = |part: &&str| {
        let kind = ["rib", "ribs", "bview", "updates", "mrt", "gz", "bz2", "zst", "routeviews", "ris"];
        let named = part.starts_with(|c: char| c.is_ascii_alphabetic());
        let fits = part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        named && fits && !kind.contains(&part.trim_end_matches(['4', '6']))
    };
    let parts: Vec<&str> = file.split('.').filter(told).collect();
    (!parts.is_empty()).then(|| parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collectors_are_named_by_their_files() {
        for (file, name) in [
            ("routeviews.route-views.jinx.ribs.1401487200.bz2", Some("route-views.jinx")),
            ("ris.rrc06.updates.1401488100.gz", Some("rrc06")),
            ("updates.et-header.2015.gz", Some("et-header")),
            ("rib6.20151101.0600_firstMB.bz2", None),
        ] {
            assert_eq!(collector_of(file).as_deref(), name, "{file}");
        }
        let (name, path) = named("a=b/c=d.gz", 1).unwrap();
        assert_eq!((name.as_str(), path), ("a", PathBuf::from("b/c=d.gz")));
        assert_eq!(named("x/rib6.2015.bz2", 2).unwrap().0, "collector2");
        assert!(named("..=f", 1).is_err());
    }
}
