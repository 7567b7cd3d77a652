//! A holder's prefix that another network takes and gives back, as three peers of a collector show it.

use core::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::Command;

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{OriginCode, PeerEntry, Session};
use routing::{AsPath, Asn, Prefix, Timestamp};
use serde_json::Value;

pub const HOLDER: u32 = 3_400;
pub const TAKER: u32 = 3_900;
const PEERS: [u32; 3] = [3_001, 3_002, 3_003];
pub const TAKEN: &str = "11.0.0.0/24";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn session(peer: usize) -> Session {
    Session {
        peer_address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, peer as u8 + 1)),
        peer_asn: Asn(PEERS[peer]),
        local_address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 254)),
        local_asn: Asn(3_500),
        interface: 0,
        local: false,
    }
}

fn route(peer: usize, origin: u32) -> Route {
    Route {
        origin: OriginCode::Igp,
        path: AsPath::from_sequence([PEERS[peer], 3_300, origin].map(Asn)),
        next_hop: session(peer).peer_address,
        med: None,
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: None,
    }
}

/// A table of four prefixes, of which one has the given origin.
pub fn table(folder: &Path, time: &str, origin: u32) {
    let time = at(time);
    let mut writer = Writer::new(Vec::new());
    let peers: Vec<PeerEntry> = (0..PEERS.len())
        .map(|peer| PeerEntry {
            bgp_id: Ipv4Addr::LOCALHOST,
            address: session(peer).peer_address,
            asn: session(peer).peer_asn,
        })
        .collect();
    writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "", &peers).unwrap();
    for (n, (prefix, origin)) in
        (0..).zip([(TAKEN, origin), ("11.0.1.0/24", HOLDER), ("11.1.0.0/24", TAKER), ("11.2.0.0/24", 3_401)])
    {
        let routes: Vec<Route> = (0..PEERS.len()).map(|peer| route(peer, origin)).collect();
        let rows: Vec<Entry<'_>> = (0..)
            .zip(&routes)
            .map(|(peer_index, route)| Entry { peer_index, originated: time, route })
            .collect();
        writer.rib(time, n, prefix.parse().unwrap(), &rows).unwrap();
    }
    write(folder, time, "rib", writer);
}

/// All peers turn to an origin.
pub fn turn(folder: &Path, time: &str, origin: u32) {
    let time = at(time);
    let mut writer = Writer::new(Vec::new());
    let prefix: Prefix = TAKEN.parse().unwrap();
    for peer in 0..PEERS.len() {
        writer.announce(time, &session(peer), &[prefix], &route(peer, origin)).unwrap();
    }
    write(folder, time, "updates", writer);
}

fn write(folder: &Path, time: Timestamp, kind: &str, writer: Writer<Vec<u8>>) {
    std::fs::create_dir_all(folder.join("routes")).unwrap();
    std::fs::write(folder.join(format!("routes/{}.{kind}", time.0)), writer.into_inner()).unwrap();
}

/// What a command that succeeds prints.
pub fn observatory(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_observatory"))
        .args(arguments)
        .args(["--config", "observatory.toml"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The events of a computed month.
pub fn events(folder: &Path, month: &str) -> Vec<Value> {
    let lines = observatory(folder, &["export", "events", "--month", month, "--format", "ndjson"]);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
