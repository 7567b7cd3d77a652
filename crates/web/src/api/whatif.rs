use routing::Asn;
use simulation::Standing;
use simulation::fixes::{Fix, Item as Failing, Outcome, Pack, PartIn};
use simulation::whatif::{
    self, Answer, MetricChange, NetworkChange, RouteChange, ScoreChange, State, ThirdParty, WhatIfError,
};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, objects, texts};
use super::networks::GRADE;
use super::parameter;
use super::problem::{self, Problem};

impl Resource for Answer {
    const NAME: &'static str = "WhatIf";
    const FIELDS: &'static [Field<Self>] = &[
        maybe("asking", Kind::Asn, "Who asks; null: whoever the changes name.", |a| a.asking.into()),
        field("changes", Kind::List(&Kind::Text), "The changes as read.", |a| texts(&a.changes)),
        field(
            "inputs",
            Kind::List(&Kind::Text),
            "What routes were judged by, with dates, or why there is none.",
            |a| texts(&a.inputs),
        ),
        field("notes", Kind::List(&Kind::Text), "Changes without effect, and what else is to know.", |a| {
            texts(&a.notes)
        }),
        field(
            "routes",
            Kind::List(&Kind::Object(RouteChange::item)),
            "Routes whose RPKI or IRR state changes, and those added or removed, by prefix.",
            |a| objects(&a.routes),
        ),
        field(
            "third_parties",
            Kind::List(&Kind::Object(ThirdParty::item)),
            "Networks that do not ask and have routes that break.",
            |a| objects(&a.third_parties),
        ),
        field(
            "networks",
            Kind::List(&Kind::Object(NetworkChange::item)),
            "Their networks, and those that ask, under each framework of the month.",
            |a| objects(&a.networks),
        ),
        field("not_computed", Kind::List(&Kind::Text), "What the answer leaves out.", |a| {
            texts(&a.not_computed)
        }),
    ];
}

impl Resource for RouteChange {
    const NAME: &'static str = "WhatIfRoute";
    const FIELDS: &'static [Field<Self>] = &[
        field("prefix", Kind::Prefix, "Its prefix.", |r| r.prefix.as_str().into()),
        maybe("origin", Kind::Asn, "Its origin; null for an AS_SET.", |r| r.origin.into()),
        field(
            "changed",
            Kind::Word(&["state", "added", "removed"]),
            "Whether its state changes, or it is announced besides, or not any more.",
            |r| r.changed.as_str().into(),
        ),
        maybe("before", Kind::Object(State::item), "Before; null where it was not announced.", |r| {
            r.before.as_ref().map(Resource::object).into()
        }),
        maybe("after", Kind::Object(State::item), "After; null where it is not announced any more.", |r| {
            r.after.as_ref().map(Resource::object).into()
        }),
        field("third_party", Kind::Boolean, "Whether it is of somebody who does not ask.", |r| {
            r.third_party.into()
        }),
        field("becomes_invalid", Kind::Boolean, "RPKI invalid after and not before.", |r| {
            r.becomes_invalid.into()
        }),
        field("loses_registration", Kind::Boolean, "Registered in the IRR before and not after.", |r| {
            r.loses_registration.into()
        }),
    ];
}

impl Resource for State {
    const NAME: &'static str = "WhatIfState";
    const FIELDS: &'static [Field<Self>] = &[
        maybe("rpki", Kind::Word(&["valid", "invalid", "not-found"]), "RPKI state (RFC 6811).", |s| {
            s.rpki.into()
        }),
        maybe("rpki_reason", Kind::Word(&["as", "length", "as0"]), "Why it is invalid.", |s| {
            s.rpki_reason.into()
        }),
        field("vrps", Kind::List(&Kind::Text), "VRPs that cover it, up to eight.", |s| texts(&s.vrps)),
        maybe("irr", Kind::Word(&["exact", "covered", "wrong_origin", "none"]), "IRR state.", |s| {
            s.irr.into()
        }),
        maybe("irr_authority", Kind::Text, "The best registry among the deciding objects.", |s| {
            s.irr_authority.as_deref().into()
        }),
        field("route_objects", Kind::List(&Kind::Text), "Route objects that decide, up to eight.", |s| {
            texts(&s.route_objects)
        }),
    ];
}

impl Resource for ThirdParty {
    const NAME: &'static str = "WhatIfThirdParty";
    const FIELDS: &'static [Field<Self>] = &[
        maybe("asn", Kind::Asn, "Who; null for AS_SETs.", |t| t.asn.into()),
        field("invalid", Kind::List(&Kind::Prefix), "Their routes that become RPKI invalid.", |t| {
            texts(&t.invalid)
        }),
        field("unregistered", Kind::List(&Kind::Prefix), "Their routes that lose registration.", |t| {
            texts(&t.unregistered)
        }),
    ];
}

impl Resource for NetworkChange {
    const NAME: &'static str = "WhatIfNetwork";
    const FIELDS: &'static [Field<Self>] = &[
        field("asn", Kind::Asn, "The network.", |n| n.asn.into()),
        field("framework", Kind::Text, "The framework.", |n| n.framework.as_str().into()),
        field("third_party", Kind::Boolean, "Whether it does not ask.", |n| n.third_party.into()),
        field(
            "metrics",
            Kind::List(&Kind::Object(MetricChange::item)),
            "M7IRR and M7RPKI, as far as the framework uses them.",
            |n| objects(&n.metrics),
        ),
        field("scores", Kind::List(&Kind::Object(ScoreChange::item)), "Every score of the framework.", |n| {
            objects(&n.scores)
        }),
    ];
}

impl Resource for MetricChange {
    const NAME: &'static str = "WhatIfMetric";
    const FIELDS: &'static [Field<Self>] = &[
        field("metric", Kind::Text, "Its code.", |m| m.metric.into()),
        maybe("before", Kind::Number, "Its value before; null without data.", |m| m.before.into()),
        maybe("before_unknown", Kind::Text, "Why there is none.", |m| m.before_unknown.as_deref().into()),
        maybe("after", Kind::Number, "Its value after; null without data.", |m| m.after.into()),
        maybe("after_unknown", Kind::Text, "Why there is none.", |m| m.after_unknown.as_deref().into()),
    ];
}

impl Resource for ScoreChange {
    const NAME: &'static str = "WhatIfScore";
    const FIELDS: &'static [Field<Self>] = &[
        field("score", Kind::Text, "Its key.", |s| s.score.into()),
        field("title", Kind::Text, "Its title.", |s| s.title.as_str().into()),
        maybe("before", Kind::Number, "Before; null without data.", |s| s.before.score.into()),
        maybe("before_grade", GRADE, "Its grade.", |s| s.before.grade.into()),
        maybe("before_unknown", Kind::Text, "Why there is none.", |s| unknown(&s.before)),
        maybe("after", Kind::Number, "After; null without data.", |s| s.after.score.into()),
        maybe("after_grade", GRADE, "Its grade.", |s| s.after.grade.into()),
        maybe("after_unknown", Kind::Text, "Why there is none.", |s| unknown(&s.after)),
    ];
}

fn unknown(standing: &Standing) -> serde_json::Value {
    standing.unknown.as_deref().into()
}

impl Resource for Pack {
    const NAME: &'static str = "FixPack";
    const FIELDS: &'static [Field<Self>] = &[
        field("asn", Kind::Asn, "The network.", |p| p.asn.into()),
        field("framework", Kind::Text, "The framework.", |p| p.framework.as_str().into()),
        field(
            "inputs",
            Kind::List(&Kind::Text),
            "What routes were judged by, with dates, or why there is none.",
            |p| texts(&p.inputs),
        ),
        field("items", Kind::List(&Kind::Object(Failing::item)), "What fails, with its repairs.", |p| {
            objects(&p.items)
        }),
        maybe(
            "outcome",
            Kind::Object(Outcome::item),
            "What the first repair of every item leads to, tried out on the month; null where none is a change of \
             ROAs, route objects or announcements.",
            |p| p.outcome.as_ref().map(Resource::object).into(),
        ),
        field("notes", Kind::List(&Kind::Text), "What else is to know.", |p| texts(&p.notes)),
    ];
}

impl Resource for Failing {
    const NAME: &'static str = "FixItem";
    const FIELDS: &'static [Field<Self>] = &[
        field("metric", Kind::Text, "The metric it fails; AS-SET of what no metric looks at.", |i| {
            i.metric.into()
        }),
        maybe("score", Kind::Text, "The score that is part of; null where it is only shown.", |i| {
            i.score.into()
        }),
        maybe("prefix", Kind::Prefix, "The prefix, of a route or of all the events.", |i| {
            i.prefix.as_deref().into()
        }),
        field("problem", Kind::Text, "What is wrong.", |i| i.problem.as_str().into()),
        field(
            "events",
            Kind::List(&Kind::Object(PartIn::item)),
            "The incidents that the repairs are about; empty where it is no matter of events.",
            |i| objects(&i.events),
        ),
        field("fixes", Kind::List(&Kind::Object(Fix::item)), "The repairs, the likeliest first.", |i| {
            objects(&i.fixes)
        }),
    ];
}

impl Resource for PartIn {
    const NAME: &'static str = "FixEvent";
    const FIELDS: &'static [Field<Self>] = &[
        field("event", Kind::Text, "Its id.", |p| p.event.as_str().into()),
        field("kind", Kind::Text, "Code of its kind.", |p| p.kind.as_str().into()),
        field("prefix", Kind::Prefix, "Its prefix.", |p| p.prefix.as_str().into()),
        field("began", Kind::Boolean, "Whether the network began it; otherwise it passed it on.", |p| {
            p.began.into()
        }),
    ];
}

impl Resource for Fix {
    const NAME: &'static str = "Fix";
    const FIELDS: &'static [Field<Self>] = &[
        maybe("when", Kind::Text, "When it is the right one, where there are several.", |f| {
            f.when.as_deref().into()
        }),
        field("what", Kind::Text, "What to do.", |f| f.what.as_str().into()),
        maybe("text", Kind::Text, "What to copy: a ROA or an RPSL object.", |f| f.text.as_deref().into()),
        field("changes", Kind::List(&Kind::Text), "The same as changes of `/api/whatif`.", |f| {
            texts(&f.changes)
        }),
        field("warnings", Kind::List(&Kind::Text), "What else it does, and what to mind.", |f| {
            texts(&f.warnings)
        }),
    ];
}

impl Resource for Outcome {
    const NAME: &'static str = "FixOutcome";
    const FIELDS: &'static [Field<Self>] = &[
        field("sentence", Kind::Text, "In words.", |o| o.sentence.as_str().into()),
        field("changes", Kind::List(&Kind::Text), "The changes tried out.", |o| texts(&o.changes)),
        maybe("network", Kind::Object(NetworkChange::item), "The network before and after.", |o| {
            o.network.as_ref().map(Resource::object).into()
        }),
        field(
            "third_parties",
            Kind::List(&Kind::Object(ThirdParty::item)),
            "Networks that would have routes that break.",
            |o| objects(&o.third_parties),
        ),
    ];
}

impl From<WhatIfError> for Problem {
    fn from(error: WhatIfError) -> Problem {
        match error {
            WhatIfError::Lake(error) => error.into(),
            WhatIfError::TooWide { .. } => {
                Problem::new(problem::MALFORMED_PARAMETER, error.to_string()).of(parameter::CHANGES.name)
            }
            WhatIfError::NotKept(_) | WhatIfError::Contradiction(..) => {
                Problem::new(problem::FACTS_UNAVAILABLE, error.to_string())
            }
        }
    }
}

/// A text of changes; the first thing wrong with its line and column.
pub(crate) fn changes(text: &str) -> Result<Vec<whatif::Change>, Problem> {
    let wrong = |detail: String, meant: Option<String>| {
        let problem = Problem::new(problem::MALFORMED_PARAMETER, detail).of(parameter::CHANGES.name);
        Err(problem.suggest(meant))
    };
    match whatif::parse(text) {
        Err(error) => wrong(error.to_string(), error.suggestion),
        Ok(changes) if changes.is_empty() => {
            wrong("there is no change: write one a line".to_owned(), Some(whatif::EXAMPLES[0].to_owned()))
        }
        Ok(changes) => Ok(changes),
    }
}

/// `/api/whatif`
pub(crate) async fn show(asked: Asked) -> Result<(Asked, Body), Problem> {
    let changes = changes(asked.value(&parameter::CHANGES).unwrap_or_default())?;
    let asking: Option<Asn> = match asked.value(&parameter::ASKING) {
        None => None,
        Some(text) => Some(parameter::asn(text)?),
    };
    let answer = crate::whatif::ask(&asked.site, &asked.chosen.edition, changes, asking).await??;
    let body = asked.one(&answer);
    Ok((asked, body))
}

/// `/api/networks/{asn}/fixes`
pub(crate) async fn fixes(asked: Asked) -> Result<(Asked, Body), Problem> {
    let network = asked.network().await?;
    let Some(framework) = crate::trial::framework(&asked.site, &asked.chosen.edition, asked.framework())?
    else {
        let detail = format!("the rules of `{}` are not at hand", asked.framework());
        return Err(Problem::new(problem::UNKNOWN_FRAMEWORK, detail).of(parameter::FRAMEWORK.name));
    };
    let pack = crate::fixes::pack(&asked.site, &asked.chosen, &network, framework).await?;
    let made = pack.await??;
    let body = asked.one(&made);
    Ok((asked, body))
}
