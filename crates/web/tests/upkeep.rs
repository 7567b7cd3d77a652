//! What an operator asks for: `/metrics`, `/readyz`, and what runs.

#[allow(dead_code)]
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use store::{Brought, Ending, JobKind, Planned, Store};
use web::{SourceState, SourceStates};
use world::HOSTILE;

struct Server {
    address: SocketAddr,
    store: Store,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

fn serve(sources: SourceStates) -> Server {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (address, store) = runtime.block_on(async {
        let state = world::state(folder.path()).await;
        let store = state.store.clone();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = web::router_with(state, sources, web::Keys::default());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (address, store)
    });
    Server { address, store, runtime, _folder: folder }
}

impl Server {
    fn get(&self, path: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_lowercase(), body.to_owned())
    }

    /// Makes a job and ends it.
    fn job(&self, kind: JobKind, subject: &str, outcome: &str, ending: &Ending, at: i64) {
        self.runtime.block_on(async {
            let plan = Planned { kind, subject: subject.to_owned(), due_at: at };
            self.store.arrange(&self.store.jobs().await.unwrap(), &[plan], at).await.unwrap();
            let job = self.store.claim(kind, "test", at, at + 60).await.unwrap().unwrap();
            assert!(self.store.finish(&job, outcome, ending, at + 5).await.unwrap());
        });
    }
}

fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64
}

fn states() -> SourceStates {
    SourceStates::of(|| {
        let failing = SourceState {
            name: HOSTILE.to_owned() + "\n",
            held_files: 3,
            newest: Some(now() - 10 * 3_600),
            age_seconds_max: Some(2 * 3_600),
            last_success: Some(now() - 9 * 3_600),
            last_failure: Some((now() - 60, "HTTP status 503".to_owned())),
        };
        let well = SourceState {
            name: "well".to_owned(),
            newest: Some(now()),
            held_files: 1,
            ..SourceState::default()
        };
        let never = SourceState { name: "never".to_owned(), ..SourceState::default() };
        Ok(vec![failing, well, never])
    })
}

/// Samples by name with labels; asserts what the format asks for.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut all = BTreeMap::new();
    let mut families = BTreeSet::new();
    let mut family = String::new();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, meaning) = rest.split_once(' ').unwrap();
            assert!(families.insert(name.to_owned()), "{name} twice");
            assert!(meaning.ends_with('.'), "{line}");
            family = name.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert_eq!(rest.split_once(' ').unwrap().0, family);
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            let own = [
                &name,
                &name.trim_end_matches("_bucket"),
                &name.trim_end_matches("_sum"),
                &name.trim_end_matches("_count"),
            ]
            .iter()
            .any(|n| **n == family);
            assert!(own, "{line} stands in the family {family}");
            assert!(all.insert(sample.to_owned(), value.parse().unwrap()).is_none(), "{sample} twice");
        }
    }
    all
}

#[test]
fn metrics_are_counted_by_route_never_by_address() {
    let server = serve(SourceStates::default());
    for path in [
        "/network/AS64500",
        "/network/AS64501",
        "/network/x",
        "/no/such/page",
        "/api/no/such",
        "/",
        "/sources",
    ] {
        server.get(path);
    }
    let (status, head, text) = server.get("/metrics");
    assert_eq!(status, 200);
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    let samples = samples(&text);
    let count = |route: &str, class: &str| {
        let sample = format!(
            "observatory_http_request_duration_seconds_count{{route=\"{route}\",status=\"{class}\"}}"
        );
        samples.get(&sample).copied()
    };
    assert_eq!((count("/network/{asn}", "2xx"), count("/network/{asn}", "4xx")), (Some(2.0), Some(1.0)));
    assert_eq!((count("none", "4xx"), count("/", "2xx")), (Some(1.0), Some(1.0)));
    for wrong in ["64500", "such"] {
        assert!(!text.contains(wrong), "what a visitor sent stands in {text}");
    }
    let bucket = |le: &str| {
        let sample = format!(
            "observatory_http_request_duration_seconds_bucket{{route=\"/network/{{asn}}\",status=\"2xx\",le=\"{le}\"}}"
        );
        samples[&sample]
    };
    let bounds =
        ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "10", "+Inf"].map(bucket);
    assert!(bounds.is_sorted() && bounds[10] == 2.0, "{bounds:?}");
}

#[test]
fn metrics_tell_of_publication_sources_and_jobs() {
    let server = serve(states());
    let began = now();
    server.job(
        JobKind::Month,
        "2024-05",
        "published revision 1",
        &Ending::Done(Brought::default()),
        began - 500,
    );
    server.job(JobKind::Fetch, "*", "in vain", &Ending::Failed(Brought::default()), began - 400);
    server.job(JobKind::Fetch, "well", "no answer", &Ending::Again(began - 100), began - 300);
    let samples = samples(&server.get("/metrics").2);
    let value = |sample: &str| *samples.get(sample).unwrap_or_else(|| panic!("no {sample} in {samples:#?}"));
    assert_eq!(value("observatory_store_up"), 1.0);
    assert_eq!(value("observatory_months_published"), 2.0);
    assert_eq!(value("observatory_publication_month_timestamp_seconds"), 1_714_521_600.0);
    assert!(value("observatory_publication_data_end_timestamp_seconds") > 1_714_521_600.0);
    let hostile = format!("{{source=\"{}\\n\"}}", HOSTILE.replace('"', "\\\""));
    assert_eq!(value(&format!("observatory_source_files{hostile}")), 3.0);
    assert!(
        (value(&format!("observatory_source_last_failure_timestamp_seconds{hostile}")) - began as f64).abs()
            < 90.0
    );
    assert!(!samples.contains_key("observatory_source_newest_timestamp_seconds{source=\"never\"}"));
    assert_eq!(value("observatory_jobs{kind=\"month\",state=\"done\"}"), 1.0);
    assert_eq!(value("observatory_jobs{kind=\"fetch\",state=\"failed\"}"), 1.0);
    assert_eq!(value("observatory_job_last_failed_timestamp_seconds{kind=\"fetch\"}"), (began - 395) as f64);
    let lag = value("observatory_job_lag_seconds{kind=\"fetch\"}");
    assert!((100.0..160.0).contains(&lag), "{lag}");
    assert_eq!(value("observatory_job_lag_seconds{kind=\"month\"}"), 0.0);
    // The sources of the publication, with what was wrong with them.
    assert!(samples.iter().any(|(name, n)| name.starts_with("observatory_source_faults{") && *n > 0.0));
    assert!(samples.iter().any(|(name, n)| name.starts_with("observatory_source_used{") && *n == 0.0));
}

#[test]
fn what_is_stale_is_told_and_is_no_reason_to_stop_serving() {
    let server = serve(states());
    server.job(
        JobKind::Month,
        "2024-05",
        "the disk is full",
        &Ending::Failed(Brought::default()),
        now() - 100,
    );
    let (status, head, body) = server.get("/readyz");
    assert_eq!(status, 200, "{body}");
    assert!(head.contains("content-type: application/json"));
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((body["ready"].as_bool(), body["month"].as_str()), (Some(true), Some("2024-05")));
    let stale: Vec<String> = body["stale"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| format!("{}: {}", s["what"].as_str().unwrap(), s["why"].as_str().unwrap()))
        .collect();
    assert_eq!(
        stale,
        [
            format!("source {HOSTILE}\n: its newest file is 10 h old, more than 2 h"),
            "source never: nothing is held yet".to_owned(),
            "month 2024-05: failed: the disk is full".to_owned()
        ]
    );
}

#[test]
fn the_sources_page_tells_what_runs_where_anything_does() {
    let server = serve(SourceStates::default());
    assert!(!server.get("/sources").2.contains("What runs"));
    let at = now() - 1_000;
    server.job(JobKind::Fetch, "*", "12 new files", &Ending::Done(Brought::default()), at);
    server.job(JobKind::Fetch, HOSTILE, "<b>no</b>", &Ending::Failed(Brought::default()), at + 100);
    let page = server.get("/sources").2;
    for words in
        ["What runs", "Last fetch", "12 new files", "nothing at the moment", "Last failure", "&#60;b&#62;no"]
    {
        assert!(page.contains(words), "no `{words}` in {page}");
    }
    assert!(!page.contains("<b>no") && !page.contains("fetch of <script>"));
    server.runtime.block_on(async {
        let plan = Planned { kind: JobKind::Month, subject: "2024-05".to_owned(), due_at: at };
        server.store.arrange(&server.store.jobs().await.unwrap(), &[plan], at).await.unwrap();
        server.store.claim(JobKind::Month, "test", at, at + 60).await.unwrap().unwrap();
    });
    let page = server.get("/sources").2;
    assert!(page.contains("<dt>Running</dt><dd>month 2024-05, since"), "{page}");
    assert!(!server.get("/sources?source=vrps").2.contains("What runs"));
}
