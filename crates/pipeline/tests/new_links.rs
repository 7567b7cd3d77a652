//! How often a real new link joins two networks that are as far apart as made-up links often are: links next to an origin
//! that a table of May 2014 has and the relationships of January have not, against pairs of origins taken by a fixed
//! step. `cargo test -p pipeline --test new_links -- --nocapture` prints the figures.

mod worlds;

use std::collections::BTreeSet;

use reference::asn_blocks;
use reference::relationships::{Relation, RelationshipTable, Size};
use routing::Asn;

fn neighbours(table: &RelationshipTable, asn: Asn) -> BTreeSet<Asn> {
    let kinds = [Relation::Provider, Relation::Peer, Relation::Customer];
    kinds.into_iter().flat_map(|kind| table.neighbours(asn, kind)).collect()
}

/// Of different regions, with nobody but the largest next to both, and nobody who buys from both sides.
fn far_apart(table: &RelationshipTable, near: Asn, far: Asn) -> bool {
    let (of_near, of_far) = (neighbours(table, near), neighbours(table, far));
    let large = |asn: Asn| table.size(asn) == Size::Large;
    let tied = of_near.intersection(&of_far).any(|asn| large(near) || !large(*asn));
    let buys_there = |customer: Asn| {
        customer != far
            && table.neighbours(customer, Relation::Provider).any(|seller| of_far.contains(&seller))
    };
    asn_blocks::differ(near, far) == Some(true)
        && !tied
        && !table.neighbours(near, Relation::Customer).any(buys_there)
}

/// By how many customers the near network has: how many links, and how many of them join such networks.
fn measure(
    name: &str,
    table: &RelationshipTable,
    links: impl Iterator<Item = (Asn, Asn)>,
) -> [(u32, u32); 4] {
    let mut all = [(0, 0); 4];
    for (near, far) in links {
        if near == far || !table.knows(near) || !table.knows(far) || table.relation(near, far).is_some() {
            continue;
        }
        let place = [3, 20, 180].into_iter().filter(|least| table.customers(near) >= *least).count();
        all[place].0 += 1;
        all[place].1 += u32::from(far_apart(table, near, far));
    }
    for ((links, apart), customers) in all.iter().zip(["0 to 2", "3 to 19", "20 to 179", "180 or more"]) {
        let percent = 100.0 * f64::from(*apart) / f64::from((*links).max(1));
        println!("{name}, {customers} customers: {apart} of {links} far apart, {percent:.1} %");
    }
    all
}

#[test]
fn few_real_new_links_join_networks_that_are_far_apart() {
    let Some(folder) = worlds::folder() else { return };
    let world = folder.join("world-2014");
    let file = worlds::relationships(&world.join("20140101.as-rel.txt.bz2"));
    let table = RelationshipTable::new(&file.links);
    let mut links = BTreeSet::new();
    let mut origins = BTreeSet::new();
    worlds::paths(&world.join("routeviews.route-views.jinx.ribs.1401487200.bz2"), |path| {
        let hops = pipeline::month::origins::hops_of(path, worlds::is_public);
        links.extend(hops.windows(2).last().map(|pair| (pair[0], pair[1])));
        origins.extend(hops.last().copied());
    });
    let real = measure("new links", &table, links.iter().copied());
    let origins: Vec<Asn> = origins.into_iter().collect();
    let step = |i: usize| (origins[i * 7_919 % origins.len()], origins[i * 104_729 % origins.len()]);
    let drawn = measure("drawn pairs", &table, (1..20_000).map(step));
    for ((links, apart), (pairs, drawn_apart)) in real.into_iter().zip(drawn).take(3) {
        assert!(links > 500 && apart * 20 < links, "{apart} of {links}");
        assert!(drawn_apart * 3 > pairs, "{drawn_apart} of {pairs}");
    }
}
