use core::fmt;
use core::str::FromStr;

/// Unix time in whole seconds, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(pub i64);

/// A calendar day, UTC, as days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date(pub i32);

/// A calendar month, UTC: the scoring unit (FRAMEWORK §5). Shown as `2024-05`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

/// A half-open interval of time `[start, end)`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// First second inside.
    pub start: Timestamp,
    /// First second outside; never before `start`.
    pub end: Timestamp,
}

/// A text that is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {what}: write it like {example}")]
pub struct TimeError {
    text: String,
    what: &'static str,
    example: &'static str,
}

/// Seconds of a day; leap seconds do not exist in Unix time.
const DAY: i64 = 86_400;

impl Date {
    /// From a civil date of the proleptic Gregorian calendar; `None` when there is no such day.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Date> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 || day > days_in(year, month)
        {
            return None;
        }
        // Days since 0000-03-01, counting years from March so that the leap day comes last.
        let y = if month <= 2 { year - 1 } else { year };
        let m = (i32::from(month) + 9) % 12;
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let doy = (153 * m + 2) / 5 + i32::from(day) - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        Some(Date(era * 146_097 + doe - 719_468))
    }

    /// Year, month 1–12 and day 1–31.
    pub fn ymd(self) -> (i32, u8, u8) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = (doy - (153 * mp + 2) / 5 + 1) as u8;
        let month = if mp < 10 { mp + 3 } else { mp - 9 } as u8;
        (yoe + era * 400 + i32::from(month <= 2), month, day)
    }

    /// The day's first second.
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * DAY)
    }

    /// The whole day, `[00:00, 24:00)`.
    pub fn span(self) -> Span {
        Span { start: self.start(), end: Timestamp(self.start().0 + DAY) }
    }

    /// The month the day lies in.
    pub fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month { year: year as u16, month }
    }

    /// Finds a date written `YYYYMMDD` or `YYYY-MM-DD` in a text such as a file name; the last one wins,
    /// because names grow from the general to the particular.
    pub fn find_in(text: &str) -> Option<Date> {
        let bytes = text.as_bytes();
        let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
        let number = |range: core::ops::Range<usize>| text[range].parse::<u16>().ok();
        (0..bytes.len()).rev().find_map(|i| {
            if i > 0 && digit(i - 1) {
                return None;
            }
            let run = (i..bytes.len()).take_while(|&j| digit(j)).count();
            let dashed = run == 4
                && bytes.get(i + 4) == Some(&b'-')
                && digit(i + 5)
                && digit(i + 6)
                && bytes.get(i + 7) == Some(&b'-')
                && digit(i + 8)
                && digit(i + 9)
                && !digit(i + 10);
            let (m, d) = match (run, dashed) {
                (8, _) => (i + 4..i + 6, i + 6..i + 8),
                (_, true) => (i + 5..i + 7, i + 8..i + 10),
                _ => return None,
            };
            let year = number(i..i + 4)?;
            if !(1980..=2100).contains(&year) {
                return None;
            }
            Date::from_ymd(i32::from(year), number(m)? as u8, number(d)? as u8)
        })
    }
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.ymd();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Date, TimeError> {
        let wrong = || TimeError { text: text.to_owned(), what: "date", example: "2024-05-31" };
        let mut parts = text.split('-');
        let mut next = |width: usize| {
            let part = parts.next().filter(|p| p.len() == width && p.bytes().all(|b| b.is_ascii_digit()));
            part.and_then(|p| p.parse::<i32>().ok()).ok_or_else(wrong)
        };
        let (y, m, d) = (next(4)?, next(2)?, next(2)?);
        if parts.next().is_some() {
            return Err(wrong());
        }
        Date::from_ymd(y, m as u8, d as u8).ok_or_else(wrong)
    }
}

impl Timestamp {
    /// The day this second lies in.
    pub fn date(self) -> Date {
        Date(self.0.div_euclid(DAY) as i32)
    }

    /// Seconds since the day began.
    pub fn second_of_day(self) -> u32 {
        self.0.rem_euclid(DAY) as u32
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339, UTC, `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.second_of_day();
        write!(f, "{}T{:02}:{:02}:{:02}Z", self.date(), s / 3600, s / 60 % 60, s % 60)
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// RFC 3339 in UTC (`Z`, `+00:00`, or no zone at all, which public data means as UTC; `T` or a space;
    /// a fraction is cut), a bare date, or Unix seconds (9 to 11
    /// digits, so that no year or compact date is taken for one).
    fn from_str(text: &str) -> Result<Timestamp, TimeError> {
        let wrong = || TimeError { text: text.to_owned(), what: "time", example: "2024-05-31T12:00:00Z" };
        let t = text.trim();
        if (9..=11).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit()) {
            return t.parse().map(Timestamp).map_err(|_| wrong());
        }
        let date: Date = t.get(..10).ok_or_else(wrong)?.parse().map_err(|_| wrong())?;
        let rest = &t[10..];
        if rest.is_empty() {
            return Ok(date.start());
        }
        let rest = rest.strip_prefix(['T', 't', ' ']).ok_or_else(wrong)?;
        let rest = ["Z", "z", "+00:00", "+0000", " UTC"]
            .iter()
            .find_map(|zone| rest.strip_suffix(zone))
            .unwrap_or(rest);
        let (clock, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
        if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let mut seconds = 0;
        let mut parts = clock.split(':');
        for (limit, unit) in [(24, 3600), (60, 60), (60, 1)] {
            let part = parts.next().filter(|p| p.len() == 2).ok_or_else(wrong)?;
            let n: i64 = part.parse().map_err(|_| wrong())?;
            if !(0..limit).contains(&n) {
                return Err(wrong());
            }
            seconds += n * unit;
        }
        if parts.next().is_some() {
            return Err(wrong());
        }
        Ok(Timestamp(date.start().0 + seconds))
    }
}

impl Month {
    /// `None` unless `month` is 1–12 and the year 1–9998.
    pub fn new(year: u16, month: u8) -> Option<Month> {
        ((1..=12).contains(&month) && (1..=9998).contains(&year)).then_some(Month { year, month })
    }

    /// The month's first day.
    pub fn first_day(self) -> Date {
        Date::from_ymd(i32::from(self.year), self.month, 1).expect("a month has a first day")
    }

    /// The whole month, from its first second to the next month's.
    pub fn span(self) -> Span {
        Span { start: self.first_day().start(), end: self.next().first_day().start() }
    }

    /// The following month.
    pub fn next(self) -> Month {
        match self.month {
            12 => Month { year: self.year + 1, month: 1 },
            m => Month { year: self.year, month: m + 1 },
        }
    }

    /// The month before; `None` of the first there is.
    pub fn previous(self) -> Option<Month> {
        match self.month {
            1 => Month::new(self.year - 1, 12),
            m => Month::new(self.year, m - 1),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Month {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Month, TimeError> {
        let wrong = || TimeError { text: text.to_owned(), what: "month", example: "2024-05" };
        let (y, m) = text.split_once('-').ok_or_else(wrong)?;
        if y.len() != 4 || m.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return Err(wrong());
        }
        let (y, m) = (y.parse().map_err(|_| wrong())?, m.parse().map_err(|_| wrong())?);
        Month::new(y, m).ok_or_else(wrong)
    }
}

impl Span {
    /// Length in seconds.
    pub fn seconds(self) -> i64 {
        self.end.0 - self.start.0
    }

    /// The part inside `other`; `None` when they have no second and no instant in common. A span of no
    /// length inside `other` is kept: an event of 0 s is an event.
    #[inline]
    pub fn clip(self, other: Span) -> Option<Span> {
        let start = self.start.max(other.start);
        let end = self.end.min(other.end);
        (start < end || (start == end && self.start == self.end && start < other.end))
            .then_some(Span { start, end })
    }

    /// True when `at` lies inside.
    pub fn contains(self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    /// Whole days from this span to `at`: 0 inside, otherwise the distance to the nearer edge, rounded up.
    pub fn distance_days(self, at: Timestamp) -> u32 {
        let seconds = if at < self.start {
            self.start.0 - at.0
        } else if at >= self.end {
            at.0 - self.end.0 + 1
        } else {
            0
        };
        u32::try_from((seconds + DAY - 1) / DAY).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_round_trip() {
        for days in -200_000..200_000 {
            let (y, m, d) = Date(days).ymd();
            assert_eq!(Date::from_ymd(y, m, d), Some(Date(days)));
        }
        assert_eq!(Date::from_ymd(1970, 1, 1), Some(Date(0)));
        assert_eq!(Date::from_ymd(2024, 2, 29).map(|d| d.to_string()).as_deref(), Some("2024-02-29"));
        assert_eq!(Date::from_ymd(2023, 2, 29), None);
    }

    #[test]
    fn times_are_read_as_public_data_writes_them() {
        for text in ["2018-05-30T02:38:22", "2018-05-30 02:38:22", "2018-05-30T02:38:22.125Z", "1527647902"] {
            assert_eq!(text.parse(), Ok(Timestamp(1_527_647_902)), "{text}");
        }
        for text in [
            "",
            "2018",
            "2018-05-30T24:00:00",
            "2018-05-30T1:00:00",
            "2018-13-01",
            "2018-05-30T02:38:22+02:00",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        assert_eq!(Timestamp(1_527_647_902).to_string(), "2018-05-30T02:38:22Z");
    }

    #[test]
    fn months_are_half_open() {
        let m: Month = "2023-12".parse().unwrap();
        assert_eq!(m.span().start.to_string(), "2023-12-01T00:00:00Z");
        assert_eq!(m.span().end.to_string(), "2024-01-01T00:00:00Z");
        assert!("2023-13".parse::<Month>().is_err() && "2023-1".parse::<Month>().is_err());
    }

    #[test]
    fn dates_are_found_in_names() {
        let find = |t: &str| Date::find_in(t).map(|d| d.to_string());
        assert_eq!(find("20180501.txt.gz").as_deref(), Some("2018-05-01"));
        assert_eq!(find("2022-03-16_fullbogons-ipv4.txt.gz").as_deref(), Some("2022-03-16"));
        assert_eq!(find("delegated-20160101-again-20160130").as_deref(), Some("2016-01-30"));
        assert_eq!(find("2016-02_tabi_roa.csv.gz"), None);
        assert_eq!(find("updates.1401493500.bz2"), None);
    }

    #[test]
    fn clipping_keeps_instants_inside() {
        let span = |a, b| Span { start: Timestamp(a), end: Timestamp(b) };
        assert_eq!(span(0, 10).clip(span(5, 20)), Some(span(5, 10)));
        assert_eq!(span(0, 10).clip(span(10, 20)), None);
        assert_eq!(span(7, 7).clip(span(5, 20)), Some(span(7, 7)));
        assert_eq!(span(20, 20).clip(span(5, 20)), None);
        assert_eq!(span(0, 10).distance_days(Timestamp(86_409)), 1);
        assert_eq!(span(0, 10).distance_days(Timestamp(86_410)), 2);
    }
}
