//! The fix pack of a network: for every item that fails under a framework the exact repair, tried out by asking what
//! would be otherwise.

mod max_length;
mod routes;
mod sets;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use lake::LakeError;
use measure::facts::MonthFacts;
use measure::framework::{Framework, MetricUse};
use measure::metric::{METRICS, Metric};
use routing::{Asn, Prefix};
use serde::Serialize;
use store::{EventRow, NetworkRow};

use crate::whatif::{self, Change, Ground, NetworkChange, ThirdParty, WhatIfError};

/// Failing routes of one metric that a pack spells out.
pub const ITEMS_MAX: usize = 500;

/// Events that a pack names.
const EVENTS_MAX: usize = 200;

/// What a pack is made from besides the generation.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The network.
    pub asn: Asn,
    /// Where it is registered, in words.
    pub registry: String,
    /// Other networks of its organisation.
    pub siblings: Vec<u32>,
    /// The prefixes it announced.
    pub prefixes: Vec<Prefix>,
    /// Incidents it began or passed on.
    pub part_in: Vec<PartIn>,
}

impl Subject {
    /// From what a publication says of a network; `folder` is its generation, `events` are those it is named in.
    ///
    /// # Errors
    /// When its routes cannot be read.
    pub fn of(folder: &Path, network: &NetworkRow, events: &[EventRow]) -> Result<Subject, LakeError> {
        let asn = Asn(network.asn);
        let prefixes = lake::routes(folder, Some(asn))?.map(|route| route.map(|route| route.prefix));
        let part_in = events.iter().filter(|event| event.verdict == "incident").filter_map(|event| {
            let began = event.culprit == Some(asn.0);
            let passed_on = event.culprit.is_some() && event.accomplices.iter().any(|(own, _)| *own == asn.0);
            (began || passed_on).then(|| PartIn {
                event: event.id.clone(),
                kind: event.kind.clone(),
                prefix: event.prefix.clone(),
                began,
                administrative: event.class == "administrative",
            })
        });
        Ok(Subject {
            asn,
            registry: network.registry.clone(),
            siblings: network.siblings.clone(),
            prefixes: prefixes.collect::<Result<_, _>>()?,
            part_in: part_in.collect(),
        })
    }
}

/// A part in an incident.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PartIn {
    /// Id of the event.
    pub event: String,
    /// Code of its kind.
    pub kind: String,
    /// Its prefix.
    pub prefix: String,
    /// Whether the network began it, or passed it on.
    pub began: bool,
    /// A bogon that a registry alone makes one: it counts under some frameworks only.
    #[serde(skip)]
    pub administrative: bool,
}

/// The repairs of everything that fails.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Pack {
    /// The month.
    pub month: String,
    /// The network.
    pub asn: u32,
    /// Id of the framework.
    pub framework: String,
    /// What states were judged by.
    pub inputs: Vec<String>,
    /// What fails, by metric and prefix.
    pub items: Vec<Item>,
    /// What the first repair of every item leads to; `None` where none is a change that can be tried out.
    pub outcome: Option<Outcome>,
    /// What else is to know.
    pub notes: Vec<String>,
}

/// What fails, and what can be done.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Item {
    /// The metric it fails; `AS-SET` of what no metric looks at.
    pub metric: &'static str,
    /// Key of the score that the metric is part of; `None` where it is shown and not scored.
    pub score: Option<&'static str>,
    /// The prefix, of a route or of all the events.
    pub prefix: Option<String>,
    /// What is wrong, as a sentence.
    pub problem: String,
    /// The events that the repairs are about; empty where it is no matter of events.
    pub events: Vec<PartIn>,
    /// The repairs, the likeliest first.
    pub fixes: Vec<Fix>,
}

/// One repair.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Fix {
    /// When it is the right one, where there are several.
    pub when: Option<String>,
    /// What to do, as a sentence.
    pub what: String,
    /// What to copy.
    pub text: Option<String>,
    /// The same as changes that can be tried out, a line each.
    pub changes: Vec<String>,
    /// What else it does, and what to mind.
    pub warnings: Vec<String>,
}

impl Fix {
    fn told(what: impl Into<String>) -> Fix {
        Fix { when: None, what: what.into(), text: None, changes: Vec::new(), warnings: Vec::new() }
    }

    fn with_text(mut self, text: impl Into<String>) -> Fix {
        self.text = Some(text.into());
        self
    }
}

/// What the first repairs lead to together.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Outcome {
    /// The changes tried out.
    pub changes: Vec<String>,
    /// The network before and after.
    pub network: Option<NetworkChange>,
    /// In words: `after these: M7RPKI 1.0000, ready`.
    pub sentence: String,
    /// Who else would break.
    pub third_parties: Vec<ThirdParty>,
}

/// Makes the pack of a network under a framework from the generation at `folder`.
///
/// # Errors
/// When the generation does not hold what is needed, or it cannot be read.
pub fn fixes(
    folder: &Path,
    month: &str,
    subject: &Subject,
    framework: &Framework,
) -> Result<Pack, WhatIfError> {
    let mut notes = Vec::new();
    // Too many routes inside the space leave the rest of the pack standing.
    let ground = match Ground::read(folder, month, &subject.prefixes) {
        Err(why @ WhatIfError::TooWide { .. }) => {
            notes.push(format!("Repairs of single routes are left out: {why}."));
            Ground::read(folder, month, &[])?
        }
        read => read?,
    };
    let facts = ground.facts_of(&BTreeSet::from([subject.asn]))?;
    let mut pack = Pack {
        month: month.to_owned(),
        asn: subject.asn.0,
        framework: framework.id.clone(),
        inputs: [&ground.registered.vrps, &ground.registered.route_objects]
            .into_iter()
            .map(|known| known.clone().unwrap_or_else(|why| why))
            .collect(),
        items: Vec::new(),
        outcome: None,
        notes,
    };
    routes::items(&ground, &facts, subject, framework, &mut pack)?;
    others(&facts, subject, framework, &mut pack);
    incidents(subject, framework, &mut pack);
    sets::items(folder, subject, &mut pack)?;
    try_out(&ground, subject, framework, &mut pack)?;
    Ok(pack)
}

/// Whether a framework uses a metric, and the score it is part of.
fn used(framework: &Framework, metric: Metric) -> Option<(&'static str, Option<&'static str>)> {
    if framework.metric(metric).usage == MetricUse::NotUsed {
        return None;
    }
    let row = METRICS.iter().find(|row| row.metric == metric)?;
    let score =
        framework.scores.iter().find(|score| score.components.iter().flatten().any(|own| *own == metric));
    Some((row.code, score.map(|score| score.key.as_str())))
}

/// Contacts, policy, source addresses.
fn others(facts: &MonthFacts, subject: &Subject, framework: &Framework, pack: &mut Pack) {
    let asn = subject.asn;
    let place = words::aut_num_place(&subject.registry);
    let mut add = |metric: Metric, problem: String, fixes: Vec<Fix>| {
        if let Some((metric, score)) = used(framework, metric) {
            pack.items.push(Item { metric, score, prefix: None, problem, events: Vec::new(), fixes });
        }
    };
    if let Ok(at) = facts.networks.binary_search_by_key(&asn, |network| network.asn) {
        let network = &facts.networks[at];
        if network.policy == Ok(false) {
            let what = format!("State at least one import and one export: {place}.");
            let problem = "No routing policy is stated: an import and an export are looked for.".to_owned();
            add(Metric::M6, problem, vec![Fix::told(what).with_text(words::policy(asn))]);
        }
        if network.contact == Ok(false) {
            let what = format!("Name who can be reached: {place}.");
            let other = format!(
                "Or make an entry for {asn} in PeeringDB with at least one contact (role NOC, Technical or Policy) that is \
                 public."
            );
            let problem = "No contact is registered.".to_owned();
            add(Metric::M8, problem, vec![Fix::told(what).with_text(words::contact(asn)), Fix::told(other)]);
        }
        if let Some(rule) = &framework.spoofing {
            let counts = network.spoofing[measure::facts::spoofing_place(rule)];
            if counts.prefixes > 0 {
                let what = "Drop packets whose source address is not of the network they come from, at the edge \
                            towards customers and on your own access networks (BCP 38, BCP 84), then run the Spoofer \
                            client again.";
                let n = counts.prefixes;
                let problem =
                    format!("Public tests sent packets with false sources from {n} of its prefixes.");
                add(Metric::M5, problem, vec![Fix::told(what)]);
            }
        }
    }
}

/// Incidents, those with the same repair as one item.
fn incidents(subject: &Subject, framework: &Framework, pack: &mut Pack) {
    let counted = |part: &PartIn| {
        let (own, passed_on) = detect_kind(&part.kind)?;
        let metric = if part.began { own } else { passed_on };
        (!part.administrative || framework.counts_bogon(metric, false)).then_some(())?;
        used(framework, metric)
    };
    let parts: Vec<_> = subject.part_in.iter().filter_map(|part| Some((part, counted(part)?))).collect();
    let mut groups: BTreeMap<(bool, &str, &str), Item> = BTreeMap::new();
    for (part, (metric, score)) in parts.iter().take(EVENTS_MAX).copied() {
        let what = words::filters(&part.kind)[usize::from(!part.began)];
        let item = groups.entry((score.is_none(), metric, what)).or_insert_with(|| Item {
            metric,
            score,
            prefix: None,
            problem: String::new(),
            events: Vec::new(),
            fixes: vec![Fix::told(what)],
        });
        item.events.push(part.clone());
    }
    for mut item in groups.into_values() {
        let prefixes: BTreeSet<&str> = item.events.iter().map(|part| part.prefix.as_str()).collect();
        item.prefix = prefixes.first().filter(|_| prefixes.len() == 1).map(ToString::to_string);
        let kinds: BTreeSet<String> =
            item.events.iter().map(|part| part.kind.replace('_', " ").replace("asn", "AS number")).collect();
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
        let did = if item.events[0].began { "began" } else { "passed on" };
        item.problem = match item.events.len() {
            1 => format!("{} {did} an event ({kinds}).", subject.asn),
            n => format!("{} {did} {n} events ({kinds}).", subject.asn),
        };
        pack.items.push(item);
    }
    let more = parts.len().saturating_sub(EVENTS_MAX);
    if more > 0 {
        pack.notes.push(format!("{more} more incidents are not named; the network's page lists them."));
    }
}

fn detect_kind(code: &str) -> Option<(Metric, Metric)> {
    Some(match code {
        "route_leak" => (Metric::M1, Metric::M1C),
        "misorigination" | "forged_origin" | "forged_path" => (Metric::M2, Metric::M2C),
        "bogon_prefix" => (Metric::M3, Metric::M3C),
        "bogon_asn" => (Metric::M4, Metric::M4C),
        _ => return None,
    })
}

/// Tries the first repair of every item out, all together.
fn try_out(
    ground: &Ground,
    subject: &Subject,
    framework: &Framework,
    pack: &mut Pack,
) -> Result<(), WhatIfError> {
    let first = pack.items.iter().filter_map(|item| item.fixes.first());
    let mut lines: Vec<String> = first.flat_map(|fix| fix.changes.iter().cloned()).collect();
    let mut seen = BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    if lines.is_empty() {
        return Ok(());
    }
    let changes: Vec<Change> = lines.iter().filter_map(|line| whatif::parse(line).ok()).flatten().collect();
    let answer = whatif::answer(ground, &changes, Some(subject.asn), core::slice::from_ref(framework))?;
    let broken = |route: &whatif::RouteChange| {
        route.third_party && (route.becomes_invalid || route.loses_registration)
    };
    let others: Vec<(Prefix, String)> = answer
        .routes
        .iter()
        .filter(|route| broken(route))
        .filter_map(|route| {
            let origin = route.origin.map_or("an AS_SET".to_owned(), |asn| Asn(asn).to_string());
            let how = if route.becomes_invalid { "becomes invalid" } else { "loses registration" };
            Some((route.prefix.parse().ok()?, format!("{} of {origin} {how}", route.prefix)))
        })
        .collect();
    for fix in pack.items.iter_mut().filter_map(|item| item.fixes.first_mut()) {
        for change in fix.changes.iter().filter_map(|line| whatif::parse(line).ok()).flatten() {
            let hit = others.iter().filter(|(prefix, _)| change.prefix().contains(prefix));
            fix.warnings.extend(hit.map(|(_, broken)| {
                format!("{broken}: agree with whom it concerns before, so that a ROA or object of theirs is there first.")
            }));
        }
    }
    let network = answer.networks.into_iter().find(|network| network.asn == subject.asn.0);
    let sentence = network.as_ref().map_or_else(
        || format!("{} is not among the networks of the month: it is not graded.", subject.asn),
        after_these,
    );
    pack.outcome = Some(Outcome { changes: lines, network, sentence, third_parties: answer.third_parties });
    pack.notes.extend(answer.notes);
    Ok(())
}

fn after_these(network: &NetworkChange) -> String {
    let metric = |change: &whatif::MetricChange| {
        let value = |known: Option<f64>, why: &Option<String>| match known {
            Some(value) => format!("{value:.2}"),
            None => why.clone().unwrap_or_else(|| "no data".to_owned()),
        };
        let score = match change.metric {
            "M7IRR" => "routing_information_irr",
            _ => "routing_information_rpki",
        };
        let grade = network.scores.iter().find(|s| s.score == score).and_then(|s| s.after.grade);
        let grade = grade.map(|grade| format!(" {grade}")).unwrap_or_default();
        let (was, is) =
            (value(change.before, &change.before_unknown), value(change.after, &change.after_unknown));
        format!("{} {is}{grade} (was {was})", change.metric)
    };
    format!("After these: {}.", network.metrics.iter().map(metric).collect::<Vec<_>>().join(", "))
}

impl Pack {
    /// The whole as plain text.
    pub fn to_text(&self) -> String {
        let mut out =
            format!("Fix pack of {}, {}, framework {}\n", Asn(self.asn), self.month, self.framework);
        let _ = writeln!(out, "Judged by: {}", self.inputs.join("; "));
        if self.items.is_empty() {
            out += "\nNothing fails that is measured.\n";
        }
        for item in &self.items {
            let prefix = item.prefix.as_ref().map(|prefix| format!(" {prefix}")).unwrap_or_default();
            let _ = writeln!(out, "\n{}{prefix}: {}", item.metric, item.problem);
            for part in &item.events {
                let _ = writeln!(out, "    {} (event {})", part.prefix, part.event);
            }
            for fix in &item.fixes {
                let when = fix.when.as_ref().map(|when| format!("{when}: ")).unwrap_or_default();
                let _ = writeln!(out, "  * {when}{}", fix.what);
                for line in fix.text.iter().flat_map(|text| text.lines()) {
                    let _ = writeln!(out, "        {line}");
                }
                for warning in &fix.warnings {
                    let _ = writeln!(out, "    mind: {warning}");
                }
            }
        }
        if let Some(outcome) = &self.outcome {
            let _ = writeln!(out, "\n{}\nTried out, the first repair of each:", outcome.sentence);
            for change in &outcome.changes {
                let _ = writeln!(out, "    {change}");
            }
        }
        for note in &self.notes {
            let _ = writeln!(out, "Note: {note}");
        }
        out
    }
}
