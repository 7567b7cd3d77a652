//! RPSL dumps and the state of routes in them.

mod data;

use data::Dice;
use reference::irr::{self, Authority, IrrDump, IrrSource, IrrState, RouteTable};
use reference::{Parsed, ReadError};
use routing::{Asn, Family, FaultCounts, Prefix};

fn read(text: &str) -> (Parsed<IrrDump>, FaultCounts) {
    let mut faults = FaultCounts::default();
    (irr::parse(text.as_bytes(), "TEST", &mut faults).unwrap_or_else(|e| panic!("{text}: {e}")), faults)
}

fn source(authority: &str, routes: &[(&str, u32)]) -> IrrSource {
    let text: String = routes
        .iter()
        .map(|(p, a)| {
            format!("route{}: {p}\norigin: AS{a}\nsource: TEST\n\n", if p.contains(':') { "6" } else { "" })
        })
        .collect();
    IrrSource { authority: Authority::named(authority), dump: read(&text).0.content }
}

#[test]
fn routes_and_networks_are_read() {
    let (parsed, faults) = read(
        "% RIPE-like\n\nroute: 192.0.2.0/24\norigin: as64500 # ours\nmnt-by: A-MNT,\n B-MNT\nmnt-by: C-MNT\n\
         created: 2002-05-21T15:33:55Z\nlast-modified: 2009-10-15T09:32:17Z\nsource: test # Filtered\n\n\
         route6: 2001:DB8::/32\norigin: AS1.1\nchanged: x@example.net 20180614 #1\nchanged: x@example.net 20041019\n\
         source: OTHER\n\naut-num: AS64500\nas-name: ONE\nimport: from AS1 accept ANY\nmp-import: afi any from AS2\n\
         export:\nmp-export: to AS1 announce AS64500\nadmin-c: AA1-TEST\ntech-c: Not available\nsource: TEST\n\n\
         mntner: A-MNT\n\nperson: Nobody\n\nperson: Anybody\n",
    );
    let dump = parsed.content;
    let [v4, v6] = dump.routes[..] else { panic!("two routes") };
    assert_eq!((v4.prefix.to_string().as_str(), v4.origin), ("192.0.2.0/24", Asn(64500)));
    assert_eq!(v4.created.unwrap().to_string(), "2002-05-21");
    assert_eq!(v4.last_modified.unwrap().to_string(), "2009-10-15");
    assert_eq!(
        (dump.names.text(v4.source), dump.names.text(v4.maintainers)),
        ("TEST", "A-MNT, B-MNT, C-MNT")
    );
    assert_eq!((v6.prefix.to_string().as_str(), v6.origin), ("2001:db8::/32", Asn(65537)));
    assert_eq!(v6.created.unwrap().to_string(), "2004-10-19");
    assert_eq!(v6.last_modified.unwrap().to_string(), "2018-06-14");
    let network = &dump.networks[0];
    assert_eq!((network.asn, &*network.as_name), (Asn(64500), "ONE"));
    assert_eq!((network.imports, network.exports), (2, 1), "an empty policy is none");
    assert!(network.has_admin_c && !network.has_tech_c, "a sentence is no handle");
    assert_eq!(dump.classes["person"], 2);
    assert_eq!(dump.classes["route"], 1);
    let found: Vec<_> = faults.first().iter().map(|f| (f.at, f.kind.code)).collect();
    assert_eq!(found, [(12, "source-differs")]);
}

#[test]
fn broken_objects_are_faults_with_their_line() {
    let (parsed, faults) = read(
        "route: 192.0.2.0/24\norigin: AS1\n\nroute: 192.0.2.1/24\norigin: AS1\n\nroute: 192.0.2.0/24\n\n\
         route: 192.0.2.0/24\norigin: AS-SET\n\nroute: 10.0.0.0/8\norigin: AS1\norigin: AS2\ncreated: soon\n\n\
         aut-num:\n\naut-num: x\n\nroute6: 2001:db8::/32\norigin: AS1\n",
    );
    let found: Vec<_> = faults.first().iter().map(|f| (f.at, f.kind.code)).collect();
    assert_eq!(
        found,
        [
            (4, "bad-prefix"),
            (7, "rpsl-missing"),
            (9, "bad-asn"),
            (12, "rpsl-repeated"),
            (12, "bad-date"),
            (17, "rpsl-missing"),
            (19, "bad-asn"),
        ]
    );
    assert_eq!(parsed.content.routes.len(), 3);
    assert_eq!(parsed.content.routes[1].origin, Asn(1), "the first of two origins");
}

#[test]
fn other_texts_are_told_apart() {
    for text in [
        "<!DOCTYPE html>\n<style>\nfont-size: 12px;\n</style>\n<p>503</p>\n",
        "ASN,IP Prefix,Max Length\nAS1,192.0.2.0/24,24\n",
        "{\"roas\": []}\n",
        "1|2|-1\n",
    ] {
        let read = irr::parse(text.as_bytes(), "TEST", &mut FaultCounts::default());
        assert!(matches!(read, Err(ReadError::NotThisFormat { .. })), "{text}: {read:?}");
    }
    assert_eq!(read("").0.records, 0);
    assert_eq!(read("# an empty dump\n\n").0.records, 0);
}

#[test]
fn states_and_authorities() {
    let table = RouteTable::new(vec![
        source("RADB", &[("10.0.0.0/8", 1), ("10.1.0.0/16", 2), ("2001:db8::/32", 1)]),
        source("RIPE", &[("10.0.0.0/8", 1), ("10.1.0.0/16", 3)]),
        source("ARIN", &[("10.1.0.0/16", 3)]),
    ]);
    let names: Vec<_> = table.authorities().iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["ARIN", "RIPE", "RADB"], "authoritative first, then by name");
    for (prefix, origin, state, authority, objects) in [
        ("10.0.0.0/8", Some(1), IrrState::Exact, "RIPE", 2),
        ("10.1.0.0/16", Some(1), IrrState::Covered, "RIPE", 2),
        ("10.1.0.0/16", Some(2), IrrState::Exact, "RADB", 1),
        ("10.1.2.0/24", Some(2), IrrState::Covered, "RADB", 1),
        ("10.1.2.0/24", Some(3), IrrState::Covered, "ARIN", 2),
        ("10.1.2.0/24", Some(4), IrrState::WrongOrigin, "ARIN", 5),
        ("10.2.0.0/16", None, IrrState::WrongOrigin, "RIPE", 2),
        ("2001:db8::/33", Some(1), IrrState::Covered, "RADB", 1),
        ("2001:db8::/31", Some(1), IrrState::NoObject, "", 0),
        ("0.0.0.0/0", Some(1), IrrState::NoObject, "", 0),
    ] {
        let e = table.explain(prefix.parse().unwrap(), origin.map(Asn));
        assert_eq!(e.verdict.state, state, "{prefix} {origin:?}");
        let best = e.verdict.authority.map_or("", |id| &table.authority(id).name);
        assert_eq!((best, e.objects.len()), (authority, objects), "{prefix} {origin:?}");
    }
    assert!(!Authority::named("RIPE-NONAUTH").authoritative && Authority::named("afrinic").authoritative);
}

#[test]
fn the_table_equals_brute_force_in_any_order() {
    let mut dice = Dice(7);
    let mut seen = [0; 4];
    for _ in 0..200 {
        let mut objects: Vec<(Prefix, Asn, &str)> = Vec::new();
        let prefix = |dice: &mut Dice| {
            let family = dice.pick(&[Family::V4, Family::V6]);
            let len = dice.pick(&[0, 1, 2, 8, 9, 24, family.bits()]);
            Prefix::from_bits(family, u128::from(dice.pick(&[0_u8, 1, 0x80, 0xff, 0x0a])) << 120, len)
                .unwrap()
        };
        for _ in 0..dice.below(12) {
            objects.push((
                prefix(&mut dice),
                Asn(dice.below(3) as u32),
                dice.pick(&["RIPE", "RADB", "LEVEL3"]),
            ));
        }
        let part = |name: &str| {
            let of: Vec<(String, u32)> =
                objects.iter().filter(|o| o.2 == name).map(|o| (o.0.to_string(), o.1.0)).collect();
            source(name, &of.iter().map(|(p, a)| (p.as_str(), *a)).collect::<Vec<_>>())
        };
        let table = RouteTable::new(["RIPE", "RADB", "LEVEL3"].map(part).to_vec());
        let other = RouteTable::new(["LEVEL3", "RIPE", "RADB"].map(part).to_vec());
        assert_eq!(table.routes(), other.routes());
        let mut routes: Vec<_> = (0..50)
            .map(|_| (prefix(&mut dice), dice.pick(&[None, Some(Asn(0)), Some(Asn(1)), Some(Asn(2))])))
            .collect();
        routes.sort();
        for ((prefix, origin), verdict) in routes.iter().zip(table.look_up_all(&routes)) {
            let covering = || objects.iter().filter(|o| o.0.contains(prefix));
            let state = if covering().any(|o| o.0 == *prefix && Some(o.1) == *origin) {
                IrrState::Exact
            } else if covering().any(|o| Some(o.1) == *origin) {
                IrrState::Covered
            } else if covering().next().is_some() {
                IrrState::WrongOrigin
            } else {
                IrrState::NoObject
            };
            assert_eq!(verdict.state, state, "{prefix} {origin:?} in {objects:?}");
            assert_eq!(verdict, table.look_up(*prefix, *origin));
            seen[state as usize] += 1;
        }
    }
    assert!(seen.iter().all(|n| *n > 100), "{seen:?}");
}

#[test]
fn real_dumps() {
    let Some(folder) = data::folder() else { return };
    let mut paths = data::files(&folder.join("world-2016/irr-excerpt-2016-04-06"), "ripe-db");
    paths.extend(data::files(&folder.join("irr"), "testdata"));
    let mut tables = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut faults = FaultCounts::default();
        let authority = if name.starts_with("ripe") { "RIPE" } else { "RADB" };
        let read = irr::parse(data::open(&path), authority, &mut faults);
        let text = data::read(&path);
        if name.contains("illegal") || name.contains("keyword") {
            assert!(matches!(read, Err(ReadError::NotThisFormat { .. })), "{name}: {read:?}");
            continue;
        }
        let dump = read.unwrap_or_else(|e| panic!("{name}: {e}")).content;
        let begins = |what: &str| text.lines().filter(|l| l.starts_with(what)).count();
        assert_eq!(dump.routes.len(), begins("route:") + begins("route6:"), "{name}");
        assert_eq!(dump.networks.len(), begins("aut-num:"), "{name}");
        assert_eq!(faults.skipped(), 0, "{name}: {:?}", faults.first());
        for class in ["route-set", "as-set", "mntner"] {
            assert_eq!(
                dump.classes.get(class).copied().unwrap_or(0) as usize,
                begins(&format!("{class}:")),
                "{name}"
            );
        }
        tables.push(IrrSource { authority: Authority::named(authority), dump });
    }
    let objects: usize = tables.iter().map(|t| t.dump.routes.len()).sum();
    let table = RouteTable::new(tables);
    assert!(objects > 10 && table.routes().len() <= objects && table.authorities().len() == 2);
    for route in table.routes() {
        let (prefix, origin) = (route.object.prefix, Some(route.object.origin));
        assert_eq!(table.look_up(prefix, origin).state, IrrState::Exact);
        assert_ne!(table.look_up(prefix, Some(Asn(0))).state, IrrState::Exact);
    }
}
