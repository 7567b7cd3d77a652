use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use routing::{Asn, AsnError, Prefix, Region, economy_names};

use crate::Site;
use crate::edition::Chosen;
use crate::event::Network;
use crate::frame::Frame;
use crate::link::Link;
use crate::names::fold;
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

/// How many networks a search lists.
const FOUND_MAX: usize = 50;

/// How many economies, regions or participants a search lists.
const PLACES_MAX: usize = 12;

/// What a visitor may type; more of it finds nothing.
const QUERY_CHARS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    query: String,
    /// What was looked for instead, because nothing has what was typed in its name.
    mended: Option<String>,
    places: Vec<Place>,
    participants: Vec<Place>,
    networks: Vec<Found>,
    /// Networks found, shown or not.
    all: usize,
}

/// Something with a page, by its name.
struct Place {
    name: String,
    kind: String,
    link: Link,
}

/// A network by its name.
struct Found {
    network: Network,
    name: String,
    organisation: String,
    economy: String,
}

/// `/search?q=`: a number leads to its network, a prefix or address to its page; anything else is looked for in
/// the names of networks, their holders, economies, regions and participants.
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let typed = view.get("q").unwrap_or_default().chars().filter(|c| !c.is_control());
    let query: String = typed.take(QUERY_CHARS_MAX).collect();
    let query = query.trim().to_owned();
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
    if let Some(prefix) = prefix_of(&query) {
        let link = chosen.link_to(format!("/prefix/{}", prefix.replace('/', "-")));
        return Ok(Redirect::to(&link.to_string()).into_response());
    }
    let directory = chosen.edition.directory(&site.store).await?;
    let names = chosen.edition.names(&site.store).await?;
    let places = places(&chosen, &query);
    let participants = participants(&chosen, &query);
    let mut found = names.find(directory, &query, FOUND_MAX);
    let mut mended = None;
    if found.all == 0 && places.is_empty() && participants.is_empty() {
        mended = names.mend(&query);
        found = mended.as_deref().map(|query| names.find(directory, query, FOUND_MAX)).unwrap_or_default();
    }
    // What is found alone and was typed right is what is meant.
    if mended.is_none() {
        let only = match (&found.places[..], &places[..], &participants[..]) {
            ([place], [], []) => Some(Network::new(&chosen, directory.asns[*place]).link),
            ([], [place], []) => Some(place.link.clone()),
            _ => None,
        };
        if let Some(link) = only {
            return Ok(Redirect::to(&link.to_string()).into_response());
        }
    }
    let link = chosen.link_to("/search").with("q", &query);
    let page = SearchPage {
        frame: Frame { search: query.clone(), ..Frame::of(&chosen, "", "Search", &link) },
        query,
        mended,
        places,
        participants,
        networks: found
            .places
            .into_iter()
            .map(|place| Found {
                network: Network::new(&chosen, directory.asns[place]),
                name: directory.names.get(place).to_owned(),
                organisation: directory.organisations.get(place).to_owned(),
                economy: directory.economies.get(place).to_owned(),
            })
            .collect(),
        all: found.all,
    };
    reply::page(&headers, &page)
}

/// A prefix as it was typed, or an address as the prefix of its own length. Whatever has the shape of one is
/// taken for one: the page of the prefix says what is wrong with it.
fn prefix_of(query: &str) -> Option<String> {
    if let Ok(address) = query.parse::<core::net::IpAddr>() {
        return Some(format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 }));
    }
    let (address, length) = query.split_once('/')?;
    let address: core::net::IpAddr = address.trim().parse().ok()?;
    let typed = format!("{address}/{}", length.trim());
    Some(typed.parse::<Prefix>().map_or(typed, |prefix| prefix.to_string()))
}

/// Economies and regions with every word of the query in their names, and the economy with this code.
fn places(chosen: &Chosen, query: &str) -> Vec<Place> {
    let asked = fold(query);
    if asked.is_empty() {
        return Vec::new();
    }
    let fits = |name: &str| {
        let name = fold(name);
        asked.split(' ').all(|word| name.split(' ').any(|known| known.starts_with(word)))
    };
    let economies = economy_names()
        .filter(|(code, name)| code.eq_ignore_ascii_case(&asked) || (asked.len() > 2 && fits(name)))
        .map(|(code, name)| Place {
            name: name.to_owned(),
            kind: format!("economy {code}"),
            link: chosen.link_to(format!("/economy/{code}")),
        });
    let regions = Region::all().filter(|region| asked.len() > 2 && fits(region.name)).map(|region| Place {
        name: region.name.to_owned(),
        kind: region.kind.words().to_owned(),
        link: chosen.link_to(format!("/region/{}", region.slug)),
    });
    economies.chain(regions).take(PLACES_MAX).collect()
}

/// Participants with every word of the query in their names.
fn participants(chosen: &Chosen, query: &str) -> Vec<Place> {
    let asked = fold(query);
    if asked.len() < 2 {
        return Vec::new();
    }
    let fits = |name: &str| {
        let name = fold(name);
        asked.split(' ').all(|word| name.contains(word))
    };
    let found = chosen.edition.participants.iter().filter(|row| fits(&row.organisation)).map(|row| Place {
        name: row.organisation.clone(),
        kind: programme::load(&row.programme).map_or(row.programme.clone(), |known| known.title.clone()),
        link: chosen
            .link_to("/participants")
            .with("programme", &row.programme)
            .with("name", &row.organisation),
    });
    found.take(PLACES_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_addresses_are_known_by_their_shape() {
        assert_eq!(prefix_of("192.0.2.0/24").as_deref(), Some("192.0.2.0/24"));
        assert_eq!(prefix_of("192.0.2.1").as_deref(), Some("192.0.2.1/32"));
        assert_eq!(prefix_of("2001:DB8:0::/32").as_deref(), Some("2001:db8::/32"));
        assert_eq!(prefix_of("192.0.2.1/24").as_deref(), Some("192.0.2.1/24"), "its page says what is wrong");
        assert_eq!(prefix_of("192.0.2.0/99").as_deref(), Some("192.0.2.0/99"));
        assert_eq!(prefix_of("a/b"), None);
        assert_eq!(prefix_of("Telecom / Media"), None);
    }
}
