//! Participants of a programme, in the members that the programme's own lists have.

use measure::framework::ScoreKey;
use programme::{Column, Item, Programme};
use serde_json::{Map, Value, json};
use store::{ParticipantRow, ParticipantScoreRow};

use super::answer::Asked;
use super::shape::{Member, Shape, member};
use crate::api::problem::{self, Problem};

const FLAGS: Shape = Shape::Word(&["conformant", "non-conformant", "pending"]);
const STATED: Shape = Shape::Word(&["implemented", "planned", "not implemented"]);
const SEVERITIES: Shape = Shape::Word(&["ready", "aspiring", "lagging", "no-data"]);

/// The member of an action under which the original publishes a score. It publishes none of action 1.
fn score_member(key: ScoreKey) -> Option<&'static str> {
    match key {
        ScoreKey::Filtering => None,
        ScoreKey::AntiSpoofing | ScoreKey::Coordination => Some("score"),
        ScoreKey::RoutingInformationIrr => Some("score_irr"),
        ScoreKey::RoutingInformationRpki => Some("score_rpki"),
    }
}

/// The scores beside the flag of an item; scores stand only beside a `conformance`.
fn scores(item: &Item) -> impl Iterator<Item = (ScoreKey, &'static str)> {
    let with_scores = item.member.ends_with(".conformance");
    let keys = item.scores.iter().filter(move |_| with_scores);
    keys.filter_map(|key| Some((*key, score_member(*key)?)))
}

/// Puts a value at a place of an object, which is made where it is missing.
fn put(into: &mut Map<String, Value>, place: &str, value: Value) {
    match place.split_once('.') {
        None => {
            into.insert(place.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = into.entry(first.to_owned()).or_insert_with(|| json!({}));
            if let Some(inner) = inner.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}

/// The same of shapes.
fn put_shape(into: &mut Vec<Member>, place: &str, new: impl FnOnce(&str) -> Member) {
    match place.split_once('.') {
        None => into.push(new(place)),
        Some((first, rest)) => {
            if into.iter().all(|m| m.name != first) {
                into.push(member(first, Shape::Object(Vec::new()), ""));
            }
            let inner = into.iter_mut().find(|m| m.name == first).map(|m| &mut m.shape);
            if let Some(Shape::Object(inner)) = inner {
                put_shape(inner, rest, new);
            }
        }
    }
}

fn loaded(id: &str) -> &'static Programme {
    programme::load(id).expect("the programmes of the questions are shipped: a test asks each")
}

/// The shape of an answer.
pub(crate) fn shape(id: &str) -> Shape {
    let programme = loaded(id);
    let mut row = vec![
        member("id", Shape::Integer.or_null(), "The programme's own number; null where its list has none."),
        member("name", Shape::Text, "The organisation."),
    ];
    if programme.has(Column::Areas) {
        row.push(member("areas_served", Shape::Text.list(), "Economies it serves, ISO 3166-1 alpha-2."));
    }
    if programme.has(Column::Networks) {
        row.push(member("ASNs", Shape::Asn.list(), "Its networks that count in the month."));
    }
    row.push(member(
        "member_since",
        Shape::Day.or_null(),
        "Day of approval; null where the list does not say.",
    ));
    for (action, item) in programme.items() {
        let flag = if id == "equipment-vendors" { STATED } else { FLAGS };
        let about =
            format!("What the list states of action {}, {}; null: nothing.", action.number, item.title);
        put_shape(&mut row, &item.member, |name| member(name, flag.or_null(), &about));
        for (key, name) in scores(item) {
            let score = vec![
                member(
                    "value",
                    Shape::Number.or_null(),
                    "0 to 1, mean of its networks with data; null without data.",
                ),
                member("severity", SEVERITIES, "Its grade."),
            ];
            let place = item.member.replace("conformance", name);
            let about = format!("{key}; missing where it is not published: not conformant.");
            put_shape(&mut row, &place, |name| Member {
                optional: true,
                ..member(name, Shape::Object(score), &about)
            });
        }
    }
    let participants = member("participants", Shape::Object(row).list(), "");
    let day = member("measurement_date", Shape::Day, "First day of the month measured.");
    // Of the original's answers only that for network operators is known to name its day.
    Shape::Object(if id == "network-operators" { vec![day, participants] } else { vec![participants] })
}

/// `/v1/conformance/…`
pub(crate) async fn list(asked: &Asked, id: &str) -> Result<Value, Problem> {
    let programme = loaded(id);
    let edition = &asked.chosen.edition;
    let rows = edition.participants.iter().filter(|row| row.programme == programme.id);
    let rows: Vec<&ParticipantRow> = rows.collect();
    if rows.is_empty() {
        return Err(unknown(asked, &format!("participants of {}", programme.title)));
    }
    let framework = asked.chosen.framework.id.as_str();
    let rows = rows.into_iter();
    let rows: Value = rows.map(|row| participant(programme, framework, row)).collect();
    Ok(match id {
        "network-operators" => {
            json!({ "measurement_date": format!("{}-01", asked.month()), "participants": rows })
        }
        _ => json!({ "participants": rows }),
    })
}

/// Nobody is known to take part: that nobody does is something else.
pub(crate) fn unknown(asked: &Asked, whom: &str) -> Problem {
    let detail = format!("no list of the {whom} is loaded for {}: who takes part is unknown", asked.month());
    Problem::new(problem::UNKNOWN_PARTICIPANTS, detail)
}

fn participant(programme: &Programme, framework: &str, row: &ParticipantRow) -> Value {
    let mut out = Map::new();
    out.insert("id".to_owned(), row.id.parse::<u64>().ok().into());
    out.insert("name".to_owned(), row.organisation.as_str().into());
    if programme.has(Column::Areas) {
        out.insert("areas_served".to_owned(), row.areas.as_slice().into());
    }
    if programme.has(Column::Networks) {
        let counted = row.networks.iter().filter(|network| network.counted);
        out.insert("ASNs".to_owned(), counted.map(|network| Value::from(network.asn)).collect());
    }
    out.insert("member_since".to_owned(), row.approved.as_deref().into());
    let graded = row.scores.get(framework).map_or(&[][..], Vec::as_slice);
    for (_, item) in programme.items() {
        put(&mut out, &item.member, row.conformance.get(&item.key).map(String::as_str).into());
        for (key, name) in scores(item) {
            let score = graded.iter().find(|score| score.key == key.as_str());
            if let Some(score) = score.filter(|score| score.published) {
                put(&mut out, &item.member.replace("conformance", name), scored(score));
            }
        }
    }
    out.into()
}

fn scored(score: &ParticipantScoreRow) -> Value {
    json!({ "value": score.score.map(number), "severity": score.grade.as_deref().unwrap_or("no-data") })
}

/// A score as the original writes it: a whole number without a fraction.
fn number(score: f64) -> Value {
    if score == 1.0 || score == 0.0 { Value::from(score as u8) } else { Value::from(score) }
}
