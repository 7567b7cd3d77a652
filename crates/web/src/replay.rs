//! An event step by step: what every peer showed before, during and after it, and at each change in between, with
//! RPKI and IRR as they were. Everything is drawn on the server; a step is an address.

pub(crate) mod picture;
pub(crate) mod registered;
mod state;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use routing::Asn;
use store::{EventRow, ReplayRow};

use crate::edition::Chosen;
use crate::format::{Count, Moment, counted};
use crate::incident::spread::numbers;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::view::View;
use crate::who::{Known, Who};

use picture::{Marks, Picture};
use registered::{Registered, Turned, turned};
use state::{Change, Held, States};

/// Rows of one table of paths: a page has four, and stays light.
const PATHS_MAX: usize = 12;

/// What changed in one step, at most.
const CHANGES_MAX: usize = 30;

/// Prefixes with their origins whose states stand beside a picture.
const STANDING_MAX: usize = 4;

/// An event's replay as a page shows it.
pub(crate) struct Replay {
    /// Before, during and after.
    pub(crate) panels: Vec<Panel>,
    pub(crate) step: Step,
    /// What is left out, in a sentence.
    pub(crate) bound: String,
    pub(crate) json: Link,
}

/// What was held at one moment: a picture, and the same as a table.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) at: Moment,
    pub(crate) picture: Picture,
    pub(crate) rows: Vec<PathLine>,
    pub(crate) rows_more: usize,
    pub(crate) peers: String,
    /// What was registered for each prefix and origin.
    pub(crate) standing: Vec<Standing>,
    pub(crate) standing_more: usize,
    /// Which snapshots of registrations judge it.
    pub(crate) judged_by: String,
}

/// States of a prefix and origin.
pub(crate) struct Standing {
    pub(crate) prefix: String,
    pub(crate) origin: Asn,
    pub(crate) rpki: String,
    pub(crate) irr: String,
}

/// One path and who showed it.
pub(crate) struct PathLine {
    pub(crate) prefix: String,
    pub(crate) path: String,
    pub(crate) peers: Count,
    pub(crate) collectors: String,
    pub(crate) origin: Option<Who>,
    pub(crate) rpki: String,
    pub(crate) irr: String,
}

/// One change on the way.
pub(crate) struct Step {
    /// From 1; 0 is what was held before any change.
    pub(crate) number: usize,
    pub(crate) of: usize,
    pub(crate) first: Option<Link>,
    pub(crate) previous: Option<Link>,
    pub(crate) next: Option<Link>,
    pub(crate) last: Option<Link>,
    pub(crate) changes: Vec<ChangeLine>,
    pub(crate) changes_more: usize,
    pub(crate) turned: Vec<TurnedLine>,
    pub(crate) panel: Panel,
}

/// What one peer changed.
pub(crate) struct ChangeLine {
    pub(crate) collector: String,
    pub(crate) peer: String,
    pub(crate) peer_asn: Asn,
    pub(crate) prefix: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    /// Why the one before ended, where none came after.
    pub(crate) because: String,
}

/// A registration that changed what a route is.
pub(crate) struct TurnedLine {
    pub(crate) registry: &'static str,
    pub(crate) prefix: String,
    pub(crate) origin: Option<Asn>,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) label: String,
}

/// Networks that a replay mentions.
pub(crate) fn mentioned(row: &ReplayRow) -> Vec<u32> {
    row.paths.iter().flat_map(|path| numbers(path)).collect()
}

impl Replay {
    /// `link` is the page with its whole state; the step stands in its query as `step`.
    pub(crate) fn new(
        chosen: &Chosen,
        known: &Known<'_>,
        event: &EventRow,
        row: &ReplayRow,
        view: &View,
        link: &Link,
    ) -> Result<Replay, Refusal> {
        let states = States::new(row, event);
        let number = match view.get("step") {
            None => states.first_inside(),
            Some(text) => text.parse::<usize>().map(|n| n.min(states.changes())).map_err(|_| {
                Refusal::wrong(
                    format!("`{text}` is not a step"),
                    "Write a number from 0, such as step=3, or leave step out.",
                )
            })?,
        };
        let marks = Marks::of(event);
        let panel = |title: String, at: i64| panel(known, row, &marks, title, at, &states.at(at));
        let to = |n: usize| link.clone().with("step", n.to_string()).at("replay");
        let at = states.moment(number);
        let all = states.changes_at(number);
        let step = Step {
            number,
            of: states.changes(),
            first: (number > 0).then(|| to(0)),
            previous: number.checked_sub(1).map(to),
            next: (number < states.changes()).then(|| to(number + 1)),
            last: (number < states.changes()).then(|| to(states.changes())),
            changes_more: all.len().saturating_sub(CHANGES_MAX),
            changes: all.iter().take(CHANGES_MAX).map(|change| change_line(row, change)).collect(),
            turned: turned(row, at).iter().take(CHANGES_MAX).map(|turned| turned_line(row, turned)).collect(),
            panel: panel("Held then".to_owned(), at),
        };
        let [before, during, after] = states.three();
        let named = [("Before", before), ("During", during), ("After", after)];
        Ok(Replay {
            panels: named.into_iter().filter_map(|(title, at)| Some(panel(title.to_owned(), at?))).collect(),
            step,
            bound: bound(row),
            json: Link::to(format!("/api/events/{}/replay", event.id))
                .with("month", &chosen.edition.head.month),
        })
    }
}

/// What a replay holds and what not.
fn bound(row: &ReplayRow) -> String {
    let mut text =
        "A replay holds the routes of the event’s prefix, and of the one it was taken from, from an hour \
                    before to an hour after: up to 150 held as it begins and the first 200 changes."
            .to_owned();
    if row.held_more > 0 {
        text.push_str(&format!(
            " Left out: {} held as it begins that change least.",
            counted(row.held_more.into(), "route", "routes")
        ));
    }
    if let Some(until) = row.until {
        text.push_str(&format!(
            " Left out: {} from {} on, where this replay ends.",
            counted(row.changes_more.into(), "change", "changes"),
            routing::Timestamp(until)
        ));
    }
    text
}

fn panel(
    known: &Known<'_>,
    row: &ReplayRow,
    marks: &Marks,
    title: String,
    at: i64,
    held: &[Held<'_>],
) -> Panel {
    /// By prefix and path: how many peers, at which collectors.
    type Grouped<'a> = BTreeMap<(u8, &'a str), (u64, Vec<&'a str>)>;
    let mut grouped: Grouped<'_> = BTreeMap::new();
    for one in held {
        let (peers, collectors) = grouped.entry((one.prefix, one.path)).or_default();
        *peers += 1;
        if !collectors.contains(&one.collector) {
            collectors.push(one.collector);
        }
    }
    let mut paths: Vec<_> = grouped.into_iter().collect();
    // What shows the event comes first, however few peers do: the rest is context, and may be left out.
    paths.sort_by_cached_key(|((prefix, path), (peers, _))| {
        (!marks.are_on(path), Reverse(*peers), *prefix, (*path).to_owned())
    });
    let word = |prefix: u8| row.prefixes.get(usize::from(prefix)).cloned().unwrap_or_default();
    let registered = Registered::at(row, at);
    let line = |((prefix, path), (peers, collectors)): &((u8, &str), (u64, Vec<&str>))| {
        let origin = registered::origin(path).flatten();
        let (rpki, irr) = registered.of(*prefix, path);
        PathLine {
            prefix: word(*prefix),
            path: (*path).to_owned(),
            peers: Count(*peers),
            collectors: collectors.join(", "),
            origin: origin.map(|origin| known.who(origin)),
            rpki,
            irr,
        }
    };
    let mut pairs: BTreeSet<(u8, u32)> = BTreeSet::new();
    let stands = |((prefix, path), _): &((u8, &str), (u64, Vec<&str>))| {
        let origin = registered::origin(path).flatten()?;
        let (rpki, irr) = registered.of(*prefix, path);
        let first = pairs.insert((*prefix, origin));
        first.then(|| Standing { prefix: word(*prefix), origin: Asn(origin), rpki, irr })
    };
    let standing: Vec<Standing> = paths.iter().filter_map(stands).collect();
    let drawn: Vec<(u8, &str, u64)> =
        paths.iter().map(|((prefix, path), (peers, _))| (*prefix, *path, *peers)).collect();
    Panel {
        picture: Picture::new(&drawn, marks, &format!("{title}: paths held")),
        rows: paths.iter().take(PATHS_MAX).map(line).collect(),
        rows_more: paths.len().saturating_sub(PATHS_MAX),
        peers: counted(held.len() as u64, "route", "routes"),
        standing_more: standing.len().saturating_sub(STANDING_MAX),
        standing: standing.into_iter().take(STANDING_MAX).collect(),
        judged_by: registered.sentence,
        title,
        at: Moment(at),
    }
}

fn change_line(row: &ReplayRow, change: &Change<'_>) -> ChangeLine {
    let (collector, peer, asn) = row.peers.get(change.peer as usize).cloned().unwrap_or_default();
    ChangeLine {
        collector,
        peer,
        peer_asn: Asn(asn),
        prefix: row.prefixes.get(usize::from(change.prefix)).cloned().unwrap_or_default(),
        before: change.before.map(str::to_owned),
        after: change.after.map(str::to_owned),
        because: change.because.to_owned(),
    }
}

fn turned_line(row: &ReplayRow, turned: &Turned<'_>) -> TurnedLine {
    let (prefix, origin) = turned.pair;
    TurnedLine {
        registry: turned.registry,
        prefix: row.prefixes.get(usize::from(prefix)).cloned().unwrap_or_default(),
        origin: origin.map(Asn),
        before: turned.before.replace('_', " "),
        after: turned.after.replace('_', " "),
        label: turned.label.to_owned(),
    }
}
