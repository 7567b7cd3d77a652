use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::Digest as _;

use crate::{Digest, decompressed};

/// What one look into a file may cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LookBudget {
    /// Raw bytes of the file: all of it is read, since all of it must have the digest.
    pub bytes_max: u64,
    /// Bytes unpacked on the way to what is looked at.
    pub expanded_bytes_max: u64,
    /// Time for all of it.
    pub total: Duration,
}

/// Why a look into a file came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The file is another one than the digest names.
    #[error("{path} has other content than before: its SHA-256 is {found} now")]
    Changed {
        /// The file.
        path: PathBuf,
        /// Its digest now.
        found: Digest,
    },
    /// It would cost more than it may.
    #[error("looking into {path} costs too much: {what}")]
    Costly {
        /// The file.
        path: PathBuf,
        /// Which bound was met.
        what: String,
    },
    /// It cannot be read, or not as what it is taken for.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The raw bytes of a file, hashed as they go by.
struct Hashed {
    file: File,
    hash: sha2::Sha256,
    bytes: u64,
    until: Instant,
}

/// The same for a decompressor, which wants it for itself.
struct Shared(Arc<Mutex<Hashed>>);

/// Decompressed bytes, up to a bound.
struct Bounded<R> {
    inner: R,
    left: u64,
}

/// A bound was met: carried through readers as the error inside an `io::Error`.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Met(String);

impl Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() > self.until {
            return Err(io::Error::other(Met("it takes too long".to_owned())));
        }
        let read = self.file.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read(buffer)
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(Met("too much would have to be unpacked".to_owned())));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}

/// Hands the decompressed bytes of the file at `path` to `read`, then reads the rest of the file: what `read` found
/// is given out only when all bytes, those it saw among them, have the digest.
///
/// # Errors
/// When the file has another digest, costs more than the budget allows, or cannot be read.
pub fn look<T>(
    path: &Path,
    digest: Digest,
    budget: LookBudget,
    read: impl FnOnce(&mut dyn Read) -> io::Result<T>,
) -> Result<T, LookError> {
    let fail = |source: io::Error| match source.get_ref().and_then(|inner| inner.downcast_ref::<Met>()) {
        Some(Met(what)) => LookError::Costly { path: path.to_owned(), what: what.clone() },
        None => LookError::Io { path: path.to_owned(), source },
    };
    let file = File::open(path).map_err(fail)?;
    let bytes = file.metadata().map_err(fail)?.len();
    if bytes > budget.bytes_max {
        let what = format!("it has {bytes} bytes, {} are read at most", budget.bytes_max);
        return Err(LookError::Costly { path: path.to_owned(), what });
    }
    let until = Instant::now() + budget.total;
    let hashed = Arc::new(Mutex::new(Hashed { file, hash: sha2::Sha256::new(), bytes: 0, until }));
    let input = BufReader::with_capacity(1 << 16, Shared(Arc::clone(&hashed)));
    let found =
        decompressed(input).and_then(|inner| read(&mut Bounded { inner, left: budget.expanded_bytes_max }));
    // A bound that was met is final; anything else may come of a file that is another one.
    if let Err(error) = &found
        && error.get_ref().is_some_and(|inner| inner.is::<Met>())
    {
        return found.map_err(fail);
    }
    let mut hashed = hashed.lock().unwrap_or_else(PoisonError::into_inner);
    let mut buffer = vec![0; 1 << 16];
    loop {
        if hashed.bytes > budget.bytes_max {
            let what = "it grows while it is read".to_owned();
            return Err(LookError::Costly { path: path.to_owned(), what });
        }
        if hashed.read(&mut buffer).map_err(fail)? == 0 {
            break;
        }
    }
    let now = Digest(hashed.hash.clone().finalize().into());
    if now != digest {
        return Err(LookError::Changed { path: path.to_owned(), found: now });
    }
    found.map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const BUDGET: LookBudget =
        LookBudget { bytes_max: 1 << 20, expanded_bytes_max: 1 << 20, total: Duration::from_secs(60) };

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text).unwrap();
        gz.finish().unwrap()
    }

    fn five(input: &mut dyn Read) -> io::Result<String> {
        let mut text = String::new();
        input.take(5).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_is_seen_is_given_out_only_of_the_file_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        // Larger than every buffer, and hard to pack: the rest has to be read for the digest.
        let text: Vec<u8> =
            (0..600_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let text = [b"first".as_slice(), &text[..400_000]].concat();
        for content in [text.clone(), packed(&text)] {
            std::fs::write(&path, &content).unwrap();
            let (digest, _) = crate::digest_of(&path).unwrap();
            assert_eq!(look(&path, digest, BUDGET, five).unwrap(), "first");
            // One byte at the very end, far behind what is looked at.
            let mut changed = content;
            *changed.last_mut().unwrap() ^= 1;
            std::fs::write(&path, changed).unwrap();
            assert!(matches!(look(&path, digest, BUDGET, five), Err(LookError::Changed { .. })));
        }
        let missing = look(&dir.path().join("y"), Digest([0; 32]), BUDGET, five);
        assert!(matches!(missing, Err(LookError::Io { .. })));
    }

    #[test]
    fn no_look_costs_more_than_it_may() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        std::fs::write(&path, packed(&vec![0; 1 << 22])).unwrap();
        let (digest, bytes) = crate::digest_of(&path).unwrap();
        let all = |input: &mut dyn Read| io::copy(input, &mut io::sink());
        let words = |budget: LookBudget| match look(&path, digest, budget, all) {
            Err(LookError::Costly { what, .. }) => what,
            other => panic!("{other:?}"),
        };
        assert_eq!(words(BUDGET), "too much would have to be unpacked");
        assert_eq!(words(LookBudget { total: Duration::ZERO, ..BUDGET }), "it takes too long");
        assert!(words(LookBudget { bytes_max: bytes - 1, ..BUDGET }).contains("are read at most"));
        let enough = LookBudget { expanded_bytes_max: (1 << 22) + 1, ..BUDGET };
        assert_eq!(look(&path, digest, enough, all).unwrap(), 1 << 22);
    }
}
