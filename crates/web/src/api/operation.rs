//! The questions there are. Router, document and interactive documentation are made from this one table.

use std::pin::Pin;

use super::answer::Body;
use super::asked::Asked;
use super::field::{Item, Resource};
use super::parameter::{self, FIELDS, FRAMEWORK, GRADE_PARAMETERS, LIMIT, MONTH, Parameter};
use super::problem::Problem;
use super::{
    areas, changes, events, incidents, method, months, network, networks, opinions, participants, records,
    replay, roa_operations, routes, sources,
};

/// How a question is answered.
pub(crate) type Run = fn(Asked) -> Pin<Box<dyn Future<Output = Result<(Asked, Body), Problem>> + Send>>;

/// How a bundle is put together: its text.
pub(crate) type Bundled = fn(Asked) -> Pin<Box<dyn Future<Output = Result<String, Problem>> + Send>>;

/// What an answer is.
#[derive(Clone, Copy)]
pub(crate) enum Answers {
    /// Rows, part by part; as JSON, CSV and NDJSON.
    List(fn() -> Item, Run),
    /// One object.
    Object(fn() -> Item, Run),
    /// Incidents as a STIX 2.1 bundle.
    Bundle(Bundled),
    /// The OpenAPI document.
    Document,
    /// The interactive documentation.
    Page,
}

/// One question.
pub(crate) struct Operation {
    /// `operationId` of the document.
    pub(crate) id: &'static str,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) about: &'static str,
    /// What the path names.
    pub(crate) named: Option<Parameter>,
    /// What must be given in the query.
    pub(crate) required: Option<Parameter>,
    /// What the answer can be narrowed by.
    pub(crate) filters: &'static [Parameter],
    pub(crate) answers: Answers,
}

impl Operation {
    /// Every parameter of the query, required ones first.
    pub(crate) fn query(&self) -> Vec<Parameter> {
        let general: &[Parameter] = match self.answers {
            Answers::List(..) => &[MONTH, FRAMEWORK, FIELDS, LIMIT, parameter::CURSOR],
            Answers::Object(..) => &[MONTH, FRAMEWORK, FIELDS],
            Answers::Bundle(_) => &[MONTH],
            Answers::Document | Answers::Page => &[],
        };
        self.required.iter().chain(self.filters).chain(general).copied().collect()
    }

    /// The rows or the object it answers with.
    pub(crate) fn item(&self) -> Option<Item> {
        match self.answers {
            Answers::List(item, _) | Answers::Object(item, _) => Some(item()),
            Answers::Bundle(_) | Answers::Document | Answers::Page => None,
        }
    }

    /// Names of the fields of its answer.
    pub(crate) fn fields(&self) -> Vec<&'static str> {
        self.item().map(|item| item.shapes.iter().map(|shape| shape.name).collect()).unwrap_or_default()
    }
}

const GRADES: [Parameter; 5] = {
    let mut out = [MONTH; 5];
    let mut i = 0;
    while i < out.len() {
        out[i] = GRADE_PARAMETERS[i].1;
        i += 1;
    }
    out
};

const NETWORK_FILTERS: &[Parameter] =
    &[parameter::ECONOMY, parameter::REGION, GRADES[0], GRADES[1], GRADES[2], GRADES[3], GRADES[4]];

const EVENT_FILTERS: &[Parameter] = &[
    parameter::KIND,
    parameter::VERDICT,
    parameter::REASON,
    parameter::FROM,
    parameter::TO,
    parameter::NETWORK,
    parameter::ECONOMY,
    parameter::ABOUT_PREFIX,
    parameter::ONGOING,
];

const INCIDENT_FILTERS: &[Parameter] = &[
    parameter::KIND,
    parameter::METRIC,
    parameter::REASON,
    parameter::FROM,
    parameter::TO,
    parameter::NETWORK,
    parameter::ECONOMY,
    parameter::ABOUT_PREFIX,
    parameter::ONGOING,
];

/// What a bundle is narrowed by: it holds incidents alone.
const BUNDLE_FILTERS: &[Parameter] = &[
    parameter::KIND,
    parameter::REASON,
    parameter::FROM,
    parameter::TO,
    parameter::NETWORK,
    parameter::ECONOMY,
    parameter::ABOUT_PREFIX,
    parameter::ONGOING,
];

/// A list without parameters of its own.
pub(crate) const fn list<R: Resource>(
    id: &'static str,
    path: &'static str,
    [summary, about]: [&'static str; 2],
    run: Run,
) -> Operation {
    let answers = Answers::List(R::item, run);
    Operation { id, path, summary, about, named: None, required: None, filters: &[], answers }
}

/// An object without parameters of its own.
const fn object<R: Resource>(
    id: &'static str,
    path: &'static str,
    [summary, about]: [&'static str; 2],
    run: Run,
) -> Operation {
    let answers = Answers::Object(R::item, run);
    Operation { id, path, summary, about, named: None, required: None, filters: &[], answers }
}

/// With what its path names.
pub(crate) const fn of(parameter: Parameter, operation: Operation) -> Operation {
    Operation { named: Some(parameter), ..operation }
}

/// Every question, in the order of the documentation.
pub(crate) static OPERATIONS: [Operation; 34] = [
    list::<months::Published>(
        "months",
        "/api/months",
        ["Published months", "The latest first, each with its revision, frameworks, data time and digests."],
        |asked| Box::pin(months::list(asked)),
    ),
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
    Operation {
        required: Some(parameter::PREFIX),
        ..list::<routes::Route>(
            "routes",
            "/api/routes",
            [
                "Look a prefix up",
                "Routes of the prefix itself, of prefixes that cover it and of more specific ones, in the order \
                 of prefixes: those that cover it first, from the shortest.",
            ],
            |asked| Box::pin(routes::of_prefix(asked)),
        )
    },
    of(
        parameter::PREFIX,
        list::<routes::Route>(
            "prefix_routes",
            "/api/prefixes/{prefix}/routes",
            ["Look a prefix up, by path", "The same list as `/api/routes?prefix=`."],
            |asked| Box::pin(routes::of_prefix(asked)),
        ),
    ),
    object::<areas::World>(
        "world",
        "/api/world",
        ["The world", "Mean scores of all networks, how many have each grade, and the events of the month."],
        |asked| Box::pin(areas::world(asked)),
    ),
    list::<areas::Economy>(
        "economies",
        "/api/economies",
        ["Economies with their scores", "By code: mean scores and how many networks have each grade."],
        |asked| Box::pin(areas::economies(asked)),
    ),
    of(
        parameter::ECONOMY,
        object::<areas::EconomyWithScores>(
            "economy",
            "/api/economies/{economy}",
            ["One economy", "Its scores, grades and events."],
            |asked| Box::pin(areas::economy(asked)),
        ),
    ),
    list::<areas::RegionInList>(
        "regions",
        "/api/regions",
        [
            "Regions with their scores",
            "Regions and sub-regions of UN M49 by the registered economies of their networks, and the registries' \
             by who registered them.",
        ],
        |asked| Box::pin(areas::regions(asked)),
    ),
    of(
        parameter::REGION,
        object::<areas::RegionWithScores>(
            "region",
            "/api/regions/{region}",
            ["One region", "Its scores, grades, events and parts."],
            |asked| Box::pin(areas::region(asked)),
        ),
    ),
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
    of(
        parameter::RECORD,
        object::<records::Record>(
            "record",
            "/api/records/{record}",
            [
                "A raw record",
                "The MRT record that a sighting points to, field by field and as octets, where the file is at hand \
                 and still has its digest.",
            ],
            |asked| Box::pin(records::show(asked)),
        ),
    ),
    list::<participants::Participant>(
        "participants",
        "/api/participants",
        [
            "Participants",
            "By programme: who takes part with which networks, and the scores that are published.",
        ],
        |asked| Box::pin(participants::list(asked)),
    ),
    list::<sources::Source>(
        "sources",
        "/api/sources",
        ["Sources", "What the month was computed from, what became of it, and its faults."],
        |asked| Box::pin(sources::list(asked)),
    ),
    of(
        parameter::SOURCE,
        list::<sources::File>(
            "source_files",
            "/api/sources/{name}/files",
            ["Files of a source", "Each with its SHA-256, the moment it speaks of, and its faults."],
            |asked| Box::pin(sources::files(asked)),
        ),
    ),
    object::<method::Method>(
        "method",
        "/api/method",
        [
            "The method",
            "Metrics, scores and thresholds under the framework, and every framework version with its digest.",
        ],
        |asked| Box::pin(method::show(asked)),
    ),
    Operation {
        required: Some(parameter::AGAINST),
        ..list::<changes::Difference>(
            "differences",
            "/api/differences",
            [
                "What a framework changes",
                "Every difference between the framework `against` and the one asked for, as a sentence.",
            ],
            |asked| Box::pin(changes::differences(asked)),
        )
    },
    Operation {
        required: Some(parameter::AGAINST),
        ..list::<simulation::Change>(
            "changes",
            "/api/changes",
            [
                "Who changes grade",
                "Networks, economies and participants whose grade differs between the framework `against` and the one \
                 asked for, graded by both from the facts kept with the publication.",
            ],
            |asked| Box::pin(changes::list(asked)),
        )
    },
    roa_operations::AREAS,
    roa_operations::DAYS,
    roa_operations::MONTHS,
    roa_operations::CHANGES,
    roa_operations::OF_NETWORK,
    Operation {
        id: "openapi",
        path: "/api/openapi.json",
        summary: "This document",
        about: "OpenAPI 3.1.",
        named: None,
        required: None,
        filters: &[],
        answers: Answers::Document,
    },
    Operation {
        id: "docs",
        path: "/api/docs",
        summary: "Interactive documentation",
        about: "A page for people: every question with a form to try it. The one answer here that is HTML.",
        named: None,
        required: None,
        filters: &[],
        answers: Answers::Page,
    },
];
