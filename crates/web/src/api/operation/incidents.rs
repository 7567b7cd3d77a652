//! Events and incidents, and what others say of them.

use super::{Answers, BUNDLE_FILTERS, EVENT_FILTERS, INCIDENT_FILTERS, Operation, list, object, of};
use crate::api::{events, incidents, opinions, parameter, replay};

/// In the order of the documentation.
pub(super) static OPERATIONS: [Operation; 7] = [
    Operation {
        filters: EVENT_FILTERS,
        ..list::<events::Event>(
            "events",
            "/api/events",
            [
                "Events",
                "Everything detected in the month, by time: incidents, what is explained (benign) and what cannot be \
                 decided. Network and economy are those of the culprit.",
            ],
            |asked| Box::pin(events::list(asked)),
        )
    },
    of(
        parameter::EVENT,
        object::<events::Whole>(
            "event",
            "/api/events/{id}",
            [
                "One event",
                "With its verdict tree, its first sightings (collector, peer, path, and the record that shows it), and \
                 what others say of it.",
            ],
            |asked| Box::pin(events::show(asked)),
        ),
    ),
    of(
        parameter::EVENT,
        object::<replay::Replay>(
            "event_replay",
            "/api/events/{id}/replay",
            [
                "The routes around an event",
                "What every peer showed for the event's prefix, and for the one it was taken from, from an hour before to \
                 an hour after, up to a bound that is said.",
            ],
            |asked| Box::pin(replay::show(asked)),
        ),
    ),
    Operation {
        filters: &[parameter::NAMED, parameter::SEEN],
        ..list::<opinions::Opinion>(
            "opinions",
            "/api/opinions",
            [
                "What others say",
                "Events that third parties published, by time, each with the events of ours that it tells of. They are \
                 theirs: none of them counts anywhere.",
            ],
            |asked| Box::pin(opinions::list(asked)),
        )
    },
    Operation {
        id: "incidents_stix",
        path: "/api/incidents.stix",
        summary: "Incidents as STIX 2.1",
        about: "A bundle with an incident for each story, its networks and prefixes, what was observed and by which \
                collectors. Ids are the same in every bundle.",
        named: None,
        required: None,
        filters: BUNDLE_FILTERS,
        answers: Answers::Bundle(|asked| Box::pin(events::stix(asked))),
    },
    Operation {
        filters: INCIDENT_FILTERS,
        ..list::<incidents::Incident>(
            "incidents",
            "/api/incidents",
            [
                "Incidents",
                "Every incident under the framework, by time, with its weight and its events. Network and \
                 economy are those of the culprit.",
            ],
            |asked| Box::pin(incidents::list(asked)),
        )
    },
    of(
        parameter::INCIDENT,
        object::<incidents::Evident>(
            "incident",
            "/api/incidents/{id}",
            ["One incident", "With its events and their evidence."],
            |asked| Box::pin(incidents::show(asked)),
        ),
    ),
];
