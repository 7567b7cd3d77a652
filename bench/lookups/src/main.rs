//! RFC 6811 over a full table: ours beside prefix tables of others, in one run, by turns.
//!
//! `lookups VRPS PREFIXES ROUNDS`: VRPS as `ASN,prefix,max length,trust anchor`, PREFIXES as `prefix,ASN` (what `ribgen`
//! writes with `vrps=` and `pfx=`). Prints how long the tables take to build, checks that all agree on every state, then
//! prints look-ups per second and ratios: the median of the rounds.

mod peers;

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use reference::vrp::{self, Validation, VrpTable};
use routing::{Asn, FaultCounts, Prefix};

use peers::{Bitmap, Trie};

/// A route: its prefix and its origin.
type Question = (Prefix, Option<Asn>);

/// RFC 6811 §2.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Valid,
    Invalid,
    NotFound,
}

impl From<Validation> for State {
    fn from(state: Validation) -> State {
        match state {
            Validation::Valid => State::Valid,
            Validation::Invalid(_) => State::Invalid,
            Validation::NotFound => State::NotFound,
        }
    }
}

/// The tables that are compared.
struct Tables {
    ours: VrpTable,
    trie: Trie,
    bitmap: Bitmap,
}

/// A way of answering all questions.
type Way = fn(&Tables, &[Question]) -> usize;

/// Ours first; how many are valid is what all must agree on.
const SINGLE: &[(&str, Way)] = &[
    ("ours", |t, all| valid(all.iter().map(|(p, o)| t.ours.validate(*p, *o).into()))),
    ("prefix-trie", |t, all| valid(all.iter().map(|q| t.trie.validate(*q)))),
    ("treebitmap", |t, all| valid(all.iter().map(|q| t.bitmap.validate(*q)))),
];

const BATCH: &[(&str, Way)] =
    &[("ours", |t, all| valid(t.ours.validate_all(all).into_iter().map(State::from))), SINGLE[1], SINGLE[2]];

fn valid(states: impl Iterator<Item = State>) -> usize {
    states.filter(|state| *state == State::Valid).count()
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [vrps, prefixes, rounds] = arguments.as_slice() else {
        return Err("usage: lookups VRPS PREFIXES ROUNDS".into());
    };
    let rounds: usize = rounds.parse()?;
    let vrps = vrp::parse(BufReader::new(File::open(vrps)?), &mut FaultCounts::default())?.content;
    let mut sorted: Vec<Question> = Vec::new();
    for line in BufReader::new(File::open(prefixes)?).lines() {
        let line = line?;
        let (prefix, asn) = line.split_once(',').ok_or("no comma")?;
        sorted.push((prefix.parse()?, Some(Asn(asn.parse()?))));
    }
    sorted.sort();
    let tables = build(&vrps);
    for (prefix, origin) in &sorted {
        let ours = State::from(tables.ours.validate(*prefix, *origin));
        let trie = tables.trie.validate((*prefix, *origin));
        let bitmap = tables.bitmap.validate((*prefix, *origin));
        if ours != trie || ours != bitmap {
            return Err(format!("{prefix} {origin:?}: {ours:?}, {trie:?}, {bitmap:?}").into());
        }
    }
    println!("{} VRPs, {} routes: all agree on every state\n", tables.ours.vrps().len(), sorted.len());
    let mut random = sorted.clone();
    shuffle(&mut random);
    println!("| order | table | M look-ups/s | time against ours |");
    println!("|---|---|---|---|");
    compare("one by one, sorted", SINGLE, &tables, &sorted, rounds)?;
    compare("one by one, random", SINGLE, &tables, &random, rounds)?;
    compare("batch, sorted", BATCH, &tables, &sorted, rounds)
}

fn build(vrps: &[vrp::Vrp]) -> Tables {
    fn timed<T>(name: &str, build: impl FnOnce() -> T) -> T {
        let (before, start) = (resident_kib(), Instant::now());
        let built = build();
        let millis = start.elapsed().as_millis();
        println!("{name}: built in {millis} ms, {} MB", (resident_kib() - before) >> 10);
        built
    }
    let again = vrps.to_vec();
    let ours = timed("ours", || VrpTable::new(again));
    let trie = timed("prefix-trie", || Trie::new(ours.vrps()));
    let bitmap = timed("treebitmap", || Bitmap::new(ours.vrps()));
    Tables { ours, trie, bitmap }
}

fn resident_kib() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn shuffle(questions: &mut [Question]) {
    let mut state = 0x5EED_u64;
    for i in (1..questions.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        questions.swap(i, (state % (i as u64 + 1)) as usize);
    }
}

fn compare(
    order: &str,
    ways: &[(&str, Way)],
    tables: &Tables,
    questions: &[Question],
    rounds: usize,
) -> Result<(), Box<dyn Error>> {
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); ways.len()];
    let mut sums = Vec::new();
    for _ in 0..rounds {
        for ((_, way), times) in ways.iter().zip(&mut times) {
            let start = Instant::now();
            sums.push(way(black_box(tables), black_box(questions)));
            times.push(start.elapsed().as_secs_f64());
        }
    }
    if sums.iter().any(|sum| *sum != sums[0]) {
        return Err(format!("{order}: {sums:?}").into());
    }
    let medians: Vec<f64> = times
        .iter_mut()
        .map(|times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect();
    for ((name, _), median) in ways.iter().zip(&medians) {
        let speed = questions.len() as f64 / median / 1e6;
        println!("| {order} | {name} | {speed:.1} | {:.1} |", median / medians[0]);
    }
    Ok(())
}
