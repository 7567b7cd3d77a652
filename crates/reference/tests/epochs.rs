//! What is kept as differences says at every moment what the whole snapshot of that moment says.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use reference::Epoch;
use reference::irr::{self, Authority, DumpedRoutes, IrrDump, IrrSource, RouteEpochs, RouteTable};
use reference::vrp::{TrustAnchor, Vrp, VrpEpochs, VrpTable};
use routing::{Asn, FaultCounts, Prefix, Timestamp};

const PREFIXES: [&str; 5] = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/16", "2001:db8::/32"];

fn epoch(place: usize) -> Epoch {
    Epoch { as_of: Timestamp(place as i64 * 10), label: place.to_string() }
}

fn any_vrp() -> impl Strategy<Value = Vrp> {
    (0..PREFIXES.len(), 0u8..10, 0u32..3).prop_map(|(prefix, more, asn)| {
        let prefix: Prefix = PREFIXES[prefix].parse().unwrap();
        Vrp { prefix, max_length: prefix.len() + more, asn: Asn(asn), trust_anchor: TrustAnchor::NotSaid }
    })
}

fn routes() -> impl Iterator<Item = (Prefix, Option<Asn>)> {
    let more = ["10.1.2.128/25", "11.0.0.0/8", "2001:db8:1::/48"];
    let prefixes = PREFIXES.into_iter().chain(more).map(|text| text.parse().unwrap());
    prefixes
        .flat_map(|prefix| [None, Some(Asn(0)), Some(Asn(1)), Some(Asn(2))].map(|origin| (prefix, origin)))
}

/// A dump of objects of no day and of days.
fn dump(objects: &[(usize, u32, u8)]) -> IrrDump {
    let object = |(prefix, origin, day): &(usize, u32, u8)| {
        let class = if PREFIXES[*prefix].contains(':') { "route6" } else { "route" };
        let created = match day {
            0 => String::new(),
            day => format!("created: 2020-01-0{day}T00:00:00Z\n"),
        };
        format!("{class}: {}\norigin: AS{origin}\n{created}source: X\n\n", PREFIXES[*prefix])
    };
    let text: String = objects.iter().map(object).chain(["mntner: X\n\n".to_owned()]).collect();
    irr::parse(text.as_bytes(), "X", &mut FaultCounts::default()).unwrap().content
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn vrps_are_at_every_moment_as_they_were(
        table in prop::collection::vec(any_vrp(), 0..12),
        snapshots in prop::collection::vec(prop::collection::vec(any_vrp(), 0..12), 0..6),
    ) {
        let dated = snapshots.iter().enumerate().map(|(place, vrps)| (epoch(place), vrps.clone()));
        let epochs = VrpEpochs::new(Arc::new(VrpTable::new(table)), dated);
        prop_assert!(epochs.at(Timestamp(-1)).is_none());
        prop_assert_eq!(epochs.nearest(Timestamp(-1)).is_some(), !snapshots.is_empty());
        for (place, vrps) in snapshots.into_iter().enumerate() {
            let whole = VrpTable::new(vrps);
            for at in [place as i64 * 10, place as i64 * 10 + 9] {
                let found = epochs.at(Timestamp(at)).unwrap();
                prop_assert_eq!(found.epoch(), &epoch(place));
                for (prefix, origin) in routes() {
                    prop_assert_eq!(found.explain(prefix, origin), whole.explain(prefix, origin));
                    prop_assert_eq!(found.validate(prefix, origin), whole.validate(prefix, origin));
                }
            }
        }
    }

    #[test]
    fn route_objects_are_at_every_moment_as_they_were(
        dumps in prop::collection::vec(prop::collection::vec((0..PREFIXES.len(), 0u32..3, 0u8..3), 0..10), 1..6),
        last in 0usize..6,
    ) {
        let authority = || Authority::named("X");
        let table = |objects: &[(usize, u32, u8)]| {
            Arc::new(RouteTable::new(vec![IrrSource { authority: authority(), dump: dump(objects) }]))
        };
        let dated: Vec<DumpedRoutes> = dumps.iter().enumerate().map(|(place, objects)| {
            DumpedRoutes::of(Timestamp(place as i64 * 86_400), 0, authority(), &dump(objects))
        }).collect();
        let moments: Vec<Timestamp> = dated.iter().map(|dump| dump.as_of).collect();
        let epochs = RouteEpochs::new(table(&dumps[last.min(dumps.len() - 1)]), &dated, &moments);
        for (objects, moment) in dumps.iter().zip(moments) {
            let (whole, found) = (table(objects), epochs.nearest(moment).unwrap());
            for (prefix, origin) in routes() {
                prop_assert_eq!(found.look_up(prefix, origin), whole.look_up(prefix, origin).state);
                let listed: BTreeSet<_> =
                    whole.covering(prefix).map(|r| (r.object.prefix, r.object.origin, r.object.created)).collect();
                let here: BTreeSet<_> =
                    found.covering(prefix).iter().map(|r| (r.prefix, r.origin, r.created)).collect();
                prop_assert_eq!(here, listed);
            }
        }
    }
}

#[test]
fn a_registry_whose_dumps_are_all_newer_is_heard_where_its_objects_say_since_when() {
    let (own, other) = (dump(&[(0, 1, 0)]), dump(&[(0, 2, 1), (3, 2, 0)]));
    let [day, later] = [Timestamp(86_400), Timestamp(10 * 86_400)];
    let dumps = [
        DumpedRoutes::of(day, 0, Authority::named("RIPE"), &own),
        DumpedRoutes::of(later, 1, Authority::named("RADB"), &other),
    ];
    let sources = [("RIPE", own), ("RADB", other)];
    let sources = sources.map(|(name, dump)| IrrSource { authority: Authority::named(name), dump });
    let epochs = RouteEpochs::new(Arc::new(RouteTable::new(sources.into())), &dumps, &[day, later]);
    let shown = |at: Timestamp| -> Vec<(u32, String, i64)> {
        let found = epochs.nearest(at).unwrap();
        let all = found.covering("10.2.0.0/16".parse().unwrap());
        all.iter().map(|r| (r.origin.0, r.authority.name.clone(), r.since.0 / 86_400)).collect()
    };
    let told = |all: &[(u32, &str, i64)]| -> Vec<(u32, String, i64)> {
        all.iter().map(|(origin, name, since)| (*origin, (*name).to_owned(), *since)).collect()
    };
    assert_eq!(shown(day), told(&[(1, "RIPE", 1), (2, "RADB", 1)]));
    assert_eq!(shown(later), told(&[(2, "RADB", 10), (1, "RIPE", 1), (2, "RADB", 1)]));
    assert_eq!(epochs.epochs()[0].label, "route objects of RADB, RIPE of 1970-01-02 and 1970-01-11");
}
