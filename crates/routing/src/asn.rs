use core::fmt;
use core::str::FromStr;

/// An autonomous system number, four octets (RFC 6793).
///
/// Shown as `AS64500`. Read as `AS64500`, `as 64500`, `64500`, `64500.` and asdot `1.10` (RFC 5396).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Asn(pub u32);

impl Asn {
    /// AS0 (RFC 7607): never a network.
    pub const ZERO: Asn = Asn(0);
    /// AS_TRANS (RFC 6793): stands for a four-octet ASN towards a two-octet speaker.
    pub const TRANS: Asn = Asn(23456);
}

impl fmt::Display for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AS{}", self.0)
    }
}

impl fmt::Debug for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no ASN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AsnError {
    /// Not a number, or a number with something else around it.
    #[error("`{0}` is not an AS number: write AS64500, 64500 or 1.10")]
    Malformed(String),
    /// A number above 4294967295, or an asdot half above 65535.
    #[error("`{0}` is out of range: an AS number is at most 4294967295 (asdot: 65535.65535)")]
    OutOfRange(String),
}

impl FromStr for Asn {
    type Err = AsnError;

    fn from_str(text: &str) -> Result<Asn, AsnError> {
        let malformed = || AsnError::Malformed(text.to_owned());
        let range = || AsnError::OutOfRange(text.to_owned());
        let t = text.trim();
        let t = match t.get(..2) {
            Some(head) if head.eq_ignore_ascii_case("as") => t[2..].trim_start(),
            _ => t,
        };
        let t = t.strip_suffix('.').unwrap_or(t);
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if let Some((high, low)) = t.split_once('.') {
            if !all_digits(high) || !all_digits(low) {
                return Err(malformed());
            }
            let high: u16 = high.parse().map_err(|_| range())?;
            let low: u16 = low.parse().map_err(|_| range())?;
            return Ok(Asn(u32::from(high) << 16 | u32::from(low)));
        }
        if !all_digits(t) {
            return Err(malformed());
        }
        t.parse().map(Asn).map_err(|_| range())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, asn) in [
            ("AS64500", 64500),
            ("as64500.", 64500),
            ("AS 64500", 64500),
            (" 64500 ", 64500),
            ("1.10", 65546),
            ("AS65535.65535", u32::MAX),
            ("0", 0),
        ] {
            assert_eq!(text.parse(), Ok(Asn(asn)), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "AS", "AS-SET", "64500x", "-1", "+1", "1.2.3", "é1"] {
            assert!(matches!(text.parse::<Asn>(), Err(AsnError::Malformed(_))), "{text}");
        }
        for text in ["4294967296", "1.65536", "65536.1", "99999999999999999999"] {
            assert!(matches!(text.parse::<Asn>(), Err(AsnError::OutOfRange(_))), "{text}");
        }
    }
}
