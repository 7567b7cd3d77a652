use super::*;
use crate::Verdict;

fn claim() -> Claim {
    Claim {
        prefix: "192.0.2.0/24".parse().unwrap(),
        origin: Asn(64_500),
        start: Timestamp(1_000_000),
        overlap: Overlap::Same,
        related: "192.0.2.0/24".parse().unwrap(),
        incumbents: vec![Asn(3_320)],
        known_from: "tables of 3 peer ASes".to_owned(),
        neighbours: vec![Asn(1_299)],
        rpki: Rpki::NotFound,
        route_object: None,
        registered_origins: 0,
        sibling: None,
        chain: None,
        through_incumbent: None,
        gone_since: None,
        protection: None,
        earlier: None,
        own_alike: None,
        carried_before: false,
    }
}

fn reason(change: impl FnOnce(&mut Claim)) -> Reason {
    let mut claim = claim();
    change(&mut claim);
    let judged = judge(&claim);
    assert!(!judged.fired.is_empty() && !judged.flips.is_empty());
    for clause in judged.fired.iter().chain(&judged.against).chain(&judged.flips) {
        assert!(clause.sentence.ends_with('.') && !clause.sentence.contains("  "), "{}", clause.sentence);
    }
    judged.reason
}

#[test]
fn nothing_explains_it() {
    assert_eq!(reason(|_| {}), Reason::NewOrigin);
    assert_eq!(reason(|c| c.overlap = Overlap::MoreSpecific), Reason::MoreSpecific);
    let covering = |c: &mut Claim| {
        c.overlap = Overlap::Covering;
        c.rpki = Rpki::Invalid("192.0.2.0/24 AS3320".to_owned());
    };
    assert_eq!(reason(covering), Reason::Covering);
    assert_eq!(Reason::Covering.verdict(), Verdict::Incident);
}

#[test]
fn every_explanation_dismisses() {
    let valid = || Rpki::Valid("192.0.2.0/24 AS64500".to_owned());
    assert_eq!(reason(|c| c.rpki = valid()), Reason::RpkiValid);
    assert_eq!(reason(|c| c.route_object = Some("A route object".to_owned())), Reason::RouteObject);
    assert_eq!(reason(|c| c.earlier = Some("a table of 2016-01-01".to_owned())), Reason::KnownOrigin);
    assert_eq!(reason(|c| c.sibling = Some(Asn(3_320))), Reason::Sibling);
    assert_eq!(
        reason(|c| c.chain = Some("AS3320 is a provider of AS64500".to_owned())),
        Reason::CustomerChain
    );
    assert_eq!(reason(|c| c.protection = Some("a scrubbing service".to_owned())), Reason::DdosProtection);
    assert_eq!(reason(|c| c.gone_since = Some(Timestamp(1))), Reason::Transfer);
    assert_eq!(reason(|c| c.overlap = Overlap::Covering), Reason::Aggregate);
    assert_eq!(reason(|c| c.prefix = "192.0.2.1/32".parse().unwrap()), Reason::Blackhole);
    assert_eq!(reason(|c| c.prefix = "64.0.0.0/3".parse().unwrap()), Reason::AddPath);
    let anycast = |c: &mut Claim| {
        c.rpki = valid();
        c.incumbents = vec![Asn(3_320), Asn(3_356)];
        c.registered_origins = 3;
    };
    assert_eq!(reason(anycast), Reason::AnycastRegistered);
}

#[test]
fn an_invalid_is_not_dismissed_by_a_route_object() {
    let invalid = |c: &mut Claim| {
        c.rpki = Rpki::Invalid("192.0.2.0/24 AS3320".to_owned());
        c.route_object = Some("A route object".to_owned());
        c.gone_since = Some(Timestamp(1));
        c.through_incumbent = Some(Through::Linked);
    };
    assert_eq!(reason(invalid), Reason::NewOrigin);
}

#[test]
fn an_owner_agrees_by_what_was_known() {
    let all = [Through::Linked, Through::Newcomer, Through::Stranger];
    let through = |overlap: Overlap| {
        all.map(|what| {
            reason(|c| {
                c.overlap = overlap;
                c.through_incumbent = Some(what);
            })
        })
    };
    use Reason::{MoreSpecific, ThroughIncumbent};
    assert_eq!(through(Overlap::Same), [ThroughIncumbent; 3]);
    assert_eq!(through(Overlap::MoreSpecific), [ThroughIncumbent, ThroughIncumbent, MoreSpecific]);
    assert_eq!(through(Overlap::Covering), [ThroughIncumbent; 3]);
    let mut stranger = claim();
    stranger.overlap = Overlap::MoreSpecific;
    let around = judge(&stranger).confidence;
    stranger.through_incumbent = Some(Through::Stranger);
    let judged = judge(&stranger);
    assert!(judged.confidence < around);
    assert!(judged.against.iter().any(|clause| clause.rule == "through_incumbent"));
}

#[test]
fn artefacts_need_the_incumbent_as_only_neighbour() {
    let small = |neighbours: &[u32]| {
        let neighbours: Vec<Asn> = neighbours.iter().copied().map(Asn).collect();
        reason(|c| {
            c.origin = Asn(7);
            c.neighbours = neighbours;
        })
    };
    assert_eq!(small(&[3_320]), Reason::PrependCount);
    assert_eq!(small(&[1_299, 3_320]), Reason::NewOrigin);
    assert_eq!(small(&[1_299]), Reason::NewOrigin);
    let slip = |c: &mut Claim| {
        c.origin = Asn(33_320);
        c.neighbours = vec![Asn(3_320)];
    };
    assert_eq!(reason(slip), Reason::NearMissAsn);
}

#[test]
fn causes_are_named() {
    let mut typo = claim();
    typo.own_alike = Some("192.0.3.0/24".parse().unwrap());
    assert_eq!(judge(&typo).cause, Some(Cause::Typo));
    let mut leak = claim();
    leak.carried_before = true;
    assert_eq!(judge(&leak).cause, Some(Cause::Leak));
}
