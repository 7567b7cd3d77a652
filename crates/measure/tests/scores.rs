//! From values to scores, grades and aggregates, under the shipped frameworks.

use std::collections::BTreeMap;

use measure::aggregate::{Aggregate, Mean, aggregate};
use measure::framework::{self, Framework, Grade, Pooling, ScoreKey};
use measure::metric::Metric;
use measure::raw::Raw;
use measure::readiness::{Readiness, grade};
use measure::{Measured, Value};
use proptest::prelude::*;
use routing::{Asn, Unknown};

fn current() -> Framework {
    framework::load("2024-01").unwrap()
}

fn halves(n: u64) -> Measured {
    Ok(Value::Raw(Raw::from_billionths(n * 500_000_000)))
}

/// A network without an incident and with everything registered.
fn flawless() -> BTreeMap<Metric, Measured> {
    use Metric::{M1, M1C, M2, M2C, M3, M3C, M4, M4C, M5};
    let mut values: BTreeMap<Metric, Measured> =
        [M1, M1C, M2, M2C, M3, M3C, M4, M4C, M5].into_iter().map(|metric| (metric, halves(0))).collect();
    values.insert(Metric::M7Irr, Ok(Value::Share(1.0)));
    values.insert(Metric::M7Rpki, Ok(Value::Share(1.0)));
    values.insert(Metric::M8, Ok(Value::Flag(true)));
    values
}

fn score(readiness: &Readiness, key: ScoreKey) -> Result<f64, String> {
    readiness.action(key).unwrap().score.clone().map_err(|why| why.to_string())
}

#[test]
fn a_flawless_network_is_ready_in_every_column() {
    let readiness = grade(&current(), &flawless());
    assert_eq!(readiness.actions.iter().map(|action| action.key).collect::<Vec<_>>(), ScoreKey::ALL);
    for action in &readiness.actions {
        assert_eq!((action.score.clone(), action.grade), (Ok(1.0), Some(Grade::Ready)), "{}", action.key);
    }
}

#[test]
fn a_missing_metric_is_no_data_and_never_the_mean_of_the_rest() {
    let framework = current();
    let without = |missing: &[Metric]| {
        let mut values = flawless();
        missing.iter().for_each(|metric| drop(values.remove(metric)));
        let readiness = grade(&framework, &values);
        assert_eq!(readiness.action(ScoreKey::Filtering).unwrap().grade, None);
        score(&readiness, ScoreKey::Filtering).unwrap_err()
    };
    assert_eq!(without(&[Metric::M2, Metric::M2C]), "no data: M2 not measured");
    assert_eq!(without(&[Metric::M2]), "no data: M2 not measured");
    assert_eq!(without(&[Metric::M2C]), "no data: M2C not measured");
    assert_eq!(without(&[Metric::M2, Metric::M2C, Metric::M4]), "no data: M2, M4 not measured");
    let mut values = flawless();
    values.remove(&Metric::M1);
    assert_eq!(score(&grade(&framework, &values), ScoreKey::Filtering), Ok(1.0), "M1 is not scored");
    let readiness = grade(&framework, &BTreeMap::new());
    for (key, code) in ScoreKey::ALL[1..].iter().zip(["M5", "M8", "M7IRR", "M7RPKI"]) {
        assert_eq!(score(&readiness, *key), Err(format!("no data: {code} not measured")));
    }
}

#[test]
fn an_unknown_metric_keeps_its_reason_in_its_component() {
    let mut values = flawless();
    values.insert(Metric::M3, Err(Unknown::because("the list was not admitted")));
    let readiness = grade(&current(), &values);
    let filtering = readiness.action(ScoreKey::Filtering).unwrap();
    assert_eq!(score(&readiness, ScoreKey::Filtering), Err("no data: M3 not measured".to_owned()));
    assert_eq!(filtering.components[1].value, Err(Unknown::because("the list was not admitted")));
    assert_eq!(filtering.components[0].score, Ok(1.0));
}

#[test]
fn the_accomplices_part_is_added_before_the_curve() {
    let mut values = flawless();
    values.insert(Metric::M3, halves(1));
    values.insert(Metric::M3C, halves(1));
    let readiness = grade(&current(), &values);
    let component = &readiness.action(ScoreKey::Filtering).unwrap().components[1];
    assert_eq!((component.value.clone(), component.score.clone()), (halves(2), Ok(0.48557742697128237)));
    let mean = score(&readiness, ScoreKey::Filtering).unwrap();
    assert_eq!(format!("{mean:.15}"), "0.828525808990427");
    let of_2022 = grade(&framework::load("2022-10").unwrap(), &values);
    assert_eq!(format!("{:.5}", score(&of_2022, ScoreKey::Filtering).unwrap()), "0.87139");
}

#[test]
fn the_first_framework_has_values_and_no_scores() {
    assert_eq!(grade(&framework::load("2018-06").unwrap(), &flawless()).actions, []);
}

/// The shipped file with another line in it and without its worked examples but one.
fn changed(from: &str, to: &str) -> Framework {
    let (_, text) = framework::shipped().iter().find(|(id, _)| *id == "2024-01").unwrap();
    let rules = &text[..text.find("[[example]]").unwrap()];
    assert!(rules.contains(from), "{from}");
    let example = "[[example]]\ntitle = \"x\"\nkind = \"duration\"\nseconds = [0]\ngives = 0.0\n";
    framework::check(&format!("{}{example}", rules.replacen(from, to, 1))).unwrap()
}

#[test]
fn a_changed_threshold_changes_exactly_the_grades_it_should() {
    let (old, new) = (current(), changed("at_least = 0.80", "at_least = 0.70"));
    for key in ScoreKey::ALL {
        for thousandths in 0..=1000 {
            let value = f64::from(thousandths) / 1000.0;
            let [before, after] = [&old, &new].map(|f| f.score(*key).unwrap().grades.grade(value));
            let between = *key == ScoreKey::Filtering && (700..800).contains(&thousandths);
            assert_eq!(before != after, between, "{key} {value}");
            assert!(!between || (before, after) == (Grade::Aspiring, Grade::Ready));
        }
    }
}

#[test]
fn components_combine_by_mean_least_or_sum() {
    let mut values = flawless();
    values.insert(Metric::M2, halves(1));
    values.insert(Metric::M4C, halves(3));
    let by = |combine: &str| {
        let framework = changed("combine = \"mean\"", &format!("combine = \"{combine}\""));
        score(&grade(&framework, &values), ScoreKey::Filtering).unwrap()
    };
    assert_eq!(by("min"), current().curve.unwrap().score(Raw::from_billionths(1_500_000_000)));
    assert_eq!(by("sum"), 0.36);
    assert_eq!(by("mean"), [0.6, by("min"), 1.0].into_iter().collect::<Mean>().value().unwrap());
}

#[test]
fn aggregates_count_grades_and_leave_out_no_data() {
    let framework = current();
    let rule = &framework.score(ScoreKey::AntiSpoofing).unwrap().grades;
    let none = Unknown::because("no test");
    let scores =
        [1.0, 0.48557742697128237, 1.0, 1.0, 0.6].map(Ok).into_iter().chain([Err(&none), Err(&none)]);
    let scores: Vec<_> = scores.enumerate().map(|(i, score)| (Asn(70 - i as u32), score)).collect();
    let world = aggregate(framework.aggregation.area, rule, scores.iter().copied());
    assert_eq!((world.with_data(), world.no_data()), (5, 2));
    assert_eq!(Grade::ALL.iter().map(|&grade| world.count(grade)).collect::<Vec<_>>(), [3, 1, 1]);
    assert_eq!(world.share(Grade::Ready), Some(0.6));
    assert_eq!(world.grade(rule), Some(Grade::Ready));
    let doubled = aggregate(framework.aggregation.area, rule, scores.iter().chain(&scores).copied());
    assert_eq!(doubled, world, "a network counts once");

    let silent = aggregate(framework.aggregation.area, rule, [(Asn(1), Err(&none))]);
    assert_eq!((silent.grade(rule), silent.share(Grade::Ready)), (None, None));
    assert_eq!(silent.score().unwrap_err().0, "no data: none of 1 networks measured");
    assert_eq!(Aggregate::new(Pooling::Min).score().unwrap_err().0, "no data: no networks");
    let least = aggregate(Pooling::Min, rule, scores.iter().copied());
    assert_eq!((least.score(), least.grade(rule)), (Ok(0.48557742697128237), Some(Grade::Lagging)));
}

#[test]
fn a_mean_just_above_the_middle_of_two_numbers_rounds_up() {
    // The three add up to 3 x (1/2 + 2^-54) + 2^-100: a third of 2^-100 above the tie of 1/2 and its successor.
    let unit = 2f64.powi(-100);
    let mean: Mean = [1.0, 0.5, (3.0 * 2f64.powi(46) + 1.0) * unit].into_iter().collect();
    assert_eq!(mean.value(), Some(0.5f64.next_up()));
    let tie: Mean = [1.0, 0.5, 3.0 * 2f64.powi(46) * unit].into_iter().collect();
    assert_eq!(tie.value(), Some(0.5));
}

proptest! {
    #[test]
    fn the_mean_is_exact_where_a_sum_of_floats_is_not(score in 0.0..=1.0f64, n in 1usize..2000) {
        prop_assert_eq!(std::iter::repeat_n(score, n).collect::<Mean>().value(), Some(score));
    }

    #[test]
    fn the_mean_of_parts_is_the_mean_of_the_whole_in_any_order(
        scores in proptest::collection::vec(0.0..=1.0f64, 1..60),
        cut in any::<proptest::sample::Index>(),
    ) {
        let whole: Mean = scores.iter().copied().collect();
        let (left, right) = scores.split_at(cut.index(scores.len()));
        let mut parts: Mean = right.iter().rev().copied().collect();
        parts.merge(left.iter().rev().copied().collect());
        prop_assert_eq!(parts, whole);
        let plain = scores.iter().sum::<f64>() / scores.len() as f64;
        prop_assert!((whole.value().unwrap() - plain).abs() < 1e-14);
    }

    #[test]
    fn more_incidents_never_raise_a_score(a in 0u64..200_000_000_000, b in 0u64..200_000_000_000) {
        let curve = current_curve();
        let (less, more) = (Raw::from_billionths(a.min(b)), Raw::from_billionths(a.max(b)));
        let (high, low) = (curve.score(less), curve.score(more));
        prop_assert!(low <= high && (0.0..=1.0).contains(&low) && high <= 1.0);
    }
}

fn current_curve() -> &'static framework::Curve {
    static CURVE: std::sync::OnceLock<framework::Curve> = std::sync::OnceLock::new();
    CURVE.get_or_init(|| current().curve.unwrap())
}
