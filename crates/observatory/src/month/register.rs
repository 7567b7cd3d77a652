//! What the register of participants says of a month, beside the lists.

use std::collections::BTreeMap;

use programme::{Participant, Programme, Register};
use routing::{Date, Month};
use store::{SourceFileRow, SourceRow};

use crate::config::{Config, SourceKind};
use crate::load::ParticipantList;
use crate::register::{SOURCE, day_of};

/// A participant with where it is from.
pub struct Listed<'a> {
    pub programme: &'static Programme,
    pub day: Date,
    pub source: &'a str,
    /// Of the register.
    pub revision: Option<u64>,
    pub participant: &'a Participant,
}

/// Participants by programme and id. Whom the register holds on the month's last day is taken from it alone: as it
/// says, and not at all where it says that it left or is not yet approved. Everybody else is taken from the lists;
/// where two of them name the same participant, the one whose source's name comes first counts.
pub fn listed<'a>(
    config: &'a Config,
    lists: &'a [ParticipantList],
    register: &'a Register,
    month: Month,
) -> BTreeMap<(&'static str, &'a str), Listed<'a>> {
    let mut listed = BTreeMap::new();
    for programme in programme::shipped() {
        for participant in register.participants(&programme.id) {
            // Approved as of a later day: not yet.
            if participant.approved.is_some_and(|approved| approved > day_of(month)) {
                continue;
            }
            let revision = Some(register.revision);
            let row = Listed { programme, day: day_of(month), source: SOURCE, revision, participant };
            listed.insert((programme.id.as_str(), participant.id.as_str()), row);
        }
    }
    for list in lists {
        for participant in &list.participants {
            if register.entry(&list.programme.id, &participant.id).is_some() {
                continue;
            }
            let source = &config.sources[list.source].name;
            let row =
                Listed { programme: list.programme, day: list.day, source, revision: None, participant };
            listed.entry((list.programme.id.as_str(), participant.id.as_str())).or_insert(row);
        }
    }
    listed
}

/// Part of what a month's result depends on; empty while the register says nothing of it.
pub fn line(register: &Register) -> String {
    match register.revision {
        0 => String::new(),
        revision => format!("register revision {revision} {}\n", register.digest),
    }
}

/// The register among the sources of a month; `None` while it says nothing of it.
pub fn source_row(register: &Register, month: Month) -> Option<SourceRow> {
    if register.revision == 0 {
        return None;
    }
    let kind = SourceKind::Participants.row();
    let participants = register.entries().filter(|(_, entry)| entry.takes_part()).count();
    let day = day_of(month);
    let name = format!("register revision {}", register.revision);
    Some(SourceRow {
        name: SOURCE.to_owned(),
        kind: kind.name.to_owned(),
        used_for: kind.used_for.to_owned(),
        path: "edited with `observatory participants`".to_owned(),
        status: format!(
            "used: as of {day}, revision {}. What it says of a participant wins over lists",
            register.revision
        ),
        used: true,
        files: vec![SourceFileRow {
            name,
            digest: register.digest.clone(),
            size_bytes: 0,
            part: String::new(),
            format: "register".to_owned(),
            as_of: Some(day.start().0),
            as_of_from: "content".to_owned(),
            skew_days: Some(0),
            used: true,
            status: "used".to_owned(),
            records: participants as i64,
            records_outside: 0,
            elements: 0,
            faults: 0,
            skipped: 0,
            fault_kinds: Vec::new(),
            first_faults: Vec::new(),
        }],
    })
}
