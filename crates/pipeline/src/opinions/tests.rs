use detect::{Event, EventKind, Evidence, Reason, Tree};
use reference::opinions::{Claim, Opinion};
use routing::{Asn, Span, Timestamp};

use super::{SLACK_SECONDS, matches};

fn event(kind: EventKind, prefix: &str, culprit: Option<u32>, start: i64, end: i64) -> Event {
    Event {
        kind,
        verdict: Reason::NewOrigin.verdict(),
        reason: Reason::NewOrigin,
        likely_cause: None,
        culprit: culprit.map(Asn),
        victims: Vec::new(),
        prefix: prefix.parse().unwrap(),
        related: None,
        hop: None,
        bogon_asn: None,
        span: Span { start: Timestamp(start), end: Timestamp(end) },
        class: None,
        confidence: 90,
        accomplices: Vec::new(),
        credits: Vec::new(),
        dismissed_by: detect::Dismissal::NONE,
        marked: None,
        evidence: Evidence::default(),
        tree: Tree::default(),
    }
}

fn opinion(claim: Claim, culprits: &[u32], prefixes: &[&str], start: i64, end: Option<i64>) -> Opinion {
    Opinion {
        id: "x".to_owned(),
        claim,
        called: String::new(),
        start: Timestamp(start),
        end: end.map(Timestamp),
        culprits: culprits.iter().copied().map(Asn).collect(),
        victims: Vec::new(),
        prefixes: prefixes.iter().map(|text| text.parse().unwrap()).collect(),
        prefixes_all: prefixes.len() as u64,
        suspicion: None,
        confidence: None,
        tags: Vec::new(),
        details: Vec::new(),
    }
}

const AT: i64 = 1_000_000;

/// Place of the event, same prefix, same culprit, same kind.
fn told(ours: &[Event], theirs: Opinion) -> Vec<(u32, bool, Option<bool>, bool)> {
    let ours: Vec<&Event> = ours.iter().collect();
    let found = matches(&ours, &[theirs]).remove(0);
    found.into_iter().map(|m| (m.event, m.same_prefix, m.same_culprit, m.same_kind)).collect()
}

#[test]
fn a_prefix_in_common_at_the_time_is_the_same_event_whatever_it_is_called() {
    let ours = [
        event(EventKind::Misorigination, "192.0.2.0/24", Some(1), AT, AT + 100),
        event(EventKind::RouteLeak, "192.0.0.0/16", Some(2), AT, AT + 100),
        event(EventKind::Misorigination, "192.0.2.128/25", None, AT, AT + 100),
        event(EventKind::Misorigination, "192.0.3.0/24", Some(9), AT, AT + 100),
        event(EventKind::Misorigination, "2001:db8::/32", Some(9), AT, AT + 100),
    ];
    let found = told(&ours, opinion(Claim::Hijack, &[1], &["192.0.2.0/24"], AT + 50, None));
    assert_eq!(found, [(0, true, Some(true), true), (1, true, Some(false), false), (2, true, None, true)]);
    // Everything and nothing is in the default route.
    assert_eq!(told(&ours, opinion(Claim::Hijack, &[], &["0.0.0.0/0"], AT, None)), []);
}

#[test]
fn the_same_culprit_needs_the_same_kind_where_no_prefix_is_in_common() {
    let ours = [
        event(EventKind::RouteLeak, "192.0.2.0/24", Some(1), AT, AT + 100),
        event(EventKind::ForgedPath, "198.51.100.0/24", Some(1), AT, AT + 100),
        event(EventKind::BogonPrefix, "10.0.0.0/8", Some(1), AT, AT + 100),
    ];
    let leak = told(&ours, opinion(Claim::Leak, &[1], &[], AT, None));
    assert_eq!(leak, [(0, false, Some(true), true)]);
    let path = told(&ours, opinion(Claim::Path, &[1, 5], &["203.0.113.0/24"], AT, None));
    assert_eq!(path, [(1, false, Some(true), true)]);
    assert_eq!(told(&ours, opinion(Claim::Leak, &[7], &[], AT, None)), []);
}

#[test]
fn times_may_lie_apart_by_the_slack_and_no_further() {
    let ours = [event(EventKind::RouteLeak, "192.0.2.0/24", Some(1), AT, AT + 100)];
    let at = |start: i64, end: Option<i64>| {
        told(&ours, opinion(Claim::Leak, &[1], &["192.0.2.0/24"], start, end)).len()
    };
    assert_eq!(at(AT + 100 + SLACK_SECONDS, None), 1);
    assert_eq!(at(AT + 101 + SLACK_SECONDS, None), 0);
    assert_eq!(at(AT - SLACK_SECONDS - 50, Some(AT - SLACK_SECONDS)), 1);
    assert_eq!(at(AT - SLACK_SECONDS - 50, Some(AT - SLACK_SECONDS - 1)), 0);
    assert_eq!(at(AT - 900_000, Some(AT + 900_000)), 1);
}
