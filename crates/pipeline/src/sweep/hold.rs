//! What the peers of one collector hold in one part of the address space, and how that changes.

use core::hash::{Hash, Hasher};

use routing::{Prefix, Span, SpanEnd, Timestamp};
use rustc_hash::FxHasher;

use super::clock::Command;
use super::held::{Held, NOTHING, PART_IS_SMALL, Room, Row, Told, down, find, insert, span};
use super::journal::{Said, TableRows};
use super::shown::{Day, Ending, Rows};

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
    /// Per peer: when its session went down, by the number of commands given before.
    downs: Vec<Vec<(u32, Timestamp)>>,
    any_down: bool,
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
        room.peers.clear();
        room.paths.clear();
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
            ending: Ending { end: window.end, day: None, expired: None },
            room,
            current: None,
            downs: vec![Vec::new(); peers],
            any_down: false,
        }
    }

    /// Takes in one thing that was said.
    #[inline]
    pub fn take(&mut self, said: Said<'_>) {
        match said {
            Said::Commands(given) => self.obey(given, false),
            Said::Rows { prefix, offset, rows } => self.table_rows(prefix, offset, rows),
            Said::Announced { time, prefix, peer, path_id, path, offset } => {
                let place = self.row(prefix);
                self.room.part(place);
                let new = self.held(time, offset);
                self.put(place, Held { peer, path_id, path, ..new });
            }
            Said::Withdrawn { time, prefix, peer, path_id } => {
                self.withdraw(time, prefix, (peer, path_id));
            }
        }
    }

    /// Takes in the rows of a table's record.
    fn table_rows(&mut self, prefix: Prefix, offset: u64, said: &TableRows) {
        let place = self.row(prefix);
        let TableRows { peers, paths, path_ids } = said;
        let new = self.held(self.table_time, offset);
        let any_down = self.any_down;
        let Room { rows, peers: all_peers, paths: all_paths, .. } = &mut self.room;
        let row = &mut rows[place];
        // As most are: one row of each peer, in their order. The first of the prefix, or as the table before had them.
        if path_ids.is_empty() && peers.is_sorted_by(|a, b| a < b) {
            if let Some(told) = row.told.as_mut().filter(|_| !any_down)
                && all_peers[told.range()] == **peers
                && all_paths[told.range()] == **paths
            {
                told.of_all.table = new.table;
                told.of_all.table_only = false;
                return;
            }
            if row.told.is_none() && row.len == 0 {
                let at = u32::try_from(all_peers.len()).expect(PART_IS_SMALL);
                row.told = Some(Told { of_all: new, at, len: peers.len() as u32 });
                all_peers.extend_from_slice(peers);
                all_paths.extend_from_slice(paths);
                return;
            }
        }
        self.room.part(place);
        for (i, (&peer, &path)) in peers.iter().zip(paths).enumerate() {
            let path_id = path_ids.get(i).copied().unwrap_or(0);
            self.put(place, Held { peer, path_id, path, ..new });
        }
    }

    /// What is held from now on, of nobody yet.
    #[inline]
    fn held(&self, since: Timestamp, offset: u64) -> Held {
        Held { since, offset, file: self.file, commands: self.done as u32, table: self.table, ..NOTHING }
    }

    /// The place of a prefix.
    #[inline]
    fn row(&mut self, prefix: Prefix) -> usize {
        let Room { rows, index, .. } = &mut self.room;
        if let Some(current) = self.current.filter(|&i| rows[i as usize].prefix == prefix) {
            return current as usize;
        }
        let key = hash(&prefix);
        let found = index.find(key, |&i| rows[i as usize].prefix == prefix);
        let place = match found {
            Some(&place) => place,
            None => {
                let new = u32::try_from(rows.len()).expect("fewer than 2^32 prefixes");
                rows.push(Row { prefix, told: None, at: 0, len: 0, room: 0, closed: Vec::new() });
                index.insert_unique(key, new, |&i| hash(&rows[i as usize].prefix));
                new
            }
        };
        self.current = Some(place);
        place as usize
    }

    /// Takes up a route of a row that was parted.
    fn put(&mut self, place: usize, new: Held) {
        let Holding { room, downs, collector, window, .. } = self;
        let Room { rows, held, .. } = room;
        let row = &mut rows[place];
        let own = &mut held[row.range()];
        match find(own, (new.peer, new.path_id)) {
            Err(at) => insert(row, held, at, new),
            Ok(at) => {
                let old = &mut own[at];
                let close = |held: &Held, at, end| span(*collector, *window, row.prefix, held, at, end);
                if let Some(down) = down(downs, old) {
                    row.closed.extend(close(old, down, SpanEnd::SessionDown));
                    *old = new;
                } else if old.path == new.path {
                    old.table = new.table;
                    old.table_only = false;
                } else {
                    row.closed.extend(close(old, new.since, SpanEnd::Replaced));
                    *old = new;
                }
            }
        }
    }

    fn withdraw(&mut self, time: Timestamp, prefix: Prefix, key: (u32, u32)) {
        let place = self.row(prefix);
        self.room.part(place);
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
                    self.any_down = true;
                }
                Command::TableEnd { time, listed } => {
                    let mut in_table = vec![false; self.downs.len()];
                    listed.iter().for_each(|&peer| in_table[peer as usize] = true);
                    let table = self.table;
                    self.close(*time, command.end(), |h| h.table != table, |peer| in_table[peer as usize]);
                }
                Command::Gap(time) => self.close(*time, command.end(), |h| !h.table_only, |_| true),
                // Nothing befalls any more what is held: it is told of each when it is asked for.
                Command::Expired(time) if over && self.done + 2 >= given => {
                    self.ending.expired = Some(*time);
                }
                Command::Day { since } if over && is_last(&commands[self.done + 1..]) && !self.any_down => {
                    self.ending.day = Some(Day { since: *since });
                }
                Command::Expired(time) => self.close(*time, command.end(), |h| h.table_only, |_| true),
                Command::End(time) => self.ending.end = *time,
                Command::Estimated => self.each(|h| h.estimated = true),
                Command::Day { since } => self.each(|held| Day { since: *since }.tell(held)),
            }
            self.done += 1;
        }
    }

    fn each(&mut self, change: impl Fn(&mut Held)) {
        if self.any_down {
            // What a lost session ended must not be changed any more.
            self.close(Timestamp(0), SpanEnd::DataEnd, |_| false, |_| true);
        }
        let Room { rows, held, .. } = &mut self.room;
        for row in rows {
            row.told.iter_mut().for_each(|told| change(&mut told.of_all));
            held[row.range()].iter_mut().for_each(&change);
        }
    }

    /// Closes at `at` what `which` names, whoever holds it, of the peers that `whose` names; and all that a lost session
    /// ended before.
    fn close(
        &mut self,
        at: Timestamp,
        end: SpanEnd,
        which: impl Fn(&Held) -> bool,
        whose: impl Fn(u32) -> bool,
    ) {
        for place in 0..self.room.rows.len() {
            if let Some(told) = self.room.rows[place].told {
                if !self.any_down && !which(&told.of_all) {
                    continue;
                }
                self.room.part(place);
            }
            let Holding { room, downs, collector, window, .. } = self;
            let Room { rows, held, .. } = room;
            let row = &mut rows[place];
            let own = &mut held[row.range()];
            let mut kept = 0;
            for i in 0..own.len() {
                let (at, end) = match down(downs, &own[i]) {
                    Some(down) => (down, SpanEnd::SessionDown),
                    None if which(&own[i]) && whose(own[i].peer) => (at, end),
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
        let Holding { collector, window, mut room, downs, any_down, ending, .. } = self;
        let rows = &mut room.rows;
        if !rows.is_sorted_by_key(|row| row.prefix) {
            rows.sort_unstable_by_key(|row| row.prefix);
        }
        let downs = any_down.then_some(downs);
        Rows { collector, window, ending, room, downs }
    }
}

/// True when the data end behind a day that a table stood for, and nothing else happens.
fn is_last(behind: &[Command]) -> bool {
    behind.iter().all(|command| matches!(command, Command::Expired(_) | Command::End(_)))
}
