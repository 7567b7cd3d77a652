//! The VRPs of every day that has a snapshot. What differs from the snapshot before is what is kept: a month of daily
//! snapshots takes little more memory than one of them.

mod epochs;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reference::slurm::Slurm;
use reference::vrp::{Vrp, VrpTable};
use routing::{Date, Month, Timestamp};

use super::Snapshot;
use super::choose::skew;

/// The snapshots of one source in the order of its files.
#[derive(Default)]
pub struct VrpChain {
    first: Vec<Vrp>,
    /// By snapshot, what it has and the one before has not, or the other way round; nothing for the first.
    differs: Vec<Vec<Vrp>>,
    last: Vec<Vrp>,
}

impl VrpChain {
    /// Takes a snapshot in and gives its place.
    pub fn push(&mut self, mut vrps: Vec<Vrp>) -> usize {
        vrps.sort_unstable();
        vrps.dedup();
        if self.differs.is_empty() {
            vrps.shrink_to_fit();
            self.first.clone_from(&vrps);
            self.differs.push(Vec::new());
        } else {
            self.differs.push(either(&self.last, &vrps));
        }
        self.last = vrps;
        self.differs.len() - 1
    }

    /// No more come.
    pub fn finish(&mut self) {
        self.last = Vec::new();
    }

    /// The VRPs of the snapshot at a place, ascending.
    pub fn at(&self, place: usize) -> Vec<Vrp> {
        let mut turned: Vec<Vrp> = self.differs[..=place].concat();
        turned.sort_unstable();
        // What came and went again differs from the first in nothing.
        let differs: Vec<Vrp> =
            turned.chunk_by(|a, b| a == b).filter(|same| same.len() % 2 == 1).map(|same| same[0]).collect();
        either(&self.first, &differs)
    }
}

/// What is in one of two ascending lists and not in both.
fn either(a: &[Vrp], b: &[Vrp]) -> Vec<Vrp> {
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    let mut out = Vec::new();
    loop {
        match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x == y => {
                a.next();
                b.next();
            }
            (Some(x), Some(y)) if x < y => out.extend(a.next()),
            (Some(_), None) => out.extend(a.next()),
            (_, Some(_)) => out.extend(b.next()),
            (None, None) => return out,
        }
    }
}

/// Chains by source, filled while files are read.
pub type Chains = BTreeMap<usize, RefCell<VrpChain>>;

/// A snapshot that was admitted: of which source, from when, at which place of its chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Admitted {
    source: usize,
    as_of: Timestamp,
    place: usize,
}

impl Admitted {
    /// One of a list.
    pub fn of(snapshot: &Snapshot<usize>) -> Admitted {
        Admitted { source: snapshot.source, as_of: snapshot.as_of, place: snapshot.data }
    }

    #[cfg(test)]
    pub fn at(source: usize, as_of: Timestamp, place: usize) -> Admitted {
        Admitted { source, as_of, place }
    }

    /// The moment it speaks of.
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }
}

/// A day that routes are judged by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VrpDay {
    /// The day.
    pub day: Date,
    /// False of one that only says what changed on the next: the last day before the month that has a snapshot.
    pub counts: bool,
    /// What it is, in words.
    pub label: String,
    held: Vec<Admitted>,
}

/// The days of a month that have a snapshot of VRPs.
#[derive(Default)]
pub struct VrpDays {
    chains: Chains,
    exceptions: Vec<Slurm>,
    /// Ascending.
    pub days: Vec<VrpDay>,
    /// Days of the month that do not count, with the reason.
    pub missing: Vec<(Date, String)>,
    /// The snapshots that the month is judged by, and their table.
    judged_by: Option<(BTreeSet<Admitted>, Arc<VrpTable>)>,
}

impl VrpDays {
    /// From what was admitted. A day counts when each source that has a snapshot in the month has one of that day; of
    /// several moments of a day the last counts, and files of one moment count together. Where the month has no
    /// snapshot at all, there is one day: that of the snapshots the month is judged by, `nearest`.
    pub fn new(
        month: Month,
        skew_days_max: u32,
        names: &[&str],
        admitted: &[Admitted],
        nearest: &[Admitted],
        (chains, exceptions): (Chains, Vec<Slurm>),
    ) -> VrpDays {
        let span = month.span();
        let mut by_day: BTreeMap<Date, BTreeMap<usize, Vec<Admitted>>> = BTreeMap::new();
        for one in admitted.iter().filter(|one| one.as_of < span.end) {
            by_day.entry(one.as_of.date()).or_default().entry(one.source).or_default().push(*one);
        }
        for of_source in by_day.values_mut().flat_map(BTreeMap::values_mut) {
            let last = of_source.iter().map(|one| one.as_of).max();
            of_source.retain(|one| Some(one.as_of) == last);
        }
        let first = month.first_day();
        let asked: BTreeSet<usize> = by_day.range(first..).flat_map(|(_, of)| of.keys().copied()).collect();
        let label = |day: Date, held: &[Admitted]| {
            let sources: BTreeSet<usize> = held.iter().map(|one| one.source).collect();
            let last = held.iter().map(|one| one.as_of).max().unwrap_or(day.start());
            let several =
                if sources.len() > 1 { format!(" of {} sources", sources.len()) } else { String::new() };
            let exceptions = if exceptions.is_empty() { "" } else { ", local exceptions applied" };
            match skew(month, day.start()) {
                (0, _) => format!("VRPs{several} of {last}{exceptions}"),
                (_, words) => format!("VRPs{several} of {last} ({words}){exceptions}"),
            }
        };
        let whole = |of: &BTreeMap<usize, Vec<Admitted>>| -> Option<Vec<Admitted>> {
            let held: Option<Vec<&Vec<Admitted>>> = asked.iter().map(|source| of.get(source)).collect();
            Some(held?.into_iter().flatten().copied().collect())
        };
        let (mut days, mut missing) = (Vec::new(), Vec::new());
        if asked.is_empty() {
            if let Some(day) = nearest.iter().map(|one| one.as_of.date()).max() {
                let label = label(day, nearest);
                days.push(VrpDay { day, counts: true, label, held: nearest.to_vec() });
            }
        } else {
            let before = by_day.range(..first).rev().find_map(|(day, of)| Some((*day, whole(of)?)));
            if let Some((day, held)) =
                before.filter(|(day, _)| span.distance_days(day.start()) <= skew_days_max)
            {
                days.push(VrpDay { day, counts: false, label: label(day, &held), held });
            }
            for day in (first.0..first.0 + (span.seconds() / 86_400) as i32).map(Date) {
                let Some(of) = by_day.get(&day) else {
                    missing.push((day, "no snapshot admitted".to_owned()));
                    continue;
                };
                match whole(of) {
                    Some(held) => days.push(VrpDay { day, counts: true, label: label(day, &held), held }),
                    None => {
                        let without = asked.iter().filter(|source| !of.contains_key(source));
                        let named: Vec<&str> =
                            without.map(|source| names.get(*source).copied().unwrap_or_default()).collect();
                        missing.push((day, format!("no snapshot of {}", named.join(", "))));
                    }
                }
            }
        }
        VrpDays { chains, exceptions, days, missing, judged_by: None }
    }

    /// Of one source, the first configured.
    #[cfg(test)]
    pub fn of_one(chain: VrpChain, month: Month, admitted: &[Admitted]) -> VrpDays {
        let chains = Chains::from([(0, RefCell::new(chain))]);
        VrpDays::new(month, 31, &["vrps"], admitted, &[], (chains, Vec::new()))
    }

    /// Takes over the table of the snapshots that the month is judged by. Where no day has others, that is all that is
    /// kept.
    pub fn share(&mut self, nearest: &[Admitted], table: &Arc<VrpTable>) {
        self.judged_by = Some((nearest.iter().copied().collect(), Arc::clone(table)));
        if self.days.iter().all(|day| self.shared(day).is_some()) {
            self.chains.clear();
        }
    }

    fn shared(&self, day: &VrpDay) -> Option<&Arc<VrpTable>> {
        let held: BTreeSet<Admitted> = day.held.iter().copied().collect();
        self.judged_by.as_ref().filter(|(snapshots, _)| *snapshots == held).map(|(_, table)| table)
    }

    /// The VRPs of a day, local exceptions applied.
    pub fn table(&self, day: &VrpDay) -> Arc<VrpTable> {
        self.shared(day).cloned().unwrap_or_else(|| Arc::new(VrpTable::new(self.list(&day.held))))
    }

    /// The VRPs of some snapshots, local exceptions applied (RFC 8416 §4.2: every filter first, then every assertion).
    fn list(&self, held: &[Admitted]) -> Vec<Vrp> {
        let mut all: Vec<Vrp> = Vec::new();
        for one in held {
            let vrps = self.chains[&one.source].borrow().at(one.place);
            if all.is_empty() { all = vrps } else { all.extend(vrps) }
        }
        for slurm in &self.exceptions {
            all.retain(|vrp| !slurm.prefix_filters.iter().any(|filter| filter.drops(vrp)));
        }
        for slurm in &self.exceptions {
            all.extend(&slurm.prefix_assertions);
        }
        all
    }

    /// True of a day by which routes are judged.
    pub fn uses(&self, one: &Admitted) -> bool {
        self.days.iter().any(|day| day.held.contains(one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vrp(n: u32) -> Vrp {
        let prefix = format!("10.{n}.0.0/16").parse().unwrap();
        Vrp { prefix, max_length: 16, asn: routing::Asn(n), trust_anchor: Default::default() }
    }

    fn at(source: usize, moment: &str, place: usize) -> Admitted {
        Admitted::at(source, moment.parse().unwrap(), place)
    }

    #[test]
    fn every_snapshot_comes_back_as_it_was() {
        let lists: [&[u32]; 5] = [&[3, 1, 1], &[1, 2], &[], &[3, 1], &[1, 2, 4]];
        let mut chain = VrpChain::default();
        for list in lists {
            chain.push(list.iter().copied().map(vrp).collect());
        }
        chain.finish();
        for (place, list) in lists.iter().enumerate() {
            let mut wanted: Vec<Vrp> = list.iter().copied().map(vrp).collect();
            wanted.sort();
            wanted.dedup();
            assert_eq!(chain.at(place), wanted, "{place}");
        }
    }

    #[test]
    fn what_the_month_is_judged_by_is_kept_once() {
        let made = || {
            let mut chain = VrpChain::default();
            let admitted = ["2024-05-03", "2024-05-04"].map(|day| {
                let n = day.as_bytes()[9].into();
                at(0, day, chain.push(vec![vrp(n)]))
            });
            chain.finish();
            (chain, admitted)
        };
        let month = "2024-05".parse().unwrap();
        let (chain, admitted) = made();
        let mut days = VrpDays::of_one(chain, month, &admitted);
        let apart: Vec<Arc<VrpTable>> = days.days.iter().map(|day| days.table(day)).collect();
        days.share(&admitted[1..], &apart[1]);
        let shared: Vec<Arc<VrpTable>> = days.days.iter().map(|day| days.table(day)).collect();
        assert!(Arc::ptr_eq(&shared[1], &apart[1]) && !Arc::ptr_eq(&shared[0], &apart[1]));
        assert_eq!(shared[0].vrps(), apart[0].vrps(), "the other day is as it was");
        // Of a month with one snapshot nothing else is kept.
        let (chain, admitted) = made();
        let mut days = VrpDays::of_one(chain, month, &admitted[..1]);
        days.share(&admitted[..1], &apart[0]);
        assert!(days.chains.is_empty() && Arc::ptr_eq(&days.table(&days.days[0]), &apart[0]));
    }

    fn days(admitted: &[Admitted], nearest: &[Admitted]) -> (Vec<String>, usize) {
        let month = "2024-05".parse().unwrap();
        let days = VrpDays::new(month, 31, &["a", "b"], admitted, nearest, Default::default());
        let shown = days.days.iter().map(|day| {
            let places: Vec<usize> = day.held.iter().map(|one| one.place).collect();
            format!("{}{} {places:?}", day.day, if day.counts { "" } else { " before" })
        });
        (shown.collect(), days.missing.len())
    }

    #[test]
    fn the_last_moment_of_a_day_counts_and_nothing_is_carried_over() {
        let all = [
            at(0, "2024-04-29", 0),
            at(0, "2024-04-30T06:00:00Z", 1),
            at(0, "2024-05-03T06:00:00Z", 2),
            at(0, "2024-05-03T18:00:00Z", 3),
            at(0, "2024-05-03T18:00:00Z", 4),
            at(0, "2024-05-05", 5),
            at(0, "2024-06-01", 6),
        ];
        let wanted = ["2024-04-30 before [1]", "2024-05-03 [3, 4]", "2024-05-05 [5]"].map(str::to_owned);
        assert_eq!(days(&all, &[]), (wanted.to_vec(), 29));
        // Too long before the month to say what changed on its first day.
        assert_eq!(days(&[at(0, "2024-03-01", 0), at(0, "2024-05-05", 1)], &[]).0, ["2024-05-05 [1]"]);
    }

    #[test]
    fn a_day_on_which_a_source_is_missing_is_unknown() {
        let all =
            [at(0, "2024-05-03", 0), at(1, "2024-05-03", 0), at(0, "2024-05-04", 1), at(1, "2024-04-01", 7)];
        assert_eq!(days(&all, &[]), (vec!["2024-05-03 [0, 0]".to_owned()], 30));
        // A source that is silent in the whole month is not waited for.
        assert_eq!(days(&all[2..], &[]).0, ["2024-05-04 [1]"]);
        // Where the month has none, the nearest is the one day there is.
        assert_eq!(days(&[at(0, "2024-06-09", 3)], &[at(0, "2024-06-09", 3)]).0, ["2024-06-09 [3]"]);
    }
}
