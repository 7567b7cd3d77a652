use std::collections::BTreeMap;

use measure::metric::Metric;
use store::IncidentCount;

use crate::edition::Chosen;
use crate::format::Count;
use crate::frame::month_in_words;
use crate::link::Link;

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
