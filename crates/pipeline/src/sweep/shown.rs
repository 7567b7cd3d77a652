//! What one collector saw of one part of the address space, once everything has been said.

use routing::{Prefix, RouteSpan, Span, SpanEnd, Timestamp};

use super::held::{Held, Room, down, span};

/// Spans in short: those of one prefix that have all but peer and path in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shown<'a> {
    /// Indices of the peers.
    pub peers: &'a [u32],
    /// Indices of their paths.
    pub paths: &'a [u32],
    /// Index of the file whose record opened them.
    pub file: u32,
    /// From when to when.
    pub time: Span,
}

/// What one collector saw of one part, by prefix.
pub struct Rows {
    pub(super) collector: u16,
    pub(super) window: Span,
    pub(super) ending: Ending,
    pub(super) room: Room,
    /// Where any session went down.
    pub(super) downs: Option<Vec<Vec<(u32, Timestamp)>>>,
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
    pub fn shown(&self, index: usize, mut take: impl FnMut(Shown<'_>) -> bool) -> bool {
        let Room { rows, peers, paths, held, .. } = &self.room;
        let row = &rows[index];
        if !row.closed.is_empty() {
            return false;
        }
        let mut take = |of_all: &Held, peers: &[u32], paths: &[u32]| {
            let (held, end, _) = self.told_of(of_all);
            let whole = Span { start: held.since, end: end.max(held.since) };
            let file = held.file;
            whole.clip(self.window).is_none_or(|time| take(Shown { peers, paths, file, time }))
        };
        match row.told {
            Some(told) if self.downs.is_none() => {
                take(&told.of_all, &peers[told.range()], &paths[told.range()])
            }
            Some(told) => self.room.each_told(told).all(|held| take(&held, &[held.peer], &[held.path])),
            None => held[row.range()].iter().all(|held| take(held, &[held.peer], &[held.path])),
        }
    }

    /// What is held, with what befell it last, and when and why it ends.
    #[inline]
    fn told_of(&self, held: &Held) -> (Held, Timestamp, SpanEnd) {
        let held = self.ending.told_of(held);
        let (at, end) = self.ending.of(self.downs.as_deref().unwrap_or_default(), &held);
        (held, at, end)
    }

    /// Puts the spans of a prefix behind `out`: by peer, path identifier and time.
    pub fn spans(&self, index: usize, out: &mut Vec<RouteSpan>) {
        let row = &self.room.rows[index];
        let prefix = row.prefix;
        let from = out.len();
        out.extend_from_slice(&row.closed);
        let span = |held: &Held| {
            let (held, at, end) = self.told_of(held);
            span(self.collector, self.window, prefix, &held, at, end)
        };
        match row.told {
            Some(told) => out.extend(self.room.each_told(told).filter_map(|held| span(&held))),
            None => out.extend(self.room.held[row.range()].iter().filter_map(span)),
        }
        let key = |s: &RouteSpan| (s.peer, s.path_id, s.time, s.file, s.offset);
        if !out[from..].is_sorted_by_key(key) {
            out[from..].sort_unstable_by_key(key);
        }
    }
}

/// When what is still held ends.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    /// The data end.
    pub(super) end: Timestamp,
    /// It stood for a day.
    pub(super) day: Option<Day>,
    /// The day of what only a table told is over before.
    pub(super) expired: Option<Timestamp>,
}

/// The day that a table stood for: [`Command::Day`].
#[derive(Clone, Copy)]
pub(super) struct Day {
    pub(super) since: Option<Timestamp>,
}

impl Day {
    pub(super) fn tell(self, held: &mut Held) {
        held.estimated = true;
        held.table_only = true;
        if let Some(since) = self.since {
            held.since = held.since.min(since);
        }
    }
}

impl Ending {
    /// What is held, with what befell it last.
    #[inline]
    fn told_of(self, held: &Held) -> Held {
        let mut held = *held;
        if let Some(day) = self.day {
            day.tell(&mut held);
        }
        held
    }

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
