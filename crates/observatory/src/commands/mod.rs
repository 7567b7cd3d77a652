//! The commands: one file each.

mod demo;
mod evaluate;
mod explain;
mod export;
pub mod fetch;
mod fixes;
mod framework;
mod inject;
mod jobs;
mod key;
mod month;
mod participants;
mod read;
mod run;
mod score;
mod serve;
mod sources;
mod whatif;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Something failed; standard error says what and where.
pub const EXIT_ERROR: u8 = 1;
/// Whoever read the output has gone; the code a shell gives for SIGPIPE.
pub const EXIT_OUTPUT_CLOSED: u8 = 141;
/// Done, but not all of it.
const EXIT_INCOMPLETE: u8 = 3;

/// An open observatory of routing security: reads what networks announce, compares it with what they
/// registered, and grades every network by a versioned framework.
///
/// Exit codes: 0 done; 1 an error, told on standard error; 2 the command line is wrong; 3 done, but faulty
/// pieces of input were skipped, or files could not be fetched, each told.
#[derive(Parser, Debug)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Read(read::Read),
    Fetch(fetch::Args),
    Sources(sources::Args),
    Month(month::Args),
    Export(export::Args),
    Participants(participants::Args),
    Explain(explain::Args),
    Fixes(fixes::Args),
    Whatif(whatif::Args),
    Score(score::Score),
    Framework(framework::Args),
    Evaluate(evaluate::Args),
    Serve(serve::Args),
    Run(run::Args),
    Jobs(jobs::Args),
    Inject(inject::Args),
    Key(key::Args),
    Demo(demo::Args),
}

/// The configuration a command works with.
#[derive(clap::Args, Debug)]
pub struct ConfigArg {
    /// Configuration file; `docs/configuration.md` describes it.
    #[arg(long, value_name = "FILE", default_value = "observatory.toml", env = "OBSERVATORY_CONFIG")]
    config: PathBuf,
}

/// Runs a command.
pub fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Read(args) => read::run(&args),
        Command::Fetch(args) => fetch::run(&args),
        Command::Sources(args) => sources::run(&args),
        Command::Month(args) => block_on(month::run(args)),
        Command::Export(args) => block_on(export::run(args)),
        Command::Participants(args) => block_on(participants::run(args)),
        Command::Explain(args) => block_on(explain::run(args)),
        Command::Fixes(args) => block_on(fixes::run(args)),
        Command::Whatif(args) => block_on(whatif::run(args)),
        Command::Score(args) => score::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Framework(args) => block_on(framework::run(args)),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Serve(args) => block_on(serve::run(args)),
        Command::Run(args) => block_on(run::run(args)),
        Command::Jobs(args) => block_on(jobs::run(args)),
        Command::Inject(args) => inject::run(&args),
        Command::Key(args) => key::run(&args),
        Command::Demo(args) => block_on(demo::run(args)),
    }
}

fn block_on(future: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(future)
}

/// Columns as wide as their widest cell; the last one ends where it ends.
fn write_rows(mut out: impl Write, rows: &[Vec<String>]) -> Result<()> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |c: usize| rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
