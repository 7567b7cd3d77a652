//! Delegations, countries, names, organisations, relationships, contacts.

mod data;

use std::collections::BTreeMap;
use std::io::BufRead;

use reference::delegations::{Delegation, DelegationTable, Resource, Status};
use reference::organisations::OrganisationTable;
use reference::relationships::{Relation, RelationshipTable, Size};
use reference::{ReadError, Registry, as_names, asn_countries, delegations, organisations, relationships};
use routing::{Asn, FaultCounts};

fn codes(faults: &FaultCounts) -> Vec<(u64, &'static str)> {
    faults.first().iter().map(|f| (f.at, f.kind.code)).collect()
}

fn delegated(text: &str) -> (Vec<Delegation>, FaultCounts) {
    let mut faults = FaultCounts::default();
    (delegations::parse(text.as_bytes(), &mut faults).unwrap().content, faults)
}

#[test]
fn delegation_records_are_read() {
    let (records, faults) = delegated(
        "# conditions\n2.3|apnic|20160131|6||20160130|+1000\napnic|*|asn|*|2|summary\napnic|*|ipv4|*|2|summary\napnic|*|ipv6|*|2|summary\n\
         apnic|AU|asn|131072|2|20070115|allocated|A91\napnic||asn|131074|1||available|\n\
         apnic|AP|ipv4|1.0.0.128|384|00000000|assigned|A91\r\napnic|EU|ipv4|0.0.0.0|4294967296|20110811|reserved\n\
         apnic|ZZ|ipv6|2001:db8::|32|20110811|reserved||extra\napnic|JP|ipv6|2001:200::|35|19990813|allocated|A92\n",
    );
    assert_eq!(codes(&faults), []);
    let shown = |d: &Delegation| match &d.resource {
        Resource::Asns { first, last } => format!("{first}-{last}"),
        Resource::Prefixes(p) => p.iter().map(|p| p.to_string()).collect::<Vec<_>>().join(" "),
    };
    let all: Vec<_> = records.iter().map(shown).collect();
    assert_eq!(
        all,
        [
            "AS131072-AS131073",
            "AS131074-AS131074",
            "1.0.0.128/25 1.0.1.0/24",
            "0.0.0.0/0",
            "2001:db8::/32",
            "2001:200::/35"
        ]
    );
    let country = |i: usize| records[i].country.map_or(String::new(), |c| c.to_string());
    assert_eq!([country(0), country(1), country(2), country(3), country(4)], ["AU", "", "AP", "EU", "ZZ"]);
    assert_eq!((records[2].date, &*records[2].opaque_id), (None, "A91"));
    assert_eq!(records[5].date.unwrap().to_string(), "1999-08-13");
}

#[test]
fn wrong_delegation_records_are_faults() {
    let (records, faults) = delegated(
        "2|lacnic|20160129|9|19870101|20160129|-0200\nlacnic|*|asn|*|4|summary\nlacnic|*|ipv4|*|x|summary\n\
         lacnic|BR|asn|x|1|20110811|allocated|1\nlacnic|BR|asn|4294967295|2|20110811|allocated|1\n\
         lacnic|BR|asn|1|0|20110811|allocated|1\nlacnic|BR|asn|1|999999|20110811|allocated|1\n\
         lacnic|BR|ipv4|1.0.0|256|20110811|allocated|1\nlacnic|BR|ipv4|255.255.255.0|257|20110811|allocated|1\n\
         lacnic|BR|ipv6|2001:db8::1|32|20110811|allocated|1\nlacnic|BR|ipv6|2001:db8::|129|20110811|allocated|1\n\
         lacnic|BR|ipv4|1.0.0.0|256|20111311|allocated|1\nmoon|BR|ipv4|1.0.0.0|256|20110811|allocated|1\n\
         lacnic|B1|ipv4|1.0.0.0|256|20110811|allocated|1\nlacnic|BR|ipv4|1.0.0.0|256|20110811|gone|1\n\
         lacnic|BR|dns|1|1|20110811|allocated|1\nlacnic|BR\nlacnic|BR|asn|1|1|20110811|allocated|1\nlacnic|BR|asn|2|1|20110811|allocated|1\n\
         lacnic|BR|asn|3|1|20110811|allocated|1\nlacnic|BR|asn|4|1|20110811|allocated|1\nlacnic|BR|asn|5|1|20110811|allocated|1\n\
         lacnic|BR|asn|6|1|20110811|allocated|1\nlacnic|BR|asn|7|1|20110811|allocated|1\nlacnic|BR|asn|8|1|20110811|allocated|1\nlacnic|BR|asn|9|1|20110811|allocated|1\nlacnic|BR|asn|10|1|20110811|allocated|1\nlacnic|BR|asn|11|1|20110811|allocated|1\nlacnic|BR|asn|12|1|20110811|allocated|1\n",
    );
    assert_eq!(records.len(), 14);
    assert_eq!(
        codes(&faults),
        [
            (3, "bad-count"),
            (4, "bad-asn"),
            (5, "bad-count"),
            (6, "bad-count"),
            (7, "bad-count"),
            (8, "bad-address"),
            (9, "bad-count"),
            (10, "bad-prefix"),
            (11, "bad-prefix"),
            (12, "bad-date"),
            (13, "unknown-registry"),
            (14, "bad-country"),
            (15, "bad-status"),
            (16, "unknown-resource"),
            (17, "wrong-columns"),
            (1, "records-mismatch"),
            (2, "summary-mismatch"),
        ]
    );
}

#[test]
fn questions_about_numbers_do_not_depend_on_order() {
    let (mut records, _) = delegated(
        "2|nro|20160131|6|||\napnic|AU|asn|10|5|20070115|allocated|A\nripencc|NL|asn|12|1|20100101|assigned|B\narin||asn|12|1||reserved|\n\
         arin|US|asn|20|1||reserved|\niana|ZZ|asn|0|1|19920101|ietf|ietf|iana\nafrinic||asn|9|100||available|\n",
    );
    for turn in 0..2 {
        let table = DelegationTable::new(records.clone());
        let of = |n: u32| table.asn(Asn(n)).map(|d| (d.registry, d.status));
        assert_eq!(of(0), Some((Registry::Iana, Status::Reserved)), "{turn}");
        assert_eq!(of(9), Some((Registry::Afrinic, Status::Available)));
        assert_eq!(of(10), Some((Registry::Apnic, Status::Allocated)));
        assert_eq!(of(12), Some((Registry::RipeNcc, Status::Assigned)), "the later date");
        assert_eq!(of(14), Some((Registry::Apnic, Status::Allocated)));
        assert_eq!(of(108), Some((Registry::Afrinic, Status::Available)));
        assert_eq!((of(8), of(109)), (None, None));
        let universe: Vec<_> = table.networks().map(|(a, d)| (a.0, d.registry)).collect();
        let own = |n| (n, if n == 12 { Registry::RipeNcc } else { Registry::Apnic });
        assert_eq!(universe, [10, 11, 12, 13, 14].map(own));
        assert_eq!(table.registries().len(), 5);
        records.reverse();
    }
}

#[test]
fn what_another_registry_lists_as_held_is_in_no_pool() {
    let (records, faults) = delegated(
        "2|nro|20160131|7|||\narin||ipv4|10.0.0.0|256||reserved|\nripencc|NL|ipv4|10.0.0.0|512|20100101|assigned|B\n\
         arin||ipv4|10.0.2.0|256||available|\narin||asn|1|4294967295||reserved|\nripencc|NL|asn|5|1|20100101|assigned|B\n\
         arin||asn|5|1|20150101|reserved|\narin||asn|0|4294967296||reserved|\n",
    );
    assert_eq!(codes(&faults), [(8, "bad-count")]);
    let table = DelegationTable::new(records);
    let pools: Vec<_> = table.pools().map(|(p, _)| p.to_string()).collect();
    assert_eq!(pools, ["10.0.2.0/24"]);
    let asns: Vec<_> = table.asn_pools().map(|(a, b, _)| (a.0, b.0)).collect();
    assert_eq!(asns, [(1, 4), (6, u32::MAX)]);
    assert_eq!(table.networks().map(|(a, _)| a.0).collect::<Vec<_>>(), [5]);
}

#[test]
fn other_texts_are_told_apart() {
    for text in ["<!DOCTYPE html>\n<html></html>\n", "{\"data\": []}\n", "x\ty\n"] {
        let mut f = FaultCounts::default();
        let refused = [
            delegations::parse(text.as_bytes(), &mut f).err(),
            asn_countries::parse(text.as_bytes(), &mut f).err(),
            organisations::parse(text.as_bytes(), &mut f).err(),
            relationships::parse(text.as_bytes(), &mut f).err(),
            as_names::parse(text.as_bytes(), &mut f).err(),
        ];
        let wrong = |e: &Option<ReadError>| matches!(e, Some(ReadError::NotThisFormat { .. }));
        assert!(refused.iter().all(wrong), "{text}: {refused:?}");
    }
}

#[test]
fn real_delegations() {
    let Some(folder) = data::folder() else { return };
    let mut paths = data::files(&folder.join("world-2016"), "delegated-");
    paths.extend(data::files(&folder.join("world-2022"), "delegated-"));
    paths.extend(data::files(&folder.join("registries"), "delegated-"));
    paths.push(folder.join("world-2016/irr-excerpt-2016-04-06/extended-delegated-stats.txt"));
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = data::read(&path);
        let mut faults = FaultCounts::default();
        let parsed =
            delegations::parse(text.as_bytes(), &mut faults).unwrap_or_else(|e| panic!("{name}: {e}"));
        let rows: Vec<Vec<&str>> = text
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty() && !l.contains("summary"))
            .map(|l| l.split('|').collect())
            .filter(|c: &Vec<&str>| c[0].parse::<f64>().is_err())
            .collect();
        assert_eq!(parsed.records as usize, rows.len(), "{name}");
        let serial = text.lines().find(|l| l.starts_with('2')).unwrap().split('|').nth(2).unwrap();
        assert_eq!(parsed.stated.unwrap().date().to_string().replace('-', ""), serial, "{name}");
        let is_excerpt = name.starts_with("extended");
        assert_eq!(parsed.complete, !is_excerpt, "{name}: {:?}", faults.first());
        assert_eq!(faults.total() > 0, is_excerpt, "{name}: {:?}", faults.first());
        let table = DelegationTable::new(parsed.content);
        let mut held = BTreeMap::new();
        for row in rows.iter().filter(|r| r[2] == "asn" && (r[6] == "allocated" || r[6] == "assigned")) {
            let first: u32 = row[3].parse().unwrap();
            for asn in first..first + row[4].parse::<u32>().unwrap() {
                held.insert(asn, row[1].to_owned());
            }
        }
        let ours: BTreeMap<u32, String> = table
            .networks()
            .map(|(a, d)| (a.0, d.country.map_or(String::new(), |c| c.to_string())))
            .collect();
        assert_eq!(ours, held, "{name}");
        let addresses: u128 = rows
            .iter()
            .filter(|r| r[2] == "ipv4" && (r[6] == "available" || r[6] == "reserved"))
            .map(|r| r[4].parse::<u128>().unwrap())
            .sum();
        let pools = table.pools().filter(|(p, _)| p.family() == routing::Family::V4);
        assert_eq!(pools.map(|(p, _)| p.addresses()).sum::<u128>(), addresses, "{name}");
    }
}

#[test]
fn real_countries() {
    let Some(folder) = data::folder() else { return };
    let (mut all, mut lines) = (Vec::new(), 0);
    for path in data::files(&folder.join("registries"), "_asn_country") {
        let mut faults = FaultCounts::default();
        let parsed = asn_countries::parse(data::open(&path), &mut faults).unwrap();
        assert_eq!(faults.skipped(), 0, "{}: {:?}", path.display(), faults.first());
        let text = data::read(&path);
        lines += text.lines().count() - 1;
        assert_eq!(parsed.records as usize, text.lines().count() - 1);
        for (entry, line) in parsed.content.iter().zip(text.lines().skip(1)).step_by(97) {
            let columns: Vec<&str> = line.split(',').collect();
            assert_eq!(entry.asn.to_string(), columns[2]);
            assert_eq!(entry.registry.code(), columns[0]);
            assert_eq!(entry.country.map(|c| c.to_string()).unwrap_or_default(), columns[1]);
        }
        all.extend(parsed.content);
    }
    let table = DelegationTable::new(all.iter().map(|&a| a.into()));
    assert_eq!(table.registries().len(), 5);
    let distinct: std::collections::BTreeSet<_> = all.iter().map(|a| a.asn).collect();
    assert_eq!(table.networks().count(), distinct.len());
    assert!(lines >= distinct.len());
}

#[test]
fn real_names() {
    let Some(folder) = data::folder() else { return };
    for (name, asn, want) in [
        (
            "world-2014/asnames_20140524.txt.gz",
            6 * 65536 + 5,
            "ISC-32AS - Internet Systems Consortium, Inc. ",
        ),
        ("world-2022/ASN_lookup_2022.txt.gz", 7, "DSTL EU"),
        ("world-2016/pyasn_asnames.json.gz", 50088, "FITL-IE Fort Technologies GB"),
    ] {
        let mut faults = FaultCounts::default();
        let parsed = as_names::parse(data::open(&folder.join(name)), &mut faults).unwrap();
        let text = data::read(&folder.join(name));
        let entries =
            if name.contains("json") { text.matches("\": \"").count() } else { text.lines().count() };
        assert_eq!((parsed.records + faults.skipped()) as usize, entries, "{name}: {:?}", faults.first());
        assert!(faults.total() * 1000 < parsed.records, "{name}: {:?}", faults.first());
        let found = parsed.content.iter().find(|n| n.asn == Asn(asn)).unwrap();
        let country = found.country.map_or(String::new(), |c| c.to_string());
        assert_eq!(format!("{} {country}", found.name), want);
    }
}

#[test]
fn organisations_and_siblings() {
    let text = "# file creation time: 2022-07-05 14:28:12\n# format:org_id|changed|org_name|country|source\nO1|20191028|One|US|ARIN\nO1|20201028|One, new|US|ARIN\nO2||Two|NL|RIPE\n|x\n\
                # format:aut|changed|aut_name|org_id|opaque_id|source\n1|20180220|ONE-AS|O1|e_ARIN|ARIN\n3|20180220|THREE|O1||ARIN\n2||TWO|O2||RIPE\n7||LOST|O9||RIPE\nx||X|O1||ARIN\n";
    let mut faults = FaultCounts::default();
    let parsed = organisations::parse(text.as_bytes(), &mut faults).unwrap();
    assert_eq!(parsed.stated.unwrap().to_string(), "2022-07-05T14:28:12Z");
    assert_eq!(codes(&faults), [(6, "wrong-columns"), (12, "bad-asn")]);
    let csv = organisations::parse(&b"arin,O5,3\narin,O5,4\nripe,,4\n"[..], &mut faults).unwrap();
    assert_eq!(faults.total(), 3);
    let table = OrganisationTable::new([csv.content.clone(), parsed.content.clone()]);
    let names: Vec<_> = table.organisations_of(Asn(1)).map(|o| o.name.as_deref()).collect();
    assert_eq!(names, [Some("One, new")], "the later change counts");
    assert_eq!((table.siblings(Asn(3)), table.siblings(Asn(2))), (vec![Asn(1), Asn(4)], vec![]));
    assert!(
        table.are_siblings(Asn(1), Asn(3))
            && table.are_siblings(Asn(4), Asn(3))
            && table.are_siblings(Asn(99), Asn(99))
    );
    assert!(!table.are_siblings(Asn(1), Asn(4)) && !table.are_siblings(Asn(1), Asn(2)));
    assert_eq!(table.organisations_of(Asn(7)).next().unwrap().name, None, "an organisation nobody describes");
    assert_eq!(table.name_of(Asn(3)), Some("THREE"));
    let other = OrganisationTable::new([parsed.content, csv.content]);
    assert_eq!(other.organisations(), table.organisations());
}

#[test]
fn real_organisations() {
    let Some(folder) = data::folder() else { return };
    let path = folder.join("world-2022/20220401.as-org2info.txt.gz");
    let mut faults = FaultCounts::default();
    let parsed = organisations::parse(data::open(&path), &mut faults).unwrap();
    let text = data::read(&path);
    let (first, second) = text.split_once("# format:aut").unwrap();
    let rows = |t: &str| t.lines().skip(1).filter(|l| !l.starts_with('#')).count();
    assert_eq!(parsed.content.memberships.len(), rows(second));
    assert_eq!(parsed.content.organisations.len(), rows(first.split_once("# format:org_id").unwrap().1));
    assert_eq!(faults.skipped(), 0, "{:?}", faults.first());
    // Of the dumps, not of the day in July on which the file was made of them.
    assert_eq!(parsed.stated.unwrap().to_string(), "2022-04-01T00:00:00Z");
    let table = OrganisationTable::new([parsed.content]);
    let lumen = table.organisations_of(Asn(3356)).next().unwrap();
    let same = second.lines().filter(|l| l.split('|').nth(3) == Some(&*lumen.id)).count();
    assert!(same > 1 && table.siblings(Asn(3356)).len() + 1 == same, "{same}");
    for name in ["world-2016/2016-02_tabi_organisations.csv.gz", "world-2016/2016-02_tabi_maintainers.csv.gz"]
    {
        let parsed = organisations::parse(data::open(&folder.join(name)), &mut faults).unwrap();
        let lines = data::read(&folder.join(name)).lines().count();
        assert_eq!((parsed.records + faults.skipped()) as usize, lines, "{name}: {:?}", faults.first());
    }
}

#[test]
fn relationships_and_cones() {
    let text = "# input clique: 1 2\n# source:topology|BGP|20220301|ripe|rrc00\n# source:topology|BGP|20220305|ripe|rrc00\n# IXP ASes: 900\n\
                1|2|0\n1|3|-1\n3|4|-1\n4|3|0\n4|5|-1|bgp\n5|3|-1\n6|6|-1\n1|2\n1|x|0\n1|7|1\n";
    let mut faults = FaultCounts::default();
    let parsed = relationships::parse(text.as_bytes(), &mut faults).unwrap();
    assert_eq!(parsed.stated.unwrap().to_string(), "2022-03-05T00:00:00Z");
    assert_eq!(
        (&parsed.content.clique[..], &parsed.content.exchanges[..]),
        (&[Asn(1), Asn(2)][..], &[Asn(900)][..])
    );
    assert_eq!(
        codes(&faults),
        [(11, "self-relation"), (12, "wrong-columns"), (13, "bad-asn"), (14, "bad-relation")]
    );
    let table = RelationshipTable::new(&parsed.content.links);
    let mut turned = parsed.content.links.clone();
    turned.reverse();
    let other = RelationshipTable::new(&turned);
    for t in [&table, &other] {
        assert_eq!(t.relation(Asn(1), Asn(3)), Some(Relation::Customer));
        assert_eq!(t.relation(Asn(3), Asn(1)), Some(Relation::Provider));
        assert_eq!(t.relation(Asn(2), Asn(1)), Some(Relation::Peer));
        assert_eq!(t.relation(Asn(3), Asn(4)), Some(Relation::Customer), "provider before peer");
        assert_eq!((t.relation(Asn(2), Asn(3)), t.relation(Asn(99), Asn(1))), (None, None));
        assert_eq!(t.conflicts(), [(Asn(3), Asn(4))]);
        assert_eq!(t.cone(Asn(1)), [1, 3, 4, 5].map(Asn), "a circle ends");
        assert_eq!((t.cone(Asn(2)), t.cone(Asn(99))), (vec![Asn(2)], vec![]));
        assert_eq!(t.customers(Asn(1)), 1);
    }
    assert_eq!(
        [0, 2, 3, 179, 180].map(Size::of),
        [Size::Small, Size::Small, Size::Medium, Size::Medium, Size::Large]
    );
}

#[test]
fn real_relationships() {
    let Some(folder) = data::folder() else { return };
    for (name, on) in [
        ("world-2014/20140101.as-rel.txt.bz2", "2014-01"),
        ("world-2016/20160101.as-rel.txt.bz2", "2016-01"),
        ("world-2022/20220301.as-rel.txt.bz2", "2022-03"),
    ] {
        let mut faults = FaultCounts::default();
        let parsed = relationships::parse(data::open(&folder.join(name)), &mut faults).unwrap();
        assert_eq!(faults.total(), 0, "{name}: {:?}", faults.first());
        assert!(parsed.stated.unwrap().to_string().starts_with(on), "{name}");
        let mut customers = BTreeMap::<u32, usize>::new();
        let mut lines = 0;
        for line in data::open(&folder.join(name)).lines().map(Result::unwrap).filter(|l| !l.starts_with('#'))
        {
            lines += 1;
            if let Some(pair) = line.strip_suffix("|-1") {
                *customers.entry(pair.split('|').next().unwrap().parse().unwrap()).or_default() += 1;
            }
        }
        assert_eq!(parsed.records, lines, "{name}");
        let table = RelationshipTable::new(&parsed.content.links);
        assert_eq!(table.conflicts(), [], "{name}");
        let ours = table.asns().iter().map(|a| (a.0, table.customers(*a))).filter(|(_, n)| *n > 0);
        assert_eq!(ours.collect::<BTreeMap<_, _>>(), customers, "{name}");
        let largest = *customers.iter().max_by_key(|(_, n)| **n).unwrap().0;
        assert!(
            table.size(Asn(largest)) == Size::Large && table.cone(Asn(largest)).len() > customers[&largest]
        );
    }
}
