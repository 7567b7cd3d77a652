//! Figures side by side: rows of the page, of the CSV and of `/api/compare` are these.

use measure::framework::ScoreKey;
use measure::metric::{Direction, METRICS, Unit as MetricUnit};
use store::MetricTally;

use super::column::Column;
use crate::format::{Count, Decimal, Score};
use crate::score::score_words;
use crate::sign::Sign;

/// What a row's values are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    /// From 0 to 1.
    Score,
    /// Whole numbers.
    Count,
    /// A part of a whole, from 0 to 1.
    Share,
    /// Any number.
    Number,
}

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Better {
    More,
    Fewer,
    /// Neither.
    Neither,
}

/// Rows of a kind.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) rows: Vec<Row>,
}

/// One figure of every subject.
#[derive(Debug)]
pub(crate) struct Row {
    /// Stable, unique in the table: `filtering`, `filtering.ready`, `M7RPKI`.
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) unit: Unit,
    /// A part of the row above.
    pub(crate) part: bool,
    pub(crate) cells: Vec<Cell>,
}

/// One figure.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Cell {
    /// The value, or why there is none.
    pub(crate) value: Result<f64, String>,
    pub(crate) unit: Unit,
    pub(crate) grade: Option<String>,
    /// Networks that the value rests on, and those without data, where it is of several.
    pub(crate) of: Option<(u64, u64)>,
    /// Value less that of the first subject; nothing in the first, or where either is unknown.
    pub(crate) difference: Option<f64>,
    better: Better,
    /// The same in words; empty in the first column.
    pub(crate) words: String,
}

/// A value before it is held against another.
struct Known {
    value: f64,
    grade: Option<String>,
    of: Option<(u64, u64)>,
}

impl From<f64> for Known {
    fn from(value: f64) -> Known {
        Known { value, grade: None, of: None }
    }
}

impl From<u64> for Known {
    fn from(n: u64) -> Known {
        Known::from(n as f64)
    }
}

impl Cell {
    /// The value as it is written.
    pub(crate) fn written(&self) -> Option<String> {
        self.value.as_ref().ok().map(|value| written(self.unit, *value))
    }

    /// Why there is no value.
    pub(crate) fn unknown(&self) -> Option<&str> {
        self.value.as_ref().err().map(String::as_str)
    }

    pub(crate) fn sign(&self) -> Option<Sign> {
        self.grade.as_deref().map(|grade| Sign::grade(Some(grade)))
    }

    /// How many networks it rests on, where it is of several.
    pub(crate) fn rests_on(&self) -> Option<String> {
        let (with, without) = self.of.filter(|(with, without)| with + without > 1)?;
        Some(format!("{} of {} networks", Count(with), Count(with + without)))
    }
}

fn written(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Score => Score(value).to_string(),
        Unit::Count => Count(value as u64).to_string(),
        Unit::Share => format!("{}\u{202f}%", Decimal((value * 1000.0).round() / 10.0)),
        Unit::Number if value != 0.0 && value.abs() < 0.001 => "<\u{202f}0.001".to_owned(),
        Unit::Number => Decimal(value).to_string(),
    }
}

/// A difference in words, from the first subject's view: how much more or less, and whether that is better.
fn in_words(unit: Unit, better: Better, difference: f64) -> String {
    if difference == 0.0 {
        return "the same".to_owned();
    }
    let size = difference.abs();
    let amount = match unit {
        Unit::Score if size < 0.001 => "less than 0.001".to_owned(),
        Unit::Score => Score(size).to_string(),
        Unit::Count => Count(size as u64).to_string(),
        Unit::Share if size < 0.001 => "less than 0.1 points".to_owned(),
        Unit::Share => format!("{} points", Decimal((size * 1000.0).round() / 10.0)),
        Unit::Number if size < 0.001 => "less than 0.001".to_owned(),
        Unit::Number => Decimal(size).to_string(),
    };
    let more = difference > 0.0;
    let way = match (unit, more) {
        (Unit::Score, true) => "higher",
        (Unit::Score, false) => "lower",
        (Unit::Count, false) => "fewer",
        (_, true) => "more",
        (_, false) => "less",
    };
    match better {
        Better::Neither => format!("{amount} {way}"),
        Better::More if more => format!("{amount} {way}, better"),
        Better::Fewer if !more => format!("{amount} {way}, better"),
        _ => format!("{amount} {way}, worse"),
    }
}

/// A row from every subject's figure.
fn row(
    columns: &[Column],
    key: impl Into<String>,
    title: impl Into<String>,
    (unit, better): (Unit, Better),
    of: impl Fn(&Column) -> Result<Known, String>,
) -> Row {
    let known = columns.iter().map(|column| match &column.missing {
        Some(why) => Err(why.clone()),
        None => of(column),
    });
    let mut cells: Vec<Cell> = known
        .map(|known| {
            let (grade, of) = known.as_ref().map_or((None, None), |known| (known.grade.clone(), known.of));
            let value = known.map(|known| known.value);
            Cell { value, unit, grade, of, difference: None, better, words: String::new() }
        })
        .collect();
    let first = cells.first().and_then(|cell| cell.value.clone().ok());
    for cell in cells.iter_mut().skip(1) {
        cell.difference = first.zip(cell.value.clone().ok()).map(|(first, value)| value - first);
        cell.words = match (cell.difference, first, &cell.value) {
            (Some(difference), ..) => in_words(unit, cell.better, difference),
            (None, None, Ok(_)) => "not comparable: the first has no data".to_owned(),
            _ => "not comparable".to_owned(),
        };
    }
    Row { key: key.into(), title: title.into(), unit, part: false, cells }
}

fn part(row: Row) -> Row {
    Row { part: true, ..row }
}

/// Every figure of these subjects, the first of them the one that the others are held against. `looked_for` tells
/// of a column whether a kind of event was looked for in its month, as far as that is known.
pub(crate) fn sections(columns: &[Column], looked_for: &dyn Fn(&Column, &str) -> bool) -> Vec<Section> {
    let sections = [
        Section {
            key: "size",
            title: "Size",
            about: "Networks that the month knows, and the distinct prefixes each of them originated.",
            rows: size(columns),
        },
        Section {
            key: "scores",
            title: "Scores",
            about: "A network’s own score; of several networks their mean over those with data, and how many have each grade.",
            rows: scores(columns),
        },
        Section {
            key: "metrics",
            title: "Metrics",
            about: "A network’s raw value; of several networks the mean over those whose value is known. Weighted incidents and prefixes are best at zero, shares at one.",
            rows: metrics(columns),
        },
        Section {
            key: "incidents",
            title: "Incidents",
            about: "Events judged incidents whose culprit is one of the networks, by kind. Where nothing of a kind was ever found anywhere it may not have been looked for: that is no zero.",
            rows: incidents(columns, looked_for),
        },
        Section {
            key: "routes",
            title: "Routes",
            about: "States of all their routes, whether they count for a metric or not, as shares of the routes whose state is known.",
            rows: routes(columns),
        },
    ];
    sections.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

fn size(columns: &[Column]) -> Vec<Row> {
    let count = (Unit::Count, Better::Neither);
    vec![
        row(columns, "networks", "Networks", count, |c| Ok(c.tally.networks.into())),
        row(columns, "routes_ipv4", "Routes, IPv4", count, |c| Ok(c.tally.routes[0].into())),
        row(columns, "routes_ipv6", "Routes, IPv6", count, |c| Ok(c.tally.routes[1].into())),
    ]
}

fn scores(columns: &[Column]) -> Vec<Row> {
    let mut rows = Vec::new();
    for key in ScoreKey::ALL.iter().map(|key| key.as_str()) {
        let Some(of) = columns.iter().find(|column| column.scores.iter().any(|score| score.key == key))
        else {
            continue;
        };
        let words = score_words(of.chosen.rules, key);
        let with_data = |column: &Column| {
            let grades = column.tally.grades.iter().find(|grades| grades.key == key)?;
            Some((grades.ready + grades.aspiring + grades.lagging, grades.no_data))
        };
        rows.push(row(columns, key, words.full(), (Unit::Score, Better::More), |column| {
            let figure = column.score(key)?;
            let value = figure.score.ok_or_else(|| "no data".to_owned())?;
            Ok(Known { value, grade: figure.grade.clone(), of: with_data(column) })
        }));
        if columns.iter().all(|column| column.tally.networks <= 1) {
            continue;
        }
        type Count = fn(&store::GradeTally) -> u64;
        let counts: [(&str, &str, Count); 5] = [
            ("with_data", "with data", |g| g.ready + g.aspiring + g.lagging),
            ("ready", "ready", |g| g.ready),
            ("aspiring", "aspiring", |g| g.aspiring),
            ("lagging", "lagging", |g| g.lagging),
            ("no_data", "no data", |g| g.no_data),
        ];
        for (name, title, count) in counts {
            let title = format!("Networks: {title}");
            let of = |column: &Column| {
                let grades = column.tally.grades.iter().find(|grades| grades.key == key);
                let why = || format!("framework {} has no such score", column.chosen.framework.id);
                grades.map(|grades| count(grades).into()).ok_or_else(why)
            };
            rows.push(part(row(columns, format!("{key}.{name}"), title, (Unit::Count, Better::Neither), of)));
        }
    }
    rows
}

fn metrics(columns: &[Column]) -> Vec<Row> {
    let find = |column: &Column, code: &str| -> Option<MetricTally> {
        column.tally.metrics.iter().find(|metric| metric.metric == code).cloned()
    };
    let rows = METRICS.iter().filter(|row| columns.iter().any(|column| find(column, row.code).is_some()));
    rows.map(|words| {
        let unit = match words.unit {
            MetricUnit::Share | MetricUnit::Flag => Unit::Score,
            MetricUnit::WeightedIncidents | MetricUnit::Prefixes => Unit::Number,
        };
        let better = match words.unit.direction() {
            Direction::LowerIsBetter => Better::Fewer,
            Direction::HigherIsBetter => Better::More,
        };
        row(columns, words.code, format!("{} {}", words.code, words.title), (unit, better), |column| {
            let metric = find(column, words.code)
                .ok_or_else(|| format!("framework {} does not measure it", column.chosen.framework.id))?;
            let of = Some((metric.with_data, metric.no_data));
            match metric.mean() {
                Some(value) => Ok(Known { value, grade: None, of }),
                None => Err(metric.unknown.unwrap_or_else(|| "no data".to_owned())),
            }
        })
    })
    .collect()
}

fn incidents(columns: &[Column], looked_for: &dyn Fn(&Column, &str) -> bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for kind in detect::EventKind::ALL {
        let code = kind.code();
        let known = |column: &Column| column.missing.is_none() && looked_for(column, code);
        if !columns.iter().any(known) {
            continue;
        }
        rows.push(row(
            columns,
            code,
            kind.row().title,
            (Unit::Count, Better::Fewer),
            |column| match looked_for(column, code) {
                true => Ok(column.tally.events.get(code).copied().unwrap_or(0).into()),
                false => Err(format!(
                    "nothing of the kind was found anywhere up to {}: it may not have been looked for",
                    column.chosen.edition.head.month
                )),
            },
        ));
    }
    rows
}

const FAMILIES: [(&str, &str); 2] = [("ipv4", "IPv4"), ("ipv6", "IPv6")];

fn routes(columns: &[Column]) -> Vec<Row> {
    let mut rows = Vec::new();
    let share = |column: &Column, states: Option<&[u64]>, places: &[usize], unknown: u64, none: &str| {
        let states = states.ok_or_else(|| none.to_owned())?;
        let whole: u64 = states.iter().sum();
        let of_part: u64 = places.iter().map(|place| states[*place]).sum();
        if whole == 0 {
            return Err("no routes announced".to_owned());
        }
        let of = Some((column.tally.networks.saturating_sub(unknown), unknown));
        Ok(Known { value: of_part as f64 / whole as f64, grade: None, of })
    };
    for (family, (key, words)) in FAMILIES.iter().enumerate() {
        for (name, place, better) in
            [("valid", 0, Better::More), ("invalid", 1, Better::Fewer), ("not-found", 2, Better::Fewer)]
        {
            let title = format!("RPKI {name}, {words}");
            rows.push(row(
                columns,
                format!("rpki_{}_{key}", name.replace('-', "_")),
                title,
                (Unit::Share, better),
                |c| {
                    let states = c.tally.rpki.as_ref().map(|states| &states[family][..]);
                    share(c, states, &[place], c.tally.rpki_unknown, "not known: no VRPs loaded")
                },
            ));
        }
        let title = format!("In the IRR with its origin, {words}");
        rows.push(row(columns, format!("irr_registered_{key}"), title, (Unit::Share, Better::More), |c| {
            let states = c.tally.irr.as_ref().map(|states| &states[family][..]);
            share(
                c,
                states,
                &[0, 1],
                c.tally.irr_unknown,
                "not known: no routing registry loaded, or excerpts alone",
            )
        }));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_say_how_much_and_whether_it_is_better() {
        let words = |unit, better, difference| in_words(unit, better, difference).replace('\u{202f}', " ");
        assert_eq!(words(Unit::Score, Better::More, 0.12), "0.120 higher, better");
        assert_eq!(words(Unit::Score, Better::More, -0.0004), "less than 0.001 lower, worse");
        assert_eq!(words(Unit::Count, Better::Neither, -1_200.0), "1 200 fewer");
        assert_eq!(words(Unit::Count, Better::Fewer, -2.0), "2 fewer, better");
        assert_eq!(words(Unit::Count, Better::Fewer, 2.0), "2 more, worse");
        assert_eq!(words(Unit::Share, Better::Fewer, 0.0321), "3.2 points more, worse");
        assert_eq!(words(Unit::Number, Better::Fewer, 0.25), "0.25 more, worse");
        assert_eq!(words(Unit::Number, Better::Fewer, 0.0), "the same");
    }
}
