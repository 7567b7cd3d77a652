//! `observatory explain`: a network's scores, or an incident, in words, down to the items behind them.

mod incident;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Result, bail};
use lake::RouteRow;
use measure::framework::Framework;
use measure::metric::{METRICS, Metric};
use routing::{Asn, Month, Timestamp};
use store::{EventRow, IncidentRow, NetworkRow, PublicationRow, ReadinessRow};

use super::ConfigArg;
use crate::config::Config;
use crate::month::Data;

/// Say in words how a network's values came about, or an incident's verdict: inputs, dates, rules, the items
/// behind each.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// A network (AS64500, 64500 or 1.10), or the id of an incident, a story or an event.
    what: What,
    /// The month, such as 2024-05.
    #[arg(long)]
    month: Month,
    #[command(flatten)]
    config: ConfigArg,
    /// Framework version; the configuration's first when not given.
    #[arg(long)]
    framework: Option<String>,
    /// List every item instead of the first twenty of each kind.
    #[arg(long)]
    all: bool,
}

/// What is explained.
#[derive(Clone, Debug)]
enum What {
    Network(Asn),
    /// An incident, a story or an event, by its id.
    Item(String),
}

impl std::str::FromStr for What {
    type Err = routing::AsnError;

    fn from_str(text: &str) -> Result<What, routing::AsnError> {
        // Ids of events have 16 digits or letters, those of incidents begin with their metric: neither is a
        // number, and nothing else begins with `AS`.
        match text.parse() {
            Ok(network) => Ok(What::Network(network)),
            Err(error) if text.to_ascii_uppercase().starts_with("AS") => Err(error),
            Err(_) => Ok(What::Item(text.to_owned())),
        }
    }
}

/// Items of a kind listed without `--all`.
const ITEMS_MAX: usize = 20;

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let config = Config::read(&args.config.config)?;
    let data = Data::open(&config).await?;
    let Some((publication, head)) = data.store.current(&args.month.to_string()).await? else {
        bail!("{} is not published: run `observatory month {}` first", args.month, args.month);
    };
    let framework = match &args.framework {
        None => &head.frameworks[0],
        Some(id) => match head.frameworks.iter().find(|f| f.id == *id) {
            Some(framework) => framework,
            None => {
                let known: Vec<&str> = head.frameworks.iter().map(|f| f.id.as_str()).collect();
                bail!("{} is not graded by framework `{id}`: it is by {}", args.month, known.join(", "))
            }
        },
    };
    let ids = head.frameworks.iter().map(|framework| framework.id.as_str());
    let rules = simulation::whatif::frameworks_of(&data.lake.generation(&head.generation), ids)?;
    let network = match &args.what {
        What::Network(network) => *network,
        What::Item(id) => {
            let text = incident::explain(&data.store, publication, &head, &framework.id, &rules, id).await?;
            std::io::stdout().write_all(text.as_bytes())?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let asn = network.0;
    let Some(row) = data.store.network(publication, asn).await? else {
        bail!(
            "{} is not among the {} networks of {}: no delegation file loaded has it as allocated or assigned, \
             and it is origin of no route, or a bogon, or in a registry's pool",
            network,
            head.summary["networks"],
            args.month
        );
    };
    let readiness = data.store.readiness(publication, &framework.id, asn).await?;
    let incidents = data.store.incidents_of(publication, &framework.id, asn).await?;
    let events = data.store.events_of(publication, asn).await?;
    let routes = lake::routes(&data.lake.generation(&head.generation), Some(network))?
        .collect::<Result<Vec<_>, _>>()?;
    let limit = if args.all { usize::MAX } else { ITEMS_MAX };
    let mut text = String::new();
    heading(&mut text, &head, &row, framework)?;
    if let Some(readiness) = &readiness {
        scores(&mut text, readiness)?;
        let inputs = &head.summary["frameworks"][&framework.id]["inputs"];
        metrics(&mut text, readiness, inputs, &incidents, &events, &routes, limit)?;
        let excluded: Vec<String> =
            readiness.excluded_routes.iter().map(|(why, n)| format!("{n} {why}")).collect();
        if !excluded.is_empty() {
            writeln!(text, "\nRoutes that do not count as announced: {}.", excluded.join(", "))?;
        }
    }
    dismissed(&mut text, &events, &rules, limit)?;
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Events of the network that registrations dismiss, with what each framework makes of them.
fn dismissed(text: &mut String, events: &[EventRow], rules: &[Framework], limit: usize) -> Result<()> {
    let own: Vec<&EventRow> = events.iter().filter(|event| !event.dismissed_by.is_empty()).collect();
    if own.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nEvents that nothing but a registration explains")?;
    for event in own.iter().take(limit) {
        writeln!(text, "  event {}: {}", event.id, web::tell(event).sentence)?;
        for rules in rules {
            writeln!(text, "    {}: {}", rules.id, web::counting(event, rules).because)?;
        }
    }
    if own.len() > limit {
        writeln!(text, "  and {} more; --all lists them", own.len() - limit)?;
    }
    Ok(())
}

fn heading(
    text: &mut String,
    head: &PublicationRow,
    network: &NetworkRow,
    framework: &store::FrameworkName,
) -> Result<()> {
    let name = network.name.as_deref().unwrap_or("no name loaded");
    writeln!(text, "AS{} — {name}", network.asn)?;
    if let Some(organisation) = &network.organisation {
        writeln!(text, "Organisation: {organisation}")?;
    }
    let economy = match (&network.economy, &network.economy_from) {
        (Some(code), Some(from)) => format!("{code} (from the {from})"),
        _ => "unknown".to_owned(),
    };
    writeln!(text, "Economy: {economy}; registry: {}", network.registry)?;
    writeln!(
        text,
        "Month {}, revision {}, published {}; framework {} (sha256 {})",
        head.month,
        head.revision,
        Timestamp(head.published_at),
        framework.id,
        framework.digest
    )?;
    match head.data_time {
        Some((start, end)) => writeln!(text, "BGP data from {} to {}", Timestamp(start), Timestamp(end))?,
        None => writeln!(text, "No BGP data of this month are loaded")?,
    }
    writeln!(text, "Routes: {} IPv4, {} IPv6", network.routes[0], network.routes[1])?;
    Ok(())
}

fn scores(text: &mut String, readiness: &ReadinessRow) -> Result<()> {
    writeln!(text, "\nScores")?;
    if readiness.scores.is_empty() {
        writeln!(text, "  framework {} measures and shows, it does not score", readiness.framework)?;
    }
    for score in &readiness.scores {
        let key = score.key.replace('_', " ");
        match (score.score, &score.grade, &score.unknown) {
            (Some(value), Some(grade), _) => writeln!(text, "  {key:<26} {value:.4}  {grade}")?,
            (.., unknown) => writeln!(text, "  {key:<26} {}", unknown.as_deref().unwrap_or("no data"))?,
        }
    }
    Ok(())
}

fn metrics(
    text: &mut String,
    readiness: &ReadinessRow,
    inputs: &serde_json::Value,
    incidents: &[IncidentRow],
    events: &[EventRow],
    routes: &[RouteRow],
    limit: usize,
) -> Result<()> {
    for row in METRICS {
        let Some(metric) = readiness.metrics.iter().find(|m| m.metric == row.code) else { continue };
        writeln!(text, "\n{} {}", row.code, row.title)?;
        match (metric.value, &metric.unknown) {
            (Some(value), _) => writeln!(text, "  value {value}: {}", metric.because)?,
            (None, unknown) => {
                let why = unknown.as_deref().unwrap_or("not measured");
                let detail =
                    if metric.because.is_empty() { String::new() } else { format!(" ({})", metric.because) };
                writeln!(text, "  unknown, because {why}{detail}")?;
            }
        }
        if let Some(from) = inputs[row.code].as_str() {
            writeln!(text, "  from {from}")?;
        }
        match row.metric {
            Metric::M7Rpki => {
                let failing = routes.iter().filter(|r| r.rpki.as_deref() != Some("valid"));
                list_routes(text, failing, limit, |r| {
                    let reason = r.rpki_reason.as_deref().map_or(String::new(), |w| format!(" ({w})"));
                    format!("{}{reason}", r.rpki.as_deref().unwrap_or("unknown"))
                })?;
            }
            Metric::M7Irr => {
                let registered = |r: &&RouteRow| !matches!(r.irr.as_deref(), Some("exact" | "covered"));
                list_routes(text, routes.iter().filter(registered), limit, |r| {
                    let by = r.irr_authority.as_deref().map_or(String::new(), |a| format!(" in {a}"));
                    format!("{}{by}", r.irr.as_deref().unwrap_or("unknown").replace('_', " "))
                })?;
            }
            _ => {
                for incident in incidents.iter().filter(|i| i.metric == row.code) {
                    writeln!(
                        text,
                        "  incident {} to {}, weight {}, adds {}",
                        Timestamp(incident.start),
                        Timestamp(incident.end),
                        incident.weight,
                        incident.adds
                    )?;
                    for event in events.iter().filter(|e| incident.events.contains(&e.id)).take(limit) {
                        explain_event(text, event)?;
                    }
                }
            }
        }
        if metric.value.is_some_and(|v| {
            if metric.metric.starts_with("M7") || metric.metric == "M8" { v < 1.0 } else { v > 0.0 }
        }) {
            writeln!(text, "  fix: {}", row.fix)?;
        }
    }
    Ok(())
}

fn list_routes<'a>(
    text: &mut String,
    routes: impl Iterator<Item = &'a RouteRow>,
    limit: usize,
    verdict: impl Fn(&RouteRow) -> String,
) -> Result<()> {
    let mut more = 0;
    for (i, route) in routes.filter(|r| r.excluded.is_none()).enumerate() {
        if i < limit {
            let peers = if route.peers == 1 { "peer AS" } else { "peer ASes" };
            writeln!(
                text,
                "  {:<20} {}, seen by {} {peers}",
                route.prefix.to_string(),
                verdict(route),
                route.peers
            )?;
        } else {
            more += 1;
        }
    }
    if more > 0 {
        writeln!(text, "  and {more} more; --all lists them")?;
    }
    Ok(())
}

fn explain_event(text: &mut String, event: &EventRow) -> Result<()> {
    let told = web::tell(event);
    let estimated = if event.estimated { " Its times are estimated." } else { "" };
    writeln!(text, "    event {}: {}{estimated}", event.id, told.sentence)?;
    writeln!(text, "      {} [{}]", event.rule, event.rule_source)?;
    writeln!(text, "      {}", told.verdict)?;
    for sighting in &event.sightings {
        writeln!(
            text,
            "      {} AS{} at {}: path {}; {} to {} ({}); record at {} of file {}",
            sighting.collector,
            sighting.peer_asn,
            sighting.peer,
            sighting.path,
            Timestamp(sighting.start),
            Timestamp(sighting.end),
            sighting.end_because,
            sighting.offset,
            &sighting.file[..12.min(sighting.file.len())]
        )?;
    }
    Ok(())
}
