//! What the world's networks are told to mend.

use std::path::Path;
use std::process::Command;

use crate::computed::{build, demo};

fn fixes(folder: &Path, asn: &str, month: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args(["fixes", asn, "--month", month, "--config"])
        .arg(folder.join("observatory.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Nusantara's set lacks Lotus Delta and nobody else; Atlas's has everybody it carries.
#[test]
fn the_set_that_forgot_a_customer_is_told_the_line_to_add() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path());
    let of = |asn: &str, month: &str| fixes(folder.path(), asn, month);
    let told = of("AS64513", "2024-05");
    let add = told.split("Add these lines to APNIC::AS-NUSANTARA").nth(1).unwrap_or_else(|| panic!("{told}"));
    let members: Vec<&str> = add.lines().filter_map(|line| line.trim().strip_prefix("members:")).collect();
    assert_eq!(members.iter().map(|line| line.trim()).collect::<Vec<_>>(), ["AS64536"], "{told}");
    assert!(told.contains("of its 3 customers"), "{told}");
    assert!(of("AS64497", "2024-05").contains("names all"), "{}", of("AS64497", "2024-05"));
    let march = of("AS64513", "2024-03");
    assert!(march.contains("is not known") && !march.contains("Add these lines"), "{march}");
}

/// A registered change of origin and an artefact: what they are and what they leave out.
#[test]
fn what_is_lent_and_what_was_mistyped_are_judged_so() {
    let may = &demo()[2];
    let of = |prefix: &str, culprit: u32| {
        let mut own = may.events.iter().filter(|e| e.prefix == prefix && e.culprit == Some(culprit));
        own.next().unwrap_or_else(|| panic!("no event of AS{culprit} with {prefix}"))
    };
    let lent = of("198.18.93.0/24", 64_524);
    assert_eq!((lent.verdict.as_str(), lent.reason.as_str()), ("benign", "rpki_valid"));
    assert_eq!(lent.dismissed_by, ["rpki", "irr"]);
    let mistyped = of("198.18.119.0/24", 64_528);
    assert_eq!((mistyped.verdict.as_str(), mistyped.reason.as_str()), ("benign", "near_miss_asn"));
    for framework in ["2024-01", "2022-10", "2018-06"] {
        let left_out = &may.head.summary["frameworks"][framework]["not_counted"];
        assert_eq!(left_out["artefact"], 1, "{framework}: {left_out}");
    }
}
