//! Every published value of the original calculator, from the events published with it.

use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use measure::framework;
use measure::published::{self, GivenMonth};

const FIELDS: [&str; 8] = ["m1", "m1c", "m2", "m2c", "m3", "m6", "m7irr", "m8"];

fn data(path: &str) -> Option<String> {
    let file =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/manrs-2018")).join(path);
    let Ok(bytes) = std::fs::read(&file) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing", file.display());
        eprintln!("SKIPPED: {} is missing", file.display());
        return None;
    };
    let mut text = String::new();
    GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    Some(text)
}

/// The published text of a top-level field.
fn text_of<'l>(line: &'l str, field: &str) -> &'l str {
    let name = format!("\"{field}\":");
    let mut found = line.match_indices(&name);
    let (at, _) = found.next().unwrap_or_else(|| panic!("{field} in {line}"));
    assert_eq!(found.next(), None, "{field} stands twice");
    let rest = line[at + name.len()..].trim_start();
    &rest[..rest.find([',', '}']).unwrap()]
}

#[test]
fn every_published_value_is_reproduced() {
    let framework = framework::load("2018-06").unwrap();
    for (file, non_zero) in [("2018-04.jsonl.gz", NON_ZERO_APRIL), ("2018-05.jsonl.gz", NON_ZERO_MAY)] {
        let Some(lines) = data(file) else { continue };
        let (mut values, mut incident_values) = (0, 0);
        for line in lines.lines() {
            let given: GivenMonth = serde_json::from_str(line).unwrap();
            let ours = serde_json::to_string(&published::measure(&framework, &given).unwrap()).unwrap();
            for field in FIELDS {
                let (expected, ours) = (text_of(line, field), text_of(&ours, field));
                assert_eq!(ours, expected, "{file} AS{} {field} as text", given.asn);
                assert_eq!(ours.parse::<f64>(), expected.parse::<f64>(), "{file} AS{} {field}", given.asn);
                values += 1;
                incident_values += u32::from(
                    field.starts_with(['m']) && !["m6", "m7irr", "m8"].contains(&field) && ours != "0.0",
                );
            }
        }
        assert_eq!((values, incident_values), (183 * 8, non_zero), "{file}");
        eprintln!(
            "{file}: {values} values, {incident_values} of them non-zero counts of incidents, 0 differences"
        );
    }
}

const NON_ZERO_APRIL: u32 = 18;
const NON_ZERO_MAY: u32 = 22;
