//! `/incidents`: what counts against networks in a month, what goes on as its data end, and how many there were
//! in every month.

mod asked;
mod months;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use detect::EventKind;
use measure::metric::Metric;
use store::{Filter, IncidentCount, IncidentOrder};

use crate::Site;
use crate::api::incidents_csv;
use crate::format::{Count, Moment};
use crate::frame::{Frame, month_in_words};
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::trend::Trend;
use crate::view::View;
use crate::who::Known;

pub(crate) use asked::{Asked, Part, shares_metric};
use months::Months;
pub(crate) use table::{Choice, Choices, IncidentItem, items, mentioned};
use table::{IncidentTable, Tally};

/// Incidents named as going on.
const NOW_MAX: i64 = 8;

/// The most incidents that one download holds.
const DOWNLOAD_MAX: i64 = 50_000;

#[derive(Template)]
#[template(path = "incidents.html")]
struct IncidentsPage {
    frame: Frame,
    asked: Asked,
    keep: Vec<(&'static str, String)>,
    now: Vec<IncidentItem>,
    now_more: Option<(Count, Link)>,
    data_end: Option<Moment>,
    table: IncidentTable,
    months: Months,
    /// Incidents by kind, whoever caused them.
    trend: Trend,
    detected: Link,
    others: Link,
}

/// `/incidents`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let asked = Asked::of_month(&site, &chosen, &view).await?;
    let (id, framework) = (chosen.edition.id, chosen.framework.id.as_str());
    let store = &site.store;
    let ongoing = Filter { kinds: Part::Caused.metrics(None), ongoing: true, ..Filter::default() };
    let now_all: i64 = store.incident_counts(id, framework, &ongoing).await?.values().sum();
    let order = (IncidentOrder::Started, true);
    let now = store.incidents_page(id, framework, &ongoing, order, (NOW_MAX, 0)).await?;
    let by_month = store.incident_counts_by_month(framework).await?;
    let of_part = |count: &&IncidentCount| {
        let metric = count.metric.parse::<Metric>();
        count.month == chosen.edition.head.month && metric.is_ok_and(|metric| asked.part.has(metric))
    };
    let all: i64 = by_month.iter().filter(of_part).map(|count| count.incidents).sum();
    let mut of_kind = BTreeMap::new();
    for kind in EventKind::ALL.into_iter().filter(|kind| shares_metric(*kind)) {
        of_kind.insert(kind, store.incident_tallies(id, framework, &asked.filter_of_kind(kind)).await?);
    }
    let of_all = store.incident_tallies(id, framework, &asked.filter_of_all()).await?;
    let tally = Tally::new(of_all, of_kind, all.unsigned_abs());
    let link = asked.put(chosen.link_to("/incidents"));
    let pages = tally.pages(&asked, view.page("page")?, &link);
    let part = (table::ROWS_PER_PAGE as i64, pages.range().start as i64);
    let rows = match asked.filter() {
        Some(filter) => store.incidents_page(id, framework, &filter, asked.order(), part).await?,
        None => Vec::new(),
    };
    let months = Months::new(&chosen, by_month);
    let trend = months::trend(&chosen, &store.event_counts_by_month().await?);
    let networks = [mentioned(&rows), mentioned(&now)].concat();
    let known = Known::of(&site, &chosen, networks).await?;
    let title = format!("Incidents in {}", month_in_words(&chosen.edition.head.month));
    let more = now_all - now.len() as i64;
    let now_link =
        Asked { ongoing: true, ..Asked::default() }.put(chosen.link_to("/incidents")).at("incidents");
    let page = IncidentsPage {
        frame: Frame::of(&chosen, "incidents", &title, &link.clone().paged("page", pages.page))
            .with_feeds_like(&asked, &chosen),
        keep: asked.kept(&view),
        now: items(&chosen, &known, now),
        now_more: (more > 0).then(|| (Count(more.unsigned_abs()), now_link)),
        data_end: chosen.edition.head.data_time.map(|(_, end)| Moment(end)),
        table: IncidentTable::new(&chosen, &asked, &tally, items(&chosen, &known, rows), pages),
        months,
        trend,
        detected: chosen.link_to("/events"),
        others: chosen.link_to("/others"),
        asked,
    };
    reply::page(&headers, &page)
}

/// `/incidents.csv`: the incidents that the page's table holds on all its pages, in its order.
pub(crate) async fn download(State(site): State<Arc<Site>>, view: View) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let asked = Asked::of_month(&site, &chosen, &view).await?;
    let (id, framework) = (chosen.edition.id, chosen.framework.id.as_str());
    let rows = match asked.filter() {
        Some(filter) => {
            let part = (DOWNLOAD_MAX + 1, 0);
            site.store.incidents_page(id, framework, &filter, asked.order(), part).await?
        }
        None => Vec::new(),
    };
    if rows.len() as i64 > DOWNLOAD_MAX {
        return Err(Refusal::wrong(
            format!("one download holds at most {DOWNLOAD_MAX} incidents"),
            "Narrow it by time, kind, economy or network, or walk through /api/incidents.csv part by part.",
        ));
    }
    let name = format!("attachment; filename=\"incidents-{}.csv\"", chosen.edition.head.month);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, incidents_csv(rows)).into_response())
}
