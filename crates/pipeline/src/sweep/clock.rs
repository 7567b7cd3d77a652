//! What befalls all that a collector's peers hold: tables, silence, lost sessions. It depends on when records
//! were written and of what kind they are, not on what they say, and is told to every part as commands.

use routing::{Family, Peer, Span, SpanEnd, Timestamp};
use rustc_hash::FxHashMap;

/// Something that befalls what is held, whatever its prefix.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Command {
    /// What follows stands in this file.
    File(u32),
    /// A table begins.
    Table(Timestamp),
    /// A table that was read whole is over. Routes of the peers it lists, of the families it holds, that it does
    /// not show are gone since it began.
    TableEnd { time: Timestamp, listed: Vec<u32> },
    /// All routes of a peer end.
    SessionDown { time: Timestamp, peer: u32 },
    /// Data are missing from here on. What a lone table told stands until its day ends all the same.
    Gap(Timestamp),
    /// Nothing but another table came since: continuity is an estimate.
    Estimated,
    /// No updates follow the last table: it stands for its day, from `since` on when it is alone.
    Day { since: Option<Timestamp> },
    /// The day of what only a table told is over.
    Expired(Timestamp),
    /// The data end.
    End(Timestamp),
}

impl Command {
    /// Why the spans that it closes end.
    pub fn end(&self) -> SpanEnd {
        match self {
            Command::TableEnd { .. } => SpanEnd::AbsentFromTable,
            Command::SessionDown { .. } => SpanEnd::SessionDown,
            Command::Gap(_) => SpanEnd::DataGap,
            Command::Expired(_) => SpanEnd::TableOnly,
            _ => SpanEnd::DataEnd,
        }
    }
}

/// The time of a collector, its peers, and the commands so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Clock {
    pub gap_seconds_max: i64,
    pub peers: Vec<Peer>,
    pub commands: Vec<Command>,
    pub now: Option<Timestamp>,
    /// The stretch of data that ends now began with a table and nothing but tables came since.
    pub tables_only: bool,
    pub tables_only_until: Option<Timestamp>,
    pub table_time: Timestamp,
    table_families: [bool; 2],
    in_table: bool,
    table_damaged: bool,
    /// Per peer: the current table lists it.
    listed: Vec<bool>,
    /// Stretches of known time.
    pub coverage: Vec<Span>,
    peer_index: FxHashMap<Peer, u32>,
}

impl Clock {
    /// A silence longer than `gap_seconds_max` is missing data, not quiet.
    pub fn new(gap_seconds_max: i64) -> Clock {
        Clock {
            gap_seconds_max,
            peers: Vec::new(),
            commands: Vec::new(),
            now: None,
            tables_only: false,
            tables_only_until: None,
            table_time: Timestamp(0),
            table_families: [false; 2],
            in_table: false,
            table_damaged: false,
            listed: Vec::new(),
            coverage: Vec::new(),
            peer_index: FxHashMap::default(),
        }
    }

    /// The index of a peer, given one if it is new.
    pub fn peer(&mut self, peer: Peer) -> u32 {
        *self.peer_index.entry(peer).or_insert_with(|| {
            self.peers.push(peer);
            self.listed.push(false);
            u32::try_from(self.peers.len() - 1).expect("fewer than 2^32 peers")
        })
    }

    /// Moves to `time`; a step back is ignored, because a collector writes in order up to the second and a
    /// file's small disorder must not make a span end before it starts.
    fn advance(&mut self, time: Timestamp, table: bool) -> Timestamp {
        let Some(now) = self.now else {
            self.now = Some(time);
            self.tables_only = table;
            self.coverage.push(Span { start: time, end: time });
            return time;
        };
        let time = time.max(now);
        if time.0 - now.0 > self.gap_seconds_max {
            self.silence(now, time, table);
        }
        if let Some(until) = self.tables_only_until.filter(|until| *until <= time) {
            self.expire(until);
        }
        self.tables_only &= table;
        let known = self.coverage.last_mut().expect("opened with the clock");
        known.end = known.end.max(time);
        self.now = Some(time);
        time
    }

    /// Nothing was recorded between `from` and `to`, longer than a collector is ever quiet.
    fn silence(&mut self, from: Timestamp, to: Timestamp, next_is_table: bool) {
        if self.tables_only && next_is_table {
            // Tables alone: what one shows lasts until the next (FRAMEWORK §2), however long that is.
            return;
        }
        if self.tables_only {
            self.stand_for_a_day(from);
        } else {
            self.commands.push(Command::Gap(from));
        }
        self.tables_only = next_is_table;
        if self.coverage.last().is_none_or(|known| known.end < to) {
            self.coverage.push(Span { start: to, end: to });
        }
    }

    /// No updates follow the last table: alone it stands for its UTC day, and as the last of several it
    /// lasts until its day ends.
    fn stand_for_a_day(&mut self, table: Timestamp) {
        let day = table.date().span();
        // What was recorded before on the same day is known better.
        let before = self.coverage.iter().rev().nth(1).map_or(day.start, |known| known.end.max(day.start));
        let known = self.coverage.last_mut().expect("a table was read");
        let alone = known.start == self.table_time;
        if alone {
            known.start = known.start.min(before);
        }
        known.end = day.end;
        self.commands.push(Command::Day { since: alone.then_some(before) });
        self.tables_only_until = Some(day.end);
    }

    fn expire(&mut self, until: Timestamp) {
        self.tables_only_until = None;
        self.commands.push(Command::Expired(until));
    }

    /// A file begins.
    pub fn file(&mut self, file: u32) {
        self.commands.push(Command::File(file));
    }

    /// An update or anything else that is no part of a table was recorded. When that is held to have been.
    pub fn heard(&mut self, time: Timestamp) -> Timestamp {
        self.advance(time, false)
    }

    /// A session went down.
    pub fn session_down(&mut self, time: Timestamp, peer: u32) {
        let time = self.advance(time, false);
        self.end_table();
        self.commands.push(Command::SessionDown { time, peer });
    }

    /// A table begins. `listed` are the peers it says it holds.
    pub fn begin_table(&mut self, time: Timestamp, listed: impl IntoIterator<Item = Peer>) {
        self.end_table();
        self.advance_to_table(time);
        self.table_families = [false; 2];
        self.in_table = true;
        self.table_damaged = false;
        self.listed.fill(false);
        self.commands.push(Command::Table(self.table_time));
        for peer in listed {
            let index = self.peer(peer);
            self.listed[index as usize] = true;
        }
    }

    /// Moves to the beginning of a table. Where nothing but another table came before it, what was held in
    /// between is an estimate.
    fn advance_to_table(&mut self, time: Timestamp) {
        if self.tables_only && self.table_time < time {
            self.commands.push(Command::Estimated);
        }
        self.table_time = self.advance(time, true);
    }

    /// Something was recorded after the month. It is not taken in, but says whether what is held lasted until
    /// the month's end.
    pub fn pass_end(&mut self, time: Timestamp, table: bool) {
        self.end_table();
        if self.now.is_some() && table {
            self.advance_to_table(time);
        } else if self.now.is_some() {
            self.advance(time, false);
        }
    }

    /// True between [`Clock::begin_table`] and [`Clock::end_table`].
    pub fn in_table(&self) -> bool {
        self.in_table
    }

    /// Part of the current table could not be read.
    pub fn damage_table(&mut self) {
        self.table_damaged = true;
    }

    /// A record of the table.
    pub fn table_record(&mut self, time: Timestamp) {
        self.advance(time, true);
    }

    /// A row of the table's record.
    #[inline]
    pub fn table_row(&mut self, peer: u32, family: Family) {
        self.listed[peer as usize] = true;
        self.table_families[usize::from(family == Family::V6)] = true;
    }

    /// The table is over. Absence from a damaged one says nothing.
    pub fn end_table(&mut self) {
        if core::mem::take(&mut self.in_table) && !self.table_damaged {
            let families = self.table_families;
            let held = |peer: &Peer| families[usize::from(peer.family == Family::V6)];
            let all = (0u32..).zip(self.peers.iter().zip(&self.listed));
            let listed = all.filter(|(_, (peer, listed))| **listed && held(peer)).map(|(index, _)| index);
            let listed = listed.collect();
            self.commands.push(Command::TableEnd { time: self.table_time, listed });
        }
    }

    /// The data end.
    pub fn finish(&mut self) {
        self.end_table();
        if let Some(now) = self.now {
            if self.tables_only {
                self.stand_for_a_day(now);
            }
            if let Some(until) = self.tables_only_until {
                self.expire(until);
            }
            self.commands.push(Command::End(now));
        }
    }
}
