pub(crate) mod csv;
mod facts;
pub(crate) mod incidents;
mod readiness;
pub(crate) mod routes;

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use lake::RouteRow;
use routing::{Asn, AsnError};
use store::OpinionFilter;

use crate::Site;
use crate::counting::frameworks;
use crate::edition::Chosen;
use crate::event::EventItem;
use crate::foreign::{self, ForeignSaid};
use crate::frame::Frame;
use crate::link::{Link, Pages};
use crate::opinions::{self, OpinionItem};
use crate::refusal::Refusal;
use crate::reply;
use crate::roas::panel::Panel;
use crate::trend::Trend;
use crate::view::View;
use crate::who::Known;

use facts::Facts;
use incidents::IncidentItem;
use readiness::Readiness;
use routes::{Asked, RouteTable};

/// Events on one page of the list.
const EVENTS_PER_PAGE: usize = 10;

#[derive(Template)]
#[template(path = "network.html")]
struct NetworkPage {
    frame: Frame,
    facts: Facts,
    readiness: Option<Readiness>,
    events: Vec<EventItem>,
    event_pages: Pages,
    incidents: Vec<IncidentItem>,
    incidents_more: usize,
    routes: Option<RouteTable>,
    trend: Trend,
    history: Link,
    compare: Link,
    roas: Panel,
    /// What others say of it that we saw nothing of.
    others: Vec<OpinionItem>,
    others_more: i64,
    others_link: Link,
    /// What foreign series say of it.
    foreign: Vec<ForeignSaid>,
    fixes: Link,
}

/// What others say, listed on the page.
const OTHERS_MAX: i64 = 5;

/// `/network/{asn}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    asn: Result<Path<String>, PathRejection>,
    uri: Uri,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (asn, canonical) = read_asn(asn)?;
    if !canonical {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(Redirect::permanent(&format!("/network/{asn}{query}")).into_response());
    }
    let chosen = site.choose(&view).await?;
    let asked = Asked::of(&view)?;
    let (id, framework) = (chosen.edition.id, chosen.framework.id.as_str());
    let Some(row) = site.store.network(id, asn.0).await? else { return Err(unknown_network(&chosen, asn)) };
    let readiness = site.store.readiness(id, framework, asn.0).await?;
    let count = usize::try_from(site.store.events_count_of(id, asn.0).await?).unwrap_or(0);
    let link = asked.put(chosen.link_to(format!("/network/{asn}")));
    let event_pages =
        Pages::new(count, EVENTS_PER_PAGE, view.page("events")?, "events", &link.clone().at("events"));
    let (limit, offset) = (EVENTS_PER_PAGE as i64, event_pages.range().start as i64);
    let events = site.store.events_page_of(id, asn.0, limit, offset).await?;
    let incidents = site.store.incidents_of(id, framework, asn.0).await?;
    let dismissed = events.iter().any(|event| !event.dismissed_by.is_empty());
    let rules = if dismissed { frameworks(&site, &chosen.edition)? } else { Vec::new() };
    let link = link.paged("events", event_pages.page);
    let csv = asked.put(chosen.link_to(format!("/network/{asn}/routes.csv")));
    let routes = match routes_of(&site, &chosen, asn).await {
        Ok(rows) => Some(RouteTable::new(&chosen, &asked, rows, &link, csv, view.page("page")?)),
        // Scores and events stand without the routes, and the page says that they are missing.
        Err(_) => None,
    };
    let holdings = site.store.holdings(asn.0, i64::MAX).await?;
    let history = site.store.readiness_history(framework, asn.0).await?;
    let trend = Trend::of_network("scores-by-month", chosen.rules, &chosen.edition.head.month, &history);
    let unseen = OpinionFilter { network: Some(asn.0), matched: Some(false) };
    let others_all = site.store.opinion_count(id, &unseen).await?;
    let said = site.store.opinions_page(id, &unseen, (OTHERS_MAX, 0)).await?;
    let known = Known::of(&site, &chosen, opinions::mentioned(&said)).await?;
    let others_more = others_all - said.len() as i64;
    let others = opinions::items(&chosen, &known, said);
    let economy = row.economy.as_ref().map_or(String::new(), |code| format!(";economy:{code}"));
    let facts = Facts::new(&chosen, row, readiness.as_ref(), holdings);
    let link = routes.as_ref().map_or(link.clone(), |table| link.paged("page", table.pages.page));
    let page = NetworkPage {
        frame: Frame::of(&chosen, "network", &facts.title(), &link)
            .with_feeds(&format!("/network/{asn}/incidents"), &format!("Routing incidents of {asn}")),
        readiness: readiness.map(|row| Readiness::new(&chosen, row)),
        events: events.into_iter().map(|row| EventItem::under(&rules, &chosen, row, Some(asn))).collect(),
        event_pages,
        incidents_more: incidents.len().saturating_sub(incidents::INCIDENTS_MAX),
        incidents: incidents::items(&chosen, incidents),
        routes,
        facts,
        trend,
        history: chosen.link_to(format!("/network/{asn}/history")),
        compare: chosen.link_to("/compare").with("subjects", format!("{asn}{economy};world")),
        roas: Panel::of_network(&site, &chosen, asn.0).await?,
        others,
        others_more,
        foreign: foreign::said(&site, &chosen, asn).await?,
        fixes: chosen.link_to(format!("/network/{asn}/fixes")),
        others_link: chosen.link_to("/others").with("network", asn.to_string()),
    };
    reply::page(&headers, &page)
}

/// `/network/{asn}/routes.csv`: the routes that the page's table holds on all its pages, in its order.
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    asn: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let (asn, _) = read_asn(asn)?;
    let chosen = site.choose(&view).await?;
    let asked = Asked::of(&view)?;
    if site.store.network(chosen.edition.id, asn.0).await?.is_none() {
        return Err(unknown_network(&chosen, asn));
    }
    let rows = asked.pick(routes_of(&site, &chosen, asn).await?);
    let name = format!("attachment; filename=\"{asn}-routes-{}.csv\"", chosen.edition.head.month);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, csv::write(&rows)).into_response())
}

/// The number, and whether it was written as we write it.
pub(crate) fn read_asn(text: Result<Path<String>, PathRejection>) -> Result<(Asn, bool), Refusal> {
    let unreadable = |_| Refusal::wrong("the address holds no AS number", "Write it like /network/AS64500.");
    let Path(text) = text.map_err(unreadable)?;
    match text.parse::<Asn>() {
        Ok(asn) => Ok((asn, asn.to_string() == text)),
        Err(error @ AsnError::OutOfRange(_)) => Err(Refusal::wrong(
            error.to_string(),
            "Numbers have 32 bits (RFC 6793). Look the number up again.",
        )),
        Err(error) => {
            Err(Refusal::wrong(error.to_string(), "Write it like /network/AS64500, or search by name."))
        }
    }
}

pub(crate) fn unknown_network(chosen: &Chosen, asn: Asn) -> Refusal {
    let month = &chosen.edition.head.month;
    let advice = [
        format!("No collector whose data were loaded showed a route of {asn} in {month}."),
        "The delegation files loaded do not list it as allocated or assigned: the file of its registry may be \
         missing, or the number may be reserved, returned or not given out yet."
            .to_owned(),
        format!("It may be in another month. Published: {}.", chosen.months.join(", ")),
    ];
    Refusal::absent(format!("{asn} is not in the data of {month}"), advice.to_vec())
}

/// Every route of a network. Columns are decoded outside the threads that answer.
async fn routes_of(site: &Site, chosen: &Chosen, asn: Asn) -> Result<Vec<RouteRow>, Refusal> {
    let folder = site.lake.generation(&chosen.edition.head.generation);
    let read = move || lake::routes(&folder, Some(asn))?.collect::<Result<Vec<_>, _>>();
    Ok(tokio::task::spawn_blocking(read).await??)
}
