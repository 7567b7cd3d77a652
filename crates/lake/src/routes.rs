use std::path::Path;

use routing::{Asn, Prefix, Timestamp};

use crate::{Column, LakeError, Value, rows};

/// File of a generation that holds its routes, in the order of origin and prefix.
pub const ROUTES_FILE: &str = "routes.parquet";

/// A distinct (prefix, origin) of a month with its verdicts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteRow {
    /// The prefix.
    pub prefix: Prefix,
    /// The origin; `None` when the path ends in an AS_SET.
    pub origin: Option<Asn>,
    /// `valid`, `invalid` or `not-found`; `None` without VRPs.
    pub rpki: Option<String>,
    /// Of an invalid one `as`, `length` or `as0`.
    pub rpki_reason: Option<String>,
    /// `exact`, `covered`, `wrong_origin` or `none`; `None` without route objects.
    pub irr: Option<String>,
    /// The best registry among the objects that decided.
    pub irr_authority: Option<String>,
    /// Distinct peer ASes that showed it.
    pub peers: u32,
    /// When it was first shown in the month.
    pub first_seen: Timestamp,
    /// When it was last shown in the month.
    pub last_seen: Timestamp,
    /// Those peer ASes with a full feed.
    pub full_feed_peers: u32,
    /// Why it does not count as an announced route under the month's first framework; `None` when it does.
    pub excluded: Option<String>,
    /// The VRPs that decided, such as `AS64500 192.0.2.0/24-24`, joined by `; `; `None` where none covers it.
    pub vrps: Option<String>,
    /// The route objects that decided, such as `AS64500 192.0.2.0/24 RIPE`, joined by `; `; `None` where there
    /// is none.
    pub route_objects: Option<String>,
}

/// Columns of [`ROUTES_FILE`]; the first nine are those of an export.
pub const ROUTE_COLUMNS: &[Column] = &[
    Column::text("prefix"),
    Column::integer("origin"),
    Column::text("rpki"),
    Column::text("rpki_reason"),
    Column::text("irr"),
    Column::text("irr_authority"),
    Column::integer("peers"),
    Column::text("first_seen"),
    Column::text("last_seen"),
    Column::integer("full_feed_peers"),
    Column::text("excluded"),
    Column::text("vrps"),
    Column::text("route_objects"),
];

impl RouteRow {
    /// The row as it is stored.
    pub fn to_values(&self) -> Vec<Value> {
        vec![
            self.prefix.to_string().into(),
            self.origin.map(|o| o.0).into(),
            self.rpki.as_deref().into(),
            self.rpki_reason.as_deref().into(),
            self.irr.as_deref().into(),
            self.irr_authority.as_deref().into(),
            self.peers.into(),
            self.first_seen.to_string().into(),
            self.last_seen.to_string().into(),
            self.full_feed_peers.into(),
            self.excluded.as_deref().into(),
            self.vrps.as_deref().into(),
            self.route_objects.as_deref().into(),
        ]
    }

    pub(crate) fn from_values(values: &[Value]) -> Option<RouteRow> {
        let text = |i: usize| values.get(i).and_then(Value::as_text);
        let number = |i: usize| values.get(i).and_then(Value::as_integer).and_then(|n| u32::try_from(n).ok());
        let own = |i: usize| text(i).map(str::to_owned);
        Some(RouteRow {
            prefix: text(0)?.parse().ok()?,
            origin: number(1).map(Asn),
            rpki: own(2),
            rpki_reason: own(3),
            irr: own(4),
            irr_authority: own(5),
            peers: number(6)?,
            first_seen: text(7)?.parse().ok()?,
            last_seen: text(8)?.parse().ok()?,
            full_feed_peers: number(9)?,
            excluded: own(10),
            vrps: own(11),
            route_objects: own(12),
        })
    }
}

/// The routes of a generation at `folder`; with `origin` only its own, found by row group.
///
/// # Errors
/// When the file cannot be read or holds something else.
pub fn routes(
    folder: &Path,
    origin: Option<Asn>,
) -> Result<impl Iterator<Item = Result<RouteRow, LakeError>> + use<>, LakeError> {
    let path = folder.join(ROUTES_FILE);
    let rows = rows(&path, origin.map(|o| ("origin", i64::from(o.0))))?;
    let parsed = rows.map(move |row| {
        let wrong = || LakeError::Row { path: path.clone() };
        RouteRow::from_values(&row?).ok_or_else(wrong)
    });
    Ok(parsed.filter(move |row| match (row, origin) {
        (Ok(row), Some(_)) => row.origin == origin,
        _ => true,
    }))
}
