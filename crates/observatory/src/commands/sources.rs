//! `observatory sources`: where the data come from and how fresh they are.

use std::process::ExitCode;

use anyhow::Result;
use fetch::{Archive, CacheState, PRESETS};
use routing::Timestamp;
use web::SourceState;

use super::fetch::now;
use super::{ConfigArg, write_rows};
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

/// What the archive knows of each source that is fetched; it reads the archive's index.
pub fn states(config: &Config) -> Result<Vec<SourceState>> {
    let archive = Archive::open(&config.archive())?;
    let fetched = config.sources.iter().filter(|source| source.url.is_some());
    Ok(fetched.map(|source| state(source, &archive).0).collect())
}

/// What the archive knows of a source, and where the cache stood that it is read from.
fn state(source: &Source, archive: &Archive) -> (SourceState, Option<CacheState>) {
    let mut cache = None;
    let mut state = SourceState {
        name: source.name.clone(),
        age_seconds_max: source.age_hours_max.map(|hours| i64::from(hours) * 3_600),
        ..SourceState::default()
    };
    let Some(url) = &source.url else { return (state, cache) };
    for (_, moment, history) in archive.of(url) {
        state.held_files += history.versions.len() as u64;
        let newest = history.versions.last().map(|v| moment.or(v.last_modified).unwrap_or(v.fetched).0);
        state.newest = state.newest.max(newest);
        state.last_success = state.last_success.max(history.last_success.map(|at| at.0));
        if let Some(known) = &history.cache {
            cache = Some(known.clone());
            // A set that did not change was there again when the cache was asked last.
            state.newest = history.last_success.map(|at| at.0);
        }
        if let Some((at, _, why)) = &history.last_failure
            && state.last_failure.as_ref().is_none_or(|(known, _)| at.0 >= *known)
        {
            state.last_failure = Some((at.0, why.clone()));
        }
    }
    (state, cache)
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
    let (state, cache) = state(source, archive);
    let mut held = match state.held_files {
        0 => "nothing yet".to_owned(),
        1 => "1 file".to_owned(),
        n => format!("{n} files"),
    };
    if let Some(cache) = &cache {
        held.push_str(&format!("; {}", of_cache(source.kind, cache)));
    }
    let age = state.newest.map_or_else(dash, |newest| {
        let seconds = (now.0 - newest).max(0);
        let hours = seconds / 3_600;
        let too_old = source.age_hours_max.filter(|max| hours > i64::from(*max));
        let expire = cache.as_ref().and_then(|c| c.expire).filter(|max| seconds > i64::from(*max));
        let shown = if hours < 48 { format!("{hours} h") } else { format!("{} d", hours / 24) };
        match (too_old, expire) {
            (Some(max), _) => format!("{shown}, too old: more than {max} h"),
            (None, Some(max)) => format!("{shown}, too old: the cache lets it expire after {max} s"),
            (None, None) => shown,
        }
    });
    let failure = state.last_failure.map_or_else(dash, |(at, why)| format!("{} {why}", Timestamp(at)));
    let success = state.last_success.map_or_else(dash, |t| Timestamp(t).to_string());
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
