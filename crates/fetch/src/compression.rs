use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::read_ahead::ReadAhead;

/// How a file is packed, told by its first bytes, never by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compression {
    /// As it is.
    Plain,
    /// gzip (RFC 1952), several members allowed.
    Gzip,
    /// bzip2, several streams allowed.
    Bzip2,
    /// Zstandard (RFC 8878), several frames allowed.
    Zstd,
}

impl Compression {
    /// Looks at the first bytes of a file.
    pub fn of(head: &[u8]) -> Compression {
        match head {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Compression::Bzip2,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            _ => Compression::Plain,
        }
    }
}

/// The decompressed stream of `input`, whatever it is packed with. What is packed is unpacked on other threads
/// while it is read: gzip and Zstandard on one, at most 4 MiB ahead; bzip2 on as many as there are cores,
/// shared among the files that are open, at 12 MB for each as a rule and 24 MB at most
/// (`bz2::Decoder`).
///
/// # Errors
/// When the first bytes cannot be read. A damaged archive shows later, as an error of the returned stream;
/// every byte before the damage is delivered.
pub fn decompressed(mut input: impl BufRead + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let compression = Compression::of(input.fill_buf()?);
    Ok(match compression {
        Compression::Plain => Box::new(input),
        Compression::Gzip => Box::new(ReadAhead::new(flate2::bufread::MultiGzDecoder::new(input))),
        Compression::Bzip2 => {
            let share = Share::take();
            Box::new(Shared { decoder: bz2::Decoder::new(input, share.threads()), _share: share })
        }
        Compression::Zstd => Box::new(ReadAhead::new(zstd::stream::read::Decoder::with_buffer(input)?)),
    })
}

/// bzip2 files being read at this moment.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// A share of the cores: of `n` files the `n`th opened gets one core in `n`, and one at least, so that many
/// files at once neither starve each other nor hold memory for threads that no core is there for.
struct Share {
    others: usize,
}

impl Share {
    fn take() -> Share {
        Share { others: OPEN.fetch_add(1, Ordering::Relaxed) }
    }

    fn threads(&self) -> usize {
        thread::available_parallelism().map_or(1, usize::from).div_ceil(self.others + 1)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Shared<R> {
    decoder: bz2::Decoder<R>,
    _share: Share,
}

impl<R: Read> Read for Shared<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(out)
    }
}
