use proptest::prelude::*;
use routing::{Span, Timestamp};

use super::stories;

type Told = (Option<u8>, Span, u32);

fn event(key: u8, start: i64, end: i64, id: u32) -> Told {
    (Some(key), Span { start: Timestamp(start), end: Timestamp(end) }, id)
}

#[test]
fn what_overlaps_or_touches_is_one_story_and_what_is_alone_is_none() {
    let events = [
        event(0, 10, 20, 7),
        event(0, 15, 30, 3),
        event(0, 30, 40, 9),
        event(0, 41, 50, 1),
        event(1, 10, 20, 2),
        (None, events_span(), 4),
        (None, events_span(), 5),
    ];
    assert_eq!(stories(&events), [Some(7), Some(7), Some(7), None, None, None, None]);
}

fn events_span() -> Span {
    Span { start: Timestamp(10), end: Timestamp(20) }
}

#[test]
fn the_first_event_names_the_story_by_start_and_then_by_id() {
    assert_eq!(stories(&[event(0, 10, 20, 8), event(0, 10, 30, 5), event(0, 12, 15, 1)]), [Some(5); 3]);
    // The same event twice is one event.
    assert_eq!(stories(&[event(0, 10, 20, 8), event(0, 10, 20, 8)]), [None, None]);
}

/// Two events are of a story when a chain of pairs that overlap or touch leads from one to the other.
fn by_definition(events: &[Told]) -> Vec<Option<u32>> {
    let joins =
        |a: &Told, b: &Told| a.0.is_some() && a.0 == b.0 && a.1.start <= b.1.end && b.1.start <= a.1.end;
    let story = |from: usize| {
        let mut members = vec![from];
        loop {
            let more: Vec<usize> = (0..events.len())
                .filter(|i| !members.contains(i) && members.iter().any(|m| joins(&events[*m], &events[*i])))
                .collect();
            if more.is_empty() {
                break;
            }
            members.extend(more);
        }
        let alone = members.iter().all(|m| events[*m].2 == events[from].2);
        let first = members.iter().map(|m| (events[*m].1.start, events[*m].2)).min().map(|(_, id)| id);
        first.filter(|_| !alone)
    };
    (0..events.len()).map(story).collect()
}

fn some_events() -> impl Strategy<Value = Vec<Told>> {
    let one = (prop::option::weighted(0.9, 0u8..3), 0i64..60, 0i64..12, 0u32..1000);
    prop::collection::vec(one, 0..25).prop_map(|all| {
        let told = |(i, (key, start, length, id)): (usize, (Option<u8>, i64, i64, u32))| {
            let time = Span { start: Timestamp(start), end: Timestamp(start + length) };
            (key, time, id * 100 + i as u32)
        };
        all.into_iter().enumerate().map(told).collect()
    })
}

proptest! {
    #[test]
    fn stories_are_what_their_definition_says(events in some_events()) {
        prop_assert_eq!(stories(&events), by_definition(&events));
    }

    #[test]
    fn neither_order_nor_repetition_changes_a_story(events in some_events(), again in prop::collection::vec(0usize..25, 0..9), turn in 0usize..25) {
        let told = stories(&events);
        let mut shuffled: Vec<(Told, Option<u32>)> = events.iter().copied().zip(told).collect();
        let repeated: Vec<_> = again.iter().filter_map(|i| shuffled.get(*i).copied()).collect();
        shuffled.extend(repeated);
        shuffled.reverse();
        let turn = turn.min(shuffled.len());
        shuffled.rotate_left(turn);
        let events: Vec<Told> = shuffled.iter().map(|(event, _)| *event).collect();
        let expected: Vec<Option<u32>> = shuffled.iter().map(|(_, story)| *story).collect();
        prop_assert_eq!(stories(&events), expected);
    }
}
