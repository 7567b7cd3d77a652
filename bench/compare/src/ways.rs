//! The ways of going over a file, by name.

use std::fs::File;
use std::io::{Read, copy, sink};
use std::path::Path;

use measure::framework::Framework;
use reading::{Sums, Updates};
use routing::Month;

use crate::registered::{self, Registered};
use crate::{Outcome, peers, sweep};

type Go = fn(&Path, Option<Registered>) -> Outcome<String>;

/// One way: a file, and what to judge by where it judges, to sums that do not depend on the way.
pub struct Way {
    pub name: &'static str,
    /// For a reader of the table.
    pub what: &'static str,
    pub go: Go,
    /// True where it needs what is registered.
    pub judges: bool,
}

const fn reader(name: &'static str, what: &'static str, go: Go) -> Way {
    Way { name, what, go, judges: false }
}

/// Over a table. The first two numbers of every line are how many rows there are and the sum of their origins; who does not
/// know the second says `-`.
pub const OF_A_TABLE: &[Way] = &[
    reader("rows", "ours: peer, prefix, origin", |file, _| read(file, reading::rows)),
    reader("elements", "ours: everything", |file, _| read(file, reading::elements)),
    reader("routecore-origins", "routecore: origin", |file, _| {
        // It wants the file whole: there is room for it from the beginning.
        let room = usize::try_from(file.metadata()?.len())?;
        let Sums { rows, origins, as_set, .. } = peers::routecore_origins(fetch::open(file)?, room);
        Ok(format!("{rows} {origins} {as_set}"))
    }),
    reader("bgpkit-routes", "bgpkit-parser: peer, prefix, path", |file, _| read(file, peers::bgpkit_routes)),
    reader("bgpkit-elements", "bgpkit-parser: everything", |file, _| read(file, peers::bgpkit_elements)),
    Way { name: "judge", what: "ours: swept and judged", go: |file, by| judge(file, by, &[]), judges: true },
    Way {
        name: "grade",
        what: "ours: swept and judged, graded",
        go: |file, by| judge(file, by, &[sweep::shipped_last()?]),
        judges: true,
    },
    reader("unpack", "unpacking alone", |file, _| {
        copy(&mut fetch::open(file)?, &mut sink())?;
        Ok("- - -".to_owned())
    }),
];

/// Over updates: how many were announced, the sum of their origins, how many withdrawn.
pub const OF_UPDATES: &[Way] = &[
    reader("updates", "ours: everything", |file, _| updates(file, reading::updates)),
    reader("routecore-updates", "routecore: prefixes, origin", |file, _| {
        updates(file, peers::routecore_updates)
    }),
    reader("bgpkit-updates", "bgpkit-parser: everything", |file, _| updates(file, peers::bgpkit_updates)),
    reader("sweep", "ours: swept into spans", |file, _| {
        let window = month_of(file)?.span();
        let (_, elements) = sweep::sweep("updates", window, vec![Box::new(File::open(file)?)])?;
        Ok(format!("- - - {elements}"))
    }),
];

/// All of them.
pub fn named(name: &str) -> Option<&'static Way> {
    OF_A_TABLE.iter().chain(OF_UPDATES).find(|way| way.name == name)
}

fn read(file: &Path, read: fn(Box<dyn Read + Send>) -> Sums) -> Outcome<String> {
    let Sums { rows, origins, as_set, .. } = read(fetch::open(file)?);
    Ok(format!("{rows} {origins} {as_set}"))
}

fn updates(file: &Path, read: fn(File) -> Updates) -> Outcome<String> {
    let Updates { announced, origins, withdrawn } = read(File::open(file)?);
    Ok(format!("{announced} {origins} {withdrawn} {}", announced + withdrawn))
}

fn judge(file: &Path, registered: Option<Registered>, frameworks: &[Framework]) -> Outcome<String> {
    let registered = registered.ok_or("nothing to judge by")?;
    let judged = sweep::judge(month_of(file)?, vec![vec![fetch::open(file)?]], registered, frameworks)?;
    let sweep::Judged { elements, routes, events, networks, rpki } = judged;
    Ok(format!("{elements} - - - {routes} routes, {events} events, {networks} networks, {rpki:?}"))
}

/// What is registered, in the folder of a file.
pub fn registered_beside(file: &Path) -> Outcome<Registered> {
    registered::load(file.parent().ok_or("a file has a folder")?)
}

fn month_of(file: &Path) -> Outcome<Month> {
    let mut time = [0; 4];
    fetch::open(file)?.read_exact(&mut time)?;
    Ok(routing::Timestamp(i64::from(u32::from_be_bytes(time))).date().month())
}

/// How many lines a program prints.
pub fn lines(output: &mut impl Read) -> Outcome<usize> {
    let mut buffer = vec![0; 1 << 16];
    let mut lines = 0;
    loop {
        let count = output.read(&mut buffer)?;
        if count == 0 {
            return Ok(lines);
        }
        lines += buffer[..count].iter().filter(|octet| **octet == b'\n').count();
    }
}
