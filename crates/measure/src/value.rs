use routing::Unknown;

use crate::raw::Raw;

/// A measured value. What could not be measured is an [`Unknown`] in its place, never a zero.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value {
    /// Weighted incidents or a count: 0 is best; becomes a score through the curve.
    Raw(Raw),
    /// A share from 0 to 1: a score already.
    Share(f64),
    /// Yes or no: a score of 1 or 0.
    Flag(bool),
}

/// A value, or why there is none.
pub type Measured = Result<Value, Unknown>;

impl Value {
    /// As a number: the raw sum, the share, or 1 and 0.
    pub fn to_f64(self) -> f64 {
        match self {
            Value::Raw(raw) => raw.to_f64(),
            Value::Share(share) => share,
            Value::Flag(flag) => f64::from(u8::from(flag)),
        }
    }
}
