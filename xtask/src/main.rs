//! What a developer runs: `cargo xtask tidy` checks the house rules, `cargo xtask bench` measures.

use std::path::Path;
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match arguments.first().map(String::as_str) {
        Some("tidy") => {
            let findings = xtask::tidy(&root)?;
            findings.iter().for_each(|f| println!("{f}"));
            Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Some("bench") => {
            xtask::bench::run(&root, &arguments[1..])?;
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("usage: cargo xtask tidy | bench");
            Ok(ExitCode::from(2))
        }
    }
}
