//! Published scores of the original: its export of October 2022 and its answers of October 2023.

use std::io::{BufReader, Read};
use std::path::PathBuf;

use measure::framework::{self, Grade, ScoreKey};
use programme::foreign::{ForeignFile, Subject, parse};
use reference::{Parsed, ReadError};
use routing::{Asn, FaultCounts};

/// A file of the public data, unpacked.
fn data(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    let Ok(octets) = std::fs::read(&path) else {
        assert!(std::env::var("CI").is_err(), "{} is missing", path.display());
        eprintln!("SKIPPED: {} is missing", path.display());
        return None;
    };
    if !name.ends_with(".gz") {
        return Some(octets);
    }
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(&octets[..]).read_to_end(&mut text).unwrap();
    Some(text)
}

const EXPORT: &str = "manrs-2022/observatory-export-2022-10-lacnic.csv.gz";

fn read(text: &[u8]) -> (Parsed<ForeignFile>, FaultCounts) {
    let mut faults = FaultCounts::default();
    let parsed = parse(BufReader::new(text), &mut faults).unwrap();
    (parsed, faults)
}

#[test]
fn every_network_of_the_export_is_read() {
    let Some(text) = data(EXPORT) else { return };
    let (parsed, faults) = read(&text);
    assert_eq!((parsed.records, faults.total(), parsed.complete), (11_645, 0, true));
    assert_eq!((parsed.content.decimals, parsed.stated), (Some(2), None));
    let first = &parsed.content.rows[0];
    assert_eq!(
        (&first.subject, first.name.as_str()),
        (&Subject::Network(Asn(278)), "Universidad Nacional Autonoma de Mexico")
    );
    let values: Vec<Option<f64>> = first.scores.iter().map(|score| score.value).collect();
    assert_eq!(values, [Some(1.0), Some(0.36), Some(1.0), Some(0.99), Some(0.67)]);
    // Every cell is there again: five columns, those without data too.
    let cells: usize = parsed.content.rows.iter().map(|row| row.scores.len()).sum();
    let with_data =
        parsed.content.rows.iter().flat_map(|row| &row.scores).filter(|s| s.value.is_some()).count();
    let lines = String::from_utf8(text).unwrap();
    let numbers: usize = lines
        .lines()
        .skip(1)
        .map(|line| line.rsplitn(6, ',').take(5).filter(|c| !c.is_empty()).count())
        .sum();
    assert_eq!((cells, with_data), (5 * 11_645, numbers));
}

#[test]
fn every_answer_of_2023_is_read() {
    for (name, programme, participants, scores, stated) in [
        ("netops-half", "network-operators", 533, 1783, Some("2023-10-01")),
        ("ixp", "ixps", 122, 0, None),
        ("cdn", "cdns-and-clouds", 27, 0, None),
        ("vendors", "equipment-vendors", 6, 0, None),
    ] {
        let Some(text) = data(&format!("manrs-2023/{name}.json")) else { return };
        let (parsed, faults) = read(&text);
        assert_eq!((parsed.records, faults.total(), parsed.complete), (participants, 0, true), "{name}");
        let day = parsed.stated.map(|at| at.date().to_string());
        assert_eq!((parsed.content.decimals, day.as_deref()), (None, stated), "{name}");
        let of_programme =
            |s: &Subject| matches!(s, Subject::Participant { programme: p, .. } if p == programme);
        assert!(
            parsed.content.rows.iter().all(|row| of_programme(&row.subject) && !row.stated.is_empty()),
            "{name}"
        );
        let all: usize = parsed.content.rows.iter().map(|row| row.scores.len()).sum();
        assert_eq!(all, scores, "{name}");
    }
}

/// Our thresholds, of every framework that states grades for it, give the severity they gave: 1,783 of 1,783.
#[test]
fn severities_of_2023_follow_from_their_values() {
    let Some(text) = data("manrs-2023/netops-half.json") else { return };
    let (parsed, _) = read(&text);
    for (id, wanted) in [("2024-01", (1548, 235, 0)), ("2022-10", (1548, 235, 0))] {
        let framework = framework::load(id).unwrap();
        let (mut same, mut without, mut other) = (0, 0, Vec::new());
        for row in &parsed.content.rows {
            for score in &row.scores {
                let ours = score.value.map(|value| framework.score(score.key).unwrap().grades.grade(value));
                match (ours, score.severity) {
                    (None, None) => without += 1,
                    (ours, theirs) if ours == theirs => same += 1,
                    (ours, theirs) => other
                        .push(format!("{} {} {:?} {ours:?} {theirs:?}", row.name, score.key, score.value)),
                }
            }
        }
        assert_eq!((same, without, other.len()), wanted, "{id}: {other:?}");
    }
}

/// The export states no grade. Graded by the two versions whose thresholds are of its time, its values make the same
/// grades; so many lie so near a bound that their rounding to two decimals leaves the grade open.
#[test]
fn scores_of_2022_are_graded_alike_by_both_versions() {
    let Some(text) = data(EXPORT) else { return };
    let (parsed, _) = read(&text);
    let [then, now] = ["2022-10", "2024-01"].map(|id| framework::load(id).unwrap());
    let mut table = String::new();
    for key in ScoreKey::ALL {
        let rule = now.score(*key).unwrap();
        let (mut counts, mut open, mut differ) = ([0; 4], 0, 0);
        for row in &parsed.content.rows {
            let Some(value) = row.scores.iter().find(|s| s.key == *key).and_then(|s| s.value) else {
                counts[3] += 1;
                continue;
            };
            let grade = rule.grades.grade(value);
            counts[Grade::ALL.iter().position(|g| *g == grade).unwrap()] += 1;
            differ += usize::from(then.score(*key).unwrap().grades.grade(value) != grade);
            let around = [(value - 0.005).max(0.0), (value + 0.005).min(1.0)];
            open += usize::from(around.iter().any(|v| rule.grades.grade(*v) != grade));
        }
        table.push_str(&format!("{key} {counts:?} open {open} differ {differ}\n"));
    }
    // Contacts are there or not: a network's score is 1 or 0, and no value between was rounded up.
    assert_eq!(
        table,
        "filtering [11620, 20, 5, 0] open 3 differ 0\n\
         anti_spoofing [93, 0, 34, 11518] open 0 differ 0\n\
         coordination [6010, 0, 5635, 0] open 6010 differ 0\n\
         routing_information_irr [10441, 467, 737, 0] open 121 differ 0\n\
         routing_information_rpki [3131, 328, 8186, 0] open 61 differ 0\n"
    );
}

fn export(rows: &str) -> (Parsed<ForeignFile>, Vec<(&'static str, u64)>) {
    let text = format!("ASN,Holder,Country,Filtering,Coordination\n{rows}");
    let (parsed, faults) = read(text.as_bytes());
    let told = faults.first().iter().map(|fault| (fault.kind.code, fault.at)).collect();
    (parsed, told)
}

#[test]
fn garbage_rows_are_reported_and_never_dropped_in_silence() {
    let (parsed, faults) = export(
        "64496,A,NL,1,0.5\nx,B,NL,1,1\n64497,C,NL,1\n64498,D,NL,1.01,1\n64499,E,NL,-0,nan\n64496,F,NL,0,0\n64500,\"G, H\",NL,,1e0\n",
    );
    assert_eq!(
        faults,
        [
            ("bad-asn", 3),
            ("wrong-columns", 4),
            ("bad-score", 5),
            ("bad-score", 6),
            ("bad-score", 6),
            ("subject-repeated", 7),
            ("bad-score", 8),
        ]
    );
    let read: Vec<(String, Vec<Option<f64>>)> = parsed
        .content
        .rows
        .iter()
        .map(|row| (row.subject.to_string(), row.scores.iter().map(|score| score.value).collect()))
        .collect();
    assert_eq!(
        read,
        [
            ("AS64496".to_owned(), vec![Some(1.0), Some(0.5)]),
            ("AS64498".to_owned(), vec![Some(1.0)]),
            ("AS64499".to_owned(), vec![]),
            ("AS64500".to_owned(), vec![None]),
        ]
    );
    assert_eq!((parsed.content.decimals, parsed.content.rows[3].name.as_str()), (Some(1), "G, H"));
}

#[test]
fn answers_that_contradict_themselves_are_reported() {
    let with = |score: &str| {
        let text = format!(
            r#"{{"participants":[{{"id":1,"name":"One","ASNs":[64496,-1],"coordination":{{"conformance":"conformant","score":{score}}}}},{{"id":1,"name":"Again","coordination":{{"conformance":"perhaps"}}}},{{"id":2,"name":" "}}]}}"#
        );
        let (parsed, faults) = read(text.as_bytes());
        let codes: Vec<&str> = faults.first().iter().map(|fault| fault.kind.code).collect();
        (parsed.content.rows[0].scores.len(), codes.join(" "))
    };
    let rest = "unknown-conformance json-element json-element";
    assert_eq!(with(r#"{"value":1,"severity":"ready"}"#), (1, format!("bad-asn {rest}")));
    assert_eq!(with(r#"{"value":null,"severity":"no-data"}"#), (1, format!("bad-asn {rest}")));
    for wrong in [
        r#"{"value":null,"severity":"ready"}"#,
        r#"{"value":1,"severity":"no-data"}"#,
        r#"{"value":1.5,"severity":"ready"}"#,
        r#"{"value":"1","severity":"ready"}"#,
        r#"{"value":1,"severity":"best"}"#,
        r#"{"value":1}"#,
        "0.5",
    ] {
        assert_eq!(with(wrong), (0, format!("bad-asn bad-score {rest}")), "{wrong}");
    }
}

#[test]
fn what_is_no_such_file_is_refused() {
    for text in [
        "",
        "<html>",
        "a,b\n1,2\n",
        "ASN,Holder\n1,x\n",
        "{}",
        r#"{"participants":[]}"#,
        "{\"participants\":[{\"id\":1}]}",
    ] {
        let refused = parse(BufReader::new(text.as_bytes()), &mut FaultCounts::default());
        assert!(matches!(refused, Err(ReadError::NotThisFormat { .. })), "{text}");
    }
    let (parsed, faults) =
        read(br#"{"participants":[{"id":1,"name":"One","tools":"pending","prevent":"conformant"},{"#);
    assert_eq!((parsed.complete, faults.first()[0].kind.code), (false, "json-broken"));
}
