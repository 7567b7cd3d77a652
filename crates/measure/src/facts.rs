//! What the grades of a month are made from, before any framework: kept with a publication, so that the month can be
//! graded by another framework without reading its sources again.

use std::collections::BTreeMap;

use detect::{BogonClass, Dismissal, EventKind};
use routing::{Asn, Family, Month, Span, Unknown};

use crate::framework::{
    DismissedBy, Exclusion, Framework, Lengths, MetricUse, RouteRule, SpoofedSource, SpoofingRule,
};
use crate::incidents::{self, IncidentKey, MetricEvent};
use crate::m5_spoofing::{self, SpoofingCounts};
use crate::m7_irr::{self, IrrCounts};
use crate::m7_rpki::{self, RpkiCounts};
use crate::metric::Metric;
use crate::raw::{Raw, Weight};
use crate::readiness::{self, Readiness};
use crate::{Measured, Value};

/// A month before any framework.
#[derive(Clone, PartialEq, Debug)]
pub struct MonthFacts {
    /// The month.
    pub month: Month,
    /// Peer ASes with a full feed: IPv4, IPv6.
    pub full_feed_ases: [u32; 2],
    /// Metrics that nobody has a value of, and why.
    pub unknown: BTreeMap<Metric, Unknown>,
    /// The networks, ascending.
    pub networks: Vec<NetworkFacts>,
    /// Their routes in the order of origins, alike ones counted.
    pub routes: Vec<RouteFacts>,
    /// One for each network that answers for an event.
    pub events: Vec<EventFacts>,
}

/// What is known of one network besides its routes and events.
#[derive(Clone, PartialEq, Debug)]
pub struct NetworkFacts {
    /// The network.
    pub asn: Asn,
    /// Whether its aut-num object has import and export.
    pub policy: Result<bool, Unknown>,
    /// Whether a contact is registered.
    pub contact: Result<bool, Unknown>,
    /// Its public Spoofer tests, by which false sources count: routed, private, either.
    pub spoofing: [SpoofingCounts; 3],
}

/// A route as far as a framework asks; the derived order is that of origins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RouteFacts {
    /// Its origin.
    pub origin: Asn,
    /// IPv4 or IPv6.
    pub family: Family,
    /// Prefix length.
    pub len: u8,
    /// Peer ASes with a full feed that showed it.
    pub full_feed_peers: u32,
    /// For how long, within the month.
    pub seen_seconds: u64,
    /// Whether its prefix is a bogon.
    pub bogon: bool,
    /// Whether an event says that nobody meant to announce it so.
    pub artefact: bool,
    /// Whether events say that its origin did not announce it.
    pub forged_origin: bool,
    /// Valid, invalid, not found: 0, 1, 2.
    pub rpki: u8,
    /// Exact, covered, wrong origin, none: 0, 1, 2, 3.
    pub irr: u8,
    /// How many routes are so.
    pub count: u32,
}

/// One network's part in one event that is an incident under some framework.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EventFacts {
    /// The network.
    pub asn: Asn,
    /// The kind.
    pub kind: EventKind,
    /// The class, of bogons.
    pub class: Option<BogonClass>,
    /// What dismisses it, where a framework says so; none of what is an incident whatever a framework says.
    pub dismissed_by: Dismissal,
    /// 0 for the culprit, 1 for the next network on the path, …
    pub distance: u16,
    /// For how long the network had part in it.
    pub span: Span,
}

/// Why a route does not count, from what a rule asks; `None` when it does. `peers_min` is what the rule asks for, or
/// the number of full feeds where there are fewer.
pub fn not_counted(
    rule: &RouteRule,
    peers_min: [u32; 2],
    family: Family,
    len: u8,
    full_feed_peers: u32,
    seen_seconds: u64,
) -> Option<&'static str> {
    let (lengths, peers_min): (Lengths, u32) = match family {
        Family::V4 => (rule.ipv4, peers_min[0]),
        Family::V6 => (rule.ipv6, peers_min[1]),
    };
    if !lengths.contains(len) {
        Some("prefix length")
    } else if full_feed_peers < peers_min {
        Some("too few full-feed peers")
    } else if seen_seconds < rule.seen_seconds_min {
        Some("seen too briefly")
    } else {
        None
    }
}

/// Which of [`NetworkFacts::spoofing`] a rule asks for.
pub fn spoofing_place(rule: &SpoofingRule) -> usize {
    match (rule.received.contains(&SpoofedSource::Routed), rule.received.contains(&SpoofedSource::Private)) {
        (true, false) => 0,
        (false, true) => 1,
        _ => 2,
    }
}

/// What an event counts for a network under a framework, and how much; `None` where it does not.
pub fn weigh(framework: &Framework, event: &EventFacts) -> Option<(Metric, Weight)> {
    let (own, passed_on) = Metric::of_event(event.kind);
    let metric = if event.distance == 0 { own } else { passed_on };
    if dismissing(framework, metric, event.dismissed_by).is_some() {
        return None;
    }
    let counts = match event.class {
        Some(class) => framework.counts_bogon(metric, class == BogonClass::Full),
        None => framework.metric(metric).usage != MetricUse::NotUsed,
    };
    let weight = framework.accomplices.weight(usize::from(event.distance))?;
    counts.then_some((metric, weight))
}

/// What of the registrations behind an event dismisses it for a metric under a framework, the strongest first; `None`
/// where it counts.
pub fn dismissing(framework: &Framework, metric: Metric, dismissal: Dismissal) -> Option<DismissedBy> {
    let rule = &framework.metric(metric).dismissed_by;
    let there = |by: &DismissedBy| match by {
        DismissedBy::Rpki => dismissal.rpki,
        DismissedBy::Irr => dismissal.irr,
    };
    DismissedBy::ALL.iter().copied().find(|by| there(by) && rule.contains(by))
}

/// Whether a route is left out for what it is, whoever shows it.
pub fn is_excluded(rule: &RouteRule, bogon: bool, artefact: bool, forged_origin: bool) -> bool {
    rule.excluded.iter().any(|exclusion| match exclusion {
        Exclusion::Bogon => bogon,
        Exclusion::Artefact => artefact,
        Exclusion::ForgedOrigin => forged_origin,
        // Whoever asks has taken these out: they are nobody's routes.
        Exclusion::AsSetOrigin => false,
    })
}

/// The metrics a framework uses of each network, in the order of [`MonthFacts::networks`].
pub fn measure(framework: &Framework, facts: &MonthFacts) -> Vec<BTreeMap<Metric, Measured>> {
    let events: Vec<MetricEvent> = facts
        .events
        .iter()
        .filter_map(|event| {
            let (metric, weight) = weigh(framework, event)?;
            Some(MetricEvent { key: IncidentKey { asn: event.asn, metric, weight }, span: event.span })
        })
        .collect();
    let raw = incidents::raw_values(framework, &incidents::merge(&events, facts.month.span()));
    let routes = Counted::of(framework, facts);
    let known = |metric: Metric| facts.unknown.get(&metric).map_or(Ok(()), |why| Err(why.clone()));
    let counted =
        [Metric::M1, Metric::M1C, Metric::M2, Metric::M2C, Metric::M3, Metric::M3C, Metric::M4, Metric::M4C];
    let of_network = |network: &NetworkFacts| {
        let mut values: BTreeMap<Metric, Measured> = BTreeMap::new();
        for metric in counted {
            let value = raw.get(&(network.asn, metric)).copied().unwrap_or(Raw::ZERO);
            values.insert(metric, known(metric).map(|()| Value::Raw(value)));
        }
        if let Some(rule) = &framework.spoofing {
            let counts = known(Metric::M5).map(|()| network.spoofing[spoofing_place(rule)]);
            values.insert(Metric::M5, m5_spoofing::measure(framework, counts));
        }
        let flag = |known: &Result<bool, Unknown>| known.clone().map(Value::Flag);
        values.insert(Metric::M6, flag(&network.policy));
        values.insert(Metric::M8, flag(&network.contact));
        let (rpki, irr) = routes.of_network(network.asn);
        values.insert(Metric::M7Rpki, m7_rpki::measure(framework, known(Metric::M7Rpki).map(|()| rpki)));
        values.insert(Metric::M7Irr, m7_irr::measure(framework, known(Metric::M7Irr).map(|()| irr)));
        values.retain(|metric, _| framework.metric(*metric).usage != MetricUse::NotUsed);
        values
    };
    facts.networks.iter().map(of_network).collect()
}

/// Scores and grades of every network under a framework, in the order of [`MonthFacts::networks`]: the same as those
/// the month would be published with.
pub fn grade(framework: &Framework, facts: &MonthFacts) -> Vec<Readiness> {
    measure(framework, facts).iter().map(|values| readiness::grade(framework, values)).collect()
}

/// The routes that count, by origin.
struct Counted(BTreeMap<Asn, (RpkiCounts, IrrCounts)>);

impl Counted {
    fn of(framework: &Framework, facts: &MonthFacts) -> Counted {
        let rule = &framework.routes;
        let peers_min = facts.full_feed_ases.map(|available| rule.peers_min.min(available));
        let mut all: BTreeMap<Asn, (RpkiCounts, IrrCounts)> = BTreeMap::new();
        for route in &facts.routes {
            let RouteFacts { family, len, full_feed_peers, seen_seconds, .. } = *route;
            if is_excluded(rule, route.bogon, route.artefact, route.forged_origin)
                || not_counted(rule, peers_min, family, len, full_feed_peers, seen_seconds).is_some()
            {
                continue;
            }
            let (rpki, irr) = all.entry(route.origin).or_default();
            let n = u64::from(route.count);
            match route.rpki {
                0 => rpki.valid += n,
                1 => rpki.invalid += n,
                _ => rpki.not_found += n,
            }
            match route.irr {
                0 => irr.exact += n,
                1 => irr.covered += n,
                2 => irr.wrong_origin += n,
                _ => irr.none += n,
            }
        }
        Counted(all)
    }

    fn of_network(&self, asn: Asn) -> (RpkiCounts, IrrCounts) {
        self.0.get(&asn).copied().unwrap_or_default()
    }
}
