//! `observatory score`: raw values of networks from given events alone.

mod reports;

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use measure::framework::{self, Framework};
use measure::published::{self, GivenMonth};
use routing::Asn;

use crate::norm;
use reports::Reports;

/// Compute raw values from given events alone.
///
/// Reads one JSON object per line, a network and month with the events behind each metric (`asn`, `month`,
/// `m1_data`, `m1c_data`, `m2_data`, `m2c_data`, `m3_data`, `m6_data`, `m7irr_data`, `m8_data`), and prints for
/// each line, in the same order, `asn month m1 m1c m2 m2c m3 m6 m7irr m8`. What is not given is null, and so is
/// what the framework does not use.
#[derive(clap::Args, Debug)]
pub struct Score {
    /// Framework: id of a shipped version, or a file.
    #[arg(long, value_name = "FRAMEWORK", value_parser = named)]
    framework: String,
    /// File with one network and month per line, plain or compressed.
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// Folder with daily bogon reports, lines of prefix, ASn and reason, the day in each file's name: M3 is counted
    /// from them instead of from `m3_data`.
    #[arg(long, value_name = "DIR")]
    cidr: Option<PathBuf>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Format {
    /// One JSON object per line.
    Ndjson,
}

/// The longest line read: a network's month with all its events is far below.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// Runs the command.
pub fn run(score: &Score) -> anyhow::Result<()> {
    let framework = norm::load(&score.framework)?;
    let reports = score.cidr.as_deref().map(Reports::read).transpose()?;
    let input = BufReader::new(fetch::open(&score.events)?);
    let mut out = BufWriter::new(std::io::stdout().lock());
    match score.format {
        Format::Ndjson => {
            let name = score.events.display().to_string();
            write_values(&framework, reports.as_ref(), input, &name, &mut out)
        }
    }
}

/// A framework's name as far as the command line can tell: a shipped id, or a file's.
fn named(text: &str) -> Result<String, String> {
    let shipped: Vec<&str> = framework::shipped().iter().map(|(id, _)| *id).collect();
    if shipped.contains(&text) || text.ends_with(".toml") {
        return Ok(text.to_owned());
    }
    Err(format!(
        "shipped are {}; a framework of your own is named by its file, which ends in .toml",
        shipped.join(", ")
    ))
}

/// Writes one line of values per line of `input`, called `name` in errors. Empty lines are passed over; the
/// first wrong one ends it.
fn write_values(
    framework: &Framework,
    reports: Option<&Reports>,
    mut input: impl BufRead,
    name: &str,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mut line = Vec::new();
    for number in 1u64.. {
        line.clear();
        let read = input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        if read.with_context(|| format!("{name}, line {number}: cannot be read"))? == 0 {
            break;
        }
        if line.len() as u64 == LINE_BYTES_MAX && line.last() != Some(&b'\n') {
            bail!("{name}, line {number}: longer than {} MiB", LINE_BYTES_MAX >> 20);
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let given: GivenMonth = serde_json::from_slice(&line).map_err(|error| {
            // The reader sees one line at a time: where it says `line 1`, the file has another number.
            let text = error.to_string();
            let why = text.rsplit_once(" at line ").map_or(&*text, |(why, _)| why);
            anyhow::anyhow!("{name}, line {number}, column {}: {why}", error.column())
        })?;
        let mut values = published::measure(framework, &given)
            .with_context(|| format!("{name}, line {number}, AS{}", given.asn))?;
        if let Some(reports) = reports {
            let month = given.month.parse().expect("a month that was measured");
            values.m3 = reports.m3(framework, Asn(given.asn), month);
        }
        serde_json::to_writer(&mut *out, &values)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(input: &str) -> Result<String, String> {
        let framework = framework::load("2018-06").unwrap();
        let mut out = Vec::new();
        write_values(&framework, None, input.as_bytes(), "events.jsonl", &mut out)
            .map(|()| String::from_utf8(out).unwrap())
            .map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn prints_one_line_per_line_in_the_same_order() {
        let event = r#"{"start_time": "2018-05-01T00:00:00", "end_time": null, "weight": 1.0}"#;
        let input = format!(
            "{{\"asn\": 2, \"month\": \"2018-05\", \"m1_data\": [{event}]}}\n\n{{\"asn\": 1, \"month\": \"2018-05\", \"m1_data\": []}}"
        );
        let rest = r#""m1c":null,"m2":null,"m2c":null,"m3":null,"m6":null,"m7irr":null,"m8":null}"#;
        let expected = format!(
            "{{\"asn\":2,\"month\":\"2018-05\",\"m1\":32.0,{rest}\n{{\"asn\":1,\"month\":\"2018-05\",\"m1\":0.0,{rest}\n"
        );
        assert_eq!(values(&input), Ok(expected));
        assert_eq!(values("").as_deref(), Ok(""));
    }

    #[test]
    fn names_file_and_line_of_what_is_wrong() {
        let good = "{\"asn\": 1, \"month\": \"2018-05\"}\n";
        let error = values(&format!("{good}{{\"asn\": 1}}\n")).unwrap_err();
        assert_eq!(error, "events.jsonl, line 2, column 10: missing field `month`");
        let error = values(&format!("{good}\n{{\"asn\": 7, \"month\": \"May\"}}\n")).unwrap_err();
        assert!(error.starts_with("events.jsonl, line 3, AS7: `month`: `May` is not a month"), "{error}");
    }
}
