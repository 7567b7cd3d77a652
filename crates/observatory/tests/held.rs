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
