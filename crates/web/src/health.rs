use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use store::StoreError;

use crate::Site;
use crate::stale::{self, Stale, now};

/// `/livez`: the process answers.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// How long an answer waits for the networks of the latest months to be read.
const WARMING_SECONDS_MAX: u64 = 1;

/// `/readyz`: the store answers, a month is published, its routes are there and its networks are read. What is late or failing is told
/// and changes nothing: what is published is served all the same.
pub(crate) async fn ready(State(site): State<Arc<Site>>) -> Response {
    let (status, body) = match examine(&site).await {
        Ok(Ok(body)) => (StatusCode::OK, body),
        Ok(Err(why)) => (StatusCode::SERVICE_UNAVAILABLE, json!({ "ready": false, "why": why })),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            let why = "the store does not answer";
            (StatusCode::SERVICE_UNAVAILABLE, json!({ "ready": false, "why": why }))
        }
    };
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, format!("{body}\n")).into_response()
}

async fn examine(site: &Site) -> Result<Result<Value, &'static str>, StoreError> {
    let months = site.store.months().await?;
    let Some(month) = months.first() else { return Ok(Err("no month is published")) };
    let there = site.store.current(month).await?;
    let Some((_, head)) = there.filter(|(_, head)| site.lake.generation(&head.generation).is_dir()) else {
        return Ok(Err("the routes of the latest month are missing"));
    };
    let mut warmed = site.warmed.clone();
    let warm = warmed.wait_for(|warmed| *warmed);
    // Where nothing reads ahead any more, nothing is waited for.
    if tokio::time::timeout(Duration::from_secs(WARMING_SECONDS_MAX), warm).await.is_err() {
        return Ok(Err("the networks of the latest months are being read"));
    }
    let stale = stale::examine(now(), &site.sources.get().await, &site.store.jobs().await?);
    let stale: Vec<Value> =
        stale.iter().map(|Stale { what, why }| json!({ "what": what, "why": why })).collect();
    Ok(Ok(json!({ "ready": true, "month": month, "revision": head.revision, "stale": stale })))
}
