use super::*;

const TWO: Context = Context { encoding: Encoding::TwoOctet, in_table: false };
const FOUR: Context = Context { encoding: Encoding::FourOctet, in_table: false };
const TABLE: Context = Context { encoding: Encoding::FourOctet, in_table: true };

fn attribute(flags: u8, code: u8, value: &[u8]) -> Vec<u8> {
    [&[flags, code, value.len() as u8], value].concat()
}

/// A valid attribute set with `more` behind it.
fn with(more: &[u8]) -> Vec<u8> {
    [attribute(0x40, 1, &[0]), attribute(0x40, 2, &[2, 1, 0, 0, 0xFD, 0xE8]), more.to_vec()].concat()
}

struct Outcome {
    codes: Vec<&'static str>,
    /// `None`: the record is lost; else whether it is treated as withdraw.
    withdraw: Option<bool>,
}

fn outcome(octets: &[u8], context: Context) -> Outcome {
    let mut codes = Vec::new();
    let mut scratch = Vec::new();
    let read = Attributes::read(octets, context, &mut scratch, &mut |d| codes.push(d.kind.code));
    Outcome { withdraw: read.map(|attributes| attributes.treat_as_withdraw), codes }
}

#[track_caller]
fn check(octets: &[u8], context: Context, code: &str, withdraw: Option<bool>) {
    let outcome = outcome(octets, context);
    assert_eq!(outcome.codes, [code], "{octets:?}");
    assert_eq!(outcome.withdraw, withdraw, "{octets:?}");
}

#[test]
fn lengths_are_judged_as_rfc_7606_says() {
    let withdraw = Some(true);
    let discard = Some(false);
    for (flags, code, bad, name, effect) in [
        (0x40, 3, &[192, 0, 2][..], "attribute-next-hop", withdraw),
        (0x80, 4, &[0; 5], "attribute-med", withdraw),
        (0x40, 5, &[0; 3], "attribute-local-pref", discard),
        (0x40, 6, &[0], "attribute-atomic-aggregate", discard),
        (0xC0, 7, &[0; 7], "attribute-aggregator", discard),
        (0xC0, 7, &[0; 9], "attribute-aggregator", discard),
        (0xC0, 8, &[], "attribute-communities", withdraw),
        (0xC0, 8, &[0; 6], "attribute-communities", withdraw),
        (0x80, 9, &[0; 5], "attribute-originator-id", discard),
        (0x80, 10, &[0; 6], "attribute-cluster-list", discard),
        (0x80, 14, &[0, 2, 1, 5, 1, 2, 3, 4, 5, 0], "attribute-mp-reach", None),
        (0x80, 14, &[0, 2, 1, 16, 1, 2], "attribute-mp-reach", None),
        (0x80, 15, &[0, 2], "attribute-mp-unreach", None),
        (0xC0, 16, &[0; 7], "attribute-extended-communities", withdraw),
        (0xC0, 18, &[0; 6], "attribute-as4-aggregator", discard),
        (0xC0, 32, &[0; 11], "attribute-large-communities", withdraw),
        (0xC0, 35, &[0; 2], "attribute-only-to-customer", withdraw),
    ] {
        check(&with(&attribute(flags, code, bad)), FOUR, name, effect);
    }
    check(&attribute(0x40, 1, &[3]), FOUR, "attribute-origin", withdraw);
    check(&attribute(0x40, 1, &[0, 0]), FOUR, "attribute-origin", withdraw);
    check(&attribute(0x40, 2, &[2, 2, 0, 0, 0, 1]), FOUR, "attribute-as-path", withdraw);
}

#[test]
fn values_are_read() {
    let octets = with(
        &[
            attribute(0x40, 3, &[192, 0, 2, 1]),
            attribute(0x80, 4, &[0xFF, 0xFF, 0xFF, 0xFF]),
            attribute(0x40, 5, &[0, 0, 0, 100]),
            attribute(0x40, 6, &[]),
            attribute(0xC0, 7, &[0, 1, 0x11, 0x70, 192, 0, 2, 9]),
            attribute(0xC0, 8, &[0xFD, 0xE8, 0, 7, 0xFF, 0xFF, 0xFF, 1]),
            attribute(0xC0, 32, &[0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]),
            attribute(0xC0, 35, &[0, 0, 0xFD, 0xE9]),
            attribute(0xC0, 99, &[1, 2, 3]),
        ]
        .concat(),
    );
    let mut scratch = Vec::new();
    let attributes = Attributes::read(&octets, FOUR, &mut scratch, &mut |d| panic!("{d:?}")).unwrap();
    assert_eq!(attributes.origin, Some(OriginCode::Igp));
    assert_eq!(attributes.path().to_string(), "65000");
    assert_eq!(attributes.origin_as(), Origin::As(Asn(65000)));
    assert_eq!(attributes.next_hop, Some(Ipv4Addr::new(192, 0, 2, 1)));
    assert_eq!((attributes.med, attributes.local_pref), (Some(u32::MAX), Some(100)));
    assert!(attributes.atomic_aggregate);
    let aggregator = Aggregator { asn: Asn(70000), address: Ipv4Addr::new(192, 0, 2, 9) };
    assert_eq!(attributes.aggregator, Some(aggregator));
    let communities: Vec<_> = attributes.communities.unwrap().iter().map(|c| c.to_string()).collect();
    assert_eq!(communities, ["65000:7", "65535:65281"]);
    assert_eq!(attributes.large_communities.unwrap().iter().next().unwrap().to_string(), "1:2:3");
    assert_eq!(attributes.only_to_customer, Some(Asn(65001)));
}

#[test]
fn flags_must_fit_the_attribute() {
    let octets = with(&attribute(0x80, 3, &[192, 0, 2, 1]));
    check(&octets, FOUR, "attribute-flags", Some(true));
    check(&octets, TABLE, "attribute-flags-in-table", Some(false));
    // Partial and the unused bits say nothing (RFC 4271 §4.3).
    let octets = with(&attribute(0xC0 | 0x20 | 0x0F, 8, &[0, 1, 0, 2]));
    assert!(outcome(&octets, FOUR).codes.is_empty());
}

#[test]
fn of_duplicates_the_first_counts_and_two_mp_attributes_are_fatal() {
    let octets = with(&attribute(0x40, 1, &[2]));
    check(&octets, FOUR, "attribute-duplicate", Some(false));
    let mut scratch = Vec::new();
    let attributes = Attributes::read(&octets, FOUR, &mut scratch, &mut |_| {}).unwrap();
    assert_eq!(attributes.origin, Some(OriginCode::Igp));
    let unreach = attribute(0x80, 15, &[0, 2, 1]);
    check(&with(&[unreach.clone(), unreach].concat()), FOUR, "attribute-mp-duplicate", None);
}

#[test]
fn an_overrun_ends_the_walk_and_withdraws() {
    for tail in [&[0x40][..], &[0x40, 3], &[0x40, 3, 4, 192], &[0x50, 3, 0], &[0x50, 3, 0, 4, 1, 2, 3]] {
        check(&with(tail), FOUR, "attribute-overrun", Some(true));
    }
}

#[test]
fn mp_reach_is_abbreviated_or_full_in_tables_and_full_in_updates() {
    let address: [u8; 16] = "2001:db8::1".parse::<core::net::Ipv6Addr>().unwrap().octets();
    let short = [&[16][..], &address].concat();
    let full = [&[0, 2, 1, 16][..], &address, &[0]].concat();
    let both = [&[0, 2, 1, 32][..], &address, &address, &[0]].concat();
    for value in [&short, &full, &both] {
        let octets = with(&attribute(0x80, 14, value));
        let mut scratch = Vec::new();
        let attributes = Attributes::read(&octets, TABLE, &mut scratch, &mut |d| panic!("{d:?}")).unwrap();
        assert_eq!(attributes.table_next_hop(), Some("2001:db8::1".parse().unwrap()));
    }
    check(&with(&attribute(0x80, 14, &short)), FOUR, "attribute-mp-reach", None);
    check(&with(&attribute(0x80, 14, &[3, 1, 2])), TABLE, "attribute-mp-reach", Some(false));
}

#[test]
fn as4_attributes_count_only_beside_two_octets_and_as_trans() {
    let path = attribute(0x40, 2, &[2, 1, 0x5B, 0xA0]);
    let as4_path = attribute(0xC0, 17, &[2, 1, 0, 1, 0x11, 0x70]);
    let as4_aggregator = attribute(0xC0, 18, &[0, 1, 0x11, 0x70, 192, 0, 2, 8]);
    let read = |aggregator: &[u8]| {
        let octets = [path.clone(), aggregator.to_vec(), as4_path.clone(), as4_aggregator.clone()].concat();
        let mut scratch = Vec::new();
        let attributes = Attributes::read(&octets, TWO, &mut scratch, &mut |d| panic!("{d:?}")).unwrap();
        (attributes.path().to_string(), attributes.aggregator.map(|a| a.asn.0))
    };
    assert_eq!(read(&attribute(0xC0, 7, &[0x5B, 0xA0, 1, 1, 1, 1])), ("70000".into(), Some(70000)));
    // RFC 6793 §4.2.3: an AGGREGATOR that is not AS_TRANS tells that both AS4 attributes are stale.
    assert_eq!(read(&attribute(0xC0, 7, &[0xFD, 0xE8, 1, 1, 1, 1])), ("23456".into(), Some(65000)));
    assert_eq!(read(&[]), ("70000".into(), None));
    check(&with(&as4_path), FOUR, "attribute-as4-unexpected", Some(false));
}

#[test]
fn no_attributes_at_all() {
    let outcome = outcome(&[], TABLE);
    assert_eq!((outcome.codes.len(), outcome.withdraw), (0, Some(false)));
}
