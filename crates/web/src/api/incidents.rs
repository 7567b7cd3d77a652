use routing::Asn;
use store::IncidentRow;

use super::answer::Body;
use super::asked::Asked;
use super::events::{after, key};
use super::field::{Field, Kind, Resource, field, maybe, moment, texts};
use super::problem::Problem;

/// An incident.
pub(crate) struct Incident(IncidentRow);

impl Resource for Incident {
    const NAME: &'static str = "Incident";
    const FIELDS: &'static [Field<Self>] = &[
        field("id", Kind::Text, "Stable id.", |i| i.0.id.as_str().into()),
        field("metric", Kind::Text, "The metric it counts for.", |i| i.0.metric.as_str().into()),
        field("network", Kind::Asn, "The network that answers for it.", |i| i.0.network.into()),
        maybe("culprit", Kind::Asn, "The culprit of its events; null when not one and the same.", |i| {
            i.0.culprit.into()
        }),
        field("start", Kind::Moment, "From when.", |i| moment(i.0.start)),
        field("end", Kind::Moment, "Until when; half open.", |i| moment(i.0.end)),
        field("seconds", Kind::Integer, "How long it lasted.", |i| (i.0.end - i.0.start).into()),
        field("weight", Kind::Number, "Weight of the network's part.", |i| i.0.weight.into()),
        field("adds", Kind::Number, "What it adds to the raw value.", |i| i.0.adds.into()),
        field("prefixes", Kind::List(&Kind::Prefix), "Prefixes of its events.", |i| texts(&i.0.prefixes)),
        field("events", Kind::List(&Kind::Text), "Its events, by id.", |i| texts(&i.0.events)),
    ];
}

async fn part(asked: &Asked, asn: Option<Asn>) -> Result<Body, Problem> {
    let (started, id) = after(asked)?;
    let (limit, asn) = (asked.limit_and_one(), asn.map(|asn| asn.0));
    let (publication, framework) = (asked.publication(), asked.framework());
    let rows = asked.site.store.incidents_after(publication, framework, asn, (started, &id), limit).await?;
    Ok(asked.part(rows.into_iter().map(Incident).collect(), |i| key(i.0.start, &i.0.id)))
}

/// `/api/incidents`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let body = part(&asked, None).await?;
    Ok((asked, body))
}

/// `/api/networks/{asn}/incidents`
pub(crate) async fn of_network(asked: Asked) -> Result<(Asked, Body), Problem> {
    let asn = Asn(asked.network().await?.asn);
    let body = part(&asked, Some(asn)).await?;
    let network = asked.link_to(format!("/api/networks/{asn}"));
    Ok((asked, body.with("network", network)))
}
