//! What `observatory run` does by itself, and when: the table `[run]`.

use super::parse::{Section, Wrong};

/// When to fetch and to compute, and what to do when that fails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// From the start of one fetch to the start of the next.
    pub fetch_interval_minutes: i64,
    /// For so long after its end a month is computed again as late files come; then it is left alone.
    pub late_days_max: i64,
    /// So many attempts and a job has failed.
    pub attempts_max: i64,
    /// The wait after the first failed attempt; each further one is twice as long, up to an hour.
    pub retry_seconds_min: i64,
    /// A job whose process gives no sign of life for so long is taken over.
    pub lease_seconds: i64,
}

const RUN_KEYS: &[&str] =
    &["fetch_interval_minutes", "late_days_max", "attempts_max", "retry_seconds_min", "lease_seconds"];

impl Default for Run {
    fn default() -> Run {
        Run {
            fetch_interval_minutes: 60,
            late_days_max: 7,
            attempts_max: 6,
            retry_seconds_min: 60,
            lease_seconds: 120,
        }
    }
}

/// The table `[run]`.
pub fn of(top: &Section<'_>) -> Result<Run, Wrong> {
    let default = Run::default();
    let Some(section) = top.section("run", RUN_KEYS)? else { return Ok(default) };
    let number = |key: &str, default: i64, min: u64, max: u64| {
        section.number(key, default.unsigned_abs(), min, max).map(|n| n as i64)
    };
    Ok(Run {
        fetch_interval_minutes: number("fetch_interval_minutes", default.fetch_interval_minutes, 1, 10_080)?,
        late_days_max: number("late_days_max", default.late_days_max, 0, 366)?,
        attempts_max: number("attempts_max", default.attempts_max, 1, 100)?,
        retry_seconds_min: number("retry_seconds_min", default.retry_seconds_min, 1, 3_600)?,
        lease_seconds: number("lease_seconds", default.lease_seconds, 2, 86_400)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_runs_is_configured() {
        let run = |text: &str| Config::parse(&format!("data = \"x\"\n{text}")).map(|config| config.run);
        assert_eq!(run("").unwrap(), Run::default());
        let ours = run("[run]\nfetch_interval_minutes = 30\nlate_days_max = 0\n").unwrap();
        assert_eq!(ours, Run { fetch_interval_minutes: 30, late_days_max: 0, ..Run::default() });
        let (line, message) = run("[run]\nfetch_interval_minute = 30\n").unwrap_err();
        assert_eq!(line, 3);
        assert!(message.contains("did you mean `fetch_interval_minutes`?"), "{message}");
        assert_eq!(run("[run]\nlease_seconds = 1\n").unwrap_err().0, 3);
        assert!(run("run = 3").unwrap_err().1.contains("`[run]` section"));
    }
}
