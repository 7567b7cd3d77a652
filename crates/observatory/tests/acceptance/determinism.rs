//! The same inputs give the same result, whatever their order, their place and the number of threads.

use std::fs;
use std::path::Path;

use crate::april::{APRIL, Source, TABLES, april, config, sources};
use crate::world::{DATA, World};

/// The same sources in another order, read from another folder by two threads.
#[test]
fn order_place_and_threads_change_nothing() {
    let Some(april) = april() else { return };
    let sources = sources();
    let moved = World::new("");
    for Source { file, .. } in &sources {
        for path in glob(file) {
            let name = path.file_name().unwrap();
            let place = moved.folder.join("elsewhere").join(Path::new(file).parent().unwrap());
            fs::create_dir_all(&place).unwrap();
            fs::copy(&path, place.join(name)).unwrap();
        }
    }
    moved.configure(&config("threads = 2", "elsewhere", sources.iter().rev()));
    let summary = moved.month(APRIL);
    assert!(summary["collectors"].as_u64().unwrap() > 30, "{summary}");
    for (table, framework) in TABLES {
        let args = ["export", table, "--month", APRIL, "--framework", framework];
        let (ours, theirs) = (moved.run(&args).ok().out, april.run(&args).ok().out);
        assert!(ours == theirs && ours.iter().filter(|b| **b == b'\n').count() > 1, "{table}");
    }
    let before = april.month(APRIL);
    for part in ["generation", "result"] {
        assert_eq!(summary["publication"][part], before["publication"][part], "{part}");
    }
}

/// One collector is slow and one is quick, and both saw the same bogons.
#[test]
fn whichever_collector_is_done_first() {
    if !crate::world::has_data() {
        return;
    }
    let mrt = |collector: &str, name: &str, file: &str| {
        format!(
            "[[source]]\nkind = \"mrt\"\ncollector = \"{collector}\"\nname = \"{name}\"\n\
             path = \"${{WORLD_DATA}}/mrt/{file}.mrt.gz\"\n"
        )
    };
    let mut sources = [mrt("slow", "a", "arch[012]"), mrt("then", "b", "arch2"), mrt("too", "c", "arch[23]")];
    let one = World::new(&format!("threads = 1\n{}", sources.concat()));
    sources.reverse();
    let two = World::new(&format!("threads = 2\n{}", sources.concat()));
    assert_eq!(one.month("2013-01")["publication"], two.month("2013-01")["publication"]);
    for (table, _) in TABLES {
        assert_eq!(one.digest(table, "2013-01"), two.digest(table, "2013-01"), "{table}");
    }
    let (ours, theirs) = (one.stored("2013-01"), two.stored("2013-01"));
    assert_eq!(ours["events"], theirs["events"]);
    let seen_by_all = |e: &&serde_json::Value| e["collectors"].as_array().unwrap().len() == 3;
    assert!(ours["events"].as_array().unwrap().iter().filter(seen_by_all).count() > 3);
}

fn glob(file: &str) -> Vec<std::path::PathBuf> {
    let path = Path::new(DATA).join(file);
    let (folder, name) = (path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap());
    let Some((before, after)) = name.split_once('*') else { return vec![path] };
    let matches = |n: &str| n.starts_with(before) && n.ends_with(after);
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.filter(|p| matches(p.file_name().unwrap().to_str().unwrap())).collect()
}

/// A small configuration: two collectors' updates of an evening.
fn evening(more: &str) -> String {
    let mrt = |collector: &str, file: &str| {
        format!(
            "[[source]]\nkind = \"mrt\"\ncollector = \"{collector}\"\npath = \"${{WORLD_DATA}}/world-2014/{file}\"\n"
        )
    };
    let jinx = mrt("jinx", "routeviews.route-views.jinx.updates.1401493500.bz2");
    format!("{}{jinx}{more}", mrt("rrc06", "ris.rrc06.updates.*.gz"))
}

const NAMES: &str =
    "[[source]]\nkind = \"as_names\"\npath = \"${WORLD_DATA}/world-2014/asnames_20140524.txt.gz\"\n";
const EVENING: &str = "2014-05";

#[test]
fn again_changes_nothing() {
    let Some(april) = april() else { return };
    let before = april.stored(APRIL);
    let summary = april.month(APRIL);
    assert_eq!(summary["publication"]["changed"], false);
    assert_eq!(summary["publication"]["revision"], 1);
    assert_eq!(summary["seconds"].get("reading routes"), None, "nothing is computed");
    assert_eq!(april.stored(APRIL), before);
    let rows = |part: &str| before[part].as_array().unwrap().len();
    for part in ["sources", "networks", "readiness", "areas", "events", "incidents"] {
        assert!(rows(part) > 0, "no rows of {part}");
    }
    assert_eq!(rows("revisions"), 1);
}

#[test]
fn a_file_listed_twice_counts_once() {
    if !crate::world::has_data() {
        return;
    }
    let (once, twice) = (World::new(&evening(NAMES)), World::new(""));
    let again = "[[source]]\nkind = \"mrt\"\ncollector = \"rrc06\"\nname = \"again\"\n\
                 path = \"${WORLD_DATA}/world-2014/ris.rrc06.*.gz\"\n";
    twice.configure(&evening(&format!("{again}{NAMES}")));
    let (once_summary, twice_summary) = (once.month(EVENING), twice.month(EVENING));
    assert!(once_summary["mrt"]["elements"].as_u64().unwrap() > 5_000);
    for part in ["networks", "collectors", "peers", "routes", "mrt", "events"] {
        assert_eq!(once_summary[part], twice_summary[part], "{part}");
    }
    for (table, _) in TABLES {
        assert_eq!(once.digest(table, EVENING), twice.digest(table, EVENING), "{table}");
    }
}

/// Without its lake the month is computed again, and that is no new revision.
#[test]
fn a_lost_lake_comes_back() {
    if !crate::world::has_data() {
        return;
    }
    let world = World::new(&evening(""));
    let first = world.month(EVENING)["publication"].clone();
    let routes = world.digest("routes", EVENING);
    fs::remove_dir_all(world.folder.join("var/lake")).unwrap();
    let again = world.month(EVENING)["publication"].clone();
    assert_eq!((&again["revision"], &again["changed"]), (&1.into(), &false.into()));
    assert_eq!(again["result"], first["result"]);
    assert_eq!(world.digest("routes", EVENING), routes);
}

/// Revisions count up, say why and what they replace; an old state comes back with its digest.
#[test]
fn another_source_makes_another_revision() {
    if !crate::world::has_data() {
        return;
    }
    let world = World::new(&evening(""));
    let first = world.month(EVENING)["publication"].clone();
    let routes = world.digest("routes", EVENING);
    assert_eq!((&first["revision"], &first["changed"]), (&1.into(), &true.into()));

    world.configure(&evening(NAMES));
    let second = world.month(EVENING)["publication"].clone();
    assert_eq!((&second["revision"], &second["changed"]), (&2.into(), &true.into()));
    assert!(!second["reason"].as_str().unwrap().is_empty());
    assert_ne!(second["reason"], first["reason"]);
    assert_ne!(second["result"], first["result"], "names are part of the result");
    assert_eq!(world.digest("routes", EVENING), routes, "names change no route");
    let stored = world.stored(EVENING);
    assert_eq!((&stored["head"]["supersedes"], &stored["head"]["revision"]), (&1.into(), &2.into()));
    assert_eq!(stored["revisions"].as_array().unwrap().len(), 2);
    assert_eq!(world.lake(), [second["generation"].as_str().unwrap()], "replaced generations go");

    world.configure(&evening(""));
    let third = world.month(EVENING)["publication"].clone();
    assert_eq!(third["revision"], 3);
    assert_eq!(third["result"], first["result"]);
}
