use proptest::prelude::*;
use routing::{Span, Timestamp};

use super::{Incident, merge};

const MONTH: Span = Span { start: Timestamp(100), end: Timestamp(200) };

fn span(start: i64, end: i64) -> Span {
    Span { start: Timestamp(start), end: Timestamp(end) }
}

fn spans(events: &[(u8, i64, i64)]) -> Vec<(u8, i64, i64)> {
    let events = events.iter().map(|&(key, start, end)| (key, span(start, end)));
    merge(events, MONTH).iter().map(|i| (i.key, i.span.start.0, i.span.end.0)).collect()
}

#[test]
fn overlapping_and_touching_events_are_one_incident() {
    assert_eq!(spans(&[(0, 110, 120), (0, 115, 130)]), [(0, 110, 130)]);
    assert_eq!(spans(&[(0, 120, 130), (0, 110, 120)]), [(0, 110, 130)]);
    assert_eq!(spans(&[(0, 110, 119), (0, 120, 130)]), [(0, 110, 119), (0, 120, 130)]);
    assert_eq!(spans(&[(0, 110, 180), (0, 120, 130), (0, 150, 160)]), [(0, 110, 180)]);
}

#[test]
fn different_keys_stay_apart() {
    assert_eq!(spans(&[(1, 110, 120), (0, 115, 130)]), [(0, 115, 130), (1, 110, 120)]);
}

#[test]
fn events_are_cut_at_the_month_before_they_merge() {
    assert_eq!(spans(&[(0, 50, 110), (0, 190, 500)]), [(0, 100, 110), (0, 190, 200)]);
    // Ends where the month begins, starts where it ends, lies wholly outside.
    assert_eq!(spans(&[(0, 50, 100), (0, 200, 250), (0, 10, 20), (0, 300, 400)]), []);
    assert_eq!(spans(&[(0, 50, 400)]), [(0, 100, 200)]);
}

#[test]
fn spans_of_no_length() {
    assert_eq!(spans(&[(0, 110, 110)]), [(0, 110, 110)]);
    assert_eq!(spans(&[(0, 110, 110), (0, 110, 110)]), [(0, 110, 110)]);
    assert_eq!(spans(&[(0, 110, 120), (0, 120, 120)]), [(0, 110, 120)]);
    assert_eq!(spans(&[(0, 110, 120), (0, 110, 110)]), [(0, 110, 120)]);
    // An instant joins two spans that meet in it, and the month has its first second but not its end.
    assert_eq!(spans(&[(0, 130, 140), (0, 120, 130), (0, 130, 130)]), [(0, 120, 140)]);
    assert_eq!(spans(&[(0, 100, 100), (0, 200, 200)]), [(0, 100, 100)]);
}

#[test]
fn a_span_that_ends_before_it_starts_is_in_no_incident() {
    assert_eq!(spans(&[(0, 150, 120), (0, 110, 115)]), [(0, 110, 115)]);
}

#[test]
fn incidents_name_their_events() {
    let events = [(0, span(150, 160)), (0, span(10, 20)), (0, span(110, 120)), (0, span(120, 150))];
    assert_eq!(merge(events, MONTH), [Incident { key: 0, span: span(110, 160), events: vec![0, 2, 3] }]);
}

/// The rule as FRAMEWORK §2 words it: join any two that overlap or touch, repeat until stable.
fn by_the_letter(events: &[(u8, Span)]) -> Vec<(u8, Span)> {
    let mut all: Vec<(u8, Span)> =
        events.iter().filter_map(|&(key, span)| Some((key, span.clip(MONTH)?))).collect();
    'again: loop {
        for i in 0..all.len() {
            for j in 0..all.len() {
                let ((key, a), (other, b)) = (all[i], all[j]);
                if i != j && key == other && a.start <= b.end && b.start <= a.end {
                    all[i].1 = Span { start: a.start.min(b.start), end: a.end.max(b.end) };
                    all.remove(j);
                    continue 'again;
                }
            }
        }
        all.sort();
        return all;
    }
}

fn events() -> impl Strategy<Value = Vec<(u8, Span)>> {
    let event = (0u8..3, 80i64..220, prop_oneof![2 => Just(0i64), 5 => 0i64..12, 1 => 0i64..200]);
    proptest::collection::vec(event.prop_map(|(key, start, d)| (key, span(start, start + d))), 0..40)
}

fn pairs(incidents: Vec<Incident<u8>>) -> Vec<(u8, Span)> {
    incidents.into_iter().map(|i| (i.key, i.span)).collect()
}

proptest! {
    #[test]
    fn merging_is_the_rule_by_the_letter(events in events()) {
        prop_assert_eq!(pairs(merge(events.clone(), MONTH)), by_the_letter(&events));
    }

    #[test]
    fn merging_is_order_free(events in events(), seed in any::<u64>()) {
        let mut shuffled = events.clone();
        let mut state = seed | 1;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(i, (state >> 33) as usize % (i + 1));
        }
        prop_assert_eq!(pairs(merge(shuffled, MONTH)), pairs(merge(events, MONTH)));
    }

    #[test]
    fn merging_twice_or_doubling_events_changes_nothing(events in events()) {
        let once = pairs(merge(events.clone(), MONTH));
        prop_assert_eq!(pairs(merge(once.clone(), MONTH)), once.clone());
        let doubled = events.iter().chain(&events).copied();
        prop_assert_eq!(pairs(merge(doubled, MONTH)), once);
    }

    #[test]
    fn every_event_in_the_month_is_in_exactly_one_incident(events in events()) {
        let mut named: Vec<u32> = merge(events.clone(), MONTH).into_iter().flat_map(|i| i.events).collect();
        named.sort_unstable();
        let inside: Vec<u32> =
            (0..events.len()).filter(|&i| events[i].1.clip(MONTH).is_some()).map(|i| i as u32).collect();
        prop_assert_eq!(named, inside);
    }
}
