//! `/method/framework/{id}`: every rule of one framework version, and what it changed.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use measure::framework::{self, Difference, Framework, RuleRow};

use super::example::{self, ExampleItem};
use super::{Draft, Place, Version};
use crate::Site;
use crate::edition::shipped;
use crate::format::Digest;
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::trial;
use crate::view::View;

#[derive(Template)]
#[template(path = "method_framework.html")]
struct FrameworkPage {
    frame: Frame,
    rules: Framework,
    digest: Digest,
    file: Link,
    /// What the month shown looks like under it; `None` where it was not graded by it.
    month_link: Option<Link>,
    versions: Vec<Version>,
    drafts: Vec<Draft>,
    before: Option<&'static Framework>,
    /// Side by side with the others, and who changes grade.
    against: Vec<(String, Link)>,
    differences: Vec<Difference>,
    table: Vec<RuleRow>,
    examples: Vec<ExampleItem>,
}

/// `/method/framework/{id}`, and with `.toml` behind it the file itself.
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    id: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let unreadable = |_| Refusal::wrong("the address holds no framework", "Write it like 2024-01.");
    let Path(id) = id.map_err(unreadable)?;
    if let Some((_, text)) = framework::shipped().iter().find(|(known, _)| id == format!("{known}.toml")) {
        return Ok(file(*text));
    }
    let place = Place::of(&site, &view).await?;
    let index = shipped().iter().position(|rules| rules.id == id);
    let rules = match (index, &place.chosen) {
        (Some(index), _) => Some(shipped()[index].clone()),
        (None, Some(chosen)) => {
            if let Some(kept) = id.strip_suffix(".toml")
                && let Some(text) =
                    lake::framework(&site.lake.generation(&chosen.edition.head.generation), kept)?
            {
                return Ok(file(text));
            }
            trial::framework(&site, &chosen.edition, &id)?
        }
        (None, None) => None,
    };
    let Some(rules) = rules else {
        let ids: Vec<&str> = shipped().iter().map(|rules| rules.id.as_str()).collect();
        let drafts: Vec<String> = place.drafts("").into_iter().map(|draft| draft.id).collect();
        let mut advice = vec![format!("Frameworks shipped: {}.", ids.join(", "))];
        advice.extend((!drafts.is_empty()).then(|| format!("Drafts of this month: {}.", drafts.join(", "))));
        return Err(Refusal::absent(format!("There is no framework `{id}` here"), advice));
    };
    // A draft is read against what is in force.
    let before = match index {
        Some(index) => index.checked_sub(1).map(|index| &shipped()[index]),
        None => shipped().last(),
    };
    let graded = place.chosen.as_ref().is_some_and(|chosen| {
        chosen.edition.head.frameworks.iter().any(|name| name.id == rules.id && name.digest == rules.digest)
    });
    let link = place.link_to(format!("/method/framework/{id}"));
    let page = FrameworkPage {
        frame: place.frame(&format!("Framework {id}"), &link),
        digest: Digest(rules.digest.clone()),
        file: match index {
            Some(_) => Link::to(format!("/method/framework/{id}.toml")),
            None => place.link_to(format!("/method/framework/{id}.toml")),
        },
        month_link: graded.then(|| place.link_to("/").with("framework", &id)),
        versions: shipped()
            .iter()
            .map(|other| Version { current: other.id == rules.id, ..place.version(other) })
            .collect(),
        drafts: place.drafts(&id),
        differences: before.map(|before| framework::differences(before, &rules)).unwrap_or_default(),
        against: against(&place, id.as_str()),
        before,
        table: rules.rules(),
        examples: example::items(&rules, None),
        rules,
    };
    reply::page(&headers, &page)
}

/// The very text of a file.
fn file(text: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, "application/toml; charset=utf-8")], text).into_response()
}

/// The other versions shipped, and the drafts that the month was graded by; none before a month is published.
fn against(place: &Place, id: &str) -> Vec<(String, Link)> {
    let Some(chosen) = &place.chosen else { return Vec::new() };
    let graded = chosen.edition.head.frameworks.iter().map(|name| name.id.as_str());
    let mut ids: Vec<&str> = shipped().iter().map(|rules| rules.id.as_str()).chain(graded).collect();
    ids.sort_unstable();
    ids.dedup();
    let link = |other: &str| {
        // The later one is what a vote is about.
        let (after, before) = if other > id { (other, id) } else { (id, other) };
        (other.to_owned(), place.link_to(format!("/method/framework/{after}/against/{before}")))
    };
    ids.into_iter().filter(|other| *other != id).map(link).collect()
}
