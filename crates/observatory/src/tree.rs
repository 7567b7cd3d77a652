//! The verdict tree as exports, pages and terminals show it.

use std::io::Write;

use anyhow::{Context, Result};
use detect::{Clause, Input, InputKind, Tree};
use serde_json::{Value, json};

/// `{"inputs": […], "fired": […], "against": […], "flips": […]}`.
pub fn to_json(tree: &Tree) -> Value {
    let clauses = |all: &[Clause]| -> Vec<Value> {
        let one = |c: &Clause| json!({ "rule": c.rule, "sentence": c.sentence, "points": c.points });
        all.iter().map(one).collect()
    };
    let inputs: Vec<Value> = tree
        .inputs
        .iter()
        .map(|input| {
            json!({
                "what": input.what.code(),
                "label": input.label,
                "as_of": input.as_of.map(|at| at.to_string()),
                "skew_days": input.skew_days,
            })
        })
        .collect();
    json!({
        "inputs": inputs,
        "fired": clauses(&tree.fired),
        "against": clauses(&tree.against),
        "flips": clauses(&tree.flips),
    })
}

/// The tree as indented lines.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(mut out: impl Write, tree: &Tree, indent: &str) -> std::io::Result<()> {
    for input in &tree.inputs {
        let as_of = input.as_of.map(|at| format!(", as of {at}")).unwrap_or_default();
        let skew = input.skew_days.map(|days| format!(", {days} days away")).unwrap_or_default();
        writeln!(out, "{indent}judged by {}: {}{as_of}{skew}", input.what, input.label)?;
    }
    let parts = [("because", &tree.fired), ("against", &tree.against), ("would turn it", &tree.flips)];
    for (part, clauses) in parts {
        for clause in clauses {
            let points = clause.points.map(|p| format!("{p:+} ")).unwrap_or_default();
            writeln!(out, "{indent}{part}: {points}{} [{}]", clause.sentence, clause.rule)?;
        }
    }
    Ok(())
}

/// The tree that [`to_json`] wrote.
///
/// # Errors
/// When something is missing or of another shape.
pub fn from_json(value: &Value) -> Result<Tree> {
    let text = |value: &Value| value.as_str().map(str::to_owned).with_context(|| format!("no text: {value}"));
    let rows = |name: &str| value[name].as_array().with_context(|| format!("no list `{name}`"));
    let clauses = |name: &str| -> Result<Vec<Clause>> {
        let clause = |row: &Value| {
            let points = row["points"].as_i64().and_then(|points| i32::try_from(points).ok());
            Ok(Clause { points, ..Clause::new(text(&row["rule"])?, text(&row["sentence"])?) })
        };
        rows(name)?.iter().map(clause).collect()
    };
    let input = |row: &Value| {
        let what = text(&row["what"])?;
        let known = InputKind::ALL.into_iter().find(|kind| kind.code() == what);
        Ok(Input {
            what: known.with_context(|| format!("`{what}` is no kind of input"))?,
            label: text(&row["label"])?,
            as_of: row["as_of"].as_str().map(str::parse).transpose()?,
            skew_days: row["skew_days"].as_u64().and_then(|days| u32::try_from(days).ok()),
        })
    };
    Ok(Tree {
        inputs: rows("inputs")?.iter().map(input).collect::<Result<_>>()?,
        fired: clauses("fired")?,
        against: clauses("against")?,
        flips: clauses("flips")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use routing::Timestamp;

    #[test]
    fn a_tree_is_read_back_as_it_was() {
        let tree = Tree {
            inputs: vec![
                Input::dated(InputKind::Vrps, "VRPs", Timestamp(1_000_000), Timestamp(2_000_000)),
                Input::present(InputKind::Records, "3 sightings"),
            ],
            fired: vec![Clause::new("a", "One."), Clause::term("b", -3, "Two.")],
            against: vec![Clause::term("c", 0, "Three.")],
            flips: Vec::new(),
        };
        assert_eq!(from_json(&to_json(&tree)).unwrap(), tree);
        assert_eq!(from_json(&to_json(&Tree::default())).unwrap(), Tree::default());
        assert!(from_json(&Value::Null).unwrap_err().to_string().contains("inputs"));
    }
}
