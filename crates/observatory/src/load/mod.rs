//! From configured sources to what a month is computed from: files found, digested, read, dated, chosen.

mod admit;
mod as_sets;
mod choose;
mod files;
mod foreign;
mod open;
mod opinions;
mod parse;
mod participants;
mod references;
mod routes;
mod spoofer;
mod vrp_days;
mod workbench;

use std::path::PathBuf;

use fetch::Digest;
use reference::ReadError;
use routing::{Date, FaultCounts, Timestamp};

pub use admit::{Admission, Limits};
pub use as_sets::SetsBy;
pub use files::discover;
pub use foreign::{ForeignSeries, labels_clash, load_foreign, series_name};
pub use open::load_open;
pub use opinions::{Said, load_opinions};
pub use parse::snapshots;
pub use participants::{ParticipantList, load_participants};
pub use references::{Loaded, load_references};
pub use routes::sweep_all;
pub use vrp_days::VrpDays;
#[cfg(test)]
pub use vrp_days::{Admitted, VrpChain};
pub use workbench::clear as clear_workbench;

/// One file of a source, with everything that becomes of it.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where it is.
    pub path: PathBuf,
    /// Digest of its raw bytes.
    pub digest: Digest,
    /// Raw size in bytes.
    pub size_bytes: u64,
    /// Format found; empty until read.
    pub format: String,
    /// The moment it speaks of, and where that is known from.
    pub as_of: Option<(Timestamp, &'static str)>,
    /// Days between that moment and the month.
    pub skew_days: Option<u32>,
    pub used: bool,
    /// Not admitted because it shrank or cannot be read; an older one is held in its place.
    pub held: bool,
    /// The first day whose file had the very same bytes, when that is an earlier one.
    pub repeats: Option<Date>,
    /// Which part of its source's dataset it is; empty where a source has one part.
    pub part: String,
    /// What became of it.
    pub status: String,
    /// Records read.
    pub records: u64,
    /// Of them outside the month.
    pub records_outside: u64,
    /// Announced and withdrawn prefixes taken in.
    pub elements: u64,
    /// What was wrong.
    pub faults: FaultCounts,
    /// Where it was fetched; `None` for a file that was there.
    pub fetched: Option<FetchedFrom>,
}

/// Where and when a file was fetched.
#[derive(Clone, Debug)]
pub struct FetchedFrom {
    /// Its name there.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// Which state of its URL it is, from 0.
    pub turn: usize,
    /// The moment its URL names.
    pub moment: Option<Timestamp>,
    /// When the server says it was changed last.
    pub last_modified: Option<Timestamp>,
}

impl SourceFile {
    /// A file that was found and not yet read.
    pub fn found(path: PathBuf, digest: Digest, size_bytes: u64) -> SourceFile {
        SourceFile {
            path,
            digest,
            size_bytes,
            format: String::new(),
            as_of: None,
            skew_days: None,
            used: false,
            held: false,
            repeats: None,
            part: String::new(),
            status: String::new(),
            records: 0,
            records_outside: 0,
            elements: 0,
            faults: FaultCounts::default(),
            fetched: None,
        }
    }

    /// Its name without folders; of a fetched file the last part of its URL.
    pub fn name(&self) -> String {
        if let Some(fetched) = &self.fetched {
            return fetched.name.clone();
        }
        self.path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
    }

    fn refuse(&mut self, error: &ReadError, formats: &str) {
        self.used = false;
        self.status = format!("not admitted: {error}; formats read: {formats}");
    }
}

/// A file's content with the moment it speaks of.
pub struct Snapshot<T> {
    /// Index of the source.
    pub source: usize,
    /// Index of the file in its source.
    pub file: usize,
    /// The moment.
    pub as_of: Timestamp,
    /// The content.
    pub data: T,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with so many records.
    pub fn file(records: u64) -> SourceFile {
        SourceFile { records, ..SourceFile::found(PathBuf::from("x"), Digest([0; 32]), 1) }
    }
}
