//! The shared real data, opened and decompressed; absent data are skipped aloud.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use routing::{Asn, Prefix};

/// The data folder, or `None` after saying so. With CI=true its absence is an error.
pub fn folder() -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    if path.is_dir() {
        return Some(path.to_owned());
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "the shared data are missing");
    eprintln!("SKIPPED: no shared data at {}", path.display());
    None
}

/// Opens a file by name, decompressed by its ending.
pub fn open(path: &Path) -> Box<dyn BufRead> {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    match path.extension().and_then(|e| e.to_str()) {
        Some("gz") => Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file))),
        Some("bz2") => Box::new(BufReader::new(bzip2::read::MultiBzDecoder::new(file))),
        _ => Box::new(BufReader::new(file)),
    }
}

/// The whole text, other bytes as Latin-1.
pub fn read(path: &Path) -> String {
    let mut bytes = Vec::new();
    open(path).read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap_or_else(|e| e.into_bytes().into_iter().map(char::from).collect())
}

/// Files of a folder whose names contain `part`, sorted.
pub fn files(folder: &Path, part: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|p| p.file_name().unwrap().to_str().unwrap().contains(part))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no file with `{part}` in {}", folder.display());
    found
}

/// Rows `prefix<tab>origin` of a pyasn table.
pub fn origin_table(path: &Path) -> Vec<(Prefix, Option<Asn>)> {
    open(path)
        .lines()
        .map(Result::unwrap)
        .filter(|l| !l.starts_with(';') && !l.trim().is_empty())
        .map(|l| {
            let (prefix, asn) = l.split_once('\t').unwrap();
            (prefix.parse().unwrap(), Some(asn.parse().unwrap()))
        })
        .collect()
}

/// A small deterministic generator (xorshift64*), good enough to pick cases.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// `0 .. n`
    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}
