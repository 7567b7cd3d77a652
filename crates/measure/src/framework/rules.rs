//! The rules of a framework, one type per table of the file.

use super::words::{
    BogonClasses, Combine, DismissedBy, Exclusion, Grade, IrrState, Mark, MetricUse, Pooling, ScoreKey,
    SpoofedSource,
};
use crate::metric::{Metric, Unit};
use crate::raw::{Count, Weight};

/// Where a rule comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Basis {
    /// How well it is founded.
    pub mark: Mark,
    /// The source in words.
    pub source: String,
}

/// What a framework says of one metric.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MetricRule {
    /// Which.
    pub metric: Metric,
    /// The action, 1–4; `None` for a metric of no action.
    pub action: Option<u8>,
    /// Title.
    pub title: String,
    /// What it means under this framework.
    pub meaning: String,
    /// What the raw value counts.
    pub unit: Unit,
    /// Scored, shown or not used.
    pub usage: MetricUse,
    /// Which bogons count; only of M3, M3C, M4, M4C, where used.
    pub bogons: Option<BogonClasses>,
    /// What dismisses an event; only of M2 and M2C.
    pub dismissed_by: Vec<DismissedBy>,
    /// Where the rule comes from.
    pub basis: Basis,
}

/// What an incident counts by how long it lasts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DurationRule {
    /// Count of an incident of no length.
    pub instant: Count,
    /// Classes from the shortest, each up to but without its bound.
    pub classes: Vec<DurationClass>,
    /// Beyond the last class: this count for every whole period …
    pub per_period: Count,
    /// … of so many seconds …
    pub period_seconds: u64,
    /// … plus this.
    pub plus: Count,
    /// Where the rule comes from.
    pub basis: Basis,
}

/// Incidents of 1 s up to, but without, a bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DurationClass {
    /// The bound.
    pub below_seconds: u64,
    /// What such an incident counts.
    pub count: Count,
}

/// The weight of an incident for its accomplices, by their distance from the culprit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accomplices {
    /// The weight of the next network on the path, the one after it, …
    pub weights: Vec<Weight>,
    /// The weight of every network further away; 0 = it is no accomplice.
    pub beyond: Weight,
    /// Where the rule comes from.
    pub basis: Basis,
}

/// Raw value to score: `base ^ ((raw / scale) ^ exponent)`.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve {
    /// The score at `raw == scale`; between 0 and 1.
    pub base: f64,
    /// Above 0.
    pub scale: f64,
    /// Above 0.
    pub exponent: f64,
    /// Where the rule comes from.
    pub basis: Basis,
}

/// A score: what it is made of and how it is graded.
#[derive(Clone, PartialEq, Debug)]
pub struct ScoreRule {
    /// Which.
    pub key: ScoreKey,
    /// The action, 1–4.
    pub action: u8,
    /// Title.
    pub title: String,
    /// How the components become one.
    pub combine: Combine,
    /// Components; of each, the raw values of its metrics are added before the curve. Never empty.
    pub components: Vec<Vec<Metric>>,
    /// Where the combination comes from.
    pub basis: Basis,
    /// The thresholds.
    pub grades: GradeRule,
}

/// Thresholds of a score; below `aspiring` (or `ready`, where there is no `aspiring`) it is lagging.
#[derive(Clone, PartialEq, Debug)]
pub struct GradeRule {
    /// From here on ready.
    pub ready: Bound,
    /// From here on aspiring.
    pub aspiring: Option<Bound>,
    /// Where the thresholds come from.
    pub basis: Basis,
}

/// A lower bound of a score.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Bound {
    /// `score ≥ bound`
    AtLeast(f64),
    /// `score > bound`
    Above(f64),
}

/// What a share is when no route is announced.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum WithoutRoutes {
    /// Not known.
    NoData,
    /// This.
    Share(f64),
}

/// M5.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpoofingRule {
    /// False sources that count when such packets were received.
    pub received: Vec<SpoofedSource>,
    /// Where the rule comes from.
    pub basis: Basis,
}

/// M7IRR.
#[derive(Clone, PartialEq, Debug)]
pub struct IrrRule {
    /// States that count as registered.
    pub registered: Vec<IrrState>,
    /// Without routes.
    pub without_routes: WithoutRoutes,
    /// Without routes, when something unregistered is listed all the same.
    pub without_routes_unregistered: WithoutRoutes,
    /// Where the rule comes from.
    pub basis: Basis,
}

/// M7RPKI: share valid less `invalid_factor` times the share invalid, never below `floor`.
#[derive(Clone, PartialEq, Debug)]
pub struct RpkiRule {
    /// What an invalid route weighs against a valid one.
    pub invalid_factor: u32,
    /// The least share.
    pub floor: f64,
    /// Without routes.
    pub without_routes: WithoutRoutes,
    /// Where the rule comes from.
    pub basis: Basis,
}

/// Prefix lengths, both bounds inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lengths {
    /// Shortest.
    pub min: u8,
    /// Longest.
    pub max: u8,
}

/// What counts as an announced route for M7.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteRule {
    /// Seen by so many full-feed peer ASes, or by all there are where fewer are available.
    pub peers_min: u32,
    /// Seen for so long within the month.
    pub seen_seconds_min: u64,
    /// IPv4 lengths.
    pub ipv4: Lengths,
    /// IPv6 lengths.
    pub ipv6: Lengths,
    /// Never counted.
    pub excluded: Vec<Exclusion>,
    /// Where the rule comes from.
    pub basis: Basis,
}

/// How scores of several networks become one; networks without data are left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AggregationRule {
    /// A participant with several networks.
    pub participant: Pooling,
    /// Where that comes from.
    pub participant_basis: Basis,
    /// An economy, region or the world.
    pub area: Pooling,
    /// Where that comes from.
    pub area_basis: Basis,
}

impl DurationRule {
    /// What an incident of that length counts before its weight. Negative lengths do not exist and count as
    /// none.
    pub fn count(&self, seconds: i64) -> Count {
        let seconds = u64::try_from(seconds).unwrap_or(0);
        if seconds == 0 {
            return self.instant;
        }
        match self.classes.iter().find(|class| seconds < class.below_seconds) {
            Some(class) => class.count,
            None => self.beyond(seconds),
        }
    }

    /// `⌊seconds / period⌋ × per_period + plus`
    pub(super) fn beyond(&self, seconds: u64) -> Count {
        let periods = seconds / self.period_seconds;
        let counted = periods.saturating_mul(self.per_period.thousandths());
        Count::from_thousandths(counted.saturating_add(self.plus.thousandths()))
    }
}

impl Accomplices {
    /// The weight at a distance from the culprit, 1 being the next network on the path; `None` where a network
    /// is no accomplice. The culprit itself (0) weighs in full.
    pub fn weight(&self, distance: usize) -> Option<Weight> {
        let weight = match distance.checked_sub(1) {
            None => Weight::FULL,
            Some(index) => *self.weights.get(index).unwrap_or(&self.beyond),
        };
        (weight.millionths() > 0).then_some(weight)
    }
}

impl Bound {
    /// Whether a score reaches the bound.
    pub fn reached_by(self, score: f64) -> bool {
        match self {
            Bound::AtLeast(bound) => score >= bound,
            Bound::Above(bound) => score > bound,
        }
    }

    /// The number alone.
    pub fn value(self) -> f64 {
        match self {
            Bound::AtLeast(bound) | Bound::Above(bound) => bound,
        }
    }
}

impl GradeRule {
    /// The grade of a score.
    pub fn grade(&self, score: f64) -> Grade {
        if self.ready.reached_by(score) {
            Grade::Ready
        } else if self.aspiring.is_some_and(|bound| bound.reached_by(score)) {
            Grade::Aspiring
        } else {
            Grade::Lagging
        }
    }
}

impl Lengths {
    /// Whether a prefix length lies inside.
    pub fn contains(self, len: u8) -> bool {
        (self.min..=self.max).contains(&len)
    }
}
