use measure::metric::Metric;
use routing::Asn;
use store::{Filter, IncidentRow};

use super::answer::Body;
use super::asked::Asked;
use super::events::{Whole, after, key, said};
use super::field::{Field, Kind, Resource, field, maybe, moment, numbers, objects, texts};
use super::parameter;
use super::problem::{self, Problem};
use crate::counting::counting;
use crate::incidents::shares_metric;

/// An incident of a list.
pub(crate) struct Incident(IncidentRow);

/// An incident with its events and their evidence.
pub(crate) struct Evident(IncidentRow, Vec<Whole>);

/// The fields that an incident has in a list and alone; its events are shown in two ways.
macro_rules! incident_fields {
    ($events:expr) => {
        &[
            field("id", Kind::Text, "Stable id.", |i| i.0.id.as_str().into()),
            field("metric", Kind::Text, "The metric it counts for.", |i| i.0.metric.as_str().into()),
            maybe(
                "kind",
                Kind::Text,
                "The kind of its events; null of a metric that counts none or several.",
                |i| kind(&i.0.metric).into(),
            ),
            field("verdict", Kind::Word(&parameter::VERDICTS), "What it was judged to be.", |i| {
                i.0.verdict.as_str().into()
            }),
            field("reason", Kind::Text, "Code of the reason that most of its events have.", |i| {
                i.0.reason.as_str().into()
            }),
            maybe(
                "likely_cause",
                Kind::Text,
                "What most of its events look like; null when nothing points anywhere.",
                |i| i.0.likely_cause.as_deref().into(),
            ),
            field("confidence", Kind::Integer, "How sure the surest of its events is, 0 to 100.", |i| {
                i.0.confidence.into()
            }),
            field("network", Kind::Asn, "The network that answers for it.", |i| i.0.network.into()),
            maybe("culprit", Kind::Asn, "The culprit of its events; null when not one and the same.", |i| {
                i.0.culprit.into()
            }),
            field("victims", Kind::List(&Kind::Asn), "Whose space or routes its events took.", |i| {
                numbers(&i.0.victims)
            }),
            field(
                "credits",
                Kind::List(&Kind::Asn),
                "Full-feed peers beside those who carried it, not seen passing it.",
                |i| numbers(&i.0.credits),
            ),
            maybe("economy", Kind::Text, "The culprit's economy; null when not known.", |i| {
                i.0.economy.as_deref().into()
            }),
            field("start", Kind::Moment, "From when.", |i| moment(i.0.start)),
            field("end", Kind::Moment, "Until when; half open.", |i| moment(i.0.end)),
            field("ongoing", Kind::Boolean, "Still seen as the data or the month ended.", |i| {
                i.0.ongoing.into()
            }),
            maybe(
                "end_unknown",
                Kind::Text,
                "Why nobody knows when it ended, where it was not seen to the end: data_gap, table_only or lone_table.",
                |i| i.0.end_unknown.as_deref().into(),
            ),
            field("seconds", Kind::Integer, "How long it lasted.", |i| (i.0.end - i.0.start).into()),
            field("weight", Kind::Number, "Weight of the network's part.", |i| i.0.weight.into()),
            field("adds", Kind::Number, "What it adds to the raw value.", |i| i.0.adds.into()),
            field("prefixes", Kind::List(&Kind::Prefix), "Prefixes of its events.", |i| texts(&i.0.prefixes)),
            $events,
        ]
    };
}

impl Resource for Incident {
    const NAME: &'static str = "Incident";
    const FIELDS: &'static [Field<Self>] =
        incident_fields!(field("events", Kind::List(&Kind::Text), "Its events, by id.", |i| texts(
            &i.0.events
        )));
}

impl Resource for Evident {
    const NAME: &'static str = "IncidentWithEvents";
    const FIELDS: &'static [Field<Self>] = incident_fields!(field(
        "events",
        Kind::List(&Kind::Object(Whole::item)),
        "Its events by time, each with its evidence.",
        |i| objects(&i.1)
    ));
}

fn kind(metric: &str) -> Option<&'static str> {
    Some(metric.parse::<Metric>().ok()?.sole_event_kind()?.code())
}

/// What the query narrows to: a kind of event stands for the metrics that count it. `None` when nothing can be
/// of both kind and metric.
fn filter(asked: &Asked) -> Option<Filter> {
    let metric = asked.value(&parameter::METRIC);
    let of_kind = asked.value(&parameter::KIND).and_then(|kind| kind.parse().ok()).map(Metric::of_event);
    let kinds: Vec<&str> = match (metric, of_kind) {
        (None, None) => Vec::new(),
        (Some(metric), None) => vec![metric],
        (None, Some((own, passed_on))) => vec![own.code(), passed_on.code()],
        (Some(metric), Some((own, passed_on))) => {
            vec![[own, passed_on].into_iter().find(|of_kind| of_kind.code() == metric)?.code()]
        }
    };
    // Several kinds count for one metric: then an incident is of a kind when one of its events is.
    let kind = asked.value(&parameter::KIND).and_then(|kind| kind.parse().ok());
    let event_kind = kind.filter(|kind| shares_metric(*kind)).map(|kind| kind.code().to_owned());
    Some(Filter { kinds: kinds.into_iter().map(str::to_owned).collect(), event_kind, ..asked.filter() })
}

async fn part(asked: &Asked, filter: &Filter) -> Result<Body, Problem> {
    let (started, id) = after(asked)?;
    let (publication, framework) = (asked.publication(), asked.framework());
    let limit = asked.limit_and_one();
    let rows =
        asked.site.store.incidents_after(publication, framework, filter, (started, &id), limit).await?;
    Ok(asked.part(rows.into_iter().map(Incident).collect(), |i| key(i.0.start, &i.0.id)))
}

/// `/api/incidents`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let body = match filter(&asked) {
        Some(filter) => part(&asked, &filter).await?,
        None => asked.part(Vec::<Incident>::new(), |i| key(i.0.start, &i.0.id)),
    };
    Ok((asked, body))
}

/// `/api/networks/{asn}/incidents`
pub(crate) async fn of_network(asked: Asked) -> Result<(Asked, Body), Problem> {
    let asn = Asn(asked.network().await?.asn);
    let body = part(&asked, &Filter { answers: Some(asn.0), ..Filter::default() }).await?;
    let network = asked.link_to(format!("/api/networks/{asn}"));
    Ok((asked, body.with("network", network)))
}

/// `/api/incidents/{id}`
pub(crate) async fn show(asked: Asked) -> Result<(Asked, Body), Problem> {
    let (publication, framework) = (asked.publication(), asked.framework());
    let Some(row) = asked.site.store.incident(publication, framework, &asked.named).await? else {
        let detail = format!(
            "there is no incident `{}` in {} under framework {framework}",
            asked.named,
            asked.month()
        );
        return Err(Problem::new(problem::UNKNOWN_INCIDENT, detail));
    };
    let events = asked.site.store.events_named(publication, &row.events).await?;
    let network = asked.link_to(format!("/api/networks/{}", Asn(row.network)));
    let mut said = said(&asked, &events).await?;
    let rules = asked.rules()?;
    let whole = |event: store::EventRow| {
        let of_it = said.remove(&event.id).unwrap_or_default();
        let counting = rules.iter().map(|rules| counting(&event, rules)).collect();
        Whole(event, of_it, counting)
    };
    let events = events.into_iter().map(whole).collect();
    let body = asked.one(&Evident(row, events));
    Ok((asked, body.with("network", network)))
}

/// Incidents as CSV, in the columns of the API.
pub(crate) fn csv(rows: Vec<IncidentRow>) -> String {
    let names: Vec<&str> = Incident::item().shapes.iter().map(|shape| shape.name).collect();
    let rows: Vec<_> = rows.into_iter().map(|row| Incident(row).values()).collect();
    super::csv::write(&names, &rows)
}
