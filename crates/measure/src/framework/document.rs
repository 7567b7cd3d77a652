//! A TOML document with positions: every value knows where it stands, so that every refusal can say so.

use core::fmt::Display;
use core::ops::{Range, RangeInclusive};

use routing::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::FrameworkError;

/// A table of which every key is known.
pub(super) struct Table<'a> {
    text: &'a str,
    path: String,
    at: Range<usize>,
    entries: &'a DeTable<'a>,
}

/// A value and where it stands.
pub(super) struct Item<'a> {
    text: &'a str,
    path: String,
    at: Range<usize>,
    value: &'a DeValue<'a>,
}

/// A decimal as it was written.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Decimal {
    pub value: f64,
    pub written: String,
}

type Read<T> = Result<T, FrameworkError>;

/// Refuses a text at a byte offset.
pub(super) fn refuse(text: &str, offset: usize, message: impl Into<String>) -> FrameworkError {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    FrameworkError {
        line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message: message.into(),
    }
}

/// Parses the text; the document borrows from it.
pub(super) fn parse(text: &str) -> Read<Spanned<DeTable<'_>>> {
    DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        refuse(text, offset, format!("not TOML: {}", error.message()))
    })
}

impl<'a> Table<'a> {
    /// The whole document.
    pub fn root(text: &'a str, document: &'a Spanned<DeTable<'a>>, keys: &[&str]) -> Read<Table<'a>> {
        Table { text, path: String::new(), at: 0..0, entries: document.get_ref() }.only(keys)
    }

    /// Refuses the first key that is not one of `keys`.
    fn only(self, keys: &[&str]) -> Read<Table<'a>> {
        let unknown = self.entries.keys().filter(|key| !keys.contains(&key.get_ref().as_ref()));
        match unknown.min_by_key(|key| key.span().start) {
            None => Ok(self),
            Some(key) => {
                let place = if self.path.is_empty() { "a framework" } else { &self.path };
                let message = format!(
                    "unknown key `{}` in {place}{}",
                    key.get_ref(),
                    instead(key.get_ref(), keys.iter().copied())
                );
                Err(refuse(self.text, key.span().start, message))
            }
        }
    }

    /// A value that must be there.
    pub fn get(&self, key: &str) -> Read<Item<'a>> {
        self.find(key).ok_or_else(|| {
            let place = if self.path.is_empty() { "the framework" } else { &self.path };
            refuse(self.text, self.at.start, format!("{place} lacks the key `{key}`"))
        })
    }

    /// A value that may be there.
    pub fn find(&self, key: &str) -> Option<Item<'a>> {
        let value = self.entries.get(key)?;
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Some(Item { text: self.text, path, at: value.span(), value: value.get_ref() })
    }
}

impl<'a> Item<'a> {
    /// Refuses the value.
    pub fn refuse(&self, message: impl Display) -> FrameworkError {
        refuse(self.text, self.at.start, format!("`{}` {message}", self.path))
    }

    fn wanted(&self, wanted: &str) -> FrameworkError {
        self.refuse(format!("is a {}: {wanted} is wanted", self.value.type_str()))
    }

    /// A text that is not empty.
    pub fn text(&self) -> Read<&'a str> {
        let text = self.value.as_str().ok_or_else(|| self.wanted("a text"))?.trim();
        if text.is_empty() { Err(self.refuse("is empty: a text is wanted")) } else { Ok(text) }
    }

    /// One of several words.
    pub fn word<T: Copy>(&self, all: &[T], word: fn(T) -> &'static str) -> Read<T> {
        let words = all.iter().map(|&one| word(one));
        let text = self.value.as_str().ok_or_else(|| {
            self.wanted(&format!("one of {}", words.clone().collect::<Vec<_>>().join(", ")))
        })?;
        all.iter()
            .copied()
            .find(|&one| word(one) == text)
            .ok_or_else(|| self.refuse(format!("is `{text}`{}", instead(text, words))))
    }

    /// A number, written with or without a decimal point.
    pub fn decimal(&self, allowed: RangeInclusive<f64>) -> Read<Decimal> {
        let written = match self.value {
            DeValue::Float(float) => float.as_str().to_owned(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().to_owned(),
            _ => return Err(self.wanted("a number")),
        };
        let value: f64 = written.parse().map_err(|_| self.wanted("a number"))?;
        if !allowed.contains(&value) {
            let (from, to) = (allowed.start(), allowed.end());
            return Err(self.refuse(format!("is {written}: allowed is {from} to {to}")));
        }
        Ok(Decimal { value, written })
    }

    /// A number in steps of `1 / steps`, as the number of its steps.
    pub fn steps(&self, allowed: RangeInclusive<f64>, steps: u32) -> Read<u64> {
        let decimal = self.decimal(allowed)?;
        let scaled = (decimal.value * f64::from(steps)).round();
        if scaled / f64::from(steps) != decimal.value {
            return Err(self.refuse(format!(
                "is {}: at most {} decimals are allowed",
                decimal.written,
                steps.ilog10()
            )));
        }
        Ok(scaled as u64)
    }

    /// A whole number.
    pub fn whole(&self, allowed: RangeInclusive<u64>) -> Read<u64> {
        let DeValue::Integer(integer) = self.value else { return Err(self.wanted("a whole number")) };
        i128::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .and_then(|n| u64::try_from(n).ok())
            .filter(|n| allowed.contains(n))
            .ok_or_else(|| {
                let (from, to) = (allowed.start(), allowed.end());
                self.refuse(format!("is {}: allowed is {from} to {to}", integer.as_str()))
            })
    }

    /// A day, `2024-01-31` without quotes.
    pub fn date(&self) -> Read<Date> {
        let day = self.value.as_datetime().filter(|datetime| datetime.time.is_none());
        let day = day
            .and_then(|datetime| datetime.date)
            .ok_or_else(|| self.refuse("is no date: a day is wanted, written 2024-01-31 without quotes"))?;
        Date::from_ymd(i32::from(day.year), day.month, day.day)
            .filter(|_| (1990..=2200).contains(&day.year))
            .ok_or_else(|| self.refuse(format!("is {day}: allowed are days of the years 1990 to 2200")))
    }

    /// The members of a list.
    pub fn list(&self) -> Read<Vec<Item<'a>>> {
        let array = self.value.as_array().ok_or_else(|| self.wanted("a list"))?;
        let member = |(index, value): (usize, &'a Spanned<DeValue<'a>>)| Item {
            text: self.text,
            path: format!("{}[{index}]", self.path),
            at: value.span(),
            value: value.get_ref(),
        };
        Ok(array.iter().enumerate().map(member).collect())
    }

    /// Words of a list, each at most once.
    pub fn words<T: Copy + PartialEq>(&self, all: &[T], word: fn(T) -> &'static str) -> Read<Vec<T>> {
        let mut words = Vec::new();
        for item in self.list()? {
            let one = item.word(all, word)?;
            if words.contains(&one) {
                return Err(item.refuse(format!("repeats `{}`: each may stand once", word(one))));
            }
            words.push(one);
        }
        Ok(words)
    }

    /// A table with these keys and no others.
    pub fn table(&self, keys: &[&str]) -> Read<Table<'a>> {
        let entries = self.value.as_table().ok_or_else(|| self.wanted("a table"))?;
        Table { text: self.text, path: self.path.clone(), at: self.at.clone(), entries }.only(keys)
    }

    /// The value when it is a text, whatever it says.
    pub fn as_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }
}

/// `: did you mean …? allowed is …`
fn instead<'w>(wrong: &str, words: impl Iterator<Item = &'w str>) -> String {
    let words: Vec<&str> = words.collect();
    let nearest = words.iter().map(|word| (distance(wrong, word), word)).min();
    let all = words.join(", ");
    match nearest {
        Some((d, word)) if d <= 1 + wrong.len() / 4 => format!(": did you mean `{word}`? Allowed: {all}"),
        _ => format!(": allowed: {all}"),
    }
}

/// Letters to insert, remove or replace; case counts for nothing.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().take(64).flat_map(char::to_lowercase).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j].min(diagonal) + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns() {
        let at = |offset| {
            let error = refuse("a\nbé=1\n", offset, "");
            (error.line, error.column)
        };
        assert_eq!([at(0), at(2), at(5), at(8), at(99)], [(1, 1), (2, 1), (2, 3), (3, 1), (3, 1)]);
    }

    #[test]
    fn near_words_are_suggested() {
        assert!(instead("tilte", ["title", "id"].into_iter()).starts_with(": did you mean `title`?"));
        assert!(instead("M7irr", ["M7IRR", "M8"].into_iter()).starts_with(": did you mean `M7IRR`?"));
        assert_eq!(instead("colour", ["title", "id"].into_iter()), ": allowed: title, id");
        assert_eq!([distance("", "abc"), distance("abc", "abc"), distance("abc", "axcd")], [3, 0, 2]);
    }
}
