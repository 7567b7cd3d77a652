//! `observatory evaluate` on the labelled events.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The labelled events, if they are there.
fn data() -> Option<PathBuf> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    if data.join("incidents/hijack-observations").is_dir() {
        return Some(data.to_owned());
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{} is missing", data.display());
    eprintln!("SKIPPED: {} is missing", data.display());
    None
}

fn evaluate(data: &Path, history: &[&str]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let verdicts = folder.path().join("verdicts.ndjson");
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"));
    command.arg("evaluate").arg("--events").arg(data.join("incidents/hijack-observations"));
    command.arg("--labels").arg(data.join("incidents/hijack-labels.json")).arg("--verdicts").arg(&verdicts);
    if !history.is_empty() {
        command.arg("--history").args(history.iter().map(|file| data.join(file)));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).unwrap(), std::fs::read_to_string(verdicts).unwrap())
}

const HISTORY: [&str; 4] = [
    "world-2014/20140101.as-rel.txt.bz2",
    "world-2014/ipasn_20140513.dat.gz",
    "world-2016/20160101.as-rel.txt.bz2",
    "world-2016/ipasn6_20151101.dat.gz",
];

#[test]
fn nobody_innocent_is_blamed_and_no_artefact_is_an_incident() {
    let Some(data) = data() else { return };
    for history in [&[][..], &HISTORY] {
        let (figures, verdicts) = evaluate(&data, history);
        let figure = |name: &str| {
            let line = figures.lines().find(|line| line.starts_with(name)).expect(name);
            line[name.len()..].trim().to_owned()
        };
        assert_eq!(figure("artefacts called incidents"), "0", "{figures}");
        assert_eq!(figure("innocents blamed"), "0", "{figures}");
        assert!(figure("precision").contains("100.0 %"), "{figures}");
        let changes = figures.lines().find(|l| l.starts_with("culprits of origin changes")).unwrap();
        assert!(changes.contains("right 3 of 3") && changes.contains("wrong 0"), "{figures}");
        assert!(verdicts.lines().count() >= 8);
        for line in verdicts.lines() {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(event["tree"]["fired"].as_array().is_some_and(|fired| !fired.is_empty()), "{line}");
        }
    }
}

/// `N` of the row of a kind: incident, benign, undecided, nothing.
fn row(figures: &str, kind: &str) -> Vec<usize> {
    let line = figures.lines().find(|line| line.split_whitespace().next() == Some(kind)).expect(kind);
    line.split_whitespace().skip(2).map_while(|word| word.parse().ok()).take(4).collect()
}

#[test]
fn planted_events_are_judged_by_what_is_given() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let planted = folder.path().join("planted");
    let table = data.join("world-2014/routeviews.route-views.jinx.ribs.1401487200.bz2");
    let relationships = data.join("world-2014/20140101.as-rel.txt.bz2");
    let observatory = || Command::new(env!("CARGO_BIN_EXE_observatory"));
    let kinds = "hijack,impersonated,forged_1,forged_2,anycast,leak_1,leak_6,prepend";
    let mut inject = observatory();
    inject
        .args(["inject", "--quiet", "--seed", "1", "--count", "48", "--kinds", kinds, "--layout", "folders"]);
    inject.arg("--table").arg(&table).arg("--relationships").arg(&relationships).arg("--out").arg(&planted);
    let output = inject.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let evaluate = |extra: &[&Path]| {
        let mut command = observatory();
        command.arg("evaluate").arg("--events").arg(&planted);
        command.arg("--labels").arg(planted.join("labels.json"));
        command.arg("--verdicts").arg(folder.path().join("verdicts.ndjson"));
        command.arg("--history").args([&table, &relationships]).args(extra);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let (without, vrps) = (evaluate(&[]), planted.join("vrps.2014-05-30.csv"));
    let with = evaluate(&[Path::new("--vrps"), &vrps]);
    for figures in [&without, &with] {
        assert!(figures.contains("innocents blamed                           0\n"), "{figures}");
        assert_eq!((row(figures, "hijack")[0], row(figures, "impersonated")[0]), (6, 6), "{figures}");
        assert_eq!(row(figures, "prepend"), [0, 6, 0, 0], "{figures}");
        assert!(row(figures, "leak_1")[0] >= 5, "{figures}");
    }
    // Who may announce what stands in the VRPs alone.
    assert_eq!((row(&without, "anycast")[0], row(&with, "anycast")), (6, vec![0, 6, 0, 0]));
    assert_eq!((row(&without, "leak_6")[0], row(&with, "leak_6")[0]), (0, 6), "{with}");
}

#[test]
fn what_is_newer_than_an_event_judges_none() {
    let Some(data) = data() else { return };
    let (_, before) = evaluate(&data, &[]);
    let (_, after) = evaluate(&data, &["world-2022/20220301.as-rel.txt.bz2"]);
    assert_eq!(before, after);
}
