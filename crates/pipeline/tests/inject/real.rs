//! The same over real tables and relationships.

use std::path::{Path, PathBuf};

use bgp::mrt::{Item, Reader};
use pipeline::inject::{Ground, KINDS, Kind, Settings, TablesBuilder, Topology, plan};
use reference::relationships::{self, RelationshipTable};
use routing::FaultCounts;

use super::planted::assert_paths;

fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing", path.display());
    eprintln!("SKIPPED: {} is missing", path.display());
    None
}

fn unpacked(path: &Path) -> Box<dyn std::io::Read> {
    let file = std::fs::File::open(path).unwrap();
    Box::new(std::io::BufReader::with_capacity(1 << 16, bzip2::read::MultiBzDecoder::new(file)))
}

#[test]
fn a_real_table_and_real_relationships() {
    let name = "world-2014/routeviews.route-views.jinx.ribs.1401487200.bz2";
    let (Some(table), Some(as_rel)) = (data(name), data("world-2014/20140101.as-rel.txt.bz2")) else {
        return;
    };
    let input = std::io::BufReader::new(unpacked(&as_rel));
    let file = relationships::parse(input, &mut FaultCounts::default()).unwrap();
    let table_of_relations = RelationshipTable::new(&file.content.links);
    let topology = Topology::new(&table_of_relations);
    let mut builder = TablesBuilder::default();
    builder.collector("jinx");
    let mut reader = Reader::new(unpacked(&table));
    while let Some(item) = reader.next().unwrap() {
        if let Item::Record(record) = item {
            builder.read(&record, &mut |_| {});
        }
    }
    let tables = builder.finish().unwrap();
    assert_eq!(tables.rows.len(), 503_590);
    let ground = Ground::new(&tables, &topology, None, None, 0, 1);
    let kinds: Vec<Kind> = KINDS.iter().map(|row| row.kind).filter(|kind| *kind != Kind::Sibling).collect();
    let settings = Settings { seed: 11, count: 60, kinds, window_seconds: 86_400 };
    let planned = plan(&ground, &settings, || {});
    assert_eq!(planned.not_drawn, []);
    assert!(planned.events.iter().filter(|event| event.decidable).count() >= 55);
    planned.events.iter().for_each(|event| assert_paths(&table_of_relations, &ground, event));
}
