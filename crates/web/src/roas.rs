//! What ROAs cover: `/roas` of the world or an area, `/roas/changes` of what changed from day to day, and the part of it
//! that pages of networks and areas show.

pub(crate) mod changes;
mod covered;
pub(crate) mod panel;
mod table;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use routing::{Date, Region, RegionKind};
use store::{ROA_MOVES, ROA_SCOPES, RoaDayRow, RoaMonthRow};

use crate::Site;
use crate::edition::Chosen;
use crate::format::{Count, counted};
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::trend::Trend;
use crate::view::View;

pub(crate) use table::area_name;

use covered::FamilyItem;
use table::{CoverLayout, CoverTable};

#[derive(Template)]
#[template(path = "roas.html")]
struct RoasPage {
    frame: Frame,
    name: String,
    is_world: bool,
    world: Link,
    /// The page of the area itself, where it has one.
    own: Option<Link>,
    routes: [Count; 2],
    left_out: Vec<(String, Count)>,
    unknown: Option<String>,
    shown: Option<Shown>,
    missing: Vec<(String, String)>,
    days: Vec<DayItem>,
    changes: Link,
    trends: Vec<Trend>,
    tables: Vec<CoverTable>,
    everybody: Option<Vec<FamilyItem>>,
}

/// The last day with a snapshot.
struct Shown {
    day: String,
    label: String,
    networks: String,
    families: Vec<FamilyItem>,
}

/// A day with a snapshot.
struct DayItem {
    day: String,
    label: String,
    vrps: Count,
    since: Option<String>,
    /// By kind: how many, and where they are listed.
    moves: Vec<(Count, Link)>,
}

/// A scope and an area of it as a visitor named them; the world otherwise.
fn focus(view: &View) -> Result<(&'static str, String), Refusal> {
    let scope = view.word("scope", &ROA_SCOPES)?.unwrap_or("world");
    let area = view.get("area").unwrap_or_default();
    let area = match scope {
        "world" => String::new(),
        "economy" => area.to_ascii_uppercase(),
        _ => area.to_ascii_lowercase(),
    };
    if area.is_empty() && !matches!(scope, "world" | "programme") {
        return Err(Refusal::wrong(
            format!("which {scope} is not said"),
            "Name it by area, such as scope=economy&area=NL.",
        ));
    }
    let known = match scope {
        "economy" => area.len() == 2 && area.bytes().all(|b| b.is_ascii_uppercase()),
        "region" | "rir" => Region::with_slug(&area)
            .is_some_and(|region| (region.kind == RegionKind::Rir) == (scope == "rir")),
        "programme" => area.is_empty() || programme::load(&area).is_ok(),
        _ => true,
    };
    match known {
        true => Ok((scope, area)),
        false => Err(Refusal::wrong(
            format!("there is no {scope} `{area}`"),
            "Write a code or slug as the tables of /roas do, such as scope=rir&area=ripencc.",
        )),
    }
}

/// What the month's coverage rests on; a publication from before it was computed says so.
pub(crate) async fn month_of(site: &Site, chosen: &Chosen) -> Result<RoaMonthRow, Refusal> {
    let found = site.store.roa_month(chosen.edition.id).await?;
    Ok(found.unwrap_or_else(|| RoaMonthRow {
        unknown: Some("this publication was made before coverage was computed".to_owned()),
        ..RoaMonthRow::default()
    }))
}

/// `/roas`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let (scope, area) = focus(&view)?;
    let id = chosen.edition.id;
    let month = month_of(&site, &chosen).await?;
    let days = site.store.roa_days(id, scope, &area).await?;
    let is_world = scope == "world";
    if days.is_empty() && !is_world && !month.days.is_empty() {
        return Err(Refusal::absent(
            format!("No route of {} `{area}` counts in {}", scope, chosen.edition.head.month),
            vec!["What ROAs cover by economy, region, registry and programme stands on /roas.".to_owned()],
        ));
    }
    let named = |link: Link| {
        let area = (!is_world).then_some(area.as_str());
        link.with_some("scope", area.map(|_| scope)).with_some("area", area)
    };
    let sorts = ["rirs", "regions", "economies", "programmes"];
    let pages = ["rirs_page", "regions_page", "page", "programmes_page"];
    let mut link = named(chosen.link_to("/roas"));
    for key in sorts.into_iter().chain(pages) {
        link = link.with_some(key, view.get(key));
    }
    let mut tables = Vec::new();
    let mut everybody = None;
    if let Some(last) = month.days.last() {
        let layout = |id, title, heading, page| CoverLayout { id, title, heading, sort: id, page };
        for (scope_of, layout) in [
            ("rir", layout("rirs", "By registry", "Registry", "rirs_page")),
            ("region", layout("regions", "By region", "Region", "regions_page")),
            ("economy", layout("economies", "By economy", "Economy", "page")),
            (
                "programme",
                layout("programmes", "Participants’ networks and everybody’s", "Networks", "programmes_page"),
            ),
        ] {
            let mut rows = site.store.roa_areas(id, scope_of, &last.day).await?;
            if scope_of == "region" {
                rows.retain(|row| Region::with_slug(&row.area).is_some_and(|r| r.kind == RegionKind::Un));
            }
            if rows.is_empty() {
                continue;
            }
            if scope_of == "programme" {
                rows.extend(site.store.roa_areas(id, "world", &last.day).await?);
            }
            let focus = (scope, area.as_str());
            let day = last.day.as_str();
            tables.push(CoverTable::new(&chosen, &view, &layout, &link, (scope_of, day), rows, focus)?);
        }
        if !is_world {
            let world = site.store.roa_areas(id, "world", &last.day).await?;
            everybody = world.first().map(|row| covered::families(&row.families));
        }
    }
    let mut trends = Vec::new();
    if !month.days.is_empty() {
        let known: Vec<_> = days.iter().map(|row| (row.day.as_str(), &row.families)).collect();
        trends.extend(covered::by_day(&month, &known));
    }
    let months = site.store.roa_months(scope, &area).await?;
    trends.extend(covered::by_month(&chosen.edition.head.month, &months));
    let name = area_name(scope, &area);
    let title = if is_world { "What ROAs cover".to_owned() } else { format!("What ROAs cover: {name}") };
    let changes = changes::link(&chosen).with_some("economy", (scope == "economy").then_some(area.as_str()));
    let page = RoasPage {
        frame: Frame::of(&chosen, "roas", &title, &link),
        own: match scope {
            "economy" => Some(chosen.link_to(format!("/economy/{area}"))),
            "region" | "rir" => Some(chosen.link_to(format!("/region/{area}"))),
            "programme" if !area.is_empty() => Some(chosen.link_to("/participants").with("programme", &area)),
            _ => None,
        },
        name,
        is_world,
        world: chosen.link_to("/roas"),
        routes: month.routes.map(Count),
        left_out: month.left_out.iter().map(|(why, n)| (why.clone(), Count(*n))).collect(),
        unknown: month.unknown.clone(),
        shown: shown(&month, &days),
        days: month.days.iter().rev().map(|day| day_item(&chosen, day)).collect(),
        missing: missing(&month),
        changes,
        trends,
        tables,
        everybody,
    };
    reply::page(&headers, &page)
}

fn shown(month: &RoaMonthRow, days: &[RoaDayRow]) -> Option<Shown> {
    let last = month.days.last()?;
    let row = days.iter().find(|row| row.day == last.day)?;
    Some(Shown {
        day: last.day.clone(),
        label: last.label.clone(),
        networks: counted(row.networks, "network", "networks"),
        families: covered::families(&row.families),
    })
}

fn day_item(chosen: &Chosen, day: &store::RoaCalendarRow) -> DayItem {
    let moved = |kind: &&'static str| {
        let n = day.moves.get(*kind).copied().unwrap_or(0);
        (Count(n), changes::link(chosen).with("day", &day.day).with("move", *kind))
    };
    DayItem {
        day: day.day.clone(),
        label: day.label.clone(),
        vrps: Count(day.vrps),
        since: day.since.clone(),
        moves: ROA_MOVES.iter().map(moved).collect(),
    }
}

/// Days without a snapshot, those for one reason together: `2024-05-01 to 2024-05-03, 2024-05-05`.
fn missing(month: &RoaMonthRow) -> Vec<(String, String)> {
    let mut reasons: Vec<(String, Vec<(Date, Date)>)> = Vec::new();
    for (day, why) in &month.missing {
        let Ok(day) = day.parse::<Date>() else { continue };
        let place = reasons.iter().position(|(known, _)| known == why).unwrap_or_else(|| {
            reasons.push((why.clone(), Vec::new()));
            reasons.len() - 1
        });
        let runs = &mut reasons[place].1;
        match runs.last_mut() {
            Some((_, last)) if last.0 + 1 == day.0 => *last = day,
            _ => runs.push((day, day)),
        }
    }
    let run = |(first, last): &(Date, Date)| match first == last {
        true => first.to_string(),
        false => format!("{first} to {last}"),
    };
    let told = |runs: Vec<(Date, Date)>| runs.iter().map(run).collect::<Vec<_>>().join(", ");
    reasons.into_iter().map(|(why, runs)| (why, told(runs))).collect()
}
