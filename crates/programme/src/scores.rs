use std::collections::BTreeSet;

use measure::aggregate::{Aggregate, aggregate};
use measure::framework::{Framework, Grade, ScoreKey};
use reference::Country;
use routing::{Asn, Date, Unknown};

use crate::{Conformance, Participant, Programme};

/// One score of a participant.
#[derive(Clone, PartialEq, Debug)]
pub struct ParticipantScore {
    /// Which.
    pub key: ScoreKey,
    /// From 0 to 1, pooled over its networks; or why there is none, or none is published.
    pub score: Result<f64, Unknown>,
    /// False where the participant is not flagged conformant for it.
    pub published: bool,
    /// The grade of the pooled score.
    pub grade: Option<Grade>,
    /// Its networks.
    pub networks: u32,
    /// Of them with data.
    pub with_data: u32,
}

/// The scores of a participant that its programme publishes, in the framework's order (FRAMEWORK §5): the mean
/// of its networks' scores, those without data left out, the grade taken from the mean. A score is published
/// only where the participant is flagged conformant for it.
///
/// `score_of` gives the score of a network, or why there is none.
pub fn grade(
    programme: &Programme,
    participant: &Participant,
    day: Date,
    framework: &Framework,
    score_of: impl Fn(Asn, ScoreKey) -> Result<f64, Unknown>,
) -> Vec<ParticipantScore> {
    let asns: Vec<Asn> = participant.asns(day).collect();
    let score = |rule: &measure::framework::ScoreRule| {
        let (action, item) = programme.publishes(rule.key)?;
        let stated = participant.conformance(item);
        let without = |published, why| ParticipantScore {
            key: rule.key,
            score: Err(why),
            published,
            grade: None,
            networks: asns.len() as u32,
            with_data: 0,
        };
        if stated != Conformance::Conformant {
            let why = match stated {
                Conformance::NonConformant => "not conformant",
                Conformance::NotStated => "conformance not stated",
                other => other.as_str(),
            };
            return Some(without(
                false,
                Unknown(format!("not published: {why} with action {}", action.number)),
            ));
        }
        if asns.is_empty() {
            return Some(without(true, Unknown::because("no data: no networks listed")));
        }
        let scores: Vec<(Asn, Result<f64, Unknown>)> =
            asns.iter().map(|asn| (*asn, score_of(*asn, rule.key))).collect();
        let pooled = aggregate(
            framework.aggregation.participant,
            &rule.grades,
            scores.iter().map(|(asn, score)| (*asn, score.as_ref().copied())),
        );
        // Where all networks lack it for one reason, that is the participant's too.
        let reasons: BTreeSet<&str> =
            scores.iter().filter_map(|(_, s)| s.as_ref().err()).map(|why| why.0.as_str()).collect();
        let score = pooled.score().map_err(|why| match (reasons.len(), reasons.first()) {
            (1, Some(only)) => Unknown::because(*only),
            _ => why,
        });
        Some(ParticipantScore {
            key: rule.key,
            published: true,
            grade: pooled.grade(&rule.grades),
            score,
            networks: asns.len() as u32,
            with_data: pooled.with_data(),
        })
    };
    framework.scores.iter().filter_map(score).collect()
}

/// The figures of a programme, or of several together.
#[derive(Clone, PartialEq, Debug)]
pub struct Totals {
    /// Participants.
    pub participants: u64,
    /// Their networks, each counted once.
    pub asns: u64,
    /// Economies they serve, each counted once.
    pub economies: u64,
    /// Scores of those networks, in the framework's order; flags play no part here, as for everybody's mean.
    pub scores: Vec<(ScoreKey, Aggregate)>,
}

/// Counts participants, each with the day of its list, and pools the scores of their networks as those of an
/// area are.
pub fn totals<'a>(
    participants: impl IntoIterator<Item = (&'a Participant, Date)>,
    framework: &Framework,
    score_of: impl Fn(Asn, ScoreKey) -> Result<f64, Unknown>,
) -> Totals {
    let (mut count, mut asns, mut areas) = (0, BTreeSet::<Asn>::new(), BTreeSet::<Country>::new());
    for (participant, day) in participants {
        count += 1;
        asns.extend(participant.asns(day));
        areas.extend(&participant.areas);
    }
    let scores = framework.scores.iter().map(|rule| {
        let scores: Vec<(Asn, Result<f64, Unknown>)> =
            asns.iter().map(|asn| (*asn, score_of(*asn, rule.key))).collect();
        let scores = scores.iter().map(|(asn, score)| (*asn, score.as_ref().copied()));
        (rule.key, aggregate(framework.aggregation.area, &rule.grades, scores))
    });
    let scores = scores.collect();
    Totals { participants: count, asns: asns.len() as u64, economies: areas.len() as u64, scores }
}
