//! Lists into the register, and out of it.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use programme::{Participant, Programme, Register, difference, parse, write};
use routing::{Date, FaultCounts};

use super::named::programme_named;
use super::{Book, Making, Named, now};
use crate::commands::EXIT_INCOMPLETE;

/// Make the register say what a list of participants says: whoever is new is entered, what differs is edited.
///
/// The list is of the form that sources of kind `participants` have, CSV or JSON. With `--dry-run` the edits are
/// shown, and none is kept: that is the difference between register and list.
#[derive(clap::Args, Debug)]
pub struct Import {
    /// The list.
    file: PathBuf,
    /// Its programme.
    #[arg(long, value_name = "ID")]
    programme: String,
    /// Whoever the list lacks takes part no longer; otherwise they stay.
    #[arg(long)]
    complete: bool,
    #[command(flatten)]
    making: Making,
}

/// Write the participants of a programme as a list that sources of kind `participants` read (JSON).
#[derive(clap::Args, Debug)]
pub struct Export {
    /// The programme.
    #[arg(long, value_name = "ID")]
    programme: String,
    /// As of this day; today when not given.
    #[arg(long, value_name = "DAY")]
    as_of: Option<Date>,
    /// As known at this revision; the last one when not given.
    #[arg(long, value_name = "N")]
    revision: Option<u64>,
}

pub async fn import(book: Book, args: Import) -> Result<ExitCode> {
    let programme: &'static Programme = programme_named(&args.programme)?;
    let file = || args.file.display().to_string();
    let input = BufReader::new(File::open(&args.file).with_context(file)?);
    let mut faults = FaultCounts::default();
    let list = parse(input, programme, &mut faults).with_context(file)?;
    for fault in faults.first() {
        eprintln!("{}, line {}: {fault}", file(), fault.at);
    }
    let whole = list.complete && faults.skipped() == 0;
    if args.complete && !whole {
        bail!(
            "{} cannot be read whole: with --complete whoever could not be read would leave; put the list right \
             or leave --complete out",
            file()
        );
    }
    let from = args.making.from.or(list.stated.map(|at| at.date())).unwrap_or_else(|| now().date());
    let changes = difference(&book.on(from)?, programme, &list.content, from, args.complete);
    let changes = changes.into_iter().map(|(id, change)| (Named { programme, id }, change)).collect();
    let done = book.make(&args.making, from, changes).await?;
    Ok(if faults.total() == 0 { done } else { ExitCode::from(EXIT_INCOMPLETE) })
}

pub fn export(book: &Book, args: &Export) -> Result<ExitCode> {
    let programme = programme_named(&args.programme)?;
    let day = args.as_of.unwrap_or_else(|| now().date());
    let register = Register::of(&book.edits, Some(day), args.revision)?;
    let participants: Vec<&Participant> = register.participants(&programme.id).collect();
    std::io::stdout().lock().write_all(write(programme, day, &participants).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
