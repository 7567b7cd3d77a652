use core::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::Digest as _;

use crate::FetchError;

/// SHA-256 of a file's raw (packed) bytes: the name under which every judgement cites it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Digest and size in bytes of the file at `path`, read in one pass of bounded memory.
///
/// # Errors
/// When the file cannot be read.
pub fn digest_of(path: &Path) -> Result<(Digest, u64), FetchError> {
    let io = |source| FetchError::Io { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(io)?;
    let mut hash = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        match file.read(&mut buffer).map_err(io)? {
            0 => return Ok((Digest(hash.finalize().into()), size)),
            n => {
                hash.update(&buffer[..n]);
                size += n as u64;
            }
        }
    }
}
