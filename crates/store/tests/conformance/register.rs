//! What the store promises of the register of participants.

use serde_json::json;
use store::{RegisterEditRow, Store};

fn edit(participant: &str, what: &str) -> RegisterEditRow {
    RegisterEditRow {
        number: 0,
        at: 1_700_000_000,
        by: "it's; \"quoted\" ✓".to_owned(),
        reason: "because".to_owned(),
        programme: "ixps".to_owned(),
        participant: participant.to_owned(),
        valid_from: "2024-05-01".to_owned(),
        what: what.to_owned(),
        old: json!(null),
        new: json!({ "organisation": "\\ ' ✓", "networks": [1, u32::MAX] }),
    }
}

/// Runs on an empty register.
pub async fn suite(store: &Store) {
    assert_eq!(store.register().await.unwrap(), []);
    assert!(store.edit_register(0, &[edit("1", "added"), edit("2", "added")]).await.unwrap());
    // Who did not see those two edits changes nothing, with none of its own.
    assert!(!store.edit_register(0, &[edit("3", "added")]).await.unwrap());
    assert!(!store.edit_register(1, &[edit("3", "added")]).await.unwrap());
    // Nor who knows of edits that there are not: no number is left out.
    assert!(!store.edit_register(5, &[edit("3", "added")]).await.unwrap());
    let many: Vec<RegisterEditRow> = (0..95).map(|_| edit("2", "renamed")).collect();
    assert!(store.edit_register(2, &many).await.unwrap());
    let kept = store.register().await.unwrap();
    assert_eq!(kept.iter().map(|edit| edit.number).collect::<Vec<_>>(), (1..=97).collect::<Vec<_>>());
    assert_eq!(kept[1], RegisterEditRow { number: 2, ..edit("2", "added") });

    // Of several at once exactly one gets through.
    let one = [edit("4", "added")];
    let three = tokio::join!(
        store.edit_register(97, &one),
        store.edit_register(97, &one),
        store.edit_register(97, &one)
    );
    let through = [three.0, three.1, three.2].into_iter().filter(|done| *done.as_ref().unwrap()).count();
    assert_eq!((through, store.register().await.unwrap().len()), (1, 98));
}
