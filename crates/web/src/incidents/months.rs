use std::collections::BTreeMap;

use measure::metric::Metric;
use routing::Month;
use store::{EventCount, IncidentCount};

use crate::edition::Chosen;
use crate::format::Count;
use crate::frame::month_in_words;
use crate::link::Link;
use crate::trend::{Scale, Trend, Values};

/// How many incidents every published month has under one framework.
pub(crate) struct Months {
    /// Metrics that any month has incidents of: code and title.
    pub(crate) metrics: Vec<(String, &'static str)>,
    /// The latest first.
    pub(crate) rows: Vec<MonthItem>,
}

pub(crate) struct MonthItem {
    pub(crate) words: String,
    pub(crate) link: Link,
    pub(crate) current: bool,
    /// One for each metric.
    pub(crate) counts: Vec<Count>,
    pub(crate) total: Count,
}

impl Months {
    pub(crate) fn new(chosen: &Chosen, counts: Vec<IncidentCount>) -> Months {
        let mut by_month: BTreeMap<String, BTreeMap<String, u64>> =
            chosen.months.iter().map(|month| (month.clone(), BTreeMap::new())).collect();
        let mut codes: Vec<String> = counts.iter().map(|count| count.metric.clone()).collect();
        codes.sort();
        codes.dedup();
        for count in counts {
            by_month.entry(count.month).or_default().insert(count.metric, count.incidents.unsigned_abs());
        }
        let row = |(month, counts): (String, BTreeMap<String, u64>)| MonthItem {
            words: month_in_words(&month),
            link: chosen.link_to("/incidents").with("month", &month),
            current: month == chosen.edition.head.month,
            total: Count(counts.values().sum()),
            counts: codes.iter().map(|code| Count(counts.get(code).copied().unwrap_or(0))).collect(),
        };
        let rows = by_month.into_iter().rev().map(row).collect();
        let title = |code: String| {
            let words = code.parse::<Metric>().map_or("Incidents", |metric| metric.row().title);
            (code, words)
        };
        Months { rows, metrics: codes.into_iter().map(title).collect() }
    }
}

/// Incidents per month and kind, whether their culprit is known or not. A kind is counted from the month in which
/// anything of it was first looked at: before, it is not known whether there was any, and unknown is never zero.
pub(crate) fn trend(chosen: &Chosen, counts: &[EventCount]) -> Trend {
    let mut kinds: Vec<&str> = counts.iter().map(|count| count.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let observed = |month: &str| counts.iter().any(|count| count.month == month);
    let values = kinds.into_iter().map(|kind| {
        let first = counts.iter().filter(|count| count.kind == kind).map(|count| count.month.as_str()).min();
        let since = chosen.months.iter().filter(|month| Some(month.as_str()) >= first && observed(month));
        let incidents = |month: &String| {
            let own = |c: &&EventCount| c.month == *month && c.kind == kind && c.verdict == "incident";
            counts.iter().filter(own).map(|count| count.events.max(0) as f64).sum()
        };
        let known = since.filter_map(|month| Some((month.parse::<Month>().ok()?, incidents(month))));
        Values { name: crate::event::kind_words(kind).to_owned(), known: known.collect() }
    });
    let values: Vec<Values> = values.collect();
    let months = chosen.months.iter().filter_map(|month| month.parse().ok()).collect();
    let shown = &chosen.edition.head.month;
    Trend::new("incidents-by-month", "Events judged incidents", Scale::Count, shown, months, values)
}
