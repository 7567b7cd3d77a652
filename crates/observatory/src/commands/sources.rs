//! `observatory sources`: where the data come from and how fresh they are.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use fetch::{Archive, CacheState, PRESETS};
use routing::Timestamp;

use super::ConfigArg;
use super::fetch::now;
use crate::config::{Config, Source, SourceKind};

/// List the configured sources: what they are, their terms, how old what is held is, when fetching last
/// worked and when and why it did not.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArg,
    /// List the public sources that are known by name instead; needs no configuration.
    #[arg(long)]
    presets: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    let out = std::io::stdout().lock();
    if args.presets {
        write_rows(out, &preset_rows())?;
    } else {
        let config = Config::read(&args.config.config)?;
        let archive = Archive::open(&config.archive())?;
        let now = now();
        let heads =
            ["source", "kind", "cadence", "held", "age", "last success", "last failure", "licence", "from"];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        rows.extend(config.sources.iter().map(|source| row(source, &archive, now)));
        write_rows(out, &rows)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What the archive knows of a source.
struct State {
    files: usize,
    newest: Option<Timestamp>,
    success: Option<Timestamp>,
    failure: Option<(Timestamp, String)>,
    cache: Option<CacheState>,
}

fn state(source: &Source, archive: &Archive) -> State {
    let mut state = State { files: 0, newest: None, success: None, failure: None, cache: None };
    let Some(url) = &source.url else { return state };
    for (_, moment, history) in archive.of(url) {
        state.files += history.versions.len();
        let newest = history.versions.last().map(|v| moment.or(v.last_modified).unwrap_or(v.fetched));
        state.newest = state.newest.max(newest);
        state.success = state.success.max(history.last_success);
        if let Some(cache) = &history.cache {
            state.cache = Some(cache.clone());
            // A set that did not change was there again when the cache was asked last.
            state.newest = history.last_success;
        }
        if let Some((at, _, why)) = &history.last_failure
            && state.failure.as_ref().is_none_or(|(known, _)| at >= known)
        {
            state.failure = Some((*at, why.clone()));
        }
    }
    state
}

fn row(source: &Source, archive: &Archive, now: Timestamp) -> Vec<String> {
    let kind = source.kind.row().name.to_owned();
    let dash = || "-".to_owned();
    let cadence = source.cadence.map_or_else(dash, |c| c.to_string());
    let licence = source.licence.clone().unwrap_or_else(dash);
    if source.url.is_none() {
        let there = "read where it is".to_owned();
        return vec![
            source.name.clone(),
            kind,
            cadence,
            there,
            dash(),
            dash(),
            dash(),
            licence,
            source.path.clone(),
        ];
    }
    let state = state(source, archive);
    let mut held = match state.files {
        0 => "nothing yet".to_owned(),
        1 => "1 file".to_owned(),
        n => format!("{n} files"),
    };
    if let Some(cache) = &state.cache {
        held.push_str(&format!("; {}", of_cache(source.kind, cache)));
    }
    let age = state.newest.map_or_else(dash, |newest| {
        let seconds = (now.0 - newest.0).max(0);
        let hours = seconds / 3_600;
        let too_old = source.age_hours_max.filter(|max| hours > i64::from(*max));
        let expire = state.cache.as_ref().and_then(|c| c.expire).filter(|max| seconds > i64::from(*max));
        let shown = if hours < 48 { format!("{hours} h") } else { format!("{} d", hours / 24) };
        match (too_old, expire) {
            (Some(max), _) => format!("{shown}, too old: more than {max} h"),
            (None, Some(max)) => format!("{shown}, too old: the cache lets it expire after {max} s"),
            (None, None) => shown,
        }
    });
    let failure = state.failure.map_or_else(dash, |(at, why)| format!("{at} {why}"));
    let success = state.success.map_or_else(dash, |t| t.to_string());
    vec![source.name.clone(), kind, cadence, held, age, success, failure, licence, source.path.clone()]
}

/// Where an RPKI cache stood, and how long that is good for.
fn of_cache(kind: SourceKind, cache: &CacheState) -> String {
    let CacheState { version, session, serial, .. } = cache;
    let mut shown = format!("RTR version {version}, session {session}, serial {serial}");
    match kind {
        SourceKind::Aspas if *version < 2 => shown.push_str(", which has no ASPAs"),
        SourceKind::Aspas => shown.push_str(&format!(", {} ASPAs", cache.aspas)),
        _ => shown.push_str(&format!(", {} VRPs", cache.vrps)),
    }
    let intervals = [("refresh", cache.refresh), ("retry", cache.retry), ("expire", cache.expire)];
    for (word, seconds) in intervals {
        if let Some(seconds) = seconds {
            shown.push_str(&format!(", {word} {seconds} s"));
        }
    }
    shown
}

fn preset_rows() -> Vec<Vec<String>> {
    let heads = ["preset", "kind", "cadence", "too old", "licence", "from"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for preset in PRESETS {
        for feed in preset.feeds {
            rows.push(vec![
                preset.name.to_owned(),
                feed.kind.to_owned(),
                feed.cadence.to_owned(),
                format!("{} h", preset.age_hours_max),
                preset.licence.to_owned(),
                feed.url.to_owned(),
            ]);
        }
    }
    rows
}

/// Columns as wide as their widest cell; the last one ends where it ends.
fn write_rows(mut out: impl Write, rows: &[Vec<String>]) -> Result<()> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |c: usize| rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sources.md");
    const BEGIN: &str = "<!-- presets: from the table in the code -->\n";
    const END: &str = "<!-- /presets -->";

    #[test]
    fn the_document_lists_the_presets() {
        let mut table = String::from(
            "| preset | what it is | kind | URL | cadence | too old after | terms |\n|---|---|---|---|---|---|---|\n",
        );
        for preset in PRESETS {
            let of_each = |word: &dyn Fn(&fetch::Feed) -> String| {
                preset.feeds.iter().map(word).collect::<Vec<_>>().join("<br>")
            };
            table.push_str(&format!(
                "| `{}` | {} | `{}` | {} | {} | {} h | {} |\n",
                preset.name,
                preset.about,
                preset.feeds[0].kind,
                of_each(&|f| format!("`{}`", f.url)),
                of_each(&|f| f.cadence.to_owned()),
                preset.age_hours_max,
                preset.licence,
            ));
        }
        let text = std::fs::read_to_string(DOCUMENT).unwrap();
        let (before, rest) = text.split_once(BEGIN).expect("the document marks where the table begins");
        let (shown, after) = rest.split_once(END).expect("the document marks where the table ends");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(DOCUMENT, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        } else {
            assert_eq!(shown, table, "rewrite it with UPDATE_DOCS=1 cargo test -p observatory presets");
        }
    }
}
