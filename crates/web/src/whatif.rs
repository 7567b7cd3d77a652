//! `/whatif`: what other ROAs, route objects or announcements would change. The question stands in the address.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use routing::Asn;
use simulation::whatif::{
    self, Answer, CHANGES_MAX, Change, ChangeError, EXAMPLES, NetworkChange, ROUTES_MAX, RouteChange,
    WhatIfError,
};
use tokio::task::spawn_blocking;

use crate::Site;
use crate::edition::Chosen;
use crate::edition::Edition;
use crate::format::Count;
use crate::frame::Frame;
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

/// Routes on one page of the list.
const ROUTES_PER_PAGE: usize = 50;

/// Networks listed.
const NETWORKS_SHOWN_MAX: usize = 30;

#[derive(Template)]
#[template(path = "whatif.html")]
struct WhatIfPage {
    frame: Frame,
    text: String,
    asking: String,
    examples: String,
    changes_max: usize,
    routes_max: Count,
    wrong: Option<ChangeError>,
    refused: Option<String>,
    shown: Option<Shown>,
    clear: Link,
}

/// An answer as it is shown.
struct Shown {
    answer: Answer,
    routes: Vec<RouteLine>,
    routes_all: Count,
    pages: Pages,
    parties: Vec<PartyLine>,
    networks: Vec<NetworkLine>,
    networks_more: usize,
    api: Link,
    fixes: Vec<(String, Link)>,
}

struct RouteLine {
    link: Link,
    route: RouteChange,
    origin: Option<(String, Link)>,
}

struct PartyLine {
    who: String,
    link: Option<Link>,
    invalid: Vec<String>,
    unregistered: Vec<String>,
}

struct NetworkLine {
    asn: String,
    link: Link,
    change: NetworkChange,
}

impl From<WhatIfError> for Refusal {
    fn from(error: WhatIfError) -> Refusal {
        match error {
            WhatIfError::Lake(error) => error.into(),
            WhatIfError::NotKept(_) => Refusal::absent(error.to_string(), Vec::new()),
            WhatIfError::TooWide { .. } => Refusal::wrong(error.to_string(), "Start again with less."),
            WhatIfError::Contradiction(..) => {
                tracing::error!(%error, "a generation contradicts itself");
                Refusal::absent(error.to_string(), Vec::new())
            }
        }
    }
}

/// Answers a question beside the threads that answer visitors.
pub(crate) async fn ask(
    site: &Site,
    edition: &Edition,
    changes: Vec<Change>,
    asking: Option<Asn>,
) -> Result<Result<Answer, WhatIfError>, tokio::task::JoinError> {
    let folder = site.lake.generation(&edition.head.generation);
    let month = edition.head.month.clone();
    let ids: Vec<String> = edition.head.frameworks.iter().map(|framework| framework.id.clone()).collect();
    spawn_blocking(move || {
        let frameworks = whatif::frameworks_of(&folder, ids.iter().map(String::as_str))?;
        whatif::what_if(&folder, &month, &changes, asking, &frameworks)
    })
    .await
}

/// `/whatif`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let text = view.get("changes").unwrap_or_default().to_owned();
    let asking = match view.get("as") {
        None => None,
        Some(text) => Some(text.parse::<Asn>().map_err(|error| {
            Refusal::wrong(error.to_string(), "Say who asks like as=AS64500, or leave it out.")
        })?),
    };
    let link = chosen
        .link_to("/whatif")
        .with_some("changes", (!text.is_empty()).then_some(text.as_str()))
        .with_some("as", asking.map(|asn| asn.to_string()).as_deref());
    let mut page = WhatIfPage {
        frame: Frame::of(&chosen, "whatif", "What if", &link),
        asking: asking.map(|asn| asn.to_string()).unwrap_or_default(),
        examples: EXAMPLES.join("\n"),
        changes_max: CHANGES_MAX,
        routes_max: Count(ROUTES_MAX as u64),
        wrong: None,
        refused: None,
        shown: None,
        clear: chosen.link_to("/whatif"),
        text,
    };
    match whatif::parse(&page.text) {
        Err(error) => page.wrong = Some(error),
        Ok(changes) if changes.is_empty() => {}
        Ok(changes) => match ask(&site, &chosen.edition, changes, asking).await? {
            Ok(answer) => {
                page.shown = Some(Shown::new(&chosen, answer, &page.text, &link, view.page("page")?))
            }
            Err(error @ (WhatIfError::TooWide { .. } | WhatIfError::NotKept(_))) => {
                page.refused = Some(error.to_string());
            }
            Err(error) => return Err(error.into()),
        },
    }
    let wrong = page.wrong.is_some() || page.refused.is_some();
    let mut response = reply::page(&headers, &page)?;
    if wrong && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

impl Shown {
    fn new(chosen: &Chosen, answer: Answer, text: &str, link: &Link, page: usize) -> Shown {
        let network = |asn: Asn| chosen.link_to(format!("/network/{asn}"));
        let pages = Pages::new(answer.routes.len(), ROUTES_PER_PAGE, page, "page", link);
        let line = |route: &RouteChange| RouteLine {
            link: chosen.link_to(format!("/prefix/{}", route.prefix)),
            origin: route.origin.map(|asn| (Asn(asn).to_string(), network(Asn(asn)))),
            route: route.clone(),
        };
        let party = |party: &whatif::ThirdParty| PartyLine {
            who: party.asn.map_or("AS_SETs".to_owned(), |asn| Asn(asn).to_string()),
            link: party.asn.map(|asn| network(Asn(asn))),
            invalid: party.invalid.clone(),
            unregistered: party.unregistered.clone(),
        };
        let networks = answer.networks.iter().take(NETWORKS_SHOWN_MAX).map(|change| NetworkLine {
            asn: Asn(change.asn).to_string(),
            link: network(Asn(change.asn)),
            change: change.clone(),
        });
        let mut own: Vec<u32> = answer.networks.iter().filter(|n| !n.third_party).map(|n| n.asn).collect();
        own.dedup();
        let fixes = own.iter().take(5).map(|asn| {
            let asn = Asn(*asn).to_string();
            (asn.clone(), chosen.link_to(format!("/network/{asn}/fixes")))
        });
        let api = Link::to("/api/whatif").with("changes", text).with("month", &chosen.edition.head.month);
        let asking = answer.asking.map(|asn| Asn(asn).to_string());
        Shown {
            routes: answer.routes[pages.range()].iter().map(line).collect(),
            routes_all: Count(answer.routes.len() as u64),
            parties: answer.third_parties.iter().map(party).collect(),
            networks: networks.collect(),
            networks_more: answer.networks.len().saturating_sub(NETWORKS_SHOWN_MAX),
            api: api.with_some("as", asking.as_deref()),
            fixes: fixes.collect(),
            pages,
            answer,
        }
    }
}
