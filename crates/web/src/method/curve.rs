use askama::Template;
use askama::filters::HtmlSafe;
use measure::framework::Framework;
use measure::metric::Metric;
use measure::raw::Raw;

use crate::format::{Decimal, Score};

/// The drawing's size; the numbers beside its axes are part of it.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 38.0;
const TOP: f64 = 12.0;
const RIGHT: f64 = 14.0;
const BOTTOM: f64 = 36.0;

/// The greatest raw value drawn, in thousandths.
const RAW_MAX: u64 = 8_000;

/// Raw values, in thousandths, whose scores stand in the table; those within the drawing are marked there.
const POINTS: [u64; 8] = [0, 500, 1_000, 2_000, 3_000, 4_000, 8_000, 32_000];

/// The curve from raw value to score.
#[derive(Template)]
#[template(path = "curve.html")]
pub(crate) struct CurveChart {
    path: String,
    ticks_x: Vec<(String, u64)>,
    ticks_y: Vec<(String, String)>,
    marks: Vec<(String, String)>,
    /// Thresholds, when a metric alone is a score: place and word.
    bounds: Vec<(String, &'static str)>,
    points: Vec<(Decimal, Score)>,
    label: String,
}

impl HtmlSafe for CurveChart {}

impl CurveChart {
    /// `None` where the framework has no curve or the metric needs none.
    pub(crate) fn new(rules: &Framework, metric: Metric) -> Option<CurveChart> {
        let curve = rules.curve.as_ref().filter(|_| metric.row().unit.needs_curve())?;
        let score = |thousandths: u64| curve.score(Raw::from_billionths(thousandths * 1_000_000));
        let x = |thousandths: u64| LEFT + (WIDTH - LEFT - RIGHT) * thousandths as f64 / RAW_MAX as f64;
        let y = |score: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - score);
        let at = |n: f64| format!("{n:.1}");
        let mut path = String::new();
        // It falls steeply at first: there the points are close.
        for raw in (0..200).step_by(10).chain((200..=RAW_MAX).step_by(100)) {
            let letter = if path.is_empty() { 'M' } else { 'L' };
            path.push_str(&format!("{letter}{:.1} {:.1}", x(raw), y(score(raw))));
        }
        let alone = rules.scores.iter().find(|rule| rule.components == [[metric]]);
        let bounds = alone.map(|rule| {
            let ready = (at(y(rule.grades.ready.value())), "ready");
            let same = |bound: f64| bound == rule.grades.ready.value();
            let aspiring = rule.grades.aspiring.map(|bound| bound.value()).filter(|bound| !same(*bound));
            [Some(ready), aspiring.map(|bound| (at(y(bound)), "aspiring"))].into_iter().flatten().collect()
        });
        Some(CurveChart {
            path,
            ticks_x: (0..=8).step_by(2).map(|n| (at(x(n * 1000)), n)).collect(),
            ticks_y: [0.0, 0.25, 0.5, 0.75, 1.0].map(|s| (at(y(s)), s.to_string())).into(),
            marks: (POINTS.into_iter().filter(|raw| *raw <= RAW_MAX))
                .map(|raw| (at(x(raw)), at(y(score(raw)))))
                .collect(),
            bounds: bounds.unwrap_or_default(),
            points: POINTS.map(|raw| (Decimal(raw as f64 / 1e3), Score(score(raw)))).into(),
            label: format!(
                "Score by raw value, framework {}: the table below has the same numbers",
                rules.id
            ),
        })
    }
}
