use routing::Asn;
use serde_json::Value;
use store::{
    ROA_CAUSES, ROA_MOVES, ROA_SCOPES, ROA_STATES, RoaCauseRow, RoaChangeFilter, RoaChangeRow, RoaCounts,
    RoaDayRow, RoaMonthRow, RoaVrpRow,
};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe};
use super::parameter;
use super::problem::{self, Problem};
use crate::roas::{area_name, month_of, panel::listed_by_day};

/// What a row may be of: the scopes, and a network.
static SCOPES: [&str; 6] = {
    let mut out = ["network"; 6];
    let mut i = 0;
    while i < ROA_SCOPES.len() {
        out[i] = ROA_SCOPES[i];
        i += 1;
    }
    out
};

/// An area or a network on a day.
pub(crate) struct Coverage {
    scope: String,
    area: String,
    day: String,
    judged_by: Option<String>,
    unknown: Option<String>,
    networks: Option<u64>,
    families: Option<[RoaCounts; 2]>,
}

/// A number of routes or of space; null where the day is unknown.
macro_rules! counted {
    ($name:literal, $family:literal, $measure:ident, $state:literal, $about:literal) => {
        maybe($name, Kind::Integer, $about, |c: &Coverage| {
            c.families.as_ref().map(|families| families[$family].$measure[$state]).into()
        })
    };
}

impl Resource for Coverage {
    const NAME: &'static str = "RoaCoverage";
    const FIELDS: &'static [Field<Self>] = &[
        field("scope", Kind::Word(&SCOPES), "What kind of area.", |c| c.scope.as_str().into()),
        field(
            "area",
            Kind::Text,
            "An economy's code, a region's or registry's slug, a programme, an AS number; empty for the world and \
             for all programmes together.",
            |c| c.area.as_str().into(),
        ),
        field("name", Kind::Text, "Its name.", |c| match c.scope.as_str() {
            "network" => format!("AS{}", c.area).into(),
            scope => area_name(scope, &c.area).into(),
        }),
        field("day", Kind::Day, "The day.", |c| c.day.as_str().into()),
        maybe("judged_by", Kind::Text, "The VRPs the routes were judged by; null of a day without.", |c| {
            c.judged_by.clone().into()
        }),
        maybe("unknown", Kind::Text, "Why the day is unknown; null where it is known.", |c| {
            c.unknown.clone().into()
        }),
        maybe("networks", Kind::Integer, "Networks that originate a route that counts.", |c| {
            c.networks.into()
        }),
        counted!("ipv4_routes_valid", 0, routes, 0, "IPv4 routes that a VRP allows."),
        counted!(
            "ipv4_routes_invalid_length",
            0,
            routes,
            1,
            "IPv4 routes longer than their network's VRPs allow."
        ),
        counted!(
            "ipv4_routes_invalid_as",
            0,
            routes,
            2,
            "IPv4 routes whose covering VRPs are for other networks."
        ),
        counted!("ipv4_routes_invalid_as0", 0, routes, 3, "IPv4 routes that VRPs of AS0 alone cover."),
        counted!("ipv4_routes_not_found", 0, routes, 4, "IPv4 routes that no VRP covers."),
        counted!("ipv4_space_valid", 0, space, 0, "IPv4 addresses whose most specific route is valid."),
        counted!("ipv4_space_invalid_length", 0, space, 1, "IPv4 addresses, invalid for the length."),
        counted!("ipv4_space_invalid_as", 0, space, 2, "IPv4 addresses, invalid for the network."),
        counted!("ipv4_space_invalid_as0", 0, space, 3, "IPv4 addresses, invalid for AS0."),
        counted!("ipv4_space_not_found", 0, space, 4, "IPv4 addresses, not found."),
        counted!("ipv6_routes_valid", 1, routes, 0, "IPv6 routes that a VRP allows."),
        counted!(
            "ipv6_routes_invalid_length",
            1,
            routes,
            1,
            "IPv6 routes longer than their network's VRPs allow."
        ),
        counted!(
            "ipv6_routes_invalid_as",
            1,
            routes,
            2,
            "IPv6 routes whose covering VRPs are for other networks."
        ),
        counted!("ipv6_routes_invalid_as0", 1, routes, 3, "IPv6 routes that VRPs of AS0 alone cover."),
        counted!("ipv6_routes_not_found", 1, routes, 4, "IPv6 routes that no VRP covers."),
        counted!("ipv6_space_valid", 1, space, 0, "IPv6 space in /48 whose most specific route is valid."),
        counted!("ipv6_space_invalid_length", 1, space, 1, "IPv6 space in /48, invalid for the length."),
        counted!("ipv6_space_invalid_as", 1, space, 2, "IPv6 space in /48, invalid for the network."),
        counted!("ipv6_space_invalid_as0", 1, space, 3, "IPv6 space in /48, invalid for AS0."),
        counted!("ipv6_space_not_found", 1, space, 4, "IPv6 space in /48, not found."),
    ];
}

/// A route whose state changed.
pub(crate) struct Change(RoaChangeRow);

const STATE: Kind = Kind::Word(&ROA_STATES);

impl Resource for Change {
    const NAME: &'static str = "RoaChange";
    const FIELDS: &'static [Field<Self>] = &[
        field("day", Kind::Day, "The first day with a snapshot on which it is so.", |c| {
            c.0.day.as_str().into()
        }),
        field("since", Kind::Day, "The day compared with: that of the snapshot before.", |c| {
            c.0.since.as_str().into()
        }),
        field("prefix", Kind::Prefix, "The route's prefix.", |c| c.0.prefix.as_str().into()),
        field("asn", Kind::Asn, "The route's origin.", |c| c.0.asn.into()),
        maybe("economy", Kind::Text, "The origin's registered economy.", |c| c.0.economy.clone().into()),
        field("move", Kind::Word(&ROA_MOVES), "What kind of change.", |c| c.0.kind.as_str().into()),
        field("before", STATE, "Its state before.", |c| c.0.before.as_str().into()),
        field("after", STATE, "Its state after.", |c| c.0.after.as_str().into()),
        field("because", Kind::Text, "Why, in words.", |c| c.0.because.as_str().into()),
        field(
            "causes",
            Kind::List(&Kind::Object(RoaCauseRow::item)),
            "The changes of VRPs that made it so, up to eight.",
            |c| super::field::objects(&c.0.causes),
        ),
        field("causes_more", Kind::Integer, "How many causes more there are.", |c| c.0.causes_more.into()),
    ];
}

impl Resource for RoaCauseRow {
    const NAME: &'static str = "RoaCause";
    const FIELDS: &'static [Field<Self>] = &[
        field("what", Kind::Word(&ROA_CAUSES), "What became of the VRP.", |c| c.what.as_str().into()),
        maybe("before", Kind::Object(RoaVrpRow::item), "As it was; null when it appeared.", |c| {
            c.before.as_ref().map_or(Value::Null, Resource::object)
        }),
        maybe("after", Kind::Object(RoaVrpRow::item), "As it is; null when it vanished.", |c| {
            c.after.as_ref().map_or(Value::Null, Resource::object)
        }),
    ];
}

impl Resource for RoaVrpRow {
    const NAME: &'static str = "Vrp";
    const FIELDS: &'static [Field<Self>] = &[
        field("asn", Kind::Asn, "The origin it allows; 0 allows none.", |v| v.asn.into()),
        field("prefix", Kind::Prefix, "Its prefix.", |v| v.prefix.as_str().into()),
        field("max_length", Kind::Integer, "The longest length it allows.", |v| v.max_length.into()),
        maybe("trust_anchor", Kind::Text, "Its trust anchor; null where the snapshot does not say.", |v| {
            v.trust_anchor.clone().into()
        }),
    ];
}

impl Coverage {
    fn of(row: RoaDayRow, month: &RoaMonthRow) -> Coverage {
        Coverage {
            judged_by: label_of(month, &row.day),
            scope: row.scope,
            area: row.area,
            day: row.day,
            unknown: None,
            networks: Some(row.networks),
            families: Some(row.families),
        }
    }

    fn unknown(scope: &str, area: &str, day: &str, why: &str) -> Coverage {
        Coverage {
            scope: scope.to_owned(),
            area: area.to_owned(),
            day: day.to_owned(),
            judged_by: None,
            unknown: Some(why.to_owned()),
            networks: None,
            families: None,
        }
    }
}

fn label_of(month: &RoaMonthRow, day: &str) -> Option<String> {
    month.days.iter().find(|known| known.day == day).map(|known| known.label.clone())
}

async fn month(asked: &Asked) -> Result<RoaMonthRow, Problem> {
    month_of(&asked.site, &asked.chosen)
        .await
        .map_err(|_| Problem::new(problem::FAILED, "the store does not answer"))
}

/// With every unknown day of the month among those that are known, in their order.
fn with_unknown(mut known: Vec<Coverage>, month: &RoaMonthRow, scope: &str, area: &str) -> Vec<Coverage> {
    known.extend(month.missing.iter().map(|(day, why)| Coverage::unknown(scope, area, day, why)));
    known.sort_by(|a, b| a.day.cmp(&b.day));
    known
}

/// Scope and area asked for; an area where the scope has several.
fn place(asked: &Asked) -> Result<(&'static str, String), Problem> {
    let scope = scope(asked);
    let area = asked.value(&parameter::AREA).unwrap_or_default();
    let area = match scope {
        "economy" => area.to_ascii_uppercase(),
        _ => area.to_ascii_lowercase(),
    };
    match (scope, area.is_empty()) {
        ("world", true) | ("programme", _) | ("economy" | "region" | "rir", false) => Ok((scope, area)),
        ("world", false) => {
            let detail = "the world has no areas: say of which scope it is, such as scope=economy";
            Err(Problem::new(problem::UNKNOWN_AREA, detail).of(parameter::AREA.name))
        }
        _ => {
            let detail = format!("`area` must be given with scope={scope}, such as scope=economy&area=NL");
            Err(Problem::new(problem::UNKNOWN_AREA, detail).of(parameter::AREA.name))
        }
    }
}

fn scope(asked: &Asked) -> &'static str {
    let asked = asked.value(&parameter::SCOPE);
    ROA_SCOPES.iter().copied().find(|scope| Some(*scope) == asked).unwrap_or("world")
}

/// `/api/roas`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let month = month(&asked).await?;
    let scope = scope(&asked);
    let day = asked.value(&parameter::DAY).and_then(|text| text.parse::<routing::Date>().ok());
    let day = match day {
        Some(day) => day.to_string(),
        None => month.days.last().map(|day| day.day.clone()).unwrap_or_default(),
    };
    if label_of(&month, &day).is_none() {
        let missing = month.missing.iter().find(|(known, _)| *known == day).map(|(_, why)| why.clone());
        let why = month.unknown.clone().or(missing).unwrap_or_else(|| "it is not in the month".to_owned());
        let known = month.days.iter().map(|known| known.day.as_str());
        let detail = if day.is_empty() { why } else { format!("of {day} nothing is known: {why}") };
        return Err(Problem::new(problem::NO_SNAPSHOT, detail).of(parameter::DAY.name).allowing(known));
    }
    let rows = asked.site.store.roa_areas(asked.publication(), scope, &day).await?;
    let rows = rows.into_iter().map(|row| Coverage::of(row, &month)).collect();
    let body = asked.part_of(rows, |c: &Coverage| format!("area {}", c.area))?;
    Ok((asked, body))
}

/// `/api/roas/days`
pub(crate) async fn days(asked: Asked) -> Result<(Asked, Body), Problem> {
    let month = month(&asked).await?;
    let (scope, area) = place(&asked)?;
    let rows = asked.site.store.roa_days(asked.publication(), scope, &area).await?;
    if rows.is_empty() && !month.days.is_empty() {
        let detail = format!("no route of {scope} `{area}` counts in {}", asked.month());
        return Err(Problem::new(problem::UNKNOWN_AREA, detail).of(parameter::AREA.name));
    }
    let known = rows.into_iter().map(|row| Coverage::of(row, &month)).collect();
    let body = asked.part_of(with_unknown(known, &month, scope, &area), |c| c.day.clone())?;
    Ok((asked, body))
}

/// `/api/roas/months`
pub(crate) async fn months(asked: Asked) -> Result<(Asked, Body), Problem> {
    let (scope, area) = place(&asked)?;
    let rows = asked.site.store.roa_months(scope, &area).await?;
    let mut known = Vec::new();
    for (_, row) in rows {
        // The labels of other months stand with those months.
        known.push(Coverage {
            judged_by: Some(format!("VRPs of {}", row.day)),
            ..Coverage::of(row, &RoaMonthRow::default())
        });
    }
    let body = asked.part_of(known, |c| c.day.clone())?;
    Ok((asked, body))
}

/// `/api/networks/{asn}/roas`
pub(crate) async fn of_network(asked: Asked) -> Result<(Asked, Body), Problem> {
    let network = asked.network().await?;
    let month = month(&asked).await?;
    let area = network.asn.to_string();
    let row = asked.site.store.roa_network(asked.publication(), network.asn).await?;
    let rows = match row {
        None => Vec::new(),
        Some(row) => {
            let days = listed_by_day(month.days.iter().map(|day| day.day.as_str()), &row.days);
            let known = days.into_iter().map(|(day, families)| Coverage {
                scope: "network".to_owned(),
                area: area.clone(),
                judged_by: label_of(&month, &day),
                day,
                unknown: None,
                networks: Some(1),
                families: Some(families),
            });
            with_unknown(known.collect(), &month, "network", &area)
        }
    };
    let body = asked.part_of(rows, |c| c.day.clone())?;
    Ok((asked, body))
}

/// `/api/roas/changes`
pub(crate) async fn changes(asked: Asked) -> Result<(Asked, Body), Problem> {
    let after = match asked.after()? {
        None => 0,
        Some(key) => key.parse::<i64>().map_err(|_| asked.lost())?,
    };
    let network = asked.value(&parameter::ORIGIN).and_then(|text| parameter::asn(text).ok());
    let filter = RoaChangeFilter {
        day: asked
            .value(&parameter::DAY)
            .and_then(|text| Some(text.parse::<routing::Date>().ok()?.to_string())),
        network: network.map(|asn: Asn| asn.0),
        economy: asked.value(&parameter::ECONOMY).map(str::to_ascii_uppercase),
        kind: asked.value(&parameter::MOVE).map(str::to_owned),
        prefix: asked.value(&parameter::ABOUT_PREFIX).and_then(|text| parameter::prefix(text).ok()),
    };
    let part = (asked.limit_and_one(), 0);
    let rows = asked.site.store.roa_changes(asked.publication(), &filter, after, part).await?;
    let body = asked.part(rows.into_iter().map(Change).collect(), |c| c.0.id.to_string());
    Ok((asked, body))
}
