//! M3 and M3C: bogon prefixes originated and propagated, in weighted incidents (FRAMEWORK §1, §6).

use detect::BogonClass;
use routing::{Date, Span, Unknown};

use crate::framework::Framework;
use crate::incidents;
use crate::metric::Metric;
use crate::raw::Weight;
use crate::{Measured, Value};

/// A bogon seen in a network's routes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BogonEvent {
    /// Full or administrative.
    pub class: BogonClass,
    /// How much it counts.
    pub weight: Weight,
    /// When.
    pub span: Span,
}

/// The event a daily list makes of each prefix it names: the whole day, so that consecutive days touch.
pub fn of_day(day: Date, class: BogonClass) -> BogonEvent {
    BogonEvent { class, weight: Weight::FULL, span: day.span() }
}

/// M3 from the bogon prefixes a network originated in the month, or why they are not known.
pub fn measure(framework: &Framework, month: Span, events: Result<&[BogonEvent], Unknown>) -> Measured {
    admitted(framework, Metric::M3, month, events)
}

/// M3C from the bogon prefixes a network passed on.
pub fn measure_accomplice(
    framework: &Framework,
    month: Span,
    events: Result<&[BogonEvent], Unknown>,
) -> Measured {
    admitted(framework, Metric::M3C, month, events)
}

/// Of the events, those of a class the framework counts.
pub(crate) fn admitted(
    framework: &Framework,
    metric: Metric,
    month: Span,
    events: Result<&[BogonEvent], Unknown>,
) -> Result<Value, Unknown> {
    let counted: Vec<(Weight, Span)> = events?
        .iter()
        .filter(|event| framework.counts_bogon(metric, event.class == BogonClass::Full))
        .map(|event| (event.weight, event.span))
        .collect();
    incidents::measure(framework, metric, month, Ok(&counted))
}
