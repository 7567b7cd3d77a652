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

#[test]
fn what_is_left_out_and_what_cannot_be_read_is_told() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events");
    let from = data.join("incidents/hijack-observations");
    let copy = |name: &str, to: &str| {
        std::fs::create_dir_all(events.join(to)).unwrap();
        for file in std::fs::read_dir(from.join(name)).unwrap().map(|file| file.unwrap()) {
            std::fs::copy(file.path(), events.join(to).join(file.file_name())).unwrap();
        }
    };
    copy("e03", "e03");
    copy("e01", "unlabelled");
    std::fs::create_dir(events.join("empty")).unwrap();
    std::fs::write(events.join("e03/rrc99.updates.mrt.gz"), "<html>404</html>").unwrap();
    let labels: serde_json::Value =
        serde_json::from_slice(&std::fs::read(data.join("incidents/hijack-labels.json")).unwrap()).unwrap();
    let mut label = labels["e03"].clone();
    label["hijack_as"] = "203959,64501,?".into();
    let labels = serde_json::json!({"e03": label, "empty": labels["e03"], "ghost": labels["e03"]});
    let named = folder.path().join("labels.json");
    std::fs::write(&named, labels.to_string()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"));
    command.arg("evaluate").arg("--events").arg(&events).arg("--labels").arg(&named);
    let output = command.arg("--verdicts").arg(folder.path().join("v.ndjson")).output().unwrap();
    let (figures, told) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(3), "{told}");
    for line in [
        "folders without a label, left out          1: unlabelled",
        "labels without a folder, left out          1: ghost",
        "culprits of origin changes  right 1 of 1",
        "labelled origin_change by AS203959 or AS64501",
        "recall over all                            1 of 2",
    ] {
        assert!(figures.contains(line), "{line}\n{figures}");
    }
    for line in [
        "rrc99.updates.mrt.gz: no record",
        "empty holds no MRT file",
        "label e03: hijack_as: `?` is no AS number",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
}

/// The records of an MRT file.
fn records(mrt: &[u8]) -> Vec<&[u8]> {
    let (mut rest, mut records) = (mrt, Vec::new());
    while let Some(length) = rest.get(8..12) {
        let (record, behind) = rest.split_at(12 + u32::from_be_bytes(length.try_into().unwrap()) as usize);
        records.push(record);
        rest = behind;
    }
    records
}

#[test]
fn a_recording_is_the_same_in_one_file_and_in_several() {
    use std::io::Read;

    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let verdicts = |name: &str, pieces: Option<usize>| {
        let own = folder.path().join(name).join("e03");
        std::fs::create_dir_all(&own).unwrap();
        for file in std::fs::read_dir(data.join("incidents/hijack-observations/e03")).unwrap() {
            let file = file.unwrap();
            let called = file.file_name().into_string().unwrap();
            let (mut mrt, packed) = (Vec::new(), std::fs::read(file.path()).unwrap());
            flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut mrt).unwrap();
            let Some(pieces) = pieces.filter(|_| called.contains(".updates.")) else {
                std::fs::write(own.join(called), packed).unwrap();
                continue;
            };
            let records = records(&mrt);
            for (i, piece) in records.chunks(records.len().div_ceil(pieces)).enumerate() {
                std::fs::write(own.join(called.replace(".mrt.gz", &format!(".{i}.mrt"))), piece.concat())
                    .unwrap();
            }
        }
        let labels = data.join("incidents/hijack-labels.json");
        let out = folder.path().join(format!("{name}.ndjson"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"));
        command.arg("evaluate").arg("--events").arg(folder.path().join(name)).arg("--labels").arg(labels);
        assert!(command.arg("--verdicts").arg(&out).output().unwrap().status.success());
        std::fs::read_to_string(out).unwrap()
    };
    let whole = verdicts("whole", None);
    assert!(whole.contains("\"culprit\":203959"), "{whole}");
    // One collector's updates begin before its table and go on after it.
    for pieces in [2, 3, 1_000] {
        assert_eq!(verdicts(&format!("in-{pieces}"), Some(pieces)), whole, "{pieces}");
    }
}
