use core::fmt;

use routing::{Date, Span, Timestamp};

use crate::{Cadence, rtr};

/// A URL, or the shape of the URLs of a series: between braces stand `YYYY`, `MM`, `DD`, `hh` and `mm` for
/// parts of the file's moment (UTC), with any other signs between them:
/// `https://host/{YYYY.MM}/updates.{YYYYMMDD.hhmm}.gz`. `{page}` is the number of a page, from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UrlTemplate {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Literal(String),
    Field(usize),
    Page,
}

/// Each field's letters, how many digits it has, and what it is when it is not written.
const FIELDS: [(&str, usize, i64); 5] =
    [("YYYY", 4, 1970), ("MM", 2, 1), ("DD", 2, 1), ("hh", 2, 0), ("mm", 2, 0)];

impl UrlTemplate {
    /// Reads a URL or template.
    ///
    /// # Errors
    /// What is wrong with it, for the person who wrote it.
    pub fn parse(text: &str) -> Result<UrlTemplate, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, tail) = after.split_once('}').ok_or("`{` without a closing `}`")?;
            pieces.push(Piece::Literal(before.to_owned()));
            match inside {
                "page" => pieces.push(Piece::Page),
                _ => fields(inside, &mut pieces)?,
            }
            rest = tail;
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        pieces.retain(|p| *p != Piece::Literal(String::new()));
        let template = UrlTemplate { text: text.to_owned(), pieces };
        let example = template.at(Timestamp(0));
        let url = url::Url::parse(&example).map_err(|e| format!("not a URL: {e}"))?;
        let is_cache = rtr::Address::is_meant(&url);
        if !matches!(url.scheme(), "http" | "https") && !is_cache {
            let scheme = url.scheme();
            return Err(format!(
                "`{scheme}:` is not fetched, only https: and http:, and rtr: of RPKI caches"
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a user name or password does not belong into a URL: it is written down".to_owned());
        }
        if url.fragment().is_some() {
            return Err("a URL to fetch has no `#`".to_owned());
        }
        let end_of_host = text.find("//").map_or(0, |i| i + 2);
        let host = text[end_of_host..].split('/').next().unwrap_or_default();
        if host.contains('{') {
            return Err("the host cannot hold a time".to_owned());
        }
        if is_cache {
            rtr::Address::parse(&url)?;
        }
        Ok(template)
    }

    /// True when it is an RPKI cache that is asked over RTR: `rtr://host[:port]`.
    pub fn is_cache(&self) -> bool {
        self.text.starts_with("rtr:")
    }

    /// What every URL of it begins with.
    pub fn beginning(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// True when it stands for a URL per moment.
    pub fn is_series(&self) -> bool {
        self.pieces.iter().any(|p| matches!(p, Piece::Field(_)))
    }

    /// True when it stands for a URL per page.
    pub fn is_paged(&self) -> bool {
        self.pieces.contains(&Piece::Page)
    }

    /// Whether the files of this rhythm have URLs of their own.
    ///
    /// # Errors
    /// Which field is missing.
    pub fn fits(&self, cadence: Cadence) -> Result<(), String> {
        let needed = match cadence {
            Cadence::Months(12) => 1,
            Cadence::Months(_) => 2,
            Cadence::Seconds(s) if s % 86_400 == 0 => 3,
            Cadence::Seconds(s) if s % 3_600 == 0 => 4,
            Cadence::Seconds(_) => 5,
        };
        match (0..needed).find(|i| !self.pieces.contains(&Piece::Field(*i))) {
            Some(i) => Err(format!("files every {cadence} need `{{{}}}` in their URL", FIELDS[i].0)),
            None => Ok(()),
        }
    }

    /// The URL of a moment, and of its first page.
    pub fn at(&self, moment: Timestamp) -> String {
        self.at_page(moment, 1)
    }

    /// The URL of a page of a moment.
    pub fn at_page(&self, moment: Timestamp, page: u32) -> String {
        let (year, month, day) = moment.date().ymd();
        let second = moment.second_of_day();
        let values =
            [i64::from(year), month.into(), day.into(), (second / 3_600).into(), (second / 60 % 60).into()];
        let mut url = String::with_capacity(self.text.len());
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => url.push_str(text),
                Piece::Page => url.push_str(&page.to_string()),
                Piece::Field(i) => url.push_str(&format!("{:0width$}", values[*i], width = FIELDS[*i].1)),
            }
        }
        url
    }

    /// The moment whose URL this is; `None` when it is of another shape.
    pub fn moment_of(&self, url: &str) -> Option<Timestamp> {
        let mut values: [Option<i64>; 5] = [None; 5];
        let mut rest = url;
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Page => {
                    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                    rest = (1..=9).contains(&digits).then(|| &rest[digits..])?;
                }
                Piece::Field(i) => {
                    let digits =
                        rest.get(..FIELDS[*i].1).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
                    let value = digits.parse().ok()?;
                    if *values[*i].get_or_insert(value) != value {
                        return None;
                    }
                    rest = &rest[digits.len()..];
                }
            }
        }
        let value = |i: usize| values[i].unwrap_or(FIELDS[i].2);
        let date = Date::from_ymd(value(0) as i32, value(1) as u8, value(2) as u8)?;
        (rest.is_empty() && value(3) < 24 && value(4) < 60)
            .then(|| Timestamp(date.start().0 + value(3) * 3_600 + value(4) * 60))
    }

    /// Moments and URLs of a series in `span`, the earliest first: from the one that holds its beginning.
    pub fn series(&self, cadence: Cadence, span: Span) -> Vec<(Timestamp, String)> {
        let mut all = Vec::new();
        let mut moment = cadence.floor(span.start);
        while moment < span.end {
            all.push((moment, self.at(moment)));
            moment = cadence.next(moment);
        }
        all
    }
}

fn fields(mut inside: &str, pieces: &mut Vec<Piece>) -> Result<(), String> {
    let mut any = false;
    while let Some(first) = inside.chars().next() {
        if let Some(i) = FIELDS.iter().position(|f| inside.starts_with(f.0)) {
            pieces.push(Piece::Field(i));
            inside = &inside[FIELDS[i].0.len()..];
            any = true;
        } else if first.is_ascii_alphabetic() || first == '{' {
            return Err(format!("`{{{inside}}}` is no time: between braces stand YYYY, MM, DD, hh and mm"));
        } else {
            pieces.push(Piece::Literal(first.to_string()));
            inside = &inside[first.len_utf8()..];
        }
    }
    if any {
        Ok(())
    } else {
        Err("`{}` holds no time: between braces stand YYYY, MM, DD, hh and mm".to_owned())
    }
}

impl fmt::Display for UrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The last part of a URL's path: the name its file has where it comes from.
pub fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPDATES: &str = "https://data.example/rrc00/{YYYY.MM}/updates.{YYYYMMDD.hhmm}.gz";

    #[test]
    fn urls_and_moments_are_inverse() {
        let template = UrlTemplate::parse(UPDATES).unwrap();
        let moment: Timestamp = "2024-05-31T23:55:00Z".parse().unwrap();
        let url = template.at(moment);
        assert_eq!(url, "https://data.example/rrc00/2024.05/updates.20240531.2355.gz");
        assert_eq!(template.moment_of(&url), Some(moment));
        for other in [
            "https://data.example/rrc00/2024.06/updates.20240531.2355.gz",
            "https://data.example/rrc00/2024.05/updates.20240531.2455.gz",
            "https://data.example/rrc00/2024.05/updates.20240531.2355.gz2",
            "https://data.example/rrc00/2024.05/updates.2024",
            "https://data.example/rrc00/2024.02/updates.20240230.0000.gz",
            "",
        ] {
            assert_eq!(template.moment_of(other), None, "{other}");
        }
        assert_eq!(file_name(&url), "updates.20240531.2355.gz");
        assert_eq!(file_name("https://h/api/net/?x=/y"), "net");
    }

    #[test]
    fn pages_of_a_day() {
        let template = UrlTemplate::parse("https://h/x?day={YYYY-MM-DD}&page={page}").unwrap();
        let moment: Timestamp = "2024-05-31".parse().unwrap();
        assert_eq!(template.at_page(moment, 12), "https://h/x?day=2024-05-31&page=12");
        assert_eq!(template.moment_of("https://h/x?day=2024-05-31&page=12"), Some(moment));
        assert_eq!(template.moment_of("https://h/x?day=2024-05-31&page="), None);
        assert!(template.is_paged() && template.is_series());
    }

    #[test]
    fn a_series_of_a_month() {
        let template = UrlTemplate::parse(UPDATES).unwrap();
        let month: routing::Month = "2024-05".parse().unwrap();
        let all = template.series("5m".parse().unwrap(), month.span());
        assert_eq!(all.len(), 31 * 288);
        assert!(all[0].1.ends_with("20240501.0000.gz") && all[8_927].1.ends_with("20240531.2355.gz"));
        let quarters = template.series("3mo".parse().unwrap(), month.span());
        assert!(quarters.len() == 1 && quarters[0].1.ends_with("20240401.0000.gz"));
    }

    #[test]
    fn what_cannot_be_fetched_is_refused_with_words() {
        for (text, word) in [
            ("ftp://h/x", "only https"),
            ("file:///etc/passwd", "only https"),
            ("x/y", "not a URL"),
            ("https://u:p@h/", "password"),
            ("https://h/{YYYY", "closing"),
            ("https://h/{}", "holds no time"),
            ("https://h/{year}", "is no time"),
            ("https://{YYYY}.h/", "host"),
            ("https://h/#a", "no `#`"),
        ] {
            let error = UrlTemplate::parse(text).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
        let daily = UrlTemplate::parse("https://h/{YYYY-MM}").unwrap();
        assert!(daily.fits("1d".parse().unwrap()).unwrap_err().contains("{DD}"));
        assert!(daily.fits("1mo".parse().unwrap()).is_ok());
    }
}
