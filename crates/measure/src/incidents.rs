//! Events of a month become incidents, and incidents a raw value (FRAMEWORK §2).

use std::collections::BTreeMap;

use detect::incident::{self, Incident};
use routing::{Asn, Span, Unknown};

use crate::framework::{Framework, MetricUse};
use crate::metric::Metric;
use crate::raw::{Raw, Weight};
use crate::{Measured, Value};

/// One event as one network answers for it: as culprit under the metric itself, as accomplice under its `C`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MetricEvent {
    /// What it counts for.
    pub key: IncidentKey,
    /// When the wrong state lasted; an open event ends where the month or the data do.
    pub span: Span,
}

/// What events must have in common to merge into one incident.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct IncidentKey {
    /// The network.
    pub asn: Asn,
    /// The metric.
    pub metric: Metric,
    /// How much it counts: in full for the culprit, by distance for an accomplice.
    pub weight: Weight,
}

/// The incidents of a month, in the order of network, metric, weight and start. `events` of an incident are
/// indices into `events`.
pub fn merge(events: &[MetricEvent], month: Span) -> Vec<Incident<IncidentKey>> {
    incident::merge(events.iter().map(|event| (event.key, event.span)), month)
}

/// What one incident adds to its network's raw value: the count of its duration times its weight.
pub fn count(framework: &Framework, span: Span, weight: Weight) -> Raw {
    framework.duration.count(span.seconds()).times(weight)
}

/// The raw value of each network and metric that has incidents. Metrics the framework does not use are left
/// out. A network missing here has none: its value is 0 if its month was observed, otherwise unknown; which of
/// the two only the caller can say.
pub fn raw_values(
    framework: &Framework,
    incidents: &[Incident<IncidentKey>],
) -> BTreeMap<(Asn, Metric), Raw> {
    let mut values = BTreeMap::new();
    for incident in incidents {
        let IncidentKey { asn, metric, weight } = incident.key;
        if framework.metric(metric).usage != MetricUse::NotUsed {
            *values.entry((asn, metric)).or_insert(Raw::ZERO) += count(framework, incident.span, weight);
        }
    }
    values
}

/// The value of one metric of one network from its events of the month, or why it is not known.
pub fn measure(
    framework: &Framework,
    metric: Metric,
    month: Span,
    events: Result<&[(Weight, Span)], Unknown>,
) -> Measured {
    if framework.metric(metric).usage == MetricUse::NotUsed {
        return Err(not_used(framework, metric));
    }
    let incidents = incident::merge(events?.iter().copied(), month);
    Ok(Value::Raw(incidents.iter().map(|incident| count(framework, incident.span, incident.key)).sum()))
}

/// The reason of a metric that a framework does not have.
pub(crate) fn not_used(framework: &Framework, metric: Metric) -> Unknown {
    Unknown::because(format!("{metric} is not used in framework {}", framework.id))
}
