//! `/prefix/{prefix}`: who announces a prefix, what is said of it, what covers it and what is more specific.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use lake::RouteRow;
use routing::{Asn, Family, Prefix, PrefixError};
use store::Filter;

use crate::Site;
use crate::edition::Chosen;
use crate::event::EventItem;
use crate::frame::{Frame, month_in_words};
use crate::link::Link;
use crate::network::routes::RouteItem;
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;
use crate::who::{Known, Who};

/// More specific routes on one page.
const MORE_SPECIFIC_MAX: usize = 100;

/// The most covering and exact routes read: what a prefix can have of them in practice many times over.
const HEAD_MAX: usize = 500;

/// Events about it that a page tells.
const EVENTS_MAX: i64 = 12;

#[derive(Template)]
#[template(path = "prefix.html")]
struct PrefixPage {
    frame: Frame,
    prefix: Prefix,
    family: &'static str,
    /// `None` when the table of routes cannot be read.
    routes: Option<Routes>,
    rpki_from: Option<String>,
    irr_from: Option<String>,
    events: Vec<EventItem>,
    events_more: bool,
    incidents: Link,
    api: Link,
}

/// What was seen around the prefix.
struct Routes {
    exact: Vec<RouteLine>,
    covering: Vec<RouteLine>,
    specific: Vec<RouteLine>,
    /// The page begins behind the first of the more specific ones.
    first: Option<Link>,
    next: Option<Link>,
    /// Networks that announce the very prefix.
    origins: Vec<Who>,
}

/// One route.
pub(crate) struct RouteLine {
    pub(crate) route: RouteItem,
    /// `None` when the path ends in an AS_SET.
    pub(crate) origin: Option<Who>,
}

/// The page of a prefix: the slash is written as `-`, as it has another meaning in a path.
pub(crate) fn path(prefix: &Prefix) -> String {
    format!("/prefix/{}-{}", prefix.address(), prefix.len())
}

/// `/prefix/{prefix}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    text: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let unreadable = |_| Refusal::wrong("the address holds no prefix", "Write it like /prefix/192.0.2.0-24.");
    let Path(text) = text.map_err(unreadable)?;
    let prefix = read(&text)?;
    let chosen = site.choose(&view).await?;
    let after = match view.get("after") {
        Some(text) => Some(read_after(text)?),
        None => None,
    };
    let rows = rows(&site, &chosen, prefix, after).await.ok();
    let id = chosen.edition.id;
    let filter = Filter { prefix: Some(prefix), ..Filter::default() };
    let mut events = site.store.events_after(id, &filter, (i64::MIN, ""), EVENTS_MAX + 1).await?;
    let events_more = events.len() as i64 > EVENTS_MAX;
    events.truncate(EVENTS_MAX as usize);
    let origins = rows.iter().flat_map(|(head, tail)| head.iter().chain(tail)).filter_map(|row| row.origin);
    let known = Known::of(&site, &chosen, origins.map(|origin| origin.0).collect::<Vec<_>>()).await?;
    let base = chosen.link_to(path(&prefix));
    let link = base.clone().with_some("after", view.get("after"));
    let summary = &chosen.edition.head.summary;
    let from = |list: &str| Some(summary.get(list)?.get("from")?.as_str()?.to_owned());
    let page = PrefixPage {
        frame: Frame::of(
            &chosen,
            "prefix",
            &format!("{prefix} in {}", month_in_words(&chosen.edition.head.month)),
            &link,
        ),
        family: match prefix.family() {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        },
        routes: rows.map(|rows| Routes::new(&chosen, &known, prefix, rows, &base, after.is_some())),
        rpki_from: from("rpki"),
        irr_from: from("irr"),
        events: events.into_iter().map(|row| EventItem::new(&chosen, row, None)).collect(),
        events_more,
        incidents: chosen.link_to("/incidents").with("part", "all").with("prefix", prefix.to_string()),
        api: Link::to("/api/routes")
            .with("prefix", prefix.to_string())
            .with("month", &chosen.edition.head.month),
        prefix,
    };
    reply::page(&headers, &page)
}

/// `/prefix/192.0.2.0/24`: where it belongs.
pub(crate) async fn slashed(
    text: Result<Path<(String, String)>, PathRejection>,
    uri: Uri,
) -> Result<Response, Refusal> {
    let unreadable = |_| Refusal::wrong("the address holds no prefix", "Write it like /prefix/192.0.2.0-24.");
    let Path((address, len)) = text.map_err(unreadable)?;
    let prefix = read(&format!("{address}/{len}"))?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Redirect::permanent(&format!("{}{query}", path(&prefix))).into_response())
}

/// A prefix as it may stand in a path: before its length a `-` may stand for the `/`.
fn read(text: &str) -> Result<Prefix, Refusal> {
    let written = match text.rsplit_once('-') {
        Some((address, len)) if !text.contains('/') => format!("{address}/{len}"),
        _ => text.to_owned(),
    };
    let error = match written.parse::<Prefix>() {
        Ok(prefix) => return Ok(prefix),
        Err(error) => error,
    };
    let meant = match &error {
        PrefixError::HostBits { suggestion, .. } => Some(*suggestion),
        // A lone address means the prefix of that one address.
        _ => text
            .parse::<IpAddr>()
            .ok()
            .and_then(|address| Prefix::from_address(address, if address.is_ipv4() { 32 } else { 128 })),
    };
    let advice = match meant {
        Some(meant) => format!("The whole prefix is {meant}."),
        None => "Write it like /prefix/192.0.2.0-24 or /prefix/2001:db8::-32; the slash may also be %2F."
            .to_owned(),
    };
    let refusal = Refusal::wrong(error.to_string(), advice);
    Err(match meant {
        Some(meant) => refusal.suggest(meant.to_string(), Link::to(path(&meant))),
        None => refusal,
    })
}

/// A route that the page begins behind: `192.0.2.0/25 64500`, or `192.0.2.0/25 -` without an origin.
fn read_after(text: &str) -> Result<(Prefix, Option<Asn>), Refusal> {
    let read = || {
        let (prefix, origin) = text.split_once(' ')?;
        let origin = if origin == "-" { None } else { Some(origin.parse().ok()?) };
        Some((prefix.parse().ok()?, origin))
    };
    read().ok_or_else(|| {
        let what = format!("`{text}` names no route to go on behind");
        Refusal::wrong(what, "Begin at the first page of the prefix: leave after out.")
    })
}

/// Covering and exact routes, then one part of the more specific ones and one row beyond it.
async fn rows(
    site: &Site,
    chosen: &Chosen,
    prefix: Prefix,
    after: Option<(Prefix, Option<Asn>)>,
) -> Result<(Vec<RouteRow>, Vec<RouteRow>), Refusal> {
    let folder = site.lake.generation(&chosen.edition.head.generation);
    // Columns are decoded outside the threads that answer.
    let read = move || {
        let limit = HEAD_MAX + MORE_SPECIFIC_MAX + 1;
        let mut head = lake::routes_of_prefix(&folder, prefix, None, limit)?;
        let specific = head.split_off(head.partition_point(|row| row.prefix.contains(&prefix)));
        let tail = match after {
            None => specific,
            Some(_) => lake::routes_of_prefix(&folder, prefix, after, MORE_SPECIFIC_MAX + 1)?,
        };
        Ok::<_, lake::LakeError>((head, tail))
    };
    Ok(tokio::task::spawn_blocking(read).await??)
}

impl Routes {
    fn new(
        chosen: &Chosen,
        known: &Known<'_>,
        prefix: Prefix,
        (head, mut tail): (Vec<RouteRow>, Vec<RouteRow>),
        base: &Link,
        begun: bool,
    ) -> Routes {
        let more = tail.len() > MORE_SPECIFIC_MAX;
        tail.truncate(MORE_SPECIFIC_MAX);
        let here = base.clone().at("specific");
        let next = tail.last().filter(|_| more).map(|row| {
            let origin = row.origin.map_or_else(|| "-".to_owned(), |origin| origin.0.to_string());
            here.clone().with("after", format!("{} {origin}", row.prefix))
        });
        let home = chosen.link_to("/");
        let line = |row: &RouteRow| RouteLine {
            route: RouteItem::new(row, &home),
            origin: row.origin.map(|origin| known.who(origin.0)),
        };
        let (exact, covering): (Vec<&RouteRow>, Vec<&RouteRow>) =
            head.iter().partition(|row| row.prefix == prefix);
        let mut origins: Vec<Who> = Vec::new();
        for origin in exact.iter().filter_map(|row| row.origin) {
            let who = known.who(origin.0);
            if !origins.contains(&who) {
                origins.push(who);
            }
        }
        Routes {
            exact: exact.into_iter().map(line).collect(),
            covering: covering.into_iter().map(line).collect(),
            specific: tail.iter().map(line).collect(),
            first: begun.then(|| here.clone()),
            next,
            origins,
        }
    }
}
