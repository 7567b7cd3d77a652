//! What others say: third parties' events, beside ours on the pages of events and incidents, and on a page of their
//! own at `/others`. They are theirs: none of them counts anywhere.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use routing::Asn;
use store::{OpinionFilter, OpinionMatchRow, OpinionRow};

use crate::Site;
use crate::edition::Chosen;
use crate::event::{kind_words, prefix_link};
use crate::format::{Count, Moment, count, counted};
use crate::frame::{Choice, Frame, month_in_words};
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;
use crate::who::{Known, Who};

/// Opinions on one page of the list.
const PER_PAGE: usize = 25;

/// Opinions beside one event or incident.
pub(crate) const BESIDE_MAX: i64 = 12;

/// Networks, prefixes, tags and details named of one opinion, each.
const NAMED_MAX: usize = 8;

/// What a third party says, as a page tells it.
pub(crate) struct OpinionItem {
    pub(crate) id: String,
    pub(crate) publisher: String,
    pub(crate) called: String,
    pub(crate) start: Moment,
    pub(crate) end: Option<Moment>,
    pub(crate) culprits: Vec<Who>,
    pub(crate) victims: Vec<Who>,
    pub(crate) prefixes: Vec<(String, Option<Link>)>,
    pub(crate) prefixes_more: u64,
    /// Suspicion and confidence, where the publisher gives them.
    pub(crate) figures: Vec<(&'static str, u8)>,
    pub(crate) tags: Vec<String>,
    pub(crate) details: Vec<(String, String)>,
    /// Events of ours that it tells of, and how far it agrees.
    pub(crate) ours: Vec<OurEvent>,
    pub(crate) ours_more: usize,
}

pub(crate) struct OurEvent {
    pub(crate) kind: &'static str,
    pub(crate) verdict: String,
    pub(crate) link: Link,
    pub(crate) agrees: String,
}

#[derive(Template)]
#[template(path = "others.html")]
struct OthersPage {
    frame: Frame,
    network: Option<Who>,
    seen: Vec<Choice>,
    all: Count,
    others: Vec<OpinionItem>,
    pages: Pages,
    csv: Link,
    /// Publishers whose events are loaded.
    sources: Vec<String>,
}

impl OpinionItem {
    pub(crate) fn new(chosen: &Chosen, known: &Known<'_>, row: OpinionRow) -> OpinionItem {
        let who = |list: &[u32]| list.iter().take(NAMED_MAX).map(|asn| known.who(*asn)).collect::<Vec<_>>();
        let named = row.prefixes.iter().take(NAMED_MAX);
        let figures = [("suspicion", row.suspicion), ("confidence", row.confidence)];
        OpinionItem {
            start: Moment(row.start),
            end: row.end.map(Moment),
            culprits: who(&row.culprits),
            victims: who(&row.victims),
            prefixes_more: row.prefixes_all.saturating_sub(row.prefixes.len().min(NAMED_MAX) as u64),
            prefixes: named.map(|prefix| (prefix.clone(), prefix_link(chosen, prefix))).collect(),
            figures: figures.into_iter().filter_map(|(name, figure)| Some((name, figure?))).collect(),
            tags: row.tags.into_iter().take(NAMED_MAX).collect(),
            details: row.details.into_iter().take(NAMED_MAX).collect(),
            ours_more: row.events.len().saturating_sub(NAMED_MAX),
            ours: row.events.iter().take(NAMED_MAX).map(|event| OurEvent::new(chosen, event)).collect(),
            id: row.id,
            publisher: row.publisher,
            called: row.called,
        }
    }
}

impl OurEvent {
    fn new(chosen: &Chosen, row: &OpinionMatchRow) -> OurEvent {
        let mut agrees = Vec::new();
        if row.same_prefix {
            agrees.push("about a prefix in common");
        }
        agrees.push(match row.same_culprit {
            Some(true) => "the same culprit",
            Some(false) => "another culprit",
            None => "no culprit to compare",
        });
        if !row.same_kind {
            agrees.push("another kind of thing");
        }
        OurEvent {
            kind: kind_words(&row.kind),
            verdict: row.verdict.clone(),
            link: chosen.link_to(format!("/event/{}", row.event)),
            agrees: agrees.join(", "),
        }
    }
}

/// Networks that opinions name.
pub(crate) fn mentioned(rows: &[OpinionRow]) -> Vec<u32> {
    let named = |row: &OpinionRow| [&row.culprits[..], &row.victims[..]].concat();
    rows.iter().flat_map(named).collect()
}

/// Opinions as a page tells them.
pub(crate) fn items(chosen: &Chosen, known: &Known<'_>, rows: Vec<OpinionRow>) -> Vec<OpinionItem> {
    rows.into_iter().map(|row| OpinionItem::new(chosen, known, row)).collect()
}

/// `/others`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let network = match view.get("network") {
        Some(text) => Some(
            text.parse::<Asn>()
                .map_err(|error| Refusal::wrong(error.to_string(), "Write it like network=AS64500."))?,
        ),
        None => None,
    };
    let seen = view.word("seen", &["true", "false"])?;
    let filter =
        OpinionFilter { network: network.map(|asn| asn.0), matched: seen.map(|seen| seen == "true") };
    let id = chosen.edition.id;
    let all = site.store.opinion_count(id, &OpinionFilter { matched: None, ..filter }).await?;
    let shown = usize::try_from(site.store.opinion_count(id, &filter).await?).unwrap_or(0);
    let here = |seen: Option<&str>| {
        let asn = network.map(|asn| asn.to_string());
        chosen.link_to("/others").with_some("network", asn.as_deref()).with_some("seen", seen)
    };
    let pages = Pages::new(shown, PER_PAGE, view.page("page")?, "page", &here(seen).at("said"));
    let part = (PER_PAGE as i64, pages.range().start as i64);
    let rows = site.store.opinions_page(id, &filter, part).await?;
    let named = mentioned(&rows).into_iter().chain(network.map(|asn| asn.0));
    let known = Known::of(&site, &chosen, named).await?;
    let month = month_in_words(&chosen.edition.head.month);
    let title = match network {
        Some(asn) => format!("What others say of {asn} in {month}"),
        None => format!("What others say happened in {month}"),
    };
    let choice = |label: &str, word: Option<&str>| Choice {
        label: label.to_owned(),
        link: here(word).at("said"),
        current: seen == word,
    };
    let publishers = chosen.edition.sources.iter().filter(|source| source.kind.ends_with("_events"));
    let csv = Link::to("/api/opinions.csv")
        .with("month", &chosen.edition.head.month)
        .with_some("network", network.map(|asn| asn.to_string()).as_deref())
        .with_some("seen", seen)
        .with("limit", "1000");
    let page = OthersPage {
        frame: Frame::of(&chosen, "incidents", &title, &here(seen).paged("page", pages.page)),
        network: network.map(|asn| known.who(asn.0)),
        seen: vec![
            choice("All", None),
            choice("We saw it, too", Some("true")),
            choice("We did not", Some("false")),
        ],
        all: count(all),
        others: items(&chosen, &known, rows),
        pages,
        csv,
        sources: publishers
            .map(|source| {
                let files = source.files.iter().filter(|file| file.used).count() as u64;
                format!("{}: {}", source.name, counted(files, "file used", "files used"))
            })
            .collect(),
    };
    reply::page(&headers, &page)
}
