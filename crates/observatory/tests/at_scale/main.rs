//! The pages of a generated world as large as the Internet, under load on one core.
//!
//! `AT_SCALE=80000x12 cargo test -p observatory --test at_scale -- --nocapture` is the whole of it: networks ×
//! months, on a machine with nothing else to do. Otherwise the world is small, and what is bounded is the
//! processor time of an answer, which a busy machine does not change.

mod load;
mod world;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use load::Visitor;

/// Requests a second, whether the ones before are answered or not.
const RATE: u32 = 50;
/// The 99th percentile of each kind of page, in milliseconds.
const P99_MS_MAX: u128 = 250;
/// Mean processor time of an answer, in milliseconds: at this the core is half idle.
const CPU_MS_MAX: f64 = 10.0;
/// How often all networks are asked for.
const ALL_NETWORKS_ASKED: u32 = 5;
/// Processor time of an answer of all networks, per network and in milliseconds, unoptimised.
const NETWORK_CPU_MS_MAX: f64 = 0.05;
/// What a page may weigh.
const PAGE_BYTES_MAX: usize = 150_000;

struct Server(Child);

impl Server {
    /// Processor time spent so far, in milliseconds.
    fn cpu_ms(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).unwrap();
        // Behind the name in brackets, user and system time are the 12th and 13th fields, in hundredths.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The binary on one core, serving what stands in `folder`.
fn serve(folder: &std::path::Path) -> (Server, String) {
    let mut child = Command::new("taskset")
        .args(["-c", "0", env!("CARGO_BIN_EXE_observatory"), "serve", "--listen", "127.0.0.1:0"])
        .args(["--config", "observatory.toml"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
    let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
    (Server(child), address)
}

#[test]
fn pages_answer_in_time_on_one_core() {
    if Command::new("taskset").arg("--version").output().is_err() {
        assert!(std::env::var("CI").is_err(), "taskset is missing");
        eprintln!("SKIPPED: taskset is missing, the load was not tried");
        return;
    }
    let size = std::env::var("AT_SCALE").unwrap_or_else(|_| "3000x3".to_owned());
    let (networks, months) = size.split_once('x').expect("AT_SCALE is written like 80000x12");
    let (networks, months): (u32, u32) = (networks.parse().unwrap(), months.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let world =
        tokio::runtime::Runtime::new().unwrap().block_on(world::publish(folder.path(), networks, months));
    let bytes: u64 = world::bytes_in(folder.path());
    println!(
        "{networks} networks × {months} months: published in {:.1} s, {:.1} MB at rest",
        started.elapsed().as_secs_f64(),
        bytes as f64 / 1e6
    );
    let store: u64 =
        world::bytes_in(&folder.path().join("data")) - world::bytes_in(&folder.path().join("data/lake"));
    println!(
        "the store {:.1} MB; publishing a month {:.1} s on average, {:.1} s at most",
        store as f64 / 1e6,
        world.seconds.iter().sum::<f64>() / world.seconds.len() as f64,
        world.seconds.iter().copied().fold(0.0, f64::max)
    );
    let (server, address) = serve(folder.path());
    println!("ready after {:.1} s", load::wait_until_ready(&address).as_secs_f64());
    let seconds = if networks >= 80_000 { 60 } else { 8 };
    let before = server.cpu_ms();
    let answers = load::run(&Visitor::new(&world), &address, RATE, Duration::from_secs(seconds));
    let asked: usize = answers.values().map(|of_kind| of_kind.latencies.len()).sum();
    let cpu_ms = (server.cpu_ms() - before) / asked as f64;
    println!("{cpu_ms:.2} ms of processor time for each of {asked} answers");
    let mut slow = Vec::new();
    println!(
        "{:<12} {:>8} {:>8} {:>8} {:>8} {:>10}",
        "page", "requests", "p50 ms", "p99 ms", "max ms", "max bytes"
    );
    for (kind, mut of_kind) in answers {
        assert!(of_kind.failed.is_empty(), "{kind}: {:?}", of_kind.failed);
        of_kind.latencies.sort_unstable();
        let at = |share: f64| {
            of_kind.latencies[((of_kind.latencies.len() - 1) as f64 * share) as usize].as_millis()
        };
        let (p50, p99, most) = (at(0.5), at(0.99), at(1.0));
        println!(
            "{kind:<12} {:>8} {p50:>8} {p99:>8} {most:>8} {:>10}",
            of_kind.latencies.len(),
            of_kind.bytes_max
        );
        if p99 > P99_MS_MAX {
            slow.push(format!("{kind}: p99 {p99} ms"));
        }
        assert!(of_kind.bytes_max <= PAGE_BYTES_MAX, "{kind} weighs {} bytes", of_kind.bytes_max);
    }
    let before = server.cpu_ms();
    let mut fastest = Duration::MAX;
    let mut octets = 0;
    for _ in 0..ALL_NETWORKS_ASKED {
        let asked = Instant::now();
        octets = load::octets(&address, "/v1/asns/info");
        fastest = fastest.min(asked.elapsed());
    }
    let each = (server.cpu_ms() - before) / f64::from(ALL_NETWORKS_ASKED);
    println!(
        "all networks by /v1/asns/info: {octets} octets, {} ms at least, {each:.1} ms of processor time",
        fastest.as_millis()
    );
    assert!(octets > networks as usize * 60, "every network is told");
    assert!(
        each <= NETWORK_CPU_MS_MAX * f64::from(networks),
        "{each} ms of processor time for {networks} networks"
    );
    assert!(cpu_ms <= CPU_MS_MAX, "{cpu_ms:.2} ms of processor time for an answer");
    if std::env::var_os("AT_SCALE").is_some() {
        assert!(slow.is_empty(), "{slow:?}, at most {P99_MS_MAX} ms");
    }
}
