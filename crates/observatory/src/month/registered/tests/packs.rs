//! A pack offers a maximum length only where it authorises nothing that is not announced, and says what it breaks.

use std::collections::BTreeSet;

use measure::framework::load;
use routing::{Asn, Prefix};
use simulation::fixes::{Fix, Subject, fixes};
use simulation::whatif::{Ground, answer, parse};

use super::Kind;
use super::world::{Random, World, compute};

/// Prefix and length of a repair that has a maximum length.
fn offered(fix: &Fix) -> Option<(Prefix, u8)> {
    let [change] = fix.changes.as_slice() else { return None };
    let (prefix, rest) = change.strip_prefix("+ roa ")?.split_once('-')?;
    let max_length = rest.split_once(' ')?.0;
    let top: Prefix = prefix.parse().unwrap();
    Some((top, max_length.parse().unwrap()))
}

#[test]
fn a_maximum_length_is_offered_where_everything_it_authorises_is_announced() {
    let frameworks = [load("2024-01").unwrap()];
    let mut random = Random(0x00c0_ffee);
    let (mut offers, mut refused, mut breaking) = (0, 0, 0);
    for round in 0..12 {
        let mut world = World::new(&mut random, Kind::Whole);
        let owner = Asn(1_000 + round);
        for (n, skipped) in [0, 0, 10, 30].into_iter().enumerate() {
            let n = n as u128;
            let v4 = Prefix::from_bits(routing::Family::V4, (20 << 120) | n << 114, 18).unwrap();
            world.announce_tree(&mut random, v4, 2 + (n % 2) as u8, owner, skipped);
            let v6 = Prefix::from_bits(routing::Family::V6, 0x2a00 << 112 | n << 92, 36).unwrap();
            world.announce_tree(&mut random, v6, 1 + (n % 3) as u8, owner, skipped);
        }
        let inputs = world.inputs(&frameworks);
        let outcome = compute(&inputs);
        let dir = tempfile::tempdir().unwrap();
        let draft = lake::Lake::open(dir.path().to_owned()).unwrap().draft("g").unwrap();
        lake::write_facts(&draft, &pipeline::month::facts(&inputs, &outcome)).unwrap();
        super::super::write(&draft, &inputs, &outcome).unwrap();
        let folder = draft.finish().unwrap();
        let announced = world.announced();
        let origins: BTreeSet<Asn> = announced.iter().map(|(_, origin)| *origin).collect();
        for asn in origins {
            let prefixes: Vec<Prefix> =
                announced.iter().filter(|(_, own)| *own == asn).map(|(prefix, _)| *prefix).collect();
            let subject = Subject {
                asn,
                registry: String::new(),
                siblings: Vec::new(),
                prefixes: prefixes.clone(),
                part_in: Vec::new(),
            };
            let pack = fixes(&folder, "2024-05", &subject, &frameworks[0]).unwrap();
            let ground = Ground::read(&folder, "2024-05", &prefixes).unwrap();
            for item in pack.items.iter().filter(|item| item.metric == "M7RPKI") {
                let Some((fix, (top, max_length))) =
                    item.fixes.iter().find_map(|fix| Some((fix, offered(fix)?)))
                else {
                    refused += 1;
                    continue;
                };
                offers += 1;
                let failing: Prefix = item.prefix.as_ref().unwrap().parse().unwrap();
                assert!(top.contains(&failing) && failing.len() <= max_length && top.len() < max_length);
                let authorised: usize = (top.len()..=max_length).map(|len| 1 << (len - top.len())).sum();
                let theirs = prefixes.iter().filter(|own| top.contains(own) && own.len() <= max_length);
                assert_eq!(theirs.count(), authorised, "{fix:?}");
                assert_ne!(item.fixes[0], *fix, "the single ROA stands first");
                let said = answer(&ground, &parse(&fix.changes[0]).unwrap(), Some(asn), &frameworks).unwrap();
                let warned = |route: &simulation::whatif::RouteChange| {
                    fix.warnings.iter().any(|warning| {
                        let named = [" ", ","].map(|end| format!("{}{end}", route.prefix));
                        warning.contains("invalid") && named.iter().any(|named| warning.contains(named))
                    })
                };
                let broken: Vec<_> = said.routes.iter().filter(|route| route.becomes_invalid).collect();
                let shortened = fix.warnings.iter().any(|warning| warning.contains(" more invalid"));
                assert!(shortened || broken.iter().all(|route| warned(route)), "{fix:?}: {broken:?}");
                let warnings = fix.warnings.iter().filter(|warning| warning.contains("invalid")).count();
                assert_eq!(warnings > 0, !broken.is_empty(), "{fix:?}: {broken:?}");
                breaking += usize::from(!broken.is_empty());
            }
        }
    }
    eprintln!("{offers} offers, {breaking} of them break something, {refused} items without one");
    assert!(offers > 100 && refused > 100 && breaking > 10);
}
