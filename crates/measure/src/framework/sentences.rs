//! What differs between two frameworks, every difference a sentence.

use std::collections::BTreeMap;

use core::fmt;

use super::listing::{capital, curve_words, lasting, weight_words, without};
use super::{Bound, Framework, MetricUse, RouteRule};
use crate::metric::Unit;

/// What kind of difference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Differs {
    /// What is measured, scored or graded.
    Rule,
    /// How well a rule is founded, such as a choice that a public source now states.
    Mark,
    /// The source named for a rule.
    Source,
    /// Titles, meanings, dates: nothing that a grade depends on.
    Words,
}

/// One difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sentence {
    /// What kind.
    pub differs: Differs,
    /// What it is about.
    pub about: String,
    /// What the one says; `None` when it has no such rule.
    pub before: Option<String>,
    /// What the other says.
    pub after: Option<String>,
}

impl fmt::Display for Sentence {
    /// `M2 accomplices: not used → scored, by distance 0.5, 0.25, further away 0.01.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |words: &Option<String>| words.clone().unwrap_or_else(|| "no such rule".to_owned());
        write!(f, "{}: {} → {}.", self.about, side(&self.before), side(&self.after))
    }
}

/// Something a framework says, by a key that is the same in every framework.
struct Facet {
    key: String,
    differs: Differs,
    about: String,
    words: String,
}

/// Every difference, rules first, each kind in the order of the file. Two frameworks that say the same, or differ in
/// comments and worked examples alone, have none but for the number of examples.
pub fn sentences(before: &Framework, after: &Framework) -> Vec<Sentence> {
    let (old, new) = (facets(before), facets(after));
    let by_key: BTreeMap<&str, &Facet> = old.iter().map(|facet| (facet.key.as_str(), facet)).collect();
    let mut out: Vec<Sentence> = Vec::new();
    for facet in &new {
        let was = by_key.get(facet.key.as_str());
        if was.is_none_or(|was| was.words != facet.words) {
            out.push(Sentence {
                differs: facet.differs,
                about: facet.about.clone(),
                before: was.map(|was| was.words.clone()),
                after: Some(facet.words.clone()),
            });
        }
    }
    let dropped = old.iter().filter(|was| !new.iter().any(|facet| facet.key == was.key));
    out.extend(dropped.map(|was| Sentence {
        differs: was.differs,
        about: was.about.clone(),
        before: Some(was.words.clone()),
        after: None,
    }));
    out.sort_by_key(|sentence| sentence.differs);
    out
}

fn facets(framework: &Framework) -> Vec<Facet> {
    let mut out = Facets(Vec::new());
    let dates = match framework.effective_until {
        Some(until) => format!("from {} to before {until}", framework.effective_from),
        None => format!("from {}", framework.effective_from),
    };
    out.words("in force", "In force", dates);
    out.words("status", "Status", framework.status.to_string());
    out.words("title", "Title", framework.title.clone());
    out.words("summary", "Summary", framework.summary.clone());
    metrics(framework, &mut out);
    incidents(framework, &mut out);
    scores(framework, &mut out);
    registration(framework, &mut out);
    let pooled = |pooling: super::Pooling| format!("{pooling} of the networks' scores");
    let aggregation = &framework.aggregation;
    out.rule("participant", "A participant with several networks", pooled(aggregation.participant));
    out.rule("area", "An economy, a region, the world", pooled(aggregation.area));
    for rule in framework.rules() {
        out.push(format!("{} mark", rule.key), Differs::Mark, &rule.title, rule.basis.mark.to_string());
        out.push(format!("{} source", rule.key), Differs::Source, &rule.title, rule.basis.source);
    }
    out.words("examples", "Worked examples", framework.examples.len().to_string());
    out.0
}

struct Facets(Vec<Facet>);

impl Facets {
    fn push(&mut self, key: impl Into<String>, differs: Differs, about: &str, words: String) {
        self.0.push(Facet { key: key.into(), differs, about: about.to_owned(), words });
    }

    fn rule(&mut self, key: impl Into<String>, about: &str, words: String) {
        self.push(key, Differs::Rule, about, words);
    }

    fn words(&mut self, key: impl Into<String>, about: &str, words: String) {
        self.push(key, Differs::Words, about, words);
    }
}

fn metrics(framework: &Framework, out: &mut Facets) {
    for rule in &framework.metrics {
        let code = rule.metric.code();
        let counted = rule.unit == Unit::WeightedIncidents;
        let mut words = rule.usage.to_string();
        if rule.usage != MetricUse::NotUsed {
            if rule.metric.is_accomplice() && counted {
                words.push_str(&format!(", by distance {}", weight_words(&framework.accomplices)));
            }
            if let Some(bogons) = rule.bogons {
                words.push_str(&format!(", {bogons} bogons"));
            }
            let by: Vec<String> =
                rule.dismissed_by.iter().map(|by| by.as_str().to_ascii_uppercase()).collect();
            if !by.is_empty() {
                words.push_str(&format!(", dismissed by {}", by.join(" and ")));
            }
        }
        let about = match code.strip_suffix('C') {
            Some(own) if rule.metric.is_accomplice() && counted => format!("{own} accomplices"),
            _ => code.to_owned(),
        };
        out.rule(format!("metric {code}"), &about, words);
        out.words(format!("metric {code} title"), &format!("Title of {code}"), rule.title.clone());
        out.words(format!("metric {code} meaning"), &format!("Meaning of {code}"), rule.meaning.clone());
    }
    let nobody = framework
        .metrics
        .iter()
        .filter(|rule| rule.metric.is_accomplice() && rule.unit == Unit::WeightedIncidents)
        .all(|rule| rule.usage == MetricUse::NotUsed);
    if nobody {
        // Said with the metrics where any is used.
        out.rule("accomplices", "Accomplices, by distance", weight_words(&framework.accomplices));
    }
}

fn incidents(framework: &Framework, out: &mut Facets) {
    let number = |thousandths: u64| (thousandths as f64 / 1e3).to_string();
    let rule = &framework.duration;
    out.rule("instant", "An incident of no length counts", number(rule.instant.thousandths()));
    for class in &rule.classes {
        let below = lasting(class.below_seconds);
        let about = format!("An incident of less than {below} counts");
        out.rule(format!("below {below}"), &about, number(class.count.thousandths()));
    }
    let beyond = format!(
        "{} for every whole {} and {} more",
        number(rule.per_period.thousandths()),
        lasting(rule.period_seconds),
        number(rule.plus.thousandths())
    );
    out.rule("beyond", "A longer incident counts", beyond);
    if let Some(curve) = &framework.curve {
        out.rule("curve", "From raw value to score", curve_words(curve));
    }
}

fn scores(framework: &Framework, out: &mut Facets) {
    let bound = |bound: Bound| match bound {
        Bound::AtLeast(value) => format!("{value} and more"),
        Bound::Above(value) => format!("more than {value}"),
    };
    for score in &framework.scores {
        let (key, title) = (score.key, &score.title);
        let components: Vec<String> = score
            .components
            .iter()
            .map(|metrics| metrics.iter().map(|m| m.code()).collect::<Vec<_>>().join(" + "))
            .collect();
        let combined = match &components[..] {
            [one] => format!("{one} alone"),
            several => format!("{} of {}", score.combine, several.join(", ")),
        };
        out.rule(format!("score {key}"), &format!("{title}, combination"), combined);
        out.words(format!("score {key} title"), &format!("Title of {key}"), title.clone());
        out.rule(format!("score {key} ready"), &format!("{title}, ready"), bound(score.grades.ready));
        if let Some(aspiring) = score.grades.aspiring {
            out.rule(format!("score {key} aspiring"), &format!("{title}, aspiring"), bound(aspiring));
        }
    }
}

fn registration(framework: &Framework, out: &mut Facets) {
    if let Some(spoofing) = &framework.spoofing {
        let sources: Vec<&str> = spoofing.received.iter().map(|source| source.as_str()).collect();
        out.rule("spoofing", "M5 counts false sources that are", sources.join(" or "));
    }
    if let Some(irr) = &framework.irr {
        let states: Vec<&str> = irr.registered.iter().map(|state| state.as_str()).collect();
        out.rule("irr registered", "M7IRR, registered is", states.join(" or "));
        out.rule("irr without", "M7IRR without routes", without(irr.without_routes));
        let about = "M7IRR without routes, something unregistered";
        out.rule("irr unregistered", about, without(irr.without_routes_unregistered));
    }
    if let Some(rpki) = &framework.rpki {
        out.rule("rpki factor", "M7RPKI, an invalid route weighs", format!("{} times", rpki.invalid_factor));
        out.rule("rpki floor", "M7RPKI, least share", rpki.floor.to_string());
        out.rule("rpki without", "M7RPKI without routes", without(rpki.without_routes));
    }
    let RouteRule { peers_min, seen_seconds_min, ipv4, ipv6, excluded, .. } = &framework.routes;
    let about = |what: &str| format!("A route counts as announced, {what}");
    out.rule("routes peers", &about("full-feed peer ASes"), format!("{peers_min} at least"));
    let time = match seen_seconds_min {
        0 => "however briefly".to_owned(),
        seconds => format!("{} at least", lasting(*seconds)),
    };
    out.rule("routes time", &about("time seen"), time);
    out.rule("routes ipv4", &about("IPv4 length"), format!("/{} to /{}", ipv4.min, ipv4.max));
    out.rule("routes ipv6", &about("IPv6 length"), format!("/{} to /{}", ipv6.min, ipv6.max));
    let excluded: Vec<&str> = excluded.iter().map(|exclusion| exclusion.as_str()).collect();
    let excluded = if excluded.is_empty() { "nothing".to_owned() } else { excluded.join(", ") };
    out.rule("routes excluded", &about("never"), capital(&excluded));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::{check, load};

    fn said(before: &Framework, after: &Framework) -> Vec<String> {
        sentences(before, after).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_the_versions_changed_is_said() {
        let [first, second, third] = ["2018-06", "2022-10", "2024-01"].map(|id| load(id).unwrap());
        let grown = said(&first, &second);
        for words in [
            "M2 accomplices: shown, by distance 1, further away none → scored, by distance 0.5, 0.25, 0.125, 0.0625, \
             0.03125, 0.015625, further away 0.01.",
            "M4 accomplices: not used → scored, by distance 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, further away \
             0.01, any bogons.",
            "Action 1: filtering, combination: no such rule → mean of M1 + M1C, M2 + M2C, M3 + M3C, M4 + M4C.",
            "M8: shown → scored.",
        ] {
            assert!(grown.iter().any(|sentence| sentence == words), "{words}\n{grown:#?}");
        }
        let tightened = said(&second, &third);
        for words in [
            "M1: scored → shown.",
            "M3: scored, any bogons → scored, full bogons.",
            "M2: scored → scored, dismissed by RPKI and IRR.",
            "M7IRR without routes: 1 → no data.",
            "M1 Route leaks, culprit: fit → seen.",
            "Status: superseded → current.",
        ] {
            assert!(tightened.iter().any(|sentence| sentence == words), "{words}\n{tightened:#?}");
        }
    }

    /// Whatever is changed in a file so that it still holds is said, and what is not changed is not.
    #[test]
    fn every_changed_field_is_a_sentence() {
        let text = crate::framework::shipped()[2].1;
        let own = check(text).unwrap();
        assert_eq!(said(&own, &own), [""; 0]);
        for (from, to, words) in [
            ("status = \"current\"", "status = \"draft\"", "Status: current → draft."),
            (
                "effective_from = 2024-01-01",
                "effective_from = 2024-02-01",
                "In force: from 2024-01-01 → from",
            ),
            (
                "title = \"Route leaks, culprit\"",
                "title = \"Leaks\"",
                "Title of M1: Route leaks, culprit → Leaks.",
            ),
            ("meaning = \"The network leaked", "meaning = \"It leaked", "Meaning of M1: "),
            (
                "dismissed_by = [\"rpki\", \"irr\"]",
                "dismissed_by = [\"rpki\"]",
                "M2: scored, dismissed by RPKI and",
            ),
            ("bogons = \"full\"", "bogons = \"any\"", "M3: scored, full bogons → scored, any bogons."),
            (
                "mark = \"choice\"\nsource = \"The public method",
                "mark = \"seen\"\nsource = \"The public method",
                "M5C Spoofed packets, customers' prefixes: choice → seen.",
            ),
            (
                "source = \"The public method scores",
                "source = \"It scores",
                "M5C Spoofed packets, customers' prefixes: The",
            ),
            ("0.125, 0.0625", "0.13, 0.0625", "M4 accomplices: scored, by distance"),
            (
                "received = [\"routed\", \"private\"]",
                "received = [\"routed\"]",
                "M5 counts false sources that are",
            ),
            ("peers_min = 2", "peers_min = 3", "full-feed peer ASes: 2 at least → 3 at least."),
            (
                "seen_seconds_min = 0",
                "seen_seconds_min = 3600",
                "time seen: however briefly → 1 hour at least.",
            ),
            (
                "ipv4 = { min = 8, max = 24 }",
                "ipv4 = { min = 8, max = 25 }",
                "IPv4 length: /8 to /24 → /8 to /25.",
            ),
            (
                "ipv6 = { min = 16, max = 48 }",
                "ipv6 = { min = 19, max = 48 }",
                "IPv6 length: /16 to /48 → /19",
            ),
            (
                ", \"artefact\"",
                "",
                "never: Bogon, as-set origin, artefact, forged origin → Bogon, as-set origin",
            ),
            ("area = \"mean\"", "area = \"min\"", "An economy, a region, the world: mean of"),
        ] {
            let changed =
                check(&text.replacen(from, to, 1)).unwrap_or_else(|error| panic!("{from}: {error}"));
            let said = said(&own, &changed);
            assert!(said.iter().any(|sentence| sentence.contains(words)), "{words}: {said:?}");
            let least = if from.contains("0.125") { 4 } else { 1 };
            assert_eq!(said.len(), least, "{from}: {said:?}");
        }
        // A threshold is what worked examples stand on: both change together.
        let raised = text.replace("ready = { at_least = 0.80 }", "ready = { at_least = 0.85 }");
        let raised = raised.replace("value = 0.80\ngives = \"ready\"", "value = 0.80\ngives = \"aspiring\"");
        let said = said(&own, &check(&raised).unwrap());
        assert_eq!(said, ["Action 1: filtering, ready: 0.8 and more → 0.85 and more."]);
    }
}
