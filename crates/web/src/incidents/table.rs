use std::collections::BTreeMap;

use detect::{EventKind, REASONS, Reason, Verdict};
use measure::metric::Metric;
use store::{IncidentRow, IncidentTally};

use super::asked::{Asked, ORDERS, Part};
use crate::edition::Chosen;
use crate::format::{Count, Decimal, Lasting, Moment, counted};
use crate::link::{Link, Pages};
use crate::who::{Known, Who};

/// Incidents on one page of the table.
pub(crate) const ROWS_PER_PAGE: usize = 50;

/// How many prefixes of an incident are named.
const NAMED_MAX: usize = 3;

/// One incident as a list tells it.
pub(crate) struct IncidentItem {
    pub(crate) link: Link,
    pub(crate) metric: String,
    pub(crate) title: &'static str,
    /// `benign` where it counts although it is explained.
    pub(crate) verdict: Option<String>,
    pub(crate) reason: Option<(&'static str, &'static str)>,
    pub(crate) network: Who,
    /// The network passed it on.
    pub(crate) passed_on: bool,
    pub(crate) culprit: Option<Who>,
    pub(crate) prefixes: Vec<String>,
    pub(crate) prefixes_more: usize,
    pub(crate) events: String,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    pub(crate) lasting: Lasting,
    pub(crate) ongoing: bool,
    /// Nobody knows when it ended.
    pub(crate) end_unknown: bool,
    pub(crate) weight: Decimal,
    pub(crate) adds: Decimal,
    pub(crate) adds_exact: f64,
}

/// How many incidents of each metric, verdict and reason meet everything else.
pub(crate) struct Tally {
    of_all: Vec<IncidentTally>,
    /// The same of those with an event of a kind that shares its metric with others.
    of_kind: BTreeMap<EventKind, Vec<IncidentTally>>,
    all: u64,
}

/// The table of incidents.
pub(crate) struct IncidentTable {
    /// Those of the part asked for, whatever else is.
    pub(crate) all: Count,
    pub(crate) filters: Vec<Choices>,
    pub(crate) metric: Option<(&'static str, Link)>,
    pub(crate) columns: Vec<Heading>,
    pub(crate) rows: Vec<IncidentItem>,
    pub(crate) pages: Pages,
    pub(crate) filtered: bool,
    pub(crate) unfiltered: Link,
    pub(crate) csv: Link,
    /// What to look at instead when nothing is found.
    pub(crate) other_part: Option<(Count, Link)>,
}

/// A property to choose incidents by.
pub(crate) struct Choices {
    pub(crate) label: &'static str,
    pub(crate) choices: Vec<Choice>,
}

/// One value of a property.
pub(crate) struct Choice {
    pub(crate) label: &'static str,
    pub(crate) count: Count,
    pub(crate) link: Link,
    pub(crate) current: bool,
}

/// The heading of a column.
pub(crate) struct Heading {
    pub(crate) label: &'static str,
    pub(crate) number: bool,
    pub(crate) sorted: &'static str,
    pub(crate) link: Option<Link>,
}

/// Networks that incidents mention.
pub(crate) fn mentioned(rows: &[IncidentRow]) -> Vec<u32> {
    rows.iter().flat_map(|row| row.culprit.into_iter().chain([row.network])).collect()
}

/// Incidents as a list tells them.
pub(crate) fn items(chosen: &Chosen, known: &Known<'_>, rows: Vec<IncidentRow>) -> Vec<IncidentItem> {
    rows.into_iter().map(|row| item(chosen, known, row)).collect()
}

fn item(chosen: &Chosen, known: &Known<'_>, row: IncidentRow) -> IncidentItem {
    let metric = row.metric.parse::<Metric>().ok();
    let mut prefixes = row.prefixes;
    let prefixes_more = prefixes.len().saturating_sub(NAMED_MAX);
    prefixes.truncate(NAMED_MAX);
    IncidentItem {
        link: chosen.link_to(format!("/incident/{}", row.id)),
        title: match metric {
            Some(metric) => metric.sole_event_kind().map_or("Hijack", |kind| kind.row().title),
            None => "Incident",
        },
        passed_on: metric.is_some_and(Metric::is_accomplice),
        metric: row.metric,
        network: known.who(row.network),
        culprit: row.culprit.map(|asn| known.who(asn)),
        prefixes,
        prefixes_more,
        events: counted(row.events.len() as u64, "event", "events"),
        start: Moment(row.start),
        end: Moment(row.end),
        lasting: Lasting(row.end.saturating_sub(row.start)),
        ongoing: row.ongoing,
        end_unknown: row.end_unknown.is_some(),
        reason: row.reason.parse::<Reason>().ok().map(|reason| (reason.row().title, reason.row().meaning)),
        verdict: Some(row.verdict).filter(|verdict| verdict != Verdict::Incident.code()),
        weight: Decimal(row.weight),
        adds: Decimal(row.adds),
        adds_exact: row.adds,
    }
}

impl Tally {
    /// `all` are those of the part asked for, whatever else is.
    pub(crate) fn new(
        of_all: Vec<IncidentTally>,
        of_kind: BTreeMap<EventKind, Vec<IncidentTally>>,
        all: u64,
    ) -> Tally {
        Tally { of_all, of_kind, all }
    }

    /// How many there would be.
    fn of(&self, asked: &Asked) -> u64 {
        let metrics = asked.metrics();
        let meets = |tally: &&IncidentTally| {
            metrics.contains(&tally.metric)
                && asked.verdict.is_none_or(|verdict| verdict.code() == tally.verdict)
                && asked.reason.is_none_or(|reason| reason.code() == tally.reason)
        };
        let own = asked.kind_in_metric().and_then(|kind| self.of_kind.get(&kind));
        own.unwrap_or(&self.of_all).iter().filter(meets).map(|tally| tally.incidents.unsigned_abs()).sum()
    }

    /// Pages of what is asked for.
    pub(crate) fn pages(&self, asked: &Asked, page: usize, link: &Link) -> Pages {
        let items = usize::try_from(self.of(asked)).unwrap_or(usize::MAX);
        Pages::new(items, ROWS_PER_PAGE, page, "page", &link.clone().at("incidents"))
    }
}

impl IncidentTable {
    pub(crate) fn new(
        chosen: &Chosen,
        asked: &Asked,
        tally: &Tally,
        rows: Vec<IncidentItem>,
        pages: Pages,
    ) -> IncidentTable {
        let here = chosen.link_to("/incidents").at("incidents");
        let to = |asked: Asked| asked.put(here.clone());
        // A value chosen already leads to the same without it.
        let choice = |label: &'static str, with: Asked, without: Asked, current: bool| Choice {
            label,
            count: Count(tally.of(&with)),
            link: to(if current { without } else { with }),
            current,
        };
        let kinds = EventKind::ALL.map(|kind| {
            let of = |kind| Asked { kind, metric: None, ..asked.clone() };
            choice(kind.row().title, of(Some(kind)), of(None), asked.kind == Some(kind))
        });
        let parts = Part::ALL.map(|part| {
            let own = Asked { part, metric: None, ..asked.clone() };
            choice(part.label(), own.clone(), own, asked.metric.is_none() && asked.part == part)
        });
        let verdicts = Verdict::ALL.map(|verdict| {
            let of = |verdict| Asked { verdict, ..asked.clone() };
            choice(verdict.code(), of(Some(verdict)), of(None), asked.verdict == Some(verdict))
        });
        let reasons = REASONS.iter().map(|row| {
            let of = |reason| Asked { reason, ..asked.clone() };
            choice(row.title, of(Some(row.reason)), of(None), asked.reason == Some(row.reason))
        });
        // Those that something has, and what is asked for.
        let there = |choice: &Choice| choice.current || choice.count.0 > 0;
        let unfiltered = Asked { part: asked.part, sort: asked.sort, ..Asked::default() };
        let of_both = Asked { part: Part::All, metric: None, ..asked.clone() };
        let (both, other) = (tally.of(&of_both), to(of_both));
        IncidentTable {
            all: Count(tally.all),
            filters: vec![
                Choices { label: "The network", choices: parts.into() },
                Choices { label: "Kind", choices: kinds.into() },
                Choices { label: "Verdict", choices: verdicts.into_iter().filter(there).collect() },
                Choices { label: "Reason", choices: reasons.filter(there).collect() },
            ],
            metric: asked.metric.map(|metric| (metric.code(), to(Asked { metric: None, ..asked.clone() }))),
            columns: columns(asked, &here),
            filtered: asked.narrows(),
            unfiltered: to(unfiltered),
            csv: asked.put(chosen.link_to("/incidents.csv")),
            other_part: (rows.is_empty() && both > 0).then_some((Count(both), other)),
            rows,
            pages,
        }
    }
}

fn columns(asked: &Asked, here: &Link) -> Vec<Heading> {
    let plain = |label, number| Heading { label, number, sorted: "", link: None };
    let sorts = |label, number, key: &str| {
        let place = ORDERS.iter().position(|(word, _)| *word == key).unwrap_or(0);
        let now = (asked.sort.0 == place).then_some(asked.sort.1);
        Heading {
            label,
            number,
            sorted: match now {
                Some(true) => "ascending",
                Some(false) => "descending",
                None => "",
            },
            link: Some(Asked { sort: (place, now == Some(false)), ..asked.clone() }.put(here.clone())),
        }
    };
    let mut columns = vec![plain("Incident", false), plain("Network", false)];
    if asked.part != Part::Caused || asked.metric.is_some_and(Metric::is_accomplice) {
        columns.push(plain("Culprit", false));
    }
    columns.extend([
        plain("Prefixes", false),
        sorts("From", false, "start"),
        plain("Until", false),
        sorts("Lasted", false, "lasted"),
        plain("Weight", true),
        sorts("Adds", true, "adds"),
    ]);
    columns
}

impl IncidentTable {
    pub(crate) fn names_culprits(&self) -> bool {
        self.columns.iter().any(|column| column.label == "Culprit")
    }
}
