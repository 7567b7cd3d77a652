//! Measurements and grades of every network under one framework, and of areas.

use std::collections::BTreeMap;

use detect::Event;
use detect::incident::Incident as Merged;
use measure::facts::{self, EventFacts};
use measure::framework::{Framework, MetricUse};
use measure::incidents::{self, IncidentKey, MetricEvent};
use measure::m7_irr::IrrCounts;
use measure::m7_rpki::RpkiCounts;
use measure::metric::Metric;
use measure::raw::Raw;
use measure::readiness::{self, Readiness};
use measure::{Measured, Value, m6_policy, m7_irr, m7_rpki, m8_contact};
use reference::irr::IrrState;
use reference::vrp::Validation;
use routing::{Asn, Family, Unknown};

use super::areas::{self, Area};
use super::peers::{self, PeerFeed};
use super::spoofing;
use super::{AutNumFacts, EventId, Exclusions, Inputs, Network, NotCounted, Registration, Route, Verdict};

/// A month under one framework.
pub struct Graded {
    /// Framework version.
    pub framework: String,
    /// Full-feed peer ASes a route needs to count: IPv4, IPv6.
    pub peers_min: [u32; 2],
    /// Why each route does not count; `None` when it does. In the order of routes.
    pub excluded: NotCounted,
    /// What each metric was measured from: sources and their dates.
    pub inputs: BTreeMap<Metric, String>,
    /// Scores of each network, in the order of networks.
    pub readiness: Vec<Readiness>,
    /// Incidents.
    pub incidents: Vec<Incident>,
    /// The world, economies and regions.
    pub areas: Vec<Area>,
    /// Raw values of those who answer for an incident.
    raw: BTreeMap<(Asn, Metric), Raw>,
    known: Known,
}

/// Whether what incidents are found in was there.
struct Known {
    observed: Result<(), Unknown>,
    before: Result<(), Unknown>,
    leaks: Result<(), Unknown>,
}

/// A measured value with what it rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct Explained {
    /// The value, or why it is unknown.
    pub value: Measured,
    /// What it rests on, in words; sources and dates are the same for all networks and stand in
    /// [`Graded::inputs`].
    pub because: String,
}

/// An incident of one network.
#[derive(Clone, PartialEq, Debug)]
pub struct Incident {
    /// Whose, for which metric, with which weight; when; indices of its events among the month's.
    pub merged: Merged<IncidentKey>,
    /// What it adds to the raw value.
    pub adds: Raw,
}

/// Measures and grades every network under `framework`.
#[allow(clippy::too_many_arguments)]
pub fn grade(
    framework: &Framework,
    inputs: &Inputs<'_>,
    observed: &Result<(), Unknown>,
    routes: &[Route],
    verdicts: &[Verdict],
    feeds: &[Vec<PeerFeed>],
    events: &[(EventId, Event)],
    networks: &[Network],
) -> Graded {
    let available = [Family::V4, Family::V6].map(|family| peers::full_feed_ases(feeds, family));
    let rule = Exclusions::new(framework, available);
    let excluded: NotCounted =
        routes.iter().zip(verdicts).map(|(route, verdict)| rule.examine(route, verdict)).collect();
    let (metric_events, owners) = metric_events(framework, events);
    let merged = incidents::merge(&metric_events, inputs.month.span());
    let raw = incidents::raw_values(framework, &merged);
    let known = Known {
        observed: observed.clone(),
        before: known_before(inputs, observed),
        leaks: leaks_known(inputs, observed),
    };
    let incidents = merged
        .into_iter()
        .map(|merged| Incident {
            adds: incidents::count(framework, merged.span, merged.key.weight),
            merged: Merged { events: merged.events.iter().map(|&e| owners[e as usize]).collect(), ..merged },
        })
        .collect();
    let mut graded = Graded {
        framework: framework.id.clone(),
        peers_min: rule.peers_min(),
        excluded,
        inputs: metric_inputs(inputs),
        readiness: Vec::with_capacity(networks.len()),
        incidents,
        areas: Vec::new(),
        raw,
        known,
    };
    for network in networks {
        let metrics = graded.metrics(framework, inputs, network, verdicts);
        let values = metrics.into_iter().map(|(metric, explained)| (metric, explained.value)).collect();
        graded.readiness.push(readiness::grade(framework, &values));
    }
    graded.areas = areas::areas(framework, networks, &graded.readiness, events);
    graded
}

impl Graded {
    /// The metrics that the framework uses of a network, with their words. They are made when they are asked for: those of
    /// all networks would take more memory than everything they are made from.
    pub fn metrics(
        &self,
        framework: &Framework,
        inputs: &Inputs<'_>,
        network: &Network,
        verdicts: &[Verdict],
    ) -> BTreeMap<Metric, Explained> {
        let mut all = BTreeMap::new();
        let Known { observed, before, leaks } = &self.known;
        // Daily reports observe who originates bogon prefixes, and nothing else.
        let reported = if inputs.references.reports.is_empty() { observed } else { &Ok(()) };
        for (metric, known) in [
            (Metric::M1, leaks),
            (Metric::M1C, leaks),
            (Metric::M2, before),
            (Metric::M2C, before),
            (Metric::M3, reported),
            (Metric::M3C, observed),
            (Metric::M4, observed),
            (Metric::M4C, observed),
        ] {
            all.insert(metric, self.incident_metric(metric, network.asn, known));
        }
        all.extend(spoofing::explain(framework, inputs, network.asn).map(|m5| (Metric::M5, m5)));
        registration_metrics(framework, inputs, network, verdicts, &self.excluded, &mut all);
        all.retain(|metric, _| framework.metric(*metric).usage != MetricUse::NotUsed);
        all
    }

    fn incident_metric(&self, metric: Metric, asn: Asn, known: &Result<(), Unknown>) -> Explained {
        let raw = || self.raw.get(&(asn, metric)).copied().unwrap_or(Raw::ZERO);
        let value = known.clone().map(|()| Value::Raw(raw()));
        // Incidents are sorted by network and metric.
        let key = |incident: &Incident| (incident.merged.key.asn, incident.merged.key.metric);
        let from = self.incidents.partition_point(|incident| key(incident) < (asn, metric));
        let own = self.incidents[from..].iter().take_while(|incident| key(incident) == (asn, metric)).count();
        let because = match (&value, own) {
            (Err(_), _) => String::new(),
            (Ok(_), 0) => "no incident seen".to_owned(),
            (Ok(_), 1) => "1 incident".to_owned(),
            (Ok(_), n) => format!("{n} incidents"),
        };
        Explained { value, because }
    }
}

/// Whether anything tells who originated what before: without that nothing can be new.
pub(super) fn known_before(inputs: &Inputs<'_>, observed: &Result<(), Unknown>) -> Result<(), Unknown> {
    observed.clone()?;
    let tables = inputs.collectors.iter().any(|c| !c.tables.is_empty());
    if tables || !inputs.references.before.history.sources().is_empty() {
        Ok(())
    } else {
        Err(Unknown::because("no table and no history tells who originated what before"))
    }
}

/// Whether anything tells what may be passed on, and what was passed on before. Relationships inferred from a table
/// find leaks, but know too few links to say of a network that it had none.
pub(super) fn leaks_known(inputs: &Inputs<'_>, observed: &Result<(), Unknown>) -> Result<(), Unknown> {
    observed.clone()?;
    let references = &inputs.references;
    let related = references.before.history.relationships(inputs.month.span().end).is_some();
    if !related && references.aspas.is_none() {
        return Err(Unknown::because("no relationships and no ASPAs from before the month's end are loaded"));
    }
    if inputs.collectors.iter().all(|c| c.tables.is_empty()) {
        return Err(Unknown::because("no table tells which routes were passed on before"));
    }
    Ok(())
}

/// Sources and dates behind each metric, for those that have any.
fn metric_inputs(inputs: &Inputs<'_>) -> BTreeMap<Metric, String> {
    let references = &inputs.references;
    let collectors: Vec<&str> = inputs.collectors.iter().map(|c| c.name.as_str()).collect();
    let spans = inputs.collectors.iter().flat_map(|c| &c.coverage);
    let covered = spans.map(|c| (c.start, c.end)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let routes = match covered {
        Some((start, end)) => format!("routes of {} from {start} to {end}", collectors.join(", ")),
        None => "no routes".to_owned(),
    };
    let reports: BTreeMap<&str, usize> =
        references.reports.iter().fold(BTreeMap::new(), |mut all, report| {
            *all.entry(report.source.as_str()).or_default() += 1;
            all
        });
    let lines = |n: &usize| if *n == 1 { "line" } else { "lines" };
    let reports: Vec<String> =
        reports.iter().map(|(source, n)| format!("{n} {} of {source}", lines(n))).collect();
    let with_reports = [vec![routes.clone()], reports].concat().join("; ");
    let history = references.before.history.sources().iter().map(|s| s.label.as_str());
    let with_history: Vec<&str> = core::iter::once(routes.as_str()).chain(history).collect();
    let mut out = BTreeMap::from([
        (Metric::M1, with_history.join("; ")),
        (Metric::M1C, with_history.join("; ")),
        (Metric::M2, with_history.join("; ")),
        (Metric::M2C, with_history.join("; ")),
        (Metric::M3, with_reports.clone()),
        (Metric::M3C, with_reports),
        (Metric::M4, routes.clone()),
        (Metric::M4C, routes.clone()),
    ]);
    out.extend(spoofing::label(inputs).map(|label| (Metric::M5, label)));
    if let Ok(vrps) = &references.vrps {
        out.insert(Metric::M7Rpki, format!("{}; {routes}", vrps.label));
    }
    if let Ok(irr) = &references.irr {
        out.insert(Metric::M7Irr, format!("{}; {routes}", irr.label));
    }
    let aut_nums = references.aut_nums.as_ref().ok().map(|d| d.label.clone());
    let contacts = references.contacts.as_ref().ok().map(|d| d.label.clone());
    out.extend(aut_nums.clone().map(|label| (Metric::M6, label)));
    let both: Vec<String> = contacts.into_iter().chain(aut_nums).collect();
    if !both.is_empty() {
        out.insert(Metric::M8, both.join("; "));
    }
    out
}

/// What each event counts for, with the index of the event it comes from.
fn metric_events(framework: &Framework, events: &[(EventId, Event)]) -> (Vec<MetricEvent>, Vec<u32>) {
    let (mut out, mut owners) = (Vec::new(), Vec::new());
    for (index, (_, event)) in (0u32..).zip(events) {
        for part in parts_of(event) {
            if let Some((metric, weight)) = facts::weigh(framework, &part) {
                let key = IncidentKey { asn: part.asn, metric, weight };
                out.push(MetricEvent { key, span: part.span });
                owners.push(index);
            }
        }
    }
    (out, owners)
}

/// Who answers for an event: its culprit, and those who passed it on. Nobody for one that is an incident under no
/// framework, or whose culprit is not known.
pub(super) fn parts_of(event: &Event) -> Vec<EventFacts> {
    let (kind, class, dismissed_by) = (event.kind, event.class, event.dismissed_by);
    let counts = event.verdict == detect::Verdict::Incident || dismissed_by.is_some();
    let Some(culprit) = event.culprit.filter(|_| counts) else {
        return Vec::new();
    };
    let part = |asn, distance, span| EventFacts { asn, kind, class, dismissed_by, distance, span };
    let passed_on = event.accomplices.iter().map(|a| part(a.asn, a.distance, a.span));
    core::iter::once(part(culprit, 0, event.span)).chain(passed_on).collect()
}

fn registration_metrics(
    framework: &Framework,
    inputs: &Inputs<'_>,
    network: &Network,
    verdicts: &[Verdict],
    excluded: &NotCounted,
    out: &mut BTreeMap<Metric, Explained>,
) {
    let references = &inputs.references;
    let counted = || network.routes.iter().map(|&i| i as usize).filter(|&i| excluded.get(i).is_none());
    let none_counted = || match network.routes.len() {
        0 => "no route with this origin was seen".to_owned(),
        n => format!("none of its {n} routes counts as announced"),
    };

    let rpki = references.vrps.as_ref().map_err(Clone::clone).map(|_| {
        let mut counts = RpkiCounts::default();
        for i in counted() {
            match verdicts[i].rpki {
                Some(Validation::Valid) => counts.valid += 1,
                Some(Validation::Invalid(_)) => counts.invalid += 1,
                Some(Validation::NotFound) | None => counts.not_found += 1,
            }
        }
        let total = counts.valid + counts.invalid + counts.not_found;
        let because = if total == 0 {
            none_counted()
        } else {
            format!(
                "of {total} announced routes {} RPKI valid, {} invalid, {} not found",
                counts.valid, counts.invalid, counts.not_found
            )
        };
        (counts, because)
    });
    out.insert(Metric::M7Rpki, explain(rpki, |counts| m7_rpki::measure(framework, counts)));

    let irr = match &references.irr_excerpt {
        Some(excerpt) => Err(excerpt.clone()),
        None => references.irr.as_ref().map_err(Clone::clone),
    };
    let irr = irr.map(|_| {
        let mut counts = IrrCounts::default();
        for i in counted() {
            match verdicts[i].irr.map(|v| v.state) {
                Some(IrrState::Exact) => counts.exact += 1,
                Some(IrrState::Covered) => counts.covered += 1,
                Some(IrrState::WrongOrigin) => counts.wrong_origin += 1,
                Some(IrrState::NoObject) | None => counts.none += 1,
            }
        }
        let because = if counts.total() == 0 {
            none_counted()
        } else {
            format!(
                "of {} announced routes {} with a route object of their own, {} covered by one, {} with other \
                 origins only, {} with none",
                counts.total(),
                counts.exact,
                counts.covered,
                counts.wrong_origin,
                counts.none
            )
        };
        (counts, because)
    });
    out.insert(Metric::M7Irr, explain(irr, |counts| m7_irr::measure(framework, counts)));

    let (policy, contact) = registered(inputs, network);
    out.insert(Metric::M6, explain(policy, |known| m6_policy::measure(framework, stated(known))));
    out.insert(Metric::M8, explain(contact, |known| m8_contact::measure(framework, known)));
}

type Registered<T> = Result<(T, String), Unknown>;

/// What registries say of a network's policy and of its contact, with what that rests on.
pub(super) fn registered(
    inputs: &Inputs<'_>,
    network: &Network,
) -> (Registered<AutNumFacts>, Registered<bool>) {
    let references = &inputs.references;
    let own_registry_loaded = match &network.registration {
        Registration::Delegated { registry, .. } | Registration::Listed { registry } => {
            references.aut_num_registries.contains(registry.code())
        }
        _ => false,
    };
    let aut_num = references.aut_nums.as_ref().ok().and_then(|all| all.data.get(&network.asn)).copied();
    // Another registry's object may state a policy; that it states none says nothing of the network's own.
    let says = |f: &AutNumFacts| f.in_registry || own_registry_loaded || (f.has_import && f.has_export);
    let policy = match (aut_num.filter(says), own_registry_loaded) {
        (Some(facts), _) => Ok((facts, "from its aut-num object".to_owned())),
        (None, true) => Ok((Default::default(), "its registry has no aut-num object for it".to_owned())),
        (None, false) => Err(Unknown::because("the aut-num objects of its registry are not loaded")),
    };
    let contact_there = aut_num.filter(|f| f.in_registry).map(|f| f.has_contact);
    (policy, contact(inputs, network.asn, contact_there, own_registry_loaded))
}

/// Import and export as M6 asks for them.
fn stated(facts: Result<AutNumFacts, Unknown>) -> m6_policy::Policy {
    m6_policy::Policy {
        has_imports: facts.as_ref().map(|f| f.has_import).map_err(Clone::clone),
        has_exports: facts.map(|f| f.has_export),
    }
}

/// Whether a contact is registered. One place that says yes is enough; *no* needs both places to be known.
fn contact(
    inputs: &Inputs<'_>,
    asn: Asn,
    aut_num: Option<bool>,
    own_registry_loaded: bool,
) -> Result<(bool, String), Unknown> {
    let references = &inputs.references;
    let registry = aut_num.or(own_registry_loaded.then_some(false));
    let peeringdb = match &references.contacts {
        Ok(dated) => {
            let reachable = dated.data.is_reachable(asn);
            let known = reachable || references.contacts_excerpt.is_none();
            known.then_some(reachable)
        }
        Err(_) => None,
    };
    match (registry, peeringdb) {
        (_, Some(true)) => Ok((true, "a contact is registered in PeeringDB".to_owned())),
        (Some(true), _) => Ok((true, "its aut-num object names a contact".to_owned())),
        (Some(false), Some(false)) => {
            Ok((false, "neither its registry nor PeeringDB names a contact".to_owned()))
        }
        (None, Some(false)) => Err(Unknown::because(
            "PeeringDB names no contact, and the aut-num objects of its registry are not loaded",
        )),
        (Some(false), None) => {
            Err(Unknown::because("its registry names no contact, and PeeringDB is not loaded whole"))
        }
        (None, None) => Err(Unknown::because(
            "neither the aut-num objects of its registry nor the whole of PeeringDB are loaded",
        )),
    }
}

fn explain<T>(
    known: Result<(T, String), Unknown>,
    measure: impl FnOnce(Result<T, Unknown>) -> Measured,
) -> Explained {
    match known {
        Ok((value, because)) => Explained { value: measure(Ok(value)), because },
        Err(why) => Explained { value: measure(Err(why)), because: String::new() },
    }
}
