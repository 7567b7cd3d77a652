//! The shared real data, opened and decompressed; absent data are skipped aloud.
#![allow(dead_code)]

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use bgp::mrt::{Item, PeerMemory, Reader};
use reference::relationships::{self, PathSet, Relationships};
use routing::{Asn, FaultCounts, PathRef};

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

/// Opens a file, decompressed by its ending.
pub fn open(path: &Path) -> Box<dyn Read> {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    match path.extension().and_then(|e| e.to_str()) {
        Some("gz") => Box::new(flate2::read::MultiGzDecoder::new(file)),
        Some("bz2") => Box::new(bzip2::read::MultiBzDecoder::new(file)),
        _ => Box::new(file),
    }
}

/// A file of relationships.
pub fn relationships(path: &Path) -> Relationships {
    let mut faults = FaultCounts::default();
    relationships::parse(BufReader::new(open(path)), &mut faults).unwrap().content
}

/// Gives every path of a file to `sink`, repeated rows left out. A file that breaks off gives what it has.
pub fn paths(path: &Path, mut sink: impl FnMut(PathRef<'_>)) {
    let mut reader = Reader::new(open(path));
    let mut memory = PeerMemory::default();
    while let Ok(Some(item)) = reader.next() {
        let Item::Record(record) = item else { continue };
        record.rows(&mut memory, &mut |_| {}, |row| {
            if !row.repeated {
                sink(row.path());
            }
        });
        if matches!(record.body, bgp::mrt::Body::Update(_)) {
            record.elements(&mut |_| {}, |element| {
                if let Some(route) = element.route {
                    sink(route.path());
                }
            });
        }
    }
}

/// True of numbers that may be networks.
pub fn is_public(asn: Asn) -> bool {
    !matches!(asn.0, 0 | 23_456 | 64_496..=131_071 | 4_200_000_000..)
}

/// The distinct paths of some files.
pub fn path_set(exchanges: &[Asn], files: &[PathBuf]) -> PathSet {
    let mut set = PathSet::new(exchanges);
    for file in files {
        paths(file, |path| set.add(path, is_public));
    }
    set
}
