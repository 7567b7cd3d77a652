//! `/roas/changes`: routes whose state changed from one snapshot to the next, and why.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use routing::{Asn, Prefix};
use store::{ROA_MOVES, RoaChangeFilter, RoaChangeRow};

use super::month_of;
use crate::Site;
use crate::edition::Chosen;
use crate::event::prefix_link;
use crate::format::{Count, count};
use crate::frame::{Choice, Frame, month_in_words};
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::reply;
use crate::sign::Sign;
use crate::view::View;

/// Changes on one page of the list.
const PER_PAGE: usize = 50;

/// A route whose state changed, as a page tells it.
pub(crate) struct ChangeItem {
    pub(crate) day: String,
    pub(crate) since: String,
    pub(crate) prefix: String,
    pub(crate) prefix_link: Option<Link>,
    pub(crate) asn: Asn,
    pub(crate) network: Link,
    pub(crate) economy: Option<String>,
    pub(crate) before: Sign,
    pub(crate) after: Sign,
    pub(crate) because: String,
}

#[derive(Template)]
#[template(path = "roa_changes.html")]
struct ChangesPage {
    frame: Frame,
    month_words: String,
    unknown: Option<String>,
    kinds: Vec<(Choice, Count)>,
    days: Vec<(String, bool)>,
    day: Option<String>,
    network: String,
    economy: String,
    prefix: String,
    kind: Option<&'static str>,
    month: Option<String>,
    framework: Option<String>,
    filtered: bool,
    unfiltered: Link,
    coverage: Link,
    csv: Link,
    all: Count,
    changes: Vec<ChangeItem>,
    pages: Pages,
}

impl ChangesPage {
    /// Whether the form lists a day.
    fn has(&self, day: &str) -> bool {
        self.days.iter().any(|(name, _)| name == day)
    }
}

/// The page of all changes of the month.
pub(crate) fn link(chosen: &Chosen) -> Link {
    chosen.link_to("/roas/changes")
}

/// What kind of change, in words.
pub(crate) fn kind_words(kind: &str) -> &'static str {
    match kind {
        "turned_valid" => "turned valid",
        "turned_invalid" => "turned invalid",
        "uncovered" => "no longer covered",
        "other_reason" => "invalid for another reason",
        _ => "changed",
    }
}

/// Changes as a page tells them.
pub(crate) fn items(chosen: &Chosen, rows: Vec<RoaChangeRow>) -> Vec<ChangeItem> {
    let item = |row: RoaChangeRow| ChangeItem {
        prefix_link: prefix_link(chosen, &row.prefix),
        asn: Asn(row.asn),
        network: chosen.link_to(format!("/network/{}", Asn(row.asn))),
        before: Sign::roa(&row.before),
        after: Sign::roa(&row.after),
        day: row.day,
        since: row.since,
        prefix: row.prefix,
        economy: row.economy,
        because: row.because,
    };
    rows.into_iter().map(item).collect()
}

/// What a visitor asks for.
fn asked(view: &View) -> Result<RoaChangeFilter, Refusal> {
    let network = match view.get("network") {
        Some(text) => Some(
            text.parse::<Asn>()
                .map_err(|error| Refusal::wrong(error.to_string(), "Write it like network=AS64500."))?,
        ),
        None => None,
    };
    let economy = view.get("economy").map(str::to_ascii_uppercase);
    if let Some(code) =
        economy.as_deref().filter(|code| !(code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())))
    {
        return Err(Refusal::wrong(
            format!("`{code}` is not the code of an economy"),
            "Write two letters (ISO 3166-1 alpha-2), such as economy=NL.",
        ));
    }
    let prefix = match view.get("prefix") {
        Some(text) => Some(
            text.parse::<Prefix>()
                .map_err(|error| Refusal::wrong(error.to_string(), "Write it like prefix=192.0.2.0/24."))?,
        ),
        None => None,
    };
    let day = match view.get("day") {
        Some(text) => Some(
            text.parse::<routing::Date>()
                .map_err(|error| Refusal::wrong(error.to_string(), "Write it like day=2024-05-03."))?
                .to_string(),
        ),
        None => None,
    };
    let kind = view.word("move", &ROA_MOVES)?.map(str::to_owned);
    Ok(RoaChangeFilter { day, network: network.map(|asn| asn.0), economy, kind, prefix })
}

fn put(filter: &RoaChangeFilter, link: Link) -> Link {
    link.with_some("day", filter.day.as_deref())
        .with_some("network", filter.network.map(|asn| Asn(asn).to_string()).as_deref())
        .with_some("economy", filter.economy.as_deref())
        .with_some("prefix", filter.prefix.map(|prefix| prefix.to_string()).as_deref())
        .with_some("move", filter.kind.as_deref())
}

/// `/roas/changes`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let filter = asked(&view)?;
    let id = chosen.edition.id;
    let month = month_of(&site, &chosen).await?;
    let of_every_kind = RoaChangeFilter { kind: None, ..filter.clone() };
    let counts = site.store.roa_change_counts(id, &of_every_kind).await?;
    let of = |kind: Option<&str>| match kind {
        Some(kind) => counts.get(kind).copied().unwrap_or(0),
        None => counts.values().sum(),
    };
    let shown = usize::try_from(of(filter.kind.as_deref())).unwrap_or(0);
    let here = |kind: Option<&str>| {
        put(&RoaChangeFilter { kind: kind.map(str::to_owned), ..filter.clone() }, link(&chosen))
    };
    let own = here(filter.kind.as_deref());
    let pages = Pages::new(shown, PER_PAGE, view.page("page")?, "page", &own);
    let part = (PER_PAGE as i64, pages.range().start as i64);
    let rows = site.store.roa_changes(id, &filter, 0, part).await?;
    let choice = |label: &str, kind: Option<&'static str>| {
        let current = filter.kind.as_deref() == kind;
        (Choice { label: label.to_owned(), link: here(kind), current }, count(of(kind)))
    };
    let mut kinds = vec![choice("All", None)];
    kinds.extend(ROA_MOVES.iter().map(|kind| choice(kind_words(kind), Some(kind))));
    let month_words = month_in_words(&chosen.edition.head.month);
    let title = format!("What changed of ROAs in {month_words}");
    let csv = Link::to("/api/roas/changes.csv").with("month", &chosen.edition.head.month);
    let page = ChangesPage {
        frame: Frame::of(&chosen, "roas", &title, &own.clone().paged("page", pages.page)),
        month_words,
        unknown: month.unknown.clone(),
        kinds,
        days: month
            .days
            .iter()
            .rev()
            .filter(|day| day.since.is_some())
            .map(|day| (day.day.clone(), filter.day.as_ref() == Some(&day.day)))
            .collect(),
        network: filter.network.map(|asn| Asn(asn).to_string()).unwrap_or_default(),
        economy: filter.economy.clone().unwrap_or_default(),
        prefix: filter.prefix.map(|prefix| prefix.to_string()).unwrap_or_default(),
        kind: ROA_MOVES.iter().copied().find(|kind| filter.kind.as_deref() == Some(*kind)),
        month: view.get("month").map(str::to_owned),
        framework: view.get("framework").map(str::to_owned),
        filtered: filter != RoaChangeFilter::default(),
        unfiltered: link(&chosen),
        coverage: chosen.link_to("/roas"),
        csv: put(&filter, csv).with("limit", "1000"),
        all: count(of(None)),
        day: filter.day,
        changes: items(&chosen, rows),
        pages,
    };
    reply::page(&headers, &page)
}
