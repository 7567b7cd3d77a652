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
    /// In the order of peer and path identifier.
    held: Vec<Held>,
    closed: Vec<RouteSpan>,
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
    rows: Vec<Row>,
    index: HashTable<u32>,
    current: Option<u32>,
    /// Per peer: when its session went down, by the number of commands given before.
    downs: Vec<Vec<(u32, Timestamp)>>,
}

fn hash(prefix: &Prefix) -> u64 {
    let mut hasher = FxHasher::default();
    prefix.hash(&mut hasher);
    hasher.finish()
}

impl<'a> Holding<'a> {
    pub fn new(collector: u16, window: Span, peers: usize, commands: &'a [Command]) -> Holding<'a> {
        Holding {
            collector,
            window,
            commands,
            done: 0,
            file: 0,
            table: 0,
            table_time: Timestamp(0),
            rows: Vec::new(),
            index: HashTable::new(),
            current: None,
            downs: vec![Vec::new(); peers],
        }
    }

    /// Takes in one thing that was said.
    #[inline]
    pub fn take(&mut self, said: Said) {
        match said {
            Said::Commands(given) => self.obey(given),
            Said::Row { prefix, peer, path_id, path, offset } => {
                self.put(self.table_time, prefix, (peer, path_id), path, offset);
            }
            Said::Announced { time, prefix, peer, path_id, path, offset } => {
                self.put(time, prefix, (peer, path_id), path, offset);
            }
            Said::Withdrawn { time, prefix, peer, path_id } => {
                self.withdraw(time, prefix, (peer, path_id));
            }
        }
    }

    /// The place of a prefix.
    #[inline]
    fn row(&mut self, prefix: Prefix) -> usize {
        if let Some(current) = self.current.filter(|&i| self.rows[i as usize].prefix == prefix) {
            return current as usize;
        }
        let rows = &mut self.rows;
        let key = hash(&prefix);
        let found = self.index.find(key, |&i| rows[i as usize].prefix == prefix);
        let place = match found {
            Some(&place) => place,
            None => {
                let new = u32::try_from(rows.len()).expect("fewer than 2^32 prefixes");
                rows.push(Row { prefix, held: Vec::new(), closed: Vec::new() });
                self.index.insert_unique(key, new, |&i| hash(&rows[i as usize].prefix));
                new
            }
        };
        self.current = Some(place);
        place as usize
    }

    fn put(&mut self, time: Timestamp, prefix: Prefix, key: (u32, u32), path: u32, offset: u64) {
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
        let place = self.row(prefix);
        let Holding { rows, downs, collector, window, .. } = self;
        let Row { held, closed, .. } = &mut rows[place];
        let close = |held: &Held, at, end| span(*collector, *window, prefix, held, at, end);
        match find(held, key) {
            Err(at) => held.insert(at, new),
            Ok(at) => {
                let old = &mut held[at];
                if let Some(down) = down(downs, old) {
                    closed.extend(close(old, down, SpanEnd::SessionDown));
                    *old = new;
                } else if old.path == path {
                    old.table = new.table;
                    old.table_only = false;
                } else {
                    closed.extend(close(old, time, SpanEnd::Replaced));
                    *old = new;
                }
            }
        }
    }

    fn withdraw(&mut self, time: Timestamp, prefix: Prefix, key: (u32, u32)) {
        let place = self.row(prefix);
        let Row { held, closed, .. } = &mut self.rows[place];
        if let Ok(at) = find(held, key) {
            let old = held.remove(at);
            let (at, end) = down(&self.downs, &old)
                .map_or((time, SpanEnd::Withdrawn), |down| (down, SpanEnd::SessionDown));
            closed.extend(span(self.collector, self.window, prefix, &old, at, end));
        }
    }

    /// Obeys the commands up to the `given`th.
    fn obey(&mut self, given: usize) {
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
                Command::Expired(time) => self.close(*time, command.end(), |h| h.table_only),
                Command::End(time) => self.close(*time, command.end(), |_| true),
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
        // What a lost session ended must not be changed any more.
        self.close(Timestamp(0), SpanEnd::DataEnd, |_| false);
        self.rows.iter_mut().flat_map(|row| &mut row.held).for_each(change);
    }

    /// Closes what `which` names at `at`, and all that a lost session ended before.
    fn close(&mut self, at: Timestamp, end: SpanEnd, which: impl Fn(&Held) -> bool) {
        let Holding { rows, downs, collector, window, .. } = self;
        for Row { prefix, held, closed } in rows {
            held.retain(|held| {
                let (at, end) = match down(downs, held) {
                    Some(down) => (down, SpanEnd::SessionDown),
                    None if which(held) => (at, end),
                    None => return true,
                };
                closed.extend(span(*collector, *window, *prefix, held, at, end));
                false
            });
        }
    }

    /// Everything has been said: the spans of each prefix, ascending.
    pub fn finish(mut self) -> Vec<(Prefix, Vec<RouteSpan>)> {
        self.obey(self.commands.len());
        let mut rows: Vec<(Prefix, Vec<RouteSpan>)> = self
            .rows
            .into_iter()
            .filter(|row| !row.closed.is_empty())
            .map(|r| (r.prefix, r.closed))
            .collect();
        rows.sort_unstable_by_key(|(prefix, _)| *prefix);
        for (_, spans) in &mut rows {
            let key = |s: &RouteSpan| (s.peer, s.path_id, s.time, s.file, s.offset);
            if !spans.is_sorted_by_key(key) {
                spans.sort_unstable_by_key(key);
            }
        }
        rows
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
