//! One collector's files, in time order, folded into spans: who saw which route from when to when.
//!
//! First every file is read once, and what it says goes into a journal that is parted by address space. Then
//! each part is folded by itself: no more of the table is in memory than its parts that are being folded.

mod clock;
mod column;
mod held;
mod hold;
mod journal;
mod part;
mod paths;
mod pieces;
mod rows;
mod shown;
mod standing;
#[cfg(test)]
mod tests;
mod varint;

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bgp::mrt::{Body, Item, Reader, Record, Safi};
use routing::{Family, Fault, FaultCounts, FaultKind, Peer, RouteSpan, Span, Timestamp};

use clock::Clock;
pub use held::Room;
use hold::Holding;
use journal::Journal;
pub use journal::Shelf;
pub use part::{PARTS, part_of};
pub use paths::PathTable;
pub use pieces::{EVER, pieces};
use rows::{KnownRows, Taken};
pub use shown::{Rows, Shown};

/// The stream under a file broke off: a damaged archive, or the disk.
const STREAM_BROKEN: FaultKind = FaultKind {
    code: "stream-broken",
    meaning: "the file cannot be read or decompressed further; what follows is missing",
    rule: "",
    skipped: true,
};

/// Those who watch are told of so many elements at once.
const TOLD_EVERY: u64 = 10_000;

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
    /// Records that are not counted above because they were written after the time to be taken in.
    pub later: u64,
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

impl FileReport {
    /// Adds what another piece of the same file held.
    pub fn merge(&mut self, other: FileReport) {
        self.records += other.records;
        self.records_outside += other.records_outside;
        self.elements += other.elements;
        self.times = match (self.times, other.times) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (one, None) | (None, one) => one,
        };
        self.bytes = self.bytes.max(other.bytes);
    }
}

/// The fold over one collector's files.
pub struct Sweep {
    clock: Clock,
    journal: Journal,
    paths: PathTable,
    known: KnownRows,
    from: Timestamp,
    window: Span,
    /// The record after the month that no record of the month follows: its time, and whether it is a table's.
    beyond: Option<(Timestamp, bool)>,
    /// Where elements are counted for those who watch.
    counter: Option<Arc<AtomicU64>>,
}

/// What a collector saw in the month.
pub struct Swept {
    /// Its peers; spans name them by index.
    pub peers: Vec<Peer>,
    /// Every distinct path; spans name them by index.
    pub paths: PathTable,
    /// Stretches of known time.
    pub coverage: Vec<Span>,
    /// Its spans, part by part.
    pub recording: Recording,
}

/// What a collector saw, to be folded into spans part by part.
#[derive(Default)]
pub struct Recording {
    commands: Vec<clock::Command>,
    journal: Journal,
    peers: usize,
    window: Option<Span>,
}

impl Sweep {
    /// A fold for the month `window`. Records before `from` — the collector's last table before the month,
    /// or the month's first second — and records after the month are counted and ignored; of the latter the
    /// first tells that what is held then lasted until the month's end.
    pub fn new(window: Span, from: Timestamp, gap_seconds_max: i64) -> Sweep {
        Sweep {
            clock: Clock::new(gap_seconds_max),
            journal: Journal::new(),
            paths: PathTable::default(),
            known: KnownRows::default(),
            from,
            window,
            beyond: None,
            counter: None,
        }
    }

    /// Lays down what was read on `shelf` whenever it is more than about `buffered_max` octets. Without this,
    /// everything stays in memory.
    pub fn shelving(mut self, shelf: Box<dyn Shelf>, buffered_max: usize) -> Sweep {
        self.journal.shelve(shelf, buffered_max);
        self
    }

    /// Counts elements in `counter` while they are read.
    pub fn counting(mut self, counter: Arc<AtomicU64>) -> Sweep {
        self.counter = Some(counter);
        self
    }

    /// Takes in one file. Files come in the order of their [`Beginning`]. A file that breaks off is
    /// reported and what came before the break is kept.
    ///
    /// # Errors
    ///
    /// When the shelf fails.
    pub fn read(&mut self, file: u32, input: impl Read) -> io::Result<FileReport> {
        self.read_within(file, input, EVER)
    }

    /// As [`Sweep::read`], but takes in only the records written `within`: a file of updates that goes on beyond a
    /// later table is read in pieces, with the table between them, so that the table meets what was held at its time.
    ///
    /// # Errors
    ///
    /// When the shelf fails.
    pub fn read_within(&mut self, file: u32, input: impl Read, within: Span) -> io::Result<FileReport> {
        let mut report = FileReport::default();
        let mut reader = Reader::new(input);
        self.clock.file(file);
        self.known.forget_peers();
        let mut told = 0;
        loop {
            if report.elements - told >= TOLD_EVERY {
                self.tell(report.elements - told);
                told = report.elements;
            }
            match reader.next() {
                Ok(None) => break,
                Ok(Some(Item::Fault(fault))) => self.fault(fault, &mut report),
                Ok(Some(Item::Record(record))) if !within.contains(record.time) => {
                    report.later += u64::from(record.time >= within.end);
                }
                Ok(Some(Item::Record(record))) => self.record(&record, &mut report)?,
                Err(error) => {
                    let at = reader.offset();
                    let fault = Fault { kind: STREAM_BROKEN, at, extent: 0, detail: error.to_string() };
                    self.fault(fault, &mut report);
                    break;
                }
            }
        }
        self.tell(report.elements - told);
        report.bytes = reader.offset();
        self.clock.end_table();
        Ok(report)
    }

    fn tell(&self, elements: u64) {
        if let Some(counter) = &self.counter {
            counter.fetch_add(elements, Ordering::Relaxed);
        }
    }

    fn fault(&mut self, fault: Fault, report: &mut FileReport) {
        if fault.kind.skipped {
            self.clock.damage_table();
        }
        report.faults.push(fault);
    }

    fn record(&mut self, record: &Record<'_>, report: &mut FileReport) -> io::Result<()> {
        report.records += 1;
        let times = report.times.get_or_insert((record.time, record.time));
        *times = (times.0.min(record.time), times.1.max(record.time));
        let time = record.time;
        if time < self.from || time >= self.window.end {
            report.records_outside += 1;
            if time >= self.window.end {
                self.beyond.get_or_insert((time, is_table(&record.body)));
            }
            return Ok(());
        }
        self.beyond = None;
        match &record.body {
            Body::PeerIndexTable => {
                let listed = record.peers.peers.iter().flat_map(|p| {
                    [Family::V4, Family::V6].map(|family| Peer { address: p.address, asn: p.asn, family })
                });
                self.clock.begin_table(time, listed);
                self.known.forget_peers();
            }
            Body::Rib(_) | Body::TableDump(_) => return self.table_record(record, report),
            Body::Update(_) => return self.update(record, report),
            Body::StateChange(change) if change.is_down() => {
                for family in [Family::V4, Family::V6] {
                    let session = &change.session;
                    let peer = Peer { address: session.peer_address, asn: session.peer_asn, family };
                    let peer = self.clock.peer(peer);
                    self.clock.session_down(time, peer);
                }
            }
            Body::StateChange(_) | Body::OtherMessage(_) => {
                self.clock.heard(time);
            }
            Body::Ignored => {}
        }
        Ok(())
    }

    fn table_record(&mut self, record: &Record<'_>, report: &mut FileReport) -> io::Result<()> {
        let Sweep { clock, journal, paths, known, .. } = self;
        if !clock.in_table() {
            clock.begin_table(record.time, []);
            known.forget_peers();
        }
        let Some(Taken { prefix, rows, damaged }) = known.read(record, paths, clock, report) else {
            return Ok(());
        };
        if rows.len() > 0 {
            clock.table_record(record.time);
            journal.rows(clock.commands.len(), record.offset, &prefix, rows)?;
        }
        if damaged {
            clock.damage_table();
        }
        Ok(())
    }

    fn update(&mut self, record: &Record<'_>, report: &mut FileReport) -> io::Result<()> {
        let Sweep { clock, journal, paths, .. } = self;
        let time = clock.heard(record.time);
        let mut damaged = false;
        let mut shelved = Ok(());
        let FileReport { elements, faults, .. } = report;
        let mut fault = |fault: Fault| {
            damaged |= fault.kind.skipped;
            faults.push(fault);
        };
        record.elements(&mut fault, |element| {
            if element.safi != Safi::Unicast || element.local || shelved.is_err() {
                return;
            }
            *elements += 1;
            clock.end_table();
            let prefix = &element.prefix;
            let peer = Peer { address: element.peer_address, asn: element.peer_asn, family: prefix.family() };
            let peer = clock.peer(peer);
            let path_id = element.path_id.unwrap_or(0);
            let commands = clock.commands.len();
            shelved = match element.route {
                None => journal.withdrawn(commands, time, prefix, (peer, path_id)),
                Some(route) => {
                    let path = paths.intern_marked(route.path(), route.only_to_customer);
                    journal.announced(commands, record.offset, time, prefix, (peer, path_id, path))
                }
            };
        });
        if damaged {
            clock.damage_table();
        }
        shelved
    }

    /// The data end.
    ///
    /// # Errors
    ///
    /// When the shelf fails.
    pub fn finish(mut self) -> io::Result<Swept> {
        if let Some((time, table)) = self.beyond {
            self.clock.pass_end(time, table);
        }
        self.clock.finish();
        self.journal.flush()?;
        self.paths.close();
        let Clock { peers, commands, coverage, .. } = self.clock;
        let window = self.window;
        let coverage = coverage.into_iter().filter_map(|c| c.clip(window)).collect();
        let recording =
            Recording { commands, journal: self.journal, peers: peers.len(), window: Some(window) };
        Ok(Swept { peers, paths: self.paths, coverage, recording })
    }
}

impl Recording {
    /// The files that were read and hold a table, by their numbers.
    pub fn tables(&self) -> Vec<u32> {
        let mut file = None;
        let mut tables = Vec::new();
        for command in &self.commands {
            match command {
                clock::Command::File(number) => file = Some(*number),
                clock::Command::Table(_) => tables.extend(file.take()),
                _ => {}
            }
        }
        tables
    }

    /// About how many prefixes a table holds, for whoever makes room for them; 0 when that is not known.
    pub fn prefixes_about(&self) -> usize {
        self.journal.records / self.tables().len().max(1)
    }

    /// The files that were read, by their numbers.
    pub fn files(&self) -> impl Iterator<Item = u32> {
        self.commands.iter().filter_map(|command| match command {
            clock::Command::File(file) => Some(*file),
            _ => None,
        })
    }

    /// What was seen of one part, folded in `room`, which comes back when nothing was. `collector` is what its
    /// spans say of where they come from.
    ///
    /// # Errors
    ///
    /// When the shelf fails.
    pub fn rows(&self, part: usize, collector: u16, room: Room) -> io::Result<Result<Rows, Room>> {
        let Some(window) = self.window.filter(|_| !self.journal.is_silent(part)) else {
            return Ok(Err(room));
        };
        let mut holding = Holding::new((collector, window), self.peers, &self.commands, room);
        self.journal.replay(part, |said| holding.take(said))?;
        Ok(Ok(holding.finish()))
    }

    /// The spans of all parts: by prefix, peer, path identifier and time.
    ///
    /// # Errors
    ///
    /// When the shelf fails.
    pub fn all_spans(&self, collector: u16) -> io::Result<Vec<RouteSpan>> {
        let mut all = Vec::new();
        for part in 0..PARTS {
            if let Ok(rows) = self.rows(part, collector, Room::default())? {
                (0..rows.len()).for_each(|row| rows.spans(row, &mut all));
            }
        }
        Ok(all)
    }
}
