//! What others say the events were.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use routing::{Asn, Prefix};
use serde_json::Value;

/// One labelled event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// What kind of event it is said to be.
    pub category: String,
    /// Whose routes were taken.
    pub victim: Option<Asn>,
    /// Who took them.
    pub culprit: Option<Asn>,
    /// Whose name was borrowed.
    pub innocent: Option<Asn>,
    /// What was announced.
    pub prefix: Option<Prefix>,
    /// What is known to be wrong with the label.
    pub erratum: Option<String>,
}

impl Label {
    /// An artefact is explained; everything else is an incident.
    pub fn is_artefact(&self) -> bool {
        matches!(self.category.as_str(), "prepend" | "benign" | "benign_moas" | "moas")
    }
}

/// Reads the labels: a JSON object with one object per event.
pub fn read(path: &Path) -> Result<BTreeMap<String, Label>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let all: BTreeMap<String, Value> =
        serde_json::from_str(&text).with_context(|| format!("{} holds no labels", path.display()))?;
    Ok(all.into_iter().map(|(name, value)| (name, label(&value))).collect())
}

fn label(value: &Value) -> Label {
    let text = |key: &str| value[key].as_str().map(str::trim).filter(|text| !text.is_empty());
    let asn = |key: &str| match &value[key] {
        Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()).map(Asn),
        _ => text(key).and_then(|text| text.parse().ok()),
    };
    Label {
        category: text("category").unwrap_or("unknown").to_owned(),
        victim: asn("victim_as"),
        culprit: asn("hijack_as"),
        innocent: asn("innocent_as"),
        prefix: text("hijack_prefix").or_else(|| text("prefix")).and_then(|text| text.parse().ok()),
        erratum: text("erratum").map(str::to_owned),
    }
}
