//! `observatory whatif`: what other ROAs, route objects or announcements would change.

use std::io::{BufWriter, Read, Write};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use lake::{Column, Value};
use routing::{Asn, Month};
use simulation::whatif::{self, Answer, TEXT_BYTES_MAX};

use super::ConfigArg;
use super::export::write_csv;
use crate::config::Config;
use crate::month::Data;

/// Say what other ROAs, route objects or announcements would change in a published month: which routes change state,
/// who else breaks, and the scores after.
///
/// One change a line, `+` for what would be there and `-` for what would be gone:
///
///   + roa 192.0.2.0/24 AS64500              (a maximum length as in 192.0.2.0/24-28)
///   - roa 192.0.2.0/24-28 AS64500
///   + route 192.0.2.0/24 AS64500 RIPE
///   - route 192.0.2.0/24 AS64500            (of every registry)
///   + announce 2001:db8::/32 AS64500
///
/// Routes are judged by what the publication keeps; the answer equals computing the month from inputs so changed, and
/// says what it leaves out.
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// A file of changes; - or nothing for standard input.
    file: Option<String>,
    /// The month, such as 2024-05; the latest when not given.
    #[arg(long)]
    month: Option<Month>,
    /// Who asks: everybody else is a third party. Without it, whoever the changes name asks.
    #[arg(long = "as", value_name = "AS64500")]
    asking: Option<Asn>,
    #[command(flatten)]
    config: ConfigArg,
    /// The form.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// For reading.
    Text,
    /// The whole answer as one object.
    Json,
    /// A row per route that changes.
    Csv,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let named = args.file.as_deref().filter(|name| *name != "-");
    let text = read(named)?;
    let changes = whatif::parse(&text).map_err(|error| {
        let place = named.unwrap_or("standard input");
        let meant = error.suggestion.map(|meant| format!("\n  did you mean: {meant}")).unwrap_or_default();
        anyhow::anyhow!("{place}:{}:{}: {}{meant}", error.line, error.column, error.message)
    })?;
    if changes.is_empty() {
        bail!("there is no change to try out: write one a line, such as `{}`", whatif::EXAMPLES[0]);
    }
    let config = Config::read(&args.config.config)?;
    let data = Data::open(&config).await?;
    let (_, head) = super::fixes::current(&data, args.month).await?;
    let folder = data.lake.generation(&head.generation);
    let frameworks = whatif::frameworks_of(&folder, head.frameworks.iter().map(|f| f.id.as_str()))?;
    let answer = whatif::what_if(&folder, &head.month, &changes, args.asking, &frameworks)?;
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match args.format {
        Format::Text => out.write_all(answer.to_text().as_bytes())?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &answer)?;
            writeln!(out)?;
        }
        Format::Csv => write_csv(&mut out, COLUMNS, rows(&answer))?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn read(named: Option<&str>) -> Result<String> {
    let mut text = String::new();
    // One octet more than is read tells that there are more.
    let most = TEXT_BYTES_MAX as u64 + 1;
    match named {
        None => std::io::stdin().lock().take(most).read_to_string(&mut text).context("standard input")?,
        Some(file) => {
            let open = std::fs::File::open(file).with_context(|| file.to_owned())?;
            open.take(most).read_to_string(&mut text).with_context(|| file.to_owned())?
        }
    };
    Ok(text)
}

const COLUMNS: &[Column] = &[
    Column::text("prefix"),
    Column::integer("origin"),
    Column::text("changed"),
    Column::text("rpki_before"),
    Column::text("rpki_reason_before"),
    Column::text("rpki_after"),
    Column::text("rpki_reason_after"),
    Column::text("irr_before"),
    Column::text("irr_after"),
    Column::text("vrps_after"),
    Column::text("route_objects_after"),
    Column::boolean("third_party"),
    Column::boolean("becomes_invalid"),
    Column::boolean("loses_registration"),
];

fn rows(answer: &Answer) -> impl Iterator<Item = Result<Vec<Value>>> {
    answer.routes.iter().map(|route| {
        let (before, after) = (route.before.as_ref(), route.after.as_ref());
        let joined = |list: Option<&Vec<String>>| list.filter(|l| !l.is_empty()).map(|l| l.join("; "));
        Ok(vec![
            route.prefix.as_str().into(),
            route.origin.into(),
            route.changed.as_str().into(),
            before.and_then(|s| s.rpki).into(),
            before.and_then(|s| s.rpki_reason).into(),
            after.and_then(|s| s.rpki).into(),
            after.and_then(|s| s.rpki_reason).into(),
            before.and_then(|s| s.irr).into(),
            after.and_then(|s| s.irr).into(),
            joined(after.map(|s| &s.vrps)).into(),
            joined(after.map(|s| &s.route_objects)).into(),
            route.third_party.into(),
            route.becomes_invalid.into(),
            route.loses_registration.into(),
        ])
    })
}
