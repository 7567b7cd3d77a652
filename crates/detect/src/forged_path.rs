//! Forged paths: a known origin behind links that were never seen before (metric M2, FRAMEWORK §6).

#[cfg(test)]
mod tests;

use routing::Asn;

use crate::Clause;

/// From how many points on an unseen link makes an incident.
pub const SCORE_MIN: i32 = 4;
/// From how many points on an unseen link is worth showing.
pub const SCORE_SHOWN_MIN: i32 = 2;

/// From so many customers on it says something that none of them buys where another network does.
const CUSTOMERS_TELLING_MIN: usize = 20;

/// A network with so many neighbours meets others wherever it can.
const FAR_NEIGHBOURS_MANY: usize = 100;

/// What is known of a link between the collector's side (`near`) and the origin's side (`far`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LinkState {
    /// Seen before.
    Seen,
    /// Not seen before, although what was seen before covers the network on the origin's side.
    Unseen,
    /// Nothing says whether it was there before.
    Unknown,
}

/// Unseen links in a row on a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Run {
    /// Place of the first network on the collector's side of them in the hops of the path.
    pub culprit: usize,
    /// Place of the network on the origin's side of them.
    pub victim: usize,
}

/// The unseen run nearest to the origin. `states[i]` is of the link between hops `i` and `i + 1`, the collector
/// first.
pub fn unseen_run(states: &[LinkState]) -> Option<Run> {
    let last = states.iter().rposition(|s| *s == LinkState::Unseen)?;
    let first = states[..last].iter().rposition(|s| *s != LinkState::Unseen).map_or(0, |before| before + 1);
    Some(Run { culprit: first, victim: last + 1 })
}

/// Features of unseen links. What is not known is `None` and adds nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Features {
    /// The first network on the collector's side of the links.
    pub near: Asn,
    /// The network on the origin's side.
    pub far: Asn,
    /// How many unseen links there are.
    pub links: usize,
    /// The run ends at the origin.
    pub at_origin: bool,
    /// Neighbours of `far` that were seen before.
    pub far_neighbours: usize,
    /// The prefix is new: a part of what the origin announced before.
    pub new_more_specific: bool,
    /// Other peers keep a known path to the origin for the same prefix.
    pub others_stay: bool,
    /// Every known path to the origin for this prefix had gone by then; what these very links displaced does not
    /// count.
    pub others_gone: bool,
    /// Other prefixes of the origin that are seen behind the same links; `None` where it has no other.
    pub other_prefixes: Option<usize>,
    /// Networks seen next to both ends before; `None` where an end is not known.
    pub common_neighbours: Option<usize>,
    /// Every one of these has 180 customers or more, and `near` has fewer: one meets them everywhere.
    pub common_large: bool,
    /// The link was seen in the other direction.
    pub both_directions: bool,
    /// Customers of `near` by the relationships of then; `None` where none are known.
    pub near_customers: Option<usize>,
    /// By them, `near` passed a route of a larger network on to a provider or peer.
    pub valley: bool,
    /// By them, `far` had the route from a provider or peer, and `near` is the larger network of the two.
    pub far_valley: bool,
    /// Both are registered in the same economy.
    pub same_economy: Option<bool>,
    /// Both belong to one organisation.
    pub same_organisation: bool,
    /// Exchange points at which both are; `None` where one of them is not listed at any.
    pub common_exchange_points: Option<usize>,
    /// Networks that buy from `near` and from a neighbour of `far`, `far` itself left out; `None` where the
    /// relationships do not know `near`, or no neighbour of `far` was seen.
    pub shared_customers: Option<usize>,
    /// The numbers of the two come from different regional registries.
    pub other_region: Option<bool>,
}

/// The terms of the score, each with what it rests on; their sum is the score.
pub fn terms(f: &Features) -> Vec<Clause> {
    let (near, far) = (f.near, f.far);
    let mut out = Vec::new();
    let mut term = |rule, points, sentence: String| out.push(Clause::term(rule, points, sentence));
    let place = if f.at_origin { "next to the origin" } else { "away from the origin" };
    let words = match f.links {
        1 => format!("The link {near}–{far}, {place}, was never seen before."),
        n => format!("{n} links in a row between {near} and {far}, {place}, were never seen before."),
    };
    term("unseen_link", if f.at_origin { 2 } else { 1 }, words);
    if f.links > 1 {
        term("unseen_run", 1, "Several unseen links stand in a row.".to_owned());
    }
    let n = f.far_neighbours;
    match n {
        // A link that would be wrong even if it were real is none of those that it finds.
        FAR_NEIGHBOURS_MANY.. if f.valley || f.far_valley => {}
        FAR_NEIGHBOURS_MANY.. => {
            let words = format!("{n} neighbours of {far} were seen before: it often finds new ones.");
            term("many_neighbours", -1, words);
        }
        5.. if f.at_origin => {
            let words = format!("{n} neighbours of {far} were seen before, and {near} is none of them.");
            term("well_seen", 1, words);
        }
        _ => {}
    }
    if f.new_more_specific {
        term(
            "new_more_specific",
            2,
            format!("The prefix is a new part of what {far}'s side announced whole."),
        );
    }
    if f.at_origin && f.others_stay {
        term("others_stay", 1, "Other peers keep their known paths for the same prefix.".to_owned());
    }
    if f.others_gone {
        term("others_gone", -2, "Every known path had gone: the link may be a spare one.".to_owned());
    }
    match f.other_prefixes {
        Some(0) => {
            term("this_prefix_alone", 1, "No other prefix of the origin takes these links.".to_owned())
        }
        Some(n) => {
            term("other_prefixes", -2, format!("{n} other prefixes of the origin take these links too."))
        }
        None => {}
    }
    // Of an origin that takes them for everything they are rather real, and were so before.
    let alone = f.other_prefixes.unwrap_or(0) == 0;
    // A link that would be wrong even if it were real is none that neighbours at one place make.
    let wrong = (f.valley || f.far_valley) && alone;
    // Of the links that are new in a table and not among the relationships of five months before, one to four of a
    // hundred are so; of made-up ones about half. A new provider far away, as by satellite, takes everything at once.
    let strangers =
        f.common_neighbours.is_some_and(|n| n == 0 || f.common_large) && f.shared_customers == Some(0);
    let meet = f.common_exchange_points.is_some_and(|n| n > 0);
    let far_apart = f.other_region == Some(true) && strangers && alone && !meet;
    match (f.common_neighbours, f.shared_customers) {
        (Some(0), Some(1..)) if !wrong => {}
        (Some(1..), _) if wrong || far_apart => {}
        (Some(0), _) => {
            term("no_common_neighbour", 1, format!("{near} and {far} had no neighbour in common."));
        }
        (Some(n), _) => {
            term("common_neighbours", -1, format!("{near} and {far} had {n} neighbours in common."));
        }
        (None, _) => {}
    }
    if far_apart {
        let words = format!(
            "{near} and {far} belong to different regions, no smaller network was next to both, and nobody buys from \
             {near} and from a neighbour of {far}."
        );
        term("far_apart", 2, words);
    }
    if f.both_directions {
        term("both_directions", -3, "The link is seen in the other direction too.".to_owned());
    }
    match f.near_customers {
        Some(0) => term("no_customers", 1, format!("{near} was not known to carry routes of anyone else.")),
        // A larger network becomes nobody's customer that way.
        // So many customers, and none where the far end buys: then a new one there is.
        Some(n) if n >= CUSTOMERS_TELLING_MIN && f.common_neighbours == Some(0) && strangers => {}
        Some(n) if n >= 3 && !f.valley => {
            term("provider", -1, format!("{near} had {n} customers: a new one is nothing unusual."));
        }
        _ => {}
    }
    // Were the link real, the route would be a leak: wrong either way.
    if f.valley {
        term(
            "valley",
            3,
            format!("{near} passed it on to a provider or peer, though {far} is the larger network."),
        );
    }
    if f.far_valley {
        let words = format!(
            "Were the link real, {far} would have passed a route of a provider or peer on to {near}, a larger \
             network: which nobody does for a provider or peer."
        );
        term("far_valley", 3, words);
    }
    if f.same_economy == Some(true) {
        term("same_economy", -1, "Both networks are registered in the same economy.".to_owned());
    }
    if f.same_organisation {
        term("same_organisation", -3, format!("{near} and {far} belong to one organisation."));
    }
    if let Some(n) = f.common_exchange_points.filter(|n| *n > 0 && !wrong) {
        let points = if n == 1 { "exchange point" } else { "exchange points" };
        term(
            "exchange_points",
            -1,
            format!("Both are at {n} {points}, where a new link needs no new cable."),
        );
    }
    out
}

/// The sum of the terms.
pub fn score(terms: &[Clause]) -> i32 {
    terms.iter().filter_map(|term| term.points).sum()
}
