//! Bogon space and numbers.

mod data;

use reference::bogons::{self, BogonBlock, BogonClass, BogonTable, Space};
use reference::delegations::{self, DelegationTable};
use reference::{ReadError, bogons::list_blocks};
use routing::{Asn, Date, Family, FaultCounts, Prefix};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn p(text: &str) -> Prefix {
    text.parse().unwrap()
}

#[test]
fn what_iana_keeps_back() {
    let table = BogonTable::new([], [], []);
    let set = table.at(day("2025-04-01"));
    for full in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "10.1.2.0/24",
        "100.64.0.0/10",
        "127.0.0.1/32",
        "169.254.0.0/16",
        "172.31.0.0/16",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/25",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "255.255.255.255/32",
        "224.0.0.0/3",
        "::/0",
        "::/8",
        "::1/128",
        "100::/64",
        "64:ff9b:1::/48",
        "1000::/4",
        "2001:2::/48",
        "2001:10::/28",
        "2001:db8::/32",
        "2001:db8:1::/48",
        "2d00::/8",
        "3000::/5",
        "3ffe::/16",
        "3fff::/20",
        "4000::/2",
        "5f00::/16",
        "fc00::/7",
        "fd00::/8",
        "fe80::/10",
        "ff00::/8",
        "2e00::/7",
    ] {
        let expected = full != "::/0";
        let found = set.contains(p(full));
        assert_eq!(found.is_some_and(|m| m.class == BogonClass::Full), expected, "{full}: {found:?}");
    }
    for fine in [
        "0.0.0.0/0",
        "1.0.0.0/24",
        "8.8.8.0/24",
        "100.0.0.0/8",
        "172.0.0.0/8",
        "192.0.0.9/32",
        "192.0.0.10/32",
        "192.0.0.0/16",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.175.48.0/24",
        "198.16.0.0/14",
        "223.255.255.0/24",
        "128.0.0.0/1",
        "2001::/16",
        "2001::/32",
        "2001:1::1/128",
        "2001:3::/32",
        "2001:4:112::/48",
        "2001:20::/28",
        "2001:200::/32",
        "2002::/16",
        "2003::/19",
        "2400::/12",
        "2410::/16",
        "2600::/12",
        "2620:4f:8000::/48",
        "2a00::/12",
        "2a10::/12",
        "2c00::/12",
        "2000::/3",
        "64:ff9b::/96",
    ] {
        assert_eq!(set.contains(p(fine)), None, "{fine}");
    }
    let found = set.contains(p("192.0.2.128/25")).unwrap();
    assert_eq!((found.what, found.rule), ("documentation (TEST-NET-1)", "RFC 5737"));
    assert_eq!(
        set.contains(p("2001:db8::/48")).unwrap().rule,
        "RFC 3849",
        "the most specific block explains"
    );
}

#[test]
fn numbers_iana_keeps_back() {
    let table = BogonTable::new([], [], []);
    let set = table.at(day("2018-05-01"));
    for (asn, rule) in [
        (0, "RFC 7607"),
        (23456, "RFC 6793"),
        (64496, "RFC 5398"),
        (64511, "RFC 5398"),
        (64512, "RFC 6996"),
        (65534, "RFC 6996"),
        (65535, "RFC 7300"),
        (65536, "RFC 5398"),
        (65551, "RFC 5398"),
        (65552, "RFC 5398"),
        (131_071, "RFC 5398"),
        (4_200_000_000, "RFC 6996"),
        (4_294_967_294, "RFC 6996"),
        (u32::MAX, "RFC 7300"),
    ] {
        assert_eq!(set.asn(Asn(asn)).map(|m| (m.rule, m.class)), Some((rule, BogonClass::Full)), "{asn}");
    }
    for asn in [1, 112, 23455, 23457, 64495, 131_072, 4_199_999_999] {
        assert_eq!(set.asn(Asn(asn)), None, "{asn}");
    }
}

#[test]
fn whether_a_number_is_a_bogon_is_known_without_saying_which() {
    let lists = [
        (0, 9, BogonClass::Administrative, None),
        (400_000, 600_000, BogonClass::Administrative, None),
        (64_496, 64_500, BogonClass::Administrative, None),
        (70_000, 70_010, BogonClass::Administrative, Some(day("2030-01-01"))),
        (200_000, 200_000, BogonClass::Full, None),
    ];
    let lists = lists.map(|(first, last, class, since)| BogonBlock {
        space: Space::Asns(Asn(first), Asn(last)),
        class,
        since,
        until: None,
        what: "listed".into(),
        source: "a list".into(),
        rule: "",
    });
    let table =
        BogonTable::new(lists, [], [(Asn(64_496), Asn(64_600)), (Asn(4_200_000_000), Asn(4_200_000_009))]);
    let set = table.at(day("2026-03-01"));
    let ends =
        [0, 10, 23_456, 64_496, 64_500, 64_600, 65_535, 70_005, 131_072, 200_000, 399_999, 524_288, 600_000];
    let near = ends.into_iter().chain([4_200_000_000, 4_200_000_009, u32::MAX - 1]);
    let near = near.flat_map(|asn: u32| [asn.saturating_sub(1), asn, asn + 1]);
    for asn in near.chain((0..u32::MAX).step_by(9_973)).map(Asn) {
        assert_eq!(set.has_asn(asn), set.asn(asn).is_some(), "{asn}");
    }
}

#[test]
fn nothing_is_judged_by_a_later_rule() {
    let table = BogonTable::new([], [], []);
    let full = |prefix: &str, on: &str| table.at(day(on)).contains(p(prefix)).is_some();
    for (prefix, before, after, bogon_before) in [
        ("100.64.0.0/10", "2012-03-31", "2012-04-01", false),
        ("203.0.113.0/24", "2009-12-31", "2010-01-01", false),
        ("3fff::/20", "2024-06-30", "2024-07-01", true),
        ("1.0.0.0/8", "2009-12-31", "2010-01-01", true),
        ("185.1.0.0/16", "2011-01-31", "2011-02-01", true),
        ("2a10::/29", "2019-05-31", "2019-06-01", true),
        ("2400::/32", "2005-04-30", "2005-05-01", true),
        ("2408::/32", "2006-09-30", "2006-10-01", true),
        ("2410::/32", "2024-10-31", "2024-11-01", true),
    ] {
        assert_eq!(full(prefix, before), bogon_before, "{prefix} on {before}");
        assert_eq!(full(prefix, after), !bogon_before || prefix == "3fff::/20", "{prefix} on {after}");
    }
}

#[test]
fn touching_blocks_are_one_space_and_lists_are_administrative() {
    let list = ["11.0.0.0/24", "11.0.1.0/24", "11.0.2.0/24", "9.0.0.0/8", "11.0.2.0/23"].map(p);
    let blocks: Vec<BogonBlock> =
        list_blocks(&list, "a list", day("2020-01-10"), Some(day("2020-02-01"))).collect();
    let table = BogonTable::new(blocks, [], []);
    let class = |prefix: &str, on: &str| table.at(day(on)).contains(p(prefix)).map(|m| m.class);
    let administrative = Some(BogonClass::Administrative);
    assert_eq!(class("11.0.0.0/23", "2020-01-10"), administrative, "two touching blocks");
    assert_eq!(class("11.0.0.0/22", "2020-01-10"), administrative, "all four");
    assert_eq!(class("11.0.0.0/21", "2020-01-10"), None, "half of it only");
    assert_eq!(class("8.0.0.0/7", "2020-01-10"), None);
    assert_eq!(class("8.0.0.0/8", "2020-01-10"), None);
    assert_eq!(class("11.0.0.0/24", "2020-01-09"), None, "before the list");
    assert_eq!(class("11.0.0.0/24", "2020-02-01"), None, "the next list counts");
    assert_eq!(class("10.0.0.0/24", "2020-01-10"), Some(BogonClass::Full));
}

#[test]
fn laboratories_may_use_documentation_space() {
    let public = [p("192.0.2.0/24"), p("2001:db8::/32")];
    let table = BogonTable::new([], public, [(Asn(64496), Asn(64511))]);
    let set = table.at(day("2024-01-01"));
    assert_eq!(set.contains(p("192.0.2.0/25")), None);
    assert_eq!(set.contains(p("2001:db8:7::/48")), None);
    assert!(set.contains(p("198.51.100.0/24")).is_some());
    assert_eq!(set.asn(Asn(64500)), None);
    assert!(set.asn(Asn(64512)).is_some());
}

#[test]
fn pools_of_the_registries_are_administrative() {
    let text = "2|apnic|20160131|4|||\napnic||ipv4|27.0.160.0|8192||available|\napnic||ipv4|27.0.192.0|768||reserved|\n\
                apnic||asn|131500|10||available|\napnic|AU|asn|131510|1|20110811|allocated|A\n";
    let mut faults = FaultCounts::default();
    let table = DelegationTable::new(delegations::parse(text.as_bytes(), &mut faults).unwrap().content);
    let table = BogonTable::new(bogons::pool_blocks(&table, day("2016-01-31"), None), [], []);
    let set = table.at(day("2016-02-01"));
    let found = set.contains(p("27.0.168.0/21")).unwrap();
    assert_eq!((found.class, found.what), (BogonClass::Administrative, "available in APNIC's pool"));
    assert_eq!(set.contains(p("27.0.194.0/24")).unwrap().what, "reserved in APNIC's pool");
    assert_eq!(set.contains(p("27.0.195.0/24")), None);
    assert_eq!(set.asn(Asn(131_509)).unwrap().class, BogonClass::Administrative);
    assert_eq!(set.asn(Asn(131_510)), None);
    assert_eq!(table.at(day("2016-01-30")).asn(Asn(131_509)), None);
}

#[test]
fn lists_are_read() {
    let mut faults = FaultCounts::default();
    let text =
        "# last updated 1647435002 (Wed Mar 16 12:50:02 2022 GMT)\n0.0.0.0/8\nx\n10.0.0.1/8\n2000::/16\n";
    let parsed = bogons::parse_full_bogons(text.as_bytes(), &mut faults).unwrap();
    assert_eq!(parsed.stated.unwrap().to_string(), "2022-03-16T12:50:02Z");
    assert_eq!((parsed.records, faults.total(), faults.first()[0].at), (2, 2, 3));
    let text = "66.187.208.0/20 AS109 Prefix is within unallocated space: 66.187.208.0 - 66.187.223.255\nx AS1 y\n10.0.0.0/8 z\n10.0.0.0/8\n192.0.2.0/24 AS1\n";
    let mut faults = FaultCounts::default();
    let parsed = bogons::parse_cidr_report(text.as_bytes(), &mut faults).unwrap();
    assert_eq!((parsed.content[0].origin, parsed.records), (Asn(109), 2));
    assert!(parsed.content[0].reason.starts_with("Prefix is within"));
    let codes: Vec<_> = faults.first().iter().map(|f| (f.at, f.kind.code)).collect();
    assert_eq!(codes, [(2, "bad-prefix"), (3, "bad-asn"), (4, "wrong-columns")]);
    for html in ["<html>\n", "{\"x\":1}\n"] {
        let read = bogons::parse_full_bogons(html.as_bytes(), &mut faults);
        assert!(matches!(read, Err(ReadError::NotThisFormat { .. })));
        let read = bogons::parse_cidr_report(html.as_bytes(), &mut faults);
        assert!(matches!(read, Err(ReadError::NotThisFormat { .. })));
    }
}

#[test]
fn real_lists() {
    let Some(folder) = data::folder() else { return };
    let mut faults = FaultCounts::default();
    for path in data::files(&folder.join("manrs-2018/cidr"), ".gz") {
        let parsed = bogons::parse_cidr_report(data::open(&path), &mut faults).unwrap();
        assert_eq!(parsed.records as usize, data::read(&path).lines().count(), "{}", path.display());
    }
    for path in data::files(&folder.join("world-2022"), "fullbogons") {
        let parsed = bogons::parse_full_bogons(data::open(&path), &mut faults).unwrap();
        let lines = data::read(&path).lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(parsed.records as usize, lines, "{}", path.display());
        assert_eq!(parsed.stated.unwrap().date(), day("2022-03-16"));
    }
    assert_eq!(faults.total(), 0, "{:?}", faults.first());
}

/// The largest blocks of an independent list of March 2022 are full by our tables, or given and unused. (The
/// list leaves out the gaps between blocks of registries, so it cannot be asked the other way.)
#[test]
fn large_blocks_of_a_published_list_are_full() {
    let Some(folder) = data::folder() else { return };
    let mut faults = FaultCounts::default();
    let table = BogonTable::new([], [], []);
    let set = table.at(day("2022-03-16"));
    let mut seen = 0;
    for path in data::files(&folder.join("world-2022"), "fullbogons") {
        let list = bogons::parse_full_bogons(data::open(&path), &mut faults).unwrap().content;
        for prefix in list.iter().filter(|p| p.len() <= if p.family() == Family::V4 { 10 } else { 12 }) {
            seen += 1;
            assert_eq!(set.contains(*prefix).is_some(), prefix.to_string() != "2630::/12", "{prefix}");
        }
    }
    assert!(seen > 15);
}

/// What a registry lists, in whatever state, IANA has given to it: the tables must not call it never given.
#[test]
fn nothing_a_registry_lists_was_never_given() {
    let Some(folder) = data::folder() else { return };
    let mut seen = 0;
    for (part, name) in
        [("world-2016", "delegated"), ("world-2022", "delegated"), ("registries", "delegated")]
    {
        for path in data::files(&folder.join(part), name) {
            let mut faults = FaultCounts::default();
            let parsed = delegations::parse(data::open(&path), &mut faults).unwrap();
            let table = BogonTable::new([], [], []);
            let set = table.at(parsed.stated.unwrap().date());
            for record in parsed.content {
                let delegations::Resource::Prefixes(prefixes) = &record.resource else { continue };
                for prefix in prefixes {
                    seen += 1;
                    let found = set.contains(*prefix);
                    assert!(found.is_none_or(|m| m.source.contains("special-purpose")), "{prefix} {found:?}");
                    assert!(found.is_none() || !record.status.is_held(), "{prefix} {found:?} {record:?}");
                }
            }
        }
    }
    assert!(seen > 200_000, "{seen}");
}

/// The first dates of the tables against the registries' own: nothing was held in a block before IANA gave it.
#[test]
fn no_block_was_given_after_its_first_holder_got_a_part() {
    let Some(folder) = data::folder() else { return };
    let table = BogonTable::new([], [], []);
    let mut sets = std::collections::BTreeMap::new();
    let mut early = Vec::new();
    let mut paths = data::files(&folder.join("world-2022"), "delegated");
    paths.extend(data::files(&folder.join("world-2016"), "delegated"));
    paths.extend(data::files(&folder.join("registries"), "delegated"));
    let mut held = 0;
    for path in paths {
        for record in delegations::parse(data::open(&path), &mut FaultCounts::default()).unwrap().content {
            let (delegations::Resource::Prefixes(prefixes), Some(date)) = (&record.resource, record.date)
            else {
                continue;
            };
            let set = sets.entry(date).or_insert_with(|| table.at(date));
            held += prefixes.len();
            early.extend(
                prefixes.iter().filter(|p| set.contains(**p).is_some()).map(|p| format!("{p} {date}")),
            );
        }
    }
    early.sort();
    early.dedup();
    eprintln!("{} of {held} held earlier: {early:?}", early.len());
    // Records that carry the date of their holder's first dealings, not of the block.
    assert!(held > 100_000 && early.len() < 10, "{early:?}");
}

/// The origins of 2026, by a table of other making.
#[test]
fn the_table_of_2026_is_hardly_bogon() {
    let Some(folder) = data::folder() else { return };
    let table = BogonTable::new([], [], []);
    let set = table.at(day("2026-06-01"));
    for (name, len) in [("asn-ipv4.csv.gz", 24), ("asn-ipv6.csv.gz", 48)] {
        let (mut all, mut found) = (0, Vec::new());
        for line in data::read(&folder.join("registries").join(name)).lines() {
            let Some(address) = line.split(',').next().and_then(|a| a.parse().ok()) else { continue };
            all += 1;
            let prefix = Prefix::from_address(address, len).unwrap();
            found.extend(set.contains(prefix).map(|m| format!("{prefix} {}", m.what)));
        }
        eprintln!("{name}: {} of {all}: {found:?}", found.len());
        assert!(all > 100_000 && found.len() * 1000 < all, "{name}: {} of {all}: {found:?}", found.len());
    }
}

/// What the world announced must hardly be bogon, or a date in the tables is wrong.
#[test]
fn tables_of_the_world_are_hardly_bogon() {
    let Some(folder) = data::folder() else { return };
    for (name, on) in [
        ("world-2014/ipasn_20140513.dat.gz", "2014-05-13"),
        ("world-2016/ipasn6_20151101.dat.gz", "2015-11-01"),
    ] {
        let routes = data::origin_table(&folder.join(name));
        let table = BogonTable::new([], [], []);
        let set = table.at(day(on));
        let mut found = Vec::new();
        for (prefix, origin) in &routes {
            if let Some(m) = set.contains(*prefix) {
                found.push(format!("{prefix} {} {}", origin.unwrap(), m.what));
            }
        }
        eprintln!("{name}: {} of {} are full bogons: {:?}", found.len(), routes.len(), found);
        assert!(found.len() * 2000 < routes.len(), "{name}: {found:?}");
    }
}
