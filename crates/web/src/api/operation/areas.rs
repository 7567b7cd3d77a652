//! The world, economies and regions.

use super::{Operation, list, object, of};
use crate::api::{areas, parameter};

/// In the order of the documentation.
pub(super) static OPERATIONS: [Operation; 5] = [
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
];
