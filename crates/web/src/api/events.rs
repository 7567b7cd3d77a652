use std::collections::BTreeMap;

use routing::Asn;
use serde_json::Value;
use store::{EventRow, Filter, OpinionRow, SightingRow};

use super::answer::Body;
use super::asked::{Asked, Key};
use super::field::{Field, Kind, Resource, field, maybe, moment, numbers, objects, texts};
use super::opinions::Opinion;
use super::parameter::VERDICTS;
use super::problem::{self, Problem};
use super::tree::Tree;
use crate::counting::{Counting, counting};
use crate::exchange::stix as bundles;
use crate::told::{Told, tell};

/// An event of a list.
pub(crate) struct Event(EventRow);

/// An event with its evidence and what others say of it.
pub(crate) struct Whole(pub(super) EventRow, pub(super) Vec<OpinionRow>, pub(super) Vec<Counting>);

/// The fields that an event has in a list and alone; its accomplices are shown in two ways.
macro_rules! event_fields {
    ($accomplices:expr $(, $more:expr)*) => {
        &[
            field("id", Kind::Text, "Stable id.", |e| e.0.id.as_str().into()),
            field("kind", Kind::Text, "Kind, such as bogon_prefix.", |e| e.0.kind.as_str().into()),
            field("verdict", Kind::Word(&VERDICTS), "What it was judged to be.", |e| e.0.verdict.as_str().into()),
            field("reason", Kind::Text, "Code of the reason for the verdict.", |e| e.0.reason.as_str().into()),
            maybe("likely_cause", Kind::Text, "What it looks like, such as typo; null when nothing points anywhere.", |e| {
                e.0.likely_cause.as_deref().into()
            }),
            field("confidence", Kind::Integer, "How sure the verdict is, 0 to 100.", |e| e.0.confidence.into()),
            maybe("class", Kind::Text, "Bogon class: full or administrative; null of what is no bogon.", |e| {
                Some(e.0.class.as_str()).filter(|class| !class.is_empty()).into()
            }),
            maybe("culprit", Kind::Asn, "Who caused it; null when unknown.", |e| e.0.culprit.into()),
            maybe("economy", Kind::Text, "The culprit's economy; null when not known.", |e| {
                e.0.economy.as_deref().into()
            }),
            $accomplices,
            field("victims", Kind::List(&Kind::Asn), "Whose space or routes it took.", |e| numbers(&e.0.victims)),
            field("prefix", Kind::Prefix, "The prefix.", |e| e.0.prefix.as_str().into()),
            maybe("related", Kind::Prefix, "The prefix it was taken from, where that is another one.", |e| {
                e.0.related.as_deref().into()
            }),
            maybe("leak_type", Kind::Integer, "Which of RFC 7908's types a leak is.", |e| e.0.leak_type.into()),
            maybe("leaked_from", Kind::Asn, "From whom the leaker had the route, where that is seen.", |e| {
                e.0.leak_between.0.into()
            }),
            maybe("leaked_to", Kind::Asn, "To whom it passed it on, where that is seen.", |e| {
                e.0.leak_between.1.into()
            }),
            maybe("bogon_asn", Kind::Asn, "The AS number nobody may use.", |e| e.0.bogon_asn.into()),
            field("start", Kind::Moment, "From when, inside the month.", |e| moment(e.0.start)),
            field("end", Kind::Moment, "Until when, inside the month; half open.", |e| moment(e.0.end)),
            maybe("began_at", Kind::Moment, "When it began, where that was before the month.", |e| {
                e.0.began.as_ref().map(|began| moment(began.at)).into()
            }),
            maybe("began_as", Kind::Text, "The id of the event in the month before that it goes on from.", |e| {
                e.0.began.as_ref().map(|began| began.event.as_str()).into()
            }),
            field("ongoing", Kind::Boolean, "Still seen as the data or the month ended.", |e| {
                e.0.ongoing.into()
            }),
            maybe("end_unknown", Kind::Text, "Why nobody knows when it ended, where it was not seen to the end: data_gap, table_only or lone_table.", |e| {
                e.0.end_unknown.as_deref().into()
            }),
            field("estimated", Kind::Boolean, "Start or end rests on tables or a daily list alone.", |e| {
                e.0.estimated.into()
            }),
            field("peers", Kind::Integer, "Distinct peer ASes that showed it.", |e| e.0.peers.into()),
            field("collectors", Kind::List(&Kind::Text), "Collectors that saw it.", |e| {
                texts(&e.0.collectors)
            }),
            field("credits", Kind::List(&Kind::Asn), "Full-feed peers beside those who carried it, not seen passing it.", |e| {
                numbers(&e.0.credits)
            }),
            field("dismissed_by", Kind::List(&Kind::Text), "Registrations that dismiss it where nothing else explains it: rpki, irr.", |e| {
                texts(&e.0.dismissed_by)
            }),
            maybe("story", Kind::Text, "The story it is a part of: the id of the story's first event.", |e| {
                e.0.story.as_deref().into()
            }),
            field("rule", Kind::Text, "The rule that made it an event.", |e| e.0.rule.as_str().into()),
            field("rule_source", Kind::Text, "Where the deciding entry comes from.", |e| {
                e.0.rule_source.as_str().into()
            }),
            $($more,)*
        ]
    };
}

impl Resource for Event {
    const NAME: &'static str = "Event";
    const FIELDS: &'static [Field<Self>] =
        event_fields!(field("accomplices", Kind::List(&Kind::Asn), "Who passed it on.", |e| {
            e.0.accomplices.iter().map(|(asn, _)| Value::from(*asn)).collect()
        }));
}

impl Resource for Whole {
    const NAME: &'static str = "EventWithEvidence";
    const FIELDS: &'static [Field<Self>] = event_fields!(
        field("accomplices", Kind::List(&Kind::Object(Accomplice::item)), "Who passed it on.", |e| {
            let row = |&(asn, distance): &(u32, u16)| Accomplice { asn, distance };
            objects(&e.0.accomplices.iter().map(row).collect::<Vec<_>>())
        }),
        field("sightings", Kind::List(&Kind::Object(SightingRow::item)), "Its first sightings.", |e| {
            objects(&e.0.sightings)
        }),
        field("told", Kind::Object(Told::item), "It and its verdict tree in plain sentences.", |e| tell(
            &e.0
        )
        .object()),
        field(
            "counting",
            Kind::List(&Kind::Object(Counting::item)),
            "What every framework of the month makes of it.",
            |e| objects(&e.2)
        ),
        field("tree", Kind::Object(Tree::item), "Its verdict tree.", |e| Tree(e.0.tree.clone()).object()),
        field(
            "others_say",
            Kind::List(&Kind::Object(Opinion::item)),
            "Third parties' events that tell of it.",
            |e| { e.1.iter().map(|row| Opinion(row.clone()).object()).collect() }
        )
    );
}

impl Resource for Counting {
    const NAME: &'static str = "Counting";
    const FIELDS: &'static [Field<Self>] = &[
        field("framework", Kind::Text, "Id of the framework.", |c| c.framework.as_str().into()),
        field(
            "metrics",
            Kind::List(&Kind::Text),
            "The metrics it counts for: the culprit's, and that of those who passed it on.",
            |c| c.metrics.iter().map(|metric| Value::from(metric.code())).collect(),
        ),
        field("because", Kind::Text, "Why, in a sentence.", |c| c.because.as_str().into()),
    ];
}

struct Accomplice {
    asn: u32,
    distance: u16,
}

impl Resource for Accomplice {
    const NAME: &'static str = "Accomplice";
    const FIELDS: &'static [Field<Self>] = &[
        field("asn", Kind::Asn, "Its AS number.", |a| a.asn.into()),
        field(
            "distance",
            Kind::Integer,
            "Networks from the culprit to it; 1 is the culprit's neighbour.",
            |a| a.distance.into(),
        ),
    ];
}

impl Resource for SightingRow {
    const NAME: &'static str = "Sighting";
    const FIELDS: &'static [Field<Self>] = &[
        field("collector", Kind::Text, "The collector.", |s| s.collector.as_str().into()),
        field("peer", Kind::Text, "Address of the peer.", |s| s.peer.as_str().into()),
        field("peer_asn", Kind::Asn, "AS of the peer.", |s| s.peer_asn.into()),
        field("path", Kind::Text, "The AS path.", |s| s.path.as_str().into()),
        field("start", Kind::Moment, "From when.", |s| moment(s.start)),
        field("end", Kind::Moment, "Until when; half open.", |s| moment(s.end)),
        field("end_because", Kind::Text, "Why it ends.", |s| s.end_because.as_str().into()),
        field("file", Kind::Text, "SHA-256 of the file whose record showed it.", |s| s.file.as_str().into()),
        field("offset", Kind::Integer, "Byte offset of the record in the decompressed file.", |s| {
            s.offset.into()
        }),
    ];
}

/// The place in an order by time and id.
pub(super) fn key(started: i64, id: &str) -> Key {
    format!("{started} {id}")
}

/// What the part asked for comes after, in an order by time and id.
pub(super) fn after(asked: &Asked) -> Result<(i64, String), Problem> {
    let Some(key) = asked.after()? else { return Ok((i64::MIN, String::new())) };
    let read = key.split_once(' ').and_then(|(started, id)| Some((started.parse().ok()?, id.to_owned())));
    read.ok_or_else(|| asked.lost())
}

fn body(asked: &Asked, rows: Vec<EventRow>) -> Body {
    asked.part(rows.into_iter().map(Event).collect(), |e| key(e.0.start, &e.0.id))
}

/// `/api/events`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let (started, id) = after(&asked)?;
    let (publication, limit) = (asked.publication(), asked.limit_and_one());
    let rows = asked.site.store.events_after(publication, &asked.filter(), (started, &id), limit).await?;
    let body = body(&asked, rows);
    Ok((asked, body))
}

/// `/api/networks/{asn}/events`
pub(crate) async fn of_network(asked: Asked) -> Result<(Asked, Body), Problem> {
    let asn = Asn(asked.network().await?.asn);
    let (started, id) = after(&asked)?;
    let (publication, limit) = (asked.publication(), asked.limit_and_one());
    let rows = asked.site.store.events_of_after(publication, asn.0, (started, &id), limit).await?;
    let body = body(&asked, rows);
    let network = asked.link_to(format!("/api/networks/{asn}"));
    Ok((asked, body.with("network", network)))
}

/// `/api/events/{id}`
pub(crate) async fn show(asked: Asked) -> Result<(Asked, Body), Problem> {
    let Some(row) = asked.site.store.event(asked.publication(), &asked.named).await? else {
        let detail = format!("there is no event `{}` in {}", asked.named, asked.month());
        return Err(Problem::new(problem::UNKNOWN_EVENT, detail));
    };
    let culprit = row.culprit.map(|asn| asked.link_to(format!("/api/networks/{}", Asn(asn))));
    let said = said(&asked, std::slice::from_ref(&row)).await?.remove(&row.id).unwrap_or_default();
    let counting = asked.rules()?.iter().map(|rules| counting(&row, rules)).collect();
    let mut body = asked.one(&Whole(row, said, counting));
    body.links.extend(culprit.map(|link| ("culprit", link)));
    Ok((asked, body))
}

/// Opinions read of one answer's events.
const SAID_MAX: i64 = 1_000;

/// What others say of each event.
pub(super) async fn said(
    asked: &Asked,
    events: &[EventRow],
) -> Result<BTreeMap<String, Vec<OpinionRow>>, Problem> {
    let ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
    let said = asked.site.store.opinions_of_events(asked.publication(), &ids, SAID_MAX).await?;
    let mut of_event: BTreeMap<String, Vec<OpinionRow>> = BTreeMap::new();
    for row in said {
        for event in row.events.iter().map(|event| event.event.clone()).filter(|event| ids.contains(event)) {
            of_event.entry(event).or_default().push(row.clone());
        }
    }
    Ok(of_event)
}

/// Events that one bundle is made of.
const BUNDLED_MAX: i64 = 20_000;

/// `/api/incidents.stix`
pub(crate) async fn stix(asked: Asked) -> Result<String, Problem> {
    let filter = Filter { verdict: Some("incident".to_owned()), ..asked.filter() };
    let wanted = BUNDLED_MAX + 1;
    let events = asked.site.store.events_after(asked.publication(), &filter, (i64::MIN, ""), wanted).await?;
    if events.len() as i64 > BUNDLED_MAX {
        let detail = format!(
            "one bundle holds at most {BUNDLED_MAX} events: narrow it by time, kind, economy, network or prefix"
        );
        return Err(Problem::new(problem::MALFORMED_QUERY, detail));
    }
    Ok(format!("{}\n", bundles::bundle(&events, asked.chosen.edition.head.published_at)))
}

/// Events as CSV, in the columns of the API.
pub(crate) fn csv(rows: Vec<EventRow>) -> String {
    let names: Vec<&str> = Event::item().shapes.iter().map(|shape| shape.name).collect();
    let rows: Vec<_> = rows.into_iter().map(|row| Event(row).values()).collect();
    super::csv::write(&names, &rows)
}
