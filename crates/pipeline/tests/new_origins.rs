//! Misoriginations do not depend on the order in which sightings come, nor on what is said twice.

mod detecting;

use detect::{Event, Reason, Verdict};
use proptest::prelude::*;
use reference::relationships::{Link, Relationship, Relationships};
use routing::{Asn, RouteSpan, Timestamp};

use detecting::{Given, TABLE, UPDATES};

const PEERS: [u32; 3] = [100, 101, 102];
/// Two ways to the owner, one to another network, one through an unknown neighbour, one behind the owner.
const TAILS: [&[u32]; 5] = [&[201, 300], &[202, 300], &[203, 400], &[400, 300], &[201, 300, 400]];
const BEHIND_THE_OWNER: u32 = 4;

fn span(peer: u32, prefix: &str, tail: u32, start: i64, end: i64, file: u32) -> RouteSpan {
    detecting::span(peer, prefix, peer * TAILS.len() as u32 + tail, (start, end), file)
}

fn found_after(spans: Vec<RouteSpan>, given: &Given) -> Vec<Event> {
    detecting::found(detecting::collector(&PEERS, &TAILS), spans, given)
}

fn found(spans: Vec<RouteSpan>) -> Vec<Event> {
    found_after(spans, &Given::default())
}

fn any_span() -> impl Strategy<Value = RouteSpan> {
    let prefix = prop_oneof![Just("20.0.0.0/8"), Just("20.1.0.0/16"), Just("20.1.2.0/24")];
    (0u32..3, prefix, 0u32..5, 1i64..50, 1i64..200_000).prop_map(|(peer, prefix, tail, start, lasts)| {
        span(peer, prefix, tail, start * 4_000, start * 4_000 + lasts, UPDATES)
    })
}

fn table() -> Vec<RouteSpan> {
    (0..3).map(|peer| span(peer, "20.1.0.0/16", 0, 0, 400_000, TABLE)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_change_nothing(
        mut spans in prop::collection::vec(any_span(), 0..12),
        order in any::<prop::sample::Index>(),
        doubled in any::<prop::sample::Index>(),
    ) {
        spans.extend(table());
        let once = found(spans.clone());
        let mut turned = spans.clone();
        turned.rotate_left(order.index(spans.len()));
        turned.reverse();
        prop_assert_eq!(&found(turned), &once);
        let mut twice = spans.clone();
        twice.push(spans[doubled.index(spans.len())]);
        prop_assert_eq!(&found(twice), &once);
        // Nobody is blamed for what the table shows to be its own space, whoever was there meanwhile.
        let own = once.iter().filter(|event| event.prefix != "20.0.0.0/8".parse().unwrap());
        prop_assert!(own.clone().all(|event| event.culprit != Some(Asn(300))));
    }
}

#[test]
fn a_new_origin_is_found_at_all() {
    let mut spans = table();
    spans.extend((0..2).map(|peer| span(peer, "20.1.2.0/24", 2, 100_000, 110_000, UPDATES)));
    let events = found(spans);
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].culprit, events[0].reason), (Some(Asn(400)), Reason::MoreSpecific));
}

/// What is found of a part of the owner's space that comes up behind it.
fn behind_the_owner(prefix: &str, more: &[RouteSpan], given: &Given) -> Event {
    let mut spans = table();
    spans.extend_from_slice(more);
    spans.extend((0..2).map(|peer| span(peer, prefix, BEHIND_THE_OWNER, 100_000, 110_000, UPDATES)));
    let events = found_after(spans, given);
    events.into_iter().find(|event| event.prefix == prefix.parse().unwrap()).expect("an event")
}

#[test]
fn behind_the_owner_only_what_was_known_excuses() {
    let nothing = Given::default();
    let event = behind_the_owner("20.1.2.0/24", &[], &nothing);
    assert_eq!((event.reason, event.culprit), (Reason::MoreSpecific, None), "{:?}", event.tree);
    assert_eq!(event.victims, [Asn(300)]);
    // Another prefix came that way before.
    let other = span(0, "20.8.0.0/16", BEHIND_THE_OWNER, 0, 400_000, TABLE);
    let event = behind_the_owner("20.1.2.0/24", &[other], &nothing);
    assert_eq!((event.verdict, event.reason), (Verdict::Undecided, Reason::ThroughIncumbent));
    // What came up together with it tells nothing.
    let other = span(0, "20.8.0.0/16", BEHIND_THE_OWNER, 99_000, 400_000, UPDATES);
    assert_eq!(behind_the_owner("20.1.2.0/24", &[other], &nothing).verdict, Verdict::Incident);
    // The very prefix, which the owner must have given up first.
    assert_eq!(behind_the_owner("20.1.0.0/16", &[], &nothing).reason, Reason::ThroughIncumbent);
}

#[test]
fn a_network_that_was_nowhere_before_is_a_new_customer_of_the_owner() {
    let provides = |a: u32, b: u32| Relationship { a: Asn(a), b: Asn(b), link: Link::ProviderToCustomer };
    let verdict = |links: Vec<Relationship>, as_of: i64| {
        let mut given = Given::default();
        let relationships = Relationships { links, ..Relationships::default() };
        given.history.add_relationships("relationships", Timestamp(as_of), &relationships);
        let event = behind_the_owner("20.1.2.0/24", &[], &given);
        (event.verdict, event.culprit)
    };
    let without = vec![provides(201, 300)];
    assert_eq!(verdict(without.clone(), 0).0, Verdict::Undecided);
    // Whom the relationships know, and not with the owner, is no new customer; nobody is blamed all the same.
    assert_eq!(verdict(vec![provides(201, 300), provides(203, 400)], 0), (Verdict::Incident, None));
    // What is newer, or years old, does not say that it is new.
    assert_eq!(verdict(without.clone(), 105_000).0, Verdict::Incident);
    assert_eq!(verdict(without, -2 * 366 * 86_400).0, Verdict::Incident);
}
