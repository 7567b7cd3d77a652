//! The streaming reader: finds records, one at a time, in memory bounded by the longest of them.

use std::io::{self, Read};

use routing::{Fault, Timestamp};

use super::classify::{Class, Kind, TABLE_DUMP_V2};
use super::fault::{self, Damage};
use super::peers::PeerTable;
use super::record::{self, Body, HEADER_BYTES, Header, Parsed, Record, Verified};

/// No record is longer than this, header excluded; a header that claims more is damaged. The tables of the
/// largest collectors have records of less than a hundredth of it.
pub const RECORD_BYTES_MAX: u32 = 16 << 20;

const READ_BYTES: usize = 256 << 10;

/// Reads the records of an MRT file from decompressed bytes.
///
/// A damaged record is reported as a [`Fault`] and passed over within its bounds; where its length leads
/// nowhere, the reader looks for the next record that holds (a known kind, a body that fits its length
/// exactly, another record or the end behind it, and a time within a day of a neighbour's), and the fault
/// tells how many bytes were left out.
pub struct Reader<R> {
    input: R,
    buffer: Vec<u8>,
    /// Where the unread bytes start and end in `buffer`.
    start: usize,
    end: usize,
    /// Offset of `start` in the file.
    offset: u64,
    at_end: bool,
    peers: PeerTable,
    /// Time of the record given out last.
    last_time: Option<Timestamp>,
}

/// What [`Reader::next`] finds.
#[derive(Debug)]
pub enum Item<'a> {
    /// A record.
    Record(Record<'a>),
    /// Bytes that had to be left out.
    Fault(Fault),
}

/// What stands at the start of the unread bytes.
pub(super) enum Step {
    /// A record, and what its verification found; `None` for a kind that is not read.
    Record(Header, Option<Verified>),
    Fault(Fault),
}

impl<R: Read> Reader<R> {
    /// A reader at the start of a file.
    pub fn new(input: R) -> Reader<R> {
        Reader {
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            offset: 0,
            at_end: false,
            peers: PeerTable::default(),
            last_time: None,
        }
    }

    /// Bytes given out so far, as records or as faults.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next record or fault; `None` at the end.
    ///
    /// # Errors
    /// When the input fails. What was read before is kept: a second call tries the input again.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> io::Result<Option<Item<'_>>> {
        let (header, verified) = match self.step()? {
            None => return Ok(None),
            Some(Step::Fault(fault)) => return Ok(Some(Item::Fault(fault))),
            Some(Step::Record(header, verified)) => (header, verified),
        };
        let offset = self.offset;
        let bytes = HEADER_BYTES + header.len as usize;
        let from = self.start + HEADER_BYTES;
        self.consume(bytes);
        let octets = &self.buffer[from..self.start];
        let (micros, body) = match verified {
            Some(Verified::Rib(rib, len)) => (0, Body::Rib(rib.attach(&octets[octets.len() - len..]))),
            Some(Verified::Other) => {
                let Parsed { micros, body, table } =
                    record::parse(header.kind, octets).expect("a step verifies what it takes for a record");
                if let Some(mut table) = table {
                    table.generation = self.peers.generation + 1;
                    self.peers = table;
                }
                (micros, body)
            }
            None => (0, Body::Ignored),
        };
        let Header { time, kind, .. } = header;
        self.last_time = Some(time);
        let record = Record { offset, bytes: bytes as u64, time, micros, kind, body, peers: &self.peers };
        Ok(Some(Item::Record(record)))
    }

    /// Looks at the start of the unread bytes. A record is left there, what a fault covers is consumed.
    fn step(&mut self) -> io::Result<Option<Step>> {
        if !self.has(HEADER_BYTES)? {
            let rest = self.end - self.start;
            if rest == 0 {
                return Ok(None);
            }
            return Ok(Some(self.skip(rest, Damage::new(fault::TRUNCATED_HEADER, format!("{rest} octets")))));
        }
        let header = self.header(0).expect("twelve octets are there");
        let bytes = HEADER_BYTES + header.len as usize;
        if header.len > RECORD_BYTES_MAX {
            let detail = format!("{} says {} octets", shown(header.kind), header.len);
            return self.resynchronise(1, Damage::new(fault::DAMAGED_HEADER, detail)).map(Some);
        }
        if !self.has(bytes)? {
            let detail = format!("{} of {} octets of {}", self.end - self.start, bytes, shown(header.kind));
            let damage = Damage::new(fault::TRUNCATED_RECORD, detail);
            return self.resynchronise(HEADER_BYTES, damage).map(Some);
        }
        let class = header.kind.class();
        let octets = &self.buffer[self.start + HEADER_BYTES..self.start + bytes];
        let damage = match class {
            Class::Routing => match record::verify(header.kind, octets) {
                Ok(verified) => return Ok(Some(Step::Record(header, Some(verified)))),
                Err(damage) => damage,
            },
            Class::Ignored => Damage::new(fault::DAMAGED_HEADER, shown(header.kind)),
            Class::Deprecated => Damage::new(fault::DEPRECATED_TYPE, shown(header.kind)),
            Class::Unknown => Damage::new(fault::UNKNOWN_TYPE, shown(header.kind)),
        };
        // Nothing but the length vouches for a record whose body is damaged or not read.
        if self.leads_on(bytes)? {
            if class == Class::Ignored {
                return Ok(Some(Step::Record(header, None)));
            }
            return Ok(Some(self.skip(bytes, damage)));
        }
        if class == Class::Routing {
            return self.resynchronise(HEADER_BYTES, damage).map(Some);
        }
        self.resynchronise(1, Damage { kind: fault::DAMAGED_HEADER, ..damage }).map(Some)
    }

    /// Passes over `bytes` octets as faulty.
    fn skip(&mut self, bytes: usize, damage: Damage) -> Step {
        self.forget_damaged_peers();
        let fault = Fault { kind: damage.kind, at: self.offset, extent: bytes as u64, detail: damage.detail };
        self.consume(bytes);
        Step::Fault(fault)
    }

    /// A damaged PEER_INDEX_TABLE must not leave the entries behind it to the peers of the one before.
    pub(super) fn forget_damaged_peers(&mut self) {
        if let Some(Kind { code: TABLE_DUMP_V2, subtype: 1 }) = self.header(0).map(|header| header.kind) {
            self.peers = PeerTable { generation: self.peers.generation + 1, ..PeerTable::default() };
        }
    }

    /// The header `ahead` octets behind the start, if it is in the buffer.
    pub(super) fn header(&self, ahead: usize) -> Option<Header> {
        Header::parse(self.buffer.get(self.start + ahead..self.end)?)
    }

    /// The unread octets from `ahead` to `ahead + len`, which must be in the buffer.
    pub(super) fn octets(&self, ahead: usize, len: usize) -> &[u8] {
        &self.buffer[self.start + ahead..self.start + ahead + len]
    }

    /// Time of the record given out last.
    pub(super) fn last_time(&self) -> Option<Timestamp> {
        self.last_time
    }

    /// Octets in the buffer.
    pub(super) fn buffered(&self) -> usize {
        self.end - self.start
    }

    pub(super) fn consume(&mut self, bytes: usize) {
        self.start += bytes;
        self.offset += bytes as u64;
    }

    /// Brings at least `bytes` unread octets into the buffer; false when the file ends before.
    #[inline]
    pub(super) fn has(&mut self, bytes: usize) -> io::Result<bool> {
        if self.end - self.start >= bytes {
            return Ok(true);
        }
        self.fill_to(bytes)
    }

    #[cold]
    #[inline(never)]
    fn fill_to(&mut self, bytes: usize) -> io::Result<bool> {
        while self.end - self.start < bytes {
            if self.at_end {
                return Ok(false);
            }
            self.fill()?;
        }
        Ok(true)
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.end + READ_BYTES {
            self.buffer.resize(self.end + READ_BYTES, 0);
        }
        match self.input.read(&mut self.buffer[self.end..]) {
            Ok(0) => self.at_end = true,
            Ok(read) => self.end += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

fn shown(kind: Kind) -> String {
    format!("type {} subtype {} {}", kind.code, kind.subtype, kind.name()).trim_end().to_owned()
}
