//! The verdict tree as exports, pages and terminals show it.

use std::io::Write;

use detect::{Clause, Tree};
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
