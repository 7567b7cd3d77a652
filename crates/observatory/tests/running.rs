//! `observatory run` against a loopback server: fetches, computes, is killed, is told to stop, goes on.

#[path = "../../fetch/tests/server/mod.rs"]
#[allow(dead_code)]
mod server;
#[path = "acceptance/world.rs"]
#[allow(dead_code)]
mod world;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use server::{Server, Step, answer};
use world::{World, wait};

const PATIENCE: Duration = Duration::from_secs(120);
const HASTY: &str = "[fetch]\nattempts_max = 1\nstall_seconds_max = 5\ntotal_seconds_max = 20\nwait_seconds_max = 0\n\
                     [run]\nlease_seconds = 2\nretry_seconds_min = 1\nattempts_max = 100\n";

/// A process that runs; it goes with the test.
struct Running {
    child: Child,
    address: String,
    log: std::thread::JoinHandle<String>,
}

fn start(world: &World) -> Running {
    let mut command = world.command(&["run", "--listen", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let address = line.split('/').nth(2).unwrap_or_else(|| panic!("it said `{line}`")).to_owned();
    let mut err = child.stderr.take().unwrap();
    let log = std::thread::spawn(move || {
        let mut text = String::new();
        err.read_to_string(&mut text).unwrap();
        text
    });
    Running { child, address, log }
}

impl Running {
    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let body = text.split_once("\r\n\r\n").unwrap().1.to_owned();
        (text.split(' ').nth(1).unwrap().parse().unwrap(), body)
    }

    /// A number of `/metrics`.
    fn metric(&self, sample: &str) -> Option<f64> {
        let (_, text) = self.get("/metrics");
        text.lines().find_map(|line| line.strip_prefix(sample)?.trim().parse().ok())
    }

    fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.log.join().unwrap()
    }

    /// Asks it to stop, as a supervisor does, and returns what it wrote.
    fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let status = wait(&mut self.child, Duration::from_secs(40));
        let log = self.log.join().unwrap();
        assert_eq!(status.code(), Some(0), "{log}");
        log
    }
}

fn jobs(world: &World) -> Vec<Value> {
    let ran = world.run(&["jobs", "--json", "--last", "1000"]).ok();
    ran.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Waits until the jobs are as wanted.
#[track_caller]
fn until(world: &World, what: &str, mut wanted: impl FnMut(&[Value]) -> bool) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let jobs = jobs(world);
        if wanted(&jobs) {
            return jobs;
        }
        assert!(began.elapsed() < PATIENCE, "not {what}: {jobs:#?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn of<'a>(jobs: &'a [Value], kind: &str, state: &str) -> Vec<&'a Value> {
    jobs.iter().filter(|job| job["kind"] == kind && job["state"] == state).collect()
}

fn has_computed(jobs: &[Value]) -> bool {
    !of(jobs, "month", "done").is_empty()
}

/// The current month, and VRPs of this moment.
fn today() -> (String, String) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let now = routing::Timestamp(now);
    let vrps = format!(
        "{{\"metadata\":{{\"generatedTime\":\"{now}\"}},\"roas\":[{{\"asn\":\"AS64500\",\
         \"prefix\":\"192.0.2.0/24\",\"maxLength\":24,\"ta\":\"ripe\"}}]}}"
    );
    (now.date().month().to_string(), vrps)
}

fn source(name: &str, url: &str) -> String {
    format!("[[source]]\nkind = \"vrps\"\nname = \"{name}\"\nurl = \"{url}\"\n")
}

/// Sends an answer in pieces, so that there is a middle to be killed in.
fn slowly(steps: Vec<Step>, pause: Duration) -> Vec<Step> {
    let Some(Step::Send(bytes)) = steps.into_iter().next() else { panic!("an answer is one step") };
    let pieces = bytes.chunks(bytes.len() / 4 + 1);
    pieces.flat_map(|piece| [Step::Send(piece.to_vec()), Step::Wait(pause)]).collect()
}

#[test]
fn killed_again_and_again_it_ends_with_every_job_done_once() {
    const SOURCES: usize = 8;
    const KILLS: u64 = 7;
    let (month, vrps) = today();
    let server = Server::start(move |request, _| match request.header("If-None-Match") {
        Some(_) => answer(304, &[], b""),
        None => {
            // White space makes each source another file.
            let body = format!("{vrps}{}", " ".repeat(request.path.len()));
            slowly(
                answer(200, &[&format!("ETag: \"{}\"", request.path)], body.as_bytes()),
                Duration::from_millis(60),
            )
        }
    });
    let sources: String = (0..SOURCES)
        .map(|i| source(&format!("vrps {i}"), &server.url(&format!("/{}", "v".repeat(i + 1)))))
        .collect();
    let world = World::new(&(HASTY.to_owned() + &sources));
    let mut killed_running = 0;
    for kill in 0..KILLS {
        let running = start(&world);
        std::thread::sleep(Duration::from_millis(150 + 370 * kill));
        running.kill();
        killed_running += usize::from(!of(&jobs(&world), "fetch", "running").is_empty());
    }
    assert!(killed_running > 0, "no kill hit a job in the middle");
    // Two at a time, and still each job is run by one of them.
    let (running, beside) = (start(&world), start(&world));
    let all = until(&world, "computed", has_computed);
    beside.stop();
    let status = running.get(&format!("/sources?month={month}"));
    assert_eq!(status.0, 200);
    for words in ["What runs", "Last fetch", "published revision 1", "fetch of all sources"] {
        assert!(status.1.contains(words), "no `{words}` in {}", status.1);
    }

    // Nothing doubled: one fetch, one month, each done once, whatever was killed in between.
    let fetched = of(&all, "fetch", "done");
    assert_eq!(
        (fetched.len(), of(&all, "fetch", "failed").len(), of(&all, "month", "done").len()),
        (1, 0, 1),
        "{all:#?}"
    );
    assert!(fetched[0]["attempts"].as_i64().unwrap() > 1, "{all:#?}");
    // What came before a kill counts: the month is computed from it.
    assert_eq!(fetched[0]["brought"]["months"][0], month.as_str());
    let ids: std::collections::BTreeSet<i64> = all.iter().map(|job| job["id"].as_i64().unwrap()).collect();
    assert_eq!(ids.len(), all.len());
    let stored = world.stored(&month);
    assert_eq!(stored["revisions"].as_array().unwrap().len(), 1);
    assert_eq!(stored["sources"].as_array().unwrap().len(), SOURCES);
    assert!(stored["sources"].as_array().unwrap().iter().all(|s| s["files"].as_array().unwrap().len() == 1));
    // Nothing lost: the next of each is planned.
    assert_eq!((of(&all, "fetch", "waiting").len(), of(&all, "month", "waiting").len()), (1, 1), "{all:#?}");
    assert_eq!(running.metric("observatory_jobs{kind=\"fetch\",state=\"done\"}"), Some(1.0));
    assert_eq!(running.metric("observatory_months_published"), Some(1.0));
    assert_eq!(running.metric("observatory_source_files{source=\"vrps 7\"}"), Some(1.0));
    assert!(running.metric("observatory_source_last_success_timestamp_seconds{source=\"vrps 7\"}").is_some());
    let (status, body) = running.get("/readyz");
    let ready: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &ready["ready"], &ready["stale"]), (200, &Value::Bool(true), &Value::Array(vec![])));
    running.stop();
}

#[test]
fn a_failing_fetch_stops_neither_computing_nor_serving() {
    let (month, vrps) = today();
    let server = Server::start(move |request, _| match request.path.as_str() {
        "/good" => answer(200, &[], vrps.as_bytes()),
        _ => answer(503, &[], b""),
    });
    let sources = source("bad", &server.url("/bad")) + &source("good", &server.url("/good"));
    let world = World::new(&(HASTY.replace("attempts_max = 100", "attempts_max = 2") + &sources));
    let running = start(&world);
    let all = until(&world, "given up", |jobs| has_computed(jobs) && !of(jobs, "fetch", "failed").is_empty());
    let failed = of(&all, "fetch", "failed")[0];
    assert_eq!((failed["subject"].as_str(), failed["attempts"].as_i64()), (Some("bad"), Some(2)));
    assert!(failed["outcome"].as_str().unwrap().contains("503"), "{failed}");
    assert_eq!(of(&all, "fetch", "done")[0]["brought"]["lacking"][0], "bad");
    // Its server was asked by the fetch of all and by each attempt for it alone; the others once.
    let asked = |path: &str| server.requests().iter().filter(|r| r.path == path).count();
    assert_eq!((asked("/bad"), asked("/good")), (3, 1));
    let (status, body) = running.get("/readyz");
    let ready: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, ready["month"].as_str()), (200, Some(month.as_str())));
    let stale = ready["stale"].to_string();
    assert!(stale.contains("source bad") && stale.contains("fetch of bad"), "{stale}");
    assert!(running.get("/sources").1.contains("Last failure"));
    assert!(running.metric("observatory_source_last_failure_timestamp_seconds{source=\"bad\"}").is_some());
    let log = running.stop();
    assert!(log.contains("fetch of bad: failed") && log.contains("published revision 1"), "{log}");
}

#[test]
fn where_nothing_came_nothing_is_published() {
    let (month, vrps) = today();
    let server = Server::start(move |request, _| match request.path.as_str() {
        "/vrps" => answer(200, &[], vrps.as_bytes()),
        _ => answer(404, &[], b""),
    });
    let routes = format!(
        "[[source]]\nkind = \"mrt\"\ncollector = \"c\"\nname = \"routes\"\nurl = \"{}\"\n",
        server.url("/rib")
    );
    let world = World::new(&(HASTY.to_owned() + &source("vrps", &server.url("/vrps")) + &routes));
    let running = start(&world);
    let all = until(&world, "computed", has_computed);
    let outcome = of(&all, "month", "done")[0]["outcome"].as_str().unwrap();
    assert_eq!(
        outcome,
        format!("nothing to compute yet, because no routes of {month} have come (routes: no file)")
    );
    assert_eq!(running.get("/readyz").0, 503);
    assert_eq!(running.get("/").0, 503);
    assert_eq!(running.metric("observatory_months_published"), Some(0.0));
    running.stop();
    let url = format!("sqlite:{}?mode=rw", world.folder.join("var/store.sqlite").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let months = runtime.block_on(async { store::Store::open(&url).await.unwrap().months().await.unwrap() });
    assert!(months.is_empty(), "{months:?}");
    assert_eq!(fs::read_dir(world.folder.join("var/lake")).unwrap().count(), 0);
}

#[test]
fn beside_a_run_by_hand_it_tries_again() {
    let (_, vrps) = today();
    let world = World::new(&(HASTY.to_owned() + "[[source]]\nkind = \"vrps\"\npath = \"vrps.json\"\n"));
    world.write("vrps.json", vrps);
    fs::create_dir_all(world.folder.join("var")).unwrap();
    let lock = fs::File::create(world.folder.join("var/writing.lock")).unwrap();
    lock.lock().unwrap();
    let running = start(&world);
    let tried =
        |jobs: &[Value]| jobs.iter().any(|j| j["attempts"].as_i64() > Some(1) && j["state"] == "waiting");
    let all = until(&world, "tried again", tried);
    let outcome = all[0]["outcome"].as_str().unwrap();
    assert!(outcome.contains("another run is writing"), "{outcome}");
    drop(lock);
    let all = until(&world, "computed", has_computed);
    assert_eq!(of(&all, "month", "done").len(), 1);
    running.stop();
}

#[test]
fn a_job_longer_than_its_lease_stays_with_its_process() {
    let (_, vrps) = today();
    let server = Server::start(move |_, _| {
        [vec![Step::Wait(Duration::from_secs(6))], answer(200, &[], vrps.as_bytes())].concat()
    });
    let config = HASTY.replace("stall_seconds_max = 5", "stall_seconds_max = 15");
    let world = World::new(&(config + &source("vrps", &server.url("/v"))));
    let both = [start(&world), start(&world)];
    let all = until(&world, "computed", has_computed);
    let fetched = of(&all, "fetch", "done");
    assert_eq!(
        (fetched.len(), fetched[0]["attempts"].as_i64(), server.requests().len()),
        (1, Some(1), 1),
        "{all:#?}"
    );
    both.into_iter().for_each(|running| drop(running.stop()));
}

#[test]
fn told_to_stop_it_gives_its_job_back() {
    let (_, vrps) = today();
    let server = Server::start(move |_, before| {
        let steps = answer(200, &[], vrps.as_bytes());
        if before == 0 { [vec![Step::Wait(Duration::from_secs(60))], steps].concat() } else { steps }
    });
    // Nothing but being told makes it take longer than the lease of a job.
    let config = "[fetch]\nstall_seconds_max = 100\n[run]\nlease_seconds = 3600\n";
    let world = World::new(&(config.to_owned() + &source("vrps", &server.url("/v"))));
    let running = start(&world);
    until(&world, "asked", |_| !server.requests().is_empty());
    let began = Instant::now();
    let log = running.stop();
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert!(log.contains("given back"), "{log}");
    let fetch = &jobs(&world)[0];
    assert_eq!((fetch["state"].as_str(), fetch["attempts"].as_i64()), (Some("waiting"), Some(0)), "{fetch}");
    // The next start need not wait for any lease.
    let running = start(&world);
    until(&world, "computed", has_computed);
    running.stop();
}
