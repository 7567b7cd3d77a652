use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use lake::Value;

use super::subject::{At, LIST_MAX, SUBJECTS_MAX, Subject, TEXT_BYTES_MAX, write};
use super::table::{Section, Unit};
use super::{Comparison, column::AS_SET_BOUNDS, lines, subjects};
use crate::Site;
use crate::edition::Chosen;
use crate::format::Count;
use crate::frame::{Frame, month_in_words};
use crate::link::Link;
use crate::network::csv;
use crate::refusal::Refusal;
use crate::reply;
use crate::trend::Trend;
use crate::view::View;

/// Economies that the empty page offers.
const OFFERED_MAX: usize = 3;

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage {
    frame: Frame,
    /// One subject a line, for the form.
    lines: String,
    month: Option<String>,
    framework: Option<String>,
    headings: Vec<Heading>,
    sections: Vec<Section>,
    trends: Vec<Trend>,
    /// Subjects without a line in the charts.
    lines_more: usize,
    group_months: usize,
    has_group: bool,
    share: Link,
    csv: Link,
    /// The same in the API.
    api: Link,
    offers: Vec<(String, Link)>,
    limits: Limits,
}

/// What a comparison holds at most.
struct Limits {
    subjects: usize,
    networks: Count,
    as_set: Count,
    bytes: Count,
}

/// The head of a column.
struct Heading {
    title: String,
    link: Option<Link>,
    subject: String,
    month: String,
    framework: String,
    stamp: String,
    notes: Vec<String>,
    missing: Option<String>,
    /// The comparison without this subject, and with it in front; nothing where it stands alone or in front.
    without: Option<Link>,
    first: Option<Link>,
}

/// `/compare`
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    view: View,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let chosen = site.choose(&view).await?;
    let asked = subjects(&view)?;
    let link = |subjects: &[At]| match subjects {
        [] => chosen.link_to("/compare"),
        _ => chosen.link_to("/compare").with("subjects", write(subjects)),
    };
    let here = link(&asked);
    let comparison = Comparison::of(&site, &view, asked.clone()).await?;
    let shown = chosen.edition.head.month.as_str();
    let (trends, lines_more) = lines::charts(&site, &view, shown, &comparison.columns).await?;
    let stable = write(&comparison.spelled_out());
    let headings = comparison.columns.iter().enumerate().map(|(place, column)| {
        let head = &column.chosen.edition.head;
        let mut rest = asked.clone();
        let own = rest.remove(place);
        let mut turned = rest.clone();
        turned.insert(0, own);
        Heading {
            title: column.title.clone(),
            link: column.link.clone(),
            subject: column.at.to_string(),
            month: month_in_words(&head.month),
            framework: column.chosen.framework.id.clone(),
            stamp: Frame::of(&column.chosen, "", "", &here)
                .edition
                .map_or(String::new(), |edition| edition.stamp),
            notes: column.notes.clone(),
            missing: column.missing.clone(),
            without: (!rest.is_empty()).then(|| link(&rest)),
            first: (place > 0).then(|| link(&turned)),
        }
    });
    let page = ComparePage {
        frame: Frame::of(&chosen, "compare", "Compare", &here),
        lines: asked.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        month: view.get("month").map(str::to_owned),
        framework: view.get("framework").map(str::to_owned),
        headings: headings.collect(),
        has_group: asked.iter().any(|at| matches!(at.subject, Subject::Group(_))),
        group_months: lines::GROUP_MONTHS_MAX,
        sections: comparison.sections,
        trends,
        lines_more,
        share: Link::to("/compare").with("subjects", &stable),
        csv: here.clone().on("/compare.csv"),
        api: Link::to("/api/compare").with("subjects", &stable),
        offers: if asked.is_empty() { offers(&site, &chosen).await? } else { Vec::new() },
        limits: Limits {
            subjects: SUBJECTS_MAX,
            networks: Count(LIST_MAX as u64),
            as_set: Count(AS_SET_BOUNDS.networks_max as u64),
            bytes: Count(TEXT_BYTES_MAX as u64),
        },
    };
    reply::page(&headers, &page)
}

/// Comparisons to begin with, of what the month has.
async fn offers(site: &Site, chosen: &Chosen) -> Result<Vec<(String, Link)>, Refusal> {
    let areas = chosen.edition.areas(&site.store, &chosen.framework.id).await?;
    let mut economies: Vec<_> = areas.economies.iter().filter(|row| row.area != "ZZ").collect();
    economies.sort_by(|a, b| b.networks.cmp(&a.networks).then_with(|| a.area.cmp(&b.area)));
    let codes: Vec<String> =
        economies.iter().take(OFFERED_MAX).map(|row| format!("economy:{}", row.area)).collect();
    let registries: Vec<String> = routing::Region::all()
        .filter(|region| {
            region.kind == routing::RegionKind::Rir && areas.find("region", region.slug).is_some()
        })
        .map(|region| format!("rir:{}", region.slug))
        .collect();
    let month = &chosen.edition.head.month;
    let before = chosen.months.iter().find(|known| *known < month);
    let framework = chosen.edition.head.frameworks.iter().find(|known| known.id != chosen.framework.id);
    let offer = |words: &str, subjects: String| {
        (words.to_owned(), chosen.link_to("/compare").with("subjects", subjects))
    };
    let mut offers = Vec::new();
    if !codes.is_empty() {
        offers.push(offer("The largest economies and the world", format!("{};world", codes.join(";"))));
    }
    if registries.len() > 1 {
        offers.push(offer("The registries", registries.join(";")));
    }
    if !chosen.edition.programmes.is_empty() {
        offers.push(offer("Participants of all programmes and everybody", "programme:all;world".to_owned()));
    }
    if let Some(before) = before {
        offers.push(offer("This month and the one before", format!("world@{month};world@{before}")));
    }
    if let Some(framework) = framework {
        let other = format!("world;world@{month}/{}", framework.id);
        offers.push(offer("The same month under two frameworks", other));
    }
    Ok(offers)
}

/// `/compare.csv`: a row for each figure, of each subject its value, grade and reason, and its difference from the
/// first.
pub(crate) async fn download(State(site): State<Arc<Site>>, view: View) -> Result<Response, Refusal> {
    let asked = subjects(&view)?;
    if asked.is_empty() {
        return Err(Refusal::wrong(
            "no subjects are named",
            "Name them as in /compare.csv?subjects=AS64500;economy:NL;world.",
        ));
    }
    let comparison = Comparison::of(&site, &view, asked).await?;
    let mut names: Vec<String> = ["section", "row", "title", "unit"].map(str::to_owned).into();
    for (place, column) in comparison.columns.iter().enumerate() {
        let (month, framework) = (&column.chosen.edition.head.month, &column.chosen.framework.id);
        let subject = format!("{}@{month}/{framework}", column.at.subject);
        let more = [" grade", " unknown", " networks with data", " networks without"];
        names.push(subject.clone());
        names.extend(more.map(|more| format!("{subject}{more}")));
        if place > 0 {
            names.push(format!("{subject} difference"));
        }
    }
    let names: Vec<String> = names.iter().map(|name| csv::text(name)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows = comparison.sections.iter().flat_map(|section| {
        section.rows.iter().map(|row| {
            let mut cells: Vec<Value> = vec![
                section.key.into(),
                row.key.as_str().into(),
                row.title.as_str().into(),
                word(row.unit).into(),
            ];
            for (place, cell) in row.cells.iter().enumerate() {
                let number = |n: Option<u64>| n.map_or(Value::Null, |n| Value::Integer(n as i64));
                cells.push(cell.value.as_ref().map_or(Value::Null, |value| value_of(row.unit, *value)));
                cells.push(cell.grade.as_deref().into());
                cells.push(cell.unknown().into());
                cells.push(number(cell.of.map(|(with, _)| with)));
                cells.push(number(cell.of.map(|(_, without)| without)));
                if place > 0 {
                    cells.push(cell.difference.map_or(Value::Null, |d| value_of(row.unit, d)));
                }
            }
            cells
        })
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"compare.csv\"".to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((headers, csv::table(&names, rows)).into_response())
}

fn value_of(unit: Unit, value: f64) -> Value {
    if unit == Unit::Count { Value::Integer(value as i64) } else { Value::Float(value) }
}

/// A unit's word in the CSV and the API.
pub(crate) const fn word(unit: Unit) -> &'static str {
    match unit {
        Unit::Score => "score",
        Unit::Count => "count",
        Unit::Share => "share",
        Unit::Number => "number",
    }
}
