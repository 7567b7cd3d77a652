//! `/method/event/{kind}`: what makes an event of one kind, and what does not.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use detect::{EVENT_KINDS, EventKind, KindRow};
use measure::metric::{Metric, MetricRow};

use super::Place;
use crate::Site;
use crate::format::Count;
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

#[derive(Template)]
#[template(path = "method_event.html")]
struct EventKindPage {
    frame: Frame,
    words: &'static KindRow,
    metrics: [(&'static MetricRow, Link); 2],
    /// How many with a known culprit the month has.
    count: Option<Count>,
    incidents: Link,
    around: Vec<(&'static str, Link, bool)>,
}

/// `/method/event/{kind}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    code: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let unreadable = |_| Refusal::wrong("the address holds no kind of event", "Start from the method.");
    let Path(code) = code.map_err(unreadable)?;
    let Ok(kind) = code.parse::<EventKind>() else {
        let codes: Vec<&str> = EVENT_KINDS.iter().map(|row| row.code).collect();
        let advice = format!("Kinds detected by this version: {}.", codes.join(", "));
        return Err(Refusal::absent(format!("There is no kind of event `{code}`"), vec![advice]));
    };
    let place = Place::of(&site, &view).await?;
    let mut count = None;
    if let Some(chosen) = &place.chosen {
        let (id, framework) = (chosen.edition.id, chosen.framework.id.as_str());
        let world = site.store.aggregate(id, framework, "world", "").await?;
        count = world.map(|world| Count(world.events.get(kind.code()).copied().unwrap_or(0)));
    }
    let (own, passed_on) = Metric::of_event(kind);
    let metric = |metric: Metric| (metric.row(), place.link_to(format!("/method/{metric}")));
    let link = |kind: EventKind| place.link_to(format!("/method/event/{}", kind.code()));
    let page = EventKindPage {
        frame: place.frame(kind.row().title, &link(kind)),
        words: kind.row(),
        metrics: [metric(own), metric(passed_on)],
        count,
        incidents: place.link_to("/incidents").with("kind", kind.code()).at("incidents"),
        around: EventKind::ALL.map(|other| (other.row().title, link(other), other == kind)).into(),
    };
    reply::page(&headers, &page)
}
