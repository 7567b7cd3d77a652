//! One dataset at several moments: a table, and what came and went against it. Its snapshots of a month differ in
//! little, so all of them take hardly more memory than the table does.

use std::collections::BTreeMap;

use routing::{Prefix, Timestamp};

/// A moment from which a dataset is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Epoch {
    /// The moment that the newest of its snapshots speaks of.
    pub as_of: Timestamp,
    /// Which snapshots these are, for a reader.
    pub label: String,
}

/// An entry that does not stand at every moment as it does in the table.
#[derive(Clone, Debug)]
struct Turned<K> {
    key: K,
    /// Whether the table has it.
    listed: bool,
    /// Epochs at which it came or went, ascending, against the one before; the first against the table.
    turns: Vec<u16>,
}

impl<K> Turned<K> {
    fn holds(&self, epoch: u16) -> bool {
        self.listed ^ (self.turns.partition_point(|turn| *turn <= epoch) % 2 == 1)
    }
}

/// The moments of a dataset, and what its table lacks or has too much at each.
#[derive(Clone, Debug)]
pub(crate) struct Turns<K> {
    epochs: Vec<Epoch>,
    by_prefix: BTreeMap<Prefix, Vec<Turned<K>>>,
}

impl<K> Default for Turns<K> {
    fn default() -> Turns<K> {
        Turns { epochs: Vec::new(), by_prefix: BTreeMap::new() }
    }
}

impl<K: Ord + Copy> Turns<K> {
    /// Against a table with the entries `table`, by the entries at each moment, in the order of time. All lists are
    /// ascending without repetition, in the order of `K`. Moments beyond the first 65,535 are not taken in.
    pub(crate) fn new(
        table: impl Iterator<Item = K>,
        snapshots: impl IntoIterator<Item = (Epoch, Vec<K>)>,
        prefix: impl Fn(&K) -> Prefix,
    ) -> Turns<K> {
        let mut turns = Turns::default();
        let mut snapshots = (0u16..u16::MAX).zip(snapshots);
        let Some((number, (epoch, mut last))) = snapshots.next() else { return turns };
        turns.note(number, table, &last, &prefix);
        turns.epochs.push(epoch);
        for (number, (epoch, now)) in snapshots {
            turns.note(number, last.iter().copied(), &now, &prefix);
            turns.epochs.push(epoch);
            last = now;
        }
        turns
    }

    /// The table stands at every moment as it is.
    pub(crate) fn none(epochs: Vec<Epoch>) -> Turns<K> {
        Turns { epochs, by_prefix: BTreeMap::new() }
    }

    fn note(
        &mut self,
        number: u16,
        before: impl Iterator<Item = K>,
        now: &[K],
        prefix: &impl Fn(&K) -> Prefix,
    ) {
        let (mut before, mut now) = (before.peekable(), now.iter().copied().peekable());
        loop {
            let (key, went) = match (before.peek(), now.peek()) {
                (None, None) => return,
                (Some(a), Some(b)) if a == b => {
                    before.next();
                    now.next();
                    continue;
                }
                (Some(a), Some(b)) if a < b => (*a, true),
                (Some(a), None) => (*a, true),
                (_, Some(b)) => (*b, false),
            };
            if went {
                before.next()
            } else {
                now.next()
            };
            let own = self.by_prefix.entry(prefix(&key)).or_default();
            match own.iter_mut().find(|turned| turned.key == key) {
                Some(turned) => turned.turns.push(number),
                // What never turned before has been as the table has it.
                None => own.push(Turned { key, listed: went, turns: vec![number] }),
            }
        }
    }

    pub(crate) fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// The latest that is not newer than `at`.
    pub(crate) fn at(&self, at: Timestamp) -> Option<u16> {
        let behind = self.epochs.partition_point(|epoch| epoch.as_of <= at);
        u16::try_from(behind.checked_sub(1)?).ok()
    }

    /// The latest that is not newer than `at`; where there is none, the first.
    pub(crate) fn nearest(&self, at: Timestamp) -> Option<u16> {
        self.at(at).or((!self.epochs.is_empty()).then_some(0))
    }

    /// The entries for `prefix` and less specific ones at an epoch, in no order. `table` are those of the
    /// table.
    pub(crate) fn covering(&self, prefix: Prefix, epoch: u16, table: impl Iterator<Item = K>) -> Vec<K> {
        let mut all: Vec<K> = table.collect();
        if self.by_prefix.is_empty() {
            return all;
        }
        let around = (0..=prefix.len()).filter_map(|len| self.by_prefix.get(&prefix.truncate(len)?));
        for turned in around.flatten() {
            match (turned.listed, turned.holds(epoch)) {
                (true, false) => all.retain(|key| *key != turned.key),
                (false, true) => all.push(turned.key),
                _ => {}
            }
        }
        all
    }

    /// Since which moment an entry that stands at an epoch has been there without a break, as far as is known.
    pub(crate) fn since(&self, prefix: &Prefix, key: &K, epoch: u16) -> Timestamp {
        let turned = self.by_prefix.get(prefix).into_iter().flatten().find(|turned| turned.key == *key);
        let came = turned.and_then(|turned| turned.turns.iter().rev().find(|turn| **turn <= epoch));
        self.epochs[usize::from(came.copied().unwrap_or(0))].as_of
    }
}
