//! `docs/demo.md` against the world: every cell of its tables.

use routing::Timestamp;
use store::{ReadinessRow, ScoreRow};

use crate::computed::{Computed, FRAMEWORK, MONTHS, demo};

const STORIES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/demo.md"));

/// What stands where there is nothing.
const NOTHING: &str = "–";

const SCORES: [(&str, &str); 5] = [
    ("filtering", "filtering"),
    ("anti-spoofing", "anti_spoofing"),
    ("coordination", "coordination"),
    ("IRR", "routing_information_irr"),
    ("RPKI", "routing_information_rpki"),
];

/// Rows of tables with a column per month: their line, what they are about, and what they say.
fn rows() -> Vec<(usize, &'static str, [&'static str; 3])> {
    let mut rows = Vec::new();
    let mut inside = false;
    for (number, line) in (1..).zip(STORIES.lines()) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match cells[..] {
            ["what", a, b, c] => {
                assert_eq!([a, b, c], MONTHS);
                inside = true;
            }
            [what, a, b, c] if inside && !what.starts_with('-') => rows.push((number, what, [a, b, c])),
            [_] => inside = false,
            _ => {}
        }
    }
    rows
}

#[test]
fn what_is_told_is_what_is_computed() {
    let rows = rows();
    assert!(rows.len() > 60, "the tables are read: {}", rows.len());
    let mut wrong = String::new();
    for (number, what, told) in rows {
        let computed: Vec<String> = demo().iter().map(|month| shown(month, what)).collect();
        if told[..] != computed[..] {
            wrong.push_str(&format!("docs/demo.md:{number}\n| {what} | {} |\n", computed.join(" | ")));
        }
    }
    assert!(wrong.is_empty(), "this is what comes out:\n{wrong}");
}

/// Names and figures of the introduction.
#[test]
fn the_introduction_counts_right() {
    let may = &demo()[2];
    let economies: std::collections::BTreeSet<_> =
        may.networks.values().filter_map(|n| n.economy.as_ref()).collect();
    let told = format!("{} networks in {} economies, three collectors", may.networks.len(), economies.len());
    assert!(STORIES.contains(&told), "{told}");
    let told = format!("four programmes with {} participants", may.participants.len());
    assert!(STORIES.contains(&told), "{told}");
}

fn shown(month: &Computed, what: &str) -> String {
    if let Some(rest) = what.strip_prefix("AS") {
        let (asn, of) = rest.split_once(' ').unwrap();
        return of_network(month, asn.parse().unwrap(), of);
    }
    if let Some(rest) = what.strip_prefix("participant ") {
        return of_participant(month, rest);
    }
    if let Some(programme) = what.strip_prefix("participants ") {
        return month.participants.iter().filter(|p| p.programme == programme).count().to_string();
    }
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    match what {
        "networks" => month.networks.len().to_string(),
        "coordination, no data" => {
            let of =
                |row: &ReadinessRow| row.scores.iter().any(|s| s.key == "coordination" && s.score.is_none());
            month.readiness.iter().filter(|((f, _), row)| f == FRAMEWORK && of(row)).count().to_string()
        }
        "held sources" => {
            let warnings = month.head.summary["warnings"].as_array().unwrap();
            let held = warnings.iter().filter(|w| w.as_str().unwrap().contains("held since"));
            or_nothing(held.map(|w| w.as_str().unwrap().split(',').next().unwrap().to_owned()).collect())
        }
        "partial" => yes(month.head.summary["networks_partial"] == true),
        other => panic!("docs/demo.md speaks of {other}"),
    }
}

fn or_nothing(all: Vec<String>) -> String {
    if all.is_empty() { NOTHING.to_owned() } else { all.join(" ") }
}

fn score(score: &ScoreRow) -> String {
    match (score.score, &score.grade) {
        (Some(score), Some(grade)) => format!("{grade} {score:.2}"),
        _ => "no data".to_owned(),
    }
}

fn of_network(month: &Computed, asn: u32, of: &str) -> String {
    let Some(network) = month.networks.get(&asn) else { return NOTHING.to_owned() };
    let readiness = |framework: &str| &month.readiness[&(framework.to_owned(), asn)];
    if let Some((_, key)) = SCORES.iter().find(|(word, _)| *word == of) {
        return score(readiness(FRAMEWORK).scores.iter().find(|s| s.key == *key).unwrap());
    }
    match of {
        "routes" => format!("{} + {}", network.routes[0], network.routes[1]),
        "invalid routes" => network.rpki.unwrap().iter().map(|states| states[1]).sum::<u64>().to_string(),
        "ROA changes" => {
            let own = month.roas.changes.iter().rev().filter(|c| c.asn == asn && c.prefix.contains('.'));
            or_nothing(own.map(|c| format!("{}: {}", &c.day[8..], c.after)).collect())
        }
        "events" => month.events.iter().filter(|e| e.culprit == Some(asn)).count().to_string(),
        "goes on since" => {
            let own = month.events.iter().filter(|e| e.culprit == Some(asn));
            or_nothing(own.filter_map(|e| Some(Timestamp(e.began.as_ref()?.at).to_string())).collect())
        }
        "holder" => network.organisation.clone().unwrap_or_else(|| NOTHING.to_owned()),
        "economy" => network.economy.clone().unwrap_or_else(|| NOTHING.to_owned()),
        "registry" => network.registry.clone(),
        "siblings" => or_nothing(network.siblings.iter().map(|asn| format!("AS{asn}")).collect()),
        metric => {
            let (code, framework) = match metric.split_once(" (") {
                Some((code, framework)) => (code, framework.trim_end_matches(')')),
                None => (metric, FRAMEWORK),
            };
            let row = readiness(framework).metrics.iter().find(|m| m.metric == code);
            let row = row.unwrap_or_else(|| panic!("docs/demo.md speaks of {metric} of AS{asn}"));
            row.value.map_or_else(|| "no data".to_owned(), |value| value.to_string())
        }
    }
}

/// `PROGRAMME ID`: its networks; with the name of a score behind it, that.
fn of_participant(month: &Computed, what: &str) -> String {
    let (programme, rest) = what.split_once(' ').unwrap();
    let asked = SCORES.iter().find_map(|(word, key)| Some((rest.strip_suffix(word)?.trim(), *key)));
    let id = asked.map_or(rest, |(id, _)| id);
    let Some(row) = month.participants.iter().find(|p| p.programme == programme && p.id == id) else {
        return NOTHING.to_owned();
    };
    let Some((_, key)) = asked else {
        let counted = row.networks.iter().filter(|n| n.counted);
        return or_nothing(counted.map(|n| format!("AS{}", n.asn)).collect());
    };
    let of = row.scores[FRAMEWORK].iter().find(|s| s.key == key).expect("the programme publishes it");
    match (of.published, of.score, &of.grade) {
        (false, ..) => "not published".to_owned(),
        (true, Some(score), Some(grade)) => format!("{grade} {score:.2}"),
        (true, ..) => "no data".to_owned(),
    }
}
