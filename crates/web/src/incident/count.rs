use measure::framework::{DurationRule, Framework};
use store::{EventRow, IncidentRow};

use crate::format::{Decimal, Lasting};

/// How an incident comes to what it adds, step by step.
pub(crate) struct Count {
    /// Sentences, each with what stands after it.
    pub(crate) steps: Vec<Step>,
    /// Where the rule of lengths comes from.
    pub(crate) source: String,
    pub(crate) mark: &'static str,
}

pub(crate) struct Step {
    pub(crate) words: String,
    pub(crate) gives: String,
}

impl Count {
    /// `None` when the framework's file is not at hand.
    pub(crate) fn new(
        rules: Option<&'static Framework>,
        row: &IncidentRow,
        passed_on: bool,
        events: &[EventRow],
    ) -> Option<Count> {
        let rule = &rules?.duration;
        let seconds = row.end.saturating_sub(row.start);
        let counted = rule.count(seconds).thousandths() as f64 / 1e3;
        let merged = match row.events.len() {
            1 => "One event, cut at the month".to_owned(),
            n => format!("{n} events of one metric and weight that overlap or touch are one incident"),
        };
        let step = |words: String, gives: String| Step { words, gives };
        Some(Count {
            steps: vec![
                step(merged, Lasting(seconds).to_string()),
                step(length_words(rule, seconds), Decimal(counted).to_string()),
                step(weight_words(row, passed_on, events), format!("× {}", Decimal(row.weight))),
                step("What it adds to the raw value".to_owned(), Decimal(row.adds).to_string()),
            ],
            source: rule.basis.source.clone(),
            mark: rule.basis.mark.as_str(),
        })
    }
}

/// Which class of lengths applies.
pub(crate) fn length_words(rule: &DurationRule, seconds: i64) -> String {
    let length = u64::try_from(seconds).unwrap_or(0);
    let lasting = |seconds: u64| Lasting(i64::try_from(seconds).unwrap_or(i64::MAX)).to_string();
    if length == 0 {
        return "No length at all".to_owned();
    }
    let mut from = None;
    for class in &rule.classes {
        if length < class.below_seconds {
            return match from {
                None => format!("Shorter than {}", lasting(class.below_seconds)),
                Some(from) => format!("From {} to below {}", lasting(from), lasting(class.below_seconds)),
            };
        }
        from = Some(class.below_seconds);
    }
    let (period, per) = (rule.period_seconds, rule.per_period.thousandths() as f64 / 1e3);
    let plus = rule.plus.thousandths() as f64 / 1e3;
    let times = if per == 1.0 { String::new() } else { format!(" × {}", Decimal(per)) };
    format!(
        "{} or longer: {} whole times {}{times}, and {} more",
        lasting(from.unwrap_or(period)),
        length / period,
        lasting(period),
        Decimal(plus)
    )
}

fn weight_words(row: &IncidentRow, passed_on: bool, events: &[EventRow]) -> String {
    if !passed_on {
        return "The culprit counts in full".to_owned();
    }
    let distances = events.iter().flat_map(|event| &event.accomplices);
    let own = distances.filter(|(asn, _)| *asn == row.network).map(|(_, distance)| *distance).min();
    match own {
        Some(1) => "Its neighbour on the path counts by distance 1".to_owned(),
        Some(distance) => format!("A network that passed it on counts by its distance, {distance}"),
        None => "A network that passed it on counts by its distance".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_has_its_class_in_words() {
        let framework = measure::framework::load("2024-01").unwrap();
        let words = |seconds| length_words(&framework.duration, seconds).replace('\u{202f}', " ");
        assert_eq!(words(0), "No length at all");
        assert_eq!(words(1799), "Shorter than 30 min");
        assert_eq!(words(1800), "From 30 min to below 1 d");
        assert_eq!(words(86_399), "From 30 min to below 1 d");
        assert_eq!(words(86_400), "1 d or longer: 1 whole times 1 d, and 1 more");
        assert_eq!(words(31 * 86_400), "1 d or longer: 31 whole times 1 d, and 1 more");
    }
}
