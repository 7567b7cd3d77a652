//! The printed tables: every way by turns, so that whatever else the machine does meets all of them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::run::{Run, apart, instructions};
use crate::ways::{OF_A_TABLE, OF_UPDATES, Way};
use crate::{Outcome, ways};

/// Programs that print a line for every entry, where the path has them.
const PROGRAMS: &[(&str, &[&str])] = &[("bgpdump", &["-m"]), ("bgpgrep", &[]), ("parsebgp", &["-f"])];

/// Programs that unpack, by the end of a file's name.
const UNPACKERS: &[(&str, &str)] = &[("gz", "gzip"), ("bz2", "bzip2"), ("bz2", "lbzip2"), ("zst", "zstd")];

/// Of a table, as it is and packed.
pub fn of_a_table(folder: &Path, rounds: usize) -> Outcome<()> {
    for name in ["table.mrt", "table.mrt.gz", "table.mrt.bz2", "table.mrt.zst"] {
        let file = folder.join(name);
        if !file.is_file() {
            println!("{name}: SKIPPED, there is none\n");
            continue;
        }
        let plain = name == "table.mrt";
        let chosen: Vec<&Way> = OF_A_TABLE.iter().filter(|way| !plain || way.name != "unpack").collect();
        println!("### `{name}`\n");
        print(&file, &chosen, rounds, plain.then_some(file.as_path()))?;
        if plain {
            programs(&file)?;
        } else {
            unpackers(&file, rounds)?;
        }
    }
    Ok(())
}

/// Of updates; beside the file there may be `updates-once.mrt`, of which instructions are counted.
pub fn of_updates(file: &Path, rounds: usize) -> Outcome<()> {
    let chosen: Vec<&Way> = OF_UPDATES.iter().collect();
    println!("### Updates\n");
    // Of the same once: to count instructions takes a hundred times as long as to do them.
    let once = file.with_file_name("updates-once.mrt");
    print(file, &chosen, rounds, once.is_file().then_some(&*once))
}

fn print(file: &Path, chosen: &[&'static Way], rounds: usize, counted: Option<&Path>) -> Outcome<()> {
    let mut runs: Vec<Vec<Run>> = chosen.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (way, runs) in chosen.iter().zip(&mut runs) {
            let run = apart(way.name, file)?;
            runs.push(run);
        }
    }
    let sums = &runs[0].first().ok_or("at least one round")?.sums;
    for (way, run) in chosen.iter().zip(&runs).flat_map(|(way, runs)| runs.iter().map(move |run| (way, run)))
    {
        if let Some(difference) = difference(sums, &run.sums) {
            return Err(format!("{} and {} differ: {difference}", chosen[0].name, way.name).into());
        }
    }
    let all = entries(sums)?;
    println!("{all} entries; sums agree: `{sums}`\n");
    println!("| | M entries/s | CPU s | CPU ratio | wall ratio | instructions/entry | peak MB |");
    println!("|---|---|---|---|---|---|---|");
    let (mut first, mut loading) = (None, None);
    for (way, runs) in chosen.iter().zip(&runs) {
        let median = |of: fn(&Run) -> f64| {
            let mut all: Vec<f64> = runs.iter().map(of).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        let (cpu, wall) = (median(|run| run.cpu), median(|run| run.wall));
        let (first_cpu, first_wall) = *first.get_or_insert((cpu, wall));
        // Where valgrind is not installed there is no count.
        let valgrind = Command::new("valgrind").arg("--version").output().is_ok();
        let count = match counted.filter(|_| valgrind) {
            Some(file) => {
                Some(instructions(way.name, file)? as f64 / entries(&apart(way.name, file)?.sums)? as f64)
            }
            None => None,
        };
        let count = count.map_or("–".to_owned(), |count| format!("{count:.0}"));
        println!(
            "| {} | {:.1} | {cpu:.3} | {:.2} | {:.2} | {count} | {} |",
            way.what,
            all as f64 / wall / 1e6,
            cpu / first_cpu,
            wall / first_wall,
            runs[0].peak_kib >> 10,
        );
        if way.judges {
            loading = Some(median(|run| run.loading));
        }
    }
    if let Some(loading) = loading {
        println!("\nLoading what is registered: {loading:.2} s of CPU, in no line of the table.");
    }
    println!();
    Ok(())
}

/// The first of three numbers in which two lines of sums differ. `-` is not known.
fn difference(ours: &str, theirs: &str) -> Option<String> {
    let mut both = ours.split(' ').zip(theirs.split(' ')).take(3);
    both.find(|(a, b)| a != b && *a != "-" && *b != "-").map(|(a, b)| format!("{a} and {b}"))
}

/// How many entries were read. Of updates the fourth number is how many were announced and withdrawn.
fn entries(sums: &str) -> Outcome<u64> {
    let numbers: Vec<Option<u64>> = sums.split(' ').map(|number| number.parse().ok()).collect();
    let count = numbers.get(3).copied().flatten().or(numbers.first().copied().flatten());
    count.ok_or_else(|| format!("`{sums}` tells no count").into())
}

fn programs(file: &Path) -> Outcome<()> {
    for (program, arguments) in PROGRAMS {
        let start = Instant::now();
        let spawned = Command::new(program)
            .args(*arguments)
            .arg(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = spawned else {
            println!("{program}: SKIPPED, not installed");
            continue;
        };
        let mut output = child.stdout.take().ok_or("a pipe")?;
        let lines = ways::lines(&mut output)?;
        child.wait()?;
        let seconds = start.elapsed().as_secs_f64();
        println!("{program}: {lines} lines, {:.2} M/s", lines as f64 / seconds / 1e6);
    }
    println!();
    Ok(())
}

/// What unpacking alone costs others; our line of it is `unpacking alone`.
fn unpackers(file: &Path, rounds: usize) -> Outcome<()> {
    let end = file.extension().unwrap_or_default();
    for (_, program) in UNPACKERS.iter().filter(|(of, _)| end == *of) {
        let mut runs = Vec::new();
        for _ in 0..rounds {
            let (cpu, start) = (cpu_of_children()?, Instant::now());
            let unpack = Command::new(program).arg("-dc").arg(file).stdout(Stdio::null()).status();
            match unpack {
                Ok(status) if status.success() => {
                    runs.push((cpu_of_children()? - cpu, start.elapsed().as_secs_f64()));
                }
                Ok(status) => return Err(format!("{program}: {status}").into()),
                Err(_) => break,
            }
        }
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        match runs.get(runs.len() / 2) {
            Some((cpu, wall)) => println!("{program}, unpacking alone: {cpu:.2} s of CPU, {wall:.2} s"),
            None => println!("{program}: SKIPPED, not installed"),
        }
    }
    println!();
    Ok(())
}

/// Seconds of CPU of all processes that this one waited for (proc(5)): `cutime` and `cstime`, in hundredths.
fn cpu_of_children() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let behind_name = stat.rsplit(") ").next().ok_or("a stat has a name")?;
    let ticks = behind_name.split(' ').skip(13).take(2).map(str::parse::<u64>);
    Ok(ticks.sum::<Result<u64, _>>()? as f64 / 100.0)
}
