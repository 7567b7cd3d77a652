//! Sessions of CAIDA's Spoofer.

use reference::spoofer::{self, Fate, Session, Sessions, SpooferTable, Test};
use reference::{Parsed, ReadError};
use routing::{Asn, FaultCounts, Month, Prefix, Span};

fn read(text: &str) -> (Parsed<Sessions>, FaultCounts) {
    let mut faults = FaultCounts::default();
    (spoofer::parse(text.as_bytes(), &mut faults).unwrap_or_else(|e| panic!("{text}: {e}")), faults)
}

fn sessions(text: &str) -> Vec<Session> {
    let (parsed, faults) = read(text);
    assert_eq!(faults.total(), 0, "{:?}", faults.first());
    parsed.content.sessions
}

/// Lines and codes of the faults.
fn places(faults: &FaultCounts) -> Vec<(u64, &'static str)> {
    faults.first().iter().map(|f| (f.at, f.kind.code)).collect()
}

fn p(text: &str) -> Prefix {
    text.parse().unwrap()
}

fn may() -> Span {
    "2024-05".parse::<Month>().unwrap().span()
}

/// A session over IPv4 with these results.
fn v4(id: u64, day: u8, client: &str, routed: &str, private: &str) -> String {
    format!(
        r#"{{"@id":"/sessions/{id}","@type":"Session","asn4":"64500","asn6":null,"client4":"{client}",
"client6":null,"country":"nld","nat4":false,"nat6":null,"privatespoof":"{private}","privatespoof6":null,
"routedspoof":"{routed}","routedspoof6":null,"session":{id},"timestamp":"2024-05-{day:02}T14:34:59+00:00"}}"#
    )
}

fn page(sessions: &[String]) -> String {
    format!(
        r#"{{"@context":"/contexts/Session","@id":"/sessions","@type":"hydra:Collection",
"hydra:member":[{}],"hydra:totalItems":{},"hydra:view":{{"@id":"/sessions?page=1","hydra:next":"/sessions?page=2"}},
"hydra:search":{{"hydra:mapping":[{{"session":1}}]}}}}"#,
        sessions.join(",\n"),
        sessions.len()
    )
}

const DUAL: &str = r#"{"session":7,"timestamp":"2024-05-02T03:04:05+00:00","asn4":64500,"asn6":"AS64501","client4":"192.0.2.77","client6":"2001:db8:1234:5678::9","nat4":true,"nat6":false,"privatespoof":"rewritten","routedspoof":"blocked","privatespoof6":"unknown","routedspoof6":"received"}"#;

#[test]
fn a_session_is_read_in_both_families() {
    let one = sessions(&page(&[DUAL.to_owned()])).remove(0);
    assert_eq!((one.id, one.time.to_string()), (7, "2024-05-02T03:04:05Z".to_owned()));
    let v4 = Test {
        asn: Some(Asn(64500)),
        prefix: p("192.0.2.0/24"),
        behind_nat: Some(true),
        routed: Fate::Blocked,
        private: Fate::Rewritten,
    };
    let v6 = Test {
        asn: Some(Asn(64501)),
        prefix: p("2001:db8:1200::/40"),
        behind_nat: Some(false),
        routed: Fate::Received,
        private: Fate::Unknown,
    };
    assert_eq!(one.tests, [v4, v6]);
}

#[test]
fn pages_lists_and_lines_say_the_same() {
    let all =
        [v4(1, 1, "192.0.2.0/24", "blocked", "blocked"), v4(2, 3, "198.51.100.0/24", "received", "blocked")];
    let flat: Vec<String> = all.iter().map(|s| s.replace('\n', "")).collect();
    let (first, _) = read(&page(&all));
    assert_eq!((first.format, first.records, first.complete), ("page", 2, true));
    assert_eq!(first.stated.unwrap().to_string(), "2024-05-03T14:34:59Z");
    for (text, format) in [
        (page(&flat), "page"),
        (page(&flat).replace('\n', ""), "page"),
        (format!("[{}]", all.join(",")), "list"),
        (format!("\u{feff}\n [\n{}\n]\n", all.join(",\n")), "list"),
        (flat.join("\n"), "session per line"),
        (format!("\n{}\r\n\r\n{}\r\n", flat[0], flat[1]), "session per line"),
    ] {
        let (parsed, faults) = read(&text);
        assert_eq!((parsed.content, parsed.format), (first.content.clone(), format));
        assert!(parsed.complete && faults.total() == 0, "{:?}", faults.first());
    }
    for empty in [page(&[]), "[]".to_owned()] {
        let (parsed, _) = read(&empty);
        assert_eq!((parsed.records, parsed.stated, parsed.complete), (0, None, true));
    }
}

#[test]
fn clients_are_cut_to_24_and_40() {
    let prefix = |from: &str, to: &str| sessions(&format!("[{}]", DUAL.replace(from, to))).remove(0).tests;
    for client in ["192.0.2.0", "192.0.2.0/24", "192.0.2.255/32", "192.0.2.128/25"] {
        assert_eq!(prefix("192.0.2.77", client)[0].prefix, p("192.0.2.0/24"), "{client}");
    }
    for client in ["2001:db8:12ff::/40", "2001:db8:1200::/48", "2001:db8:12ff:ffff::1"] {
        assert_eq!(prefix("2001:db8:1234:5678::9", client)[1].prefix, p("2001:db8:1200::/40"), "{client}");
    }
    assert_eq!(prefix("\"192.0.2.77\"", "null").len(), 1, "not tested");
    assert_eq!(prefix("64500", "null")[0].asn, None);
}

#[test]
fn faults_say_where_and_leave_out_the_session_alone() {
    let text = [
        DUAL.to_owned(),
        DUAL.replace("\"session\":7,", ""),
        DUAL.replace("\"session\":7", "\"session\":-7"),
        DUAL.replace("2024-05-02T03:04:05+00:00", "yesterday"),
        DUAL.replace("192.0.2.77", "192.0.0.0/16"),
        DUAL.replace("192.0.2.77", "24.114.102.x/24"),
        DUAL.replace("192.0.2.77", "2001:db8::1"),
        DUAL.replace("2001:db8:1234:5678::9", "2001:db8::/32"),
        DUAL.replace("64500", "\"64500_64501\""),
        DUAL.replace("\"nat4\":true", "\"nat4\":\"yes\""),
        DUAL.replace("\"timestamp\":\"2024-05-02T03:04:05+00:00\",", ""),
        "7".to_owned(),
        "not JSON".to_owned(),
        // The session stays, the result is not known.
        DUAL.replace("received", "sent").replace(":7,", ":8,"),
        DUAL.replace(":7,", ":\"9\","),
    ]
    .join("\n");
    // More than half is refused: ten good ones make it a file of this format.
    let good: Vec<String> = (100..110).map(|id| DUAL.replace(":7,", &format!(":{id},"))).collect();
    let (parsed, faults) = read(&format!("{text}\n{}\n", good.join("\n")));
    assert_eq!(
        places(&faults),
        [
            (2, "json-element"),
            (3, "json-element"),
            (4, "bad-time"),
            (5, "bad-prefix"),
            (6, "bad-prefix"),
            (7, "bad-prefix"),
            (8, "bad-prefix"),
            (9, "bad-asn"),
            (10, "json-element"),
            (11, "json-element"),
            (12, "json-element"),
            (13, "json-element"),
            (14, "unknown-result"),
        ]
    );
    assert_eq!(faults.skipped(), 12);
    let ids: Vec<u64> = parsed.content.sessions.iter().map(|s| s.id).take(3).collect();
    assert_eq!(ids, [7, 8, 9]);
    assert_eq!(parsed.content.sessions[1].tests[1].routed, Fate::Unknown);
    assert!(parsed.complete);
}

#[test]
fn what_is_not_public_is_not_kept() {
    for (mark, kept) in [
        ("\"public\":false", 0),
        ("\"sharePublic\":false", 0),
        ("\"anonymized\":false", 0),
        ("\"public\":true", 1),
        ("\"public\":null", 1),
    ] {
        let (parsed, faults) = read(&format!("[{}]", DUAL.replace('{', &format!("{{{mark},"))));
        assert_eq!((parsed.records, parsed.content.not_public), (kept, 1 - kept), "{mark}");
        assert_eq!(faults.total(), 0);
    }
}

#[test]
fn other_and_broken_texts_are_told_apart() {
    for text in [
        "",
        "<html>",
        "{}",
        "7",
        "{\"data\":[]}",
        "{\"@type\":\"hydra:Error\",\"hydra:title\":\"An error occurred\"}",
        "[{\"asn\":1}]",
        "{\"hydra:member\":[{\"asn\":1}]}",
    ] {
        let read = spoofer::parse(text.as_bytes(), &mut FaultCounts::default());
        assert!(matches!(read, Err(ReadError::NotThisFormat { .. })), "{text}: {read:?}");
    }
    let all: Vec<String> = (1..4).map(|id| v4(id, 1, "192.0.2.0/24", "blocked", "blocked")).collect();
    let flat: Vec<String> = all.iter().map(|s| s.replace('\n', "")).collect();
    for whole in [page(&all), format!("[{}]", all.join(",")), flat.join("\n")] {
        let (parsed, faults) = read(&whole[..whole.rfind("/sessions/3").unwrap()]);
        assert_eq!((parsed.records, parsed.complete), (2, false), "{whole}");
        assert!(faults.total() == 1 && faults.first()[0].at > 1, "{:?}", faults.first());
    }
    // What follows the list is no part of it.
    let (parsed, _) = read(&format!("[{}]\n]", all.join(",")));
    assert!(!parsed.complete);
}

#[test]
fn a_session_on_several_pages_counts_once() {
    let pages = [
        page(&[
            v4(1, 1, "192.0.2.0/24", "received", "blocked"),
            v4(2, 2, "192.0.2.0/24", "unknown", "unknown"),
        ]),
        page(&[
            v4(2, 2, "192.0.2.0/24", "blocked", "unknown"),
            v4(1, 1, "192.0.2.0/24", "received", "blocked"),
        ]),
    ];
    let table = |order: [usize; 2]| SpooferTable::new(order.into_iter().flat_map(|i| sessions(&pages[i])));
    assert_eq!(table([0, 1]), table([1, 0]));
    let table = table([0, 1]);
    let tests: Vec<_> = table.tests(Asn(64500), may()).collect();
    let found: Vec<_> = tests.iter().map(|(id, test)| (*id, test.routed)).collect();
    assert_eq!(found, [(1, Fate::Received), (2, Fate::Blocked)], "what is known of a session wins");
    assert_eq!(table.within(may()).unwrap().0, 2);
}

#[test]
fn the_month_has_a_first_and_no_last_second() {
    let at =
        |id: u64, time: &str| DUAL.replace(":7,", &format!(":{id},")).replace("2024-05-02T03:04:05", time);
    let all = [
        at(1, "2024-04-30T23:59:59"),
        at(2, "2024-05-01T00:00:00"),
        at(3, "2024-05-31T23:59:59"),
        at(4, "2024-06-01T00:00:00"),
    ];
    let table = SpooferTable::new(sessions(&all.join("\n")));
    let ids = |asn| table.tests(Asn(asn), may()).map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!((ids(64500), ids(64501), ids(64502)), (vec![2, 3], vec![2, 3], vec![]));
    let (n, first, last) = table.within(may()).unwrap();
    assert_eq!((n, first, last), (2, may().start, routing::Timestamp(may().end.0 - 1)));
    assert_eq!(table.within("2024-07".parse::<Month>().unwrap().span()), None);
}

#[test]
fn got_out_or_not_or_not_known() {
    use Fate::{Blocked, Received, Rewritten, Unknown};
    let test = |behind_nat| Test {
        asn: None,
        prefix: p("192.0.2.0/24"),
        behind_nat,
        routed: Unknown,
        private: Unknown,
    };
    let [nat, none, not_said] = [Some(true), Some(false), None].map(test);
    for (fates, [behind, without, unsaid]) in [
        ([Received, Blocked], [Some(true); 3]),
        ([Rewritten, Received], [Some(true); 3]),
        ([Blocked, Blocked], [Some(false); 3]),
        ([Unknown, Blocked], [Some(false); 3]),
        ([Unknown, Unknown], [None; 3]),
        ([Rewritten, Rewritten], [None, Some(false), None]),
        ([Blocked, Rewritten], [None, Some(false), None]),
        ([Unknown, Rewritten], [None, Some(false), None]),
    ] {
        let got = [nat, none, not_said].map(|test| test.got_out(fates));
        assert_eq!(got, [behind, without, unsaid], "{fates:?}");
    }
    assert_eq!(nat.got_out([]), None);
}
