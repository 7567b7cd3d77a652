//! Every target with what is kept for it and with mutations of that, always the same. `FUZZ_CASES` says how many of these each.

use std::fs;
use std::path::Path;

/// xorshift64*.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) as usize % n
    }

    /// A few changes of `seed`: of bits, octets, lengths, pieces taken out, repeated or taken from `other`.
    fn mutate(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        let mut octets = seed.to_vec();
        for _ in 0..=self.below(4) {
            if octets.is_empty() {
                octets.push(self.below(256) as u8);
            }
            let at = self.below(octets.len());
            let to = at + self.below(octets.len() - at + 1).min(64);
            match self.below(8) {
                0 => octets[at] ^= 1 << self.below(8),
                1 => octets[at] = self.below(256) as u8,
                2 => octets[at] = [0, 1, 0x7F, 0x80, 0xFF, b'"', b'\n', b'|'][self.below(8)],
                3 => octets.truncate(at),
                4 => drop(octets.drain(at..to)),
                5 => octets.extend_from_within(at..to),
                6 => drop(octets.splice(at..at, (0..=self.below(4)).map(|n| n as u8))),
                _ if other.is_empty() => {}
                _ => {
                    let from = self.below(other.len());
                    let piece = &other[from..other.len().min(from + 64)];
                    drop(octets.splice(at..to, piece.iter().copied()));
                }
            }
        }
        octets
    }
}

#[test]
fn every_target_stands_what_is_kept_and_its_mutations() {
    let cases: usize = std::env::var("FUZZ_CASES").map_or(2_000, |n| n.parse().expect("a number"));
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    for (target, go) in targets::TARGETS {
        let files = fs::read_dir(corpus.join(target)).unwrap_or_else(|e| panic!("corpus of {target}: {e}"));
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        let seeds: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        assert!(!seeds.is_empty(), "{target}: nothing is kept");
        let mut dice = Dice(0x5EED_0005);
        seeds.iter().for_each(|seed| go(seed));
        for case in 0..cases {
            let (seed, other) = (&seeds[case % seeds.len()], &seeds[dice.below(seeds.len())]);
            let octets = dice.mutate(seed, other);
            let outcome = std::panic::catch_unwind(|| go(&octets));
            if outcome.is_err() {
                let kept = std::env::temp_dir().join(format!("fell-{target}"));
                fs::write(&kept, &octets).unwrap();
                panic!("{target} falls over case {case}, kept as {}", kept.display());
            }
        }
    }
}

#[test]
fn every_kept_corpus_has_its_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    for folder in fs::read_dir(corpus).unwrap() {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(targets::TARGETS.iter().any(|(target, _)| *target == name), "corpus/{name} has no target");
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fuzz_targets/{name}.rs"));
        assert!(program.is_file(), "{} is missing", program.display());
    }
}
