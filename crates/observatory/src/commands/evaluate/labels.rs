//! What others say the events were.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
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
    /// Who did it, several where the label does not decide between them, nobody where nobody is to blame; `None`
    /// where it does not say.
    pub culprits: Option<Vec<Asn>>,
    /// Whose routes were taken, whose name was borrowed, and whoever else is not to blame.
    pub innocents: Vec<Asn>,
    /// What was announced.
    pub prefixes: Vec<Prefix>,
    /// The second from which on a finding belongs to it, where the label is exact.
    pub start: Option<Timestamp>,
    /// What is known to be wrong with the label.
    pub erratum: Option<String>,
    /// What of it could not be read, and counts as not said.
    pub unread: Vec<String>,
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
    if !value.is_object() {
        bail!("a label is an object, this one is {value}");
    }
    let mut unread = Vec::new();
    let text = |key: &str| value[key].as_str().map(str::trim).filter(|text| !text.is_empty());
    let category = text("category").unwrap_or("unknown");
    let [victims, hijackers, innocent, listed] = ["victim_as", "hijack_as", "innocent_as", "innocents"]
        .map(|key| each::<Asn>(key, &value[key], "AS number", &mut unread));
    let expected = match text("expected") {
        Some(word) => word.parse().map_err(anyhow::Error::msg)?,
        None => by_category(category, text("detail"), &victims, &hijackers),
    };
    // Where the label says who is to blame, nobody may be that too.
    let culprits = match value.get("culprit") {
        Some(said) => Some(each("culprit", said, "AS number", &mut unread)),
        None if expected == Verdict::Incident => Some(hijackers).filter(|all| !all.is_empty()),
        None => Some(Vec::new()),
    };
    let mut innocents: Vec<Asn> = listed.into_iter().chain(innocent).chain(victims).collect();
    innocents.retain(|asn| culprits.as_ref().is_none_or(|all| !all.contains(asn)));
    let prefixes = ["prefixes", "hijack_prefix", "prefix"].iter().find_map(|key| {
        let read = each::<Prefix>(key, &value[key], "prefix", &mut unread);
        (!read.is_empty()).then_some(read)
    });
    // Labels of recordings name a newspaper's time; those of planted events are exact.
    let start = match value.get("seed") {
        Some(_) => text("start_time").map(str::parse).transpose().context("start_time")?,
        None => None,
    };
    Ok(Label {
        category: category.to_owned(),
        kind: text("kind").unwrap_or(category).to_owned(),
        expected,
        reason: text("expected_reason").map(str::to_owned),
        decidable: value["decidable"].as_bool().unwrap_or(true),
        culprits,
        innocents,
        prefixes: prefixes.unwrap_or_default(),
        start,
        erratum: text("erratum").map(str::to_owned),
        unread,
    })
}

/// What a category means where the label does not say what to expect: artefacts and second origins that are in
/// order are explained, everything else is an incident. A number that is a near miss of its neighbour's is an
/// artefact; a mistyped prefix that captures another's space is not (FRAMEWORK §6).
fn by_category(category: &str, detail: Option<&str>, victims: &[Asn], hijackers: &[Asn]) -> Verdict {
    let near = victims.iter().any(|victim| hijackers.iter().any(|asn| is_near_miss(*victim, *asn)));
    match category {
        "prepend" | "benign" | "benign_moas" | "moas" => Verdict::Benign,
        "typo" if detail == Some("moas") && near => Verdict::Benign,
        _ => Verdict::Incident,
    }
}

/// What a member of a label holds: a number, a text, several in one text (`64500,64501`), or a list of those.
/// What is none of `what` is added to `unread`.
fn each<T: FromStr>(key: &str, value: &Value, what: &str, unread: &mut Vec<String>) -> Vec<T> {
    let text = match value {
        Value::Null => return Vec::new(),
        Value::Array(list) => return list.iter().flat_map(|one| each(key, one, what, unread)).collect(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if let Ok(one) = text.parse() {
        return vec![one];
    }
    let parts = text.split([',', ';', ' ', '{', '}']).filter(|part| !part.is_empty());
    parts
        .filter_map(|part| {
            part.parse().map_err(|_| unread.push(format!("{key}: `{part}` is no {what}"))).ok()
        })
        .collect()
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
        assert_eq!((typo.expected, typo.culprits), (Verdict::Benign, Some(Vec::new())));
        let prefix =
            label(json!({"category": "typo", "detail": "moas", "victim_as": "3320", "hijack_as": "1299"}));
        assert_eq!((prefix.expected, prefix.culprits), (Verdict::Incident, Some(vec![Asn(1_299)])));
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

    #[test]
    fn labels_are_read_as_people_write_them() {
        let (one, two) = (Some(vec![Asn(64_500)]), Some(vec![Asn(64_500), Asn(64_501)]));
        for (hijacker, culprits) in [
            (json!("64500"), &one),
            (json!(64_500), &one),
            (json!(" AS 64500 "), &one),
            (json!("64500,64501"), &two),
            (json!("AS64500; AS64501"), &two),
            (json!(["64500", 64_501]), &two),
            (json!(null), &None),
            (json!(" "), &None),
        ] {
            let read = label(&json!({
                "category": "origin_change", "hijack_as": hijacker, "victim_as": [3320, "1299"],
                "innocent_as": " ", "prefix": "192.0.2.0/24", "hijack_prefix": null,
            }));
            let read = read.unwrap();
            assert_eq!((&read.culprits, read.unread.len()), (culprits, 0), "{hijacker}");
            assert_eq!((read.innocents.len(), read.prefixes.len()), (2, 1), "{hijacker}");
        }
        let read =
            label(&json!({"hijack_as": "64500,?", "victim_as": null, "prefix": "192.0.2.0/33"})).unwrap();
        assert_eq!((&read.culprits, read.prefixes.len()), (&one, 0));
        assert_eq!(read.unread, ["hijack_as: `?` is no AS number", "prefix: `192.0.2.0/33` is no prefix"]);
        assert!(label(&json!("64500")).is_err() && label(&json!({"seed": 1, "start_time": "noon"})).is_err());
    }
}
