use store::{ReplayRoute, ReplayRow};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, moment, texts};
use super::problem::{self, Problem};

/// The routes around an event.
pub(crate) struct Replay(ReplayRow);

/// One route with everything resolved to words.
struct Route<'a>(&'a ReplayRow, ReplayRoute);

/// The same, standing alone.
struct RouteItem {
    prefix: String,
    collector: String,
    peer: String,
    peer_asn: u32,
    path_id: u32,
    path: String,
    start: i64,
    end: i64,
    end_because: String,
}

impl Route<'_> {
    fn item(&self) -> RouteItem {
        let Route(row, ReplayRoute(prefix, peer, path, path_id, start, end, because)) = self;
        let (collector, address, asn) = row.peers.get(*peer as usize).cloned().unwrap_or_default();
        let word = |list: &[String], place: usize| list.get(place).cloned().unwrap_or_default();
        RouteItem {
            prefix: word(&row.prefixes, usize::from(*prefix)),
            collector,
            peer: address,
            peer_asn: asn,
            path_id: *path_id,
            path: word(&row.paths, *path as usize),
            start: *start,
            end: *end,
            end_because: word(&row.ends, usize::from(*because)),
        }
    }
}

impl Resource for Replay {
    const NAME: &'static str = "Replay";
    const FIELDS: &'static [Field<Self>] = &[
        field("event", Kind::Text, "The event.", |r| r.0.event.as_str().into()),
        field("prefixes", Kind::List(&Kind::Prefix), "Its prefix, then the one it was taken from.", |r| {
            texts(&r.0.prefixes)
        }),
        field(
            "routes",
            Kind::List(&Kind::Object(RouteItem::item)),
            "By start: first those held as it begins.",
            |r| r.0.routes.iter().map(|route| Route(&r.0, *route).item().object()).collect(),
        ),
        field("held_more", Kind::Integer, "Routes held as it begins that are left out.", |r| {
            r.0.held_more.into()
        }),
        field("changes_more", Kind::Integer, "Later changes that are left out.", |r| r.0.changes_more.into()),
        maybe("until", Kind::Moment, "When the first of these happened; null where none is left out.", |r| {
            r.0.until.map(moment).into()
        }),
    ];
}

impl Resource for RouteItem {
    const NAME: &'static str = "ReplayRoute";
    const FIELDS: &'static [Field<Self>] = &[
        field("prefix", Kind::Prefix, "The prefix.", |r| r.prefix.as_str().into()),
        field("collector", Kind::Text, "The collector.", |r| r.collector.as_str().into()),
        field("peer", Kind::Text, "Address of the peer.", |r| r.peer.as_str().into()),
        field("peer_asn", Kind::Asn, "AS of the peer.", |r| r.peer_asn.into()),
        field("path_id", Kind::Integer, "ADD-PATH identifier; 0 without.", |r| r.path_id.into()),
        field("path", Kind::Text, "The AS path.", |r| r.path.as_str().into()),
        field("start", Kind::Moment, "From when; it may have begun long before the event.", |r| {
            moment(r.start)
        }),
        field("end", Kind::Moment, "Until when; half open.", |r| moment(r.end)),
        field("end_because", Kind::Text, "Why it ends.", |r| r.end_because.as_str().into()),
    ];
}

/// `/api/events/{id}/replay`
pub(crate) async fn show(asked: Asked) -> Result<(Asked, Body), Problem> {
    let (publication, id) = (asked.publication(), asked.named.as_str());
    let row = match asked.site.store.replay(publication, id).await? {
        Some(row) => row,
        // A list's event has no routes around it.
        None if asked.site.store.event(publication, id).await?.is_some() => {
            ReplayRow { event: id.to_owned(), ..ReplayRow::default() }
        }
        None => {
            let detail = format!("there is no event `{id}` in {}", asked.month());
            return Err(Problem::new(problem::UNKNOWN_EVENT, detail));
        }
    };
    let event = asked.link_to(format!("/api/events/{id}"));
    let body = asked.one(&Replay(row));
    Ok((asked, body.with("event", event)))
}
