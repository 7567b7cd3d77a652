//! Our reader beside others on one table, in one run: equal sums first, then times, then instructions.
//!
//! - `compare table FILE ROUNDS` prints the table; FILE is MRT, not compressed, and ROUNDS the passes for each.
//! - `compare read WAY FILE TIMES` reads in one way and prints sums, seconds and peak memory; the table is made of it.

mod peers;

use std::error::Error;
use std::fs::File;
use std::process::Command;
use std::time::Instant;

use reading::Sums;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A way of reading a file.
type Way = fn(File) -> Sums;

/// Their names.
const WAYS: &[(&str, Way)] = &[
    ("rows", reading::rows),
    ("elements", reading::elements),
    ("routecore-origins", peers::routecore_origins),
    ("bgpkit-routes", peers::bgpkit_routes),
    ("bgpkit-elements", peers::bgpkit_elements),
];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["read", way, file, times] => read(way, file, times.parse()?),
        ["table", file, rounds] => table(file, rounds.parse()?),
        _ => Err("usage: compare table FILE ROUNDS, or compare read WAY FILE TIMES".into()),
    }
}

fn read(way: &str, file: &str, times: u32) -> Outcome<()> {
    let (_, read) = WAYS.iter().find(|(name, _)| *name == way).ok_or("no such way")?;
    let start = Instant::now();
    for _ in 0..times {
        let Sums { rows, origins, as_set, .. } = read(File::open(file)?);
        println!("{rows} {origins} {as_set}");
    }
    println!("seconds {}", start.elapsed().as_secs_f64());
    println!("peak {}", peak_kib().unwrap_or_default());
    Ok(())
}

fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What a run in a process of its own said.
struct Run {
    sums: String,
    seconds: f64,
    peak_kib: u64,
}

fn run(way: &str, file: &str) -> Outcome<Run> {
    let output = Command::new(std::env::current_exe()?).args(["read", way, file, "1"]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line");
    Ok(Run {
        sums: text.lines().next().unwrap_or_default().to_owned(),
        seconds: field("seconds ")?.parse()?,
        peak_kib: field("peak ")?.parse()?,
    })
}

/// Instructions of one pass: those of two less those of one, so that neither start nor end counts.
fn instructions(way: &str, file: &str) -> Outcome<u64> {
    let counted = |times: &str| -> Outcome<u64> {
        let program = std::env::current_exe()?;
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program)
            .args(["read", way, file, times])
            .output()?;
        let text = String::from_utf8(output.stderr)?;
        let line = text.lines().find_map(|line| line.split("Collected : ").nth(1));
        Ok(line.ok_or("valgrind says no count")?.trim().parse()?)
    };
    Ok(counted("2")? - counted("1")?)
}

fn table(file: &str, rounds: usize) -> Outcome<()> {
    let sums = run(WAYS[0].0, file)?.sums;
    let rows: f64 = sums.split(' ').next().unwrap_or_default().parse()?;
    let mut runs: Vec<Vec<Run>> = WAYS.iter().map(|_| Vec::new()).collect();
    // By turns, so that whatever else the machine does meets all of them.
    for _ in 0..rounds {
        for (way, runs) in WAYS.iter().zip(&mut runs) {
            let run = run(way.0, file)?;
            if run.sums != sums {
                return Err(format!("{} reads {}, and {} reads {sums}", way.0, run.sums, WAYS[0].0).into());
            }
            runs.push(run);
        }
    }
    println!("rows, sum of origins, paths that end in a set: {sums}\n");
    println!("| reader | M rows/s | time against ours | instructions/row | against ours | peak MB |");
    println!("|---|---|---|---|---|---|");
    let mut ours = None;
    for ((way, _), mut runs) in WAYS.iter().zip(runs) {
        runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
        let Run { seconds, peak_kib, .. } = runs[runs.len() / 2];
        let instructions = instructions(way, file).map_or(f64::NAN, |count| count as f64 / rows);
        let (our_seconds, our_instructions) = *ours.get_or_insert((seconds, instructions));
        println!(
            "| {way} | {:.1} | {:.1} | {instructions:.0} | {:.1} | {} |",
            rows / seconds / 1e6,
            seconds / our_seconds,
            instructions / our_instructions,
            peak_kib >> 10,
        );
    }
    Ok(())
}
