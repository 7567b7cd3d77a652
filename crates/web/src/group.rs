//! `/group/{members}`: a list of networks, or those of an as-set as of the month, seen together.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use store::EventRow;

use crate::Site;
use crate::area::listing;
use crate::area::networks::{self, Asked, Networks};
use crate::compare::Comparison;
use crate::compare::column::{Group, group_title};
use crate::compare::subject::{At, LIST_MAX, Members, Subject, TEXT_BYTES_MAX, members};
use crate::compare::table::Section;
use crate::edition::Chosen;
use crate::event::EventItem;
use crate::format::counted;
use crate::frame::Frame;
use crate::history::{self, Charts};
use crate::link::{Encoded, Link};
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

/// Events on the page: the latest.
const EVENTS_MAX: usize = 10;

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage {
    frame: Frame,
    title: String,
    of_set: bool,
    networks_count: String,
    notes: Vec<String>,
    sections: Vec<Section>,
    charts: Charts,
    months: usize,
    events: Vec<EventItem>,
    compare: Link,
    members_link: Link,
    networks: Networks,
}

#[derive(Template)]
#[template(path = "group_form.html")]
struct FormPage {
    frame: Frame,
    month: Option<String>,
    framework: Option<String>,
    list_max: usize,
}

/// `/group`: a form, and where it leads.
pub(crate) async fn form(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let Some(text) = view.get("members") else {
        let page = FormPage {
            frame: Frame::of(&chosen, "compare", "A group of networks", &chosen.link_to("/group")),
            month: view.get("month").map(str::to_owned),
            framework: view.get("framework").map(str::to_owned),
            list_max: LIST_MAX,
        };
        return reply::page(&headers, &page);
    };
    let members = read(text)?;
    Ok(Redirect::to(&chosen.link_to(path_of(&members)).to_string()).into_response())
}

/// `/group/{members}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    text: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let members = named(text)?;
    let chosen = site.choose(&view).await?;
    let asked = Asked::of(&view)?;
    let path = path_of(&members);
    let at = At { subject: Subject::Group(members.clone()), month: None, framework: None };
    let comparison = Comparison::of(&site, &view, vec![at.clone()]).await?;
    let Comparison { columns, sections } = comparison;
    let [column] = &columns[..] else { unreachable!("one subject is one column") };
    let history = crate::compare::history_of_group(&site, &view, column).await?;
    let listing = listing(&site, &chosen).await?;
    let places: Vec<usize> = column.asns.iter().filter_map(|asn| listing.directory.index(*asn)).collect();
    let networks = Networks::new(&chosen, &asked, listing, &places, &path, view.page("page")?);
    let link = asked.put(chosen.link_to(&path)).paged("page", networks.pages.page);
    let events = site.store.incident_events_among(chosen.edition.id, &column.asns, EVENTS_MAX).await?;
    let title = column.title.clone();
    let subjects = format!("{at};world");
    let page = GroupPage {
        frame: Frame::of(&chosen, "compare", &format!("Routing security of {title}"), &link)
            .with_feeds(&format!("{path}/incidents"), &format!("Routing incidents of {title}")),
        title,
        of_set: matches!(members, Members::Set(_)),
        networks_count: counted(column.asns.len() as u64, "network", "networks"),
        notes: column.notes.clone(),
        sections,
        charts: Charts::new(&chosen, &history),
        months: history::months(&history).len(),
        events: events.into_iter().map(|row| EventItem::new(&chosen, row, None)).collect(),
        compare: chosen.link_to("/compare").with("subjects", subjects),
        members_link: chosen.link_to("/group"),
        networks,
    };
    reply::page(&headers, &page)
}

/// `/group/{members}/networks.csv`: the networks that the page's table holds on all its pages, in its order.
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    text: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let (chosen, group, _) = found(&site, text, &view).await?;
    let asked = Asked::of(&view)?;
    let listing = listing(&site, &chosen).await?;
    let places: Vec<usize> = group.asns.iter().filter_map(|asn| listing.directory.index(*asn)).collect();
    let places = asked.pick(listing, &places);
    let name = format!("attachment; filename=\"group-networks-{}.csv\"", chosen.edition.head.month);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, networks::write(listing, &places)).into_response())
}

/// The group that a path names, in the month of a view.
pub(crate) async fn found(
    site: &Site,
    text: Result<Path<String>, PathRejection>,
    view: &View,
) -> Result<(Chosen, Group, Members), Refusal> {
    let members = named(text)?;
    let chosen = site.choose(view).await?;
    let group = Group::of(site, &chosen, &members).await?;
    Ok((chosen, group, members))
}

/// What its incidents are listed from: events that one of its networks caused or suffered.
pub(crate) async fn events(
    site: &Site,
    chosen: &Chosen,
    group: &Group,
    limit: usize,
) -> Result<Vec<EventRow>, Refusal> {
    Ok(site.store.incident_events_among(chosen.edition.id, &group.asns, limit).await?)
}

/// What a group is called in a title.
pub(crate) fn title_of(members: &Members, group: &Group) -> String {
    group_title(members, group.asns.len() + group.absent.len())
}

/// The address of a group's page.
pub(crate) fn path_of(members: &Members) -> String {
    format!("/group/{}", Encoded(&members.to_string()))
}

fn named(text: Result<Path<String>, PathRejection>) -> Result<Members, Refusal> {
    let Path(text) = text.map_err(|_| Refusal::wrong("the address names no group", ADVICE))?;
    read(&text)
}

const ADVICE: &str = "Write it like /group/64500,64501 or /group/AS-EXAMPLE.";

fn read(text: &str) -> Result<Members, Refusal> {
    if text.len() > TEXT_BYTES_MAX {
        let why = format!("the list takes {} bytes, an address carries {TEXT_BYTES_MAX}", text.len());
        return Err(Refusal::wrong(why, "Divide it, or name an as-set."));
    }
    members(text).map_err(|why| Refusal::wrong(why, ADVICE))
}
