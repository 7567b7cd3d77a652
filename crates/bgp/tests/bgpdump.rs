//! Our text against that of `bgpdump -m`, on every MRT file: equal but for the rows that
//! `docs/bgpdump-differences.md` lists. `UPDATE_DOCS=1` writes that file anew.

mod data;

use std::collections::HashMap;
use std::fmt::Write;
use std::process::Command;

use bgp::bgpdump;
use bgp::mrt::{Item, Reader};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/bgpdump-differences.md");

/// Why rows differ: the rule that gives us right, and a check that this is indeed why.
struct Reason {
    clause: &'static str,
    what: &'static str,
    /// True when `ours` is what `theirs` should have been. `None` stands for no row at all.
    explains: fn(theirs: Option<&str>, ours: Option<&str>) -> bool,
}

const REASONS: &[Reason] = &[
    Reason {
        clause: "RFC 6793 §3",
        what: "an AGGREGATOR of eight octets read as one of six",
        explains: |theirs, ours| {
            let cut = |row: &str| row.rsplitn(3, '|').nth(2).map(str::to_owned);
            theirs.is_some() && theirs.and_then(cut) == ours.and_then(cut)
        },
    },
    Reason {
        clause: "RFC 4271 §5.1.3",
        what: "a next hop, and an origin, for a row that has none",
        explains: |theirs, ours| {
            // Only a field that is empty with us may be these words with them.
            let same = |(t, o): (&str, &str)| {
                t == o || o.is_empty() && matches!(t, "255.255.255.255" | "INCOMPLETE")
            };
            let (Some(theirs), Some(ours)) = (theirs, ours) else { return false };
            theirs.split('|').count() == ours.split('|').count()
                && theirs.split('|').zip(ours.split('|')).all(same)
        },
    },
    Reason {
        clause: "RFC 7911 §3",
        what: "path identifiers in a record of a subtype without them (RFC 8050 §3), read as prefixes",
        explains: |theirs, ours| match (theirs, ours) {
            (Some(theirs), None) => theirs.starts_with("BGP4MP|"),
            (None, Some(ours)) => ours.starts_with("BGP4MP_AP|"),
            _ => false,
        },
    },
    Reason {
        clause: "RFC 6396 Appendix B",
        what: "no row for the deprecated BGP4MP/ENTRY, which OpenBGPD writes",
        explains: |theirs, ours| theirs.is_none() && ours.is_some_and(|row| row.starts_with("TABLE_DUMP|")),
    },
];

fn ours(mrt: &[u8]) -> String {
    let mut reader = Reader::new(mrt);
    let mut text = Vec::new();
    while let Some(item) = reader.next().expect("memory does not fail") {
        if let Item::Record(record) = item {
            bgpdump::write_record(&record, &mut |_| {}, &mut text).expect("memory does not fail");
        }
    }
    String::from_utf8(text).expect("text")
}

/// Rows that only one side has, in order; `None` when the common rows are not in the same order.
fn difference<'a>(theirs: &'a str, ours: &'a str) -> Option<(Vec<&'a str>, Vec<&'a str>)> {
    let mut balance: HashMap<&str, i64> = HashMap::new();
    theirs.lines().for_each(|row| *balance.entry(row).or_default() += 1);
    ours.lines().for_each(|row| *balance.entry(row).or_default() -= 1);
    let split = |text: &'a str, sign: i64, mut balance: HashMap<&'a str, i64>| {
        text.lines().partition::<Vec<&str>, _>(|row| {
            let left = balance.get_mut(row).expect("every row was counted");
            let only_here = *left * sign > 0;
            *left -= if only_here { sign } else { 0 };
            only_here
        })
    };
    let (only_theirs, common_theirs) = split(theirs, 1, balance.clone());
    let (only_ours, common_ours) = split(ours, -1, balance);
    (common_theirs == common_ours).then_some((only_theirs, only_ours))
}

#[derive(Default)]
struct Document {
    rows: String,
}

impl Document {
    fn add(&mut self, file: &str, theirs: &[&str], ours: &[&str]) {
        let same_number = theirs.len() == ours.len();
        let explained = |reason: &Reason| {
            if same_number && theirs.iter().zip(ours).all(|(t, o)| (reason.explains)(Some(t), Some(o))) {
                return true;
            }
            theirs.iter().all(|t| (reason.explains)(Some(t), None))
                && ours.iter().all(|o| (reason.explains)(None, Some(o)))
        };
        let reason = REASONS.iter().find(|reason| explained(reason)).unwrap_or_else(|| {
            panic!("{file}: no reason explains\n< {:?}\n> {:?}", theirs.first(), ours.first())
        });
        let shown = |rows: &[&str]| match rows.first() {
            None => "nothing".to_owned(),
            Some(row) => format!("`{}`", row.replace('|', "\\|")),
        };
        let (n, m) = (theirs.len(), ours.len());
        let Reason { clause, what, .. } = reason;
        writeln!(
            self.rows,
            "| `{file}` | {n} | {m} | {clause} | {what} | {} | {} |",
            shown(theirs),
            shown(ours)
        )
        .unwrap();
    }

    fn text(&self, files: usize) -> String {
        format!(
            "# Where `observatory read --format bgpdump` and `bgpdump -m` differ\n\n\
             Of {files} public MRT files every row is the same, in the same order, but for these. The first row \
             of each kind is shown. Written by the test `bgpdump` of the crate `bgp` (`UPDATE_DOCS=1`), which \
             fails when the list is not exactly this one; the other side is bgpdump 1.6.2.\n\n\
             | file | rows only `bgpdump` has | rows only we have | rule | what `bgpdump` does | it prints | we \
             print |\n|---|--:|--:|---|---|---|---|\n{}",
            self.rows
        )
    }
}

#[test]
fn every_row_is_the_one_bgpdump_prints_or_is_listed() {
    let Some(root) = data::root() else { return };
    if Command::new("bgpdump").arg("-T").output().is_err() {
        return data::skipped("no program bgpdump (Debian package bgpdump)");
    }
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain.mrt");
    let files = data::mrt_files(&root);
    assert!(files.len() >= 440, "only {} files", files.len());
    let mut document = Document::default();
    for file in &files {
        let mrt = data::read(&root, file);
        std::fs::write(&plain, &mrt).unwrap();
        let output = Command::new("bgpdump").args(["-q", "-m"]).arg(&plain).output().unwrap();
        assert!(output.status.success(), "{file}: bgpdump fails");
        let theirs = String::from_utf8(output.stdout).unwrap();
        let ours = ours(&mrt);
        if theirs == ours {
            continue;
        }
        let (theirs, ours) = difference(&theirs, &ours).unwrap_or_else(|| panic!("{file}: another order"));
        document.add(file, &theirs, &ours);
    }
    let text = document.text(files.len());
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::create_dir_all(std::path::Path::new(DOCUMENT).parent().unwrap()).unwrap();
        std::fs::write(DOCUMENT, &text).unwrap();
    }
    let listed = std::fs::read_to_string(DOCUMENT).expect(DOCUMENT);
    assert!(listed == text, "docs/bgpdump-differences.md is not what is so: compare with UPDATE_DOCS=1");
}

#[test]
fn the_kept_texts_of_bgpdump_are_ours() {
    let Some(root) = data::root() else { return };
    for (mrt, text) in [
        ("mrt/updates.20070211.0141.gz", "mrt/updates.20070211.0141.gz.bgp.gz"),
        ("world-2016/updates.20160811.1600.gz", "mrt/updates.20160811.1600.gz.bgp.gz"),
    ] {
        let kept = String::from_utf8(data::read(&root, text)).unwrap();
        assert!(ours(&data::read(&root, mrt)) == kept, "{mrt} is not {text}");
    }
}
