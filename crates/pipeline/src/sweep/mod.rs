//! One collector's files, in time order, folded into spans: who saw which route from when to when.

mod paths;
mod rows;
mod state;
#[cfg(test)]
mod tests;

use std::io::Read;

use bgp::mrt::{Body, Item, Reader, Record, Safi};
use routing::{Family, Fault, FaultCounts, FaultKind, Peer, RouteSpan, Span, Timestamp};

pub use paths::PathTable;
use rows::KnownRows;
use state::{At, State};

/// The stream under a file broke off: a damaged archive, or the disk.
const STREAM_BROKEN: FaultKind = FaultKind {
    code: "stream-broken",
    meaning: "the file cannot be read or decompressed further; what follows is missing",
    rule: "",
    skipped: true,
};

/// What one file held.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// Records read, whatever they hold.
    pub records: u64,
    /// Of them, records outside the month, which were ignored.
    pub records_outside: u64,
    /// Announced and withdrawn prefixes taken in.
    pub elements: u64,
    /// Time of the first and of the last record.
    pub times: Option<(Timestamp, Timestamp)>,
    /// Bytes after decompression.
    pub bytes: u64,
    /// What was wrong.
    pub faults: FaultCounts,
}

/// When a file begins and whether with a table: what its place among a collector's files depends on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Beginning {
    /// Time of the first record.
    pub time: Timestamp,
    /// False for a table, so that a table sorts before updates of the same second.
    pub updates: bool,
}

/// Reads just enough of a file to know where it belongs. `None`: there is no readable record.
pub fn beginning(input: impl Read) -> Option<Beginning> {
    let mut reader = Reader::new(input);
    while let Ok(Some(item)) = reader.next() {
        if let Item::Record(record) = item {
            return Some(Beginning { time: record.time, updates: !is_table(&record.body) });
        }
    }
    None
}

fn is_table(body: &Body<'_>) -> bool {
    matches!(body, Body::PeerIndexTable | Body::Rib(_) | Body::TableDump(_))
}

/// The fold over one collector's files.
pub struct Sweep {
    state: State,
    paths: PathTable,
    known: KnownRows,
    from: Timestamp,
    window: Span,
    /// The record after the month that no record of the month follows: its time, and whether it is a table's.
    beyond: Option<(Timestamp, bool)>,
}

/// What a collector saw in the month.
pub struct Swept {
    /// Its peers; spans name them by index.
    pub peers: Vec<Peer>,
    /// The spans, in no particular order.
    pub spans: Vec<RouteSpan>,
    /// Every distinct path; spans name them by index.
    pub paths: PathTable,
    /// Stretches of known time.
    pub coverage: Vec<Span>,
}

impl Sweep {
    /// A fold for the month `window`. Records before `from` — the collector's last table before the month,
    /// or the month's first second — and records after the month are counted and ignored; of the latter the
    /// first tells that what is held then lasted until the month's end.
    pub fn new(collector: u16, window: Span, from: Timestamp, gap_seconds_max: i64) -> Sweep {
        let state = State::new(collector, window, gap_seconds_max);
        Sweep { state, paths: PathTable::default(), known: KnownRows::default(), from, window, beyond: None }
    }

    /// Takes in one file. Files come in the order of their [`Beginning`]. A file that breaks off is
    /// reported and what came before the break is kept.
    pub fn read(&mut self, file: u32, input: impl Read) -> FileReport {
        let mut report = FileReport::default();
        let mut reader = Reader::new(input);
        loop {
            match reader.next() {
                Ok(None) => break,
                Ok(Some(Item::Fault(fault))) => self.fault(fault, &mut report),
                Ok(Some(Item::Record(record))) => self.record(file, &record, &mut report),
                Err(error) => {
                    let at = reader.offset();
                    let fault = Fault { kind: STREAM_BROKEN, at, extent: 0, detail: error.to_string() };
                    self.fault(fault, &mut report);
                    break;
                }
            }
        }
        report.bytes = reader.offset();
        self.state.end_table();
        report
    }

    fn fault(&mut self, fault: Fault, report: &mut FileReport) {
        if fault.kind.skipped {
            self.state.damage_table();
        }
        report.faults.push(fault);
    }

    fn record(&mut self, file: u32, record: &Record<'_>, report: &mut FileReport) {
        report.records += 1;
        let times = report.times.get_or_insert((record.time, record.time));
        *times = (times.0.min(record.time), times.1.max(record.time));
        let time = record.time;
        if time < self.from || time >= self.window.end {
            report.records_outside += 1;
            if time >= self.window.end {
                self.beyond.get_or_insert((time, is_table(&record.body)));
            }
            return;
        }
        self.beyond = None;
        match &record.body {
            Body::PeerIndexTable => {
                let listed = record.peers.peers.iter().flat_map(|p| {
                    [Family::V4, Family::V6].map(|family| Peer { address: p.address, asn: p.asn, family })
                });
                self.state.begin_table(time, listed);
            }
            Body::Rib(_) | Body::TableDump(_) => {
                if !self.state.in_table() {
                    self.state.begin_table(time, []);
                }
                let at = At { file, offset: record.offset };
                let damaged = self.known.read(record, at, &mut self.paths, &mut self.state, report);
                if damaged {
                    self.state.damage_table();
                }
            }
            Body::Update(_) => {
                self.state.heard(time);
                self.update(file, record, report);
            }
            Body::StateChange(change) if change.is_down() => {
                for family in [Family::V4, Family::V6] {
                    let session = &change.session;
                    let peer = Peer { address: session.peer_address, asn: session.peer_asn, family };
                    let peer = self.state.peer(peer);
                    self.state.session_down(time, peer);
                }
            }
            Body::StateChange(_) | Body::OtherMessage(_) => self.state.heard(time),
            Body::Ignored => {}
        }
    }

    fn update(&mut self, file: u32, record: &Record<'_>, report: &mut FileReport) {
        let Sweep { state, paths, .. } = self;
        let at = At { file, offset: record.offset };
        let mut damaged = false;
        let faults = &mut report.faults;
        let mut fault = |fault: Fault| {
            damaged |= fault.kind.skipped;
            faults.push(fault);
        };
        record.elements(&mut fault, |element| {
            if element.safi != Safi::Unicast || element.local {
                return;
            }
            report.elements += 1;
            let family = element.prefix.family();
            let peer = state.peer(Peer { address: element.peer_address, asn: element.peer_asn, family });
            let path_id = element.path_id.unwrap_or(0);
            match element.route {
                None => state.withdraw(element.time, peer, element.prefix, path_id),
                Some(route) => {
                    let path = paths.intern(route.path());
                    state.announce(element.time, peer, element.prefix, path_id, path, at);
                }
            }
        });
        if damaged {
            self.state.damage_table();
        }
    }

    /// The data end.
    pub fn finish(mut self) -> Swept {
        if let Some((time, table)) = self.beyond {
            self.state.pass_end(time, table);
        }
        let (peers, spans, coverage) = self.state.finish();
        Swept { peers, spans, paths: self.paths, coverage }
    }
}
