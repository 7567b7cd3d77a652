use std::collections::BTreeMap;

use store::{ReplayRoute, ReplayRow, ReplayStates};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, moment, texts};
use super::problem::{self, Problem};
use crate::replay::registered::skew_days;

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
        field(
            "registered",
            Kind::List(&Kind::Object(Judging::item)),
            "What was registered for them, by the snapshots that held at each moment: those of VRPs, then those of \
             route objects, each kind by time.",
            |r| judging(&r.0).iter().map(Resource::object).collect(),
        ),
        maybe("rpki_unknown", Kind::Text, "Why no RPKI states are known; null where some are.", |r| {
            unknown(&r.0.rpki).into()
        }),
        maybe("irr_unknown", Kind::Text, "Why no IRR states are known; null where some are.", |r| {
            unknown(&r.0.irr).into()
        }),
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

/// A snapshot that judges a replay from a moment on.
struct Judging {
    what: &'static str,
    label: String,
    as_of: i64,
    from: i64,
    states: Vec<Judged>,
}

/// A state of a prefix and origin.
struct Judged {
    prefix: String,
    origin: Option<u32>,
    state: Option<String>,
}

/// Datasets that judge.
const DATASETS: [&str; 2] = ["vrps", "route_objects"];

fn judging(row: &ReplayRow) -> Vec<Judging> {
    let mut out = Vec::new();
    for (what, all) in DATASETS.into_iter().zip([&row.rpki, &row.irr]) {
        let mut states = BTreeMap::new();
        let mut unread = all.states.iter().peekable();
        for (place, (from, as_of, label)) in (0u16..).zip(&all.snapshots) {
            while let Some((_, prefix, origin, state)) = unread.next_if(|state| state.0 <= place) {
                states.insert((*prefix, *origin), state);
            }
            let judged = states.iter().map(|((prefix, origin), state)| Judged {
                prefix: row.prefixes.get(usize::from(*prefix)).cloned().unwrap_or_default(),
                origin: *origin,
                state: (*state).clone(),
            });
            let judged = judged.collect();
            out.push(Judging { what, label: label.clone(), as_of: *as_of, from: *from, states: judged });
        }
    }
    out
}

fn unknown(states: &ReplayStates) -> Option<String> {
    match (&states.unknown, states.snapshots.as_slice()) {
        (Some(why), _) => Some(why.clone()),
        (None, []) => Some("this edition was made before replays kept it".to_owned()),
        (None, _) => None,
    }
}

impl Resource for Judging {
    const NAME: &'static str = "ReplayRegistered";
    const FIELDS: &'static [Field<Self>] = &[
        field("what", Kind::Word(&DATASETS), "The dataset.", |r| r.what.into()),
        field("label", Kind::Text, "The snapshot, for a reader.", |r| r.label.as_str().into()),
        field("as_of", Kind::Moment, "The moment it speaks of.", |r| moment(r.as_of)),
        field("from", Kind::Moment, "From when on it judges, until the next one of its dataset does.", |r| {
            moment(r.from)
        }),
        field(
            "skew_days",
            Kind::Integer,
            "Whole days between the moment it speaks of and the first that it judges.",
            |r| skew_days(r.as_of, r.from).into(),
        ),
        field(
            "newer",
            Kind::Boolean,
            "True where it is newer than the first moment that it judges, for want of an older one.",
            |r| (r.as_of > r.from).into(),
        ),
        field("states", Kind::List(&Kind::Object(Judged::item)), "What it says.", |r| {
            r.states.iter().map(Resource::object).collect()
        }),
    ];
}

impl Resource for Judged {
    const NAME: &'static str = "ReplayState";
    const FIELDS: &'static [Field<Self>] = &[
        field("prefix", Kind::Prefix, "The prefix.", |r| r.prefix.as_str().into()),
        maybe("origin", Kind::Asn, "The origin; null behind an AS_SET.", |r| r.origin.into()),
        maybe("state", Kind::Text, "RPKI or IRR state in words; null where the snapshot cannot tell.", |r| {
            r.state.as_deref().into()
        }),
    ];
}

/// `/api/events/{id}/replay`
pub(crate) async fn show(asked: Asked) -> Result<(Asked, Body), Problem> {
    let (publication, id) = (asked.publication(), asked.named.as_str());
    let row = match asked.site.store.replay(publication, id).await? {
        Some(row) => row,
        // A list's event has no routes around it.
        None if asked.site.store.event(publication, id).await?.is_some() => {
            let none = || ReplayStates {
                unknown: Some("it comes from a list, and no routes around it are kept".to_owned()),
                ..ReplayStates::default()
            };
            ReplayRow { event: id.to_owned(), rpki: none(), irr: none(), ..ReplayRow::default() }
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
