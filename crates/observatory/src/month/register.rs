//! What the register of participants says of a month, beside the lists.

use programme::Register;
use routing::Month;
use store::{SourceFileRow, SourceRow};

use crate::config::SourceKind;
use crate::register::{SOURCE, day_of};

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
