//! Lines cut into words, and what is said when a word is none of the language.

use core::fmt;
use core::str::FromStr;

use routing::{Span, Timestamp};

/// What is wrong with a scenario's own text, or with the world it describes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wrong {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and what is allowed.
    pub message: String,
}

/// The words of one line, read from left to right.
pub(crate) struct Words<'a> {
    /// Line, from 1.
    pub line: usize,
    words: Vec<&'a str>,
    at: usize,
}

impl<'a> Words<'a> {
    /// Cuts a line: words are separated by blanks, `"…"` is one word, `#` begins a comment. `None` when
    /// nothing is left.
    pub fn of(line: usize, text: &'a str) -> Result<Option<Words<'a>>, Wrong> {
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() && !rest.starts_with('#') {
            let (word, behind) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or_else(|| Wrong {
                    line,
                    message: "a quotation mark is opened and not closed".to_owned(),
                })?,
                None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
            };
            words.push(word);
            rest = behind.trim_start();
        }
        Ok((!words.is_empty()).then_some(Words { line, words, at: 0 }))
    }

    /// An error at this line.
    pub fn wrong<T>(&self, message: impl Into<String>) -> Result<T, Wrong> {
        Err(Wrong { line: self.line, message: message.into() })
    }

    /// The next word without taking it.
    pub fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    /// True when no word is left.
    pub fn is_over(&self) -> bool {
        self.at == self.words.len()
    }

    /// The next word; `what` says what belongs there.
    pub fn next(&mut self, what: &str) -> Result<&'a str, Wrong> {
        let Some(word) = self.peek() else {
            return self.wrong(format!("the line ends where {what} belongs"));
        };
        self.at += 1;
        Ok(word)
    }

    /// Takes the next word if it is this one.
    pub fn take(&mut self, word: &str) -> bool {
        let there = self.peek() == Some(word);
        self.at += usize::from(there);
        there
    }

    /// The next word, which must be one of `allowed`.
    pub fn one_of(&mut self, allowed: &[&'static str]) -> Result<&'static str, Wrong> {
        let word = self.next(&format!("one of {}", allowed.join(", ")))?;
        match allowed.iter().find(|a| **a == word) {
            Some(found) => Ok(found),
            None => self.wrong(not_a_word(word, allowed)),
        }
    }

    /// The next word, which must be `word`.
    pub fn expect(&mut self, word: &'static str) -> Result<(), Wrong> {
        self.one_of(&[word]).map(|_| ())
    }

    /// The next word as a value that says itself what is wrong with a text.
    pub fn value<T: FromStr>(&mut self, what: &str) -> Result<T, Wrong>
    where
        T::Err: fmt::Display,
    {
        let word = self.next(what)?;
        word.parse().or_else(|error| self.wrong(format!("`{word}` where {what} belongs: {error}")))
    }

    /// The next word as a moment: a day (its first second), or day and clock with or without seconds and `Z`.
    pub fn moment(&mut self) -> Result<Timestamp, Wrong> {
        let word = self.next("a moment like 2024-05-02T10:00")?;
        moment(word).map_or_else(
            || self.wrong(format!("`{word}` is no moment: write 2024-05-02 or 2024-05-02T10:00[:30]")),
            Ok,
        )
    }

    /// True when the next word is a moment.
    pub fn at_moment(&self) -> bool {
        self.peek().and_then(moment).is_some()
    }

    /// `MOMENT .. MOMENT`.
    pub fn span(&mut self) -> Result<Span, Wrong> {
        let start = self.moment()?;
        self.expect("..")?;
        let end = self.moment()?;
        if end < start { self.wrong("the span ends before it begins") } else { Ok(Span { start, end }) }
    }

    /// Everything left, joined by blanks.
    pub fn rest(&mut self) -> String {
        let rest = self.words[self.at..].join(" ");
        self.at = self.words.len();
        rest
    }

    /// Nothing may be left.
    pub fn end(&self) -> Result<(), Wrong> {
        match self.peek() {
            None => Ok(()),
            Some(word) => self.wrong(format!("`{word}` is too much: the statement ends before it")),
        }
    }
}

fn moment(word: &str) -> Option<Timestamp> {
    let full = match word.len() {
        10 => word.to_owned(),
        16 => format!("{word}:00Z"),
        _ => word.to_owned(),
    };
    (word.len() >= 10 && word.contains('-')).then(|| full.parse().ok()).flatten()
}

/// A moment as scenarios write it: no clock at midnight, no seconds on the minute.
pub(crate) fn shown(time: Timestamp) -> String {
    let text = time.to_string();
    match time.second_of_day() {
        0 => text[..10].to_owned(),
        s if s % 60 == 0 => text[..16].to_owned(),
        _ => text,
    }
}

/// A span as scenarios write it.
pub(crate) fn shown_span(span: Span) -> String {
    format!("{} .. {}", shown(span.start), shown(span.end))
}

/// `X is no word here`, with the nearest one that is.
pub(crate) fn not_a_word(word: &str, allowed: &[&str]) -> String {
    let near = allowed.iter().map(|a| (distance(word, a), *a)).min();
    let near = near.filter(|(far, a)| *far <= 2.max(a.len() / 3));
    let guess = near.map(|(_, a)| format!(" Did you mean `{a}`?")).unwrap_or_default();
    format!("`{word}` is no word here.{guess} Allowed: {}", allowed.join(", "))
}

/// Insertions, deletions and substitutions between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = core::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_into_words() {
        let mut words = Words::of(3, "  expect \"two words\" x # not this").unwrap().unwrap();
        assert_eq!(words.next("a").unwrap(), "expect");
        assert_eq!(words.next("a").unwrap(), "two words");
        assert!(words.take("x") && words.is_over());
        assert_eq!(words.next("a prefix").unwrap_err().line, 3);
        assert!(Words::of(1, " # only a comment").unwrap().is_none());
        assert!(Words::of(1, "an \"open quote").is_err());
    }

    #[test]
    fn a_wrong_word_names_the_nearest_right_one() {
        let allowed = &["announce", "withdraw", "down", "up"];
        assert!(not_a_word("witdraw", allowed).contains("Did you mean `withdraw`?"));
        assert!(!not_a_word("zebra", allowed).contains("Did you mean"));
    }

    #[test]
    fn moments_are_written_short() {
        for text in ["2024-05-02", "2024-05-02T10:00", "2024-05-02T10:00:30Z"] {
            assert_eq!(shown(moment(text).unwrap()), text);
        }
        assert_eq!(moment("AS64500"), None);
        assert_eq!(moment("1714521600"), None);
    }
}
