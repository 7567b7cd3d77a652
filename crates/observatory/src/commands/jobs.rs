//! `observatory jobs`: what runs by itself.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use routing::Timestamp;
use store::JobRow;

use super::{ConfigArg, write_rows};
use crate::config::Config;
use crate::month::Data;

/// List the jobs of `observatory run`: those that wait and run, then the last that are over.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArg,
    /// Of jobs that are over, show so many.
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: usize,
    /// Print the jobs as JSON, one per line.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let config = Config::read(&args.config.config)?;
    let jobs = Data::open(&config).await?.store.jobs().await?;
    let (mut shown, over): (Vec<JobRow>, Vec<JobRow>) = jobs.into_iter().partition(JobRow::is_open);
    shown.sort_by_key(|job| (core::cmp::Reverse(job.state), job.due_at, job.id));
    shown.extend(over.into_iter().take(args.last));
    let mut out = std::io::stdout().lock();
    if args.json {
        for job in &shown {
            writeln!(out, "{}", serde_json::to_string(job)?)?;
        }
    } else if shown.is_empty() {
        writeln!(out, "there is no job: `observatory run` has not run yet")?;
    } else {
        let heads = ["job", "kind", "subject", "state", "due", "started", "ended", "attempts", "outcome"];
        let rows = shown.iter().map(row);
        write_rows(out, &[heads.map(str::to_owned).to_vec()].into_iter().chain(rows).collect::<Vec<_>>())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn row(job: &JobRow) -> Vec<String> {
    let time = |at: Option<i64>| at.map_or_else(|| "-".to_owned(), |at| Timestamp(at).to_string());
    vec![
        job.id.to_string(),
        job.kind.word().to_owned(),
        job.subject.clone(),
        job.state.word().to_owned(),
        time(Some(job.due_at)),
        time(job.started_at),
        time(job.finished_at),
        job.attempts.to_string(),
        job.outcome.clone().unwrap_or_else(|| "-".to_owned()),
    ]
}
