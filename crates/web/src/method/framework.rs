//! `/method/framework/{id}`: every rule of one framework version, and what it changed.

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use measure::framework::{self, Difference, Framework, RuleRow};

use super::example::{self, ExampleItem};
use super::{Place, Version};
use crate::Site;
use crate::edition::shipped;
use crate::format::Digest;
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

#[derive(Template)]
#[template(path = "method_framework.html")]
struct FrameworkPage {
    frame: Frame,
    rules: &'static Framework,
    digest: Digest,
    file: String,
    /// What the month shown looks like under it; `None` where it was not graded by it.
    month_link: Option<Link>,
    versions: Vec<Version>,
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
        return Ok(([(header::CONTENT_TYPE, "application/toml; charset=utf-8")], *text).into_response());
    }
    let Some(index) = shipped().iter().position(|rules| rules.id == id) else {
        let ids: Vec<&str> = shipped().iter().map(|rules| rules.id.as_str()).collect();
        let advice = format!("Frameworks shipped: {}.", ids.join(", "));
        return Err(Refusal::absent(format!("There is no framework `{id}` here"), vec![advice]));
    };
    let rules = &shipped()[index];
    let before = index.checked_sub(1).map(|index| &shipped()[index]);
    let place = Place::of(&site, &view).await?;
    let graded = place.chosen.as_ref().is_some_and(|chosen| {
        chosen.edition.head.frameworks.iter().any(|name| name.id == rules.id && name.digest == rules.digest)
    });
    let link = place.link_to(format!("/method/framework/{id}"));
    let page = FrameworkPage {
        frame: place.frame(&format!("Framework {id}"), &link),
        digest: Digest(rules.digest.clone()),
        file: format!("/method/framework/{id}.toml"),
        month_link: graded.then(|| place.link_to("/").with("framework", &id)),
        versions: shipped()
            .iter()
            .map(|other| Version { current: other.id == rules.id, ..place.version(other) })
            .collect(),
        differences: before.map(|before| framework::differences(before, rules)).unwrap_or_default(),
        against: against(&place, id.as_str()),
        before,
        table: rules.rules(),
        examples: example::items(rules, None),
        rules,
    };
    reply::page(&headers, &page)
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
