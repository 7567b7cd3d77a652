use lake::RouteRow;
use routing::{Asn, Prefix};
use serde_json::Value;

use super::answer::Body;
use super::asked::{Asked, Key};
use super::field::{Field, Kind, Resource, field, maybe};
use super::problem::Problem;

/// A route of the month.
pub(crate) struct Route {
    row: RouteRow,
    /// The prefix it was found by.
    found_by: Option<Prefix>,
}

const RPKI: Kind = Kind::Word(&["valid", "invalid", "not-found"]);
const RPKI_REASON: Kind = Kind::Word(&["as", "length", "as0"]);
const IRR: Kind = Kind::Word(&["exact", "covered", "wrong_origin", "none"]);
const RELATION: Kind = Kind::Word(&["covering", "exact", "more_specific"]);

impl Resource for Route {
    const NAME: &'static str = "Route";
    const FIELDS: &'static [Field<Self>] = &[
        field("prefix", Kind::Prefix, "The prefix.", |r| r.row.prefix.to_string().into()),
        maybe("origin", Kind::Asn, "The origin; null when the path ends in an AS_SET.", |r| {
            r.row.origin.map(|origin| origin.0).into()
        }),
        maybe("relation", RELATION, "How it stands to the prefix looked up; null where none was.", |r| {
            r.relation().into()
        }),
        maybe("rpki", RPKI, "RPKI state (RFC 6811); null without VRPs.", |r| r.row.rpki.as_deref().into()),
        maybe("rpki_reason", RPKI_REASON, "Why it is invalid.", |r| r.row.rpki_reason.as_deref().into()),
        field(
            "vrps",
            Kind::List(&Kind::Text),
            "VRPs that decided: origin, prefix and the longest length allowed.",
            |r| decided(r.row.vrps.as_deref()),
        ),
        field(
            "route_objects",
            Kind::List(&Kind::Text),
            "Route objects that decided: origin, prefix and registry.",
            |r| decided(r.row.route_objects.as_deref()),
        ),
        maybe("irr", IRR, "IRR state; null without route objects.", |r| r.row.irr.as_deref().into()),
        maybe("irr_authority", Kind::Text, "The best registry among the objects that decided.", |r| {
            r.row.irr_authority.as_deref().into()
        }),
        field("peers", Kind::Integer, "Distinct peer ASes that showed it.", |r| r.row.peers.into()),
        field("full_feed_peers", Kind::Integer, "Those of them with a full feed.", |r| {
            r.row.full_feed_peers.into()
        }),
        field("first_seen", Kind::Moment, "When it was first shown in the month.", |r| {
            r.row.first_seen.to_string().into()
        }),
        field("last_seen", Kind::Moment, "When it was last shown in the month.", |r| {
            r.row.last_seen.to_string().into()
        }),
        maybe(
            "excluded",
            Kind::Text,
            "Why it does not count for M7 under the month's first framework.",
            |r| r.row.excluded.as_deref().into(),
        ),
    ];
}

/// What decided, one by one.
fn decided(list: Option<&str>) -> Value {
    list.into_iter().flat_map(|list| list.split("; ")).map(Value::from).collect()
}

impl Route {
    fn relation(&self) -> Option<&'static str> {
        let asked = self.found_by?;
        Some(if self.row.prefix == asked {
            "exact"
        } else if self.row.prefix.contains(&asked) {
            "covering"
        } else {
            "more_specific"
        })
    }

    fn key(&self) -> Key {
        let origin = self.row.origin.map_or_else(|| "-".to_owned(), |origin| origin.0.to_string());
        format!("{} {origin}", self.row.prefix)
    }
}

/// The route that a key names.
fn named(asked: &Asked, key: &str) -> Result<(Prefix, Option<Asn>), Problem> {
    let read = || {
        let (prefix, origin) = key.split_once(' ')?;
        let origin = if origin == "-" { None } else { Some(origin.parse().ok()?) };
        Some((prefix.parse().ok()?, origin))
    };
    read().ok_or_else(|| asked.lost())
}

/// `/api/networks/{asn}/routes`
pub(crate) async fn of_network(asked: Asked) -> Result<(Asked, Body), Problem> {
    let asn = Asn(asked.network().await?.asn);
    let after = asked.after()?.map(|key| named(&asked, &key)).transpose()?.map(|(prefix, _)| prefix);
    let folder = asked.site.lake.generation(&asked.chosen.edition.head.generation);
    let wanted = asked.limit + 1;
    // Columns are decoded outside the threads that answer.
    let read = move || {
        let rows = lake::routes(&folder, Some(asn))?;
        let rows = rows.filter(|row| row.as_ref().map_or(true, |row| after.is_none_or(|a| row.prefix > a)));
        rows.take(wanted).collect::<Result<Vec<_>, _>>()
    };
    let rows = tokio::task::spawn_blocking(read).await??;
    let rows = rows.into_iter().map(|row| Route { row, found_by: None });
    let body = asked.part(rows.collect(), Route::key);
    let network = asked.link_to(format!("/api/networks/{asn}"));
    Ok((asked, body.with("network", network)))
}

/// `/api/routes` and `/api/prefixes/{prefix}/routes`
pub(crate) async fn of_prefix(asked: Asked) -> Result<(Asked, Body), Problem> {
    let prefix = asked.prefix()?;
    let after = asked.after()?.map(|key| named(&asked, &key)).transpose()?;
    let folder = asked.site.lake.generation(&asked.chosen.edition.head.generation);
    let wanted = asked.limit + 1;
    let read = move || lake::routes_of_prefix(&folder, prefix, after, wanted);
    let rows = tokio::task::spawn_blocking(read).await??;
    let rows = rows.into_iter().map(|row| Route { row, found_by: Some(prefix) });
    let body = asked.part(rows.collect(), Route::key);
    Ok((asked, body))
}
