//! Leaks on real recordings. `cargo test -p pipeline --test leaks -- --nocapture` prints the figures.

mod worlds;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use detect::{Event, Verdict};
use pipeline::month::origins::{self, AsOf};
use pipeline::month::{Collector, LeakContext, LeakReferences, detect_leaks};
use pipeline::sweep::{Beginning, Sweep, Swept, beginning};
use reference::relationships::RelationshipTable;
use routing::{Span, Timestamp};

/// Sweeps one collector's files, over all the time they cover. The number is that of updates.
fn collector(files: &[PathBuf]) -> (Collector, u64) {
    let mut plan: Vec<(Beginning, &Path)> =
        files.iter().map(|f| (beginning(worlds::open(f)).unwrap(), f.as_path())).collect();
    plan.sort();
    let from = plan[0].0.time;
    let window = Span { start: from, end: Timestamp(from.0 + 40 * 86_400) };
    let mut sweep = Sweep::new(window, from, 86_400);
    let (mut updates, mut tables) = (0, Vec::new());
    for (file, (begin, path)) in (0..).zip(&plan) {
        let report = sweep.read(file, worlds::open(path)).unwrap();
        match begin.updates {
            true => updates += report.elements,
            false => tables.push(file),
        }
    }
    let Swept { peers, paths, coverage, recording } = sweep.finish().unwrap();
    let name = files[0].display().to_string();
    (Collector { name, peers, paths, coverage, recording, tables: tables.into_iter().collect() }, updates)
}

struct Judged {
    events: Vec<Event>,
    spans: usize,
    standing: usize,
}

fn judge(collector: Collector, relationships: Option<(&RelationshipTable, Timestamp)>) -> Judged {
    let spans = collector.recording.all_spans(0).unwrap();
    let collectors = [collector];
    let sightings = origins::sightings(&collectors, &spans);
    let references = LeakReferences {
        relationships: relationships.map(|(data, as_of)| AsOf { data, as_of, label: "relationships" }),
        aspas: None,
        vrps: None,
        exchanges: &[],
        siblings: &|a, b| a == b,
        organisations_as_of: None,
        is_public: &worlds::is_public,
        was_linked: &|_, _| false,
    };
    let context = LeakContext::new(&collectors, &sightings, references);
    let events = detect_leaks(&spans, &context);
    Judged { events, spans: spans.len(), standing: context.customary() }
}

fn print(name: &str, judged: &Judged, updates: u64) {
    let mut counts = BTreeMap::new();
    for event in &judged.events {
        *counts.entry((event.verdict, event.reason.code())).or_insert(0u32) += 1;
    }
    println!(
        "{name}: {} spans, {updates} updates, {} standing turns, events {counts:?}",
        judged.spans, judged.standing
    );
    for event in judged.events.iter().filter(|e| e.verdict == Verdict::Incident).take(12) {
        println!("  {} {:?} {}", event.prefix, event.culprit, event.tree.fired[0].sentence);
    }
}

#[test]
fn a_quiet_file_is_quiet() {
    let Some(data) = worlds::folder() else { return };
    let of_2014 = worlds::relationships(&data.join("world-2014/20140101.as-rel.txt.bz2"));
    let of_2016 = worlds::relationships(&data.join("world-2016/20160101.as-rel.txt.bz2"));
    let (of_2014, of_2016) = (RelationshipTable::new(&of_2014.links), RelationshipTable::new(&of_2016.links));
    let day = |day: &str| day.parse::<Timestamp>().unwrap();
    let of_2014 = (&of_2014, day("2014-01-01T00:00:00Z"));
    let of_2016 = (&of_2016, day("2016-01-01T00:00:00Z"));
    let jinx: &[&str] = &[
        "world-2014/routeviews.route-views.jinx.ribs.1401487200.bz2",
        "world-2014/routeviews.route-views.jinx.updates.1401493500.bz2",
    ];
    for (files, relationships) in [
        (jinx, Some(of_2014)),
        (jinx, None),
        (&["world-2014/ris.rrc06.updates.1401488100.gz"], Some(of_2014)),
        (&["world-2016/updates.20160811.1600.gz"], Some(of_2016)),
        (&["world-2016/updates.et-header.2015.gz"], Some(of_2014)),
        (&["mrt/updates.20190101.0000.gz"], Some(of_2016)),
        (&["mrt/ris.rrc06.updates.1427846400.gz"], Some(of_2014)),
        (&["mrt/routeviews.route-views.jinx.updates.1427846400.bz2"], Some(of_2014)),
    ] {
        let paths: Vec<PathBuf> = files.iter().map(|f| data.join(f)).collect();
        let (collector, updates) = collector(&paths);
        let judged = judge(collector, relationships);
        print(files.last().unwrap(), &judged, updates);
        let incidents: Vec<&Event> =
            judged.events.iter().filter(|e| e.verdict == Verdict::Incident).collect();
        assert_eq!(incidents.len(), 0, "{files:?}");
    }
}
