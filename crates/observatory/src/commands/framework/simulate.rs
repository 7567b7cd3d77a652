//! `observatory framework simulate`: who would change grade.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use anyhow::Result;
use lake::{Column, Value};
use simulation::{Change, Month, NotKept, Simulation, simulate};

use super::super::{ConfigArg, EXIT_INCOMPLETE};
use crate::commands::export::{write_csv, write_ndjson};
use crate::config::Config;
use crate::month::Data;
use crate::norm;

/// Grade published months by two frameworks and say who changes grade.
///
/// Networks, economies and participants are graded again from the facts that every publication keeps: no source is read.
/// The grades are those that `observatory month` would publish. What a month has no data for is said and stays
/// unknown. Months that are not published, or were before facts were kept, are named on standard error; the exit code is
/// then 3.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The framework compared with: id or file.
    before: String,
    /// The framework tried out: id or file.
    after: String,
    /// Months, such as 2024-05 or 2024-03..2024-05.
    #[arg(long)]
    months: String,
    #[command(flatten)]
    config: ConfigArg,
    /// The form.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// List those too whose grade stays.
    #[arg(long)]
    all: bool,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// Counts and names, for reading.
    Text,
    /// A row per score that changes.
    Csv,
    /// An object per score that changes.
    Ndjson,
}

/// How many of a scope the text names; the other forms list all.
const NAMED_MAX: usize = 25;

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let config = Config::read(&args.config.config)?;
    let (before, after) = (norm::load(&args.before)?, norm::load(&args.after)?);
    let months = super::months(&args.months)?;
    let data = Data::open(&config).await?;
    let mut simulations = Vec::new();
    let mut left_out = 0;
    for month in &months {
        let month = month.to_string();
        let Some((publication, head)) = data.store.current(&month).await? else {
            eprintln!("{month} is not published: `observatory month {month}` does that");
            left_out += 1;
            continue;
        };
        let Some(facts) = lake::facts(&data.lake.generation(&head.generation))? else {
            eprintln!("{}", NotKept(month));
            left_out += 1;
            continue;
        };
        let directory = data.store.directory(publication).await?;
        let participants = data.store.participants(publication).await?;
        let of = Month { facts: &facts, directory: &directory, participants: &participants };
        simulations.push(simulate(&of, &before, &after, args.all));
    }
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match args.format {
        Format::Text => {
            for simulation in &simulations {
                write_text(&mut out, simulation)?;
            }
        }
        Format::Csv => write_csv(&mut out, COLUMNS, rows(&simulations))?,
        Format::Ndjson => write_ndjson(&mut out, COLUMNS, rows(&simulations))?,
    }
    out.flush()?;
    Ok(if left_out > 0 { ExitCode::from(EXIT_INCOMPLETE) } else { ExitCode::SUCCESS })
}

const COLUMNS: &[Column] = &[
    Column::text("month"),
    Column::text("scope"),
    Column::text("id"),
    Column::text("name"),
    Column::text("economy"),
    Column::text("score"),
    Column::float("before"),
    Column::text("before_grade"),
    Column::text("before_unknown"),
    Column::float("after"),
    Column::text("after_grade"),
    Column::text("after_unknown"),
];

fn rows(simulations: &[Simulation]) -> impl Iterator<Item = Result<Vec<Value>>> {
    simulations.iter().flat_map(|s| &s.changes).map(|change| Ok(row(change)))
}

fn row(change: &Change) -> Vec<Value> {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    vec![
        change.month.as_str().into(),
        change.scope.as_str().into(),
        change.id.as_str().into(),
        filled(&change.name).into(),
        filled(&change.economy).into(),
        change.score.into(),
        change.before.score.into(),
        change.before.grade.into(),
        change.before.unknown.clone().into(),
        change.after.score.into(),
        change.after.grade.into(),
        change.after.unknown.clone().into(),
    ]
}

fn write_text(out: &mut impl Write, simulation: &Simulation) -> Result<()> {
    writeln!(out, "{}: {} → {}", simulation.month, simulation.before, simulation.after)?;
    for sentence in &simulation.unknown {
        writeln!(out, "  {sentence}")?;
    }
    for count in &simulation.counts {
        writeln!(
            out,
            "  {} {}: {} of {} change grade: {} better, {} worse, {} gain one, {} lose it",
            count.scope.as_str(),
            count.score.replace('_', " "),
            count.changed(),
            count.subjects,
            count.better,
            count.worse,
            count.gained,
            count.lost
        )?;
        let of_count = |change: &&Change| change.scope == count.scope && change.score == count.score;
        let mut named = simulation.changes.iter().filter(of_count);
        for change in named.by_ref().take(NAMED_MAX) {
            writeln!(out, "    {}", line(change))?;
        }
        match named.count() {
            0 => {}
            more => writeln!(out, "    and {more} more: --format csv lists all")?,
        }
    }
    writeln!(out)?;
    Ok(())
}

fn line(change: &Change) -> String {
    let standing = |s: &simulation::Standing| match (s.grade, s.score) {
        (Some(grade), Some(score)) => format!("{grade} ({score:.4})"),
        _ => s.unknown.clone().unwrap_or_else(|| "no data".to_owned()),
    };
    let name = if change.name.is_empty() { String::new() } else { format!(" {}", change.name) };
    format!("{}{name}: {} → {}", change.id, standing(&change.before), standing(&change.after))
}
