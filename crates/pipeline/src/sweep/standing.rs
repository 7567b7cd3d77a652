//! Where a sweep stands between two files, in octets: what a run that was killed goes on from.

use core::net::IpAddr;
use std::collections::BTreeMap;
use std::io;

use bgp::mrt::fault;
use routing::{Asn, Family, Fault, FaultCounts, FaultKind, Peer, Span, Timestamp};
use sha2::{Digest, Sha256};

use super::clock::{Clock, Command};
use super::journal::{Last, Piece, Shelf};
use super::{FileReport, STREAM_BROKEN, Sweep, varint};

/// What wrote it: a sweep that folds otherwise begins anew.
const FORM: &[u8] = b"sweep 4\n";

impl Sweep {
    /// Where it stands, once all that was read outlives a crash; with it the `reports` of the files read.
    ///
    /// # Errors
    ///
    /// When the shelf fails.
    pub fn standing(&mut self, reports: &[FileReport]) -> io::Result<Vec<u8>> {
        debug_assert!(!self.clock.in_table(), "a file is over");
        self.journal.sync()?;
        let mut out = Out(FORM.to_vec());
        out.span(self.window);
        out.time(self.from);
        self.clock.put(&mut out);
        out.option(self.beyond, |out, (time, table)| {
            out.time(time);
            out.flag(table);
        });
        let (octets, ends, marks) = self.paths.parts();
        out.octets(octets);
        out.list(ends, |out, end| out.number(u64::from(*end)));
        out.list(marks, |out, (path, mark)| {
            out.number(u64::from(*path));
            out.number(u64::from(mark.0));
        });
        let (pieces, last) = self.journal.standing();
        out.list(pieces, |out, pieces| {
            out.list(pieces, |out, piece| {
                out.number(piece.at);
                out.number(u64::from(piece.len));
            });
        });
        out.list(last, |out, last| {
            out.number(last.commands as u64);
            out.number(last.offset);
            out.signed(last.time);
        });
        out.list(reports, put_report);
        let digest = Sha256::digest(&out.0);
        out.0.extend_from_slice(&digest);
        Ok(out.0)
    }

    /// Goes on from where a sweep like this one stood. The reports of the files it had read, or `None` when
    /// `standing` is not whole, or of another month, beginning or rule, or when that were not as many as
    /// `files`: then nothing has changed. `files` are the numbers those files have now.
    ///
    /// # Errors
    ///
    /// When the shelf fails.
    pub fn resume(
        &mut self,
        standing: &[u8],
        files: &[u32],
        mut shelf: Box<dyn Shelf>,
        buffered_max: usize,
    ) -> io::Result<Option<Vec<FileReport>>> {
        let Some((said, digest)) = standing.split_last_chunk::<32>() else { return Ok(None) };
        if !said.starts_with(FORM) || *digest != *Sha256::digest(said) {
            return Ok(None);
        }
        let mut input = In(&said[FORM.len()..]);
        if input.span() != self.window
            || input.time() != self.from
            || input.signed() != self.clock.gap_seconds_max
        {
            return Ok(None);
        }
        let mut clock = Clock::take(&mut input, self.clock.gap_seconds_max);
        let read = clock.commands.iter_mut().filter_map(|command| match command {
            Command::File(number) => Some(number),
            _ => None,
        });
        let read: Vec<&mut u32> = read.collect();
        if read.len() != files.len() {
            return Ok(None);
        }
        read.into_iter().zip(files).for_each(|(number, file)| *number = *file);
        self.clock = clock;
        self.beyond = input.option(|input| (input.time(), input.flag()));
        let octets = input.octets().to_vec();
        let ends = input.list(|input| input.number() as u32);
        let marks = input.list(|input| (input.number() as u32, Asn(input.number() as u32)));
        self.paths = super::PathTable::from_parts(octets, ends, marks);
        let pieces =
            input.list(|input| input.list(|input| Piece { at: input.number(), len: input.number() as u32 }));
        let last = input.list(|input| Last {
            commands: input.number() as usize,
            offset: input.number(),
            time: input.signed(),
        });
        let reports = input.list(take_report);
        shelf.truncate(pieces.iter().flatten().map(|p: &Piece| u64::from(p.len)).sum())?;
        self.journal.shelve(shelf, buffered_max);
        self.journal.resume(pieces, last);
        Ok(Some(reports))
    }
}

impl Clock {
    fn put(&self, out: &mut Out) {
        out.signed(self.gap_seconds_max);
        out.list(&self.peers, |out, peer| {
            out.octets(&match peer.address {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            });
            out.number(u64::from(peer.asn.0));
            out.flag(peer.family == Family::V6);
        });
        out.list(&self.commands, put_command);
        out.option(self.now, Out::time);
        out.flag(self.tables_only);
        out.option(self.tables_only_until, Out::time);
        out.time(self.table_time);
        out.list(&self.coverage, |out, span| out.span(*span));
    }

    fn take(input: &mut In<'_>, gap_seconds_max: i64) -> Clock {
        let mut clock = Clock::new(gap_seconds_max);
        for peer in input.list(|input| {
            let address = input.octets();
            let address = match <[u8; 4]>::try_from(address) {
                Ok(four) => IpAddr::from(four),
                Err(_) => IpAddr::from(<[u8; 16]>::try_from(address).expect("an address was written")),
            };
            let asn = Asn(input.number() as u32);
            Peer { address, asn, family: if input.flag() { Family::V6 } else { Family::V4 } }
        }) {
            clock.peer(peer);
        }
        clock.commands = input.list(take_command);
        clock.now = input.option(In::time);
        clock.tables_only = input.flag();
        clock.tables_only_until = input.option(In::time);
        clock.table_time = input.time();
        clock.coverage = input.list(In::span);
        clock
    }
}

fn put_command(out: &mut Out, command: &Command) {
    match command {
        Command::File(file) => {
            out.number(0);
            out.number(u64::from(*file));
        }
        Command::Table(time) => {
            out.number(1);
            out.time(*time);
        }
        Command::TableEnd { time, listed } => {
            out.number(2);
            out.time(*time);
            out.list(listed, |out, peer| out.number(u64::from(*peer)));
        }
        Command::SessionDown { time, peer } => {
            out.number(3);
            out.time(*time);
            out.number(u64::from(*peer));
        }
        Command::Gap(time) => {
            out.number(4);
            out.time(*time);
        }
        Command::Estimated => out.number(5),
        Command::Day { since } => {
            out.number(6);
            out.option(*since, Out::time);
        }
        Command::Expired(time) => {
            out.number(7);
            out.time(*time);
        }
        Command::End(time) => {
            out.number(8);
            out.time(*time);
        }
    }
}

fn take_command(input: &mut In<'_>) -> Command {
    match input.number() {
        0 => Command::File(input.number() as u32),
        1 => Command::Table(input.time()),
        2 => Command::TableEnd { time: input.time(), listed: input.list(|input| input.number() as u32) },
        3 => Command::SessionDown { time: input.time(), peer: input.number() as u32 },
        4 => Command::Gap(input.time()),
        5 => Command::Estimated,
        6 => Command::Day { since: input.option(In::time) },
        7 => Command::Expired(input.time()),
        _ => Command::End(input.time()),
    }
}

fn put_report(out: &mut Out, report: &FileReport) {
    let FileReport { records, records_outside, elements, times, bytes, faults, later } = report;
    [records, records_outside, elements, bytes, later].iter().for_each(|number| out.number(**number));
    out.option(*times, |out, (first, last)| {
        out.time(first);
        out.time(last);
    });
    let counts: Vec<(&FaultKind, u64)> = faults.iter().collect();
    out.list(&counts, |out, (kind, count)| {
        out.octets(kind.code.as_bytes());
        out.number(*count);
    });
    out.list(faults.first(), |out, fault| {
        out.octets(fault.kind.code.as_bytes());
        out.number(fault.at);
        out.number(fault.extent);
        out.octets(fault.detail.as_bytes());
    });
}

fn take_report(input: &mut In<'_>) -> FileReport {
    let [records, records_outside, elements, bytes, later] = [(); 5].map(|()| input.number());
    let times = input.option(|input| (input.time(), input.time()));
    let counts: BTreeMap<FaultKind, u64> =
        input.list(|input| (kind_of(input.octets()), input.number())).into_iter().collect();
    let first = input.list(|input| Fault {
        kind: kind_of(input.octets()),
        at: input.number(),
        extent: input.number(),
        detail: String::from_utf8_lossy(input.octets()).into_owned(),
    });
    let faults = FaultCounts::from_parts(counts, first);
    FileReport { records, records_outside, elements, times, bytes, faults, later }
}

fn kind_of(code: &[u8]) -> FaultKind {
    let mut kinds = fault::ALL.iter().chain([&STREAM_BROKEN]);
    *kinds.find(|kind| kind.code.as_bytes() == code).expect("only kinds of the table are counted")
}

struct Out(Vec<u8>);

impl Out {
    fn number(&mut self, number: u64) {
        varint::put(&mut self.0, number);
    }

    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    fn time(&mut self, time: Timestamp) {
        self.signed(time.0);
    }

    fn span(&mut self, span: Span) {
        self.time(span.start);
        self.time(span.end);
    }

    fn flag(&mut self, flag: bool) {
        self.number(u64::from(flag));
    }

    fn octets(&mut self, octets: &[u8]) {
        self.number(octets.len() as u64);
        self.0.extend_from_slice(octets);
    }

    fn option<T>(&mut self, value: Option<T>, put: impl Fn(&mut Out, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            put(self, value);
        }
    }

    fn list<T>(&mut self, list: &[T], put: impl Fn(&mut Out, &T)) {
        self.number(list.len() as u64);
        list.iter().for_each(|item| put(self, item));
    }
}

/// What [`Out`] wrote; its digest has been verified.
struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn number(&mut self) -> u64 {
        varint::take(&mut self.0)
    }

    fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1) as i64 ^ -((number & 1) as i64)
    }

    fn time(&mut self) -> Timestamp {
        Timestamp(self.signed())
    }

    fn span(&mut self) -> Span {
        Span { start: self.time(), end: self.time() }
    }

    fn flag(&mut self) -> bool {
        self.number() != 0
    }

    fn octets(&mut self) -> &'a [u8] {
        let len = self.number() as usize;
        let (octets, rest) = self.0.split_at(len);
        self.0 = rest;
        octets
    }

    fn option<T>(&mut self, take: impl Fn(&mut In<'a>) -> T) -> Option<T> {
        self.flag().then(|| take(self))
    }

    fn list<T>(&mut self, take: impl Fn(&mut In<'a>) -> T) -> Vec<T> {
        (0..self.number()).map(|_| take(self)).collect()
    }
}
