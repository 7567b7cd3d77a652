//! Foreign series: scores as others published them, of the month that they speak of.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use programme::foreign::{self, ForeignFile, ForeignRow};
use routing::{Date, Month};

use super::choose::skew;
use super::parse::snapshots;
use super::{Snapshot, SourceFile};
use crate::config::{Config, SourceKind};

/// One foreign series in a month.
#[derive(Debug)]
pub struct ForeignSeries {
    /// What it is and whose.
    pub label: String,
    /// What it says, by subject, each with its source's place and the day it speaks of.
    pub rows: BTreeMap<String, (usize, Date, ForeignRow)>,
    /// To how many decimals its values are rounded; `None` where any file's are written in full.
    pub decimals: Option<u8>,
}

/// A label as an address has it: its letters and digits, what stands between them a hyphen.
pub fn series_name(label: &str) -> String {
    let words = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// Reads the foreign series of a month, by their names: of each source the files of its last day within the month.
/// Sources of one label are one series; who stands in several files counts once, by the first.
pub fn load_foreign(
    config: &Config,
    month: Month,
    files: &mut [Vec<SourceFile>],
) -> Result<BTreeMap<String, ForeignSeries>> {
    let mut all: BTreeMap<String, ForeignSeries> = BTreeMap::new();
    for (index, source) in config.sources.iter().enumerate() {
        if source.kind != SourceKind::ForeignScores {
            continue;
        }
        let label = source.label.clone().expect("a foreign series has its label");
        let found = snapshots(index, source, &mut files[index], foreign::parse)?;
        let within = |snapshot: &Snapshot<ForeignFile>| month.span().contains(snapshot.as_of);
        let last = found.iter().filter(|s| within(s)).map(|s| s.as_of.date()).max();
        for snapshot in found {
            let day = snapshot.as_of.date();
            let file = &mut files[index][snapshot.file];
            let (days, words) = skew(month, snapshot.as_of);
            file.skew_days = Some(days);
            if !within(&snapshot) {
                file.status = format!("not used: {words}, and a foreign series is held beside its own month");
                continue;
            }
            if Some(day) != last {
                file.status = "not used: a later one of the month is there".to_owned();
                continue;
            }
            let series = all.entry(series_name(&label)).or_insert_with(|| ForeignSeries {
                label: label.clone(),
                rows: BTreeMap::new(),
                decimals: Some(0),
            });
            series.decimals =
                series.decimals.and_then(|most| snapshot.data.decimals.map(|own| own.max(most)));
            let (mut taken, mut known) = (0u64, 0u64);
            for row in snapshot.data.rows {
                match series.rows.entry(row.subject.to_string()) {
                    std::collections::btree_map::Entry::Vacant(place) => {
                        place.insert((index, day, row));
                        taken += 1;
                    }
                    std::collections::btree_map::Entry::Occupied(_) => known += 1,
                }
            }
            file.used = taken > 0;
            let others = match known {
                0 => String::new(),
                n => format!("; {n} more in another file of the series, which counts"),
            };
            file.status = match taken {
                0 => format!("not used{others}"),
                1 => format!("used: 1 record{others}"),
                n => format!("used: {n} records{others}"),
            };
        }
    }
    Ok(all)
}

/// Two labels that are one name.
pub fn labels_clash(labels: &[(&str, usize)]) -> Option<(usize, String)> {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (label, line) in labels {
        if !seen.insert(label) {
            continue;
        }
        if let Some(other) = names.insert(series_name(label), label) {
            let message = format!("the labels `{other}` and `{label}` differ in no letter or digit");
            return Some((*line, message));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::discover;
    use crate::progress::Progress;

    #[test]
    fn a_series_is_of_its_own_month_and_every_file_says_what_became_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let head = "ASN,Holder,Filtering\n";
        for (name, text) in [
            ("a-2024-05-10.csv", format!("{head}64496,Early,0.1\n")),
            ("a-2024-05-31.csv", format!("{head}64496,A,0.5\n64497,B,\nx,C,1\n")),
            ("a-2024-06-01.csv", format!("{head}64496,Late,0.25\n")),
            ("a-broken-2024-05-31.csv", "<html>".to_owned()),
            ("b-2024-05-20.csv", format!("{head}64496,Other,1\n64499,D,1\n")),
        ] {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let source = |glob: &str, name: &str, label: &str| {
            let path = dir.path().join(glob);
            format!(
                "[[source]]\nkind = \"foreign_scores\"\nname = {name:?}\npath = {path:?}\nlabel = {label:?}\n"
            )
        };
        let text = format!(
            "data = \"x\"\n{}{}",
            source("a*.csv", "one", "Theirs, 2024"),
            source("b*.csv", "two", "Theirs, 2024")
        );
        let config = Config::parse(&text).unwrap();
        let month: Month = "2024-05".parse().unwrap();
        let mut files = discover(&config, month, &Progress::new(false)).unwrap();
        let all = load_foreign(&config, month, &mut files).unwrap();
        let series = &all["theirs-2024"];
        let told: Vec<(&str, usize, &str)> = series
            .rows
            .iter()
            .map(|(subject, (source, _, row))| (subject.as_str(), *source, row.name.as_str()))
            .collect();
        assert_eq!(told, [("AS64496", 0, "A"), ("AS64497", 0, "B"), ("AS64499", 1, "D")]);
        assert_eq!((series.label.as_str(), series.decimals), ("Theirs, 2024", Some(1)));
        let told: Vec<(bool, &str)> = files.iter().flatten().map(|f| (f.used, f.status.as_str())).collect();
        let expected = [
            (false, "not used: a later one of the month is there"),
            (true, "used: 2 records"),
            (false, "not used: 1 day after the month, and a foreign series is held beside its own month"),
            (false, "not admitted: this is not published scores"),
            (true, "used: 1 record; 1 more in another file of the series, which counts"),
        ];
        assert_eq!(told.len(), expected.len());
        for ((used, told), (wanted, begin)) in told.iter().zip(expected) {
            assert!(*used == wanted && told.starts_with(begin), "{told}");
        }
        assert_eq!(files[0][1].faults.total(), 1);
        let clash = text.replacen("Theirs, 2024", "theirs 2024", 1);
        let (line, message) = Config::parse(&clash).unwrap_err();
        assert!(line > 1 && message.contains("differ in no letter or digit"), "{line}: {message}");
    }
}
