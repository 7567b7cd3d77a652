//! `observatory inject`: what the labels say is what the files show, as our own reader reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::{Command, Output};

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{Item, OriginCode, PeerEntry, Reader};
use flate2::read::MultiGzDecoder;
use routing::{AsPath, Asn, Prefix, Timestamp};
use serde_json::Value;

const START: Timestamp = Timestamp(1_700_000_000);

/// Two at the top, four below each of them with a peering across, and networks at the edge with two providers.
fn relationships() -> String {
    let mut text = String::from("1000|1001|0\n");
    for i in 0..8 {
        text += &format!("{}|{}|-1\n{}|{}|0\n", 1_000 + i % 2, 2_000 + i, 2_000 + i, 2_000 + (i + 3) % 8);
    }
    for i in 0..60 {
        text += &format!("{}|{}|-1\n{}|{}|-1\n", 2_000 + i % 8, 30_000 + i, 2_000 + (i + 1) % 8, 30_000 + i);
    }
    // A network that is known to filter attacks.
    text + "2001|13335|-1\n2002|13335|-1\n"
}

/// A /20 of every edge network and of those above them, as two peers have it.
fn table() -> Vec<u8> {
    let peers = [2_000, 1_001].map(|asn| PeerEntry {
        bgp_id: Ipv4Addr::UNSPECIFIED,
        address: IpAddr::V4(Ipv4Addr::from_bits(0xC000_0200 | (asn % 200))),
        asn: Asn(asn),
    });
    let mut writer = Writer::new(Vec::new());
    writer.peer_index_table(START, Ipv4Addr::UNSPECIFIED, "", &peers).unwrap();
    for i in 0..88u32 {
        // At last a part of every third edge network's, of another.
        let (origin, bits, len) = match i {
            0..60 => (30_000 + i, i << 12, 20),
            60..68 => (2_000 + i - 60, i << 12, 20),
            _ => (30_000 + i - 60, ((i - 68) * 3) << 12, 23),
        };
        let prefix = Prefix::from_address(Ipv4Addr::from_bits((20 << 24) | bits).into(), len).unwrap();
        let routes = [0, 1].map(|peer: usize| Route {
            origin: OriginCode::Igp,
            path: AsPath::from_sequence([peers[peer].asn, Asn(2_000 + i % 8), Asn(origin)]),
            next_hop: peers[peer].address,
            med: None,
            local_pref: None,
            communities: Vec::new(),
            only_to_customer: None,
        });
        let entry = |peer: usize| Entry { peer_index: peer as u16, originated: START, route: &routes[peer] };
        writer.rib(START, i, prefix, &[entry(0), entry(1)]).unwrap();
    }
    writer.into_inner()
}

fn inject(folder: &Path, out: &str, extra: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"));
    command.current_dir(folder).args(["inject", "--table", "rib.north.mrt", "--relationships", "as-rel.txt"]);
    command.args(["--out", out, "--quiet"]).args(extra).output().unwrap()
}

fn world() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rib.north.mrt"), table()).unwrap();
    fs::write(folder.path().join("as-rel.txt"), relationships()).unwrap();
    folder
}

fn labels(folder: &Path) -> BTreeMap<String, Value> {
    serde_json::from_slice(&fs::read(folder.join("labels.json")).unwrap()).unwrap()
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    MultiGzDecoder::new(BufReader::new(File::open(path).unwrap())).read_to_end(&mut bytes).unwrap();
    bytes
}

type Routes = BTreeMap<(Asn, Prefix), Vec<u32>>;

/// Applies everything up to that second.
fn apply(now: &mut Routes, mrt: &[u8], until: i64) {
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().unwrap() {
        let Item::Record(record) = item else { panic!("{item:?}") };
        if record.time.0 > until {
            return;
        }
        record.elements(&mut |fault| panic!("{fault}"), |element| {
            let place = (element.peer_asn, element.prefix);
            match element.route {
                Some(route) => now.insert(place, route.path().asns().map(|asn| asn.0).collect()),
                None => now.remove(&place),
            };
        });
    }
}

/// The paths that labels name for a prefix are those that differ from before while the event lasts.
fn assert_label(label: &Value, table: &[u8], updates: &[u8]) {
    let moment = |key: &str| format!("{}Z", label[key].as_str().unwrap()).parse::<Timestamp>().unwrap().0;
    let (mut before, mut during, mut after) = (Routes::new(), Routes::new(), Routes::new());
    apply(&mut before, table, i64::MAX);
    for (now, until) in [(&mut during, moment("start_time") + 60), (&mut after, moment("end_time") + 60)] {
        apply(now, table, i64::MAX);
        apply(now, updates, until);
    }
    let paths: BTreeSet<Vec<u32>> = serde_json::from_value(label["paths"].clone()).unwrap();
    assert_eq!(paths.is_empty(), label["peers"] == 0);
    for prefix in label["prefixes"].as_array().unwrap() {
        let prefix: Prefix = prefix.as_str().unwrap().parse().unwrap();
        let of = |routes: &Routes| -> Routes {
            routes.iter().filter(|((_, p), _)| *p == prefix).map(|(k, v)| (*k, v.clone())).collect()
        };
        let (before, during, after) = (of(&before), of(&during), of(&after));
        let fresh = during.iter().filter(|(place, path)| before.get(*place) != Some(*path));
        let fresh: BTreeSet<Vec<u32>> = fresh.map(|(_, path)| path.clone()).collect();
        assert_eq!(fresh, paths, "{label}");
        if label["stays"] == false {
            assert_eq!(before, after, "{label}");
        }
    }
}

#[test]
fn labels_say_what_the_files_show() {
    let world = world();
    let output = inject(world.path(), "shared", &["--seed", "3", "--count", "20"]);
    assert!(output.status.success(), "{output:?}");
    let out = world.path().join("shared");
    let (table, updates) = (out.join("north.rib.mrt.gz"), out.join("north.updates.mrt.gz"));
    let (table, updates) = (unpacked(&table), unpacked(&updates));
    let labels = labels(&out);
    assert_eq!(labels.len(), 20);
    labels.values().for_each(|label| assert_label(label, &table, &updates));
    let expected: BTreeSet<&str> = labels.values().map(|l| l["expected"].as_str().unwrap()).collect();
    assert_eq!(expected, BTreeSet::from(["benign", "incident"]));
}

#[test]
fn a_folder_per_event_stands_for_itself() {
    let world = world();
    let folders = ["--seed", "3", "--count", "20", "--layout", "folders", "--background", "5"];
    let output = inject(world.path(), "folders", &folders);
    assert!(output.status.success(), "{output:?}");
    let (out, whole) = (world.path().join("folders"), self::table());
    for (id, label) in labels(&out) {
        let folder = out.join(id);
        let table = unpacked(&folder.join("north.rib.mrt.gz"));
        let updates = folder.join("north.updates.mrt.gz");
        let updates = if updates.exists() { unpacked(&updates) } else { Vec::new() };
        assert_label(&label, &table, &updates);
        let prefix: Prefix = label["prefix"].as_str().unwrap().parse().unwrap();
        let near = |mrt: &[u8]| -> Routes {
            let mut routes = Routes::new();
            apply(&mut routes, mrt, i64::MAX);
            routes.retain(|(_, other), _| other.contains(&prefix) || prefix.contains(other));
            routes
        };
        assert_eq!(near(&table), near(&whole), "{label}");
    }
}

fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_files() {
    let world = world();
    for (out, seed) in [("a", "5"), ("b", "5"), ("c", "6")] {
        let output = inject(world.path(), out, &["--seed", seed, "--count", "40", "--rov-share", "30"]);
        assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
    }
    let [a, b, c] = ["a", "b", "c"].map(|out| content(&world.path().join(out)));
    assert!(a == b, "the same seed");
    assert!(a["labels.json"] != c["labels.json"], "another seed");
}

#[test]
fn what_cannot_be_done_is_said() {
    let world = world();
    let told = |extra: &[&str]| {
        let output = inject(world.path(), "out", extra);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text) = told(&[]);
    assert!(code == Some(2) && text.contains("--seed"), "{text}");
    let (code, text) = told(&["--seed", "1", "--kinds", "sibling"]);
    assert!(code == Some(1) && text.contains("--organisations"), "{text}");
    let (code, text) = told(&["--seed", "1", "--kinds", "hijacks"]);
    assert!(code == Some(2) && text.contains("hijack"), "{text}");
    let (code, text) = told(&["--seed", "1", "--table", "north=rib.north.mrt"]);
    assert!(code == Some(1) && text.contains("two tables are called `north`"), "{text}");
    let (code, text) = told(&["--seed", "1", "--vrps", "as-rel.txt"]);
    assert!(code == Some(1) && text.contains("as-rel.txt"), "{text}");
    let (code, text) = told(&["--seed", "1", "--start", "2023-11-01"]);
    assert!(code == Some(1) && text.contains("before the tables"), "{text}");
    let late = inject(world.path(), "late", &["--seed", "1", "--count", "1", "--start", "2024-01-01"]);
    assert!(late.status.success(), "{late:?}");
    let begins = labels(&world.path().join("late"))["e0001"]["start_time"].as_str().unwrap().to_owned();
    assert!(("2024-01-01T01".."2024-01-02T02").contains(&begins.as_str()), "{begins}");
    let output = inject(world.path(), "many", &["--seed", "1", "--count", "200", "--kinds", "transfer"]);
    assert_eq!(output.status.code(), Some(3), "there are no 200 prefixes");
    assert!(String::from_utf8_lossy(&output.stderr).contains("× transfer: could not be planted"));
    fs::write(world.path().join("as-rel.txt"), "1|2|-1\n").unwrap();
    let (code, text) = told(&["--seed", "1"]);
    assert!(code == Some(1) && text.contains("nobody would see anything"), "{text}");
    let mut file = File::create(world.path().join("out/here")).unwrap();
    file.write_all(b"x").unwrap();
    let (code, text) = told(&["--seed", "1"]);
    assert!(code == Some(1) && text.contains("not empty"), "{text}");
}
