use detect::Reason;
use store::IncidentRow;

use crate::edition::Chosen;
use crate::event::Network;
use crate::format::{Decimal, Lasting, Moment};
use crate::link::Link;

/// How many incidents a page lists.
pub(crate) const INCIDENTS_MAX: usize = 50;

/// How many prefixes and events of an incident are named.
const NAMED_MAX: usize = 4;

/// One incident and what it adds.
pub(crate) struct IncidentItem {
    pub(crate) link: Link,
    pub(crate) metric: String,
    pub(crate) verdict: String,
    /// Why it counts although it is benign.
    pub(crate) although: Option<String>,
    pub(crate) reason: &'static str,
    pub(crate) reason_meaning: &'static str,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    pub(crate) lasting: Lasting,
    pub(crate) weight: Decimal,
    pub(crate) adds: Decimal,
    pub(crate) adds_exact: f64,
    pub(crate) culprit: Option<Network>,
    pub(crate) prefixes: Vec<String>,
    pub(crate) prefixes_more: usize,
    pub(crate) events: Vec<(String, Link)>,
    pub(crate) events_more: usize,
}

/// Incidents, the one that adds most first.
pub(crate) fn items(chosen: &Chosen, mut rows: Vec<IncidentRow>) -> Vec<IncidentItem> {
    rows.sort_by(|a, b| b.adds.total_cmp(&a.adds).then(a.start.cmp(&b.start)).then_with(|| a.id.cmp(&b.id)));
    rows.truncate(INCIDENTS_MAX);
    rows.into_iter().map(|row| item(chosen, row)).collect()
}

/// Why an incident counts under the framework shown although its events are benign.
pub(crate) fn although(chosen: &Chosen, row: &IncidentRow) -> Option<String> {
    let framework = &chosen.framework.id;
    (row.verdict != "incident").then(|| format!("counts, as {framework} lets no registration of it dismiss"))
}

fn item(chosen: &Chosen, row: IncidentRow) -> IncidentItem {
    let although = although(chosen, &row);
    let IncidentRow { mut prefixes, mut events, .. } = row;
    let (prefixes_more, events_more) =
        (prefixes.len().saturating_sub(NAMED_MAX), events.len().saturating_sub(NAMED_MAX));
    prefixes.truncate(NAMED_MAX);
    events.truncate(NAMED_MAX);
    let link = |id: String| {
        let link = chosen.link_to(format!("/event/{id}"));
        (id, link)
    };
    let reason = row.reason.parse::<Reason>().ok().map(Reason::row);
    IncidentItem {
        although,
        verdict: row.verdict,
        reason: reason.map_or("", |reason| reason.title),
        reason_meaning: reason.map_or("", |reason| reason.meaning),
        link: chosen.link_to(format!("/incident/{}", row.id)),
        metric: row.metric,
        start: Moment(row.start),
        end: Moment(row.end),
        lasting: Lasting(row.end.saturating_sub(row.start)),
        weight: Decimal(row.weight),
        adds: Decimal(row.adds),
        adds_exact: row.adds,
        culprit: row.culprit.map(|asn| Network::new(chosen, asn)),
        prefixes,
        prefixes_more,
        events: events.into_iter().map(link).collect(),
        events_more,
    }
}
