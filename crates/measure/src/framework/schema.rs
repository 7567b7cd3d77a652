//! What a framework file may hold: reading, refusals and `docs/frameworks.md` take it from this one table.

use super::words::{
    BogonClasses, Combine, DismissedBy, Exclusion, IrrState, Mark, MetricUse, Pooling, ScoreKey,
    SpoofedSource, Status,
};
use crate::metric::{METRICS, Unit};

/// One table of the file.
#[derive(Clone, Copy, Debug)]
pub struct TableSchema {
    /// As written: `[duration]`; empty for what stands before the first table.
    pub name: &'static str,
    /// What it says, and when it must be there.
    pub meaning: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// What may stand there.
    pub holds: Holds,
    /// What it means; of one that may be left out, when.
    pub meaning: &'static str,
    /// Whether it must be there wherever its table is.
    pub required: bool,
}

/// What may stand in a key.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// This, in words.
    Said(&'static str),
    /// One of these.
    Word(fn() -> Vec<&'static str>),
    /// Several of these, each once.
    Words(fn() -> Vec<&'static str>),
}

const fn key(name: &'static str, holds: Holds, meaning: &'static str) -> Key {
    Key { name, holds, meaning, required: true }
}

const fn may(name: &'static str, holds: Holds, meaning: &'static str) -> Key {
    Key { name, holds, meaning, required: false }
}

const TEXT: Holds = Holds::Said("a text");
const COUNT: Holds = Holds::Said("0 to 1000, at most 3 decimals");
const WEIGHT: Holds = Holds::Said("0 to 1, at most 6 decimals");
const SHARE_OR_NONE: Holds = Holds::Said("\"no data\", or 0 to 1");
const BOUND: Holds = Holds::Said("{ at_least = 0 to 1 } or { above = 0 to 1 }");
const MARKS: Holds = Holds::Word(|| words(Mark::ALL, Mark::as_str));
const MARK: Key = key("mark", MARKS, "how well the rule is founded");
const SOURCE: Key = key("source", TEXT, "where the rule comes from");
const POOLED: Holds = Holds::Word(|| words(Pooling::ALL, Pooling::as_str));

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|&one| word(one)).collect()
}

/// Every table, in the order of the file.
pub static SCHEMA: &[TableSchema] = &[
    TableSchema {
        name: "",
        meaning: "What the file is.",
        keys: &[
            key("id", Holds::Said("year and month, `\"2024-01\"`"), "the version, by which scores name it"),
            key("title", TEXT, "its title"),
            key("summary", TEXT, "what it is, in a few sentences"),
            key("status", Holds::Word(|| words(Status::ALL, Status::as_str)), "whether it is in force"),
            key("effective_from", Holds::Said("a day without quotes"), "first day in force"),
            may(
                "effective_until",
                Holds::Said("a later day"),
                "first day no longer in force: of a superseded one it must be there, of a current one not",
            ),
        ],
    },
    TableSchema {
        name: "[[metric]]",
        meaning: "One for every metric, whether it plays a part or not.",
        keys: &[
            key("code", Holds::Word(|| METRICS.iter().map(|row| row.code).collect()), "which"),
            may("action", Holds::Said("1 to 4"), "the action it belongs to; ROV belongs to none"),
            key("title", TEXT, "its title"),
            key("meaning", TEXT, "what it means under this framework"),
            key(
                "unit",
                Holds::Word(|| words(&Unit::ALL, Unit::as_str)),
                "what its value counts: a metric's is fixed",
            ),
            key(
                "use",
                Holds::Word(|| words(MetricUse::ALL, MetricUse::as_str)),
                "part of a score, shown, or neither",
            ),
            may(
                "bogons",
                Holds::Word(|| words(BogonClasses::ALL, BogonClasses::as_str)),
                "which bogons count: of M3, M3C, M4 and M4C where used",
            ),
            may(
                "dismissed_by",
                Holds::Words(|| words(DismissedBy::ALL, DismissedBy::as_str)),
                "what dismisses an event: of M2 and M2C",
            ),
            MARK,
            SOURCE,
        ],
    },
    TableSchema {
        name: "[duration]",
        meaning: "What an incident counts by how long it lasts, before its weight.",
        keys: &[
            key("instant", COUNT, "an incident of no length"),
            key("classes", Holds::Said("a list of { below_seconds, count }, ascending"), "shorter incidents"),
            key("beyond_per_period", COUNT, "a longer one, for every whole period"),
            key("beyond_period_seconds", Holds::Said("1 to 2678400"), "the period"),
            key("beyond_plus", COUNT, "what is added to that"),
            MARK,
            SOURCE,
        ],
    },
    TableSchema {
        name: "[accomplices]",
        meaning: "The weight of an incident for those who passed it on.",
        keys: &[
            key(
                "weights",
                Holds::Said("a list of 0 to 1, not ascending"),
                "next to the culprit, one further, …",
            ),
            key("beyond", WEIGHT, "everybody further away; 0 is no accomplice"),
            MARK,
            SOURCE,
        ],
    },
    TableSchema {
        name: "[curve]",
        meaning: "score = base ^ ((raw / scale) ^ exponent). There when a score counts incidents or prefixes.",
        keys: &[
            key("base", Holds::Said("0.01 to 0.99"), "the score where raw is scale"),
            key("scale", Holds::Said("0.001 to 1000"), "that raw value"),
            key("exponent", Holds::Said("0.01 to 10"), "how steep"),
            MARK,
            SOURCE,
        ],
    },
    TableSchema {
        name: "[[score]]",
        meaning: "A score and its grades. Every metric that is scored is in one component of one score.",
        keys: &[
            key("key", Holds::Word(|| words(ScoreKey::ALL, ScoreKey::as_str)), "which"),
            key("action", Holds::Said("1 to 4"), "the action"),
            key("title", TEXT, "its title"),
            key("combine", Holds::Word(|| words(Combine::ALL, Combine::as_str)), "how components become one"),
            key(
                "components",
                Holds::Said("a list of lists of metric codes"),
                "raw values inside a component are added before the curve",
            ),
            MARK,
            SOURCE,
            key("ready", BOUND, "from where on ready"),
            may("aspiring", BOUND, "from where on aspiring, below ready; left out there is no such grade"),
            key("grades_mark", MARKS, "how well the thresholds are founded"),
            key("grades_source", TEXT, "where they come from"),
        ],
    },
    TableSchema {
        name: "[spoofing]",
        meaning: "M5. There when M5 is used.",
        keys: &[
            key(
                "received",
                Holds::Words(|| words(SpoofedSource::ALL, SpoofedSource::as_str)),
                "false sources that count when received",
            ),
            MARK,
            SOURCE,
        ],
    },
    TableSchema {
        name: "[irr]",
        meaning: "M7IRR: 1 - unregistered / total. There when M7IRR is used.",
        keys: &[
            key(
                "registered",
                Holds::Words(|| words(IrrState::ALL, IrrState::as_str)),
                "states that are registered",
            ),
            key("without_routes", SHARE_OR_NONE, "where no route is announced"),
            key(
                "without_routes_unregistered",
                SHARE_OR_NONE,
                "the same, when something unregistered is listed",
            ),
            MARK,
            SOURCE,
        ],
    },
    TableSchema {
        name: "[rpki]",
        meaning: "M7RPKI: (valid - invalid_factor * invalid) / total. There when M7RPKI is used.",
        keys: &[
            key("invalid_factor", Holds::Said("0 to 1000"), "what an invalid route weighs"),
            key("floor", Holds::Said("0 to 1"), "the least share"),
            key("without_routes", SHARE_OR_NONE, "where no route is announced"),
            MARK,
            SOURCE,
        ],
    },
    TableSchema {
        name: "[routes]",
        meaning: "What counts as an announced route.",
        keys: &[
            key(
                "peers_min",
                Holds::Said("1 to 100000"),
                "full-feed peer ASes that show it, or all there are",
            ),
            key("seen_seconds_min", Holds::Said("0 to 2419200"), "for how long within the month"),
            key("ipv4", Holds::Said("{ min, max } within 0 to 32"), "prefix lengths"),
            key("ipv6", Holds::Said("{ min, max } within 0 to 128"), "prefix lengths"),
            key("excluded", Holds::Words(|| words(Exclusion::ALL, Exclusion::as_str)), "never counted"),
            MARK,
            SOURCE,
        ],
    },
    TableSchema {
        name: "[aggregation]",
        meaning: "How scores of several networks become one; those without data are left out.",
        keys: &[
            key("participant", POOLED, "a participant with several networks"),
            key("participant_mark", MARKS, "how well that is founded"),
            key("participant_source", TEXT, "where that comes from"),
            key("area", POOLED, "an economy, a region, the world"),
            key("area_mark", MARKS, "how well that is founded"),
            key("area_source", TEXT, "where that comes from"),
        ],
    },
];

/// The keys of a table.
pub(super) fn keys(table: &str) -> Vec<&'static str> {
    let schema =
        SCHEMA.iter().find(|schema| schema.name == table).expect("every table read is in the schema");
    schema.keys.iter().map(|key| key.name).collect()
}

/// Names of the tables, as keys of the file.
pub(super) fn tables() -> impl Iterator<Item = &'static str> {
    let names =
        SCHEMA.iter().map(|schema| schema.name.trim_matches(['[', ']'])).filter(|name| !name.is_empty());
    names.chain(["example"])
}
