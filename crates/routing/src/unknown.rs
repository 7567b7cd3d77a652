use core::fmt;

/// Why a value is not known. Unknown is never zero: it is left out of every mean and the reason is shown.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Unknown(pub String);

impl Unknown {
    /// A reason in words that complete "unknown, because …".
    pub fn because(reason: impl Into<String>) -> Unknown {
        Unknown(reason.into())
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
