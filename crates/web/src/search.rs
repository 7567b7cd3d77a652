use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use routing::{Asn, AsnError, Prefix};

use crate::Site;
use crate::event::Network;
use crate::frame::Frame;
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

/// How many networks a search lists.
const FOUND_MAX: usize = 50;

/// What a visitor may type; more of it finds nothing.
const QUERY_CHARS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    query: String,
    is_prefix: bool,
    found: Vec<Found>,
    more: bool,
}

/// A network by its name.
struct Found {
    network: Network,
    name: String,
    organisation: Option<String>,
    economy: Option<String>,
}

/// `/search?q=`: a number leads to its network, anything else is looked for in the names.
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let typed = view.get("q").unwrap_or_default().chars().filter(|c| !c.is_control());
    let query: String = typed.take(QUERY_CHARS_MAX).collect();
    match query.parse::<Asn>() {
        Ok(asn) => {
            let chosen = site.choose(&view).await?;
            return Ok(Redirect::to(&chosen.link_to(format!("/network/{asn}")).to_string()).into_response());
        }
        Err(error @ AsnError::OutOfRange(_)) => {
            return Err(Refusal::wrong(error.to_string(), "Look the number up again, or search for a name."));
        }
        Err(AsnError::Malformed(_)) => {}
    }
    let chosen = site.choose(&view).await?;
    let limit = FOUND_MAX as i64 + 1;
    let mut rows = match &query[..] {
        "" => Vec::new(),
        text => site.store.networks_named(chosen.edition.id, text, limit).await?,
    };
    let more = rows.len() > FOUND_MAX;
    rows.truncate(FOUND_MAX);
    if let ([only], false) = (&rows[..], more) {
        let link = chosen.link_to(format!("/network/{}", Asn(only.asn)));
        return Ok(Redirect::to(&link.to_string()).into_response());
    }
    let link = chosen.link_to("/search").with("q", &query);
    let page = SearchPage {
        frame: Frame { search: query.clone(), ..Frame::of(&chosen, "", "Search", &link) },
        is_prefix: query.parse::<Prefix>().is_ok(),
        query,
        found: rows
            .into_iter()
            .map(|row| Found {
                network: Network::new(&chosen, row.asn),
                name: row.name.unwrap_or_default(),
                organisation: row.organisation,
                economy: row.economy,
            })
            .collect(),
        more,
    };
    reply::page(&headers, &page)
}
