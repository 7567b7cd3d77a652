use measure::framework::{self, Differs, Framework, Sentence};
use simulation::Change;

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe};
use super::networks::GRADE;
use super::parameter;
use super::problem::{self, Problem};
use crate::trial::{self, TrialError};

impl Resource for Change {
    const NAME: &'static str = "GradeChange";
    const FIELDS: &'static [Field<Self>] = &[
        field("scope", Kind::Word(&["network", "economy", "participant"]), "Whose grade.", |c| {
            c.scope.as_str().into()
        }),
        field("id", Kind::Text, "`AS64500`, `NL`, `network-operators/acme`.", |c| c.id.as_str().into()),
        maybe("asn", Kind::Asn, "Its AS number; null for what is no network.", |c| c.asn.into()),
        maybe("name", Kind::Text, "Its name.", |c| filled(&c.name).into()),
        maybe("economy", Kind::Text, "The registered economy, of a network.", |c| filled(&c.economy).into()),
        field("score", Kind::Text, "Key of the score.", |c| c.score.into()),
        maybe("before", Kind::Number, "The score under the framework compared with.", |c| {
            c.before.score.into()
        }),
        maybe("before_grade", GRADE, "Its grade; null without data.", |c| c.before.grade.into()),
        maybe("before_unknown", Kind::Text, "Why there is no score.", |c| c.before.unknown.clone().into()),
        maybe("after", Kind::Number, "The score under the framework asked for.", |c| c.after.score.into()),
        maybe("after_grade", GRADE, "Its grade; null without data.", |c| c.after.grade.into()),
        maybe("after_unknown", Kind::Text, "Why there is no score.", |c| c.after.unknown.clone().into()),
    ];
}

fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// A difference in words.
pub(crate) struct Difference(Sentence);

impl Resource for Difference {
    const NAME: &'static str = "FrameworkDifference";
    const FIELDS: &'static [Field<Self>] = &[
        field(
            "differs",
            Kind::Word(&["rule", "mark", "source", "words"]),
            "Whether a rule differs, how well it is founded, its source, or words that no grade depends on.",
            |d| {
                match d.0.differs {
                    Differs::Rule => "rule",
                    Differs::Mark => "mark",
                    Differs::Source => "source",
                    Differs::Words => "words",
                }
                .into()
            },
        ),
        field("about", Kind::Text, "What it is about.", |d| d.0.about.as_str().into()),
        maybe(
            "before",
            Kind::Text,
            "What the framework compared with says; null without such a rule.",
            |d| d.0.before.as_deref().into(),
        ),
        maybe("after", Kind::Text, "What the framework asked for says; null without such a rule.", |d| {
            d.0.after.as_deref().into()
        }),
        field("sentence", Kind::Text, "The whole as a sentence.", |d| d.0.to_string().into()),
    ];
}

/// The framework compared with, and the one asked for.
fn both(asked: &Asked) -> Result<(Framework, Framework), Problem> {
    let known = |id: &str, name: &'static str| -> Result<Framework, Problem> {
        let found = trial::framework(&asked.site, &asked.chosen.edition, id)?;
        found.ok_or_else(|| {
            let ids = crate::edition::shipped().iter().map(|rules| rules.id.as_str());
            let detail = format!("the rules of `{id}` are not at hand");
            Problem::new(problem::UNKNOWN_FRAMEWORK, detail).of(name).allowing(ids)
        })
    };
    let against = asked.value(&parameter::AGAINST).unwrap_or_default();
    Ok((known(against, parameter::AGAINST.name)?, known(asked.framework(), parameter::FRAMEWORK.name)?))
}

/// `/api/changes`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let (before, after) = both(&asked)?;
    let simulation = match trial::of(&asked.site, &asked.chosen.edition, &before, &after).await {
        Ok(simulation) => simulation,
        Err(TrialError::NotKept(why)) => {
            return Err(Problem::new(problem::FACTS_UNAVAILABLE, why.to_string()));
        }
        Err(TrialError::Store(error)) => return Err(error.into()),
        Err(TrialError::Lake(error)) => return Err(error.into()),
        Err(TrialError::Cut(error)) => return Err(error.into()),
    };
    let key = |change: &Change| format!("{} {} {}", change.scope.as_str(), change.id, change.score);
    let body = asked.part_of(simulation.changes.clone(), key)?;
    Ok((asked, body))
}

/// `/api/differences`
pub(crate) async fn differences(asked: Asked) -> Result<(Asked, Body), Problem> {
    let (before, after) = both(&asked)?;
    let rows = framework::sentences(&before, &after).into_iter().map(Difference).collect();
    let body = asked.part_of(rows, |d: &Difference| format!("{:?} {}", d.0.differs, d.0.about))?;
    Ok((asked, body))
}
