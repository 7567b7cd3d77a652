mod registered;

use std::collections::BTreeMap;

use detect::Event;
use detect::replay::{Replay, replay};
use routing::{Prefix, RouteSpan, Span};

pub use registered::{Judged, JudgedBy, JudgedState, Registered, registered};

/// What a replay is of: the prefix, the one it was taken from, and the time.
type Key = (Prefix, Option<Prefix>, Span);

/// The routes around events; events of the same prefixes and time share theirs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replays(BTreeMap<Key, Replay>);

fn key(event: &Event) -> Key {
    (event.prefix, event.related, event.span)
}

impl Replays {
    /// Collects the routes around `events` that are there in `spans`, which are sorted by prefix and hold every span of
    /// the events' prefixes.
    pub fn of(events: &[Event], spans: &[RouteSpan]) -> Replays {
        let mut replays = BTreeMap::new();
        for event in events {
            replays.entry(key(event)).or_insert_with(|| {
                let prefixes: Vec<Prefix> = [event.prefix].into_iter().chain(event.related).collect();
                replay(spans, &prefixes, event.span)
            });
        }
        Replays(replays)
    }

    /// Takes in those of other parts of the address space.
    pub fn extend(&mut self, other: Replays) {
        self.0.extend(other.0);
    }

    /// The routes around an event; `None` where there are none.
    pub fn get(&self, event: &Event) -> Option<&Replay> {
        self.0.get(&key(event)).filter(|replay| !replay.routes.is_empty())
    }
}
