//! Published scores of participants: the decompositions of FRAMEWORK §5 and the public answers of October 2023.

use std::collections::BTreeMap;
use std::path::PathBuf;

use measure::framework::{self, Framework, Grade, ScoreKey};
use measure::raw::Raw;
use programme::{Conformance, Membership, Participant, ParticipantScore, grade, load, totals};
use routing::{Asn, Date, Unknown};
use serde_json::Value;

const DAY: Date = Date(19_631);

fn framework() -> Framework {
    framework::load("2024-01").unwrap()
}

fn participant(asns: impl IntoIterator<Item = u32>, flags: &[(&str, Conformance)]) -> Participant {
    Participant {
        id: "1".to_owned(),
        organisation: "One".to_owned(),
        approved: None,
        areas: Vec::new(),
        partners: Vec::new(),
        networks: asns.into_iter().map(|n| Membership { asn: Asn(n), from: None, to: None }).collect(),
        conformance: flags.iter().map(|(key, flag)| ((*key).to_owned(), *flag)).collect(),
    }
}

/// The score of a participant conformant with everything whose networks have the given scores.
fn pooled(key: ScoreKey, scores: &[Option<f64>]) -> ParticipantScore {
    let all = ["filtering", "anti_spoofing", "coordination", "routing_information"];
    let participant = participant(1..=scores.len() as u32, &all.map(|key| (key, Conformance::Conformant)));
    let score_of =
        |asn: Asn, _| scores[asn.0 as usize - 1].ok_or_else(|| Unknown::because("no data: M5 not measured"));
    let all = grade(load("network-operators").unwrap(), &participant, DAY, &framework(), score_of);
    all.into_iter().find(|score| score.key == key).unwrap()
}

/// The score of so many prefixes from which spoofed packets came.
fn spoofed(n: u32) -> f64 {
    framework().curve.unwrap().score(Raw::from_whole(n))
}

#[test]
fn the_mean_of_the_networks_with_data_makes_score_and_grade() {
    // Lumen: three networks, one without a test.
    let lumen = pooled(ScoreKey::AntiSpoofing, &[Some(spoofed(1)), None, Some(spoofed(2))]);
    assert_eq!(lumen.score, Ok(0.422_788_713_485_641_2));
    assert_eq!((lumen.grade, lumen.networks, lumen.with_data), (Some(Grade::Lagging), 3, 2));
    // Charter: eighteen networks, four with tests.
    let mut scores = vec![None; 14];
    scores.extend([Some(1.0), Some(spoofed(1)), Some(1.0), Some(1.0)]);
    let charter = pooled(ScoreKey::AntiSpoofing, &scores);
    assert_eq!(charter.score, Ok(0.871_394_356_742_820_6));
    assert_eq!((charter.grade, charter.with_data), (Some(Grade::Ready), 4));
    // Algar: half of those with data have a contact; its grade is the mean's, not one of its networks'.
    let algar = pooled(ScoreKey::Coordination, &[Some(1.0), Some(0.0), None]);
    assert_eq!((algar.score, algar.grade), (Ok(0.5), Some(Grade::Lagging)));
}

#[test]
fn no_data_is_no_score_and_says_why() {
    let none = pooled(ScoreKey::AntiSpoofing, &[None, None]);
    assert_eq!((none.score, none.grade), (Err(Unknown::because("no data: M5 not measured")), None));
    let nobody = pooled(ScoreKey::AntiSpoofing, &[]);
    assert_eq!(nobody.score, Err(Unknown::because("no data: no networks listed")));
    let different = participant([1, 2], &[("coordination", Conformance::Conformant)]);
    let score_of = |asn: Asn, _| Err(Unknown(format!("no data: {asn}")));
    let all = grade(load("network-operators").unwrap(), &different, DAY, &framework(), score_of);
    let coordination = all.iter().find(|s| s.key == ScoreKey::Coordination).unwrap();
    assert_eq!(coordination.score, Err(Unknown::because("no data: none of 2 networks measured")));
}

#[test]
fn a_score_is_published_only_for_whom_it_is_conformant() {
    let flags = [
        ("filtering", Conformance::Pending),
        ("anti_spoofing", Conformance::NonConformant),
        ("routing_information", Conformance::Conformant),
    ];
    let operator = participant([1], &flags);
    let all = grade(load("network-operators").unwrap(), &operator, DAY, &framework(), |_, _| Ok(1.0));
    let shown: Vec<String> = all
        .iter()
        .map(|s| format!("{} {}", s.key, s.score.as_ref().map_or_else(|w| w.to_string(), f64::to_string)))
        .collect();
    assert_eq!(
        shown,
        [
            "filtering not published: pending with action 1",
            "anti_spoofing not published: not conformant with action 2",
            "coordination not published: conformance not stated with action 3",
            "routing_information_irr 1",
            "routing_information_rpki 1",
        ]
    );
    // A CDN states IRR and RPKI apart; an exchange publishes no score.
    let cdn = participant([1], &[("routing_information_irr", Conformance::Conformant)]);
    let all = grade(load("cdns-and-clouds").unwrap(), &cdn, DAY, &framework(), |_, _| Ok(1.0));
    let published: Vec<ScoreKey> = all.iter().filter(|s| s.score.is_ok()).map(|s| s.key).collect();
    assert_eq!(published, [ScoreKey::RoutingInformationIrr]);
    assert_eq!(grade(load("ixps").unwrap(), &cdn, DAY, &framework(), |_, _| Ok(1.0)), []);
}

#[test]
fn totals_count_each_network_and_economy_once() {
    let mut first = participant([1, 2], &[]);
    first.areas = vec!["NL".parse().unwrap(), "DE".parse().unwrap()];
    let mut second = participant([2, 3], &[]);
    second.areas = vec!["NL".parse().unwrap()];
    second.networks[1].to = Some(DAY);
    let scores = BTreeMap::from([(1, 1.0), (2, 0.5)]);
    let score_of = |asn: Asn, _| scores.get(&asn.0).copied().ok_or_else(|| Unknown::because("no data"));
    let totals = totals([(&first, DAY), (&second, DAY)], &framework(), score_of);
    assert_eq!((totals.participants, totals.asns, totals.economies), (2, 2, 2));
    assert!(totals.scores.iter().all(|(_, pooled)| pooled.score() == Ok(0.75)));
}

struct Published {
    name: String,
    networks: usize,
    key: ScoreKey,
    conformance: String,
    value: Option<f64>,
    severity: String,
}

/// Every score of the public answer, with the flag of its action.
fn published() -> Option<Vec<Published>> {
    let path = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/manrs-2023/netops-half.json"
    ));
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(std::env::var("CI").is_err(), "{} is missing", path.display());
        eprintln!("SKIPPED: {} is missing", path.display());
        return None;
    };
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut all = Vec::new();
    for row in document["participants"].as_array().unwrap() {
        for (action, member, key) in [
            ("filtering", "score", ScoreKey::Filtering),
            ("anti_spoofing", "score", ScoreKey::AntiSpoofing),
            ("coordination", "score", ScoreKey::Coordination),
            ("routing_information", "score_irr", ScoreKey::RoutingInformationIrr),
            ("routing_information", "score_rpki", ScoreKey::RoutingInformationRpki),
        ] {
            let Some(score) = row[action].get(member) else { continue };
            all.push(Published {
                name: row["name"].as_str().unwrap().to_owned(),
                networks: row["ASNs"].as_array().unwrap().len(),
                key,
                conformance: row[action]["conformance"].as_str().unwrap().to_owned(),
                value: score["value"].as_f64(),
                severity: score["severity"].as_str().unwrap().to_owned(),
            });
        }
    }
    Some(all)
}

/// Our thresholds give the severity that was published, for every published score; and a score stands only
/// where the participant is conformant.
#[test]
fn every_published_severity_follows_from_its_score() {
    let Some(all) = published() else { return };
    let framework = framework();
    for row in &all {
        assert_eq!(row.conformance, "conformant", "{} {}", row.name, row.key);
        let grade = row.value.map(|value| framework.score(row.key).unwrap().grades.grade(value));
        let ours = grade.map_or("no-data", Grade::as_str);
        assert_eq!(ours, row.severity, "{} {} {:?}", row.name, row.key, row.value);
    }
    let with_value = all.iter().filter(|row| row.value.is_some()).count();
    assert_eq!((all.len(), with_value), (1783, 1548));
}

/// The bounds themselves, on either side.
#[test]
fn grades_turn_at_their_bounds() {
    let framework = framework();
    let grade = |key, score| framework.score(key).unwrap().grades.grade(score).as_str();
    let below = |x: f64| f64::from_bits(x.to_bits() - 1);
    let above = |x: f64| f64::from_bits(x.to_bits() + 1);
    for key in [ScoreKey::RoutingInformationIrr, ScoreKey::RoutingInformationRpki] {
        let grades = [0.9, below(0.9), 0.5, below(0.5)].map(|score| grade(key, score));
        assert_eq!(grades, ["ready", "aspiring", "aspiring", "lagging"], "{key}");
    }
    let grades = [above(0.6), 0.6, below(0.6)].map(|score| grade(ScoreKey::AntiSpoofing, score));
    assert_eq!(grades, ["ready", "aspiring", "lagging"]);
    assert_eq!([1.0, below(1.0)].map(|score| grade(ScoreKey::Coordination, score)), ["ready", "lagging"]);
}

/// Every published value of the two scores that have few possible ones per network is the mean of such values
/// over at most as many networks as the participant has; and our mean gives it digit by digit.
#[test]
fn published_values_are_means_over_networks() {
    let Some(all) = published() else { return };
    let (mut single, mut several) = (0, Vec::new());
    for row in &all {
        let possible: Vec<f64> = match row.key {
            ScoreKey::AntiSpoofing => (0..=4).map(spoofed).collect(),
            ScoreKey::Coordination => vec![1.0, 0.0],
            _ => continue,
        };
        let Some(value) = row.value else { continue };
        let found = decompose(row.key, value, &possible, row.networks.min(4));
        let parts = found.unwrap_or_else(|| panic!("{} {} {value} is no mean", row.name, row.key));
        if parts.len() == 1 {
            single += 1;
        } else {
            several.push(format!("{} {} {}", row.name, row.key, parts.len()));
        }
    }
    several.sort();
    assert_eq!(
        several,
        [
            "76 Telecom Telecomunicações Ltda coordination 2",
            "Algar Telecom coordination 2",
            "Charter Communications anti_spoofing 4",
            "Lumen anti_spoofing 2",
        ]
    );
    assert_eq!(single, 574);
}

/// Equal but for the last digit: the reader of JSON may miss the nearest number by one.
fn same(a: f64, b: f64) -> bool {
    a.to_bits().abs_diff(b.to_bits()) <= 1
}

/// The fewest networks whose pooled score is `value`.
fn decompose(key: ScoreKey, value: f64, possible: &[f64], networks_max: usize) -> Option<Vec<f64>> {
    let mut open: Vec<Vec<f64>> = vec![Vec::new()];
    for _ in 0..networks_max {
        open = open
            .iter()
            .flat_map(|parts| possible.iter().map(|p| [parts.as_slice(), &[*p]].concat()))
            .filter(|parts| parts.is_sorted_by(|a, b| a >= b))
            .collect();
        let hit = open.iter().find(|parts| {
            let scores: Vec<Option<f64>> = parts.iter().map(|p| Some(*p)).collect();
            pooled(key, &scores).score.is_ok_and(|score| same(score, value))
        });
        if let Some(parts) = hit {
            return Some(parts.clone());
        }
    }
    None
}
