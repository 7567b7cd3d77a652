//! Writes what a bzip2 file holds to standard output: `bz2cat FILE [THREADS]`.

use std::fs::File;
use std::io::{Error, Read, Write};

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or_else(|| Error::other("usage: bz2cat FILE [THREADS]"))?;
    let threads = arguments.next().map_or(Ok(0), |n| n.parse()).map_err(Error::other)?;
    let mut input = bz2::Decoder::new(File::open(path)?, threads);
    let mut output = std::io::stdout().lock();
    let mut buffer = vec![0; 1 << 17];
    loop {
        match input.read(&mut buffer)? {
            0 => return Ok(()),
            count => output.write_all(&buffer[..count])?,
        }
    }
}
