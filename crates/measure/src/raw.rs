//! Exact raw values: sums of weighted incident counts, as integers.

use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign};

/// How much an event counts for one network: 0 to 1 in millionths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(u32);

/// What an incident counts before its weight, in thousandths: 0.5 is 500.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count(u64);

/// A raw value: a sum of counts times weights, an exact integer of billionths.
///
/// Sums are the same in every order. They saturate at [`u64::MAX`] billionths, some 18 thousand million
/// incidents, which no month holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Raw(u64);

impl Weight {
    /// Counts in full: the culprit's weight.
    pub const FULL: Weight = Weight(1_000_000);

    /// `None` above one million.
    pub const fn from_millionths(millionths: u32) -> Option<Weight> {
        if millionths <= 1_000_000 { Some(Weight(millionths)) } else { None }
    }

    /// The weight nearest to `value`; `None` unless it lies within 0 and 1 and has at most six decimals.
    pub fn from_f64(value: f64) -> Option<Weight> {
        let millionths = (value * 1e6).round();
        ((0.0..=1e6).contains(&millionths) && millionths / 1e6 == value).then_some(Weight(millionths as u32))
    }

    /// In millionths.
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// As published: 0.5.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

impl Count {
    /// From thousandths.
    pub const fn from_thousandths(thousandths: u64) -> Count {
        Count(thousandths)
    }

    /// In thousandths.
    pub const fn thousandths(self) -> u64 {
        self.0
    }

    /// Times a weight: exact.
    pub fn times(self, weight: Weight) -> Raw {
        Raw(self.0.saturating_mul(u64::from(weight.0)))
    }
}

impl Raw {
    /// Nothing counted.
    pub const ZERO: Raw = Raw(0);

    /// From billionths.
    pub const fn from_billionths(billionths: u64) -> Raw {
        Raw(billionths)
    }

    /// A plain count of things of weight 1, such as prefixes.
    pub const fn from_whole(n: u32) -> Raw {
        Raw(n as u64 * 1_000_000_000)
    }

    /// In billionths.
    pub const fn billionths(self) -> u64 {
        self.0
    }

    /// The nearest number: what a sum of the same counts prints. Correctly rounded below nine million
    /// incidents (2^53 billionths).
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl Add for Raw {
    type Output = Raw;

    fn add(self, other: Raw) -> Raw {
        Raw(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Raw {
    fn add_assign(&mut self, other: Raw) {
        *self = *self + other;
    }
}

impl Sum for Raw {
    fn sum<I: Iterator<Item = Raw>>(values: I) -> Raw {
        values.fold(Raw::ZERO, Add::add)
    }
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_f64(), f)
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({})", self.to_f64())
    }
}

impl fmt::Debug for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Weight({})", self.to_f64())
    }
}

impl fmt::Debug for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Count({})", self.0 as f64 / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_exact_or_refused() {
        for (value, millionths) in
            [(0.0, 0), (1.0, 1_000_000), (0.5, 500_000), (0.015625, 15_625), (0.01, 10_000), (0.3, 300_000)]
        {
            assert_eq!(Weight::from_f64(value).map(Weight::millionths), Some(millionths), "{value}");
            assert_eq!(Weight::from_millionths(millionths).map(Weight::to_f64), Some(value));
        }
        for value in [-0.5, 1.000001, 0.0000001, 0.1 + 0.2, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(Weight::from_f64(value), None, "{value}");
        }
        assert_eq!(Weight::from_millionths(1_000_001), None);
    }

    #[test]
    fn sums_are_exact_where_floats_are_not() {
        let tenth = Count::from_thousandths(1000).times(Weight::from_f64(0.1).unwrap());
        assert_eq!([tenth; 3].into_iter().sum::<Raw>().to_f64(), 0.3);
        assert_ne!(0.1 + 0.1 + 0.1, 0.3);
        assert_eq!(Raw::from_billionths(u64::MAX) + tenth, Raw::from_billionths(u64::MAX));
    }
}
