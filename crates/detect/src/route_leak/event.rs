//! From the turns that peers' paths show to events with their verdict and its tree.

use core::fmt::Write;
use std::collections::BTreeMap;

use routing::{Asn, Prefix, Timestamp};

use super::known::{By, Role};
use super::{Leak, Standing};
use crate::visibility::{self, Seen, Visible};
use crate::{Cause, Clause, Event, EventKind, Input, InputKind, LeakHop, Reason, Sighting, Tree, Verdict};

/// A turn as one peer showed it.
#[derive(Clone, Debug)]
pub struct Turned {
    /// Who saw it when.
    pub sighting: Sighting,
    /// The turn.
    pub leak: Leak,
    /// Networks that carried it beyond the leaker, with their distance.
    pub carriers: Vec<(Asn, u16)>,
    /// The origin of the path.
    pub origin: Option<Asn>,
    /// What was seen before.
    pub before: Before,
}

/// What was seen of a turn before the route was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Before {
    /// The routes shown before do not have it.
    New,
    /// The leaker passed routes of this neighbour on, or gave such routes to that one, all along.
    Customary,
    /// No table shows what was there before.
    Unknown,
}

/// What leaks were judged by, for the tree.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// Which relationships, and of which moment.
    pub relationships: Option<(String, Option<Timestamp>)>,
    /// Which provider authorisations.
    pub aspas: Option<String>,
}

/// A turn that stands longer than this is no accident that people mend, but business nobody told of: 7 days.
const STANDING_SECONDS: i64 = 7 * 86_400;

/// Relationships older than this have become uncertain: a year.
const OLD_DAYS: u32 = 365;

/// Makes the events of one prefix from the turns its paths show: one for each leaker and reason and each stretch
/// of time in which it was visible.
pub fn examine(prefix: Prefix, turned: Vec<Turned>, circumstances: &Circumstances) -> Vec<Event> {
    let mut states: BTreeMap<(Option<Asn>, Option<(Asn, Asn)>, Reason), Vec<Turned>> = BTreeMap::new();
    for turn in turned {
        let between = turn.leak.leaker.is_none().then_some((turn.leak.from, turn.leak.to));
        states.entry((turn.leak.leaker, between, reason(&turn))).or_default().push(turn);
    }
    let mut events = Vec::new();
    for ((_, _, reason), turns) in states {
        let seen =
            turns.iter().map(|t| Seen { sighting: t.sighting, carriers: t.carriers.clone() }).collect();
        for visible in visibility::examine(seen) {
            let shown: Vec<&Turned> =
                turns.iter().filter(|t| visible.sightings.binary_search(&t.sighting).is_ok()).collect();
            events.push(event(prefix, reason, &shown, visible, circumstances));
        }
    }
    events
}

fn reason(turned: &Turned) -> Reason {
    let leak = &turned.leak;
    match turned.before {
        _ if leak.within_organisation => Reason::Sibling,
        _ if leak.is_contested() => Reason::ContestedLink,
        Before::Unknown => Reason::UnknownHistory,
        Before::Customary => Reason::Customary,
        Before::New => match leak.leak_type() {
            Some(1) => Reason::Type1,
            Some(2) => Reason::Type2,
            Some(3) => Reason::Type3,
            Some(4) => Reason::Type4,
            _ if leak.marked_by.is_some() => Reason::Otc,
            _ => Reason::AspaInvalid,
        },
    }
}

fn event(
    prefix: Prefix,
    reason: Reason,
    shown: &[&Turned],
    visible: Visible,
    circumstances: &Circumstances,
) -> Event {
    let stands = visible.span.seconds() >= STANDING_SECONDS && reason.verdict() == Verdict::Incident;
    let reason = if stands { Reason::Customary } else { reason };
    let mut leaks: Vec<Leak> = shown.iter().map(|t| t.leak).collect();
    leaks.sort_unstable();
    leaks.dedup_by_key(|l| (l.from, l.to));
    let leak = leaks[0];
    let mut victims: Vec<Asn> = shown.iter().filter_map(|t| t.origin).collect();
    victims.sort_unstable();
    victims.dedup();
    victims.retain(|v| Some(*v) != leak.leaker);
    let incident = reason.verdict() == Verdict::Incident;
    let (tree, confidence) = tree(reason, &leaks, &visible, stands, circumstances);
    let rule = tree.fired[0].sentence.clone();
    let source = match &circumstances.relationships {
        Some((label, _)) => label.clone(),
        None => circumstances.aspas.clone().unwrap_or_default(),
    };
    Event {
        kind: EventKind::RouteLeak,
        verdict: reason.verdict(),
        reason,
        likely_cause: incident.then_some(Cause::Leak),
        culprit: leak.leaker,
        victims,
        prefix,
        related: None,
        hop: Some(LeakHop { leak_type: leak.leak_type(), from: Some(leak.from), to: Some(leak.to) }),
        bogon_asn: None,
        span: visible.span,
        class: None,
        confidence,
        accomplices: visible.accomplices.clone(),
        credits: Vec::new(),
        evidence: visible.into_evidence(rule, source),
        tree,
    }
}

/// The verdict in sentences, and how sure it is: the sum of its terms.
fn tree(
    reason: Reason,
    leaks: &[Leak],
    visible: &Visible,
    stands: bool,
    circumstances: &Circumstances,
) -> (Tree, u8) {
    let leak = &leaks[0];
    let start = visible.span.start;
    let mut tree = Tree { inputs: inputs(circumstances, start), ..Tree::default() };
    let mut score = 50;
    let mut term = |list: &mut Vec<Clause>, rule, points, sentence: String| {
        score += points;
        list.push(Clause::term(rule, points, sentence));
    };
    tree.fired.push(Clause::new("turn", what_happened(leak, leaks.len())));
    tree.fired.push(Clause::new(reason.code(), why(reason, leak, stands)));
    if let Some(marker) = leak.marked_by {
        let sentence = format!(
            "{marker} marked the route as for customers only (ONLY_TO_CUSTOMER, RFC 9234), and it reached the \
             collector with the mark, after {} had passed it to a network that is no customer.",
            named(leak.leaker)
        );
        term(&mut tree.fired, "otc", 20, sentence);
    }
    for (neighbour, standing) in [(leak.from, leak.had_from), (leak.to, leak.gave_to)] {
        match standing.by {
            By::Attestation => {
                let sentence = format!(
                    "By ASPAs {neighbour} is {} as seen from {}.",
                    standing.role.words().replace("its ", "the ").replace(" of it", ""),
                    named(leak.leaker)
                );
                term(&mut tree.fired, "aspa", 15, sentence);
            }
            By::RouteServer => {
                let sentence = format!(
                    "That {neighbour} and {} are peers is concluded from a route server between them.",
                    named(leak.leaker)
                );
                term(&mut tree.against, "route_server", -5, sentence);
            }
            By::Relationships | By::Mark => {}
        }
    }
    match visible.peer_ases {
        1 => term(&mut tree.against, "one_peer", -10, "A single peer AS shows it.".to_owned()),
        n => term(&mut tree.fired, "peers", 15, format!("{n} distinct peer ASes show it.")),
    }
    if reason.verdict() == Verdict::Incident {
        let sentence =
            "Routes shown before have neither this turn nor another one of the same neighbour: it is \
                        new."
                .to_owned();
        term(&mut tree.fired, "new_turn", 15, sentence);
    }
    let by_list = [leak.had_from, leak.gave_to].iter().any(|s: &Standing| s.by == By::Relationships);
    let skew = tree.inputs.iter().find(|i| i.what == InputKind::Relationships).and_then(|i| i.skew_days);
    if let Some(days) = skew.filter(|days| by_list && *days > OLD_DAYS) {
        let sentence = format!("The relationships are {days} days older than the route.");
        term(&mut tree.against, "old_relationships", -15, sentence);
    }
    tree.flips = flips(reason, leak);
    (tree, score.clamp(0, 100) as u8)
}

fn inputs(circumstances: &Circumstances, start: Timestamp) -> Vec<Input> {
    let mut inputs = Vec::new();
    if let Some((label, as_of)) = &circumstances.relationships {
        inputs.push(match as_of {
            Some(as_of) => Input::dated(InputKind::Relationships, label, *as_of, start),
            None => Input::present(InputKind::Relationships, label),
        });
    }
    if let Some(label) = &circumstances.aspas {
        inputs.push(Input::present(InputKind::Aspas, label));
    }
    inputs.push(Input::present(InputKind::Records, "the records of the sightings"));
    inputs
}

fn named(asn: Option<Asn>) -> String {
    asn.map_or_else(|| "a network between them".to_owned(), |asn| asn.to_string())
}

/// `AS3 had the route from AS1, its provider, and passed it on to AS5, its peer.`
fn what_happened(leak: &Leak, turns: usize) -> String {
    let (had_from, gave_to) = (leak.had_from.role.words(), leak.gave_to.role.words());
    let mut sentence = match leak.leaker {
        Some(leaker) => format!(
            "{leaker} had the route from {}, {had_from}, and passed it on to {}, {gave_to}",
            leak.from, leak.to
        ),
        None => format!(
            "The route went from {} to {} over networks of which neither attests the next as its provider",
            leak.from, leak.to
        ),
    };
    match turns {
        1 => sentence.push('.'),
        n => write!(sentence, "; paths show {n} such turns of it.").expect("text grows"),
    }
    sentence
}

fn why(reason: Reason, leak: &Leak, stands: bool) -> String {
    match (reason, leak.leak_type()) {
        (Reason::Sibling, _) => "The turn stays within one organisation, whose networks may hand each other \
                                 everything."
            .to_owned(),
        (Reason::ContestedLink, _) => "An ASPA and the relationships contradict each other about whether one of \
                                       the neighbours is a customer."
            .to_owned(),
        (Reason::Customary, _) if stands => {
            "It stood for more than 7 days: a leak is mended sooner, so a relationship is probably another than \
             the one on file."
                .to_owned()
        }
        (Reason::Customary, _) => {
            "Routes shown before have a turn of the same network with the same neighbour: a relationship is \
             probably another than the one on file."
                .to_owned()
        }
        (Reason::UnknownHistory, _) => "No table of the peers that show it tells whether it was so before; an \
                                        unknown past makes no incident."
            .to_owned(),
        (_, Some(kind)) => format!(
            "A route from a provider or a peer may go to customers only: a leak of type {kind} (RFC 7908 §3.{kind})."
        ),
        (Reason::Otc, None) => "A route marked as for customers only went to a network that is no customer \
                                (RFC 9234 §5)."
            .to_owned(),
        _ => "The path climbs after it has descended, by what its networks attest: ASPA verification says \
              invalid."
            .to_owned(),
    }
}

fn flips(reason: Reason, leak: &Leak) -> Vec<Clause> {
    let Some(leaker) = leak.leaker else {
        let sentence = format!(
            "An ASPA of {} or {} that names the next network as its provider would make it no leak.",
            leak.from, leak.to
        );
        return vec![Clause::new("aspa", sentence)];
    };
    let mut flips = vec![
        Clause::new(
            "relationship",
            format!("Were {} or {} a customer of {leaker}, it would be no leak.", leak.from, leak.to),
        ),
        Clause::new(
            "aspa",
            format!(
                "An ASPA of {} or {} that names {leaker} as its provider would settle that.",
                leak.from, leak.to
            ),
        ),
    ];
    if matches!(reason, Reason::UnknownHistory) {
        let sentence = "An earlier table without the turn, given as history, would make it an incident.";
        flips.push(Clause::new("history", sentence));
    }
    if leak.had_from.role == Role::NotCustomer || leak.gave_to.role == Role::NotCustomer {
        let sentence = "A relationship of the two links would tell the type.";
        flips.push(Clause::new("type", sentence));
    }
    flips
}
