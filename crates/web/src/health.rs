use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::Site;

/// `/livez`: the process answers.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// `/readyz`: the store answers, a month is published and its routes are there.
pub(crate) async fn ready(State(site): State<Arc<Site>>) -> (StatusCode, String) {
    let unready = |why: &str| (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n"));
    let months = match site.store.months().await {
        Ok(months) => months,
        Err(error) => {
            tracing::warn!(%error, "not ready");
            return unready("the store does not answer");
        }
    };
    let Some(month) = months.first() else { return unready("no month is published") };
    match site.store.current(month).await {
        Ok(Some((_, head))) if site.lake.generation(&head.generation).is_dir() => {
            (StatusCode::OK, format!("ready: {month} revision {}\n", head.revision))
        }
        Ok(_) => unready("the routes of the latest month are missing"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            unready("the store does not answer")
        }
    }
}
