//! RPKI caches as sources: StayRTR over loopback against our own reader of the file it serves, months from
//! what was fetched, and a cache that suddenly serves a third less.

#[path = "../../fetch/tests/cache/mod.rs"]
#[allow(dead_code)]
mod cache;
#[path = "acceptance/world.rs"]
#[allow(dead_code)]
mod world;

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cache::{Cache, Step, answer, aspa, vrp};
use reference::aspa::AspaTable;
use reference::vrp::VrpTable;
use routing::{Asn, FaultCounts, Prefix, Timestamp};
use serde_json::{Value, json};
use world::{World, has_data, real, skipped};

fn sources(url: &str) -> String {
    let of =
        |kind: &str| format!("[[source]]\nkind = \"{kind}\"\nname = \"{kind} cache\"\nurl = \"{url}\"\n");
    "[fetch]\nattempts_max = 2\nstall_seconds_max = 5\nwait_seconds_max = 0\n".to_owned()
        + &of("vrps")
        + &of("aspas")
}

fn now() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64)
}

/// The index's lines.
fn index(world: &World) -> Vec<Value> {
    let text = fs::read_to_string(world.folder.join("var/archive/index.ndjson")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The file that the last line of the index names.
fn newest(world: &World) -> Vec<u8> {
    let lines = index(world);
    let digest = lines.last().unwrap()["digest"].as_str().unwrap();
    fs::read(world.folder.join("var/archive").join(&digest[..2]).join(digest)).unwrap()
}

type Contents = (Vec<(Prefix, u8, Asn)>, AspaTable);

/// What our own readers make of a relying party's file.
fn read(file: &[u8]) -> Contents {
    let mut faults = FaultCounts::default();
    let vrps = VrpTable::new(reference::vrp::parse(file, &mut faults).unwrap().content);
    let aspas = AspaTable::new(reference::aspa::parse(file, &mut faults).unwrap().content);
    assert_eq!(faults.total(), 0);
    (vrps.vrps().iter().map(|v| (v.prefix, v.max_length, v.asn)).collect(), aspas)
}

#[test]
fn a_third_less_is_kept_and_not_admitted() {
    let vrps = |count: u8| (1..=count).map(|i| vrp(2, true, i, 64_500)).collect::<Vec<_>>();
    let cache = Cache::start(move |_, before| {
        let with_aspa = |count: u8| [vrps(count), vec![aspa(64_500, &[64_501])]].concat();
        // Each time a session of its own, so that everything is asked for.
        vec![Step::Send(match before {
            0 => answer(2, 1, 0, &with_aspa(30)),
            1 | 2 => answer(2, 2, 0, &with_aspa(20)),
            _ => answer(2, 3, 0, &with_aspa(29)),
        })]
    });
    let world = World::new(&sources(&cache.url()));
    let month = || {
        let month = now().date().month().to_string();
        world.month(&month);
        let sources = world.stored(&month)["sources"].clone();
        let vrps = sources.as_array().unwrap().iter().find(|s| s["name"] == "vrps cache").unwrap().clone();
        let mut files: Vec<String> = vrps["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["status"].as_str().unwrap().to_owned())
            .collect();
        files.sort();
        files
    };
    world.run(&["fetch"]).ok();
    assert_eq!(month(), ["used: within the month"]);
    world.run(&["fetch"]).ok();
    assert_eq!(index(&world).len(), 2);
    assert_eq!(read(&newest(&world)).0.len(), 20);
    let files = month();
    assert!(files[0].starts_with("not admitted: 20 records, 34 % fewer than the 30 of"), "{files:?}");
    assert!(files[0].contains("held since") && files[1] == "used: within the month", "{files:?}");
    world.run(&["fetch"]).ok();
    let files = month();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files[0].starts_with("not admitted") && files[2] == "used: within the month", "{files:?}");

    let ran = world.run(&["sources"]).ok();
    let line = |name: &str| ran.text().lines().find(|l| l.starts_with(name)).unwrap().to_owned();
    let told =
        "3 files; RTR version 2, session 3, serial 0, 29 VRPs, refresh 3600 s, retry 600 s, expire 7200 s";
    assert!(line("vrps cache").contains(told), "{}", ran.text());
    assert!(line("aspas cache").contains("session 3, serial 0, 1 ASPAs"), "{}", ran.text());
}

/// A StayRTR that serves a file; it ends with its owner.
struct StayRtr {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl StayRtr {
    fn is_there() -> bool {
        let there =
            Command::new("stayrtr").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if there.is_err() {
            skipped("no stayrtr: install the package stayrtr");
        }
        there.is_ok()
    }

    fn start(folder: &Path, file: &Path, protocol: u8, port: Option<u16>) -> StayRtr {
        let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let port = port.unwrap_or_else(free);
        let log = folder.join(format!("stayrtr-{port}-{}.log", now().0));
        let child = Command::new("stayrtr")
            .args(["-checktime=false", "-refresh", "86400", "-rtr.refresh", "1000", "-rtr.expire", "3000"])
            .args(["-bind", &format!("127.0.0.1:{port}"), "-metrics.addr", &format!("127.0.0.1:{}", free())])
            .args(["-protocol", &protocol.to_string(), "-cache"])
            .arg(file)
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let stay = StayRtr { child, port, log };
        stay.wait_for("StayRTR Server started");
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "stayrtr does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        stay
    }

    fn url(&self) -> String {
        format!("rtr://127.0.0.1:{}", self.port)
    }

    /// Has it read its file again.
    fn reload(&self, serial: u32) {
        let kill = format!("kill -HUP {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        self.wait_for(&format!("new serial {serial}\""));
    }

    fn wait_for(&self, words: &str) {
        let began = Instant::now();
        loop {
            let log = fs::read_to_string(&self.log).unwrap();
            if log.contains(words) {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "no `{words}`: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for StayRtr {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// VRPs of the world of 2016 and made-up providers, as a relying party writes them: everything of which `keep`
/// says so by its number.
fn relying_party(keep: impl Fn(usize) -> bool, first_provider: u32) -> Vec<u8> {
    let text = String::from_utf8(real("world-2016/2016-02_tabi_roa.csv.gz")).unwrap();
    let parsed = reference::vrp::parse(text.as_bytes(), &mut FaultCounts::default()).unwrap();
    let never = 4_102_444_800_u32;
    let kept = parsed.content.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, v)| v);
    let roas: Vec<Value> = kept
        .map(|v| {
            json!({"asn": v.asn.0, "prefix": v.prefix.to_string(), "maxLength": v.max_length, "ta": "ripe", "expires": never})
        })
        .collect();
    let aspas: Vec<Value> = (1..=300_u32)
        .filter(|i| keep(*i as usize))
        .map(|i| {
            let providers: Vec<u32> = (0..=i % 7).map(|n| first_provider + n).collect();
            json!({"customer_asid": 64_500 + i, "providers": providers, "expires": never})
        })
        .collect();
    let metadata = json!({"buildtime": "2016-02-01T00:00:00Z", "generated": 1_454_284_800});
    let providers = json!({"ipv4": aspas, "ipv6": aspas[..aspas.len() / 2]});
    json!({"metadata": metadata, "roas": roas, "provider_authorizations": providers}).to_string().into_bytes()
}

fn next_second() {
    let at = now();
    while now() == at {
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_real_cache_gives_what_its_file_holds_and_then_only_the_changes() {
    if !has_data() || !StayRtr::is_there() {
        return;
    }
    let first = relying_party(|i| i % 10 != 3, 100);
    let second = relying_party(|i| i % 11 != 5, 103);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("rpki.json");
    fs::write(&file, &first).unwrap();
    let stay = StayRtr::start(dir.path(), &file, 2, None);
    let world = World::new(&sources(&stay.url()));
    world.run(&["fetch"]).ok();
    let expected = read(&first);
    assert!(
        expected.0.len() > 10_000 && expected.1.len() == 270,
        "{} {}",
        expected.0.len(),
        expected.1.len()
    );
    assert!(read(&newest(&world)) == expected, "the first set differs");

    // The same again.
    next_second();
    world.run(&["fetch"]).ok();
    assert_eq!(index(&world)[1]["outcome"], "unchanged");

    fs::write(&file, &second).unwrap();
    stay.reload(1);
    world.run(&["fetch"]).ok();
    let changed = read(&second);
    assert!(changed != expected && read(&newest(&world)) == changed, "the changed set differs");
    let lines = index(&world);
    assert_eq!((&lines[2]["outcome"], &lines[2]["cache"]["serial"]), (&"new".into(), &1.into()));
    // It came by changes: the whole was asked for in another second.
    assert_eq!(lines[2]["cache"]["whole"], lines[0]["cache"]["whole"]);
    assert_eq!(lines[2]["cache"]["session"], lines[0]["cache"]["session"]);

    // A cache that starts anew has another session; the set is the same, and so is its file.
    let port = stay.port;
    drop(stay);
    next_second();
    let stay = StayRtr::start(dir.path(), &file, 2, Some(port));
    world.run(&["fetch"]).ok();
    let lines = index(&world);
    assert_eq!((&lines[3]["outcome"], &lines[3]["digest"]), (&"unchanged".into(), &lines[2]["digest"]));
    assert_ne!(lines[3]["cache"]["session"], lines[2]["cache"]["session"]);
    let ran = world.run(&["sources"]).ok();
    let cache = &lines[3]["cache"];
    let told = format!("RTR version 2, session {}, serial {}, ", cache["session"], cache["serial"]);
    assert!(ran.text().contains(&told) && ran.text().contains("refresh 1000 s"), "{}", ran.text());

    let month = now().date().month().to_string();
    world.month(&month);
    let stored = world.stored(&month);
    for (source, records) in [("vrps cache", changed.0.len()), ("aspas cache", 0)] {
        let sources = stored["sources"].as_array().unwrap();
        let files = &sources.iter().find(|s| s["name"] == source).unwrap()["files"];
        let used: Vec<_> =
            files.as_array().unwrap().iter().filter(|f| f["status"] == "used: within the month").collect();
        assert_eq!(used.len(), 1, "{files}");
        assert_eq!(used[0]["digest"], lines[3]["digest"]);
        assert!(records == 0 || used[0]["records"] == records, "{files}");
    }
    drop(stay);
}

#[test]
fn a_real_cache_of_each_older_version() {
    if !has_data() || !StayRtr::is_there() {
        return;
    }
    let all = relying_party(|i| i % 20 == 0, 100);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("rpki.json");
    for version in [0, 1] {
        fs::write(&file, &all).unwrap();
        let stay = StayRtr::start(dir.path(), &file, version, None);
        let world = World::new(&sources(&stay.url()));
        world.run(&["fetch"]).ok();
        assert!(read(&newest(&world)).0 == read(&all).0, "version {version}");
        assert_eq!(index(&world)[0]["cache"]["version"], version);
        let fewer = relying_party(|i| i % 20 == 0 && i % 3 != 0, 100);
        fs::write(&file, &fewer).unwrap();
        stay.reload(1);
        next_second();
        world.run(&["fetch"]).ok();
        assert!(read(&newest(&world)).0 == read(&fewer).0, "version {version}");
        assert_eq!(index(&world)[1]["cache"]["whole"], index(&world)[0]["cache"]["whole"]);
        let ran = world.run(&["sources"]).ok();
        let told = format!("RTR version {version}, session");
        assert!(ran.text().contains(&told) && ran.text().contains("which has no ASPAs"), "{}", ran.text());
    }
}
