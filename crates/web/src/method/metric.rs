//! `/method/{metric}`: what one metric means, how it is measured, and what every framework version says of it.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use detect::KindRow;
use measure::framework::{Framework, RuleRow};
use measure::metric::{Direction, METRICS, Metric, MetricRow};

use super::curve::CurveChart;
use super::example::{self, ExampleItem};
use super::{Place, Version};
use crate::Site;
use crate::edition::shipped;
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

#[derive(Template)]
#[template(path = "method_metric.html")]
struct MetricPage {
    frame: Frame,
    words: &'static MetricRow,
    better: &'static str,
    rules: &'static Framework,
    kinds: Vec<(&'static KindRow, Link)>,
    /// The other part of the same events: what the culprit or the accomplice answers for.
    counterpart: Option<(&'static MetricRow, Link)>,
    incidents: Option<Link>,
    versions: Vec<Version>,
    table: Vec<RuleLine>,
    curve: Option<CurveChart>,
    examples: Vec<ExampleItem>,
    around: Vec<(&'static str, Link, bool)>,
}

/// One rule in every version.
struct RuleLine {
    title: String,
    cells: Vec<Option<RuleRow>>,
    /// Whether the versions say the same.
    alike: bool,
}

/// `/method/{metric}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    code: Result<Path<String>, PathRejection>,
    uri: Uri,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let unreadable = |_| Refusal::wrong("the address holds no metric", "Write it like /method/M7RPKI.");
    let Path(code) = code.map_err(unreadable)?;
    let Some(words) = METRICS.iter().find(|row| row.code.eq_ignore_ascii_case(&code)) else {
        let codes: Vec<&str> = METRICS.iter().map(|row| row.code).collect();
        let advice = format!("Metrics: {}.", codes.join(", "));
        return Err(Refusal::absent(format!("There is no metric `{code}`"), vec![advice]));
    };
    if words.code != code {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(Redirect::permanent(&format!("/method/{}{query}", words.code)).into_response());
    }
    let place = Place::of(&site, &view).await?;
    let metric = words.metric;
    let link = place.link_to(format!("/method/{code}"));
    let kinds: Vec<_> = metric
        .event_kinds()
        .map(|kind| (kind.row(), place.link_to(format!("/method/event/{}", kind.code()))))
        .collect();
    let counterpart = metric.event_kinds().next().map(|kind| {
        let (own, passed_on) = Metric::of_event(kind);
        if metric == own { passed_on.row() } else { own.row() }
    });
    let to_metric = |row: &MetricRow| place.link_to(format!("/method/{}", row.code));
    let page = MetricPage {
        frame: place.frame(&format!("{} {}", words.code, words.title), &link),
        better: match words.unit.direction() {
            Direction::LowerIsBetter => "the fewer the better",
            Direction::HigherIsBetter => "the more the better",
        },
        rules: place.rules,
        counterpart: counterpart.map(|row| (row, to_metric(row))),
        incidents: (!kinds.is_empty())
            .then(|| place.link_to("/incidents").with("metric", words.code).at("incidents")),
        kinds,
        versions: place.versions(),
        table: table(metric),
        curve: CurveChart::new(place.rules, metric),
        examples: example::items(place.rules, Some(metric)),
        around: METRICS.iter().map(|row| (row.code, to_metric(row), row.metric == metric)).collect(),
        words,
    };
    reply::page(&headers, &page)
}

/// The rules about a metric, side by side.
fn table(metric: Metric) -> Vec<RuleLine> {
    let columns: Vec<Vec<RuleRow>> = shipped()
        .iter()
        .map(|rules| rules.rules().into_iter().filter(|rule| rule.metrics.contains(&metric)).collect())
        .collect();
    let mut keys: Vec<&str> = Vec::new();
    for rule in columns.iter().flatten() {
        if !keys.contains(&rule.key.as_str()) {
            keys.push(&rule.key);
        }
    }
    let line = |key: &&str| {
        let cells: Vec<Option<RuleRow>> =
            columns.iter().map(|rules| rules.iter().find(|rule| rule.key == **key).cloned()).collect();
        let words = |cell: &Option<RuleRow>| cell.as_ref().map(|rule| rule.words.clone());
        let title = cells.iter().flatten().next_back().map(|rule| rule.title.clone());
        RuleLine {
            title: if key.starts_with("metric.") { "Use".to_owned() } else { title.unwrap_or_default() },
            alike: cells.iter().all(|cell| words(cell) == words(&cells[0])),
            cells,
        }
    };
    keys.iter().map(line).collect()
}
