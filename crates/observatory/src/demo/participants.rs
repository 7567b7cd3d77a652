//! Who takes part in the programmes of the demonstration world.

use routing::Month;
use serde_json::{Value, json};

use super::table::rows;

const OPERATORS: &str = include_str!("tables/operators.txt");
const EXCHANGES: &str = include_str!("tables/exchanges.txt");
const CLOUDS: &str = include_str!("tables/clouds.csv");
const VENDORS: &str = include_str!("tables/vendors.txt");

/// Names of the lists, for the configuration: programme and file.
pub const SOURCES: [(&str, &str); 4] = [
    ("network-operators", "operators-*.json"),
    ("ixps", "exchanges-*.json"),
    ("cdns-and-clouds", "clouds-*.csv"),
    ("equipment-vendors", "vendors-*.json"),
];

/// What a letter of the tables stands for; `None` for what is not stated.
fn word(letter: &str) -> Option<&'static str> {
    match letter {
        "c" => Some("conformant"),
        "n" => Some("non-conformant"),
        "p" => Some("pending"),
        "-" => None,
        other => panic!("no word for {other}"),
    }
}

/// Members of a JSON object for what is stated.
fn state(into: &mut Value, keys: &[&str], letters: &str, nested: bool) {
    let letters: Vec<&str> = letters.split_whitespace().collect();
    assert_eq!(keys.len(), letters.len(), "{into}");
    for (key, letter) in keys.iter().zip(letters) {
        if let Some(word) = word(letter) {
            into[*key] = if nested { json!({ "conformance": word }) } else { word.into() };
        }
    }
}

/// Networks of a cell as a month's list has them.
fn networks(cell: &str, month: Month) -> Vec<u32> {
    let mut asns = Vec::new();
    for piece in cell.split_whitespace() {
        let (asn, when) = piece
            .split_once('@')
            .map_or((piece, None), |(asn, when)| (asn, Some(when.parse::<Month>().expect("a month"))));
        let listed = match (asn.as_bytes()[0], when) {
            (b'+', Some(from)) => from <= month,
            (b'-', Some(until)) => month < until,
            _ => true,
        };
        if listed {
            asns.push(asn.trim_start_matches(['+', '-']).parse().expect("an ASN"));
        }
    }
    asns
}

/// The operators as listed at the end of a month.
fn operators(month: Month, day: &str) -> String {
    let listed = rows(OPERATORS).filter(|row: &[&str; 6]| row[2] <= day);
    let row = |[id, name, approved, actions, areas, asns]: [&str; 6]| {
        let mut row = json!({
            "id": id.parse::<u32>().expect("a number"),
            "name": name,
            "areas_served": areas.split_whitespace().collect::<Vec<_>>(),
            "ASNs": networks(asns, month),
            "member_since": approved,
        });
        state(
            &mut row,
            &["filtering", "anti_spoofing", "coordination", "routing_information"],
            actions,
            true,
        );
        row
    };
    list(day, listed.map(row).collect())
}

fn exchanges(day: &str) -> String {
    let listed = rows(EXCHANGES).filter(|row: &[&str; 9]| row[3] <= day);
    let row = |[id, name, economy, since, filtering, promote, platform, contact, tools]: [&str; 9]| {
        let mut row = json!({
            "id": id.parse::<u32>().expect("a number"),
            "name": name,
            "areas_served": [economy],
            "member_since": since,
        });
        let promoted =
            ["promote_routing", "promote_isp_actions", "promote_display_manrs", "promote_incentives"];
        state(&mut row, &["prevent"], filtering, false);
        state(&mut row, &promoted, promote, false);
        state(&mut row, &["protect"], platform, false);
        state(&mut row, &["coordinate"], contact, false);
        state(&mut row, &["tools"], tools, false);
        row
    };
    list(day, listed.map(row).collect())
}

fn vendors(day: &str) -> String {
    const ITEMS: [&str; 8] = [
        "solution_filtering",
        "solution_anti_spoofing",
        "solution_filtering_ixp",
        "solution_protect_l2",
        "training",
        "lab",
        "technical_resources",
        "hands_on",
    ];
    let row = |[id, name, since, solutions, training]: [&str; 5]| {
        let mut row =
            json!({ "id": id.parse::<u32>().expect("a number"), "name": name, "member_since": since });
        for (item, letter) in
            ITEMS.iter().zip(solutions.split_whitespace().chain(training.split_whitespace()))
        {
            row[*item] = match letter {
                "i" => "implemented",
                "p" => "planned",
                "n" => "not implemented",
                other => panic!("no word for {other}"),
            }
            .into();
        }
        row
    };
    list(day, rows(VENDORS).map(row).collect())
}

fn list(day: &str, participants: Vec<Value>) -> String {
    format!("{:#}\n", json!({ "measurement_date": day, "participants": participants }))
}

/// Every list with the name of its file.
pub fn lists() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for day in ["2024-03-31", "2024-04-30", "2024-05-31"] {
        let month = super::day(day).month();
        files.push((format!("operators-{day}.json"), operators(month, day)));
        files.push((format!("exchanges-{day}.json"), exchanges(day)));
    }
    // These two speak of the middle of April, three weeks from the other months.
    files.push(("clouds-2024-04-15.csv".to_owned(), CLOUDS.to_owned()));
    files.push(("vendors-2024-04-15.json".to_owned(), vendors("2024-04-15")));
    files
}
