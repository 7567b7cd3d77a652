//! `/network/{asn}/history`, `/economy/{code}/history`, `/region/{slug}/history` and their CSV.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use lake::Value;
use routing::Asn;

use super::{Charts, Past, of_area, of_network};
use crate::Site;
use crate::area::{Place, read_economy, read_region};
use crate::edition::Chosen;
use crate::frame::Frame;
use crate::link::Link;
use crate::network::{csv, read_asn, unknown_network};
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage {
    frame: Frame,
    /// What it is of, and its page.
    kind: String,
    name: String,
    of: Link,
    /// Whether values are means over several networks.
    several: bool,
    months: usize,
    charts: Charts,
    csv: Link,
    compare: Link,
}

/// `/network/{asn}/history`
pub(crate) async fn network(
    State(site): State<Arc<Site>>,
    asn: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (chosen, asn, name) = found(&site, asn, &view).await?;
    let history = of_network(&site, &chosen.framework.id, asn.0).await?;
    let of = chosen.link_to(format!("/network/{asn}"));
    show(
        &chosen,
        &headers,
        (asn.to_string(), name.unwrap_or_else(|| asn.to_string())),
        of,
        &asn.to_string(),
        &history,
    )
}

/// `/network/{asn}/history.csv`
pub(crate) async fn network_csv(
    State(site): State<Arc<Site>>,
    asn: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let (chosen, asn, _) = found(&site, asn, &view).await?;
    let history = of_network(&site, &chosen.framework.id, asn.0).await?;
    Ok(write_csv(&asn.to_string(), &chosen.framework.id, &history))
}

async fn found(
    site: &Site,
    asn: Result<Path<String>, PathRejection>,
    view: &View,
) -> Result<(Chosen, Asn, Option<String>), Refusal> {
    let (asn, _) = read_asn(asn)?;
    let chosen = site.choose(view).await?;
    match site.store.network(chosen.edition.id, asn.0).await? {
        Some(row) => Ok((chosen, asn, row.name)),
        None => Err(unknown_network(&chosen, asn)),
    }
}

/// `/economy/{code}/history`
pub(crate) async fn economy(
    site: State<Arc<Site>>,
    code: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    area(&site.0, &read_economy(&text(code)?)?, &view, Some(&headers)).await
}

/// `/economy/{code}/history.csv`
pub(crate) async fn economy_csv(
    site: State<Arc<Site>>,
    code: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    area(&site.0, &read_economy(&text(code)?)?, &view, None).await
}

/// `/region/{slug}/history`
pub(crate) async fn region(
    site: State<Arc<Site>>,
    slug: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    area(&site.0, &read_region(&text(slug)?)?, &view, Some(&headers)).await
}

/// `/region/{slug}/history.csv`
pub(crate) async fn region_csv(
    site: State<Arc<Site>>,
    slug: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    area(&site.0, &read_region(&text(slug)?)?, &view, None).await
}

fn text(text: Result<Path<String>, PathRejection>) -> Result<String, Refusal> {
    text.map(|Path(text)| text)
        .map_err(|_| Refusal::wrong("the address cannot be read", "Write it like /economy/NL/history."))
}

/// The page of an area, or its CSV where there are no headers of a page.
async fn area(
    site: &Site,
    place: &Place,
    view: &View,
    headers: Option<&HeaderMap>,
) -> Result<Response, Refusal> {
    let chosen = site.choose(view).await?;
    let (scope, code) = place.key();
    let history = of_area(site, &chosen.framework.id, scope, code).await?;
    if history.is_empty() {
        let why = format!(
            "No published month graded by framework {} has values of {}",
            chosen.framework.id,
            place.name()
        );
        let published = format!("Published: {}.", chosen.months.join(", "));
        return Err(Refusal::absent(why, vec![published]));
    }
    let Some(headers) = headers else { return Ok(write_csv(code, &chosen.framework.id, &history)) };
    let of = chosen.link_to(place.path());
    show(&chosen, headers, (place.kind(), place.name().to_owned()), of, &format!("{scope}:{code}"), &history)
}

fn show(
    chosen: &Chosen,
    headers: &HeaderMap,
    (kind, name): (String, String),
    of: Link,
    subject: &str,
    history: &[Past],
) -> Result<Response, Refusal> {
    let path = of.path().to_owned();
    let link = chosen.link_to(format!("{path}/history"));
    let page = HistoryPage {
        frame: Frame::of(chosen, "history", &format!("History of {name}"), &link),
        kind,
        name,
        of,
        several: !subject.starts_with("AS"),
        months: super::months(history).len(),
        charts: Charts::new(chosen, history),
        csv: chosen.link_to(format!("{path}/history.csv")),
        compare: chosen.link_to("/compare").with("subjects", format!("{subject};world")),
    };
    reply::page(headers, &page)
}

/// A history as CSV: one row per month and score or metric.
pub(crate) fn write_csv(name: &str, framework: &str, history: &[Past]) -> Response {
    let names = [
        "month",
        "framework",
        "of",
        "key",
        "value",
        "grade",
        "unknown",
        "networks_with_data",
        "networks_without",
    ];
    let words = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let number = |n: Option<u64>| n.map_or(Value::Null, |n| Value::Integer(n as i64));
    let rows = history.iter().map(|past| {
        vec![
            past.month.as_str().into(),
            framework.into(),
            past.of.word().into(),
            past.key.as_str().into(),
            past.value.into(),
            words(&past.grade),
            words(&past.unknown),
            number(past.networks.map(|(with, _)| with)),
            number(past.networks.map(|(_, without)| without)),
        ]
    });
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let file: String = name.chars().take(60).map(plain).collect();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}-history-{framework}.csv\"")),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, csv::table(&names, rows)).into_response()
}
