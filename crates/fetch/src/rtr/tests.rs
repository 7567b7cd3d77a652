//! A session in memory: the cache's bytes are all there, what is said to it is kept.

mod hostile;

mod sets;
mod vectors;

use std::io::{self, BufReader, Cursor, Read, Write};
use std::time::{Duration, Instant};

use routing::Asn;

use super::exchange::{Ask, End, Stop, exchange};
use super::set::{Families, Set, Vrp};
use crate::{Budget, Refusal};

/// A cache that says the same whatever it is asked.
struct Canned {
    says: Cursor<Vec<u8>>,
    heard: Vec<u8>,
}

impl Read for Canned {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.says.read(buffer)
    }
}

impl Write for Canned {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.heard.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const WHOLE: Ask = Ask::Whole { version: 2 };
const SINCE: Ask = Ask::Since { version: 2, session: 7, serial: 40 };

/// Asks within a budget: how it ended, the set, and what was said to the cache after the query.
fn asked_within(ask: Ask, set: &mut Set, says: &[u8], budget: &Budget) -> (Result<End, Stop>, Vec<u8>) {
    let canned = Canned { says: Cursor::new(says.to_vec()), heard: Vec::new() };
    let mut stream = BufReader::new(canned);
    let deadline = Instant::now() + Duration::from_secs(60);
    let end = exchange(&mut stream, ask, set, budget, deadline);
    let query = if matches!(ask, Ask::Whole { .. }) { 8 } else { 12 };
    (end, stream.into_inner().heard.split_off(query))
}

fn asked(ask: Ask, set: &mut Set, says: &[u8]) -> Result<End, Stop> {
    asked_within(ask, set, says, &Budget::default()).0
}

/// A unit of any kind and length.
fn unit(version: u8, kind: u8, field: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![version, kind];
    bytes.extend(field.to_be_bytes());
    bytes.extend((8 + body.len() as u32).to_be_bytes());
    bytes.extend(body);
    bytes
}

fn numbers(all: &[u32]) -> Vec<u8> {
    all.iter().flat_map(|n| n.to_be_bytes()).collect()
}

fn notify() -> Vec<u8> {
    unit(2, 0, 7, &numbers(&[41]))
}

fn response() -> Vec<u8> {
    unit(2, 3, 7, &[])
}

/// 192.0.2.0/24 up to /28 of an AS.
fn v4(flags: u8, asn: u32) -> Vec<u8> {
    unit(2, 4, 0, &[&[flags, 24, 28, 0, 192, 0, 2, 0][..], &numbers(&[asn])].concat())
}

/// 2001:db8::/32 up to /48 of an AS.
fn v6(flags: u8, asn: u32) -> Vec<u8> {
    let head = [flags, 32, 48, 0];
    unit(2, 6, 0, &[&head[..], &numbers(&[0x2001_0db8, 0, 0, 0, asn])].concat())
}

fn router_key() -> Vec<u8> {
    unit(2, 9, 0x0100, &[0xa5; 115])
}

fn aspa(flags: u8, customer: u32, providers: &[u32]) -> Vec<u8> {
    unit(2, 11, u16::from(flags) << 8, &[numbers(&[customer]), numbers(providers)].concat())
}

/// As before version 13 of the draft, for one family.
fn older_aspa(flags: u8, family: u8, customer: u32, providers: &[u32]) -> Vec<u8> {
    let count = (providers.len() as u16).to_be_bytes();
    let head = [flags, family, count[0], count[1]];
    unit(2, 11, 0, &[&head[..], &numbers(&[customer]), &numbers(providers)].concat())
}

fn end_of_data(serial: u32) -> Vec<u8> {
    unit(2, 7, 7, &numbers(&[serial, 3600, 600, 7200]))
}

fn error(version: u8, code: u16, text: &str) -> Vec<u8> {
    let body = [&numbers(&[0, text.len() as u32])[..], text.as_bytes()].concat();
    unit(version, 10, code, &body)
}

/// Every kind of unit there is in a good answer.
fn good() -> Vec<Vec<u8>> {
    vec![
        notify(),
        response(),
        v4(1, 64500),
        v6(1, 64501),
        router_key(),
        aspa(1, 64500, &[64502, 64501]),
        older_aspa(1, 0, 64510, &[64501]),
        notify(),
        v4(1, 64503),
        v4(0, 64500),
        end_of_data(41),
    ]
}

fn asns(all: &[u32]) -> Vec<Asn> {
    all.iter().map(|n| Asn(*n)).collect()
}

fn vrp(prefix: &str, max_length: u8, asn: u32) -> Vrp {
    Vrp { prefix: prefix.parse().unwrap(), max_length, asn: Asn(asn) }
}

/// The set of a good answer.
fn good_set() -> Set {
    let mut set = Set::default();
    set.take(true, vrp("2001:db8::/32", 48, 64501)).unwrap();
    set.take(true, vrp("192.0.2.0/24", 28, 64503)).unwrap();
    set.take_aspa(true, Families::Both, Asn(64500), asns(&[64501, 64502])).unwrap();
    set.take_aspa(true, Families::Ipv4, Asn(64510), asns(&[64501])).unwrap();
    set
}

#[test]
fn a_whole_set() {
    let mut set = Set::default();
    let end = asked(WHOLE, &mut set, &good().concat()).unwrap();
    assert_eq!(set, good_set());
    assert_eq!((end.version, end.session, end.serial), (2, 7, 41));
    let intervals = end.intervals;
    assert_eq!((intervals.refresh, intervals.retry, intervals.expire), (Some(3600), Some(600), Some(7200)));
    assert_eq!((set.vrps(), set.aspas(), set.records()), (2, 2, 2 + 2 + 3));
}

#[test]
fn changes_are_applied_to_what_is_held() {
    let held = good_set();
    let since = |says: &[Vec<u8>]| {
        let mut set = held.clone();
        asked(SINCE, &mut set, &says.concat()).map(|end| (end.changes, set))
    };
    let (changes, set) = since(&[notify(), response(), notify(), router_key(), end_of_data(40)]).unwrap();
    assert_eq!((changes, &set), (0, &held));

    let says = [response(), v6(0, 64501), v4(1, 1), aspa(0, 64500, &[]), end_of_data(45)];
    let (changes, set) = since(&says).unwrap();
    let mut expected = held.clone();
    expected.take(false, vrp("2001:db8::/32", 48, 64501)).unwrap();
    expected.take(true, vrp("192.0.2.0/24", 28, 1)).unwrap();
    expected.take_aspa(false, Families::Both, Asn(64500), Vec::new()).unwrap();
    assert_eq!((changes, &set), (3, &expected));

    // An announcement replaces the providers of its customer.
    let (changes, set) = since(&[response(), aspa(1, 64500, &[9]), end_of_data(45)]).unwrap();
    let mut expected = held.clone();
    expected.take_aspa(true, Families::Both, Asn(64500), asns(&[9])).unwrap();
    assert_eq!((changes, &set), (1, &expected));
    assert_eq!(set.records(), held.records() - 1);
    let (changes, set) = since(&[response(), aspa(1, 64500, &[64502, 64501]), end_of_data(45)]).unwrap();
    assert_eq!((changes, &set), (0, &held));

    // In the older form the list that was replaced may be taken back afterwards, which changes nothing.
    let replaced = [older_aspa(1, 0, 64510, &[9]), older_aspa(0, 0, 64510, &[64501])].concat();
    let (_, set) = since(&[response(), replaced, end_of_data(45)]).unwrap();
    let mut expected = held.clone();
    expected.take_aspa(true, Families::Ipv4, Asn(64510), asns(&[9])).unwrap();
    assert_eq!(set, expected);
    for providers in [&[64501][..], &[]] {
        let (_, set) =
            since(&[response(), older_aspa(0, 0, 64510, providers), aspa(0, 64500, &[]), end_of_data(45)])
                .unwrap();
        assert_eq!(set.aspas(), 0);
    }

    // Serials go round.
    let last = Ask::Since { version: 2, session: 7, serial: u32::MAX };
    assert!(asked(last, &mut held.clone(), &[response(), end_of_data(3)].concat()).is_ok());
}

#[test]
fn what_does_not_fit_what_is_held_leads_to_the_whole_set() {
    let whole = |ask: Ask, says: &[Vec<u8>]| {
        let end = asked(ask, &mut good_set(), &says.concat());
        assert!(matches!(end, Err(Stop::Whole)), "{end:?}");
    };
    whole(SINCE, &[unit(2, 8, 0, &[])]);
    whole(SINCE, &[unit(2, 3, 8, &[]), end_of_data(41)]);
    whole(SINCE, &[unit(1, 3, 7, &[]), unit(1, 7, 7, &numbers(&[41, 1, 1, 1]))]);
    whole(SINCE, &[response(), end_of_data(39)]);
    whole(SINCE, &[response(), v4(1, 64503), end_of_data(41)]);
    whole(SINCE, &[response(), v4(0, 1), end_of_data(41)]);
    whole(SINCE, &[response(), aspa(0, 1, &[]), end_of_data(41)]);
    whole(SINCE, &[error(2, 0, "Session ID mismatch")]);
    whole(SINCE, &[error(2, 2, "")]);
    whole(SINCE, &[response(), v4(1, 1), unit(2, 8, 0, &[])]);
    // The version in which it was asked is gone.
    whole(Ask::Since { version: 1, session: 7, serial: 40 }, &[error(2, 4, "")]);
    // A lost connection says nothing of what is held.
    let end = asked(SINCE, &mut good_set(), &[response(), v4(1, 1)].concat());
    assert!(matches!(end, Err(Stop::Refused(Refusal::Connection(_)))), "{end:?}");
}

#[test]
fn versions_are_negotiated_downwards() {
    let end_of_data_0 = unit(0, 7, 7, &numbers(&[41]));
    let old: Vec<u8> = [unit(0, 3, 7, &[]), [&[0][..], &v4(1, 1)[1..]].concat(), end_of_data_0].concat();
    let mut set = Set::default();
    let end = asked(WHOLE, &mut set, &old).unwrap();
    assert_eq!((end.version, end.serial, end.intervals.refresh, set.vrps()), (0, 41, None, 1));

    let stops = |version: u8, says: Vec<u8>| asked(Ask::Whole { version }, &mut Set::default(), &says);
    assert!(matches!(stops(2, error(1, 4, "")), Err(Stop::Version(1))));
    assert!(matches!(stops(2, error(0, 4, "")), Err(Stop::Version(0))));
    assert!(matches!(stops(1, error(0, 4, "")), Err(Stop::Version(0))));
    // Caches that repeat the version they were asked in.
    assert!(matches!(stops(2, error(2, 4, "")), Err(Stop::Version(1))));
    assert!(matches!(stops(1, [notify(), error(1, 4, "")].concat()), Err(Stop::Version(0))));
    for (version, says) in [(0, error(0, 4, "no")), (2, error(3, 4, "only 3"))] {
        let end = stops(version, says);
        assert!(matches!(end, Err(Stop::Refused(Refusal::Cache { code: 4, .. }))), "{end:?}");
    }
}
