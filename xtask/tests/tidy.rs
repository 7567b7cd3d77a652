//! The house rules hold, and each check finds what is planted.

use std::collections::BTreeMap;
use std::path::Path;

use xtask::{check_file, check_graph, check_pure, tidy};

#[test]
fn the_house_is_tidy() {
    let findings = tidy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn planted_faults_are_found() {
    assert_eq!(check_pure("x.rs", "use std::fs;\n// std::fs in a comment\nlet axum_like = 1;").len(), 1);
    assert_eq!(check_pure("x.rs", "let t = std::time::Instant::now();").len(), 1);
    assert_eq!(check_file("crates/x/src/utils.rs", "").len(), 1);
    assert_eq!(check_file("crates/x/src/a.rs", &"\n".repeat(501)).len(), 1);
}

#[test]
fn the_graph_is_compared_both_ways() {
    let manifest = |d: &str| format!("[dependencies]\n{d}");
    let manifests = BTreeMap::from([
        ("routing".to_owned(), manifest("")),
        ("bgp".to_owned(), manifest("routing.workspace = true\nlake.workspace = true\n")),
        ("lake".to_owned(), manifest("")),
    ]);
    let findings = check_graph("```graph\nbgp -> routing\nlake -> routing\nold ->\n```", &manifests).unwrap();
    assert_eq!(
        findings,
        [
            "bgp knows lake, which ARCHITECTURE.md does not draw",
            "ARCHITECTURE.md draws lake -> routing, which is not there",
            "ARCHITECTURE.md draws old, which is no crate",
        ]
    );
}

#[test]
fn kept_tables_are_replaced_between_their_marks() {
    let document = "a\n<!-- cargo xtask bench --write: begin -->\nold\n<!-- end -->\nb\n";
    let replaced = xtask::bench::replaced(document, "new\n").unwrap();
    assert_eq!(replaced, "a\n<!-- cargo xtask bench --write: begin -->\n\nnew\n\n<!-- end -->\nb\n");
    assert_eq!(xtask::bench::replaced(&replaced, "new\n").unwrap(), replaced, "again changes nothing");
    assert!(xtask::bench::replaced("no marks", "new").is_err());
}
