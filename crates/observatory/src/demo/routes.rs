//! What the two collectors of the demonstration world recorded in May 2024, as MRT.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::collections::VecDeque;
use std::io;

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{OriginCode, PeerEntry, Session};
use routing::{AsPath, Asn, Family, Prefix, Timestamp};

use super::files::announced;
use super::networks::{MEMBERS, Member, TOP};

/// 2024-05-01T00:00:00Z.
const MONTH_START: i64 = 1_714_521_600;
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Peers of the collector with updates, and of the one with tables alone.
const NORTH: [u32; 4] = [64496, 64497, 64499, 64503];
const SOUTH: [u32; 3] = [64498, 64504, 64502];

/// A stretch of wrong announcements: who, what, hops behind the culprit, from when, for how long.
struct Mishap {
    culprit: u32,
    prefix: &'static str,
    behind: &'static [u32],
    start: i64,
    seconds: i64,
}

const MISHAPS: &[Mishap] = &[
    // 29 minutes: counts one half.
    Mishap {
        culprit: 64505,
        prefix: "10.64.0.0/16",
        behind: &[],
        start: 2 * DAY + 14 * HOUR,
        seconds: 29 * MINUTE,
    },
    // 13 hours: counts one.
    Mishap {
        culprit: 65540,
        prefix: "192.168.44.0/24",
        behind: &[],
        start: 6 * DAY + HOUR,
        seconds: 13 * HOUR,
    },
    // 25 hours: counts two.
    Mishap { culprit: 65540, prefix: "100.64.0.0/10", behind: &[], start: 21 * DAY, seconds: 25 * HOUR },
    // A campus lets its private number out.
    Mishap {
        culprit: 64509,
        prefix: "198.18.110.0/24",
        behind: &[64999],
        start: 11 * DAY + 6 * HOUR,
        seconds: 2 * DAY,
    },
    // Space from a registry's pool, still announced as the month ends.
    Mishap { culprit: 65543, prefix: "198.19.242.0/24", behind: &[], start: 22 * DAY, seconds: 9 * DAY },
];

/// The path from a collector's peer to an origin: up the origin's providers, across the top, down to the
/// peer. `None` when there is no way.
fn path(peer: u32, origin: u32) -> Option<Vec<u32>> {
    let up = |from: u32| -> Vec<Vec<u32>> {
        // Breadth first: every network above, each by its shortest chain.
        let mut chains = vec![vec![from]];
        let mut queue = VecDeque::from([vec![from]]);
        while let Some(chain) = queue.pop_front() {
            let last = chain[chain.len() - 1];
            let member = MEMBERS.iter().find(|m| m.asn == last);
            for provider in member.map_or(&[][..], |m| m.providers) {
                if chains.iter().all(|c| c[c.len() - 1] != *provider) {
                    let longer = [chain.as_slice(), &[*provider]].concat();
                    chains.push(longer.clone());
                    queue.push_back(longer);
                }
            }
        }
        chains
    };
    let (from_peer, from_origin) = (up(peer), up(origin));
    let mut best: Option<Vec<u32>> = None;
    for a in &from_peer {
        for b in &from_origin {
            let (top_a, top_b) = (a[a.len() - 1], b[b.len() - 1]);
            let meets = top_a == top_b;
            let across = TOP.contains(&top_a) && TOP.contains(&top_b);
            if !(meets || across) {
                continue;
            }
            let down = b.iter().rev().skip(usize::from(meets));
            let whole: Vec<u32> = a.iter().chain(down).copied().collect();
            if best.as_ref().is_none_or(|known| (whole.len(), &whole) < (known.len(), known)) {
                best = Some(whole);
            }
        }
    }
    best
}

fn peer_entry(index: usize, collector: u8, asn: u32) -> PeerEntry {
    let address = Ipv4Addr::new(203, 0, 113, collector * 16 + index as u8 + 1);
    PeerEntry { bgp_id: address, address: IpAddr::V4(address), asn: Asn(asn) }
}

fn session(peer: &PeerEntry) -> Session {
    Session {
        peer_address: peer.address,
        peer_asn: peer.asn,
        local_address: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 254)),
        local_asn: Asn(64511),
        interface: 0,
        local: false,
    }
}

fn route(peer: &PeerEntry, family: Family, hops: &[u32], prepend: usize) -> Route {
    let last = hops[hops.len() - 1];
    let asns = hops.iter().copied().chain(std::iter::repeat_n(last, prepend)).map(Asn);
    Route {
        origin: OriginCode::Igp,
        path: AsPath::from_sequence(asns),
        next_hop: match family {
            Family::V4 => peer.address,
            Family::V6 => IpAddr::V6(Ipv6Addr::from_bits(0x2001_0db8_ffff << 80 | u128::from(peer.asn.0))),
        },
        med: None,
        local_pref: None,
        communities: Vec::new(),
    }
}

/// Everything announced as the month begins, by prefix.
fn table() -> Vec<(Prefix, Vec<u32>, usize)> {
    let mut rows: Vec<(Prefix, Vec<u32>, usize)> = Vec::new();
    for member in MEMBERS {
        for (i, prefix) in announced(member).into_iter().enumerate() {
            rows.push((prefix, vec![member.asn], if i == 1 { prepends(member) } else { 0 }));
        }
    }
    rows.sort();
    rows
}

/// Some networks prepend on their second route.
fn prepends(member: &Member) -> usize {
    (member.index() % 4 / 3 * 2) as usize
}

/// The hops from a peer to the last of `tail`, whose first is a member.
fn hops(peer: Asn, tail: &[u32]) -> Option<Vec<u32>> {
    let mut hops = path(peer.0, tail[0])?;
    hops.extend(&tail[1..]);
    Some(hops)
}

fn write_table(time: Timestamp, name: &str, peers: &[PeerEntry]) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    writer.peer_index_table(time, Ipv4Addr::new(203, 0, 113, 254), name, peers)?;
    for (sequence, (prefix, tail, prepend)) in (0u32..).zip(table()) {
        let routes: Vec<(u16, Route)> = (0u16..)
            .zip(peers)
            .filter_map(|(i, peer)| Some((i, route(peer, prefix.family(), &hops(peer.asn, &tail)?, prepend))))
            .collect();
        let entries: Vec<Entry<'_>> = routes
            .iter()
            .map(|(i, route)| Entry { peer_index: *i, originated: Timestamp(time.0 - 3 * DAY), route })
            .collect();
        writer.rib(time, sequence, prefix, &entries)?;
    }
    Ok(writer.into_inner())
}

/// The collector *north*: a table as the month begins and a file of updates per day.
pub fn north() -> io::Result<Vec<(String, Vec<u8>)>> {
    let peers: Vec<PeerEntry> = NORTH.iter().enumerate().map(|(i, asn)| peer_entry(i, 0, *asn)).collect();
    let start = Timestamp(MONTH_START);
    let mut files = vec![("rib.20240501.mrt".to_owned(), write_table(start, "north", &peers)?)];
    let beacon = announced(&MEMBERS[0])[0];
    for day in 0..31 {
        let mut writer = Writer::new(Vec::new());
        // Something is heard every half hour, or the collector would be silent and its data missing.
        for half_hour in 0..48 {
            let now = day * DAY + half_hour * 30 * MINUTE;
            for peer in &peers {
                let own = hops(peer.asn, &[MEMBERS[0].asn]).expect("everyone reaches the first network");
                let time = Timestamp(MONTH_START + now);
                writer.announce(time, &session(peer), &[beacon], &route(peer, Family::V4, &own, 0))?;
            }
            for mishap in MISHAPS {
                mishap_updates(&mut writer, mishap, &peers, now)?;
            }
        }
        let mut bytes = writer.into_inner();
        if day == 8 {
            // The disk of the collector was full for a moment: the last record of the day breaks off.
            bytes.truncate(bytes.len() - 7);
        }
        files.push((format!("updates.202405{:02}.mrt", day + 1), bytes));
    }
    Ok(files)
}

/// The updates of a mishap that fall into the half hour from `now`.
fn mishap_updates(
    writer: &mut Writer<Vec<u8>>,
    mishap: &Mishap,
    peers: &[PeerEntry],
    now: i64,
) -> io::Result<()> {
    let within = |at: i64| (now..now + 30 * MINUTE).contains(&at);
    let prefix: Prefix = mishap.prefix.parse().expect("a prefix of ours");
    let tail = [&[mishap.culprit], mishap.behind].concat();
    for peer in peers {
        let Some(hops) = hops(peer.asn, &tail) else { continue };
        if within(mishap.start) {
            let time = Timestamp(MONTH_START + mishap.start);
            writer.announce(time, &session(peer), &[prefix], &route(peer, prefix.family(), &hops, 0))?;
        }
        if within(mishap.start + mishap.seconds) {
            let time = Timestamp(MONTH_START + mishap.start + mishap.seconds);
            writer.withdraw(time, &session(peer), &[prefix])?;
        }
    }
    Ok(())
}

/// The collector *south*: three tables and no updates.
pub fn south() -> io::Result<Vec<(String, Vec<u8>)>> {
    let peers: Vec<PeerEntry> = SOUTH.iter().enumerate().map(|(i, asn)| peer_entry(i, 1, *asn)).collect();
    [0, 10, 20]
        .into_iter()
        .map(|day| {
            let time = Timestamp(MONTH_START + day * DAY);
            let name = format!("rib.202405{:02}.mrt", day + 1);
            Ok((name, write_table(time, "south", &peers)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_up_across_and_down() {
        assert_eq!(path(64499, 65540), Some(vec![64499, 64497, 64502, 65540]));
        assert_eq!(path(64496, 64496), Some(vec![64496]));
        assert_eq!(path(64498, 64506), Some(vec![64498, 64496, 64499, 64506]));
    }
}
