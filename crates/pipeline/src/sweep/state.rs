//! What each peer of a collector holds, and how tables, updates, silence and session loss change it.

use routing::{Peer, Prefix, RouteSpan, Span, SpanEnd, Timestamp};
use rustc_hash::FxHashMap;

/// A route a peer holds now.
#[derive(Clone, Copy)]
struct Held {
    since: Timestamp,
    path: u32,
    file: u32,
    offset: u64,
    /// The last table that showed it.
    table: u32,
    /// Start or continuity rests on tables alone.
    estimated: bool,
    /// Known from a table that no updates follow: lives until [`State::tables_only_until`].
    table_only: bool,
}

#[derive(Default)]
struct PeerRoutes {
    routes: FxHashMap<(Prefix, u32), Held>,
    /// The last table that listed this peer.
    listed: u32,
}

/// Where a record stands: file and byte offset.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// Index of the file.
    pub file: u32,
    /// Byte offset of the record in the decompressed file.
    pub offset: u64,
}

/// The routes of one collector's peers over time, and the spans already closed.
pub struct State {
    collector: u16,
    window: Span,
    gap_seconds_max: i64,
    peers: Vec<Peer>,
    peer_index: FxHashMap<Peer, u32>,
    held: Vec<PeerRoutes>,
    spans: Vec<RouteSpan>,
    clock: Option<Timestamp>,
    /// The stretch of data that ends at the clock began with a table and nothing but tables came since.
    tables_only: bool,
    tables_only_until: Option<Timestamp>,
    table: u32,
    table_time: Timestamp,
    table_families: [bool; 2],
    in_table: bool,
    table_damaged: bool,
    /// Stretches of known time.
    coverage: Vec<Span>,
}

impl State {
    /// An empty state. Spans are clipped to `window`; a silence longer than `gap_seconds_max` is missing
    /// data, not quiet.
    pub fn new(collector: u16, window: Span, gap_seconds_max: i64) -> State {
        State {
            collector,
            window,
            gap_seconds_max,
            peers: Vec::new(),
            peer_index: FxHashMap::default(),
            held: Vec::new(),
            spans: Vec::new(),
            clock: None,
            tables_only: false,
            tables_only_until: None,
            table: 0,
            table_time: Timestamp(0),
            table_families: [false; 2],
            in_table: false,
            table_damaged: false,
            coverage: Vec::new(),
        }
    }

    /// The index of a peer, given one if it is new.
    pub fn peer(&mut self, peer: Peer) -> u32 {
        *self.peer_index.entry(peer).or_insert_with(|| {
            self.peers.push(peer);
            self.held.push(PeerRoutes::default());
            u32::try_from(self.peers.len() - 1).expect("fewer than 2^32 peers")
        })
    }

    /// Moves the clock to `time`; a step back is ignored, because a collector writes in order up to the
    /// second and a file's small disorder must not make a span end before it starts.
    fn advance(&mut self, time: Timestamp, table: bool) -> Timestamp {
        let Some(clock) = self.clock else {
            self.clock = Some(time);
            self.tables_only = table;
            self.coverage.push(Span { start: time, end: time });
            return time;
        };
        let time = time.max(clock);
        if time.0 - clock.0 > self.gap_seconds_max {
            self.silence(clock, time, table);
        }
        if let Some(until) = self.tables_only_until.filter(|until| *until <= time) {
            self.expire(until);
        }
        self.tables_only &= table;
        let known = self.coverage.last_mut().expect("opened with the clock");
        known.end = known.end.max(time);
        self.clock = Some(time);
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
            // What a lone table told stands until its day ends all the same.
            self.close_where(from, SpanEnd::DataGap, |_, _, held| !held.table_only);
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
        self.each_held(|held| {
            held.estimated = true;
            held.table_only = true;
            if alone {
                held.since = held.since.min(before);
            }
        });
        self.tables_only_until = Some(day.end);
    }

    fn each_held(&mut self, mut change: impl FnMut(&mut Held)) {
        self.held.iter_mut().flat_map(|peer| peer.routes.values_mut()).for_each(&mut change);
    }

    /// Closes what only a table of an earlier day told.
    fn expire(&mut self, until: Timestamp) {
        self.tables_only_until = None;
        self.close_where(until, SpanEnd::TableOnly, |_, _, held| held.table_only);
    }

    fn close_all(&mut self, at: Timestamp, end: SpanEnd) {
        self.close_where(at, end, |_, _, _| true);
    }

    fn close_where(&mut self, at: Timestamp, end: SpanEnd, which: impl Fn(u32, &PeerFacts, &Held) -> bool) {
        for peer in 0..self.held.len() as u32 {
            let PeerRoutes { routes, listed } = &mut self.held[peer as usize];
            let about = PeerFacts { listed: *listed, family: self.peers[peer as usize].family as usize };
            let spans = &mut self.spans;
            let (collector, window) = (self.collector, self.window);
            routes.retain(|key, held| {
                let close = which(peer, &about, held);
                if close {
                    spans.extend(span(collector, window, peer, *key, held, at, end));
                }
                !close
            });
        }
    }

    /// An announcement: opens a span, and closes the one it replaces. The same path again changes nothing.
    pub fn announce(&mut self, time: Timestamp, peer: u32, prefix: Prefix, path_id: u32, path: u32, at: At) {
        let time = self.advance(time, false);
        self.end_table();
        self.put(time, peer, (prefix, path_id), path, at);
    }

    fn put(&mut self, time: Timestamp, peer: u32, key: (Prefix, u32), path: u32, at: At) {
        let new = Held {
            since: time,
            path,
            file: at.file,
            offset: at.offset,
            table: self.table,
            estimated: false,
            table_only: false,
        };
        let held = self.held[peer as usize].routes.entry(key).or_insert(new);
        if held.path == path {
            held.table = self.table;
            held.table_only = false;
            return;
        }
        let old = core::mem::replace(held, new);
        self.spans.extend(span(self.collector, self.window, peer, key, &old, time, SpanEnd::Replaced));
    }

    /// A withdrawal; of a route that is not held it changes nothing.
    pub fn withdraw(&mut self, time: Timestamp, peer: u32, prefix: Prefix, path_id: u32) {
        let time = self.advance(time, false);
        self.end_table();
        let key = (prefix, path_id);
        if let Some(old) = self.held[peer as usize].routes.remove(&key) {
            self.spans.extend(span(self.collector, self.window, peer, key, &old, time, SpanEnd::Withdrawn));
        }
    }

    /// A session went down: all its routes end.
    pub fn session_down(&mut self, time: Timestamp, peer: u32) {
        let time = self.advance(time, false);
        self.end_table();
        let routes = core::mem::take(&mut self.held[peer as usize].routes);
        let (collector, window) = (self.collector, self.window);
        self.spans.extend(
            routes
                .iter()
                .filter_map(|(k, h)| span(collector, window, peer, *k, h, time, SpanEnd::SessionDown)),
        );
    }

    /// Anything else was recorded: time is known to have passed.
    pub fn heard(&mut self, time: Timestamp) {
        self.advance(time, false);
    }

    /// A table begins. `listed` are the peers it says it holds.
    pub fn begin_table(&mut self, time: Timestamp, listed: impl IntoIterator<Item = Peer>) {
        self.end_table();
        self.advance_to_table(time);
        self.table += 1;
        self.table_families = [false; 2];
        self.in_table = true;
        self.table_damaged = false;
        for peer in listed {
            let index = self.peer(peer);
            self.held[index as usize].listed = self.table;
        }
    }

    /// Moves the clock to the beginning of a table. Where nothing but another table came before it, what was
    /// held in between is an estimate.
    fn advance_to_table(&mut self, time: Timestamp) {
        if self.tables_only && self.table_time < time {
            self.each_held(|held| held.estimated = true);
        }
        self.table_time = self.advance(time, true);
    }

    /// Something was recorded after the month. It is not taken in, but says whether what is held lasted until
    /// the month's end.
    pub fn pass_end(&mut self, time: Timestamp, table: bool) {
        self.end_table();
        if self.clock.is_some() && table {
            self.advance_to_table(time);
        } else if self.clock.is_some() {
            self.advance(time, false);
        }
    }

    /// True between [`State::begin_table`] and [`State::end_table`].
    pub fn in_table(&self) -> bool {
        self.in_table
    }

    /// Part of the current table could not be read.
    pub fn damage_table(&mut self) {
        self.table_damaged = true;
    }

    /// One row of the table.
    pub fn table_entry(
        &mut self,
        time: Timestamp,
        peer: u32,
        prefix: Prefix,
        path_id: u32,
        path: u32,
        at: At,
    ) {
        self.advance(time, true);
        self.held[peer as usize].listed = self.table;
        self.table_families[usize::from(self.peers[peer as usize].family == routing::Family::V6)] = true;
        self.put(self.table_time, peer, (prefix, path_id), path, at);
    }

    /// The table is over. Routes of its peers that it does not show are gone — but only when it was read
    /// whole: absence from a damaged table says nothing.
    pub fn end_table(&mut self) {
        if core::mem::take(&mut self.in_table) && !self.table_damaged {
            let (table, families, time) = (self.table, self.table_families, self.table_time);
            self.close_where(time, SpanEnd::AbsentFromTable, |_, peer, held| {
                held.table != table && peer.listed == table && families[usize::from(peer.family == 6)]
            });
        }
    }

    /// The data end. Returns the peers, the spans in no particular order, and the stretches of known time.
    pub fn finish(mut self) -> (Vec<Peer>, Vec<RouteSpan>, Vec<Span>) {
        self.end_table();
        if let Some(clock) = self.clock {
            if self.tables_only {
                self.stand_for_a_day(clock);
            }
            if let Some(until) = self.tables_only_until {
                self.expire(until);
            }
            self.close_all(clock, SpanEnd::DataEnd);
        }
        let window = self.window;
        let coverage = self.coverage.into_iter().filter_map(|c| c.clip(window)).collect();
        (self.peers, self.spans, coverage)
    }
}

/// What [`State::close_where`] tells about a peer.
struct PeerFacts {
    listed: u32,
    family: usize,
}

fn span(
    collector: u16,
    window: Span,
    peer: u32,
    (prefix, path_id): (Prefix, u32),
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
        peer,
        path_id,
        path: held.path,
        file: held.file,
        offset: held.offset,
        end: if whole.end > time.end { SpanEnd::DataEnd } else { end },
        estimated: held.estimated || end == SpanEnd::TableOnly,
    })
}
