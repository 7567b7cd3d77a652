//! M7IRR: share of a network's announced routes that are registered in the IRR (FRAMEWORK §1, §2).

use routing::Unknown;

use crate::framework::{Framework, IrrRule, IrrState, WithoutRoutes};
use crate::incidents::not_used;
use crate::metric::Metric;
use crate::{Measured, Value};

/// Announced routes of one network by what the IRR says of them; both families pooled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct IrrCounts {
    /// A route object for prefix and origin.
    pub exact: u64,
    /// A route object for a covering prefix and the origin.
    pub covered: u64,
    /// Route objects with other origins only.
    pub wrong_origin: u64,
    /// No route object.
    pub none: u64,
}

impl IrrCounts {
    /// Routes in one state.
    pub fn of(&self, state: IrrState) -> u64 {
        match state {
            IrrState::Exact => self.exact,
            IrrState::Covered => self.covered,
            IrrState::WrongOrigin => self.wrong_origin,
            IrrState::None => self.none,
        }
    }

    /// All routes.
    pub fn total(&self) -> u64 {
        IrrState::ALL.iter().map(|&state| self.of(state)).sum()
    }
}

/// M7IRR of one network from its announced routes, or why they are not known.
pub fn measure(framework: &Framework, counts: Result<IrrCounts, Unknown>) -> Measured {
    let rule = framework.irr.as_ref().ok_or_else(|| not_used(framework, Metric::M7Irr))?;
    let counts = counts?;
    let registered: u64 = rule.registered.iter().map(|&state| counts.of(state)).sum();
    share(rule, counts.total(), counts.total() - registered).map(Value::Share)
}

/// `1 − unregistered / total`, in that order of evaluation (published values depend on it), never below 0.
pub fn share(rule: &IrrRule, total: u64, unregistered: u64) -> Result<f64, Unknown> {
    let without = match (total, unregistered) {
        (0, 0) => rule.without_routes,
        (0, _) => rule.without_routes_unregistered,
        _ => return Ok((1.0 - unregistered as f64 / total as f64).max(0.0)),
    };
    match without {
        WithoutRoutes::NoData => Err(Unknown::because("no routes announced")),
        WithoutRoutes::Share(share) => Ok(share),
    }
}
