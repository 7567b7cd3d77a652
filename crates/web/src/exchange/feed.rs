//! Feeds of incidents: of the world, a network, a group or an economy; as Atom (RFC 4287) and as JSON Feed 1.1.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use routing::{Asn, economy_name};
use store::{EventRow, Filter};

use super::uuid::{OURS, Uuid};
use super::{IncidentLine, atom, firsts, json_feed, lines};
use crate::Site;
use crate::compare::column::Group;
use crate::edition::Chosen;
use crate::frame::month_in_words;
use crate::incidents::Asked;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::told::tell;
use crate::view::View;

/// Events that a feed is made of: the latest.
const EVENTS_MAX: i64 = 500;

/// Entries of a feed.
const ENTRIES_MAX: usize = 100;

/// What both forms are written from.
pub(crate) struct Feed {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) about: String,
    /// Its page, and the feed itself.
    pub(crate) page: String,
    pub(crate) own: String,
    /// Unix seconds.
    pub(crate) updated: i64,
    pub(crate) entries: Vec<Entry>,
}

/// One story, or one event that is alone.
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) link: String,
    pub(crate) start: i64,
    pub(crate) tags: Vec<String>,
}

/// The two forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Atom,
    Json,
}

impl Form {
    const fn ending(self) -> &'static str {
        match self {
            Form::Atom => ".atom",
            Form::Json => ".json",
        }
    }
}

/// What a feed is of.
struct Subject {
    title: String,
    path: String,
    page: Link,
    filter: Filter,
    network: Option<Asn>,
    /// Networks of a group.
    group: Option<Group>,
}

/// `/incidents.atom`
pub(crate) async fn world_atom(
    site: State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    world(&site.0, &view, &headers, Form::Atom).await
}

/// `/incidents.json`
pub(crate) async fn world_json(
    site: State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    world(&site.0, &view, &headers, Form::Json).await
}

async fn world(site: &Site, view: &View, headers: &HeaderMap, form: Form) -> Result<Response, Refusal> {
    let chosen = site.choose(view).await?;
    let asked = Asked::of_month(site, &chosen, view).await?;
    let subject = Subject {
        title: "Routing incidents".to_owned(),
        path: "/incidents".to_owned(),
        page: asked.put(chosen.link_to("/incidents")),
        filter: asked.filter_of_events(),
        network: None,
        group: None,
    };
    answer(site, &chosen, headers, form, subject).await
}

/// `/network/{asn}/incidents.atom`
pub(crate) async fn network_atom(
    site: State<Arc<Site>>,
    asn: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    network(&site.0, asn, &view, &headers, Form::Atom).await
}

/// `/network/{asn}/incidents.json`
pub(crate) async fn network_json(
    site: State<Arc<Site>>,
    asn: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    network(&site.0, asn, &view, &headers, Form::Json).await
}

async fn network(
    site: &Site,
    asn: Result<Path<String>, PathRejection>,
    view: &View,
    headers: &HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let (asn, _) = crate::network::read_asn(asn)?;
    let chosen = site.choose(view).await?;
    if site.store.network(chosen.edition.id, asn.0).await?.is_none() {
        return Err(crate::network::unknown_network(&chosen, asn));
    }
    let subject = Subject {
        title: format!("Routing incidents of {asn}"),
        path: format!("/network/{asn}/incidents"),
        page: chosen.link_to(format!("/network/{asn}")).at("incidents"),
        filter: Filter::default(),
        network: Some(asn),
        group: None,
    };
    answer(site, &chosen, headers, form, subject).await
}

/// `/economy/{code}/incidents.atom`
pub(crate) async fn economy_atom(
    site: State<Arc<Site>>,
    code: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    economy(&site.0, code, &view, &headers, Form::Atom).await
}

/// `/economy/{code}/incidents.json`
pub(crate) async fn economy_json(
    site: State<Arc<Site>>,
    code: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    economy(&site.0, code, &view, &headers, Form::Json).await
}

async fn economy(
    site: &Site,
    code: Result<Path<String>, PathRejection>,
    view: &View,
    headers: &HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let advice = "Write two letters (ISO 3166-1 alpha-2), such as /economy/NL/incidents.atom.";
    let Path(code) = code.map_err(|_| Refusal::wrong("the address holds no economy", advice))?;
    let code = code.to_ascii_uppercase();
    let Some(name) = economy_name(&code) else {
        return Err(Refusal::wrong(format!("`{code}` is not the code of an economy"), advice));
    };
    let chosen = site.choose(view).await?;
    let subject = Subject {
        title: format!("Routing incidents of networks of {name}"),
        path: format!("/economy/{code}/incidents"),
        page: chosen.link_to("/incidents").with("economy", &code),
        filter: Filter { economy: Some(code), ..Filter::default() },
        network: None,
        group: None,
    };
    answer(site, &chosen, headers, form, subject).await
}

/// `/group/{members}/incidents.atom`
pub(crate) async fn group_atom(
    site: State<Arc<Site>>,
    members: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    group(&site.0, members, &view, &headers, Form::Atom).await
}

/// `/group/{members}/incidents.json`
pub(crate) async fn group_json(
    site: State<Arc<Site>>,
    members: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    group(&site.0, members, &view, &headers, Form::Json).await
}

async fn group(
    site: &Site,
    members: Result<Path<String>, PathRejection>,
    view: &View,
    headers: &HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let (chosen, group, members) = crate::group::found(site, members, view).await?;
    let page = crate::group::path_of(&members);
    let subject = Subject {
        title: format!("Routing incidents of {}", crate::group::title_of(&members, &group)),
        path: format!("{page}/incidents"),
        page: chosen.link_to(page).at("incidents"),
        filter: Filter::default(),
        network: None,
        group: Some(group),
    };
    answer(site, &chosen, headers, form, subject).await
}

async fn answer(
    site: &Site,
    chosen: &Chosen,
    headers: &HeaderMap,
    form: Form,
    subject: Subject,
) -> Result<Response, Refusal> {
    let id = chosen.edition.id;
    let events = match (subject.network, &subject.group) {
        (_, Some(group)) => crate::group::events(site, chosen, group, EVENTS_MAX as usize).await?,
        (Some(asn), None) => {
            let events = site.store.events_page_of(id, asn.0, EVENTS_MAX, 0).await?;
            events.into_iter().filter(|event| event.verdict == "incident").collect()
        }
        (None, None) => {
            // Of one verdict always: what is judged an incident, where none is asked for.
            let verdict = subject.filter.verdict.clone().or_else(|| Some("incident".to_owned()));
            let filter = Filter { verdict, ..subject.filter.clone() };
            site.store.events_page(id, &filter, true, (EVENTS_MAX, 0)).await?
        }
    };
    let feed = feed(chosen, &subject, form, events, &base(headers));
    let (text, media_type) = match form {
        Form::Atom => (atom::write(&feed), "application/atom+xml; charset=utf-8"),
        Form::Json => (json_feed::write(&feed), "application/feed+json; charset=utf-8"),
    };
    let tag = format!("\"{}\"", &reply::hex(text.as_bytes())[..32]);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let kept = [
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::ETAG, tag.clone()),
        (header::VARY, "Host".to_owned()),
    ];
    if known.is_some_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)) {
        return Ok((axum::http::StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, [(header::CONTENT_TYPE, media_type)], text).into_response())
}

fn feed(chosen: &Chosen, subject: &Subject, form: Form, events: Vec<EventRow>, base: &str) -> Feed {
    let head = &chosen.edition.head;
    let firsts = firsts(&events);
    let mut told: Vec<IncidentLine> = lines(&events);
    told.reverse();
    told.truncate(ENTRIES_MAX);
    let entry = |line: IncidentLine| {
        let told = firsts.get(line.id.as_str()).map(|event| tell(event));
        let mut text = told.map_or_else(String::new, |told| format!("{} {}", told.sentence, told.verdict));
        if line.prefixes.len() > 1 {
            text.push_str(&format!(" {} prefixes in all.", line.prefixes.len()));
        }
        Entry {
            id: format!("urn:uuid:{}", Uuid::named(OURS, &format!("entry {} {}", head.month, line.id))),
            title: super::stix::name(&line),
            text,
            link: format!("{base}{}", Link::to(format!("/event/{}", line.id)).with("month", &head.month)),
            start: line.start,
            tags: vec![line.kind, line.reason],
        }
    };
    let own = subject.page.clone().on(format!("{}{}", subject.path, form.ending())).at("");
    Feed {
        id: format!("urn:uuid:{}", Uuid::named(OURS, &format!("feed {}", subject.page))),
        title: subject.title.clone(),
        about: format!(
            "What was detected in {} and judged {}, the latest first.",
            month_in_words(&head.month),
            match subject.filter.verdict.as_deref() {
                None | Some("incident") => "an incident",
                Some(verdict) => verdict,
            }
        ),
        page: format!("{base}{}", subject.page),
        own: format!("{base}{own}"),
        updated: head.published_at,
        entries: told.into_iter().map(entry).collect(),
    }
}

/// Scheme and host that the reader asked, so that a feed read elsewhere leads back; nothing where they cannot be
/// told, and links are relative then.
fn base(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let plain = |host: &&str| {
        !host.is_empty()
            && host.len() < 256
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b))
    };
    let Some(host) = text("host").filter(plain) else { return String::new() };
    let scheme = if text("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    format!("{scheme}://{host}")
}
