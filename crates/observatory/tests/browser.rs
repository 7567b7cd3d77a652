//! The pages in a real browser: journeys by pointer and keyboard, contrast and names, what is loaded and what it
//! weighs. The tests themselves are in `front/tests`; without npm and chromium they are skipped aloud.

use std::path::Path;
use std::process::Command;

#[test]
fn pages_hold_in_a_real_browser() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let status = Command::new("bash")
        .arg(".ci/browser")
        .current_dir(root)
        .env("OBSERVATORY", env!("CARGO_BIN_EXE_observatory"))
        .status()
        .expect("bash runs");
    assert!(status.success(), "what failed is told above");
}
