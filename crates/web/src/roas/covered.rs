//! Coverage as pages show it: bars by state, and charts over days and months.

use store::{RoaCounts, RoaDayRow, RoaMonthRow};

use crate::bar::Bar;
use crate::format::{Count, Share};
use crate::sign::Sign;
use crate::trend::{DayValues, Scale, Trend, Values};

/// One address family of an area on a day.
pub(crate) struct FamilyItem {
    pub(crate) name: &'static str,
    pub(crate) routes: Count,
    pub(crate) routes_bar: Bar,
    pub(crate) space: String,
    pub(crate) space_bar: Bar,
}

/// Valid, invalid for any reason, not found.
pub(crate) fn three(of: &[u64; 5]) -> [u64; 3] {
    [of[0], of[1] + of[2] + of[3], of[4]]
}

/// A part of a whole.
pub(crate) fn share(part: u64, of: &[u64; 5]) -> Share {
    Share { part, whole: of.iter().sum() }
}

fn bar(of: &[u64; 5]) -> Bar {
    Bar::new(store::ROA_STATES.iter().zip(of).map(|(state, n)| (Sign::roa(state), *n)))
}

/// IPv4 and IPv6; a family without routes is left out.
pub(crate) fn families(families: &[RoaCounts; 2]) -> Vec<FamilyItem> {
    let named = [("IPv4", "addresses"), ("IPv6", "× /48")].into_iter().zip(families);
    let any = named.filter(|(_, counts)| counts.routes.iter().any(|n| *n > 0));
    any.map(|((name, unit), counts)| FamilyItem {
        name,
        routes: Count(counts.routes.iter().sum()),
        routes_bar: bar(&counts.routes),
        space: format!("{} {unit}", Count(counts.space.iter().sum())),
        space_bar: bar(&counts.space),
    })
    .collect()
}

/// Lines of a chart: of each family what is valid and what is invalid, in per cent of routes or of space.
const LINES: [(&str, usize, usize); 4] =
    [("IPv4 valid", 0, 0), ("IPv4 invalid", 0, 1), ("IPv6 valid", 1, 0), ("IPv6 invalid", 1, 1)];

/// What a chart measures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Measure {
    Routes,
    Space,
}

fn percent(families: &[RoaCounts; 2], (family, state): (usize, usize), measure: Measure) -> Option<f64> {
    let of = match measure {
        Measure::Routes => &families[family].routes,
        Measure::Space => &families[family].space,
    };
    let whole: u64 = of.iter().sum();
    (whole > 0).then(|| three(of)[state] as f64 * 100.0 / whole as f64)
}

/// Every day of the month in its order, those without a snapshot too.
pub(crate) fn calendar(month: &RoaMonthRow) -> Vec<String> {
    let mut days: Vec<String> = month.days.iter().map(|day| day.day.clone()).collect();
    days.extend(month.missing.iter().map(|(day, _)| day.clone()));
    days.sort();
    days
}

/// Over the days of a month: what is known of each.
pub(crate) fn by_day(month: &RoaMonthRow, known: &[(&str, &[RoaCounts; 2])]) -> [Trend; 2] {
    let days = calendar(month);
    let chart = |id, title, measure| {
        let line = |(name, family, state): &(&'static str, usize, usize)| DayValues {
            name,
            known: known
                .iter()
                .filter_map(|(day, counts)| {
                    Some(((*day).to_owned(), percent(counts, (*family, *state), measure)?))
                })
                .collect(),
        };
        let nothing = "No day of this month has a snapshot of VRPs.";
        Trend::by_day(id, title, &days, nothing, LINES.iter().map(line).collect())
    };
    [
        chart("roa-routes-by-day", "Routes by day", Measure::Routes),
        chart("roa-space-by-day", "Space by day", Measure::Space),
    ]
}

/// Over the published months: the last day of each.
pub(crate) fn by_month(shown: &str, months: &[(String, RoaDayRow)]) -> [Trend; 2] {
    let axis = || months.iter().filter_map(|(month, _)| month.parse().ok()).collect();
    let chart = |id, title, measure| {
        let line = |(name, family, state): &(&'static str, usize, usize)| Values {
            name: (*name).to_owned(),
            known: months
                .iter()
                .filter_map(|(month, row)| {
                    Some((month.parse().ok()?, percent(&row.families, (*family, *state), measure)?))
                })
                .collect(),
        };
        Trend::new(id, title, Scale::Percent, shown, axis(), LINES.iter().map(line).collect())
    };
    [
        chart("roa-routes-by-month", "Routes by month", Measure::Routes),
        chart("roa-space-by-month", "Space by month", Measure::Space),
    ]
}
