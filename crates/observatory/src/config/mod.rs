//! The configuration: one TOML file, every key documented in `docs/configuration.md`.
//!
//! A wrong key or an unknown kind is an error that names the line and the nearest right word; nothing is
//! silently ignored.

mod keys;
mod kinds;
mod origin;
mod parse;
mod run;
mod suggest;

use std::path::{Path, PathBuf};

use reference::protectors::Protectors;
use routing::{Asn, Timestamp};

use crate::load::Limits;

pub use keys::Key;
pub use kinds::{KINDS, SourceKind};
pub use run::Run;
pub use suggest::nearest;

/// A configuration as read.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where everything the observatory writes goes.
    pub data: PathBuf,
    /// The database: a URL, `sqlite:…` or `postgres://…`.
    pub store: String,
    /// Frameworks to grade by, ids of shipped ones or files; the first is the one shown by default.
    pub frameworks: Vec<String>,
    /// How far in days a snapshot of a registration (M7, M8) may lie from the month.
    pub reference_skew_days_max: u32,
    /// What a snapshot must be to be admitted.
    pub admission: Limits,
    /// From which share of the largest table of its family a peer counts as a full feed, in percent.
    pub full_feed_share_percent_min: u8,
    /// From how many distinct peer ASes on an event counts.
    pub peers_min_visible: u32,
    /// ASNs of route servers, besides those that relationships list; ascending, each once.
    pub route_servers: Vec<Asn>,
    /// A collector silent for longer than this has missing data.
    pub gap_seconds_max: i64,
    /// Collectors read, and parts of the table folded, at the same time.
    pub threads: usize,
    /// Memory that a month may take, in MiB: what is read beyond an eighth of it goes to the disk.
    pub memory_mib: usize,
    /// How often reading puts down where it stands, so that a run that was killed goes on from there.
    pub checkpoint_seconds: u64,
    /// Resources that are no bogons here: prefixes, `AS64496` or `AS64496-AS64511`.
    pub treat_as_public: Vec<String>,
    /// Networks that announce space of others to clean their traffic.
    pub ddos_protection: Protectors,
    /// What a download may cost.
    pub fetch: fetch::Budget,
    /// What runs by itself, and when.
    pub run: Run,
    /// Who may ask `/v1`; nobody listed: everybody.
    pub keys: Vec<Key>,
    /// The sources in the order of their names.
    pub sources: Vec<Source>,
}

/// One `[[source]]`.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it holds.
    pub kind: SourceKind,
    /// Its name on pages and in evidence.
    pub name: String,
    /// Path or glob, where `${NAME}` is the environment variable NAME; or the URL as written.
    pub path: String,
    /// What is fetched; `None` for files that are there.
    pub url: Option<fetch::UrlTemplate>,
    /// How often something new appears there.
    pub cadence: Option<fetch::Cadence>,
    /// Under which terms.
    pub licence: Option<String>,
    /// When the newest file counts as too old.
    pub age_hours_max: Option<u32>,
    /// The time its files speak of, where they do not say it themselves.
    pub date: Option<Timestamp>,
    /// The route collector (`mrt`).
    pub collector: Option<String>,
    /// The registry (`irr`).
    pub authority: Option<String>,
    /// The programme whose participants it lists (`participants`).
    pub programme: Option<&'static programme::Programme>,
    /// What the foreign series is and whose (`foreign_scores`).
    pub label: Option<String>,
    /// True when it is only a part of the dataset, so that absence from it proves nothing (`irr`,
    /// `contacts`).
    pub excerpt: bool,
    /// Line in the file, for messages.
    pub line: usize,
}

/// A configuration that cannot be used; says where and what instead.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(
        "{path}: {why}: name a configuration with --config; `observatory demo --keep DIR` writes one to start from"
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// The file says something wrong.
    #[error("{path}:{line}: {message}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong and what is allowed.
        message: String,
    },
}

impl Config {
    /// Where fetched files are.
    pub fn archive(&self) -> PathBuf {
        self.data.join("archive")
    }

    /// Reads a configuration file.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|why| ConfigError::Read { path: path.to_owned(), why })?;
        Config::parse(&text).map_err(|(line, message)| ConfigError::Wrong {
            path: path.to_owned(),
            line,
            message,
        })
    }
}
