//! Scores of networks become those of participants, economies, regions and the world (FRAMEWORK §5).

use routing::{Asn, Unknown};

use crate::framework::{Grade, GradeRule, Pooling};

/// The mean of scores from 0 to 1: exact, the same in every order, mergeable from parts.
///
/// The sum is an integer of 2⁻¹⁰⁰; every score above 2⁻⁴⁷ enters it without loss, smaller ones lose less than
/// 2⁻¹⁰⁰. The mean is the number nearest to the exact quotient.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mean {
    sum: u128,
    n: u32,
}

/// 2¹⁰⁰.
const SCALE: f64 = (1u128 << 100) as f64;

impl Mean {
    /// Adds a score; outside 0 to 1 it is taken for the nearer bound. Holds up to 2²⁷ scores.
    pub fn add(&mut self, score: f64) {
        self.sum += (score.clamp(0.0, 1.0) * SCALE) as u128;
        self.n += 1;
    }

    /// Adds the scores of another part.
    pub fn merge(&mut self, other: Mean) {
        self.sum += other.sum;
        self.n += other.n;
    }

    /// How many scores.
    pub fn n(&self) -> u32 {
        self.n
    }

    /// The mean; `None` of no scores.
    pub fn value(&self) -> Option<f64> {
        let n = u128::from(self.n);
        let quotient = self.sum.checked_div(n)?;
        // A remainder makes the quotient odd, so that a tie that is none rounds the right way.
        let sticky = u128::from(!self.sum.is_multiple_of(n));
        Some((quotient | sticky) as f64 / SCALE)
    }
}

impl FromIterator<f64> for Mean {
    fn from_iter<I: IntoIterator<Item = f64>>(scores: I) -> Mean {
        let mut mean = Mean::default();
        scores.into_iter().for_each(|score| mean.add(score));
        mean
    }
}

/// One score of many networks: pooled, counted by grade; those without data counted apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Aggregate {
    pooling: Pooling,
    mean: Mean,
    least: f64,
    grades: [u32; Grade::ALL.len()],
    no_data: u32,
}

impl Aggregate {
    /// Of no networks yet.
    pub fn new(pooling: Pooling) -> Aggregate {
        Aggregate {
            pooling,
            mean: Mean::default(),
            least: f64::INFINITY,
            grades: [0; Grade::ALL.len()],
            no_data: 0,
        }
    }

    /// Adds a network's score and grade; without data it is counted and left out of everything else.
    pub fn add(&mut self, score: Result<f64, &Unknown>, rule: &GradeRule) {
        match score {
            Ok(score) => {
                self.mean.add(score);
                self.least = self.least.min(score);
                self.grades[rule.grade(score) as usize] += 1;
            }
            Err(_) => self.no_data += 1,
        }
    }

    /// Adds the networks of another part.
    pub fn merge(&mut self, other: &Aggregate) {
        self.mean.merge(other.mean);
        self.least = self.least.min(other.least);
        self.grades.iter_mut().zip(other.grades).for_each(|(mine, theirs)| *mine += theirs);
        self.no_data += other.no_data;
    }

    /// The pooled score, or unknown when no network has data.
    pub fn score(&self) -> Result<f64, Unknown> {
        let pooled = match self.pooling {
            Pooling::Mean => self.mean.value(),
            Pooling::Min => (self.mean.n() > 0).then_some(self.least),
        };
        pooled.ok_or_else(|| match self.no_data {
            0 => Unknown::because("no data: no networks"),
            n => Unknown::because(format!("no data: none of {n} networks measured")),
        })
    }

    /// The grade of the pooled score.
    pub fn grade(&self, rule: &GradeRule) -> Option<Grade> {
        self.score().ok().map(|score| rule.grade(score))
    }

    /// Networks with data.
    pub fn with_data(&self) -> u32 {
        self.mean.n()
    }

    /// Networks without.
    pub fn no_data(&self) -> u32 {
        self.no_data
    }

    /// Networks of a grade.
    pub fn count(&self, grade: Grade) -> u32 {
        self.grades[grade as usize]
    }

    /// Share of a grade among the networks with data; `None` when there are none.
    pub fn share(&self, grade: Grade) -> Option<f64> {
        (self.with_data() > 0).then(|| f64::from(self.count(grade)) / f64::from(self.with_data()))
    }
}

/// Pools one score over networks, in the order of their ASNs (any other gives the same result); a network
/// listed twice counts once.
pub fn aggregate<'a>(
    pooling: Pooling,
    rule: &GradeRule,
    scores: impl IntoIterator<Item = (Asn, Result<f64, &'a Unknown>)>,
) -> Aggregate {
    let mut scores: Vec<_> = scores.into_iter().collect();
    scores.sort_by_key(|(asn, _)| *asn);
    scores.dedup_by_key(|(asn, _)| *asn);
    let mut aggregate = Aggregate::new(pooling);
    scores.into_iter().for_each(|(_, score)| aggregate.add(score, rule));
    aggregate
}
