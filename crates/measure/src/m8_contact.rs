//! M8: a contact is registered (FRAMEWORK §1).

use routing::Unknown;

use crate::framework::{Framework, MetricUse};
use crate::incidents::not_used;
use crate::metric::Metric;
use crate::{Measured, Value};

/// M8 of one network: whether its RIR or PeeringDB names a contact, or why that is not known.
pub fn measure(framework: &Framework, has_contact: Result<bool, Unknown>) -> Measured {
    if framework.metric(Metric::M8).usage == MetricUse::NotUsed {
        return Err(not_used(framework, Metric::M8));
    }
    has_contact.map(Value::Flag)
}
