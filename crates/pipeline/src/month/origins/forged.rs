//! A known origin behind unseen links: gathers their features and makes the events.

use std::collections::{BTreeMap, HashMap};

use detect::forged_path::{self, Features, LinkState, Run, SCORE_MIN, SCORE_SHOWN_MIN, unseen_run};
use detect::{Clause, Event, EventKind, Input, InputKind, Marked, RouteMark};
use reference::asn_blocks;
use reference::relationships::{Relation, Size};
use routing::{Asn, RouteSpan, SpanEnd, Timestamp};

use super::claim::{DECEIVED_CUSTOMERS_MIN, are_siblings, undecided_or_forged};
use super::links;
use super::states::{OriginState, PrefixStates};
use super::{Context, event, known};

/// A known path is still there when it outlives the first sighting of the new one by this.
const STAYS_SECONDS: i64 = 300;

/// A network with fewer other prefixes tells nothing by what they do.
const OTHER_PREFIXES_MIN: usize = 3;

/// Where in the slice each network originates.
pub type Places = HashMap<Asn, Vec<usize>>;

/// The networks of unseen links, the collector's side first.
type RunOfNetworks = Vec<Asn>;

/// Finds unseen links on the paths of a known origin and adds their events.
pub fn examine(
    state: &OriginState<'_>,
    new_more_specific: bool,
    prefixes: &[PrefixStates<'_>],
    places: &Places,
    context: &Context<'_>,
    out: &mut Vec<Event>,
) {
    let mut runs: BTreeMap<(RunOfNetworks, bool), Vec<&RouteSpan>> = BTreeMap::new();
    for span in state.spans.iter().filter(|span| context.is_change(span)) {
        let hops = context.hops(span);
        if let Some(run) = run_of(&hops, span.time.start, context) {
            let at_origin = run.victim + 1 == hops.len();
            runs.entry((hops[run.culprit..=run.victim].to_vec(), at_origin)).or_default().push(span);
        }
    }
    let mut forged = 0;
    let before = out.len();
    for Claimed { networks, at_origin, spans, alone } in claimed(runs) {
        let at = spans.iter().map(|s| s.time.start).min().expect("a group is not empty");
        let features =
            features(state, &networks, at_origin, new_more_specific, at, prefixes, places, context);
        let (points, terms) = scored(&features);
        if points < SCORE_SHOWN_MIN {
            continue;
        }
        let incident = points >= SCORE_MIN;
        if incident && at_origin {
            forged += spans.len();
        }
        let (against, mut fired): (Vec<Clause>, Vec<Clause>) =
            terms.into_iter().partition(|term| term.points.is_some_and(|p| p < 0));
        let sentence = format!("The terms sum up to {points}; {SCORE_MIN} make an incident.");
        fired.push(Clause::new("score", sentence));
        let confidence = (50 + 6 * points).clamp(0, 95) as u8;
        let relationships = context.baseline.history().relationships(at);
        let deceived = networks.len() == 2
            && relationships
                .is_some_and(|(_, table)| table.customers(features.near) >= DECEIVED_CUSTOMERS_MIN);
        let attested = links::attested(features.near, spans.iter().copied(), at, context);
        // A peer may have shown them without a change of its own.
        let paths: Vec<Vec<Asn>> = state.spans.iter().map(|span| context.hops(span)).collect();
        let paths: Vec<Vec<Asn>> = paths
            .into_iter()
            .filter(|hops| hops.windows(networks.len()).any(|part| part == networks))
            .collect();
        let near = features.near;
        let unnamed = if deceived {
            Some(format!(
                "{near} before them has {DECEIVED_CUSTOMERS_MIN} customers or more, one of whom may have deceived it"
            ))
        } else if features.far_valley {
            // A made-up link speaks against the near end, a leak over a real one against the far end.
            Some("were the link real, its far end would have leaked the route over it".to_owned())
        } else if !alone {
            Some("others turn out to be next to the same network at that time".to_owned())
        } else if !attested {
            Some(format!(
                "one network alone heard the route from {near} before them, and relationships of the last year do not know {near}"
            ))
        } else if !links::speaks(near, &paths, at, context) {
            Some(format!("that {near} before them stands on the path at all may be made up"))
        } else {
            None
        };
        if let Some(why) = &unnamed {
            fired.push(Clause::new(
                "culprit_unknown",
                format!("Who made the links up cannot be said: {why}."),
            ));
        }
        let parts = event::Parts {
            kind: if at_origin { EventKind::ForgedOrigin } else { EventKind::ForgedPath },
            culprit: Some(near).filter(|_| unnamed.is_none()),
            from: Some(features.near),
            claim_victims: &[state.origin],
            related: state.prefix,
            mark: &networks,
            marked: None,
            judged: undecided_or_forged(incident, fired, against, confidence),
            inputs: known::before(at, context).into_iter().chain(registered(at, context)).collect(),
        };
        event::of_spans(state.prefix, &spans, parts, context, out);
    }
    // One path that nobody forged, and the origin does announce the prefix.
    if forged == state.spans.len() {
        let marked = Marked { mark: RouteMark::ForgedOrigin, origin: state.origin };
        out[before..].iter_mut().for_each(|event| event.marked = Some(marked));
    }
}

/// Unseen links that one network claims.
struct Claimed<'s> {
    networks: RunOfNetworks,
    at_origin: bool,
    spans: Vec<&'s RouteSpan>,
    /// Nobody else claims a link to the same network at that time.
    alone: bool,
}

/// Unseen links that begin at about the same time and have their last one in common are one claim: what they share is
/// behind the network that all of them lead through, and the links before it are only such as no table had.
fn claimed(runs: BTreeMap<(RunOfNetworks, bool), Vec<&RouteSpan>>) -> Vec<Claimed<'_>> {
    let mut parts: Vec<(Timestamp, Claimed<'_>)> = Vec::new();
    for ((networks, at_origin), spans) in runs {
        let start = spans.iter().map(|s| s.time.start).min().expect("a group is not empty");
        parts.push((start, Claimed { networks, at_origin, spans, alone: true }));
    }
    let end = |claim: &Claimed<'_>| {
        let n = claim.networks.len();
        (claim.networks[n - 1], claim.at_origin, claim.networks[n - 2])
    };
    parts.sort_by(|(a, x), (b, y)| (end(x), a, &x.networks).cmp(&(end(y), b, &y.networks)));
    let mut out: Vec<(Timestamp, Claimed<'_>)> = Vec::new();
    for (start, part) in parts {
        match out.last_mut() {
            Some((first, claim)) if end(claim) == end(&part) && start.0 - first.0 <= STAYS_SECONDS => {
                let pairs = claim.networks.iter().rev().zip(part.networks.iter().rev());
                let shared = pairs.take_while(|(a, b)| a == b).count();
                claim.networks.drain(..claim.networks.len() - shared);
                claim.spans.extend(part.spans);
            }
            _ => out.push((start, part)),
        }
    }
    // Several networks that turn out to be next to one at a time are rather its own doing, or little known of it.
    let starts: Vec<(Asn, bool, Timestamp)> =
        out.iter().map(|(at, c)| (end(c).0, c.at_origin, *at)).collect();
    for (i, (at, claim)) in out.iter_mut().enumerate() {
        let (far, ..) = end(claim);
        claim.alone = !starts.iter().enumerate().any(|(j, (other, at_origin, start))| {
            i != j
                && (*other, *at_origin) == (far, claim.at_origin)
                && (start.0 - at.0).abs() <= STAYS_SECONDS
        });
    }
    out.into_iter().map(|(_, claim)| claim).collect()
}

fn scored(features: &Features) -> (i32, Vec<Clause>) {
    let terms = forged_path::terms(features);
    (forged_path::score(&terms), terms)
}

/// The unseen run of a path nearest to its origin. A link that was seen the other way round alone is unseen
/// here: the score weighs that.
fn run_of(hops: &[Asn], at: Timestamp, context: &Context<'_>) -> Option<Run> {
    let states = links::states(hops, at, context);
    if states.contains(&LinkState::Unseen) { unseen_run(&states) } else { None }
}

#[allow(clippy::too_many_arguments)]
fn features(
    state: &OriginState<'_>,
    networks: &[Asn],
    at_origin: bool,
    new_more_specific: bool,
    at: Timestamp,
    prefixes: &[PrefixStates<'_>],
    places: &Places,
    context: &Context<'_>,
) -> Features {
    let (near, far) = (networks[0], networks[networks.len() - 1]);
    let shows = |span: &RouteSpan| {
        let hops = context.hops(span);
        hops.windows(networks.len()).any(|part| part == networks)
    };
    let before: Vec<&&RouteSpan> = state.spans.iter().filter(|s| s.time.start < at && !shows(s)).collect();
    let stays = before.iter().filter(|s| s.time.end.0 > at.0 + STAYS_SECONDS).count();
    // A path that gave way to these very links tells nothing of whether they are spare ones.
    let displaced = |old: &RouteSpan| {
        let same_peer = |s: &&&RouteSpan| (s.collector, s.peer) == (old.collector, old.peer);
        let shown = state.spans.iter().filter(same_peer).filter(|s| shows(s));
        old.end == SpanEnd::Replaced && shown.map(|s| s.time.start).any(|start| start == old.time.end)
    };
    let left = before.iter().filter(|s| !displaced(s)).count();
    // A new part that its origin hands to a neighbour of old at the same time is its own.
    let by_itself = |s: &&RouteSpan| {
        let hops = context.hops(s);
        let last = hops.len().checked_sub(2).map(|place| (hops[place], hops[place + 1]));
        s.time.start.0 <= at.0 + STAYS_SECONDS
            && last.is_some_and(|(near, far)| context.baseline.knows_link(near, far, at))
            && run_of(&hops, at, context).is_none()
    };
    let by_itself = new_more_specific && state.spans.iter().any(by_itself);
    let others: Vec<usize> = places
        .get(&state.origin)
        .into_iter()
        .flatten()
        .copied()
        .filter(|i| prefixes[*i].prefix != state.prefix)
        .collect();
    let with_link = others.iter().filter(|i| {
        let states = prefixes[**i].origins.iter().filter(|s| s.origin == state.origin);
        states.flat_map(|s| &s.spans).any(|s| s.time.start.0 <= at.0 + STAYS_SECONDS && shows(s))
    });
    let (of_near, of_far) = (context.baseline.neighbours(near, at), context.baseline.neighbours(far, at));
    let common = || of_near.iter().filter(|asn| of_far.binary_search(asn).is_ok());
    let known = links::recent_relationships(at, context).filter(|table| table.knows(near));
    let valley = known.is_some_and(|table| {
        let upwards = |span: &&RouteSpan| {
            let hops = context.hops(span);
            let place = hops.windows(networks.len()).position(|part| part == networks);
            let next = place.and_then(|p| p.checked_sub(1)).map(|p| hops[p]);
            next.is_some_and(|next| {
                matches!(table.relation(near, next), Some(Relation::Provider | Relation::Peer))
            })
        };
        table.customers(far) > table.customers(near) && state.spans.iter().filter(|s| shows(s)).any(upwards)
    });
    let far_valley = known.is_some_and(|table| {
        let downwards = |span: &&RouteSpan| {
            let hops = context.hops(span);
            let place = hops.windows(networks.len()).position(|part| part == networks);
            let next = place.and_then(|place| hops.get(place + networks.len()).copied());
            next.is_some_and(|next| {
                matches!(table.relation(far, next), Some(Relation::Provider | Relation::Peer))
            })
        };
        let larger = table.customers(near) > table.customers(far);
        larger && state.spans.iter().filter(|s| shows(s)).any(downwards)
    });
    let shared = known.filter(|_| !of_far.is_empty()).map(|table| {
        let buys = |customer, seller| table.relation(customer, seller) == Some(Relation::Provider);
        let of_near = table.neighbours(near, Relation::Customer).filter(|customer| *customer != far);
        of_near.filter(|customer| of_far.iter().any(|seller| buys(*customer, *seller))).count()
    });
    let economy = |asn| context.delegations.and_then(|of| of.data.asn(asn)).and_then(|d| d.country);
    Features {
        near,
        far,
        links: networks.len() - 1,
        at_origin,
        far_neighbours: of_far.len(),
        new_more_specific: new_more_specific && !by_itself,
        // Nobody keeps what is as new as this.
        others_stay: stays > 0 && !new_more_specific,
        others_gone: left > 0 && stays == 0,
        other_prefixes: (others.len() >= OTHER_PREFIXES_MIN).then(|| with_link.count()),
        common_neighbours: (!of_near.is_empty() && !of_far.is_empty()).then(|| common().count()),
        common_large: known.is_some_and(|table| {
            let is_large = |asn| table.size(asn) == Size::Large;
            common().next().is_some() && !is_large(near) && common().all(|asn| is_large(*asn))
        }),
        both_directions: context.baseline.directed(far, near, at),
        near_customers: known.map(|table| table.customers(near)),
        valley,
        far_valley,
        same_economy: economy(near).zip(economy(far)).map(|(a, b)| a == b),
        same_organisation: are_siblings(near, far, context),
        common_exchange_points: context.exchange_points.and_then(|of| of.data.common(near, far)),
        shared_customers: shared,
        other_region: other_region(near, far, context),
    }
}

/// By the registries that hold the numbers, or else by the blocks that IANA gave them.
fn other_region(a: Asn, b: Asn, context: &Context<'_>) -> Option<bool> {
    let holder = |asn| context.delegations.and_then(|of| of.data.asn(asn)).map(|d| d.registry);
    match (holder(a), holder(b)) {
        (Some(a), Some(b)) => Some(a != b),
        _ => asn_blocks::differ(a, b),
    }
}

/// What registries say of both ends.
fn registered(at: Timestamp, context: &Context<'_>) -> impl Iterator<Item = Input> {
    let of =
        |what, of: Option<(&str, Timestamp)>| of.map(|(label, as_of)| Input::dated(what, label, as_of, at));
    let all = [
        of(InputKind::Organisations, context.organisations.map(|of| (of.label, of.as_of))),
        of(InputKind::Delegations, context.delegations.map(|of| (of.label, of.as_of))),
        of(InputKind::ExchangePoints, context.exchange_points.map(|of| (of.label, of.as_of))),
    ];
    all.into_iter().flatten()
}
