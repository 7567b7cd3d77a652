use std::cmp::Ordering;

use lake::RouteRow;
use routing::Family;

use crate::edition::Chosen;
use crate::format::{Count, Moment};
use crate::link::{Link, Pages};
use crate::refusal::Refusal;
use crate::sign::Sign;
use crate::view::View;

/// Routes on one page of the table.
const ROUTES_PER_PAGE: usize = 100;

const RPKI: [&str; 3] = ["valid", "not-found", "invalid"];
const IRR: [&str; 4] = ["exact", "covered", "none", "wrong_origin"];
const FAMILIES: [&str; 2] = ["ipv4", "ipv6"];
const COUNTED: [&str; 2] = ["yes", "no"];

/// What the table can be sorted by: key, heading, whether the largest comes first on the first click.
const COLUMNS: [(&str, &str, bool); 6] = [
    ("prefix", "Prefix", false),
    ("rpki", "RPKI", false),
    ("irr", "IRR", false),
    ("peers", "Peer ASes", true),
    ("first_seen", "First seen", false),
    ("last_seen", "Last seen", true),
];

/// Which routes are asked for, in which order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Asked {
    rpki: Option<&'static str>,
    irr: Option<&'static str>,
    family: Option<&'static str>,
    counted: Option<&'static str>,
    sort: (&'static str, bool),
}

/// The table of routes.
pub(crate) struct RouteTable {
    /// All routes of the network, whatever is asked for.
    pub(crate) all: usize,
    pub(crate) filters: Vec<Filter>,
    pub(crate) columns: Vec<Heading>,
    pub(crate) rows: Vec<RouteItem>,
    pub(crate) pages: Pages,
    pub(crate) filtered: bool,
    pub(crate) unfiltered: Link,
    pub(crate) csv: Link,
}

/// A property to choose routes by.
pub(crate) struct Filter {
    pub(crate) label: &'static str,
    pub(crate) choices: Vec<FilterChoice>,
}

/// One value of a property.
pub(crate) struct FilterChoice {
    pub(crate) label: &'static str,
    pub(crate) count: Count,
    pub(crate) link: Link,
    pub(crate) current: bool,
}

/// The heading of a column.
pub(crate) struct Heading {
    pub(crate) label: &'static str,
    pub(crate) sorted: &'static str,
    pub(crate) number: bool,
    pub(crate) link: Link,
}

/// One route.
pub(crate) struct RouteItem {
    pub(crate) prefix: String,
    /// The prefix's own page.
    pub(crate) link: Link,
    pub(crate) rpki: Sign,
    pub(crate) rpki_reason: Option<&'static str>,
    pub(crate) irr: Sign,
    pub(crate) irr_authority: Option<String>,
    pub(crate) peers: Count,
    pub(crate) full_feed_peers: Count,
    pub(crate) first_seen: Moment,
    pub(crate) last_seen: Moment,
    pub(crate) excluded: Option<String>,
    /// VRPs that decided.
    pub(crate) vrps: Vec<String>,
    /// Route objects that decided.
    pub(crate) route_objects: Vec<String>,
}

impl Asked {
    pub(crate) fn of(view: &View) -> Result<Asked, Refusal> {
        let keys: Vec<&str> =
            COLUMNS.iter().flat_map(|(key, _, _)| [*key, SORTS_DESCENDING[column(key)]]).collect();
        let sort = view.word("sort", &keys)?.unwrap_or("prefix");
        let (name, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
        Ok(Asked {
            rpki: view.word("rpki", &RPKI)?,
            irr: view.word("irr", &IRR)?,
            family: view.word("family", &FAMILIES)?,
            counted: view.word("counted", &COUNTED)?,
            sort: (COLUMNS[column(name)].0, descending),
        })
    }

    /// A link with everything that is asked for.
    pub(crate) fn put(&self, link: Link) -> Link {
        let (key, descending) = self.sort;
        let sort = if descending { SORTS_DESCENDING[column(key)] } else { key };
        link.with_some("family", self.family)
            .with_some("rpki", self.rpki)
            .with_some("irr", self.irr)
            .with_some("counted", self.counted)
            .with_some("sort", (sort != "prefix").then_some(sort))
    }

    /// The routes asked for, in the order asked for.
    pub(crate) fn pick(&self, mut rows: Vec<RouteRow>) -> Vec<RouteRow> {
        rows.retain(|row| {
            self.rpki.is_none_or(|state| row.rpki.as_deref() == Some(state))
                && self.irr.is_none_or(|state| row.irr.as_deref() == Some(state))
                && self.family.is_none_or(|family| family_of(row) == family)
                && self.counted.is_none_or(|counted| counted_of(row) == counted)
        });
        let (key, descending) = self.sort;
        rows.sort_by(|a, b| {
            let order = compare(key, a, b);
            let order = if descending { order.reverse() } else { order };
            order.then_with(|| a.prefix.cmp(&b.prefix))
        });
        rows
    }

    fn filters(&self) -> bool {
        self.rpki.or(self.irr).or(self.family).or(self.counted).is_some()
    }
}

const SORTS_DESCENDING: [&str; 6] = ["-prefix", "-rpki", "-irr", "-peers", "-first_seen", "-last_seen"];

/// What decided, one by one.
fn decided(list: Option<&str>) -> Vec<String> {
    list.into_iter().flat_map(|list| list.split("; ")).map(str::to_owned).collect()
}

fn column(key: &str) -> usize {
    COLUMNS.iter().position(|(known, _, _)| *known == key).unwrap_or(0)
}

fn compare(key: &str, a: &RouteRow, b: &RouteRow) -> Ordering {
    match key {
        "rpki" => a.rpki.cmp(&b.rpki),
        "irr" => a.irr.cmp(&b.irr),
        "peers" => a.peers.cmp(&b.peers),
        "first_seen" => a.first_seen.cmp(&b.first_seen),
        "last_seen" => a.last_seen.cmp(&b.last_seen),
        _ => a.prefix.cmp(&b.prefix),
    }
}

fn family_of(row: &RouteRow) -> &'static str {
    match row.prefix.family() {
        Family::V4 => "ipv4",
        Family::V6 => "ipv6",
    }
}

fn counted_of(row: &RouteRow) -> &'static str {
    if row.excluded.is_none() { "yes" } else { "no" }
}

impl RouteTable {
    /// Page `page` of the routes asked for; `link` is the page with everything else of
    /// its state, `csv` the download.
    pub(crate) fn new(
        chosen: &Chosen,
        asked: &Asked,
        rows: Vec<RouteRow>,
        link: &Link,
        csv: Link,
        page: usize,
    ) -> RouteTable {
        let home = chosen.link_to("/");
        let all = rows.len();
        let filters = filters(asked, &rows, link);
        let here = link.clone().at("routes");
        let columns = COLUMNS.iter().map(|(key, label, largest_first)| {
            let now = (asked.sort.0 == *key).then_some(asked.sort.1);
            let descending = now.map_or(*largest_first, |descending| !descending);
            Heading {
                label,
                sorted: match now {
                    Some(true) => "descending",
                    Some(false) => "ascending",
                    None => "",
                },
                number: *key == "peers",
                link: Asked { sort: (key, descending), ..asked.clone() }.put(here.clone()),
            }
        });
        let rows = asked.pick(rows);
        let pages = Pages::new(rows.len(), ROUTES_PER_PAGE, page, "page", &here);
        let none = Asked { rpki: None, irr: None, family: None, counted: None, sort: asked.sort };
        RouteTable {
            all,
            filters,
            columns: columns.collect(),
            rows: rows[pages.range()].iter().map(|row| RouteItem::new(row, &home)).collect(),
            pages,
            filtered: asked.filters(),
            unfiltered: none.put(here),
            csv,
        }
    }
}

fn filters(asked: &Asked, rows: &[RouteRow], link: &Link) -> Vec<Filter> {
    let here = link.clone().at("routes");
    let filter =
        |label, now: Option<&str>, words: &[(&'static str, &'static str)], set: Set, of: Of| Filter {
            label,
            choices: words
                .iter()
                .map(|(value, label)| {
                    let current = now == Some(*value);
                    let mut asked = asked.clone();
                    *set(&mut asked) = (!current).then_some(*value);
                    FilterChoice {
                        label,
                        count: Count(rows.iter().filter(|row| of(row) == Some(*value)).count() as u64),
                        link: asked.put(here.clone()),
                        current,
                    }
                })
                .collect(),
        };
    vec![
        filter(
            "Family",
            asked.family,
            &[("ipv4", "IPv4"), ("ipv6", "IPv6")],
            |a| &mut a.family,
            |r| Some(family_of(r)),
        ),
        filter("RPKI", asked.rpki, &RPKI.map(|state| (state, state)), |a| &mut a.rpki, |r| r.rpki.as_deref()),
        filter(
            "IRR",
            asked.irr,
            &[("exact", "exact"), ("covered", "covered"), ("none", "none"), ("wrong_origin", "wrong origin")],
            |a| &mut a.irr,
            |r| r.irr.as_deref(),
        ),
        filter(
            "Counted",
            asked.counted,
            &COUNTED.map(|word| (word, word)),
            |a| &mut a.counted,
            |r| Some(counted_of(r)),
        ),
    ]
}

type Set = fn(&mut Asked) -> &mut Option<&'static str>;
type Of = fn(&RouteRow) -> Option<&str>;

impl RouteItem {
    /// `home` is a page of the same month and framework, without any other state.
    pub(crate) fn new(row: &RouteRow, home: &Link) -> RouteItem {
        RouteItem {
            prefix: row.prefix.to_string(),
            link: home.clone().on(crate::prefix::path(&row.prefix)),
            rpki: Sign::rpki(row.rpki.as_deref()),
            rpki_reason: row.rpki_reason.as_deref().map(reason_words),
            irr: Sign::irr(row.irr.as_deref()),
            irr_authority: row.irr_authority.clone(),
            peers: Count(row.peers.into()),
            full_feed_peers: Count(row.full_feed_peers.into()),
            first_seen: Moment(row.first_seen.0),
            last_seen: Moment(row.last_seen.0),
            excluded: row.excluded.clone(),
            vrps: decided(row.vrps.as_deref()),
            route_objects: decided(row.route_objects.as_deref()),
        }
    }
}

/// Why a route is invalid (FRAMEWORK §6).
fn reason_words(reason: &str) -> &'static str {
    match reason {
        "as" => "another AS is authorised",
        "length" => "longer than the ROA allows",
        "as0" => "AS0: nobody may announce it",
        _ => "no reason given",
    }
}
