//! Raw values and shares of single networks: positive, negative and unknown of each metric.

use std::sync::LazyLock;

use detect::BogonClass;
use measure::framework::{self, Framework};
use measure::incidents::{IncidentKey, MetricEvent, merge, raw_values};
use measure::m3_bogon_prefix::{self, BogonEvent, of_day};
use measure::m5_spoofing::{self, SpoofingCounts};
use measure::m6_policy::{self, Policy};
use measure::m7_irr::{self, IrrCounts};
use measure::m7_rpki::{self, RpkiCounts};
use measure::metric::Metric;
use measure::raw::{Raw, Weight};
use measure::{Measured, Value, incidents, m4_bogon_asn, m8_contact};
use routing::{Asn, Month, Span, Timestamp, Unknown};

static OLD: LazyLock<Framework> = LazyLock::new(|| framework::load("2018-06").unwrap());
static CURRENT: LazyLock<Framework> = LazyLock::new(|| framework::load("2024-01").unwrap());

fn month() -> Span {
    "2018-05".parse::<Month>().unwrap().span()
}

/// `days` and `seconds` after the month began.
fn at(days: i64, seconds: i64) -> Timestamp {
    Timestamp(month().start.0 + days * 86_400 + seconds)
}

fn raw(events: &[(f64, Timestamp, Timestamp)]) -> f64 {
    let events: Vec<(Weight, Span)> = events
        .iter()
        .map(|&(weight, start, end)| (Weight::from_f64(weight).unwrap(), Span { start, end }))
        .collect();
    incidents::measure(&OLD, Metric::M1, month(), Ok(&events)).unwrap().to_f64()
}

fn unknown<T>(why: &str) -> Result<T, Unknown> {
    Err(Unknown::because(why))
}

fn reason(measured: Measured) -> String {
    measured.unwrap_err().to_string()
}

#[test]
fn incidents_count_by_duration() {
    assert_eq!(raw(&[]), 0.0);
    let [minutes29, hours13, hours25] = [29 * 60, 13 * 3600, 25 * 3600];
    let three =
        [(1.0, at(0, 0), at(0, minutes29)), (1.0, at(3, 0), at(3, hours13)), (1.0, at(9, 0), at(9, hours25))];
    assert_eq!(raw(&three), 3.5);
    for (seconds, counts) in [
        (0, 0.0),
        (1, 0.5),
        (1799, 0.5),
        (1800, 1.0),
        (86_399, 1.0),
        (86_400, 2.0),
        (172_799, 2.0),
        (172_800, 3.0),
    ] {
        assert_eq!(raw(&[(1.0, at(2, 0), at(2, seconds))]), counts, "{seconds} s");
    }
}

#[test]
fn the_month_cuts_and_closes() {
    let end = month().end;
    assert_eq!(raw(&[(1.0, at(-9, 0), at(0, 1799))]), 0.5);
    assert_eq!(raw(&[(1.0, at(30, 86_400 - 1800), Timestamp(end.0 + 999))]), 1.0);
    assert_eq!(raw(&[(1.0, at(-9, 0), at(0, 0)), (1.0, end, Timestamp(end.0 + 9))]), 0.0);
    assert_eq!(raw(&[(1.0, at(-99, 0), Timestamp(i64::MAX))]), 32.0);
}

#[test]
fn different_weights_are_different_incidents() {
    let (start, middle, end) = (at(1, 0), at(1, 600), at(1, 1800));
    assert_eq!(raw(&[(1.0, start, middle), (1.0, middle, end)]), 1.0);
    assert_eq!(raw(&[(1.0, start, middle), (0.5, middle, end)]), 0.75);
    assert_eq!(raw(&[(0.01, start, end), (0.01, start, end), (0.25, start, middle)]), 0.135);
}

#[test]
fn bulk_values_are_those_of_single_networks() {
    let event = |asn, metric, weight, start, end| MetricEvent {
        key: IncidentKey { asn: Asn(asn), metric, weight: Weight::from_f64(weight).unwrap() },
        span: Span { start, end },
    };
    let events = [
        event(64501, Metric::M3, 1.0, at(1, 0), at(2, 0)),
        event(64500, Metric::M3C, 0.5, at(1, 0), at(2, 0)),
        event(64501, Metric::M3, 1.0, at(2, 0), at(3, 0)),
        event(64500, Metric::M3C, 0.25, at(4, 0), at(4, 60)),
        event(64501, Metric::M6, 1.0, at(2, 0), at(3, 0)),
    ];
    let incidents = merge(&events, month());
    assert_eq!(incidents[2].events, [0, 2]);
    let values: Vec<_> = raw_values(&CURRENT, &incidents).into_iter().collect();
    let expected = [((Asn(64500), Metric::M3C), 1_125_000_000), ((Asn(64501), Metric::M3), 3_000_000_000)];
    assert_eq!(values, expected.map(|(key, billionths)| (key, Raw::from_billionths(billionths))));
}

#[test]
fn consecutive_days_of_a_bogon_list_touch() {
    let day = |days| of_day(at(days, 0).date(), BogonClass::Full);
    let m3 = |days: &[i64]| {
        let events: Vec<BogonEvent> = days.iter().map(|&days| day(days)).collect();
        m3_bogon_prefix::measure(&CURRENT, month(), Ok(&events)).unwrap().to_f64()
    };
    assert_eq!([m3(&[]), m3(&[0]), m3(&[2, 0, 1]), m3(&[0, 2]), m3(&[-1, 0, 0])], [0.0, 2.0, 4.0, 4.0, 2.0]);
    assert_eq!(m3(&(-3..40).collect::<Vec<_>>()), 32.0);
}

#[test]
fn administrative_bogons_count_only_where_any_does() {
    let events = [of_day(at(3, 0).date(), BogonClass::Administrative)];
    let of = |framework, measure: fn(&Framework, Span, Result<&[BogonEvent], Unknown>) -> Measured| {
        measure(framework, month(), Ok(&events))
    };
    assert_eq!(of(&OLD, m3_bogon_prefix::measure).unwrap().to_f64(), 2.0);
    assert_eq!(of(&CURRENT, m3_bogon_prefix::measure).unwrap().to_f64(), 0.0);
    assert_eq!(of(&CURRENT, m3_bogon_prefix::measure_accomplice).unwrap().to_f64(), 0.0);
    assert_eq!(of(&CURRENT, m4_bogon_asn::measure).unwrap().to_f64(), 0.0);
    assert_eq!(reason(of(&OLD, m4_bogon_asn::measure)), "M4 is not used in framework 2018-06");
    assert_eq!(reason(of(&OLD, m4_bogon_asn::measure_accomplice)), "M4C is not used in framework 2018-06");
    assert_eq!(reason(m3_bogon_prefix::measure(&CURRENT, month(), unknown("no list"))), "no list");
}

#[test]
fn policy_needs_an_import_and_an_export() {
    let m6 = |has_imports, has_exports| m6_policy::measure(&OLD, Policy { has_imports, has_exports });
    assert_eq!(m6(Ok(true), Ok(true)), Ok(Value::Flag(true)));
    assert_eq!(m6(Ok(true), Ok(false)), Ok(Value::Flag(false)));
    assert_eq!(m6(Ok(false), Ok(false)), Ok(Value::Flag(false)));
    assert_eq!(m6(unknown("a"), Ok(false)), Ok(Value::Flag(false)));
    assert_eq!(reason(m6(Ok(true), unknown("no aut-num"))), "no aut-num");
    let policy = Policy { has_imports: Ok(true), has_exports: Ok(true) };
    assert_eq!(reason(m6_policy::measure(&CURRENT, policy)), "M6 is not used in framework 2024-01");
}

#[test]
fn a_covering_route_object_registers_and_another_origins_does_not() {
    let counts = |exact, covered, wrong_origin, none| Ok(IrrCounts { exact, covered, wrong_origin, none });
    for framework in [&*OLD, &*CURRENT] {
        let share = |counts| m7_irr::measure(framework, counts).map(Value::to_f64);
        assert_eq!(share(counts(189, 0, 1, 3)), Ok(1.0 - 4.0 / 193.0));
        assert_eq!(share(counts(1, 1, 1, 1)), Ok(0.5));
        assert_eq!(share(counts(0, 2, 0, 0)), Ok(1.0));
        assert_eq!(share(counts(0, 0, 5, 0)), Ok(0.0));
        assert_eq!(share(unknown("no IRR loaded")), unknown("no IRR loaded"));
    }
    assert_eq!(m7_irr::measure(&OLD, counts(0, 0, 0, 0)), Ok(Value::Share(1.0)));
    assert_eq!(reason(m7_irr::measure(&CURRENT, counts(0, 0, 0, 0))), "no routes announced");
    let rule = OLD.irr.as_ref().unwrap();
    assert_eq!([m7_irr::share(rule, 0, 3), m7_irr::share(rule, 2, 3)], [Ok(0.0), Ok(0.0)]);
}

#[test]
fn an_invalid_route_weighs_ten_valid_ones() {
    let share = |valid, invalid, not_found| {
        m7_rpki::measure(&CURRENT, Ok(RpkiCounts { valid, invalid, not_found })).map(Value::to_f64)
    };
    assert_eq!([share(9, 0, 1), share(95, 1, 4), share(0, 0, 7)], [Ok(0.9), Ok(0.85), Ok(0.0)]);
    assert_eq!([share(10, 1, 0), share(5, 1, 0), share(u64::MAX, 0, 0)], [Ok(0.0), Ok(0.0), Ok(1.0)]);
    assert_eq!(share(0, 0, 0), unknown("no routes announced"));
    assert_eq!(reason(m7_rpki::measure(&CURRENT, unknown("no VRPs"))), "no VRPs");
    let none = m7_rpki::measure(&OLD, Ok(RpkiCounts::default()));
    assert_eq!(reason(none), "M7RPKI is not used in framework 2018-06");
    let old = framework::load("2022-10").unwrap();
    assert_eq!(m7_rpki::measure(&old, Ok(RpkiCounts::default())), Ok(Value::Share(0.0)));
}

#[test]
fn a_contact_is_there_or_not_or_unknown() {
    assert_eq!(m8_contact::measure(&CURRENT, Ok(true)).map(Value::to_f64), Ok(1.0));
    assert_eq!(m8_contact::measure(&CURRENT, Ok(false)).map(Value::to_f64), Ok(0.0));
    assert_eq!(reason(m8_contact::measure(&CURRENT, unknown("no contacts loaded"))), "no contacts loaded");
}

fn spoofing(tests: u32, conclusive: u32, prefixes: u32) -> Measured {
    m5_spoofing::measure(&CURRENT, Ok(SpoofingCounts { tests, conclusive, prefixes }))
}

#[test]
fn spoofing_counts_prefixes_and_is_unknown_without_a_test() {
    assert_eq!(spoofing(3, 3, 0), Ok(Value::Raw(Raw::ZERO)));
    assert_eq!(spoofing(3, 1, 1), Ok(Value::Raw(Raw::from_whole(1))));
    assert_eq!(spoofing(9, 9, 4), Ok(Value::Raw(Raw::from_whole(4))));
    assert_eq!(reason(spoofing(0, 0, 0)), "no public Spoofer test in the month");
    assert!(reason(spoofing(2, 0, 0)).contains("in 2 the sources were rewritten"));
    assert_eq!(reason(m5_spoofing::measure(&CURRENT, unknown("no source"))), "no source");
    let counts = SpoofingCounts { tests: 1, conclusive: 1, prefixes: 1 };
    assert!(reason(m5_spoofing::measure(&OLD, Ok(counts))).contains("not used in framework 2018-06"));
}
