//! `/programme/{id}`: what a programme asks for, what is measured of it, who takes part.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use measure::framework::ScoreKey;
use programme::{Action, Programme, shipped};
use store::ParticipantRow;

use crate::Site;
use crate::edition::Chosen;
use crate::format::{Count, Digest};
use crate::frame::{Choice, Frame};
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::score::{score_rule, score_words};
use crate::view::View;

#[derive(Template)]
#[template(path = "programme.html")]
struct ProgrammePage {
    frame: Frame,
    choices: Vec<Choice>,
    programme: &'static Programme,
    digest: Digest,
    actions: Vec<ActionItem>,
    participants: Count,
    list: Link,
    statistics: Link,
    /// Partners with how many participants they vouch for, those of most first.
    partners: Vec<(String, Count)>,
}

/// An action with its items.
struct ActionItem {
    action: &'static Action,
    items: Vec<ItemLine>,
}

/// What is stated of an item, and what is measured for it.
struct ItemLine {
    title: &'static str,
    extra: bool,
    measured: Vec<Measured>,
    /// Each word with how many participants it is said of; those of whom nothing is said last.
    stated: Vec<(&'static str, Count)>,
}

/// A score that is published for whoever is conformant with an item.
struct Measured {
    title: String,
    /// The metrics it is made from; where the framework's file is not at hand, none.
    metrics: Vec<(String, Link)>,
}

/// `/programme/{id}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    id: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let id = id.map_or_else(|_| String::new(), |Path(id)| id);
    let Ok(programme) = programme::load(&id) else {
        let known: Vec<String> = shipped().iter().map(|p| format!("/programme/{}", p.id)).collect();
        return Err(Refusal::absent(
            format!("There is no programme `{id}`"),
            vec![format!("There is {}.", known.join(", "))],
        ));
    };
    let rows: Vec<&ParticipantRow> =
        chosen.edition.participants.iter().filter(|row| row.programme == programme.id).collect();
    let link = chosen.link_to(format!("/programme/{}", programme.id));
    let choice = |of: &'static Programme| Choice {
        label: of.title.clone(),
        link: chosen.link_to(format!("/programme/{}", of.id)),
        current: of.id == programme.id,
    };
    let page = ProgrammePage {
        frame: Frame::of(&chosen, "participants", &programme.title, &link),
        choices: shipped().iter().map(choice).collect(),
        programme,
        digest: Digest(programme.digest.clone()),
        actions: programme.actions.iter().map(|action| action_item(&chosen, action, &rows)).collect(),
        participants: Count(rows.len() as u64),
        list: chosen.link_to("/participants").with("programme", &programme.id),
        statistics: chosen.link_to("/participants/statistics").with("programme", &programme.id),
        partners: partners(&rows),
    };
    reply::page(&headers, &page)
}

fn action_item(chosen: &Chosen, action: &'static Action, rows: &[&ParticipantRow]) -> ActionItem {
    let line = |item: &'static programme::Item| {
        let said = |word: &str| {
            let of = rows
                .iter()
                .filter(|row| row.conformance.get(&item.key).map_or("not stated", String::as_str) == word);
            Count(of.count() as u64)
        };
        let words = Programme::words(action).iter().map(|word| (word.as_str(), said(word.as_str())));
        ItemLine {
            title: &item.title,
            extra: item.extra,
            measured: item.scores.iter().map(|key| measured(chosen, *key)).collect(),
            stated: words.filter(|(_, count)| count.0 > 0).collect(),
        }
    };
    ActionItem { action, items: action.items.iter().map(line).collect() }
}

fn measured(chosen: &Chosen, key: ScoreKey) -> Measured {
    let rule = score_rule(chosen.rules, key.as_str());
    let metrics = rule.into_iter().flat_map(|rule| rule.components.iter().flatten());
    let named = metrics.map(|metric| (metric.to_string(), chosen.link_to(format!("/method/{metric}"))));
    Measured { title: score_words(chosen.rules, key.as_str()).title, metrics: named.collect() }
}

fn partners(rows: &[&ParticipantRow]) -> Vec<(String, Count)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for partner in rows.iter().flat_map(|row| &row.partners) {
        *counts.entry(partner).or_default() += 1;
    }
    let mut partners: Vec<(String, Count)> =
        counts.into_iter().map(|(name, n)| (name.to_owned(), Count(n))).collect();
    partners.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    partners
}
