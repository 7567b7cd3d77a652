//! `observatory export`: a month's tables as CSV, NDJSON or Parquet.

mod events;
mod narrow;
mod participants;
mod roas;

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use lake::{Column, ROUTE_COLUMNS, Value};
use routing::Month;

use super::ConfigArg;
use crate::config::Config;
use crate::month::Data;

/// Write a table of a published month to standard output.
///
/// Rows have a stable order: routes by origin and prefix, networks by ASN, economies by code, events, incidents
/// and what others say by time, participants by programme and id, what ROAs cover by scope, area and day, what changed
/// of it the latest day first. In CSV a text that a spreadsheet could take for
/// a formula is led by an apostrophe; lists are joined by a space.
///
/// `incidents` has one row for each story, and for each event that is alone, whatever it was judged to be: id kind
/// verdict reason likely_cause culprit accomplices victims prefixes start end peers collectors confidence. What
/// counts for whom under a framework is `counted`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Which table.
    table: Table,
    /// The month, such as 2024-05.
    #[arg(long)]
    month: Month,
    #[command(flatten)]
    config: ConfigArg,
    /// The form.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Framework version, for scores and incidents; the configuration's first when not given.
    #[arg(long)]
    framework: Option<String>,
    #[command(flatten)]
    narrow: narrow::Narrow,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Table {
    Routes,
    Networks,
    Economies,
    Events,
    Incidents,
    Counted,
    OthersSay,
    Participants,
    /// What ROAs cover: every area on every day with a snapshot.
    Roas,
    /// Routes whose RPKI state changed from one snapshot to the next.
    RoaChanges,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    Csv,
    Ndjson,
    Parquet,
    /// STIX 2.1, of incidents.
    Stix,
}

/// Rows of a table, one after the other.
type Rows = Box<dyn Iterator<Item = Result<Vec<Value>>>>;

/// How many columns of the stored routes are exported.
const ROUTE_COLUMNS_EXPORTED: usize = 9;

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let config = Config::read(&args.config.config)?;
    let data = Data::open(&config).await?;
    let Some((publication, head)) = data.store.current(&args.month.to_string()).await? else {
        bail!("{} is not published: run `observatory month {}` first", args.month, args.month);
    };
    let framework = match &args.framework {
        None => head.frameworks[0].id.clone(),
        Some(id) if head.frameworks.iter().any(|f| f.id == *id) => id.clone(),
        Some(id) => {
            let known: Vec<&str> = head.frameworks.iter().map(|f| f.id.as_str()).collect();
            bail!("{} is not graded by framework `{id}`: it is by {}", args.month, known.join(", "));
        }
    };
    let store = &data.store;
    args.narrow.suits(matches!(args.table, Table::Events | Table::Incidents))?;
    let events = async || Ok::<_, anyhow::Error>(args.narrow.keep(store.events(publication).await?));
    if args.format == Format::Stix {
        if args.table != Table::Incidents {
            bail!("STIX tells incidents: `observatory export incidents --format stix`");
        }
        let events = events().await?;
        let bundle = web::stix::bundle(&events, head.published_at);
        let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
        serde_json::to_writer(&mut out, &bundle).context("writing")?;
        out.write_all(b"\n")?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.table == Table::Incidents && args.format == Format::Ndjson {
        let events = events().await?;
        let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
        events::write_lines(&mut out, &web::lines(&events))?;
        out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    let (columns, rows): (Vec<Column>, Rows) = match args.table {
        Table::Routes => {
            let routes = lake::routes(&data.lake.generation(&head.generation), None)?;
            let rows = routes.map(|r| {
                let mut values = r?.to_values();
                values.truncate(ROUTE_COLUMNS_EXPORTED);
                Ok(values)
            });
            (ROUTE_COLUMNS[..ROUTE_COLUMNS_EXPORTED].to_vec(), Box::new(rows))
        }
        Table::Networks => networks(store, publication, &framework).await?,
        Table::Economies => {
            let rows = store.aggregates(publication, &framework, "economy").await?;
            (economy_columns(), listed(rows.iter().map(economy).collect()))
        }
        Table::Events => {
            let rows = events().await?;
            (events::EVENT_COLUMNS.to_vec(), listed(rows.iter().map(events::event).collect()))
        }
        Table::Incidents => {
            let rows = events().await?;
            (events::LINE_COLUMNS.to_vec(), listed(web::lines(&rows).iter().map(events::line).collect()))
        }
        Table::Counted => {
            let rows = store.incidents(publication, &framework).await?;
            (events::COUNTED_COLUMNS.to_vec(), listed(rows.iter().map(events::counted).collect()))
        }
        Table::OthersSay => {
            let all = store::OpinionFilter::default();
            let rows = store.opinions_after(publication, &all, (i64::MIN, ""), i64::MAX).await?;
            (events::OPINION_COLUMNS.to_vec(), listed(rows.iter().map(events::opinion).collect()))
        }
        Table::Participants => {
            let rows = store.participants(publication).await?;
            let rows = rows.iter().map(|row| participants::row(row, &framework, &SCORE_KEYS));
            (participants::columns(), listed(rows.collect()))
        }
        Table::Roas => {
            let rows = store.roa_all_days(publication).await?;
            (roas::COVERAGE_COLUMNS.to_vec(), listed(rows.iter().map(roas::coverage).collect()))
        }
        Table::RoaChanges => {
            let all = store::RoaChangeFilter::default();
            let rows = store.roa_changes(publication, &all, 0, (i64::MAX, 0)).await?;
            (roas::CHANGE_COLUMNS.to_vec(), listed(rows.iter().map(roas::change).collect()))
        }
    };
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match args.format {
        Format::Csv => write_csv(&mut out, &columns, rows)?,
        Format::Ndjson => write_ndjson(&mut out, &columns, rows)?,
        Format::Stix => bail!("STIX tells incidents alone"),
        Format::Parquet => {
            let rows = rows.collect::<Result<Vec<_>>>()?;
            let bytes = lake::write(Vec::new(), &columns, rows)?;
            out.write_all(&bytes)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn listed(rows: Vec<Vec<Value>>) -> Rows {
    Box::new(rows.into_iter().map(Ok))
}

const SCORE_KEYS: [&str; 5] =
    ["filtering", "anti_spoofing", "coordination", "routing_information_irr", "routing_information_rpki"];

const GRADE_COLUMNS: [&str; 5] = [
    "filtering_grade",
    "anti_spoofing_grade",
    "coordination_grade",
    "routing_information_irr_grade",
    "routing_information_rpki_grade",
];

async fn networks(store: &store::Store, publication: i64, framework: &str) -> Result<(Vec<Column>, Rows)> {
    let mut columns = vec![
        Column::integer("asn"),
        Column::text("name"),
        Column::text("organisation"),
        Column::text("economy"),
        Column::text("registry"),
        Column::integer("routes_ipv4"),
        Column::integer("routes_ipv6"),
    ];
    for (score, grade) in SCORE_KEYS.into_iter().zip(GRADE_COLUMNS) {
        columns.extend([Column::float(score), Column::text(grade)]);
    }
    let networks = store.networks(publication, -1, i64::MAX).await?;
    let readiness = store.readiness_of_all(publication, framework, -1, i64::MAX).await?;
    let scored: std::collections::BTreeMap<u32, _> = readiness.into_iter().map(|r| (r.asn, r)).collect();
    let row = |network: store::NetworkRow| {
        let mut row: Vec<Value> = vec![
            network.asn.into(),
            network.name.into(),
            network.organisation.into(),
            network.economy.into(),
            network.registry.into(),
            (network.routes[0] as i64).into(),
            (network.routes[1] as i64).into(),
        ];
        for key in SCORE_KEYS {
            let score = scored.get(&network.asn).and_then(|r| r.scores.iter().find(|s| s.key == key));
            row.push(score.and_then(|s| s.score).into());
            row.push(score.and_then(|s| s.grade.clone()).into());
        }
        row
    };
    Ok((columns, listed(networks.into_iter().map(row).collect())))
}

fn economy_columns() -> Vec<Column> {
    const COUNTS: [[&str; 5]; 5] = [
        ["filtering", "filtering_ready", "filtering_aspiring", "filtering_lagging", "filtering_no_data"],
        [
            "anti_spoofing",
            "anti_spoofing_ready",
            "anti_spoofing_aspiring",
            "anti_spoofing_lagging",
            "anti_spoofing_no_data",
        ],
        [
            "coordination",
            "coordination_ready",
            "coordination_aspiring",
            "coordination_lagging",
            "coordination_no_data",
        ],
        [
            "routing_information_irr",
            "routing_information_irr_ready",
            "routing_information_irr_aspiring",
            "routing_information_irr_lagging",
            "routing_information_irr_no_data",
        ],
        [
            "routing_information_rpki",
            "routing_information_rpki_ready",
            "routing_information_rpki_aspiring",
            "routing_information_rpki_lagging",
            "routing_information_rpki_no_data",
        ],
    ];
    let mut columns = vec![
        Column::text("economy"),
        Column::integer("networks"),
        Column::integer("routes_ipv4"),
        Column::integer("routes_ipv6"),
    ];
    for [mean, counts @ ..] in COUNTS {
        columns.push(Column::float(mean));
        columns.extend(counts.map(Column::integer));
    }
    columns
}

fn economy(area: &store::AggregateRow) -> Vec<Value> {
    let mut row: Vec<Value> = vec![
        area.area.as_str().into(),
        (area.networks as i64).into(),
        (area.routes[0] as i64).into(),
        (area.routes[1] as i64).into(),
    ];
    for key in SCORE_KEYS {
        match area.scores.iter().find(|s| s.key == key) {
            None => row.extend(std::iter::repeat_n(Value::Null, 5)),
            Some(s) => {
                row.push(s.mean.into());
                row.extend([s.ready, s.aspiring, s.lagging, s.no_data].map(|n| Value::Integer(n as i64)));
            }
        }
    }
    row
}

/// Rows as CSV, safe to open in a spreadsheet.
pub fn write_csv(
    out: &mut impl Write,
    columns: &[Column],
    rows: impl IntoIterator<Item = Result<Vec<Value>>>,
) -> Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(columns.iter().map(|c| c.name))?;
    for row in rows {
        csv.write_record(row?.iter().map(csv_cell))?;
    }
    csv.flush()?;
    Ok(())
}

/// A cell as CSV. Text that a spreadsheet could run as a formula is led by an apostrophe.
fn csv_cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        Value::Boolean(b) => b.to_string(),
        Value::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) => format!("'{text}"),
        Value::Text(text) => text.clone(),
    }
}

/// Rows as one JSON object per line.
pub fn write_ndjson(
    out: &mut impl Write,
    columns: &[Column],
    rows: impl IntoIterator<Item = Result<Vec<Value>>>,
) -> Result<()> {
    for row in rows {
        let mut object = serde_json::Map::new();
        for (column, value) in columns.iter().zip(row?) {
            let json = match value {
                Value::Null => serde_json::Value::Null,
                Value::Integer(n) => n.into(),
                Value::Float(n) => n.into(),
                Value::Boolean(b) => b.into(),
                Value::Text(text) => text.into(),
            };
            object.insert(column.name.to_owned(), json);
        }
        serde_json::to_writer(&mut *out, &object).context("writing")?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_numbers_are_not() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx", "\r=1"] {
            assert_eq!(csv_cell(&text.into()), format!("'{text}"));
        }
        assert_eq!(csv_cell(&Value::Integer(-1)), "-1");
        assert_eq!(csv_cell(&"2001:db8::/32".into()), "2001:db8::/32");
        assert_eq!(csv_cell(&Value::Null), "");
    }
}
