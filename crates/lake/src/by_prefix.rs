//! The routes of a generation a second time, in the order of their prefixes, so that one prefix with all that
//! covers it and all that is more specific is found without reading the rest.

use std::collections::BTreeSet;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::Path;

use routing::{Asn, Family, Prefix};

use crate::{Column, LakeError, ROUTE_COLUMNS, RouteRow, Value, rows, write};

/// File of a generation that holds its routes in the order of prefix and origin.
pub const ROUTES_BY_PREFIX_FILE: &str = "routes_by_prefix.parquet";

pub(crate) const KEY: Column = Column::integer("key");

/// Rows per row group: a look-up decodes the few groups that hold a prefix or one that covers it.
const GROUP_ROWS_MAX: usize = 2_048;

/// The first address of a prefix as a whole number that keeps the order of prefixes: IPv4 below zero, IPv6
/// by its topmost 63 bits. Prefixes may share a key; it only tells where to look.
pub(crate) fn key(prefix: &Prefix) -> i64 {
    match prefix.family() {
        Family::V4 => (prefix.bits() >> 96) as i64 - (1 << 32),
        Family::V6 => (prefix.bits() >> 65) as i64,
    }
}

/// Keys of everything inside a prefix.
pub(crate) fn keys_inside(prefix: &Prefix) -> RangeInclusive<i64> {
    let last = Prefix::from_bits(prefix.family(), prefix.last_bits(), prefix.family().bits());
    key(prefix)..=last.map_or(i64::MAX, |last| key(&last))
}

/// Writes the routes, given in the order of prefix and origin, as [`ROUTES_BY_PREFIX_FILE`] holds them.
///
/// # Errors
/// When `out` cannot be written.
///
/// # Panics
/// When they come in another order: nobody would find them.
pub fn write_routes_by_prefix<W: Write + Send>(
    out: W,
    routes: impl IntoIterator<Item = RouteRow>,
) -> Result<W, LakeError> {
    let columns: Vec<Column> = [KEY].into_iter().chain(ROUTE_COLUMNS.iter().copied()).collect();
    let mut last = None;
    let values = |route: RouteRow| {
        let place = Some((route.prefix, route.origin));
        assert!(last <= place, "routes come in the order of prefix and origin");
        last = place;
        let mut values = vec![Value::Integer(key(&route.prefix))];
        values.extend(route.to_values());
        values
    };
    write::write_in_groups(out, &columns, routes.into_iter().map(values), GROUP_ROWS_MAX)
}

/// Routes of a prefix, of those that cover it and of those more specific, in the order of prefix and origin: at
/// most `limit`, after the route named by `after`.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn routes_of_prefix(
    folder: &Path,
    prefix: Prefix,
    after: Option<(Prefix, Option<Asn>)>,
    limit: usize,
) -> Result<Vec<RouteRow>, LakeError> {
    let path = folder.join(ROUTES_BY_PREFIX_FILE);
    let table = rows(&path, None)?;
    let inside = keys_inside(&prefix);
    let covering: BTreeSet<i64> =
        (0..prefix.len()).filter_map(|len| prefix.truncate(len)).map(|covering| key(&covering)).collect();
    let from = after.map_or(i64::MIN, |(prefix, _)| key(&prefix));
    let mut found = Vec::new();
    for group in 0..table.groups_count() {
        if found.len() >= limit {
            break;
        }
        let Some((first, last)) = table.bounds(group, KEY.name) else { continue };
        if last < from {
            continue;
        }
        let may_be_inside = first <= *inside.end() && last >= *inside.start();
        let worth_decoding = may_be_inside
            || (covering.range(first..=last).next().is_some()
                && table.integers(group, 0)?.iter().any(|key| covering.contains(key)));
        if !worth_decoding {
            continue;
        }
        for values in table.decode(group)? {
            let row = values.get(1..).and_then(RouteRow::from_values);
            let row = row.ok_or_else(|| LakeError::Row { path: path.clone() })?;
            let touches = row.prefix.contains(&prefix) || prefix.contains(&row.prefix);
            if touches && found.len() < limit && after.is_none_or(|after| (row.prefix, row.origin) > after) {
                found.push(row);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use routing::Timestamp;

    fn route(prefix: Prefix, origin: Option<u32>) -> RouteRow {
        RouteRow {
            prefix,
            origin: origin.map(Asn),
            rpki: None,
            rpki_reason: None,
            irr: None,
            irr_authority: None,
            peers: 1,
            first_seen: Timestamp(0),
            last_seen: Timestamp(1),
            full_feed_peers: 1,
            excluded: None,
            vrps: None,
            route_objects: None,
        }
    }

    /// Many routes of both families, some of them covering many others.
    fn world() -> Vec<RouteRow> {
        let mut routes = Vec::new();
        for i in 0..6_000u32 {
            let bits = u128::from(10 << 24 | i << 8) << 96;
            routes.extend(Prefix::from_bits(Family::V4, bits, 24).map(|p| route(p, Some(64500 + i % 7))));
            let bits = (0x2001_0db8_u128 << 96) | u128::from(i) << 80;
            routes.extend(Prefix::from_bits(Family::V6, bits, 48).map(|p| route(p, Some(64500))));
        }
        for text in ["0.0.0.0/0", "10.0.0.0/8", "10.8.0.0/13", "10.16.0.0/16", "::/0", "2001:db8::/32"] {
            routes.push(route(text.parse().unwrap(), None));
        }
        for origin in 0..5 {
            routes.push(route("10.16.1.0/25".parse().unwrap(), Some(64600 + origin)));
        }
        routes
    }

    #[test]
    fn a_look_up_is_what_a_scan_finds_page_by_page() {
        let dir = tempfile::tempdir().unwrap();
        let file = std::fs::File::create(dir.path().join(ROUTES_BY_PREFIX_FILE)).unwrap();
        let mut all = world();
        all.sort_by_key(|route| (route.prefix, route.origin));
        write_routes_by_prefix(file, all.clone()).unwrap().sync_all().unwrap();
        for text in [
            "10.16.1.0/24",
            "10.16.1.0/25",
            "10.16.1.128/25",
            "10.16.0.0/12",
            "10.0.0.0/8",
            "0.0.0.0/0",
            "::/0",
            "2001:db8:5::/48",
            "2001:db8:5::1/128",
            "255.255.255.255/32",
            "ffff::/16",
        ] {
            let prefix: Prefix = text.parse().unwrap();
            let scanned: Vec<&RouteRow> =
                all.iter().filter(|r| r.prefix.contains(&prefix) || prefix.contains(&r.prefix)).collect();
            for limit in [1_000, 3_500] {
                let mut found: Vec<RouteRow> = Vec::new();
                loop {
                    let after = found.last().map(|route| (route.prefix, route.origin));
                    let page = routes_of_prefix(dir.path(), prefix, after, limit).unwrap();
                    assert!(page.len() <= limit);
                    found.extend(page.clone());
                    if page.len() < limit {
                        break;
                    }
                }
                assert_eq!(found.iter().collect::<Vec<_>>(), scanned, "{text} by {limit}");
            }
        }
    }
}
