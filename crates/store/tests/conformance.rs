//! One suite, every database: what the store promises holds on SQLite and on PostgreSQL alike.
//!
//! PostgreSQL is reached at `TEST_POSTGRES_URL`, an empty database that the tests may fill and empty.

#[path = "conformance/evidence.rs"]
mod evidence;
#[path = "conformance/jobs.rs"]
mod jobs;
#[path = "conformance/roas.rs"]
mod roas;

use std::collections::BTreeMap;

use serde_json::json;
use store::{
    AggregateRow, EventRow, Filter, FrameworkName, GradeCounts, IncidentOrder, IncidentRow, MembershipRow,
    NetworkRow, ParticipantRow, ParticipantScoreRow, PeerRow, ProgrammeRow, Publication, PublicationRow,
    Published, ReadinessRow, ScoreRow, SourceFileRow, SourceRow, Store,
};

fn publication(month: &str, result: &str, holder: &str, published_at: i64) -> Publication {
    let networks =
        [(64500, holder), (64501, "it's; \"quoted\" \\ ✓")].map(|(asn, organisation)| NetworkRow {
            asn,
            name: Some(format!("NET-{asn}")),
            organisation: Some(organisation.to_owned()),
            economy: Some("NL".to_owned()),
            registry: "RIPE NCC".to_owned(),
            ..NetworkRow::default()
        });
    Publication {
        head: PublicationRow {
            month: month.to_owned(),
            revision: 0,
            generation: format!("generation-{result}"),
            result: result.to_owned(),
            frameworks: vec![FrameworkName { id: "2024-01".to_owned(), digest: "d".to_owned() }],
            reason: "test".to_owned(),
            supersedes: None,
            published_at,
            data_time: Some((1, 2)),
            summary: json!({ "networks": 2 }),
        },
        sources: vec![source("vrps", 100), source("irr RIPE", 200)],
        readiness: networks.iter().map(|n| readiness(n.asn)).collect(),
        networks: networks.into(),
        aggregates: vec![aggregate("world", ""), aggregate("economy", "NL")],
        events: vec![event("b", 20, Some(64500)), event("a", 10, None)],
        incidents: vec![incident()],
        replays: Vec::new(),
        opinions: Vec::new(),
        peers: vec![PeerRow {
            collector: "c".to_owned(),
            address: "192.0.2.1".to_owned(),
            asn: 64510,
            family: 4,
            prefixes: 7,
            share_percent: 100,
            full_feed: true,
            route_server: false,
        }],
        participants: vec![
            participant("ixps", "2"),
            participant("ixps", "10"),
            participant("cdns-and-clouds", "10"),
        ],
        programmes: vec![programme("2024-01", "ixps"), programme("2024-01", ""), programme("2018-06", "")],
        roas: roas::rows(),
    }
}

fn participant(programme: &str, id: &str) -> ParticipantRow {
    ParticipantRow {
        programme: programme.to_owned(),
        id: id.to_owned(),
        organisation: "it's; \"quoted\" ✓".to_owned(),
        approved: Some("2020-02-29".to_owned()),
        areas: vec!["NL".to_owned()],
        networks: vec![MembershipRow {
            asn: u32::MAX,
            from: None,
            to: Some("2024-04-01".to_owned()),
            counted: false,
            known: false,
        }],
        listed: "2024-04-30".to_owned(),
        source: "list".to_owned(),
        conformance: BTreeMap::from([("prevent".to_owned(), "conformant".to_owned())]),
        scores: BTreeMap::from([(
            "2024-01".to_owned(),
            vec![ParticipantScoreRow {
                key: "coordination".to_owned(),
                score: Some(1.0 / 3.0),
                published: true,
                grade: Some("lagging".to_owned()),
                unknown: None,
                networks: 4,
                with_data: 3,
            }],
        )]),
    }
}

fn programme(framework: &str, programme: &str) -> ProgrammeRow {
    ProgrammeRow {
        programme: programme.to_owned(),
        framework: framework.to_owned(),
        participants: 2,
        asns: 3,
        economies: 1,
        scores: Vec::new(),
    }
}

fn source(name: &str, as_of: i64) -> SourceRow {
    SourceRow {
        name: name.to_owned(),
        kind: "vrps".to_owned(),
        used_for: String::new(),
        path: String::new(),
        status: "used".to_owned(),
        used: true,
        files: vec![SourceFileRow {
            name: "f".to_owned(),
            digest: format!("{as_of:064}"),
            size_bytes: 1,
            part: String::new(),
            format: String::new(),
            as_of: Some(as_of),
            as_of_from: "content".to_owned(),
            skew_days: Some(0),
            used: true,
            status: "used".to_owned(),
            records: 1,
            records_outside: 0,
            elements: 0,
            faults: 0,
            skipped: 0,
            fault_kinds: Vec::new(),
            first_faults: Vec::new(),
        }],
    }
}

fn readiness(asn: u32) -> ReadinessRow {
    ReadinessRow {
        framework: "2024-01".to_owned(),
        asn,
        scores: vec![ScoreRow {
            key: "coordination".to_owned(),
            score: (asn == 64500).then_some(1.0 / 3.0),
            grade: (asn == 64500).then(|| "lagging".to_owned()),
            unknown: (asn != 64500).then(|| "no contacts loaded".to_owned()),
        }],
        metrics: Vec::new(),
        counted_routes: [1, 0],
        excluded_routes: BTreeMap::new(),
    }
}

fn aggregate(scope: &str, area: &str) -> AggregateRow {
    AggregateRow {
        framework: "2024-01".to_owned(),
        scope: scope.to_owned(),
        area: area.to_owned(),
        networks: 2,
        routes: [1, 0],
        scores: vec![GradeCounts {
            key: "coordination".to_owned(),
            mean: Some(1.0 / 3.0),
            ready: 1,
            aspiring: 0,
            lagging: 1,
            no_data: 0,
        }],
        events: BTreeMap::new(),
        partial: false,
    }
}

fn event(id: &str, start: i64, culprit: Option<u32>) -> EventRow {
    EventRow {
        id: id.to_owned(),
        kind: "bogon_prefix".to_owned(),
        class: "full".to_owned(),
        culprit,
        economy: culprit.map(|_| "NL".to_owned()),
        prefix: "10.0.0.0/8".to_owned(),
        bogon_asn: None,
        start,
        end: start + 1,
        ongoing: false,
        estimated: false,
        rule: String::new(),
        rule_source: String::new(),
        peers: 2,
        collectors: Vec::new(),
        accomplices: vec![(64501, 1)],
        verdict: "incident".to_owned(),
        reason: "bogon".to_owned(),
        ..EventRow::default()
    }
}

fn incident() -> IncidentRow {
    IncidentRow {
        framework: "2024-01".to_owned(),
        id: "i".to_owned(),
        metric: "M3".to_owned(),
        network: 64500,
        start: 20,
        end: 21,
        weight: 1.0,
        adds: 0.5,
        events: vec!["b".to_owned()],
        prefixes: vec!["10.0.0.0/8".to_owned()],
        culprit: Some(64500),
        economy: Some("NL".to_owned()),
        ongoing: false,
        verdict: "incident".to_owned(),
        reason: "bogon".to_owned(),
        ..IncidentRow::default()
    }
}

async fn suite(store: Store) {
    assert!(store.months().await.unwrap().is_empty());
    let first = store.publish(publication("2024-04", "r1", "Old Holder", 1_000)).await.unwrap();
    assert!(matches!(&first, Published::New(head) if head.revision == 1 && head.supersedes.is_none()));
    let (id, head) = store.current("2024-04").await.unwrap().unwrap();
    assert_eq!(head, *first.head());

    // What goes in comes out, in the order promised.
    let given = publication("2024-04", "r1", "Old Holder", 1_000);
    assert_eq!(store.networks(id, -1, 10).await.unwrap(), given.networks);
    assert_eq!(store.networks(id, 64500, 10).await.unwrap().len(), 1);
    assert_eq!(store.network(id, 64501).await.unwrap().as_ref(), Some(&given.networks[1]));
    assert_eq!(store.network(id, 1).await.unwrap(), None);
    // As columns they are the same networks.
    let directory = store.directory(id).await.unwrap();
    assert_eq!(directory.asns, [64500, 64501]);
    for (place, network) in given.networks.iter().enumerate() {
        assert_eq!(directory.names.get(place), network.name.as_deref().unwrap_or_default());
        assert_eq!(directory.economies.get(place), network.economy.as_deref().unwrap_or_default());
    }
    assert_eq!(directory.index(64501), Some(1));
    let columns = store.score_columns(id, "2024-01").await.unwrap();
    assert_eq!(columns.incidents, [1, 0]);
    let [column] = &columns.columns[..] else { panic!("the framework has one score: {columns:?}") };
    assert_eq!((column.key.as_str(), &column.scores[..]), ("coordination", &[Some(1.0 / 3.0), None][..]));
    assert_eq!((column.grade(0), column.grade(1), column.grade(2)), (Some("lagging"), None, None));
    assert!(store.directory(-1).await.unwrap().asns.is_empty());
    assert_eq!(store.readiness(id, "2024-01", 64500).await.unwrap().unwrap().asn, 64500);
    assert_eq!(store.aggregates(id, "2024-01", "economy").await.unwrap(), [given.aggregates[1].clone()]);
    let ids = |events: Vec<EventRow>| events.into_iter().map(|e| e.id).collect::<Vec<_>>();
    assert_eq!(ids(store.events(id).await.unwrap()), ["a", "b"]);
    assert_eq!(ids(store.events_of(id, 64500).await.unwrap()), ["b"]);
    assert_eq!(ids(store.events_of(id, 64501).await.unwrap()), ["a", "b"]);
    assert_eq!(store.incidents_of(id, "2024-01", 64500).await.unwrap(), given.incidents);
    assert_eq!(store.peers(id).await.unwrap(), given.peers);
    let [second, first, other] = &given.participants[..] else { panic!("three participants were given") };
    assert_eq!(store.participants(id).await.unwrap(), [other.clone(), first.clone(), second.clone()]);
    let programmes: Vec<_> =
        store.programmes(id).await.unwrap().into_iter().map(|p| (p.framework, p.programme)).collect();
    let named = |framework: &str, programme: &str| (framework.to_owned(), programme.to_owned());
    assert_eq!(programmes, [named("2018-06", ""), named("2024-01", ""), named("2024-01", "ixps")]);
    assert_eq!(store.sources(id).await.unwrap().len(), 2);
    roas::examine(&store, id).await;

    // Part by part, each behind the key of the row before, it is the same.
    let after = async |asn: Option<u32>, key: (i64, &'static str), limit: i64| {
        ids(match asn {
            Some(asn) => store.events_of_after(id, asn, key, limit).await.unwrap(),
            None => store.events_after(id, &Filter::default(), key, limit).await.unwrap(),
        })
    };
    assert_eq!(after(None, (i64::MIN, ""), 1).await, ["a"]);
    assert_eq!(after(None, (10, "a"), 9).await, ["b"]);
    assert_eq!(after(None, (10, ""), 9).await, ["a", "b"]);
    assert_eq!(after(Some(64500), (i64::MIN, ""), 9).await, ["b"]);
    assert_eq!(after(Some(64501), (10, "a"), 9).await, ["b"]);
    assert_eq!(after(Some(64501), (20, "b"), 9).await, [""; 0]);
    for asn in [None, Some(64500)] {
        let filter = Filter { answers: asn, ..Filter::default() };
        let incidents = async |key| store.incidents_after(id, "2024-01", &filter, key, 9).await.unwrap();
        assert_eq!(incidents((20, "")).await, given.incidents);
        assert_eq!(incidents((20, "i")).await, []);
    }
    let nobody = Filter { answers: Some(1), ..Filter::default() };
    assert_eq!(store.incidents_after(id, "2024-01", &nobody, (0, ""), 9).await.unwrap(), []);
    assert_eq!(store.event(id, "b").await.unwrap().unwrap().start, 20);
    assert_eq!(store.event(id, "c").await.unwrap(), None);
    let area = store.aggregate(id, "2024-01", "economy", "NL").await.unwrap();
    assert_eq!(area.as_ref(), Some(&given.aggregates[1]));
    assert_eq!(store.aggregate(id, "2018-06", "economy", "NL").await.unwrap(), None);

    // The same again changes nothing; another result is another revision that replaces the first whole.
    let again = store.publish(publication("2024-04", "r1", "Old Holder", 2_000)).await.unwrap();
    assert!(matches!(&again, Published::Unchanged(head) if head.published_at == 1_000));
    let second = store.publish(publication("2024-04", "r2", "Old Holder", 3_000)).await.unwrap();
    assert_eq!((second.head().revision, second.head().supersedes), (2, Some(1)));
    assert_eq!(store.networks(id, -1, 10).await.unwrap(), [], "the rows of a replaced publication go");
    assert_eq!(store.participants(id).await.unwrap(), [], "and so do its participants");
    assert!(store.programmes(id).await.unwrap().is_empty());
    assert_eq!(store.revisions("2024-04").await.unwrap().len(), 2);
    assert_eq!(store.generations().await.unwrap(), ["generation-r2"]);

    // Holders are intervals, of the world and of what we knew.
    store.publish(publication("2024-06", "r3", "New Holder", 4_000)).await.unwrap();
    let shown = |holdings: Vec<store::Holding>| {
        let row = |h: store::Holding| (h.valid_from, h.valid_to, h.holder.organisation.unwrap());
        holdings.into_iter().map(row).collect::<Vec<_>>()
    };
    let interval =
        |from: &str, to: Option<&str>, who: &str| (from.to_owned(), to.map(str::to_owned), who.to_owned());
    let now = shown(store.holdings(64500, 5_000).await.unwrap());
    assert_eq!(
        now,
        [interval("2024-04", Some("2024-06"), "Old Holder"), interval("2024-06", None, "New Holder")]
    );
    assert_eq!(shown(store.holdings(64501, 5_000).await.unwrap()).len(), 1, "nothing changed for the other");
    // A month in between tells that the change came earlier; what was known before can still be asked.
    store.publish(publication("2024-05", "r4", "New Holder", 6_000)).await.unwrap();
    let later = shown(store.holdings(64500, 7_000).await.unwrap());
    assert_eq!(
        later,
        [interval("2024-04", Some("2024-05"), "Old Holder"), interval("2024-05", None, "New Holder")]
    );
    assert_eq!(shown(store.holdings(64500, 5_000).await.unwrap()), now);
    assert_eq!(store.months().await.unwrap(), ["2024-06", "2024-05", "2024-04"]);
    // What every month said of an area and of a network, the earliest first.
    let areas = store.aggregate_history("2024-01", "economy", "NL").await.unwrap();
    let months = |of: Vec<String>| of.join(" ");
    assert_eq!(months(areas.into_iter().map(|(m, _)| m).collect()), "2024-04 2024-05 2024-06");
    let networks = store.readiness_history("2024-01", 64500).await.unwrap();
    assert_eq!(months(networks.into_iter().map(|(m, _)| m).collect()), "2024-04 2024-05 2024-06");
    assert!(store.aggregate_history("2018-06", "economy", "NL").await.unwrap().is_empty());
    assert!(store.readiness_history("2024-01", 1).await.unwrap().is_empty());
}

/// A month of incidents of every metric, length and place, found by whatever is asked of them.
async fn incidents(store: Store) {
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
            ..event(&format!("e{n}"), n * 10, (n != 1).then_some(64500))
        })
        .collect();
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
    assert_eq!(events(Filter { from: Some(1), to: Some(20), ..all.clone() }).await, "e1");
    assert_eq!(events(prefix("10.1.0.0/16")).await, "e0 e1");
    assert_eq!(events(prefix("2001:db8::/32")).await, "e2");
    let named = store.events_named(id, &words(&["e2", "e0", "e9"])).await.unwrap();
    assert_eq!(named.into_iter().map(|e| e.id).collect::<Vec<_>>(), ["e0", "e2"]);
    assert!(store.events_named(id, &[]).await.unwrap().is_empty());
    assert_eq!(store.months_of_event("e1").await.unwrap(), ["2023-01"]);
}

#[tokio::test]
async fn sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}?mode=rwc", dir.path().join("store.sqlite").display());
    suite(Store::open(&url).await.unwrap()).await;
    jobs::suite(&Store::open(&url).await.unwrap()).await;
    // Opening again finds everything.
    let store = Store::open(&url).await.unwrap();
    assert_eq!(store.months().await.unwrap().len(), 3);
    incidents(store.clone()).await;
    evidence::suite(&store).await;
}

#[tokio::test]
async fn postgresql() {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        assert!(std::env::var("CI").is_err(), "TEST_POSTGRES_URL is not set");
        eprintln!("SKIPPED: TEST_POSTGRES_URL is not set, the store was not tested on PostgreSQL");
        return;
    };
    let store = Store::open(&url).await.unwrap();
    suite(store.clone()).await;
    jobs::suite(&store).await;
    incidents(store.clone()).await;
    evidence::suite(&store).await;
}

#[tokio::test]
async fn a_store_of_another_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}?mode=rwc", dir.path().join("store.sqlite").display());
    drop(Store::open(&url).await.unwrap());
    sqlx::any::install_default_drivers();
    let pool = sqlx::AnyPool::connect(&url).await.unwrap();
    sqlx::query("UPDATE schema_version SET version = 999").execute(&pool).await.unwrap();
    let error = Store::open(&url).await.unwrap_err().to_string();
    assert!(error.contains("schema 999"), "{error}");
}
