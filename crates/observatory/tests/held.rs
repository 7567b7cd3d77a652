//! Freeze, don't fall: a contacts dump that falls by two thirds is not admitted, the month says so, and no
//! score moves.

use std::path::Path;
use std::process::Command;

fn observatory(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args(arguments)
        .args(["--config", "observatory.toml"])
        .current_dir(folder)
        .output()
        .unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {error}");
    out.into_owned()
}

/// PeeringDB's answers of a day with contacts for the first `contacts` of nine networks.
fn write_day(folder: &Path, day: &str, contacts: u32) {
    let net =
        |i: u32| format!("{{\"id\": {i}, \"asn\": {}, \"name\": \"N{i}\", \"status\": \"ok\"}}", 3000 + i);
    let poc = |i: u32| {
        format!(
            "{{\"id\": {i}, \"net_id\": {i}, \"role\": \"NOC\", \"visible\": \"Public\", \"email\": \"x@example.net\", \
             \"status\": \"ok\"}}"
        )
    };
    let page = |records: Vec<String>| format!("{{\"data\": [{}], \"meta\": {{}}}}", records.join(","));
    std::fs::write(folder.join(format!("net-{day}.json")), page((1..=9).map(net).collect())).unwrap();
    std::fs::write(folder.join(format!("poc-{day}.json")), page((1..=contacts).map(poc).collect())).unwrap();
}

fn coordination(folder: &Path) -> String {
    let rows = observatory(folder, &["export", "networks", "--month", "2024-05", "--format", "csv"]);
    let column = rows.lines().next().unwrap().split(',').position(|c| c == "coordination_grade").unwrap();
    rows.lines().skip(1).map(|row| row.split(',').nth(column).unwrap().to_owned() + " ").collect()
}

#[test]
fn a_dump_that_falls_by_two_thirds_moves_no_score() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let asns: String =
        (1..=9).map(|i| format!("ripencc|NL|asn|{}|1|20120301|allocated|h\n", 3000 + i)).collect();
    let header = "2|ripencc|20240501|9|20120301|20240501|+0000\nripencc|*|asn|*|9|summary\n";
    std::fs::write(folder.join("delegated-ripencc"), format!("{header}{asns}")).unwrap();
    std::fs::write(folder.join("ripe.db"), "aut-num: AS3001\nas-name: N1\nsource: RIPE\n").unwrap();
    std::fs::write(
        folder.join("observatory.toml"),
        "data = \"data\"\n[[source]]\nkind = \"contacts\"\npath = \"*-2024-*.json\"\n\
         [[source]]\nkind = \"delegations\"\npath = \"delegated-ripencc\"\n\
         [[source]]\nkind = \"irr\"\nauthority = \"RIPE\"\npath = \"ripe.db\"\ndate = 2024-05-01\n",
    )
    .unwrap();
    write_day(folder, "2024-05-02", 9);
    observatory(folder, &["month", "2024-05"]);
    let before = coordination(folder);
    assert_eq!(before, "ready ".repeat(9));

    write_day(folder, "2024-05-20", 3);
    let summary = observatory(folder, &["month", "2024-05", "--json"]);
    assert!(
        summary.contains("held since 2024-05-02") && summary.contains("67 % fewer than the 9"),
        "{summary}"
    );
    assert_eq!(coordination(folder), before, "a source that shrank moved a score");

    // The larger file is gone: what is left proves nothing, and nothing is what it says.
    std::fs::remove_file(folder.join("poc-2024-05-02.json")).unwrap();
    let summary = observatory(folder, &["month", "2024-05", "--json"]);
    assert!(summary.contains("held since 2024-05-02"), "{summary}");
    assert_eq!(
        coordination(folder),
        " ".repeat(9),
        "without the held file the answer is no data, not lagging"
    );

    // It has recovered.
    write_day(folder, "2024-05-25", 8);
    observatory(folder, &["month", "2024-05", "--json"]);
    assert_eq!(coordination(folder), "ready ".repeat(8) + "lagging ");
}

/// A month judged by VRPs of two days, and what its summary warns of.
fn month_of_vrps(days: &[(&str, String)]) -> (String, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    for (day, text) in days {
        std::fs::write(dir.path().join(format!("vrps-{day}.csv")), text).unwrap();
    }
    std::fs::write(
        dir.path().join("observatory.toml"),
        "data = \"data\"\n[[source]]\nkind = \"vrps\"\nname = \"rpki\"\npath = \"vrps-*.csv\"\n",
    )
    .unwrap();
    let summary = observatory(dir.path(), &["month", "2024-05", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    let warnings = summary["warnings"].as_array().unwrap().iter();
    let from = summary["rpki"]["from"].as_str().unwrap_or_default().to_owned();
    (from, warnings.map(|text| text.as_str().unwrap().to_owned()).collect())
}

/// VRPs as CSV; of the last `broken` the columns are in another order.
fn vrps(all: usize, broken: usize) -> String {
    let line = |i: usize| match i < all - broken {
        true => format!("AS{},10.{}.{}.0/24,24,ripe\n", 3000 + i, i / 256, i % 256),
        false => format!("ripe,24,10.{}.{}.0/24,AS{}\n", i / 256, i % 256, 3000 + i),
    };
    "ASN,IP Prefix,Max Length,Trust Anchor\n".to_owned() + &(0..all).map(line).collect::<String>()
}

#[test]
fn a_source_that_shrinks_stalls_repeats_or_changes_its_schema_is_held_and_said_so() {
    let (from, warnings) = month_of_vrps(&[("2024-05-02", vrps(1_000, 0)), ("2024-05-03", vrps(990, 0))]);
    assert!(from.contains("2024-05-03") && warnings.is_empty(), "{from}: {warnings:?}");
    // It shrinks.
    let (from, warnings) = month_of_vrps(&[("2024-05-02", vrps(1_000, 0)), ("2024-05-20", vrps(700, 0))]);
    assert!(from.contains("2024-05-02"), "{from}");
    assert!(
        warnings[0].contains("30 % fewer") && warnings[0].contains("held since 2024-05-02"),
        "{warnings:?}"
    );
    // A part of it has another schema: too few records are lost to call it shrunk.
    let (from, warnings) = month_of_vrps(&[("2024-05-02", vrps(1_000, 0)), ("2024-05-20", vrps(1_000, 250))]);
    assert!(from.contains("2024-05-02"), "{from}");
    assert!(warnings[0].contains("25 % of its 1000 records cannot be read"), "{warnings:?}");
    assert!(warnings[0].contains("held since 2024-05-02"), "{warnings:?}");
    // All of it has another schema, and nothing is held.
    let (from, warnings) = month_of_vrps(&[("2024-05-20", vrps(1_000, 1_000))]);
    assert_eq!((from.as_str(), warnings.len()), ("", 1), "{warnings:?}");
    // It repeats: the same bytes under another date, day after day.
    let (from, warnings) = month_of_vrps(&[("2024-05-02", vrps(1_000, 0)), ("2024-05-20", vrps(1_000, 0))]);
    assert!(from.contains("2024-05-20"), "{from}");
    assert!(warnings[0].contains("byte for byte that of 2024-05-02, 18 days before"), "{warnings:?}");
    // It stalls: the last there is says nothing of this month any more.
    let (from, _) = month_of_vrps(&[("2024-03-02", vrps(1_000, 0))]);
    assert_eq!(from, "", "a snapshot of two months before is no snapshot of this month");
}
