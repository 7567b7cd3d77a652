use serde_json::Value;
use store::{MetricRow, NetworkRow, ReadinessRow, ScoreRow};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, objects};
use super::networks::GRADE;
use super::problem::Problem;
use routing::Asn;

/// Everything about one network but its lists.
pub(crate) struct Network {
    network: NetworkRow,
    readiness: Option<ReadinessRow>,
}

impl Resource for Network {
    const NAME: &'static str = "Network";
    const FIELDS: &'static [Field<Self>] = &[
        field("asn", Kind::Asn, "Its AS number.", |n| n.network.asn.into()),
        maybe("name", Kind::Text, "Its name.", |n| n.network.name.as_deref().into()),
        maybe("organisation", Kind::Text, "Who holds it.", |n| n.network.organisation.as_deref().into()),
        field("siblings", Kind::List(&Kind::Asn), "Other networks of the organisation.", |n| {
            n.network.siblings.as_slice().into()
        }),
        maybe("economy", Kind::Text, "Registered economy, ISO 3166-1 alpha-2 or ZZ, EU, AP.", |n| {
            n.network.economy.as_deref().into()
        }),
        maybe("economy_from", Kind::Text, "Where the economy is known from.", |n| {
            n.network.economy_from.as_deref().into()
        }),
        field("registry", Kind::Text, "Its registry, or `registry not loaded`.", |n| {
            n.network.registry.as_str().into()
        }),
        maybe("status", Kind::Text, "Its status in the delegation file.", |n| {
            n.network.status.as_deref().into()
        }),
        maybe("customers", Kind::Integer, "Direct customers, where relationships are loaded.", |n| {
            n.network.customers.into()
        }),
        maybe("aspa_providers", Kind::List(&Kind::Asn), "Providers it authorised in its ASPA.", |n| {
            n.network.aspa_providers.as_deref().map(Value::from).into()
        }),
        field("routes_ipv4", Kind::Integer, "Distinct IPv4 prefixes it originated.", |n| {
            n.network.routes[0].into()
        }),
        field("routes_ipv6", Kind::Integer, "Distinct IPv6 prefixes it originated.", |n| {
            n.network.routes[1].into()
        }),
        field("space_ipv4", Kind::Number, "Their address space in /24, overlap counted once.", |n| {
            n.network.space[0].into()
        }),
        field("space_ipv6", Kind::Number, "Their address space in /48, overlap counted once.", |n| {
            n.network.space[1].into()
        }),
        maybe(
            "rpki",
            Kind::List(&Kind::Object(RpkiCounts::item)),
            "RPKI states of its routes by family.",
            |n| {
                let rows = |counts: [[u64; 3]; 2]| objects(&FAMILIES.map(|i| RpkiCounts(i, counts[i])));
                n.network.rpki.map(rows).into()
            },
        ),
        maybe(
            "irr",
            Kind::List(&Kind::Object(IrrCounts::item)),
            "IRR states of its routes by family.",
            |n| {
                let rows = |counts: [[u64; 4]; 2]| objects(&FAMILIES.map(|i| IrrCounts(i, counts[i])));
                n.network.irr.map(rows).into()
            },
        ),
        field("scores", Kind::List(&Kind::Object(ScoreRow::item)), "Its scores under the framework.", |n| {
            objects(n.readiness.iter().flat_map(|r| &r.scores))
        }),
        field("metrics", Kind::List(&Kind::Object(MetricRow::item)), "What the scores are made of.", |n| {
            objects(n.readiness.iter().flat_map(|r| &r.metrics))
        }),
        maybe("counted_routes_ipv4", Kind::Integer, "IPv4 routes that count for M7.", |n| {
            n.readiness.as_ref().map(|r| r.counted_routes[0]).into()
        }),
        maybe("counted_routes_ipv6", Kind::Integer, "IPv6 routes that count for M7.", |n| {
            n.readiness.as_ref().map(|r| r.counted_routes[1]).into()
        }),
        field("excluded_routes", Kind::Counts, "Routes that do not count, by the reason.", |n| {
            let excluded = n.readiness.iter().flat_map(|r| &r.excluded_routes);
            excluded.map(|(reason, count)| (reason.clone(), Value::from(*count))).collect()
        }),
    ];
}

/// IPv4 and IPv6 as positions in pairs.
const FAMILIES: [usize; 2] = [0, 1];

const FAMILY: Kind = Kind::Word(&["ipv4", "ipv6"]);

fn family(index: usize) -> Value {
    ["ipv4", "ipv6"][index].into()
}

struct RpkiCounts(usize, [u64; 3]);

impl Resource for RpkiCounts {
    const NAME: &'static str = "RpkiCounts";
    const FIELDS: &'static [Field<Self>] = &[
        field("family", FAMILY, "Address family.", |c| family(c.0)),
        field("valid", Kind::Integer, "Valid routes.", |c| c.1[0].into()),
        field("invalid", Kind::Integer, "Invalid routes.", |c| c.1[1].into()),
        field("not_found", Kind::Integer, "Routes without a covering VRP.", |c| c.1[2].into()),
    ];
}

struct IrrCounts(usize, [u64; 4]);

impl Resource for IrrCounts {
    const NAME: &'static str = "IrrCounts";
    const FIELDS: &'static [Field<Self>] = &[
        field("family", FAMILY, "Address family.", |c| family(c.0)),
        field("exact", Kind::Integer, "With a route object of prefix and origin.", |c| c.1[0].into()),
        field("covered", Kind::Integer, "With one of a covering prefix and the origin.", |c| c.1[1].into()),
        field("wrong_origin", Kind::Integer, "With route objects of other origins alone.", |c| c.1[2].into()),
        field("none", Kind::Integer, "Without any.", |c| c.1[3].into()),
    ];
}

impl Resource for ScoreRow {
    const NAME: &'static str = "Score";
    const FIELDS: &'static [Field<Self>] = &[
        field("key", Kind::Text, "Which score.", |s| s.key.as_str().into()),
        maybe("score", Kind::Number, "From 0 to 1; null without data.", |s| s.score.into()),
        maybe("grade", GRADE, "Its grade; null without data.", |s| s.grade.as_deref().into()),
        maybe("unknown", Kind::Text, "Why there is none.", |s| s.unknown.as_deref().into()),
    ];
}

impl Resource for MetricRow {
    const NAME: &'static str = "Metric";
    const FIELDS: &'static [Field<Self>] = &[
        field("metric", Kind::Text, "Its code.", |m| m.metric.as_str().into()),
        maybe("value", Kind::Number, "The raw value; null when unknown.", |m| m.value.into()),
        maybe("unknown", Kind::Text, "Why it is unknown.", |m| m.unknown.as_deref().into()),
        field("because", Kind::Text, "What the value rests on.", |m| m.because.as_str().into()),
    ];
}

/// `/api/networks/{asn}`
pub(crate) async fn show(asked: Asked) -> Result<(Asked, Body), Problem> {
    let network = asked.network().await?;
    let asn = Asn(network.asn);
    let readiness = asked.site.store.readiness(asked.publication(), asked.framework(), asn.0).await?;
    let mut body = asked.one(&Network { network, readiness });
    for list in ["routes", "events", "incidents"] {
        body = body.with(list, asked.link_to(format!("/api/networks/{asn}/{list}")));
    }
    let page = asked.link_to(format!("/network/{asn}"));
    Ok((asked, body.with("page", page)))
}
