//! Every file in `scenarios/`, each a case of its own in the report.

use std::path::PathBuf;

#[test]
fn every_scenario_holds() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"));
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "scn"));
    files.sort();
    let mut failed = Vec::new();
    for path in &files {
        let name = format!("scenarios/{}", path.file_name().unwrap().to_string_lossy());
        let text = std::fs::read_to_string(path).unwrap();
        let result = std::panic::catch_unwind(|| scenario::verify(&name, &text));
        let report = match result {
            Ok(Ok(())) => {
                println!("scenario {name} ... ok");
                continue;
            }
            Ok(Err(failed)) => failed.to_string(),
            Err(_) => format!("{name}: panicked\n"),
        };
        println!("scenario {name} ... FAILED");
        failed.push(report);
    }
    assert!(files.len() >= 70, "only {} scenarios found in {}", files.len(), folder.display());
    assert!(
        failed.is_empty(),
        "{} of {} scenarios do not hold:\n\n{}",
        failed.len(),
        files.len(),
        failed.join("\n")
    );
}
