//! What is held of one part of the address space, laid down close together.

use hashbrown::HashTable;
use routing::{Prefix, RouteSpan, Span, SpanEnd, Timestamp};

/// A route a peer holds now.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) peer: u32,
    pub(super) path_id: u32,
    pub(super) since: Timestamp,
    pub(super) offset: u64,
    pub(super) path: u32,
    pub(super) file: u32,
    /// Commands given when it was taken up.
    pub(super) commands: u32,
    /// The last table that showed it.
    pub(super) table: u32,
    /// Start or continuity rests on tables alone.
    pub(super) estimated: bool,
    /// Known from a table that no updates follow: lives until its day is over.
    pub(super) table_only: bool,
}

/// Everything of one prefix.
pub(super) struct Row {
    pub(super) prefix: Prefix,
    /// What one record of a table told, as long as nothing else befell any of it. Then there are no other routes.
    pub(super) told: Option<Told>,
    /// Where its routes stand, in the order of peer and path identifier, and for how many there is room.
    pub(super) at: u32,
    pub(super) len: u32,
    pub(super) room: u32,
    pub(super) closed: Vec<RouteSpan>,
}

/// Routes of one record, one of each peer: what they have in common, and where their peers and paths stand.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) of_all: Held,
    pub(super) at: u32,
    pub(super) len: u32,
}

impl Told {
    pub(super) fn range(&self) -> core::ops::Range<usize> {
        self.at as usize..(self.at + self.len) as usize
    }
}

impl Row {
    pub(super) fn range(&self) -> core::ops::Range<usize> {
        self.at as usize..(self.at + self.len) as usize
    }
}

/// The memory in which a part is folded, to be used for the next one again.
#[derive(Default)]
pub struct Room {
    pub(super) rows: Vec<Row>,
    /// Peers and paths of what was told at once.
    pub(super) peers: Vec<u32>,
    pub(super) paths: Vec<u32>,
    /// The routes of all other rows.
    pub(super) held: Vec<Held>,
    pub(super) index: HashTable<u32>,
}

impl Room {
    /// What was told at once of a row.
    pub(super) fn each_told(&self, told: Told) -> impl Iterator<Item = Held> {
        let both = self.peers[told.range()].iter().zip(&self.paths[told.range()]);
        both.map(move |(&peer, &path)| Held { peer, path, ..told.of_all })
    }

    /// From now on the routes of a row have each their own fate.
    pub(super) fn part(&mut self, place: usize) {
        if let Some(told) = self.rows[place].told.take() {
            let (at, len) = (u32::try_from(self.held.len()).expect(PART_IS_SMALL), told.len);
            let Room { peers, paths, held, .. } = self;
            let both = peers[told.range()].iter().zip(&paths[told.range()]);
            held.extend(both.map(|(&peer, &path)| Held { peer, path, ..told.of_all }));
            let row = &mut self.rows[place];
            (row.at, row.len, row.room) = (at, len, len);
        }
    }
}

/// When a session loss ended a route that is still listed.
#[inline]
pub(super) fn down(downs: &[Vec<(u32, Timestamp)>], held: &Held) -> Option<Timestamp> {
    // None where no session went down.
    let downs = downs.get(held.peer as usize).filter(|downs| !downs.is_empty())?;
    let before = downs.partition_point(|(commands, _)| *commands < held.commands);
    downs.get(before).map(|(_, time)| *time)
}

/// Why numbers of a part fit into 32 bits.
pub(super) const PART_IS_SMALL: &str = "fewer than 2^32 routes in one part of the table";

/// What stands in room that is not taken.
pub(super) const NOTHING: Held = Held {
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
pub(super) fn insert(row: &mut Row, held: &mut Vec<Held>, at: usize, new: Held) {
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
pub(super) fn find(held: &[Held], key: (u32, u32)) -> Result<usize, usize> {
    match held.last() {
        None => Err(0),
        Some(last) if (last.peer, last.path_id) < key => Err(held.len()),
        Some(_) => held.binary_search_by_key(&key, |held| (held.peer, held.path_id)),
    }
}

pub(super) fn span(
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
