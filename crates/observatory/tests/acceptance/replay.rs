//! An independent reading of MRT files: what `bgpdump -m` prints, replayed line by line.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::process::Command;

use crate::world::{DATA, skipped};

/// A route: prefix, and origin unless the path ends in an AS_SET.
pub type Pair = (String, Option<u32>);

/// What is known of a route: first and last second at which a peer held it, and the peer ASes.
#[derive(Debug)]
pub struct Seen {
    pub first: i64,
    pub last: i64,
    pub peers: BTreeSet<u32>,
}

/// `None`, said aloud, when there is no bgpdump.
pub fn bgpdump(file: &str) -> Option<String> {
    let output = Command::new("bgpdump").arg("-m").arg(Path::new(DATA).join(file)).output();
    match output {
        Ok(output) => Some(String::from_utf8(output.stdout).unwrap()),
        Err(error) => {
            skipped(&format!("bgpdump cannot be run: {error}"));
            None
        }
    }
}

/// The origin of a printed path: its last AS; of an empty one the peer; of one that ends in a set none.
fn origin(path: &str, peer: u32) -> Option<u32> {
    assert!(!path.contains('('), "a confederation needs a rule of its own: {path}");
    match path.rsplit(' ').next().unwrap() {
        "" => Some(peer),
        set if set.starts_with('{') => None,
        asn => Some(asn.parse().unwrap()),
    }
}

/// Replays a whole text: tables (`B`), announcements (`A`), withdrawals (`W`), sessions lost (`STATE` to 1).
pub fn replay(text: &str) -> BTreeMap<Pair, Seen> {
    let mut held: HashMap<(&str, &str), (Option<u32>, i64, u32)> = HashMap::new();
    let mut seen: BTreeMap<Pair, Seen> = BTreeMap::new();
    let mut close = |prefix: &str, (origin, since, peer): (Option<u32>, i64, u32), at: i64| {
        let new = Seen { first: since, last: at, peers: BTreeSet::new() };
        let route = seen.entry((prefix.to_owned(), origin)).or_insert(new);
        route.first = route.first.min(since);
        route.last = route.last.max(at);
        route.peers.insert(peer);
    };
    let mut now = 0;
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').collect();
        now = now.max(cells[1].split('.').next().unwrap().parse().unwrap());
        let (address, peer): (&str, u32) = (cells[3], cells[4].parse().unwrap());
        match cells[2] {
            "A" | "B" => {
                let new = origin(cells[6], peer);
                match held.get(&(address, cells[5])).copied() {
                    Some(old) if old.0 == new => {}
                    old => {
                        if let Some(old) = old {
                            close(cells[5], old, now);
                        }
                        held.insert((address, cells[5]), (new, now, peer));
                    }
                }
            }
            "W" => {
                if let Some(old) = held.remove(&(address, cells[5])) {
                    close(cells[5], old, now);
                }
            }
            "STATE" if cells[5] == "6" => {
                let lost: Vec<_> = held.keys().filter(|(a, _)| *a == address).copied().collect();
                for key in lost {
                    close(key.1, held.remove(&key).unwrap(), now);
                }
            }
            "STATE" => {}
            other => panic!("{other}: {line}"),
        }
    }
    for ((_, prefix), route) in held {
        close(prefix, route, now);
    }
    seen
}

#[test]
fn replays_what_is_printed() {
    let text = "BGP4MP|10|A|192.0.2.1|64500|10.0.0.0/8|64500 64496|IGP\n\
                BGP4MP|20|A|192.0.2.1|64500|10.0.0.0/8|64500 {64497}|IGP\n\
                BGP4MP|30|W|192.0.2.1|64500|10.0.0.0/8\n\
                BGP4MP|40|A|192.0.2.2|64501|10.0.0.0/8||IGP\n";
    let seen = replay(text);
    let short: Vec<_> = seen.iter().map(|((_, origin), s)| (*origin, s.first, s.last)).collect();
    assert_eq!(short, [(None, 20, 30), (Some(64496), 10, 20), (Some(64501), 40, 40)]);
}
