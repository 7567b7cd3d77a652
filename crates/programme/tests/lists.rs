//! Lists of participants: each form, each fault with its line, and every real list there is.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use programme::{Conformance, Participant, load, parse};
use reference::{Parsed, ReadError};
use routing::FaultCounts;

fn read(
    programme: &str,
    text: impl AsRef<[u8]>,
) -> (Result<Parsed<Vec<Participant>>, ReadError>, Vec<String>) {
    let mut faults = FaultCounts::default();
    let parsed = parse(text.as_ref(), load(programme).unwrap(), &mut faults);
    let shown = faults.first().iter().map(|f| format!("{} {} {}", f.at, f.kind.code, f.detail)).collect();
    (parsed, shown)
}

fn flags(participant: &Participant) -> String {
    let words: Vec<String> = participant.conformance.iter().map(|(k, v)| format!("{k} {v}")).collect();
    words.join(", ")
}

const HEADING: &str = "Organization Name,Areas,ASNs,Action 1: Filtering,Action 2: Anti-spoofing,Action 3: Coordination,Action 4: Global Validation";

#[test]
fn a_table_of_operators() {
    let text = format!(
        "\u{feff}{HEADING}\r\n\"Ampel, Söhne\",NL;DE,64500;AS64496,Yes,No,Yes,\r\nAmpel Transit,,,No,No,No,No\r\n\
         Ampel Transit,nl,64501,Yes,Yes,Yes,Yes\n"
    );
    let (parsed, faults) = read("network-operators", text);
    let parsed = parsed.unwrap();
    assert_eq!((parsed.records, parsed.format, parsed.complete), (3, "participants CSV", true));
    assert_eq!(faults, [""; 0]);
    let first = &parsed.content[0];
    assert_eq!(first.organisation, "Ampel, Söhne");
    assert_eq!(first.areas.iter().map(ToString::to_string).collect::<Vec<_>>(), ["DE", "NL"]);
    assert_eq!(first.networks.iter().map(|n| n.asn.0).collect::<Vec<_>>(), [64496, 64500]);
    assert_eq!(flags(first), "anti_spoofing non-conformant, coordination conformant, filtering conformant");
    let routing_information = load("network-operators").unwrap().items().last().unwrap().1;
    assert_eq!(first.conformance(routing_information), Conformance::NotStated);
    // Two of one name are told apart by their first network.
    let ids: Vec<&str> = parsed.content.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids, ["Ampel, Söhne", "Ampel Transit", "Ampel Transit AS64501"]);
}

#[test]
fn words_of_a_cell_state_several_items() {
    let text = "Organization Name,ASNs,Action 1: Filtering,Action 4: Global Validation\nC,64500,Yes;AS-SET,IRR\nD,64501,Maybe,\n";
    let (parsed, faults) = read("cdns-and-clouds", text);
    let parsed = parsed.unwrap();
    assert_eq!(
        flags(&parsed.content[0]),
        "filtering conformant, filtering_as_set conformant, filtering_rov non-conformant, \
         routing_information_irr conformant, routing_information_rpki non-conformant"
    );
    assert_eq!(flags(&parsed.content[1]), "");
    assert_eq!(faults, ["3 unknown-conformance Maybe"]);
}

#[test]
fn faults_of_a_table_have_their_line() {
    let text = format!(
        "{HEADING}\nA,NL;Neverland,64500;64500;0;x,Yes,Yes,Yes,Yes\nB,NL\n,NL,64501,Yes,Yes,Yes,Yes\nC,NL,64502,Yes,Yes,Yes,Yes\nC,NL,64502,Yes,Yes,Yes,Yes\n"
    );
    let (parsed, faults) = read("network-operators", text);
    assert_eq!(parsed.unwrap().records, 2);
    assert_eq!(
        faults,
        [
            "2 bad-country Neverland",
            "2 bad-asn 0",
            "2 bad-asn x",
            "3 wrong-columns B,NL",
            "4 wrong-columns ,NL,64501,Yes,Yes,Yes,Yes",
            "6 participant-repeated C AS64502",
        ]
    );
}

#[test]
fn a_document_of_operators() {
    let text = r#"{"measurement_date": "2024-05-01", "more": [1, {"participants": 3}],
 "participants": [
 {"id": 7, "name": "Ampel", "areas_served": ["NL ", 3], "ASNs": [64500, -1], "member_since": "2020-02-30",
  "filtering": {"conformance": "conformant"}, "anti_spoofing": {"conformance": "perhaps"}},
 {"id": 7, "name": "Ampel again", "filtering": {"conformance": "conformant"}},
 {"id": 8, "filtering": {"conformance": "conformant"}},
 {"id": 9, "name": "Lenz", "ASNs": [64501], "member_since": "2020-02-29", "coordination": {"conformance": "pending"}}
]}"#;
    let (parsed, faults) = read("network-operators", text);
    let parsed = parsed.unwrap();
    assert_eq!((parsed.records, parsed.format), (2, "participants JSON"));
    assert_eq!(parsed.stated.unwrap().to_string(), "2024-05-01T00:00:00Z");
    assert_eq!(flags(&parsed.content[0]), "filtering conformant");
    assert_eq!(flags(&parsed.content[1]), "coordination pending");
    assert_eq!(parsed.content[0].approved, None);
    assert_eq!(parsed.content[1].networks[0].from, parsed.content[1].approved);
    let faults: Vec<&str> = faults.iter().map(|f| f.split(" {").next().unwrap()).collect();
    assert_eq!(
        faults,
        [
            "4 unknown-conformance anti_spoofing.conformance: \"perhaps\"",
            "4 bad-date \"2020-02-30\"",
            "4 bad-country 3",
            "4 bad-asn -1",
            "5 participant-repeated 7",
            "6 json-element",
        ]
    );
}

#[test]
fn what_is_no_list_of_the_programme_is_refused() {
    let refused = |programme: &str, text: &str| match read(programme, text).0 {
        Err(ReadError::NotThisFormat { found, .. }) => found,
        other => panic!("{text} was read as {other:?}"),
    };
    refused("ixps", "");
    assert!(refused("ixps", "<html><body>Not found").contains("<html>"));
    refused("network-operators", "Organization Name,ASNs\nA,64500\n");
    assert!(refused("ixps", r#"{"data": []}"#).contains("without `participants`"));
    refused("ixps", r#"{"participants": {}}"#);
    refused("ixps", "[]");
    // A list of another programme.
    refused("ixps", r#"{"participants": [{"id": 1, "name": "A", "lab": "planned"}]}"#);
    // Nobody yet is a list.
    assert_eq!(read("ixps", r#"{"participants": []}"#).0.unwrap().records, 0);
}

#[test]
fn what_breaks_off_says_so() {
    let text = r#"{"participants": [{"id": 1, "name": "A", "tools": "conformant"}, {"id": 2, "na"#;
    let (parsed, faults) = read("ixps", text);
    let parsed = parsed.unwrap();
    assert!(!parsed.complete && parsed.records == 1);
    assert!(faults[0].starts_with("1 json-broken"), "{faults:?}");
    for end in 0..text.len() {
        let _ = read("ixps", &text[..end]);
    }
}

/// Whatever becomes of the bytes, a list is read or refused, and nothing is made up.
#[test]
fn damaged_lists_are_read_or_refused() {
    let table =
        format!("\u{feff}{HEADING}\n\"A, B\",NL;DE,64500;64501,Yes,No,Yes,Yes\nC,NL,64502,Yes,Yes,Yes,No\n");
    let document = r#"{"measurement_date":"2024-05-01","participants":[{"id":1,"name":"A","areas_served":["NL"],
        "ASNs":[64500],"member_since":"2020-01-01","filtering":{"conformance":"conformant"}},{"id":2,"name":"B",
        "coordination":{"conformance":"pending"}}]}"#;
    let mut seed = 1u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let mut refused = 0;
    for text in [table.as_bytes(), document.as_bytes()] {
        for _ in 0..2_000 {
            let mut bytes = text.to_vec();
            for _ in 0..=next(6) {
                let at = next(bytes.len());
                match next(3) {
                    0 => bytes[at] = next(256) as u8,
                    1 => bytes.insert(at, b"\",;{}[]\n\xff"[next(9)]),
                    _ => {
                        bytes.remove(at);
                    }
                }
            }
            match read("network-operators", &bytes).0 {
                Ok(parsed) => {
                    assert!(parsed.content.len() <= 5 && parsed.content.len() as u64 == parsed.records)
                }
                Err(ReadError::NotThisFormat { .. }) => refused += 1,
                Err(error) => panic!("{error}"),
            }
        }
    }
    assert!(refused > 100 && refused < 3_900, "{refused}");
}

#[test]
fn a_list_without_end_is_not_whole() {
    let mut text = format!("{HEADING}\nA,NL,64500,Yes,Yes,Yes,Yes\n\"");
    text.push_str(&"x".repeat(17 << 20));
    let (parsed, _) = read("network-operators", text);
    let parsed = parsed.unwrap();
    assert_eq!((parsed.records, parsed.complete), (1, false));
    let text = format!(
        "{{\"participants\": [{{\"id\": 1, \"name\": \"A\", \"tools\": \"pending\"}}, {}",
        " ".repeat(17 << 20)
    );
    assert!(!read("ixps", text).0.unwrap().complete);
}

/// Every real list: participants, networks, distinct networks, flags that are conformant or implemented.
#[test]
fn real_lists_are_read_whole() {
    let lists = [
        ("network-operators", "world-2022/manrs_isps.csv", [668, 849, 847, 2368]),
        ("cdns-and-clouds", "world-2022/manrs_cdns.csv", [18, 21, 21, 115]),
        ("network-operators", "manrs-2023/netops-half.json", [533, 811, 808, 1884]),
        ("ixps", "manrs-2023/ixp.json", [122, 0, 0, 672]),
        ("cdns-and-clouds", "manrs-2023/cdn.json", [27, 31, 31, 170]),
        ("equipment-vendors", "manrs-2023/vendors.json", [6, 0, 0, 29]),
    ];
    let data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    for (programme, path, expected) in lists {
        let Ok(file) = File::open(data.join(path)) else {
            assert!(std::env::var("CI").is_err(), "{path} is missing");
            eprintln!("SKIPPED: {path} is missing");
            continue;
        };
        let mut faults = FaultCounts::default();
        let parsed = parse(BufReader::new(file), load(programme).unwrap(), &mut faults).unwrap();
        assert!(parsed.complete);
        assert_eq!(faults.total(), 0, "{path}: {:?}", faults.first());
        let mut asns: Vec<_> = parsed.content.iter().flat_map(|p| p.networks.iter().map(|n| n.asn)).collect();
        let all = asns.len();
        asns.sort_unstable();
        asns.dedup();
        let good = |c: &&Conformance| matches!(c, Conformance::Conformant | Conformance::Implemented);
        let flags = parsed.content.iter().map(|p| p.conformance.values().filter(good).count()).sum::<usize>();
        assert_eq!([parsed.content.len(), all, asns.len(), flags], expected, "{path}");
    }
}
