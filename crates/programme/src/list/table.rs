//! The CSV form: `Organization Name,Areas,ASNs,Action 1: Filtering,…` with lists inside a cell joined by `;`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use csv::{ByteRecord, ReaderBuilder};
use reference::{ReadError, fault as listed_fault};

use super::{List, ListRead};
use crate::{Conformance, Participant, fault};

const EXPECTED: &str = "a list of this programme's participants (CSV: Organization Name, …, a column per action; JSON: participants)";

/// A column of the list.
enum Place {
    Name,
    Areas,
    Networks,
    Partners,
    /// A heading that items of the programme have.
    Items(String),
}

pub(super) fn read(input: &mut impl BufRead, list: &mut List<'_>) -> Result<ListRead, ReadError> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    let mut record = ByteRecord::new();
    if !next(&mut reader, &mut record)? {
        return Err(ReadError::NotThisFormat { expected: EXPECTED, found: "an empty text".to_owned() });
    }
    let places: Vec<Option<Place>> = cells(&record).into_iter().map(|heading| place(list, heading)).collect();
    let has = |wanted: fn(&Place) -> bool| places.iter().flatten().any(wanted);
    if !has(|p| matches!(p, Place::Name)) || !has(|p| matches!(p, Place::Items(_))) {
        let found = cells(&record).join(",").chars().take(80).collect();
        return Err(ReadError::NotThisFormat { expected: EXPECTED, found });
    }
    let mut rows = Vec::new();
    while next(&mut reader, &mut record)? {
        let line = record.position().map_or(0, |at| at.line());
        let cells = cells(&record);
        if cells.len() != places.len() {
            list.refuse(listed_fault::WRONG_COLUMNS, line, &cells.join(","));
            continue;
        }
        match participant(list, &places, &cells, line) {
            Some(participant) => rows.push((line, participant)),
            None => list.refuse(listed_fault::WRONG_COLUMNS, line, &cells.join(",")),
        }
    }
    // One organisation may take part with several networks under different flags: their names are told apart
    // by the first of them.
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    rows.iter().for_each(|(_, p)| *names.entry(p.organisation.clone()).or_default() += 1);
    for (line, mut participant) in rows {
        if names[&participant.organisation] > 1
            && let Some(first) = participant.networks.first()
        {
            participant.id = format!("{} {}", participant.organisation, first.asn);
        }
        list.accept(participant, line);
    }
    Ok(ListRead { expected: EXPECTED, format: "participants CSV", stated: None, complete: true })
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

fn place(list: &List<'_>, heading: String) -> Option<Place> {
    match heading.as_str() {
        "Organization Name" => Some(Place::Name),
        "Areas" => Some(Place::Areas),
        "ASNs" => Some(Place::Networks),
        "Partners" => Some(Place::Partners),
        _ => {
            let known = list.programme.items().any(|(_, item)| item.column.as_deref() == Some(&heading));
            known.then_some(Place::Items(heading))
        }
    }
}

fn participant(
    list: &mut List<'_>,
    places: &[Option<Place>],
    cells: &[String],
    line: u64,
) -> Option<Participant> {
    let mut out = Participant {
        id: String::new(),
        organisation: String::new(),
        approved: None,
        areas: Vec::new(),
        networks: Vec::new(),
        partners: Vec::new(),
        conformance: BTreeMap::new(),
    };
    for (place, cell) in places.iter().zip(cells) {
        let parts = || cell.split(';').map(str::trim).filter(|part| !part.is_empty());
        match place {
            Some(Place::Name) => out.organisation.clone_from(cell),
            Some(Place::Areas) => out.areas = list.areas(parts(), line),
            Some(Place::Partners) => out.partners = parts().map(str::to_owned).collect(),
            Some(Place::Networks) => out.networks = list.networks(parts(), None, line),
            Some(Place::Items(heading)) => {
                flags(list, heading, parts().collect(), line, &mut out.conformance)
            }
            None => {}
        }
    }
    out.id.clone_from(&out.organisation);
    (!out.organisation.is_empty()).then_some(out)
}

/// A cell says *conformant* for the items whose word stands in it and *non-conformant* for the rest of its
/// column; an empty one says nothing.
fn flags(
    list: &mut List<'_>,
    heading: &str,
    words: BTreeSet<&str>,
    line: u64,
    out: &mut BTreeMap<String, Conformance>,
) {
    let programme = list.programme;
    let items =
        || programme.items().map(|(_, item)| item).filter(|item| item.column.as_deref() == Some(heading));
    let known = |word: &str| word == "No" || items().any(|item| item.word.as_deref() == Some(word));
    let mut understood = false;
    for word in &words {
        if known(word) {
            understood = true;
        } else {
            fault::push(list.faults, fault::UNKNOWN_CONFORMANCE, line, word);
        }
    }
    if understood {
        for item in items() {
            let stated = item.word.as_deref().is_some_and(|word| words.contains(word));
            let conformance = if stated { Conformance::Conformant } else { Conformance::NonConformant };
            out.insert(item.key.clone(), conformance);
        }
    }
}
