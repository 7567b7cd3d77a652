//! `/method/framework/{id}/against/{other}`: what one framework changes against another, in sentences, and who changes
//! grade in the month shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use lake::Value;
use measure::framework::{self, Differs, Framework, Sentence};
use simulation::{Change, Count as Moves, Scope, Simulation, Standing};

use crate::Site;
use crate::edition::{Chosen, shipped};
use crate::format::{Count, Digest, Score};
use crate::frame::Frame;
use crate::link::{Link, Pages};
use crate::network::csv;
use crate::refusal::Refusal;
use crate::reply;
use crate::trial;
use crate::view::View;

/// Networks on one page of the list.
const NETWORKS_PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "method_against.html")]
struct AgainstPage {
    frame: Frame,
    before: Framework,
    after: Framework,
    digests: [Digest; 2],
    month: String,
    rules: Vec<Sentence>,
    marks: Vec<Sentence>,
    rest: Vec<Sentence>,
    unknown: Vec<String>,
    counts: Vec<CountLine>,
    economies: Vec<EconomyLine>,
    networks: Vec<Line>,
    areas: Vec<Line>,
    participants: Vec<Line>,
    pages: Pages,
    csv: Link,
    api: Link,
    turned: Link,
}

/// How one score moves for one kind of subject.
struct CountLine {
    scope: &'static str,
    score: String,
    changed: Count,
    subjects: Count,
    better: Count,
    worse: Count,
    gained: Count,
    lost: Count,
}

/// How many networks of an economy change a grade.
struct EconomyLine {
    code: String,
    link: Option<Link>,
    better: Count,
    worse: Count,
    other: Count,
}

/// One subject that changes a grade.
struct Line {
    id: String,
    name: String,
    link: Option<Link>,
    economy: String,
    score: String,
    before: String,
    after: String,
}

struct Asked {
    chosen: Chosen,
    before: Framework,
    after: Framework,
    simulation: Arc<Simulation>,
}

async fn ask(
    site: &Site,
    named: Result<Path<(String, String)>, PathRejection>,
    view: &View,
) -> Result<Asked, Refusal> {
    let unreadable = |_| {
        Refusal::wrong(
            "the address holds no frameworks",
            "Write it like /method/framework/2024-01/against/2022-10.",
        )
    };
    let Path((after, before)) = named.map_err(unreadable)?;
    let chosen = site.choose(view).await?;
    let known = |id: &str| -> Result<Framework, Refusal> {
        trial::framework(site, &chosen.edition, id)?.ok_or_else(|| {
            let ids: Vec<&str> = shipped().iter().map(|rules| rules.id.as_str()).collect();
            Refusal::absent(
                format!("There is no framework `{id}` here"),
                vec![
                    format!("Frameworks shipped: {}.", ids.join(", ")),
                    "A draft is here when the month was graded by it: name its file under `frameworks` in the \
                     configuration."
                        .to_owned(),
                ],
            )
        })
    };
    let (before, after) = (known(&before)?, known(&after)?);
    let simulation = trial::of(site, &chosen.edition, &before, &after).await?;
    Ok(Asked { chosen, before, after, simulation })
}

/// `/method/framework/{id}/against/{other}`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    named: Result<Path<(String, String)>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Asked { chosen, before, after, simulation } = ask(&site, named, &view).await?;
    let path = format!("/method/framework/{}/against/{}", after.id, before.id);
    let link = chosen.link_to(&path);
    let of = |scope: Scope| simulation.changes.iter().filter(move |change| change.scope == scope);
    let moved: Vec<&Change> = of(Scope::Network).collect();
    let asked = view.get("page").and_then(|n| n.parse().ok()).unwrap_or(1);
    let pages = Pages::new(moved.len(), NETWORKS_PER_PAGE, asked, "page", &link);
    let line = |change: &&Change| line(&chosen, change);
    let said = framework::sentences(&before, &after);
    let kind = |differs: &[Differs]| -> Vec<Sentence> {
        said.iter().filter(|sentence| differs.contains(&sentence.differs)).cloned().collect()
    };
    let page = AgainstPage {
        frame: Frame::of(&chosen, "method", &format!("Framework {} against {}", after.id, before.id), &link),
        digests: [Digest(before.digest.clone()), Digest(after.digest.clone())],
        month: simulation.month.clone(),
        rules: kind(&[Differs::Rule]),
        marks: kind(&[Differs::Mark]),
        rest: kind(&[Differs::Source, Differs::Words]),
        unknown: simulation.unknown.clone(),
        counts: simulation.counts.iter().map(count_line).collect(),
        economies: by_economy(&chosen, &moved),
        networks: moved[pages.range()].iter().map(line).collect(),
        areas: of(Scope::Economy).collect::<Vec<_>>().iter().map(line).collect(),
        participants: of(Scope::Participant).collect::<Vec<_>>().iter().map(line).collect(),
        pages,
        csv: chosen.link_to(format!("{path}/changes.csv")),
        api: Link::to("/api/changes")
            .with("month", &simulation.month)
            .with("framework", &after.id)
            .with("against", &before.id),
        turned: chosen.link_to(format!("/method/framework/{}/against/{}", before.id, after.id)),
        before,
        after,
    };
    reply::page(&headers, &page)
}

const CSV_COLUMNS: [&str; 12] = [
    "month",
    "scope",
    "id",
    "name",
    "economy",
    "score",
    "before",
    "before_grade",
    "before_unknown",
    "after",
    "after_grade",
    "after_unknown",
];

/// `/method/framework/{id}/against/{other}/changes.csv`
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    named: Result<Path<(String, String)>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let Asked { before, after, simulation, .. } = ask(&site, named, &view).await?;
    let rows = simulation.changes.iter().map(|change| {
        let mut row: Vec<Value> = vec![
            change.month.as_str().into(),
            change.scope.as_str().into(),
            change.id.as_str().into(),
            change.name.as_str().into(),
            change.economy.as_str().into(),
            change.score.into(),
        ];
        for standing in [&change.before, &change.after] {
            row.extend([standing.score.into(), standing.grade.into(), standing.unknown.clone().into()]);
        }
        row
    });
    let name = format!("{}-{}-against-{}.csv", simulation.month, after.id, before.id);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, csv::table(&CSV_COLUMNS, rows)).into_response())
}

fn words(key: &str) -> String {
    key.replace('_', " ")
}

fn count_line(count: &Moves) -> CountLine {
    CountLine {
        scope: match count.scope {
            Scope::Network => "Networks",
            Scope::Economy => "Economies",
            Scope::Participant => "Participants",
        },
        score: words(count.score),
        changed: Count(count.changed()),
        subjects: Count(count.subjects),
        better: Count(count.better),
        worse: Count(count.worse),
        gained: Count(count.gained),
        lost: Count(count.lost),
    }
}

fn standing(standing: &Standing) -> String {
    match (standing.grade, standing.score) {
        (Some(grade), Some(score)) => format!("{grade} {}", Score(score)),
        _ => standing.unknown.clone().unwrap_or_else(|| "no data".to_owned()),
    }
}

fn line(chosen: &Chosen, change: &Change) -> Line {
    let link = match change.scope {
        Scope::Network => Some(chosen.link_to(format!("/network/{}", change.id))),
        Scope::Economy => Some(chosen.link_to(format!("/economy/{}", change.id))),
        Scope::Participant => None,
    };
    Line {
        id: change.id.clone(),
        name: change.name.clone(),
        link,
        economy: change.economy.clone(),
        score: words(change.score),
        before: standing(&change.before),
        after: standing(&change.after),
    }
}

/// Economies by how many of their networks' grades change, most first.
fn by_economy(chosen: &Chosen, moved: &[&Change]) -> Vec<EconomyLine> {
    let rank = |s: &Standing| s.grade.map(|g| ["ready", "aspiring", "lagging"].iter().position(|k| *k == g));
    let mut all: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for change in moved {
        let place = match (rank(&change.before), rank(&change.after)) {
            (Some(was), Some(is)) if is < was => 0,
            (Some(_), Some(_)) => 1,
            _ => 2,
        };
        all.entry(&change.economy).or_default()[place] += 1;
    }
    let mut all: Vec<(&str, [u64; 3])> = all.into_iter().collect();
    all.sort_by_key(|(code, moves)| (std::cmp::Reverse(moves.iter().sum::<u64>()), *code));
    let line = |(code, [better, worse, other]): (&str, [u64; 3])| EconomyLine {
        code: if code.is_empty() { "not known".to_owned() } else { code.to_owned() },
        link: (!code.is_empty()).then(|| chosen.link_to(format!("/economy/{code}"))),
        better: Count(better),
        worse: Count(worse),
        other: Count(other),
    };
    all.into_iter().map(line).collect()
}
