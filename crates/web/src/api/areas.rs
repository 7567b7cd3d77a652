//! The world, economies and regions: the same scores of ever larger areas.

use measure::framework::ScoreKey;
use routing::{Region, RegionKind, economy_name};
use serde_json::Value;
use store::{AggregateRow, GradeCounts};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, objects};
use super::problem::{self, Problem};

/// What every area has.
pub(crate) trait Area {
    fn row(&self) -> &AggregateRow;

    fn of(&self, key: ScoreKey, value: fn(&GradeCounts) -> Value) -> Value {
        self.row().scores.iter().find(|score| score.key == key.as_str()).map_or(Value::Null, value)
    }
}

/// An economy in a list.
pub(crate) struct Economy(AggregateRow);

/// One economy.
pub(crate) struct EconomyWithScores(AggregateRow);

/// A region in a list.
pub(crate) struct RegionInList(AggregateRow, Region);

/// One region.
pub(crate) struct RegionWithScores(AggregateRow, Region);

/// Everything.
pub(crate) struct World(AggregateRow);

macro_rules! areas {
    ($($area:ident),+) => { $(impl Area for $area { fn row(&self) -> &AggregateRow { &self.0 } })+ };
}
areas!(Economy, EconomyWithScores, RegionInList, RegionWithScores, World);

const MEAN: &str = "Mean score of its networks with data; null when none has any.";
const COUNT: &str = "How many of its networks; null when the framework has no such score.";

/// The fields of an area in a list, after those that say which it is: every score a few columns.
macro_rules! listed {
    ($($own:expr,)+) => {
        listed!(@ $($own,)+;
            Filtering: "filtering" "filtering_ready" "filtering_aspiring" "filtering_lagging" "filtering_no_data",
            AntiSpoofing: "anti_spoofing" "anti_spoofing_ready" "anti_spoofing_aspiring"
                "anti_spoofing_lagging" "anti_spoofing_no_data",
            Coordination: "coordination" "coordination_ready" "coordination_aspiring" "coordination_lagging"
                "coordination_no_data",
            RoutingInformationIrr: "routing_information_irr" "routing_information_irr_ready"
                "routing_information_irr_aspiring" "routing_information_irr_lagging"
                "routing_information_irr_no_data",
            RoutingInformationRpki: "routing_information_rpki" "routing_information_rpki_ready"
                "routing_information_rpki_aspiring" "routing_information_rpki_lagging"
                "routing_information_rpki_no_data")
    };
    (@ $($own:expr,)+; $($key:ident: $mean:literal $ready:literal $aspiring:literal $lagging:literal $no_data:literal),+) => {
        &[
            $($own,)+
            field("networks", Kind::Integer, "Networks registered there.", |a| a.row().networks.into()),
            field("routes_ipv4", Kind::Integer, "Their IPv4 routes.", |a| a.row().routes[0].into()),
            field("routes_ipv6", Kind::Integer, "Their IPv6 routes.", |a| a.row().routes[1].into()),
            field("events", Kind::Integer, "Events whose culprit is one of them.", |a| {
                a.row().events.values().sum::<u64>().into()
            }),
            field("partial", Kind::Boolean, "The delegation file of a registry is missing.", |a| {
                a.row().partial.into()
            }),
            $(
                maybe($mean, Kind::Number, MEAN, |a| a.of(ScoreKey::$key, |s| s.mean.into())),
                maybe($ready, Kind::Integer, COUNT, |a| a.of(ScoreKey::$key, |s| s.ready.into())),
                maybe($aspiring, Kind::Integer, COUNT, |a| a.of(ScoreKey::$key, |s| s.aspiring.into())),
                maybe($lagging, Kind::Integer, COUNT, |a| a.of(ScoreKey::$key, |s| s.lagging.into())),
                maybe($no_data, Kind::Integer, COUNT, |a| a.of(ScoreKey::$key, |s| s.no_data.into())),
            )+
        ]
    };
}

/// The fields of one area, after those that say which it is.
macro_rules! whole {
    ($($own:expr,)*) => {
        &[
            $($own,)*
            field("networks", Kind::Integer, "Networks registered there.", |a| a.row().networks.into()),
            field("routes_ipv4", Kind::Integer, "Their IPv4 routes.", |a| a.row().routes[0].into()),
            field("routes_ipv6", Kind::Integer, "Their IPv6 routes.", |a| a.row().routes[1].into()),
            field("events", Kind::Counts, "Events whose culprit is one of them, by kind.", |a| {
                a.row().events.iter().map(|(kind, count)| (kind.clone(), Value::from(*count))).collect()
            }),
            field("partial", Kind::Boolean, "The delegation file of a registry is missing.", |a| {
                a.row().partial.into()
            }),
            field("scores", Kind::List(&Kind::Object(GradeCounts::item)), "Mean scores and grades.", |a| {
                objects(&a.row().scores)
            }),
        ]
    };
}

const CODE: &str = "ISO 3166-1 alpha-2, or ZZ, EU, AP.";
const NAME: &str = "Its short English name.";
const KINDS: &[&str] = &["un_region", "un_sub_region", "rir_region"];

fn kind(region: Region) -> Value {
    match region.kind {
        RegionKind::Un => KINDS[0],
        RegionKind::UnSub => KINDS[1],
        RegionKind::Rir => KINDS[2],
    }
    .into()
}

fn parent(region: Region) -> Value {
    region.parent().map(|parent| parent.slug).into()
}

impl Resource for Economy {
    const NAME: &'static str = "Economy";
    const FIELDS: &'static [Field<Self>] = listed![
        field("economy", Kind::Text, CODE, |e| e.0.area.as_str().into()),
        maybe("name", Kind::Text, NAME, |e| economy_name(&e.0.area).into()),
    ];
}

impl Resource for EconomyWithScores {
    const NAME: &'static str = "EconomyWithScores";
    const FIELDS: &'static [Field<Self>] = whole![
        field("economy", Kind::Text, CODE, |e| e.0.area.as_str().into()),
        maybe("name", Kind::Text, NAME, |e| economy_name(&e.0.area).into()),
        field("regions", Kind::List(&Kind::Text), "Regions of UN M49 it is in, the larger first.", |e| {
            Region::of_economy(&e.0.area)
                .into_iter()
                .flatten()
                .map(|region| Value::from(region.slug))
                .collect()
        }),
    ];
}

impl Resource for RegionInList {
    const NAME: &'static str = "Region";
    const FIELDS: &'static [Field<Self>] = listed![
        field("region", Kind::Text, "As it stands in addresses.", |r| r.1.slug.into()),
        field("name", Kind::Text, "Its name.", |r| r.1.name.into()),
        field("kind", Kind::Word(KINDS), "What makes it a region.", |r| kind(r.1)),
        maybe("parent", Kind::Text, "The region it is a part of.", |r| parent(r.1)),
    ];
}

impl Resource for RegionWithScores {
    const NAME: &'static str = "RegionWithScores";
    const FIELDS: &'static [Field<Self>] = whole![
        field("region", Kind::Text, "As it stands in addresses.", |r| r.1.slug.into()),
        field("name", Kind::Text, "Its name.", |r| r.1.name.into()),
        field("kind", Kind::Word(KINDS), "What makes it a region.", |r| kind(r.1)),
        maybe("parent", Kind::Text, "The region it is a part of.", |r| parent(r.1)),
        field("parts", Kind::List(&Kind::Text), "Its sub-regions.", |r| {
            r.1.parts().iter().map(|part| Value::from(part.slug)).collect()
        }),
    ];
}

impl Resource for World {
    const NAME: &'static str = "World";
    const FIELDS: &'static [Field<Self>] = whole![];
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

/// `/api/world`
pub(crate) async fn world(asked: Asked) -> Result<(Asked, Body), Problem> {
    let Some(row) = of_area(&asked, "world", "").await? else {
        let detail = format!("{} holds no totals under framework {}", asked.month(), asked.framework());
        return Err(Problem::new(problem::UNKNOWN_FRAMEWORK, detail));
    };
    let body = asked.one(&World(row));
    Ok((asked, body))
}

/// `/api/economies`
pub(crate) async fn economies(asked: Asked) -> Result<(Asked, Body), Problem> {
    let rows = asked.site.store.aggregates(asked.publication(), asked.framework(), "economy").await?;
    let body = asked.part_of(rows.into_iter().map(Economy).collect(), |e| e.0.area.clone())?;
    Ok((asked, body))
}

/// `/api/economies/{economy}`
pub(crate) async fn economy(asked: Asked) -> Result<(Asked, Body), Problem> {
    let code = asked.named.to_ascii_uppercase();
    let Some(row) = of_area(&asked, "economy", &code).await? else {
        let detail = format!("no network of {} is registered in {code}", asked.month());
        return Err(Problem::new(problem::UNKNOWN_ECONOMY, detail));
    };
    let body = asked.one(&EconomyWithScores(row));
    let networks = format!("{}&economy={code}", asked.link_to("/api/networks".to_owned()));
    Ok((asked, body.with("networks", networks)))
}

/// `/api/regions`
pub(crate) async fn regions(asked: Asked) -> Result<(Asked, Body), Problem> {
    let rows = asked.site.store.aggregates(asked.publication(), asked.framework(), "region").await?;
    let known = rows.into_iter().filter_map(|row| {
        let region = Region::with_slug(&row.area)?;
        Some(RegionInList(row, region))
    });
    let body = asked.part_of(known.collect(), |r| r.1.slug.to_owned())?;
    Ok((asked, body))
}

/// `/api/regions/{region}`
pub(crate) async fn region(asked: Asked) -> Result<(Asked, Body), Problem> {
    let region = Region::with_slug(&asked.named).expect("the path was examined");
    let Some(row) = of_area(&asked, "region", region.slug).await? else {
        let detail = format!("no network of {} is registered in {}", asked.month(), region.name);
        return Err(Problem::new(problem::UNKNOWN_REGION, detail));
    };
    let body = asked.one(&RegionWithScores(row, region));
    let networks = format!("{}&region={}", asked.link_to("/api/networks".to_owned()), region.slug);
    Ok((asked, body.with("networks", networks)))
}

async fn of_area(asked: &Asked, scope: &str, code: &str) -> Result<Option<AggregateRow>, Problem> {
    let (id, framework) = (asked.publication(), asked.framework());
    Ok(asked.site.store.aggregate(id, framework, scope, code).await?)
}
