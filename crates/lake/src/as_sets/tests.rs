use super::*;
use crate::Lake;

const WIDE: Bounds = Bounds { networks_max: 1_000, sets_max: 1_000, depth_max: 32 };

fn set(registry: &str, name: &str, asns: &[u32], sets: &[&str]) -> AsSetRow {
    AsSetRow {
        name: name.to_owned(),
        registry: registry.to_owned(),
        asns: asns.iter().copied().map(Asn).collect(),
        sets: sets.iter().map(|set| (*set).to_owned()).collect(),
        ..AsSetRow::default()
    }
}

fn generation(sets: Vec<AsSetRow>) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::open(dir.path().join("lake")).unwrap();
    let draft = lake.draft("g").unwrap();
    write_as_sets(&draft, sets).unwrap();
    let folder = draft.finish().unwrap();
    (dir, folder)
}

fn numbers(expansion: &Expansion) -> Vec<u32> {
    expansion.asns.iter().map(|asn| asn.0).collect()
}

#[test]
fn a_set_is_found_among_many_as_it_was_written() {
    let mut all: Vec<AsSetRow> =
        (0..3_000).map(|i| set("RADB", &format!("AS{i}:AS-MEMBERS"), &[i, i + 1], &[])).collect();
    all.push(AsSetRow {
        unreadable: 2,
        by_reference: true,
        ..set("RIPE", "AS7:AS-MEMBERS", &[9], &["RADB::AS-X"])
    });
    let (_dir, folder) = generation(all.clone());
    let names: BTreeSet<String> =
        ["AS7:AS-MEMBERS", "AS2999:AS-MEMBERS", "AS-NONE"].map(str::to_owned).into();
    let found = as_sets(&folder, &names).unwrap().unwrap();
    assert_eq!(found["AS7:AS-MEMBERS"], [all[7].clone(), all[3_000].clone()]);
    assert_eq!(found["AS2999:AS-MEMBERS"], [all[2_999].clone()]);
    assert_eq!(found.len(), 2);
    assert_eq!(as_sets(Path::new("/nowhere"), &names).unwrap(), None);
}

#[test]
fn loops_end_and_members_are_sought_where_they_are_named_first() {
    let (_dir, folder) = generation(vec![
        set("RADB", "AS-A", &[1], &["AS-B", "AS-A", "RIPE::AS-C", "AS-GONE"]),
        set("RADB", "AS-B", &[2], &["AS-A"]),
        // Of another registry: named in RADB, AS-B is RADB's.
        set("RIPE", "AS-B", &[66], &[]),
        set("RIPE", "AS-C", &[3, 1], &["AS-D", "AS-B"]),
        set("RADB", "AS-C", &[77], &[]),
        // Only in RADB, though named in RIPE.
        set("RADB", "AS-D", &[4], &["ARIN::AS-B"]),
    ]);
    let found = expand_as_set(&folder, "AS-A", WIDE).unwrap().unwrap();
    assert_eq!(numbers(&found), [1, 2, 3, 4, 66]);
    assert_eq!(found.unknown, ["ARIN::AS-B", "AS-GONE"]);
    assert_eq!((found.depth, found.cut), (3, None));
    assert_eq!(found.followed.len(), 5, "{:?}", found.followed);
    // Without a registry, all that hold it; with one, that one.
    assert_eq!(numbers(&expand_as_set(&folder, "AS-C", WIDE).unwrap().unwrap()), [1, 3, 4, 66, 77]);
    assert_eq!(numbers(&expand_as_set(&folder, "RADB::AS-C", WIDE).unwrap().unwrap()), [77]);
    let none = expand_as_set(&folder, "AS-NONE", WIDE).unwrap().unwrap();
    assert_eq!(none, Expansion::default());
}

#[test]
fn what_is_too_large_or_too_deep_is_cut_and_says_so() {
    let chain = |i: u32| set("RADB", &format!("AS-{i}"), &[i, 1_000 + i], &[&format!("AS-{}", i + 1)]);
    let (_dir, folder) = generation((0..40).map(chain).collect());
    let cut = |bounds| {
        let found = expand_as_set(&folder, "AS-0", bounds).unwrap().unwrap();
        (found.cut, found.depth, found.asns.len())
    };
    assert_eq!(cut(Bounds { depth_max: 64, ..WIDE }), (None, 40, 80));
    assert_eq!(cut(Bounds { depth_max: 5, ..WIDE }), (Some(Cut::Depth), 5, 10));
    assert_eq!(cut(Bounds { depth_max: 40, ..WIDE }), (Some(Cut::Depth), 40, 80), "AS-40 was not sought");
    assert_eq!(cut(Bounds { networks_max: 9, ..WIDE }), (Some(Cut::Networks), 5, 10));
    assert_eq!(cut(Bounds { sets_max: 3, ..WIDE }), (Some(Cut::Sets), 3, 6));
}

#[test]
fn sets_about_a_network_name_it_or_stand_under_its_number() {
    let (_dir, folder) = generation(vec![
        set("RADB", "AS-A", &[7, 70], &[]),
        set("RIPE", "AS-B", &[70], &["AS7:AS-ALL"]),
        set("RIPE", "AS7:AS-ALL", &[7], &[]),
        set("RADB", "AS7:AS-ALL", &[], &[]),
        set("RADB", "AS7:AS-PEER:AS9", &[], &[]),
        set("RADB", "AS70:AS-ALL", &[], &[]),
        set("RADB", "9:AS-X:AS-Y", &[], &[]),
    ]);
    let others: BTreeSet<Asn> = [Asn(9)].into();
    let about = as_sets_about(&folder, Asn(7), &others).unwrap().unwrap();
    let naming = [("AS-A", "RADB"), ("AS7:AS-ALL", "RIPE")];
    assert_eq!(about.naming, naming.map(|(name, registry)| (name.to_owned(), registry.to_owned())));
    let names = |asn| about.under[&Asn(asn)].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!((names(7), names(9), about.under.len()), (vec!["AS7:AS-ALL"], vec!["9:AS-X:AS-Y"], 2));
    assert_eq!(as_sets_about(Path::new("/nowhere"), Asn(7), &others).unwrap(), None);
}
