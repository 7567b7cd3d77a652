//! Reads one table as often as asked, so that instructions can be counted as a difference:
//! `reading rows|elements|count|walk FILE TIMES`. FILE is MRT, not compressed. Prints what was read, which must not
//! depend on the way of reading. `reading make FILE ROWS` writes a made-up table.

use std::error::Error;
use std::fs::File;
use std::net::{IpAddr, Ipv4Addr};

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{Body, Community, Item, OriginCode, PeerEntry, PeerMemory, Reader};
use routing::{AsPath, Asn, Family, Fault, Origin, Prefix, Timestamp};

/// What every way of reading must agree on.
#[derive(Default, PartialEq, Eq, Debug)]
struct Sums {
    rows: u64,
    origins: u64,
    as_set: u64,
    empty_path: u64,
    /// Sum of what tells peers and prefixes apart.
    who: u64,
    faults: u64,
}

impl Sums {
    #[inline(always)]
    fn row(&mut self, peer: u16, prefix: Prefix, origin: Origin) {
        self.rows += 1;
        self.who =
            self.who.wrapping_add(u64::from(peer) ^ (prefix.bits() >> 64) as u64 ^ u64::from(prefix.len()));
        match origin {
            Origin::As(asn) => self.origins += u64::from(asn.0),
            Origin::None => self.as_set += 1,
            Origin::Speaker => self.empty_path += 1,
        }
    }
}

fn rows(mrt: File) -> Sums {
    let (mut sums, mut faults) = (Sums::default(), 0);
    let mut memory = PeerMemory::default();
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().expect("memory does not fail") {
        match item {
            Item::Fault(_) => faults += 1,
            Item::Record(record) => record.rows(&mut memory, &mut |_: Fault| faults += 1, |row| {
                sums.row(row.peer_index.unwrap_or_default(), row.prefix, row.origin);
            }),
        }
    }
    Sums { faults, ..sums }
}

fn elements(mrt: File) -> Sums {
    let (mut sums, mut faults) = (Sums::default(), 0);
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().expect("memory does not fail") {
        match item {
            Item::Fault(_) => faults += 1,
            Item::Record(record) => record.elements(&mut |_: Fault| faults += 1, |element| {
                let Some(route) = element.route else { return };
                sums.row(element.peer_index.unwrap_or_default(), element.prefix, route.origin_as());
            }),
        }
    }
    Sums { faults, ..sums }
}

/// Only the entries' headers: what finding records and verifying their lengths costs.
fn walk(mrt: File) -> Sums {
    let mut sums = Sums::default();
    let mut reader = Reader::new(mrt);
    while let Some(item) = reader.next().expect("memory does not fail") {
        if let Item::Record(record) = item
            && let Body::Rib(rib) = record.body
        {
            sums.rows += u64::from(rib.entry_count);
        }
    }
    sums
}

fn count(mrt: File) -> Sums {
    let mut faults = 0;
    let count = bgp::mrt::count(&mut Reader::new(mrt), |_| faults += 1).expect("memory does not fail");
    let bgp::mrt::Count { entries: rows, origin_sum: origins, as_set, empty_path, .. } = count;
    Sums { rows, origins, as_set, empty_path, who: 0, faults }
}

/// A table of 40 peers with `entries` rows, of which about half repeat the attributes before them.
fn made_up(entries: usize) -> std::io::Result<Vec<u8>> {
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

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [way, file, number] = arguments.as_slice() else {
        return Err("usage: reading rows|elements|count|walk FILE TIMES, or reading make FILE ROWS".into());
    };
    let number: usize = number.parse()?;
    let read = match way.as_str() {
        "rows" => rows as fn(File) -> Sums,
        "elements" => elements,
        "count" => count,
        "walk" => walk,
        "make" => return Ok(std::fs::write(file, made_up(number)?)?),
        other => return Err(format!("no way of reading is called {other}").into()),
    };
    for _ in 0..number {
        println!("{:?}", read(File::open(file)?));
    }
    Ok(())
}
