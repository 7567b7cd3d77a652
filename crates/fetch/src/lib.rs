//! Reads the outside: files by glob, files by URL, sets of RPKI caches, decompressed by their content, named
//! by digest.
//!
//! Only this crate opens source files and asks servers for them. What it hands on is a stream of bytes; what
//! the bytes mean is decided in the pure crates.

mod archive;
mod budget;
mod cadence;
mod client;
mod compression;
mod digest;
mod download;
mod examine;
mod excess;
mod files;
mod index;
mod look;
mod partial;
mod presets;
mod read_ahead;
mod refusal;
mod rtr;
mod url_template;
mod wait;

pub use archive::{Archive, Fetched, Fetcher};
pub use budget::Budget;
pub use cadence::Cadence;
pub use compression::{Compression, decompressed};
pub use digest::{Digest, digest_of};
pub use files::{find, open, open_watched};
pub use index::{History, Version};
pub use look::{LookBudget, LookError, look};
pub use presets::{Feed, PRESETS, Preset};
pub use refusal::Refusal;
pub use rtr::CacheState;
pub use url_template::{UrlTemplate, file_name};
pub use wait::backoff;

use std::path::{Path, PathBuf};

/// The world failed: a file could not be found or read.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No file matches the path or pattern.
    #[error("no file matches `{0}`: check the path, or set the environment variable it names")]
    NoMatch(String),
    /// A pattern that is none.
    #[error("`{pattern}` is not a valid pattern: {reason}")]
    Pattern {
        /// The pattern as given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An environment variable in a path is not set.
    #[error("`{path}` names the environment variable {variable}, which is not set")]
    Variable {
        /// The path as given.
        path: String,
        /// The variable.
        variable: String,
    },
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another run fetches at the same time.
    #[error("another run fetches into {0}: wait until it is over")]
    Busy(PathBuf),
    /// A line of the archive's index that is none.
    #[error("{path}: damaged line `{line}`")]
    Index {
        /// The index.
        path: PathBuf,
        /// How the line begins.
        line: String,
    },
}

impl FetchError {
    fn io(path: &Path, source: std::io::Error) -> FetchError {
        FetchError::Io { path: path.to_owned(), source }
    }
}
