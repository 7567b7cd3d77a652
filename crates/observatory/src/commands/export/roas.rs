use lake::{Column, Value};
use store::{RoaChangeRow, RoaDayRow};

/// Columns of what ROAs cover: space is in addresses of IPv4 and /48 of IPv6.
pub const COVERAGE_COLUMNS: [Column; 24] = [
    Column::text("scope"),
    Column::text("area"),
    Column::text("day"),
    Column::integer("networks"),
    Column::integer("ipv4_routes_valid"),
    Column::integer("ipv4_routes_invalid_length"),
    Column::integer("ipv4_routes_invalid_as"),
    Column::integer("ipv4_routes_invalid_as0"),
    Column::integer("ipv4_routes_not_found"),
    Column::integer("ipv4_space_valid"),
    Column::integer("ipv4_space_invalid_length"),
    Column::integer("ipv4_space_invalid_as"),
    Column::integer("ipv4_space_invalid_as0"),
    Column::integer("ipv4_space_not_found"),
    Column::integer("ipv6_routes_valid"),
    Column::integer("ipv6_routes_invalid_length"),
    Column::integer("ipv6_routes_invalid_as"),
    Column::integer("ipv6_routes_invalid_as0"),
    Column::integer("ipv6_routes_not_found"),
    Column::integer("ipv6_space_valid"),
    Column::integer("ipv6_space_invalid_length"),
    Column::integer("ipv6_space_invalid_as"),
    Column::integer("ipv6_space_invalid_as0"),
    Column::integer("ipv6_space_not_found"),
];

/// Columns of what changed.
pub const CHANGE_COLUMNS: [Column; 9] = [
    Column::text("day"),
    Column::text("since"),
    Column::text("prefix"),
    Column::integer("asn"),
    Column::text("economy"),
    Column::text("move"),
    Column::text("before"),
    Column::text("after"),
    Column::text("because"),
];

/// An area on a day.
pub fn coverage(row: &RoaDayRow) -> Vec<Value> {
    let mut cells: Vec<Value> = vec![
        row.scope.as_str().into(),
        row.area.as_str().into(),
        row.day.as_str().into(),
        Value::Integer(row.networks as i64),
    ];
    for family in &row.families {
        let counts = family.routes.iter().chain(&family.space);
        cells.extend(counts.map(|n| Value::Integer(i64::try_from(*n).unwrap_or(i64::MAX))));
    }
    cells
}

/// A route whose state changed.
pub fn change(row: &RoaChangeRow) -> Vec<Value> {
    vec![
        row.day.as_str().into(),
        row.since.as_str().into(),
        row.prefix.as_str().into(),
        Value::Integer(row.asn.into()),
        row.economy.clone().into(),
        row.kind.as_str().into(),
        row.before.as_str().into(),
        row.after.as_str().into(),
        row.because.as_str().into(),
    ]
}
