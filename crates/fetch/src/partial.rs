use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::client::Validators;
use crate::{Digest, FetchError};

/// A download that is not finished: its bytes, and beside them how many of them are safely on the disk and of
/// which version they are, so that a later run can go on.
pub struct Partial {
    data: PathBuf,
    beside: PathBuf,
    file: File,
    note: Note,
    length: u64,
}

#[derive(Serialize, Deserialize, Default)]
struct Note {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
    total: Option<u64>,
    synced: u64,
    is_page: bool,
}

/// So many bytes at most are fetched again after a loss of power.
const SYNC_EVERY_BYTES: u64 = 8 << 20;

impl Partial {
    /// Goes on with what is in `folder` of this URL, or begins.
    pub fn open(folder: &Path, url: &str) -> Result<Partial, FetchError> {
        fs::create_dir_all(folder).map_err(|e| FetchError::io(folder, e))?;
        let name = Digest(sha2::Sha256::digest(url).into()).to_string();
        let data = folder.join(&name);
        let beside = folder.join(format!("{name}.json"));
        let note = fs::read(&beside).ok().and_then(|text| serde_json::from_slice::<Note>(&text).ok());
        let file = OpenOptions::new().read(true).append(true).create(true).open(&data);
        let file = file.map_err(|e| FetchError::io(&data, e))?;
        let there = file.metadata().map_err(|e| FetchError::io(&data, e))?.len();
        let note = note.filter(|n| n.url == url && n.synced <= there && n.version().is_some());
        let note = note.unwrap_or_else(|| Note { url: url.to_owned(), ..Note::default() });
        let length = note.synced;
        file.set_len(length).map_err(|e| FetchError::io(&data, e))?;
        Ok(Partial { data, beside, file, note, length })
    }

    /// Where the bytes are.
    pub fn path(&self) -> &Path {
        &self.data
    }

    /// Bytes there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Size of the whole, where it is known.
    pub fn total(&self) -> Option<u64> {
        self.note.total
    }

    /// By what the server recognises the version these bytes are of.
    pub fn validators(&self) -> Validators {
        Validators { etag: self.note.etag.clone(), last_modified: self.note.last_modified.clone() }
    }

    /// Whether it was declared to be a page.
    pub fn is_page(&self) -> bool {
        self.note.is_page
    }

    /// What to ask a rest by; `None` when there is nothing to go on with.
    pub fn version(&self) -> Option<&str> {
        self.note.version().filter(|_| self.length > 0)
    }

    /// Throws away the bytes and begins with a new version.
    pub fn begin(
        &mut self,
        validators: &Validators,
        total: Option<u64>,
        is_page: bool,
    ) -> Result<(), FetchError> {
        self.file.set_len(0).map_err(|e| FetchError::io(&self.data, e))?;
        self.length = 0;
        self.note = Note {
            url: core::mem::take(&mut self.note.url),
            etag: validators.etag.clone(),
            last_modified: validators.last_modified.clone(),
            total,
            synced: 0,
            is_page,
        };
        self.remember()
    }

    /// Adds bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.file.write_all(bytes).map_err(|e| FetchError::io(&self.data, e))?;
        self.length += bytes.len() as u64;
        if self.length - self.note.synced >= SYNC_EVERY_BYTES { self.pause() } else { Ok(()) }
    }

    /// Makes sure that all bytes survive.
    pub fn pause(&mut self) -> Result<(), FetchError> {
        self.file.sync_all().map_err(|e| FetchError::io(&self.data, e))?;
        self.note.synced = self.length;
        self.remember()
    }

    /// Forgets everything of this download.
    pub fn discard(self) -> Result<(), FetchError> {
        remove(&self.beside)?;
        remove(&self.data)
    }

    /// Moves the finished bytes to their place.
    pub fn move_to(self, place: &Path) -> Result<(), FetchError> {
        self.file.sync_all().map_err(|e| FetchError::io(&self.data, e))?;
        fs::rename(&self.data, place).map_err(|e| FetchError::io(place, e))?;
        remove(&self.beside)
    }

    fn remember(&self) -> Result<(), FetchError> {
        let text = serde_json::to_vec(&self.note).expect("a note is plain JSON");
        let draft = self.beside.with_extension("draft");
        fs::write(&draft, text).map_err(|e| FetchError::io(&draft, e))?;
        fs::rename(&draft, &self.beside).map_err(|e| FetchError::io(&self.beside, e))
    }
}

impl Note {
    /// RFC 9110 §13.1.5: a rest is asked for by a strong tag, or by the time.
    fn version(&self) -> Option<&str> {
        self.etag.as_deref().filter(|e| !e.starts_with("W/")).or(self.last_modified.as_deref())
    }
}

fn remove(path: &Path) -> Result<(), FetchError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(FetchError::io(path, error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_synced_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Partial::open(folder.path(), "http://h/x").unwrap();
        let strong = Validators { etag: Some("\"a\"".to_owned()), last_modified: None };
        let mut partial = open();
        partial.begin(&strong, Some(100), false).unwrap();
        partial.write(b"synced").unwrap();
        partial.pause().unwrap();
        partial.write(b", then lost").unwrap();
        drop(partial);
        let mut partial = open();
        assert_eq!((partial.length(), partial.version(), partial.total()), (6, Some("\"a\""), Some(100)));
        partial.write(b" again").unwrap();
        assert_eq!(fs::read(partial.path()).unwrap(), b"synced again");
        // A loss of power may take bytes of which the note still speaks: then all is fetched again.
        partial.pause().unwrap();
        fs::write(partial.path(), b"syn").unwrap();
        drop(partial);
        assert_eq!((open().length(), open().version()), (0, None));
        // Without a strong tag or a time there is nothing to ask a rest by.
        let weak = Validators { etag: Some("W/\"a\"".to_owned()), last_modified: None };
        let mut partial = open();
        partial.begin(&weak, None, false).unwrap();
        partial.write(b"bytes").unwrap();
        assert_eq!(partial.version(), None);
    }
}
