//! Paths as a picture: networks in columns by their distance from the origin, lines as thick as peers are many.

use std::collections::{BTreeMap, BTreeSet};

use store::EventRow;

use crate::incident::spread::numbers;
pub(crate) use crate::incident::spread::words;

/// Distinct paths drawn: those that most peers show.
const PATHS_MAX: usize = 30;
/// Networks in one column: a page has four pictures, and stays light.
const ROWS_MAX: usize = 10;
/// Columns: longer paths are cut.
const COLUMNS_MAX: usize = 10;

const COLUMN_WIDTH: usize = 124;
const ROW_HEIGHT: usize = 38;
const NODE_WIDTH: usize = 92;
const NODE_HEIGHT: usize = 24;
const MARGIN: usize = 8;

/// Who is who in an event.
pub(crate) struct Marks {
    culprit: Option<u32>,
    victims: BTreeSet<u32>,
    accomplices: BTreeSet<u32>,
    credits: BTreeSet<u32>,
    /// Networks that a path has on it which shows the event, besides the culprit.
    mark: Vec<u32>,
}

/// A drawing.
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) about: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) lines: Vec<Line>,
    pub(crate) left_out: usize,
}

pub(crate) struct Node {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) text_x: usize,
    pub(crate) text_y: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) label: String,
    /// What it is, for a reader and for the style.
    pub(crate) part: &'static str,
    pub(crate) class: &'static str,
}

pub(crate) struct Line {
    pub(crate) d: String,
    pub(crate) width: usize,
    /// Of the prefix that the event's was taken from.
    pub(crate) related: bool,
}

impl Marks {
    pub(crate) fn of(event: &EventRow) -> Marks {
        Marks {
            culprit: event.culprit,
            victims: event.victims.iter().copied().collect(),
            accomplices: event.accomplices.iter().map(|(asn, _)| *asn).collect(),
            credits: event.credits.iter().copied().collect(),
            mark: event.mark.clone(),
        }
    }

    /// Whether a path shows the event.
    pub(crate) fn are_on(&self, path: &str) -> bool {
        let mut wanted = self.culprit.iter().chain(&self.mark).peekable();
        let on_path: Vec<u32> = numbers(path).collect();
        wanted.peek().is_some() && wanted.all(|asn| on_path.contains(asn))
    }

    fn part(&self, word: &str) -> (&'static str, &'static str) {
        let Ok(asn) = word.parse::<u32>() else { return ("", "") };
        match () {
            () if self.culprit == Some(asn) => ("culprit", "is-culprit"),
            () if self.victims.contains(&asn) => ("victim", "is-victim"),
            () if self.accomplices.contains(&asn) => ("passed it on", "is-accomplice"),
            () if self.credits.contains(&asn) => ("not seen passing it", "is-credit"),
            () => ("", ""),
        }
    }
}

impl Picture {
    /// `paths` are prefix (0 is the event's own), path and peers, the most important first.
    pub(crate) fn new(paths: &[(u8, &str, u64)], marks: &Marks, about: &str) -> Picture {
        let mut left_out = paths.len().saturating_sub(PATHS_MAX);
        let mut column_of: BTreeMap<String, usize> = BTreeMap::new();
        let mut drawn: Vec<(u8, Vec<String>, u64)> = Vec::new();
        for (prefix, path, peers) in paths.iter().take(PATHS_MAX) {
            let hops: Vec<String> = words(path).into_iter().take(COLUMNS_MAX).map(|(word, _)| word).collect();
            for (distance, word) in hops.iter().enumerate() {
                let column = column_of.entry(word.clone()).or_insert(distance);
                *column = (*column).max(distance);
            }
            drawn.push((*prefix, hops, *peers));
        }
        // Rows in the order in which paths bring their networks: what most show stands on top.
        let mut place_of: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let mut filled: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, hops, _) in &drawn {
            for word in hops {
                let column = column_of[word];
                let next = filled.entry(column).or_default();
                if *next < ROWS_MAX && !place_of.contains_key(word.as_str()) {
                    place_of.insert(word, (column, *next));
                    *next += 1;
                }
            }
        }
        let mut widths: BTreeMap<(&str, &str, bool), u64> = BTreeMap::new();
        for (prefix, hops, peers) in &drawn {
            if hops.iter().any(|word| !place_of.contains_key(word.as_str())) {
                left_out += 1;
            }
            for pair in hops.windows(2) {
                *widths.entry((&pair[0], &pair[1], *prefix > 0)).or_default() += peers;
            }
        }
        let most = widths.values().copied().max().unwrap_or(1).max(1);
        let lines = widths.iter().filter_map(|((from, to, related), peers)| {
            let (from, to) = (place_of.get(from)?, place_of.get(to)?);
            let width = 1 + usize::try_from(peers * 5 / most).unwrap_or(5);
            Some(Line { d: curve(*from, *to), width, related: *related })
        });
        let lines = lines.collect();
        let node = |(word, (column, row)): (&&str, &(usize, usize))| {
            let (part, class) = marks.part(word);
            let (x, y) = (left(*column), top(*row));
            Node {
                x,
                y,
                text_x: x + NODE_WIDTH / 2,
                text_y: y + NODE_HEIGHT / 2 + 4,
                width: NODE_WIDTH,
                height: NODE_HEIGHT,
                label: label(word),
                part,
                class,
            }
        };
        let columns = filled.keys().last().map_or(0, |last| last + 1);
        let rows = filled.values().copied().max().unwrap_or(0);
        Picture {
            width: left(columns).saturating_sub(COLUMN_WIDTH - NODE_WIDTH) + MARGIN,
            height: top(rows) + MARGIN,
            about: about.to_owned(),
            nodes: place_of.iter().map(node).collect(),
            lines,
            left_out,
        }
    }
}

const fn left(column: usize) -> usize {
    MARGIN + column * COLUMN_WIDTH
}

const fn top(row: usize) -> usize {
    MARGIN + row * ROW_HEIGHT
}

/// A line from the right of one network to the left of another; backwards where a path leads so.
fn curve((from_column, from_row): (usize, usize), (to_column, to_row): (usize, usize)) -> String {
    let (x1, y1) = (left(from_column) + NODE_WIDTH, top(from_row) + NODE_HEIGHT / 2);
    let (x2, y2) = (left(to_column), top(to_row) + NODE_HEIGHT / 2);
    let bend = (COLUMN_WIDTH - NODE_WIDTH) / 2;
    format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2.saturating_sub(bend))
}

/// A network by its number; what else stands on a path as it is, cut to fit.
fn label(word: &str) -> String {
    match word.parse::<u32>() {
        Ok(asn) => format!("AS{asn}"),
        Err(_) if word.chars().count() > 12 => word.chars().take(11).chain(['…']).collect(),
        Err(_) => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks() -> Marks {
        Marks::of(&EventRow { culprit: Some(66), victims: vec![9], ..EventRow::default() })
    }

    #[test]
    fn networks_stand_once_by_their_distance_from_the_origin() {
        let picture = Picture::new(&[(1, "1 9", 7), (0, "1 2 66 66", 5), (0, "3 2 66", 1)], &marks(), "x");
        let mut nodes: Vec<(usize, &str, &str)> = picture
            .nodes
            .iter()
            .map(|node| ((node.x - MARGIN) / COLUMN_WIDTH, node.label.as_str(), node.part))
            .collect();
        nodes.sort();
        assert_eq!(
            nodes,
            [(0, "AS66", "culprit"), (0, "AS9", "victim"), (1, "AS2", ""), (2, "AS1", ""), (2, "AS3", "")]
        );
        assert_eq!(picture.lines.len(), 4);
        assert_eq!(picture.lines.iter().filter(|line| line.related).count(), 1);
        let inside =
            |node: &Node| node.x + node.width <= picture.width && node.y + node.height <= picture.height;
        assert!(picture.nodes.iter().all(inside));
        assert_eq!(picture.left_out, 0);
    }

    #[test]
    fn a_path_shows_an_event_when_all_that_marks_it_stand_there() {
        let event = |culprit, mark: &[u32]| EventRow { culprit, mark: mark.to_vec(), ..EventRow::default() };
        for (culprit, mark, path, shows) in [
            (Some(66), &[][..], "1 2 66", true),
            (Some(66), &[9], "1 2 66", false),
            (None, &[4, 9], "1 4 4 9", true),
            (None, &[4, 9], "1 9", false),
            (None, &[], "1 9", false),
        ] {
            assert_eq!(Marks::of(&event(culprit, mark)).are_on(path), shows, "{culprit:?} {mark:?} {path}");
        }
    }

    #[test]
    fn a_picture_is_bounded_and_says_what_it_leaves_out() {
        let paths: Vec<String> = (100..200).map(|peer| format!("{peer} 66")).collect();
        let paths: Vec<(u8, &str, u64)> = paths.iter().map(|path| (0, path.as_str(), 1)).collect();
        let picture = Picture::new(&paths, &marks(), "x");
        assert_eq!(picture.nodes.len(), 1 + ROWS_MAX);
        assert_eq!(picture.left_out, 100 - ROWS_MAX);
        let none = Picture::new(&[], &marks(), "x");
        assert!(none.nodes.is_empty() && none.lines.is_empty());
    }
}
