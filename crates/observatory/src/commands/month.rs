//! `observatory month`: computes and publishes one month.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use routing::Month;
use serde_json::{Value, json};
use store::{PublicationRow, Published};

use super::ConfigArg;
use crate::config::Config;
use crate::progress::Progress;

/// Compute a month from the configured sources and publish it.
///
/// Reads every source, judges every route, grades every network and makes the result the month's current
/// publication, all at once or not at all. The same sources and settings again change nothing.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The month, such as 2024-05.
    month: Month,
    #[command(flatten)]
    config: ConfigArg,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
    /// Show no progress.
    #[arg(long, short)]
    quiet: bool,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let config = Config::read(&args.config.config)?;
    let progress = Progress::new(args.quiet);
    let published = crate::month::run(&config, args.month, &progress).await?;
    let seconds = progress.seconds();
    let out = std::io::stdout().lock();
    if args.json {
        write_json(out, &published, &seconds)?;
    } else {
        write_table(out, &published, &seconds)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn is_new(published: &Published) -> bool {
    matches!(published, Published::New(_))
}

fn write_json(mut out: impl Write, published: &Published, seconds: &[(&str, f64)]) -> Result<()> {
    let head = published.head();
    let mut summary = head.summary.clone();
    let stages: serde_json::Map<String, Value> =
        seconds.iter().map(|(name, s)| ((*name).to_owned(), json!((s * 1000.0).round() / 1000.0))).collect();
    summary["publication"] = json!({
        "changed": is_new(published),
        "revision": head.revision,
        "reason": head.reason,
        "generation": head.generation,
        "result": head.result,
    });
    summary["seconds"] = Value::Object(stages);
    writeln!(out, "{}", serde_json::to_string_pretty(&summary)?)?;
    Ok(())
}

fn write_table(mut out: impl Write, published: &Published, seconds: &[(&str, f64)]) -> Result<()> {
    let head: &PublicationRow = published.head();
    let s = &head.summary;
    let changed = if is_new(published) { head.reason.as_str() } else { "nothing changed" };
    writeln!(out, "{} revision {}: {changed}\n", head.month, head.revision)?;
    let partial =
        if s["networks_partial"] == true { " (a registry's delegation file is missing)" } else { "" };
    let mut row = |name: &str, text: String| writeln!(out, "  {name:<24} {text}");
    row("networks", format!("{}{partial}", s["networks"]))?;
    row("registry not loaded", s["registry_not_loaded"].to_string())?;
    row(
        "collectors, peers",
        format!("{}, {} ({} full feeds)", s["collectors"], s["peers"], s["full_feeds"]),
    )?;
    row("routes", format!("{} IPv4, {} IPv6", s["routes"]["ipv4"], s["routes"]["ipv6"]))?;
    row("RPKI", counts(&s["rpki"]))?;
    row("IRR", counts(&s["irr"]))?;
    for (kind, classes) in s["events"].as_object().into_iter().flatten() {
        row(&format!("events, {}", kind.replace('_', " ")), counts(classes))?;
    }
    row("MRT", counts(&s["mrt"]))?;
    if s["participants"].as_object().is_some_and(|programmes| !programmes.is_empty()) {
        row("participants", counts(&s["participants"]))?;
    }
    for warning in s["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        row("warning", warning.to_owned())?;
    }
    for (source, n) in s["faults"].as_object().into_iter().flatten().filter(|(_, n)| **n != json!(0)) {
        row(&format!("faults, {source}"), n.to_string())?;
    }
    for (framework, detail) in s["frameworks"].as_object().into_iter().flatten() {
        for (key, score) in detail["scores"].as_object().into_iter().flatten() {
            let mean =
                score["mean"].as_f64().map_or_else(|| "no data".to_owned(), |m| format!("mean {m:.3}"));
            let of =
                format!("{mean}, {} networks with data, {} without", score["with_data"], score["no_data"]);
            row(&format!("{framework} {}", key.replace('_', " ")), of)?;
        }
    }
    for (stage, time) in seconds {
        row(&format!("time, {stage}"), format!("{time:.2} s"))?;
    }
    Ok(())
}

fn counts(value: &Value) -> String {
    let Some(all) = value.as_object() else { return value.to_string() };
    if all.is_empty() {
        return "none".to_owned();
    }
    let words = all.iter().map(|(key, v)| match v {
        Value::String(text) => text.clone(),
        number => format!("{number} {}", key.replace('_', " ")),
    });
    words.collect::<Vec<_>>().join(", ")
}
