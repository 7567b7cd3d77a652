//! Freeze, don't fall: a snapshot that shrank, or much of which cannot be read, is not admitted, and the last
//! admitted one is held.

use std::collections::{BTreeMap, BTreeSet};

use routing::{Date, Month, Timestamp};
use store::SnapshotRow;

use super::{Snapshot, SourceFile};

/// How far a snapshot may be from what is expected of it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Fewer records than the day before, from which on it is not admitted.
    pub shrink_percent_max: u8,
    /// Records that cannot be read, beyond which it is not admitted: its schema may have changed.
    pub unreadable_percent_max: u8,
}

/// What was admitted before and is no longer among the files, by source and part: day and records.
pub struct Admission {
    limits: Limits,
    history: BTreeMap<(String, String), BTreeMap<Date, u64>>,
}

impl Admission {
    /// From the snapshots of `sources` that earlier publications used. Those that are still among `files` speak for
    /// themselves, and those from after the month have no say in it: so the same files and the same past
    /// admit the same, whatever was computed in between.
    pub fn new(
        limits: Limits,
        used: &[SnapshotRow],
        month: Month,
        sources: &BTreeSet<&str>,
        files: &[Vec<SourceFile>],
    ) -> Admission {
        let present: BTreeSet<String> = files.iter().flatten().map(|f| f.digest.to_string()).collect();
        let mut history: BTreeMap<(String, String), BTreeMap<Date, u64>> = BTreeMap::new();
        for row in used {
            let as_of = Timestamp(row.valid_from);
            let ours = sources.contains(row.source.as_str());
            if ours && as_of < month.span().end && !present.contains(&row.digest) {
                let days = history.entry((row.source.clone(), row.part.clone())).or_default();
                *days.entry(as_of.date()).or_default() += row.records.max(0) as u64;
            }
        }
        Admission { limits, history }
    }

    /// One line per remembered day: part of what a result depends on.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.history.iter().flat_map(|((source, part), days)| {
            days.iter().map(move |(day, records)| format!("admitted {source:?} {part:?} {day} {records}"))
        })
    }

    /// Leaves out what shrank too far against what was admitted before it, and says so with each file.
    ///
    /// A day's files of one `part` of a source count together: a dataset may come in pages. What was fetched
    /// several times of one day is one dataset in several states: the last one admitted counts.
    pub fn examine<T>(
        &self,
        source: &str,
        snapshots: Vec<Snapshot<T>>,
        files: &mut [SourceFile],
        part: impl Fn(&Snapshot<T>) -> String,
    ) -> Vec<Snapshot<T>> {
        let mut states: BTreeMap<(String, Date, State), (u64, u64)> = BTreeMap::new();
        let mut first_days: BTreeMap<fetch::Digest, Date> = BTreeMap::new();
        for snapshot in &snapshots {
            let part = part(snapshot);
            files[snapshot.file].part.clone_from(&part);
            let file = &files[snapshot.file];
            let key = (part, snapshot.as_of.date(), state(snapshot, file));
            let (records, unreadable) = states.entry(key).or_default();
            *records += file.records;
            *unreadable += file.faults.skipped();
            let first = first_days.entry(file.digest).or_insert(snapshot.as_of.date());
            *first = snapshot.as_of.date().min(*first);
        }
        for snapshot in &snapshots {
            let file = &mut files[snapshot.file];
            let first = first_days.get(&file.digest).copied();
            file.repeats = first.filter(|first| *first < snapshot.as_of.date());
        }
        let mut refused: BTreeMap<(String, Date, State), String> = BTreeMap::new();
        let mut last: BTreeMap<String, (Date, u64)> = BTreeMap::new();
        let mut newest: BTreeMap<(String, Date), State> = BTreeMap::new();
        for ((part, day, state), (records, unreadable)) in &states {
            let before = self.history.get(&(source.to_owned(), part.clone()));
            let earlier = before.and_then(|days| days.range(..=day).next_back()).map(|(d, n)| (*d, *n));
            let known = last.get(part).copied().max(earlier);
            match known {
                _ if *records == 0 => {
                    let why = "not admitted: it holds no record".to_owned();
                    refused.insert((part.clone(), *day, *state), why);
                }
                _ if self.unreadable(*records, *unreadable) => {
                    let percent = unreadable * 100 / (records + unreadable);
                    let since = known.map(|(since, _)| format!("; held since {since}")).unwrap_or_default();
                    let why = format!(
                        "not admitted: {percent} % of its {} records cannot be read (unreadable_percent_max = {}){since}",
                        records + unreadable,
                        self.limits.unreadable_percent_max
                    );
                    refused.insert((part.clone(), *day, *state), why);
                }
                Some((since, expected)) if self.shrank(*records, expected) => {
                    let percent = 100 - records * 100 / expected.max(1);
                    let why = format!(
                        "not admitted: {records} records, {percent} % fewer than the {expected} of {since} \
                         (shrink_percent_max = {}); held since {since}",
                        self.limits.shrink_percent_max
                    );
                    refused.insert((part.clone(), *day, *state), why);
                }
                _ => {
                    newest.insert((part.clone(), *day), *state);
                    last.insert(part.clone(), (*day, *records));
                }
            }
        }
        let mut admitted = Vec::new();
        for snapshot in snapshots {
            let file = &mut files[snapshot.file];
            let (day, state) = (snapshot.as_of.date(), state(&snapshot, file));
            let (part, is_newest) =
                (file.part.clone(), newest.get(&(file.part.clone(), day)) == Some(&state));
            match refused.get(&(part, day, state)) {
                Some(why) => {
                    file.held = true;
                    file.status.clone_from(why);
                }
                None if !is_newest => {
                    file.status = "not used: a later one of the same day was fetched".to_owned();
                }
                None => admitted.push(snapshot),
            }
        }
        admitted
    }

    fn shrank(&self, records: u64, expected: u64) -> bool {
        records * 100 <= expected * u64::from(100 - self.limits.shrink_percent_max)
    }

    fn unreadable(&self, records: u64, unreadable: u64) -> bool {
        unreadable * 100 > (records + unreadable) * u64::from(self.limits.unreadable_percent_max)
    }
}

/// Of a day, which state of its dataset: its moment, when it was fetched, and after how many others. Files that
/// were there are all of one state.
type State = Option<(Timestamp, Timestamp, usize)>;

fn state<T>(snapshot: &Snapshot<T>, file: &SourceFile) -> State {
    file.fetched.as_ref().map(|fetched| (snapshot.as_of, fetched.at, fetched.turn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::FetchedFrom;
    use crate::load::tests::file;

    const LIMITS: Limits = Limits { shrink_percent_max: 30, unreadable_percent_max: 10 };

    /// Days and records in, days admitted out.
    fn admitted(history: &[(&str, i64)], found: &[(&str, u64)]) -> Vec<String> {
        let used: Vec<SnapshotRow> = history
            .iter()
            .map(|(day, records)| SnapshotRow {
                source: "s".to_owned(),
                part: String::new(),
                digest: (*day).to_owned(),
                valid_from: day.parse::<Date>().unwrap().start().0,
                records: *records,
            })
            .collect();
        let mut files: Vec<SourceFile> = found.iter().map(|(_, records)| file(*records)).collect();
        let snapshots = found.iter().enumerate().map(|(i, (day, _))| Snapshot {
            source: 0,
            file: i,
            as_of: day.parse::<Date>().unwrap().start(),
            data: (),
        });
        let month = "2024-05".parse().unwrap();
        let kept = Admission::new(LIMITS, &used, month, &BTreeSet::from(["s"]), &[]).examine(
            "s",
            snapshots.collect(),
            &mut files,
            |_| String::new(),
        );
        kept.iter().map(|s| s.as_of.date().to_string()).collect()
    }

    #[test]
    fn what_shrank_by_a_third_is_held_back() {
        assert_eq!(admitted(&[], &[("2024-05-01", 100), ("2024-05-02", 71)]), ["2024-05-01", "2024-05-02"]);
        assert_eq!(admitted(&[], &[("2024-05-01", 100), ("2024-05-02", 70)]), ["2024-05-01"]);
        assert_eq!(admitted(&[], &[("2024-05-01", 0)]), Vec::<String>::new());
        // It is held as long as it stays small, and let go when it has recovered.
        let days = [("2024-05-01", 100), ("2024-05-02", 33), ("2024-05-03", 34), ("2024-05-04", 99)];
        assert_eq!(admitted(&[], &days), ["2024-05-01", "2024-05-04"]);
    }

    #[test]
    fn of_a_day_the_last_state_that_did_not_shrink_counts() {
        let states = |records: &[u64]| {
            let mut files: Vec<SourceFile> = records.iter().map(|n| file(*n)).collect();
            let day = "2024-05-02".parse::<Date>().unwrap().start();
            for (hour, file) in files.iter_mut().enumerate() {
                let at = Timestamp(day.0 + hour as i64 * 3_600);
                let name = "vrps".to_owned();
                file.fetched = Some(FetchedFrom { name, at, turn: 0, moment: None, last_modified: None });
            }
            let snapshots = files.iter().enumerate().map(|(i, f)| Snapshot {
                source: 0,
                file: i,
                as_of: f.fetched.as_ref().unwrap().at,
                data: (),
            });
            let month = "2024-05".parse().unwrap();
            let snapshots = snapshots.collect();
            let admission = Admission::new(LIMITS, &[], month, &BTreeSet::from(["s"]), &[]);
            let kept = admission.examine("s", snapshots, &mut files, |_| String::new());
            let words: Vec<String> = files.into_iter().map(|f| f.status).collect();
            (kept.iter().map(|s| s.file).collect::<Vec<_>>(), words)
        };
        assert_eq!(states(&[100, 101, 102]).0, [2]);
        let (kept, words) = states(&[100, 99, 66]);
        assert_eq!(kept, [1]);
        assert!(words[0].contains("a later one of the same day"), "{words:?}");
        assert!(words[2].contains("34 % fewer than the 99") && words[2].contains("held since"), "{words:?}");
        assert_eq!(states(&[100, 66, 0, 90]).0, [3]);
    }

    #[test]
    fn pages_of_one_day_count_together() {
        let days = [("2024-05-01", 100), ("2024-05-02", 50), ("2024-05-02", 49)];
        assert_eq!(admitted(&[], &days).len(), 3);
    }

    #[test]
    fn what_was_admitted_before_is_remembered() {
        assert_eq!(admitted(&[("2024-05-01", 100)], &[("2024-05-02", 10)]), Vec::<String>::new());
        // A file replaced by a smaller one of the same day is no better.
        assert_eq!(admitted(&[("2024-05-02", 100)], &[("2024-05-02", 10)]), Vec::<String>::new());
        assert_eq!(admitted(&[("2024-05-09", 100)], &[("2024-05-02", 10)]), ["2024-05-02"]);
        assert_eq!(admitted(&[("2024-06-01", 100)], &[("2024-06-02", 10)]), ["2024-06-02"]);
        assert_eq!(admitted(&[], &[("2024-05-02", 10)]), ["2024-05-02"]);
    }
}
