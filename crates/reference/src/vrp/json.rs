use std::io::BufRead;

use routing::{FaultCounts, Timestamp};
use serde_json::Value;

use super::parse::Fields;
use super::{TrustAnchor, Vrp};
use crate::fault;
use crate::json::{Take, seconds, walk};
use crate::parsed::{Parsed, ReadError, Tally};

const EXPECTED: &str = "a list of VRPs";

const WANTED: &[(&str, Take)] = &[
    ("metadata", Take::Whole),
    ("roas", Take::Each),
    ("slurmVersion", Take::Whole),
    ("locallyAddedAssertions", Take::Inside),
    ("prefixAssertions", Take::Each),
];

/// Routinator's `json` and `jsonext`, rpki-client's and RIPE's JSON, SLURM. `before`: lines already passed.
pub(super) fn parse(
    input: impl BufRead,
    before: u64,
    faults: &mut FaultCounts,
) -> Result<Parsed<Vec<Vrp>>, ReadError> {
    let (mut vrps, mut stated, mut tally) = (Vec::new(), None, Tally::default());
    let end = walk(input, before + 1, WANTED, &mut |piece| match piece.member {
        "metadata" => {
            stated = stated_in(&piece.value);
        }
        "slurmVersion" => {}
        _ => match element(&piece.value) {
            Ok(vrp) => {
                tally.accepted += 1;
                vrps.push(vrp);
            }
            Err((kind, detail)) => {
                tally.refuse(&detail);
                fault::push(faults, kind, piece.line, &detail);
            }
        },
    })?;
    let complete = end.report(faults, &mut tally);
    tally.check(EXPECTED)?;
    let format = match (end.has("slurmVersion"), end.has("roas") || end.has("metadata")) {
        (true, _) => "slurm",
        (false, true) => "json",
        (false, false) => {
            return Err(ReadError::NotThisFormat { expected: EXPECTED, found: "JSON without `roas`".into() });
        }
    };
    Ok(Parsed { records: tally.accepted, content: vrps, stated, format, complete })
}

/// `generatedTime` (routinator), `buildtime` (rpki-client), or Unix seconds in `generated`.
fn stated_in(metadata: &Value) -> Option<Timestamp> {
    let text = ["generatedTime", "buildtime"].iter().find_map(|name| metadata.get(name)?.as_str());
    match text {
        Some(text) => text.parse().ok(),
        None => metadata.get("generated").and_then(seconds),
    }
}

fn element(value: &Value) -> Result<Vrp, (routing::FaultKind, String)> {
    let number_or_text = |name: &str| match value.get(name) {
        None | Some(Value::Null) => Some(String::new()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(n)) => n.as_u64().map(|n| n.to_string()),
        Some(_) => None,
    };
    let lacks = |name: &str| (fault::JSON_ELEMENT, format!("`{name}` in {}", cut(value)));
    let asn = number_or_text("asn").filter(|t| !t.is_empty()).ok_or_else(|| lacks("asn"))?;
    let prefix = value.get("prefix").and_then(Value::as_str).ok_or_else(|| lacks("prefix"))?;
    let max_name = if value.get("maxLength").is_some() { "maxLength" } else { "maxPrefixLength" };
    let max_length = number_or_text(max_name).ok_or_else(|| lacks(max_name))?;
    let trust_anchor = match value.get("ta").and_then(Value::as_str) {
        Some(name) => TrustAnchor::from_name(name),
        None => value
            .get("source")
            .and_then(|s| s.get(0)?.get("tal")?.as_str())
            .map_or(TrustAnchor::NotSaid, TrustAnchor::from_name),
    };
    Fields { asn: &asn, prefix, max_length: &max_length, trust_anchor }.read()
}

fn cut(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}
