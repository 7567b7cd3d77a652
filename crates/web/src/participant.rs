//! `/participant/{programme}/{id}`: a participant with its networks, scores, history and incidents.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use programme::Programme;
use store::ParticipantRow;

use crate::Site;
use crate::area::listing;
use crate::area::networks::{Asked, Networks};
use crate::compare::Comparison;
use crate::compare::subject::{At, Subject};
use crate::compare::table::Section;
use crate::edition::Chosen;
use crate::event::EventItem;
use crate::foreign::flags::{self, Stated};
use crate::frame::Frame;
use crate::history::{self, Charts};
use crate::link::{Encoded, Link};
use crate::refusal::Refusal;
use crate::reply;
use crate::sign::Sign;
use crate::view::View;

/// Events on the page: the latest.
const EVENTS_MAX: usize = 10;

#[derive(Template)]
#[template(path = "participant.html")]
struct ParticipantPage {
    frame: Frame,
    programme: &'static Programme,
    programme_link: Link,
    row: ParticipantRow,
    /// Economies it serves: code and page.
    areas: Vec<(String, Link)>,
    /// What the list states of each item: title and sign.
    stated: Vec<(String, Sign)>,
    /// The same by foreign series.
    foreign: Vec<Stated>,
    /// Networks that left it, or that the month does not know.
    others: Vec<(String, &'static str)>,
    sections: Vec<Section>,
    charts: Charts,
    events: Vec<EventItem>,
    compare: Link,
    csv: Link,
    networks: Networks,
}

/// `/participant/{programme}/{id}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    named: Result<Path<(String, String)>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (programme, id) = read(named)?;
    let chosen = site.choose(&view).await?;
    let Some(row) = site.store.participant(chosen.edition.id, &programme.id, &id).await? else {
        return Err(unknown(&chosen, programme, &id));
    };
    let asked = Asked::of(&view)?;
    let at = At { subject: Subject::Participant(&programme.id, id.clone()), month: None, framework: None };
    let Comparison { sections, .. } = Comparison::of(&site, &view, vec![at.clone()]).await?;
    let past = history::of_participant(&site, &chosen.framework.id, &programme.id, &id).await?;
    let path = path_of(&programme.id, &id);
    let listing = listing(&site, &chosen).await?;
    let counted = || row.networks.iter().filter(|network| network.counted);
    let places: Vec<usize> = counted().filter_map(|network| listing.directory.index(network.asn)).collect();
    let asns: Vec<u32> = places.iter().map(|place| listing.directory.asns[*place]).collect();
    let networks = Networks::new(&chosen, &asked, listing, &places, &path, view.page("page")?);
    let link = asked.put(chosen.link_to(&path)).paged("page", networks.pages.page);
    let events = site.store.incident_events_among(chosen.edition.id, &asns, EVENTS_MAX).await?;
    let others = row.networks.iter().filter_map(|network| {
        let why = match (network.counted, network.known) {
            (false, _) => "does not count in this month: it joined later or left",
            (true, false) => "is not in the data of this month",
            (true, true) => return None,
        };
        Some((routing::Asn(network.asn).to_string(), why))
    });
    let title = format!("{}, {}", row.organisation, programme.title);
    let page = ParticipantPage {
        frame: Frame::of(&chosen, "participants", &title, &link),
        programme_link: chosen.link_to("/participants").with("programme", &programme.id),
        areas: row
            .areas
            .iter()
            .map(|code| (code.clone(), chosen.link_to(format!("/economy/{}", Encoded(code)))))
            .collect(),
        stated: stated(programme, &row),
        foreign: flags::of_participant(&site, &chosen, programme, &row).await?,
        others: others.collect(),
        sections,
        charts: Charts::new(&chosen, &past),
        events: events.into_iter().map(|event| EventItem::new(&chosen, event, None)).collect(),
        compare: chosen
            .link_to("/compare")
            .with("subjects", format!("{at};programme:{};world", programme.id)),
        csv: chosen.link_to(format!("{path}/history.csv")),
        networks,
        programme,
        row,
    };
    reply::page(&headers, &page)
}

/// `/participant/{programme}/{id}/history.csv`
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    named: Result<Path<(String, String)>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let (programme, id) = read(named)?;
    let chosen = site.choose(&view).await?;
    let past = history::of_participant(&site, &chosen.framework.id, &programme.id, &id).await?;
    if past.is_empty() {
        return Err(unknown(&chosen, programme, &id));
    }
    Ok(history::write_csv(&format!("{}-{id}", programme.id), &chosen.framework.id, &past))
}

/// The address of a participant's page.
pub(crate) fn path_of(programme: &str, id: &str) -> String {
    format!("/participant/{programme}/{}", Encoded(id))
}

fn read(
    named: Result<Path<(String, String)>, PathRejection>,
) -> Result<(&'static Programme, String), Refusal> {
    let advice = "Write it like /participant/network-operators/1; the table of participants leads there.";
    let Path((programme, id)) =
        named.map_err(|_| Refusal::wrong("the address names no participant", advice))?;
    let found = programme::shipped().iter().find(|known| known.id.eq_ignore_ascii_case(&programme));
    let ids = || programme::shipped().iter().map(|programme| programme.id.as_str()).collect::<Vec<_>>();
    let found = found.ok_or_else(|| {
        Refusal::absent(
            format!("There is no programme `{programme}`"),
            vec![format!("Programmes: {}.", ids().join(", "))],
        )
    })?;
    Ok((found, id))
}

fn unknown(chosen: &Chosen, programme: &Programme, id: &str) -> Refusal {
    let month = &chosen.edition.head.month;
    let rows = chosen.edition.participants.iter().filter(|row| row.programme == programme.id);
    let like = |text: &str| strsim::jaro_winkler(&text.to_lowercase(), &id.to_lowercase());
    let near = rows.max_by(|a, b| {
        let near = |row: &ParticipantRow| like(&row.organisation).max(like(&row.id));
        near(a).total_cmp(&near(b))
    });
    let advice = vec![
        format!(
            "The lists used for {month} hold no such participant of the programme; the table of participants shows all of them."
        ),
        format!("It may be in another month. Published: {}.", chosen.months.join(", ")),
    ];
    let refusal =
        Refusal::absent(format!("`{id}` is no participant of {} in {month}", programme.title), advice);
    match near.filter(|row| like(&row.organisation).max(like(&row.id)) > 0.8) {
        Some(row) => {
            let link = chosen.link_to(path_of(&programme.id, &row.id));
            refusal.suggest(row.organisation.clone(), link)
        }
        None => refusal,
    }
}

/// What the programme's list states, item by item.
fn stated(programme: &Programme, row: &ParticipantRow) -> Vec<(String, Sign)> {
    let sign = |key: &str| Sign::conformance(row.conformance.get(key).map(String::as_str));
    titles(programme).into_iter().map(|(key, title)| (title, sign(key))).collect()
}

/// The items of a programme: key and title in full.
pub(crate) fn titles(programme: &Programme) -> Vec<(&str, String)> {
    let items = programme.actions.iter().flat_map(|action| {
        action.items.iter().map(move |item| {
            let title = match item.title.is_empty() || item.title == action.title {
                true => format!("Action {}: {}", action.number, action.title),
                false => format!("Action {}: {}, {}", action.number, action.title, item.title),
            };
            (item.key.as_str(), title)
        })
    });
    items.collect()
}
