use std::path::Path;

use anyhow::{Context, Result};

use routing::{Month, Timestamp};

use super::{FetchedFrom, SourceFile};
use crate::config::{Config, Source, SourceKind};
use crate::progress::Progress;

/// Days before a month in which a collector's last table is looked for: they come every two to eight hours.
const TABLE_DAYS_MAX: i64 = 2;

/// Finds and digests the files of every source. A file given twice under one source counts once. Of fetched
/// recordings only those whose URL names a moment of the month, or shortly before it, are taken.
pub fn discover(config: &Config, month: Month, progress: &Progress) -> Result<Vec<Vec<SourceFile>>> {
    let stage = progress.stage("reading digests", config.sources.len() as u64);
    let archive = fetch::Archive::open(&config.archive())?;
    let mut all = Vec::new();
    for source in &config.sources {
        all.push(
            of_source(source, month, &archive)
                .with_context(|| format!("source `{}` (line {})", source.name, source.line))?,
        );
        stage.step(1);
    }
    Ok(all)
}

fn of_source(source: &Source, month: Month, archive: &fetch::Archive) -> Result<Vec<SourceFile>> {
    let mut files: Vec<SourceFile> = match &source.url {
        Some(url) => fetched(source.kind, url, archive),
        None => {
            let mut files = Vec::new();
            for path in fetch::find(&source.path, Path::new(""), |name| std::env::var(name).ok())? {
                let (digest, size_bytes) = fetch::digest_of(&path)?;
                files.push(SourceFile::found(path, digest, size_bytes));
            }
            files
        }
    };
    if source.kind == SourceKind::Mrt {
        let from = Timestamp(month.span().start.0 - TABLE_DAYS_MAX * 86_400);
        let near = |at: Timestamp| from <= at && at < month.span().end;
        files.retain(|f| f.fetched.as_ref().and_then(|f| f.moment).is_none_or(near));
    }
    // By content, not by name or place: the same files give the same result in any folder and order.
    files.sort_by_key(|f| (f.name(), f.digest));
    let mut seen = std::collections::BTreeSet::new();
    // Yesterday's content under today's name speaks of today.
    files.retain(|f| seen.insert((f.digest, routing::Date::find_in(&f.name()))));
    Ok(files)
}

/// What the archive holds of a URL or series: every state it ever had, for a snapshot may be asked for of any
/// month. Recordings and local exceptions have only one state that counts, the last.
fn fetched(kind: SourceKind, url: &fetch::UrlTemplate, archive: &fetch::Archive) -> Vec<SourceFile> {
    let last_only = matches!(kind, SourceKind::Mrt | SourceKind::Slurm);
    let mut files = Vec::new();
    for (url, moment, history) in archive.of(url) {
        let skip = if last_only { history.versions.len().saturating_sub(1) } else { 0 };
        for (turn, version) in history.versions.iter().enumerate().skip(skip) {
            let place = archive.place(version.digest);
            let mut file = SourceFile::found(place, version.digest, version.size_bytes);
            file.fetched = Some(FetchedFrom {
                name: fetch::file_name(url),
                at: version.fetched,
                turn,
                moment,
                last_modified: version.last_modified,
            });
            files.push(file);
        }
    }
    files
}
