//! A month that is killed while it reads goes on behind the files it had read, and gives what an undisturbed run
//! gives.

use core::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{OriginCode, PeerEntry, Session};
use routing::{AsPath, Asn, Prefix, Timestamp};

/// 2024-05-10, midnight.
const BEGIN: i64 = 1_715_299_200;
const FILES: i64 = 40;
const PEERS: u8 = 6;

fn command(folder: &Path, data: &str) -> Command {
    let text = format!(
        "data = \"{data}\"\ncheckpoint_seconds = 0\nmemory_mib = 64\nthreads = 1\n\
         [[source]]\nkind = \"mrt\"\npath = \"routes/*.mrt\"\ncollector = \"rc\"\n"
    );
    std::fs::write(folder.join(format!("{data}.toml")), text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_observatory"));
    command.args(["month", "2024-05", "--config", &format!("{data}.toml")]).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn result(folder: &Path, data: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args([
            "export",
            "routes",
            "--month",
            "2024-05",
            "--format",
            "csv",
            "--config",
            &format!("{data}.toml"),
        ])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", words(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn session(peer: u8) -> Session {
    Session {
        peer_address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, peer)),
        peer_asn: Asn(3000 + u32::from(peer)),
        local_address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 254)),
        local_asn: Asn(3500),
        interface: 0,
        local: false,
    }
}

fn prefix(n: i64) -> Prefix {
    let n = n as u32 % 50_000;
    Prefix::from_address(IpAddr::V4(Ipv4Addr::from(0x0b00_0000 + (n << 8))), 24).unwrap()
}

/// A route to the `of`th prefix, whose origin is always the same, by way of one of seven networks.
fn route(peer: u8, n: i64, of: i64) -> Route {
    let path = [3000 + u32::from(peer), 3300 + n as u32 % 7, 3400 + of as u32 % 50_000 % 90];
    Route {
        origin: OriginCode::Igp,
        path: AsPath::from_sequence(path.map(Asn)),
        next_hop: IpAddr::V4(Ipv4Addr::new(192, 0, 2, peer)),
        med: None,
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: None,
    }
}

/// A table, then files of announcements, withdrawals, lost sessions and another table in their midst; the last
/// octets of one file are missing.
fn write(folder: &Path) {
    std::fs::create_dir(folder.join("routes")).unwrap();
    for file in 0..FILES {
        let begin = BEGIN + file * 300;
        let mut writer = Writer::new(Vec::new());
        if file % 16 == 0 {
            let peers: Vec<PeerEntry> = (1..=PEERS)
                .map(|peer| PeerEntry {
                    bgp_id: Ipv4Addr::LOCALHOST,
                    address: session(peer).peer_address,
                    asn: session(peer).peer_asn,
                })
                .collect();
            writer.peer_index_table(Timestamp(begin), Ipv4Addr::LOCALHOST, "", &peers).unwrap();
            for n in 0..4_000 {
                let routes: Vec<Route> = (1..=PEERS).map(|peer| route(peer, n + file, n)).collect();
                let rows: Vec<Entry<'_>> = (0..)
                    .zip(&routes)
                    .map(|(peer_index, route)| Entry { peer_index, originated: Timestamp(begin), route })
                    .collect();
                writer.rib(Timestamp(begin), n as u32, prefix(n), &rows).unwrap();
            }
        } else {
            for n in 0..12_000i64 {
                let (peer, time) = ((n % i64::from(PEERS)) as u8 + 1, Timestamp(begin + n / 50));
                match n % 5 {
                    0 => writer.withdraw(time, &session(peer), &[prefix(n * 7 + file)]).unwrap(),
                    _ => {
                        let route = route(peer, n / 3 + file, n * 3 + file);
                        writer.announce(time, &session(peer), &[prefix(n * 3 + file)], &route).unwrap();
                    }
                }
                if n % 5_000 == 4_999 {
                    writer.state_change(time, &session(peer), 6, 1).unwrap();
                }
            }
        }
        let mut octets = writer.into_inner();
        if file == 7 {
            octets.truncate(octets.len() - 5);
        }
        std::fs::write(folder.join(format!("routes/{file:03}.mrt")), octets).unwrap();
    }
}

#[test]
fn a_month_killed_while_it_reads_goes_on_where_it_stood() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    write(folder);
    let began = std::time::Instant::now();
    let undisturbed = command(folder, "whole").output().unwrap();
    assert!(undisturbed.status.success(), "{}", words(&undisturbed));
    let took = began.elapsed();
    assert!(!folder.join("whole/work").exists(), "nothing is left when the month is published");

    let (mut kills, mut resumed) = (0, 0);
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    loop {
        let mut child = command(folder, "killed").spawn().unwrap();
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = took.as_secs_f64() * (0.05 + 0.5 * (state >> 40) as f64 / (1u64 << 24) as f64);
        if kills < 12 {
            std::thread::sleep(Duration::from_secs_f64(moment));
            // One that is through already cannot be killed any more.
            let _ = child.kill();
            kills += 1;
        }
        let output = child.wait_with_output().unwrap();
        resumed += usize::from(words(&output).contains("going on behind"));
        if output.status.success() {
            break;
        }
        assert_eq!(output.status.code(), None, "killed, not failed: {}", words(&output));
    }
    assert!(resumed > 0, "of {kills} kills none was in the midst of reading");
    assert!(result(folder, "killed") == result(folder, "whole"), "the routes differ");
    assert!(!folder.join("killed/work").exists());

    // What was put down is damaged: the month begins anew, and says nothing wrong.
    let mut child = command(folder, "damaged").spawn().unwrap();
    let standing = |work: &Path| glob(work, "standing");
    while standing(&folder.join("damaged/work")).is_none() {
        assert!(child.try_wait().unwrap().is_none(), "it was over before it put anything down");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let path = standing(&folder.join("damaged/work")).unwrap();
    let mut octets = std::fs::read(&path).unwrap();
    let middle = octets.len() / 2;
    octets[middle] ^= 1;
    std::fs::write(&path, octets).unwrap();
    let output = command(folder, "damaged").output().unwrap();
    assert!(output.status.success() && !words(&output).contains("going on"), "{}", words(&output));
    assert!(result(folder, "damaged") == result(folder, "whole"));
}

/// The file of that name in any folder below.
fn glob(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.filter_map(Result::ok).find_map(|entry| {
        let path = entry.path();
        if path.is_dir() { glob(&path, name) } else { path.ends_with(name).then_some(path) }
    })
}
