//! A link never seen before between networks of different regions: what joins the two decides.

mod detecting;

use detect::{Event, Reason, Verdict};
use reference::delegations;
use reference::exchange_points::{Connection, ExchangePoints};
use reference::relationships::{Link, Relationship, Relationships};
use routing::{Asn, Timestamp};

use detecting::{Given, TABLE, UPDATES};

const DAY: i64 = 86_400;
/// Numbers of APNIC's and the RIPE NCC's blocks, of no network in particular.
const NEAR: u32 = 150_001;
const ORIGIN: u32 = 210_001;

fn span(prefix: &str, path: u32, start: i64, end: i64, file: u32) -> routing::RouteSpan {
    detecting::span(0, prefix, path, (start, end), file)
}

/// What is found when the origin's prefix turns to the new link for an hour. `moved`: two others of it do so, too.
fn found(origin: u32, customers: &[(u32, u32)], moved: bool) -> Option<Event> {
    found_with(origin, customers, moved, Given::default())
}

fn found_with(origin: u32, customers: &[(u32, u32)], moved: bool, mut given: Given) -> Option<Event> {
    let provides = |a: u32, b: u32| Relationship { a: Asn(a), b: Asn(b), link: Link::ProviderToCustomer };
    let mut links = vec![provides(300, origin), provides(100, NEAR), provides(100, 300)];
    links.extend((0..3).map(|n| provides(NEAR, 151_001 + n)));
    links.extend(customers.iter().map(|(a, b)| provides(*a, *b)));
    let relationships = Relationships { links, ..Relationships::default() };
    given.history.add_relationships("relationships", Timestamp(0), &relationships);
    // How the table shows the origin, the near network and three others, and the new link.
    let tails = [&[300, origin][..], &[301, origin], &[302, origin], &[NEAR], &[NEAR, origin]];
    let collector = detecting::collector(&[100], &tails);
    let mut spans = Vec::new();
    for (n, prefix) in ["20.1.0.0/16", "20.2.0.0/16", "20.3.0.0/16", "20.4.0.0/16"].into_iter().enumerate() {
        spans.push(span(prefix, n as u32 % 3, DAY, 3 * DAY, TABLE));
        if n == 0 || moved {
            spans.push(span(prefix, 4, 3 * DAY, 3 * DAY + 3_600, UPDATES));
        }
    }
    spans.push(span("20.9.0.0/16", 3, DAY, 5 * DAY, TABLE));
    let events = detecting::found(collector, spans, &given);
    events.into_iter().find(|e| e.prefix == "20.1.0.0/16".parse().unwrap())
}

fn has(event: &Event, rule: &str) -> bool {
    event.tree.fired.iter().any(|clause| clause.rule == rule)
}

#[test]
fn a_stranger_of_another_region_is_no_new_provider() {
    let event = found(ORIGIN, &[], false).unwrap();
    assert!(has(&event, "far_apart"), "{:?}", event.tree);
    assert_eq!((event.verdict, event.reason), (Verdict::Incident, Reason::UnseenLink));
    assert_eq!(event.culprit, Some(Asn(NEAR)));
}

#[test]
fn one_region_or_one_market_or_a_move_of_everything_is_a_new_provider() {
    // A number of the same region.
    let event = found(152_001, &[], false).unwrap();
    assert!(!has(&event, "far_apart"));
    assert_eq!(event.verdict, Verdict::Undecided);
    // Somebody buys from both sides.
    let event = found(ORIGIN, &[(NEAR, 400), (300, 400)], false).unwrap();
    assert!(!has(&event, "far_apart") && !has(&event, "no_common_neighbour"));
    assert_eq!(event.verdict, Verdict::Undecided);
    // A network is next to both: it says something unless one meets it everywhere.
    let customers = |n: u32| -> Vec<(u32, u32)> {
        core::iter::once((300, NEAR)).chain((0..n).map(|c| (300, 1_000 + c))).collect()
    };
    assert_eq!(found(ORIGIN, &customers(100), false), None, "nothing worth showing");
    assert!(has(&found(ORIGIN, &customers(180), false).unwrap(), "far_apart"));
    // Everything of the origin comes that way.
    assert_eq!(found(ORIGIN, &[], true), None, "nothing worth showing");
}

#[test]
fn who_meets_at_an_exchange_point_or_is_of_one_economy_may_be_a_new_provider() {
    let at = |exchange_point, asn| Connection { exchange_point, asn: Asn(asn) };
    let meeting = |points: &[Connection]| {
        let exchange_points = ExchangePoints::new(points.iter().copied());
        found_with(ORIGIN, &[], false, Given { exchange_points, ..Given::default() }).unwrap()
    };
    let event = meeting(&[at(1, NEAR), at(2, ORIGIN)]);
    assert_eq!(event.verdict, Verdict::Incident, "at two places, and so apart: {:?}", event.tree);
    let event = meeting(&[at(1, NEAR), at(1, ORIGIN)]);
    assert_eq!(event.verdict, Verdict::Undecided);
    assert!(event.tree.against.iter().any(|clause| clause.rule == "exchange_points"));
    let names = |input: &detect::Input| input.what.code() == "exchange_points" && input.as_of.is_some();
    assert!(event.tree.inputs.iter().any(names));
    // By who holds the numbers, not by the blocks they are from.
    let delegated = format!(
        "2|ripencc|20240101|2|19700101|20240101|+0000\nripencc|*|asn|*|2|summary\n\
         ripencc|EE|asn|{NEAR}|1|20200101|allocated|a\nripencc|EE|asn|{ORIGIN}|1|20200101|allocated|b\n"
    );
    let parsed = delegations::parse(delegated.as_bytes(), &mut Default::default()).unwrap();
    let delegations = delegations::DelegationTable::new(parsed.content);
    let event = found_with(ORIGIN, &[], false, Given { delegations, ..Given::default() }).unwrap();
    assert!(!has(&event, "far_apart") && event.verdict == Verdict::Undecided, "{:?}", event.tree);
    assert!(event.tree.against.iter().any(|clause| clause.rule == "same_economy"));
}
