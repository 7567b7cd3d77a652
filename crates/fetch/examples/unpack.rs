//! Unpacks a file and throws it away, for measuring:
//! `unpack ahead|inline drain|hash FILE…`
//!
//! `ahead` is what `fetch::open` does, `inline` the same decoders on the reader's own thread; `hash` takes the SHA-256 of
//! what comes out, which costs about as much as unpacking gzip.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::time::Instant;

use fetch::Compression;
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, how, what, files @ ..] = &arguments[..] else {
        return Err("usage: unpack ahead|inline drain|hash FILE…".into());
    };
    let mut buffer = vec![0; 1 << 17];
    for file in files {
        let begun = Instant::now();
        let mut input = match how.as_str() {
            "ahead" => fetch::open(Path::new(file))?,
            _ => inline(file)?,
        };
        let (mut bytes, mut hash) = (0, Sha256::new());
        loop {
            let count = input.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            bytes += count as u64;
            if what == "hash" {
                hash.update(&buffer[..count]);
            }
        }
        let _ = std::hint::black_box(hash.finalize());
        let own = own_seconds().map_or("?".to_owned(), |s| format!("{s:.3}"));
        eprintln!(
            "{file}: {bytes} bytes in {:.3} s, this thread's CPU so far {own} s",
            begun.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// CPU time of this thread, where the system tells it. The rest of the process is what happens meanwhile.
fn own_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

fn inline(file: &str) -> io::Result<Box<dyn Read + Send>> {
    let mut head = [0; 4];
    let _ = File::open(file)?.read(&mut head)?;
    let input = BufReader::with_capacity(1 << 16, File::open(file)?);
    Ok(match Compression::of(&head) {
        Compression::Plain => Box::new(input),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
        Compression::Bzip2 => Box::new(bz2::Decoder::new(input, 0)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
    })
}
