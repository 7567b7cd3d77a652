//! From a judged state to its events: the times it was visible, who carried it, who did not.

use detect::misorigination::Judgement;
use detect::visibility::{self, Seen, Visible};
use detect::{
    Clause, Event, EventKind, Evidence, Input, InputKind, Marked, OpenEnd, Sighting, Tree, Verdict,
};
use routing::{Asn, Prefix, RouteSpan};

use super::states::OriginState;
use super::{Context, credit};

/// What has been judged of a state.
pub struct Parts<'p> {
    pub kind: EventKind,
    pub culprit: Option<Asn>,
    /// From whom on networks carry it, blamed or not; `None`: from the origin on.
    pub from: Option<Asn>,
    pub claim_victims: &'p [Asn],
    pub related: Prefix,
    pub mark: &'p [Asn],
    pub marked: Option<Marked>,
    pub judged: Judgement,
    pub inputs: Vec<Input>,
}

/// Makes the events of a whole state.
pub fn make(state: &OriginState<'_>, parts: Parts<'_>, context: &Context<'_>, out: &mut Vec<Event>) {
    of_spans(state.prefix, &state.spans, parts, context, out);
}

/// Makes the events of some spans: one for each stretch of time in which they were visible.
pub fn of_spans(
    prefix: Prefix,
    spans: &[&RouteSpan],
    parts: Parts<'_>,
    context: &Context<'_>,
    out: &mut Vec<Event>,
) {
    let seen = spans.iter().map(|span| {
        let hops = context.hops(span);
        let place = parts.from.and_then(|from| hops.iter().position(|asn| *asn == from));
        let beyond = &hops[..place.unwrap_or(hops.len().saturating_sub(1))];
        let mut carriers: Vec<(Asn, u16)> = Vec::new();
        for (distance, asn) in (1u16..).zip(beyond.iter().rev()) {
            if Some(*asn) != parts.from && (context.is_network)(*asn) && !carriers.iter().any(|c| c.0 == *asn)
            {
                carriers.push((*asn, distance));
            }
        }
        Seen { sighting: sighting(span, context.peer(span)), carriers }
    });
    for visible in visibility::examine(seen.collect()) {
        out.push(event(prefix, &parts, visible, context));
    }
}

fn sighting(span: &RouteSpan, peer_asn: Asn) -> Sighting {
    Sighting {
        span: span.time,
        end: span.end,
        collector: span.collector,
        peer: span.peer,
        peer_asn,
        path: span.path,
        file: span.file,
        offset: span.offset,
        estimated: span.estimated,
    }
}

fn event(prefix: Prefix, parts: &Parts<'_>, visible: Visible, context: &Context<'_>) -> Event {
    let mut collectors: Vec<u16> = visible.sightings.iter().map(|s| s.collector).collect();
    collectors.sort_unstable();
    collectors.dedup();
    let estimated = visible.sightings.iter().any(|s| s.estimated);
    let open_end = OpenEnd::of(&visible.sightings, visible.span.end);
    let judged = &parts.judged;
    let verdict = judged.reason.verdict();
    let mut victims: Vec<Asn> = parts.claim_victims.to_vec();
    victims.sort_unstable();
    victims.dedup();
    let credits = match verdict {
        Verdict::Incident => credit::examine(prefix, parts.culprit, &visible, context),
        _ => Vec::new(),
    };
    let words = format!(
        "{}, {}, {}",
        counted(visible.sightings.len(), "sighting", "sightings"),
        counted(visible.peer_ases as usize, "peer AS", "peer ASes"),
        counted(collectors.len(), "collector", "collectors")
    );
    let mut inputs = parts.inputs.clone();
    inputs.push(Input::present(InputKind::Records, words));
    let mut fired = judged.fired.clone();
    fired.push(Clause::new("visibility", seen_words(&visible, context)));
    let confidence = match (verdict, visible.peer_ases) {
        (Verdict::Incident, 0..=1) => judged.confidence.saturating_sub(15),
        (Verdict::Incident, 10..) => (judged.confidence + 8).min(98),
        _ => judged.confidence,
    };
    let mut sightings = visible.sightings;
    sightings.truncate(Evidence::SIGHTINGS_MAX);
    Event {
        kind: parts.kind,
        verdict,
        reason: judged.reason,
        likely_cause: judged.cause,
        culprit: parts.culprit,
        victims,
        prefix,
        related: (parts.related != prefix).then_some(parts.related),
        hop: None,
        bogon_asn: None,
        span: visible.span,
        class: None,
        confidence,
        // Of what counts under no framework nobody asks who passed it on.
        accomplices: match verdict {
            Verdict::Incident => visible.accomplices,
            _ if judged.dismissed_by.is_some() => visible.accomplices,
            _ => Vec::new(),
        },
        credits,
        dismissed_by: judged.dismissed_by,
        marked: parts.marked,
        evidence: Evidence {
            rule: judged.reason.row().meaning.to_owned(),
            source: judged.reason.row().source.to_owned(),
            peer_ases: visible.peer_ases,
            collectors,
            sightings,
            estimated,
            open_end,
            mark: parts.mark.to_vec(),
            began: None,
        },
        tree: Tree { inputs, fired, against: judged.against.clone(), flips: judged.flips.clone() },
    }
}

/// `1 collector`, `2 collectors`.
fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Who saw it, in words: full feeds apart from partial ones.
fn seen_words(visible: &Visible, context: &Context<'_>) -> String {
    let feed = |s: &&Sighting| {
        let feeds = context.feeds.get(usize::from(s.collector));
        feeds.and_then(|feeds| feeds.get(s.peer as usize)).is_some_and(|feed| feed.full_feed)
    };
    let mut full: Vec<Asn> = visible.sightings.iter().filter(feed).map(|s| s.peer_asn).collect();
    full.sort_unstable();
    full.dedup();
    format!(
        "{} showed it from {} to {}, {} of them with a full feed.",
        counted(visible.peer_ases as usize, "distinct peer AS", "distinct peer ASes"),
        visible.span.start,
        visible.span.end,
        full.len()
    )
}
