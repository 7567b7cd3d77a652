use core::fmt;
use std::collections::BTreeMap;

/// What is wrong with a piece of data. The text is stable: it is counted by, shown and documented.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FaultKind {
    /// Stable short name, `kebab-case`.
    pub code: &'static str,
    /// One sentence for a reader.
    pub meaning: &'static str,
    /// The rule that is broken: `RFC 6396 §4.3.1`, a format's own definition, or empty.
    pub rule: &'static str,
    /// True when something had to be left out because of it; false when it is only remarkable.
    pub skipped: bool,
}

/// A piece of bad data: counted, kept, shown on the source's page; reading goes on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Where: byte offset in the decompressed file for binary formats, line number (from 1) for text.
    pub at: u64,
    /// How much was left out: bytes for binary formats, lines for text; 0 when nothing was.
    pub extent: u64,
    /// The offending piece or value, cut to a readable length.
    pub detail: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code, self.kind.meaning)?;
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        if !self.kind.rule.is_empty() {
            write!(f, " [{}]", self.kind.rule)?;
        }
        Ok(())
    }
}

/// Faults of one source: how many of each kind, and the first few in full.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FaultCounts {
    counts: BTreeMap<FaultKind, u64>,
    first: Vec<Fault>,
}

impl FaultCounts {
    /// How many faults are kept in full; the rest are counted.
    pub const KEPT_MAX: usize = 20;

    /// From counts and first faults that were told apart.
    pub fn from_parts(counts: BTreeMap<FaultKind, u64>, first: Vec<Fault>) -> FaultCounts {
        FaultCounts { counts, first }
    }

    /// Counts a fault and keeps it if it is among the first.
    pub fn push(&mut self, fault: Fault) {
        *self.counts.entry(fault.kind).or_default() += 1;
        if self.first.len() < Self::KEPT_MAX {
            self.first.push(fault);
        }
    }

    /// Adds the faults of a later part of the same source.
    pub fn merge(&mut self, other: FaultCounts) {
        for (kind, n) in other.counts {
            *self.counts.entry(kind).or_default() += n;
        }
        let room = Self::KEPT_MAX.saturating_sub(self.first.len());
        self.first.extend(other.first.into_iter().take(room));
    }

    /// All faults.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Faults because of which something was left out.
    pub fn skipped(&self) -> u64 {
        self.counts.iter().filter(|(kind, _)| kind.skipped).map(|(_, n)| n).sum()
    }

    /// Kinds with their counts, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = (&FaultKind, u64)> {
        self.counts.iter().map(|(kind, n)| (kind, *n))
    }

    /// The first faults in full.
    pub fn first(&self) -> &[Fault] {
        &self.first
    }
}
