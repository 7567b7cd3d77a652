//! What the grades of a month are made from, at rest: three tables and what holds for all networks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use detect::{BogonClass, Dismissal, EventKind};
use measure::facts::{EventFacts, MonthFacts, NetworkFacts, RouteFacts};
use measure::m5_spoofing::SpoofingCounts;
use measure::metric::Metric;
use routing::{Asn, Family, Month, Span, Timestamp, Unknown};

use crate::write::write_in_groups;
use crate::{Column, Draft, LakeError, Value, rows, write};

const MONTH_FILE: &str = "facts.parquet";
const NETWORKS_FILE: &str = "facts-networks.parquet";
const ROUTES_FILE: &str = "facts-routes.parquet";
const EVENTS_FILE: &str = "facts-events.parquet";

/// Routes come in the order of origins; who asks for a few networks decodes few of them.
const ROUTES_GROUP_ROWS_MAX: usize = 2_048;

const MONTH_COLUMNS: &[Column] = &[Column::text("key"), Column::text("value")];

/// What stands at `shape` in the first file: facts of another shape lack something that grades need.
const SHAPE: &str = "8";

const NETWORK_COLUMNS: &[Column] = &[
    Column::integer("asn"),
    Column::boolean("policy"),
    Column::text("policy_unknown"),
    Column::boolean("contact"),
    Column::text("contact_unknown"),
    Column::integer("tests"),
    Column::integer("conclusive_routed"),
    Column::integer("prefixes_routed"),
    Column::integer("conclusive_private"),
    Column::integer("prefixes_private"),
    Column::integer("conclusive_either"),
    Column::integer("prefixes_either"),
];

const ROUTE_COLUMNS: &[Column] = &[
    Column::integer("origin"),
    Column::integer("family"),
    Column::integer("length"),
    Column::integer("full_feed_peers"),
    Column::integer("seen_seconds"),
    Column::integer("bogon"),
    Column::integer("rpki"),
    Column::integer("irr"),
    Column::integer("routes"),
    Column::boolean("artefact"),
    Column::boolean("forged_origin"),
];

const EVENT_COLUMNS: &[Column] = &[
    Column::integer("asn"),
    Column::text("kind"),
    Column::text("class"),
    Column::integer("distance"),
    Column::integer("start"),
    Column::integer("end"),
    Column::boolean("dismissed_by_rpki"),
    Column::boolean("dismissed_by_irr"),
];

/// Writes the facts of a month into a generation.
///
/// # Errors
/// When a file cannot be written.
pub fn write_facts(draft: &Draft, facts: &MonthFacts) -> Result<(), LakeError> {
    let pair = |key: String, value: String| vec![Value::Text(key), Value::Text(value)];
    let mut month = vec![
        pair("shape".to_owned(), SHAPE.to_owned()),
        pair("month".to_owned(), facts.month.to_string()),
        pair("full_feed_ipv4".to_owned(), facts.full_feed_ases[0].to_string()),
        pair("full_feed_ipv6".to_owned(), facts.full_feed_ases[1].to_string()),
    ];
    month.extend(facts.unknown.iter().map(|(metric, why)| pair(format!("unknown {metric}"), why.0.clone())));
    write(draft.create(MONTH_FILE)?, MONTH_COLUMNS, month)?;
    write(draft.create(NETWORKS_FILE)?, NETWORK_COLUMNS, facts.networks.iter().map(network_row))?;
    let routes = facts.routes.iter().map(route_row);
    write_in_groups(draft.create(ROUTES_FILE)?, ROUTE_COLUMNS, routes, ROUTES_GROUP_ROWS_MAX)?;
    write(draft.create(EVENTS_FILE)?, EVENT_COLUMNS, facts.events.iter().map(event_row))?;
    Ok(())
}

/// The facts of the generation at `folder`; `None` when it was written before facts were kept,
/// or before all that grades need was among them.
///
/// # Errors
/// When a file cannot be read or holds something else.
pub fn facts(folder: &Path) -> Result<Option<MonthFacts>, LakeError> {
    read(folder, None)
}

/// The same, of these networks alone: what the row groups of others hold is not decoded.
///
/// # Errors
/// As [`facts`].
pub fn facts_of(folder: &Path, networks: &BTreeSet<Asn>) -> Result<Option<MonthFacts>, LakeError> {
    read(folder, Some(networks))
}

fn read(folder: &Path, only: Option<&BTreeSet<Asn>>) -> Result<Option<MonthFacts>, LakeError> {
    if !folder.join(MONTH_FILE).is_file() {
        return Ok(None);
    }
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    table(folder, MONTH_FILE, None, |row| {
        all.insert(row[0].as_text()?.to_owned(), row[1].as_text()?.to_owned());
        Some(())
    })?;
    if all.get("shape").is_none_or(|shape| shape != SHAPE) {
        return Ok(None);
    }
    let path = folder.join(MONTH_FILE);
    let wrong = || LakeError::Row { path: path.clone() };
    let number = |key: &str| all.get(key).and_then(|n| n.parse().ok()).ok_or_else(wrong);
    let unknown = all.iter().filter_map(|(key, why)| {
        let metric: Metric = key.strip_prefix("unknown ")?.parse().ok()?;
        Some((metric, Unknown(why.clone())))
    });
    Ok(Some(MonthFacts {
        month: all.get("month").and_then(|m| m.parse::<Month>().ok()).ok_or_else(wrong)?,
        full_feed_ases: [number("full_feed_ipv4")?, number("full_feed_ipv6")?],
        unknown: unknown.collect(),
        networks: table(folder, NETWORKS_FILE, only, network)?,
        routes: table(folder, ROUTES_FILE, only, route)?,
        events: table(folder, EVENTS_FILE, only, event)?,
    }))
}

fn table<T>(
    folder: &Path,
    file: &str,
    only: Option<&BTreeSet<Asn>>,
    mut read: impl FnMut(&[Value]) -> Option<T>,
) -> Result<Vec<T>, LakeError> {
    let path = folder.join(file);
    let wrong = || LakeError::Row { path: path.clone() };
    let table = rows(&path, None)?;
    let Some(only) = only else {
        return table.map(|row| read(&row?).ok_or_else(wrong)).collect();
    };
    // The network stands in the first column of each of these tables.
    let asn = |row: &[Value]| row.first().and_then(small).map(Asn);
    let column = if file == ROUTES_FILE { "origin" } else { "asn" };
    let mut found = Vec::new();
    for group in 0..table.groups_count() {
        let within = |(first, last): (i64, i64)| {
            only.range(Asn(u32::try_from(first).unwrap_or(0))..)
                .next()
                .is_some_and(|asn| i64::from(asn.0) <= last)
        };
        if !table.bounds(group, column).is_none_or(within) {
            continue;
        }
        for row in table.decode(group)? {
            if asn(&row).is_some_and(|asn| only.contains(&asn)) {
                found.push(read(&row).ok_or_else(wrong)?);
            }
        }
    }
    Ok(found)
}

fn network_row(network: &NetworkFacts) -> Vec<Value> {
    let flag = |known: &Result<bool, Unknown>| {
        [Value::from(known.as_ref().ok().copied()), known.as_ref().err().map(|why| why.0.clone()).into()]
    };
    let mut row: Vec<Value> = vec![network.asn.0.into()];
    row.extend(flag(&network.policy));
    row.extend(flag(&network.contact));
    row.push(network.spoofing[0].tests.into());
    row.extend(network.spoofing.iter().flat_map(|c| [Value::from(c.conclusive), c.prefixes.into()]));
    row
}

fn network(row: &[Value]) -> Option<NetworkFacts> {
    let flag = |at: usize| match (row.get(at)?.as_boolean(), row.get(at + 1)?.as_text()) {
        (Some(known), _) => Some(Ok(known)),
        (None, Some(why)) => Some(Err(Unknown(why.to_owned()))),
        (None, None) => None,
    };
    let count = |at: usize| small(row.get(at)?);
    let spoofing = |at: usize| {
        Some(SpoofingCounts { tests: count(5)?, conclusive: count(at)?, prefixes: count(at + 1)? })
    };
    Some(NetworkFacts {
        asn: Asn(count(0)?),
        policy: flag(1)?,
        contact: flag(3)?,
        spoofing: [spoofing(6)?, spoofing(8)?, spoofing(10)?],
    })
}

fn route_row(route: &RouteFacts) -> Vec<Value> {
    vec![
        route.origin.0.into(),
        (if route.family == Family::V4 { 4 } else { 6i64 }).into(),
        u32::from(route.len).into(),
        route.full_feed_peers.into(),
        (route.seen_seconds as i64).into(),
        i64::from(route.bogon).into(),
        u32::from(route.rpki).into(),
        u32::from(route.irr).into(),
        route.count.into(),
        route.artefact.into(),
        route.forged_origin.into(),
    ]
}

fn route(row: &[Value]) -> Option<RouteFacts> {
    let number = |at: usize| small(row.get(at)?);
    let octet = |at: usize| u8::try_from(number(at)?).ok();
    Some(RouteFacts {
        origin: Asn(number(0)?),
        family: if number(1)? == 4 { Family::V4 } else { Family::V6 },
        len: octet(2)?,
        full_feed_peers: number(3)?,
        seen_seconds: u64::try_from(row.get(4)?.as_integer()?).ok()?,
        bogon: number(5)? == 1,
        rpki: octet(6)?,
        irr: octet(7)?,
        count: number(8)?,
        artefact: row.get(9)?.as_boolean()?,
        forged_origin: row.get(10)?.as_boolean()?,
    })
}

fn event_row(event: &EventFacts) -> Vec<Value> {
    vec![
        event.asn.0.into(),
        event.kind.code().into(),
        event.class.map(BogonClass::code).into(),
        u32::from(event.distance).into(),
        event.span.start.0.into(),
        event.span.end.0.into(),
        event.dismissed_by.rpki.into(),
        event.dismissed_by.irr.into(),
    ]
}

fn event(row: &[Value]) -> Option<EventFacts> {
    let kind = row.get(1)?.as_text()?;
    let class = match row.get(2)?.as_text() {
        None => None,
        Some(code) => Some(
            [BogonClass::Full, BogonClass::Administrative].into_iter().find(|class| class.code() == code)?,
        ),
    };
    let moment = |at: usize| Some(Timestamp(row.get(at)?.as_integer()?));
    Some(EventFacts {
        asn: Asn(small(row.first()?)?),
        kind: EventKind::ALL.into_iter().find(|known| known.code() == kind)?,
        class,
        distance: u16::try_from(small(row.get(3)?)?).ok()?,
        span: Span { start: moment(4)?, end: moment(5)? },
        dismissed_by: Dismissal { rpki: row.get(6)?.as_boolean()?, irr: row.get(7)?.as_boolean()? },
    })
}

fn small(value: &Value) -> Option<u32> {
    value.as_integer().and_then(|n| u32::try_from(n).ok())
}

const FRAMEWORK_PREFIX: &str = "framework-";

/// Keeps the very text of a framework file with what was graded by it.
///
/// # Errors
/// When it cannot be written.
pub fn write_framework(draft: &Draft, id: &str, text: &str) -> Result<(), LakeError> {
    use std::io::Write;
    let name = format!("{FRAMEWORK_PREFIX}{id}.toml");
    draft
        .create(&name)?
        .write_all(text.as_bytes())
        .map_err(|source| LakeError::Io { path: name.into(), source })
}

/// The text of a framework file that the generation at `folder` was graded by; `None` when it keeps none of that id.
///
/// # Errors
/// When it is there and cannot be read.
pub fn framework(folder: &Path, id: &str) -> Result<Option<String>, LakeError> {
    if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Ok(None);
    }
    let path = folder.join(format!("{FRAMEWORK_PREFIX}{id}.toml"));
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LakeError::Io { path, source }),
    }
}
