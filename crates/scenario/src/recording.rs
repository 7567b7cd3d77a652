//! What a collector recorded, as the MRT files it would have written.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{OriginCode, PeerEntry, Session};
use routing::{Asn, Family, Prefix, Timestamp};

use crate::words::Wrong;
use crate::world::{CollectorText, Recorded, Shown};

/// A record that begins like a row of a table and breaks off.
const BROKEN_ROW: [u8; 16] = [0, 0, 0, 0, 0, 13, 0, 2, 0, 0, 0, 40, 0, 0, 0, 0];

/// The files of a collector in the order of the statements. A table is a file of its own.
pub(crate) fn files(collector: &CollectorText) -> Result<Vec<Vec<u8>>, Wrong> {
    let mut files = Vec::new();
    let mut updates = Writer::new(Vec::new());
    for step in &collector.steps {
        let wrong = |error: std::io::Error| Wrong { line: step.line, message: error.to_string() };
        match &step.what {
            Recorded::Table { listed, rows, damaged } => {
                close(&mut updates, &mut files);
                let mut mrt = table(collector, step.time, listed.as_deref(), rows, step.line)?;
                if *damaged {
                    let time = u32::try_from(step.time.0).expect("written before").to_be_bytes();
                    mrt.extend(time);
                    mrt.extend_from_slice(&BROKEN_ROW[4..]);
                }
                files.push(mrt);
            }
            Recorded::NewFile => close(&mut updates, &mut files),
            Recorded::Announce(peer, prefixes, path) => {
                let route = route(path, prefixes[0].family());
                updates.announce(step.time, &session(collector, *peer), prefixes, &route).map_err(wrong)?;
            }
            Recorded::Withdraw(peer, prefixes) => {
                updates.withdraw(step.time, &session(collector, *peer), prefixes).map_err(wrong)?;
            }
            Recorded::Down(peer) => {
                updates.state_change(step.time, &session(collector, *peer), 6, 1).map_err(wrong)?;
            }
            Recorded::Up(peer) => {
                updates.state_change(step.time, &session(collector, *peer), 5, 6).map_err(wrong)?;
            }
            Recorded::Keepalive(peer) => {
                let mut mrt = updates.into_inner();
                keepalive(&mut mrt, step.time, &session(collector, *peer));
                updates = Writer::new(mrt);
            }
        }
    }
    close(&mut updates, &mut files);
    Ok(files)
}

fn close(updates: &mut Writer<Vec<u8>>, files: &mut Vec<Vec<u8>>) {
    let mrt = core::mem::replace(updates, Writer::new(Vec::new())).into_inner();
    if !mrt.is_empty() {
        files.push(mrt);
    }
}

fn table(
    collector: &CollectorText,
    time: Timestamp,
    listed: Option<&[usize]>,
    rows: &[(usize, Prefix, Shown)],
    line: usize,
) -> Result<Vec<u8>, Wrong> {
    let wrong = |message: String| Wrong { line, message };
    let listed: Vec<usize> = listed.map_or_else(|| (0..collector.peers.len()).collect(), <[usize]>::to_vec);
    let peers: Vec<PeerEntry> = listed
        .iter()
        .map(|&p| PeerEntry {
            bgp_id: Ipv4Addr::from_bits(p as u32 + 1),
            address: collector.peers[p].0,
            asn: collector.peers[p].1,
        })
        .collect();
    let mut writer = Writer::new(Vec::new());
    let io = |error: std::io::Error| wrong(error.to_string());
    writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "", &peers).map_err(io)?;
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|(_, prefix, _)| *prefix);
    for (sequence, same) in rows.chunk_by(|a, b| a.1 == b.1).enumerate() {
        let routes: Vec<Route> = same.iter().map(|(_, prefix, path)| route(path, prefix.family())).collect();
        let mut entries = Vec::new();
        for ((peer, prefix, _), route) in same.iter().zip(&routes) {
            let Some(index) = listed.iter().position(|p| p == peer) else {
                return Err(wrong(format!(
                    "{} has a row for {prefix} and is not listed",
                    collector.peers[*peer].1
                )));
            };
            entries.push(Entry { peer_index: index as u16, originated: time, route });
        }
        writer.rib(time, sequence as u32, same[0].1, &entries).map_err(io)?;
    }
    Ok(writer.into_inner())
}

/// A KEEPALIVE message (RFC 4271 §4.4) in a BGP4MP_MESSAGE_AS4 record.
fn keepalive(mrt: &mut Vec<u8>, time: Timestamp, session: &Session) {
    let octets = |address: IpAddr| match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let family: u16 = if session.peer_address.is_ipv4() { 1 } else { 2 };
    let mut body = session.peer_asn.0.to_be_bytes().to_vec();
    body.extend(session.local_asn.0.to_be_bytes());
    body.extend([0, 0]);
    body.extend(family.to_be_bytes());
    body.extend(octets(session.peer_address));
    body.extend(octets(session.local_address));
    body.extend([0xFF; 16]);
    body.extend([0, 19, 4]);
    mrt.extend(u32::try_from(time.0).unwrap_or(u32::MAX).to_be_bytes());
    mrt.extend([0, 16, 0, 4]);
    mrt.extend((body.len() as u32).to_be_bytes());
    mrt.extend(body);
}

fn session(collector: &CollectorText, peer: usize) -> Session {
    let (peer_address, peer_asn) = collector.peers[peer];
    let local_address = match peer_address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::new(192, 0, 2, 254)),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xfe)),
    };
    Session { peer_address, peer_asn, local_address, local_asn: Asn(64511), interface: 0, local: false }
}

fn route(Shown { path, mark }: &Shown, family: Family) -> Route {
    let next_hop = match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        Family::V6 => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
    };
    let path = path.clone();
    Route {
        origin: OriginCode::Igp,
        path,
        next_hop,
        med: None,
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: *mark,
    }
}
