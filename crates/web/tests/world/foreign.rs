//! What others published of the made-up world: networks and a participant, hostile texts, what we do not have.

use std::collections::BTreeMap;

use store::{ForeignRow, ForeignScoreRow, ForeignSeriesRow};

use super::{FORMULA, HOSTILE};

const SERIES: &str = "theirs-may-2024";

/// One series.
pub fn series() -> Vec<ForeignSeriesRow> {
    vec![ForeignSeriesRow {
        series: SERIES.to_owned(),
        label: "Theirs & others', May 2024".to_owned(),
        sources: vec!["theirs".to_owned()],
        days: vec!["2024-05-31".to_owned()],
        networks: 4,
        participants: 3,
        decimals: Some(2),
    }]
}

fn row(subject: &str, name: &str, scores: &[(&str, Option<f64>, Option<&str>)]) -> ForeignRow {
    let score = |(key, value, severity): &(&str, Option<f64>, Option<&str>)| ForeignScoreRow {
        key: (*key).to_owned(),
        value: *value,
        severity: severity.map(str::to_owned),
    };
    ForeignRow {
        series: SERIES.to_owned(),
        subject: subject.to_owned(),
        asn: subject.strip_prefix("AS").and_then(|number| number.parse().ok()),
        participant: subject.split_once('/').map(|(programme, id)| (programme.to_owned(), id.to_owned())),
        name: name.to_owned(),
        networks: if subject.contains('/') { vec![64496, 64500] } else { Vec::new() },
        day: "2024-05-31".to_owned(),
        source: "theirs".to_owned(),
        scores: scores.iter().map(score).collect(),
        stated: BTreeMap::new(),
    }
}

/// What it says.
pub fn rows() -> Vec<ForeignRow> {
    let rpki = "routing_information_rpki";
    vec![
        row("AS64496", "Lantern", &[("coordination", Some(1.0), None), (rpki, None, None)]),
        row("AS64498", HOSTILE, &[("coordination", Some(0.0), None)]),
        row("AS64500", FORMULA, &[("coordination", Some(0.25), None), (rpki, Some(0.67), None)]),
        row("AS65551", "Elsewhere", &[("coordination", Some(1.0), None)]),
        ForeignRow {
            stated: [("prevent", "conformant"), ("tools", "conformant"), ("coordinate", "conformant")]
                .map(|(key, word)| (key.to_owned(), word.to_owned()))
                .into(),
            networks: Vec::new(),
            ..row("ixps/1", "Harbour Exchange", &[])
        },
        ForeignRow {
            stated: BTreeMap::from([("prevent".to_owned(), "pending".to_owned())]),
            networks: Vec::new(),
            ..row("ixps/9", "Nobody of ours", &[])
        },
        row("network-operators/1", "Meridian Group", &[("coordination", Some(0.5), Some("lagging"))]),
    ]
}
