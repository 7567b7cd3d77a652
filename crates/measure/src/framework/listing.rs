//! Every rule of a framework as a row of words: what pages show, what two versions are compared by.

use super::{
    Accomplices, Basis, Bound, Curve, DurationRule, Framework, GradeRule, Lengths, MetricRule, MetricUse,
    RouteRule, ScoreRule, WithoutRoutes,
};
use crate::metric::{METRICS, Metric};

/// One rule of a framework.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleRow {
    /// The same for the same rule in every framework: `metric.M3`, `score.filtering.grades`.
    pub key: String,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub words: String,
    /// Where it comes from.
    pub basis: Basis,
    /// The metrics it is about.
    pub metrics: Vec<Metric>,
}

/// A rule that two frameworks do not have alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// What it is about.
    pub title: String,
    /// What the earlier one says; `None` when it has no such rule.
    pub before: Option<String>,
    /// What the later one says.
    pub after: Option<String>,
    /// Where the later rule comes from; of one that was dropped, where the earlier one came from.
    pub basis: Basis,
    /// True when the rule says the same and only its source is another.
    pub basis_only: bool,
}

impl Framework {
    /// Every rule, in the order of the file.
    pub fn rules(&self) -> Vec<RuleRow> {
        let of = |wanted: &dyn Fn(Metric) -> bool| -> Vec<Metric> {
            METRICS.iter().map(|row| row.metric).filter(|metric| wanted(*metric)).collect()
        };
        let rule = |key: &str, title: &str, words: String, basis: &Basis, metrics: Vec<Metric>| RuleRow {
            key: key.to_owned(),
            title: title.to_owned(),
            words,
            basis: basis.clone(),
            metrics,
        };
        let mut rows: Vec<RuleRow> = self.metrics.iter().map(metric_row).collect();
        let counted = |metric: Metric| metric.row().unit == crate::metric::Unit::WeightedIncidents;
        let Framework { duration, accomplices, routes, aggregation, .. } = self;
        rows.push(rule(
            "duration",
            "What an incident counts by its length",
            length_words(duration),
            &duration.basis,
            of(&counted),
        ));
        rows.push(rule(
            "accomplices",
            "Weight of those who passed it on, by distance",
            accomplice_words(accomplices),
            &accomplices.basis,
            of(&|metric| metric.is_accomplice() && counted(metric)),
        ));
        if let Some(curve) = &self.curve {
            let scored = of(&|metric| metric.row().unit.needs_curve());
            rows.push(rule("curve", "From raw value to score", curve_words(curve), &curve.basis, scored));
        }
        rows.extend(self.scores.iter().flat_map(score_rows));
        if let Some(spoofing) = &self.spoofing {
            let sources: Vec<&str> = spoofing.received.iter().map(|source| source.as_str()).collect();
            let words = format!("Counts when received with a false source that is {}", sources.join(" or "));
            rows.push(rule(
                "spoofing",
                "Spoofed packets",
                words,
                &spoofing.basis,
                vec![Metric::M5, Metric::M5C],
            ));
        }
        if let Some(irr) = &self.irr {
            let states: Vec<&str> = irr.registered.iter().map(|state| state.as_str()).collect();
            let words = format!(
                "1 - unregistered / total; registered is {}; without routes {}, or {} when something is \
                 unregistered all the same",
                states.join(" or "),
                without(irr.without_routes),
                without(irr.without_routes_unregistered)
            );
            rows.push(rule("irr", "Share registered in the IRR", words, &irr.basis, vec![Metric::M7Irr]));
        }
        if let Some(rpki) = &self.rpki {
            let words = format!(
                "(valid - {} × invalid) / total, at least {}; without routes {}",
                rpki.invalid_factor,
                rpki.floor,
                without(rpki.without_routes)
            );
            rows.push(rule("rpki", "Share valid in the RPKI", words, &rpki.basis, vec![Metric::M7Rpki]));
        }
        let registration = vec![Metric::M7Irr, Metric::M7Rpki];
        rows.push(rule("routes", "Announced routes", route_words(routes), &routes.basis, registration));
        let pooled = |pooling: super::Pooling| {
            format!("{} of the networks' scores, those without data left out", capital(pooling.as_str()))
        };
        rows.push(rule(
            "aggregation.participant",
            "A participant with several networks",
            pooled(aggregation.participant),
            &aggregation.participant_basis,
            Vec::new(),
        ));
        rows.push(rule(
            "aggregation.area",
            "An economy, a region, the world",
            pooled(aggregation.area),
            &aggregation.area_basis,
            Vec::new(),
        ));
        rows
    }
}

/// The rules that two frameworks do not have alike, in the order of the later one, those that it dropped last.
pub fn differences(earlier: &Framework, later: &Framework) -> Vec<Difference> {
    let (old, new) = (earlier.rules(), later.rules());
    let mut out: Vec<Difference> = Vec::new();
    for rule in &new {
        let before = old.iter().find(|old| old.key == rule.key);
        if before.is_none_or(|before| (&before.words, &before.basis) != (&rule.words, &rule.basis)) {
            out.push(Difference {
                title: rule.title.clone(),
                before: before.map(|before| before.words.clone()),
                after: Some(rule.words.clone()),
                basis: rule.basis.clone(),
                basis_only: before.is_some_and(|before| before.words == rule.words),
            });
        }
    }
    let dropped = old.iter().filter(|old| !new.iter().any(|new| new.key == old.key));
    out.extend(dropped.map(|old| Difference {
        title: old.title.clone(),
        before: Some(old.words.clone()),
        after: None,
        basis: old.basis.clone(),
        basis_only: false,
    }));
    out
}

fn metric_row(rule: &MetricRule) -> RuleRow {
    let mut words = capital(rule.usage.as_str());
    if rule.usage != MetricUse::NotUsed {
        if let Some(bogons) = rule.bogons {
            words.push_str(&format!("; {} bogons", bogons.as_str()));
        }
        if !rule.dismissed_by.is_empty() {
            let by: Vec<String> =
                rule.dismissed_by.iter().map(|by| by.as_str().to_ascii_uppercase()).collect();
            words.push_str(&format!("; dismissed by {}", by.join(" and ")));
        } else if matches!(rule.metric, Metric::M2 | Metric::M2C) {
            words.push_str("; dismissed by no registration");
        }
    }
    RuleRow {
        key: format!("metric.{}", rule.metric),
        title: format!("{} {}", rule.metric, rule.title),
        words,
        basis: rule.basis.clone(),
        metrics: vec![rule.metric],
    }
}

fn score_rows(rule: &ScoreRule) -> [RuleRow; 2] {
    let metrics: Vec<Metric> = rule.components.iter().flatten().copied().collect();
    let components: Vec<String> = rule
        .components
        .iter()
        .map(|metrics| metrics.iter().map(|metric| metric.code()).collect::<Vec<_>>().join(" + "))
        .collect();
    let curve = metrics.iter().any(|metric| metric.row().unit.needs_curve());
    let words = match (&components[..], curve) {
        ([one], true) => format!("{one} through the curve"),
        ([one], false) => format!("{one} itself"),
        (several, _) => format!("{} of {}", capital(rule.combine.as_str()), several.join(", ")),
    };
    [
        RuleRow {
            key: format!("score.{}", rule.key),
            title: rule.title.clone(),
            words,
            basis: rule.basis.clone(),
            metrics: metrics.clone(),
        },
        RuleRow {
            key: format!("score.{}.grades", rule.key),
            title: format!("{}, grades", rule.title),
            words: grade_words(&rule.grades),
            basis: rule.grades.basis.clone(),
            metrics,
        },
    ]
}

fn grade_words(grades: &GradeRule) -> String {
    let bound = |bound: Bound| match bound {
        Bound::AtLeast(value) => format!("≥ {value}"),
        Bound::Above(value) => format!("> {value}"),
    };
    let aspiring = grades.aspiring.map(|aspiring| format!(", aspiring {}", bound(aspiring)));
    format!("Ready {}{}, otherwise lagging", bound(grades.ready), aspiring.unwrap_or_default())
}

fn length_words(rule: &DurationRule) -> String {
    let number = |thousandths: u64| (thousandths as f64 / 1e3).to_string();
    let mut words = format!("No length {}", number(rule.instant.thousandths()));
    for class in &rule.classes {
        words.push_str(&format!(
            "; below {} {}",
            lasting(class.below_seconds),
            number(class.count.thousandths())
        ));
    }
    words.push_str(&format!(
        "; longer {} for every whole {}, and {} more",
        number(rule.per_period.thousandths()),
        lasting(rule.period_seconds),
        number(rule.plus.thousandths())
    ));
    words
}

/// Weights by distance in one breath.
pub(super) fn weight_words(rule: &Accomplices) -> String {
    accomplice_words(rule).replace("; ", ", ")
}

fn accomplice_words(rule: &Accomplices) -> String {
    let weights: Vec<String> = rule.weights.iter().map(|weight| weight.to_f64().to_string()).collect();
    let beyond = rule.beyond.to_f64();
    let first = if weights.is_empty() { String::new() } else { format!("{}; ", weights.join(", ")) };
    if beyond == 0.0 { format!("{first}further away none") } else { format!("{first}further away {beyond}") }
}

pub(super) fn curve_words(curve: &Curve) -> String {
    let Curve { base, scale, exponent, .. } = curve;
    if *exponent == 0.5 {
        format!("{base} ^ √(raw / {scale}), and 1 at raw 0")
    } else {
        format!("{base} ^ ((raw / {scale}) ^ {exponent}), and 1 at raw 0")
    }
}

fn route_words(rule: &RouteRule) -> String {
    let lengths = |lengths: Lengths| format!("/{} to /{}", lengths.min, lengths.max);
    let excluded: Vec<&str> = rule.excluded.iter().map(|exclusion| exclusion.as_str()).collect();
    let time = match rule.seen_seconds_min {
        0 => "however briefly".to_owned(),
        seconds => format!("for {} at least", lasting(seconds)),
    };
    format!(
        "Seen by {} full-feed peer ASes, or all where there are fewer, {time}; IPv4 {}, IPv6 {}; never: {}",
        rule.peers_min,
        lengths(rule.ipv4),
        lengths(rule.ipv6),
        excluded.join(", ")
    )
}

pub(super) fn without(share: WithoutRoutes) -> String {
    match share {
        WithoutRoutes::NoData => "no data".to_owned(),
        WithoutRoutes::Share(share) => share.to_string(),
    }
}

/// In the largest unit that it is a whole number of.
pub(super) fn lasting(seconds: u64) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let (length, unit) =
        units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length)).unwrap_or((1, "second"));
    let n = seconds / length;
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::{check, load, shipped};

    #[test]
    fn rules_are_said_with_the_numbers_of_the_file() {
        let rules = load("2024-01").unwrap().rules();
        let words = |key: &str| rules.iter().find(|rule| rule.key == key).unwrap().words.as_str();
        assert_eq!(words("metric.M2"), "Scored; dismissed by RPKI and IRR");
        assert_eq!(words("metric.M3"), "Scored; full bogons");
        assert_eq!(words("metric.M6"), "Not used");
        assert_eq!(
            words("duration"),
            "No length 0; below 30 minutes 0.5; below 1 day 1; longer 1 for every whole 1 day, and 1 more"
        );
        assert_eq!(words("accomplices"), "0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625; further away 0.01");
        assert_eq!(words("curve"), "0.6 ^ √(raw / 0.5), and 1 at raw 0");
        assert_eq!(words("score.filtering"), "Mean of M2 + M2C, M3 + M3C, M4 + M4C");
        assert_eq!(words("score.filtering.grades"), "Ready ≥ 0.8, aspiring ≥ 0.6, otherwise lagging");
        assert_eq!(words("score.anti_spoofing.grades"), "Ready > 0.6, aspiring ≥ 0.6, otherwise lagging");
        assert_eq!(words("rpki"), "(valid - 10 × invalid) / total, at least 0; without routes no data");
        assert!(words("routes").starts_with("Seen by 2 full-feed peer ASes, or all where there are fewer"));
        let m3: Vec<&str> =
            rules.iter().filter(|r| r.metrics.contains(&Metric::M3)).map(|r| r.key.as_str()).collect();
        assert_eq!(m3, ["metric.M3", "duration", "curve", "score.filtering", "score.filtering.grades"]);
    }

    #[test]
    fn a_changed_number_is_a_difference_and_nothing_else_is() {
        let (_, text) = shipped().iter().find(|(id, _)| *id == "2024-01").unwrap();
        let own = check(text).unwrap();
        assert_eq!(differences(&own, &own), []);
        let changed = text.replacen("peers_min = 2", "peers_min = 3", 1);
        let changed = differences(&own, &check(&changed).unwrap());
        assert_eq!(changed.iter().map(|d| d.title.as_str()).collect::<Vec<_>>(), ["Announced routes"]);
        assert!(changed[0].after.as_ref().unwrap().starts_with("Seen by 3"));
        let source = text.replacen(
            "source = \"Reproduces published scores to 15 digits\"",
            "source = \"Elsewhere\"",
            1,
        );
        let source = differences(&own, &check(&source).unwrap());
        assert!(source.len() == 1 && source[0].basis_only && source[0].title == "From raw value to score");
        // The oldest one scores nothing: its rules appear, and none of ours is lost.
        let old = load("2018-06").unwrap();
        let grown = differences(&old, &own);
        assert!(grown.iter().any(|d| d.title == "Action 1: filtering" && d.before.is_none()));
        let back = differences(&own, &old);
        assert!(back.iter().any(|d| d.title == "Action 1: filtering" && d.after.is_none()));
    }

    #[test]
    fn keys_name_one_rule_each() {
        for (id, _) in shipped() {
            let rules = load(id).unwrap().rules();
            let keys: std::collections::BTreeSet<&str> = rules.iter().map(|rule| rule.key.as_str()).collect();
            assert_eq!(keys.len(), rules.len(), "{id}");
            assert!(rules.iter().all(|rule| !rule.words.is_empty() && !rule.title.is_empty()), "{id}");
        }
    }
}
