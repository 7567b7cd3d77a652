//! Foreign series as they are stored: beside ours, in rows of their own.

use std::collections::BTreeMap;

use programme::foreign::Subject;
use store::{ForeignRow, ForeignScoreRow, ForeignSeriesRow};

use crate::config::Config;
use crate::load::ForeignSeries;

/// The series by name, and everything they say by series and subject.
pub fn rows(
    config: &Config,
    all: &BTreeMap<String, ForeignSeries>,
) -> (Vec<ForeignSeriesRow>, Vec<ForeignRow>) {
    let (mut heads, mut rows) = (Vec::new(), Vec::new());
    for (name, series) in all {
        let before = rows.len();
        for (subject, (source, day, row)) in &series.rows {
            let (asn, participant, networks) = match &row.subject {
                Subject::Network(asn) => (Some(asn.0), None, Vec::new()),
                Subject::Participant { programme, id, networks } => {
                    let networks = networks.iter().map(|asn| asn.0).collect();
                    (None, Some((programme.clone(), id.clone())), networks)
                }
            };
            let scores = row.scores.iter().map(|score| ForeignScoreRow {
                key: score.key.as_str().to_owned(),
                value: score.value,
                severity: score.severity.map(|grade| grade.as_str().to_owned()),
            });
            rows.push(ForeignRow {
                series: name.clone(),
                subject: subject.clone(),
                asn,
                participant,
                name: row.name.clone(),
                networks,
                day: day.to_string(),
                source: config.sources[*source].name.clone(),
                scores: scores.collect(),
                stated: row.stated.iter().map(|(key, word)| (key.clone(), word.to_string())).collect(),
            });
        }
        let own = &rows[before..];
        let distinct = |of: fn(&ForeignRow) -> &String| {
            let mut all: Vec<String> = own.iter().map(of).cloned().collect();
            all.sort();
            all.dedup();
            all
        };
        heads.push(ForeignSeriesRow {
            series: name.clone(),
            label: series.label.clone(),
            sources: distinct(|row| &row.source),
            days: distinct(|row| &row.day),
            networks: own.iter().filter(|row| row.asn.is_some()).count() as u64,
            participants: own.iter().filter(|row| row.participant.is_some()).count() as u64,
            decimals: series.decimals,
        });
    }
    (heads, rows)
}
