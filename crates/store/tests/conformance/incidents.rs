use super::*;

/// A month of incidents of every metric, length and place, found by whatever is asked of them.
pub async fn suite(store: Store) {
    let mut given = publication("2023-01", "incidents", "Holder", 1_000);
    let row = |n: i64, metric: &str, prefix: &str, economy: Option<&str>, culprit: Option<u32>| IncidentRow {
        id: format!("i{n}"),
        metric: metric.to_owned(),
        network: 64500 + n as u32,
        start: n * 100,
        end: n * 100 + (n * 37) % 90,
        adds: (n % 3) as f64 / 3.0,
        events: vec!["a".to_owned(), format!("e{n}")],
        prefixes: vec![prefix.to_owned(), "203.0.113.0/24".to_owned()],
        culprit,
        economy: economy.map(str::to_owned),
        ongoing: n == 4,
        ..incident()
    };
    let rows = [
        row(0, "M3", "10.0.0.0/8", Some("NL"), Some(64500)),
        row(1, "M3", "10.1.0.0/16", Some("DE"), Some(64501)),
        row(2, "M3C", "10.1.2.0/24", Some("DE"), Some(64501)),
        row(3, "M4", "2001:db8::/32", None, None),
        row(4, "M4", "2001:db8:5::/48", Some("NL"), Some(64500)),
    ];
    let other = IncidentRow { framework: "2018-06".to_owned(), ..rows[4].clone() };
    given.incidents = rows.iter().cloned().chain([other]).collect();
    let kinds = [("bogon_prefix", "10.0.0.0/8"), ("bogon_asn", "10.1.2.0/24"), ("bogon_asn", "::/0")];
    given.events = (kinds.iter().zip(0..))
        .map(|((kind, prefix), n)| EventRow {
            kind: (*kind).to_owned(),
            prefix: (*prefix).to_owned(),
            ongoing: n == 2,
            end_unknown: (n == 1).then(|| "lone_table".to_owned()),
            ..event(&format!("e{n}"), n * 10, (n != 1).then_some(64500))
        })
        .collect::<Vec<_>>()
        .into();
    store.publish(given).await.unwrap();
    let (id, _) = store.current("2023-01").await.unwrap().unwrap();

    let all = Filter::default();
    let named = |rows: Vec<IncidentRow>| rows.into_iter().map(|r| r.id).collect::<Vec<_>>().join(" ");
    let found = async |filter: Filter| {
        let order = (IncidentOrder::Started, false);
        let page = store.incidents_page(id, "2024-01", &filter, order, (9, 0)).await.unwrap();
        let after = store.incidents_after(id, "2024-01", &filter, (i64::MIN, ""), 9).await.unwrap();
        assert_eq!(page, after, "{filter:?}");
        let counts = store.incident_counts(id, "2024-01", &filter).await.unwrap();
        assert_eq!(counts.values().sum::<i64>(), page.len() as i64, "{filter:?}");
        named(page)
    };
    let prefix = |text: &str| Filter { prefix: text.parse().ok(), ..Filter::default() };
    let words = |kinds: &[&str]| kinds.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>();
    for (filter, ids) in [
        (all.clone(), "i0 i1 i2 i3 i4"),
        (Filter { kinds: words(&["M3", "M3C"]), ..all.clone() }, "i0 i1 i2"),
        (Filter { kinds: words(&["M2"]), ..all.clone() }, ""),
        (Filter { answers: Some(64502), ..all.clone() }, "i2"),
        (Filter { culprit: Some(64501), ..all.clone() }, "i1 i2"),
        (Filter { economy: Some("NL".to_owned()), ..all.clone() }, "i0 i4"),
        (Filter { ongoing: true, ..all.clone() }, "i4"),
        (Filter { culprits: Some(vec![64501, 9]), ..all.clone() }, "i1 i2"),
        (Filter { culprits: Some(Vec::new()), ..all.clone() }, ""),
        (Filter { event_kind: Some("bogon_asn".to_owned()), ..all.clone() }, "i1 i2"),
        // i0 has no length and stands at 0; i1 ends at 137, where its time is over.
        (Filter { from: Some(0), to: Some(1), ..all.clone() }, "i0"),
        (Filter { from: Some(137), ..all.clone() }, "i2 i3 i4"),
        (Filter { from: Some(136), to: Some(200), ..all.clone() }, "i1"),
        (Filter { from: Some(136), to: Some(201), ..all.clone() }, "i1 i2"),
        (prefix("10.1.0.0/16"), "i0 i1 i2"),
        (prefix("10.2.0.0/16"), "i0"),
        (prefix("10.1.2.128/25"), "i0 i1 i2"),
        (prefix("0.0.0.0/0"), "i0 i1 i2 i3 i4"),
        (prefix("203.0.113.0/25"), "i0 i1 i2 i3 i4"),
        (prefix("2001:db8:5::/48"), "i3 i4"),
        (prefix("2001:db8:6::1/128"), "i3"),
        (prefix("2001:db9::/32"), ""),
        (Filter { culprit: Some(64501), kinds: words(&["M3"]), ..prefix("10.1.2.0/24") }, "i1"),
    ] {
        assert_eq!(found(filter.clone()).await, ids, "{filter:?}");
    }
    let page = async |order, descending, part| {
        let rows = store.incidents_page(id, "2024-01", &all, (order, descending), part).await;
        named(rows.unwrap())
    };
    assert_eq!(page(IncidentOrder::Started, true, (2, 1)).await, "i3 i2");
    assert_eq!(page(IncidentOrder::Lasted, false, (9, 0)).await, "i0 i3 i1 i4 i2");
    assert_eq!(page(IncidentOrder::Adds, true, (9, 0)).await, "i2 i4 i1 i3 i0");

    assert_eq!(store.incident(id, "2024-01", "i3").await.unwrap().as_ref(), Some(&rows[3]));
    assert_eq!(store.incident(id, "2018-06", "i3").await.unwrap(), None);
    let months = store.months_of_incident("i4").await.unwrap();
    let named_month = |framework: &str| ("2023-01".to_owned(), framework.to_owned());
    assert_eq!(months, [named_month("2024-01"), named_month("2018-06")]);
    assert_eq!(named(store.incidents_with_event(id, "2024-01", "e2").await.unwrap()), "i2");
    assert_eq!(named(store.incidents_with_event(id, "2018-06", "a").await.unwrap()), "i4");
    let counted = store.incident_counts_by_month("2024-01").await.unwrap();
    let counted: Vec<_> =
        counted.into_iter().filter(|c| c.month == "2023-01").map(|c| (c.metric, c.incidents)).collect();
    assert_eq!(counted, [("M3", 2), ("M3C", 1), ("M4", 2)].map(|(m, n)| (m.to_owned(), n)));

    let known = store.networks_known(id, [64501, 64500, 64500, 1]).await.unwrap();
    let name = |asn| (asn, Some(format!("NET-{asn}")));
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [64500, 64501].map(name));
    assert!(store.networks_known(id, []).await.unwrap().is_empty());

    let events = async |filter: Filter| {
        let rows = store.events_after(id, &filter, (i64::MIN, ""), 9).await.unwrap();
        rows.into_iter().map(|e| e.id).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(events(Filter { kinds: words(&["bogon_asn"]), ..all.clone() }).await, "e1 e2");
    assert_eq!(events(Filter { culprit: Some(64500), ..all.clone() }).await, "e0 e2");
    assert_eq!(events(Filter { economy: Some("NL".to_owned()), ..all.clone() }).await, "e0 e2");
    assert_eq!(events(Filter { ongoing: true, ..all.clone() }).await, "e2");
    assert_eq!(events(Filter { end_unknown: true, ..all.clone() }).await, "e1");
    assert_eq!(events(Filter { culprits: Some(vec![64500]), ..all.clone() }).await, "e0 e2");
    assert_eq!(events(Filter { from: Some(1), to: Some(20), ..all.clone() }).await, "e1");
    assert_eq!(events(prefix("10.1.0.0/16")).await, "e0 e1");
    assert_eq!(events(prefix("2001:db8::/32")).await, "e2");
    let named = store.events_named(id, &words(&["e2", "e0", "e9"])).await.unwrap();
    assert_eq!(named.into_iter().map(|e| e.id).collect::<Vec<_>>(), ["e0", "e2"]);
    assert!(store.events_named(id, &[]).await.unwrap().is_empty());
    assert_eq!(store.months_of_event("e1").await.unwrap(), ["2023-01"]);
}
