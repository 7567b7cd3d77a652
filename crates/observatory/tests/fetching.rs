//! `observatory fetch` and `observatory sources` against a loopback server, and months from what they fetched.

#[path = "../../fetch/tests/server/mod.rs"]
#[allow(dead_code)]
mod server;
#[path = "acceptance/world.rs"]
#[allow(dead_code)]
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use server::{Server, Step, answer};
use world::{World, gzip, wait};

const VRPS: &[u8] = b"ASN,IP Prefix,Max Length,Trust Anchor\nAS64500,192.0.2.0/24,24,ripe\n";
const MAY: &str = "Last-Modified: Fri, 31 May 2024 12:00:00 GMT";
/// No waits worth mentioning, so that what fails fails soon.
const HASTY: &str =
    "[fetch]\nattempts_max = 2\nstall_seconds_max = 1\ntotal_seconds_max = 5\nwait_seconds_max = 0\n";

fn source(kind: &str, name: &str, url: &str, more: &str) -> String {
    format!("[[source]]\nkind = \"{kind}\"\nname = \"{name}\"\nurl = \"{url}\"\n{more}\n")
}

/// Every file of the archive but the index, with its content.
fn archived(world: &World) -> BTreeMap<String, Vec<u8>> {
    let root = world.folder.join("var/archive");
    let (mut all, mut open) = (BTreeMap::new(), vec![root.clone()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            match name.as_str() {
                "index.ndjson" | "fetching.lock" => {}
                _ if path.is_dir() => open.push(path),
                _ => drop(all.insert(name, fs::read(&path).unwrap())),
            }
        }
    }
    all
}

/// The index's lines.
fn index(world: &World) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(world.folder.join("var/archive/index.ndjson")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The line of a table that begins with a name.
#[track_caller]
fn line<'a>(table: &'a str, name: &str) -> &'a str {
    table.lines().find(|l| l.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {table}"))
}

#[test]
fn what_was_fetched_makes_a_month() {
    let server = Server::start(|request, _| match request.header("If-Modified-Since") {
        Some(_) => answer(304, &[], b""),
        None => answer(200, &[MAY], VRPS),
    });
    let world = World::new(&(HASTY.to_owned() + &source("vrps", "vrps", &server.url("/roas.csv"), "")));
    // Before anything was fetched there is nothing, which is no reason to stop.
    world.month("2024-05");
    let ran = world.run(&["fetch"]).ok();
    assert_eq!(
        line(ran.text(), "vrps").split_whitespace().collect::<Vec<_>>()[1..],
        ["1", "0", "0", "0", "67"]
    );
    let files = archived(&world);
    assert_eq!(files.values().collect::<Vec<_>>(), [VRPS]);

    let ran = world.run(&["fetch"]).ok();
    assert_eq!(
        line(ran.text(), "vrps").split_whitespace().collect::<Vec<_>>()[1..],
        ["0", "1", "0", "0", "0"]
    );
    assert_eq!(archived(&world), files);
    assert_eq!(index(&world)[1]["status"], 304);
    assert_eq!(index(&world)[0]["digest"], index(&world)[1]["digest"]);

    world.month("2024-05");
    let stored = world.stored("2024-05");
    let file = &stored["sources"][0]["files"][0];
    assert_eq!(file["name"], "roas.csv");
    assert_eq!(file["digest"], index(&world)[0]["digest"]);
    assert!(file["status"].as_str().unwrap().starts_with("used"), "{file}");
    assert_eq!(stored["sources"][0]["path"], server.url("/roas.csv"));
}

#[test]
fn every_state_is_kept_and_the_last_of_a_day_counts() {
    let of = |time: &str, asn: u32| {
        format!(
            "{{\"metadata\":{{\"generatedTime\":\"{time}\"}},\"roas\":[{{\"asn\":\"AS{asn}\",\
             \"prefix\":\"192.0.2.0/24\",\"maxLength\":24,\"ta\":\"ripe\"}}]}}"
        )
    };
    let states =
        [of("2024-05-10T00:00:00Z", 1), of("2024-05-20T06:00:00Z", 2), of("2024-05-20T18:00:00Z", 3)];
    let server = Server::start(move |_, before| answer(200, &[], states[before.min(2)].as_bytes()));
    let world = World::new(&source("vrps", "vrps", &server.url("/json"), ""));
    for _ in 0..3 {
        world.run(&["fetch"]).ok();
    }
    world.month("2024-05");
    let stored = world.stored("2024-05");
    let files = stored["sources"][0]["files"].as_array().unwrap();
    let mut statuses: Vec<&str> = files.iter().map(|f| f["status"].as_str().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses.len(), 3);
    assert!(statuses[0].contains("a later one of the same day"), "{statuses:?}");
    assert_eq!(statuses[1], "used for events of its time and what ROAs cover by day: within the month");
    assert_eq!(statuses[2], "used: within the month");
}

#[test]
fn a_failure_keeps_what_is_held_and_the_others_go_on() {
    let server = Server::start(|request, before| match (request.path.as_str(), before) {
        ("/bad", 0) | ("/good", _) => answer(200, &[MAY], VRPS),
        _ => answer(200, &["Content-Type: text/html"], b"<html>maintenance</html>"),
    });
    let sources = source("vrps", "bad", &server.url("/bad"), "age_hours_max = 1\nlicence = \"CC0\"")
        + &source("vrps", "good", &server.url("/good"), "");
    let world = World::new(&(HASTY.to_owned() + &sources));
    world.run(&["fetch"]).ok();
    let files = archived(&world);
    let ran = world.run(&["fetch"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    let told = format!("bad: {}: HTML or XML in place of data; what is held stays", server.url("/bad"));
    assert!(ran.text().contains(&told), "{}", ran.text());
    assert_eq!(archived(&world), files);

    let ran = world.run(&["sources"]).ok();
    let bad = line(ran.text(), "bad");
    for word in ["vrps", "1 file", "too old: more than 1 h", "HTML or XML", "CC0", "/bad"] {
        assert!(bad.contains(word), "no {word} in {bad}");
    }
    assert!(!line(ran.text(), "good").contains("HTML"));

    let requests = server.requests().len();
    world.run(&["fetch", "--source", "good"]).ok();
    assert_eq!(server.requests().len(), requests + 1);
    let ran = world.run(&["fetch", "--source", "god"]);
    assert!(ran.code == Some(1) && ran.err.contains("did you mean `good`?"), "{}", ran.err);
}

#[test]
fn a_series_is_asked_for_once() {
    let server = Server::start(|request, _| match request.path.as_str() {
        "/2024.02/list-20240203.txt" => answer(404, &[], b""),
        path => answer(200, &[], path.as_bytes()),
    });
    let url = server.url("/{YYYY.MM}/list-{YYYYMMDD}.txt");
    let world = World::new(&(HASTY.to_owned() + &source("bogons", "lists", &url, "cadence = \"1d\"")));
    let cells =
        |text: &str| line(text, "lists ").split_whitespace().skip(1).take(4).collect::<Vec<_>>().join(" ");
    let ran = world.run(&["fetch", "--month", "2024-02"]);
    assert_eq!((ran.code, cells(ran.text()).as_str()), (Some(3), "28 0 0 1"), "{}", ran.text());
    assert_eq!(server.requests().len(), 29);
    let ran = world.run(&["fetch", "--month", "2024-02"]).ok();
    assert_eq!(cells(ran.text()), "0 28 0 0");
    assert!(ran.text().contains("lists: 1 were never there"), "{}", ran.text());
    assert_eq!(server.requests().len(), 29);
}

#[test]
fn pages_are_followed_to_the_empty_one() {
    let server = Server::start(|request, _| {
        let page: u32 = request.path.rsplit('=').next().unwrap().parse().unwrap();
        let session = format!(
            "{{\"session\":{page},\"timestamp\":\"2024-02-01T0{page}:00:00+00:00\",\"asn4\":\"64500\",\
             \"client4\":\"192.0.2.0/24\",\"nat4\":false,\"routedspoof\":\"blocked\",\"privatespoof\":\"blocked\"}}"
        );
        let of_day = request.path.contains("2024-02-01") && page <= 3;
        answer(
            200,
            &[],
            format!(
                "{{\"page\":\"{}\",\"hydra:member\":[{}]}}",
                request.path,
                if of_day { &session } else { "" }
            )
            .as_bytes(),
        )
    });
    let url = server.url("/sessions?day={YYYY-MM-DD}&page={page}");
    let world = World::new(&(HASTY.to_owned() + &source("spoofer", "tests", &url, "cadence = \"1d\"")));
    world.run(&["fetch", "--month", "2024-02"]).ok();
    assert_eq!(server.requests().len(), 4 + 28);
    let ran = world.run(&["fetch", "--month", "2024-02"]).ok();
    assert_eq!(server.requests().len(), 4 + 28);
    assert_eq!(line(ran.text(), "tests ").split_whitespace().nth(2), Some("32"));
    world.month("2024-02");
    let files = &world.stored("2024-02")["sources"][0]["files"];
    let used = files.as_array().unwrap().iter().filter(|f| f["status"] == "used: 1 session of the month");
    assert_eq!(used.count(), 3, "{files}");
}

#[test]
fn a_server_that_is_down_is_not_asked_for_everything() {
    let server = Server::start(|_, _| vec![Step::Reset]);
    let url = server.url("/{YYYYMMDD}");
    let world = World::new(&(HASTY.to_owned() + &source("bogons", "lists", &url, "cadence = \"1d\"")));
    let ran = world.run(&["fetch", "--month", "2024-02"]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.text().contains("26 more not tried after 3 failures in a row"), "{}", ran.text());
    assert_eq!(server.requests().len(), 6);
}

#[test]
fn presets_need_no_configuration() {
    let world = World::new("");
    let ran = world.run(&["sources", "--presets", "--config", "none.toml"]).ok();
    for preset in [
        "ripe-ris",
        "routeviews",
        "arin-delegations",
        "radb",
        "rpki-client",
        "peeringdb",
        "caida-organisations",
    ] {
        line(ran.text(), preset);
    }
    let ran = world.run(&["fetch"]).ok();
    assert!(ran.text().contains("nothing to fetch"), "{}", ran.text());
}

/// A generator of its own, so that the moments are the same in every run (xorshift, Marsaglia 2003).
fn random(state: &mut u64) -> f64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 11) as f64 / (1u64 << 53) as f64
}

#[test]
fn killed_at_any_moment_and_run_again() {
    const KILLS: u32 = 12;
    let body = |path: &str| {
        let mut x = path.bytes().fold(7_u64, |all, b| all.wrapping_mul(31).wrapping_add(b.into()));
        gzip(&(0..30_000).flat_map(|_| (random(&mut x)).to_le_bytes()).collect::<Vec<u8>>())
    };
    let serve = move || {
        Server::start(move |request, _| {
            let whole = body(&request.path);
            let tag = format!("ETag: \"{}\"", request.path);
            let range = request
                .header("Range")
                .and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
            let from: usize = range.unwrap_or(0);
            let mut headers = vec![tag];
            if range.is_some() {
                headers.push(format!("Content-Range: bytes {from}-{}/{}", whole.len() - 1, whole.len()));
            }
            let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
            if request.header("If-None-Match").is_some() {
                return answer(304, &[], b"");
            }
            // In pieces, so that there is a middle to be killed in.
            let Some(Step::Send(bytes)) =
                answer(if range.is_some() { 206 } else { 200 }, &headers, &whole[from..]).pop()
            else {
                unreachable!()
            };
            let pieces = bytes.chunks(bytes.len() / 6 + 1);
            pieces.flat_map(|p| [Step::Send(p.to_vec()), Step::Wait(Duration::from_millis(4))]).collect()
        })
    };
    let config = |server: &Server| {
        (0..12)
            .map(|i| source("bogons", &format!("list {i:02}"), &server.url(&format!("/{i}.gz")), ""))
            .collect::<String>()
    };
    let server = serve();
    let undisturbed = World::new(&config(&server));
    let took = undisturbed.run(&["fetch"]).ok().took;
    let expected = archived(&undisturbed);
    assert_eq!(expected.len(), 12);

    let mut state = 0x9e37_79b9_7f4a_7c15;
    let (mut killed, mut between) = (0, 0);
    let mut world = World::new(&config(&server));
    for _ in 0..KILLS {
        let mut command = world.command(&["fetch", "--quiet"]);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(took.mul_f64(0.6 * random(&mut state)));
        child.kill().unwrap();
        killed += u32::from(wait(&mut child, Duration::from_secs(20)).code().is_none());
        // Whatever the index acknowledges is there, whole.
        let there = world.folder.join("var/archive/index.ndjson");
        let acknowledged = fs::read_to_string(there).unwrap_or_default();
        let whole = acknowledged.rfind('\n').map_or("", |end| &acknowledged[..end]);
        for entry in whole.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()) {
            let digest = entry["digest"].as_str().unwrap();
            let name = format!("{}/{digest}", &digest[..2]);
            assert_eq!(archived(&world).get(&name), expected.get(&name), "{entry}");
        }
        let files =
            if world.folder.join("var/archive").is_dir() { archived(&world) } else { BTreeMap::new() };
        between += u32::from(!files.is_empty() && files != expected);
        if files == expected {
            // Everything is there before all kills are done: another world.
            world = World::new(&config(&server));
        }
    }
    eprintln!("{killed} of {KILLS} runs killed, {between} in the middle; undisturbed {took:?}");
    assert!(killed >= KILLS / 2 && between > 0, "{killed} killed, {between} in the middle");
    world.run(&["fetch"]).ok();
    assert_eq!(archived(&world), expected);
    world.run(&["fetch"]).ok();
    assert_eq!(archived(&world), expected);
}
