//! `/v1`: answers in the shape of the original Observatory's API, for programs that were written for it. One table
//! of questions makes the router, the OpenAPI document and the list on `/api/docs`. What of it is publicly known and
//! what is a choice of ours stands in `docs/api-v1.md`.

mod answer;
mod asns;
mod conformance;
pub(crate) mod keys;
mod openapi;
mod question;
mod roas;
mod shape;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use crate::Site;
use crate::api::problem::{self, Problem};
use crate::api::{accepted, answer as api_answer, parameter};

pub(crate) use question::{QUESTIONS, Question};

/// Where the document is; it needs no key.
pub(crate) const DOCUMENT: &str = "/v1/openapi.json";

/// Everything under `/v1`.
pub(crate) fn router(site: &Arc<Site>) -> Router<Arc<Site>> {
    let mut guarded = Router::new();
    for question in &QUESTIONS {
        let answer = move |state: State<Arc<Site>>, named, uri: Uri, headers: HeaderMap| async move {
            let answer = answer(question, state.0, named, &uri, &headers).await;
            answer.unwrap_or_else(Problem::into_response)
        };
        for path in paths(question) {
            guarded = guarded.route(&path, get(answer).fallback(read_only));
        }
    }
    for path in ["/v1", "/v1/", "/v1/{*rest}"] {
        guarded = guarded.route(path, any(nowhere));
    }
    let guarded = guarded.layer(from_fn_with_state(Arc::clone(site), keys::guard));
    guarded.route(DOCUMENT, get(document).fallback(read_only))
}

/// Every path of a question. Where it ends in what is asked for, `.csv` is taken off there.
fn paths(question: &Question) -> Vec<String> {
    let plain = question.path.to_owned();
    if question.path.ends_with('}') { vec![plain] } else { vec![format!("{plain}.csv"), plain] }
}

async fn answer(
    question: &'static Question,
    site: Arc<Site>,
    named: Result<RawPathParams, RawPathParamsRejection>,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let unreadable =
        |_| Problem::new(problem::MALFORMED_PARAMETER, "the path holds octets that are no UTF-8");
    let named = named.map_err(unreadable)?.iter().next().map(|(_, value)| value.to_owned());
    let asked = answer::Asked::read(site, named, uri, &accepted(headers)).await?;
    let body = (question.run)(&asked).await?;
    Ok(answer::write(question, &asked, body, headers))
}

async fn document(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    api_answer::kept(openapi::text(!site.keys.is_open()), "application/json", &headers)
}

async fn nowhere(uri: Uri) -> Problem {
    let nearest = parameter::nearest(uri.path(), QUESTIONS.iter().map(|question| question.path));
    let detail = "there is nothing at this path: /v1/openapi.json lists what there is";
    Problem::new(problem::UNKNOWN_PATH, detail).suggest(nearest)
}

async fn read_only() -> Problem {
    Problem::new(problem::METHOD_NOT_ALLOWED, "ask with GET or HEAD")
}
