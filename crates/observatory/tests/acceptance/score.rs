//! The published months of the original calculator, through the command line.

use std::path::Path;

use crate::world::{DATA, World, has_data, observatory, real, run};

const FIELDS: [&str; 10] = ["asn", "month", "m1", "m1c", "m2", "m2c", "m3", "m6", "m7irr", "m8"];

/// The published text of a top-level field, so that `1`, `1.0` and `true` differ.
fn text_of<'l>(line: &'l str, field: &str) -> &'l str {
    let name = format!("\"{field}\":");
    let at = line.find(&name).unwrap_or_else(|| panic!("{field} in {line}")) + name.len();
    let rest = line[at..].trim_start();
    &rest[..rest.find([',', '}']).unwrap()]
}

#[test]
fn every_published_value_of_two_months() {
    if !has_data() {
        return;
    }
    for month in ["2018-04", "2018-05"] {
        let path = Path::new(DATA).join(format!("manrs-2018/{month}.jsonl.gz"));
        let args =
            ["score", "--framework", "2018-06", "--events", path.to_str().unwrap(), "--format", "ndjson"];
        let ran = run(observatory(&args)).ok();
        assert_eq!(ran.err, "");
        let published = String::from_utf8(real(&format!("manrs-2018/{month}.jsonl.gz"))).unwrap();
        assert_eq!((ran.text().lines().count(), published.lines().count()), (183, 183));
        for (ours, theirs) in ran.text().lines().zip(published.lines()) {
            let keys: serde_json::Map<String, serde_json::Value> = serde_json::from_str(ours).unwrap();
            assert_eq!(keys.keys().collect::<Vec<_>>(), FIELDS);
            for field in FIELDS {
                assert_eq!(text_of(ours, field), text_of(theirs, field), "{month} {field}: {theirs}");
            }
        }
    }
}

#[test]
fn m3_comes_from_daily_reports_too() {
    if !has_data() {
        return;
    }
    let folder = Path::new(DATA).join("manrs-2018");
    let reports = folder.join("cidr");
    for (month, asns) in [("2018-04", ["2.0", "7.0"]), ("2018-05", ["31.0", "31.0"])] {
        let path = folder.join(format!("{month}.jsonl.gz"));
        let (path, reports) = (path.to_str().unwrap(), reports.to_str().unwrap());
        let args = ["score", "--framework", "2018-06", "--events", path, "--cidr", reports];
        let ran = run(observatory(&args)).ok();
        let published = String::from_utf8(real(&format!("manrs-2018/{month}.jsonl.gz"))).unwrap();
        for (ours, theirs) in ran.text().lines().zip(published.lines()) {
            assert_eq!(text_of(ours, "m3"), text_of(theirs, "m3"), "{month}: {theirs}");
        }
        for (asn, m3) in ["174", "3549"].into_iter().zip(asns) {
            let line = ran.text().lines().find(|line| text_of(line, "asn") == asn).unwrap().to_owned();
            assert_eq!(text_of(&line, "m3"), m3, "{line}");
        }
        // Reports name what registries keep back: since 2024-01 only full bogons count.
        let ran =
            run(observatory(&["score", "--framework", "2024-01", "--events", path, "--cidr", reports])).ok();
        let line = ran.text().lines().find(|line| text_of(line, "asn") == "174").unwrap().to_owned();
        assert_eq!(text_of(&line, "m3"), "0.0", "{line}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let world = World::new("");
    let good = "{\"asn\": 1, \"month\": \"2018-05\"}\n";
    world.write("events.jsonl", format!("{good}{{\"asn\": 2, \"month\": \"2018-05\", \"m1_data\": 3}}\n"));
    let ran = world.run(&["score", "--framework", "2018-06", "--events", "events.jsonl"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.starts_with("error: events.jsonl, line 2, column "), "{}", ran.err);
    assert_eq!(ran.text().lines().count(), 1, "what came before is printed");
    let ran = world.run(&["score", "--framework", "2018-07", "--events", "events.jsonl"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("2018-06") && ran.err.contains("2024-01"), "{}", ran.err);
    let ran = world.run(&["score", "--framework", "2018-06", "--events", "none.jsonl"]);
    assert_eq!((ran.code, ran.err.contains("none.jsonl")), (Some(1), true), "{}", ran.err);
}
