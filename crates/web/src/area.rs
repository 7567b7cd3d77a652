//! Economies and regions: their scores beside the world's, their parts, and every network of theirs.

pub(crate) mod networks;
mod place;
mod table;

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use routing::{Region, RegionKind, economy_name};
use store::{AggregateRow, GradeCounts};

use crate::Site;
use crate::bar::Bar;
use crate::edition::Chosen;
use crate::format::{Count, Score, counted};
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::roas::panel::Panel;
use crate::score::{ScoreWords, score_words};
use crate::trend::Trend;
use crate::view::View;

use networks::{Asked, Listing, Networks};

pub(crate) use place::Place;
pub(crate) use table::{AreaTable, Layout, grades, mean_of};

/// How many participants an economy's page names.
const PARTICIPANTS_NAMED_MAX: usize = 40;

#[derive(Template)]
#[template(path = "area.html")]
struct AreaPage {
    frame: Frame,
    kind: String,
    name: String,
    within: Vec<(&'static str, Link)>,
    partial: bool,
    networks_count: String,
    routes: [Count; 2],
    scores: Vec<AreaScore>,
    event_kinds: Vec<(&'static str, Count)>,
    /// The incidents of an economy; of a region there is no list of its own.
    incidents: Option<Link>,
    trends: [Trend; 2],
    history: Link,
    compare: Link,
    roas: Panel,
    parts: Option<AreaTable>,
    economies: Option<AreaTable>,
    participants: Vec<String>,
    participants_more: usize,
    participants_link: Link,
    networks: Networks,
}

/// One score of an area, beside the world's.
struct AreaScore {
    words: ScoreWords,
    mean: Option<Score>,
    /// Whom the mean is of, and whom not.
    of: String,
    world: Option<Score>,
    bar: Bar,
}

/// `/economy/{code}`
pub(crate) async fn economy(
    state: State<Arc<Site>>,
    code: Result<Path<String>, PathRejection>,
    uri: Uri,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let code = read(code, "Write it like /economy/NL.")?;
    let place = read_economy(&code)?;
    show(state.0, place, &code, &uri, &view, &headers).await
}

/// `/region/{slug}`
pub(crate) async fn region(
    state: State<Arc<Site>>,
    slug: Result<Path<String>, PathRejection>,
    uri: Uri,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let slug = read(slug, "Write it like /region/europe.")?;
    let place = read_region(&slug)?;
    show(state.0, place, &slug, &uri, &view, &headers).await
}

/// `/economy/{code}/networks.csv`: the networks that the page's table holds on all its pages, in its order.
pub(crate) async fn economy_csv(
    state: State<Arc<Site>>,
    code: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let code = read(code, "Write it like /economy/NL/networks.csv.")?;
    download(&state.0, &read_economy(&code)?, &view).await
}

/// `/region/{slug}/networks.csv`: the networks that the page's table holds on all its pages, in its order.
pub(crate) async fn region_csv(
    state: State<Arc<Site>>,
    slug: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let slug = read(slug, "Write it like /region/europe/networks.csv.")?;
    download(&state.0, &read_region(&slug)?, &view).await
}

fn read(text: Result<Path<String>, PathRejection>, advice: &str) -> Result<String, Refusal> {
    text.map(|Path(text)| text).map_err(|_| Refusal::wrong("the address cannot be read", advice))
}

pub(crate) fn read_economy(text: &str) -> Result<Place, Refusal> {
    let code = text.to_ascii_uppercase();
    if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Refusal::wrong(
            format!("`{text}` is not an economy"),
            "Write the two letters of ISO 3166-1, such as /economy/NL.",
        ));
    }
    Ok(Place::Economy(code))
}

pub(crate) fn read_region(text: &str) -> Result<Place, Refusal> {
    Region::with_slug(text).map(Place::Region).ok_or_else(|| {
        let all: Vec<&str> = Region::all().map(|region| region.slug).collect();
        Refusal::absent(format!("There is no region `{text}`"), vec![format!("Regions: {}.", all.join(", "))])
    })
}

async fn show(
    site: Arc<Site>,
    place: Place,
    written: &str,
    uri: &Uri,
    view: &View,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let path = place.path();
    if place.key().1 != written {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(Redirect::permanent(&format!("{path}{query}")).into_response());
    }
    let chosen = site.choose(view).await?;
    let asked = Asked::of(view)?;
    let areas = chosen.edition.areas(&site.store, &chosen.framework.id).await?;
    let (scope, code) = place.key();
    let Some(area) = areas.find(scope, code) else { return Err(empty(&chosen, &place)) };
    let listing = listing(&site, &chosen).await?;
    let members = place.members(listing.directory);
    let networks = Networks::new(&chosen, &asked, listing, &members, &path, view.page("page")?);
    let base = asked.put(chosen.link_to(&path)).paged("page", networks.pages.page);
    let (parts, economies) = match &place {
        Place::Region(region) if region.kind != RegionKind::Rir => {
            let is_part = |row: &&AggregateRow| region.parts().iter().any(|part| part.slug == row.area);
            let regions = areas.regions.iter().filter(is_part).collect();
            let inside = areas.economies.iter().filter(|row| place.holds_economy(&row.area)).collect();
            let parts = Layout::new(&base, view, "parts", "parts_page", "Sub-region");
            let parts = AreaTable::new(&chosen, view, &parts, regions)?;
            let layout = Layout::new(&base, view, "economies", "economies_page", "Economy");
            (
                Some(parts).filter(|table| !table.rows.is_empty()),
                Some(AreaTable::new(&chosen, view, &layout, inside)?),
            )
        }
        _ => (None, None),
    };
    let link = economies.as_ref().map_or_else(|| base.clone(), |table| table.link.clone());
    let (participants, participants_more) = participants(&chosen, &place);
    let history = site.store.aggregate_history(&chosen.framework.id, scope, code).await?;
    let of_world = site.store.aggregate_history(&chosen.framework.id, "world", "").await?;
    let shown = chosen.edition.head.month.as_str();
    let frame = Frame::of(&chosen, scope, &format!("Routing security in {}", place.name()), &link);
    let page = AreaPage {
        frame: match scope {
            "economy" => {
                let title = format!("Routing incidents of networks of {}", place.name());
                frame.with_feeds(&format!("/economy/{code}/incidents"), &title)
            }
            _ => frame,
        },
        kind: place.kind(),
        name: place.name().to_owned(),
        within: place
            .within()
            .into_iter()
            .map(|region| (region.name, chosen.link_to(format!("/region/{}", region.slug))))
            .collect(),
        partial: area.partial,
        networks_count: counted(area.networks, "network", "networks"),
        routes: area.routes.map(Count),
        scores: scores(&chosen, area, areas.world.as_ref()),
        event_kinds: area
            .events
            .iter()
            .map(|(kind, n)| (crate::event::kind_words(kind), Count(*n)))
            .collect(),
        trends: [
            Trend::of_area("scores-by-month", chosen.rules, shown, &history),
            Trend::events_of_area("events-by-month", shown, &of_world, &history),
        ],
        history: chosen.link_to(format!("{path}/history")),
        compare: chosen.link_to("/compare").with("subjects", format!("{scope}:{code};world")),
        roas: Panel::of_area(&site, &chosen, scope, code).await?,
        parts,
        economies,
        incidents: economy_of(&place).map(|code| chosen.link_to("/incidents").with("economy", code)),
        participants,
        participants_more,
        participants_link: chosen.link_to("/participants").with_some("economy", economy_of(&place)),
        networks,
    };
    reply::page(headers, &page)
}

async fn download(site: &Site, place: &Place, view: &View) -> Result<Response, Refusal> {
    let chosen = site.choose(view).await?;
    let asked = Asked::of(view)?;
    let listing = listing(site, &chosen).await?;
    let members = place.members(listing.directory);
    if members.is_empty() {
        return Err(empty(&chosen, place));
    }
    let places = asked.pick(listing, &members);
    let name =
        format!("attachment; filename=\"{}-networks-{}.csv\"", place.key().1, chosen.edition.head.month);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, networks::write(listing, &places)).into_response())
}

pub(crate) async fn listing<'a>(site: &Site, chosen: &'a Chosen) -> Result<Listing<'a>, Refusal> {
    Ok(Listing {
        directory: chosen.edition.directory(&site.store).await?,
        columns: chosen.edition.columns(&site.store, &chosen.framework.id).await?,
    })
}

fn economy_of(place: &Place) -> Option<&str> {
    match place {
        Place::Economy(code) => Some(code),
        Place::Region(_) => None,
    }
}

fn empty(chosen: &Chosen, place: &Place) -> Refusal {
    let month = &chosen.edition.head.month;
    let advice = [
        match place {
            Place::Economy(code) if economy_name(code).is_none() => {
                format!("{code} is not a code that registries use.")
            }
            _ => "An economy is known from the delegation files: the file of its registry may not be loaded."
                .to_owned(),
        },
        format!("It may be in another month. Published: {}.", chosen.months.join(", ")),
    ];
    Refusal::absent(format!("No network of {month} is registered in {}", place.name()), advice.to_vec())
}

fn scores(chosen: &Chosen, area: &AggregateRow, world: Option<&AggregateRow>) -> Vec<AreaScore> {
    let score = |score: &GradeCounts| AreaScore {
        words: score_words(chosen.rules, &score.key),
        mean: score.mean.map(Score),
        of: mean_of(score),
        world: world
            .and_then(|world| world.scores.iter().find(|of_world| of_world.key == score.key))
            .and_then(|of_world| of_world.mean.map(Score)),
        bar: grades(score),
    };
    area.scores.iter().map(score).collect()
}

/// Participants that serve an economy, by name, and how many more there are.
fn participants(chosen: &Chosen, place: &Place) -> (Vec<String>, usize) {
    let Some(code) = economy_of(place) else { return (Vec::new(), 0) };
    let serves = |row: &&store::ParticipantRow| row.areas.iter().any(|area| area == code);
    let mut names: Vec<String> =
        chosen.edition.participants.iter().filter(serves).map(|row| row.organisation.clone()).collect();
    names.sort();
    names.dedup();
    let more = names.len().saturating_sub(PARTICIPANTS_NAMED_MAX);
    names.truncate(PARTICIPANTS_NAMED_MAX);
    (names, more)
}
