//! What the store promises of verdicts, stories, replays and what others say.

use store::{EventRow, Filter, OpinionFilter, OpinionMatchRow, OpinionRow, ReplayRoute, ReplayRow, Store};

use super::{event, publication};

fn opinion(id: &str, start: i64, culprits: &[u32], events: &[&str]) -> OpinionRow {
    let matched = |event: &&str| OpinionMatchRow {
        event: (*event).to_owned(),
        kind: "route_leak".to_owned(),
        verdict: "incident".to_owned(),
        same_prefix: true,
        same_culprit: None,
        same_kind: true,
    };
    OpinionRow {
        id: id.to_owned(),
        start,
        culprits: culprits.to_vec(),
        victims: vec![64501],
        events: events.iter().map(matched).collect(),
        ..OpinionRow::default()
    }
}

pub async fn suite(store: &Store) {
    let mut given = publication("2022-07", "evidence", "Holder", 1_000);
    let judged = |id: &str, start: i64, kind: &str, verdict: &str, reason: &str, story: Option<&str>| {
        EventRow {
            kind: kind.to_owned(),
            verdict: verdict.to_owned(),
            reason: reason.to_owned(),
            victims: vec![64510],
            story: story.map(str::to_owned),
            tree: serde_json::json!({ "inputs": [], "fired": [{ "rule": "x", "sentence": "Yes.", "points": 3 }] }),
            ..event(id, start, Some(64500))
        }
    };
    let events = vec![
        judged("a", 10, "route_leak", "incident", "type_1", Some("a")),
        judged("b", 20, "route_leak", "incident", "type_1", Some("a")),
        judged("c", 30, "misorigination", "benign", "rpki_valid", None),
        judged("d", 40, "misorigination", "undecided", "unknown_history", None),
    ];
    let replays = vec![ReplayRow {
        event: "a".to_owned(),
        prefixes: vec!["192.0.2.0/24".to_owned()],
        peers: vec![("rrc00".to_owned(), "192.0.2.1".to_owned(), 1)],
        paths: vec!["1 2".to_owned()],
        ends: vec!["withdrawn".to_owned()],
        routes: vec![ReplayRoute(0, 0, 0, 7, 1, 2, 0)],
        held_more: 1,
        changes_more: 2,
        until: Some(3),
        ..ReplayRow::default()
    }];
    given.opinions = vec![
        opinion("x", 15, &[64500], &["a", "b"]),
        opinion("y", 5, &[64500, 64501], &[]),
        opinion("z", 25, &[64502], &[]),
    ];
    (given.events, given.replays) = (events.clone().into(), replays.clone());
    let opinions = given.opinions.clone();
    store.publish(given).await.unwrap();
    let (id, _) = store.current("2022-07").await.unwrap().unwrap();

    let found = async |filter: Filter| {
        let page = store.events_page(id, &filter, true, (9, 0)).await.unwrap();
        let mut after = store.events_after(id, &filter, (i64::MIN, ""), 9).await.unwrap();
        after.reverse();
        assert_eq!(page, after, "{filter:?}");
        let tallies = store.event_tallies(id, &filter).await.unwrap();
        assert_eq!(tallies.iter().map(|tally| tally.events).sum::<i64>(), page.len() as i64);
        page.into_iter().map(|event| event.id).collect::<Vec<_>>().join(" ")
    };
    let all = Filter::default();
    let some = |word: &str| Some(word.to_owned());
    assert_eq!(found(all.clone()).await, "d c b a");
    assert_eq!(found(Filter { verdict: some("incident"), ..all.clone() }).await, "b a");
    assert_eq!(found(Filter { reason: some("rpki_valid"), ..all.clone() }).await, "c");
    assert_eq!(found(Filter { reason: some("type_1"), verdict: some("benign"), ..all.clone() }).await, "");
    let paged = store.events_page(id, &all, false, (2, 1)).await.unwrap();
    assert_eq!(paged, events[1..3]);

    let counts = store.event_counts_by_month().await.unwrap();
    let counts: Vec<(&str, &str, i64)> = (counts.iter().filter(|count| count.month == "2022-07"))
        .map(|count| (count.kind.as_str(), count.verdict.as_str(), count.events))
        .collect();
    let expected =
        [("misorigination", "benign", 1), ("misorigination", "undecided", 1), ("route_leak", "incident", 2)];
    assert_eq!(counts, expected);

    assert_eq!(store.events_of_story(id, "a", 9).await.unwrap(), events[..2]);
    assert_eq!(store.events_of_story(id, "a", 1).await.unwrap(), events[..1]);
    assert_eq!(
        (store.story_parts(id, "a").await.unwrap(), store.story_parts(id, "c").await.unwrap()),
        (2, 0)
    );
    // A victim's events are its events, too.
    assert_eq!(store.events_of(id, 64510).await.unwrap(), events);
    assert_eq!(store.events_count_of(id, 64510).await.unwrap(), 4);

    assert_eq!(store.replay(id, "a").await.unwrap().as_ref(), Some(&replays[0]));
    assert_eq!(store.replay(id, "b").await.unwrap(), None);

    let told = async |filter: OpinionFilter| {
        let mut rows = store.opinions_after(id, &filter, (i64::MIN, ""), 9).await.unwrap();
        let ids = rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>().join(" ");
        rows.reverse();
        assert_eq!(store.opinions_page(id, &filter, (9, 0)).await.unwrap(), rows);
        assert_eq!(store.opinion_count(id, &filter).await.unwrap(), rows.len() as i64);
        ids
    };
    let network = |asn| OpinionFilter { network: Some(asn), matched: None };
    assert_eq!(told(OpinionFilter::default()).await, "y x z");
    assert_eq!(told(network(64500)).await, "y x");
    assert_eq!(told(network(64501)).await, "y x z");
    assert_eq!(told(OpinionFilter { matched: Some(false), ..network(64500) }).await, "y");
    assert_eq!(told(OpinionFilter { matched: Some(true), network: None }).await, "x");
    let of = async |events: &[&str]| {
        let ids: Vec<String> = events.iter().map(|id| (*id).to_owned()).collect();
        store.opinions_of_events(id, &ids, 9).await.unwrap()
    };
    assert_eq!(of(&["a", "b"]).await, opinions[..1]);
    assert!(of(&["c"]).await.is_empty() && of(&[]).await.is_empty());
}
