//! Networks, groups of them beside one another, and what would become of them.

use super::{NETWORK_FILTERS, Operation, list, object, of};
use crate::api::{
    compare, events, history, incidents, network, networks, parameter, roa_operations, routes, whatif,
};

/// In the order of the documentation.
pub(super) static OPERATIONS: [Operation; 12] = [
    Operation {
        filters: NETWORK_FILTERS,
        ..list::<networks::Graded>(
            "networks",
            "/api/networks",
            [
                "Networks with their scores",
                "In the order of their AS numbers; the list is at its end where `links.next` is missing.",
            ],
            |asked| Box::pin(networks::list(asked)),
        )
    },
    of(
        parameter::ASN,
        object::<network::Network>(
            "network",
            "/api/networks/{asn}",
            ["One network", "Who it is, what it announces, its scores and metrics with their reasons."],
            |asked| Box::pin(network::show(asked)),
        ),
    ),
    of(
        parameter::ASN,
        list::<routes::Route>(
            "network_routes",
            "/api/networks/{asn}/routes",
            [
                "Routes of a network",
                "Prefixes it originated in the month with RPKI and IRR verdicts, by prefix.",
            ],
            |asked| Box::pin(routes::of_network(asked)),
        ),
    ),
    of(
        parameter::ASN,
        list::<events::Event>(
            "network_events",
            "/api/networks/{asn}/events",
            ["Events of a network", "Events that it caused or passed on, by time."],
            |asked| Box::pin(events::of_network(asked)),
        ),
    ),
    of(
        parameter::ASN,
        list::<incidents::Incident>(
            "network_incidents",
            "/api/networks/{asn}/incidents",
            ["Incidents of a network", "Incidents that count for its metrics under the framework, by time."],
            |asked| Box::pin(incidents::of_network(asked)),
        ),
    ),
    of(
        parameter::ASN,
        list::<crate::history::Past>(
            "network_history",
            "/api/networks/{asn}/history",
            [
                "History",
                "Every score and metric of the network in every month published, up to the month asked for.",
            ],
            |asked| Box::pin(history::network(asked)),
        ),
    ),
    of(
        parameter::ECONOMY,
        list::<crate::history::Past>(
            "economy_history",
            "/api/economies/{economy}/history",
            [
                "History",
                "Means over the economy’s networks with data in every month, up to the month asked for.",
            ],
            |asked| Box::pin(history::economy(asked)),
        ),
    ),
    of(
        parameter::PARTICIPANT,
        list::<crate::history::Past>(
            "participant_history",
            "/api/participants/{participant}/history",
            [
                "History",
                "Its published scores and its networks’ metrics by month, up to the month asked for.",
            ],
            |asked| Box::pin(history::participant(asked)),
        ),
    ),
    Operation {
        required: Some(parameter::SUBJECTS),
        ..list::<compare::Figure>(
            "compare",
            "/api/compare",
            [
                "Subjects side by side",
                "Every figure of every subject, and its difference from the first subject’s.",
            ],
            |asked| Box::pin(compare::list(asked)),
        )
    },
    roa_operations::OF_NETWORK,
    Operation {
        required: Some(parameter::CHANGES),
        filters: &[parameter::ASKING],
        ..object::<simulation::whatif::Answer>(
            "whatif",
            "/api/whatif",
            [
                "What if",
                "What other ROAs, route objects or announcements would change in the month: routes that change state, \
                 third parties that break, scores after. Equal to computing the month from inputs so changed; what is \
                 left out is said.",
            ],
            |asked| Box::pin(whatif::show(asked)),
        )
    },
    of(
        parameter::ASN,
        object::<simulation::fixes::Pack>(
            "network_fixes",
            "/api/networks/{asn}/fixes",
            [
                "Fix pack of a network",
                "For everything that fails under the framework the exact repair, and what the repairs lead to, tried \
                 out on the month.",
            ],
            |asked| Box::pin(whatif::fixes(asked)),
        ),
    ),
];
