//! `/events`: everything detected in a month, whatever it was judged to be, by verdict, kind and reason.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use detect::{EventKind, REASONS, Reason, Verdict};
use store::{EventRow, EventTally, Filter};

use crate::Site;
use crate::edition::Chosen;
use crate::event::{kind_words, prefix_link};
use crate::format::{Count, Lasting, Moment};
use crate::frame::{Frame, month_in_words};
use crate::incidents::{Asked, Choice, Choices};
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
    confidence: u8,
    peers: u32,
}

/// What is asked for: as of incidents, and the verdict.
#[derive(Clone)]
struct Wanted {
    asked: Asked,
    verdict: Option<Verdict>,
}

impl Wanted {
    fn of(view: &View) -> Result<Wanted, Refusal> {
        let verdict = view.word("verdict", &Verdict::ALL.map(Verdict::code))?;
        Ok(Wanted { asked: Asked::of(view)?, verdict: verdict.and_then(|code| code.parse().ok()) })
    }

    /// Everything but kind, verdict and reason, so that these can be counted.
    fn filter_of_all(&self) -> Filter {
        Filter { reason: None, ..self.asked.filter_of_all() }
    }

    fn filter(&self) -> Filter {
        Filter {
            kinds: self.asked.kind.map(|kind| kind.code().to_owned()).into_iter().collect(),
            verdict: self.verdict.map(|verdict| verdict.code().to_owned()),
            ..self.asked.filter_of_all()
        }
    }

    fn put(&self, link: Link) -> Link {
        self.asked.put(link).with_some("verdict", self.verdict.map(Verdict::code))
    }

    /// How many events there would be.
    fn count(&self, tallies: &[EventTally]) -> u64 {
        let meets = |tally: &&EventTally| {
            self.asked.kind.is_none_or(|kind| kind.code() == tally.kind)
                && self.verdict.is_none_or(|verdict| verdict.code() == tally.verdict)
                && self.asked.reason.is_none_or(|reason| reason.code() == tally.reason)
        };
        tallies.iter().filter(meets).map(|tally| tally.events.unsigned_abs()).sum()
    }
}

/// `/events`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let wanted = Wanted::of(&view)?;
    let id = chosen.edition.id;
    let tallies = site.store.event_tallies(id, &wanted.filter_of_all()).await?;
    let link = wanted.put(chosen.link_to("/events"));
    let items = usize::try_from(wanted.count(&tallies)).unwrap_or(usize::MAX);
    let pages = Pages::new(items, ROWS_PER_PAGE, view.page("page")?, "page", &link.clone().at("events"));
    let part = (ROWS_PER_PAGE as i64, pages.range().start as i64);
    let rows = site.store.events_page(id, &wanted.filter(), true, part).await?;
    let known = Known::of(&site, &chosen, rows.iter().filter_map(|row| row.culprit)).await?;
    let title = format!("Detected in {}", month_in_words(&chosen.edition.head.month));
    let mut keep = wanted.asked.kept(&view);
    keep.extend(wanted.verdict.map(|verdict| ("verdict", verdict.code().to_owned())));
    let csv = wanted.put(Link::to("/api/events.csv")).with("month", &chosen.edition.head.month);
    let page = EventsPage {
        frame: Frame::of(&chosen, "incidents", &title, &link.clone().paged("page", pages.page)),
        keep,
        filters: filters(&chosen, &wanted, &tallies),
        reason: wanted.asked.reason.map(|reason| reason.row().meaning),
        all: Count(Wanted { asked: Asked::default(), verdict: None }.count(&tallies)),
        rows: rows.into_iter().map(|row| line(&chosen, &known, row)).collect(),
        pages,
        narrowed: wanted.verdict.is_some() || wanted.asked.narrows(),
        unfiltered: chosen.link_to("/events").at("events"),
        csv: csv.with("limit", "1000"),
        asked: wanted.asked,
    };
    reply::page(&headers, &page)
}

fn filters(chosen: &Chosen, wanted: &Wanted, tallies: &[EventTally]) -> Vec<Choices> {
    let here = chosen.link_to("/events").at("events");
    // A value chosen already leads to the same without it.
    let choice = |label: &'static str, with: Wanted, without: Wanted, current: bool| Choice {
        label,
        count: Count(with.count(tallies)),
        link: if current { without } else { with.clone() }.put(here.clone()),
        current,
    };
    let own = |verdict| Wanted { verdict, ..wanted.clone() };
    let of_kind = |kind| Wanted { asked: Asked { kind, ..wanted.asked.clone() }, ..wanted.clone() };
    let because = |reason| Wanted { asked: Asked { reason, ..wanted.asked.clone() }, ..wanted.clone() };
    let verdicts = Verdict::ALL.map(|verdict| {
        choice(verdict_words(verdict), own(Some(verdict)), own(None), wanted.verdict == Some(verdict))
    });
    let kinds = EventKind::ALL.map(|kind| {
        choice(kind.row().title, of_kind(Some(kind)), of_kind(None), wanted.asked.kind == Some(kind))
    });
    let reasons = REASONS.iter().map(|row| {
        let current = wanted.asked.reason == Some(row.reason);
        choice(row.title, because(Some(row.reason)), because(None), current)
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
        confidence: row.confidence,
        peers: row.peers,
        verdict: row.verdict,
        likely_cause: row.likely_cause,
        prefix: row.prefix,
        related: row.related,
    }
}
