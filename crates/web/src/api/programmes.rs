//! The programmes with what they ask for.

use programme::{Action, Item, Programme, Requirement, shipped};
use serde_json::Value;

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, objects, texts};
use super::problem::Problem;

const REQUIREMENTS: &[&str] = &["mandatory", "recommended", "one_of", "by_item"];

/// A programme in a month.
pub(crate) struct Listed {
    programme: &'static Programme,
    participants: u64,
    partners: Vec<String>,
}

impl Resource for Listed {
    const NAME: &'static str = "Programme";
    const FIELDS: &'static [Field<Self>] = &[
        field("programme", Kind::Text, "Its id.", |p| p.programme.id.as_str().into()),
        field("title", Kind::Text, "Its title.", |p| p.programme.title.as_str().into()),
        field("minimum", Kind::Text, "What it takes to be admitted.", |p| {
            p.programme.minimum.as_str().into()
        }),
        field("digest", Kind::Text, "SHA-256 of the file that says so.", |p| {
            p.programme.digest.as_str().into()
        }),
        field("participants", Kind::Integer, "Participants in the month.", |p| p.participants.into()),
        field("partners", Kind::List(&Kind::Text), "Organisations that vouch for any of them.", |p| {
            texts(&p.partners)
        }),
        field("actions", Kind::List(&Kind::Object(Action::item)), "Its actions, in their order.", |p| {
            objects(&p.programme.actions)
        }),
    ];
}

impl Resource for Action {
    const NAME: &'static str = "Action";
    const FIELDS: &'static [Field<Self>] = &[
        field("number", Kind::Integer, "Its number in the programme.", |a| a.number.into()),
        field("title", Kind::Text, "Its title.", |a| a.title.as_str().into()),
        field("meaning", Kind::Text, "What it commits to.", |a| a.meaning.as_str().into()),
        field(
            "requirement",
            Kind::Word(REQUIREMENTS),
            "Asked of everyone, of whoever can, at least one of those marked so, or each item for itself.",
            |a| {
                REQUIREMENTS[match a.requirement {
                    Requirement::Mandatory => 0,
                    Requirement::Recommended => 1,
                    Requirement::OneOf => 2,
                    Requirement::ByItem => 3,
                }]
                .into()
            },
        ),
        field("items", Kind::List(&Kind::Object(Item::item)), "What is stated of it.", |a| objects(&a.items)),
    ];
}

impl Resource for Item {
    const NAME: &'static str = "ActionItem";
    const FIELDS: &'static [Field<Self>] = &[
        field("key", Kind::Text, "Its key in `conformance` of a participant.", |i| i.key.as_str().into()),
        field("title", Kind::Text, "Its title.", |i| i.title.as_str().into()),
        field("extra", Kind::Boolean, "More than the action asks for.", |i| i.extra.into()),
        field("scores", Kind::List(&Kind::Text), "Scores published for whoever is conformant.", |i| {
            i.scores.iter().map(|key| Value::from(key.as_str())).collect()
        }),
    ];
}

/// `/api/programmes`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let of_month = &asked.chosen.edition.participants;
    let listed = |programme: &'static Programme| {
        let own = of_month.iter().filter(|row| row.programme == programme.id);
        let mut partners: Vec<String> = own.clone().flat_map(|row| row.partners.clone()).collect();
        partners.sort();
        partners.dedup();
        Listed { programme, participants: own.count() as u64, partners }
    };
    let body = asked.part_of(shipped().iter().map(listed).collect(), |p| p.programme.id.clone())?;
    Ok((asked, body))
}
