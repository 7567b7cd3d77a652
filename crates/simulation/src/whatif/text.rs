//! Changes as text, one in a line: the same for the command, the page and the API.

use core::fmt;

use routing::{Asn, Prefix, PrefixError};
use serde::Serialize;

/// Changes in one question.
pub const CHANGES_MAX: usize = 200;

/// Octets of the text.
pub const TEXT_BYTES_MAX: usize = 16 << 10;

/// Characters of a word that a message repeats.
const WORD_CHARS_MAX: usize = 80;

/// What may be written, for whoever wrote something else.
pub const EXAMPLES: [&str; 6] = [
    "+ roa 192.0.2.0/24 AS64500",
    "- roa 192.0.2.0/24-28 AS64500",
    "+ route 192.0.2.0/24 AS64500 RIPE",
    "- route 192.0.2.0/24 AS64500",
    "+ announce 2001:db8::/32 AS64500",
    "- announce 2001:db8::/32 AS64500",
];

/// Something that could be otherwise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Change {
    /// Whether it would be there that is not, or be gone that is.
    pub adds: bool,
    /// What.
    pub what: What,
}

/// What a change is of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    /// A ROA of one prefix, as the VRP it becomes.
    Roa {
        /// Its prefix.
        prefix: Prefix,
        /// Its maximum length; the prefix's own where the ROA names none.
        max_length: u8,
        /// Its origin; AS0 for nobody.
        origin: Asn,
    },
    /// A route or route6 object.
    Route {
        /// Its prefix.
        prefix: Prefix,
        /// Its origin.
        origin: Asn,
        /// Its registry; `None` for every registry that has it, where one is removed.
        registry: Option<String>,
    },
    /// An announcement.
    Announce {
        /// The prefix.
        prefix: Prefix,
        /// Who originates it.
        origin: Asn,
    },
}

impl Change {
    /// The space it can have an effect in.
    pub fn prefix(&self) -> Prefix {
        match self.what {
            What::Roa { prefix, .. } | What::Route { prefix, .. } | What::Announce { prefix, .. } => prefix,
        }
    }

    /// Whose it is.
    pub fn origin(&self) -> Asn {
        match self.what {
            What::Roa { origin, .. } | What::Route { origin, .. } | What::Announce { origin, .. } => origin,
        }
    }
}

impl fmt::Display for Change {
    /// As it is read; a maximum length that is the prefix's own is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.adds { "+ " } else { "- " })?;
        match &self.what {
            What::Roa { prefix, max_length, origin } if *max_length == prefix.len() => {
                write!(f, "roa {prefix} {origin}")
            }
            What::Roa { prefix, max_length, origin } => write!(f, "roa {prefix}-{max_length} {origin}"),
            What::Route { prefix, origin, registry } => {
                write!(f, "route {prefix} {origin}")?;
                registry.iter().try_for_each(|registry| write!(f, " {registry}"))
            }
            What::Announce { prefix, origin } => write!(f, "announce {prefix} {origin}"),
        }
    }
}

/// The first thing wrong with a text of changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ChangeError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// The line as it may have been meant, or one that would be right.
    pub suggestion: Option<String>,
}

/// One line, word by word.
struct Line<'a> {
    number: usize,
    text: &'a str,
    /// Where the next word is looked for, in octets.
    at: usize,
    /// Where the last word began.
    word_at: usize,
}

impl<'a> Line<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let start = self.at + (rest.len() - rest.trim_start().len());
        self.word_at = start;
        let word = self.text[start..].split_whitespace().next()?;
        self.at = start + word.len();
        Some(word)
    }

    fn wrong(&self, message: impl Into<String>, suggestion: Option<String>) -> ChangeError {
        let column = self.text[..self.word_at.min(self.text.len())].chars().count() + 1;
        ChangeError { line: self.number, column, message: message.into(), suggestion }
    }

    /// The line with its last word replaced.
    fn instead(&self, word: &str) -> String {
        let whole = format!("{}{word}{}", &self.text[..self.word_at], &self.text[self.at..]);
        whole.trim().to_owned()
    }

    fn word(&mut self, what: &str, example: &str) -> Result<&'a str, ChangeError> {
        self.next()
            .ok_or_else(|| self.wrong(format!("the line ends where {what} is due"), Some(example.into())))
    }

    fn prefix_of(&self, word: &str, text: &str) -> Result<Prefix, ChangeError> {
        text.parse().map_err(|error| {
            let meant = match &error {
                PrefixError::HostBits { suggestion, .. } => {
                    Some(self.instead(&word.replacen(text, &suggestion.to_string(), 1)))
                }
                _ => None,
            };
            self.wrong(error.to_string(), meant)
        })
    }

    fn origin(&mut self, example: &str) -> Result<Asn, ChangeError> {
        let word = self.word("an AS number", example)?;
        word.parse().map_err(|error: routing::AsnError| self.wrong(error.to_string(), None))
    }

    fn end(&mut self) -> Result<(), ChangeError> {
        match self.next() {
            None => Ok(()),
            Some(more) => {
                let kept = self.text[..self.word_at].trim().to_owned();
                Err(self
                    .wrong(format!("nothing is read behind the change: `{}`", shortened(more)), Some(kept)))
            }
        }
    }
}

/// A word as far as a message needs it.
fn shortened(word: &str) -> String {
    match word.char_indices().nth(WORD_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}

/// Reads changes, one in a line; empty lines and those that begin with `#` are left out.
///
/// # Errors
/// The first thing wrong, with its place and what may have been meant.
pub fn parse(text: &str) -> Result<Vec<Change>, ChangeError> {
    if text.len() > TEXT_BYTES_MAX {
        let message =
            format!("{} octets are more than the {TEXT_BYTES_MAX} that one question takes", text.len());
        return Err(ChangeError { line: 1, column: 1, message, suggestion: None });
    }
    let mut changes = Vec::new();
    for (number, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() || text.trim_start().starts_with('#') {
            continue;
        }
        let mut line = Line { number, text, at: 0, word_at: 0 };
        if changes.len() == CHANGES_MAX {
            let message = format!("more than {CHANGES_MAX} changes: ask with fewer at once");
            return Err(line.wrong(message, None));
        }
        changes.push(change(&mut line)?);
    }
    Ok(changes)
}

fn change(line: &mut Line<'_>) -> Result<Change, ChangeError> {
    let sign = line.word("+ or -", EXAMPLES[0])?;
    let adds = match sign {
        "+" | "add" => true,
        "-" | "−" | "remove" => false,
        // In an address a plus sign that is not written %2B is a space.
        _ => {
            let message = format!(
                "`{}`: a change begins with + (would be there) or - (would be gone); in an address + is written %2B, \
                 or as the word add",
                shortened(sign)
            );
            let meant = format!("+ {}", line.text.trim());
            return Err(line.wrong(message, parse(&meant).is_ok().then_some(meant)));
        }
    };
    let kind = line.word("roa, route or announce", EXAMPLES[0])?;
    let what = match kind.to_ascii_lowercase().as_str() {
        "roa" | "vrp" => roa(line)?,
        "route" | "route6" => route(line, adds)?,
        "announce" | "announcement" => {
            let prefix = prefix(line, EXAMPLES[4])?;
            What::Announce { prefix, origin: line.origin(EXAMPLES[4])? }
        }
        other => {
            let meant = ["roa", "route", "announce"]
                .into_iter()
                .find(|known| known.chars().zip(other.chars()).take_while(|(a, b)| a == b).count() >= 2);
            let message = format!("`{}` is none of roa, route, announce", shortened(kind));
            return Err(line.wrong(message, meant.map(|meant| line.instead(meant))));
        }
    };
    line.end()?;
    Ok(Change { adds, what })
}

fn prefix(line: &mut Line<'_>, example: &str) -> Result<Prefix, ChangeError> {
    let word = line.word("a prefix", example)?;
    line.prefix_of(word, word)
}

fn roa(line: &mut Line<'_>) -> Result<What, ChangeError> {
    let word = line.word("a prefix", EXAMPLES[1])?;
    let (text, length) = match word.split_once('-') {
        Some((text, length)) => (text, Some(length)),
        None => (word, None),
    };
    let prefix = line.prefix_of(word, text)?;
    let bits = prefix.family().bits();
    let max_length = match length {
        None => prefix.len(),
        Some(length) => match length.parse::<u8>() {
            Ok(n) if (prefix.len()..=bits).contains(&n) && length.bytes().all(|b| b.is_ascii_digit()) => n,
            _ => {
                let least = prefix.len();
                let message = format!(
                    "`{}`: the maximum length of {prefix} lies from {least} to {bits}",
                    shortened(length)
                );
                return Err(line.wrong(message, Some(line.instead(&prefix.to_string()))));
            }
        },
    };
    Ok(What::Roa { prefix, max_length, origin: line.origin(EXAMPLES[0])? })
}

fn route(line: &mut Line<'_>, adds: bool) -> Result<What, ChangeError> {
    let prefix = prefix(line, EXAMPLES[2])?;
    let origin = line.origin(EXAMPLES[2])?;
    let registry = match line.next() {
        Some(word)
            if word.len() <= 40 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) =>
        {
            Some(word.to_ascii_uppercase())
        }
        Some(word) => {
            return Err(line.wrong(
                format!("`{}` is no name of a registry such as RIPE or RADB", shortened(word)),
                None,
            ));
        }
        None if adds => {
            let message = "the registry is missing in which the object would be made";
            return Err(line.wrong(message, Some(format!("{} RIPE", line.text.trim()))));
        }
        None => None,
    };
    Ok(What::Route { prefix, origin, registry })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text =
            EXAMPLES.join("\n") + "\n\n# a remark\nadd ROA 10.0.0.0/8-24 64500\nremove route6 ::/0 1.10 radb";
        let changes = parse(&text).unwrap();
        let written: Vec<String> = changes.iter().map(Change::to_string).collect();
        assert_eq!(written[..6], EXAMPLES);
        assert_eq!(written[6..], ["+ roa 10.0.0.0/8-24 AS64500", "- route ::/0 AS65546 RADB"]);
        assert_eq!(parse(&written.join("\n")).unwrap(), changes);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_a_way_out() {
        for (text, line, column, says, suggestion) in [
            ("+ roa 192.0.2.1/24 AS64500", 1, 7, "host bits", Some("+ roa 192.0.2.0/24 AS64500")),
            ("+ roa 192.0.2.1/24-25 AS1", 1, 7, "host bits", Some("+ roa 192.0.2.0/24-25 AS1")),
            ("\n  + roa 192.0.2.0/24-23 AS64500", 2, 9, "from 24 to 32", Some("+ roa 192.0.2.0/24 AS64500")),
            ("+ roa 192.0.2.0/24-+25 AS64500", 1, 7, "from 24 to 32", Some("+ roa 192.0.2.0/24 AS64500")),
            ("roa 192.0.2.0/24 AS64500", 1, 1, "begins with", Some("+ roa 192.0.2.0/24 AS64500")),
            ("garbage", 1, 1, "begins with", None),
            ("+ roam 192.0.2.0/24 AS64500", 1, 3, "none of", Some("+ roa 192.0.2.0/24 AS64500")),
            ("+ announce 192.0.2.0/24", 1, 24, "AS number", Some(EXAMPLES[4])),
            ("+ announce 192.0.2.0/24 ASx", 1, 25, "", None),
            ("+ route 192.0.2.0/24 AS1", 1, 25, "registry", Some("+ route 192.0.2.0/24 AS1 RIPE")),
            (
                "- announce 192.0.2.0/24 AS1 RIPE",
                1,
                29,
                "nothing is read",
                Some("- announce 192.0.2.0/24 AS1"),
            ),
            ("+", 1, 2, "ends", Some(EXAMPLES[0])),
            ("+ roa ü AS1", 1, 7, "not a prefix", None),
        ] {
            let error = parse(text).expect_err(text);
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
            assert!(error.message.contains(says), "{text}: {error}");
            assert_eq!(error.suggestion.as_deref(), suggestion, "{text}");
            if let Some(meant) = suggestion {
                parse(meant).expect("what is suggested is right");
            }
        }
        let long = parse(&"x".repeat(10_000)).unwrap_err();
        assert!(long.message.len() < 300, "{long}");
        let many = format!("{}\n", EXAMPLES[0]).repeat(CHANGES_MAX + 1);
        assert_eq!(parse(&many).unwrap_err().line, CHANGES_MAX + 1);
        assert!(parse(&many.repeat(4)).unwrap_err().message.contains("octets"));
    }
}
