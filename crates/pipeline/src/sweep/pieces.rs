//! The order in which a collector's files are read.

use std::collections::BTreeSet;

use routing::{Span, Timestamp};

use super::Beginning;

/// All time.
pub const EVER: Span = Span { start: Timestamp(i64::MIN), end: Timestamp(i64::MAX) };

/// A collector's files in the order of what they hold, each with the time of which its records are to be taken in.
///
/// A file of updates that begins before a table, and is followed by no other before it, may go on beyond it: it comes
/// in pieces, the table between them, so that the table meets what was held at its time.
pub fn pieces<F: Clone>(files: impl IntoIterator<Item = (Beginning, F)>) -> Vec<(Beginning, F, Span)> {
    let mut files: Vec<(Beginning, F)> = files.into_iter().collect();
    files.sort_by_key(|(begin, _)| *begin);
    let times = |updates: bool| -> BTreeSet<Timestamp> {
        files.iter().filter(|(begin, _)| begin.updates == updates).map(|(begin, _)| begin.time).collect()
    };
    let (tables, updates) = (times(false), times(true));
    let mut pieces = Vec::with_capacity(files.len());
    for (begin, file) in files {
        let next = updates.iter().find(|time| **time > begin.time).copied().unwrap_or(EVER.end);
        let inside = tables.iter().copied().filter(|at| begin.updates && begin.time < *at && *at < next);
        let mut start = EVER.start;
        for end in inside.chain([EVER.end]) {
            pieces.push((
                Beginning { time: begin.time.max(start), ..begin },
                file.clone(),
                Span { start, end },
            ));
            start = end;
        }
    }
    pieces.sort_by_key(|(begin, ..)| *begin);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_stand_where_they_were_written() {
        let of = |name: &'static str, time: i64| {
            (Beginning { time: Timestamp(time), updates: name.starts_with('u') }, name)
        };
        let read = |files: &[(Beginning, &'static str)]| -> Vec<(&str, i64, i64)> {
            let pieces = pieces(files.iter().copied());
            pieces.into_iter().map(|(_, name, within)| (name, within.start.0, within.end.0)).collect()
        };
        const FROM: i64 = i64::MIN;
        const TO: i64 = i64::MAX;
        assert_eq!(
            read(&[of("u2", 90), of("t2", 50), of("u1", 5), of("t1", 10), of("t0", 0)]),
            [
                ("t0", FROM, TO),
                ("u1", FROM, 10),
                ("t1", FROM, TO),
                ("u1", 10, 50),
                ("t2", FROM, TO),
                ("u1", 50, TO),
                ("u2", FROM, TO),
            ]
        );
        // As archives cut them: what begins with the table is behind it, and nothing before it is cut.
        assert_eq!(
            read(&[of("u1", 0), of("u2", 10), of("t", 10)]),
            [("u1", FROM, TO), ("t", FROM, TO), ("u2", FROM, TO)]
        );
    }
}
