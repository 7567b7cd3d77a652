//! Answers: as JSON with what they rest on, as CSV, as NDJSON; each with a tag to ask again by.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::asked::Asked;
use super::csv;
use super::meta::Meta;
use super::operation::{Answers, Operation};
use super::problem::{self, Problem};
use crate::reply;

/// The form of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    Json,
    Csv,
    Ndjson,
}

/// Rows with all their fields, or one.
pub(crate) struct Body {
    pub(crate) rows: Vec<Vec<Value>>,
    /// Where the list goes on.
    pub(crate) next: Option<String>,
    /// What else is of interest: relation and address.
    pub(crate) links: Vec<(&'static str, String)>,
}

impl Body {
    pub(crate) fn with(mut self, relation: &'static str, link: String) -> Body {
        self.links.push((relation, link));
        self
    }
}

impl Form {
    const ALL: [Form; 3] = [Form::Json, Form::Csv, Form::Ndjson];

    /// As in `Content-Type`.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Form::Json => "application/json",
            Form::Csv => "text/csv",
            Form::Ndjson => "application/x-ndjson",
        }
    }

    /// What a path ends in.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Form::Json => "",
            Form::Csv => ".csv",
            Form::Ndjson => ".ndjson",
        }
    }

    /// The form that suffix or `Accept` ask for; of those equally welcome the first of ours.
    pub(crate) fn of(suffix: Option<Form>, accept: &str, operation: &Operation) -> Result<Form, Problem> {
        if let Some(form) = suffix {
            return Ok(form);
        }
        let forms = match operation.answers {
            Answers::List(..) => &Form::ALL[..],
            _ => &Form::ALL[..1],
        };
        Form::welcome(forms, accept)
    }

    /// Of these forms the one that `Accept` asks for; of those equally welcome the first.
    pub(crate) fn welcome(forms: &[Form], accept: &str) -> Result<Form, Problem> {
        if accept.trim().is_empty() {
            return Ok(Form::Json);
        }
        let welcome = |form: &Form| welcome(accept, form.media_type());
        let best = forms.iter().rev().max_by(|a, b| welcome(a).total_cmp(&welcome(b)));
        best.copied().filter(|form| welcome(form) > 0.0).ok_or_else(|| {
            let names = forms.iter().map(|form| form.media_type());
            Problem::new(problem::NOT_ACCEPTABLE, "no form of this answer is among those accepted")
                .allowing(names)
        })
    }
}

/// The quality that an `Accept` header gives a media type (RFC 9110 §12.5.1): that of the most specific range.
fn welcome(accept: &str, media_type: &str) -> f64 {
    let (kind, _) = media_type.split_once('/').unwrap_or((media_type, ""));
    let mut best = (0, 0.0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let specificity = match name.as_str() {
            name if name == media_type => 3,
            name if name.strip_suffix("/*") == Some(kind) => 2,
            "*/*" => 1,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f64>);
        if specificity > best.0 {
            best = (specificity, quality.unwrap_or(0.0));
        }
    }
    best.1
}

/// Writes an answer.
pub(crate) fn write(asked: &Asked, body: &Body, headers: &HeaderMap) -> Response {
    let names = asked.operation.fields();
    let names: Vec<&str> = asked.fields.iter().map(|&i| names[i]).collect();
    let rows: Vec<Vec<Value>> =
        body.rows.iter().map(|row| asked.fields.iter().map(|&i| row[i].clone()).collect()).collect();
    let mut objects = rows.iter().map(|row| {
        let members = names.iter().zip(row).map(|(name, value)| ((*name).to_owned(), value.clone()));
        Value::Object(members.collect::<Map<_, _>>())
    });
    let text = match asked.form {
        Form::Csv => csv::write(&names, &rows),
        Form::Ndjson => objects.map(|object| format!("{object}\n")).collect(),
        Form::Json => {
            let data = match asked.operation.answers {
                Answers::List(..) => objects.collect(),
                _ => objects.next().unwrap_or_default(),
            };
            let mut links = Map::from_iter([("self".to_owned(), asked.link().to_string().into())]);
            links.extend(body.next.iter().map(|next| ("next".to_owned(), next.as_str().into())));
            links.extend(body.links.iter().map(|(name, link)| ((*name).to_owned(), link.as_str().into())));
            let meta = Meta { chosen: &asked.chosen }.object();
            let members = [("data", data), ("meta", meta), ("links", links.into())];
            let body: Map<String, Value> =
                members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
            format!("{}\n", Value::Object(body))
        }
    };
    let mut response = kept(text, asked.form.media_type(), headers);
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    };
    if let Some(next) = &body.next {
        set(header::LINK, format!("<{next}>; rel=\"next\""));
    }
    set(header::VARY, "Accept".to_owned());
    if asked.form == Form::Csv {
        set(header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned());
        let name = format!("attachment; filename=\"{}-{}.csv\"", asked.operation.id, asked.month());
        set(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// A text with its tag, or 304 when the asker has the same bytes already.
pub(crate) fn kept(text: String, media_type: &'static str, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", &reply::hex(text.as_bytes())[..32]);
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let same = |known: &str| known.trim() == "*" || known.trim().trim_start_matches("W/") == tag;
    let unchanged = known.is_some_and(|known| known.split(',').any(same));
    let headers = [(header::CACHE_CONTROL, "no-cache".to_owned()), (header::ETAG, tag)];
    if unchanged {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(header::CONTENT_TYPE, media_type)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::operation::operations;

    #[test]
    fn forms_are_chosen_as_rfc_9110_says() {
        let operation = |id: &str| operations().find(|operation| operation.id == id).unwrap();
        let list = |accept: &str| Form::of(None, accept, operation("networks")).ok();
        assert_eq!(list(""), Some(Form::Json));
        assert_eq!(list("*/*"), Some(Form::Json));
        assert_eq!(list("text/html,application/xml;q=0.9,*/*;q=0.8"), Some(Form::Json));
        assert_eq!(list("text/csv"), Some(Form::Csv));
        assert_eq!(list("Text/*;q=0.5, application/json;q=0.4"), Some(Form::Csv));
        assert_eq!(list("application/x-ndjson, */*;q=0.1"), Some(Form::Ndjson));
        assert_eq!(list("application/json;q=0, text/csv;q=0.1"), Some(Form::Csv));
        assert_eq!(list("text/html"), None);
        assert_eq!(list("text/html, application/json;q=0"), None);
        assert_eq!(Form::of(None, "text/csv", operation("method")).ok(), None);
        assert_eq!(Form::of(Some(Form::Csv), "text/html", operation("networks")).ok(), Some(Form::Csv));
    }
}
