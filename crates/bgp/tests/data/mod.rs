//! Finds and decompresses the MRT files of the data folder. Each test uses its part of it.
#![allow(dead_code)]

pub mod damage;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

/// Says aloud that a test does not run; where everything must be there, it fails instead.
pub fn skipped(why: &str) {
    assert!(std::env::var("CI").is_err(), "{why}");
    eprintln!("SKIPPED: {why}");
}

/// The data folder, if it is there.
pub fn root() -> Option<PathBuf> {
    let root = PathBuf::from(ROOT);
    if root.is_dir() {
        return Some(root);
    }
    skipped("no folder ../shared/data");
    None
}

/// Every MRT file: its name below the data folder. In name order.
pub fn mrt_files(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![
        "mrt".to_owned(),
        "mrt/mrtparse-samples".to_owned(),
        "world-2014".to_owned(),
        "world-2016".to_owned(),
    ];
    let observations = "incidents/hijack-observations";
    let entries = fs::read_dir(root.join(observations)).expect(observations);
    folders
        .extend(entries.map(|e| format!("{observations}/{}", e.unwrap().file_name().into_string().unwrap())));
    for folder in folders {
        let entries = fs::read_dir(root.join(&folder)).unwrap_or_else(|e| panic!("{folder}: {e}"));
        for entry in entries {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let world = folder.starts_with("world");
            let mrt =
                !world || ["rib", "ris.", "routeviews.", "updates."].iter().any(|p| name.starts_with(p));
            if mrt
                && entry.file_type().unwrap().is_file()
                && !name.ends_with(".bgp.gz")
                && !name.ends_with(".json")
                && !name.starts_with("README")
            {
                files.push(format!("{folder}/{name}"));
            }
        }
    }
    files.sort();
    files
}

/// The decompressed bytes of a file; of one that ends inside a bzip2 block, those of the whole blocks.
pub fn read(root: &Path, name: &str) -> Vec<u8> {
    let file = fs::File::open(root.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut bytes = Vec::new();
    let result = if name.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes)
    } else if name.ends_with(".bz2") {
        bzip2::read::MultiBzDecoder::new(file).read_to_end(&mut bytes)
    } else {
        { file }.read_to_end(&mut bytes)
    };
    if let Err(error) = result {
        assert!(name.contains("firstMB"), "{name}: {error}");
    }
    bytes
}
