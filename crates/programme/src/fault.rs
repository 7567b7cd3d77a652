//! Faults of lists of participants, besides those that every dataset can have ([`reference::fault`]).

use routing::{Fault, FaultCounts, FaultKind};

/// A word where a conformance is expected.
pub const UNKNOWN_CONFORMANCE: FaultKind = FaultKind {
    code: "unknown-conformance",
    meaning: "The conformance is no word of this list and is taken as not stated.",
    rule: "",
    skipped: false,
};

/// One participant twice.
pub const PARTICIPANT_REPEATED: FaultKind = FaultKind {
    code: "participant-repeated",
    meaning: "The participant is listed a second time; the first counts.",
    rule: "",
    skipped: true,
};

/// A published score that is none.
pub const BAD_SCORE: FaultKind = FaultKind {
    code: "bad-score",
    meaning: "The score is no number from 0 to 1, or contradicts its own grade; it is left out.",
    rule: "",
    skipped: true,
};

/// A network or participant twice in published scores.
pub const SUBJECT_REPEATED: FaultKind = FaultKind {
    code: "subject-repeated",
    meaning: "The network or participant was read before; the first record counts.",
    rule: "",
    skipped: true,
};

/// The whole table.
pub const ALL: &[FaultKind] = &[UNKNOWN_CONFORMANCE, PARTICIPANT_REPEATED, BAD_SCORE, SUBJECT_REPEATED];

/// Longest detail kept with a fault, in characters.
const DETAIL_CHARS_MAX: usize = 100;

pub(crate) fn push(faults: &mut FaultCounts, kind: FaultKind, line: u64, detail: &str) {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let detail = detail.chars().take(DETAIL_CHARS_MAX).map(clean).collect();
    faults.push(Fault { kind, at: line, extent: u64::from(kind.skipped), detail });
}
