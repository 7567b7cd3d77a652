//! The questions there are.

use std::pin::Pin;

use serde_json::Value;

use super::answer::Asked;
use super::shape::Shape;
use super::{asns, conformance, roas};
use crate::api::problem::Problem;

/// How a question is answered.
pub(crate) type Run =
    for<'a> fn(&'a Asked) -> Pin<Box<dyn Future<Output = Result<Value, Problem>> + Send + 'a>>;

/// One question.
pub(crate) struct Question {
    pub(crate) id: &'static str,
    pub(crate) path: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) about: &'static str,
    /// What the path names: its meaning and an example.
    pub(crate) named: Option<(&'static str, &'static str)>,
    pub(crate) shape: fn() -> Shape,
    /// The member whose elements are the rows of CSV; `None`: the object is the one row.
    pub(crate) rows: Option<&'static str>,
    /// Name of the one column where rows are no objects.
    pub(crate) column: &'static str,
    pub(crate) run: Run,
}

const fn conformance_of(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    shape: fn() -> Shape,
    run: Run,
) -> Question {
    Question {
        id,
        path,
        summary,
        about: "Participants with what their programme's list states of them, and the scores that are published.",
        named: None,
        shape,
        rows: Some("participants"),
        column: "",
        run,
    }
}

const ASN: (&str, &str) = ("AS number: `64500` or `AS64500`.", "64500");

/// Every question, in the order of the documentation.
pub(crate) static QUESTIONS: [Question; 9] = [
    conformance_of(
        "net_ops",
        "/v1/conformance/net-ops",
        "Network operators",
        || conformance::shape("network-operators"),
        |asked| Box::pin(conformance::list(asked, "network-operators")),
    ),
    conformance_of(
        "ixps",
        "/v1/conformance/ixps",
        "Internet exchange points",
        || conformance::shape("ixps"),
        |asked| Box::pin(conformance::list(asked, "ixps")),
    ),
    conformance_of(
        "cdns",
        "/v1/conformance/cdns",
        "CDN and cloud providers",
        || conformance::shape("cdns-and-clouds"),
        |asked| Box::pin(conformance::list(asked, "cdns-and-clouds")),
    ),
    conformance_of(
        "vendors",
        "/v1/conformance/vendors",
        "Equipment vendors",
        || conformance::shape("equipment-vendors"),
        |asked| Box::pin(conformance::list(asked, "equipment-vendors")),
    ),
    Question {
        id: "asns",
        path: "/v1/asns",
        summary: "AS numbers of participants",
        about: "AS numbers of the participants of every programme, each once.",
        named: None,
        shape: asns::list_shape,
        rows: Some("asns"),
        column: "asn",
        run: |asked| Box::pin(asns::list(asked)),
    },
    Question {
        id: "asns_info",
        path: "/v1/asns/info",
        summary: "All AS numbers",
        about: "Every network of the month: delegated by a registry loaded, or origin of a route seen.",
        named: None,
        shape: asns::info_shape,
        rows: Some("asns"),
        column: "",
        run: |asked| Box::pin(asns::info(asked)),
    },
    Question {
        id: "asn_info",
        path: "/v1/asns/info/{asn}",
        summary: "One AS number",
        about: "A network of the month.",
        named: Some(ASN),
        shape: asns::one_shape,
        rows: None,
        column: "",
        run: |asked| Box::pin(asns::one(asked)),
    },
    Question {
        id: "roas_asn",
        path: "/v1/roas/asn/{asn}",
        summary: "ROAs by AS number",
        about: "The routes that a network originated in the month with their RPKI states (RFC 6811) and the VRPs that \
                decided.",
        named: Some(ASN),
        shape: roas::of_network_shape,
        rows: Some("routes"),
        column: "",
        run: |asked| Box::pin(roas::of_network(asked)),
    },
    Question {
        id: "roas_country",
        path: "/v1/roas/country/{country}",
        summary: "ROAs by country",
        about: "How many routes of the networks registered in an economy are in each RPKI state, all together and by \
                network.",
        named: Some(("ISO 3166-1 alpha-2 code, or ZZ, EU, AP.", "NL")),
        shape: roas::of_economy_shape,
        rows: Some("asns"),
        column: "",
        run: |asked| Box::pin(roas::of_economy(asked)),
    },
];
