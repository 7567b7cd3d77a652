//! `/api/docs`: every question with a form to try it. Plain forms, no script: a form asks this page, which
//! sends the visitor on to the address that it stands for.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::answer;
use super::field::Kind;
use super::operation::{Answers, Operation, operations};
use super::parameter::{CURSOR, FIELDS, FRAMEWORK, Holds, LIMIT, LIMIT_MAX, MONTH, Parameter, SERIES};
use super::problem::{CODES, Problem};
use crate::Site;
use crate::frame::Frame;
use crate::link::{Encoded, Link};

/// Parameters of nearly every question: they stand folded away.
const GENERAL: [Parameter; 5] = [MONTH, FRAMEWORK, FIELDS, LIMIT, CURSOR];

#[derive(Template)]
#[template(path = "api_docs.html")]
struct DocsPage {
    frame: Frame,
    operations: Vec<OperationItem>,
    /// What nearly every question takes, told once.
    general: &'static [Parameter],
    codes: Vec<CodeItem>,
    version_one: &'static [crate::v1::Question],
    document_one: &'static str,
    limit_max: usize,
}

struct OperationItem {
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    about: String,
    inputs: Vec<Input>,
    /// Month, framework, fields and where to go on.
    general: Vec<Input>,
    fields: Vec<FieldItem>,
    /// The first question of the page that answers with the same rows: their fields stand there.
    fields_of: Option<(&'static str, &'static str)>,
    list: bool,
    /// Whether its form leads anywhere else than to this page.
    tried: bool,
}

/// A field of a form.
struct Input {
    /// Distinct on the page.
    label_for: String,
    name: &'static str,
    about: String,
    required: bool,
    value: String,
    placeholder: &'static str,
    words: &'static [&'static str],
}

struct FieldItem {
    name: &'static str,
    kind: String,
    about: &'static str,
}

struct CodeItem {
    code: &'static str,
    status: u16,
    title: &'static str,
}

/// The page, or where a form of it leads.
pub(crate) async fn show(site: &Site, uri: &Uri, headers: &HeaderMap) -> Result<Response, Problem> {
    let typed: BTreeMap<String, String> = Query::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
    let tried = typed.get("operation").and_then(|id| operations().find(|o| o.id == *id));
    if let Some(operation) = tried {
        return Ok(Redirect::to(&address(operation, &typed)).into_response());
    }
    let latest = match site.store.months().await?.into_iter().next() {
        Some(month) => site.store.current(&month).await?,
        None => None,
    };
    let first = match &latest {
        Some((id, _)) => {
            site.store.networks(*id, 0, 1).await?.first().map(|n| routing::Asn(n.asn).to_string())
        }
        None => None,
    };
    let event = match &latest {
        Some((id, _)) => site.store.latest_events(*id, 1).await?.into_iter().next().map(|event| event.id),
        None => None,
    };
    let record = match (&latest, &event) {
        (Some((id, _)), Some(event)) => {
            let sightings = site.store.event(*id, event).await?.map(|event| event.sightings);
            let first = sightings.into_iter().flatten().next();
            first.map(|sighting| format!("{}-{}", sighting.file, sighting.offset))
        }
        _ => None,
    };
    let incident = match &latest {
        Some((id, head)) => {
            let framework = head.frameworks.first().map_or("", |framework| &framework.id);
            let first = (i64::MIN, "");
            let rows =
                site.store.incidents_after(*id, framework, &store::Filter::default(), first, 1).await?;
            rows.into_iter().next().map(|incident| incident.id)
        }
        None => None,
    };
    let source = match &latest {
        Some((id, _)) => site.store.sources(*id).await?.into_iter().next().map(|source| source.name),
        None => None,
    };
    let series = match &latest {
        Some((id, _)) => site.store.foreign_series(*id).await?.into_iter().next().map(|series| series.series),
        None => None,
    };
    let example = |parameter: &Parameter| match parameter.holds {
        _ if *parameter == SERIES => series.clone(),
        Holds::Asn => first.clone(),
        Holds::Event => event.clone(),
        Holds::Incident => incident.clone(),
        Holds::Record => record.clone(),
        Holds::Source => source.clone(),
        _ => Some(parameter.example.to_owned()),
    };
    let page = DocsPage {
        frame: Frame::bare("API"),
        operations: operations().map(|o| OperationItem::new(o, &example)).collect(),
        general: &GENERAL,
        codes: CODES
            .iter()
            .map(|c| CodeItem { code: c.code, status: c.status.as_u16(), title: c.title })
            .collect(),
        version_one: &crate::v1::QUESTIONS,
        document_one: crate::v1::DOCUMENT,
        limit_max: LIMIT_MAX,
    };
    let mut response = answer::kept(page.render()?, "text/html; charset=utf-8", headers);
    response.headers_mut().remove(header::VARY);
    Ok(response)
}

/// The address that a filled form stands for; a field left empty is not given.
fn address(operation: &Operation, typed: &BTreeMap<String, String>) -> String {
    let value = |name: &str| typed.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let path = match operation.named {
        Some(parameter) => {
            let named = Encoded(value(parameter.name).unwrap_or("-")).to_string();
            operation.path.replace(&format!("{{{}}}", parameter.name), &named)
        }
        None => operation.path.to_owned(),
    };
    let ending = match operation.answers {
        Answers::List(..) => value("form").filter(|form| ["csv", "ndjson"].contains(form)),
        _ => None,
    };
    let path = ending.map_or(path.clone(), |ending| format!("{path}.{ending}"));
    let given = operation.query();
    let link = given.iter().fold(Link::to(path), |link, p| link.with_some(p.name, value(p.name)));
    link.to_string()
}

impl OperationItem {
    fn new(operation: &Operation, example: &dyn Fn(&Parameter) -> Option<String>) -> OperationItem {
        let mut inputs = Vec::new();
        for parameter in operation.named.iter().chain(&operation.query()) {
            let required = operation.named == Some(*parameter) || operation.required == Some(*parameter);
            inputs.push(Input {
                label_for: format!("{}-{}", operation.id, parameter.name),
                name: parameter.name,
                about: plain(parameter.about),
                required,
                value: if required { example(parameter).unwrap_or_default() } else { String::new() },
                placeholder: parameter.example,
                words: if let Holds::Word(words) = parameter.holds { words } else { &[] },
            });
        }
        let general = |input: &mut Input| GENERAL.iter().any(|parameter| parameter.name == input.name);
        let general: Vec<Input> = inputs.extract_if(.., general).collect();
        let first = operation.item().and_then(|item| {
            let same = |other: &&Operation| other.item().is_some_and(|of| of.name == item.name);
            operations().find(same).filter(|other| other.id != operation.id)
        });
        let shapes = operation.item().map(|item| item.shapes).unwrap_or_default();
        let field = |shape: super::field::Shape| FieldItem {
            name: shape.name,
            kind: format!("{}{}", kind_words(&shape.kind), if shape.nullable { " or null" } else { "" }),
            about: shape.about,
        };
        OperationItem {
            id: operation.id,
            path: operation.path,
            summary: operation.summary,
            about: plain(operation.about),
            inputs,
            general,
            fields: match first {
                Some(_) => Vec::new(),
                None => shapes.into_iter().map(field).collect(),
            },
            fields_of: first.map(|other| (other.id, other.summary)),
            list: matches!(operation.answers, Answers::List(..)),
            tried: !matches!(operation.answers, Answers::Page),
        }
    }
}

/// Without the marks that stand for code in the document.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

fn kind_words(kind: &Kind) -> String {
    match kind {
        Kind::Integer => "integer".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Boolean => "true or false".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Asn => "AS number, integer".to_owned(),
        Kind::Prefix => "prefix".to_owned(),
        Kind::Moment => "moment, RFC 3339 UTC".to_owned(),
        Kind::Day => "day".to_owned(),
        Kind::Month => "month".to_owned(),
        Kind::Word(words) => words.join(", "),
        Kind::List(of) => format!("list of {}", kind_words(of)),
        Kind::Object(item) => item().name.to_owned(),
        Kind::Counts => "counts by name".to_owned(),
        Kind::Words => "words by name".to_owned(),
    }
}
