//! Whether an event counts under a framework, and why: pages, API and the command line all take these sentences.

use detect::{BogonClass, Dismissal, EventKind};
use measure::facts::dismissing;
use measure::framework::{DismissedBy, Framework, MetricUse};
use measure::metric::Metric;
use store::EventRow;

use crate::Site;
use crate::edition::{Edition, rules_of};

/// What a framework makes of an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counting {
    /// The framework's id.
    pub framework: String,
    /// The metrics it counts for: of the culprit, of those who passed it on.
    pub metrics: Vec<Metric>,
    /// Why, in a sentence.
    pub because: String,
}

/// What a framework makes of an event.
pub fn counting(event: &EventRow, framework: &Framework) -> Counting {
    let (metrics, because) = examine(event, framework);
    Counting { framework: framework.id.clone(), metrics, because }
}

fn examine(event: &EventRow, framework: &Framework) -> (Vec<Metric>, String) {
    let id = &framework.id;
    let nothing = |because: String| (Vec::new(), because);
    let Ok(kind) = event.kind.parse::<EventKind>() else {
        return nothing("This version does not know its kind.".to_owned());
    };
    let by = dismissal(event);
    if event.verdict != "incident" && !by.is_some() {
        return nothing(format!("It was judged {}: only incidents count.", event.verdict));
    }
    if event.culprit.is_none() {
        return nothing("Its culprit is not known, so nobody answers for it.".to_owned());
    }
    let (own, passed_on) = Metric::of_event(kind);
    let class = BogonClass::Full.code();
    let used = |metric: &Metric| match event.class.as_str() {
        "" => framework.metric(*metric).usage != MetricUse::NotUsed,
        of => framework.counts_bogon(*metric, of == class),
    };
    let both = [own, passed_on];
    let used: Vec<Metric> = both.into_iter().filter(used).collect();
    if used.is_empty() {
        return nothing(match event.class.as_str() {
            "" => format!("Framework {id} does not use {own}."),
            class => format!("Framework {id} does not count {class} bogons for {own}."),
        });
    }
    let (out, counted): (Vec<Metric>, Vec<Metric>) =
        used.into_iter().partition(|metric| dismissing(framework, *metric, by).is_some());
    let because = match (out.first(), counted.first()) {
        (Some(metric), None) => format!(
            "Framework {id} lets {} dismiss it.",
            dismissing(framework, *metric, by).map_or("a registration", words)
        ),
        (Some(metric), Some(_)) => format!(
            "It counts for {} under framework {id}; for {} that framework lets {} dismiss it.",
            list(&counted),
            list(&out),
            dismissing(framework, *metric, by).map_or("a registration", words)
        ),
        (None, _) if by.is_some() => format!(
            "It counts for {} under framework {id}, which does not let {} dismiss it.",
            list(&counted),
            all_words(by)
        ),
        (None, _) => format!("It counts for {} under framework {id}.", list(&counted)),
    };
    (counted, because)
}

/// What stands registered for an event that nothing else explains.
fn dismissal(event: &EventRow) -> Dismissal {
    let there = |by: DismissedBy| event.dismissed_by.iter().any(|word| word == by.as_str());
    Dismissal { rpki: there(DismissedBy::Rpki), irr: there(DismissedBy::Irr) }
}

fn words(by: DismissedBy) -> &'static str {
    match by {
        DismissedBy::Rpki => "the RPKI",
        DismissedBy::Irr => "a route object",
    }
}

fn all_words(by: Dismissal) -> String {
    let there = [(by.rpki, DismissedBy::Rpki), (by.irr, DismissedBy::Irr)];
    let there = there.into_iter().filter(|(there, _)| *there);
    there.map(|(_, by)| words(by)).collect::<Vec<_>>().join(" or ")
}

fn list(metrics: &[Metric]) -> String {
    metrics.iter().map(|metric| metric.code()).collect::<Vec<_>>().join(" and ")
}

/// The rules that a publication was graded by: those shipped, or the very files that its generation keeps.
///
/// # Errors
/// When a kept file cannot be read.
pub(crate) fn frameworks(site: &Site, edition: &Edition) -> Result<Vec<Framework>, lake::LakeError> {
    let folder = site.lake.generation(&edition.head.generation);
    let mut all = Vec::new();
    for name in &edition.head.frameworks {
        let kept = match rules_of(name) {
            Some(shipped) => Some(shipped.clone()),
            None => lake::framework(&folder, &name.id)?
                .and_then(|text| measure::framework::check(&text).ok())
                .filter(|rules| rules.digest == name.digest),
        };
        all.extend(kept);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(verdict: &str, dismissed_by: &[&str]) -> EventRow {
        EventRow {
            kind: "misorigination".to_owned(),
            verdict: verdict.to_owned(),
            culprit: Some(64_499),
            dismissed_by: dismissed_by.iter().map(|by| (*by).to_owned()).collect(),
            ..EventRow::default()
        }
    }

    fn by(text_of_m2: &str) -> Framework {
        let (_, text) = measure::framework::shipped().iter().find(|(id, _)| *id == "2024-01").unwrap();
        let (rules, _) = text.split_once("[[example]]").unwrap();
        let example = "[[example]]\ntitle = \"Nothing\"\nkind = \"curve\"\nraw = 0.0\ngives = 1.0\n";
        let listed = "dismissed_by = [\"rpki\", \"irr\"]";
        assert_eq!(rules.matches(listed).count(), 2);
        measure::framework::check(&(rules.replacen(listed, text_of_m2, 1) + example)).unwrap()
    }

    #[test]
    fn each_framework_says_whether_and_why() {
        let shipped = |id: &str| measure::framework::load(id).unwrap();
        let said = |event: &EventRow, framework: &Framework| {
            let counting = counting(event, framework);
            (list(&counting.metrics), counting.because)
        };
        let both = event("benign", &["rpki", "irr"]);
        let (metrics, because) = said(&both, &shipped("2024-01"));
        assert_eq!((metrics.as_str(), because.as_str()), ("", "Framework 2024-01 lets the RPKI dismiss it."));
        let (metrics, because) = said(&both, &shipped("2022-10"));
        assert_eq!(metrics, "M2 and M2C");
        assert!(because.ends_with("which does not let the RPKI or a route object dismiss it."), "{because}");
        let (_, because) = said(&both, &by("dismissed_by = [\"irr\"]"));
        assert_eq!(because, "Framework 2024-01 lets a route object dismiss it.");
        let (metrics, because) = said(&event("benign", &["rpki"]), &by("dismissed_by = [\"irr\"]"));
        assert_eq!(metrics, "M2");
        assert!(because.contains("for M2C that framework lets the RPKI dismiss it"), "{because}");
        let (metrics, because) = said(&event("benign", &[]), &shipped("2022-10"));
        assert_eq!((metrics.as_str(), because.as_str()), ("", "It was judged benign: only incidents count."));
        let (metrics, _) = said(&event("incident", &[]), &shipped("2024-01"));
        assert_eq!(metrics, "M2 and M2C");
        let nobody = EventRow { culprit: None, ..both };
        assert!(said(&nobody, &shipped("2022-10")).0.is_empty());
    }
}
