use core::fmt::Write;

use super::Scale;
use crate::format::{Count, Decimal};

/// Units of the drawing from side to side and from top to bottom. It is stretched to the width of the page, so
/// places across are told in per cent and lines keep their width.
const WIDTH: f64 = 1000.0;
pub(super) const HEIGHT: f64 = 200.0;

/// Free room at the left for the values of the axis, and at the right for half the name of the last month.
const LEFT: f64 = 110.0;
const RIGHT: f64 = 90.0;

/// How many months the axis names on a wide page and on a narrow one.
const LABELS_MAX: [usize; 2] = [12, 4];

/// Beyond so many months, marks would run into one another.
const MARKED_MONTHS_MAX: usize = 24;

/// The chart, placed.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Plot {
    pub(super) grid: Vec<GridLine>,
    pub(super) labels: Vec<MonthLabel>,
    pub(super) lines: Vec<Line>,
    /// Where the month of the page stands, per cent.
    pub(super) current: Option<String>,
    /// Where each month stands, per cent, with spaces between: for the script.
    pub(super) places: String,
}

/// A line across with its value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct GridLine {
    pub(super) y: String,
    pub(super) label: String,
}

/// The name of a month under the axis.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct MonthLabel {
    pub(super) x: String,
    pub(super) text: String,
    /// Left out where the page is narrow.
    pub(super) wide_only: bool,
}

/// One series: an unbroken piece of line for each run of known months, and a mark on each.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Line {
    /// The `d` of its path; empty when no two known months follow one another.
    pub(super) d: String,
    pub(super) marks: Vec<Mark>,
}

/// A known value: per cent across, units down.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Mark {
    pub(super) x: String,
    pub(super) y: String,
}

impl Plot {
    /// `values` holds for each series one value per step of the axis, whose names `axis` are.
    pub(super) fn new(
        scale: Scale,
        axis: &[String],
        current: Option<usize>,
        values: &[Vec<Option<f64>>],
    ) -> Plot {
        let top = top(scale, values.iter().flatten().flatten().copied().fold(0.0, f64::max));
        let x = |i: usize| match axis.len() {
            0 | 1 => WIDTH / 2.0,
            n => LEFT + i as f64 * (WIDTH - LEFT - RIGHT) / (n - 1) as f64,
        };
        let y = |value: f64| HEIGHT - value.clamp(0.0, top) / top * HEIGHT;
        Plot {
            grid: grid(scale, top)
                .into_iter()
                .map(|(value, label)| GridLine { y: short(y(value)), label })
                .collect(),
            labels: labels(axis, &x),
            lines: values.iter().map(|series| line(series, &x, &y)).collect(),
            current: current.map(|i| short(x(i) / 10.0)),
            places: (0..axis.len()).map(|i| short(x(i) / 10.0)).collect::<Vec<_>>().join(" "),
        }
    }
}

/// The upper end: 1 for scores, for others the next round number that four steps divide.
fn top(scale: Scale, largest: f64) -> f64 {
    match scale {
        Scale::Score => 1.0,
        Scale::Percent => 100.0,
        Scale::Count | Scale::Rate | Scale::Number => {
            let least = match scale {
                // A line of zeros says nothing of what would be much: whole numbers, not the finest ones.
                _ if largest == 0.0 => 4.0_f64,
                Scale::Count => 4.0,
                Scale::Rate => 0.04,
                _ => 0.004,
            };
            let steps = core::iter::successors(Some(least), |step| Some(step * 10.0))
                .flat_map(|step| [step, step * 2.0, step * 5.0]);
            steps.take(60).find(|top| *top >= largest).unwrap_or(largest)
        }
    }
}

fn grid(scale: Scale, top: f64) -> Vec<(f64, String)> {
    (0..=4)
        .map(|i| {
            let value = top * f64::from(i) / 4.0;
            let label = match scale {
                Scale::Score | Scale::Rate => short(value),
                Scale::Percent => format!("{}\u{202f}%", short(value)),
                Scale::Count => Count(value as u64).to_string(),
                Scale::Number => Decimal(value).to_string(),
            };
            (value, label)
        })
        .collect()
}

fn labels(axis: &[String], x: &impl Fn(usize) -> f64) -> Vec<MonthLabel> {
    let step = |max: usize| axis.len().div_ceil(max).max(1);
    let (wide, narrow) = (step(LABELS_MAX[0]), step(LABELS_MAX[1]));
    // Counted from the last month: that one is always named.
    let from_last = |i: usize| axis.len() - 1 - i;
    (0..axis.len())
        .filter(|i| from_last(*i).is_multiple_of(wide))
        .map(|i| MonthLabel {
            x: short(x(i) / 10.0),
            text: axis[i].clone(),
            wide_only: !from_last(i).is_multiple_of(narrow),
        })
        .collect()
}

fn line(series: &[Option<f64>], x: &impl Fn(usize) -> f64, y: &impl Fn(f64) -> f64) -> Line {
    let mut d = String::new();
    for (i, value) in series.iter().enumerate() {
        let Some(value) = value else { continue };
        let known = |at: Option<usize>| at.and_then(|at| series.get(at)).is_some_and(|value| value.is_some());
        let (after, before) = (known(i.checked_sub(1)), known(i.checked_add(1)));
        if after || before {
            let _ = write!(d, "{}{} {}", if after { 'L' } else { 'M' }, short(x(i)), short(y(*value)));
        }
    }
    let all_marked = series.len() <= MARKED_MONTHS_MAX;
    let alone = |i: usize| {
        let neighbour = |at: Option<usize>| at.and_then(|at| series.get(at)).is_some_and(|v| v.is_some());
        !neighbour(i.checked_sub(1)) && !neighbour(Some(i + 1))
    };
    let last = series.iter().rposition(|value| value.is_some());
    let marks = series.iter().enumerate().filter_map(|(i, value)| {
        let value = (*value)?;
        (all_marked || alone(i) || Some(i) == last)
            .then(|| Mark { x: short(x(i) / 10.0), y: short(y(value)) })
    });
    Line { d, marks: marks.collect() }
}

/// Two decimals at most are finer than a pixel.
fn short(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
