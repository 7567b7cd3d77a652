//! Relationships inferred from real tables against another inference of the same months, made from many more
//! tables. `cargo test -p pipeline --test inference -- --nocapture` prints the figures.

mod worlds;

use std::collections::BTreeMap;

use reference::relationships::{Inference, InferredLink, Link, Relation, RelationshipTable, infer};

/// How one kind of inferred link compares.
#[derive(Default, Clone, Copy)]
struct Agreement {
    same: u32,
    turned: u32,
    other_kind: u32,
    not_listed: u32,
}

impl Agreement {
    fn percent(&self) -> f64 {
        100.0 * f64::from(self.same) / f64::from((self.same + self.turned + self.other_kind).max(1))
    }
}

fn compare(link: &InferredLink, listed: &RelationshipTable) -> fn(&mut Agreement) -> &mut u32 {
    let r = link.relationship;
    match (listed.relation(r.a, r.b), r.link) {
        (None, _) => |a| &mut a.not_listed,
        (Some(Relation::Customer), Link::ProviderToCustomer) | (Some(Relation::Peer), Link::Peers) => {
            |a| &mut a.same
        }
        (Some(Relation::Provider), Link::ProviderToCustomer) => |a| &mut a.turned,
        _ => |a| &mut a.other_kind,
    }
}

fn measure(name: &str, inference: &Inference, listed: &RelationshipTable) -> [Agreement; 2] {
    let mut all = [Agreement::default(); 2];
    let mut by_confidence = BTreeMap::<(Link, u8), Agreement>::new();
    for link in &inference.links {
        let count = compare(link, listed);
        *count(&mut all[usize::from(link.relationship.link == Link::Peers)]) += 1;
        *count(by_confidence.entry((link.relationship.link, link.confidence / 5 * 5)).or_default()) += 1;
    }
    println!(
        "{name}: {} paths ({} against), {} links, {} unknown, clique {:?}",
        inference.paths,
        inference.against,
        inference.links.len(),
        inference.unknown,
        inference.clique
    );
    for (kind, a) in [("provider to customer", all[0]), ("peers", all[1])] {
        println!(
            "  {kind}: {:.2} % agree ({} same, {} turned round, {} of the other kind, {} not listed)",
            a.percent(),
            a.same,
            a.turned,
            a.other_kind,
            a.not_listed
        );
    }
    for ((kind, confidence), a) in by_confidence {
        println!(
            "    {kind:?} confidence {confidence}: {:.1} % of {}",
            a.percent(),
            a.same + a.turned + a.other_kind
        );
    }
    all
}

#[test]
fn a_table_tells_who_provides_to_whom() {
    let Some(data) = worlds::folder() else { return };
    for (name, listed, files) in [
        (
            "2014",
            "world-2014/20140101.as-rel.txt.bz2",
            &["world-2014/routeviews.route-views.jinx.ribs.1401487200.bz2"][..],
        ),
        (
            "2014 with a piece of a larger table",
            "world-2014/20140101.as-rel.txt.bz2",
            &[
                "world-2014/routeviews.route-views.jinx.ribs.1401487200.bz2",
                "world-2014/rib.20140523.0600_firstMB.bz2",
            ],
        ),
        (
            "2016",
            "world-2016/20160101.as-rel.txt.bz2",
            &[
                "world-2016/updates.et-header.2015.gz",
                "world-2016/rib6.20151101.0600_firstMB.bz2",
                "world-2016/updates.20160811.1600.gz",
            ],
        ),
    ] {
        let file = worlds::relationships(&data.join(listed));
        let table = RelationshipTable::new(&file.links);
        let files: Vec<_> = files.iter().map(|f| data.join(f)).collect();
        let inference = infer(&worlds::path_set(&file.exchanges, &files));
        let [provides, peers] = measure(name, &inference, &table);
        assert!(provides.percent() > 96.0 && provides.turned * 100 < provides.same, "{name}");
        assert!(provides.same > 20_000 && peers.percent() > 70.0, "{name}");
    }
}
