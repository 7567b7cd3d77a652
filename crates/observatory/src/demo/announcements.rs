//! Who announces what when: the networks' own routes, and what should not have been.

use std::collections::BTreeMap;
use std::rc::Rc;

use routing::{AsPath, Asn, Prefix, SegmentKind, Timestamp};

use super::networks::{self, Network, changes, networks};
use super::table::{moment, numbers, rows, seconds};
use super::topology::{Announcement, Chosen, Topology};

const WRONG: &str = include_str!("tables/wrong.txt");

/// Changes show on the wire at noon.
const NOON: i64 = 12 * 3600;

/// A line of the table of wrong announcements.
pub struct Wrong {
    /// From when.
    pub from: Timestamp,
    /// Until when; the same moment when it was withdrawn at once.
    pub to: Timestamp,
    /// What.
    pub prefix: Prefix,
    kind: Kind,
    announcement: Announcement,
    /// The one collector whose peers show it.
    seen_at: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Announce,
    Leak,
    Withdraw,
}

/// Every wrong announcement.
pub fn wrong() -> Vec<Wrong> {
    rows(WRONG)
        .map(|[from, lasts, what, asn, prefix, behind, refused, seen_at]| {
            let from = moment(from);
            let (hops, set) = match behind.split_once('{') {
                Some((hops, set)) => (hops, set.trim_end_matches('}')),
                None => (behind, ""),
            };
            Wrong {
                from,
                to: Timestamp(from.0 + seconds(lasts)),
                prefix: networks::prefix(prefix),
                kind: match what {
                    "announce" | "local" => Kind::Announce,
                    "leak" => Kind::Leak,
                    "withdraw" => Kind::Withdraw,
                    other => panic!("nothing that can be wrong: {other}"),
                },
                announcement: Announcement {
                    by: asn.parse().expect("an ASN"),
                    behind: numbers(hops),
                    set: numbers(set),
                    local: what == "local",
                    refused: numbers(refused),
                },
                seen_at,
            }
        })
        .collect()
}

impl Wrong {
    /// Whether it is out there at a moment; `beginning` includes what begins then and is over at once.
    fn holds(&self, at: Timestamp, beginning: bool) -> bool {
        self.from <= at && (at < self.to || beginning && self.from == at)
    }
}

/// Who announces each prefix, and as which of its routes.
type Announced = BTreeMap<Prefix, (u32, usize)>;

/// What there is to announce, for one prefix.
type Key = (Vec<Announcement>, Vec<u32>);

/// Everything announced over time.
pub struct Announcements {
    topology: Topology,
    wrong: Vec<Wrong>,
    /// What was worked out already: the routes every network is offered.
    spread: BTreeMap<Key, Rc<BTreeMap<u32, Vec<Chosen>>>>,
    /// What the networks announce rightly, by the moments from which they do.
    states: Vec<(Timestamp, Announced)>,
}

/// A moment at which something changes for some prefixes.
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Something that begins then and is over at once is out.
    pub beginning: bool,
    /// For which prefixes.
    pub prefixes: Vec<Prefix>,
}

impl Announcements {
    /// Reads the tables.
    pub fn new() -> Announcements {
        let all = changes();
        let first = all.iter().map(|c| c.day).min().expect("there are changes");
        let mut days = vec![first];
        days.extend(all.iter().filter(|c| matches!(c.column, "ipv4" | "ipv6")).map(|c| c.day));
        days.sort_unstable();
        days.dedup();
        let states = days.iter().map(|day| (Timestamp(day.start().0 + NOON), announced(&networks(*day))));
        Announcements {
            topology: Topology::new(&networks(first)),
            wrong: wrong(),
            spread: BTreeMap::new(),
            states: states.collect(),
        }
    }

    /// Every prefix there ever is.
    pub fn prefixes(&self) -> Vec<Prefix> {
        let own = self.states.iter().flat_map(|(_, announced)| announced.keys().copied());
        let mut all: Vec<Prefix> = own.chain(self.wrong.iter().map(|w| w.prefix)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// When something changes, in the order of time.
    pub fn moments(&self) -> Vec<Moment> {
        let mut all: BTreeMap<(Timestamp, bool), Vec<Prefix>> = BTreeMap::new();
        for pair in self.states.windows(2) {
            let changed = |from: &Announced, to: &Announced| {
                from.iter().filter(|(p, own)| to.get(p) != Some(own)).map(|(p, _)| *p).collect::<Vec<_>>()
            };
            let prefixes = all.entry((pair[1].0, false)).or_default();
            prefixes.extend(changed(&pair[0].1, &pair[1].1));
            prefixes.extend(changed(&pair[1].1, &pair[0].1));
        }
        for wrong in &self.wrong {
            // What begins comes before what ends at the same moment.
            all.entry((wrong.from, false)).or_default().push(wrong.prefix);
            all.entry((wrong.to, true)).or_default().push(wrong.prefix);
        }
        all.into_iter().map(|((at, end), prefixes)| Moment { at, beginning: !end, prefixes }).collect()
    }

    /// The paths a network has for a prefix, best first, with whom each comes from, as `collector` sees it.
    pub fn paths(
        &mut self,
        asn: u32,
        prefix: Prefix,
        at: Timestamp,
        beginning: bool,
        collector: &str,
    ) -> Vec<(super::topology::From, AsPath)> {
        let (_, announced) = self.states.iter().rfind(|(from, _)| *from <= at).expect("the world has begun");
        let holding = |w: &&Wrong| w.prefix == prefix && w.holds(at, beginning);
        let holding: Vec<&Wrong> = self.wrong.iter().filter(holding).collect();
        let mut all = Vec::new();
        let mut prepends = 0;
        if let Some((by, place)) = announced.get(&prefix) {
            all.push(Announcement::by(*by));
            // Some networks prepend on their second route.
            prepends = if by % 4 == 3 && *place == 1 { 2 } else { 0 };
        }
        let mut leaking = Vec::new();
        for wrong in holding.iter().filter(|w| w.seen_at.is_empty() || w.seen_at == collector) {
            match wrong.kind {
                Kind::Announce => {
                    // Whoever announces something else of its own does it in place of what it should.
                    all.retain(|own| own.by != wrong.announcement.by);
                    all.push(wrong.announcement.clone());
                }
                Kind::Leak => leaking.push(wrong.announcement.by),
                Kind::Withdraw => all.retain(|own| own.by != wrong.announcement.by),
            }
        }
        if all.is_empty() {
            return Vec::new();
        }
        let spread = match self.spread.get(&(all.clone(), leaking.clone())) {
            Some(known) => Rc::clone(known),
            None => {
                let new = Rc::new(self.topology.spread(&all, &leaking));
                self.spread.insert((all.clone(), leaking), Rc::clone(&new));
                new
            }
        };
        let path = |chosen: &Chosen| {
            let announcement = &all[chosen.announcement];
            let hops = chosen.hops.iter().chain(&announcement.behind).copied();
            let last = *chosen.hops.last().expect("a path ends with who announces");
            let own = announcement.behind.is_empty() && announcement.set.is_empty();
            let again = std::iter::repeat_n(last, if own { prepends } else { 0 });
            let mut path = AsPath::from_sequence(hops.chain(again).map(Asn));
            if !announcement.set.is_empty() {
                let members: Vec<Asn> = announcement.set.iter().copied().map(Asn).collect();
                path.push_segment(SegmentKind::Set, &members);
            }
            (chosen.from, path)
        };
        spread.get(&asn).map_or_else(Vec::new, |chosen| chosen.iter().map(path).collect())
    }
}

fn announced(networks: &[Network]) -> Announced {
    let of =
        |n: &Network| n.announced().into_iter().enumerate().map(|(i, p)| (p, (n.asn, i))).collect::<Vec<_>>();
    networks.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::table::moment;

    /// The path AS`asn` shows of a prefix at a moment.
    fn path(asn: u32, prefix: &str, at: &str) -> Vec<u32> {
        let mut all = Announcements::new();
        let paths = all.paths(asn, networks::prefix(prefix), moment(at), false, "north");
        paths.first().map_or(Vec::new(), |(_, path)| path.as_ref().asns().map(|asn| asn.0).collect())
    }

    #[test]
    fn a_prefix_is_taken_where_nobody_checks() {
        assert_eq!(path(64_497, "65539 22", "2024-05-16T02:59"), [64_497, 64_501, 65_539]);
        assert_eq!(path(64_497, "65539 22", "2024-05-16T03:00"), [64_497, 64_548]);
        // Everybody it buys from has the wrong one: who refuses that has none.
        assert_eq!(path(64_499, "65539 22", "2024-05-16T03:00"), [0; 0]);
        assert_eq!(path(64_501, "65539 22", "2024-05-16T03:00"), [64_501, 65_539]);
        assert_eq!(path(64_497, "65539 22", "2024-05-16T06:00"), [64_497, 64_501, 65_539]);
    }

    #[test]
    fn a_part_of_a_prefix_is_taken() {
        assert_eq!(path(64_512, "64521 24.1", "2024-05-20T10:20"), [64_512, 64_513, 64_535]);
        assert_eq!(path(64_499, "64521 24.1", "2024-05-20T10:20"), [0; 0]);
        assert_eq!(path(64_512, "64521 24.1", "2024-05-20T11:00"), [0; 0]);
    }

    /// From a provider to a peer over a customer of two providers (RFC 7908, type 1): a collector shows it.
    #[test]
    fn routes_leak() {
        assert_eq!(path(64_516, "64496 22", "2024-05-24T14:59"), [64_516, 64_497, 64_496]);
        assert_eq!(path(64_516, "64496 22", "2024-05-24T15:00"), [64_516, 64_505, 65_548, 64_497, 64_496]);
    }

    #[test]
    fn what_is_withdrawn_and_what_begins_and_ends_at_once() {
        assert_eq!(path(64_498, "64510 22", "2024-04-23T12:00"), [0; 0]);
        assert_eq!(path(64_498, "64510 22", "2024-04-24T03:00"), [64_498, 64_510]);
        let mut all = Announcements::new();
        let at = moment("2024-05-13T16:20");
        let mut there =
            |beginning| !all.paths(64_505, networks::prefix("10.1.2.0/24"), at, beginning, "quay").is_empty();
        assert!(there(true) && !there(false));
    }
}
