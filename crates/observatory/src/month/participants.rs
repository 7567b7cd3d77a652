//! From lists of participants and graded networks to the rows that are stored and shown.

use std::collections::{BTreeMap, BTreeSet};

use measure::framework::{Framework, ScoreKey};
use pipeline::month::{Graded, Outcome};
use programme::{ParticipantScore, grade, totals};
use routing::{Asn, Date, Unknown};
use store::{MembershipRow, ParticipantRow, ParticipantScoreRow, ProgrammeRow};

use super::matching::Listed;
use super::populations::populations;
use super::rows::grade_counts;

/// Participants by programme and id, and the figures of each programme and of all together, by framework.
/// `observed` is false of a month without BGP data.
pub fn rows(
    listed: &BTreeMap<(&str, &str), Listed<'_>>,
    frameworks: &[Framework],
    outcome: &Outcome,
    observed: bool,
) -> (Vec<ParticipantRow>, Vec<ProgrammeRow>) {
    let places: BTreeMap<Asn, usize> = outcome.networks.iter().enumerate().map(|(i, n)| (n.asn, i)).collect();
    let mut participants: Vec<ParticipantRow> =
        listed.values().map(|listed| participant_row(listed, &places)).collect();
    let mut programmes = Vec::new();
    for framework in frameworks {
        let graded = outcome.graded.iter().find(|g| g.framework == framework.id);
        let graded = graded.expect("every framework is graded by");
        let score_of = |asn: Asn, key: ScoreKey| score_of(graded, &places, asn, key);
        for (row, listed) in participants.iter_mut().zip(listed.values()) {
            let scores = grade(listed.programme, listed.participant, listed.day, framework, score_of);
            row.scores.insert(framework.id.clone(), scores.into_iter().map(score_row).collect());
        }
        let ids: BTreeSet<&str> = listed.keys().map(|(programme, _)| *programme).collect();
        let all = (!ids.is_empty()).then_some("");
        for id in all.into_iter().chain(ids) {
            let of = listed.values().filter(|l| id.is_empty() || l.programme.id == id);
            let theirs: BTreeSet<Asn> = of.clone().flat_map(|l| l.participant.asns(l.day)).collect();
            let figures = totals(of.map(|l| (l.participant, l.day)), framework, score_of);
            let compared = || populations(framework, graded, outcome, &theirs, observed);
            programmes.push(ProgrammeRow {
                programme: id.to_owned(),
                framework: framework.id.clone(),
                participants: figures.participants,
                asns: figures.asns,
                economies: figures.economies,
                scores: figures.scores.iter().map(|(key, pooled)| grade_counts(*key, pooled)).collect(),
                populations: (!theirs.is_empty()).then(compared),
            });
        }
    }
    (participants, programmes)
}

/// How many participants each programme has, for the summary.
pub fn counts(participants: &[ParticipantRow]) -> serde_json::Value {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in participants {
        *counts.entry(&row.programme).or_default() += 1;
    }
    serde_json::json!(counts)
}

fn score_of(graded: &Graded, places: &BTreeMap<Asn, usize>, asn: Asn, key: ScoreKey) -> Result<f64, Unknown> {
    let place = places.get(&asn).ok_or_else(|| {
        Unknown::because("no data: neither delegated by a registry loaded nor origin of a route seen")
    })?;
    let action = graded.readiness[*place].action(key);
    action.ok_or_else(|| Unknown::because("no data: not scored"))?.score.clone()
}

fn participant_row(listed: &Listed<'_>, places: &BTreeMap<Asn, usize>) -> ParticipantRow {
    let participant = listed.participant;
    let text = |day: Option<Date>| day.map(|d| d.to_string());
    let networks = participant.networks.iter().map(|network| MembershipRow {
        asn: network.asn.0,
        from: text(network.from),
        to: text(network.to),
        counted: network.contains(listed.day),
        known: places.contains_key(&network.asn),
    });
    ParticipantRow {
        programme: listed.programme.id.clone(),
        id: participant.id.clone(),
        organisation: participant.organisation.clone(),
        approved: text(participant.approved),
        areas: participant.areas.iter().map(ToString::to_string).collect(),
        networks: networks.collect(),
        listed: listed.day.to_string(),
        source: listed.source.to_owned(),
        revision: listed.revision,
        also: listed.also.clone(),
        partners: participant.partners.clone(),
        conformance: participant
            .conformance
            .iter()
            .map(|(key, stated)| (key.clone(), stated.to_string()))
            .collect(),
        scores: BTreeMap::new(),
    }
}

fn score_row(score: ParticipantScore) -> ParticipantScoreRow {
    ParticipantScoreRow {
        key: score.key.as_str().to_owned(),
        grade: score.grade.map(|grade| grade.as_str().to_owned()),
        unknown: score.score.as_ref().err().map(ToString::to_string),
        score: score.score.ok(),
        published: score.published,
        networks: score.networks,
        with_data: score.with_data,
    }
}
