//! `/event/{id}`: one event, whether it counts in an incident or not.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use detect::EventKind;
use store::EventRow;

use super::EventItem;
use crate::Site;
use crate::counting::{Counting, counting, frameworks};
use crate::edition::Chosen;
use crate::format::{Moment, counted};
use crate::frame::{Frame, month_in_words};
use crate::incident::spread::{self, Branch};
use crate::incident::timeline::Timeline;
use crate::incident::{PartItem, mentioned_by, parts};
use crate::incidents::{IncidentItem, items, mentioned};
use crate::link::Link;
use crate::opinions::{self, OpinionItem};
use crate::refusal::Refusal;
use crate::replay::{self, Replay};
use crate::reply;
use crate::view::View;
use crate::who::{Known, Who};

#[derive(Template)]
#[template(path = "event.html")]
struct EventPage {
    frame: Frame,
    kind: Option<EventKind>,
    /// What makes an event of its kind.
    method: Link,
    culprit: Option<Who>,
    event: EventItem,
    from: Moment,
    to: Moment,
    parts: Vec<PartItem>,
    parts_more: usize,
    timeline: Timeline,
    spread: Vec<Branch>,
    credits: Vec<Who>,
    replay: Option<Replay>,
    others: Vec<OpinionItem>,
    /// The story it is a part of, part by part.
    story: Option<Story>,
    incidents: Vec<IncidentItem>,
    /// Why it counts in none.
    counts_not: String,
    /// What every framework of the month makes of it.
    counting: Vec<Counting>,
    json: Link,
}

/// Several events told as one.
struct Story {
    parts: Vec<StoryPart>,
    all: String,
    more: i64,
}

struct StoryPart {
    prefix: String,
    link: Link,
    start: Moment,
    current: bool,
}

/// Networks not seen passing it that are named.
const CREDITS_MAX: usize = 12;

/// Parts of a story named on the page of one.
const STORY_PARTS_MAX: i64 = 60;

/// `/event/{id}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    id: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let unreadable = |_| Refusal::wrong("the address holds no id of an event", "Start from the incidents.");
    let Path(id) = id.map_err(unreadable)?;
    let (chosen, event) = find(&site, &view, &id).await?;
    let framework = chosen.framework.id.as_str();
    let incidents = site.store.incidents_with_event(chosen.edition.id, framework, &id).await?;
    let ids = std::slice::from_ref(&event.id);
    let said = site.store.opinions_of_events(chosen.edition.id, ids, opinions::BESIDE_MAX).await?;
    let kept = site.store.replay(chosen.edition.id, &id).await?;
    let story = match &event.story {
        Some(story) => Some(story_of(&site, &chosen, &event, story).await?),
        None => None,
    };
    let networks = mentioned_by(&event)
        .chain(mentioned(&incidents))
        .chain(opinions::mentioned(&said))
        .chain(kept.iter().flat_map(replay::mentioned));
    let known = Known::of(&site, &chosen, networks).await?;
    let link = chosen.link_to(format!("/event/{id}"));
    let kind = event.kind.parse::<EventKind>().ok();
    let title = format!(
        "{} {} in {}",
        kind.map_or("Event", |kind| kind.row().title),
        event.prefix,
        month_in_words(&chosen.edition.head.month)
    );
    let counting: Vec<Counting> =
        frameworks(&site, &chosen.edition)?.iter().map(|rules| counting(&event, rules)).collect();
    let replay = kept.as_ref().map(|row| Replay::new(&chosen, &known, &event, row, &view, &link));
    let events = std::slice::from_ref(&event);
    let (parts, parts_more) = parts(&known, events);
    let page = EventPage {
        frame: Frame::of_item(&chosen, "incidents", &title, &link, &chosen.link_to("/incidents")),
        method: chosen.link_to(match kind {
            Some(kind) => format!("/method/event/{}", kind.code()),
            None => "/method".to_owned(),
        }),
        kind,
        culprit: event.culprit.map(|asn| known.who(asn)),
        from: Moment(event.start),
        to: Moment(event.end),
        parts,
        parts_more,
        timeline: Timeline::new(events, (event.start, event.end)),
        spread: spread::branches(&known, events),
        credits: event.credits.iter().take(CREDITS_MAX).map(|asn| known.who(*asn)).collect(),
        replay: replay.transpose()?,
        others: opinions::items(&chosen, &known, said),
        story,
        counts_not: counts_not(framework, &counting),
        counting,
        incidents: items(&chosen, &known, incidents),
        json: Link::to(format!("/api/events/{id}")).with("month", &chosen.edition.head.month),
        event: EventItem::new(&chosen, event, None),
    };
    reply::page(&headers, &page)
}

async fn story_of(site: &Site, chosen: &Chosen, event: &EventRow, story: &str) -> Result<Story, Refusal> {
    let id = chosen.edition.id;
    let all = site.store.story_parts(id, story).await?;
    let parts = site.store.events_of_story(id, story, STORY_PARTS_MAX).await?;
    let part = |part: &EventRow| StoryPart {
        prefix: part.prefix.clone(),
        link: chosen.link_to(format!("/event/{}", part.id)),
        start: Moment(part.start),
        current: part.id == event.id,
    };
    Ok(Story {
        more: all - parts.len() as i64,
        parts: parts.iter().map(part).collect(),
        all: counted(all.unsigned_abs(), "event", "events"),
    })
}

/// Why an event counts in no incident under the framework shown.
fn counts_not(framework: &str, counting: &[Counting]) -> String {
    let own = counting.iter().find(|counting| counting.framework == framework);
    match own.filter(|counting| counting.metrics.is_empty()) {
        Some(counting) => counting.because.clone(),
        None => format!("It counts in no incident under framework {framework}."),
    }
}

/// The event in the month named; where none is, in the latest month that has it.
async fn find(site: &Site, view: &View, id: &str) -> Result<(Chosen, EventRow), Refusal> {
    let months = site.store.months_of_event(id).await?;
    let view = match months.first() {
        Some(month) if view.get("month").is_none() => view.clone().with("month", month),
        _ => view.clone(),
    };
    let chosen = site.choose(&view).await?;
    match site.store.event(chosen.edition.id, id).await? {
        Some(event) => Ok((chosen, event)),
        None => {
            let mut advice = Vec::new();
            if !months.is_empty() {
                advice.push(format!("It is in {}: name that month in the address.", months.join(", ")));
            }
            advice.push(
                "A revision of the month with other data can change what is an event: look for it among the \
                 incidents of the month."
                    .to_owned(),
            );
            let what = format!("There is no event `{id}` in {}", chosen.edition.head.month);
            Err(Refusal::absent(what, advice))
        }
    }
}
