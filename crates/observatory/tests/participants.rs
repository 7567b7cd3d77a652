//! Participants from list to export: scores as means of their networks', published only where conformant; a list
//! that shrinks is held; nothing changes without a cause.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn observatory(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .arg(arguments[0])
        .args(["--config", "observatory.toml"])
        .args(&arguments[1..])
        .current_dir(folder)
        .output()
        .unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {error}");
    out.into_owned()
}

fn month(folder: &Path) -> Value {
    serde_json::from_str(&observatory(folder, &["month", "2024-05", "--json"])).unwrap()
}

/// The exported participants, by organisation.
fn participants(folder: &Path) -> Vec<Value> {
    let rows = observatory(folder, &["export", "participants", "--month", "2024-05", "--format", "ndjson"]);
    let mut rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    rows.sort_by_key(|row| row["organisation"].to_string());
    rows
}

fn names(rows: &[Value]) -> String {
    rows.iter().map(|row| row["organisation"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// Networks 3001 to 3004 of the RIPE NCC; 3001 and 3003 have a contact.
fn write_world(folder: &Path) {
    let asns: String =
        (1..=4).map(|i| format!("ripencc|NL|asn|{}|1|20120301|allocated|h\n", 3000 + i)).collect();
    let header = "2|ripencc|20240501|4|20120301|20240501|+0000\nripencc|*|asn|*|4|summary\n";
    std::fs::write(folder.join("delegated-ripencc"), format!("{header}{asns}")).unwrap();
    let contact = |asn: u32| format!("aut-num: AS{asn}\nas-name: N\nadmin-c: X\nsource: RIPE\n\n");
    std::fs::write(folder.join("ripe.db"), contact(3001) + &contact(3003)).unwrap();
    let nets: Vec<String> = (1..=4)
        .map(|i| format!("{{\"id\": {i}, \"asn\": {}, \"name\": \"N\", \"status\": \"ok\"}}", 3000 + i))
        .collect();
    let page = |records: &str| format!("{{\"data\": [{records}], \"meta\": {{}}}}");
    std::fs::write(folder.join("net-2024-05-02.json"), page(&nets.join(","))).unwrap();
    let poc = "{\"id\": 1, \"net_id\": 1, \"role\": \"NOC\", \"visible\": \"Public\", \"email\": \"x@example.net\", \
               \"status\": \"ok\"}";
    std::fs::write(folder.join("poc-2024-05-02.json"), page(poc)).unwrap();
    std::fs::write(
        folder.join("observatory.toml"),
        "data = \"data\"\n[[source]]\nkind = \"contacts\"\npath = \"*-2024-*.json\"\n\
         [[source]]\nkind = \"delegations\"\npath = \"delegated-ripencc\"\n\
         [[source]]\nkind = \"irr\"\nauthority = \"RIPE\"\npath = \"ripe.db\"\ndate = 2024-05-01\n\
         [[source]]\nkind = \"participants\"\nprogramme = \"network-operators\"\npath = \"list.*\"\n",
    )
    .unwrap();
}

const HEADING: &str = "Organization Name,Areas,ASNs,Action 1: Filtering,Action 2: Anti-spoofing,Action 3: Coordination,Action 4: Global Validation\n";

fn write_list(folder: &Path, day: &str, rows: &str) {
    std::fs::write(folder.join(format!("list.{day}.csv")), format!("{HEADING}{rows}")).unwrap();
}

#[test]
fn scores_follow_the_networks_and_the_flags() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    write_world(folder);
    write_list(
        folder,
        "2024-05-10",
        "Half,NL,3001;3002,Yes,Yes,Yes,Yes\nWhole,BE;NL,3003;64500,Yes,No,Yes,Yes\nUnpublished,NL,3001,Yes,Yes,No,Yes\n\
         Elsewhere,DE,64501,Yes,Yes,Yes,Yes\n",
    );
    let summary = month(folder);
    assert_eq!(summary["participants"]["network-operators"], 4);
    let rows = participants(folder);
    let shown: Vec<String> = rows
        .iter()
        .map(|r| {
            let why = r["coordination_no_score_because"].as_str().unwrap_or("").to_owned();
            format!("{} {} {} {why}", r["organisation"], r["coordination"], r["coordination_grade"])
                .replace('"', "")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "Elsewhere null null no data: neither delegated by a registry loaded nor origin of a route seen",
            "Half 0.5 lagging ",
            "Unpublished null null not published: not conformant with action 3",
            // A network that is nowhere is left out of the mean.
            "Whole 1.0 ready ",
        ]
    );
    assert_eq!(rows[3]["areas"], "BE NL");
    assert_eq!(rows[3]["asns"], "3003 64500");

    // The same again is the same; a flag alone makes another result.
    let again = month(folder);
    assert_eq!(again["publication"]["changed"], false);
    write_list(
        folder,
        "2024-05-10",
        "Half,NL,3001;3002,Yes,Yes,No,Yes\nWhole,BE;NL,3003;64500,Yes,No,Yes,Yes\nUnpublished,NL,3001,Yes,Yes,No,Yes\n\
         Elsewhere,DE,64501,Yes,Yes,Yes,Yes\n",
    );
    let other = month(folder);
    assert_eq!(other["publication"]["revision"], 2);
    assert_ne!(other["publication"]["result"], summary["publication"]["result"]);
    assert_eq!(participants(folder)[1]["coordination"], Value::Null);
}

#[test]
fn a_list_that_shrinks_is_held() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    write_world(folder);
    let all = "A,NL,3001,Yes,Yes,Yes,Yes\nB,NL,3002,Yes,Yes,Yes,Yes\nC,NL,3003,Yes,Yes,Yes,Yes\n";
    write_list(folder, "2024-05-10", all);
    write_list(folder, "2024-05-20", "A,NL,3001,Yes,Yes,Yes,Yes\n");
    let summary = month(folder).to_string();
    assert!(summary.contains("held since 2024-05-10"), "{summary}");
    assert_eq!(names(&participants(folder)), "A B C");

    // A page that says something else altogether is not admitted.
    std::fs::write(folder.join("list.2024-05-25.csv"), "<html>maintenance</html>").unwrap();
    let summary = month(folder).to_string();
    assert!(summary.contains("this is not a list of this programme's participants"), "{summary}");
    assert_eq!(names(&participants(folder)), "A B C");

    // The next whole list counts, with whoever is new in it and not yet approved left out.
    let newer = r#"{"measurement_date": "2024-05-30", "participants": [
        {"id": 1, "name": "A", "ASNs": [3001], "member_since": "2020-01-01", "coordination": {"conformance": "conformant"}},
        {"id": 2, "name": "D", "ASNs": [3002], "member_since": "2024-05-30", "coordination": {"conformance": "conformant"}},
        {"id": 3, "name": "E", "ASNs": [3003], "member_since": "2024-06-01", "coordination": {"conformance": "conformant"}}]}"#;
    std::fs::write(folder.join("list.newest.json"), newer).unwrap();
    month(folder);
    assert_eq!(names(&participants(folder)), "A D");
}

/// Edits of the register, each with who made it and why.
fn edit(folder: &Path, arguments: &[&str]) -> String {
    let made = [&["participants"], arguments, &["--by", "secretariat", "--reason", "a test"]].concat();
    observatory(folder, &made)
}

#[test]
fn the_register_is_one_more_list_and_its_word_wins() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    write_world(folder);
    write_list(
        folder,
        "2024-05-20",
        "A,NL,3001,Yes,Yes,Yes,Yes\nB,NL,3002,Yes,Yes,Yes,Yes\nC,NL,3003,Yes,Yes,Yes,Yes\n",
    );
    let first = month(folder);
    assert_eq!(names(&participants(folder)), "A B C");

    // A dry run keeps nothing, and the month stays what it is.
    let listed = [
        "add",
        "network-operators/D",
        "--organisation",
        "D",
        "--approved",
        "2024-05-03",
        "--network",
        "3003",
    ];
    assert!(edit(folder, &[&listed[..], &["--dry-run"]].concat()).contains("not kept"));
    assert_eq!(month(folder)["publication"]["changed"], false);

    assert!(
        edit(folder, &[&listed[..], &["--partner", "A registry"]].concat()).contains("kept as revision 1")
    );
    edit(
        folder,
        &[
            "add",
            "network-operators/B",
            "--organisation",
            "Bee",
            "--network",
            "3001",
            "--from",
            "2024-05-01",
            "--approved",
            "2020-01-01",
            "--conformance",
            "coordination=conformant",
        ],
    );
    edit(
        folder,
        &["add", "network-operators/E", "--organisation", "E", "--network", "3002", "--from", "2024-05-10"],
    );
    let second = month(folder);
    assert_eq!(second["publication"]["revision"], 2);
    assert_ne!(second["publication"]["generation"], first["publication"]["generation"]);
    // B is as the register has it; E has only applied; A is the list's, and its C is the D of the register: they have the
    // same networks. A has those of B, too, but the list tells the two apart.
    let rows = participants(folder);
    assert_eq!(names(&rows), "A Bee D");
    let told = second.to_string();
    assert!(told.contains("A (A of ") && told.contains("same networks as Bee (B of register)"), "{told}");
    assert_eq!((&rows[1]["asns"], &rows[1]["coordination"]), (&"3001".into(), &1.0.into()));
    assert_eq!(rows[2]["partners"], "A registry");

    // What holds only from June on changes nothing of May.
    edit(folder, &["remove", "network-operators/D", "--from", "2024-06-01"]);
    assert_eq!(month(folder)["publication"]["changed"], false);
    // What is put right of May makes another revision of it; who left is in no list's power.
    edit(folder, &["approve", "network-operators/E", "--on", "2024-05-31"]);
    edit(folder, &["remove", "network-operators/B", "--from", "2024-05-15"]);
    assert_eq!(month(folder)["publication"]["revision"], 3);
    assert_eq!(names(&participants(folder)), "A D E");

    // Everything that was edited can be told, and every state had again.
    let history = observatory(folder, &["participants", "history", "--json"]);
    let edits: Vec<Value> = history.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(edits.len(), 6);
    assert_eq!(edits[5]["old"]["organisation"], "Bee");
    assert!(edits.iter().all(|edit| edit["by"] == "secretariat" && edit["reason"] == "a test"));
    let of = |revision: &str| {
        let at = [
            "participants",
            "export",
            "--programme",
            "network-operators",
            "--as-of",
            "2024-05-31",
            "--revision",
            revision,
        ];
        observatory(folder, &at)
    };
    assert!(of("3").contains("Bee") && !of("6").contains("Bee"), "{}", of("3"));
    // What is exported is a list that can be read again.
    std::fs::write(folder.join("list.2024-05-31.json"), of("3")).unwrap();
    let read =
        edit(folder, &["import", "list.2024-05-31.json", "--programme", "network-operators", "--dry-run"]);
    assert!(read.contains("1 edit, not kept") && read.contains("added {\"organisation\":\"Bee\""), "{read}");
}
