//! What the register of participants of the demonstration world holds: an exchange that no list has, who vouches
//! for whom, one that left though its list still has it, and an applicant.

use std::collections::BTreeMap;

use anyhow::Result;
use programme::{Change, Conformance, Edit, Register};
use routing::{Asn, Date};
use store::Store;

use super::day;
use crate::register::row;

fn edit(number: u64, from: &str, id: &str, reason: &str, change: Change) -> Edit {
    let (programme, participant) = id.split_once('/').expect("a programme and an id");
    let from: Date = day(from);
    Edit {
        number,
        at: from.start(),
        by: "secretariat".to_owned(),
        reason: reason.to_owned(),
        programme: programme.to_owned(),
        participant: participant.to_owned(),
        from,
        change,
    }
}

fn exchange(name: &str, approved: &str, area: &str, partner: &str) -> Change {
    let stated = ["prevent", "promote_routing", "coordinate"];
    Change::Added {
        organisation: name.to_owned(),
        admitted: true,
        approved: Some(day(approved)),
        areas: [area.parse().expect("an economy")].into(),
        networks: [].into(),
        partners: vec![partner.to_owned()],
        conformance: stated.map(|item| (item.to_owned(), Conformance::Conformant)).into(),
    }
}

fn edits() -> Vec<Edit> {
    let applied = Change::Added {
        organisation: "Estuary Broadband".to_owned(),
        admitted: false,
        approved: None,
        areas: ["NL".parse().expect("an economy")].into(),
        networks: [Asn(64_550)].into(),
        partners: vec!["Lowlands Operators’ Association".to_owned()],
        conformance: BTreeMap::new(),
    };
    let tools = Change::Conformance("tools".to_owned(), Conformance::Pending);
    let partner = "Lowlands Operators’ Association";
    vec![
        edit(
            1,
            "2024-02-20",
            "ixps/240",
            "approved by the committee",
            exchange("Delta Exchange", "2024-02-20", "NL", partner),
        ),
        edit(2, "2024-04-16", "ixps/240", "asked by the exchange", tools),
        edit(
            3,
            "2024-04-22",
            "ixps/241",
            "approved by the committee",
            exchange("Fjord Exchange", "2024-04-22", "NO", "Northern Exchanges’ Union"),
        ),
        edit(4, "2024-05-06", "network-operators/160", "application received", applied),
        edit(5, "2024-05-21", "ixps/241", "has closed", Change::Removed),
    ]
}

/// Enters them into a register that holds nothing.
pub async fn write(store: &Store) -> Result<()> {
    if !store.register().await?.is_empty() {
        return Ok(());
    }
    let edits = edits();
    let rows = edits.iter().enumerate().map(|(made, edit)| {
        let before = Register::of(&edits[..made], Some(edit.from), None)?;
        Ok(row(edit, &before))
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    store.edit_register(0, &rows).await?;
    Ok(())
}
