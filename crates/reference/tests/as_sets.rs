//! as-set objects of RPSL dumps.

use reference::irr::{self, AsSet};
use routing::{Asn, FaultCounts};

fn read(text: &str) -> (Vec<AsSet>, FaultCounts) {
    let mut faults = FaultCounts::default();
    (irr::parse(text.as_bytes(), "TEST", &mut faults).unwrap().content.as_sets, faults)
}

#[test]
fn members_of_both_attributes_and_of_every_spelling_are_read() {
    let (sets, faults) = read(
        "as-set: as-example\nmembers: AS64501, as64500,AS-OTHER\n+ AS64500:as-customers # ours\n AS1.1\n\
         mp-members: radb::AS-FAR, AS-ANY, ANY, 192.0.2.0/24, RS-ROUTES\nmembers:\nmbrs-by-ref: ANY\nsource: TEST\n\n\
         as-set: AS64500:AS-CUSTOMERS\nmbrs-by-ref:\nsource: TEST\n",
    );
    let [first, second] = &sets[..] else { panic!("two sets") };
    assert_eq!((&*first.name, &*second.name), ("AS-EXAMPLE", "AS64500:AS-CUSTOMERS"));
    assert_eq!(first.asns, [64500, 64501, 65537].map(Asn));
    assert_eq!(
        first.sets.iter().map(|set| &**set).collect::<Vec<_>>(),
        ["AS-ANY", "AS-OTHER", "AS64500:AS-CUSTOMERS", "RADB::AS-FAR"]
    );
    assert_eq!((first.unreadable, first.by_reference), (3, true));
    assert!(second.asns.is_empty() && second.sets.is_empty() && !second.by_reference);
    assert_eq!(faults.total(), 0);
}

#[test]
fn a_set_without_a_name_or_of_another_kind_of_name_is_a_fault_with_its_line() {
    let (sets, faults) = read(
        "as-set: AS-GOOD\nsource: TEST\n\nas-set:\nmembers: AS1\nsource: TEST\n\nas-set: RS-BAD\nmembers: AS1\nsource: TEST\n",
    );
    assert_eq!(sets.len(), 1);
    let found: Vec<_> = faults.first().iter().map(|f| (f.at, f.kind.code)).collect();
    assert_eq!(found, [(4, "rpsl-missing"), (8, "bad-set-name")]);
}

/// Every as-set of the real dumps that are at hand is read.
#[test]
fn the_sets_of_real_dumps_are_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    if !std::path::Path::new(folder).is_dir() {
        assert!(std::env::var("CI").is_err(), "the data are missing");
        eprintln!("SKIPPED: no data folder, the sets of real dumps were not read");
        return;
    }
    let mut checked = 0;
    for path in dumps(std::path::Path::new(folder)) {
        let bytes = std::fs::read(&path).unwrap();
        let marked = bytes.split(|b| *b == b'\n').filter(|line| line.starts_with(b"as-set:")).count();
        if marked == 0 {
            continue;
        }
        let mut faults = FaultCounts::default();
        let Ok(parsed) = irr::parse(&bytes[..], "ANY", &mut faults) else { continue };
        let refused =
            faults.iter().filter(|(kind, _)| kind.code == "bad-set-name").map(|(_, n)| n).sum::<u64>();
        assert_eq!(parsed.content.as_sets.len() as u64 + refused, marked as u64, "{}", path.display());
        checked += marked;
    }
    eprintln!("{checked} as-sets of real dumps read");
}

fn dumps(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(dumps(&path));
        } else if path.extension().is_some_and(|e| e == "db" || e == "rpsl" || e == "txt")
            && path.metadata().unwrap().len() < 400_000_000
        {
            found.push(path);
        }
    }
    found.sort();
    found
}
