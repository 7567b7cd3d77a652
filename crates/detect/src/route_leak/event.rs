//! From the turns that peers' paths show to events with their verdict and its tree.

use core::fmt::Write;
use std::collections::BTreeMap;

use routing::{Asn, Prefix, Timestamp};

use super::Leak;
use super::known::{By, Role};
use crate::visibility::{self, Seen, Visible};
use crate::{
    Cause, Clause, Dismissal, Event, EventKind, Input, InputKind, LeakHop, Reason, Sighting, Tree, Verdict,
};

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
    /// Paths of the first tables on which the leaker gave the receiver a route of its own or of a customer, of how
    /// many, where they are enough to say that it gives it no others.
    pub customers_only: Option<(u32, u32)>,
    /// A link between the collector and the leaker that nothing shows from before: what stands behind it may be
    /// made up.
    pub over: Option<(Asn, Asn)>,
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
    /// Which provider authorisations, and of which moment.
    pub aspas: Option<(String, Timestamp)>,
    /// Of which moment the organisations are that tell who belongs together.
    pub organisations: Option<Timestamp>,
}

/// A turn that stands longer than this is no accident that people mend, but business nobody told of: 7 days.
const STANDING_SECONDS: i64 = 7 * 86_400;

/// Relationships older than this have become uncertain: a year.
const OLD_DAYS: i64 = 365;

/// From this sum of terms on a leak is an incident. A turn by relationships alone that one peer AS shows reaches
/// it, unless they are old or the leaker is large.
const INCIDENT_MIN: i32 = 45;

/// What it adds that nothing of the kind was there before.
const NEW_POINTS: i32 = 15;

/// What it adds that the first tables show what the leaker gives the receiver, and it was no such route.
const CUSTOMERS_ONLY_POINTS: i32 = 10;

/// While a route is withdrawn, networks go through the spare ones they have heard for so long (Labovitz and others,
/// 2000): 3 minutes.
const PASSING_SECONDS: i64 = 180;

/// What sightings must have in common to be one event: the leaker, or between whom it must be, and the reason.
type State = (Option<Asn>, Option<(Asn, Asn)>, Reason);

/// Makes the events of one prefix from the turns its paths show: one for each leaker and reason and each stretch
/// of time in which it was visible.
pub fn examine(prefix: Prefix, turned: Vec<Turned>, circumstances: &Circumstances) -> Vec<Event> {
    let mut states: BTreeMap<State, Vec<Turned>> = BTreeMap::new();
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
            events.extend(event(prefix, reason, &shown, visible, circumstances));
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
        Before::New if leak.of_its_own => Reason::OwnRoute,
        Before::New if turned.over.is_some() => Reason::NewLink,
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
) -> Option<Event> {
    let stands = visible.span.seconds() >= STANDING_SECONDS && reason.verdict() == Verdict::Incident;
    let mut reason = if stands { Reason::Customary } else { reason };
    let mut leaks: Vec<Leak> = shown.iter().map(|t| t.leak).collect();
    leaks.sort_unstable();
    leaks.dedup_by_key(|l| (l.from, l.to));
    let leak = leaks[0];
    let mut victims: Vec<Asn> = shown.iter().filter_map(|t| t.origin).collect();
    victims.sort_unstable();
    victims.dedup();
    victims.retain(|v| Some(*v) != leak.leaker);
    let mut terms = terms_of(&leaks[0], &visible, circumstances);
    let is_new = reason.verdict() == Verdict::Incident;
    if is_new {
        terms.push(Clause::term(
            "new_turn",
            NEW_POINTS,
            "Routes shown before have neither this turn nor another one that would explain it: it is new.",
        ));
        let of_turn = shown.iter().filter(|t| (t.leak.from, t.leak.to) == (leak.from, leak.to));
        if let Some(paths) = of_turn.filter_map(|t| t.customers_only).max() {
            terms.push(Clause::term("customers_only", CUSTOMERS_ONLY_POINTS, customers_only(&leak, paths)));
        }
    }
    let score: i32 = terms.iter().filter_map(|t| t.points).sum();
    if is_new && score < INCIDENT_MIN {
        reason = Reason::ThinEvidence;
    }
    // What would be no incident even if it were new is not worth telling.
    if matches!(reason, Reason::UnknownHistory | Reason::Customary) && score + NEW_POINTS < INCIDENT_MIN {
        return None;
    }
    let incident = reason.verdict() == Verdict::Incident;
    let mut tree = tree(reason, &leaks, visible.span.start, stands, terms, score, circumstances);
    // That somebody leaked is one thing, and who did another: a year later the turn that is wrong may be the next one.
    let unsure = incident && rests_on_old(&leak, &visible, circumstances).is_some();
    if unsure {
        let words =
            "The relationships are older than a year: that something leaked is likelier than who did.";
        tree.against.push(Clause::new("old_relationships", words));
    }
    let mut over: Vec<(Asn, Asn)> = shown.iter().filter_map(|t| t.over).collect();
    over.sort_unstable();
    over.dedup();
    if reason == Reason::NewLink {
        let words = |(near, far): &(Asn, Asn)| {
            Clause::new("unseen_link", format!("The link {near}–{far} was never seen before."))
        };
        tree.fired.extend(over.iter().map(words));
    }
    let confidence = score.clamp(0, 100) as u8;
    let rule = tree.fired[0].sentence.clone();
    let source = match &circumstances.relationships {
        Some((label, _)) => label.clone(),
        None => circumstances.aspas.as_ref().map_or_else(String::new, |(label, _)| label.clone()),
    };
    Some(Event {
        kind: EventKind::RouteLeak,
        verdict: reason.verdict(),
        reason,
        likely_cause: incident.then_some(Cause::Leak),
        culprit: leak.leaker.filter(|_| !unsure),
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
        dismissed_by: Dismissal::NONE,
        marked: None,
        evidence: visible.into_evidence(
            rule,
            source,
            [Some(leak.to), leak.leaker, Some(leak.from)].into_iter().flatten().collect(),
        ),
        tree,
    })
}

/// What speaks for a leak and what against it, as terms of one sum.
fn terms_of(leak: &Leak, visible: &Visible, circumstances: &Circumstances) -> Vec<Clause> {
    let leaker = named(leak.leaker);
    let mut terms = Vec::new();
    let mut term = |rule, points, sentence: String| terms.push(Clause::term(rule, points, sentence));
    let standings = [(leak.from, leak.had_from), (leak.to, leak.gave_to)];
    term("not_allowed", 50, "The turn is one that the relationships known do not allow.".to_owned());
    if let Some(marker) = leak.marked_by {
        let sentence = format!(
            "{marker} marked the route as for customers only (ONLY_TO_CUSTOMER, RFC 9234), and it reached the \
             collector with the mark."
        );
        term("otc", 20, sentence);
    }
    for (neighbour, standing) in standings.iter().filter(|(_, s)| s.by == By::Attestation) {
        let is = match standing.role {
            Role::NotCustomer => "not a customer".to_owned(),
            role => format!("the {}", role.words().trim_start_matches("its ")),
        };
        term("aspa", 15, format!("By ASPAs {neighbour} is {is} of {leaker}."));
    }
    match visible.peer_ases {
        1 => term("one_peer", -10, "A single peer AS shows it.".to_owned()),
        n => term("peers", 15, format!("{n} distinct peer ASes show it.")),
    }
    let listed = |role| standings.iter().any(|(_, s)| s.by == By::Relationships && s.role == role);
    if listed(Role::Peer) {
        let sentence = "That networks are peers is concluded from not having seen more of them.".to_owned();
        term("peer_by_default", -10, sentence);
    }
    if leak.no_customer_among_peers {
        let sentence = format!(
            "Who is called a peer of {leaker} here has twice its customers or more, or buys from nobody: in truth \
             it may be a provider, hardly a customer, and a leak it is either way."
        );
        term("no_customer", 10, sentence);
    }
    if let Some((neighbour, _)) = standings.iter().find(|(_, s)| s.by == By::RouteServer) {
        let sentence =
            format!("That {neighbour} and {leaker} are peers is concluded from a route server between them.");
        term("route_server", -5, sentence);
    }
    if leak.within_cone {
        let sentence = format!(
            "{} is a provider of {} too and could have had the route from it: nothing was drawn away.",
            leak.to, leak.from
        );
        term("within_cone", -10, sentence);
    }
    if leak.by_large {
        let sentence = format!(
            "{leaker} has 180 customers or more: its relationships differ from place to place, and its filters \
             are looked after."
        );
        term("large_network", -10, sentence);
    }
    let seconds = visible.span.seconds();
    if seconds < PASSING_SECONDS {
        let sentence = format!(
            "It was seen for {seconds} seconds: while a route is withdrawn, spare ones that stood behind better ones \
             come to light in passing."
        );
        term("in_passing", -20, sentence);
    }
    if let Some(days) = rests_on_old(leak, visible, circumstances) {
        term("old_relationships", -15, format!("The relationships are {days} days older than the route."));
    }
    terms
}

/// How many days old the relationships are that the turn rests on, where that is more than a year.
fn rests_on_old(leak: &Leak, visible: &Visible, circumstances: &Circumstances) -> Option<i64> {
    let as_of = circumstances.relationships.as_ref().and_then(|(_, as_of)| *as_of)?;
    let days = (visible.span.start.0 - as_of.0) / 86_400;
    let rests = [leak.had_from, leak.gave_to].iter().any(|s| s.by == By::Relationships);
    (rests && days > OLD_DAYS).then_some(days)
}

fn customers_only(leak: &Leak, (own, all): (u32, u32)) -> String {
    let leaker = named(leak.leaker);
    let which = if own == all { "each".to_owned() } else { format!("{own} times it") };
    format!(
        "On {all} paths of the first tables {leaker} gave {} a route, and {which} was its own or a customer's: as \
         one gives to those who are no customers.",
        leak.to
    )
}

/// The verdict in sentences.
fn tree(
    reason: Reason,
    leaks: &[Leak],
    start: Timestamp,
    stands: bool,
    terms: Vec<Clause>,
    score: i32,
    circumstances: &Circumstances,
) -> Tree {
    let leak = &leaks[0];
    let mut tree = Tree { inputs: inputs(circumstances, start), ..Tree::default() };
    tree.fired.push(Clause::new("turn", what_happened(leak, leaks.len())));
    tree.fired.push(Clause::new(reason.code(), why(reason, leak, stands, score)));
    let (fired, against) = terms.into_iter().partition(|t| t.points >= Some(0));
    tree.fired.extend::<Vec<Clause>>(fired);
    tree.against = against;
    tree.flips = flips(reason, leak);
    tree
}

fn inputs(circumstances: &Circumstances, start: Timestamp) -> Vec<Input> {
    let mut inputs = Vec::new();
    if let Some((label, as_of)) = &circumstances.relationships {
        inputs.push(match as_of {
            Some(as_of) => Input::dated(InputKind::Relationships, label, *as_of, start),
            None => Input::present(InputKind::Relationships, label),
        });
    }
    if let Some((label, as_of)) = &circumstances.aspas {
        inputs.push(Input::dated(InputKind::Aspas, label, *as_of, start));
    }
    if let Some(as_of) = circumstances.organisations {
        inputs.push(Input::dated(InputKind::Organisations, "organisations", as_of, start));
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

fn why(reason: Reason, leak: &Leak, stands: bool, score: i32) -> String {
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
        (Reason::ThinEvidence, _) => format!(
            "The terms for and against a leak come to {score}; from {INCIDENT_MIN} on it would be an incident."
        ),
        (Reason::OwnRoute, _) => format!(
            "{} is the origin: it may have asked {} to carry its own route, as a way out when others fail.",
            leak.from,
            named(leak.leaker)
        ),
        (Reason::NewLink, _) => "A link on the way to the collector was never seen before: what stands behind it \
                                 may be made up, and nobody there is blamed."
            .to_owned(),
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
    if reason == Reason::NewLink {
        let sentence =
            "An earlier table, or relationships of before, with that link would make it an incident.";
        flips.push(Clause::new("seen_link", sentence));
    }
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
