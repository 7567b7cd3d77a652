//! Events, incidents, metrics, scores.

use detect::Event;
use measure::Value;
use measure::framework::{MetricUse, ScoreKey};
use measure::metric::Metric;
use pipeline::month::{Incident, end_unknown, is_ongoing};
use routing::{Asn, Family};

use super::{Outcome, close, pair, same};
use crate::Mismatch;
use crate::computed::Computed;
use crate::expectation::{EventExpected, Expected, IncidentExpected, ScoreExpected, Stated, ValueExpected};
use crate::words::shown_span;

/// Events are compared as a whole.
pub(super) fn events(stated: &[Stated], computed: &Computed) -> Vec<Mismatch> {
    let all = &computed.outcome.events;
    let month_end = computed.outcome.month.span().end;
    let known = computed.collectors.iter().flat_map(|c| &c.coverage).map(|stretch| stretch.end);
    let data_end = known.max().unwrap_or(month_end);
    let end = |event: &Event| match end_unknown(event, month_end, data_end) {
        Some(_) => "end-unknown",
        None if is_ongoing(event, month_end, data_end) => "ongoing",
        None => "over",
    };
    let shown: Vec<String> = all.iter().map(|(_, e)| shown_event(e, end(e))).collect();
    let mut out = Vec::new();
    for s in stated.iter().filter(|s| matches!(s.what, Expected::NoEvent) && !shown.is_empty()) {
        out.push(Mismatch { line: s.line, expected: s.text.clone(), got: shown.clone() });
    }
    let expected: Vec<(&Stated, &EventExpected)> = stated
        .iter()
        .filter_map(|s| match &s.what {
            Expected::Event(event) => Some((s, event)),
            _ => None,
        })
        .collect();
    if expected.is_empty() {
        return out;
    }
    let fits = |e: usize, o: usize| {
        let (want, got) = (expected[e].1, &all[o].1);
        (want.kind, want.culprit, want.prefix) == (got.kind, got.culprit, got.prefix)
            && (want.bogon_asn, want.time, want.estimated)
                == (got.bogon_asn, got.span, got.evidence.estimated)
            && want.class.is_none_or(|w| Some(w) == got.class)
            && want.verdict.is_none_or(|w| w == got.verdict)
            && want.reason.is_none_or(|w| w == got.reason)
            && want.leak_type.is_none_or(|w| got.hop.is_some_and(|hop| hop.leak_type == Some(w)))
            && want.from.is_none_or(|w| got.hop.is_some_and(|hop| hop.from == Some(w)))
            && want.to.is_none_or(|w| got.hop.is_some_and(|hop| hop.to == Some(w)))
            && want.victims.as_ref().is_none_or(|w| *w == got.victims)
            && want.peers.is_none_or(|w| w == got.evidence.peer_ases)
            && want.sightings.is_none_or(|w| w == got.evidence.sightings.len())
            && want.credits.as_ref().is_none_or(|w| *w == got.credits)
            && want.accomplices.as_ref().is_none_or(|w| *w == accomplices(got))
            && want.end.is_none_or(|w| w == end(got))
    };
    out.extend(pair(expected.iter().map(|(s, _)| (s.line, s.text.as_str())), &shown, fits));
    out
}

fn accomplices(event: &Event) -> Vec<(Asn, u16)> {
    let mut all: Vec<(Asn, u16)> = event.accomplices.iter().map(|a| (a.asn, a.distance)).collect();
    all.sort_unstable();
    all
}

fn shown_event(event: &Event, end: &str) -> String {
    let culprit = event.culprit.map_or_else(|| "unknown".to_owned(), |asn| asn.to_string());
    let bogon = event.bogon_asn.map(|asn| format!(" asn {asn}")).unwrap_or_default();
    let passed_on: Vec<String> =
        accomplices(event).iter().map(|(asn, far)| format!(" {asn}@{far}")).collect();
    let passed_on = match passed_on.is_empty() {
        true => " no-accomplices".to_owned(),
        false => format!(" accomplices{}", passed_on.concat()),
    };
    let credits: String = event.credits.iter().map(|asn| format!(" {asn}")).collect();
    let credits = if credits.is_empty() { credits } else { format!(" credits{credits}") };
    let judged = match event.class {
        Some(class) => class.code().to_owned(),
        None => {
            format!("{} reason {}{}{}", event.verdict, event.reason, shown_hop(event), shown_victims(event))
        }
    };
    format!(
        "event {} culprit {culprit} {}{bogon} {} {judged} peers {} sightings {}{passed_on}{credits}{} {end}",
        event.kind,
        event.prefix,
        shown_span(event.span),
        event.evidence.peer_ases,
        event.evidence.sightings.len(),
        if event.evidence.estimated { " estimated" } else { "" },
    )
}

fn shown_hop(event: &Event) -> String {
    let Some(hop) = event.hop else { return String::new() };
    let leak_type = hop.leak_type.map(|t| format!(" type {t}"));
    let from = hop.from.map(|asn| format!(" from {asn}"));
    let to = hop.to.map(|asn| format!(" to {asn}"));
    [leak_type, from, to].into_iter().flatten().collect()
}

fn shown_victims(event: &Event) -> String {
    let all: String = event.victims.iter().map(|asn| format!(" {asn}")).collect();
    if all.is_empty() { all } else { format!(" victims{all}") }
}

/// The incidents of one network, metric and framework are compared as a whole.
pub(super) fn incidents(stated: &[Stated], computed: &Computed) -> Vec<Mismatch> {
    let mut groups: Vec<(Asn, Metric, &str)> = stated
        .iter()
        .filter_map(|s| match &s.what {
            Expected::Incident(i) => Some((i.asn, i.metric, s.framework.as_str())),
            Expected::NoIncident { asn, metric } => Some((*asn, *metric, s.framework.as_str())),
            _ => None,
        })
        .collect();
    groups.sort_unstable();
    groups.dedup();
    groups.into_iter().flat_map(|group| incidents_of(group, stated, computed)).collect()
}

fn incidents_of(group: (Asn, Metric, &str), stated: &[Stated], computed: &Computed) -> Vec<Mismatch> {
    let (asn, metric, framework) = group;
    let graded = &computed.outcome.graded[computed.framework(framework).0];
    let own = |i: &&Incident| (i.merged.key.asn, i.merged.key.metric) == (asn, metric);
    let all: Vec<&Incident> = graded.incidents.iter().filter(own).collect();
    let shown: Vec<String> = all
        .iter()
        .map(|i| {
            let (weight, n) = (i.merged.key.weight.to_f64(), i.merged.events.len());
            let span = shown_span(i.merged.span);
            format!("incident {asn} {metric} {span} adds {} weight {weight} events {n}", i.adds)
        })
        .collect();
    let mut out = Vec::new();
    let mut expected: Vec<(&Stated, &IncidentExpected)> = Vec::new();
    for s in stated.iter().filter(|s| s.framework == framework) {
        match &s.what {
            Expected::Incident(i) if (i.asn, i.metric) == (asn, metric) => expected.push((s, i)),
            Expected::NoIncident { asn: a, metric: m } if (*a, *m) == (asn, metric) && !shown.is_empty() => {
                out.push(Mismatch { line: s.line, expected: s.text.clone(), got: shown.clone() });
            }
            _ => {}
        }
    }
    if expected.is_empty() {
        return out;
    }
    let fits = |e: usize, o: usize| {
        let (want, got) = (expected[e].1, all[o]);
        want.time == got.merged.span
            && close(want.adds, got.adds.to_f64())
            && want.weight.is_none_or(|w| close(w, got.merged.key.weight.to_f64()))
            && want.events.is_none_or(|w| w == got.merged.events.len())
    };
    out.extend(pair(expected.iter().map(|(s, _)| (s.line, s.text.as_str())), &shown, fits));
    out
}

/// How many full-feed peer ASes a route needs.
pub(super) fn peers_min(family: Family, peers: u32, framework: &str, computed: &Computed) -> Outcome {
    let graded = &computed.outcome.graded[computed.framework(framework).0];
    let got = graded.peers_min[usize::from(family == Family::V6)];
    same(got == peers, || format!("peers-min {family} {got}"))
}

fn place(asn: Asn, computed: &Computed) -> Result<usize, Vec<String>> {
    let place = computed.outcome.networks.iter().position(|n| n.asn == asn);
    place.ok_or_else(|| vec![format!("no network {asn}")])
}

/// One metric of one network.
pub(super) fn metric(
    asn: Asn,
    metric: Metric,
    want: &ValueExpected,
    framework: &str,
    computed: &Computed,
) -> Outcome {
    let (index, rules) = computed.framework(framework);
    let usage = rules.metric(metric).usage;
    let network = place(asn, computed)?;
    let got = computed.metrics[index][network].get(&metric);
    let holds = match (want, got.map(|g| &g.value)) {
        (ValueExpected::NotUsed, None) => usage == MetricUse::NotUsed,
        (ValueExpected::Number(n), Some(Ok(Value::Raw(_) | Value::Share(_)))) => {
            got.and_then(|g| g.value.as_ref().ok()).is_some_and(|v| close(v.to_f64(), *n))
        }
        (ValueExpected::Flag(flag), Some(Ok(Value::Flag(is)))) => flag == is,
        (ValueExpected::Unknown(why), Some(Err(is))) => is.0.contains(why.as_str()),
        _ => false,
    };
    same(holds, || match got {
        None => format!("{asn} {metric} not measured: it is {usage} in {framework}"),
        Some(explained) => match &explained.value {
            Err(why) => format!("{asn} {metric} unknown \"{why}\""),
            Ok(Value::Flag(flag)) => format!("{asn} {metric} {}", if *flag { "yes" } else { "no" }),
            Ok(value) => format!("{asn} {metric} {} ({})", value.to_f64(), explained.because),
        },
    })
}

/// One score of one network.
pub(super) fn score(
    asn: Asn,
    key: ScoreKey,
    want: &ScoreExpected,
    framework: &str,
    computed: &Computed,
) -> Outcome {
    let index = computed.framework(framework).0;
    let network = place(asn, computed)?;
    let action = computed.outcome.graded[index].readiness[network].action(key);
    let holds = match (want, action) {
        (ScoreExpected::NotUsed, None) => true,
        (ScoreExpected::Graded(score, grade), Some(action)) => {
            action.score.as_ref().is_ok_and(|s| close(*s, *score)) && action.grade == Some(*grade)
        }
        (ScoreExpected::NoData(why), Some(action)) => {
            action.score.as_ref().is_err_and(|is| is.0.contains(why.as_str())) && action.grade.is_none()
        }
        _ => false,
    };
    same(holds, || match action {
        None => format!("{framework} has no score {key}"),
        Some(action) => match (&action.score, action.grade) {
            (Ok(score), Some(grade)) => format!("{asn} {key} {score} {grade}"),
            (Ok(score), None) => format!("{asn} {key} {score} without a grade"),
            (Err(why), _) => format!("{asn} {key} no-data \"{why}\""),
        },
    })
}

/// One score of an economy or the world: score, networks with data, networks without.
pub(super) fn economy(
    economy: &str,
    key: ScoreKey,
    want: (Option<f64>, u32, u32),
    framework: &str,
    computed: &Computed,
) -> Outcome {
    let graded = &computed.outcome.graded[computed.framework(framework).0];
    let area = graded.areas.iter().find(|a| a.code == economy);
    let Some(score) = area.and_then(|a| a.scores.iter().find(|s| s.key == key)) else {
        return Err(vec![format!("no score {key} of `{economy}`")]);
    };
    let got = &score.aggregate;
    let pooled = got.score().ok();
    let holds = match (want.0, pooled) {
        (Some(a), Some(b)) => close(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    same(holds && (want.1, want.2) == (got.with_data(), got.no_data()), || {
        let name = if economy.is_empty() { "world" } else { economy };
        let pooled = pooled.map_or_else(|| "none".to_owned(), |s| s.to_string());
        format!("economy {name} {key} {pooled} with {} without {}", got.with_data(), got.no_data())
    })
}
