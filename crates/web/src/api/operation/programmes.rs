//! Who takes part, and what the original published.

use super::{Operation, list, of};
use crate::api::{foreign, parameter, participants, programmes, statistics};

/// In the order of the documentation.
pub(super) static OPERATIONS: [Operation; 7] = [
    list::<participants::Participant>(
        "participants",
        "/api/participants",
        [
            "Participants",
            "By programme: who takes part with which networks, and the scores that are published.",
        ],
        |asked| Box::pin(participants::list(asked)),
    ),
    list::<programmes::Listed>(
        "programmes",
        "/api/programmes",
        [
            "Programmes",
            "What each asks for, action by action, with what is stated of it and which scores are published.",
        ],
        |asked| Box::pin(programmes::list(asked)),
    ),
    Operation {
        filters: &[statistics::OF_PROGRAMME],
        ..list::<statistics::Statistic>(
            "statistics",
            "/api/statistics",
            [
                "Statistics of the programmes",
                "Every published month graded by the framework, by programme and population: size, scores, incidents and                  ROA coverage of participants' networks, of all others and of all. Months without a list are absent.",
            ],
            |asked| Box::pin(statistics::list(asked)),
        )
    },
    Operation {
        filters: &[statistics::OF_PROGRAMME],
        ..list::<statistics::RegionCoverage>(
            "statistics_regions",
            "/api/statistics/regions",
            [
                "ROA coverage by region",
                "Of the month: networks with a valid route, and routes by RPKI state, of each population and region.",
            ],
            |asked| Box::pin(statistics::regions(asked)),
        )
    },
    Operation {
        filters: &[statistics::OF_PROGRAMME, statistics::BY],
        ..list::<statistics::Approvals>(
            "statistics_approvals",
            "/api/statistics/approvals",
            [
                "Growth by day of approval",
                "Of those who take part in the month: approved in each period, and reached by its end. Whoever left before                  is not counted, nor whose day of approval is not stated.",
            ],
            |asked| Box::pin(statistics::approvals(asked)),
        )
    },
    list::<foreign::Agreement>(
        "foreign",
        "/api/foreign",
        [
            "Foreign series",
            "Scores as the original Observatory published them, by series and score, and how far ours agree, only where \
             both have data. They are theirs: none of them is part of ours.",
        ],
        |asked| Box::pin(foreign::list(asked)),
    ),
    of(
        parameter::SERIES,
        list::<foreign::ForeignLine>(
            "foreign_scores",
            "/api/foreign/{series}/scores",
            [
                "A foreign series beside ours",
                "Every score of every network or participant, by score and subject.",
            ],
            |asked| Box::pin(foreign::scores(asked)),
        ),
    ),
];
