use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use routing::Timestamp;
use url::Url;

use crate::client::{Client, Validators};
use crate::download::{Download, download};
use crate::index::{Appender, Entry, History, Index, Word, seconds, sync_folder};
use crate::partial::Partial;
use crate::rtr::{self, Address, CacheState};
use crate::{Budget, Digest, FetchError, Refusal, UrlTemplate, digest_of};

/// Raw files by digest, never changed, and the index that says where they came from and when.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    index: Index,
}

/// Fetches into an archive. There is one at a time; several threads may share it.
pub struct Fetcher {
    folder: PathBuf,
    client: Client,
    written: Mutex<(Index, Appender)>,
    _lock: File,
}

/// What one fetch came to.
#[derive(Debug)]
pub enum Fetched {
    /// A file that the URL had not given last time.
    New {
        /// Its content.
        digest: Digest,
        /// Size in bytes.
        size_bytes: u64,
    },
    /// The same as last time.
    Unchanged,
    /// Nothing; what is held stays.
    Failed(Refusal),
}

/// A download nobody goes on with for so long is thrown away.
const PARTIAL_AGE_MAX: Duration = Duration::from_secs(7 * 86_400);

impl Archive {
    /// Opens the archive in `folder` for reading; none is an empty one.
    pub fn open(folder: &Path) -> Result<Archive, FetchError> {
        Ok(Archive { folder: folder.to_owned(), index: Index::read(folder)? })
    }

    /// Where a file is.
    pub fn place(&self, digest: Digest) -> PathBuf {
        place(&self.folder, digest)
    }

    /// What is known of every URL of a template that was ever asked for, with the moment the URL names.
    pub fn of<'a>(
        &'a self,
        template: &'a UrlTemplate,
    ) -> impl Iterator<Item = (&'a str, Option<Timestamp>, &'a History)> {
        let found = self.index.beginning_with(template.beginning());
        found.filter_map(|(url, history)| {
            let moment = template.moment_of(url)?;
            Some((url, template.is_series().then_some(moment), history))
        })
    }
}

impl Fetcher {
    /// Opens the archive in `folder` for fetching, which is made if it is not there.
    ///
    /// # Errors
    /// When another run fetches into it, or the disk fails.
    pub fn open(folder: &Path, budget: Budget) -> Result<Fetcher, FetchError> {
        fs::create_dir_all(folder).map_err(|e| FetchError::io(folder, e))?;
        let path = folder.join("fetching.lock");
        let lock = File::create(&path).map_err(|e| FetchError::io(&path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(FetchError::Busy(folder.to_owned())),
            Err(std::fs::TryLockError::Error(e)) => return Err(FetchError::io(&path, e)),
        }
        let index = Index::read(folder)?;
        let appender = Appender::open(folder, &index)?;
        let fetcher = Fetcher {
            folder: folder.to_owned(),
            client: Client::new(budget),
            written: Mutex::new((index, appender)),
            _lock: lock,
        };
        fetcher.sweep_out()?;
        Ok(fetcher)
    }

    /// Where a file is.
    pub fn place(&self, digest: Digest) -> PathBuf {
        place(&self.folder, digest)
    }

    /// What is known of a URL.
    pub fn history(&self, url: &str) -> Option<History> {
        self.written().0.history(url).cloned()
    }

    /// Fetches a URL for a source. What the index says afterwards is safe on the disk.
    ///
    /// # Errors
    /// When the archive cannot be written; whatever the server does is no error but an outcome.
    pub fn fetch(&self, source: &str, url: &str) -> Result<Fetched, FetchError> {
        let history = self.history(url).unwrap_or_default();
        let cache = Url::parse(url).ok().filter(Address::is_meant);
        let mut held = history
            .versions
            .last()
            .filter(|v| fs::metadata(place(&self.folder, v.digest)).is_ok_and(|m| m.len() == v.size_bytes));
        let mut entry = Entry {
            time: String::new(),
            source: source.to_owned(),
            url: url.to_owned(),
            outcome: Word::Unchanged,
            status: None,
            size: None,
            digest: None,
            etag: None,
            last_modified: None,
            cache: None,
            reason: None,
        };
        let take_validators = |entry: &mut Entry, validators: Validators| {
            entry.etag = validators.etag;
            entry.last_modified = validators.last_modified;
        };
        let partials = self.folder.join("partial");
        let downloaded = match &cache {
            Some(cache) => {
                // What is built upon must be what it was.
                held = held
                    .filter(|v| digest_of(&place(&self.folder, v.digest)).is_ok_and(|(d, _)| d == v.digest));
                let known = held.zip(history.cache.clone()).map(|(v, s)| (s, place(&self.folder, v.digest)));
                let given = self.ask_cache(cache, &partials, url, known)?;
                given.map(|(state, given)| {
                    entry.cache = Some(state);
                    given
                })
            }
            None => {
                let known = Some(&history.validators)
                    .filter(|v| held.is_some() && (v.etag.is_some() || v.last_modified.is_some()));
                download(&self.client, &partials, url, known)?
            }
        };
        let fetched = match downloaded {
            Ok(Download::NotModified) => {
                entry.status = cache.is_none().then_some(304);
                (entry.digest, entry.size) = (held.map(|v| v.digest), held.map(|v| v.size_bytes));
                take_validators(&mut entry, history.validators.clone());
                Fetched::Unchanged
            }
            Ok(Download::Complete(partial, status)) => {
                let (digest, size_bytes) = digest_of(partial.path())?;
                take_validators(&mut entry, partial.validators());
                (entry.status, entry.digest, entry.size) = (status, Some(digest), Some(size_bytes));
                if held.is_some_and(|v| v.digest == digest) {
                    partial.discard()?;
                    Fetched::Unchanged
                } else {
                    let place = place(&self.folder, digest);
                    let folder = place.parent().expect("a place has a folder");
                    if !folder.is_dir() {
                        fs::create_dir_all(folder).map_err(|e| FetchError::io(folder, e))?;
                        sync_folder(&self.folder)?;
                    }
                    partial.move_to(&place)?;
                    sync_folder(folder)?;
                    entry.outcome = Word::New;
                    Fetched::New { digest, size_bytes }
                }
            }
            Err(refusal) => {
                entry.outcome = Word::Failed;
                entry.status = refusal.status();
                entry.reason = Some(refusal.to_string());
                Fetched::Failed(refusal)
            }
        };
        entry.time = seconds(SystemTime::now()).to_string();
        let (index, appender) = &mut *self.written();
        appender.add(&entry)?;
        index.add(&entry);
        Ok(fetched)
    }

    /// Asks an RPKI cache for its set; `held` is where it stood and the file of its set then.
    fn ask_cache(
        &self,
        cache: &Url,
        partials: &Path,
        url: &str,
        held: Option<(CacheState, PathBuf)>,
    ) -> Result<Result<(CacheState, Download), Refusal>, FetchError> {
        let budget = self.client.budget();
        let address = match Address::parse(cache) {
            Ok(address) => address,
            Err(why) => return Ok(Err(Refusal::Connection(why))),
        };
        let held = held.and_then(|(state, path)| {
            let file = File::open(path).ok()?;
            Some((state, rtr::Set::read(BufReader::with_capacity(1 << 16, file), budget.records_max)?))
        });
        let given = match rtr::synchronise(&address, held, seconds(SystemTime::now()), budget) {
            Ok(given) => given,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if given.unchanged {
            return Ok(Ok((given.state, Download::NotModified)));
        }
        let mut partial = Partial::open(partials, url)?;
        partial.begin(&Validators::default(), None, false)?;
        given.set.write(given.state.version >= 2, &mut |bytes| partial.write(bytes))?;
        Ok(Ok((given.state, Download::Complete(partial, None))))
    }

    fn written(&self) -> std::sync::MutexGuard<'_, (Index, Appender)> {
        self.written.lock().expect("no thread panics while it writes the index")
    }

    /// Downloads nobody went on with.
    fn sweep_out(&self) -> Result<(), FetchError> {
        let folder = self.folder.join("partial");
        let entries = match fs::read_dir(&folder) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(|e| FetchError::io(&folder, e))?,
        };
        for entry in entries {
            let path = entry.map_err(|e| FetchError::io(&folder, e))?.path();
            let age = fs::metadata(&path).and_then(|m| m.modified()).ok().and_then(|t| t.elapsed().ok());
            if age.is_some_and(|age| age > PARTIAL_AGE_MAX) {
                fs::remove_file(&path).map_err(|e| FetchError::io(&path, e))?;
            }
        }
        Ok(())
    }
}

/// `<aa>/<sha256>`: few names per folder.
fn place(folder: &Path, digest: Digest) -> PathBuf {
    let name = digest.to_string();
    folder.join(&name[..2]).join(name)
}
