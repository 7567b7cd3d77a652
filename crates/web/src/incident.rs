//! `/incident/{id}`: one incident from the sentence to the record that shows it.

mod count;
pub(crate) mod spread;
pub(crate) mod timeline;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use detect::{EventKind, Reason};
use measure::metric::Metric;
use store::{EventRow, IncidentRow, ReplayRow};

use crate::Site;
use crate::edition::Chosen;
use crate::event::{EventItem, prefix_link};
use crate::format::{Decimal, Lasting, Moment, counted};
use crate::frame::{Frame, month_in_words};
use crate::link::{Link, Pages};
use crate::network::incidents::although;
use crate::opinions::{self, OpinionItem};
use crate::refusal::Refusal;
use crate::replay::{self, Replay};
use crate::reply;
use crate::told::end_unknown;
use crate::view::View;
use crate::who::{Known, Who};

use count::Count;
use spread::Branch;
use timeline::Timeline;

/// Events on one page of an incident.
const EVENTS_PER_PAGE: usize = 10;

/// Prefixes named in the sentence.
const NAMED_MAX: usize = 3;

/// Prefixes listed.
const LISTED_MAX: usize = 60;

#[derive(Template)]
#[template(path = "incident.html")]
struct IncidentPage {
    frame: Frame,
    id: String,
    metric: String,
    metric_title: &'static str,
    /// How the metric is measured.
    method: Link,
    /// Why it counts although it is benign.
    although: Option<String>,
    title: &'static str,
    network: Who,
    /// What it did, to follow its name.
    did: &'static str,
    passed_on: bool,
    named: Vec<(String, Option<Link>)>,
    named_more: usize,
    prefixes: Vec<(String, Option<Link>)>,
    prefixes_more: usize,
    start: Moment,
    end: Moment,
    lasting: Lasting,
    ongoing: bool,
    /// Why nobody knows when it ended.
    end_unknown: Option<&'static str>,
    estimated: bool,
    weight: Decimal,
    adds: Decimal,
    adds_exact: f64,
    count: Option<Count>,
    raw: Option<Decimal>,
    network_link: Link,
    parts: Vec<PartItem>,
    parts_more: usize,
    timeline: Timeline,
    spread: Vec<Branch>,
    events: Vec<EventItem>,
    /// Of the event stepped through: its id and prefix, and how it is chosen.
    replayed: Option<(String, Link)>,
    replay: Option<Replay>,
    others: Vec<OpinionItem>,
    others_link: Link,
    reason: Option<(&'static str, &'static str)>,
    likely_cause: Option<String>,
    confidence: u8,
    victims: Vec<Who>,
    victims_more: usize,
    credits: Vec<Who>,
    credits_more: usize,
    events_all: String,
    pages: Pages,
    json: Link,
}

/// A network's part in what happened.
pub(crate) struct PartItem {
    pub(crate) network: Who,
    pub(crate) part: String,
}

/// How many networks that passed something on are listed.
const PARTS_MAX: usize = 40;

/// `/incident/{id}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    id: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let unreadable =
        |_| Refusal::wrong("the address holds no id of an incident", "Start from the incidents.");
    let Path(id) = id.map_err(unreadable)?;
    let (chosen, row) = find(&site, &view, &id).await?;
    let publication = chosen.edition.id;
    let link = chosen.link_to(format!("/incident/{id}"));
    let pages =
        Pages::new(row.events.len(), EVENTS_PER_PAGE, view.page("page")?, "page", &link.clone().at("events"));
    let events = site.store.events_named(publication, &row.events[pages.range()]).await?;
    let readiness = site.store.readiness(publication, &chosen.framework.id, row.network).await?;
    let raw = readiness.and_then(|r| r.metrics.into_iter().find(|m| m.metric == row.metric)?.value);
    let said = site.store.opinions_of_events(publication, &row.events, opinions::BESIDE_MAX).await?;
    let stepped = stepped(&site, &chosen, &view, &row, &events).await?;
    let mentioned = events
        .iter()
        .flat_map(mentioned_by)
        .chain([row.network])
        .chain(row.culprit)
        .chain(row.victims.iter().copied().take(NETWORKS_MAX))
        .chain(row.credits.iter().copied().take(NETWORKS_MAX))
        .chain(opinions::mentioned(&said))
        .chain(stepped.iter().flat_map(|stepped| replay::mentioned(&stepped.row)));
    let known = Known::of(&site, &chosen, mentioned).await?;
    let replay = match &stepped {
        Some(Stepped { event, row }) => {
            let link = link.clone().paged("page", pages.page).with_some("event", view.get("event"));
            Some(Replay::new(&chosen, &known, event, row, &view, &link)?)
        }
        None => None,
    };
    let replayed = stepped.map(|stepped| {
        (stepped.event.prefix, chosen.link_to(format!("/event/{}", stepped.event.id)).at("replay"))
    });
    let others = opinions::items(&chosen, &known, said);
    let page = page(&chosen, &known, row, events, raw, pages, &link);
    reply::page(&headers, &IncidentPage { replayed, replay, others, ..page })
}

/// How many networks of one part are named.
const NETWORKS_MAX: usize = 12;

/// The event that is stepped through.
struct Stepped {
    event: EventRow,
    row: ReplayRow,
}

/// The event asked for, or the first on the page; `None` where no routes around it are kept.
async fn stepped(
    site: &Site,
    chosen: &Chosen,
    view: &View,
    row: &IncidentRow,
    events: &[EventRow],
) -> Result<Option<Stepped>, Refusal> {
    let publication = chosen.edition.id;
    let event = match view.get("event") {
        Some(id) if row.events.iter().any(|known| known == id) => site.store.event(publication, id).await?,
        Some(id) => {
            let advice = "Leave event out, or take an id from the list of its events.";
            return Err(Refusal::wrong(format!("`{id}` is no event of this incident"), advice));
        }
        None => events.first().cloned(),
    };
    let Some(event) = event else { return Ok(None) };
    let Some(row) = site.store.replay(publication, &event.id).await? else { return Ok(None) };
    Ok(Some(Stepped { event, row }))
}

fn page(
    chosen: &Chosen,
    known: &Known<'_>,
    row: IncidentRow,
    events: Vec<EventRow>,
    raw: Option<f64>,
    pages: Pages,
    link: &Link,
) -> IncidentPage {
    let metric = row.metric.parse::<Metric>().ok();
    let kind = kind_of(metric, &events);
    let passed_on = metric.is_some_and(Metric::is_accomplice);
    let network = known.who(row.network);
    let title = match (kind, metric) {
        (Some(kind), _) => kind.row().title,
        (None, Some(metric)) => metric.row().title,
        (None, None) => "Incident",
    };
    let (parts, parts_more) = parts(known, &events);
    let rules = chosen.rules.map_or(&[][..], std::slice::from_ref);
    let link = link.clone().paged("page", pages.page);
    let heading = format!("{title} of {} in {}", network.asn, month_in_words(&chosen.edition.head.month));
    let listed = |n: usize| {
        let prefix = |text: &String| (text.clone(), prefix_link(chosen, text));
        row.prefixes.iter().take(n).map(prefix).collect::<Vec<_>>()
    };
    let who = |asns: &[u32]| asns.iter().take(NETWORKS_MAX).map(|asn| known.who(*asn)).collect::<Vec<_>>();
    IncidentPage {
        frame: Frame::of_item(chosen, "incidents", &heading, &link, &chosen.link_to("/incidents")),
        method: chosen.link_to(match metric {
            Some(metric) => format!("/method/{metric}"),
            None => "/method".to_owned(),
        }),
        metric_title: metric.map_or("", |metric| metric.row().title),
        did: match kind {
            // What registrations dismiss elsewhere is not told as a deed.
            Some(_) if row.verdict != "incident" && passed_on => {
                "carried a registered change of origin further"
            }
            Some(_) if row.verdict != "incident" => "originated, with a registration, space that others had",
            Some(kind) if passed_on => kind.row().passed_on,
            Some(kind) => kind.row().did,
            None => "answers for an incident",
        },
        although: although(chosen, &row),
        title,
        named: listed(NAMED_MAX),
        named_more: row.prefixes.len().saturating_sub(NAMED_MAX),
        prefixes_more: row.prefixes.len().saturating_sub(LISTED_MAX),
        prefixes: listed(LISTED_MAX),
        start: Moment(row.start),
        end: Moment(row.end),
        lasting: Lasting(row.end.saturating_sub(row.start)),
        ongoing: row.ongoing,
        end_unknown: row.end_unknown.as_ref().and_then(|_| {
            let of_last = |event: &&EventRow| event.end == row.end;
            events.iter().filter(of_last).find_map(end_unknown).or(Some("when it ended is not known"))
        }),
        estimated: events.iter().any(|event| event.estimated),
        weight: Decimal(row.weight),
        adds: Decimal(row.adds),
        adds_exact: row.adds,
        count: Count::new(chosen.rules, &row, passed_on, &events),
        raw: raw.map(Decimal),
        network_link: chosen.link_to(format!("/network/{}", network.asn)).at("incidents"),
        parts,
        parts_more,
        timeline: Timeline::new(&events, (row.start, row.end)),
        spread: spread::branches(known, &events),
        events_all: counted(row.events.len() as u64, "event", "events"),
        events: events
            .into_iter()
            .map(|event| EventItem::under(rules, chosen, event, Some(network.asn)))
            .collect(),
        pages,
        json: Link::to(format!("/api/incidents/{}", row.id))
            .with("month", &chosen.edition.head.month)
            .with("framework", &chosen.framework.id),
        replayed: None,
        replay: None,
        others: Vec::new(),
        others_link: chosen.link_to("/others").with("network", network.asn.to_string()),
        reason: row.reason.parse::<Reason>().ok().map(|reason| (reason.row().title, reason.row().meaning)),
        likely_cause: row.likely_cause,
        confidence: row.confidence,
        victims: who(&row.victims),
        victims_more: row.victims.len().saturating_sub(NETWORKS_MAX),
        credits: who(&row.credits),
        credits_more: row.credits.len().saturating_sub(NETWORKS_MAX),
        network,
        passed_on,
        metric: row.metric,
        id: row.id,
    }
}

/// The kind of event that the metric counts, or that all of these are of.
fn kind_of(metric: Option<Metric>, events: &[EventRow]) -> Option<EventKind> {
    let sole = metric.and_then(Metric::sole_event_kind);
    let first = events.first().filter(|first| events.iter().all(|event| event.kind == first.kind));
    sole.or_else(|| first?.kind.parse().ok())
}

/// Networks that an event and its paths mention.
pub(crate) fn mentioned_by(event: &EventRow) -> impl Iterator<Item = u32> {
    let paths = event.sightings.iter().flat_map(|sighting| spread::numbers(&sighting.path));
    let accomplices = event.accomplices.iter().map(|(asn, _)| *asn);
    let accomplices = accomplices.chain(event.victims.iter().copied()).chain(event.credits.iter().copied());
    event.culprit.into_iter().chain(accomplices).chain(paths).collect::<Vec<u32>>().into_iter()
}

/// Who had which part in these events, the culprit first, then by distance.
pub(crate) fn parts(known: &Known<'_>, events: &[EventRow]) -> (Vec<PartItem>, usize) {
    let mut nearest: BTreeMap<u32, u16> = BTreeMap::new();
    for event in events {
        let own = event.culprit.map(|asn| (asn, 0));
        for (asn, distance) in own.into_iter().chain(event.accomplices.iter().copied()) {
            let kept = nearest.entry(asn).or_insert(distance);
            *kept = (*kept).min(distance);
        }
    }
    let mut all: Vec<(u16, u32)> = nearest.into_iter().map(|(asn, distance)| (distance, asn)).collect();
    all.sort_unstable();
    let part = |&(distance, asn): &(u16, u32)| PartItem {
        network: known.who(asn),
        part: match distance {
            0 => "culprit".to_owned(),
            _ => format!("passed it on, distance {distance}"),
        },
    };
    let mut listed: Vec<PartItem> = all.iter().take(PARTS_MAX).map(part).collect();
    let victims: BTreeSet<u32> = events.iter().flat_map(|event| event.victims.iter().copied()).collect();
    let victim = |asn: &u32| PartItem { network: known.who(*asn), part: "victim".to_owned() };
    listed.extend(victims.iter().take(PARTS_MAX).map(victim));
    (listed, all.len().saturating_sub(PARTS_MAX))
}

/// The incident in the month and framework named; where none is, in the latest month that has it, under the
/// first framework that does.
async fn find(site: &Site, view: &View, id: &str) -> Result<(Chosen, IncidentRow), Refusal> {
    let places = site.store.months_of_incident(id).await?;
    let named = view.get("month").is_some();
    let view = match places.first() {
        Some((month, _)) if !named => view.clone().with("month", month),
        _ => view.clone(),
    };
    let chosen = site.choose(&view).await?;
    let month = chosen.edition.head.month.clone();
    let found = site.store.incident(chosen.edition.id, &chosen.framework.id, id).await?;
    if let Some(row) = found {
        return Ok((chosen, row));
    }
    let under: Vec<&str> = places.iter().filter(|(m, _)| *m == month).map(|(_, f)| f.as_str()).collect();
    if let (None, Some(framework)) = (view.get("framework"), under.first()) {
        let chosen = site.choose(&view.clone().with("framework", framework)).await?;
        if let Some(row) = site.store.incident(chosen.edition.id, &chosen.framework.id, id).await? {
            return Ok((chosen, row));
        }
    }
    let mut advice = Vec::new();
    if !under.is_empty() {
        advice.push(format!("In {month} it is one under framework {}.", under.join(", ")));
    } else if !places.is_empty() {
        let months: Vec<&str> = places.iter().map(|(month, _)| month.as_str()).collect();
        advice.push(format!("It is in {}: name that month in the address.", months.join(", ")));
    }
    advice.push(
        "Ids hold the start of an incident. A revision of the month with other data can change it: look for \
         it among the incidents of the month."
            .to_owned(),
    );
    let what = format!("There is no incident `{id}` in {month} under framework {}", chosen.framework.id);
    Err(Refusal::absent(what, advice))
}
