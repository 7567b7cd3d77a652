//! What the collectors of the demonstration world recorded, as MRT: *north* tables and updates, *south* tables
//! alone, *quay* tables and updates with several paths per route (ADD-PATH).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::collections::BTreeMap;
use std::io;

use bgp::mrt::write::{Entry, Route, Writer};
use bgp::mrt::{OriginCode, PeerEntry, Session};
use routing::{AsPath, Asn, Family, Prefix, Timestamp};

use super::announcements::{Announcements, Moment};
use super::table::{moment, rows, seconds};
use super::topology::From;
use super::{END, START};

const COLLECTORS: &str = include_str!("tables/collectors.txt");
const MISHAPS: &str = include_str!("tables/mishaps.txt");

/// Something is heard at least so often, or a collector would be silent and its data missing.
const BEAT_SECONDS: i64 = 50 * 60;
/// Route collectors' own number.
const COLLECTOR_ASN: u32 = 64_559;
/// Days of the month on which a new file of updates begins.
const FILE_DAYS: [u8; 3] = [1, 11, 21];
/// Days of the month on which a collector writes a table, with updates and without.
const TABLE_DAYS: [&[u8]; 2] = [&[1], &[8, 23]];
/// How many paths of a route are shown where several may be.
const PATHS_MAX: usize = 2;

/// A file's name and content.
pub type Recorded = (String, Vec<u8>);

/// A file of updates that is being written: its name, and the writer.
type Updates = (String, Writer<Vec<u8>>);

/// A peer of a collector.
struct Feed {
    entry: PeerEntry,
    /// Customers' routes alone.
    customers: bool,
}

/// What is to be done at a moment; of one moment in this order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A new file of updates begins.
    File,
    /// A beat.
    Beat,
    /// Something changes; the index of the moment.
    Change(usize),
    /// A session is lost.
    Down(u32),
    /// It is back.
    Up(u32),
    /// Nothing is recorded from here …
    Silence,
    /// … to here, where a table is written.
    Back,
    /// A damaged record.
    Spoilt,
    /// A table.
    Table,
}

/// Names of the collectors.
pub fn collectors() -> Vec<&'static str> {
    let mut all: Vec<&str> = rows(COLLECTORS).map(|[name, _, _]| name).collect();
    all.dedup();
    all
}

/// Every file of a collector.
pub fn recorded(collector: &'static str, announcements: &mut Announcements) -> io::Result<Vec<Recorded>> {
    let moments = announcements.moments();
    let steps = steps(collector, &moments);
    let mut recorder = Recorder {
        collector,
        feeds: feeds(collector),
        add_path: collector == "quay",
        prefixes: announcements.prefixes(),
        announcements,
        held: BTreeMap::new(),
        down: Vec::new(),
        files: Vec::new(),
        updates: None,
    };
    recorder.resynchronise(START, &mut None)?;
    let mut silent = false;
    for (at, step) in steps {
        match step {
            Step::Silence => silent = true,
            Step::Back => silent = false,
            _ => {}
        }
        if !silent {
            recorder.step(at, &step, &moments)?;
        }
    }
    recorder.end_file();
    let mut files = recorder.files;
    for [from, _, what, who, _] in rows(MISHAPS) {
        if what == "cut" && who == collector {
            let at = moment(from);
            let (year, month, day) = at.date().ymd();
            let last = format!("updates.{year}{month:02}{day:02}.mrt");
            let before = files.iter_mut().filter(|(name, _)| name.starts_with("updates.") && *name <= last);
            // One record more was being written; nothing else is lost.
            before.max().expect("a file holds the day").1.extend(&spoilt(at)[..40]);
        }
    }
    Ok(files)
}

fn feeds(collector: &str) -> Vec<Feed> {
    let place = collectors().iter().position(|c| *c == collector).expect("a collector") as u8;
    (0u8..)
        .zip(rows(COLLECTORS).filter(|row: &[&str; 3]| row[0] == collector))
        .map(|(i, [_, asn, feed])| {
            let address = Ipv4Addr::new(203, 0, 113, place * 16 + i + 1);
            let asn = Asn(asn.parse().expect("an ASN"));
            let entry = PeerEntry { bgp_id: address, address: IpAddr::V4(address), asn };
            Feed { entry, customers: feed == "customers" }
        })
        .collect()
}

fn steps(collector: &str, moments: &[Moment]) -> Vec<(Timestamp, Step)> {
    let mut all = Vec::new();
    let tables_only = collector == "south";
    let mut day = START.date();
    while day.start() < END {
        let (.., d) = day.ymd();
        if TABLE_DAYS[usize::from(tables_only)].contains(&d) {
            all.push((day.start(), Step::Table));
        }
        if !tables_only && FILE_DAYS.contains(&d) {
            all.push((day.start(), Step::File));
        }
        day = Timestamp(day.start().0 + 86_400).date();
    }
    if tables_only {
        return all;
    }
    let beats = (START.0..END.0).step_by(BEAT_SECONDS as usize).chain([END.0]);
    all.extend(beats.map(|t| (Timestamp(t), Step::Beat)));
    let within = |t: Timestamp| START < t && t < END;
    all.extend(
        moments.iter().enumerate().filter(|(_, m)| within(m.at)).map(|(i, m)| (m.at, Step::Change(i))),
    );
    for [from, lasts, what, _, asn] in rows(MISHAPS).filter(|row: &[&str; 5]| row[3] == collector) {
        let from = moment(from);
        let to = Timestamp(from.0 + seconds(lasts));
        let peer = || asn.parse().expect("an ASN");
        match what {
            "session" => all.extend([(from, Step::Down(peer())), (to, Step::Up(peer()))]),
            "silence" => all.extend([(from, Step::Silence), (to, Step::Back)]),
            "spoilt" => all.push((from, Step::Spoilt)),
            "cut" => {}
            other => panic!("nothing that can befall a collector: {other}"),
        }
    }
    all.sort();
    all
}

struct Recorder<'a> {
    collector: &'static str,
    feeds: Vec<Feed>,
    add_path: bool,
    prefixes: Vec<Prefix>,
    announcements: &'a mut Announcements,
    /// What each peer shows, by its place, prefix and path identifier.
    held: BTreeMap<(usize, Prefix, u32), AsPath>,
    down: Vec<u32>,
    files: Vec<Recorded>,
    updates: Option<Updates>,
}

impl Recorder<'_> {
    fn step(&mut self, at: Timestamp, step: &Step, moments: &[Moment]) -> io::Result<()> {
        let mut updates = self.updates.take();
        match step {
            Step::File => {
                self.updates = updates;
                self.end_file();
                let (year, month, day) = at.date().ymd();
                updates = Some((format!("updates.{year}{month:02}{day:02}.mrt"), Writer::new(Vec::new())));
            }
            Step::Beat => {
                let first = self.held.iter().find(|((peer, ..), _)| *peer == 0);
                let ((peer, prefix, id), path) = first.expect("the first peer shows something");
                let (key, path) = ((*peer, *prefix, *id), path.clone());
                self.announce(at, key, &path, &mut updates)?;
            }
            Step::Change(index) => {
                let moment = &moments[*index];
                for prefix in &moment.prefixes {
                    self.change(at, *prefix, moment.beginning, &mut updates)?;
                }
            }
            Step::Down(asn) => {
                self.down.push(*asn);
                self.session_change(at, *asn, (6, 1), &mut updates)?;
                let place = self.place(*asn);
                self.held.retain(|(peer, ..), _| *peer != place);
            }
            Step::Up(asn) => {
                self.down.retain(|down| down != asn);
                self.session_change(at, *asn, (5, 6), &mut updates)?;
                self.resynchronise(at, &mut updates)?;
            }
            Step::Back => {
                self.resynchronise(at, &mut None)?;
                self.table(at)?;
            }
            Step::Spoilt => {
                if let Some((_, writer)) = &mut updates {
                    let mut bytes = core::mem::replace(writer, Writer::new(Vec::new())).into_inner();
                    bytes.extend(spoilt(at));
                    *writer = Writer::new(bytes);
                }
            }
            Step::Table => {
                if updates.is_none() {
                    self.resynchronise(at, &mut None)?;
                }
                self.table(at)?;
            }
            Step::Silence => {}
        }
        self.updates = updates;
        Ok(())
    }

    fn end_file(&mut self) {
        self.files.extend(self.updates.take().map(|(name, writer)| (name, writer.into_inner())));
    }

    fn place(&self, asn: u32) -> usize {
        self.feeds.iter().position(|f| f.entry.asn.0 == asn).expect("a peer of this collector")
    }

    /// Everything anew, as it is at a moment.
    fn resynchronise(&mut self, at: Timestamp, updates: &mut Option<Updates>) -> io::Result<()> {
        for prefix in self.prefixes.clone() {
            self.change(at, prefix, false, updates)?;
        }
        Ok(())
    }

    /// What every peer shows of a prefix from now on.
    fn change(
        &mut self,
        at: Timestamp,
        prefix: Prefix,
        beginning: bool,
        updates: &mut Option<Updates>,
    ) -> io::Result<()> {
        for place in 0..self.feeds.len() {
            let Feed { entry, customers } = &self.feeds[place];
            if self.down.contains(&entry.asn.0) {
                continue;
            }
            let paths = self.announcements.paths(entry.asn.0, prefix, at, beginning, self.collector);
            let shown = |from: From| !customers || from <= From::Customer;
            let shown = paths.into_iter().take_while(|(from, _)| shown(*from)).map(|(_, path)| path);
            let shown: Vec<AsPath> = shown.take(if self.add_path { PATHS_MAX } else { 1 }).collect();
            for id in 0..PATHS_MAX as u32 {
                let key = (place, prefix, id);
                let old = self.held.get(&key);
                match shown.get(id as usize) {
                    new if new == old => {}
                    Some(new) => {
                        self.announce(at, key, new, updates)?;
                        self.held.insert(key, new.clone());
                    }
                    None => {
                        self.withdraw(at, key, updates)?;
                        self.held.remove(&key);
                    }
                }
            }
        }
        Ok(())
    }

    fn announce(
        &self,
        at: Timestamp,
        (place, prefix, id): (usize, Prefix, u32),
        path: &AsPath,
        updates: &mut Option<Updates>,
    ) -> io::Result<()> {
        let Some((_, writer)) = updates else { return Ok(()) };
        let peer = &self.feeds[place].entry;
        let route = route(peer, prefix.family(), path);
        if self.add_path {
            writer.announce_add_path(at, &session(peer), &[(id + 1, prefix)], &route)
        } else {
            writer.announce(at, &session(peer), &[prefix], &route)
        }
    }

    fn withdraw(
        &self,
        at: Timestamp,
        (place, prefix, id): (usize, Prefix, u32),
        updates: &mut Option<Updates>,
    ) -> io::Result<()> {
        let Some((_, writer)) = updates else { return Ok(()) };
        let session = session(&self.feeds[place].entry);
        if self.add_path {
            writer.withdraw_add_path(at, &session, &[(id + 1, prefix)])
        } else {
            writer.withdraw(at, &session, &[prefix])
        }
    }

    fn session_change(
        &self,
        at: Timestamp,
        asn: u32,
        (old, new): (u16, u16),
        updates: &mut Option<Updates>,
    ) -> io::Result<()> {
        let Some((_, writer)) = updates else { return Ok(()) };
        writer.state_change(at, &session(&self.feeds[self.place(asn)].entry), old, new)
    }

    /// A table of what is held.
    fn table(&mut self, at: Timestamp) -> io::Result<()> {
        let mut writer = Writer::new(Vec::new());
        let peers: Vec<PeerEntry> = self.feeds.iter().map(|f| f.entry).collect();
        writer.peer_index_table(at, Ipv4Addr::new(203, 0, 113, 254), self.collector, &peers)?;
        let mut by_prefix: BTreeMap<Prefix, Vec<(usize, u32, &AsPath)>> = BTreeMap::new();
        for ((place, prefix, id), path) in &self.held {
            by_prefix.entry(*prefix).or_default().push((*place, *id, path));
        }
        for (sequence, (prefix, rows)) in (0u32..).zip(by_prefix) {
            let routes: Vec<(usize, u32, Route)> = rows
                .into_iter()
                .map(|(place, id, path)| (place, id, route(&peers[place], prefix.family(), path)))
                .collect();
            let originated = Timestamp(at.0 - 3 * 86_400);
            let entry = |place: usize, route| Entry { peer_index: place as u16, originated, route };
            if self.add_path {
                let entries: Vec<(u32, Entry<'_>)> =
                    routes.iter().map(|(place, id, route)| (id + 1, entry(*place, route))).collect();
                writer.rib_add_path(at, sequence, prefix, &entries)?;
            } else {
                let entries: Vec<Entry<'_>> =
                    routes.iter().map(|(place, _, route)| entry(*place, route)).collect();
                writer.rib(at, sequence, prefix, &entries)?;
            }
        }
        let (year, month, day) = at.date().ymd();
        let second = at.second_of_day();
        let time = format!("{:02}{:02}", second / 3600, second / 60 % 60);
        self.files.push((format!("rib.{year}{month:02}{day:02}.{time}.mrt"), writer.into_inner()));
        Ok(())
    }
}

fn session(peer: &PeerEntry) -> Session {
    Session {
        peer_address: peer.address,
        peer_asn: peer.asn,
        local_address: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 254)),
        local_asn: Asn(COLLECTOR_ASN),
        interface: 0,
        local: false,
    }
}

fn route(peer: &PeerEntry, family: Family, path: &AsPath) -> Route {
    Route {
        origin: OriginCode::Igp,
        path: path.clone(),
        next_hop: match family {
            Family::V4 => peer.address,
            Family::V6 => IpAddr::V6(Ipv6Addr::from_bits(0x2001_0db8_ffff << 80 | u128::from(peer.asn.0))),
        },
        med: None,
        local_pref: None,
        communities: Vec::new(),
        only_to_customer: None,
    }
}

/// An UPDATE (BGP4MP_MESSAGE_AS4) in a frame that holds, whose inside is noise.
fn spoilt(at: Timestamp) -> Vec<u8> {
    let mut record = (at.0 as u32).to_be_bytes().to_vec();
    let noise = [0x55; 60];
    record.extend([0, 16, 0, 4]);
    record.extend((noise.len() as u32).to_be_bytes());
    record.extend(noise);
    record
}
