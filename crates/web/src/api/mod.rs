//! `/api`: what the pages show, for programs. One table of questions makes the router, the OpenAPI document and
//! the interactive documentation; one table of fields per resource makes bodies, CSV columns and schemas.

pub(crate) mod answer;
mod areas;
pub(crate) mod asked;
mod changes;
mod compare;
pub(crate) mod csv;
mod cursor;
mod docs;
mod events;
mod field;
mod foreign;
mod history;
mod incidents;
mod meta;
mod method;
mod months;
mod network;
mod networks;
mod openapi;
mod operation;
mod opinions;
pub(crate) mod parameter;
mod participants;
pub(crate) mod problem;
mod programmes;
mod records;
mod replay;
mod roa_operations;
mod roas;
mod routes;
mod sources;
mod statistics;
mod tree;
mod whatif;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use crate::Site;
pub(crate) use events::csv as events_csv;
pub(crate) use foreign::{ForeignLine, columns as foreign_fields};
pub(crate) use incidents::csv as incidents_csv;

use answer::Form;
use asked::Asked;
use operation::{Answers, Operation, operations};
use problem::Problem;

/// Everything under `/api`.
pub(crate) fn router() -> Router<Arc<Site>> {
    let mut router = Router::new();
    for operation in operations() {
        for (path, suffix) in paths(operation) {
            let answer = move |state: State<Arc<Site>>, named, uri: Uri, headers: HeaderMap| async move {
                let answer = answer(operation, suffix, state.0, named, &uri, &headers).await;
                answer.unwrap_or_else(Problem::into_response)
            };
            router = router.route(&path, get(answer).fallback(read_only));
        }
    }
    for path in ["/api", "/api/", "/api/{*rest}"] {
        router = router.route(path, any(nowhere));
    }
    router
}

/// Every path of a question, with the form its ending asks for.
fn paths(operation: &Operation) -> Vec<(String, Option<Form>)> {
    let path = |form: Form| (format!("{}{}", operation.path, form.suffix()), Some(form));
    let mut paths = vec![(operation.path.to_owned(), None)];
    if let Answers::List(..) = operation.answers {
        paths.extend([Form::Csv, Form::Ndjson].map(path));
    }
    paths
}

async fn answer(
    operation: &'static Operation,
    suffix: Option<Form>,
    site: Arc<Site>,
    named: Result<RawPathParams, RawPathParamsRejection>,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let run = match operation.answers {
        Answers::List(_, run) | Answers::Object(_, run) => run,
        Answers::Document => {
            Form::of(None, &accepted(headers), operation)?;
            return Ok(answer::kept(openapi::text(), Form::Json.media_type(), headers));
        }
        Answers::Bundle(bundled) => {
            let asked = Asked::read(site, operation, Some(Form::Json), None, uri, headers).await?;
            return Ok(answer::kept(bundled(asked).await?, crate::exchange::stix::MEDIA_TYPE, headers));
        }
        Answers::Page => return docs::show(&site, uri, headers).await,
    };
    let unreadable =
        |_| Problem::new(problem::MALFORMED_PARAMETER, "the path holds octets that are no UTF-8");
    let named = named.map_err(unreadable)?.iter().next().map(|(_, value)| value.to_owned());
    let asked = Asked::read(site, operation, suffix, named, uri, headers).await?;
    let (asked, body) = run(asked).await?;
    Ok(answer::write(&asked, &body, headers))
}

/// What `Accept` says, its lines taken together.
pub(crate) fn accepted(headers: &HeaderMap) -> String {
    let lines = headers.get_all(axum::http::header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    lines.collect::<Vec<_>>().join(",")
}

async fn nowhere(uri: Uri) -> Problem {
    // Of paths equally near, the documentation, which comes last.
    let known = operations().rev().map(|operation| operation.path);
    let nearest = parameter::nearest(uri.path(), known);
    let detail = "there is nothing at this path: /api/openapi.json lists what there is, /api/docs shows it";
    Problem::new(problem::UNKNOWN_PATH, detail).suggest(nearest)
}

async fn read_only() -> Problem {
    Problem::new(problem::METHOD_NOT_ALLOWED, "ask with GET or HEAD")
}
