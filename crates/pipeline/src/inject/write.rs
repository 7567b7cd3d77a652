//! Planted events as MRT: tables as they are, and updates with what every vantage point would tell.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::collections::BTreeSet;
use std::io::{self, Write};

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{OriginCode, Session};
use routing::{AsPath, Asn, Prefix, Timestamp};

use super::ground::Ground;
use super::plan::Planted;
use super::tables::{Row, Tables};
use super::vantage::{Vantage, slot};

/// The collector's own ASN and addresses, for documentation (RFC 5398, RFC 5737, RFC 3849).
const COLLECTOR_ASN: Asn = Asn(64_496);
const COLLECTOR_V4: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);
const COLLECTOR_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

/// Something is heard at least so often in a recording without gaps.
const BEAT_SECONDS: i64 = 1_200;

/// Writes the rows of one collector (an index into [`Tables::collectors`]) that `keeps` as TABLE_DUMP_V2, at the
/// time of the tables. `rows` are ascending.
///
/// # Errors
/// When the output fails.
pub fn table<'a, W: Write>(
    tables: &Tables,
    rows: impl IntoIterator<Item = &'a Row>,
    collector: usize,
    output: W,
) -> io::Result<W> {
    let its = &tables.collectors[collector];
    let mut writer = Writer::new(output);
    writer.peer_index_table(tables.time, COLLECTOR_V4, &its.name, &its.peers)?;
    let mut sequence = 0;
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut prefix: Option<Prefix> = None;
    for row in rows.into_iter().filter(|row| usize::from(row.collector) == collector) {
        if let Some(before) = prefix.filter(|before| *before != row.prefix) {
            writer.rib(tables.time, sequence, before, &entries)?;
            entries.clear();
            sequence += 1;
        }
        prefix = Some(row.prefix);
        entries.push(Entry { peer_index: row.peer, originated: row.originated, route: tables.route(row) });
    }
    if let Some(last) = prefix {
        writer.rib(tables.time, sequence, last, &entries)?;
    }
    Ok(writer.into_inner())
}

/// What a vantage point tells its collector of a prefix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tells<'a> {
    /// There is no route.
    Nothing,
    /// The planted route.
    Path(&'a [Asn]),
    /// The route of the table, an index into [`Tables::routes`].
    Again(u32),
}

/// In the order of the recording; equal up to the prefix, they go into one message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Change<'a> {
    time: Timestamp,
    vantage: usize,
    tells: Tells<'a>,
    prefix: Prefix,
}

/// Writes the updates of one collector: every event's start and end as its vantage points tell them. Nothing is
/// written when there is nothing to tell. With `beats_until` one peer repeats a route of its table every twenty
/// minutes from the table on, so that silence is never missing data.
///
/// # Errors
/// When the output fails.
pub fn updates<W: Write>(
    ground: &Ground<'_>,
    events: &[&Planted],
    collector: usize,
    beats_until: Option<Timestamp>,
    output: W,
) -> io::Result<W> {
    let tables = ground.tables;
    let mut changes = Vec::new();
    for event in events {
        starts_and_ends(ground, event, collector, &mut changes);
    }
    if let Some((end, beat)) = beats_until.and_then(|end| Some((end, beat(ground, events, collector)?))) {
        let times = (tables.time.0..=end.0).step_by(BEAT_SECONDS as usize).chain([end.0]);
        changes.extend(times.map(|time| Change { time: Timestamp(time), ..beat }));
    }
    changes.sort_unstable();
    changes.dedup();
    let mut writer = Writer::new(output);
    for same in changes.chunk_by(|a, b| (a.time, a.vantage, a.tells) == (b.time, b.vantage, b.tells)) {
        // IPv4 and IPv6 go into messages of their own.
        for family in same.chunk_by(|a, b| a.prefix.family() == b.prefix.family()) {
            let prefixes: Vec<Prefix> = family.iter().map(|change| change.prefix).collect();
            let Change { time, vantage, tells, prefix } = family[0];
            let vantage = &ground.vantages[vantage];
            let session = session(tables, vantage);
            match tells {
                Tells::Nothing => writer.withdraw(time, &session, &prefixes)?,
                Tells::Again(route) => {
                    writer.announce(time, &session, &prefixes, &tables.routes[route as usize])?;
                }
                Tells::Path(path) => {
                    let Some(feed) = vantage.feeds[slot(prefix.family())] else { continue };
                    let route = Route {
                        origin: OriginCode::Igp,
                        path: AsPath::from_sequence(path.iter().copied()),
                        next_hop: feed.next_hop,
                        med: None,
                        local_pref: None,
                        communities: Vec::new(),
                        only_to_customer: None,
                    };
                    writer.announce(time, &session, &prefixes, &route)?;
                }
            }
        }
    }
    Ok(writer.into_inner())
}

fn starts_and_ends<'a>(
    ground: &Ground<'_>,
    event: &'a Planted,
    collector: usize,
    changes: &mut Vec<Change<'a>>,
) {
    let here = |vantage: usize| usize::from(ground.vantages[vantage].collector) == collector;
    for sight in event.sights.iter().filter(|sight| here(sight.vantage)) {
        let vantage = sight.vantage;
        let after = |time: Timestamp| Timestamp(time.0 + i64::from(sight.delay_seconds));
        for prefix in event.announced.iter().copied() {
            let tells = Tells::Path(&sight.path);
            changes.push(Change { time: after(event.span.start), vantage, tells, prefix });
            if !event.stays {
                let row = row_of(ground.tables, &ground.vantages[vantage], prefix);
                let tells = row.map_or(Tells::Nothing, |row| Tells::Again(row.route));
                changes.push(Change { time: after(event.span.end), vantage, tells, prefix });
            }
        }
    }
    for vantage in event.lost.iter().copied().filter(|vantage| here(*vantage)) {
        let had = |prefix: &Prefix| row_of(ground.tables, &ground.vantages[vantage], *prefix).is_some();
        changes.extend(event.announced.iter().copied().filter(had).map(|prefix| Change {
            time: event.span.start,
            vantage,
            tells: Tells::Nothing,
            prefix,
        }));
    }
}

/// A vantage point's own row of a prefix.
fn row_of<'a>(tables: &'a Tables, vantage: &Vantage, prefix: Prefix) -> Option<&'a Row> {
    tables.of(prefix).iter().find(|row| (row.collector, row.peer) == (vantage.collector, vantage.peer))
}

/// A route that nothing happens to, as the collector's first vantage point that has one tells it.
fn beat<'a>(ground: &Ground<'_>, events: &[&Planted], collector: usize) -> Option<Change<'a>> {
    let touched: BTreeSet<Prefix> = events.iter().flat_map(|e| e.announced.iter().copied()).collect();
    let untouched = |row: &&Row| usize::from(row.collector) == collector && !touched.contains(&row.prefix);
    let row = ground.tables.rows.iter().find(untouched)?;
    let its = |v: &Vantage| (v.collector, v.peer) == (row.collector, row.peer);
    let vantage = ground.vantages.iter().position(its)?;
    Some(Change { time: ground.tables.time, vantage, tells: Tells::Again(row.route), prefix: row.prefix })
}

fn session(tables: &Tables, vantage: &Vantage) -> Session {
    let peer = &tables.collectors[usize::from(vantage.collector)].peers[usize::from(vantage.peer)];
    let local_address = match peer.address {
        IpAddr::V4(_) => IpAddr::V4(COLLECTOR_V4),
        IpAddr::V6(_) => IpAddr::V6(COLLECTOR_V6),
    };
    Session {
        peer_address: peer.address,
        peer_asn: peer.asn,
        local_address,
        local_asn: COLLECTOR_ASN,
        interface: 0,
        local: false,
    }
}
