mod charts;
mod states;

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use routing::{Region, RegionKind};
use store::{AggregateRow, Filter, GradeCounts};

use crate::Site;
use crate::area::{AreaTable, Layout, grades, mean_of};
use crate::bar::Bar;
use crate::edition::{Areas, Chosen};
use crate::event::EventItem;
use crate::format::{Count, Score, counted};
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::score::{ScoreWords, score_words};
use crate::trend::Trend;
use crate::view::View;

use charts::ScoreMap;
use states::States;

/// How many events the world page lists.
const EVENTS_MAX: i64 = 12;

/// How many networks are asked why a score that nobody has is unknown.
const ASKED_WHY_MAX: i64 = 24;

#[derive(Template)]
#[template(path = "world.html")]
struct WorldPage {
    frame: Frame,
    world: Option<WorldFacts>,
    warnings: Vec<String>,
    scores: Vec<WorldScore>,
    map: Option<ScoreMap>,
    trends: [Trend; 2],
    states: States,
    events: Vec<EventItem>,
    economies: AreaTable,
    economies_csv: Link,
    regions: Vec<(&'static str, &'static str, AreaTable)>,
}

/// The world in numbers.
struct WorldFacts {
    networks: String,
    routes: [Count; 2],
    /// Kinds of events judged incidents, how many, and where they are listed.
    event_kinds: Vec<(&'static str, Count, Link)>,
    event_total: (Count, Link),
}

/// One score of all networks.
struct WorldScore {
    words: ScoreWords,
    mean: Option<Score>,
    /// Whom the mean is of, and whom not.
    of: String,
    /// Why nobody has it.
    unknown: Vec<String>,
    bar: Bar,
}

/// `/`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let (id, framework) = (chosen.edition.id, chosen.framework.id.as_str());
    let areas = chosen.edition.areas(&site.store, framework).await?;
    let world = areas.world.as_ref();
    let incidents = Filter { verdict: Some("incident".to_owned()), ..Filter::default() };
    let events = site.store.events_page(id, &incidents, true, (EVENTS_MAX, 0)).await?;
    let history = site.store.aggregate_history(framework, "world", "").await?;
    let (regions, economies) = tables(&chosen, &view, areas)?;
    let title = format!("Routing security in {}", crate::frame::month_in_words(&chosen.edition.head.month));
    let scores = match world {
        Some(world) => scores(&site, &chosen, &world.scores).await?,
        None => Vec::new(),
    };
    let shown = chosen.edition.head.month.as_str();
    let page = WorldPage {
        frame: Frame::of(&chosen, "world", &title, &economies.link)
            .with_feeds("/incidents", "Routing incidents"),
        warnings: warnings(&chosen, world),
        map: charts::score_map(&chosen, &view, &scores, &areas.economies, &economies.link)?,
        trends: [
            Trend::of_area("scores-by-month", chosen.rules, shown, &history),
            Trend::events_of_area("events-by-month", shown, &history, &history),
        ],
        scores,
        states: States::of(&chosen.edition.head.summary),
        events: events.into_iter().map(|row| EventItem::new(&chosen, row, None)).collect(),
        world: world.map(|world| facts(&chosen, world)),
        regions,
        economies_csv: Link::to("/api/economies.csv")
            .with("month", shown)
            .with("framework", framework)
            .with("limit", "1000"),
        economies,
    };
    reply::page(&headers, &page)
}

/// The tables of regions, each under its fragment and title, and of economies.
#[allow(clippy::type_complexity)]
fn tables(
    chosen: &Chosen,
    view: &View,
    areas: &Areas,
) -> Result<(Vec<(&'static str, &'static str, AreaTable)>, AreaTable), Refusal> {
    let of_kind = |kind: RegionKind| {
        let fits = |row: &&AggregateRow| Region::with_slug(&row.area).is_some_and(|r| r.kind == kind);
        areas.regions.iter().filter(fits).collect::<Vec<_>>()
    };
    let link = chosen
        .link_to("/")
        .with_some("score", view.get("score"))
        .with_some("sort", view.get("sort"))
        .with_some("regions", view.get("regions"))
        .with_some("registries", view.get("registries"));
    let regions_of = |sort, page, heading, kind| {
        AreaTable::new(chosen, view, &Layout::new(&link, view, sort, page, heading), of_kind(kind))
    };
    let regions = vec![
        ("regions", "UN regions", regions_of("regions", "regions_page", "Region", RegionKind::Un)?),
        (
            "registries",
            "Registries",
            regions_of("registries", "registries_page", "Registry", RegionKind::Rir)?,
        ),
    ];
    let economies = AreaTable::new(
        chosen,
        view,
        &Layout::new(&link, view, "sort", "page", "Economy"),
        areas.economies.iter().collect(),
    )?;
    Ok((regions, economies))
}

fn facts(chosen: &Chosen, world: &AggregateRow) -> WorldFacts {
    let listed = chosen.link_to("/events").with("verdict", "incident");
    let total = world.events.values().sum();
    WorldFacts {
        networks: counted(world.networks, "network", "networks"),
        routes: world.routes.map(Count),
        event_kinds: world
            .events
            .iter()
            .map(|(kind, n)| (crate::event::kind_words(kind), Count(*n), listed.clone().with("kind", kind)))
            .collect(),
        event_total: (Count(total), listed),
    }
}

fn warnings(chosen: &Chosen, world: Option<&AggregateRow>) -> Vec<String> {
    let mut warnings = Vec::new();
    if world.is_some_and(|world| world.partial) {
        warnings.push(
            "Partial: the delegation file of at least one registry is missing, so networks that announced \
             nothing may be missing too."
                .to_owned(),
        );
    }
    let unused: Vec<&str> =
        chosen.edition.sources.iter().filter(|s| !s.used).map(|s| s.name.as_str()).collect();
    if !unused.is_empty() {
        warnings.push(format!("Not used: {}. The sources page says why.", unused.join(", ")));
    }
    let listed = chosen.edition.head.summary.get("warnings").and_then(|list| list.as_array());
    warnings.extend(listed.into_iter().flatten().filter_map(|text| text.as_str()).map(str::to_owned));
    warnings
}

async fn scores(site: &Site, chosen: &Chosen, counts: &[GradeCounts]) -> Result<Vec<WorldScore>, Refusal> {
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if counts.iter().any(|score| score.mean.is_none()) {
        let (id, framework) = (chosen.edition.id, chosen.framework.id.as_str());
        for row in site.store.readiness_of_all(id, framework, -1, ASKED_WHY_MAX).await? {
            for score in row.scores {
                let reasons = reasons.entry(score.key).or_default();
                reasons.extend(score.unknown.filter(|why| !reasons.contains(why)));
            }
        }
    }
    let mut score = |score: &GradeCounts| WorldScore {
        words: score_words(chosen.rules, &score.key),
        mean: score.mean.map(Score),
        of: mean_of(score),
        unknown: match score.mean {
            Some(_) => Vec::new(),
            None => reasons.remove(&score.key).unwrap_or_default(),
        },
        bar: grades(score),
    };
    Ok(counts.iter().map(&mut score).collect())
}
