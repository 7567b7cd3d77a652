use proptest::prelude::*;
use routing::{Prefix, RouteSpan, Span, SpanEnd, Timestamp};

use super::{CHANGES_MAX, HELD_MAX, MARGIN_SECONDS, replay};

const EVENT: Span = Span { start: Timestamp(100_000), end: Timestamp(101_000) };

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

fn span(text: &str, peer: u32, start: i64, end: i64) -> RouteSpan {
    RouteSpan {
        prefix: prefix(text),
        time: Span { start: Timestamp(start), end: Timestamp(end) },
        collector: 0,
        peer,
        path_id: 0,
        path: peer,
        file: 0,
        offset: 0,
        end: SpanEnd::Replaced,
        estimated: false,
    }
}

#[test]
fn routes_of_both_prefixes_around_the_event_are_kept_and_others_are_not() {
    let mut spans = vec![
        span("192.0.2.0/24", 1, 0, 100_000),
        span("192.0.2.0/24", 1, 100_000, 101_000),
        span("192.0.2.0/24", 2, 0, 100_000 - MARGIN_SECONDS),
        span("192.0.2.0/24", 3, 101_001 + MARGIN_SECONDS, 999_999),
        span("192.0.0.0/16", 4, 0, 999_999),
        span("192.0.2.0/25", 5, 0, 999_999),
    ];
    spans.sort_unstable_by_key(|span| span.prefix);
    let found = replay(&spans, &[prefix("192.0.2.0/24"), prefix("192.0.0.0/16")], EVENT);
    let told: Vec<(u8, u32, i64)> = found.routes.iter().map(|r| (r.prefix, r.peer, r.time.start.0)).collect();
    assert_eq!(told, [(0, 1, 0), (1, 4, 0), (0, 1, 100_000)]);
    assert_eq!((found.held_more, found.changes_more, found.until), (0, 0, None));
}

#[test]
fn bounds_hold_and_say_what_they_left_out() {
    let peers = HELD_MAX as u32 + 50;
    let mut spans: Vec<RouteSpan> = (0..peers).map(|peer| span("192.0.2.0/24", peer, 0, 999_999)).collect();
    // The last peers are those that change.
    let last = peers - 1;
    spans.extend((0..CHANGES_MAX as i64 + 30).map(|n| span("192.0.2.0/24", last, 100_000 + n, 100_001 + n)));
    let found = replay(&spans, &[prefix("192.0.2.0/24")], EVENT);
    assert_eq!(found.routes.len(), HELD_MAX + CHANGES_MAX);
    assert_eq!((found.held_more, found.changes_more), (50, 30));
    assert_eq!(found.until, Some(Timestamp(100_000 + CHANGES_MAX as i64)));
    assert!(found.routes.iter().take(HELD_MAX).any(|route| route.peer == last), "who changes is kept");
}

proptest! {
    #[test]
    fn the_order_of_spans_does_not_matter(
        times in prop::collection::vec((0u32..40, 90_000i64..110_000, 1i64..9_000), 0..300), turn in 0usize..300
    ) {
        let spans: Vec<RouteSpan> = times.iter().map(|&(p, start, length)| span("192.0.2.0/24", p, start, start + length)).collect();
        let mut turned = spans.clone();
        turned.rotate_left(turn.min(spans.len()));
        turned.reverse();
        prop_assert_eq!(replay(&spans, &[prefix("192.0.2.0/24")], EVENT), replay(&turned, &[prefix("192.0.2.0/24")], EVENT));
    }
}
