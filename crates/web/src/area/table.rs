use std::cmp::Ordering;

use measure::framework::ScoreKey;
use routing::{Region, economy_name};
use store::{AggregateRow, GradeCounts};

use crate::bar::{Bar, SmallBar};
use crate::edition::Chosen;
use crate::format::{Count, Score, counted};
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::score::score_words;
use crate::sign::Sign;
use crate::view::View;

/// Areas on one page of the table: more of them and the world page, with its map, would weigh too much.
const AREAS_PER_PAGE: usize = 15;

/// Where a table of areas stands and which parts of the query are its own.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The page with everything asked for but what is this table's.
    pub(crate) link: Link,
    /// The query's key of its order.
    pub(crate) sort: &'static str,
    /// The query's key of its page.
    pub(crate) page: &'static str,
    /// Where in the page it is.
    pub(crate) fragment: &'static str,
    /// Heading of its first column.
    pub(crate) heading: &'static str,
}

impl Layout {
    /// A table on a page whose address is `link`; its order and page stand under keys of their own.
    pub(crate) fn new(
        link: &Link,
        view: &View,
        sort: &'static str,
        page: &'static str,
        heading: &'static str,
    ) -> Layout {
        let fragment = if sort == "sort" { "economies" } else { sort };
        Layout { link: link.clone().with_some(sort, view.get(sort)), sort, page, fragment, heading }
    }
}

/// A table of economies or regions.
pub(crate) struct AreaTable {
    pub(crate) columns: Vec<Heading>,
    pub(crate) rows: Vec<AreaItem>,
    pub(crate) pages: Pages,
    /// The page with its whole state.
    pub(crate) link: Link,
}

/// The heading of a column that sorts the table.
pub(crate) struct Heading {
    pub(crate) label: String,
    pub(crate) title: String,
    pub(crate) number: bool,
    /// `ascending`, `descending`, or empty when the table is sorted by another column.
    pub(crate) sorted: &'static str,
    pub(crate) link: Link,
}

/// One area.
pub(crate) struct AreaItem {
    /// The code of an economy; empty for a region.
    pub(crate) code: String,
    pub(crate) name: Option<&'static str>,
    pub(crate) link: Link,
    pub(crate) partial: bool,
    pub(crate) networks: Count,
    pub(crate) routes: [Count; 2],
    pub(crate) events: Count,
    pub(crate) scores: Vec<(Option<Score>, SmallBar)>,
}

/// What a table can be sorted by, before the scores.
const FIXED: [(&str, &str, &str); 5] = [
    ("economy", "", "By name"),
    ("networks", "Networks", "Networks registered there"),
    ("ipv4", "IPv4", "IPv4 routes of those networks"),
    ("ipv6", "IPv6", "IPv6 routes of those networks"),
    ("events", "Events", "Events whose culprit is one of those networks"),
];

impl AreaTable {
    pub(crate) fn new(
        chosen: &Chosen,
        view: &View,
        layout: &Layout,
        areas: Vec<&AggregateRow>,
    ) -> Result<AreaTable, Refusal> {
        let scores: Vec<String> =
            areas.first().map(|area| area.scores.iter().map(|s| s.key.clone()).collect()).unwrap_or_default();
        // A score of another framework is a column without data here: an address keeps its meaning when the
        // framework is changed.
        let of_scores = ScoreKey::ALL.iter().map(|key| key.as_str());
        let keys: Vec<&str> = FIXED.iter().map(|(key, _, _)| *key).chain(of_scores).collect();
        let (key, descending) = order(view, layout, &keys)?;
        let mut rows = areas;
        rows.sort_by(|a, b| compare(key, descending, a, b).then_with(|| a.area.cmp(&b.area)));
        let sort = if descending { format!("-{key}") } else { key.to_owned() };
        let named = view.get(layout.sort).map(|_| sort.as_str());
        let link = layout.link.clone().with_some(layout.sort, named);
        let page = view.page(layout.page)?;
        let pages =
            Pages::new(rows.len(), AREAS_PER_PAGE, page, layout.page, &link.clone().at(layout.fragment));
        let heading = |key_of: &str, label: String, title: String| {
            // The first click on a number shows the largest first, on a name the first letter.
            let now = (key == key_of).then_some(descending);
            let next_descending = now.map_or(key_of != "economy", |descending| !descending);
            let next = format!("{}{key_of}", if next_descending { "-" } else { "" });
            Heading {
                label,
                title,
                number: key_of != "economy",
                sorted: match now {
                    Some(true) => "descending",
                    Some(false) => "ascending",
                    None => "",
                },
                link: layout.link.clone().with(layout.sort, next).at(layout.fragment),
            }
        };
        let mut columns: Vec<Heading> = FIXED
            .iter()
            .map(|(key, label, title)| {
                let label = if label.is_empty() { layout.heading } else { label };
                heading(key, label.to_owned(), (*title).to_owned())
            })
            .collect();
        for score in &scores {
            let words = score_words(chosen.rules, score);
            columns.push(heading(
                score,
                words.title.clone(),
                format!("{}: mean score and grades", words.full()),
            ));
        }
        let rows = rows[pages.range()].iter().map(|area| item(chosen, area)).collect();
        Ok(AreaTable { columns, rows, link: link.paged(layout.page, pages.page), pages })
    }
}

/// The column to sort by and whether the largest comes first; by networks when nothing is said.
fn order<'a>(view: &View, layout: &Layout, keys: &[&'a str]) -> Result<(&'a str, bool), Refusal> {
    let text = view.get(layout.sort).unwrap_or("-networks");
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    match keys.iter().find(|key| **key == name) {
        Some(key) => Ok((key, descending)),
        None => Err(Refusal::wrong(
            format!("areas cannot be sorted by `{name}`"),
            format!("Columns: {}. With a minus in front the largest comes first.", keys.join(", ")),
        )),
    }
}

/// What has no data comes last in either direction.
fn compare(key: &str, descending: bool, a: &AggregateRow, b: &AggregateRow) -> Ordering {
    let turn = |order: Ordering| if descending { order.reverse() } else { order };
    match key {
        "economy" => turn(a.area.cmp(&b.area)),
        "networks" => turn(a.networks.cmp(&b.networks)),
        "ipv4" => turn(a.routes[0].cmp(&b.routes[0])),
        "ipv6" => turn(a.routes[1].cmp(&b.routes[1])),
        "events" => turn(events(a).cmp(&events(b))),
        score => match (mean(a, score), mean(b, score)) {
            (Some(a), Some(b)) => turn(a.total_cmp(&b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        },
    }
}

fn events(area: &AggregateRow) -> u64 {
    area.events.values().sum()
}

fn mean(area: &AggregateRow, key: &str) -> Option<f64> {
    area.scores.iter().find(|score| score.key == key)?.mean
}

fn item(chosen: &Chosen, area: &AggregateRow) -> AreaItem {
    let score = |score: &GradeCounts| (score.mean.map(Score), grades(score).small());
    let region = if area.scope == "region" { Region::with_slug(&area.area) } else { None };
    AreaItem {
        code: if region.is_some() { String::new() } else { area.area.clone() },
        name: region.map_or_else(|| economy_name(&area.area), |region| Some(region.name)),
        link: chosen.link_to(format!("/{}/{}", area.scope, area.area)),
        partial: area.partial,
        networks: Count(area.networks),
        routes: area.routes.map(Count),
        events: Count(events(area)),
        scores: area.scores.iter().map(score).collect(),
    }
}

/// The grades of an area as a bar.
pub(crate) fn grades(score: &GradeCounts) -> Bar {
    Bar::new([
        (Sign::READY, score.ready),
        (Sign::ASPIRING, score.aspiring),
        (Sign::LAGGING, score.lagging),
        (Sign::NO_DATA, score.no_data),
    ])
}

/// Whom the mean of a score is of, and whom not.
pub(crate) fn mean_of(score: &GradeCounts) -> String {
    let with_data = counted(score.ready + score.aspiring + score.lagging, "network", "networks");
    format!("the {with_data} with data, {} without left out", Count(score.no_data))
}
