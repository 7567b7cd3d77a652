//! What ROAs cover of one network or area, as a part of its page.

use askama::Template;
use askama::filters::HtmlSafe;
use store::{RoaCounts, RoaDayRow, RoaMonthRow};

use super::changes::{self, ChangeItem};
use super::covered::{self, FamilyItem};
use crate::Site;
use crate::edition::Chosen;
use crate::format::Count;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::trend::Trend;

/// How many changes of a network its page tells.
const CHANGES_MAX: i64 = 5;

/// How many days of change its page tells.
const TURNS_MAX: usize = 12;

/// A day from which on a network's counts are so: of IPv4 and IPv6 routes valid, invalid, not found.
pub(crate) struct Turn {
    day: String,
    counts: [[Count; 3]; 2],
}

/// The section.
#[derive(Template)]
#[template(path = "roas_panel.html")]
pub(crate) struct Panel {
    /// Why there is nothing to show.
    unknown: Option<String>,
    day: String,
    label: String,
    families: Vec<FamilyItem>,
    /// Of a network: the days on which its counts changed, the latest first.
    turns: Vec<Turn>,
    /// Of a network: how it went over the days of the month.
    trends: Vec<Trend>,
    changes: Vec<ChangeItem>,
    /// Whether changes are told here at all, and all of them.
    all_changes: Option<(i64, Link)>,
    more: Option<Link>,
    by_day: Link,
    stamp: String,
}

impl HtmlSafe for Panel {}

impl Panel {
    /// Of an economy, region or registry.
    pub(crate) async fn of_area(
        site: &Site,
        chosen: &Chosen,
        scope: &str,
        area: &str,
    ) -> Result<Panel, Refusal> {
        let scope = match routing::Region::with_slug(area).filter(|_| scope == "region") {
            Some(region) if region.kind == routing::RegionKind::Rir => "rir",
            _ => scope,
        };
        let days = site.store.roa_days(chosen.edition.id, scope, area).await?;
        let more = chosen.link_to("/roas").with("scope", scope).with("area", area);
        let known: Vec<_> = days.iter().map(|row: &RoaDayRow| (row.day.clone(), row.families)).collect();
        let month = super::month_of(site, chosen).await?;
        let mut panel = Panel::new(&month, &known, "No route of these networks counts.");
        panel.more = panel.unknown.is_none().then_some(more);
        Ok(panel)
    }

    /// Of a network.
    pub(crate) async fn of_network(site: &Site, chosen: &Chosen, asn: u32) -> Result<Panel, Refusal> {
        let id = chosen.edition.id;
        let listed = site.store.roa_network(id, asn).await?.map(|row| row.days).unwrap_or_default();
        let month = super::month_of(site, chosen).await?;
        let known = listed_by_day(month.days.iter().map(|day| day.day.as_str()), &listed);
        let mut panel = Panel::new(&month, &known, "No route of this network counts.");
        let turn = |(day, counts): &(String, [RoaCounts; 2])| Turn {
            day: day.clone(),
            counts: [0, 1].map(|family: usize| covered::three(&counts[family].routes).map(Count)),
        };
        if panel.unknown.is_none() {
            let days: Vec<_> = known.iter().map(|(day, counts)| (day.as_str(), counts)).collect();
            panel.trends.extend(covered::by_day(&month, &days));
        }
        panel.turns = listed.iter().rev().take(TURNS_MAX).map(turn).collect();
        panel.by_day =
            Link::to(format!("/api/networks/AS{asn}/roas.csv")).with("month", &chosen.edition.head.month);
        let filter = store::RoaChangeFilter { network: Some(asn), ..Default::default() };
        let all: i64 = site.store.roa_change_counts(id, &filter).await?.values().sum();
        let rows = site.store.roa_changes(id, &filter, 0, (CHANGES_MAX, 0)).await?;
        panel.changes = changes::items(chosen, rows);
        let link = changes::link(chosen).with("network", routing::Asn(asn).to_string());
        panel.all_changes = Some((all, link));
        Ok(panel)
    }

    fn new(month: &RoaMonthRow, known: &[(String, [RoaCounts; 2])], nothing: &str) -> Panel {
        let shown = month.days.last().zip(known.last());
        Panel {
            unknown: match &shown {
                Some(_) => None,
                None => Some(month.unknown.clone().unwrap_or_else(|| nothing.to_owned())),
            },
            day: shown.map_or_else(String::new, |(day, _)| day.day.clone()),
            label: shown.map_or_else(String::new, |(day, _)| day.label.clone()),
            families: shown.map_or_else(Vec::new, |(_, (_, counts))| covered::families(counts)),
            turns: Vec::new(),
            trends: Vec::new(),
            by_day: Link::to("/roas"),
            changes: Vec::new(),
            all_changes: None,
            more: None,
            stamp: month.days.last().map_or_else(String::new, |day| day.label.clone()),
        }
    }
}

/// What a network's counts are on each day that has a snapshot: those of the last day on which they changed.
pub(crate) fn listed_by_day<'a>(
    days: impl Iterator<Item = &'a str>,
    listed: &[(String, [RoaCounts; 2])],
) -> Vec<(String, [RoaCounts; 2])> {
    days.filter_map(|day| {
        let (_, counts) = listed.iter().rev().find(|(from, _)| from.as_str() <= day)?;
        Some((day.to_owned(), *counts))
    })
    .collect()
}
