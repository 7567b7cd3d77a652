//! Visitors that come at a steady rate, whether the ones before are served or not.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::world::{Dice, World};

/// Requests in flight at most; one that finds none free waits, and its waiting counts.
const IN_FLIGHT_MAX: usize = 64;

/// What became of the requests for one kind of page.
#[derive(Default)]
pub struct Answers {
    pub latencies: Vec<Duration>,
    pub bytes_max: usize,
    pub failed: Vec<String>,
}

/// Draws what is asked for.
pub struct Visitor<'a> {
    world: &'a World,
}

impl<'a> Visitor<'a> {
    pub fn new(world: &'a World) -> Visitor<'a> {
        Visitor { world }
    }

    /// Kind and address of request number `i`: half of the latest month, the others of any month.
    fn address(&self, i: u32) -> (&'static str, String) {
        let mut dice = Dice(0xfeed ^ (u64::from(i) << 20));
        let mut pick = |n: usize| dice.below(n as u64) as usize;
        let world = self.world;
        let month = match pick(2) {
            0 => String::new(),
            _ => format!("month={}", world.months[pick(world.months.len())]),
        };
        let score = ["filtering", "coordination", "routing_information_rpki"][pick(3)];
        match i % 8 {
            0 => ("world", format!("/?{month}&sort=-{score}")),
            1 => {
                let economy =
                    world.economies[if pick(3) == 0 { pick(4) } else { pick(world.economies.len()) }];
                let view = ["", "&sort=-ipv6&page=2", "&sort=name", "&coordination_grade=lagging"][pick(4)];
                ("economy", format!("/economy/{economy}?{month}{view}"))
            }
            4 => {
                let (a, b) = (world.asns[pick(world.asns.len())], world.asns[pick(world.asns.len())]);
                let economy = world.economies[pick(4)];
                let set = pick(world.sets as usize);
                let before = &world.months[pick(world.months.len())];
                let framework = ["2024-01", "2022-10"][pick(2)];
                let subjects = [
                    format!("AS{a};economy:{economy};region:europe;world@{before}"),
                    format!("AS{a};AS{b};AS{a}@{before}/{framework}"),
                    format!("group:AS-SET-{set};world;programme:all"),
                    format!("economy:{economy}@{before}/{framework};rir:ripencc;world"),
                ][pick(4)]
                .replace(';', "%3B");
                ("compare", format!("/compare?{month}&subjects={subjects}"))
            }
            5 => {
                let list = |n: usize, pick: &mut dyn FnMut(usize) -> usize| {
                    let asns: Vec<String> =
                        (0..n).map(|_| world.asns[pick(world.asns.len())].to_string()).collect();
                    asns.join(",")
                };
                let group = match pick(3) {
                    0 => format!("AS-SET-{}", pick(world.sets as usize)),
                    1 => format!("AS-SET-{}", pick(world.sets as usize / 10) * 10),
                    _ => list(50, &mut pick),
                };
                ("group", format!("/group/{group}?{month}"))
            }
            6 => {
                let participant = pick(world.participants as usize);
                ("participant", format!("/participant/network-operators/{participant}?{month}"))
            }
            7 => {
                let place = match pick(2) {
                    0 => format!("network/AS{}", world.asns[pick(world.asns.len())]),
                    _ => format!("economy/{}", world.economies[pick(4)]),
                };
                ("history", format!("/{place}/history?{month}"))
            }
            2 => ("network", format!("/network/AS{}?{month}", world.asns[pick(world.asns.len())])),
            _ => {
                let word = &world.words[pick(world.words.len())];
                let typed = match pick(4) {
                    0 => word.to_lowercase(),
                    1 => word.split('-').next().unwrap_or(word).to_owned(),
                    2 => word.chars().take(4).collect(),
                    _ => word.replacen('e', "x", 1),
                };
                ("search", format!("/search?{month}&q={typed}"))
            }
        }
    }
}

/// Waits until the server says that it is ready; how long that took.
pub fn wait_until_ready(address: &str) -> Duration {
    let started = Instant::now();
    while get(address, "/readyz").is_none_or(|(status, _)| status != 200) {
        assert!(started.elapsed() < Duration::from_secs(120), "the server does not become ready");
        std::thread::sleep(Duration::from_millis(50));
    }
    started.elapsed()
}

/// Asks `rate` times a second for so long and times every answer from the moment it was due.
pub fn run(
    visitor: &Visitor<'_>,
    server: &str,
    rate: u32,
    lasting: Duration,
) -> BTreeMap<&'static str, Answers> {
    let all = rate * u32::try_from(lasting.as_secs()).unwrap();
    let next = AtomicU32::new(0);
    let answers: Mutex<BTreeMap<&'static str, Answers>> = Mutex::default();
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..IN_FLIGHT_MAX {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= all {
                        return;
                    }
                    let due = started + Duration::from_secs(1) * i / rate;
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    let (kind, path) = visitor.address(i);
                    let answer = get(server, &path);
                    let latency = due.elapsed();
                    let mut answers = answers.lock().unwrap();
                    let of_kind = answers.entry(kind).or_default();
                    match answer {
                        // An economy may have no networks in the generated world.
                        Some((200 | 303 | 404, bytes)) => {
                            of_kind.latencies.push(latency);
                            of_kind.bytes_max = of_kind.bytes_max.max(bytes);
                        }
                        other => of_kind.failed.push(format!("{path}: {other:?}")),
                    }
                }
            });
        }
    });
    answers.into_inner().unwrap()
}

/// Status and bytes of an answer.
fn get(server: &str, path: &str) -> Option<(u16, usize)> {
    let mut stream = TcpStream::connect(server).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let status = std::str::from_utf8(bytes.get(9..12)?).ok()?.parse().ok()?;
    Some((status, bytes.len()))
}

/// How many octets an answer has, its head included.
pub fn octets(address: &str, path: &str) -> usize {
    let (status, octets) = get(address, path).expect("an answer");
    assert_eq!(status, 200, "{path}");
    octets
}
