//! The house rules that a machine can check. Each check is a function from texts to findings, so that a
//! planted fault can be seen to be found.

pub mod bench;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Crates that compute and touch nothing.
pub const PURE: &[&str] = &["routing", "bgp", "reference", "detect", "measure", "pipeline", "programme"];

/// What a pure crate never names.
const IMPURE: &[&str] = &[
    "tokio",
    "std::fs",
    "std::net",
    "SystemTime",
    "Instant",
    "sqlx",
    "axum",
    "std::env",
    "std::process",
    "std::thread",
];

/// Names that say nothing.
const BANNED: &[&str] = &[
    "utils", "util", "common", "helpers", "helper", "misc", "core", "manager", "handler", "service", "engine",
];

/// Lines a source file may have.
const LINES_MAX: usize = 500;

/// Everything wrong in the repository at `root`.
pub fn tidy(root: &Path) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let architecture = read(&root.join("ARCHITECTURE.md"))?;
    let mut manifests = BTreeMap::new();
    let mut crates: Vec<PathBuf> = folders(&root.join("crates"))?;
    crates.push(root.join("xtask"));
    for folder in &crates {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        manifests.insert(name.clone(), read(&folder.join("Cargo.toml"))?);
        for file in sources(folder)? {
            let text = read(&file)?;
            let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
            findings.extend(check_file(&shown, &text));
            if PURE.contains(&name.as_str()) && file.starts_with(folder.join("src")) {
                findings.extend(check_pure(&shown, &text));
            }
        }
    }
    findings.extend(check_graph(&architecture, &manifests)?);
    findings.sort();
    Ok(findings)
}

/// Size and name of one source file.
pub fn check_file(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let lines = text.lines().count();
    if lines > LINES_MAX {
        findings.push(format!("{path}: {lines} lines, at most {LINES_MAX}: split it by what it is about"));
    }
    for part in path.split(['/', '.']) {
        if BANNED.contains(&part) {
            findings.push(format!("{path}: `{part}` says nothing: name it by what it does"));
        }
    }
    findings
}

/// The outside world in a pure crate. Words in comments do not count.
pub fn check_pure(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.split("//").next().unwrap_or_default();
        for word in IMPURE {
            let named = code.match_indices(word).any(|(at, _)| {
                let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                !letter(code[..at].chars().next_back()) && !letter(code[at + word.len()..].chars().next())
            });
            if named {
                findings.push(format!("{path}:{number}: a pure crate names `{word}`"));
            }
        }
    }
    findings
}

/// The crate graph as the manifests have it against the `graph` block of ARCHITECTURE.md.
pub fn check_graph(architecture: &str, manifests: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let block = architecture.split("```graph\n").nth(1).and_then(|rest| rest.split("```").next());
    let block = block.context("ARCHITECTURE.md has no ```graph block")?;
    let mut drawn: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in block.lines().filter(|l| !l.trim().is_empty()) {
        let (from, to) =
            line.split_once("->").with_context(|| format!("graph line `{line}` has no arrow"))?;
        drawn.insert(from.trim(), to.split_whitespace().collect());
    }
    let mut findings = Vec::new();
    for (name, manifest) in manifests {
        let table: toml::Table = manifest.parse().with_context(|| format!("manifest of {name}"))?;
        let dependencies = table.get("dependencies").and_then(|d| d.as_table());
        let real: BTreeSet<&str> = dependencies
            .into_iter()
            .flat_map(|d| d.keys())
            .map(String::as_str)
            .filter(|d| manifests.contains_key(*d))
            .collect();
        if name == "routing" {
            findings.extend(real.iter().map(|d| format!("routing knows {d}: it knows nobody")));
            continue;
        }
        let Some(drawn) = drawn.remove(name.as_str()) else {
            findings.push(format!("ARCHITECTURE.md draws no arrows for crate {name}"));
            continue;
        };
        findings.extend(
            real.difference(&drawn).map(|d| format!("{name} knows {d}, which ARCHITECTURE.md does not draw")),
        );
        findings.extend(
            drawn
                .difference(&real)
                .map(|d| format!("ARCHITECTURE.md draws {name} -> {d}, which is not there")),
        );
    }
    findings.extend(drawn.keys().map(|name| format!("ARCHITECTURE.md draws {name}, which is no crate")));
    Ok(findings)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn folders(path: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(path).with_context(|| path.display().to_string())? {
        let entry = entry?.path();
        if entry.is_dir() {
            all.push(entry);
        }
    }
    all.sort();
    Ok(all)
}

/// Rust files of a crate: `src`, `tests`, `examples`.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    let mut open: Vec<PathBuf> = ["src", "tests", "examples", "benches"]
        .iter()
        .map(|d| folder.join(d))
        .filter(|d| d.is_dir())
        .collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                all.push(path);
            }
        }
    }
    all.sort();
    Ok(all)
}
