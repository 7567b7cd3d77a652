//! How often a new part of somebody's space that is heard through its owner alone is one of a network that was somewhere
//! before, and not with the owner: of all prefixes that a table of 30 May 2014 has and the origins of 13 May have not, by the
//! relationships of January. `cargo test -p pipeline --test new_customers -- --nocapture` prints the figures.

mod worlds;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use bgp::mrt::{Item, PeerMemory, Reader};
use pipeline::month::origins::hops_of;
use reference::relationships::RelationshipTable;
use routing::{Asn, Prefix};

/// The origins of an older day; those of several networks are left out.
fn older(path: &std::path::Path) -> BTreeMap<Prefix, Asn> {
    let lines = BufReader::new(worlds::open(path)).lines().map(Result::unwrap);
    let pairs = lines.filter(|line| !line.starts_with(';')).filter_map(|line| {
        let (prefix, origin) = line.split_once('\t')?;
        Some((prefix.parse().ok()?, Asn(origin.trim().parse().ok()?)))
    });
    pairs.collect()
}

/// Who originated the space around a prefix, the nearest first.
fn owner(origins: &BTreeMap<Prefix, Asn>, prefix: Prefix) -> Option<Asn> {
    let around = (8..prefix.len()).rev().filter_map(|len| prefix.truncate(len));
    around.filter_map(|around| origins.get(&around)).next().copied()
}

#[test]
fn few_parts_of_an_owners_space_are_of_networks_known_elsewhere() {
    let Some(folder) = worlds::folder() else { return };
    let world = folder.join("world-2014");
    let table = RelationshipTable::new(&worlds::relationships(&world.join("20140101.as-rel.txt.bz2")).links);
    let origins = older(&world.join("ipasn_20140513.dat.gz"));
    // Of each new prefix: whether every path leads through the owner, and how it and the origin were known.
    let mut new: BTreeMap<Prefix, (bool, bool, bool)> = BTreeMap::new();
    let file = world.join("routeviews.route-views.jinx.ribs.1401487200.bz2");
    let (mut reader, mut memory) = (Reader::new(worlds::open(&file)), PeerMemory::default());
    while let Ok(Some(item)) = reader.next() {
        let Item::Record(record) = item else { continue };
        record.rows(&mut memory, &mut |_| {}, |row| {
            let prefix = row.prefix;
            if prefix.family() != routing::Family::V4 || prefix.len() > 24 || origins.contains_key(&prefix) {
                return;
            }
            let hops = hops_of(row.path(), worlds::is_public);
            let Some(owner) = owner(&origins, prefix).filter(|owner| hops.last() != Some(owner)) else {
                return;
            };
            let Some(origin) = hops.last().copied() else { return };
            let place = hops.iter().rposition(|asn| *asn == owner);
            let known = |pair: &[Asn]| table.relation(pair[0], pair[1]).is_some();
            let linked = place.is_some_and(|place| hops[place..].windows(2).all(known));
            let entry = new.entry(prefix).or_insert((true, false, table.knows(origin)));
            entry.0 &= place.is_some();
            entry.1 |= linked;
        });
    }
    let through = new.values().filter(|of| of.0);
    let [mut linked, mut newcomers, mut strangers] = [0u32; 3];
    for (_, is_linked, is_known) in through {
        match (is_linked, is_known) {
            (true, _) => linked += 1,
            (false, false) => newcomers += 1,
            (false, true) => strangers += 1,
        }
    }
    let around = new.values().filter(|of| !of.0).count();
    println!(
        "new parts of space of others: {around} around the owner; through it {linked} over links known before, \
         {newcomers} of networks nowhere before, {strangers} of others"
    );
    assert!(linked > 300 && newcomers > 50, "{linked} {newcomers}");
    assert!(strangers * 20 < linked + newcomers, "{strangers}");
}
