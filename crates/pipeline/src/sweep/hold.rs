//! What the peers of one collector hold in one part of the address space, and how that changes.

use core::hash::{Hash, Hasher};
use hashbrown::HashTable;
use routing::{Prefix, RouteSpan, Span, SpanEnd, Timestamp};
use rustc_hash::FxHasher;

use super::clock::Command;
use super::journal::Said;

/// A route a peer holds now.
#[derive(Clone, Copy)]
struct Held {
    peer: u32,
    path_id: u32,
    since: Timestamp,
    offset: u64,
    path: u32,
    file: u32,
    /// Commands given when it was taken up.
    commands: u32,
    /// The last table that showed it.
    table: u32,
    /// Start or continuity rests on tables alone.
    estimated: bool,
    /// Known from a table that no updates follow: lives until its day is over.
    table_only: bool,
}

/// Everything of one prefix.
struct Row {
    prefix: Prefix,
    /// Where its routes stand, in the order of peer and path identifier, and for how many there is room.
    at: u32,
    len: u32,
    room: u32,
    closed: Vec<RouteSpan>,
}

impl Row {
    fn range(&self) -> core::ops::Range<usize> {
        self.at as usize..(self.at + self.len) as usize
    }
}

/// The memory in which a part is folded, to be used for the next one again.
#[derive(Default)]
pub struct Room {
    rows: Vec<Row>,
    /// The routes of all rows.
    held: Vec<Held>,
    index: HashTable<u32>,
}

/// The state of one part of one collector.
pub(super) struct Holding<'a> {
    collector: u16,
    window: Span,
    commands: &'a [Command],
    done: usize,
    file: u32,
    table: u32,
    table_time: Timestamp,
    ending: Ending,
    room: Room,
    current: Option<u32>,
    /// Where the rows that follow belong, and where their record stands.
    place: usize,
    offset: u64,
    /// Per peer: when its session went down, by the number of commands given before.
    downs: Vec<Vec<(u32, Timestamp)>>,
}

fn hash(prefix: &Prefix) -> u64 {
    let mut hasher = FxHasher::default();
    prefix.hash(&mut hasher);
    hasher.finish()
}

impl<'a> Holding<'a> {
    pub fn new(
        (collector, window): (u16, Span),
        peers: usize,
        commands: &'a [Command],
        mut room: Room,
    ) -> Holding<'a> {
        room.rows.clear();
        room.held.clear();
        room.index.clear();
        Holding {
            collector,
            window,
            commands,
            done: 0,
            file: 0,
            table: 0,
            table_time: Timestamp(0),
            ending: Ending { end: window.end, expired: None },
            room,
            current: None,
            place: 0,
            offset: 0,
            downs: vec![Vec::new(); peers],
        }
    }

    /// Takes in one thing that was said.
    #[inline]
    pub fn take(&mut self, said: Said) {
        match said {
            Said::Commands(given) => self.obey(given, false),
            Said::Rows { prefix, rows, offset } => {
                self.offset = offset;
                self.place = self.row(prefix, rows);
            }
            Said::Row { peer, path_id, path } => {
                self.put(self.table_time, self.place, (peer, path_id), path, self.offset);
            }
            Said::Announced { time, prefix, peer, path_id, path, offset } => {
                let place = self.row(prefix, 1);
                self.put(time, place, (peer, path_id), path, offset);
            }
            Said::Withdrawn { time, prefix, peer, path_id } => {
                self.withdraw(time, prefix, (peer, path_id));
            }
        }
    }

    /// The place of a prefix. If it is new, there is room for so many routes.
    #[inline]
    fn row(&mut self, prefix: Prefix, routes: usize) -> usize {
        let Room { rows, held, index } = &mut self.room;
        if let Some(current) = self.current.filter(|&i| rows[i as usize].prefix == prefix) {
            return current as usize;
        }
        let key = hash(&prefix);
        let found = index.find(key, |&i| rows[i as usize].prefix == prefix);
        let place = match found {
            Some(&place) => place,
            None => {
                let new = u32::try_from(rows.len()).expect("fewer than 2^32 prefixes");
                let at = u32::try_from(held.len()).expect(PART_IS_SMALL);
                let room = u32::try_from(routes).expect(PART_IS_SMALL);
                held.resize(held.len() + routes, NOTHING);
                rows.push(Row { prefix, at, len: 0, room, closed: Vec::new() });
                index.insert_unique(key, new, |&i| hash(&rows[i as usize].prefix));
                new
            }
        };
        self.current = Some(place);
        place as usize
    }

    #[inline]
    fn put(&mut self, time: Timestamp, place: usize, key: (u32, u32), path: u32, offset: u64) {
        let new = Held {
            peer: key.0,
            path_id: key.1,
            since: time,
            offset,
            path,
            file: self.file,
            commands: self.done as u32,
            table: self.table,
            estimated: false,
            table_only: false,
        };
        let Holding { room, downs, collector, window, .. } = self;
        let Room { rows, held, .. } = room;
        let row = &mut rows[place];
        let own = &mut held[row.range()];
        match find(own, key) {
            Err(at) => insert(row, held, at, new),
            Ok(at) => {
                let old = &mut own[at];
                let close = |held: &Held, at, end| span(*collector, *window, row.prefix, held, at, end);
                if let Some(down) = down(downs, old) {
                    row.closed.extend(close(old, down, SpanEnd::SessionDown));
                    *old = new;
                } else if old.path == path {
                    old.table = new.table;
                    old.table_only = false;
                } else {
                    row.closed.extend(close(old, time, SpanEnd::Replaced));
                    *old = new;
                }
            }
        }
    }

    fn withdraw(&mut self, time: Timestamp, prefix: Prefix, key: (u32, u32)) {
        let place = self.row(prefix, 1);
        let Room { rows, held, .. } = &mut self.room;
        let row = &mut rows[place];
        let own = &mut held[row.range()];
        if let Ok(at) = find(own, key) {
            let old = own[at];
            own.copy_within(at + 1.., at);
            row.len -= 1;
            let (at, end) = down(&self.downs, &old)
                .map_or((time, SpanEnd::Withdrawn), |down| (down, SpanEnd::SessionDown));
            row.closed.extend(span(self.collector, self.window, prefix, &old, at, end));
        }
    }

    /// Obeys the commands up to the `given`th; `over` when nothing is said any more.
    fn obey(&mut self, given: usize, over: bool) {
        let commands = self.commands;
        for command in &commands[self.done..given] {
            match command {
                Command::File(file) => self.file = *file,
                Command::Table(time) => {
                    self.table += 1;
                    self.table_time = *time;
                }
                Command::SessionDown { time, peer } => {
                    self.downs[*peer as usize].push((self.done as u32, *time));
                }
                Command::TableEnd { time, listed } => {
                    let mut in_table = vec![false; self.downs.len()];
                    listed.iter().for_each(|&peer| in_table[peer as usize] = true);
                    let table = self.table;
                    self.close(*time, command.end(), |h| h.table != table && in_table[h.peer as usize]);
                }
                Command::Gap(time) => self.close(*time, command.end(), |h| !h.table_only),
                Command::Expired(time) if over && self.done + 2 >= given => {
                    // Nothing befalls any more what is held.
                    self.ending.expired = Some(*time);
                }
                Command::Expired(time) => self.close(*time, command.end(), |h| h.table_only),
                Command::End(time) => self.ending.end = *time,
                Command::Estimated => self.each(|h| h.estimated = true),
                Command::Day { since } => self.each(|h| {
                    h.estimated = true;
                    h.table_only = true;
                    if let Some(since) = since {
                        h.since = h.since.min(*since);
                    }
                }),
            }
            self.done += 1;
        }
    }

    fn each(&mut self, change: impl Fn(&mut Held)) {
        if self.downs.iter().any(|downs| !downs.is_empty()) {
            // What a lost session ended must not be changed any more.
            self.close(Timestamp(0), SpanEnd::DataEnd, |_| false);
        }
        let Room { rows, held, .. } = &mut self.room;
        for row in rows {
            held[row.range()].iter_mut().for_each(&change);
        }
    }

    /// Closes what `which` names at `at`, and all that a lost session ended before.
    fn close(&mut self, at: Timestamp, end: SpanEnd, which: impl Fn(&Held) -> bool) {
        let Holding { room, downs, collector, window, .. } = self;
        let Room { rows, held, .. } = room;
        for row in rows {
            let own = &mut held[row.range()];
            let mut kept = 0;
            for i in 0..own.len() {
                let (at, end) = match down(downs, &own[i]) {
                    Some(down) => (down, SpanEnd::SessionDown),
                    None if which(&own[i]) => (at, end),
                    None => {
                        if kept < i {
                            own[kept] = own[i];
                        }
                        kept += 1;
                        continue;
                    }
                };
                row.closed.extend(span(*collector, *window, row.prefix, &own[i], at, end));
            }
            row.len = kept as u32;
        }
    }

    /// Everything has been said.
    pub fn finish(mut self) -> Rows {
        self.obey(self.commands.len(), true);
        let Holding { collector, window, mut room, downs, ending, .. } = self;
        let rows = &mut room.rows;
        if !rows.is_sorted_by_key(|row| row.prefix) {
            rows.sort_unstable_by_key(|row| row.prefix);
        }
        Rows { collector, window, ending, room, downs }
    }
}

/// A span in short.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Index of the peer.
    pub peer: u32,
    /// Index of the path.
    pub path: u32,
    /// Index of the file whose record opened it.
    pub file: u32,
    /// From when to when.
    pub time: Span,
}

/// What one collector saw of one part, by prefix.
pub struct Rows {
    collector: u16,
    window: Span,
    ending: Ending,
    room: Room,
    downs: Vec<Vec<(u32, Timestamp)>>,
}

impl Rows {
    /// Number of prefixes.
    pub fn len(&self) -> usize {
        self.room.rows.len()
    }

    /// True when nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.room.rows.is_empty()
    }

    /// The prefix at `index`; they ascend.
    pub fn prefix(&self, index: usize) -> Prefix {
        self.room.rows[index].prefix
    }

    /// The memory, for the next part.
    pub fn into_room(self) -> Room {
        self.room
    }

    /// Index of the collector.
    pub fn collector(&self) -> u16 {
        self.collector
    }

    /// Gives every span of a prefix in short, in the order of peers, as long as `take` says so;
    /// false when it did not, or when the spans have to be asked for because not all of them last to the end.
    #[inline]
    pub fn shown(&self, index: usize, mut take: impl FnMut(Shown) -> bool) -> bool {
        let row = &self.room.rows[index];
        row.closed.is_empty()
            && self.room.held[row.range()].iter().all(|held| {
                let (end, _) = self.ending.of(&self.downs, held);
                let whole = Span { start: held.since, end: end.max(held.since) };
                let Held { peer, path, file, .. } = *held;
                whole.clip(self.window).is_none_or(|time| take(Shown { peer, path, file, time }))
            })
    }

    /// Puts the spans of a prefix behind `out`: by peer, path identifier and time.
    pub fn spans(&self, index: usize, out: &mut Vec<RouteSpan>) {
        let row = &self.room.rows[index];
        let prefix = row.prefix;
        let from = out.len();
        out.extend_from_slice(&row.closed);
        out.extend(self.room.held[row.range()].iter().filter_map(|held| {
            let (at, end) = self.ending.of(&self.downs, held);
            span(self.collector, self.window, prefix, held, at, end)
        }));
        let key = |s: &RouteSpan| (s.peer, s.path_id, s.time, s.file, s.offset);
        if !out[from..].is_sorted_by_key(key) {
            out[from..].sort_unstable_by_key(key);
        }
    }
}

/// When what is still held ends.
#[derive(Clone, Copy)]
struct Ending {
    /// The data end.
    end: Timestamp,
    /// The day of what only a table told is over before.
    expired: Option<Timestamp>,
}

impl Ending {
    #[inline]
    fn of(self, downs: &[Vec<(u32, Timestamp)>], held: &Held) -> (Timestamp, SpanEnd) {
        if let Some(down) = down(downs, held) {
            return (down, SpanEnd::SessionDown);
        }
        match self.expired.filter(|_| held.table_only) {
            Some(expired) => (expired, SpanEnd::TableOnly),
            None => (self.end, SpanEnd::DataEnd),
        }
    }
}

/// When a session loss ended a route that is still listed.
#[inline]
fn down(downs: &[Vec<(u32, Timestamp)>], held: &Held) -> Option<Timestamp> {
    let downs = &downs[held.peer as usize];
    if downs.is_empty() {
        return None;
    }
    let before = downs.partition_point(|(commands, _)| *commands < held.commands);
    downs.get(before).map(|(_, time)| *time)
}

/// Why numbers of a part fit into 32 bits.
const PART_IS_SMALL: &str = "fewer than 2^32 routes in one part of the table";

/// What stands in room that is not taken.
const NOTHING: Held = Held {
    peer: 0,
    path_id: 0,
    since: Timestamp(0),
    offset: 0,
    path: 0,
    file: 0,
    commands: 0,
    table: 0,
    estimated: false,
    table_only: false,
};

/// Puts a route into its row, which moves to where there is room when it has none left.
#[inline]
fn insert(row: &mut Row, held: &mut Vec<Held>, at: usize, new: Held) {
    if row.len == row.room {
        let range = row.range();
        row.at = u32::try_from(held.len()).expect(PART_IS_SMALL);
        row.room = (row.room * 2).max(4);
        held.extend_from_within(range);
        held.resize((row.at + row.room) as usize, NOTHING);
    }
    row.len += 1;
    let own = &mut held[row.range()];
    let last = own.len() - 1;
    if at < last {
        own.copy_within(at..last, at + 1);
    }
    own[at] = new;
}

/// The place of a peer's route. Rows of a table come in the order of peers: then it is behind the last.
#[inline]
fn find(held: &[Held], key: (u32, u32)) -> Result<usize, usize> {
    match held.last() {
        None => Err(0),
        Some(last) if (last.peer, last.path_id) < key => Err(held.len()),
        Some(_) => held.binary_search_by_key(&key, |held| (held.peer, held.path_id)),
    }
}

fn span(
    collector: u16,
    window: Span,
    prefix: Prefix,
    held: &Held,
    at: Timestamp,
    end: SpanEnd,
) -> Option<RouteSpan> {
    let whole = Span { start: held.since, end: at.max(held.since) };
    let time = whole.clip(window)?;
    Some(RouteSpan {
        prefix,
        time,
        collector,
        peer: held.peer,
        path_id: held.path_id,
        path: held.path,
        file: held.file,
        offset: held.offset,
        end: if whole.end > time.end { SpanEnd::DataEnd } else { end },
        estimated: held.estimated || end == SpanEnd::TableOnly,
    })
}
