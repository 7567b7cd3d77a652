//! Which snapshot a month is judged by (registrations), and which may detect (never a newer one).

use routing::{Date, Month, Timestamp};

use super::{Snapshot, SourceFile};

/// Whole days between a moment and the month, and the words for it.
pub fn skew(month: Month, as_of: Timestamp) -> (u32, String) {
    let span = month.span();
    match span.distance_days(as_of) {
        0 => (0, "within the month".to_owned()),
        days => {
            let side = if as_of < span.start { "before" } else { "after" };
            let unit = if days == 1 { "day" } else { "days" };
            (days, format!("{days} {unit} {side} the month"))
        }
    }
}

/// Chooses, of the snapshots of each group, those of the nearest day: the last day inside the month,
/// otherwise the day with the least distance. One further away than `skew_days_max` is not used. `group`
/// tells apart what one source brings of several origins. Every file is told what became of it.
pub fn nearest<T, G: Ord>(
    month: Month,
    skew_days_max: u32,
    snapshots: Vec<Snapshot<T>>,
    files: &mut [Vec<SourceFile>],
    group: impl Fn(&Snapshot<T>) -> G,
) -> Vec<Snapshot<T>> {
    let rank = |as_of: Timestamp| (skew(month, as_of).0, core::cmp::Reverse(as_of.date()));
    // The parts of a dataset may be of different days.
    let parts: Vec<String> = snapshots.iter().map(|s| files[s.source][s.file].part.clone()).collect();
    let mut best: std::collections::BTreeMap<(G, &str), Date> = Default::default();
    for (snapshot, part) in snapshots.iter().zip(&parts) {
        let day = snapshot.as_of.date();
        let kept = best.entry((group(snapshot), part)).or_insert(day);
        if rank(snapshot.as_of) < rank(kept.start()) {
            *kept = day;
        }
    }
    let mut chosen = Vec::new();
    for (snapshot, part) in snapshots.into_iter().zip(&parts) {
        let nearest = best[&(group(&snapshot), part.as_str())];
        let file = &mut files[snapshot.source][snapshot.file];
        let (days, words) = skew(month, snapshot.as_of);
        file.skew_days = Some(days);
        if nearest != snapshot.as_of.date() {
            let status = format!("not used: {words}, and {nearest} is nearer");
            keep_better(file, false, status);
        } else if days > skew_days_max {
            keep_better(
                file,
                false,
                format!("not used: {words}, more than reference_skew_days_max = {skew_days_max}"),
            );
        } else {
            keep_better(file, true, format!("used: {words}"));
            chosen.push(snapshot);
        }
    }
    chosen
}

/// A file that serves two purposes keeps the better word.
pub fn keep_better(file: &mut SourceFile, used: bool, status: String) {
    if used || !file.used {
        file.used = used;
        file.status = status;
    }
}

/// A moment and the lists that hold from then on.
pub type Epoch<'a, T> = (Timestamp, Vec<&'a Snapshot<T>>);

/// For each moment at which a newer list takes over — the month's start first — the newest list of each
/// group that is not newer than the moment and not older than `skew_days_max`.
pub fn epochs<'a, T, G: Ord>(
    month: Month,
    skew_days_max: u32,
    snapshots: &'a [Snapshot<T>],
    group: impl Fn(&Snapshot<T>) -> G,
) -> Vec<Epoch<'a, T>> {
    let span = month.span();
    let mut moments = vec![span.start];
    moments.extend(snapshots.iter().map(|s| s.as_of).filter(|t| span.contains(*t)));
    moments.sort_unstable();
    moments.dedup();
    moments
        .into_iter()
        .map(|moment| {
            let usable = |s: &&Snapshot<T>| {
                let age_days = (moment.0 - s.as_of.0).div_euclid(86_400);
                s.as_of <= moment && age_days <= i64::from(skew_days_max)
            };
            let mut newest: std::collections::BTreeMap<G, Date> = Default::default();
            for snapshot in snapshots.iter().filter(usable) {
                let day = newest.entry(group(snapshot)).or_insert(snapshot.as_of.date());
                *day = (*day).max(snapshot.as_of.date());
            }
            // A day's list may come in several files.
            let of_newest = |s: &&Snapshot<T>| newest[&group(s)] == s.as_of.date();
            (moment, snapshots.iter().filter(usable).filter(of_newest).collect())
        })
        .collect()
}

/// Of the moments of a dataset's snapshots those from which on, in a month, another holds: the last one before it that is
/// not older than `skew_days_max`, and those within.
pub fn moments(month: Month, skew_days_max: u32, all: impl IntoIterator<Item = Timestamp>) -> Vec<Timestamp> {
    let span = month.span();
    let near = |at: &Timestamp| *at < span.end && span.distance_days(*at) <= skew_days_max;
    let mut moments: Vec<Timestamp> = all.into_iter().filter(near).collect();
    moments.sort_unstable();
    moments.dedup();
    let within = moments.partition_point(|at| *at <= span.start);
    moments.drain(..within.saturating_sub(1));
    moments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(date: &str) -> Snapshot<()> {
        Snapshot { source: 0, file: 0, as_of: date.parse().unwrap(), data: () }
    }

    fn month() -> Month {
        "2024-05".parse().unwrap()
    }

    #[test]
    fn distance_is_counted_from_the_month() {
        let words = |t: &str| skew(month(), t.parse().unwrap());
        assert_eq!(words("2024-05-31T23:59:59Z").0, 0);
        assert_eq!(words("2024-06-01"), (1, "1 day after the month".to_owned()));
        assert_eq!(words("2024-04-29"), (2, "2 days before the month".to_owned()));
    }

    #[test]
    fn a_days_list_in_two_files_counts_whole() {
        let all = [snapshot("2024-04-20"), snapshot("2024-04-20"), snapshot("2024-04-19")];
        assert_eq!(epochs(month(), 31, &all, |_| 0)[0].1.len(), 2);
    }

    #[test]
    fn a_list_never_judges_what_is_older_than_it() {
        let all =
            [snapshot("2024-04-20"), snapshot("2024-05-10"), snapshot("2024-06-01"), snapshot("2023-01-01")];
        let epochs = epochs(month(), 31, &all, |_| 0);
        let shown: Vec<_> =
            epochs.iter().map(|(t, s)| (t.date().to_string(), s[0].as_of.date().to_string())).collect();
        assert_eq!(
            shown,
            [("2024-05-01".into(), "2024-04-20".into()), ("2024-05-10".to_owned(), "2024-05-10".to_owned())]
        );
    }
}
