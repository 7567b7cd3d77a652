use store::{OpinionFilter, OpinionMatchRow, OpinionRow};

use super::answer::Body;
use super::asked::Asked;
use super::events::{after, key};
use super::field::{Field, Kind, Resource, field, maybe, moment, numbers, objects, texts};
use super::parameter;
use super::problem::Problem;

/// What a third party says happened.
pub(crate) struct Opinion(pub(super) OpinionRow);

struct Detail(String, String);

impl Resource for Opinion {
    const NAME: &'static str = "Opinion";
    const FIELDS: &'static [Field<Self>] = &[
        field("id", Kind::Text, "The publisher's id, led by the publisher's code.", |o| {
            o.0.id.as_str().into()
        }),
        field("publisher", Kind::Text, "Who says so.", |o| o.0.publisher.as_str().into()),
        field("source", Kind::Text, "The source it was read from.", |o| o.0.source.as_str().into()),
        field("claim", Kind::Word(&["hijack", "path", "leak"]), "What is claimed.", |o| {
            o.0.claim.as_str().into()
        }),
        field("called", Kind::Text, "The publisher's own word.", |o| o.0.called.as_str().into()),
        field("start", Kind::Moment, "From when.", |o| moment(o.0.start)),
        maybe("end", Kind::Moment, "Until when; null where the publisher does not say.", |o| {
            o.0.end.map(moment).into()
        }),
        field("culprits", Kind::List(&Kind::Asn), "Whom the publisher holds to have done it.", |o| {
            numbers(&o.0.culprits)
        }),
        field("victims", Kind::List(&Kind::Asn), "Whose it was, as the publisher says.", |o| {
            numbers(&o.0.victims)
        }),
        field("prefixes", Kind::List(&Kind::Prefix), "Prefixes, up to a thousand.", |o| texts(&o.0.prefixes)),
        field("prefixes_all", Kind::Integer, "How many prefixes the publisher counts.", |o| {
            o.0.prefixes_all.into()
        }),
        maybe("suspicion", Kind::Integer, "0 to 100; null where the publisher does not say.", |o| {
            o.0.suspicion.into()
        }),
        maybe("confidence", Kind::Integer, "0 to 100; null where the publisher does not say.", |o| {
            o.0.confidence.into()
        }),
        field("tags", Kind::List(&Kind::Text), "The publisher's tags.", |o| texts(&o.0.tags)),
        field("details", Kind::List(&Kind::Object(Detail::item)), "What else the publisher says.", |o| {
            o.0.details.iter().map(|(name, text)| Detail(name.clone(), text.clone()).object()).collect()
        }),
        field(
            "events",
            Kind::List(&Kind::Object(OpinionMatchRow::item)),
            "Events of ours that it tells of.",
            |o| objects(&o.0.events),
        ),
    ];
}

impl Resource for Detail {
    const NAME: &'static str = "OpinionDetail";
    const FIELDS: &'static [Field<Self>] = &[
        field("name", Kind::Text, "What it is about.", |d| d.0.as_str().into()),
        field("text", Kind::Text, "What the publisher says.", |d| d.1.as_str().into()),
    ];
}

impl Resource for OpinionMatchRow {
    const NAME: &'static str = "OpinionMatch";
    const FIELDS: &'static [Field<Self>] = &[
        field("event", Kind::Text, "The event, by id.", |m| m.event.as_str().into()),
        field("kind", Kind::Text, "Its kind.", |m| m.kind.as_str().into()),
        field("verdict", Kind::Word(&parameter::VERDICTS), "Our verdict of it.", |m| {
            m.verdict.as_str().into()
        }),
        field("same_prefix", Kind::Boolean, "About a prefix in common.", |m| m.same_prefix.into()),
        maybe("same_culprit", Kind::Boolean, "Of the same culprit; null where they or we name none.", |m| {
            m.same_culprit.into()
        }),
        field("same_kind", Kind::Boolean, "Of the same kind of thing.", |m| m.same_kind.into()),
    ];
}

/// `/api/opinions`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let (started, id) = after(&asked)?;
    let network = asked.value(&parameter::NAMED);
    let filter = OpinionFilter {
        network: network.and_then(|text| parameter::asn(text).ok()).map(|asn| asn.0),
        matched: asked.value(&parameter::SEEN).map(|seen| seen == "true"),
    };
    let (publication, limit) = (asked.publication(), asked.limit_and_one());
    let rows = asked.site.store.opinions_after(publication, &filter, (started, &id), limit).await?;
    let body = asked.part(rows.into_iter().map(Opinion).collect(), |o| key(o.0.start, &o.0.id));
    Ok((asked, body))
}
