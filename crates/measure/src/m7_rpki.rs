//! M7RPKI: share of a network's announced routes that are RPKI valid, less a multiple of the share that is
//! invalid (FRAMEWORK §1).

use routing::Unknown;

use crate::framework::{Framework, RpkiRule, WithoutRoutes};
use crate::incidents::not_used;
use crate::metric::Metric;
use crate::{Measured, Value};

/// Announced routes of one network by RPKI state (RFC 6811); both families pooled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RpkiCounts {
    /// Valid.
    pub valid: u64,
    /// Invalid.
    pub invalid: u64,
    /// Not found.
    pub not_found: u64,
}

/// M7RPKI of one network from its announced routes, or why they are not known.
pub fn measure(framework: &Framework, counts: Result<RpkiCounts, Unknown>) -> Measured {
    let rule = framework.rpki.as_ref().ok_or_else(|| not_used(framework, Metric::M7Rpki))?;
    share(rule, counts?).map(Value::Share)
}

/// `(valid − factor × invalid) / total`, the numerator exact, never below the floor.
pub fn share(rule: &RpkiRule, counts: RpkiCounts) -> Result<f64, Unknown> {
    let total = u128::from(counts.valid) + u128::from(counts.invalid) + u128::from(counts.not_found);
    if total == 0 {
        return match rule.without_routes {
            WithoutRoutes::NoData => Err(Unknown::because("no routes announced")),
            WithoutRoutes::Share(share) => Ok(share),
        };
    }
    let against = u128::from(rule.invalid_factor) * u128::from(counts.invalid);
    let left = u128::from(counts.valid).saturating_sub(against);
    Ok((left as f64 / total as f64).max(rule.floor))
}
