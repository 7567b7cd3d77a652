//! M5: distinct prefixes of a network from which packets with a false source were received (FRAMEWORK §1, §6).

use routing::Unknown;

use crate::framework::{Framework, MetricUse};
use crate::incidents::not_used;
use crate::metric::Metric;
use crate::raw::Raw;
use crate::{Measured, Value};

/// Public Spoofer tests of one network in the month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SpoofingCounts {
    /// All of them.
    pub tests: u32,
    /// Those that can say whether packets with a false source get out.
    pub conclusive: u32,
    /// Distinct prefixes from which such packets were received.
    pub prefixes: u32,
}

/// M5 of one network from its tests, or why they are not known. A network that nobody tested, or whose tests
/// cannot say, is not one that checks sources.
pub fn measure(framework: &Framework, counts: Result<SpoofingCounts, Unknown>) -> Measured {
    if framework.metric(Metric::M5).usage == MetricUse::NotUsed {
        return Err(not_used(framework, Metric::M5));
    }
    let counts = counts?;
    match (counts.tests, counts.conclusive) {
        (0, _) => Err(Unknown::because("no public Spoofer test in the month")),
        (n, 0) => Err(Unknown::because(format!(
            "no public Spoofer test in the month that can say: in {n} the sources were rewritten before they \
             reached the network, or no packet arrived at all"
        ))),
        _ => Ok(Value::Raw(Raw::from_whole(counts.prefixes))),
    }
}
