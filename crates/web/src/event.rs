pub(crate) mod page;

use detect::{EventKind, Reason};
use measure::framework::Framework;
use routing::{Asn, Prefix};
use store::{EventRow, SightingRow};

use crate::counting::{Counting, counting};
use crate::edition::Chosen;
use crate::format::{Digest, Lasting, Moment, counted};
use crate::link::Link;
use crate::told::{Told, between, end_unknown, tell};

/// How many networks of one part in an event are named with it.
const NETWORKS_NAMED_MAX: usize = 12;

/// An event as a page tells it.
pub(crate) struct EventItem {
    pub(crate) id: String,
    pub(crate) link: Link,
    pub(crate) kind: &'static str,
    pub(crate) class: String,
    pub(crate) verdict: String,
    /// What the culprit did, to follow its name.
    pub(crate) did: &'static str,
    /// It and its verdict tree in sentences.
    pub(crate) told: Told,
    pub(crate) culprit: Option<Network>,
    pub(crate) victims: Vec<Asn>,
    pub(crate) victims_more: usize,
    /// Not seen passing it on.
    pub(crate) credits: Vec<Asn>,
    pub(crate) credits_more: usize,
    /// The prefix it was taken from.
    pub(crate) related: Option<String>,
    pub(crate) prefix: String,
    /// The prefix's own page.
    pub(crate) prefix_link: Option<Link>,
    pub(crate) bogon_asn: Option<Asn>,
    pub(crate) is_bogon_asn: bool,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    pub(crate) lasting: Lasting,
    pub(crate) ongoing: bool,
    /// Why nobody knows when it ended.
    pub(crate) end_unknown: Option<&'static str>,
    /// Title and meaning of what decided the verdict.
    pub(crate) reason: Option<(&'static str, &'static str)>,
    pub(crate) confidence: u8,
    /// From whom a leaker had the route, and to whom it passed it on.
    pub(crate) between: Option<String>,
    /// Since when it goes on, with the event of the month before.
    pub(crate) began: Option<(Moment, Link)>,
    pub(crate) estimated: bool,
    pub(crate) rule: String,
    pub(crate) rule_source: String,
    pub(crate) peers: String,
    pub(crate) collectors: String,
    pub(crate) accomplices: Vec<(Network, u16)>,
    pub(crate) accomplices_more: usize,
    pub(crate) sightings: Vec<Sighting>,
    /// The part of the network whose page it is: `culprit`, `accomplice at distance 2`, or empty.
    pub(crate) part: String,
    /// What each framework makes of an event that registrations dismiss.
    pub(crate) counting: Vec<Counting>,
}

/// A network with the address of its page.
pub(crate) struct Network {
    pub(crate) asn: Asn,
    pub(crate) link: Link,
}

/// One peer's route that showed it.
pub(crate) struct Sighting {
    pub(crate) collector: String,
    pub(crate) peer: String,
    pub(crate) peer_asn: Asn,
    pub(crate) path: String,
    pub(crate) start: Moment,
    pub(crate) end: Moment,
    pub(crate) end_because: String,
    pub(crate) file: Digest,
    pub(crate) offset: u64,
    /// The record itself.
    pub(crate) record: Link,
}

impl Network {
    pub(crate) fn new(chosen: &Chosen, asn: u32) -> Network {
        let asn = Asn(asn);
        Network { asn, link: chosen.link_to(format!("/network/{asn}")) }
    }
}

impl EventItem {
    /// The same, with what each of some frameworks makes of it where registrations dismiss it.
    pub(crate) fn under(rules: &[Framework], chosen: &Chosen, row: EventRow, of: Option<Asn>) -> EventItem {
        let asked = rules.iter().filter(|_| !row.dismissed_by.is_empty());
        let counting = asked.map(|rules| counting(&row, rules)).collect();
        EventItem { counting, ..EventItem::new(chosen, row, of) }
    }

    /// An event as the page of a network tells it, or of no network in particular.
    pub(crate) fn new(chosen: &Chosen, row: EventRow, of: Option<Asn>) -> EventItem {
        let part = of.map(|of| match row.accomplices.iter().find(|(asn, _)| *asn == of.0) {
            _ if row.culprit == Some(of.0) => "culprit".to_owned(),
            Some((_, distance)) => format!("accomplice at distance {distance}"),
            None if row.victims.contains(&of.0) => "victim".to_owned(),
            None => String::new(),
        });
        let (told, end_unknown, between) = (tell(&row), end_unknown(&row), between(&row));
        // Named only: whether the month knows them, a row does not say.
        let networks =
            |asns: &[u32]| -> Vec<Asn> { asns.iter().take(NETWORKS_NAMED_MAX).copied().map(Asn).collect() };
        let named = row.accomplices.iter().take(NETWORKS_NAMED_MAX);
        EventItem {
            link: chosen.link_to(format!("/event/{}", row.id)),
            kind: kind_words(&row.kind),
            did: did_words(&row),
            told,
            victims: networks(&row.victims),
            victims_more: row.victims.len().saturating_sub(NETWORKS_NAMED_MAX),
            credits: networks(&row.credits),
            credits_more: row.credits.len().saturating_sub(NETWORKS_NAMED_MAX),
            is_bogon_asn: row.kind == "bogon_asn",
            culprit: row.culprit.map(|asn| Network::new(chosen, asn)),
            bogon_asn: row.bogon_asn.map(Asn),
            start: Moment(row.start),
            end: Moment(row.end),
            lasting: Lasting(row.end.saturating_sub(row.start)),
            peers: match row.peers {
                0 => "named by a daily list".to_owned(),
                peers => format!("shown by {}", counted(peers.into(), "peer AS", "peer ASes")),
            },
            accomplices: named.map(|(asn, distance)| (Network::new(chosen, *asn), *distance)).collect(),
            accomplices_more: row.accomplices.len().saturating_sub(NETWORKS_NAMED_MAX),
            sightings: row.sightings.into_iter().map(|row| Sighting::new(chosen, row)).collect(),
            collectors: match &row.collectors[..] {
                [] => "no collector named".to_owned(),
                some => some.join(", "),
            },
            part: part.unwrap_or_default(),
            counting: Vec::new(),
            began: row.began.map(|began| {
                let link = Link::to(format!("/event/{}", began.event)).with("month", &began.month);
                (Moment(began.at), link)
            }),
            id: row.id,
            class: row.class,
            verdict: row.verdict,
            related: row.related,
            prefix_link: prefix_link(chosen, &row.prefix),
            prefix: row.prefix,
            ongoing: row.ongoing,
            end_unknown,
            reason: row
                .reason
                .parse::<Reason>()
                .ok()
                .map(|reason| (reason.row().title, reason.row().meaning)),
            confidence: row.confidence,
            between,
            estimated: row.estimated,
            rule: row.rule,
            rule_source: row.rule_source,
        }
    }
}

/// The page of a prefix as a row has it.
pub(crate) fn prefix_link(chosen: &Chosen, prefix: &str) -> Option<Link> {
    let prefix = prefix.parse::<Prefix>().ok()?;
    Some(chosen.link_to(crate::prefix::path(&prefix)))
}

impl Sighting {
    fn new(chosen: &Chosen, row: SightingRow) -> Sighting {
        let place = format!("/record/{}/{}", row.file, row.offset);
        Sighting {
            record: chosen.link_to(place).with("month", &chosen.edition.head.month).with("peer", &row.peer),
            collector: row.collector,
            peer: row.peer,
            peer_asn: Asn(row.peer_asn),
            path: row.path,
            start: Moment(row.start),
            end: Moment(row.end),
            end_because: row.end_because,
            file: Digest(row.file),
            offset: row.offset,
        }
    }
}

/// What was done, to follow the culprit's name. What is no incident is not told as a deed.
fn did_words(row: &EventRow) -> &'static str {
    match row.kind.parse::<EventKind>() {
        Ok(kind) if row.verdict == "incident" => kind.row().did,
        Ok(EventKind::RouteLeak) => "passed a route on as in a leak",
        Ok(EventKind::Misorigination) => "originated a prefix that another network has",
        Ok(EventKind::ForgedOrigin | EventKind::ForgedPath) => {
            "stands beside links that nobody had seen before"
        }
        Ok(kind) => kind.row().did,
        Err(_) => "did what this version has no word for",
    }
}

/// A kind of event in words.
pub(crate) fn kind_words(kind: &str) -> &'static str {
    kind.parse::<EventKind>().map_or("Event", |kind| kind.row().title)
}
