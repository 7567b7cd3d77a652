//! Killed at any moment, the last publication stands.

use std::time::Duration;

use serde_json::Value;

use crate::world::{World, has_data, wait};

const MONTH: &str = "2014-05";
const KILLS: u32 = 50;
const TABLES: [&str; 3] = ["routes", "networks", "economies"];

/// An evening's updates of one or both collectors, with VRPs and a registry.
fn config(collectors: &str) -> String {
    let mut text = "reference_skew_days_max = 700\n".to_owned();
    for (kind, path, more) in [
        ("mrt", "world-2014/ris.rrc06.updates.*.gz", "collector = \"rrc06\""),
        ("mrt", "world-2014/routeviews.route-views.jinx.updates.*.bz2", "collector = \"jinx\""),
        ("vrps", "world-2016/2016-02_tabi_roa.csv.gz", "date = 2016-02-01"),
        ("delegations", "world-2016/delegated-afrinic*.gz", ""),
        ("relationships", "world-2014/*.as-rel.txt.bz2", ""),
    ] {
        if kind != "mrt" || collectors.split('+').any(|c| more.contains(c)) {
            text += &format!("[[source]]\nkind = \"{kind}\"\npath = \"${{WORLD_DATA}}/{path}\"\n{more}\n");
        }
    }
    text
}

/// What a reader sees of a publication.
fn seen(world: &World) -> Vec<String> {
    TABLES.iter().map(|t| world.digest(t, MONTH)).collect()
}

/// An undisturbed run: what is seen, what is stored and how long it took.
fn undisturbed(config: &str) -> (Vec<String>, Value, Duration) {
    let world = World::new(config);
    let ran = world.run(&["month", MONTH, "--json"]).ok();
    (seen(&world), world.stored(MONTH), ran.took)
}

/// Everything but what depends on the publications before.
fn content(mut stored: Value) -> Value {
    let stored = stored.as_object_mut().unwrap();
    stored.remove("revisions");
    let head = stored["head"].as_object_mut().unwrap();
    for of_this_run in ["revision", "supersedes", "published_at", "reason", "generation"] {
        head.remove(of_this_run).unwrap();
    }
    Value::Object(stored.clone())
}

/// A generator of its own, so that the moments are the same in every run (xorshift, Marsaglia 2003).
fn random(state: &mut u64) -> f64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 11) as f64 / (1u64 << 53) as f64
}

#[test]
fn killed_at_any_moment_the_last_publication_stands() {
    if !has_data() {
        return;
    }
    // Each run replaces the publication of the other configuration: there is always something to lose.
    let configs = [config("rrc06+jinx"), config("rrc06")];
    let expected = configs.each_ref().map(|c| undisturbed(c));
    assert_ne!(expected[0].0, expected[1].0);
    let longest = expected.iter().map(|e| e.2).max().unwrap();

    let world = World::new(&configs[0]);
    world.month(MONTH);
    let (mut current, mut state) = (0, 0x9e37_79b9_7f4a_7c15);
    let (mut killed, mut published, mut writing) = (0, 0, 0);
    for kill in 0..KILLS {
        let target = 1 - current;
        world.configure(&configs[target]);
        let mut command = world.command(&["month", MONTH, "--quiet"]);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let before = world.lake();
        let moment = longest.mul_f64(1.1 * random(&mut state));
        let mut child = command.spawn().unwrap();
        // Every other one is counted from its first write, so that a busy machine does not spare the writing.
        let mut began = false;
        while kill % 2 == 1 && !began && child.try_wait().unwrap().is_none() {
            began = world.lake() != before;
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(moment.div_f64(if kill % 2 == 1 { 2.0 } else { 1.0 }));
        child.kill().unwrap();
        let status = wait(&mut child, Duration::from_secs(60));
        killed += u32::from(status.code().is_none());
        assert!(matches!(status.code(), None | Some(0)), "{status}");

        let now = seen(&world);
        if status.success() || now == expected[target].0 {
            published += 1;
            current = target;
        }
        assert_eq!(now, expected[current].0, "after a kill at {moment:?}");
        writing += u32::from(status.code().is_none() && began);
    }
    eprintln!(
        "{killed} of {KILLS} runs of {longest:?} killed, {writing} of them seen writing; \
         {published} had published"
    );
    assert!(killed >= KILLS / 2, "only {killed} runs were killed before their end");
    assert!(writing > 5, "only {writing} kills hit a run seen writing");

    let target = 1 - current;
    world.configure(&configs[target]);
    let summary = world.month(MONTH);
    let (digests, stored, _) = &expected[target];
    assert_eq!(summary["publication"]["changed"], true);
    assert_eq!(&seen(&world), digests);
    assert_eq!(content(world.stored(MONTH)), content(stored.clone()), "rows are lost or doubled");
    let generation = summary["publication"]["generation"].as_str().unwrap();
    assert_eq!(world.lake(), [generation], "leftovers stay in the lake");
    assert_eq!(world.month(MONTH)["publication"]["changed"], false);
}

/// A run that was killed while it wrote leaves nothing behind once the old sources are back.
#[test]
fn leftovers_go_though_nothing_changed() {
    if !has_data() {
        return;
    }
    let world = World::new(&config("rrc06"));
    let generation = world.month(MONTH)["publication"]["generation"].as_str().unwrap().to_owned();
    world.write("var/lake/draft-of-a-killed-run/routes.parquet", "PAR1");
    assert_eq!(world.month(MONTH)["publication"]["changed"], false);
    assert_eq!(world.lake(), [generation]);
}
