//! Months, sources, the rules, and this interface itself.

use super::{Answers, Operation, list, object, of};
use crate::api::{changes, method, months, parameter, sources};

/// In the order of the documentation.
pub(super) static OPERATIONS: [Operation; 8] = [
    list::<months::Published>(
        "months",
        "/api/months",
        ["Published months", "The latest first, each with its revision, frameworks, data time and digests."],
        |asked| Box::pin(months::list(asked)),
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
