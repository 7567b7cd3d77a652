//! `observatory inject`: events planted into real tables, with labels, to measure by.

mod files;
mod inputs;
mod labels;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::builder::PossibleValuesParser;
use pipeline::inject::{Ground, KINDS, Kind, Plan, Settings, Topology, plan};

use crate::progress::Progress;
use routing::Timestamp;

/// Plant events into real tables and label them.
///
/// Hijacks, forged paths, typing errors, leaks of each type of RFC 7908 and second origins that are in order
/// spread over the relationships of networks (customers' routes before peers' before providers', then the
/// shortest, then the lowest ASN) to the peers of the given tables. What each of them would then tell its
/// collector is written as MRT beside the tables, and labels.json says what was done. The same input and seed
/// give the same bytes. `docs/inject.md` describes the kinds, the labels and how to measure with them.
///
/// Exit codes: 0 done; 3 done, but some events could not be planted, or part of a table could not be read, each
/// told.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// What everything is drawn from.
    #[arg(long, value_name = "N")]
    seed: u64,
    /// How many events.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    count: u32,
    /// Kinds of events, in turn; all of them unless given.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = PossibleValuesParser::new(KINDS.iter().map(|row| row.name)))]
    kinds: Vec<String>,
    /// A table in MRT, or updates that rebuild one; several tables are several collectors. The collector's name
    /// is taken from the file's unless given.
    #[arg(long = "table", value_name = "[NAME=]FILE", required = true)]
    tables: Vec<String>,
    /// Relationships of networks (CAIDA as-rel), of a day before the tables.
    #[arg(long, value_name = "FILE")]
    relationships: PathBuf,
    /// VRPs of a day before the tables: they say which routes are refused, and nobody is made a hijacker whom
    /// they authorise.
    #[arg(long, value_name = "FILE")]
    vrps: Option<PathBuf>,
    /// Organisations of networks; the kind `sibling` needs them, and nobody is made the hijacker of a sibling.
    #[arg(long, value_name = "FILE")]
    organisations: Option<PathBuf>,
    /// Of a hundred networks so many refuse routes that the VRPs make invalid; the seed says which.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    rov_share: u8,
    /// The moment the tables are taken to be of; the time of their newest record unless given. References that
    /// are newer than it will not be used to judge the events.
    #[arg(long, value_name = "TIME")]
    start: Option<Timestamp>,
    /// Events begin within so many hours.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=720))]
    window_hours: u32,
    /// How the files are laid out.
    #[arg(long, value_enum, default_value_t = Layout::Shared)]
    layout: Layout,
    /// With `--layout folders`: so many rows of the tables go into each folder besides those it needs.
    #[arg(long, value_name = "ROWS", default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    background: u32,
    /// Folder to write into; made if absent, and refused unless empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Show no progress.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Layout {
    /// Per collector one table and one recording of updates with all events.
    Shared,
    /// A folder per event, with the rows of the tables that it needs.
    Folders,
}

/// Runs the command.
///
/// # Errors
/// When an input cannot be read, nothing can happen in it, or the folder cannot be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let progress = Progress::new(args.quiet);
    let kinds = kinds(args)?;
    files::prepare(&args.out)?;
    let inputs = inputs::read(args, &progress)?;
    let topology = Topology::new(&inputs.relationships);
    let ground = Ground::new(
        &inputs.tables,
        &topology,
        inputs.vrps.as_ref(),
        inputs.organisations.as_ref(),
        args.rov_share,
        args.seed,
    );
    if !ground.vantages.iter().any(|vantage| vantage.known) {
        bail!(
            "none of the {} peers of the tables is in {}: nobody would see anything",
            ground.vantages.len(),
            args.relationships.display()
        );
    }
    let settings = Settings {
        seed: args.seed,
        count: args.count as usize,
        kinds,
        window_seconds: args.window_hours * 3_600,
    };
    let planned = {
        let stage = progress.stage("planting", u64::from(args.count));
        plan(&ground, &settings, || stage.step(1))
    };
    if planned.events.is_empty() {
        bail!("no event of these kinds can be planted: no prefix of the tables fits them");
    }
    match args.layout {
        Layout::Shared => files::write_shared(&ground, &planned, &args.out, &progress)?,
        Layout::Folders => {
            files::write_folders(
                &ground,
                &planned,
                &args.out,
                args.background as usize,
                args.seed,
                &progress,
            )?;
        }
    }
    files::write_vrps(&ground, &planned, &args.out)?;
    files::write_labels(&labels::labels(&ground, &planned, args.seed), &args.out)?;
    summarise(&planned, std::io::stdout().lock())?;
    for (kind, times) in counted(planned.not_drawn.iter().copied()) {
        eprintln!("{times} × {}: could not be planted into these tables", kind.row().name);
    }
    let whole = planned.not_drawn.is_empty() && !inputs.incomplete;
    Ok(ExitCode::from(if whole { 0 } else { super::EXIT_INCOMPLETE }))
}

/// The kinds asked for, or all that the inputs allow.
fn kinds(args: &Args) -> Result<Vec<Kind>> {
    let siblings = args.organisations.is_some();
    if args.kinds.is_empty() {
        if !siblings {
            eprintln!("sibling is left out: it needs --organisations");
        }
        let all = KINDS.iter().map(|row| row.kind);
        return Ok(all.filter(|kind| siblings || *kind != Kind::Sibling).collect());
    }
    let asked = KINDS.iter().filter(|row| args.kinds.iter().any(|name| name == row.name));
    let asked: Vec<Kind> = asked.map(|row| row.kind).collect();
    if asked.contains(&Kind::Sibling) && !siblings {
        bail!("the kind `sibling` needs --organisations: who belongs together is nowhere else");
    }
    Ok(asked)
}

fn counted(kinds: impl Iterator<Item = Kind>) -> BTreeMap<Kind, usize> {
    let mut times = BTreeMap::new();
    kinds.for_each(|kind| *times.entry(kind).or_default() += 1);
    times
}

fn summarise(planned: &Plan, out: impl Write) -> Result<()> {
    let planted = counted(planned.events.iter().map(|e| e.kind));
    let decidable = counted(planned.events.iter().filter(|e| e.decidable).map(|e| e.kind));
    let mut rows = vec![["kind", "expected", "planted", "decidable"].map(str::to_owned).to_vec()];
    for (kind, times) in &planted {
        let seen = decidable.get(kind).copied().unwrap_or(0);
        let row = kind.row();
        rows.push(vec![row.name.into(), row.expected.code().into(), times.to_string(), seen.to_string()]);
    }
    let seen: usize = decidable.values().sum();
    rows.push(vec!["all".into(), String::new(), planned.events.len().to_string(), seen.to_string()]);
    super::write_rows(out, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/inject.md");
    const BEGIN: &str = "<!-- kinds: from the table in the code -->\n";
    const END: &str = "<!-- /kinds -->";

    #[test]
    fn the_document_lists_the_kinds() {
        let mut table =
            String::from("| kind | category | expected | reason | what is done |\n|---|---|---|---|---|\n");
        for row in KINDS {
            let expected = row.expected.code();
            let cells = format!("`{}` | `{}` | {expected} | `{}`", row.name, row.category, row.reason);
            table.push_str(&format!("| {cells} | {} |\n", row.meaning));
        }
        let document = std::fs::read_to_string(PATH).unwrap();
        let (head, rest) = document.split_once(BEGIN).expect("docs/inject.md marks its table");
        let (shown, tail) = rest.split_once(END).expect("docs/inject.md marks its table");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(PATH, format!("{head}{BEGIN}{table}{END}{tail}")).unwrap();
            return;
        }
        assert_eq!(shown, table, "rewrite it with UPDATE_DOCS=1 cargo test -p observatory inject");
    }
}
