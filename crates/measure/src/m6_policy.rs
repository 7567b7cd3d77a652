//! M6: the aut-num object states a routing policy (FRAMEWORK §1).

use routing::Unknown;

use crate::framework::{Framework, MetricUse};
use crate::incidents::not_used;
use crate::metric::Metric;
use crate::{Measured, Value};

/// Whether the aut-num object has at least one import and at least one export line (`mp-` ones included), each
/// or why that is not known. One that is missing decides even if the other is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// At least one import.
    pub has_imports: Result<bool, Unknown>,
    /// At least one export.
    pub has_exports: Result<bool, Unknown>,
}

/// M6 of one network.
pub fn measure(framework: &Framework, policy: Policy) -> Measured {
    if framework.metric(Metric::M6).usage == MetricUse::NotUsed {
        return Err(not_used(framework, Metric::M6));
    }
    let stated = match (policy.has_imports, policy.has_exports) {
        (Ok(false), _) | (_, Ok(false)) => false,
        (Ok(true), Ok(true)) => true,
        (Err(why), _) | (_, Err(why)) => return Err(why),
    };
    Ok(Value::Flag(stated))
}
