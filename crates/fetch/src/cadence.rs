use core::fmt;
use core::str::FromStr;

use routing::{Date, Timestamp};

/// How often something new appears: `5m`, `8h`, `1d`, `7d`, `1mo`, `3mo`, counted from midnight UTC, from
/// 1970-01-01, or from January.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cadence {
    /// Every so many seconds: a divisor of a day, or whole days.
    Seconds(i64),
    /// The first of every so many months: a divisor of twelve.
    Months(i32),
}

const DAY: i64 = 86_400;

impl Cadence {
    /// The last moment of the rhythm that is not after `at`.
    pub fn floor(self, at: Timestamp) -> Timestamp {
        match self {
            Cadence::Seconds(step) => Timestamp(at.0.div_euclid(step) * step),
            Cadence::Months(step) => first_of(months(at).div_euclid(step) * step),
        }
    }

    /// The moment after `at`, which is one of the rhythm.
    pub fn next(self, at: Timestamp) -> Timestamp {
        match self {
            Cadence::Seconds(step) => Timestamp(at.0.saturating_add(step)),
            Cadence::Months(step) => first_of(months(at) + step),
        }
    }

    /// Its length in seconds; a month counts 31 days.
    pub fn seconds_max(self) -> i64 {
        match self {
            Cadence::Seconds(step) => step,
            Cadence::Months(step) => i64::from(step) * 31 * DAY,
        }
    }
}

/// Months since the year 0.
fn months(at: Timestamp) -> i32 {
    let (year, month, _) = at.date().ymd();
    year * 12 + i32::from(month) - 1
}

fn first_of(months: i32) -> Timestamp {
    let date = Date::from_ymd(months.div_euclid(12), months.rem_euclid(12) as u8 + 1, 1);
    date.map_or(Timestamp(i64::MAX), Date::start)
}

impl FromStr for Cadence {
    type Err = String;

    fn from_str(text: &str) -> Result<Cadence, String> {
        let wrong = || {
            format!(
                "`{text}` is no cadence: write 5m, 15m, 2h, 8h, 1d, 7d, 1mo or 3mo; minutes and hours divide a \
                 day, months a year"
            )
        };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let number: i64 = number.parse().ok().filter(|n| (1..=366).contains(n)).ok_or_else(wrong)?;
        let cadence = match unit {
            "m" => Cadence::Seconds(number * 60),
            "h" => Cadence::Seconds(number * 3_600),
            "d" => return Ok(Cadence::Seconds(number * DAY)),
            "mo" if 12 % number == 0 => return Ok(Cadence::Months(number as i32)),
            _ => return Err(wrong()),
        };
        if DAY % cadence.seconds_max() == 0 { Ok(cadence) } else { Err(wrong()) }
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cadence::Seconds(s) if s % DAY == 0 => write!(f, "{}d", s / DAY),
            Cadence::Seconds(s) if s % 3_600 == 0 => write!(f, "{}h", s / 3_600),
            Cadence::Seconds(s) => write!(f, "{}m", s / 60),
            Cadence::Months(m) => write!(f, "{m}mo"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_follow_each_other() {
        for (cadence, at, floor, next) in [
            ("5m", "2024-05-01T00:07:09Z", "2024-05-01T00:05:00Z", "2024-05-01T00:10:00Z"),
            ("8h", "2024-05-01T23:59:59Z", "2024-05-01T16:00:00Z", "2024-05-02T00:00:00Z"),
            ("1d", "2024-05-01T23:59:59Z", "2024-05-01", "2024-05-02"),
            ("1mo", "2024-12-31T23:59:59Z", "2024-12-01", "2025-01-01"),
            ("3mo", "2024-05-31", "2024-04-01", "2024-07-01"),
        ] {
            let parsed: Cadence = cadence.parse().unwrap();
            assert_eq!(parsed.to_string(), cadence);
            let began = parsed.floor(at.parse().unwrap());
            assert_eq!(
                (began, parsed.next(began)),
                (floor.parse().unwrap(), next.parse().unwrap()),
                "{cadence}"
            );
        }
    }

    #[test]
    fn rhythms_that_are_none() {
        for text in ["", "m", "0m", "7m", "5h", "5mo", "1w", "1y", "-1d", "1441m", "99999999999999999999d"] {
            assert!(text.parse::<Cadence>().is_err(), "{text}");
        }
    }
}
