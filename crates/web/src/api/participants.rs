use measure::framework::ScoreKey;
use serde_json::Value;
use store::{ParticipantRow, ParticipantScoreRow};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, texts};
use super::networks::GRADE;
use super::problem::Problem;

/// A participant with the scores that its programme publishes.
pub(crate) struct Participant {
    row: ParticipantRow,
    framework: String,
}

impl Participant {
    fn of(&self, key: ScoreKey, value: fn(&ParticipantScoreRow) -> Value) -> Value {
        let scores = self.row.scores.get(&self.framework);
        let score = scores.into_iter().flatten().find(|score| score.key == key.as_str());
        score.filter(|score| score.published).map_or(Value::Null, value)
    }

    fn score(&self, key: ScoreKey) -> Value {
        self.of(key, |score| score.score.into())
    }

    fn grade(&self, key: ScoreKey) -> Value {
        self.of(key, |score| score.grade.as_deref().into())
    }
}

const SCORE: &str = "Mean score of its networks with data; null without data or when not published.";
const GRADED: &str = "Its grade; null without data or when not published.";

impl Resource for Participant {
    const NAME: &'static str = "Participant";
    const FIELDS: &'static [Field<Self>] = &[
        field("programme", Kind::Text, "The programme.", |p| p.row.programme.as_str().into()),
        field("id", Kind::Text, "The programme's own name of it, unique in the programme.", |p| {
            p.row.id.as_str().into()
        }),
        field("organisation", Kind::Text, "Its name.", |p| p.row.organisation.as_str().into()),
        maybe("approved", Kind::Day, "Day of approval.", |p| p.row.approved.as_deref().into()),
        field("areas", Kind::List(&Kind::Text), "Economies it serves.", |p| texts(&p.row.areas)),
        field("asns", Kind::List(&Kind::Asn), "Its networks that count in this month.", |p| {
            p.row.networks.iter().filter(|n| n.counted).map(|n| Value::from(n.asn)).collect()
        }),
        field("listed", Kind::Day, "The day of the list that this is from.", |p| {
            p.row.listed.as_str().into()
        }),
        field("source", Kind::Text, "The source of that list.", |p| p.row.source.as_str().into()),
        maybe(
            "revision",
            Kind::Integer,
            "Revision of the register it is from; null when from a list.",
            |p| p.row.revision.into(),
        ),
        field(
            "also",
            Kind::List(&Kind::Text),
            "What other lists name as the same participant, by its id or by the same networks.",
            |p| texts(&p.row.also),
        ),
        field("partners", Kind::List(&Kind::Text), "Organisations that vouch for it.", |p| {
            texts(&p.row.partners)
        }),
        field(
            "conformance",
            Kind::Words,
            "What the list states, by item; one that is absent is not stated.",
            |p| {
                p.row
                    .conformance
                    .iter()
                    .map(|(item, word)| (item.clone(), Value::from(word.as_str())))
                    .collect()
            },
        ),
        maybe("filtering", Kind::Number, SCORE, |p| p.score(ScoreKey::Filtering)),
        maybe("filtering_grade", GRADE, GRADED, |p| p.grade(ScoreKey::Filtering)),
        maybe("anti_spoofing", Kind::Number, SCORE, |p| p.score(ScoreKey::AntiSpoofing)),
        maybe("anti_spoofing_grade", GRADE, GRADED, |p| p.grade(ScoreKey::AntiSpoofing)),
        maybe("coordination", Kind::Number, SCORE, |p| p.score(ScoreKey::Coordination)),
        maybe("coordination_grade", GRADE, GRADED, |p| p.grade(ScoreKey::Coordination)),
        maybe("routing_information_irr", Kind::Number, SCORE, |p| p.score(ScoreKey::RoutingInformationIrr)),
        maybe("routing_information_irr_grade", GRADE, GRADED, |p| p.grade(ScoreKey::RoutingInformationIrr)),
        maybe("routing_information_rpki", Kind::Number, SCORE, |p| p.score(ScoreKey::RoutingInformationRpki)),
        maybe("routing_information_rpki_grade", GRADE, GRADED, |p| p.grade(ScoreKey::RoutingInformationRpki)),
    ];
}

/// `/api/participants`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let rows = asked.site.store.participants(asked.publication()).await?;
    let framework = asked.framework().to_owned();
    let rows = rows.into_iter().map(|row| Participant { row, framework: framework.clone() });
    let body = asked.part_of(rows.collect(), |p| format!("{} {}", p.row.programme, p.row.id))?;
    Ok((asked, body))
}
