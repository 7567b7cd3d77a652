use std::io::{self, BufRead, Read};

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

/// The decompressed stream of `input`, whatever it is packed with.
///
/// # Errors
/// When the first bytes cannot be read. A damaged archive shows later, as an error of the returned stream;
/// every byte before the damage is delivered.
pub fn decompressed(mut input: impl BufRead + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let compression = Compression::of(input.fill_buf()?);
    Ok(match compression {
        Compression::Plain => Box::new(input),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
    })
}
