//! The same bytes as libbz2, on real files and on every shape of input.

mod craft;

use std::path::{Path, PathBuf};

use craft::{Block, Dice, by_libbz2, by_ours, packed, stream};

fn check(name: &str, packed: &[u8], right: &[u8]) {
    for threads in [0, 1, 3] {
        let (out, damage) = by_ours(packed, threads);
        assert_eq!(damage, None, "{name} on {threads} threads");
        assert!(out == right, "{name} on {threads} threads: {} bytes, right are {}", out.len(), right.len());
    }
}

#[test]
fn every_shape_at_every_level() {
    let mut dice = Dice(1);
    let mut shapes = vec![
        ("nothing".to_owned(), vec![]),
        ("a byte".to_owned(), vec![7]),
        ("equal".to_owned(), vec![0; 3_000_000]),
        ("random".to_owned(), dice.bytes(1_300_000, 256)),
        ("two letters".to_owned(), dice.bytes(400_000, 2)),
        ("records".to_owned(), dice.records(2_000_000)),
        ("periodic".to_owned(), b"abcdefgh".repeat(30_000)),
        ("period of a prime".to_owned(), (0..350_003).map(|i| (i % 1_009 % 251) as u8).collect()),
    ];
    for run in (1..=12).chain(250..=264).chain(512..=524) {
        shapes.push((format!("run of {run}"), [vec![1; run], vec![2; run], vec![1; 3], vec![3]].concat()));
    }
    for size in [99_980, 99_981, 100_000, 100_001, 899_980, 899_981, 900_000, 900_001] {
        shapes.push((format!("random {size}"), dice.bytes(size, 256)));
    }
    for (name, bytes) in shapes {
        let levels = if bytes.len() > 500_000 { vec![1, 9] } else { (1..=9).collect() };
        for level in levels {
            check(&format!("{name}, level {level}"), &packed(&bytes, level), &bytes);
        }
    }
}

#[test]
fn many_streams() {
    let mut dice = Dice(2);
    let (mut file, mut right) = (Vec::new(), Vec::new());
    for k in 0..300 {
        let size = dice.below(if k % 50 == 0 { 250_000 } else { 300 });
        let bytes = dice.records(size);
        file.extend(packed(&bytes, 1 + k % 9));
        right.extend(bytes);
    }
    check("many streams", &file, &right);
}

#[test]
fn real_files() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let mut files = Vec::new();
    gather(&data, &mut files);
    if files.is_empty() {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no .bz2 under ../shared/data");
        eprintln!("SKIPPED: no .bz2 under ../shared/data");
    }
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let (right, whole) = by_libbz2(&bytes);
        for threads in [0, 2] {
            let (out, damage) = by_ours(&bytes, threads);
            assert_eq!(damage.is_none(), whole, "{}: {damage:?}", file.display());
            assert!(if whole { out == right } else { right.starts_with(&out) }, "{}", file.display());
        }
    }
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|e| e == "bz2") {
            files.push(path);
        }
    }
}

/// Blocks as libbz2 reads but never writes: codes of every length, chains of several cycles.
#[test]
fn blocks_by_hand() {
    let mut dice = Dice(3);
    for round in 0..600 {
        let used: Vec<u8> = (0..=255).filter(|_| dice.below(256) <= round % 256).collect();
        if used.len() < 2 {
            continue;
        }
        let symbols = used.len() + 2;
        let lengths: Vec<u8> = match round % 3 {
            // complete: 1, 2, 3 … and the rest level
            0 if symbols <= 20 => (1..=symbols).map(|k| k.min(symbols - 1) as u8).collect(),
            // incomplete
            1 => (0..symbols).map(|_| (9 + dice.below(12)) as u8).collect(),
            _ => vec![9; symbols],
        };
        let count = 1 + dice.below(if round % 20 == 0 { 60_000 } else { 3_000 });
        let mut block = Block { used, lengths, symbols: Vec::new(), origin: 0 };
        block.symbols = (0..count).map(|_| dice.below(symbols - 1) as u16).collect();
        // runs of run digits stay short
        for k in 5..block.symbols.len() {
            if block.symbols[k - 5..=k].iter().all(|s| *s <= 1) {
                block.symbols[k] = 2;
            }
        }
        if block.symbols.len() < 2 {
            continue;
        }
        block.origin = dice.below(block.symbols.len() / 2) as u32;
        let Some(right) = block.bytes() else { continue };
        let file = stream(&[block]);
        assert!(by_libbz2(&file) == (right.clone(), true), "round {round}: the oracle reads it so");
        check(&format!("by hand {round}"), &file, &right);
    }
}

/// A block's magic, and a whole block, inside the codes of another: found by the search, not where a block may
/// begin, and not to be delivered.
#[test]
fn blocks_inside_blocks() {
    let mut dice = Dice(4);
    let magic = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
    // A block whose bytes are none that ends the outer one.
    let inner = (0..)
        .map(|k| packed(format!("a false block {k}").as_bytes(), 9))
        .find(|p| !p[4..p.len() - 10].contains(&255))
        .unwrap();
    let inner = &inner[4..inner.len() - 10];
    assert!(inner.starts_with(&magic));
    for plants in [1, 2, 40, 400] {
        let mut blocks = Vec::new();
        for _ in 0..4 {
            let mut symbols: Vec<u8> = dice.bytes(20_000, 250).iter().map(|b| b + 2).collect();
            for plant in 0..plants {
                let at = dice.below(symbols.len() + 1);
                let planted = if plant % 2 == 0 { inner } else { &magic };
                symbols.splice(at..at, planted.iter().copied());
            }
            blocks.push(Block::plain(&symbols));
        }
        let mut file = packed(b"before", 9);
        let mut right = b"before".to_vec();
        right.extend(blocks.iter().filter_map(Block::bytes).flatten());
        file.extend(stream(&blocks));
        file.extend(packed(b"after", 9));
        right.extend(b"after");
        assert!(by_libbz2(&file) == (right.clone(), true), "the oracle reads it so");
        check(&format!("{plants} planted"), &file, &right);
    }
}
