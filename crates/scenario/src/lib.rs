//! Tiny worlds in text, each with the verdicts we expect of them.
#![doc = include_str!("../../../docs/scenarios.md")]

mod compare;
mod computed;
mod expectation;
mod read;
mod recording;
mod references;
mod regrade;
mod words;
mod world;

use core::fmt;
use std::path::Path;

/// What a scenario came to: it cannot be read, or something came out otherwise than expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failed {
    /// Name of the scenario, usually its file.
    pub name: String,
    /// Mismatches in the order of their lines; one when the text itself is wrong.
    pub mismatches: Vec<Mismatch>,
}

/// One expectation that does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mismatch {
    /// Line of the scenario, from 1.
    pub line: usize,
    /// What is expected, as the scenario says it; empty when the text itself is wrong.
    pub expected: String,
    /// What came out, one line each.
    pub got: Vec<String>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for mismatch in &self.mismatches {
            let Mismatch { line, expected, got } = mismatch;
            if expected.is_empty() {
                writeln!(f, "{}:{line}: {}", self.name, got.join("\n"))?;
                continue;
            }
            writeln!(f, "{}:{line}:", self.name)?;
            writeln!(f, "    expected  {expected}")?;
            for (i, line) in got.iter().enumerate() {
                writeln!(f, "    {}  {line}", if i == 0 { "got     " } else { "        " })?;
            }
        }
        Ok(())
    }
}

/// Computes a scenario with the real code and compares every expectation.
///
/// # Errors
/// When the text is wrong, or an expectation does not hold.
pub fn verify(name: &str, text: &str) -> Result<(), Failed> {
    let failed = |mismatches| Failed { name: name.to_owned(), mismatches };
    let wrong = |w: words::Wrong| {
        failed(vec![Mismatch { line: w.line, expected: String::new(), got: vec![w.message] }])
    };
    let world = read::world(text).map_err(wrong)?;
    let computed = computed::compute_world(&world).map_err(wrong)?;
    let mut mismatches = compare::compare(&world.expectations, &computed);
    mismatches.extend(regrade::compare(&computed));
    if mismatches.is_empty() { Ok(()) } else { Err(failed(mismatches)) }
}

/// [`verify`] for a test.
///
/// ```
/// scenario::check(
///     "
/// month 2024-05
/// collector alpha gap 86400
///   peer 192.0.2.1 AS64500
///   2024-05-02 AS64500 announce 10.0.0.0/8 path 64500 64496
///   2024-05-02T00:20 AS64500 withdraw 10.0.0.0/8
/// expect event bogon_prefix culprit AS64496 10.0.0.0/8 2024-05-02 .. 2024-05-02T00:20
/// expect AS64496 M3 0.5
/// ",
/// );
/// ```
///
/// # Panics
/// With line, expectation and outcome when the scenario does not hold.
#[track_caller]
pub fn check(text: &str) {
    if let Err(failed) = verify("scenario", text) {
        panic!("\n{failed}");
    }
}

/// [`check`] of a file.
///
/// # Panics
/// When the file cannot be read or the scenario does not hold.
#[track_caller]
pub fn check_file(path: &Path) {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    if let Err(failed) = verify(&name, &text) {
        panic!("\n{failed}");
    }
}
