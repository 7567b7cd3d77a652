use std::collections::BTreeMap;

use proptest::prelude::*;
use reference::vrp::{TrustAnchor, Vrp, VrpTable};
use routing::{Asn, Family, Prefix};

use super::*;

fn p(text: &str) -> Prefix {
    text.parse().unwrap()
}

fn vrp(prefix: &str, max_length: u8, asn: u32) -> Vrp {
    Vrp { prefix: p(prefix), max_length, asn: Asn(asn), trust_anchor: TrustAnchor::NotSaid }
}

/// Routes of which nothing matters but prefix and origin.
fn routes_of(pairs: &[(Prefix, Option<Asn>)]) -> Vec<Route> {
    let at = routing::Timestamp(0);
    let route = |&(prefix, origin)| Route {
        prefix,
        origin,
        peers: 1,
        full_feed_peers: 1,
        first_seen: at,
        last_seen: at,
        seen_seconds: 0,
    };
    pairs.iter().map(route).collect()
}

/// All of them count.
fn all(routes: &[Route]) -> Announced<'_> {
    Announced { routes, places: (0..routes.len() as u32).collect(), left_out: BTreeMap::new() }
}

/// One route judged by one list after another.
fn changed(before: &[Vrp], after: &[Vrp], prefix: &str, origin: u32) -> Option<Change> {
    let routes = routes_of(&[(p(prefix), Some(Asn(origin)))]);
    let mut course = Course::new(all(&routes));
    assert_eq!(course.judge(VrpTable::new(before.to_vec())).1, []);
    let (_, changes) = course.judge(VrpTable::new(after.to_vec()));
    changes.into_iter().next()
}

#[test]
fn every_move_says_which_roa_made_it() {
    let own = vrp("198.51.100.0/23", 23, 64500);
    let says = |before: &[Vrp], after: &[Vrp]| {
        let change = changed(before, after, "198.51.100.0/24", 64500)?;
        let what: Vec<&str> = change.causes.iter().map(|c| c.what.code()).collect();
        Some(format!("{} {}: {}", change.after.code(), what.join(" "), change.because))
    };
    let wide = vrp("198.51.100.0/23", 24, 64500);
    let other = vrp("198.51.100.0/22", 24, 64501);
    let zero = vrp("198.51.100.0/23", 24, 0);
    for (before, after, told) in [
        (
            vec![],
            vec![own],
            "invalid_length appeared: AS64500’s new ROA 198.51.100.0/23-23 covers it and allows no /24",
        ),
        (
            vec![],
            vec![other],
            "invalid_as appeared: AS64501’s new ROA 198.51.100.0/22-24 covers it and is not for AS64500",
        ),
        (
            vec![],
            vec![zero],
            "invalid_as0 appeared: a new ROA of AS0 for 198.51.100.0/23-24 covers it and lets nobody announce it",
        ),
        (vec![], vec![wide], "valid appeared: AS64500’s new ROA 198.51.100.0/23-24 allows it"),
        (
            vec![wide],
            vec![own],
            "invalid_length max_length: AS64500’s ROA for 198.51.100.0/23 allows prefixes up to /23 instead of /24",
        ),
        (
            vec![own],
            vec![wide],
            "valid max_length: AS64500’s ROA for 198.51.100.0/23 allows prefixes up to /24 instead of /23",
        ),
        (
            vec![wide],
            vec![zero],
            "invalid_as0 as0: the ROA for 198.51.100.0/23 is of AS0, which lets nobody announce it, instead of AS64500",
        ),
        (
            vec![wide, other],
            vec![other],
            "invalid_as vanished: AS64500’s ROA 198.51.100.0/23-24, which allowed it, vanished, and AS64501’s ROA 198.51.100.0/22-24 still covers it and is not for AS64500",
        ),
        (
            vec![wide],
            vec![],
            "not_found vanished: AS64500’s ROA 198.51.100.0/23-24, which covered it, vanished and no other covers it",
        ),
        (
            vec![vrp("198.51.100.0/23", 24, 64501)],
            vec![wide],
            "valid asn: the ROA 198.51.100.0/23-24 is AS64500’s instead of AS64501’s",
        ),
    ] {
        assert_eq!(says(&before, &after).as_deref(), Some(told));
    }
    // Other VRPs, the same state: no change. Nor is another trust anchor.
    assert_eq!(says(&[wide], &[wide, other]), None);
    assert_eq!(says(&[other], &[vrp("198.51.100.0/23", 24, 64502)]), None);
    let anchored = Vrp { trust_anchor: TrustAnchor::Ripe, ..wide };
    assert_eq!(says(&[anchored], &[wide]), None);
}

#[test]
fn space_goes_by_the_most_specific_route_and_of_one_prefix_by_the_best_state() {
    let routes: Vec<(Prefix, Option<Asn>)> = [
        ("192.0.2.0/23", 1),
        ("192.0.2.0/24", 2),
        ("192.0.2.0/24", 3),
        ("2001:db8::/32", 1),
        ("2001:db8::/48", 1),
    ]
    .iter()
    .map(|(prefix, asn)| (p(prefix), Some(Asn(*asn))))
    .collect();
    use State::*;
    let first = [Valid, InvalidAs, NotFound, NotFound, Valid];
    let moves = [(1, 1, Valid), (2, 0, NotFound)];
    let days = coverage(&all(&routes_of(&routes)), &[0, 1, 2, 3, 4], &first, &moves, 3);
    assert_eq!(days[0][0], Counts { routes: [1, 0, 1, 0, 1], space: [256, 0, 256, 0, 0] });
    assert_eq!(days[0][1], Counts { routes: [1, 0, 0, 0, 1], space: [1, 0, 0, 0, 65535] });
    assert_eq!(days[1][0], Counts { routes: [2, 0, 0, 0, 1], space: [512, 0, 0, 0, 0] });
    assert_eq!(days[2][0], Counts { routes: [1, 0, 0, 0, 2], space: [256, 0, 0, 0, 256] });
    assert_eq!(days[2][1], days[0][1]);
}

/// A small world: prefixes inside 10.0.0.0/24 and 2001:db8::/40, few networks, so that everything overlaps.
fn prefix_in() -> impl Strategy<Value = Prefix> {
    (any::<bool>(), 0u8..=8, any::<u8>()).prop_map(|(six, more, octet)| {
        let (family, base, len) = match six {
            false => (Family::V4, 0x0a00_0000u128 << 96, 24 + more),
            true => (Family::V6, 0x2001_0db8u128 << 96, 40 + more),
        };
        let at = if six { 80 } else { 96 };
        Prefix::from_bits(family, base | u128::from(octet) << at, len).unwrap()
    })
}

fn vrps_in() -> impl Strategy<Value = Vec<Vrp>> {
    let one = (prefix_in(), 0u8..=8, 0u32..4).prop_map(|(prefix, more, asn)| {
        let max_length = (prefix.len() + more).min(if prefix.family() == Family::V4 { 32 } else { 48 });
        Vrp { prefix, max_length, asn: Asn(asn), trust_anchor: TrustAnchor::NotSaid }
    });
    proptest::collection::vec(one, 0..12)
}

fn routes_in() -> impl Strategy<Value = Vec<(Prefix, Option<Asn>)>> {
    proptest::collection::vec((prefix_in(), (1u32..4).prop_map(|n| Some(Asn(n)))), 1..16).prop_map(
        |mut routes| {
            routes.sort();
            routes.dedup();
            routes
        },
    )
}

/// RFC 6811 as it stands, over all VRPs.
fn oracle_state(vrps: &[Vrp], (prefix, origin): (Prefix, Option<Asn>)) -> State {
    let covering: Vec<&Vrp> = vrps.iter().filter(|v| v.prefix.contains(&prefix)).collect();
    let same = |v: &&&Vrp| v.asn != Asn::ZERO && Some(v.asn) == origin;
    if covering.is_empty() {
        State::NotFound
    } else if covering.iter().filter(same).any(|v| prefix.len() <= v.max_length) {
        State::Valid
    } else if covering.iter().filter(same).count() > 0 {
        State::InvalidLength
    } else if covering.iter().all(|v| v.asn == Asn::ZERO) {
        State::InvalidAs0
    } else {
        State::InvalidAs
    }
}

/// Address by address (of IPv6: /48 by /48), the longest of the members that covers it.
fn oracle_coverage(routes: &[(Prefix, Option<Asn>)], members: &[u32], states: &[State]) -> Coverage {
    let mut out = Coverage::default();
    for (family, whole, base, step) in
        [(Family::V4, 32, 0x0a00_0000u128 << 96, 96), (Family::V6, 48, 0x2001_0db8u128 << 96, 80)]
    {
        let counts = &mut out[usize::from(family == Family::V6)];
        for &m in members.iter().filter(|m| routes[**m as usize].0.family() == family) {
            counts.routes[states[m as usize] as usize] += 1;
        }
        for octet in 0..=255u128 {
            let unit = Prefix::from_bits(family, base | octet << step, whole).unwrap();
            let covering: BTreeMap<(u8, std::cmp::Reverse<State>), ()> = members
                .iter()
                .filter(|m| routes[**m as usize].0.contains(&unit))
                .map(|m| ((routes[*m as usize].0.len(), std::cmp::Reverse(states[*m as usize])), ()))
                .collect();
            if let Some(((_, state), ())) = covering.last_key_value() {
                counts.space[state.0 as usize] += 1;
            }
        }
    }
    out
}

proptest! {
    #[test]
    fn days_of_an_area_equal_brute_force(
        routes in routes_in(),
        days in proptest::collection::vec(vrps_in(), 1..5),
        chosen in any::<u16>(),
    ) {
        let members: Vec<u32> = (0..routes.len() as u32).filter(|i| chosen >> i & 1 == 1).collect();
        let held = routes_of(&routes);
        let mut course = Course::new(all(&held));
        let (mut first, mut moves, mut expected) = (Vec::new(), Vec::new(), Vec::new());
        let mut before: Option<Vec<State>> = None;
        for (day, vrps) in days.iter().enumerate() {
            let oracle: Vec<State> = routes.iter().map(|route| oracle_state(vrps, *route)).collect();
            let (states, changes) = course.judge(VrpTable::new(vrps.clone()));
            prop_assert_eq!(states, &oracle[..]);
            if day == 0 {
                first = oracle.clone();
            }
            let differing: Vec<u32> = before.iter().flat_map(|before| {
                (0..routes.len()).filter(|i| before[*i] != oracle[*i]).map(|i| i as u32).collect::<Vec<_>>()
            }).collect();
            prop_assert_eq!(changes.iter().map(|c| c.route).collect::<Vec<_>>(), differing);
            for change in &changes {
                prop_assert!(!change.causes.is_empty());
                moves.push((day, change.route, change.after));
                // Taken back, the route is not where it is; and where it was, unless something else went too.
                let mut without = vrps.clone();
                without.retain(|v| !change.causes.iter().any(|c| c.after == Some(*v)));
                without.extend(change.causes.iter().filter_map(|c| c.before));
                let back = oracle_state(&without, routes[change.route as usize]);
                prop_assert_ne!(back, change.after);
                if change.after != State::Valid {
                    prop_assert_eq!(back, change.before);
                }
            }
            expected.push(oracle_coverage(&routes, &members, &oracle));
            before = Some(oracle);
        }
        prop_assert_eq!(coverage(&all(&held), &members, &first, &moves, days.len()), expected);
    }
}
