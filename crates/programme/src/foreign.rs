//! What the original Observatory published of networks and participants: its export of networks (CSV) and its public
//! answers on participants (JSON). A foreign series: held beside our scores to compare, never mixed into them.

mod answer;
mod export;

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use measure::framework::{Grade, ScoreKey};
use reference::{Parsed, ReadError};
use routing::{Asn, FaultCounts, FaultKind};

use crate::{Conformance, fault};

/// Largest file read, in bytes: an export of every network there is has about 10 MB.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Below this many refused records a file is never wrong because of their share alone.
const REFUSED_MIN: u64 = 10;

/// What was published of one network or participant.
#[derive(Clone, PartialEq, Debug)]
pub struct ForeignRow {
    /// Of whom.
    pub subject: Subject,
    /// As they name it; empty where they do not.
    pub name: String,
    /// Its scores; one that is not here was not published.
    pub scores: Vec<ForeignScore>,
    /// What their list stated, by the key of the programme's item.
    pub stated: BTreeMap<String, Conformance>,
}

/// Of whom something was published.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    /// A network.
    Network(Asn),
    /// A participant of a programme, with its networks then, ascending.
    Participant {
        /// The programme's id.
        programme: String,
        /// The programme's own number, or the name where it has none.
        id: String,
        /// Its networks.
        networks: Vec<Asn>,
    },
}

/// One published score.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ForeignScore {
    /// Which.
    pub key: ScoreKey,
    /// From 0 to 1; `None`: they had no data.
    pub value: Option<f64>,
    /// The grade they gave it; `None` where they gave none.
    pub severity: Option<Grade>,
}

/// Everything of one file.
#[derive(Clone, PartialEq, Debug)]
pub struct ForeignFile {
    /// In the order of the file, each subject once.
    pub rows: Vec<ForeignRow>,
    /// To how many decimals its values are rounded; `None` where they are written in full.
    pub decimals: Option<u8>,
}

/// Reads a file of published scores, told by its content. Faults carry the line, from 1; in JSON the line on which the
/// participant's object ends. A score that cannot be read is left out and reported, the rest of its record stays.
/// Stated date: `measurement_date`, where there is one.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when it is neither form, or hardly a record is right.
pub fn parse(input: impl BufRead, faults: &mut FaultCounts) -> Result<Parsed<ForeignFile>, ReadError> {
    let mut input = input.take(FILE_BYTES_MAX);
    let first = input.fill_buf()?.iter().find(|b| !b.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(b));
    let json = first == Some(&b'{');
    let mut reading =
        Reading { faults, seen: BTreeSet::new(), rows: Vec::new(), refused: 0, first_refused: None };
    let read =
        if json { answer::read(&mut input, &mut reading) } else { export::read(&mut input, &mut reading) }?;
    reading.check(read.expected)?;
    Ok(Parsed {
        records: reading.rows.len() as u64,
        content: ForeignFile { rows: reading.rows, decimals: read.decimals },
        stated: read.stated.map(routing::Date::start),
        format: read.format,
        // What was read to the last byte allowed is cut off, or may be.
        complete: read.complete && input.limit() > 0,
    })
}

/// What one of the two forms says of the whole file.
struct FileRead {
    expected: &'static str,
    format: &'static str,
    stated: Option<routing::Date>,
    decimals: Option<u8>,
    complete: bool,
}

/// A file while it is read.
struct Reading<'a> {
    faults: &'a mut FaultCounts,
    seen: BTreeSet<String>,
    rows: Vec<ForeignRow>,
    refused: u64,
    first_refused: Option<String>,
}

impl Reading<'_> {
    fn accept(&mut self, row: ForeignRow, line: u64) {
        let subject = row.subject.to_string();
        if self.seen.contains(&subject) {
            return self.refuse(fault::SUBJECT_REPEATED, line, &subject);
        }
        self.seen.insert(subject);
        self.rows.push(row);
    }

    fn refuse(&mut self, kind: FaultKind, line: u64, detail: &str) {
        fault::push(self.faults, kind, line, detail);
        self.refused += 1;
        self.first_refused.get_or_insert_with(|| detail.chars().take(80).collect());
    }

    /// An error when nothing was accepted, or more was refused than accepted.
    fn check(&self, expected: &'static str) -> Result<(), ReadError> {
        let accepted = self.rows.len() as u64;
        let wrong = accepted == 0 || self.refused >= REFUSED_MIN && self.refused > accepted;
        if !wrong {
            return Ok(());
        }
        let found = format!(
            "{accepted} records read, {} refused, the first `{}`",
            self.refused,
            self.first_refused.as_deref().unwrap_or_default().escape_debug()
        );
        Err(ReadError::NotThisFormat { expected, found })
    }
}

/// `AS64500`, or the programme and the id in it: `network-operators/4602`.
impl core::fmt::Display for Subject {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Subject::Network(asn) => write!(f, "{asn}"),
            Subject::Participant { programme, id, .. } => write!(f, "{programme}/{id}"),
        }
    }
}

/// A value as it may stand: from 0 to 1.
fn within(value: f64) -> Option<f64> {
    (0.0..=1.0).contains(&value).then_some(value)
}
