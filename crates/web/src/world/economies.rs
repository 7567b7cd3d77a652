use std::cmp::Ordering;

use measure::framework::ScoreKey;
use store::{AggregateRow, GradeCounts};

use crate::bar::SmallBar;
use crate::edition::Chosen;
use crate::format::{Count, Score};
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::score::score_words;
use crate::view::View;

/// Economies on one page of the table.
const ECONOMIES_PER_PAGE: usize = 25;

/// The table of economies.
pub(crate) struct Economies {
    pub(crate) columns: Vec<Heading>,
    pub(crate) rows: Vec<Economy>,
    pub(crate) pages: Pages,
    /// The page with its whole state.
    pub(crate) link: Link,
    /// Every code, sorted, and the table in that order.
    codes: Vec<String>,
    by_code: Link,
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

/// One economy.
pub(crate) struct Economy {
    pub(crate) code: String,
    pub(crate) name: Option<&'static str>,
    pub(crate) partial: bool,
    pub(crate) networks: Count,
    pub(crate) routes: [Count; 2],
    pub(crate) events: Count,
    pub(crate) scores: Vec<(Option<Score>, SmallBar)>,
}

/// What a table can be sorted by, before the scores.
const FIXED: [(&str, &str, &str); 5] = [
    ("economy", "Economy", "Registered economy, ISO 3166-1 alpha-2"),
    ("networks", "Networks", "Networks registered in the economy"),
    ("ipv4", "IPv4", "IPv4 routes of those networks"),
    ("ipv6", "IPv6", "IPv6 routes of those networks"),
    ("events", "Events", "Events whose culprit is one of those networks"),
];

impl Economies {
    pub(crate) fn new(
        chosen: &Chosen,
        view: &View,
        score: Option<&str>,
        areas: &[AggregateRow],
    ) -> Result<Economies, Refusal> {
        let base = chosen.link_to("/").with_some("score", score);
        let scores: Vec<String> =
            areas.first().map(|area| area.scores.iter().map(|s| s.key.clone()).collect()).unwrap_or_default();
        // A score of another framework is a column without data here: an address keeps its meaning when the
        // framework is changed.
        let of_scores = ScoreKey::ALL.iter().map(|key| key.as_str());
        let keys: Vec<&str> = FIXED.iter().map(|(key, _, _)| *key).chain(of_scores).collect();
        let (key, descending) = order(view, &keys)?;
        let mut areas: Vec<&AggregateRow> = areas.iter().collect();
        areas.sort_by(|a, b| {
            let order = compare(key, descending, a, b);
            order.then_with(|| a.area.cmp(&b.area))
        });
        let sort = if descending { format!("-{key}") } else { key.to_owned() };
        let link = base.clone().with_some("sort", view.get("sort").map(|_| sort.as_str()));
        let pages = Pages::new(
            areas.len(),
            ECONOMIES_PER_PAGE,
            view.page("page")?,
            "page",
            &link.clone().at("economies"),
        );
        let heading = |key_of: &str, label: String, title: String| {
            // The first click on a number shows the largest first, on a name the first letter.
            let now = (key == key_of).then_some(descending);
            let next_descending = now.map_or(key_of != "economy", |descending| !descending);
            Heading {
                label,
                title,
                number: key_of != "economy",
                sorted: match now {
                    Some(true) => "descending",
                    Some(false) => "ascending",
                    None => "",
                },
                link: base
                    .clone()
                    .with("sort", format!("{}{key_of}", if next_descending { "-" } else { "" }))
                    .at("economies"),
            }
        };
        let mut columns: Vec<Heading> = FIXED
            .iter()
            .map(|(key, label, title)| heading(key, (*label).to_owned(), (*title).to_owned()))
            .collect();
        for score in &scores {
            let words = score_words(chosen.rules, score);
            columns.push(heading(
                score,
                words.title.clone(),
                format!("{}: mean score and grades", words.full()),
            ));
        }
        let mut codes: Vec<String> = areas.iter().map(|area| area.area.clone()).collect();
        codes.sort_unstable();
        let by_code = chosen.link_to("/").with("sort", "economy").at("economies");
        let rows = areas[pages.range()].iter().map(|area| economy(area)).collect();
        Ok(Economies { columns, rows, link: link.paged("page", pages.page), pages, codes, by_code })
    }

    /// The page of the table that holds an economy, in the order of the codes.
    pub(crate) fn row_of(&self, code: &str) -> Link {
        let before = self.codes.partition_point(|known| known.as_str() < code);
        self.by_code.clone().paged("page", before / ECONOMIES_PER_PAGE + 1)
    }
}

/// The column to sort by and whether the largest comes first; by networks when nothing is said.
fn order<'a>(view: &View, keys: &[&'a str]) -> Result<(&'a str, bool), Refusal> {
    let text = view.get("sort").unwrap_or("-networks");
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    match keys.iter().find(|key| **key == name) {
        Some(key) => Ok((key, descending)),
        None => Err(Refusal::wrong(
            format!("economies cannot be sorted by `{name}`"),
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

fn economy(area: &AggregateRow) -> Economy {
    let score = |score: &GradeCounts| (score.mean.map(Score), super::grades(score).small());
    Economy {
        code: area.area.clone(),
        name: crate::economy_names::name(&area.area),
        partial: area.partial,
        networks: Count(area.networks),
        routes: area.routes.map(Count),
        events: Count(events(area)),
        scores: area.scores.iter().map(score).collect(),
    }
}
