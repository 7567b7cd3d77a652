//! A question read, and its answer written: JSON as the original nests it, or a table of it as CSV.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::Response;
use routing::Month;
use serde_json::Value;

use super::question::Question;
use crate::Site;
use crate::api::answer::{self, Form};
use crate::api::asked::choose;
use crate::api::csv;
use crate::api::parameter::{MONTH, nearest};
use crate::api::problem::{self, Problem};
use crate::edition::Chosen;

/// Names of the parameters.
pub(crate) const PARAMETERS: [&str; 2] = ["month", "format"];

/// A question whose parameters are all in order.
pub(crate) struct Asked {
    pub(crate) site: Arc<Site>,
    pub(crate) chosen: Chosen,
    /// What the path names.
    pub(crate) named: String,
    form: Form,
    path: String,
}

impl Asked {
    pub(crate) async fn read(
        site: Arc<Site>,
        named: Option<String>,
        uri: &Uri,
        accept: &str,
    ) -> Result<Asked, Problem> {
        let mut given = parameters(uri)?;
        let path = uri.path().strip_suffix(".csv");
        let named = named.unwrap_or_default();
        let named = named.strip_suffix(".csv").unwrap_or(&named).to_owned();
        let format = match given.remove("format").as_deref() {
            None => None,
            Some("json") => Some(Form::Json),
            Some("csv") => Some(Form::Csv),
            Some(other) => {
                let detail = format!("`{other}` is no form of an answer here");
                let problem = Problem::new(problem::MALFORMED_PARAMETER, detail).of("format");
                return Err(problem.allowing(["json", "csv"]));
            }
        };
        let form = match path.map(|_| Form::Csv).or(format) {
            Some(form) => form,
            None => Form::welcome(&[Form::Json, Form::Csv], accept)?,
        };
        let month = given.remove("month").map(|text| month(&text)).transpose()?;
        let values = month.map(|month| (MONTH.name, month.to_string())).into_iter().collect();
        let chosen = choose(&site, &values).await?;
        let path = path.unwrap_or(uri.path()).to_owned();
        Ok(Asked { site, chosen, named, form, path })
    }

    pub(crate) fn month(&self) -> &str {
        &self.chosen.edition.head.month
    }
}

/// The parameters of a query, each known and given once.
fn parameters(uri: &Uri) -> Result<BTreeMap<String, String>, Problem> {
    let pairs: Query<Vec<(String, String)>> = Query::try_from_uri(uri)
        .map_err(|error| Problem::new(problem::MALFORMED_QUERY, error.to_string()))?;
    let mut given = BTreeMap::new();
    for (name, value) in pairs.0 {
        if !PARAMETERS.contains(&name.as_str()) {
            let detail = format!("there is no parameter `{name}` here");
            let problem = Problem::new(problem::UNKNOWN_PARAMETER, detail).of(&name);
            return Err(problem.suggest(nearest(&name, PARAMETERS)).allowing(PARAMETERS));
        }
        if given.insert(name.clone(), value).is_some() {
            let detail = format!("`{name}` may be given once");
            return Err(Problem::new(problem::REPEATED_PARAMETER, detail).of(&name));
        }
    }
    Ok(given)
}

/// `202405`, as the original has it, or `2024-05`.
fn month(text: &str) -> Result<Month, Problem> {
    let written = match text.len() {
        6 if text.is_ascii() => format!("{}-{}", &text[..4], &text[4..]),
        _ => text.to_owned(),
    };
    written.parse().map_err(|_| {
        let detail = format!("`{text}` is no month: write it like 202405");
        Problem::new(problem::MALFORMED_PARAMETER, detail).of("month")
    })
}

/// Writes an answer. Which month it is of stands in `Content-Location`, by which rules in `Link`.
pub(crate) fn write(question: &Question, asked: &Asked, body: Value, headers: &HeaderMap) -> Response {
    let text = match asked.form {
        Form::Csv => table(question, &body),
        _ => format!("{body}\n"),
    };
    let mut response = answer::kept(text, asked.form.media_type(), headers);
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    };
    let month = asked.month().replace('-', "");
    let ending = if asked.form == Form::Csv { ".csv" } else { "" };
    set(header::CONTENT_LOCATION, format!("{}{ending}?month={month}", asked.path));
    let framework = &asked.chosen.framework.id;
    set(header::LINK, format!("</method/framework/{framework}>; rel=\"describedby\""));
    set(header::VARY, "Accept".to_owned());
    if asked.form == Form::Csv {
        set(header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned());
        let name = format!("attachment; filename=\"v1-{}-{month}.csv\"", question.id);
        set(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// The rows of an answer, a column for each place that is no object.
fn table(question: &Question, body: &Value) -> String {
    let shape = (question.shape)();
    let (shape, rows) = match question.rows {
        Some(name) => {
            let rows = body[name].as_array().map_or(&[][..], Vec::as_slice);
            let list = shape.of_member(name).cloned();
            let of = match list {
                Some(super::shape::Shape::List(of)) => *of,
                _ => shape,
            };
            (of, rows)
        }
        None => (shape, core::slice::from_ref(body)),
    };
    let leaves = shape.leaves();
    let names: Vec<String> = leaves.iter().map(|place| place.join(".")).collect();
    let names: Vec<&str> =
        names.iter().map(|name| if name.is_empty() { question.column } else { name.as_str() }).collect();
    let cell = |row: &Value, place: &[&str]| {
        place.iter().try_fold(row, |value, name| value.get(name)).cloned().unwrap_or_default()
    };
    let rows: Vec<Vec<Value>> =
        rows.iter().map(|row| leaves.iter().map(|place| cell(row, place)).collect()).collect();
    csv::write(&names, &rows)
}
