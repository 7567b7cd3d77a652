use std::collections::{BTreeMap, BTreeSet};

use store::{EventRow, ReplayRoute, ReplayRow};

use super::registered;

/// A route held at some moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Held<'a> {
    pub(super) prefix: u8,
    pub(super) collector: &'a str,
    pub(super) path: &'a str,
}

/// What one peer changed at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Change<'a> {
    pub(super) prefix: u8,
    pub(super) peer: u32,
    pub(super) before: Option<&'a str>,
    pub(super) after: Option<&'a str>,
    /// Why the one before ended, where none came after.
    pub(super) because: &'a str,
}

/// A replay as a row of moments at which something changed: a route, or what is registered for one.
pub(super) struct States<'a> {
    row: &'a ReplayRow,
    event: (i64, i64),
    /// Moments of change, ascending.
    moments: Vec<i64>,
}

/// Before and after an event a replay looks this far, in seconds.
const MARGIN_SECONDS: i64 = 3600;

impl<'a> States<'a> {
    pub(super) fn new(row: &'a ReplayRow, event: &EventRow) -> States<'a> {
        let (begin, end) =
            (event.start.saturating_sub(MARGIN_SECONDS), event.end.saturating_add(MARGIN_SECONDS));
        let end = row.until.map_or(end, |until| end.min(until - 1));
        let edges = row.routes.iter().flat_map(|ReplayRoute(_, _, _, _, start, end, _)| [*start, *end]);
        let moments: BTreeSet<i64> =
            edges.chain(registered::moments(row)).filter(|at| *at > begin && *at <= end).collect();
        States { row, event: (event.start, event.end), moments: moments.into_iter().collect() }
    }

    /// How many moments of change there are.
    pub(super) fn changes(&self) -> usize {
        self.moments.len()
    }

    /// The moment of a step; that of step 0 lies before every change.
    pub(super) fn moment(&self, step: usize) -> i64 {
        match step.checked_sub(1).and_then(|i| self.moments.get(i)) {
            Some(at) => *at,
            None => self.moments.first().map_or(self.event.0, |first| first - 1),
        }
    }

    /// The first step inside the event.
    pub(super) fn first_inside(&self) -> usize {
        let place = self.moments.iter().position(|at| *at >= self.event.0);
        place.map_or(0, |place| place + 1)
    }

    /// What was held at a moment.
    pub(super) fn at(&self, at: i64) -> Vec<Held<'a>> {
        let held = self.row.routes.iter().filter(|route| holds(route, at));
        held.map(|ReplayRoute(prefix, peer, path, ..)| Held {
            prefix: *prefix,
            collector: self.row.peers.get(*peer as usize).map_or("", |(collector, ..)| collector),
            path: self.path(*path),
        })
        .collect()
    }

    fn path(&self, place: u32) -> &'a str {
        self.row.paths.get(place as usize).map_or("", String::as_str)
    }

    /// What changed in a step.
    pub(super) fn changes_at(&self, step: usize) -> Vec<Change<'a>> {
        let Some(at) = step.checked_sub(1).and_then(|i| self.moments.get(i)) else { return Vec::new() };
        let mut changes: BTreeMap<(u32, u8, u32), Change<'a>> = BTreeMap::new();
        for ReplayRoute(prefix, peer, path, path_id, start, end, because) in &self.row.routes {
            if start != at && end != at {
                continue;
            }
            let new = Change { prefix: *prefix, peer: *peer, before: None, after: None, because: "" };
            let change = changes.entry((*peer, *prefix, *path_id)).or_insert(new);
            if end == at && start < end {
                change.before = Some(self.path(*path));
                change.because = self.row.ends.get(usize::from(*because)).map_or("", String::as_str);
            }
            if start == at {
                change.after = Some(self.path(*path));
            }
        }
        changes.into_values().filter(|change| change.before != change.after).collect()
    }

    /// Moments before, inside and after the event: just before it begins; when most peers show its prefix; as it
    /// ends. One that is not held by this replay is none.
    pub(super) fn three(&self) -> [Option<i64>; 3] {
        let (start, end) = self.event;
        let within = |at: i64| self.row.until.is_none_or(|until| at < until);
        let inside = self.moments.iter().copied().filter(|at| (start..end.max(start + 1)).contains(at));
        let showing =
            |at: i64| self.row.routes.iter().filter(|route| route.0 == 0 && holds(route, at)).count();
        let fullest = inside.chain([start]).map(|at| (showing(at), -at)).max().map(|(_, at)| -at);
        // What ends with the data has no after.
        let after = end.max(start + 1);
        let known_after = self.row.routes.iter().any(|ReplayRoute(.., until, _)| *until > after);
        [Some(start - 1), fullest, Some(after).filter(|at| known_after && within(*at))]
    }
}

fn holds(ReplayRoute(.., start, end, _): &ReplayRoute, at: i64) -> bool {
    *start <= at && (at < *end || start == end && at == *start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> ReplayRow {
        let text = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        ReplayRow {
            event: "e".to_owned(),
            prefixes: text(&["192.0.2.0/24"]),
            peers: vec![("a".to_owned(), "x".to_owned(), 1), ("b".to_owned(), "y".to_owned(), 2)],
            paths: text(&["1 9", "1 66", "2 9"]),
            ends: text(&["replaced", "withdrawn"]),
            routes: vec![
                ReplayRoute(0, 0, 0, 0, 0, 10_000, 0),
                ReplayRoute(0, 1, 2, 0, 0, 12_000, 1),
                ReplayRoute(0, 0, 1, 0, 10_000, 11_000, 0),
                ReplayRoute(0, 0, 0, 0, 11_000, 99_000, 1),
            ],
            ..ReplayRow::default()
        }
    }

    #[test]
    fn steps_are_the_changes_and_what_was_held_follows_from_them() {
        let row = row();
        let event = EventRow { start: 10_000, end: 11_000, ..EventRow::default() };
        let states = States::new(&row, &event);
        assert_eq!(states.changes(), 3);
        assert_eq!([0, 1, 2, 3].map(|step| states.moment(step)), [9_999, 10_000, 11_000, 12_000]);
        assert_eq!((states.first_inside(), states.three()), (1, [Some(9_999), Some(10_000), Some(11_000)]));
        let paths = |at| states.at(at).iter().map(|held| held.path).collect::<Vec<_>>();
        assert_eq!(paths(9_999), ["1 9", "2 9"]);
        assert_eq!(paths(10_000), ["2 9", "1 66"]);
        assert_eq!(paths(12_000), ["1 9"]);
        let change = states.changes_at(1);
        assert_eq!((change[0].before, change[0].after, change.len()), (Some("1 9"), Some("1 66"), 1));
        let gone = states.changes_at(3)[0];
        assert_eq!((gone.before, gone.after, gone.because), (Some("2 9"), None, "withdrawn"));
        assert!(states.changes_at(0).is_empty());
    }

    #[test]
    fn a_replay_ends_where_changes_are_left_out() {
        let row = ReplayRow { until: Some(11_500), ..row() };
        let event = EventRow { start: 10_000, end: 11_600, ..EventRow::default() };
        let states = States::new(&row, &event);
        assert_eq!(states.changes(), 2);
        assert_eq!(states.three()[2], None);
    }
}
