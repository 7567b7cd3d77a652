//! ASPA verification against every way in which a path can climb and descend.

mod data;

use data::Dice;
use reference::aspa::{Aspa, AspaState, AspaTable, AspaVerdict, PathFault, Received};
use routing::{AsPath, Asn, SegmentKind};

/// Paths tried unless `ASPA_PATHS` says otherwise.
const PATHS: u64 = 200_000;

/// The draft by its meaning, over a plain list of attestations: the path from origin to collector is split into
/// a climb, at most one lateral hop and a descent, in every possible way.
fn brute_force(attested: &[(u32, Vec<u32>)], path: &[u32], received: Received) -> AspaState {
    let mut from_origin: Vec<u32> = Vec::new();
    for asn in path.iter().rev() {
        if from_origin.last() != Some(asn) {
            from_origin.push(*asn);
        }
    }
    let n = from_origin.len();
    if n == 0 {
        return AspaState::Invalid;
    }
    // Some(true): attested, Some(false): denied, None: nobody says anything.
    let attests = |customer: u32, provider: u32| {
        let lists: Vec<_> = attested.iter().filter(|(c, _)| *c == customer).collect();
        let named = |(_, providers): &&(u32, Vec<u32>)| provider != 0 && providers.contains(&provider);
        (!lists.is_empty()).then(|| lists.iter().any(named))
    };
    let (mut valid, mut possible) = (false, false);
    // The climb ends at the hop `top`, the descent begins at `turn`: the same hop, or the next one.
    for top in 0..n {
        for turn in [top, top + 1] {
            let only_climbs = received == Received::FromCustomerOrPeer;
            if turn >= n || (only_climbs && (top, turn) != (n - 1, n - 1)) {
                continue;
            }
            let climb = (0..top).map(|i| attests(from_origin[i], from_origin[i + 1]));
            let descent = (turn..n - 1).map(|i| attests(from_origin[i + 1], from_origin[i]));
            let hops: Vec<Option<bool>> = climb.chain(descent).collect();
            valid |= hops.iter().all(|h| *h == Some(true));
            possible |= hops.iter().all(|h| *h != Some(false));
        }
    }
    match (valid, possible) {
        (true, _) => AspaState::Valid,
        (false, true) => AspaState::Unknown,
        (false, false) => AspaState::Invalid,
    }
}

fn table(attested: &[(u32, Vec<u32>)]) -> AspaTable {
    AspaTable::new(attested.iter().map(|(customer, providers)| Aspa {
        customer: Asn(*customer),
        providers: providers.iter().copied().map(Asn).collect(),
    }))
}

/// Customers and the providers each of them names.
type Attested = Vec<(u32, Vec<u32>)>;

/// A world of few networks, so that hops are often attested, and a path with prepending in it.
fn random(dice: &mut Dice) -> (Attested, Vec<Vec<u32>>) {
    let networks = 2 + dice.below(9);
    // Mostly a ladder: who has a higher number provides; sometimes any list at all, AS0 among them.
    let ladder = dice.below(4) > 0;
    let (silent, sparse) = (dice.below(100), dice.below(60));
    let mut attested = Attested::new();
    for customer in 1..=networks {
        if dice.below(100) < silent {
            continue;
        }
        let from = if ladder { customer + 1 } else { 0 };
        let mut providers: Vec<u32> =
            (from..=networks).filter(|_| dice.below(100) >= sparse).map(|p| p as u32).collect();
        if providers.is_empty() {
            providers.push(0);
        }
        attested.push((customer as u32, providers));
    }
    let mut paths = Vec::new();
    for _ in 0..20 {
        let mut path = Vec::new();
        let (len, up_down) = (dice.below(9), dice.below(3) > 0);
        let mut at = 1 + dice.below(networks);
        let top = dice.below(len.max(1));
        for i in 0..len {
            for _ in 0..=u64::from(dice.below(6) == 0) {
                path.push(at as u32);
            }
            let step = 1 + dice.below(3);
            at = match (up_down, i < top) {
                (true, true) => (at + step).min(networks),
                (true, false) => at.saturating_sub(step).max(1),
                (false, _) => 1 + dice.below(networks),
            };
        }
        paths.push(path);
    }
    (attested, paths)
}

#[test]
fn verdicts_are_those_of_every_split() {
    let wanted = std::env::var("ASPA_PATHS").map_or(PATHS, |n| n.parse().expect("ASPA_PATHS is a number"));
    let mut dice = Dice(20_240_531);
    let (mut done, mut counts) = (0, [[0u64; 3]; 2]);
    while done < wanted {
        let (attested, paths) = random(&mut dice);
        let table = table(&attested);
        for path in paths {
            let real = AsPath::from_sequence(path.iter().copied().map(Asn));
            for (i, received) in
                [Received::FromCustomerOrPeer, Received::FromProvider].into_iter().enumerate()
            {
                let verdict = table.verify(real.as_ref(), received);
                let want = brute_force(&attested, &path, received);
                assert_eq!(verdict.state, want, "{path:?} {received:?} under {attested:?}");
                deciding_hops_are_what_they_say(&table, &verdict);
                counts[i][want as usize] += 1;
            }
            done += 1;
        }
    }
    println!(
        "{done} paths: from below [valid, invalid, unknown] {:?}, from above {:?}",
        counts[0], counts[1]
    );
    assert!(counts.iter().flatten().all(|n| *n > done / 100), "every outcome is tried: {counts:?}");
}

fn deciding_hops_are_what_they_say(table: &AspaTable, verdict: &AspaVerdict) {
    for hop in [verdict.up, verdict.down].into_iter().flatten() {
        assert_eq!(table.authorised(hop.customer, hop.provider), hop.authorisation);
        assert_ne!(verdict.state, AspaState::Valid);
    }
    if verdict.state == AspaState::Invalid && verdict.fault.is_none() {
        let denied =
            |h: &reference::aspa::AttestedHop| h.authorisation == reference::aspa::Authorisation::NotProvider;
        assert!(verdict.up.as_ref().is_some_and(denied));
    }
}

#[test]
fn the_draft_by_examples() {
    // 1 and 2 are customers of 3 and 4, these of 5; 9 says nothing.
    let aspas = table(&[(1, vec![3]), (2, vec![4, 3]), (3, vec![5]), (4, vec![5]), (5, vec![0])]);
    let verify = |path: &[u32], received| {
        aspas.verify(AsPath::from_sequence(path.iter().copied().map(Asn)).as_ref(), received).state
    };
    use AspaState::{Invalid, Unknown, Valid};
    for (path, above, below) in [
        (&[][..], Invalid, Invalid),
        (&[1], Valid, Valid),
        (&[3, 3, 1, 1], Valid, Valid),
        (&[1, 3], Valid, Invalid),
        (&[4, 5, 3, 1], Valid, Invalid),
        (&[2, 4, 5, 3, 1], Valid, Invalid),
        (&[4, 3, 1], Valid, Invalid),
        (&[4, 2, 3, 1], Invalid, Invalid),
        (&[5, 4, 2, 3, 5], Invalid, Invalid),
        (&[9, 3, 1], Valid, Invalid),
        (&[9, 9, 3, 1], Valid, Invalid),
        (&[9, 8, 3, 1], Unknown, Invalid),
        (&[5, 3, 9], Unknown, Unknown),
        (&[5, 9, 1], Invalid, Invalid),
    ] {
        assert_eq!(verify(path, Received::FromProvider), above, "{path:?} from a provider");
        assert_eq!(verify(path, Received::FromCustomerOrPeer), below, "{path:?} from a customer or peer");
    }
}

#[test]
fn sets_and_confederations() {
    let aspas = table(&[(1, vec![3])]);
    let mut path = AsPath::from_sequence([Asn(3)]);
    path.push_segment(SegmentKind::ConfedSequence, &[Asn(64_512)]);
    path.push_segment(SegmentKind::Sequence, &[Asn(3), Asn(1)]);
    assert_eq!(aspas.verify(path.as_ref(), Received::FromCustomerOrPeer).state, AspaState::Valid);
    path.push_segment(SegmentKind::Set, &[Asn(7)]);
    let verdict = aspas.verify(path.as_ref(), Received::FromProvider);
    assert_eq!((verdict.state, verdict.fault), (AspaState::Invalid, Some(PathFault::AsSet)));
    let empty = aspas.verify(AsPath::default().as_ref(), Received::FromProvider);
    assert_eq!((empty.state, empty.fault), (AspaState::Invalid, Some(PathFault::Empty)));
}
