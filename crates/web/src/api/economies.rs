use measure::framework::ScoreKey;
use serde_json::Value;
use store::{AggregateRow, GradeCounts};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, objects};
use super::problem::{self, Problem};

/// An economy in a list.
pub(crate) struct Economy(AggregateRow);

/// One economy.
pub(crate) struct Area(AggregateRow);

impl Economy {
    fn of(&self, key: ScoreKey, value: fn(&GradeCounts) -> Value) -> Value {
        self.0.scores.iter().find(|score| score.key == key.as_str()).map_or(Value::Null, value)
    }

    fn mean(&self, key: ScoreKey) -> Value {
        self.of(key, |s| s.mean.into())
    }

    fn ready(&self, key: ScoreKey) -> Value {
        self.of(key, |s| s.ready.into())
    }

    fn aspiring(&self, key: ScoreKey) -> Value {
        self.of(key, |s| s.aspiring.into())
    }

    fn lagging(&self, key: ScoreKey) -> Value {
        self.of(key, |s| s.lagging.into())
    }

    fn no_data(&self, key: ScoreKey) -> Value {
        self.of(key, |s| s.no_data.into())
    }
}

const MEAN: &str = "Mean score of its networks with data; null when none has any.";
const COUNT: &str = "How many of its networks; null when the framework has no such score.";

macro_rules! economy_fields {
    ($($key:ident: $mean:literal $ready:literal $aspiring:literal $lagging:literal $no_data:literal;)+) => {
        &[
            field("economy", Kind::Text, "ISO 3166-1 alpha-2, or ZZ, EU, AP.", |e| e.0.area.as_str().into()),
            maybe("name", Kind::Text, "Its short English name.", |e| routing::economy_name(&e.0.area).into()),
            field("networks", Kind::Integer, "Networks registered there.", |e| e.0.networks.into()),
            field("routes_ipv4", Kind::Integer, "Their IPv4 routes.", |e| e.0.routes[0].into()),
            field("routes_ipv6", Kind::Integer, "Their IPv6 routes.", |e| e.0.routes[1].into()),
            field("events", Kind::Integer, "Events whose culprit is one of them.", |e| {
                e.0.events.values().sum::<u64>().into()
            }),
            field("partial", Kind::Boolean, "The delegation file of a registry is missing.", |e| {
                e.0.partial.into()
            }),
            $(
                maybe($mean, Kind::Number, MEAN, |e| e.mean(ScoreKey::$key)),
                maybe($ready, Kind::Integer, COUNT, |e| e.ready(ScoreKey::$key)),
                maybe($aspiring, Kind::Integer, COUNT, |e| e.aspiring(ScoreKey::$key)),
                maybe($lagging, Kind::Integer, COUNT, |e| e.lagging(ScoreKey::$key)),
                maybe($no_data, Kind::Integer, COUNT, |e| e.no_data(ScoreKey::$key)),
            )+
        ]
    };
}

impl Resource for Economy {
    const NAME: &'static str = "Economy";
    const FIELDS: &'static [Field<Self>] = economy_fields! {
        Filtering: "filtering" "filtering_ready" "filtering_aspiring" "filtering_lagging" "filtering_no_data";
        AntiSpoofing: "anti_spoofing" "anti_spoofing_ready" "anti_spoofing_aspiring" "anti_spoofing_lagging"
            "anti_spoofing_no_data";
        Coordination: "coordination" "coordination_ready" "coordination_aspiring" "coordination_lagging"
            "coordination_no_data";
        RoutingInformationIrr: "routing_information_irr" "routing_information_irr_ready"
            "routing_information_irr_aspiring" "routing_information_irr_lagging"
            "routing_information_irr_no_data";
        RoutingInformationRpki: "routing_information_rpki" "routing_information_rpki_ready"
            "routing_information_rpki_aspiring" "routing_information_rpki_lagging"
            "routing_information_rpki_no_data";
    };
}

impl Resource for Area {
    const NAME: &'static str = "EconomyWithScores";
    const FIELDS: &'static [Field<Self>] = &[
        field("economy", Kind::Text, "ISO 3166-1 alpha-2, or ZZ, EU, AP.", |e| e.0.area.as_str().into()),
        maybe("name", Kind::Text, "Its short English name.", |e| routing::economy_name(&e.0.area).into()),
        field("networks", Kind::Integer, "Networks registered there.", |e| e.0.networks.into()),
        field("routes_ipv4", Kind::Integer, "Their IPv4 routes.", |e| e.0.routes[0].into()),
        field("routes_ipv6", Kind::Integer, "Their IPv6 routes.", |e| e.0.routes[1].into()),
        field("events", Kind::Counts, "Events whose culprit is one of them, by kind.", |e| {
            e.0.events.iter().map(|(kind, count)| (kind.clone(), Value::from(*count))).collect()
        }),
        field("partial", Kind::Boolean, "The delegation file of a registry is missing.", |e| {
            e.0.partial.into()
        }),
        field("scores", Kind::List(&Kind::Object(GradeCounts::item)), "Mean scores and grades.", |e| {
            objects(&e.0.scores)
        }),
    ];
}

impl Resource for GradeCounts {
    const NAME: &'static str = "GradeCounts";
    const FIELDS: &'static [Field<Self>] = &[
        field("key", Kind::Text, "Which score.", |s| s.key.as_str().into()),
        maybe("mean", Kind::Number, MEAN, |s| s.mean.into()),
        field("ready", Kind::Integer, "Networks graded ready.", |s| s.ready.into()),
        field("aspiring", Kind::Integer, "Networks graded aspiring.", |s| s.aspiring.into()),
        field("lagging", Kind::Integer, "Networks graded lagging.", |s| s.lagging.into()),
        field("no_data", Kind::Integer, "Networks without data.", |s| s.no_data.into()),
    ];
}

/// `/api/economies`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let rows = asked.site.store.aggregates(asked.publication(), asked.framework(), "economy").await?;
    let body = asked.part_of(rows.into_iter().map(Economy).collect(), |e| e.0.area.clone())?;
    Ok((asked, body))
}

/// `/api/economies/{economy}`
pub(crate) async fn show(asked: Asked) -> Result<(Asked, Body), Problem> {
    let code = asked.named.to_ascii_uppercase();
    let found = asked.site.store.aggregate(asked.publication(), asked.framework(), "economy", &code).await?;
    let Some(area) = found else {
        let detail = format!("no network of {} is registered in {code}", asked.month());
        return Err(Problem::new(problem::UNKNOWN_ECONOMY, detail));
    };
    let body = asked.one(&Area(area));
    let networks = format!("{}&economy={code}", asked.link_to("/api/networks".to_owned()));
    Ok((asked, body.with("networks", networks)))
}
