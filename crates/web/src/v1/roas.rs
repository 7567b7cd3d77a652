//! ROAs: the RPKI states of the routes of a network, and of all networks of an economy.

use lake::RouteRow;
use routing::{Asn, Family};
use serde_json::{Value, json};

use super::answer::Asked;
use super::asns::named;
use super::shape::{Shape, member};
use crate::api::problem::{self, Problem};

fn counts_shape() -> Shape {
    let count = |name, about| member(name, Shape::Integer.or_null(), about);
    Shape::Object(vec![
        member("routes", Shape::Integer, "Distinct prefixes originated."),
        count("valid", "Of them valid; null without VRPs, never 0."),
        count("invalid", "Of them invalid; null without VRPs."),
        count("not_found", "Of them covered by no VRP; null without VRPs."),
    ])
}

fn counts(routes: u64, states: Option<[u64; 3]>) -> Value {
    let state = |index: usize| states.map(|states| states[index]);
    json!({ "routes": routes, "valid": state(0), "invalid": state(1), "not_found": state(2) })
}

pub(crate) fn of_network_shape() -> Shape {
    let route = Shape::Object(vec![
        member("prefix", Shape::Prefix, "The prefix."),
        member(
            "status",
            Shape::Word(&["valid", "invalid", "not-found"]).or_null(),
            "RPKI state (RFC 6811); null without VRPs.",
        ),
        member(
            "reason",
            Shape::Word(&["as", "length", "as0"]).or_null(),
            "Why it is invalid; null where it is not.",
        ),
        member(
            "vrps",
            Shape::Text.list(),
            "VRPs that decided: origin, prefix and the longest length allowed.",
        ),
    ]);
    Shape::Object(vec![
        member("asn", Shape::Asn, "The AS number."),
        member("month", Shape::Month, "The month."),
        member("ipv4", counts_shape(), "IPv4 routes by state."),
        member("ipv6", counts_shape(), "IPv6 routes by state."),
        member("routes", route.list(), "By prefix."),
    ])
}

/// `/v1/roas/asn/{asn}`
pub(crate) async fn of_network(asked: &Asked) -> Result<Value, Problem> {
    let network = named(asked).await?;
    let folder = asked.site.lake.generation(&asked.chosen.edition.head.generation);
    let asn = Asn(network.asn);
    // Columns are decoded outside the threads that answer.
    let read = move || lake::routes(&folder, Some(asn))?.collect::<Result<Vec<RouteRow>, _>>();
    let rows = tokio::task::spawn_blocking(read).await??;
    let route = |row: &RouteRow| {
        let vrps = row.vrps.iter().flat_map(|list| list.split("; "));
        json!({
            "prefix": row.prefix.to_string(),
            "status": row.rpki,
            "reason": row.rpki_reason,
            "vrps": vrps.collect::<Vec<_>>(),
        })
    };
    Ok(json!({
        "asn": network.asn,
        "month": asked.month(),
        "ipv4": tally(&rows, Family::V4),
        "ipv6": tally(&rows, Family::V6),
        "routes": rows.iter().map(route).collect::<Vec<_>>(),
    }))
}

/// States of the routes of a family; unknown as soon as one of them is.
fn tally(rows: &[RouteRow], family: Family) -> Value {
    let of_family = || rows.iter().filter(|row| row.prefix.family() == family);
    let known = of_family().all(|row| row.rpki.is_some());
    let count = |word: &str| of_family().filter(|row| row.rpki.as_deref() == Some(word)).count() as u64;
    counts(of_family().count() as u64, known.then(|| ["valid", "invalid", "not-found"].map(count)))
}

pub(crate) fn of_economy_shape() -> Shape {
    let network = Shape::Object(vec![
        member("asn", Shape::Asn, "The AS number."),
        member("name", Shape::Text.or_null(), "Its name."),
        member("ipv4", counts_shape(), "IPv4 routes by state."),
        member("ipv6", counts_shape(), "IPv6 routes by state."),
    ]);
    Shape::Object(vec![
        member("country", Shape::Text, "The economy."),
        member("month", Shape::Month, "The month."),
        member("ipv4", counts_shape(), "IPv4 routes of all its networks by state."),
        member("ipv6", counts_shape(), "IPv6 routes of all its networks by state."),
        member("asns", network.list(), "By AS number."),
    ])
}

/// `/v1/roas/country/{country}`
pub(crate) async fn of_economy(asked: &Asked) -> Result<Value, Problem> {
    let code = asked.named.to_ascii_uppercase();
    if code.len() != 2 || !code.bytes().all(|octet| octet.is_ascii_uppercase()) {
        let detail =
            format!("`{}` is no country: write the two letters of ISO 3166-1, such as NL", asked.named);
        return Err(Problem::new(problem::MALFORMED_PARAMETER, detail).of("country"));
    }
    let rows = asked.site.store.networks_of_economy(asked.chosen.edition.id, &code).await?;
    if rows.is_empty() {
        let detail = format!("no network of {} is registered in {code}", asked.month());
        return Err(Problem::new(problem::UNKNOWN_ECONOMY, detail));
    }
    let all = |family: usize| {
        let routes = rows.iter().map(|row| row.routes[family]).sum();
        // One network whose states are unknown makes the sums unknown.
        let states = rows.iter().try_fold([0u64; 3], |mut sum, row| {
            sum.iter_mut().zip(row.rpki?[family]).for_each(|(sum, n)| *sum += n);
            Some(sum)
        });
        counts(routes, states)
    };
    let network = |row: &store::NetworkRow| {
        let of = |family: usize| counts(row.routes[family], row.rpki.map(|states| states[family]));
        json!({ "asn": row.asn, "name": row.name, "ipv4": of(0), "ipv6": of(1) })
    };
    Ok(json!({
        "country": code,
        "month": asked.month(),
        "ipv4": all(0),
        "ipv6": all(1),
        "asns": rows.iter().map(network).collect::<Vec<_>>(),
    }))
}
