//! The metrics, one row each: codes, pages, API values and framework files take their words from here.

use core::fmt;
use core::str::FromStr;

use detect::EventKind;

/// A metric of the measurement framework (FRAMEWORK §1). `C` is the accomplice's part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Metric {
    /// Route leak, culprit.
    M1,
    /// Route leak, accomplice.
    M1C,
    /// Misorigination or forged path, culprit.
    M2,
    /// Misorigination or forged path, accomplice.
    M2C,
    /// Bogon prefix originated.
    M3,
    /// Bogon prefix propagated.
    M3C,
    /// Bogon ASN used.
    M4,
    /// Bogon ASN propagated.
    M4C,
    /// Prefixes from which spoofed packets were received.
    M5,
    /// Prefixes of customers from which spoofed packets were received.
    M5C,
    /// Routing policy published.
    M6,
    /// Announced routes registered in the IRR.
    M7Irr,
    /// Announced routes valid in the RPKI.
    M7Rpki,
    /// Contact registered.
    M8,
    /// Route origin validation practised.
    Rov,
}

/// What a raw value counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// Incidents, each counted by its duration and weighted; 0 is best. Scored through the curve.
    WeightedIncidents,
    /// Distinct prefixes; 0 is best. Scored through the curve.
    Prefixes,
    /// A share from 0 to 1; 1 is best. A score already.
    Share,
    /// Yes or no; yes is best. A score already (1 or 0).
    Flag,
}

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// The fewer the better.
    LowerIsBetter,
    /// The more the better.
    HigherIsBetter,
}

/// One row of [`METRICS`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MetricRow {
    /// The metric.
    pub metric: Metric,
    /// Its code as published: `M7IRR`.
    pub code: &'static str,
    /// The action it belongs to, 1–4; `None` when it belongs to none.
    pub action: Option<u8>,
    /// Title of a page or column.
    pub title: &'static str,
    /// What it says, in one plain sentence.
    pub meaning: &'static str,
    /// What the raw value counts.
    pub unit: Unit,
    /// How to get better, in one sentence.
    pub fix: &'static str,
    /// How it is measured, from what.
    pub how: &'static str,
}

impl Unit {
    /// All units.
    pub const ALL: [Unit; 4] = [Unit::WeightedIncidents, Unit::Prefixes, Unit::Share, Unit::Flag];

    /// As framework files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Unit::WeightedIncidents => "weighted incidents",
            Unit::Prefixes => "prefixes",
            Unit::Share => "share",
            Unit::Flag => "yes or no",
        }
    }

    /// Which way is better.
    pub const fn direction(self) -> Direction {
        match self {
            Unit::WeightedIncidents | Unit::Prefixes => Direction::LowerIsBetter,
            Unit::Share | Unit::Flag => Direction::HigherIsBetter,
        }
    }

    /// True when the raw value becomes a score through the curve; a share or flag is a score already.
    pub const fn needs_curve(self) -> bool {
        matches!(self, Unit::WeightedIncidents | Unit::Prefixes)
    }
}

impl Metric {
    /// The metric's row.
    pub const fn row(self) -> &'static MetricRow {
        &METRICS[self as usize]
    }

    /// The code as published.
    pub const fn code(self) -> &'static str {
        self.row().code
    }

    /// What an event counts for: of its culprit, and of those who passed it on.
    pub const fn of_event(kind: EventKind) -> (Metric, Metric) {
        match kind {
            EventKind::RouteLeak => (Metric::M1, Metric::M1C),
            EventKind::Misorigination | EventKind::ForgedOrigin | EventKind::ForgedPath => {
                (Metric::M2, Metric::M2C)
            }
            EventKind::BogonPrefix => (Metric::M3, Metric::M3C),
            EventKind::BogonAsn => (Metric::M4, Metric::M4C),
        }
    }

    /// The kinds of events it counts; none where it counts none that are detected.
    pub fn event_kinds(self) -> impl Iterator<Item = EventKind> {
        EventKind::ALL.into_iter().filter(move |kind| {
            let (own, passed_on) = Metric::of_event(*kind);
            self == own || self == passed_on
        })
    }

    /// The kind of event it counts, where that is one alone.
    pub fn sole_event_kind(self) -> Option<EventKind> {
        let mut kinds = self.event_kinds();
        kinds.next().filter(|_| kinds.next().is_none())
    }

    /// True for the part of those who passed a wrong state of others on.
    pub const fn is_accomplice(self) -> bool {
        matches!(self, Metric::M1C | Metric::M2C | Metric::M3C | Metric::M4C | Metric::M5C)
    }

    /// True for the bogon metrics, whose incidents are filtered by class.
    pub const fn counts_bogons(self) -> bool {
        matches!(self, Metric::M3 | Metric::M3C | Metric::M4 | Metric::M4C)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// A text that is no metric's code.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is not a metric: {codes}", codes = METRICS.map(|row| row.code).join(", "))]
pub struct MetricError(pub String);

impl FromStr for Metric {
    type Err = MetricError;

    /// The code as published, in capitals.
    fn from_str(text: &str) -> Result<Metric, MetricError> {
        METRICS
            .iter()
            .find(|row| row.code == text)
            .map(|row| row.metric)
            .ok_or_else(|| MetricError(text.to_owned()))
    }
}

const fn row(
    metric: Metric,
    code: &'static str,
    action: u8,
    unit: Unit,
    [title, meaning, fix, how]: [&'static str; 4],
) -> MetricRow {
    let action = if action == 0 { None } else { Some(action) };
    MetricRow { metric, code, action, title, meaning, unit, fix, how }
}

/// Every metric, in the order of its code.
pub static METRICS: [MetricRow; 15] = [
    row(
        Metric::M1,
        "M1",
        1,
        Unit::WeightedIncidents,
        [
            "Route leaks",
            "Incidents in which the network passed routes on to a neighbour they were not meant for.",
            "Filter what you announce to each neighbour by its role, and mark routes with OTC (RFC 9234).",
            "Routes that pass a network against the relationships of its neighbours (RFC 7908) are events; \
             those that overlap or touch are incidents, each counted by its length.",
        ],
    ),
    row(
        Metric::M1C,
        "M1C",
        1,
        Unit::WeightedIncidents,
        [
            "Route leaks passed on",
            "Incidents in which the network accepted a leaked route and carried it further.",
            "Accept from a customer only the prefixes and origins of its customer cone.",
            "The same events, of every network between the leaker and the collector, weighted by its \
             distance from the leaker.",
        ],
    ),
    row(
        Metric::M2,
        "M2",
        1,
        Unit::WeightedIncidents,
        [
            "Hijacks",
            "Incidents in which the network announced another network's prefix, or forged a path to it.",
            "Announce only prefixes you hold; register ROAs and route objects for every legitimate origin.",
            "A new origin for a prefix, or a path forged to it, is an event unless RPKI, route objects, \
             siblings or history explain it; the incidents are counted by their length.",
        ],
    ),
    row(
        Metric::M2C,
        "M2C",
        1,
        Unit::WeightedIncidents,
        [
            "Hijacks passed on",
            "Incidents in which the network accepted a hijacked route and carried it further.",
            "Drop RPKI-invalid routes and filter customers by their registered prefixes.",
            "The same events, of every network between the culprit and the collector, weighted by its \
             distance.",
        ],
    ),
    row(
        Metric::M3,
        "M3",
        1,
        Unit::WeightedIncidents,
        [
            "Bogon prefixes",
            "Incidents in which the network originated a prefix that nobody may announce.",
            "Withdraw the prefix and filter reserved and unallocated space at every border.",
            "Every prefix the collectors show is compared with the bogon list of that moment; sightings \
             become events, events that overlap or touch incidents, each counted by its length.",
        ],
    ),
    row(
        Metric::M3C,
        "M3C",
        1,
        Unit::WeightedIncidents,
        [
            "Bogon prefixes passed on",
            "Incidents in which the network carried a neighbour's bogon prefix further.",
            "Filter reserved and unallocated space on every session.",
            "The same events, of every network between the origin and the collector, weighted by its \
             distance from the origin.",
        ],
    ),
    row(
        Metric::M4,
        "M4",
        1,
        Unit::WeightedIncidents,
        [
            "Bogon AS numbers",
            "Incidents in which the network announced paths that hold an AS number nobody may use.",
            "Remove private AS numbers before announcing, and correct neighbours that use reserved ones.",
            "Every number on the paths is compared with the list of numbers nobody may use; the first \
             public AS on the collector's side answers for it, by incidents counted by their length.",
        ],
    ),
    row(
        Metric::M4C,
        "M4C",
        1,
        Unit::WeightedIncidents,
        [
            "Bogon AS numbers passed on",
            "Incidents in which the network carried a path with a bogon AS number further.",
            "Drop paths that hold private or reserved AS numbers.",
            "The same events, of every network between that AS and the collector, weighted by its distance.",
        ],
    ),
    row(
        Metric::M5,
        "M5",
        2,
        Unit::Prefixes,
        [
            "Spoofing prefixes",
            "Distinct prefixes of the network from which packets with a false source address came out.",
            "Check source addresses at the edge (BCP 38, BCP 84) and confirm with a public Spoofer test.",
            "Public Spoofer sessions of the month: the distinct /24 and /40 of clients whose packets with \
             a false source were received. Without a test there is no data.",
        ],
    ),
    row(
        Metric::M5C,
        "M5C",
        2,
        Unit::Prefixes,
        [
            "Spoofing prefixes of customers",
            "Distinct prefixes of customers from which packets with a false source address came through.",
            "Check source addresses on customer interfaces (BCP 84).",
            "The same sessions, of clients in the networks of customers.",
        ],
    ),
    row(
        Metric::M6,
        "M6",
        4,
        Unit::Flag,
        [
            "Routing policy",
            "Whether the network's aut-num object states at least one import and one export.",
            "Add import and export lines to your aut-num object.",
            "The aut-num object nearest in time to the month: 1 with an import and an export, else 0.",
        ],
    ),
    row(
        Metric::M7Irr,
        "M7IRR",
        4,
        Unit::Share,
        [
            "Routes registered in the IRR",
            "Share of the network's announced routes that have a route object.",
            "Register a route or route6 object for every announced prefix and origin.",
            "Every announced route is looked up among the route objects nearest in time to the month: \
             exact, covered by a less specific one of the same origin, of another origin only, or none.",
        ],
    ),
    row(
        Metric::M7Rpki,
        "M7RPKI",
        4,
        Unit::Share,
        [
            "Routes valid in the RPKI",
            "Share of the network's announced routes that are RPKI valid, less ten times the invalid share.",
            "Create a ROA for every announced prefix and origin, and correct those that make a route \
             invalid.",
            "Every announced route is validated (RFC 6811) against the VRPs nearest in time to the month; \
             an invalid route weighs more than a valid one.",
        ],
    ),
    row(
        Metric::M8,
        "M8",
        3,
        Unit::Flag,
        [
            "Contact",
            "Whether a contact for the network is registered with its RIR or in PeeringDB.",
            "Register an operations contact with your RIR or in PeeringDB and keep it current.",
            "The RIR's and PeeringDB's records nearest in time to the month: 1 with a contact, else 0.",
        ],
    ),
    row(
        Metric::Rov,
        "ROV",
        0,
        Unit::Share,
        [
            "Route origin validation",
            "How far the network drops RPKI-invalid routes.",
            "Validate origins on every session and drop invalid routes (RFC 6811).",
            "How many invalid routes that others carry the network is not seen to carry.",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_at_their_metric_and_codes_round_trip() {
        for (index, row) in METRICS.iter().enumerate() {
            assert_eq!(row.metric as usize, index, "{}", row.code);
            assert_eq!(row.metric.to_string().parse(), Ok(row.metric));
            assert_eq!(row.metric.is_accomplice(), row.code.ends_with('C'), "{}", row.code);
            assert!(row.action.is_none_or(|a| (1..=4).contains(&a)), "{}", row.code);
            for text in [row.title, row.meaning, row.fix, row.how] {
                assert!(!text.is_empty() && text.is_ascii(), "{}", row.code);
            }
        }
        for kind in EventKind::ALL {
            let (own, passed_on) = Metric::of_event(kind);
            assert_eq!(passed_on.code(), format!("{own}C"));
            assert!(own.event_kinds().any(|k| k == kind) && passed_on.event_kinds().any(|k| k == kind));
        }
        assert_eq!(Metric::M8.event_kinds().count(), 0);
        assert_eq!(Metric::M2.event_kinds().count(), 3);
        assert!(METRICS.is_sorted_by_key(|row| row.metric));
        for wrong in ["", "M9", "m1", "M7Irr", "M7"] {
            let error = wrong.parse::<Metric>().unwrap_err().to_string();
            assert!(error.contains("M7IRR, M7RPKI, M8, ROV"), "{error}");
        }
    }
}
