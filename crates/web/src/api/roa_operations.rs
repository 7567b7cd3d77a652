//! The questions about what ROAs cover.

use super::operation::{Operation, list, of};
use super::{parameter, roas};

/// `/api/roas`
pub(crate) const AREAS: Operation = Operation {
    filters: &[parameter::SCOPE, parameter::DAY],
    ..list::<roas::Coverage>(
        "roas",
        "/api/roas",
        [
            "What ROAs cover",
            "The areas of a scope on a day, the last with a snapshot when none is given: routes and space by RPKI \
             state. Space goes by the most specific route.",
        ],
        |asked| Box::pin(roas::list(asked)),
    )
};

/// `/api/roas/days`
pub(crate) const DAYS: Operation = Operation {
    filters: &[parameter::SCOPE, parameter::AREA],
    ..list::<roas::Coverage>(
        "roa_days",
        "/api/roas/days",
        [
            "What ROAs cover, by day",
            "An area on every day of the month; days without a snapshot of VRPs are there, unknown, with the reason.",
        ],
        |asked| Box::pin(roas::days(asked)),
    )
};

/// `/api/roas/months`
pub(crate) const MONTHS: Operation = Operation {
    filters: &[parameter::SCOPE, parameter::AREA],
    ..list::<roas::Coverage>(
        "roa_months",
        "/api/roas/months",
        ["What ROAs cover, by month", "An area on the last day with a snapshot of every published month."],
        |asked| Box::pin(roas::months(asked)),
    )
};

/// `/api/roas/changes`
pub(crate) const CHANGES: Operation = Operation {
    filters: &[
        parameter::DAY,
        parameter::ORIGIN,
        parameter::ECONOMY,
        parameter::MOVE,
        parameter::ABOUT_PREFIX,
    ],
    ..list::<roas::Change>(
        "roa_changes",
        "/api/roas/changes",
        [
            "What changed of ROAs",
            "Routes whose state changed from one snapshot of VRPs to the next, with the VRPs that made it so: the \
             latest day first, then by prefix.",
        ],
        |asked| Box::pin(roas::changes(asked)),
    )
};

/// `/api/networks/{asn}/roas`
pub(crate) const OF_NETWORK: Operation = of(
    parameter::ASN,
    list::<roas::Coverage>(
        "network_roas",
        "/api/networks/{asn}/roas",
        [
            "What ROAs cover of a network",
            "Its routes and space by RPKI state on every day of the month; none where no route of it counts.",
        ],
        |asked| Box::pin(roas::of_network(asked)),
    ),
);
