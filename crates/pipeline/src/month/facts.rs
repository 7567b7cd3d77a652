//! What the grades of a computed month are made from, before any framework.

use std::collections::BTreeMap;

use measure::facts::{MonthFacts, NetworkFacts, RouteFacts};
use measure::framework::SpoofedSource;
use measure::metric::Metric;
use reference::irr::IrrState;
use reference::vrp::Validation;
use routing::{Family, Unknown};

use super::{Inputs, Network, Outcome, observed, peers, scores, spoofing};

/// The facts of a computed month: by them it can be graded under any framework, without its sources.
pub fn facts(inputs: &Inputs<'_>, outcome: &Outcome) -> MonthFacts {
    let mut events: Vec<_> = outcome.events.iter().flat_map(|(_, event)| scores::parts_of(event)).collect();
    events.sort_by_key(|part| {
        (part.asn, part.span.start, part.span.end, part.kind, part.distance, part.dismissed_by)
    });
    MonthFacts {
        month: outcome.month,
        full_feed_ases: [Family::V4, Family::V6].map(|family| peers::full_feed_ases(&outcome.feeds, family)),
        unknown: unknown(inputs),
        networks: outcome.networks.iter().map(|network| network_facts(inputs, network)).collect(),
        routes: routes(outcome),
        events,
    }
}

/// Metrics without a value for anybody. M5C and ROV are not measured by anything yet.
fn unknown(inputs: &Inputs<'_>) -> BTreeMap<Metric, Unknown> {
    let references = &inputs.references;
    let observed = observed(inputs);
    let leaks = scores::leaks_known(inputs, &observed);
    let before = scores::known_before(inputs, &observed);
    let reported = !references.reports.is_empty();
    let irr = match &references.irr_excerpt {
        Some(excerpt) => Err(excerpt.clone()),
        None => references.irr.as_ref().map(|_| ()).map_err(Clone::clone),
    };
    [
        (Metric::M1, leaks.clone()),
        (Metric::M1C, leaks),
        (Metric::M2, before.clone()),
        (Metric::M2C, before),
        (Metric::M3, if reported { Ok(()) } else { observed.clone() }),
        (Metric::M3C, observed.clone()),
        (Metric::M4, observed.clone()),
        (Metric::M4C, observed),
        (Metric::M5, spoofing::sessions(inputs).map(|_| ())),
        (Metric::M7Rpki, references.vrps.as_ref().map(|_| ()).map_err(Clone::clone)),
        (Metric::M7Irr, irr),
    ]
    .into_iter()
    .filter_map(|(metric, known)| Some((metric, known.err()?)))
    .collect()
}

fn network_facts(inputs: &Inputs<'_>, network: &Network) -> NetworkFacts {
    let (policy, contact) = scores::registered(inputs, network);
    let sources: [&[SpoofedSource]; 3] =
        [&[SpoofedSource::Routed], &[SpoofedSource::Private], SpoofedSource::ALL];
    let spoofing = match spoofing::sessions(inputs) {
        Ok(table) => sources.map(|counted| spoofing::count(table, inputs, network.asn, counted).0),
        Err(_) => Default::default(),
    };
    NetworkFacts {
        asn: network.asn,
        policy: policy.map(|(stated, _)| stated.has_import && stated.has_export),
        contact: contact.map(|(known, _)| known),
        spoofing,
    }
}

/// Routes with an origin that is a network of the month, alike ones counted.
fn routes(outcome: &Outcome) -> Vec<RouteFacts> {
    let mut all: Vec<RouteFacts> = Vec::with_capacity(outcome.routes.len());
    for (route, verdict) in outcome.routes.iter().zip(&outcome.verdicts) {
        let Some(origin) = route.origin else { continue };
        all.push(RouteFacts {
            origin,
            family: route.prefix.family(),
            len: route.prefix.len(),
            full_feed_peers: route.full_feed_peers,
            seen_seconds: u64::try_from(route.seen_seconds).unwrap_or(0),
            bogon: verdict.bogon.is_some(),
            artefact: verdict.artefact,
            forged_origin: verdict.forged_origin,
            rpki: match verdict.rpki {
                Some(Validation::Valid) => 0,
                Some(Validation::Invalid(_)) => 1,
                Some(Validation::NotFound) | None => 2,
            },
            irr: match verdict.irr.map(|v| v.state) {
                Some(IrrState::Exact) => 0,
                Some(IrrState::Covered) => 1,
                Some(IrrState::WrongOrigin) => 2,
                Some(IrrState::NoObject) | None => 3,
            },
            count: 1,
        });
    }
    all.sort_unstable();
    all.dedup_by(|next, kept| {
        let alike = RouteFacts { count: 1, ..*next } == RouteFacts { count: 1, ..*kept };
        if alike {
            kept.count += next.count;
        }
        alike
    });
    all
}
