//! One suite, every database: what the store promises holds on SQLite and on PostgreSQL alike.
//!
//! PostgreSQL is reached at `TEST_POSTGRES_URL`, an empty database that the tests may fill and empty.

#[path = "conformance/evidence.rs"]
mod evidence;
#[path = "conformance/incidents.rs"]
mod incidents;
#[path = "conformance/jobs.rs"]
mod jobs;
#[path = "conformance/register.rs"]
mod register;
#[path = "conformance/roas.rs"]
mod roas;
#[path = "conformance/tallies.rs"]
mod tallies;

use std::collections::BTreeMap;

use serde_json::json;
use store::{
    AggregateRow, EventRow, Filter, FrameworkName, GradeCounts, IncidentOrder, IncidentRow, MembershipRow,
    NetworkRow, ParticipantRow, ParticipantScoreRow, PeerRow, ProgrammeRow, Publication, PublicationRow,
    Published, ReadinessRow, ScoreRow, SourceFileRow, SourceRow, Store,
};

fn publication(month: &str, result: &str, holder: &str, published_at: i64) -> Publication<'static> {
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
        readiness: networks.iter().map(|n| readiness(n.asn)).collect::<Vec<_>>().into(),
        networks: networks.into(),
        aggregates: vec![aggregate("world", ""), aggregate("economy", "NL")],
        events: vec![event("b", 20, Some(64500)), event("a", 10, None)].into(),
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
        foreign_series: Vec::new(),
        foreign: Vec::new(),
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
        revision: Some(7),
        also: vec!["9 of beta, by its networks".to_owned()],
        partners: vec!["it's; ✓".to_owned()],
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
        populations: None,
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

#[tokio::test]
async fn sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}?mode=rwc", dir.path().join("store.sqlite").display());
    suite(Store::open(&url).await.unwrap()).await;
    jobs::suite(&Store::open(&url).await.unwrap()).await;
    register::suite(&Store::open(&url).await.unwrap()).await;
    // Opening again finds everything.
    let store = Store::open(&url).await.unwrap();
    assert_eq!(store.months().await.unwrap().len(), 3);
    incidents::suite(store.clone()).await;
    evidence::suite(&store).await;
    tallies::suite(&store).await;
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
    register::suite(&store).await;
    incidents::suite(store.clone()).await;
    evidence::suite(&store).await;
    tallies::suite(&store).await;
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
