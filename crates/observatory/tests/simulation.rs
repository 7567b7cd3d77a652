//! A framework tried out by `framework simulate` gives every network, economy and participant of the demonstration world
//! the very grade that `month` publishes under it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

fn observatory(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args(arguments)
        .env_remove("OBSERVATORY_CONFIG")
        .current_dir(folder)
        .output()
        .unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {error}");
    out.into_owned()
}

/// The world, published by the shipped frameworks.
fn world(folder: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args(["demo", "--listen", "127.0.0.1:0", "--keep"])
        .arg(folder)
        .env_remove("OBSERVATORY_CONFIG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(command.stdout.take().unwrap()).lines();
    let up = lines.any(|line| line.unwrap().starts_with("serving "));
    command.kill().unwrap();
    command.wait().unwrap();
    assert!(up, "the demonstration world never came up");
}

/// Lucky Star's part of Fenland's space is authorised: what was a hijack is a registered change of origin.
fn authorise(folder: &Path) {
    for entry in std::fs::read_dir(folder.join("world")).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_string_lossy().starts_with("rpki-") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let list = "\"roas\": [\n";
        assert!(text.contains(list), "{}", path.display());
        let roa = r#"{ "asn": "AS64535", "prefix": "198.18.101.0/24", "maxLength": 24, "ta": "apnic" }"#;
        std::fs::write(&path, text.replacen(list, &format!("{list}    {roa},\n"), 1)).unwrap();
    }
}

/// A draft that differs from 2024-01 in every kind of rule that a grade depends on.
fn draft() -> String {
    let (_, text) = measure::framework::shipped().iter().find(|(id, _)| *id == "2024-01").unwrap();
    let (rules, _) = text.split_once("[[example]]").unwrap();
    let mut draft = rules.to_owned();
    let m6 = "code = \"M6\"\naction = 4\ntitle = \"Routing policy\"\n";
    for (from, to) in [
        ("id = \"2024-01\"", "id = \"2026-01\""),
        ("status = \"current\"", "status = \"draft\""),
        ("bogons = \"full\"", "bogons = \"any\""),
        ("below_seconds = 1800, count = 0.5", "below_seconds = 7200, count = 0.25"),
        ("beyond_plus = 1.0", "beyond_plus = 3.0"),
        ("weights = [0.5, 0.25, 0.125", "weights = [0.8, 0.4, 0.2"),
        ("exponent = 0.5", "exponent = 0.7"),
        ("combine = \"mean\"\ncomponents = [[\"M2\"", "combine = \"min\"\ncomponents = [[\"M2\""),
        ("ready = { at_least = 0.80 }", "ready = { at_least = 0.75 }"),
        ("aspiring = { at_least = 0.60 }", "aspiring = { above = 0.30 }"),
        ("received = [\"routed\", \"private\"]", "received = [\"private\"]"),
        ("registered = [\"exact\", \"covered\"]", "registered = [\"exact\"]"),
        ("invalid_factor = 10", "invalid_factor = 2"),
        ("peers_min = 2", "peers_min = 3"),
        ("dismissed_by = [\"rpki\", \"irr\"]", "dismissed_by = [\"irr\"]"),
        (
            "excluded = [\"bogon\", \"as-set origin\", \"artefact\", \"forged origin\"]",
            "excluded = [\"as-set origin\"]",
        ),
        ("seen_seconds_min = 0", "seen_seconds_min = 864000"),
        ("ipv4 = { min = 8, max = 24 }", "ipv4 = { min = 8, max = 23 }"),
        ("participant = \"mean\"", "participant = \"min\""),
    ] {
        assert!(draft.contains(from), "{from}");
        draft = draft.replace(from, to);
    }
    assert!(draft.contains(m6));
    draft + "[[example]]\ntitle = \"Nothing counted\"\nkind = \"curve\"\nraw = 0.0\ngives = 1.0\n"
}

/// Score and grade by subject and score, as `simulate` gives them: `before` and `after`.
type Standings = BTreeMap<(String, String), (Option<f64>, Option<String>)>;

fn simulated(folder: &Path, before: &str, after: &str, month: &str) -> (Standings, usize) {
    let arguments =
        ["framework", "simulate", before, after, "--months", month, "--all", "--format", "ndjson"];
    let (mut all, mut changed) = (Standings::new(), 0);
    for line in observatory(folder, &arguments).lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| row[key].as_str().map(str::to_owned);
        let key =
            (format!("{} {}", row["scope"].as_str().unwrap(), text("id").unwrap()), text("score").unwrap());
        changed += usize::from(row["before_grade"] != row["after_grade"]);
        if row["after_unknown"].as_str().is_some_and(|why| why.contains("has no such score")) {
            continue;
        }
        all.insert(key, (row["after"].as_f64(), text("after_grade")));
    }
    (all, changed)
}

/// The same, as `month` published it.
fn published(folder: &Path, framework: &str, month: &str) -> Standings {
    let url = format!("sqlite:{}?mode=rw", folder.join("data/store.sqlite").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = store::Store::open(&url).await.unwrap();
        let (id, _) = store.current(month).await.unwrap().unwrap();
        let mut all = Standings::new();
        for row in store.readiness_of_all(id, framework, -1, i64::MAX).await.unwrap() {
            for score in row.scores {
                all.insert((format!("network AS{}", row.asn), score.key), (score.score, score.grade));
            }
        }
        for row in store.aggregates(id, framework, "economy").await.unwrap() {
            for score in row.scores {
                let rule = measure::framework::load("2024-01").unwrap();
                assert!(rule.scores.iter().any(|known| known.key.as_str() == score.key));
                all.insert((format!("economy {}", row.area), score.key), (score.mean, None));
            }
        }
        for row in store.participants(id).await.unwrap() {
            for score in row.scores.get(framework).into_iter().flatten() {
                let subject = format!("participant {}/{}", row.programme, row.id);
                all.insert((subject, score.key.clone()), (score.score, score.grade.clone()));
            }
        }
        all
    })
}

fn compare(simulated: &Standings, published: &Standings, what: &str) {
    let keys = |all: &Standings| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(simulated), keys(published), "{what}");
    for (key, (score, grade)) in published {
        let (tried, tried_grade) = &simulated[key];
        assert_eq!(tried, score, "{what}: {key:?}");
        // Of an economy only the pooled score is published; its grade is the pages' own.
        if !key.0.starts_with("economy ") {
            assert_eq!(tried_grade, grade, "{what}: {key:?}");
        }
    }
}

#[test]
fn trying_a_framework_out_equals_computing_the_month_by_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("w");
    world(&folder);
    authorise(&folder);
    observatory(&folder, &["month", "2024-05", "--quiet"]);
    let (shipped, _) = simulated(&folder, "2024-01", "2022-10", "2024-05");
    compare(&shipped, &published(&folder, "2022-10", "2024-05"), "2022-10");
    let (same, changed) = simulated(&folder, "2024-01", "2024-01", "2024-05");
    compare(&same, &published(&folder, "2024-01", "2024-05"), "2024-01");
    assert_eq!(changed, 0, "a framework against itself changes nothing");
    // What the RPKI authorises counts where it dismisses nothing.
    let filtering = |all: &Standings| all[&("network AS64535".to_owned(), "filtering".to_owned())].0;
    assert_eq!(filtering(&same), Some(1.0));
    assert!(filtering(&shipped).is_some_and(|score| score < 0.9), "{:?}", filtering(&shipped));
    let said = observatory(&folder, &["explain", "AS64535", "--month", "2024-05"]);
    for words in ["2024-01 lets the RPKI dismiss it", "2022-10, which does not let the RPKI dismiss it"] {
        assert!(said.contains(words), "{said}");
    }

    std::fs::write(folder.join("draft.toml"), draft()).unwrap();
    observatory(&folder, &["framework", "check", "draft.toml"]);
    let said = observatory(&folder, &["framework", "diff", "2024-01", "draft.toml"]);
    assert!(said.contains("Action 1: filtering, ready: 0.8 and more → 0.75 and more."), "{said}");
    let (tried, changed) = simulated(&folder, "2024-01", "draft.toml", "2024-05");
    assert!(changed > 5, "{changed} standings change");
    let config = std::fs::read_to_string(folder.join("observatory.toml")).unwrap();
    let config = config.replace("[\"2024-01\", \"2022-10\", \"2018-06\"]", "[\"2024-01\", \"draft.toml\"]");
    std::fs::write(folder.join("observatory.toml"), config).unwrap();
    observatory(&folder, &["month", "2024-05", "--quiet"]);
    compare(&tried, &published(&folder, "2026-01", "2024-05"), "the draft");
    // Graded by the draft and not by 2022-10, the month can be graded by 2022-10 all the same.
    let (again, _) = simulated(&folder, "2024-01", "2022-10", "2024-05");
    assert_eq!(again, shipped);
}

#[test]
fn a_changed_threshold_changes_exactly_the_grades_it_should() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("w");
    world(&folder);
    let (_, text) = measure::framework::shipped().iter().find(|(id, _)| *id == "2024-01").unwrap();
    let (rules, _) = text.split_once("[[example]]").unwrap();
    let example = "[[example]]\ntitle = \"Nothing counted\"\nkind = \"curve\"\nraw = 0.0\ngives = 1.0\n";
    let key = rules.find("key = \"routing_information_rpki\"").unwrap();
    let raised = rules[key..].replacen("ready = { at_least = 0.90 }", "ready = { at_least = 0.95 }", 1);
    std::fs::write(folder.join("raised.toml"), format!("{}{raised}{example}", &rules[..key])).unwrap();
    let (after, _) = simulated(&folder, "2024-01", "raised.toml", "2024-05");
    let before = simulated(&folder, "2024-01", "2024-01", "2024-05").0;
    let mut lowered = 0;
    for (key, (score, grade)) in &before {
        let should = key.1 == "routing_information_rpki" && score.is_some_and(|s| (0.90..0.95).contains(&s));
        let expected = if should { Some("aspiring".to_owned()) } else { grade.clone() };
        assert_eq!(after[key], (*score, expected), "{key:?}");
        lowered += usize::from(should);
    }
    eprintln!("{lowered} of {} standings lowered by a threshold of 0.95", before.len());
}
