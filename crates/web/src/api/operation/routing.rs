//! Routes, ROAs and the records that show them.

use super::{Operation, list, object, of};
use crate::api::{parameter, records, roa_operations, routes};

/// In the order of the documentation.
pub(super) static OPERATIONS: [Operation; 7] = [
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
    roa_operations::AREAS,
    roa_operations::DAYS,
    roa_operations::MONTHS,
    roa_operations::CHANGES,
];
