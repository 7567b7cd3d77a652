//! The export of networks: `ASN,Holder,…,Filtering,Anti-spoofing,…`, a score per column, an empty cell without data.

use std::collections::BTreeMap;
use std::io::BufRead;

use csv::{ByteRecord, ReaderBuilder};
use measure::framework::ScoreKey;
use reference::{ReadError, fault as listed_fault};

use super::{FileRead, ForeignRow, ForeignScore, Reading, Subject, within};
use crate::fault;

const EXPECTED: &str = "published scores (CSV: ASN, Holder, a column per score; JSON: participants)";

/// Columns of scores by their headings.
const SCORES: [(&str, ScoreKey); 5] = [
    ("Filtering", ScoreKey::Filtering),
    ("Anti-spoofing", ScoreKey::AntiSpoofing),
    ("Coordination", ScoreKey::Coordination),
    ("Global Validation IRR", ScoreKey::RoutingInformationIrr),
    ("Global Validation RPKI", ScoreKey::RoutingInformationRpki),
];

pub(super) fn read(input: &mut impl BufRead, reading: &mut Reading<'_>) -> Result<FileRead, ReadError> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    let mut record = ByteRecord::new();
    let headings = match next(&mut reader, &mut record)? {
        true => cells(&record),
        false => Vec::new(),
    };
    let place =
        |heading: &str| headings.iter().position(|cell| cell.trim_start_matches('\u{feff}') == heading);
    let columns: Vec<(usize, ScoreKey)> =
        SCORES.iter().filter_map(|(heading, key)| Some((place(heading)?, *key))).collect();
    let (Some(asn), false) = (place("ASN"), columns.is_empty()) else {
        let found = headings.join(",").chars().take(80).collect();
        return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
    };
    let holder = place("Holder");
    let mut decimals = 0;
    while next(&mut reader, &mut record)? {
        let line = record.position().map_or(0, |at| at.line());
        let cells = cells(&record);
        if cells.len() != headings.len() {
            reading.refuse(listed_fault::WRONG_COLUMNS, line, &cells.join(","));
            continue;
        }
        let Ok(asn) = cells[asn].parse() else {
            reading.refuse(listed_fault::BAD_ASN, line, &cells.join(","));
            continue;
        };
        let mut scores = Vec::new();
        for (place, key) in &columns {
            let cell = cells[*place].as_str();
            let value = match cell {
                "" => None,
                text => {
                    let read = decimal(text).then(|| text.parse().ok()).flatten().and_then(within);
                    let Some(value) = read else {
                        fault::push(reading.faults, fault::BAD_SCORE, line, &format!("{key}: {text}"));
                        continue;
                    };
                    decimals = decimals.max(text.split_once('.').map_or(0, |(_, rest)| rest.len()));
                    Some(value)
                }
            };
            scores.push(ForeignScore { key: *key, value, severity: None });
        }
        let name = holder.map(|place| cells[place].clone()).unwrap_or_default();
        let row = ForeignRow { subject: Subject::Network(asn), name, scores, stated: BTreeMap::new() };
        reading.accept(row, line);
    }
    Ok(FileRead {
        expected: EXPECTED,
        format: "published scores CSV",
        stated: None,
        decimals: u8::try_from(decimals).ok(),
        complete: true,
    })
}

/// Digits with a point among them at most: no sign, no exponent, no word.
fn decimal(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn next(reader: &mut csv::Reader<impl std::io::Read>, record: &mut ByteRecord) -> Result<bool, ReadError> {
    reader.read_byte_record(record).map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => ReadError::Io(error),
        // A reader of bytes with any number of columns knows no other failure.
        other => ReadError::NotThisFormat { expected: EXPECTED, found: format!("{other:?}") },
    })
}

fn cells(record: &ByteRecord) -> Vec<String> {
    record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
}
