use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use routing::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client::Validators;
use crate::rtr::CacheState;
use crate::{Digest, FetchError};

/// One line of the index: what one fetch of one URL came to. Lines are only ever added.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub struct Entry {
    /// When it ended, RFC 3339.
    pub time: String,
    /// Name of the source it was fetched for.
    pub source: String,
    /// The URL asked for.
    pub url: String,
    /// What became of it.
    pub outcome: Word,
    /// HTTP status; absent when there was no answer.
    pub status: Option<u16>,
    /// Size of the file in bytes.
    pub size: Option<u64>,
    /// SHA-256 of the file: its name in the archive.
    pub digest: Option<Digest>,
    /// `ETag` of the answer.
    pub etag: Option<String>,
    /// `Last-Modified` of the answer.
    pub last_modified: Option<String>,
    /// Where an RPKI cache stood; absent for files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheState>,
    /// Why it failed.
    pub reason: Option<String>,
}

/// What became of a fetch.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// A file that the URL had not given last time.
    New,
    /// The same as last time.
    Unchanged,
    /// Nothing; what is held stays.
    Failed,
}

/// A file that a URL once gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// Its content.
    pub digest: Digest,
    /// Size in bytes.
    pub size_bytes: u64,
    /// When it was fetched first in this turn.
    pub fetched: Timestamp,
    /// When the server says it was changed last.
    pub last_modified: Option<Timestamp>,
}

/// Everything known of a URL.
#[derive(Clone, Default, Debug)]
pub struct History {
    /// What it gave, the oldest first; what it gave twice stands where it was given last.
    pub versions: Vec<Version>,
    /// When the server was last asked with success.
    pub last_success: Option<Timestamp>,
    /// When that last failed, with status and reason.
    pub last_failure: Option<(Timestamp, Option<u16>, String)>,
    /// Where an RPKI cache stood when it was last asked with success.
    pub cache: Option<CacheState>,
    pub(crate) validators: Validators,
}

/// The index: `index.ndjson` in the archive's folder.
#[derive(Debug)]
pub struct Index {
    urls: BTreeMap<String, History>,
    /// Length of all whole lines.
    end: u64,
}

/// Longer than this and a line is none of ours.
const LINE_BYTES_MAX: usize = 1 << 16;

impl Index {
    /// Reads the index of a folder; none is an empty one. A last line without its end was never
    /// acknowledged and does not count.
    pub fn read(folder: &Path) -> Result<Index, FetchError> {
        let path = path(folder);
        let mut index = Index { urls: BTreeMap::new(), end: 0 };
        let file = match File::open(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(index),
            file => file.map_err(|e| FetchError::io(&path, e))?,
        };
        let mut input = BufReader::with_capacity(1 << 16, file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let count = input.read_until(b'\n', &mut line).map_err(|e| FetchError::io(&path, e))?;
            if line.pop() != Some(b'\n') {
                return Ok(index);
            }
            index.end += count as u64;
            let damaged = || FetchError::Index {
                path: path.clone(),
                line: String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned(),
            };
            if count > LINE_BYTES_MAX {
                return Err(damaged());
            }
            let entry: Entry = serde_json::from_slice(&line).map_err(|_| damaged())?;
            index.add(&entry);
        }
    }

    /// What is known of a URL.
    pub fn history(&self, url: &str) -> Option<&History> {
        self.urls.get(url)
    }

    /// Every URL that begins with `start`, in order.
    pub fn beginning_with<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, &'a History)> {
        let from = (std::ops::Bound::Included(start), std::ops::Bound::Unbounded);
        self.urls
            .range::<str, _>(from)
            .take_while(move |(url, _)| url.starts_with(start))
            .map(|(url, history)| (url.as_str(), history))
    }

    pub(crate) fn add(&mut self, entry: &Entry) {
        let time: Timestamp = entry.time.parse().unwrap_or_default();
        let history = self.urls.entry(entry.url.clone()).or_default();
        match (entry.outcome, entry.digest) {
            (Word::Failed, _) | (_, None) => {
                let reason = entry.reason.clone().unwrap_or_default();
                history.last_failure = Some((time, entry.status, reason));
                return;
            }
            (Word::Unchanged, Some(_)) => {}
            (Word::New, Some(digest)) => {
                history.versions.retain(|v| v.digest != digest);
                let modified = entry.last_modified.as_deref().and_then(|t| httpdate::parse_http_date(t).ok());
                history.versions.push(Version {
                    digest,
                    size_bytes: entry.size.unwrap_or(0),
                    fetched: time,
                    last_modified: modified.map(seconds),
                });
            }
        }
        history.last_success = Some(time);
        history.cache.clone_from(&entry.cache);
        history.validators =
            Validators { etag: entry.etag.clone(), last_modified: entry.last_modified.clone() };
    }
}

/// Unix seconds.
pub fn seconds(time: std::time::SystemTime) -> Timestamp {
    Timestamp(time.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64))
}

/// Adds lines, each safely on the disk before it counts.
#[derive(Debug)]
pub struct Appender {
    path: PathBuf,
    file: File,
}

impl Appender {
    /// Opens the index for adding and cuts off what a killed run left of its last line.
    pub fn open(folder: &Path, index: &Index) -> Result<Appender, FetchError> {
        let path = path(folder);
        let io = |e| FetchError::io(&path, e);
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(io)?;
        if file.metadata().map_err(io)?.len() != index.end {
            file.set_len(index.end).map_err(io)?;
        }
        file.seek(SeekFrom::End(0)).map_err(io)?;
        file.sync_all().map_err(io)?;
        sync_folder(folder)?;
        Ok(Appender { path, file })
    }

    /// Adds one line.
    pub fn add(&mut self, entry: &Entry) -> Result<(), FetchError> {
        let mut line = serde_json::to_vec(entry).expect("an entry is plain JSON");
        line.push(b'\n');
        let io = |e| FetchError::io(&self.path, e);
        self.file.write_all(&line).map_err(io)?;
        self.file.sync_data().map_err(io)
    }
}

/// Makes a folder's names survive.
pub fn sync_folder(folder: &Path) -> Result<(), FetchError> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| FetchError::io(folder, e))
}

fn path(folder: &Path) -> PathBuf {
    folder.join("index.ndjson")
}
