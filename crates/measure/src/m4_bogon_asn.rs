//! M4 and M4C: bogon AS numbers used and propagated, in weighted incidents (FRAMEWORK §1, §6).

use routing::{Span, Unknown};

use crate::Measured;
use crate::framework::Framework;
use crate::m3_bogon_prefix::{BogonEvent, admitted};
use crate::metric::Metric;

/// M4 from the bogon ASNs in paths a network announced in the month, or why they are not known.
pub fn measure(framework: &Framework, month: Span, events: Result<&[BogonEvent], Unknown>) -> Measured {
    admitted(framework, Metric::M4, month, events)
}

/// M4C from the bogon ASNs in paths a network passed on.
pub fn measure_accomplice(
    framework: &Framework,
    month: Span,
    events: Result<&[BogonEvent], Unknown>,
) -> Measured {
    admitted(framework, Metric::M4C, month, events)
}
