//! Networks graded with their routes as they would be.

use std::collections::BTreeSet;

use lake::RoutePlace;
use measure::facts::{MonthFacts, RouteFacts, measure};
use measure::framework::{Framework, MetricUse};
use measure::metric::{METRICS, Metric};
use measure::{Measured, readiness};
use routing::Asn;

use super::answer::{MetricChange, NetworkChange, Pair, ScoreChange, State};
use super::family_place;
use super::ground::{Ground, WhatIfError};
use crate::Standing;

/// Every network of the facts under every framework, before and after.
pub(super) fn grade(
    ground: &Ground,
    facts: &MonthFacts,
    routes: &[Pair],
    networks: &BTreeSet<Asn>,
    frameworks: &[Framework],
) -> Result<Vec<NetworkChange>, WhatIfError> {
    let mut changed = facts.clone();
    for pair in routes {
        if pair.origin().is_none_or(|origin| !networks.contains(&origin)) {
            continue;
        }
        if let Some((place, state)) = &pair.before {
            take(&mut changed, &route_facts(facts, place, state))
                .ok_or_else(|| WhatIfError::Contradiction(ground.month.clone(), place.prefix.to_string()))?;
        }
        if let Some((place, state)) = &pair.after {
            changed.routes.push(route_facts(facts, place, state));
        }
    }
    let mut out = Vec::new();
    for framework in frameworks {
        let (before, after) = (measure(framework, facts), measure(framework, &changed));
        for ((network, before), after) in facts.networks.iter().zip(before).zip(after) {
            let metrics = [Metric::M7Irr, Metric::M7Rpki]
                .into_iter()
                .filter(|metric| framework.metric(*metric).usage != MetricUse::NotUsed);
            let metrics = metrics
                .filter_map(|metric| Some(metric_change(metric, before.get(&metric)?, after.get(&metric)?)));
            let (was, is) = (readiness::grade(framework, &before), readiness::grade(framework, &after));
            let scores =
                framework.scores.iter().zip(was.actions.iter().zip(&is.actions)).map(|(rule, (was, is))| {
                    ScoreChange {
                        score: rule.key.as_str(),
                        title: rule.title.clone(),
                        before: Standing::of(was.score.clone(), was.grade),
                        after: Standing::of(is.score.clone(), is.grade),
                    }
                });
            out.push(NetworkChange {
                asn: network.asn.0,
                framework: framework.id.clone(),
                third_party: false,
                metrics: metrics.collect(),
                scores: scores.collect(),
            });
        }
    }
    out.sort_by_key(|change| change.asn);
    Ok(out)
}

fn metric_change(metric: Metric, before: &Measured, after: &Measured) -> MetricChange {
    let row = METRICS.iter().find(|row| row.metric == metric);
    let value = |measured: &Measured| measured.as_ref().ok().map(|value| value.to_f64());
    let unknown = |measured: &Measured| measured.as_ref().err().map(ToString::to_string);
    MetricChange {
        metric: row.expect("every metric has a row").code,
        before: value(before),
        before_unknown: unknown(before),
        after: value(after),
        after_unknown: unknown(after),
    }
}

/// As the facts of a month hold a route.
fn route_facts(facts: &MonthFacts, place: &RoutePlace, state: &State) -> RouteFacts {
    RouteFacts {
        origin: place.origin.unwrap_or(Asn::ZERO),
        family: place.prefix.family(),
        len: place.prefix.len(),
        // An added route is shown by all of them and throughout.
        full_feed_peers: match place.full_feed_peers {
            u32::MAX => facts.full_feed_ases[family_place(&place.prefix)],
            known => known,
        },
        seen_seconds: match place.seen_seconds {
            u64::MAX => facts.month.span().seconds() as u64,
            known => known,
        },
        bogon: place.bogon,
        artefact: place.artefact,
        forged_origin: place.forged_origin,
        rpki: match state.rpki {
            Some("valid") => 0,
            Some("invalid") => 1,
            _ => 2,
        },
        irr: match state.irr {
            Some("exact") => 0,
            Some("covered") => 1,
            Some("wrong_origin") => 2,
            _ => 3,
        },
        count: 1,
    }
}

/// Takes one route out of the facts; `None` when they hold no such route.
fn take(facts: &mut MonthFacts, route: &RouteFacts) -> Option<()> {
    let alike = |known: &RouteFacts| RouteFacts { count: 1, ..*known } == *route && known.count > 0;
    let place = facts.routes.iter().position(alike)?;
    facts.routes[place].count -= 1;
    Some(())
}
