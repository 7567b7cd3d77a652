//! Foreign series: what the original Observatory published, at `/foreign` and beside ours. Theirs stay theirs: every
//! number of a series stands under its label and is part of none of ours.

pub(crate) mod compare;
pub(crate) mod flags;

use std::sync::Arc;

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use measure::framework::ScoreKey;
use measure::metric::METRICS;
use routing::Asn;
use serde_json::Value;
use store::{ForeignRow, ForeignSeriesRow};

use crate::Site;
use crate::api::csv;
use crate::edition::Chosen;
use crate::format::{Count, Score, counted};
use crate::frame::{Choice, Frame, month_in_words};
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::reply;
use crate::score::{ScoreWords, score_words};
use crate::view::View;

use compare::{Comparison, Pair, ScoreComparison, rounding};

use flags::OfProgramme;

pub(crate) use compare::Comparisons;

/// Differences on one page of the list.
const PER_PAGE: usize = 25;

/// Grades as a table's headings.
const GRADES: [&str; 4] = ["ready", "aspiring", "lagging", "no data"];

#[derive(Template)]
#[template(path = "foreign.html")]
struct ForeignPage {
    frame: Frame,
    series: Vec<SeriesItem>,
    /// Other months that have any.
    months: Vec<(String, Link)>,
}

struct SeriesItem {
    label: String,
    of: String,
    from: String,
    link: Link,
    scores: Vec<ScoreItem>,
}

/// The agreement of one score.
struct ScoreItem {
    words: ScoreWords,
    link: Link,
    theirs: Count,
    both: Count,
    same_grade: Option<(Count, Count)>,
    mean_difference: Option<Score>,
    alike: Count,
}

#[derive(Template)]
#[template(path = "foreign_series.html")]
struct SeriesPage {
    frame: Frame,
    all: Link,
    series: SeriesItem,
    rounded: String,
    choices: Vec<Choice>,
    shown: Option<ScoreShown>,
    /// What it states of participants, by programme.
    flags: Vec<OfProgramme>,
    csv: Link,
}

/// One score in full.
struct ScoreShown {
    words: ScoreWords,
    columns: [&'static str; 4],
    /// Their grade and how many subjects have each of our grades.
    grades: Vec<(&'static str, [Count; 4])>,
    differences: Vec<DifferenceItem>,
    pages: Pages,
}

struct DifferenceItem {
    subject: String,
    name: String,
    link: Option<Link>,
    day: String,
    theirs: String,
    their_grade: &'static str,
    ours: Score,
    our_grade: &'static str,
    difference: String,
    why: Vec<String>,
}

/// What a foreign series says of a network, as the network's page tells it.
pub(crate) struct ForeignSaid {
    pub(crate) label: String,
    pub(crate) link: Link,
    pub(crate) day: String,
    /// The participant it is said of; absent where it is said of the network itself.
    pub(crate) participant: Option<String>,
    /// Scores: which, value, grade.
    pub(crate) scores: Vec<(String, String, String)>,
}

/// What the foreign series of the month say of a network.
pub(crate) async fn said(site: &Site, chosen: &Chosen, asn: Asn) -> Result<Vec<ForeignSaid>, Refusal> {
    let rows = site.store.foreign_of(chosen.edition.id, asn.0).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let series = site.store.foreign_series(chosen.edition.id).await?;
    let label = |row: &ForeignRow| {
        series.iter().find(|s| s.series == row.series).map_or_else(|| row.series.clone(), |s| s.label.clone())
    };
    let tell = |row: ForeignRow| ForeignSaid {
        label: label(&row),
        link: chosen.link_to(format!("/foreign/{}", row.series)),
        scores: row
            .scores
            .iter()
            .map(|score| {
                let words = score_words(chosen.rules, &score.key);
                let value = score.value.map_or_else(|| "no data".to_owned(), |value| value.to_string());
                (words.title, value, score.severity.clone().unwrap_or_default())
            })
            .collect(),
        participant: row.participant.is_some().then(|| row.name.clone()),
        day: row.day,
    };
    Ok(rows.into_iter().filter(|row| !row.scores.is_empty()).map(tell).collect())
}

/// `/foreign`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let mut series = Vec::new();
    for head in site.store.foreign_series(chosen.edition.id).await? {
        if let Some(comparison) = compare::of(&site, &chosen, &head.series).await? {
            series.push(item(&chosen, &comparison));
        }
    }
    let month = &chosen.edition.head.month;
    let months = site.store.foreign_months().await?.into_iter().filter(|other| other != month);
    let months = months.map(|month| {
        let link = chosen.link_to("/foreign").with_some("month", Some(&month));
        (month_in_words(&month), link)
    });
    let title = format!("Foreign series of {}", month_in_words(month));
    let page = ForeignPage {
        frame: Frame::of(&chosen, "foreign", &title, &chosen.link_to("/foreign")),
        series,
        months: months.collect(),
    };
    reply::page(&headers, &page)
}

/// `/foreign/{series}`
pub(crate) async fn series(
    State(site): State<Arc<Site>>,
    named: Result<Path<String>, PathRejection>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let comparison = found(&site, &chosen, named).await?;
    let keys: Vec<&str> = comparison.scores.iter().map(|score| score.key.as_str()).collect();
    let asked = view.word("score", &keys)?;
    let score = match asked {
        Some(key) => comparison.scores.iter().find(|score| score.key.as_str() == key),
        None => comparison.scores.first(),
    };
    let path = format!("/foreign/{}", comparison.head.series);
    let here = |key: Option<&str>| chosen.link_to(&path).with_some("score", key);
    let mut link = here(asked);
    let shown = match score {
        Some(score) => {
            let pages = Pages::new(
                score.both as usize,
                PER_PAGE,
                view.page("page")?,
                "page",
                &link.clone().at("differences"),
            );
            link = link.paged("page", pages.page);
            Some(ScoreShown::new(&site, &chosen, &comparison, score, pages).await?)
        }
        None => None,
    };
    let head = &comparison.head;
    let page = SeriesPage {
        frame: Frame::of(&chosen, "foreign", &format!("Foreign series: {}", head.label), &link),
        all: chosen.link_to("/foreign"),
        series: item(&chosen, &comparison),
        rounded: match head.decimals {
            Some(n) => format!(
                "Its values are rounded to {n} decimals; where its files state no grade, the grade is that of \
                 the rounded value by the thresholds of framework {}.",
                chosen.framework.id
            ),
            None => "Its values are written in full, with the grades it gave.".to_owned(),
        },
        choices: comparison
            .scores
            .iter()
            .map(|score| Choice {
                label: score_words(chosen.rules, score.key.as_str()).full(),
                link: here(Some(score.key.as_str())).at("score"),
                current: shown.as_ref().is_some_and(|shown| shown.words.key == score.key.as_str()),
            })
            .collect(),
        shown,
        flags: flags::of_series(&chosen, &comparison.rows),
        csv: chosen.link_to(format!("{path}/comparison.csv")),
    };
    reply::page(&headers, &page)
}

/// `/foreign/{series}/comparison.csv`: every score of every subject, theirs beside ours.
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    named: Result<Path<String>, PathRejection>,
    view: View,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let comparison = found(&site, &chosen, named).await?;
    let lines = lines(&chosen, &comparison);
    let names: Vec<&str> = crate::api::foreign_fields();
    let rows: Vec<Vec<Value>> = lines.iter().map(Line::values).collect();
    let (series, month) = (&comparison.head.series, &chosen.edition.head.month);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"foreign-{series}-{month}.csv\"")),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, csv::write(&names, &rows)).into_response())
}

pub(crate) use crate::api::ForeignLine as Line;

/// Every score of every subject, by score and subject.
pub(crate) fn lines(chosen: &Chosen, comparison: &Arc<Comparison>) -> Vec<Line> {
    let framework = &chosen.framework.id;
    let mut out = Vec::new();
    for (at, score) in comparison.scores.iter().enumerate() {
        let mut order: Vec<usize> = (0..score.pairs.len()).collect();
        order.sort_by_key(|&pair| score.pairs[pair].row);
        let line =
            |pair| Line { comparison: Arc::clone(comparison), score: at, pair, framework: framework.clone() };
        out.extend(order.into_iter().map(line));
    }
    out
}

async fn found(
    site: &Site,
    chosen: &Chosen,
    named: Result<Path<String>, PathRejection>,
) -> Result<Arc<Comparison>, Refusal> {
    let unreadable = |_| Refusal::wrong("the address names no series", "Start from /foreign.");
    let Path(named) = named.map_err(unreadable)?;
    let found = compare::of(site, chosen, &named).await?;
    if let Some(comparison) = found {
        return Ok(comparison);
    }
    let month = &chosen.edition.head.month;
    let known = site.store.foreign_series(chosen.edition.id).await?;
    let known: Vec<String> = known.into_iter().map(|series| series.series).collect();
    let advice = match known.is_empty() {
        true => format!("{month} has none; months that have any: /foreign lists them."),
        false => format!("Those of {month}: {}.", known.join(", ")),
    };
    Err(Refusal::absent(format!("{month} has no foreign series `{named}`"), vec![advice]))
}

fn item(chosen: &Chosen, comparison: &Comparison) -> SeriesItem {
    let head = &comparison.head;
    let link = chosen.link_to(format!("/foreign/{}", head.series));
    SeriesItem {
        label: head.label.clone(),
        of: of_whom(head),
        from: format!("{}, of {}", head.sources.join(", "), head.days.join(", ")),
        scores: comparison
            .scores
            .iter()
            .map(|score| {
                let (same, graded) = score.same_grade();
                let theirs = score.pairs.iter().filter(|pair| pair.theirs.is_some()).count() as u64;
                ScoreItem {
                    words: score_words(chosen.rules, score.key.as_str()),
                    link: link.clone().with("score", score.key.as_str()).at("score"),
                    theirs: Count(theirs),
                    both: Count(score.both),
                    same_grade: (graded > 0).then_some((Count(same), Count(graded))),
                    mean_difference: score.mean_difference.map(Score),
                    alike: Count(score.alike),
                }
            })
            .collect(),
        link,
    }
}

fn of_whom(head: &ForeignSeriesRow) -> String {
    let mut parts = Vec::new();
    if head.networks > 0 {
        parts.push(counted(head.networks, "network", "networks"));
    }
    if head.participants > 0 {
        parts.push(counted(head.participants, "participant", "participants"));
    }
    parts.join(" and ")
}

impl ScoreShown {
    async fn new(
        site: &Site,
        chosen: &Chosen,
        comparison: &Comparison,
        score: &ScoreComparison,
        pages: Pages,
    ) -> Result<ScoreShown, Refusal> {
        let mut differences = Vec::new();
        for pair in &score.compared()[pages.range()] {
            differences.push(DifferenceItem::new(site, chosen, comparison, score.key, pair).await?);
        }
        let grades = GRADES.iter().zip(score.grades).map(|(word, row)| (*word, row.map(Count)));
        Ok(ScoreShown {
            words: score_words(chosen.rules, score.key.as_str()),
            columns: GRADES,
            grades: grades.collect(),
            differences,
            pages,
        })
    }
}

impl DifferenceItem {
    async fn new(
        site: &Site,
        chosen: &Chosen,
        comparison: &Comparison,
        key: ScoreKey,
        pair: &Pair,
    ) -> Result<DifferenceItem, Refusal> {
        let row = &comparison.rows[pair.row];
        let apart = pair.difference.unwrap_or_default();
        let mut why = Vec::new();
        if apart.abs() <= rounding(comparison.head.decimals) {
            why.push("no further apart than their rounding".to_owned());
        }
        match (&row.participant, row.asn) {
            (None, Some(asn)) => why.extend(rests_on(site, chosen, asn, key).await?),
            (Some((programme, id)), _) => why.extend(pooled(chosen, programme, id, key, row)),
            (None, None) => {}
        }
        Ok(DifferenceItem {
            subject: row.subject.clone(),
            name: row.name.clone(),
            link: row.asn.map(|asn| chosen.link_to(format!("/network/{}", Asn(asn)))),
            day: row.day.clone(),
            theirs: pair.theirs.map(|value| value.to_string()).unwrap_or_default(),
            their_grade: pair.their_grade.unwrap_or("not graded"),
            ours: Score(pair.ours.unwrap_or_default()),
            our_grade: pair.our_grade.unwrap_or("not graded"),
            difference: format!("{apart:+.3}"),
            why,
        })
    }
}

/// What our score of a network rests on: its metrics in words, and those that are unknown.
async fn rests_on(site: &Site, chosen: &Chosen, asn: u32, key: ScoreKey) -> Result<Vec<String>, Refusal> {
    let rule = chosen.rules.and_then(|rules| rules.score(key));
    let readiness = site.store.readiness(chosen.edition.id, &chosen.framework.id, asn).await?;
    let (Some(rule), Some(readiness)) = (rule, readiness) else { return Ok(Vec::new()) };
    let codes: Vec<&str> = rule
        .components
        .iter()
        .flatten()
        .filter_map(|part| METRICS.iter().find(|row| row.metric == *part).map(|row| row.code))
        .collect();
    let metrics = readiness.metrics.iter().filter(|metric| codes.contains(&metric.metric.as_str()));
    let tell = |metric: &store::MetricRow| {
        let what = metric.unknown.as_deref().unwrap_or(&metric.because);
        (!what.is_empty()).then(|| format!("{}: {what}", metric.metric))
    };
    Ok(metrics.filter_map(tell).collect())
}

/// Of how many networks our score of a participant is, and which of theirs are not among them.
fn pooled(chosen: &Chosen, programme: &str, id: &str, key: ScoreKey, row: &ForeignRow) -> Option<String> {
    let ours = chosen.edition.participants.iter().find(|p| p.programme == programme && p.id == id)?;
    let scores = ours.scores.get(&chosen.framework.id)?;
    let score = scores.iter().find(|score| score.key == key.as_str())?;
    let counted: Vec<u32> = ours.networks.iter().filter(|n| n.counted).map(|n| n.asn).collect();
    let same = counted.iter().all(|asn| row.networks.contains(asn)) && counted.len() == row.networks.len();
    let networks = match same {
        true => "the same networks",
        false => "other networks than theirs",
    };
    Some(format!("mean of {} of {}, {networks}", score.with_data, counted_networks(score.networks)))
}

fn counted_networks(n: u32) -> String {
    counted(n.into(), "network", "networks")
}
