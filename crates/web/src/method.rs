//! `/method`: how a score comes about, from the tables and framework files that it is computed by.

pub(crate) mod against;
mod curve;
pub(crate) mod event;
mod example;
pub(crate) mod framework;
mod glossary;
pub(crate) mod metric;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use detect::{EVENT_KINDS, KindRow};
use measure::framework::{Framework, Mark, RuleRow};
use measure::metric::{METRICS, MetricRow};

use crate::Site;
use crate::edition::{Chosen, shipped};
use crate::format::Digest;
use crate::frame::Frame;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::reply;
use crate::view::View;

use glossary::Term;

/// Where a page of the method is: under a month's framework, or before any month is published.
struct Place {
    chosen: Option<Chosen>,
    /// The framework whose numbers are shown.
    rules: &'static Framework,
}

/// A framework version to choose.
struct Version {
    rules: &'static Framework,
    digest: Digest,
    link: Link,
    current: bool,
}

/// A framework that is not shipped, by which the month shown was graded.
struct Draft {
    id: String,
    link: Link,
    current: bool,
}

/// A metric in a list, with what every version does with it.
struct MetricLine {
    words: &'static MetricRow,
    link: Link,
    uses: Vec<&'static str>,
}

struct KindLine {
    words: &'static KindRow,
    link: Link,
}

#[derive(Template)]
#[template(path = "method.html")]
struct MethodPage {
    frame: Frame,
    rules: &'static Framework,
    steps: Steps,
    versions: Vec<Version>,
    drafts: Vec<Draft>,
    metrics: Vec<MetricLine>,
    kinds: Vec<KindLine>,
    marks: &'static [Mark],
    glossary: Vec<Term>,
    api: Link,
}

/// What the framework shown says at each step.
struct Steps {
    duration: String,
    accomplices: String,
    curve: Option<String>,
    scores: Vec<RuleRow>,
    grades: Vec<RuleRow>,
    pooling: Vec<RuleRow>,
}

impl Place {
    async fn of(site: &Site, view: &View) -> Result<Place, Refusal> {
        let newest = shipped().last().expect("a framework is shipped: the tests load each");
        if site.store.months().await?.is_empty() {
            return Ok(Place { chosen: None, rules: newest });
        }
        let chosen = site.choose(view).await?;
        let rules = chosen.rules.unwrap_or(newest);
        Ok(Place { chosen: Some(chosen), rules })
    }

    fn link_to(&self, path: impl Into<String>) -> Link {
        let path = path.into();
        self.chosen.as_ref().map_or_else(|| Link::to(path.clone()), |chosen| chosen.link_to(path.clone()))
    }

    fn frame(&self, title: &str, link: &Link) -> Frame {
        match &self.chosen {
            Some(chosen) => Frame::of(chosen, "method", title, link),
            None => Frame { here: "method", ..Frame::bare(title) },
        }
    }

    fn version(&self, rules: &'static Framework) -> Version {
        Version {
            link: self.link_to(format!("/method/framework/{}", rules.id)),
            digest: Digest(rules.digest.clone()),
            current: rules.id == self.rules.id,
            rules,
        }
    }

    /// Frameworks of the month that are not shipped; `current` is the one that is shown.
    fn drafts(&self, current: &str) -> Vec<Draft> {
        let graded = self.chosen.iter().flat_map(|chosen| &chosen.edition.head.frameworks);
        let own = graded.filter(|name| shipped().iter().all(|rules| rules.id != name.id));
        own.map(|name| Draft {
            link: self.link_to(format!("/method/framework/{}", name.id)),
            current: name.id == current,
            id: name.id.clone(),
        })
        .collect()
    }

    fn versions(&self) -> Vec<Version> {
        shipped().iter().map(|rules| self.version(rules)).collect()
    }
}

/// `/method`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let place = Place::of(&site, &view).await?;
    let all = place.rules.rules();
    let words = |key: &str| all.iter().find(|rule| rule.key == key).map(|rule| rule.words.clone());
    let of = |wanted: fn(&str) -> bool| all.iter().filter(|rule| wanted(&rule.key)).cloned().collect();
    let metrics = METRICS.iter().map(|words| MetricLine {
        words,
        link: place.link_to(format!("/method/{}", words.code)),
        uses: shipped().iter().map(|rules| rules.metric(words.metric).usage.as_str()).collect(),
    });
    let kinds = EVENT_KINDS
        .iter()
        .map(|words| KindLine { words, link: place.link_to(format!("/method/event/{}", words.code)) });
    let page = MethodPage {
        frame: place.frame("Method", &place.link_to("/method")),
        rules: place.rules,
        steps: Steps {
            duration: words("duration").unwrap_or_default(),
            accomplices: words("accomplices").unwrap_or_default(),
            curve: words("curve"),
            scores: of(|key| key.starts_with("score.") && !key.ends_with(".grades")),
            grades: of(|key| key.ends_with(".grades")),
            pooling: of(|key| key.starts_with("aggregation.")),
        },
        versions: place.versions(),
        drafts: place.drafts(""),
        metrics: metrics.collect(),
        kinds: kinds.collect(),
        marks: Mark::ALL,
        glossary: glossary::terms(),
        api: Link::to("/api/method"),
    };
    reply::page(&headers, &page)
}
