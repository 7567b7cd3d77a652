//! How a route spread, as the collectors saw it: paths laid over one another, from the origin to the collectors.

use std::collections::BTreeSet;

use askama::Template;
use askama::filters::HtmlSafe;
use store::EventRow;

use crate::who::{Known, Who};

/// Distinct paths laid over one another.
const PATHS_MAX: usize = 24;

/// Networks in a row, then where the route went from there.
#[derive(Template, Debug)]
#[template(path = "branch.html")]
pub(crate) struct Branch {
    pub(crate) hops: Vec<Hop>,
    /// Collectors that the last of them showed it to.
    pub(crate) collectors: Vec<String>,
    pub(crate) branches: Vec<Branch>,
}

impl HtmlSafe for Branch {}

/// A place on the path.
#[derive(Debug)]
pub(crate) struct Hop {
    pub(crate) place: Place,
    /// How often it stands there in a row.
    pub(crate) times: usize,
    /// What it has to do with the event, and how it is drawn.
    pub(crate) note: String,
    pub(crate) class: &'static str,
}

/// A network, or what else may stand on a path.
#[derive(Debug)]
pub(crate) enum Place {
    Network(Who),
    Other(String),
}

/// AS numbers on a path as it is written.
pub(crate) fn numbers(path: &str) -> impl Iterator<Item = u32> {
    path.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok())
}

/// A path as a tree has it: a word and how often it stands in a row, from the origin on.
pub(crate) type Words = Vec<(String, usize)>;

#[derive(Default)]
struct Node {
    word: String,
    times: usize,
    collectors: BTreeSet<String>,
    nodes: Vec<Node>,
}

/// The paths of some events as a tree for each origin.
pub(crate) fn branches(known: &Known<'_>, events: &[EventRow]) -> Vec<Branch> {
    let mut root = Node::default();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for sighting in events.iter().flat_map(|event| &event.sightings) {
        if seen.len() >= PATHS_MAX && !seen.contains(sighting.path.as_str()) {
            continue;
        }
        seen.insert(&sighting.path);
        root.insert(&words(&sighting.path), &sighting.collector);
    }
    root.nodes.into_iter().map(|node| branch(known, events, node)).collect()
}

/// Segments stay together: `{64500 64501}` and `(64500 64501)` are one word each.
pub(crate) fn words(path: &str) -> Words {
    let mut words: Words = Vec::new();
    let mut open = String::new();
    for part in path.split_whitespace() {
        if !open.is_empty() {
            open.push(' ');
        }
        open.push_str(part);
        let whole = !open.starts_with(['{', '(']) || open.ends_with(['}', ')']);
        if whole {
            match words.last_mut() {
                Some((last, times)) if *last == open => *times += 1,
                _ => words.push((open.clone(), 1)),
            }
            open.clear();
        }
    }
    if !open.is_empty() {
        words.push((open, 1));
    }
    words.reverse();
    words
}

impl Node {
    fn insert(&mut self, words: &[(String, usize)], collector: &str) {
        let Some(((word, times), rest)) = words.split_first() else {
            self.collectors.insert(collector.to_owned());
            return;
        };
        let place = self.nodes.iter().position(|node| node.word == *word && node.times == *times);
        let place = place.unwrap_or_else(|| {
            self.nodes.push(Node { word: word.clone(), times: *times, ..Node::default() });
            self.nodes.len() - 1
        });
        self.nodes[place].insert(rest, collector);
    }
}

fn branch(known: &Known<'_>, events: &[EventRow], mut node: Node) -> Branch {
    let mut hops = vec![hop(known, events, &node)];
    while node.collectors.is_empty() && node.nodes.len() == 1 {
        node = node.nodes.remove(0);
        hops.push(hop(known, events, &node));
    }
    Branch {
        hops,
        collectors: node.collectors.into_iter().collect(),
        branches: node.nodes.into_iter().map(|node| branch(known, events, node)).collect(),
    }
}

fn hop(known: &Known<'_>, events: &[EventRow], node: &Node) -> Hop {
    let asn: Option<u32> = node.word.parse().ok();
    let is = |which: fn(&EventRow) -> Option<u32>| asn.is_some() && events.iter().any(|e| which(e) == asn);
    let distances = events.iter().flat_map(|event| &event.accomplices);
    let distance = distances.filter(|(accomplice, _)| Some(*accomplice) == asn).map(|(_, d)| *d).min();
    let (note, class) = match distance {
        _ if is(|event| event.culprit) => ("culprit".to_owned(), "is-culprit"),
        _ if is(|event| event.bogon_asn) => ("no network".to_owned(), "is-bogon"),
        Some(distance) => (format!("passed it on, distance {distance}"), "is-accomplice"),
        None => (String::new(), ""),
    };
    Hop {
        place: asn.map_or_else(|| Place::Other(node.word.clone()), |asn| Place::Network(known.who(asn))),
        times: node.times,
        note,
        class,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(node: &Node) -> String {
        let below: Vec<String> = node.nodes.iter().map(shown).collect();
        let collectors: Vec<&str> = node.collectors.iter().map(String::as_str).collect();
        format!("{}x{}[{}]({})", node.word, node.times, collectors.join(" "), below.join(" "))
    }

    #[test]
    fn paths_share_what_they_share_from_the_origin_on() {
        let mut root = Node::default();
        for (path, collector) in [("1 2 3 3", "a"), ("4 2 3 3", "b"), ("1 2 3 3", "c"), ("2 3", "a")] {
            root.insert(&words(path), collector);
        }
        let trees: Vec<String> = root.nodes.iter().map(shown).collect();
        assert_eq!(trees, ["3x2[](2x1[](1x1[a c]() 4x1[b]()))", "3x1[](2x1[a]())"]);
        let sets = words("10 {20 30} (40 50) 60 60");
        let sets: Vec<(&str, usize)> = sets.iter().map(|(word, times)| (word.as_str(), *times)).collect();
        assert_eq!(sets, [("60", 2), ("(40 50)", 1), ("{20 30}", 1), ("10", 1)]);
        assert!(words("").is_empty());
        assert_eq!(numbers("10 {20 30} (40)").collect::<Vec<_>>(), [10, 20, 30, 40]);
    }
}
