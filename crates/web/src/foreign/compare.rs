//! A foreign series held beside ours: the same subjects, the same scores, only where both have data.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use measure::framework::{Framework, Grade, ScoreKey};
use store::{ForeignRow, ForeignSeriesRow, StoreError};

use crate::Site;
use crate::edition::Chosen;

/// How many comparisons are kept in memory. A publication never changes, so what is kept is right.
const KEPT_MAX: usize = 8;

/// What a comparison is kept by: publication, framework, series.
type Key = (i64, String, String);

/// The comparisons asked for of late.
#[derive(Debug, Default)]
pub(crate) struct Comparisons(Mutex<BTreeMap<Key, Arc<Comparison>>>);

/// A foreign series beside ours under one framework.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) head: ForeignSeriesRow,
    pub(crate) rows: Vec<ForeignRow>,
    /// One per score that the series speaks of.
    pub(crate) scores: Vec<ScoreComparison>,
}

/// One score of all subjects.
#[derive(Debug)]
pub(crate) struct ScoreComparison {
    pub(crate) key: ScoreKey,
    /// The greatest difference first; then those where one side or both have no data; each by subject.
    pub(crate) pairs: Vec<Pair>,
    /// Subjects by their grade (down) and ours (across): ready, aspiring, lagging, no data.
    pub(crate) grades: [[u64; 4]; 4],
    /// Subjects for which both have data.
    pub(crate) both: u64,
    /// Of them: no further apart than their rounding.
    pub(crate) alike: u64,
    /// Mean of the absolute differences; `None` when there are none.
    pub(crate) mean_difference: Option<f64>,
}

/// Their value of a subject and ours.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Pair {
    /// Place of the subject among the rows.
    pub(crate) row: usize,
    pub(crate) theirs: Option<f64>,
    pub(crate) their_grade: Option<&'static str>,
    pub(crate) ours: Option<f64>,
    pub(crate) our_grade: Option<&'static str>,
    /// Why there is none of ours.
    pub(crate) unknown: Option<String>,
    /// Ours less theirs, where both have data.
    pub(crate) difference: Option<f64>,
}

/// Ours of a subject: value and grade, or why there is none.
type Ours = Result<(f64, Option<&'static str>), String>;

impl ScoreComparison {
    /// Subjects whose grade is the same, of those for which both have one.
    pub(crate) fn same_grade(&self) -> (u64, u64) {
        let same = (0..3).map(|i| self.grades[i][i]).sum();
        (same, self.grades[..3].iter().flat_map(|row| &row[..3]).sum())
    }

    /// The pairs for which both have data, the greatest difference first.
    pub(crate) fn compared(&self) -> &[Pair] {
        &self.pairs[..self.both as usize]
    }

    fn new(key: ScoreKey, decimals: Option<u8>, mut pairs: Vec<Pair>) -> ScoreComparison {
        let apart = |pair: &Pair| pair.difference.map(f64::abs);
        // `None` comes behind every difference; places are distinct, so the order is total.
        pairs.sort_by(|a, b| {
            let (x, y) = (apart(a).unwrap_or(-1.0), apart(b).unwrap_or(-1.0));
            y.total_cmp(&x).then(a.row.cmp(&b.row))
        });
        let differences: Vec<f64> = pairs.iter().filter_map(apart).collect();
        let mut grades = [[0; 4]; 4];
        for pair in &pairs {
            grades[place(pair.their_grade)][place(pair.our_grade)] += 1;
        }
        let bound = rounding(decimals);
        ScoreComparison {
            key,
            grades,
            both: differences.len() as u64,
            alike: differences.iter().filter(|apart| **apart <= bound).count() as u64,
            mean_difference: (!differences.is_empty())
                .then(|| differences.iter().sum::<f64>() / differences.len() as f64),
            pairs,
        }
    }
}

/// How far apart two values may lie when one is rounded to so many decimals, and the last digit of a number.
pub(crate) fn rounding(decimals: Option<u8>) -> f64 {
    decimals.map_or(0.0, |n| 0.5 * 10f64.powi(-i32::from(n))) + 1e-9
}

fn place(grade: Option<&str>) -> usize {
    grade.and_then(|word| Grade::ALL.iter().position(|grade| grade.as_str() == word)).unwrap_or(3)
}

/// Holds a series beside ours.
fn compare(
    head: ForeignSeriesRow,
    rows: Vec<ForeignRow>,
    rules: Option<&Framework>,
    ours: impl Fn(&ForeignRow, ScoreKey) -> Ours,
) -> Comparison {
    let mut scores = Vec::new();
    for key in ScoreKey::ALL {
        let mut pairs = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            let Some(score) = row.scores.iter().find(|score| score.key == key.as_str()) else { continue };
            let ours = ours(row, *key);
            let stated = score.severity.as_deref();
            let stated = stated.and_then(|word| Grade::ALL.iter().find(|g| g.as_str() == word));
            let by_ours = || Some(rules?.score(*key)?.grades.grade(score.value?));
            let value = ours.as_ref().ok().map(|(value, _)| *value);
            pairs.push(Pair {
                row: place,
                theirs: score.value,
                their_grade: stated.copied().or_else(by_ours).map(Grade::as_str),
                ours: value,
                our_grade: ours.as_ref().ok().and_then(|(_, grade)| *grade),
                difference: score.value.zip(value).map(|(theirs, ours)| ours - theirs),
                unknown: ours.err(),
            });
        }
        if !pairs.is_empty() {
            scores.push(ScoreComparison::new(*key, head.decimals, pairs));
        }
    }
    Comparison { head, rows, scores }
}

/// A series of the month beside ours; `None` when there is none of that name.
pub(crate) async fn of(
    site: &Site,
    chosen: &Chosen,
    series: &str,
) -> Result<Option<Arc<Comparison>>, StoreError> {
    let edition = &chosen.edition;
    let framework = chosen.framework.id.as_str();
    let key = (edition.id, framework.to_owned(), series.to_owned());
    let kept = || site.foreign.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(comparison) = kept().get(&key) {
        return Ok(Some(Arc::clone(comparison)));
    }
    let Some(head) = site.store.foreign_series(edition.id).await?.into_iter().find(|s| s.series == series)
    else {
        return Ok(None);
    };
    let rows = site.store.foreign_rows(edition.id, series).await?;
    let directory = edition.directory(&site.store).await?;
    let columns = edition.columns(&site.store, framework).await?;
    let participants: HashMap<(&str, &str), &store::ParticipantRow> =
        edition.participants.iter().map(|row| ((row.programme.as_str(), row.id.as_str()), row)).collect();
    let of_network = |asn: u32, key: ScoreKey| -> Ours {
        let at = directory.asns.binary_search(&asn).map_err(|_| "not among our networks".to_owned())?;
        let column = columns.columns.iter().find(|column| column.key == key.as_str());
        let column = column.ok_or_else(|| format!("no score of framework {framework}"))?;
        let value = column.scores[at].ok_or_else(|| "we have no data".to_owned())?;
        Ok((value, column.grade(at)))
    };
    let of_participant = |programme: &str, id: &str, key: ScoreKey| -> Ours {
        let row = participants.get(&(programme, id)).ok_or("not among our participants")?;
        let scores = row.scores.get(framework).map_or(&[][..], Vec::as_slice);
        let score = scores.iter().find(|score| score.key == key.as_str());
        let score = score.ok_or_else(|| format!("no score of framework {framework}"))?;
        let why = || score.unknown.clone().unwrap_or_else(|| "we have no data".to_owned());
        let value = score.score.filter(|_| score.published).ok_or_else(why)?;
        let grade = Grade::ALL.iter().find(|g| Some(g.as_str()) == score.grade.as_deref());
        Ok((value, grade.map(|g| g.as_str())))
    };
    let ours = |row: &ForeignRow, key: ScoreKey| match (&row.participant, row.asn) {
        (Some((programme, id)), _) => of_participant(programme, id, key),
        (None, Some(asn)) => of_network(asn, key),
        (None, None) => Err("neither a network nor a participant".to_owned()),
    };
    let comparison = Arc::new(compare(head, rows, chosen.rules, ours));
    let mut kept = kept();
    kept.insert(key, Arc::clone(&comparison));
    if kept.len() > KEPT_MAX {
        // The oldest publication is the one least likely to be asked for next.
        kept.pop_first();
    }
    Ok(Some(comparison))
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::ForeignScoreRow;

    #[test]
    fn only_where_both_have_data_is_anything_compared() {
        let head = ForeignSeriesRow {
            series: "theirs".to_owned(),
            label: "Theirs".to_owned(),
            sources: Vec::new(),
            days: Vec::new(),
            networks: 5,
            participants: 0,
            decimals: Some(2),
        };
        let row = |asn: u32, value: Option<f64>, severity: Option<&str>| ForeignRow {
            series: "theirs".to_owned(),
            subject: format!("AS{asn}"),
            asn: Some(asn),
            participant: None,
            name: String::new(),
            networks: Vec::new(),
            day: "2024-05-31".to_owned(),
            source: "theirs".to_owned(),
            scores: vec![ForeignScoreRow {
                key: "routing_information_irr".to_owned(),
                value,
                severity: severity.map(str::to_owned),
            }],
            stated: BTreeMap::new(),
        };
        let rows = vec![
            row(1, Some(0.67), None),
            row(2, Some(0.2), None),
            row(3, None, None),
            row(4, Some(0.9), None),
            row(5, Some(0.9), Some("lagging")),
        ];
        let rules = measure::framework::load("2024-01").unwrap();
        let ours = |row: &ForeignRow, _| match row.asn {
            Some(1) => Ok((2.0 / 3.0, Some("aspiring"))),
            Some(2) => Ok((1.0, Some("ready"))),
            Some(3) => Ok((1.0, Some("ready"))),
            Some(4) => Err("we have no data".to_owned()),
            _ => Ok((0.5, Some("aspiring"))),
        };
        let comparison = compare(head, rows, Some(&rules), ours);
        assert_eq!(comparison.scores.len(), 1);
        let score = &comparison.scores[0];
        assert_eq!((score.both, score.alike, score.same_grade()), (3, 1, (1, 3)));
        let mean = score.mean_difference.unwrap();
        assert!((mean - (0.8 + 0.4 + (0.67 - 2.0 / 3.0)) / 3.0).abs() < 1e-12, "{mean}");
        // Aspiring both; lagging by theirs, ready by ours; the grade they state counts before ours of their value.
        assert_eq!(score.grades, [[0, 0, 0, 1], [0, 1, 0, 0], [1, 1, 0, 0], [1, 0, 0, 0]]);
        let order: Vec<u32> =
            score.compared().iter().map(|pair| comparison.rows[pair.row].asn.unwrap()).collect();
        assert_eq!(order, [2, 5, 1]);
        assert_eq!(score.pairs[4].unknown.as_deref(), Some("we have no data"));
        assert_eq!(score.pairs.iter().filter(|pair| pair.difference.is_none()).count(), 2);
    }
}
