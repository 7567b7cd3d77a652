//! How values moved over the published months: lines drawn on the server, the same numbers in a table beneath.

mod days;
mod plot;

use askama::Template;
use askama::filters::HtmlSafe;
use measure::framework::Framework;
use routing::Month;
use store::{AggregateRow, ReadinessRow};

use crate::format::{Count, Decimal, Score};
use crate::score::score_words;

pub(crate) use days::DayValues;
use plot::Plot;

/// How many months a chart shows at most: the latest.
const MONTHS_MAX: usize = 36;

/// A chart with its table; a sentence where there is nothing to compare.
#[derive(Template, Clone, Debug)]
#[template(path = "trend.html")]
pub(crate) struct Trend {
    /// Sets this chart apart from others on its page.
    id: &'static str,
    title: &'static str,
    months: Vec<MonthColumn>,
    series: Vec<Series>,
    plot: Plot,
    /// Months with a value of any series.
    known: usize,
    /// Said where no month has any.
    nothing: &'static str,
    /// What a step of the axis is: `month` or `day`.
    step: &'static str,
}

/// A month on the axis.
#[derive(Clone, Debug)]
struct MonthColumn {
    month: String,
    words: String,
    /// The month that the page shows.
    current: bool,
}

/// One line.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    name: String,
    /// One per month of the axis, as it is written; nothing where it is unknown.
    written: Vec<Option<String>>,
}

/// A series before it is drawn: its name and what is known of it, month by month.
pub(crate) struct Values {
    pub(crate) name: String,
    pub(crate) known: Vec<(Month, f64)>,
}

/// What the values are, and so how they are written and where their axis ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scale {
    /// From 0 to 1.
    Score,
    /// Whole numbers from 0.
    Count,
    /// Numbers from 0, shown with two decimals.
    Rate,
    /// Any numbers from 0.
    Number,
    /// From 0 to 100.
    Percent,
}

impl HtmlSafe for Trend {}

impl Series {
    /// Its value in the month of this row.
    fn at(&self, row: &usize) -> Option<&String> {
        self.written[*row].as_ref()
    }

    /// Its latest known value.
    fn last(&self) -> Option<&String> {
        self.written.iter().rev().flatten().next()
    }
}

impl Trend {
    /// Mean scores of an area, from [`store::Store::aggregate_history`]; `shown` is the month of the page.
    pub(crate) fn of_area(
        id: &'static str,
        rules: Option<&'static Framework>,
        shown: &str,
        history: &[(String, AggregateRow)],
    ) -> Trend {
        let scores = history.iter().flat_map(|(month, row)| {
            row.scores.iter().map(move |score| (month.as_str(), score.key.as_str(), score.mean))
        });
        Trend::of_scores(id, rules, shown, scores)
    }

    /// Scores of a network, from [`store::Store::readiness_history`].
    pub(crate) fn of_network(
        id: &'static str,
        rules: Option<&'static Framework>,
        shown: &str,
        history: &[(String, ReadinessRow)],
    ) -> Trend {
        let scores = history.iter().flat_map(|(month, row)| {
            row.scores.iter().map(move |score| (month.as_str(), score.key.as_str(), score.score))
        });
        Trend::of_scores(id, rules, shown, scores)
    }

    /// Events of an area per month and kind, from [`store::Store::aggregate_history`] of the world and of the
    /// area; for the world both are the same. A month in which the world shows no routes knows of no events. A
    /// kind is counted from the month in which the world first had one: whether it was looked for before, a
    /// publication does not say, and unknown is never zero.
    pub(crate) fn events_of_area(
        id: &'static str,
        shown: &str,
        world: &[(String, AggregateRow)],
        area: &[(String, AggregateRow)],
    ) -> Trend {
        let mut kinds: Vec<&str> =
            area.iter().flat_map(|(_, row)| row.events.keys().map(String::as_str)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let values = kinds.into_iter().map(|kind| {
            let looked_for = world
                .iter()
                .filter(|(_, row)| row.routes != [0, 0] || !row.events.is_empty())
                .skip_while(|(_, row)| !row.events.contains_key(kind));
            let counted = looked_for.filter_map(|(month, _)| {
                let (_, row) = area.iter().find(|(of_area, _)| of_area == month)?;
                Some((month.parse().ok()?, row.events.get(kind).copied().unwrap_or(0) as f64))
            });
            Values { name: crate::event::kind_words(kind).to_owned(), known: counted.collect() }
        });
        let months = area.iter().filter_map(|(month, _)| month.parse().ok());
        Trend::new(id, "Events judged incidents", Scale::Count, shown, months.collect(), values.collect())
    }

    fn of_scores<'a>(
        id: &'static str,
        rules: Option<&'static Framework>,
        shown: &str,
        scores: impl Iterator<Item = (&'a str, &'a str, Option<f64>)>,
    ) -> Trend {
        let mut values: Vec<(&str, Values)> = Vec::new();
        let mut months = Vec::new();
        for (month, key, score) in scores {
            let Ok(month) = month.parse::<Month>() else { continue };
            months.push(month);
            let at = values.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                values.push((key, Values { name: score_words(rules, key).full(), known: Vec::new() }));
                values.len() - 1
            });
            values[at].1.known.extend(score.map(|score| (month, score)));
        }
        let values = values.into_iter().map(|(_, values)| values).collect();
        Trend::new(id, "Scores by month", Scale::Score, shown, months, values)
    }

    /// A chart of any values. The axis runs over all calendar months from the first of `months` to the last;
    /// a month without a value is a gap.
    pub(crate) fn new(
        id: &'static str,
        title: &'static str,
        scale: Scale,
        shown: &str,
        months: Vec<Month>,
        values: Vec<Values>,
    ) -> Trend {
        let axis = axis(&months);
        let columns: Vec<MonthColumn> = axis
            .iter()
            .map(|month| {
                let month = month.to_string();
                MonthColumn { words: crate::frame::month_in_words(&month), current: month == shown, month }
            })
            .collect();
        let labels: Vec<String> = columns.iter().map(|column| column.month.clone()).collect();
        let place = |month: Month| axis.iter().position(|at| *at == month);
        let nothing = match scale {
            Scale::Score | Scale::Percent => "No published month has a score.",
            Scale::Count => "Nothing was found in any published month.",
            Scale::Rate => "No published month has a number of these.",
            Scale::Number => "No published month has a value.",
        };
        let values = values.into_iter().map(|series| {
            let known = series.known.iter().filter_map(|(month, value)| Some((place(*month)?, *value)));
            (series.name, known.collect())
        });
        Trend::placed((id, title), scale, ("month", nothing), columns, &labels, values.collect())
    }

    /// A chart whose axis is made: of each series its name and its values by place.
    fn placed(
        (id, title): (&'static str, &'static str),
        scale: Scale,
        (step, nothing): (&'static str, &'static str),
        columns: Vec<MonthColumn>,
        labels: &[String],
        values: Vec<(String, Vec<(usize, f64)>)>,
    ) -> Trend {
        let placed: Vec<Vec<Option<f64>>> = values
            .iter()
            .map(|(_, known)| {
                let value = |at: usize| known.iter().find(|(place, _)| *place == at).map(|(_, v)| *v);
                (0..columns.len()).map(value).collect()
            })
            .collect();
        let known = (0..columns.len()).filter(|i| placed.iter().any(|series| series[*i].is_some())).count();
        let write = |value: f64| match scale {
            Scale::Score => Score(value).to_string(),
            Scale::Count => Count(value as u64).to_string(),
            Scale::Percent => format!("{value:.1}\u{202f}%"),
            Scale::Rate => Decimal((value * 100.0).round() / 100.0).to_string(),
            Scale::Number if value > 0.0 && value < 0.001 => "<\u{202f}0.001".to_owned(),
            Scale::Number => Decimal(value).to_string(),
        };
        let current = columns.iter().position(|column| column.current);
        Trend {
            id,
            title,
            plot: Plot::new(scale, labels, current, &placed),
            months: columns,
            series: values
                .into_iter()
                .zip(&placed)
                .map(|((name, _), values)| Series {
                    name,
                    written: values.iter().map(|value| value.map(write)).collect(),
                })
                .collect(),
            known,
            nothing,
            step,
        }
    }

    /// The only month with values.
    fn only(&self) -> Option<&MonthColumn> {
        let valued = |i: &usize| self.series.iter().any(|series| series.written[*i].is_some());
        (0..self.months.len()).find(valued).map(|i| &self.months[i])
    }

    /// The drawing in words.
    fn about(&self) -> String {
        let (first, last) = (self.months.first(), self.months.last());
        match (first, last) {
            (Some(first), Some(last)) => {
                format!("{}, {} to {}", self.title, first.words, last.words)
            }
            _ => self.title.to_owned(),
        }
    }
}

/// Every calendar month from the first to the last, the latest [`MONTHS_MAX`] of them.
fn axis(months: &[Month]) -> Vec<Month> {
    let (Some(first), Some(last)) = (months.iter().min(), months.iter().max()) else { return Vec::new() };
    let mut axis: Vec<Month> =
        core::iter::successors(Some(*first), |month| Some(month.next())).take_while(|m| m <= last).collect();
    axis.drain(..axis.len().saturating_sub(MONTHS_MAX));
    axis
}

#[cfg(test)]
mod tests;
