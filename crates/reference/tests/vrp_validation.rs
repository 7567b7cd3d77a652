//! Route origin validation against brute force and an independent prefix trie.

mod data;

use data::Dice;
use reference::vrp::{self, InvalidReason, TrustAnchor, Validation, Vrp, VrpTable};
use routing::{Asn, Family, FaultCounts, Prefix};

fn vrp(text: &str) -> Vrp {
    let (prefix, asn) = text.split_once(' ').unwrap();
    let (prefix, max) = prefix.split_once('-').unwrap_or((prefix, ""));
    let prefix: Prefix = prefix.parse().unwrap();
    Vrp {
        prefix,
        max_length: if max.is_empty() { prefix.len() } else { max.parse().unwrap() },
        asn: asn.parse().unwrap(),
        trust_anchor: TrustAnchor::NotSaid,
    }
}

/// RFC 6811 §2 and the reasons of the framework, word by word, over every VRP.
fn brute_force(vrps: &[Vrp], prefix: Prefix, origin: Option<Asn>) -> Validation {
    let covering: Vec<&Vrp> = vrps
        .iter()
        .filter(|v| {
            let bits = v.prefix.len();
            v.prefix.family() == prefix.family()
                && bits <= prefix.len()
                && (bits == 0 || (v.prefix.bits() ^ prefix.bits()) >> (128 - u32::from(bits)) == 0)
        })
        .collect();
    let ours = |v: &&&Vrp| v.asn != Asn(0) && Some(v.asn) == origin;
    if covering.is_empty() {
        Validation::NotFound
    } else if covering.iter().filter(ours).any(|v| prefix.len() <= v.max_length) {
        Validation::Valid
    } else if covering.iter().filter(ours).count() > 0 {
        Validation::Invalid(InvalidReason::Length)
    } else if covering.iter().all(|v| v.asn == Asn(0)) {
        Validation::Invalid(InvalidReason::As0)
    } else {
        Validation::Invalid(InvalidReason::As)
    }
}

#[test]
fn states_reasons_and_deciding_vrps() {
    let vrps = [
        "10.0.0.0/8 AS0",
        "10.0.0.0/16-24 AS1",
        "10.0.0.0/16 AS2",
        "10.0.1.0/24 AS0",
        "10.9.0.0/16 AS0",
        "2001:db8::/32-48 AS1",
    ]
    .map(vrp);
    let table = VrpTable::new(vrps.to_vec());
    let invalid = Validation::Invalid;
    for (prefix, origin, want) in [
        ("10.0.0.0/16", Some(1), Validation::Valid),
        ("10.0.1.0/24", Some(1), Validation::Valid),
        ("10.0.1.0/25", Some(1), invalid(InvalidReason::Length)),
        ("10.0.1.0/24", Some(2), invalid(InvalidReason::Length)),
        ("10.0.1.0/24", Some(3), invalid(InvalidReason::As)),
        ("10.0.1.0/24", None, invalid(InvalidReason::As)),
        ("10.9.1.0/24", Some(1), invalid(InvalidReason::As0)),
        ("10.9.0.0/16", None, invalid(InvalidReason::As0)),
        ("10.9.0.0/16", Some(0), invalid(InvalidReason::As0)),
        ("10.0.0.0/16", Some(0), invalid(InvalidReason::As)),
        ("10.0.0.0/7", Some(1), Validation::NotFound),
        ("11.0.0.0/8", None, Validation::NotFound),
        ("2001:db8:1::/48", Some(1), Validation::Valid),
        ("2001:db8:1::/49", Some(1), invalid(InvalidReason::Length)),
        ("2001:db9::/32", Some(1), Validation::NotFound),
    ] {
        let (prefix, origin) = (prefix.parse().unwrap(), origin.map(Asn));
        assert_eq!(table.validate(prefix, origin), want, "{prefix} {origin:?}");
        assert_eq!(brute_force(&vrps, prefix, origin), want, "oracle: {prefix} {origin:?}");
    }
    let e = table.explain("10.0.1.0/24".parse().unwrap(), Some(Asn(2)));
    let shown = |list: &[Vrp]| list.iter().map(Vrp::to_string).collect::<Vec<_>>();
    assert_eq!(shown(&e.matched), [""; 0]);
    assert_eq!(shown(&e.unmatched_length), ["10.0.0.0/16 AS2"]);
    assert_eq!(shown(&e.unmatched_as), ["10.0.0.0/8 AS0", "10.0.0.0/16-24 AS1", "10.0.1.0/24 AS0"]);
    assert_eq!(VrpTable::new(Vec::new()).validate("::/0".parse().unwrap(), None), Validation::NotFound);
}

#[test]
fn the_table_is_free_of_order_and_duplicates() {
    let mut vrps: Vec<Vrp> =
        ["10.0.0.0/8 AS1", "10.0.0.0/8-9 AS1", "::/0 AS2", "10.0.0.0/8 AS1"].map(vrp).to_vec();
    vrps[3].trust_anchor = TrustAnchor::Apnic;
    let table = VrpTable::new(vrps.clone());
    vrps.reverse();
    assert_eq!(table.vrps(), VrpTable::new(vrps).vrps());
    assert_eq!(table.vrps().len(), 3);
    assert_eq!(table.vrps()[0].trust_anchor, TrustAnchor::Apnic);
}

/// A prefix near others: few leading bits differ, lengths favour the edges.
fn prefix(dice: &mut Dice, near: &[Vrp]) -> Prefix {
    let family = dice.pick(&[Family::V4, Family::V6]);
    let top = family.bits();
    let len = match dice.below(4) {
        0 => dice.pick(&[0, 1, 7, 8, 9, top - 1, top]),
        1 => dice.pick(&[15, 16, 17, 23, 24, 25, 31, 32]),
        _ => dice.below(u64::from(top) + 1) as u8,
    };
    let bits = match (dice.below(5), near.is_empty()) {
        (0, _) | (_, true) => u128::from(dice.next()) << 64 | u128::from(dice.next()),
        (1, _) => 0,
        (2, _) => u128::MAX,
        _ => {
            let base = near[dice.below(near.len() as u64) as usize].prefix.bits();
            base ^ (u128::from(dice.below(2)) << dice.below(128)) ^ u128::from(dice.next()) >> dice.below(64)
        }
    };
    Prefix::from_bits(family, bits, len).unwrap()
}

#[test]
fn equals_brute_force_on_millions_of_pairs() {
    let mut dice = Dice(0x5EED_0001);
    let (mut seen, mut pairs) = ([0_u64; 5], 0);
    for world in 0..1000 {
        let mut vrps = Vec::new();
        for _ in 0..dice.below(40) {
            let prefix = prefix(&mut dice, &vrps);
            let room = u64::from(prefix.family().bits() - prefix.len());
            let extra = match dice.below(3) {
                0 => 0,
                1 => room,
                _ => dice.below(room + 1),
            };
            let asn = Asn(dice.pick(&[0, 0, 1, 1, 2, 3, u32::MAX]));
            let trust_anchor = TrustAnchor::NotSaid;
            vrps.push(Vrp { prefix, max_length: prefix.len() + extra as u8, asn, trust_anchor });
        }
        let table = VrpTable::new(vrps.clone());
        let mut routes: Vec<_> = (0..3000)
            .map(|_| {
                let origin = dice.pick(&[None, Some(0), Some(1), Some(2), Some(3), Some(9), Some(u32::MAX)]);
                (prefix(&mut dice, &vrps), origin.map(Asn))
            })
            .collect();
        // One world in eight in disorder: the batch must not depend on it.
        if world % 8 != 0 {
            routes.sort();
        }
        let batch = table.validate_all(&routes);
        for ((prefix, origin), in_batch) in routes.into_iter().zip(batch) {
            let want = brute_force(&vrps, prefix, origin);
            let single = table.validate(prefix, origin);
            assert!(
                want == single && want == in_batch,
                "{prefix} {origin:?} in {vrps:?}: {want:?} {single:?} {in_batch:?}"
            );
            seen[match want {
                Validation::Valid => 0,
                Validation::Invalid(InvalidReason::Length) => 1,
                Validation::Invalid(InvalidReason::As0) => 2,
                Validation::Invalid(InvalidReason::As) => 3,
                Validation::NotFound => 4,
            }] += 1;
            pairs += 1;
        }
    }
    assert_eq!(pairs, 3_000_000);
    assert!(seen.iter().all(|n| *n > pairs / 200), "every state often enough: {seen:?}");
}

/// The same question to a prefix trie that shares no code with the table.
fn by_trie(vrps: &[Vrp], routes: &[(Prefix, Option<Asn>)]) -> Vec<Validation> {
    let mut v4 = prefix_trie::PrefixMap::<(u32, u8), Vec<(u8, u32)>>::new();
    let mut v6 = prefix_trie::PrefixMap::<(u128, u8), Vec<(u8, u32)>>::new();
    for v in vrps {
        let payload = (v.max_length, v.asn.0);
        match v.prefix.family() {
            Family::V4 => {
                v4.entry(((v.prefix.bits() >> 96) as u32, v.prefix.len())).or_default().push(payload)
            }
            Family::V6 => v6.entry((v.prefix.bits(), v.prefix.len())).or_default().push(payload),
        }
    }
    let judge = |covering: Vec<(u8, u32)>, prefix: &Prefix, origin: Option<Asn>| {
        let ours = |asn: u32| asn != 0 && origin == Some(Asn(asn));
        if covering.is_empty() {
            Validation::NotFound
        } else if covering.iter().any(|(max, asn)| ours(*asn) && prefix.len() <= *max) {
            Validation::Valid
        } else if covering.iter().any(|(_, asn)| ours(*asn)) {
            Validation::Invalid(InvalidReason::Length)
        } else if covering.iter().all(|(_, asn)| *asn == 0) {
            Validation::Invalid(InvalidReason::As0)
        } else {
            Validation::Invalid(InvalidReason::As)
        }
    };
    let one = |(prefix, origin): &(Prefix, Option<Asn>)| {
        let covering = match prefix.family() {
            Family::V4 => {
                let key = ((prefix.bits() >> 96) as u32, prefix.len());
                v4.cover(&key).flat_map(|(_, list)| list.clone()).collect()
            }
            Family::V6 => {
                v6.cover(&(prefix.bits(), prefix.len())).flat_map(|(_, list)| list.clone()).collect()
            }
        };
        judge(covering, prefix, *origin)
    };
    routes.iter().map(one).collect()
}

#[test]
fn equals_a_prefix_trie_on_the_table_of_2015() {
    let Some(folder) = data::folder() else { return };
    let folder = folder.join("world-2016");
    let mut faults = FaultCounts::default();
    let vrps = vrp::parse(data::open(&folder.join("2016-02_tabi_roa.csv.gz")), &mut faults).unwrap().content;
    let mut routes = data::origin_table(&folder.join("ipasn6_20151101.dat.gz"));
    routes.sort();
    let table = VrpTable::new(vrps.clone());
    let batch = table.validate_all(&routes);
    let oracle = by_trie(&vrps, &routes);
    let mut counts = std::collections::BTreeMap::new();
    for (((prefix, origin), ours), theirs) in routes.iter().zip(&batch).zip(&oracle) {
        assert_eq!(ours, theirs, "{prefix} {origin:?}");
        assert_eq!(*ours, table.validate(*prefix, *origin));
        *counts.entry((prefix.family(), ours.to_string())).or_insert(0) += 1;
    }
    eprintln!("{counts:?}");
    let v4 = |state: &str| counts.get(&(Family::V4, state.to_owned())).copied().unwrap_or(0);
    // The figures that the README of the data states for IPv4.
    assert_eq!((v4("valid"), v4("invalid"), v4("not-found")), (15_181, 1_380, 589_577));
}
