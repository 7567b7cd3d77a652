//! What a month costs as a world grows in one direction: linear means that the cost of one more stays the same.

use std::io::Read;
use std::net::{IpAddr, Ipv4Addr};

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{OriginCode, PeerEntry};
use reference::irr::RouteTable;
use reference::relationships::RelationshipTable;
use reference::vrp::VrpTable;
use routing::{AsPath, Asn, Family, Month, Prefix, Timestamp};

use crate::Outcome;
use crate::registered::Registered;
use crate::run::cpu;
use crate::sweep;

/// A world: tables of one month, made up.
#[derive(Clone, Copy)]
struct World {
    prefixes: u32,
    peers: u8,
    collectors: u8,
    /// One table a day.
    days: u8,
    /// Prefixes nobody may announce, in every table.
    events: u32,
}

const BASE: World = World { prefixes: 20_000, peers: 8, collectors: 2, days: 4, events: 1000 };

type Grow = fn(&mut World, u32);

const DIRECTIONS: &[(&str, Grow)] = &[
    ("prefixes", |world, times| world.prefixes *= times),
    ("peers", |world, times| world.peers *= times as u8),
    ("collectors", |world, times| world.collectors *= times as u8),
    ("days", |world, times| world.days *= times as u8),
    ("events", |world, times| world.events *= times),
];

/// Prints a line for each direction and size.
pub fn curves() -> Outcome<()> {
    println!("| grows | times | rows | CPU s | against once | µs/row |");
    println!("|---|---|---|---|---|---|");
    for (direction, grow) in DIRECTIONS {
        let mut once = None;
        for times in [1, 2, 4] {
            let mut world = BASE;
            grow(&mut world, times);
            let (rows, seconds) = least(world)?;
            let once = *once.get_or_insert(seconds);
            let each = seconds / rows as f64 * 1e6;
            println!("| {direction} | {times} | {rows} | {seconds:.3} | {:.2} | {each:.3} |", seconds / once);
        }
    }
    Ok(())
}

/// Rows and seconds of CPU, the least of five: what else the machine does only adds.
fn least(world: World) -> Outcome<(u64, f64)> {
    let month: Month = "2024-05".parse()?;
    let mut all = Vec::new();
    for _ in 0..5 {
        let mut collectors = Vec::new();
        for collector in 0..world.collectors {
            let mut files: Vec<Box<dyn Read>> = Vec::new();
            for day in 0..world.days {
                let time = Timestamp(month.span().start.0 + i64::from(day) * 86_400);
                files.push(Box::new(std::io::Cursor::new(table(world, collector, time)?)));
            }
            collectors.push(files);
        }
        let registered = Registered {
            vrps: VrpTable::new(Vec::new()),
            irr: RouteTable::new(Vec::new()),
            relationships: RelationshipTable::new(&[]),
        };
        let begun = cpu();
        let judged = sweep::judge(month, collectors, registered, &[sweep::shipped_last()?])?;
        all.push((judged.elements, cpu() - begun));
        if judged.events < world.events as usize {
            return Err(format!("{} events of {}", judged.events, world.events).into());
        }
    }
    all.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).ok_or("measured at least once".into())
}

/// Every peer has every prefix; the first `events` are of private space, each of another network.
fn table(world: World, collector: u8, time: Timestamp) -> Outcome<Vec<u8>> {
    let address = |peer: u8| IpAddr::V4(Ipv4Addr::new(198, 51, collector, peer));
    let peers: Vec<PeerEntry> = (0..world.peers)
        .map(|peer| PeerEntry {
            bgp_id: Ipv4Addr::LOCALHOST,
            address: address(peer),
            asn: Asn(3_000 + u32::from(peer)),
        })
        .collect();
    let mut writer = Writer::new(Vec::new());
    writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "", &peers)?;
    let private = (0..world.events).map(|n| (10 << 24) + (n << 8));
    let public = (0..world.prefixes).map(|n| (20 << 24) + (n << 8));
    for (number, bits) in (0..).zip(private.chain(public)) {
        let routes: Vec<Route> = peers
            .iter()
            .map(|peer| Route {
                origin: OriginCode::Igp,
                path: AsPath::from_sequence([
                    peer.asn,
                    Asn(4_000 + number % 300),
                    Asn(10_000 + number % 20_000),
                ]),
                next_hop: peer.address,
                med: None,
                local_pref: None,
                communities: Vec::new(),
                only_to_customer: None,
            })
            .collect();
        let prefix = Prefix::from_bits(Family::V4, u128::from(bits) << 96, 24).ok_or("24 of 32 bits")?;
        let rows: Vec<Entry<'_>> = (0..)
            .zip(&routes)
            .map(|(peer_index, route)| Entry { peer_index, originated: time, route })
            .collect();
        writer.rib(time, number, prefix, &rows)?;
    }
    Ok(writer.into_inner())
}
