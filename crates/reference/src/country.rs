use core::fmt;
use core::str::FromStr;

/// A country code as registries write it: two capital letters (ISO 3166-1 alpha-2, and the registries'
/// own `ZZ`, `EU`, `AP`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The code.
    pub fn code(&self) -> &str {
        core::str::from_utf8(&self.0).expect("a country code is two ASCII letters")
    }
}

impl FromStr for Country {
    type Err = ();

    /// Two ASCII letters of any case.
    fn from_str(text: &str) -> Result<Country, ()> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Country([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(()),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
