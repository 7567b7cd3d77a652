//! `/events`: everything detected in a month, whatever it was judged to be, by verdict, kind and reason.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use detect::{EventKind, REASONS, Reason, Verdict};
use store::{EventRow, EventTally, Filter};

use crate::Site;
use crate::api::events_csv;
use crate::edition::Chosen;
use crate::event::{kind_words, prefix_link};
use crate::format::{Count, Lasting, Moment};
use crate::frame::{Frame, month_in_words};
use crate::incidents::{Asked, Choice, Choices, Part};
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;
use crate::who::{Known, Who};

/// Events on one page of the table.
const ROWS_PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "events.html")]
struct EventsPage {
    frame: Frame,
    asked: Asked,
    keep: Vec<(&'static str, String)>,
    filters: Vec<Choices>,
    /// What the reason asked for says.
    reason: Option<&'static str>,
    all: Count,
    rows: Vec<EventLine>,
    pages: Pages,
    narrowed: bool,
    unfiltered: Link,
    csv: Link,
}

/// One event as the table tells it.
struct EventLine {
    link: Link,
    kind: &'static str,
    verdict: String,
    reason: &'static str,
    reason_meaning: &'static str,
    likely_cause: Option<String>,
    prefix: String,
    prefix_link: Option<Link>,
    related: Option<String>,
    culprit: Option<Who>,
    start: Moment,
    lasting: Lasting,
    ongoing: bool,
    end_unknown: bool,
    confidence: u8,
    peers: u32,
}

/// How many events there would be.
fn count(asked: &Asked, tallies: &[EventTally]) -> u64 {
    let meets = |tally: &&EventTally| {
        asked.kind.is_none_or(|kind| kind.code() == tally.kind)
            && asked.verdict.is_none_or(|verdict| verdict.code() == tally.verdict)
            && asked.reason.is_none_or(|reason| reason.code() == tally.reason)
    };
    tallies.iter().filter(meets).map(|tally| tally.events.unsigned_abs()).sum()
}

/// What is asked for of events: they count for no metric, and stand by time.
async fn asked_of(site: &Site, chosen: &Chosen, view: &View) -> Result<Asked, Refusal> {
    let asked = Asked::of_month(site, chosen, view).await?;
    Ok(Asked { metric: None, part: Part::default(), sort: (0, false), ..asked })
}

/// `/events`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let asked = asked_of(&site, &chosen, &view).await?;
    let id = chosen.edition.id;
    let tallies = site.store.event_tallies(id, &asked.filter_of_all()).await?;
    let link = asked.put(chosen.link_to("/events"));
    let items = usize::try_from(count(&asked, &tallies)).unwrap_or(usize::MAX);
    let pages = Pages::new(items, ROWS_PER_PAGE, view.page("page")?, "page", &link.clone().at("events"));
    let part = (ROWS_PER_PAGE as i64, pages.range().start as i64);
    let rows = site.store.events_page(id, &asked.filter_of_events(), true, part).await?;
    let all = site.store.event_tallies(id, &Filter::default()).await?;
    let known = Known::of(&site, &chosen, rows.iter().filter_map(|row| row.culprit)).await?;
    let title = format!("Detected in {}", month_in_words(&chosen.edition.head.month));
    let page = EventsPage {
        frame: Frame::of(&chosen, "incidents", &title, &link.clone().paged("page", pages.page))
            .with_feeds_like(&asked, &chosen),
        keep: asked.kept(&view),
        filters: filters(&chosen, &asked, &tallies),
        reason: asked.reason.map(|reason| reason.row().meaning),
        all: Count(count(&Asked::default(), &all)),
        rows: rows.into_iter().map(|row| line(&chosen, &known, row)).collect(),
        pages,
        narrowed: asked.narrows(),
        unfiltered: chosen.link_to("/events").at("events"),
        csv: asked.put(chosen.link_to("/events.csv")),
        asked,
    };
    reply::page(&headers, &page)
}

/// The most events that one download holds.
const DOWNLOAD_MAX: i64 = 50_000;

/// `/events.csv`: the events that the page's table holds on all its pages, in its order.
pub(crate) async fn download(State(site): State<Arc<Site>>, view: View) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let asked = asked_of(&site, &chosen, &view).await?;
    let (id, part) = (chosen.edition.id, (DOWNLOAD_MAX + 1, 0));
    let rows = site.store.events_page(id, &asked.filter_of_events(), true, part).await?;
    if rows.len() as i64 > DOWNLOAD_MAX {
        return Err(Refusal::wrong(
            format!("one download holds at most {DOWNLOAD_MAX} events"),
            "Narrow it by time, kind, economy or network, or walk through /api/events.csv part by part.",
        ));
    }
    let name = format!("attachment; filename=\"events-{}.csv\"", chosen.edition.head.month);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, events_csv(rows)).into_response())
}

fn filters(chosen: &Chosen, asked: &Asked, tallies: &[EventTally]) -> Vec<Choices> {
    let here = chosen.link_to("/events").at("events");
    // A value chosen already leads to the same without it.
    let choice = |label: &'static str, with: Asked, without: Asked, current: bool| Choice {
        label,
        count: Count(count(&with, tallies)),
        link: if current { without } else { with }.put(here.clone()),
        current,
    };
    let own = |verdict| Asked { verdict, ..asked.clone() };
    let of_kind = |kind| Asked { kind, ..asked.clone() };
    let because = |reason| Asked { reason, ..asked.clone() };
    let verdicts = Verdict::ALL.map(|verdict| {
        choice(verdict_words(verdict), own(Some(verdict)), own(None), asked.verdict == Some(verdict))
    });
    let kinds = EventKind::ALL
        .map(|kind| choice(kind.row().title, of_kind(Some(kind)), of_kind(None), asked.kind == Some(kind)));
    let reasons = REASONS.iter().map(|row| {
        choice(row.title, because(Some(row.reason)), because(None), asked.reason == Some(row.reason))
    });
    vec![
        Choices { label: "Verdict", choices: verdicts.into() },
        Choices { label: "Kind", choices: kinds.into() },
        // Reasons that something has, and the one asked for.
        Choices { label: "Reason", choices: reasons.filter(|c| c.current || c.count.0 > 0).collect() },
    ]
}

fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Incident => "incident",
        Verdict::Benign => "benign: explained",
        Verdict::Undecided => "undecided",
    }
}

fn line(chosen: &Chosen, known: &Known<'_>, row: EventRow) -> EventLine {
    let reason = row.reason.parse::<Reason>().ok().map(Reason::row);
    EventLine {
        link: chosen.link_to(format!("/event/{}", row.id)),
        kind: kind_words(&row.kind),
        reason: reason.map_or("not named", |reason| reason.title),
        reason_meaning: reason.map_or("", |reason| reason.meaning),
        prefix_link: prefix_link(chosen, &row.prefix),
        culprit: row.culprit.map(|asn| known.who(asn)),
        start: Moment(row.start),
        lasting: Lasting(row.end.saturating_sub(row.start)),
        ongoing: row.ongoing,
        end_unknown: row.end_unknown.is_some(),
        confidence: row.confidence,
        peers: row.peers,
        verdict: row.verdict,
        likely_cause: row.likely_cause,
        prefix: row.prefix,
        related: row.related,
    }
}
