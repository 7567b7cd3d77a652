//! How the database goes about what pages ask: every statement of the network, economy, participant, comparison and
//! group pages is answered by an index that leads to the rows wanted, whatever the size of the world.

mod page_server;
mod world;

use std::collections::BTreeSet;
use std::sync::Mutex;

use page_server::serve;
use sqlx::Row;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Statements that were run, whole.
static STATEMENTS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Keeps the statements that the database driver tells of.
struct Listener;

#[derive(Default)]
struct Told {
    summary: String,
    statement: String,
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => self.summary = value.to_owned(),
            // Empty where the summary is all of it.
            "db.statement" => self.statement = value.trim().to_owned(),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Subscriber for Listener {
    fn enabled(&self, of: &Metadata<'_>) -> bool {
        of.target() == "sqlx::query"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut told = Told::default();
        event.record(&mut told);
        let whole = if told.statement.is_empty() { told.summary } else { told.statement };
        STATEMENTS.lock().unwrap().insert(whole);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Tables that grow with the networks of a month: to find rows there by the publication alone is to read all of it.
const LARGE: [&str; 12] = [
    "network",
    "readiness",
    "event",
    "event_accomplice",
    "event_victim",
    "incident",
    "incident_event",
    "incident_prefix",
    "opinion",
    "opinion_network",
    "opinion_event",
    "tally",
];

/// What is wrong with a step of a plan.
fn fault(step: &str, statement: &str) -> Option<String> {
    let mut words = step.split(' ');
    let (how, what) = (words.next()?, words.next()?);
    match how {
        "SCAN" => {
            // The current publication of each month, or what a statement has already gathered.
            let months =
                statement.contains(&format!("current_publication {what} ")) || what == "current_publication";
            let gathered = format!("{statement} ").contains(&format!(") {what} ")) || what.starts_with('(');
            (!months && !gathered).then(|| "reads a whole table".to_owned())
        }
        "SEARCH" => {
            let large = LARGE.iter().any(|table| {
                step.contains(&format!("sqlite_autoindex_{table}_"))
                    || step.split(' ').any(|word| {
                        word.strip_prefix(table).is_some_and(|rest| rest.starts_with('_'))
                            && !LARGE.iter().any(|other| other.len() > table.len() && word.starts_with(other))
                    })
            });
            let by = step.rsplit_once('(').map_or("", |(_, by)| by.trim_end_matches(')'));
            let narrow = by.split(" AND ").any(|condition| {
                !condition.starts_with("publication=") && !condition.starts_with("framework=")
            });
            (large && !narrow).then(|| format!("reads a whole month: ({by})"))
        }
        _ => None,
    }
}

#[test]
fn every_statement_of_these_pages_is_answered_by_an_index() {
    tracing::subscriber::set_global_default(Listener).unwrap();
    let server = serve(true);
    STATEMENTS.lock().unwrap().clear();
    let every = "AS64500;economy:NL;region:europe;rir:ripencc;programme:all;participant:network-operators/1;\
                 group:64496,64500;world@2024-04";
    for path in [
        "/network/AS64500",
        "/network/AS64500?month=2024-04&framework=2018-06",
        "/network/AS64500/history",
        "/economy/NL",
        "/economy/NL/history",
        "/region/europe/history",
        "/participant/network-operators/1",
        "/participant/network-operators/1/history.csv",
        "/group/64496,64500",
        "/group/64496,64500/networks.csv",
        "/group/64496,64500/incidents.atom",
        "/compare",
        &format!("/compare?subjects={every}"),
        &format!("/compare.csv?subjects={every}"),
        &format!("/api/compare?subjects={every}"),
        "/api/networks/AS64500/history",
        "/api/economies/NL/history",
        "/api/participants/network-operators:1/history",
    ] {
        assert_eq!(server.get(&path.replace(';', "%3B")).status, 200, "{path}");
    }
    let statements: Vec<String> = STATEMENTS.lock().unwrap().iter().cloned().collect();
    assert!(statements.len() > 20, "the statements were not heard: {statements:?}");
    for table in ["tally", "readiness", "event", "participant", "aggregate"] {
        assert!(statements.iter().any(|sql| sql.contains(&format!(" {table} "))), "{table} was not asked");
    }
    let url = format!("sqlite:{}", server.folder().join("store.sqlite").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let faults = runtime.block_on(async {
        let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
        let mut faults = Vec::new();
        for sql in statements.iter().filter(|sql| sql.starts_with("SELECT")) {
            let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
            for row in sqlx::query(explain).fetch_all(&pool).await.unwrap() {
                let step: String = row.get("detail");
                faults.extend(fault(&step, sql).map(|why| format!("{why}: {step}\n    {sql}")));
            }
        }
        faults
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_plan_that_reads_too_much_is_found() {
    let found = |step: &str| fault(step, "SELECT doc FROM network WHERE name = $1").is_some();
    assert!(found("SCAN network"));
    assert!(found("SEARCH network USING INDEX sqlite_autoindex_network_1 (publication=?)"));
    assert!(found("SEARCH r USING INDEX incident_started (publication=? AND framework=?)"));
    assert!(!found("SEARCH network USING INDEX sqlite_autoindex_network_1 (publication=? AND asn=?)"));
    assert!(!found("SEARCH network USING INDEX network_economy (publication=? AND economy=?)"));
    assert!(!found("SEARCH source USING INDEX sqlite_autoindex_source_1 (publication=?)"));
    assert!(!found("USE TEMP B-TREE FOR ORDER BY"));
}
