//! An event step by step: what every peer showed before, during and after it, and at each change in between, with
//! RPKI and IRR as they were. Everything is drawn on the server; a step is an address.

pub(crate) mod picture;
mod state;

use std::collections::BTreeMap;

use routing::{Asn, Prefix};
use store::{EventRow, ReplayRow};

use crate::Site;
use crate::edition::Chosen;
use crate::format::{Count, Moment, counted};
use crate::incident::spread::numbers;
use crate::link::Link;
use crate::refusal::Refusal;
use crate::view::View;
use crate::who::{Known, Who};

use picture::{Marks, Picture};
use state::{Change, Held, States};

/// Rows of one table of paths.
const PATHS_MAX: usize = 40;

/// What changed in one step, at most.
const CHANGES_MAX: usize = 30;

/// Routes asked of the lake for the registrations of two prefixes.
const REGISTRATIONS_MAX: usize = 500;

/// An event's replay as a page shows it.
pub(crate) struct Replay {
    /// Before, during and after.
    pub(crate) panels: Vec<Panel>,
    pub(crate) step: Step,
    /// What is left out, in a sentence.
    pub(crate) bound: String,
    /// Which registrations it is judged by.
    pub(crate) registered_as_of: String,
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

/// RPKI and IRR states of a prefix and origin, in words.
pub(crate) type Registrations = BTreeMap<(String, u32), (String, String)>;

/// Networks that a replay mentions.
pub(crate) fn mentioned(row: &ReplayRow) -> Vec<u32> {
    row.paths.iter().flat_map(|path| numbers(path)).collect()
}

/// RPKI and IRR states of the prefixes of a replay, as the month was judged by them.
pub(crate) async fn registrations(site: &Site, chosen: &Chosen, row: &ReplayRow) -> Registrations {
    let folder = site.lake.generation(&chosen.edition.head.generation);
    let prefixes: Vec<Prefix> = row.prefixes.iter().filter_map(|text| text.parse().ok()).collect();
    let read = move || {
        let mut out = Registrations::new();
        for prefix in prefixes {
            // Without the routes the replay stands, and says that they are not known.
            let Ok(rows) = lake::routes_of_prefix(&folder, prefix, None, REGISTRATIONS_MAX) else { continue };
            for route in rows.into_iter().filter(|route| route.prefix == prefix) {
                let Some(origin) = route.origin else { continue };
                let rpki = match (route.rpki, route.rpki_reason) {
                    (Some(state), Some(reason)) => format!("{state} ({reason})"),
                    (Some(state), None) => state,
                    (None, _) => UNKNOWN.to_owned(),
                };
                let irr = route.irr.map_or_else(|| UNKNOWN.to_owned(), |state| state.replace('_', " "));
                out.insert((prefix.to_string(), origin.0), (rpki, irr));
            }
        }
        out
    };
    tokio::task::spawn_blocking(read).await.unwrap_or_default()
}

const UNKNOWN: &str = "not known";

impl Replay {
    /// `link` is the page with its whole state; the step stands in its query as `step`.
    pub(crate) fn new(
        chosen: &Chosen,
        known: &Known<'_>,
        event: &EventRow,
        row: &ReplayRow,
        registered: &Registrations,
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
        let panel = |title: String, at: i64| panel(known, row, registered, &marks, title, at, &states.at(at));
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
            panel: panel("Held then".to_owned(), at),
        };
        let [before, during, after] = states.three();
        let named = [("Before", before), ("During", during), ("After", after)];
        Ok(Replay {
            panels: named.into_iter().filter_map(|(title, at)| Some(panel(title.to_owned(), at?))).collect(),
            step,
            bound: bound(row),
            registered_as_of: registered_as_of(chosen),
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

fn registered_as_of(chosen: &Chosen) -> String {
    let summary = &chosen.edition.head.summary;
    let from = |part: &str| summary[part]["from"].as_str().map(str::to_owned);
    match (from("rpki"), from("irr")) {
        (None, None) => "Neither VRPs nor route objects are loaded for this month.".to_owned(),
        (rpki, irr) => {
            let named: Vec<String> = [rpki, irr].into_iter().flatten().collect();
            format!("RPKI and IRR states as of then, by {}.", named.join("; "))
        }
    }
}

fn panel(
    known: &Known<'_>,
    row: &ReplayRow,
    registered: &Registrations,
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
    paths.sort_by(|a, b| (b.1.0, a.0).cmp(&(a.1.0, b.0)));
    let word = |prefix: u8| row.prefixes.get(usize::from(prefix)).cloned().unwrap_or_default();
    let line = |((prefix, path), (peers, collectors)): &((u8, &str), (u64, Vec<&str>))| {
        let origin = picture::words(path).first().and_then(|(word, _)| word.parse::<u32>().ok());
        let states = origin.and_then(|origin| registered.get(&(word(*prefix), origin)).cloned());
        let (rpki, irr) = states.unwrap_or_else(|| (UNKNOWN.to_owned(), UNKNOWN.to_owned()));
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
    let drawn: Vec<(u8, &str, u64)> =
        paths.iter().map(|((prefix, path), (peers, _))| (*prefix, *path, *peers)).collect();
    Panel {
        picture: Picture::new(&drawn, marks, &format!("{title}: paths held")),
        rows: paths.iter().take(PATHS_MAX).map(line).collect(),
        rows_more: paths.len().saturating_sub(PATHS_MAX),
        peers: counted(held.len() as u64, "route", "routes"),
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
