//! Foreign series from file to publication: they are kept beside ours and change nothing of ours. And keys for `/v1`.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn observatory(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_observatory")).args(arguments).current_dir(folder).output().unwrap()
}

fn month(folder: &Path) -> Value {
    let output = observatory(folder, &["month", "2024-05", "--json", "--config", "observatory.toml"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Networks 3001 to 3003 of the RIPE NCC.
fn write_world(folder: &Path, more: &str) {
    let asns: String =
        (1..=3).map(|i| format!("ripencc|NL|asn|{}|1|20120301|allocated|h\n", 3000 + i)).collect();
    let header = "2|ripencc|20240501|3|20120301|20240501|+0000\nripencc|*|asn|*|3|summary\n";
    std::fs::write(folder.join("delegated-ripencc"), format!("{header}{asns}")).unwrap();
    let config = "data = \"data\"\n[[source]]\nkind = \"delegations\"\npath = \"delegated-ripencc\"\n";
    std::fs::write(folder.join("observatory.toml"), format!("{config}{more}")).unwrap();
}

/// The sources of the month as they are stored.
fn stored(folder: &Path) -> Vec<store::SourceRow> {
    let url = format!("sqlite:{}?mode=rw", folder.join("data/store.sqlite").display());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = store::Store::open(&url).await.unwrap();
        let (id, _) = store.current("2024-05").await.unwrap().unwrap();
        store.sources(id).await.unwrap()
    })
}

#[test]
fn a_foreign_series_changes_nothing_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_world(folder, "");
    let before = month(folder);
    write_world(
        folder,
        "[[source]]\nkind = \"foreign_scores\"\nname = \"theirs\"\npath = \"theirs-*.csv\"\nlabel = \"Theirs\"\n",
    );
    let rows = "3001,A,1,0.5\n3002,B,,\nx,C,1,1\n9999,D,0,0\n";
    std::fs::write(
        folder.join("theirs-2024-05-31.csv"),
        format!("ASN,Holder,Filtering,Coordination\n{rows}"),
    )
    .unwrap();
    let after = month(folder);
    assert_ne!(before["publication"]["generation"], after["publication"]["generation"]);
    assert_eq!(before["publication"]["result"], after["publication"]["result"]);
    assert_eq!(after["publication"]["reason"], "sources changed, results did not");
    let rows = stored(folder);
    let theirs = rows.iter().find(|source| source.name == "theirs").unwrap();
    let file = &theirs.files[0];
    assert_eq!((file.records, file.faults, file.status.as_str()), (3, 1, "used: 3 records"));
}

#[test]
fn a_key_is_printed_once_with_its_digest_for_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let made: Vec<(String, String)> = (0..2)
        .map(|_| {
            let output = observatory(folder.path(), &["key", "new", "noc@example.net"]);
            assert!(output.status.success() && output.stderr.is_empty());
            let text = String::from_utf8(output.stdout).unwrap();
            let key = text.lines().find(|line| line.starts_with("obs_")).unwrap().to_owned();
            assert_eq!((key.len(), text.matches(&key).count()), (68, 1));
            let entry = text.lines().find(|line| line.contains(" sha256:")).unwrap().trim().to_owned();
            (key, entry)
        })
        .collect();
    assert_ne!(made[0].0, made[1].0);
    for (key, entry) in &made {
        let file = folder.path().join("key");
        std::fs::write(&file, key).unwrap();
        let digest = Command::new("sha256sum").arg(&file).output().unwrap().stdout;
        let digest = String::from_utf8(digest).unwrap();
        let digest = digest.split(' ').next().unwrap();
        assert_eq!(*entry, format!("\"noc@example.net sha256:{digest}\","));
    }
    assert!(!observatory(folder.path(), &["key", "new", "a b"]).status.success());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing of it is kept");
}
