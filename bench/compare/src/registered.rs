//! What a made-up table is judged by: its VRPs, and route objects and relationships made from it, always the same.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::path::Path;

use bgp::mrt::{Item, PeerMemory, Reader};
use reference::irr::{Authority, IrrDump, IrrSource, RouteObject, RouteTable};
use reference::relationships::{Link, Relationship, RelationshipTable};
use reference::vrp::{self, VrpTable};
use routing::{Asn, FaultCounts, Prefix};

use crate::Outcome;

/// The tables.
#[derive(Clone)]
pub struct Registered {
    pub vrps: VrpTable,
    pub irr: RouteTable,
    pub relationships: RelationshipTable,
}

/// Of `vrps.csv`, `pfx.csv` and `relationships.txt` in a folder.
pub fn load(folder: &Path) -> Outcome<Registered> {
    let open = |name: &str| File::open(folder.join(name)).map(BufReader::new);
    let vrps = vrp::parse(open("vrps.csv")?, &mut FaultCounts::default())?.content;
    let mut links = Vec::new();
    for line in open("relationships.txt")?.lines() {
        let line = line?;
        let mut fields = line.split('|');
        let mut next = || fields.next().ok_or("three fields");
        let (a, b) = (Asn(next()?.parse()?), Asn(next()?.parse()?));
        links.push(Relationship {
            a,
            b,
            link: if next()? == "0" { Link::Peers } else { Link::ProviderToCustomer },
        });
    }
    Ok(Registered {
        vrps: VrpTable::new(vrps),
        irr: route_objects(open("pfx.csv")?)?,
        relationships: RelationshipTable::new(&links),
    })
}

/// Route objects for four of five pairs of prefix and origin, three in four of them in a registry that checks.
fn route_objects(pairs: impl BufRead) -> Outcome<RouteTable> {
    let mut dumps = [IrrDump::default(), IrrDump::default()];
    for line in pairs.lines() {
        let line = line?;
        let (prefix, origin) = line.split_once(',').ok_or("prefix,ASN")?;
        let (prefix, origin): (Prefix, u32) = (prefix.parse()?, origin.parse()?);
        let mut hash = DefaultHasher::new();
        (prefix.bits(), prefix.len(), origin).hash(&mut hash);
        let dice = hash.finish() % 100;
        if dice < 80 {
            let dump = &mut dumps[usize::from(dice >= 60)];
            let (source, maintainers) = (dump.names.intern("MADE"), dump.names.intern("MADE-MNT"));
            let origin = Asn(origin);
            dump.routes.push(RouteObject {
                prefix,
                origin,
                created: None,
                last_modified: None,
                source,
                maintainers,
            });
        }
    }
    let sources = ["RIPE", "RADB"].into_iter().zip(dumps);
    Ok(RouteTable::new(
        sources.map(|(name, dump)| IrrSource { authority: Authority::named(name), dump }).collect(),
    ))
}

/// Who is whose provider, guessed from the paths of a table: the network of most neighbours is the top of a path, it goes
/// up to there and down behind. Where paths disagree the two are peers. One line `a|b|-1` or `a|b|0` each.
pub fn relationships(table: &Path) -> Outcome<String> {
    let mut paths: HashSet<Vec<u32>> = HashSet::new();
    let mut memory = PeerMemory::default();
    let mut reader = Reader::new(File::open(table)?);
    let mut path = Vec::new();
    while let Some(item) = reader.next()? {
        let Item::Record(record) = item else { continue };
        record.rows(&mut memory, &mut |_| {}, |row| {
            path.clear();
            path.extend(row.path().asns().map(|asn| asn.0));
            path.dedup();
            if !paths.contains(&path) {
                paths.insert(path.clone());
            }
        });
    }
    let mut neighbours: HashMap<u32, BTreeSet<u32>> = HashMap::new();
    for pair in paths.iter().flat_map(|path| path.windows(2)) {
        neighbours.entry(pair[0]).or_default().insert(pair[1]);
        neighbours.entry(pair[1]).or_default().insert(pair[0]);
    }
    let degree = |asn: &u32| neighbours.get(asn).map_or(0, BTreeSet::len);
    let mut votes: BTreeMap<(u32, u32), [u64; 2]> = BTreeMap::new();
    for path in &paths {
        let top = (0..path.len()).max_by_key(|i| degree(&path[*i])).unwrap_or_default();
        for (i, pair) in path.windows(2).enumerate() {
            let (provider, customer) = if i < top { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
            let key = (provider.min(customer), provider.max(customer));
            votes.entry(key).or_default()[usize::from(provider > customer)] += 1;
        }
    }
    Ok(votes
        .into_iter()
        .map(|((a, b), [up, down])| match (up > 2 * down, down > 2 * up) {
            (true, _) => format!("{a}|{b}|-1\n"),
            (_, true) => format!("{b}|{a}|-1\n"),
            _ => format!("{a}|{b}|0\n"),
        })
        .collect())
}
