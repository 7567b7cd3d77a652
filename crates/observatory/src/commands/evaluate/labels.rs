//! What others say the events were.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use detect::Verdict;
use detect::misorigination::is_near_miss;
use routing::{Asn, Prefix, Timestamp};
use serde_json::Value;

/// One labelled event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// What kind of event it is said to be.
    pub category: String,
    /// The row of the table it is counted in: the kind, where the label names one, else the category.
    pub kind: String,
    /// What it is to be called.
    pub expected: Verdict,
    /// The reason code that planted labels expect.
    pub reason: Option<String>,
    /// Whether anybody could know.
    pub decidable: bool,
    /// Who did it.
    pub culprit: Option<Asn>,
    /// Whose routes were taken, whose name was borrowed, and whoever else is not to blame.
    pub innocents: Vec<Asn>,
    /// What was announced.
    pub prefixes: Vec<Prefix>,
    /// The second from which on a finding belongs to it, where the label is exact.
    pub start: Option<Timestamp>,
    /// What is known to be wrong with the label.
    pub erratum: Option<String>,
}

/// How long a route takes to its peers.
const SPREADS_SECONDS: i64 = 60;

impl Label {
    /// Whether a finding belongs to it: on, around or inside what was announced, and begun with it.
    pub fn is_about(&self, prefix: Prefix, start: Timestamp) -> bool {
        let near = |own: &Prefix| own.contains(&prefix) || prefix.contains(own);
        let begun = self.start.is_none_or(|at| (at.0..=at.0 + SPREADS_SECONDS).contains(&start.0));
        begun && (self.prefixes.is_empty() || self.prefixes.iter().any(near))
    }

    /// Whether it is a forged path.
    pub fn is_forged(&self) -> bool {
        self.category.starts_with("forged")
    }
}

/// Reads the labels: a JSON object with one object per event.
pub fn read(path: &Path) -> Result<BTreeMap<String, Label>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let all: BTreeMap<String, Value> =
        serde_json::from_str(&text).with_context(|| format!("{} holds no labels", path.display()))?;
    all.into_iter().map(|(name, value)| Ok((name.clone(), label(&value).context(name)?))).collect()
}

fn label(value: &Value) -> Result<Label> {
    let text = |key: &str| value[key].as_str().map(str::trim).filter(|text| !text.is_empty());
    let asn = |key: &str| asn(&value[key]);
    let category = text("category").unwrap_or("unknown");
    let (victim, hijacker) = (asn("victim_as"), asn("hijack_as"));
    let expected = match text("expected") {
        Some(word) => word.parse().map_err(anyhow::Error::msg)?,
        None => by_category(category, text("detail"), victim, hijacker),
    };
    // Where the label says who is to blame, nobody may be that too.
    let culprit = match value.get("culprit") {
        Some(said) => self::asn(said),
        None => hijacker.filter(|_| expected == Verdict::Incident),
    };
    let list = |key: &str| value[key].as_array().map_or(&[][..], Vec::as_slice).iter();
    let mut innocents: Vec<Asn> = list("innocents").filter_map(self::asn).collect();
    innocents.extend(asn("innocent_as").into_iter().chain(victim));
    innocents.retain(|asn| Some(*asn) != culprit);
    let mut prefixes: Vec<Prefix> =
        list("prefixes").filter_map(|p| p.as_str().and_then(|text| text.parse().ok())).collect();
    if prefixes.is_empty() {
        prefixes
            .extend(text("hijack_prefix").or(text("prefix")).and_then(|text| text.parse::<Prefix>().ok()));
    }
    // Labels of recordings name a newspaper's time; those of planted events are exact.
    let start = text("start_time").filter(|_| value.get("seed").is_some()).and_then(|t| t.parse().ok());
    Ok(Label {
        category: category.to_owned(),
        kind: text("kind").unwrap_or(category).to_owned(),
        expected,
        reason: text("expected_reason").map(str::to_owned),
        decidable: value["decidable"].as_bool().unwrap_or(true),
        culprit,
        innocents,
        prefixes,
        start,
        erratum: text("erratum").map(str::to_owned),
    })
}

/// What a category means where the label does not say what to expect: artefacts and second origins that are in
/// order are explained, everything else is an incident. A number that is a near miss of its neighbour's is an
/// artefact; a mistyped prefix that captures another's space is not (FRAMEWORK §6).
fn by_category(category: &str, detail: Option<&str>, victim: Option<Asn>, hijacker: Option<Asn>) -> Verdict {
    let near = victim.zip(hijacker).is_some_and(|(a, b)| is_near_miss(a, b));
    match category {
        "prepend" | "benign" | "benign_moas" | "moas" => Verdict::Benign,
        "typo" if detail == Some("moas") && near => Verdict::Benign,
        _ => Verdict::Incident,
    }
}

fn asn(value: &Value) -> Option<Asn> {
    match value {
        Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()).map(Asn),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn categories_say_what_is_expected_where_the_label_does_not() {
        let label = |value| label(&value).unwrap();
        let typo = label(
            json!({"category": "typo", "detail": "moas", "victim_as": "265791", "hijack_as": "265790"}),
        );
        assert_eq!((typo.expected, typo.culprit), (Verdict::Benign, None));
        let prefix =
            label(json!({"category": "typo", "detail": "moas", "victim_as": "3320", "hijack_as": "1299"}));
        assert_eq!((prefix.expected, prefix.culprit), (Verdict::Incident, Some(Asn(1_299))));
        assert_eq!(prefix.innocents, [Asn(3_320)]);
        let planted = label(json!({
            "category": "route_leak", "kind": "leak_6", "expected": "incident", "culprit": 3320,
            "victim_as": "3320", "innocents": [174], "seed": 1, "start_time": "2014-05-30T22:00:00",
            "prefixes": ["192.0.2.0/25", "192.0.2.128/25"], "decidable": false,
        }));
        assert_eq!((planted.innocents.as_slice(), planted.decidable), (&[Asn(174)][..], false));
        let at = planted.start.unwrap();
        assert!(planted.is_about("192.0.2.0/24".parse().unwrap(), Timestamp(at.0 + 60)));
        assert!(!planted.is_about("192.0.2.0/24".parse().unwrap(), Timestamp(at.0 + 61)));
        assert!(!planted.is_about("198.51.100.0/24".parse().unwrap(), at));
    }
}
