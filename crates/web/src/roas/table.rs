//! Areas side by side, sorted by any column.

use std::cmp::Ordering;

use routing::{Region, economy_name};
use store::{RoaCounts, RoaDayRow};

use super::covered::{share, three};
use crate::edition::Chosen;
use crate::format::{Count, Share};
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::view::View;

/// Areas on one page of a table.
const AREAS_PER_PAGE: usize = 40;

/// The columns of both families: key, heading, what it is.
const COLUMNS: [(&str, &str, &str); 10] = [
    ("ipv4", "routes", "Distinct IPv4 prefixes and origins"),
    ("ipv4_valid", "valid", "Share of the IPv4 routes that a VRP allows"),
    ("ipv4_invalid", "invalid", "Share of the IPv4 routes that are invalid"),
    ("ipv4_not_found", "not found", "Share of the IPv4 routes that no VRP covers"),
    ("ipv4_space", "space valid", "Share of the IPv4 addresses announced whose most specific route is valid"),
    ("ipv6", "routes", "Distinct IPv6 prefixes and origins"),
    ("ipv6_valid", "valid", "Share of the IPv6 routes that a VRP allows"),
    ("ipv6_invalid", "invalid", "Share of the IPv6 routes that are invalid"),
    ("ipv6_not_found", "not found", "Share of the IPv6 routes that no VRP covers"),
    ("ipv6_space", "space valid", "Share of the IPv6 space announced whose most specific route is valid"),
];

/// A table of areas.
pub(crate) struct CoverTable {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) name: CoverHeading,
    pub(crate) networks: CoverHeading,
    /// Of IPv4, then of IPv6: so many each.
    pub(crate) columns: Vec<CoverHeading>,
    pub(crate) rows: Vec<CoverItem>,
    pub(crate) pages: Pages,
    pub(crate) csv: Link,
}

/// The heading of a column.
pub(crate) struct CoverHeading {
    pub(crate) label: String,
    pub(crate) title: &'static str,
    pub(crate) sorted: &'static str,
    pub(crate) link: Link,
}

/// An area.
pub(crate) struct CoverItem {
    pub(crate) code: String,
    pub(crate) name: String,
    /// The page of what ROAs cover in it.
    pub(crate) link: Link,
    pub(crate) current: bool,
    pub(crate) networks: Count,
    pub(crate) families: [CoverFamily; 2],
}

/// A family of an area.
pub(crate) struct CoverFamily {
    pub(crate) routes: Count,
    /// Valid, invalid, not found, space valid; nothing where there is no route.
    pub(crate) shares: Option<[Share; 4]>,
}

/// Which table: its id, title, heading, key of the order and of the page in the query.
pub(crate) struct CoverLayout {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) sort: &'static str,
    pub(crate) page: &'static str,
}

/// The name of an area.
pub(crate) fn area_name(scope: &str, area: &str) -> String {
    match (scope, area) {
        ("world", _) => "the world".to_owned(),
        ("economy", "ZZ") => "economy not known".to_owned(),
        ("economy", code) => economy_name(code).unwrap_or(code).to_owned(),
        ("programme", "") => "all participants".to_owned(),
        ("programme", id) => programme::load(id).map_or_else(|_| id.to_owned(), |p| p.title.clone()),
        (_, slug) => Region::with_slug(slug).map_or_else(|| slug.to_owned(), |region| region.name.to_owned()),
    }
}

impl CoverTable {
    /// `link` is the page with its whole state.
    pub(crate) fn new(
        chosen: &Chosen,
        view: &View,
        layout: &CoverLayout,
        link: &Link,
        (scope, day): (&'static str, &str),
        mut rows: Vec<RoaDayRow>,
        focus: (&str, &str),
    ) -> Result<CoverTable, Refusal> {
        let (key, descending) = order(view, layout)?;
        rows.sort_by(|a, b| {
            compare(key, descending, a, b)
                .then_with(|| area_name(&a.scope, &a.area).cmp(&area_name(&b.scope, &b.area)))
        });
        let heading = |key_of: &'static str, label: &str, title| {
            let now = (key == key_of).then_some(descending);
            let next = now.map_or(key_of != "area", |descending| !descending);
            CoverHeading {
                label: label.to_owned(),
                title,
                sorted: match now {
                    Some(true) => "descending",
                    Some(false) => "ascending",
                    None => "",
                },
                link: link
                    .clone()
                    .with(layout.sort, format!("{}{key_of}", if next { "-" } else { "" }))
                    .with_some(layout.page, None)
                    .at(layout.id),
            }
        };
        let pages = Pages::new(
            rows.len(),
            AREAS_PER_PAGE,
            view.page(layout.page)?,
            layout.page,
            &link.clone().at(layout.id),
        );
        let item = |row: &RoaDayRow| CoverItem {
            code: if scope == "economy" { row.area.clone() } else { String::new() },
            name: area_name(&row.scope, &row.area),
            link: chosen.link_to("/roas").with("scope", &row.scope).with("area", &row.area),
            current: focus == (row.scope.as_str(), row.area.as_str()),
            networks: Count(row.networks),
            families: [0, 1].map(|family| CoverFamily::new(&row.families[family])),
        };
        Ok(CoverTable {
            id: layout.id,
            title: layout.title,
            name: heading("area", layout.heading, "By name"),
            networks: heading("networks", "Networks", "Networks that originate a route"),
            columns: COLUMNS.iter().map(|(key, label, title)| heading(key, label, title)).collect(),
            rows: rows[pages.range()].iter().map(item).collect(),
            csv: Link::to("/api/roas.csv")
                .with("month", &chosen.edition.head.month)
                .with("scope", scope)
                .with("day", day)
                .with("limit", "1000"),
            pages,
        })
    }
}

impl CoverFamily {
    fn new(counts: &RoaCounts) -> CoverFamily {
        let routes: u64 = counts.routes.iter().sum();
        let [valid, invalid, not_found] = three(&counts.routes).map(|n| share(n, &counts.routes));
        let shares = [valid, invalid, not_found, share(counts.space[0], &counts.space)];
        CoverFamily { routes: Count(routes), shares: (routes > 0).then_some(shares) }
    }
}

fn order(view: &View, layout: &CoverLayout) -> Result<(&'static str, bool), Refusal> {
    let text = view.get(layout.sort).unwrap_or("-ipv4");
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let keys: Vec<&str> =
        ["area", "networks"].into_iter().chain(COLUMNS.iter().map(|(key, _, _)| *key)).collect();
    let known = keys.iter().find(|key| **key == name).copied();
    known.map(|key| (key, descending)).ok_or_else(|| {
        Refusal::wrong(
            format!("areas cannot be sorted by `{name}`"),
            format!("Columns: {}. With a minus in front the largest comes first.", keys.join(", ")),
        )
    })
}

/// Areas without the value come last either way.
fn compare(key: &str, descending: bool, a: &RoaDayRow, b: &RoaDayRow) -> Ordering {
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    if key == "area" {
        let name = |row: &RoaDayRow| area_name(&row.scope, &row.area);
        return turned(name(a).cmp(&name(b)));
    }
    match (value(key, a), value(key, b)) {
        (Some(a), Some(b)) => turned(a.total_cmp(&b)),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn value(key: &str, row: &RoaDayRow) -> Option<f64> {
    let counts = &row.families[usize::from(key.starts_with("ipv6"))];
    let part = |of: &[u64; 5], state: usize| {
        let whole: u64 = of.iter().sum();
        (whole > 0).then(|| three(of)[state] as f64 / whole as f64)
    };
    match key.get(4..).unwrap_or_default() {
        "_valid" => part(&counts.routes, 0),
        "_invalid" => part(&counts.routes, 1),
        "_not_found" => part(&counts.routes, 2),
        "_space" => part(&counts.space, 0),
        "" => Some(counts.routes.iter().sum::<u64>() as f64),
        _ => Some(row.networks as f64),
    }
}
