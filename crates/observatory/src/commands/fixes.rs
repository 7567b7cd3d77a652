//! `observatory fixes`: the exact repairs of everything that fails.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Result, bail};
use routing::{Asn, Month};
use simulation::fixes::{Subject, fixes};
use simulation::whatif::frameworks_of;
use store::PublicationRow;

use super::ConfigArg;
use crate::config::Config;
use crate::month::Data;

/// Print the fix pack of a network: for everything that fails under a framework the exact repair — ROAs, route objects,
/// contacts, what to stop announcing, what to filter — with what the repairs lead to, tried out on the published month.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The network: AS64500, 64500 or 1.10.
    network: Asn,
    /// The month, such as 2024-05; the latest when not given.
    #[arg(long)]
    month: Option<Month>,
    #[command(flatten)]
    config: ConfigArg,
    /// Framework version; the month's first when not given.
    #[arg(long)]
    framework: Option<String>,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
}

/// The publication of a month, or of the latest.
pub async fn current(data: &Data, month: Option<Month>) -> Result<(i64, PublicationRow)> {
    let month = match month {
        Some(month) => month.to_string(),
        None => match data.store.months().await?.into_iter().next() {
            Some(month) => month,
            None => bail!("nothing is published: run `observatory month YYYY-MM` first"),
        },
    };
    match data.store.current(&month).await? {
        Some(current) => Ok(current),
        None => bail!("{month} is not published: run `observatory month {month}` first"),
    }
}

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let config = Config::read(&args.config.config)?;
    let data = Data::open(&config).await?;
    let (publication, head) = current(&data, args.month).await?;
    let id = match &args.framework {
        None => &head.frameworks[0].id,
        Some(id) => match head.frameworks.iter().find(|f| f.id == *id) {
            Some(framework) => &framework.id,
            None => {
                let known: Vec<&str> = head.frameworks.iter().map(|f| f.id.as_str()).collect();
                bail!("{} is not graded by framework `{id}`: it is by {}", head.month, known.join(", "))
            }
        },
    };
    let folder = data.lake.generation(&head.generation);
    let Some(framework) = frameworks_of(&folder, [id.as_str()])?.into_iter().next() else {
        bail!("the rules of framework {id} are not at hand: `observatory month {}` keeps them", head.month);
    };
    let asn = args.network;
    let Some(network) = data.store.network(publication, asn.0).await? else {
        bail!("{asn} is not among the networks of {}", head.month);
    };
    let events = data.store.events_of(publication, asn.0).await?;
    let subject = Subject::of(&folder, &network, &events)?;
    let pack = fixes(&folder, &head.month, &subject, &framework)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &pack)?;
        writeln!(out)?;
    } else {
        out.write_all(pack.to_text().as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}
