//! Reads the outside: files by glob, decompressed by their content, named by digest.
//!
//! Only this crate opens source files. What it hands on is a stream of bytes; what the bytes mean is
//! decided in the pure crates.

mod compression;
mod digest;
mod files;

pub use compression::{Compression, decompressed};
pub use digest::{Digest, digest_of};
pub use files::{find, open};

use std::path::PathBuf;

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
}
