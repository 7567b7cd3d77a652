//! A table to read where no other is at hand.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{Community, OriginCode, PeerEntry};
use routing::{AsPath, Asn, Family, Prefix, Timestamp};

/// A table of 40 peers with `entries` rows, of which about half repeat the attributes before them.
pub fn table(entries: usize) -> io::Result<Vec<u8>> {
    let time = Timestamp(1_700_000_000);
    let address = |peer: u8| IpAddr::V4(Ipv4Addr::new(192, 0, 2, peer));
    let peers: Vec<PeerEntry> = (0..40u8)
        .map(|peer| PeerEntry {
            bgp_id: Ipv4Addr::LOCALHOST,
            address: address(peer),
            asn: Asn(64_496 + u32::from(peer)),
        })
        .collect();
    let mut writer = Writer::new(Vec::new());
    writer.peer_index_table(time, Ipv4Addr::LOCALHOST, "", &peers)?;
    for record in 0..entries.div_ceil(peers.len()) as u32 {
        let routes: Vec<Route> = (0..peers.len() as u8)
            .map(|peer| {
                let origin = 65_551 + (record / 2) % 5_000;
                let hops = (0..(record / 2 + u32::from(peer)) % 4).map(|hop| Asn(3_000 + hop));
                Route {
                    origin: OriginCode::Igp,
                    path: AsPath::from_sequence(
                        [peers[usize::from(peer)].asn].into_iter().chain(hops).chain([Asn(origin)]),
                    ),
                    next_hop: address(peer),
                    med: peer.is_multiple_of(3).then_some(10),
                    local_pref: None,
                    communities: (0..u32::from(peer % 5)).map(|n| Community(3_000 << 16 | n)).collect(),
                    only_to_customer: None,
                }
            })
            .collect();
        let prefix = Prefix::from_bits(Family::V4, u128::from(record) << 104, 24).expect("24 of 32 bits");
        let rows: Vec<Entry<'_>> = (0..)
            .zip(&routes)
            .map(|(peer_index, route)| Entry { peer_index, originated: time, route })
            .collect();
        writer.rib(time, record, prefix, &rows)?;
    }
    Ok(writer.into_inner())
}
