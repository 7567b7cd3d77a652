//! `observatory participants`: the register of participants.

mod change;
mod list;
mod lists;
mod named;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;
use programme::{Change, Edit, Register};
use routing::{Date, Timestamp};
use store::RegisterEditRow;

use super::ConfigArg;
use crate::config::Config;
use crate::month::Data;
use crate::register::{edits_of, row};

use named::{Named, programme_named};

/// Keep the register of participants: who takes part in which programme, since when, with which networks.
///
/// Every edit is kept with its time, who made it, why, and the value before and after; none is ever changed or
/// deleted. An edit holds from a day on, which may lie in the past: the register can be had as of any day and any
/// revision. `observatory month` takes the register as of the month's last day as one more list, whose word on a
/// participant it holds wins over every other list.
///
/// A participant is named PROGRAMME/ID, such as ixps/202.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArg,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    List(list::List),
    History(list::History),
    Add(change::Add),
    Set(change::Set),
    Approve(change::Approve),
    Conformance(change::Conformance),
    Network(change::Network),
    Remove(change::Remove),
    Import(lists::Import),
    Export(lists::Export),
}

/// Who edits, why, from when on, and whether it is only tried.
#[derive(clap::Args, Debug)]
struct Making {
    /// Who makes the edit.
    #[arg(long, value_name = "WHO")]
    by: String,
    /// Why, in a sentence.
    #[arg(long, value_name = "WHY")]
    reason: String,
    /// The first day on which it holds; today when not given, and the day of approval when one is.
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// Show what would be kept, and keep nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The register with its edits, as the command found it.
struct Book {
    data: Data,
    rows: Vec<RegisterEditRow>,
    edits: Vec<Edit>,
}

impl Book {
    async fn open(config: &ConfigArg) -> Result<Book> {
        let config = Config::read(&config.config)?;
        let data = Data::open(&config).await?;
        let rows = data.store.register().await?;
        Ok(Book { edits: edits_of(&rows)?, rows, data })
    }

    /// As of a day, knowing everything.
    fn on(&self, day: Date) -> Result<Register> {
        Ok(Register::of(&self.edits, Some(day), None)?)
    }

    /// Makes edits, all of them or none.
    async fn make(mut self, making: &Making, from: Date, changes: Vec<(Named, Change)>) -> Result<ExitCode> {
        let known = self.edits.len();
        let at = now();
        let mut rows = Vec::new();
        let mut before = self.on(from)?;
        for (of, change) in changes {
            let edit = Edit {
                number: self.edits.len() as u64 + 1,
                at,
                by: making.by.trim().to_owned(),
                reason: making.reason.trim().to_owned(),
                programme: of.programme.id.clone(),
                participant: of.id.clone(),
                from,
                change,
            };
            edit.examine(of.programme)?;
            rows.push(row(&edit, &before));
            before.apply(&edit)?;
            self.edits.push(edit);
        }
        // It must fit what later days hold too.
        Register::of(&self.edits, None, None)?;
        for row in &rows {
            println!("{}", list::sentence(row));
        }
        let n = rows.len();
        if n == 0 {
            println!("nothing to change");
        } else if making.dry_run {
            println!("{n} {}, not kept: --dry-run", if n == 1 { "edit" } else { "edits" });
        } else if !self.data.store.edit_register(known as i64, &rows).await? {
            bail!("somebody else has edited the register meanwhile: nothing is kept, run the command again");
        } else {
            let first = known + 1;
            let last = known + n;
            match n {
                1 => println!("kept as revision {last}"),
                _ => println!("kept as revisions {first} to {last}"),
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(since.map_or(0, |since| since.as_secs() as i64))
}

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let book = Book::open(&args.config).await?;
    match args.command {
        Command::List(args) => list::list(&book, &args),
        Command::History(args) => list::history(&book, &args),
        Command::Add(args) => change::add(book, args).await,
        Command::Set(args) => change::set(book, args).await,
        Command::Approve(args) => change::approve(book, args).await,
        Command::Conformance(args) => change::conformance(book, args).await,
        Command::Network(args) => change::network(book, args).await,
        Command::Remove(args) => change::remove(book, args).await,
        Command::Import(args) => lists::import(book, args).await,
        Command::Export(args) => lists::export(&book, &args),
    }
}
