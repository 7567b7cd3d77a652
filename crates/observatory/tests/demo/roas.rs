//! What ROAs cover by day, against what the month itself says of routes.

use std::collections::BTreeSet;

use store::RoaCounts;

use crate::computed::demo;

/// Valid, invalid, not found: as the networks of a month have it.
fn states(families: &[RoaCounts; 2]) -> [[u64; 3]; 2] {
    [0, 1].map(|family: usize| {
        let of = families[family].routes;
        [of[0], of[1] + of[2] + of[3], of[4]]
    })
}

#[test]
fn the_last_day_is_what_the_month_was_judged_by() {
    for month in demo() {
        let (roas, name) = (&month.roas, &month.head.month);
        let last = roas.month.days.last().unwrap();
        let mut whole = 0;
        let mut left_out = 0;
        for (asn, row) in &roas.networks {
            let (_, families) = row.days.last().unwrap();
            let (own, all) = (states(families), month.networks[asn].rpki.unwrap());
            let missing: u64 = all.iter().flatten().sum::<u64>() - own.iter().flatten().sum::<u64>();
            left_out += missing;
            if missing == 0 {
                assert_eq!(own, all, "{name} AS{asn} on {}", last.day);
                whole += 1;
            }
        }
        assert!(whole >= 60, "{name}: {whole} networks are compared");
        assert!(left_out <= roas.month.left_out.values().sum(), "{name}");
        // Every route is in the world once, on every day.
        for day in &roas.world {
            let routes = [0, 1].map(|family: usize| day.families[family].routes.iter().sum::<u64>());
            assert_eq!(routes, roas.month.routes, "{name} {}", day.day);
        }
        let space =
            |place: usize, family: usize| roas.world[place].families[family].space.iter().sum::<u64>();
        assert!(
            (0..roas.world.len()).all(|day| [0, 1].map(|f| space(day, f)) == [0, 1].map(|f| space(0, f)))
        );
    }
}

#[test]
fn changes_add_up_from_day_to_day() {
    for month in demo() {
        let (roas, name) = (&month.roas, &month.head.month);
        let known: BTreeSet<&str> = roas.month.days.iter().map(|day| day.day.as_str()).collect();
        assert!(known.len() >= 5 && roas.month.missing.len() + known.len() >= 30, "{name}: {known:?}");
        for (before, day) in roas.world.iter().zip(&roas.world[1..]) {
            let mut expected = before.families.map(|family| family.routes);
            for change in roas.changes.iter().filter(|change| change.day == day.day) {
                assert_eq!(change.since, before.day, "{name}");
                let family = usize::from(change.prefix.contains(':'));
                let place =
                    |state: &String| store::ROA_STATES.iter().position(|known| known == state).unwrap();
                expected[family][place(&change.before)] -= 1;
                expected[family][place(&change.after)] += 1;
            }
            assert_eq!(expected, day.families.map(|family| family.routes), "{name} {}", day.day);
        }
        let counted: u64 = roas.month.days.iter().flat_map(|day| day.moves.values()).sum();
        assert_eq!(counted, roas.changes.len() as u64, "{name}");
    }
}

#[test]
fn a_route_turned_invalid_says_which_roa_did_it() {
    let may = &demo()[2].roas;
    let bayou = may.changes.iter().find(|c| c.asn == 64549 && c.kind == "turned_invalid").unwrap();
    assert_eq!((bayou.day.as_str(), bayou.since.as_str()), ("2024-05-17", "2024-05-16"));
    assert_eq!(
        bayou.because,
        "AS64549’s ROA 198.18.215.0/24-24, which allowed it, vanished, and AS64549’s ROA 198.18.212.0/22-22 still \
         covers it and allows no /24"
    );
    assert_eq!((bayou.before.as_str(), bayou.after.as_str()), ("valid", "invalid_length"));
    let kinds: BTreeSet<&str> = may.changes.iter().map(|c| c.kind.as_str()).collect();
    assert!(kinds.is_superset(&BTreeSet::from(["turned_valid", "turned_invalid", "uncovered"])), "{kinds:?}");
}
