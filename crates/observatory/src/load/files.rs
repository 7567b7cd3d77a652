use std::path::Path;

use anyhow::{Context, Result};

use super::SourceFile;
use crate::config::{Config, Source};
use crate::progress::Progress;

/// Finds and digests the files of every source. A file given twice under one source counts once.
pub fn discover(config: &Config, progress: &Progress) -> Result<Vec<Vec<SourceFile>>> {
    let stage = progress.stage("reading digests", config.sources.len() as u64);
    let mut all = Vec::new();
    for source in &config.sources {
        all.push(
            of_source(source).with_context(|| format!("source `{}` (line {})", source.name, source.line))?,
        );
        stage.step(1);
    }
    Ok(all)
}

fn of_source(source: &Source) -> Result<Vec<SourceFile>> {
    let mut files: Vec<SourceFile> = Vec::new();
    for path in fetch::find(&source.path, Path::new(""), |name| std::env::var(name).ok())? {
        let (digest, size_bytes) = fetch::digest_of(&path)?;
        files.push(SourceFile::found(path, digest, size_bytes));
    }
    // By content, not by name or place: the same files give the same result in any folder and order.
    files.sort_by(|a, b| (a.name(), a.digest).cmp(&(b.name(), b.digest)));
    let mut seen = std::collections::BTreeSet::new();
    // Yesterday's content under today's name speaks of today.
    files.retain(|f| seen.insert((f.digest, routing::Date::find_in(&f.name()))));
    Ok(files)
}
