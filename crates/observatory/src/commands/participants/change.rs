//! Edits one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use programme::Change;
use routing::{Asn, Date};

use super::named::{economy_named, item_named, word_named};
use super::{Book, Making, Named, now};

/// Enter a participant: approved where a day of approval is given, an applicant otherwise, who does not count until
/// it is approved.
#[derive(clap::Args, Debug)]
pub struct Add {
    /// The participant, PROGRAMME/ID.
    participant: String,
    /// Its name.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// When it was approved.
    #[arg(long, value_name = "DAY")]
    approved: Option<Date>,
    /// An economy it serves; may be given several times.
    #[arg(long, value_name = "CODE")]
    area: Vec<String>,
    /// A network of it; may be given several times.
    #[arg(long, value_name = "ASN")]
    network: Vec<String>,
    /// An organisation that vouches for it; may be given several times.
    #[arg(long, value_name = "NAME")]
    partner: Vec<String>,
    /// What is stated of an item, ITEM=WORD; may be given several times.
    #[arg(long, value_name = "ITEM=WORD")]
    conformance: Vec<String>,
    #[command(flatten)]
    making: Making,
}

/// Set a participant's name, the economies it serves, or its partners. What is given replaces what was.
#[derive(clap::Args, Debug)]
pub struct Set {
    /// The participant, PROGRAMME/ID.
    participant: String,
    /// Its name.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// An economy it serves; may be given several times.
    #[arg(long, value_name = "CODE")]
    area: Vec<String>,
    /// It serves no economy.
    #[arg(long, conflicts_with = "area")]
    no_area: bool,
    /// An organisation that vouches for it; may be given several times.
    #[arg(long, value_name = "NAME")]
    partner: Vec<String>,
    /// Nobody vouches for it.
    #[arg(long, conflicts_with = "partner")]
    no_partner: bool,
    #[command(flatten)]
    making: Making,
}

/// Approve an applicant, or put the day of an approval right.
#[derive(clap::Args, Debug)]
pub struct Approve {
    /// The participant, PROGRAMME/ID.
    participant: String,
    /// When it was approved; today when not given.
    #[arg(long, value_name = "DAY")]
    on: Option<Date>,
    #[command(flatten)]
    making: Making,
}

/// State of an item whether a participant is conformant.
#[derive(clap::Args, Debug)]
pub struct Conformance {
    /// The participant, PROGRAMME/ID.
    participant: String,
    /// The item, such as filtering.
    item: String,
    /// conformant, non-conformant or pending; of vendors implemented, planned or "not implemented"; "not stated"
    /// takes back what was stated.
    word: String,
    #[command(flatten)]
    making: Making,
}

/// Add or remove networks of a participant.
#[derive(clap::Args, Debug)]
pub struct Network {
    #[command(subcommand)]
    way: Way,
}

#[derive(Subcommand, Debug)]
enum Way {
    /// Networks that belong to it from a day on.
    Add(Networks),
    /// Networks that no longer belong to it from a day on.
    Remove(Networks),
}

#[derive(clap::Args, Debug)]
struct Networks {
    /// The participant, PROGRAMME/ID.
    participant: String,
    /// The networks, such as AS64500.
    #[arg(required = true, value_name = "ASN")]
    networks: Vec<String>,
    #[command(flatten)]
    making: Making,
}

/// End a participation.
#[derive(clap::Args, Debug)]
pub struct Remove {
    /// The participant, PROGRAMME/ID.
    participant: String,
    #[command(flatten)]
    making: Making,
}

fn networks(texts: &[String]) -> Result<BTreeSet<Asn>> {
    texts.iter().map(|text| Ok(text.parse::<Asn>()?)).collect()
}

pub async fn add(book: Book, args: Add) -> Result<ExitCode> {
    let named = Named::read(&args.participant)?;
    let stated = |text: &String| {
        let (key, word) = text.split_once('=').with_context(|| {
            format!("`{text}` states nothing: write ITEM=WORD, such as filtering=conformant")
        })?;
        let key = item_named(named.programme, key)?;
        let word = word_named(named.programme, &key, word)?;
        Ok((key, word))
    };
    let change = Change::Added {
        organisation: args.organisation,
        admitted: args.approved.is_some(),
        approved: args.approved,
        areas: args.area.iter().map(|code| economy_named(code)).collect::<Result<_>>()?,
        networks: networks(&args.network)?,
        partners: args.partner,
        conformance: args.conformance.iter().map(stated).collect::<Result<BTreeMap<_, _>>>()?,
    };
    let from = args.making.from.or(args.approved).unwrap_or_else(today);
    book.make(&args.making, from, vec![(named, change)]).await
}

pub async fn set(book: Book, args: Set) -> Result<ExitCode> {
    let mut changes = Vec::new();
    changes.extend(args.organisation.map(Change::Renamed));
    if args.no_area || !args.area.is_empty() {
        changes.push(Change::Areas(args.area.iter().map(|code| economy_named(code)).collect::<Result<_>>()?));
    }
    if args.no_partner || !args.partner.is_empty() {
        changes.push(Change::Partners(args.partner));
    }
    if changes.is_empty() {
        bail!("nothing is set: give --organisation, --area, --no-area, --partner or --no-partner");
    }
    all(book, &args.making, &args.participant, args.making.from.unwrap_or_else(today), changes).await
}

pub async fn approve(book: Book, args: Approve) -> Result<ExitCode> {
    let day = args.on.unwrap_or_else(today);
    let from = args.making.from.unwrap_or(day);
    all(book, &args.making, &args.participant, from, vec![Change::Approved(day)]).await
}

pub async fn conformance(book: Book, args: Conformance) -> Result<ExitCode> {
    let programme = Named::known(&args.participant, &book.edits)?.programme;
    let item = item_named(programme, &args.item)?;
    let word = word_named(programme, &item, &args.word)?;
    let changes = vec![Change::Conformance(item, word)];
    all(book, &args.making, &args.participant, args.making.from.unwrap_or_else(today), changes).await
}

pub async fn network(book: Book, args: Network) -> Result<ExitCode> {
    let (way, change): (Networks, fn(Asn) -> Change) = match args.way {
        Way::Add(networks) => (networks, Change::NetworkAdded),
        Way::Remove(networks) => (networks, Change::NetworkRemoved),
    };
    let changes = networks(&way.networks)?.into_iter().map(change).collect();
    all(book, &way.making, &way.participant, way.making.from.unwrap_or_else(today), changes).await
}

pub async fn remove(book: Book, args: Remove) -> Result<ExitCode> {
    let from = args.making.from.unwrap_or_else(today);
    all(book, &args.making, &args.participant, from, vec![Change::Removed]).await
}

/// Several changes of one participant.
async fn all(
    book: Book,
    making: &Making,
    participant: &str,
    from: Date,
    changes: Vec<Change>,
) -> Result<ExitCode> {
    let named = || Named::known(participant, &book.edits);
    let changes = changes.into_iter().map(|change| Ok((named()?, change))).collect::<Result<Vec<_>>>()?;
    book.make(making, from, changes).await
}

fn today() -> Date {
    now().date()
}
