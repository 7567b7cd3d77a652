//! What a collector's files said, in their order, parted by address space: a few octets for each route, so that
//! a table of any size can be folded one part after the other.

use std::io;

use routing::{Family, Prefix, Timestamp};

use super::part::{PARTS, family_of, part_of};
use super::{column, varint};

/// Where what does not fit in memory is laid down.
pub trait Shelf: Send + Sync {
    /// Puts octets behind what is there.
    fn append(&mut self, octets: &[u8]) -> io::Result<()>;

    /// Reads octets that were put there, `at` octets behind the first.
    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()>;

    /// Forgets all but the first `octets`.
    fn truncate(&mut self, octets: u64) -> io::Result<()>;

    /// Sees to it that what was put there outlives a crash.
    fn sync(&mut self) -> io::Result<()>;
}

/// One thing that was said of a prefix.
#[derive(Clone, Copy, Debug)]
pub(super) enum Said<'a> {
    /// So many commands have been given; they come first.
    Commands(usize),
    /// The rows of a table's record.
    Rows { prefix: Prefix, offset: u64, rows: &'a TableRows },
    /// An announcement.
    Announced { time: Timestamp, prefix: Prefix, peer: u32, path_id: u32, path: u32, offset: u64 },
    /// A withdrawal.
    Withdrawn { time: Timestamp, prefix: Prefix, peer: u32, path_id: u32 },
}

/// The rows of a table's record.
#[derive(Default, PartialEq, Eq, Debug)]
pub(super) struct TableRows {
    pub peers: Vec<u32>,
    pub paths: Vec<u32>,
    /// Empty when all of them are 0.
    pub path_ids: Vec<u32>,
}

impl TableRows {
    #[inline]
    pub fn len(&self) -> usize {
        self.peers.len()
    }

    pub fn clear(&mut self) {
        self.peers.clear();
        self.paths.clear();
        self.path_ids.clear();
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, peer: u32, path_id: Option<u32>, path: u32) {
        self.peers.push(peer);
        self.paths.push(path);
        if let Some(path_id) = path_id {
            self.push_path_id(path_id);
        }
    }

    /// Those of one record all have one, or none has.
    #[inline(never)]
    fn push_path_id(&mut self, path_id: u32) {
        self.path_ids.push(path_id);
    }
}

const COMMANDS: u8 = 0;
const ROWS: u8 = 1;
const ANNOUNCED: u8 = 2;
const WITHDRAWN: u8 = 3;
const KIND: u8 = 3;
const WITH_PATH_ID: u8 = 4;

/// A stretch of the shelf that holds something of a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    pub at: u64,
    pub len: u32,
}

/// What later entries of a part are told against.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Last {
    pub commands: usize,
    pub offset: u64,
    pub time: i64,
}

/// The journal of one collector.
#[derive(Default)]
pub(super) struct Journal {
    buffers: Vec<Vec<u8>>,
    last: Vec<Last>,
    pieces: Vec<Vec<Piece>>,
    /// Records of tables since it was begun or gone on with.
    pub records: usize,
    shelved: u64,
    buffered: usize,
    buffered_max: usize,
    shelf: Option<Box<dyn Shelf>>,
}

impl Journal {
    pub fn new() -> Journal {
        Journal {
            buffers: vec![Vec::new(); PARTS],
            last: vec![Last::default(); PARTS],
            pieces: vec![Vec::new(); PARTS],
            buffered_max: usize::MAX,
            ..Journal::default()
        }
    }

    /// From now on no more than about `buffered_max` octets are held in memory.
    pub fn shelve(&mut self, shelf: Box<dyn Shelf>, buffered_max: usize) {
        self.shelf = Some(shelf);
        self.buffered_max = buffered_max;
    }

    /// Goes on where a journal stood whose pieces are on the shelf.
    pub fn resume(&mut self, pieces: Vec<Vec<Piece>>, last: Vec<Last>) {
        self.shelved = pieces.iter().flatten().map(|p| u64::from(p.len)).sum();
        (self.pieces, self.last) = (pieces, last);
    }

    /// Where it stands once everything is on the shelf: pieces, and what later entries are told against.
    pub fn standing(&self) -> (&[Vec<Piece>], &[Last]) {
        (&self.pieces, &self.last)
    }

    #[inline]
    fn begin(&mut self, prefix: &Prefix, commands: usize) -> (&mut Vec<u8>, &mut Last) {
        let part = part_of(prefix);
        let (out, last) = (&mut self.buffers[part], &mut self.last[part]);
        if last.commands != commands {
            out.push(COMMANDS);
            varint::put(out, commands as u64);
            last.commands = commands;
        }
        (out, last)
    }

    /// The rows of one record.
    #[inline]
    pub fn rows(
        &mut self,
        commands: usize,
        offset: u64,
        prefix: &Prefix,
        rows: &TableRows,
    ) -> io::Result<()> {
        if rows.len() == 0 {
            return Ok(());
        }
        self.records += 1;
        let (out, last) = self.begin(prefix, commands);
        let before = out.len();
        let path_ids = rows.path_ids.iter().any(|id| *id != 0);
        out.push(ROWS | if path_ids { WITH_PATH_ID } else { 0 });
        put_prefix(out, prefix);
        put_offset(out, last, offset);
        varint::put(out, rows.len() as u64);
        column::put(out, &rows.peers);
        column::put(out, &rows.paths);
        if path_ids {
            column::put(out, &rows.path_ids);
        }
        let more = out.len() - before;
        self.grown(more)
    }

    /// An announcement.
    pub fn announced(
        &mut self,
        commands: usize,
        offset: u64,
        time: Timestamp,
        prefix: &Prefix,
        (peer, path_id, path): (u32, u32, u32),
    ) -> io::Result<()> {
        let (out, last) = self.begin(prefix, commands);
        let before = out.len();
        out.push(ANNOUNCED | if path_id != 0 { WITH_PATH_ID } else { 0 });
        put_prefix(out, prefix);
        put_time(out, last, time);
        varint::put(out, u64::from(peer));
        if path_id != 0 {
            varint::put(out, u64::from(path_id));
        }
        varint::put(out, u64::from(path));
        put_offset(out, last, offset);
        let more = out.len() - before;
        self.grown(more)
    }

    /// A withdrawal.
    pub fn withdrawn(
        &mut self,
        commands: usize,
        time: Timestamp,
        prefix: &Prefix,
        (peer, path_id): (u32, u32),
    ) -> io::Result<()> {
        let (out, last) = self.begin(prefix, commands);
        let before = out.len();
        out.push(WITHDRAWN | if path_id != 0 { WITH_PATH_ID } else { 0 });
        put_prefix(out, prefix);
        put_time(out, last, time);
        varint::put(out, u64::from(peer));
        if path_id != 0 {
            varint::put(out, u64::from(path_id));
        }
        let more = out.len() - before;
        self.grown(more)
    }

    #[inline]
    fn grown(&mut self, octets: usize) -> io::Result<()> {
        self.buffered += octets;
        if self.buffered < self.buffered_max { Ok(()) } else { self.flush() }
    }

    /// Lays everything on the shelf, if there is one.
    pub fn flush(&mut self) -> io::Result<()> {
        let Some(shelf) = &mut self.shelf else { return Ok(()) };
        for (pieces, buffer) in self.pieces.iter_mut().zip(&mut self.buffers) {
            if buffer.is_empty() {
                continue;
            }
            let len = u32::try_from(buffer.len()).map_err(io::Error::other)?;
            shelf.append(buffer)?;
            pieces.push(Piece { at: self.shelved, len });
            self.shelved += u64::from(len);
            // A buffer that grew for one part of the table is wanted for another next.
            *buffer = Vec::new();
        }
        self.buffered = 0;
        Ok(())
    }

    /// Lays everything on the shelf, to outlive a crash.
    pub fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.shelf.as_mut().map_or(Ok(()), |shelf| shelf.sync())
    }

    /// True when nothing was ever said of the part.
    pub fn is_silent(&self, part: usize) -> bool {
        self.last[part] == Last::default()
    }

    /// Everything said of a part, in its order.
    pub fn replay(&self, part: usize, mut take: impl FnMut(Said<'_>)) -> io::Result<()> {
        let mut reading =
            Reading { last: Last::default(), family: family_of(part), rows: TableRows::default() };
        if let Some(shelf) = &self.shelf {
            let mut octets = Vec::new();
            for piece in &self.pieces[part] {
                octets.resize(piece.len as usize, 0);
                shelf.read(piece.at, &mut octets)?;
                reading.read(&octets, &mut take);
            }
        }
        reading.read(&self.buffers[part], &mut take);
        Ok(())
    }
}

fn put_prefix(out: &mut Vec<u8>, prefix: &Prefix) {
    out.push(prefix.len());
    let octets = prefix.bits().to_be_bytes();
    out.extend_from_slice(&octets[..usize::from(prefix.len()).div_ceil(8)]);
}

fn put_offset(out: &mut Vec<u8>, last: &mut Last, offset: u64) {
    // The next file begins anew: then the difference wraps.
    varint::put(out, offset.wrapping_sub(last.offset));
    last.offset = offset;
}

fn put_time(out: &mut Vec<u8>, last: &mut Last, time: Timestamp) {
    // The clock never steps back, but it may begin before 1970.
    varint::put(out, time.0.wrapping_sub(last.time) as u64);
    last.time = time.0;
}

struct Reading {
    last: Last,
    family: Family,
    rows: TableRows,
}

impl Reading {
    fn read(&mut self, mut input: &[u8], take: &mut impl FnMut(Said<'_>)) {
        while let Some((&kind, rest)) = input.split_first() {
            input = rest;
            let path_ids = kind & WITH_PATH_ID != 0;
            match kind & KIND {
                COMMANDS => {
                    self.last.commands = varint::take(&mut input) as usize;
                    take(Said::Commands(self.last.commands));
                }
                ROWS => {
                    let prefix = self.prefix(&mut input);
                    let offset = self.offset(&mut input);
                    let count = varint::take(&mut input) as usize;
                    let rows = &mut self.rows;
                    column::take(&mut input, count, &mut rows.peers);
                    column::take(&mut input, count, &mut rows.paths);
                    rows.path_ids.clear();
                    if path_ids {
                        column::take(&mut input, count, &mut rows.path_ids);
                    }
                    take(Said::Rows { prefix, offset, rows });
                }
                ANNOUNCED => {
                    let prefix = self.prefix(&mut input);
                    let time = self.time(&mut input);
                    let peer = varint::take_u32(&mut input);
                    let path_id = if path_ids { varint::take_u32(&mut input) } else { 0 };
                    let path = varint::take_u32(&mut input);
                    let offset = self.offset(&mut input);
                    take(Said::Announced { time, prefix, peer, path_id, path, offset });
                }
                _ => {
                    let prefix = self.prefix(&mut input);
                    let time = self.time(&mut input);
                    let peer = varint::take_u32(&mut input);
                    let path_id = if path_ids { varint::take_u32(&mut input) } else { 0 };
                    take(Said::Withdrawn { time, prefix, peer, path_id });
                }
            }
        }
    }

    #[inline]
    fn prefix(&self, input: &mut &[u8]) -> Prefix {
        let (&len, rest) = input.split_first().expect("a prefix was written here");
        let (octets, rest) = rest.split_at(usize::from(len).div_ceil(8));
        *input = rest;
        let mut bits = [0; 16];
        bits[..octets.len()].copy_from_slice(octets);
        Prefix::from_bits(self.family, u128::from_be_bytes(bits), len).expect("only prefixes were written")
    }

    fn offset(&mut self, input: &mut &[u8]) -> u64 {
        self.last.offset = self.last.offset.wrapping_add(varint::take(input));
        self.last.offset
    }

    fn time(&mut self, input: &mut &[u8]) -> Timestamp {
        self.last.time = self.last.time.wrapping_add(varint::take(input) as i64);
        Timestamp(self.last.time)
    }
}
