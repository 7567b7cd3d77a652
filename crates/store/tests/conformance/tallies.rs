//! What the store promises of figures of several networks, of participants and of groups.

use std::collections::BTreeMap;

use store::{EventRow, GradeTally, IncidentRow, MembershipRow, MetricRow, MetricTally, NetworkRow, Store};

use super::{event, incident, publication, readiness};

fn metric(code: &str, value: Option<f64>) -> MetricRow {
    MetricRow {
        metric: code.to_owned(),
        value,
        unknown: value.is_none().then(|| "not measured".to_owned()),
        because: String::new(),
    }
}

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect()
}

pub async fn suite(store: &Store) {
    for (month, share) in [("2023-01", 0.25), ("2023-02", 0.75)] {
        let mut given = publication(month, month, "Holder", 1_000);
        let network = |asn: u32, economy: Option<&str>, registry: &str| NetworkRow {
            asn,
            economy: economy.map(str::to_owned),
            registry: registry.to_owned(),
            routes: [asn.into(), 1],
            rpki: (asn != 3).then_some([[1, 2, 3], [0, 0, asn.into()]]),
            irr: None,
            ..NetworkRow::default()
        };
        given.networks = vec![
            network(3, Some("DE"), "ARIN"),
            network(1, Some("NL"), "RIPE NCC"),
            network(2, Some("NL"), "RIPE NCC (from a country list)"),
            network(4, None, "registry not loaded"),
        ];
        given.readiness = (1..=4)
            .map(|asn| {
                let mut row = readiness(asn);
                row.metrics =
                    vec![metric("M8", (asn != 2).then_some(1.0)), metric("M3", Some(f64::from(asn) * share))];
                row.scores[0].grade = (asn == 1).then(|| "ready".to_owned());
                row
            })
            .collect::<Vec<_>>()
            .into();
        let judged = |id: &str, start: i64, culprit: Option<u32>, verdict: &str| EventRow {
            kind: "route_leak".to_owned(),
            verdict: verdict.to_owned(),
            ..event(id, start, culprit)
        };
        given.events = vec![
            judged("a", 1, Some(1), "incident"),
            judged("b", 2, Some(1), "benign"),
            judged("c", 3, Some(3), "incident"),
            judged("d", 4, None, "incident"),
            EventRow { victims: vec![2], ..judged("e", 5, Some(9), "incident") },
        ]
        .into();
        given.incidents = vec![IncidentRow { network: 3, metric: "M1".to_owned(), ..incident() }];
        let member =
            |asn: u32, counted: bool| MembershipRow { asn, from: None, to: None, counted, known: asn < 5 };
        given.participants[0].networks =
            vec![member(2, true), member(1, true), member(3, false), member(99, true)];
        given.participants[1].networks = vec![member(1, true)];
        given.participants[2].networks = Vec::new();
        store.publish(given).await.unwrap();
    }
    let (id, _) = store.current("2023-02").await.unwrap().unwrap();
    let tally =
        async |scope: &str, area: &str| store.tally(id, "2024-01", scope, area).await.unwrap().unwrap();

    let world = tally("world", "").await;
    assert_eq!((world.networks, world.routes), (4, [10, 4]));
    assert_eq!((world.rpki, world.rpki_unknown), (Some([[3, 6, 9], [0, 0, 7]]), 1));
    assert_eq!((world.irr, world.irr_unknown), (None, 4), "unknown is no zero");
    assert_eq!(world.events, counts(&[("route_leak", 4)]), "one whose culprit is not known is the world's");
    assert_eq!(world.incidents, counts(&[("M1", 1)]));
    let grades = GradeTally { key: "coordination".to_owned(), ready: 1, no_data: 3, ..GradeTally::default() };
    assert_eq!(world.grades, [grades]);
    let m8 = MetricTally {
        metric: "M8".to_owned(),
        sum: 3.0,
        with_data: 3,
        no_data: 1,
        unknown: Some("not measured".to_owned()),
    };
    assert_eq!(world.metrics.iter().map(|m| m.metric.as_str()).collect::<Vec<_>>(), ["M3", "M8"]);
    assert_eq!((world.metrics[0].mean(), &world.metrics[1]), (Some(1.875), &m8));

    let of = async |scope: &str, area: &str| {
        let tally = tally(scope, area).await;
        (tally.networks, tally.events, tally.incidents)
    };
    assert_eq!(of("economy", "NL").await, (2, counts(&[("route_leak", 1)]), counts(&[])));
    assert_eq!(of("economy", "ZZ").await, (1, counts(&[]), counts(&[])));
    assert_eq!(of("region", "ripencc").await, (2, counts(&[("route_leak", 1)]), counts(&[])));
    assert_eq!(of("region", "western-europe").await, (3, counts(&[("route_leak", 2)]), counts(&[("M1", 1)])));
    assert_eq!(of("programme", "ixps").await, (2, counts(&[("route_leak", 1)]), counts(&[])), "each once");
    assert_eq!(of("programme", "").await.0, 2);
    assert_eq!(of("participant", "ixps/10").await.0, 1);
    assert_eq!(of("participant", "cdns-and-clouds/10").await.0, 0);
    assert_eq!(store.tally(id, "2018-06", "world", "").await.unwrap(), None);

    // Over the months, and of participants.
    let mean = |month: &(String, store::Tally)| (month.0.clone(), month.1.metrics[0].mean().unwrap());
    let history = store.tally_history("2024-01", "economy", "NL").await.unwrap();
    let of_2023 = |month: &&(String, store::Tally)| month.0.starts_with("2023");
    let means: Vec<_> = history.iter().filter(of_2023).map(mean).collect();
    assert_eq!(means, [("2023-01".to_owned(), 0.375), ("2023-02".to_owned(), 1.125)]);
    let known = store.participant_history("ixps", "10").await.unwrap();
    assert_eq!(known.iter().filter(|(month, _)| month.starts_with("2023")).count(), 2);
    assert_eq!(store.participant(id, "ixps", "10").await.unwrap().unwrap().networks.len(), 1);
    assert_eq!(store.participant(id, "ixps", "no'such").await.unwrap(), None);
    let figures = store.programme_history("2024-01", "ixps").await.unwrap();
    assert_eq!(figures.iter().filter(|(month, _)| month.starts_with("2023")).count(), 2);

    // Of a group the same comes out, however many are asked for at once.
    let asns: Vec<u32> = (1..=2_500).collect();
    let networks = store.networks_among(id, &asns).await.unwrap();
    assert_eq!(networks.iter().map(|n| n.asn).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(store.readiness_among(id, "2024-01", &asns).await.unwrap().len(), 4);
    assert_eq!(
        store.events_caused(id, &asns).await.unwrap(),
        counts(&[("route_leak", 3)]),
        "9 is no network here, and caused one"
    );
    assert_eq!(store.events_caused(id, &[1]).await.unwrap(), counts(&[("route_leak", 1)]));
    assert_eq!(store.incidents_answered(id, "2024-01", &[3, 4]).await.unwrap(), counts(&[("M1", 1)]));
    let ids = async |asns: &[u32], limit| {
        let events = store.incident_events_among(id, asns, limit).await.unwrap();
        events.into_iter().map(|event| event.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[1, 2], 9).await, ["e", "a"], "suffered ones too, the latest first");
    assert_eq!(ids(&asns, 2).await, ["e", "c"]);
    assert_eq!(ids(&[], 9).await, [""; 0]);
    assert!(store.networks_among(id, &[]).await.unwrap().is_empty());

    // The figures of a replaced publication go with it.
    store.publish(publication("2023-02", "other", "Holder", 2_000)).await.unwrap();
    assert_eq!(store.tally(id, "2024-01", "world", "").await.unwrap(), None);
}
