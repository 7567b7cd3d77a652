//! `/network/{asn}/fixes`: the exact repairs of everything that fails, and what they lead to.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use measure::framework::Framework;
use routing::Asn;
use simulation::fixes::{Item, Pack, PartIn, Subject};
use simulation::whatif::WhatIfError;
use store::{NetworkRow, StoreError};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::Site;
use crate::edition::Chosen;
use crate::format::Count;
use crate::frame::Frame;
use crate::link::{Link, Pages};
use crate::network::{read_asn, unknown_network};
use crate::refusal::Refusal;
use crate::reply;
use crate::score::score_words;
use crate::trial;
use crate::view::View;

/// Failing items on one page.
const ITEMS_PER_PAGE: usize = 40;

#[derive(Template)]
#[template(path = "fixes.html")]
struct FixesPage {
    frame: Frame,
    asn: String,
    name: Option<String>,
    network: Link,
    pack: Pack,
    items: Vec<ItemLine>,
    pages: Pages,
    /// By score: its title and how many routes, events and other things fail it.
    counts: Vec<(String, Count)>,
    download: Link,
    api: Link,
    try_out: Option<Link>,
}

struct ItemLine {
    score: String,
    /// Whether the one before is of another score.
    first: bool,
    item: Item,
    /// Its events: prefix and page.
    events: Vec<(String, Link)>,
    /// Per repair, where its changes are tried out.
    tried: Vec<Option<Link>>,
}

/// A pack, made beside the threads that answer visitors.
pub(crate) async fn pack(
    site: &Site,
    chosen: &Chosen,
    network: &NetworkRow,
    framework: Framework,
) -> Result<JoinHandle<Result<Pack, WhatIfError>>, StoreError> {
    let events = site.store.events_of(chosen.edition.id, network.asn).await?;
    let folder = site.lake.generation(&chosen.edition.head.generation);
    let (month, network) = (chosen.edition.head.month.clone(), network.clone());
    Ok(spawn_blocking(move || make(&folder, &month, &network, &events, &framework)))
}

fn make(
    folder: &std::path::Path,
    month: &str,
    network: &NetworkRow,
    events: &[store::EventRow],
    framework: &Framework,
) -> Result<Pack, WhatIfError> {
    let subject = Subject::of(folder, network, events)?;
    simulation::fixes::fixes(folder, month, &subject, framework)
}

struct Made {
    chosen: Chosen,
    network: NetworkRow,
    pack: Pack,
}

async fn made(site: &Site, asn: Asn, view: &View) -> Result<Made, Refusal> {
    let chosen = site.choose(view).await?;
    let network = site.store.network(chosen.edition.id, asn.0).await?;
    let Some(network) = network else { return Err(unknown_network(&chosen, asn)) };
    let no_rules = || {
        let id = &chosen.framework.id;
        Refusal::absent(format!("The rules of framework {id} are not at hand"), Vec::new())
    };
    let framework = trial::framework(site, &chosen.edition, &chosen.framework.id)?.ok_or_else(no_rules)?;
    let pack = pack(site, &chosen, &network, framework).await?.await??;
    Ok(Made { chosen, network, pack })
}

/// `/network/{asn}/fixes`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    asn: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (asn, canonical) = read_asn(asn)?;
    let page = view.page("page")?;
    if !canonical {
        let link = Link::to(format!("/network/{asn}/fixes"));
        let link = link.with_some("month", view.get("month")).with_some("framework", view.get("framework"));
        return Ok(Redirect::permanent(&link.to_string()).into_response());
    }
    let Made { chosen, network, pack } = made(&site, asn, &view).await?;
    let path = format!("/network/{asn}/fixes");
    let link = chosen.link_to(&path);
    let pages = Pages::new(pack.items.len(), ITEMS_PER_PAGE, page, "page", &link);
    let title = |item: &Item| match item.score {
        Some(key) => score_words(chosen.rules, key).title,
        None => "Shown, part of no score".to_owned(),
    };
    let what_if = |changes: &[String]| {
        let link = chosen.link_to("/whatif").with("changes", changes.join("\n"));
        (!changes.is_empty()).then(|| link.with("as", asn.to_string()))
    };
    let mut counts: Vec<(String, u64)> = Vec::new();
    for item in &pack.items {
        let (title, failing) = (title(item), item.events.len().max(1) as u64);
        match counts.iter_mut().find(|(known, _)| *known == title) {
            Some((_, n)) => *n += failing,
            None => counts.push((title, failing)),
        }
    }
    let mut before = None;
    let lines = pack.items[pages.range()].iter().map(|item| {
        let first = before != Some(item.score);
        before = Some(item.score);
        let tried = item.fixes.iter().map(|fix| what_if(&fix.changes)).collect();
        let event = |part: &PartIn| (part.prefix.clone(), chosen.link_to(format!("/event/{}", part.event)));
        let events = item.events.iter().map(event).collect();
        ItemLine { score: title(item), first, item: item.clone(), events, tried }
    });
    let lines: Vec<ItemLine> = lines.collect();
    let tried = pack.outcome.as_ref().map(|outcome| outcome.changes.as_slice()).unwrap_or_default();
    // More changes than one question takes cannot be asked at once.
    let tried = if tried.len() <= simulation::whatif::CHANGES_MAX { tried } else { &[] };
    let page = FixesPage {
        frame: Frame::of(
            &chosen,
            "network",
            &format!("Fix pack of {asn}"),
            &link.clone().paged("page", pages.page),
        ),
        asn: asn.to_string(),
        name: network.name.clone(),
        network: chosen.link_to(format!("/network/{asn}")),
        items: lines,
        pages,
        counts: counts.into_iter().map(|(title, n)| (title, Count(n))).collect(),
        download: chosen.link_to(format!("{path}.txt")),
        api: Link::to(format!("/api/networks/{asn}/fixes"))
            .with("month", &chosen.edition.head.month)
            .with("framework", &chosen.framework.id),
        try_out: what_if(tried),
        pack,
    };
    reply::page(&headers, &page)
}

/// `/network/{asn}/fixes.txt`
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    asn: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let (asn, _) = read_asn(asn)?;
    let Made { pack, .. } = made(&site, asn, &view).await?;
    let name = format!("attachment; filename=\"{asn}-fixes-{}.txt\"", pack.month);
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, pack.to_text()).into_response())
}
