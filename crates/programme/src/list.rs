pub(crate) mod document;
mod table;
mod write;

use std::collections::BTreeSet;
use std::io::BufRead;

use reference::{Country, Parsed, ReadError, fault as listed_fault};
use routing::{Asn, Date, FaultCounts};

use crate::{Membership, Participant, Programme, fault};

pub use write::write;

/// Largest list read, in bytes; the largest known real one has 350 kB. It bounds everything that is kept.
const LIST_BYTES_MAX: u64 = 16 << 20;

/// Below this many refused records a list is never wrong because of their share alone.
const REFUSED_MIN: u64 = 10;

/// Reads a list of the participants of `programme`: CSV with a heading, or JSON with `participants` (both as the
/// original programme publishes them). Faults carry the line, from 1; in JSON the line on which the
/// participant's object ends. Stated date: the list's `measurement_date`.
///
/// # Errors
/// [`ReadError::NotThisFormat`] when it is neither, or a list of another programme.
pub fn parse(
    input: impl BufRead,
    programme: &Programme,
    faults: &mut FaultCounts,
) -> Result<Parsed<Vec<Participant>>, ReadError> {
    let mut input = input.take(LIST_BYTES_MAX);
    let first = input.fill_buf()?.iter().find(|b| !b.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(b));
    let mut list = List {
        programme,
        faults,
        seen: BTreeSet::new(),
        accepted: Vec::new(),
        refused: 0,
        first_refused: None,
    };
    let read = if first == Some(&b'{') {
        document::read(&mut input, &mut list)?
    } else {
        table::read(&mut input, &mut list)?
    };
    // What was read to the last byte allowed is cut off, or may be.
    let complete = read.complete && input.limit() > 0;
    list.check(read.expected)?;
    Ok(Parsed {
        records: list.accepted.len() as u64,
        content: list.accepted,
        stated: read.stated.map(Date::start),
        format: read.format,
        complete,
    })
}

/// What one of the two forms says of the whole list.
struct ListRead {
    expected: &'static str,
    format: &'static str,
    stated: Option<Date>,
    complete: bool,
}

/// A list while it is read.
struct List<'a> {
    programme: &'a Programme,
    faults: &'a mut FaultCounts,
    seen: BTreeSet<String>,
    accepted: Vec<Participant>,
    refused: u64,
    first_refused: Option<String>,
}

impl List<'_> {
    fn accept(&mut self, participant: Participant, line: u64) {
        if !self.seen.insert(participant.id.clone()) {
            fault::push(self.faults, fault::PARTICIPANT_REPEATED, line, &participant.id);
            return;
        }
        self.accepted.push(participant);
    }

    fn refuse(&mut self, kind: routing::FaultKind, line: u64, detail: &str) {
        fault::push(self.faults, kind, line, detail);
        self.refused += 1;
        self.first_refused.get_or_insert_with(|| detail.chars().take(80).collect());
    }

    /// An error when nothing was accepted, or more was refused than accepted.
    fn check(&self, expected: &'static str) -> Result<(), ReadError> {
        let accepted = self.accepted.len() as u64;
        let wrong =
            self.refused > 0 && (accepted == 0 || self.refused >= REFUSED_MIN && self.refused > accepted);
        if !wrong {
            return Ok(());
        }
        let first = self.first_refused.as_deref().unwrap_or_default().escape_debug();
        let found = format!("{accepted} participants read, {} refused, the first `{first}`", self.refused);
        Err(ReadError::NotThisFormat { expected, found })
    }

    /// Areas from their codes; one that is none is a fault and left out.
    fn areas<'t>(&mut self, codes: impl Iterator<Item = &'t str>, line: u64) -> Vec<Country> {
        let mut areas: Vec<Country> = Vec::new();
        for code in codes {
            match code.trim().parse() {
                Ok(area) => areas.push(area),
                Err(()) => fault::push(self.faults, listed_fault::BAD_COUNTRY, line, code),
            }
        }
        areas.sort_unstable();
        areas.dedup();
        areas
    }

    /// Networks from their numbers, each from the day of approval on: a list says no more. One that is no
    /// network's is a fault and left out.
    fn networks<'t>(
        &mut self,
        numbers: impl Iterator<Item = &'t str>,
        from: Option<Date>,
        line: u64,
    ) -> Vec<Membership> {
        let mut asns: Vec<Asn> = Vec::new();
        for number in numbers {
            match number.parse::<Asn>() {
                Ok(asn) if asn != Asn::ZERO => asns.push(asn),
                _ => fault::push(self.faults, listed_fault::BAD_ASN, line, number),
            }
        }
        asns.sort_unstable();
        asns.dedup();
        asns.into_iter().map(|asn| Membership { asn, from, to: None }).collect()
    }
}
