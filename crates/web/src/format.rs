//! How numbers, times and digests are written on a page. Nothing here allocates a judgement: a value is never
//! rounded up past a threshold, and a share is 100 % only when it is everything.

use core::fmt;

use askama::filters::HtmlSafe;
use routing::Timestamp;

/// Narrow no-break space: groups digits, joins a number and its unit.
const THIN: char = '\u{202f}';

/// A whole number, its digits in groups of three: `12 345`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Count(pub(crate) u64);

/// A score from 0 to 1 in three decimals, never shown above what it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Score(pub(crate) f64);

/// A part of a whole in per cent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Share {
    pub(crate) part: u64,
    pub(crate) whole: u64,
}

/// A size in bytes for people: `1.2 MB`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Size(pub(crate) u64);

/// A moment, UTC, to the minute: `2024-05-03 04:00`, exact to the second on hovering.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment(pub(crate) i64);

/// A day, UTC: `2024-05-03`, exact to the second on hovering.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Day(pub(crate) i64);

/// A length of time in its two largest units: `1 d 20 h`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lasting(pub(crate) i64);

/// A digest; `{}` is all of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Digest(pub(crate) String);

/// A number with a fraction, without needless zeros: `3.5`, `12 345.25`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Decimal(pub(crate) f64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                write!(f, "{THIN}")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounding up could show a threshold that was not reached.
        let rounded = (self.0 * 1000.0).round() / 1000.0;
        let shown = if rounded > self.0 + 1e-9 { (self.0 * 1000.0).floor() / 1000.0 } else { rounded };
        write!(f, "{shown:.3}")
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            _ if self.whole == 0 => write!(f, "–"),
            0 => write!(f, "0{THIN}%"),
            part if part == self.whole => write!(f, "100{THIN}%"),
            part => {
                let tenths = (part as f64 * 1000.0 / self.whole as f64).round() / 10.0;
                match tenths {
                    t if t < 0.1 => write!(f, "<{THIN}0.1{THIN}%"),
                    t if t > 99.9 => write!(f, ">{THIN}99.9{THIN}%"),
                    t => write!(f, "{t:.1}{THIN}%"),
                }
            }
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = self.0 as f64;
        if self.0 < 1000 {
            return write!(f, "{}{THIN}B", self.0);
        }
        let mut unit = "B";
        for next in ["kB", "MB", "GB", "TB"] {
            if value < 999.5 {
                break;
            }
            value /= 1000.0;
            unit = next;
        }
        if value < 10.0 { write!(f, "{value:.1}{THIN}{unit}") } else { write!(f, "{value:.0}{THIN}{unit}") }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = Timestamp(self.0);
        let (date, second) = (at.date(), at.second_of_day());
        let (hour, minute) = (second / 3600, second / 60 % 60);
        write!(f, "<time datetime=\"{at}\" title=\"{at}\">{date}\u{a0}{hour:02}:{minute:02}</time>")
    }
}

impl HtmlSafe for Moment {}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = Timestamp(self.0);
        write!(f, "<time datetime=\"{at}\" title=\"{at}\">{}</time>", at.date())
    }
}

impl HtmlSafe for Day {}

impl fmt::Display for Lasting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.0.max(0);
        let units = [(s / 86_400, "d"), (s / 3600 % 24, "h"), (s / 60 % 60, "min"), (s % 60, "s")];
        let first = units.iter().position(|(n, _)| *n > 0).unwrap_or(3);
        let (n, unit) = units[first];
        write!(f, "{}{THIN}{unit}", Count(n as u64))?;
        match units.get(first + 1) {
            Some((n, unit)) if *n > 0 => write!(f, " {n}{THIN}{unit}"),
            _ => Ok(()),
        }
    }
}

impl Digest {
    /// Its first 12 digits.
    pub(crate) fn short(&self) -> &str {
        self.0.char_indices().nth(12).map_or(&self.0, |(end, _)| &self.0[..end])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.3}", self.0.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let sign = if self.0 < 0.0 { "−" } else { "" };
        write!(f, "{sign}{}", Count(whole.parse().unwrap_or(u64::MAX)))?;
        match fraction.trim_end_matches('0') {
            "" => Ok(()),
            fraction => write!(f, ".{fraction}"),
        }
    }
}

/// A count that is never negative, from a store that keeps signed ones.
pub(crate) fn count(n: i64) -> Count {
    Count(u64::try_from(n).unwrap_or(0))
}

/// `1 network`, `2 networks`.
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", Count(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_never_flatter() {
        let count = |n| Count(n).to_string().replace(THIN, "_");
        assert_eq!([count(0), count(999), count(1000), count(1_234_567)], ["0", "999", "1_000", "1_234_567"]);
        assert_eq!(Score(0.8999999).to_string(), "0.899");
        assert_eq!(Score(0.6).to_string(), "0.600");
        assert_eq!(Score(0.29).to_string(), "0.290");
        assert_eq!(Score(1.0).to_string(), "1.000");
        let share = |part, whole| Share { part, whole }.to_string().replace(THIN, "");
        assert_eq!([share(0, 9), share(9, 9), share(1, 100_000)], ["0%", "100%", "<0.1%"]);
        assert_eq!([share(99_999, 100_000), share(1, 3), share(0, 0)], [">99.9%", "33.3%", "–"]);
        assert_eq!(
            [Decimal(3.5), Decimal(2.0), Decimal(0.125)].map(|d| d.to_string()),
            ["3.5", "2", "0.125"]
        );
    }

    #[test]
    fn sizes_and_times_are_written_for_people() {
        let size = |n| Size(n).to_string().replace(THIN, " ");
        assert_eq!([size(0), size(999), size(1_234), size(999_700)], ["0 B", "999 B", "1.2 kB", "1.0 MB"]);
        assert_eq!(size(u64::MAX), "18446744 TB");
        let lasting = |n| Lasting(n).to_string().replace(THIN, "");
        assert_eq!([lasting(0), lasting(45), lasting(3600), lasting(158_400)], ["0s", "45s", "1h", "1d 20h"]);
        assert_eq!(
            Moment(1_714_708_800).to_string(),
            "<time datetime=\"2024-05-03T04:00:00Z\" title=\"2024-05-03T04:00:00Z\">2024-05-03\u{a0}04:00</time>"
        );
        assert_eq!(Digest("é".repeat(13)).short(), "é".repeat(12));
    }
}
