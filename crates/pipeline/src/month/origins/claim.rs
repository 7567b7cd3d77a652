//! Gathers what is known of a new origin, and makes its events.

use detect::misorigination::{
    Claim, Judgement, Overlap, PREPEND_COUNT_MAX, Rpki, Through, is_near_miss_prefix, judge,
};
use detect::{Clause, Dismissal, Event, EventKind, Input, InputKind, Marked, Reason, RouteMark, Verdict};
use reference::relationships::Relation;
use reference::vrp::Validation;
use routing::{Asn, Prefix, Timestamp};

use super::incumbents::Incumbents;
use super::links::{self, End};
use super::states::{OriginState, PrefixStates};
use super::{Context, event, known};

/// A route object that is not authoritative dismisses from this age on (FRAMEWORK §6).
const ROUTE_OBJECT_DAYS_MIN: i32 = 30;
/// A provider with more customers than this may have been deceived by one of them.
pub const DECEIVED_CUSTOMERS_MIN: usize = 180;

/// Judges a new origin and adds its events.
pub fn examine(
    state: &OriginState<'_>,
    before: &Incumbents,
    prefixes: &[PrefixStates<'_>],
    place: usize,
    context: &Context<'_>,
    out: &mut Vec<Event>,
) {
    let claim = gather(state, before, prefixes, place, context);
    let mut judged = judge(&claim);
    let incident = judged.reason.verdict() == Verdict::Incident;
    // Whoever counts a registered change as an incident blames for it as for any other.
    let blame = match (incident || judged.dismissed_by.is_some(), claim.through_incumbent) {
        (false, _) => Blame::Origin,
        (true, Some(Through::Stranger)) if !matches!(claim.rpki, Rpki::Invalid(_)) => Blame::Let,
        (true, _) => blame(state, context),
    };
    let kind = match &blame {
        Blame::Behind { .. } if incident => EventKind::ForgedOrigin,
        _ => EventKind::Misorigination,
    };
    let mark = match kind {
        EventKind::ForgedOrigin => Some(RouteMark::ForgedOrigin),
        _ => judged.reason.is_artefact().then_some(RouteMark::Artefact),
    };
    let mut culprit = Some(state.origin);
    match &blame {
        Blame::Origin => {}
        Blame::Dark => {
            culprit = None;
            judged.fired.push(Clause::new(
                "dark_end",
                format!("No earlier source shows a link of {}, and nobody but one network heard the route from the one before it: who of them speaks cannot be said.", state.origin),
            ));
        }
        Blame::Let => {
            culprit = None;
            let words = format!(
                "Whether {} had leave from the network that let it out cannot be said: nobody is blamed.",
                state.origin
            );
            judged.fired.push(Clause::new("let_out", words));
        }
        Blame::Behind { culprit: near, words } => {
            // Whose space it is forges no path to it.
            culprit = near.filter(|near| !before.asns.contains(near));
            judged.fired.push(Clause::new("unseen_link", words.clone()));
            if incident {
                judged.confidence = judged.confidence.saturating_sub(10);
            }
        }
    }
    let inputs = inputs(&claim, context);
    let made = event::Parts {
        kind,
        culprit,
        from: culprit,
        claim_victims: &before.asns,
        related: before.related,
        mark: &[state.origin],
        marked: mark.map(|mark| Marked { mark, origin: state.origin }),
        judged,
        inputs,
    };
    event::make(state, made, context, out);
}

/// A prepend count as origin explains itself, whatever was there before: its only neighbour originates the prefix
/// too, or stands before several such numbers.
pub fn artefact(
    state: &OriginState<'_>,
    states: &PrefixStates<'_>,
    prefixes: &[PrefixStates<'_>],
    place: usize,
    context: &Context<'_>,
    out: &mut Vec<Event>,
) {
    if state.origin > PREPEND_COUNT_MAX {
        return;
    }
    let [only] = state.neighbours(context)[..] else { return };
    let alike = |s: &&OriginState<'_>| {
        s.origin == only || s.origin <= PREPEND_COUNT_MAX && s.neighbours(context) == [only]
    };
    let others = states.origins.iter().filter(|s| s.origin != state.origin);
    if others.clone().any(|s| alike(&s)) {
        let before = Incumbents {
            overlap: Overlap::Same,
            related: state.prefix,
            asns: vec![only],
            known_from: "the same data show both".to_owned(),
            earlier: None,
            gone_since: None,
        };
        examine(state, &before, prefixes, place, context, out);
    }
}

/// Who answers for a new origin.
enum Blame {
    /// The origin: its links are known, or nothing says that they are not.
    Origin,
    /// Nobody: the origin and its neighbour are both unknown.
    Dark,
    /// Nobody: the owner of the space let the route out, and may have agreed.
    Let,
    /// The origin stands behind unseen links on every path.
    Behind { culprit: Option<Asn>, words: String },
}

fn blame(state: &OriginState<'_>, context: &Context<'_>) -> Blame {
    let origin = state.origin;
    let paths: Vec<Vec<Asn>> = state.spans.iter().map(|s| context.hops(s)).collect();
    let mut runs: Vec<Vec<Asn>> = Vec::new();
    let (mut dark, mut new, mut gap, mut at_origin) = (false, false, None, true);
    for hops in &paths {
        match links::end(hops, state.first, context) {
            // One path of known links, and the origin does announce it itself.
            End::Plain => return Blame::Origin,
            // So it does where different networks heard the route behind the link of which nothing is known.
            End::Gap(place) if heard_by_several(hops[place], &paths) => return Blame::Origin,
            End::Gap(place) => gap = Some((hops[place - 1], hops[place])),
            End::Dark => dark = true,
            End::New => new = true,
            End::Unseen(run) => {
                at_origin &= run.victim + 1 == hops.len();
                runs.push(hops[run.culprit..].to_vec());
            }
        }
    }
    if let Some((near, far)) = gap {
        let words = format!(
            "Whether {near} and {far} were linked before nothing tells, and nobody else heard the route from {far}: \
             the path to {origin} behind them may be borrowed, and who announced it cannot be said."
        );
        return Blame::Behind { culprit: None, words };
    }
    if new {
        let words = format!(
            "Links of {origin} were seen before, and none of those on its paths is among them: its name may be \
             borrowed, and who announced it cannot be said."
        );
        return Blame::Behind { culprit: None, words };
    }
    if runs.is_empty() {
        let real = |hops: &Vec<Asn>| {
            let next = hops.len().checked_sub(2).map(|next| hops[next]);
            next.is_none_or(|next| heard_by_several(next, &paths))
        };
        return if dark && !paths.iter().any(real) { Blame::Dark } else { Blame::Origin };
    }
    // Some paths reach the run over links that are new as well. The shortest run is bounded by a known link, so
    // the network at its head does speak; it answers if every path leads through it.
    let shortest = runs.iter().min_by_key(|run| (run.len(), (*run).clone())).expect("there is a run").clone();
    let near = shortest[0];
    let everywhere = paths.iter().all(|hops| hops.ends_with(&shortest));
    let relationships = context.baseline.history().relationships(state.first);
    let customers = |asn| relationships.map_or(0, |(_, table)| table.customers(asn));
    let deceived = shortest.len() == 2 && customers(near) >= DECEIVED_CUSTOMERS_MIN;
    // Away from the origin the link may as well be new: then the origin speaks, and nobody is named.
    let culprit = Some(near).filter(|_| {
        everywhere
            && at_origin
            && !deceived
            && links::attested(near, state.spans.iter().copied(), state.first, context)
            && links::speaks(near, &paths, state.first, context)
    });
    let words = match culprit {
        Some(near) => format!(
            "{origin} stands behind links never seen before on every path, and {near} is the first network before \
             them: the name of {origin} may be borrowed."
        ),
        None => format!(
            "{origin} stands behind links never seen before on every path: its name may be borrowed, and who \
             announced it cannot be said."
        ),
    };
    Blame::Behind { culprit, words }
}

/// Whether different networks heard the route from this one: then it is real, and no made-up step on the way.
fn heard_by_several(asn: Asn, paths: &[Vec<Asn>]) -> bool {
    let before = |hops: &Vec<Asn>| {
        let place = hops.iter().position(|hop| *hop == asn)?;
        Some(hops[place.checked_sub(1)?])
    };
    let mut heard = paths.iter().filter_map(before);
    heard.next().is_some_and(|first| heard.any(|other| other != first))
}

fn gather(
    state: &OriginState<'_>,
    before: &Incumbents,
    prefixes: &[PrefixStates<'_>],
    place: usize,
    context: &Context<'_>,
) -> Claim {
    let (prefix, origin, at) = (state.prefix, state.origin, state.first);
    let paths: Vec<Vec<Asn>> = state.spans.iter().map(|s| context.hops(s)).collect();
    let carried = carriers_before(prefixes, place, before, at, context);
    let sole = carried.sole.filter(|asn| *asn == origin && before.overlap == Overlap::Same);
    let sole_chain = sole.map(|_| {
        format!("{origin} stood next to {} on every known path: it is its provider", before.asns[0])
    });
    let own = context.baseline.history().origins().by(origin, at);
    let own_here = prefixes.iter().filter(|p| p.prefix.len() == prefix.len());
    let own_here = own_here.filter(|p| p.origins.iter().any(|s| s.origin == origin && s.known_at(at)));
    let mut alike = own.chain(own_here.map(|p| p.prefix)).filter(|own| is_near_miss_prefix(*own, prefix));
    let registered = |asn: &Asn| {
        matches!(rpki(prefix, *asn, at, context), Rpki::Valid(_))
            || route_object(prefix, *asn, at, context).is_some()
    };
    Claim {
        prefix,
        origin,
        start: at,
        overlap: before.overlap,
        related: before.related,
        incumbents: before.asns.clone(),
        known_from: before.known_from.clone(),
        neighbours: state.neighbours(context),
        rpki: rpki(prefix, origin, at, context),
        route_object: route_object(prefix, origin, at, context),
        registered_origins: before.asns.iter().chain([&origin]).filter(|asn| registered(asn)).count(),
        sibling: before.asns.iter().copied().find(|asn| are_siblings(origin, *asn, context)),
        chain: before.asns.iter().find_map(|asn| chain(origin, *asn, at, context)).or(sole_chain),
        through_incumbent: through_incumbent(&paths, before, at, context),
        gone_since: before.gone_since,
        protection: context.protectors.get(origin).map(|p| format!("{} ({})", p.name, p.source)),
        earlier: before.earlier.clone(),
        own_alike: alike.next(),
        carried_before: carried.all.contains(&origin),
    }
}

/// What was known of the origin, where an incumbent stands in front of it on every path.
fn through_incumbent(
    paths: &[Vec<Asn>],
    before: &Incumbents,
    at: Timestamp,
    context: &Context<'_>,
) -> Option<Through> {
    let origin = *paths.first()?.last()?;
    let owner_of = |hops: &Vec<Asn>| hops[..hops.len() - 1].iter().rposition(|asn| before.asns.contains(asn));
    let owners: Vec<usize> = paths.iter().map(owner_of).collect::<Option<_>>()?;
    let seen = |pair: &[Asn]| context.baseline.knows_link(pair[0], pair[1], at);
    let linked = |(hops, owner): (&Vec<Asn>, usize)| hops[owner..].windows(2).all(seen);
    Some(if paths.iter().zip(owners).any(linked) {
        Through::Linked
    } else if context.baseline.is_newcomer(origin, at) {
        Through::Newcomer
    } else {
        Through::Stranger
    })
}

struct Carried {
    /// Every network on known paths to the incumbents' route.
    all: Vec<Asn>,
    /// The one that stood next to the incumbent on all of them.
    sole: Option<Asn>,
}

fn carriers_before(
    prefixes: &[PrefixStates<'_>],
    place: usize,
    before: &Incumbents,
    at: Timestamp,
    context: &Context<'_>,
) -> Carried {
    let found = prefixes.binary_search_by_key(&before.related, |p| p.prefix).unwrap_or(place);
    let states = prefixes[found].origins.iter().filter(|s| before.asns.contains(&s.origin) && s.known_at(at));
    let (mut all, mut next) = (Vec::new(), Vec::new());
    for span in states.flat_map(|s| &s.spans).filter(|s| s.time.start < at) {
        let hops = context.hops(span);
        all.extend_from_slice(&hops[..hops.len() - 1]);
        next.push(hops.len().checked_sub(2).map(|i| hops[i]));
    }
    next.sort_unstable();
    next.dedup();
    all.sort_unstable();
    all.dedup();
    Carried { all, sole: if let [Some(only)] = next[..] { Some(only) } else { None } }
}

fn rpki(prefix: Prefix, origin: Asn, at: Timestamp, context: &Context<'_>) -> Rpki {
    let Some(vrps) = context.vrps.at(at) else { return Rpki::Unknown };
    let explained = vrps.explain(prefix, Some(origin));
    match explained.validation {
        Validation::Valid => Rpki::Valid(explained.matched[0].to_string()),
        Validation::NotFound => Rpki::NotFound,
        Validation::Invalid(_) => {
            let mut against = explained.unmatched_length.iter().chain(&explained.unmatched_as);
            Rpki::Invalid(against.next().map_or_else(String::new, ToString::to_string))
        }
    }
}

fn route_object(prefix: Prefix, origin: Asn, at: Timestamp, context: &Context<'_>) -> Option<String> {
    let irr = context.irr?.nearest(at)?;
    let today = at.date();
    let own = irr.covering(prefix).into_iter().filter(|route| route.origin == origin);
    let mut old_enough = own.filter(|route| {
        let age = route.created.map(|day| today.0 - day.0);
        // Without its own date an object is as old as the dumps that show it.
        let age = age.unwrap_or(((at.0 - route.since.0).div_euclid(86_400)) as i32);
        let least = if route.authority.authoritative { 0 } else { ROUTE_OBJECT_DAYS_MIN };
        age >= least
    });
    old_enough.next().map(|route| {
        let created = route.created.map(|day| format!(", created {day}")).unwrap_or_default();
        format!("The route object {} {} in {}{created}", route.prefix, route.origin, route.authority.name)
    })
}

/// Holders' names in delegations say nothing of this: national registries stand in them for all their members.
pub fn are_siblings(a: Asn, b: Asn, context: &Context<'_>) -> bool {
    context.organisations.is_some_and(|of| of.data.are_siblings(a, b))
}

/// How two networks are tied by customers and providers known before `at`, over one network between at most.
fn chain(origin: Asn, incumbent: Asn, at: Timestamp, context: &Context<'_>) -> Option<String> {
    let (as_of, table) = context.baseline.history().relationships(at)?;
    let day = as_of.date();
    let provider = |customer, asn| table.relation(customer, asn) == Some(Relation::Provider);
    for (customer, top) in [(origin, incumbent), (incumbent, origin)] {
        if provider(customer, top) {
            return Some(format!("{top} is a provider of {customer} by the relationships of {day}"));
        }
        let mut between = table.neighbours(customer, Relation::Provider);
        if let Some(middle) = between.find(|middle| provider(*middle, top)) {
            return Some(format!(
                "{top} is a provider of {middle}, and that of {customer}, by the relationships of {day}"
            ));
        }
    }
    None
}

fn inputs(claim: &Claim, context: &Context<'_>) -> Vec<Input> {
    let at = claim.start;
    let mut out = Vec::new();
    match context.vrps.at(at) {
        Some(vrps) => {
            let epoch = vrps.epoch();
            out.push(Input::dated(InputKind::Vrps, epoch.label.as_str(), epoch.as_of, at));
        }
        None => out.push(known::nothing(InputKind::Vrps, "VRPs", "what the RPKI says of it is not known")),
    }
    let irr = context.irr.and_then(|irr| irr.nearest(at));
    if irr.is_none() {
        let unknown = "what is registered in the IRR is not known";
        out.push(known::nothing(InputKind::RouteObjects, "route objects", unknown));
    }
    if let Some(irr) = irr {
        let epoch = irr.epoch();
        let label = match epoch.as_of <= at {
            true => epoch.label.clone(),
            false => {
                format!("{}, newer than the event: an object counts from the day it was created", epoch.label)
            }
        };
        out.push(Input::dated(InputKind::RouteObjects, label, epoch.as_of, at));
    }
    out.extend(known::before(at, context));
    out.push(match &context.organisations {
        Some(table) => Input::dated(InputKind::Organisations, table.label, table.as_of, at),
        None => known::nothing(
            InputKind::Organisations,
            "lists of organisations",
            "whose networks are one organisation's is not known beyond what registries say",
        ),
    });
    out
}

/// The judgement of a forged path as an event needs it.
pub fn undecided_or_forged(
    incident: bool,
    fired: Vec<Clause>,
    against: Vec<Clause>,
    confidence: u8,
) -> Judgement {
    let reason = if incident { Reason::UnseenLink } else { Reason::NewLink };
    let words = "An earlier table, or relationships of before, with one of these links would clear it.";
    let flips = vec![Clause::new("seen_link", words)];
    Judgement {
        reason,
        cause: incident.then_some(detect::Cause::Forged),
        confidence,
        fired,
        against,
        flips,
        dismissed_by: Dismissal::NONE,
    }
}
