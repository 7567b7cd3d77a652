//! One way in a process of its own, and what it cost.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

use crate::{Outcome, ways};

/// What a run said and cost.
pub struct Run {
    pub sums: String,
    pub wall: f64,
    /// Of all threads.
    pub cpu: f64,
    /// Of what is registered, which is no part of the others.
    pub loading: f64,
    pub peak_kib: u64,
}

/// Seconds of CPU of all threads of this process so far.
pub fn cpu() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Goes `times` times and prints what a [`Run`] is made of.
pub fn here(way: &str, file: &Path, times: u32) -> Outcome<()> {
    let way = ways::named(way).ok_or("no such way")?;
    let begun = cpu();
    let mut registered = way.judges.then(|| ways::registered_beside(file)).transpose()?;
    println!("loading {}", cpu() - begun);
    let (begun, start) = (cpu(), Instant::now());
    for left in (0..times).rev() {
        let registered = if left > 0 { registered.clone() } else { registered.take() };
        println!("sums {}", (way.go)(file, registered)?);
    }
    println!("cpu {}", cpu() - begun);
    println!("wall {}", start.elapsed().as_secs_f64());
    println!("peak {}", peak_kib().unwrap_or_default());
    Ok(())
}

/// Once, in another process.
pub fn apart(way: &str, file: &Path) -> Outcome<Run> {
    let output = Command::new(std::env::current_exe()?).args(["read", way]).arg(file).arg("1").output()?;
    if !output.status.success() {
        return Err(format!("{way}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.ok_or(format!("{way} tells no {name}"))
    };
    Ok(Run {
        sums: field("sums")?.to_owned(),
        wall: field("wall")?.parse()?,
        cpu: field("cpu")?.parse()?,
        loading: field("loading")?.parse()?,
        peak_kib: field("peak")?.parse()?,
    })
}

/// Instructions of one pass: those of two less those of one, so that neither start nor loading nor end counts.
pub fn instructions(way: &str, file: &Path) -> Outcome<u64> {
    let counted = |times: &str| -> Outcome<u64> {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe()?)
            .args(["read", way])
            .arg(file)
            .arg(times)
            .output()?;
        let text = String::from_utf8(output.stderr)?;
        if !output.status.success() {
            return Err(format!("{way} under valgrind: {text}").into());
        }
        let line = text.lines().find_map(|line| line.split("Collected : ").nth(1));
        Ok(line.ok_or("valgrind says no count")?.trim().parse()?)
    };
    let (once, twice) = (counted("1")?, counted("2")?);
    twice.checked_sub(once).filter(|count| *count > 0).ok_or("two passes take no more than one".into())
}
