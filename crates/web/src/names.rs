//! Finding networks by what they or their holders are called, the way people type it.

use std::sync::OnceLock;

use memchr::memmem::Finder;
use store::Directory;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Ends the name in a line; what follows is the holder. No folded text holds it.
const AFTER_NAME: char = '\u{1}';

/// Names and holders of a month's networks, folded: one line per network, in the order of the directory.
#[derive(Debug, Default)]
pub(crate) struct Names {
    text: String,
    /// Where each line ends, without its line break.
    ends: Vec<u32>,
    /// Every word once, in the order of words, for those who mistype one.
    words: OnceLock<Vec<Box<str>>>,
}

/// Networks that a search found, by their place in the directory, the likeliest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Found {
    pub(crate) places: Vec<usize>,
    /// How many there are in all.
    pub(crate) all: usize,
}

/// Letters and digits in lower case without their marks; everything else is one space between words.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        fold_letters(text.chars().map(|c| c.to_ascii_lowercase()), &mut folded);
    } else {
        let bare = text.nfkd().filter(|c| !is_combining_mark(*c));
        fold_letters(bare.flat_map(char::to_lowercase), &mut folded);
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn fold_letters(letters: impl Iterator<Item = char>, folded: &mut String) {
    for c in letters {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
}

impl Names {
    /// Reads every name and holder once.
    pub(crate) fn of(directory: &Directory) -> Names {
        let mut names = Names::default();
        for (name, holder) in directory.names.iter().zip(directory.organisations.iter()) {
            let (name, holder) = (fold(name), fold(holder));
            names.text.push_str(&name);
            names.text.push(AFTER_NAME);
            names.text.push_str(&holder);
            names.ends.push(u32::try_from(names.text.len()).expect("names of one month are below 4 GiB"));
            names.text.push('\n');
        }
        names
    }

    fn words(&self) -> &[Box<str>] {
        self.words.get_or_init(|| {
            let words = self.text.split([' ', AFTER_NAME, '\n']);
            let mut words: Vec<&str> = words.filter(|word| word.chars().count() > 3).collect();
            words.sort_unstable();
            words.dedup();
            words.into_iter().map(Box::from).collect()
        })
    }

    fn line(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize + 1);
        &self.text[start..self.ends[place] as usize]
    }

    /// Networks whose name or holder has every word of `query` in it, at most `limit`: the whole name first,
    /// then names that begin so, then those with words that begin so; among equals the one with most routes.
    pub(crate) fn find(&self, directory: &Directory, query: &str, limit: usize) -> Found {
        let query = fold(query);
        let Some(rarest) = query.split(' ').max_by_key(|word| word.len()).filter(|word| !word.is_empty())
        else {
            return Found::default();
        };
        let mut found: Vec<(u8, u64, usize)> = Vec::new();
        let finder = Finder::new(rarest);
        let mut at = 0;
        while let Some(hit) = finder.find(&self.text.as_bytes()[at..]) {
            let place = self.ends.partition_point(|end| (*end as usize) < at + hit);
            if let Some(rank) = rank(self.line(place), &query) {
                let routes = directory.routes_ipv4[place] + directory.routes_ipv6[place];
                found.push((rank, u64::MAX - routes, place));
            }
            at = self.ends[place] as usize + 1;
        }
        let all = found.len();
        found.sort_unstable();
        found.truncate(limit);
        Found { places: found.into_iter().map(|(_, _, place)| place).collect(), all }
    }

    /// `query` with each word that no name has replaced by the nearest word that one has; `None` where nothing
    /// is near or nothing would change.
    pub(crate) fn mend(&self, query: &str) -> Option<String> {
        let query = fold(query);
        let mended: Option<Vec<&str>> = query.split(' ').map(|word| self.mend_word(word)).collect();
        Some(mended?.join(" ")).filter(|mended| *mended != query)
    }

    fn mend_word<'a>(&'a self, word: &'a str) -> Option<&'a str> {
        if Finder::new(word).find(self.text.as_bytes()).is_some() {
            return Some(word);
        }
        let letters = word.chars().count();
        let distance_max = match letters {
            0..4 => return None,
            4..7 => 1,
            _ => 2,
        };
        let near = self.words().iter().filter_map(|known| {
            let apart = known.chars().count().abs_diff(letters);
            let distance = (apart <= distance_max).then(|| strsim::osa_distance(known, word))?;
            (distance <= distance_max).then_some((distance, &**known))
        });
        near.min().map(|(_, known)| known)
    }
}

/// How well a line answers, the smaller the better; `None` when a word of the query is not in it.
fn rank(line: &str, query: &str) -> Option<u8> {
    let (name, _) = line.split_once(AFTER_NAME)?;
    let begins = |text: &str, word: &str| {
        text.match_indices(word).any(|(at, _)| at == 0 || !text[..at].ends_with(char::is_alphanumeric))
    };
    let every = |test: &dyn Fn(&str) -> bool| query.split(' ').all(test);
    if !every(&|word| line.contains(word)) {
        return None;
    }
    Some(match () {
        () if name == query => 0,
        () if name.starts_with(query) => 1,
        () if every(&|word| begins(name, word)) => 2,
        () if every(&|word| begins(line, word)) => 3,
        () if every(&|word| name.contains(word)) => 4,
        () => 5,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let names = ["NORDÅS-NET", "Zürich IX", "ACME", "acme transit", "", "Pacme"];
        let holders = ["Nordås Högskola", "", "Acme GmbH & Co. KG", "Acme GmbH", "Old Acme", "x"];
        Directory {
            asns: (1..=6).collect(),
            names: names.into_iter().collect(),
            organisations: holders.into_iter().collect(),
            economies: ["SE", "CH", "DE", "DE", "ZZ", "DE"].into_iter().collect(),
            registries: ["ripencc"; 6].into_iter().collect(),
            routes_ipv4: vec![1, 1, 1, 1, 9, 1],
            routes_ipv6: vec![0; 6],
            statuses: None,
        }
    }

    #[test]
    fn what_people_type_finds_what_they_mean() {
        let directory = directory();
        let names = Names::of(&directory);
        let find = |query: &str| -> Vec<u32> {
            let found = names.find(&directory, query, 9);
            assert_eq!(found.all, found.places.len());
            found.places.into_iter().map(|place| directory.asns[place]).collect()
        };
        assert_eq!(find("nordas"), [1]);
        assert_eq!(find("  NORDÅS net "), [1]);
        assert_eq!(find("hogskola nordås"), [1], "words in any order, of name or holder");
        assert_eq!(find("zurich"), [2]);
        assert_eq!(find("acme"), [3, 4, 5, 6], "whole name, beginning, holder's word, within a word");
        assert_eq!(find("co kg"), [3]);
        assert_eq!(find("nothing"), [0; 0]);
        assert_eq!(find(""), [0; 0]);
        assert_eq!(find("&"), [0; 0]);
        let two = names.find(&directory, "acme", 2);
        assert_eq!((two.places.len(), two.all), (2, 4));
    }

    #[test]
    fn a_mistyped_word_is_mended_and_a_right_one_is_not() {
        let names = Names::of(&directory());
        assert_eq!(names.mend("trasnit").as_deref(), Some("transit"));
        assert_eq!(names.mend("acme tranist").as_deref(), Some("acme transit"));
        assert_eq!(names.mend("acme"), None);
        assert_eq!(names.mend("completely different"), None);
        assert_eq!(names.mend("xyz"), None, "too short to guess");
    }
}
