//! What the register holds, and how it came about.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use programme::Register;
use routing::{Date, Timestamp};
use serde_json::{Value, json};
use store::RegisterEditRow;

use super::{Book, Named, now, programme_named};
use crate::commands::write_rows;

/// List who the register holds, on a day and as known at a revision.
#[derive(clap::Args, Debug)]
pub struct List {
    /// Only of this programme.
    #[arg(long, value_name = "ID")]
    programme: Option<String>,
    /// As of this day; today when not given.
    #[arg(long, value_name = "DAY")]
    as_of: Option<Date>,
    /// As known at this revision; the last one when not given.
    #[arg(long, value_name = "N")]
    revision: Option<u64>,
    /// Print them as JSON, one per line.
    #[arg(long)]
    json: bool,
}

/// Show every edit, the first one first.
#[derive(clap::Args, Debug)]
pub struct History {
    /// Only of this participant, PROGRAMME/ID.
    participant: Option<String>,
    /// Print them as JSON, one per line.
    #[arg(long)]
    json: bool,
}

pub fn list(book: &Book, args: &List) -> Result<ExitCode> {
    let programme = args.programme.as_deref().map(programme_named).transpose()?;
    let day = args.as_of.unwrap_or_else(|| now().date());
    let register = Register::of(&book.edits, Some(day), args.revision)?;
    let shown: Vec<Value> = register
        .entries()
        .filter(|(id, _)| programme.is_none_or(|programme| programme.id == *id))
        .map(|(programme, entry)| {
            let held = &entry.participant;
            json!({
                "programme": programme,
                "id": held.id,
                "organisation": held.organisation,
                "state": match (entry.left, entry.admitted) {
                    (Some(_), _) => "left",
                    (None, true) => "participant",
                    (None, false) => "applicant",
                },
                "approved": held.approved.map(|day| day.to_string()),
                "left": entry.left.map(|day| day.to_string()),
                "areas": held.areas.iter().map(|area| area.code()).collect::<Vec<_>>(),
                "asns": held.asns(day).map(|asn| asn.0).collect::<Vec<_>>(),
                "partners": held.partners,
                "conformance": held
                    .conformance
                    .iter()
                    .map(|(item, word)| (item.clone(), word.as_str().into()))
                    .collect::<serde_json::Map<String, Value>>(),
                "revision": register.revision,
                "as_of": day.to_string(),
            })
        })
        .collect();
    let mut out = std::io::stdout().lock();
    if args.json {
        shown.iter().try_for_each(|row| writeln!(out, "{row}"))?;
        return Ok(ExitCode::SUCCESS);
    }
    if shown.is_empty() {
        writeln!(out, "the register holds nobody on {day}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let heads = ["participant", "organisation", "state", "approved", "areas", "networks", "partners"];
    let cells = |row: &Value| {
        let joined = |list: &Value| {
            let texts = list.as_array().into_iter().flatten();
            let texts: Vec<String> = texts.map(|v| v.as_str().map_or(v.to_string(), str::to_owned)).collect();
            if texts.is_empty() { "-".to_owned() } else { texts.join(" ") }
        };
        let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
        vec![
            format!("{}/{}", text("programme"), text("id")),
            text("organisation"),
            text("state"),
            text("approved"),
            joined(&row["areas"]),
            joined(&row["asns"]),
            joined(&row["partners"]),
        ]
    };
    let rows: Vec<Vec<String>> =
        [heads.map(str::to_owned).to_vec()].into_iter().chain(shown.iter().map(cells)).collect();
    write_rows(&mut out, &rows)?;
    writeln!(out, "as of {day}, revision {}", register.revision)?;
    Ok(ExitCode::SUCCESS)
}

pub fn history(book: &Book, args: &History) -> Result<ExitCode> {
    let named = args.participant.as_deref().map(|text| Named::known(text, &book.edits)).transpose()?;
    let of = |row: &&RegisterEditRow| {
        let same = |named: &Named| named.programme.id == row.programme && named.id == row.participant;
        named.as_ref().is_none_or(same)
    };
    let mut out = std::io::stdout().lock();
    for row in book.rows.iter().filter(of) {
        if !args.json {
            writeln!(out, "{}", sentence(row))?;
            continue;
        }
        let line = json!({
            "revision": row.number,
            "at": Timestamp(row.at).to_string(),
            "by": row.by,
            "reason": row.reason,
            "programme": row.programme,
            "participant": row.participant,
            "from": row.valid_from,
            "what": row.what,
            "old": row.old,
            "new": row.new,
        });
        writeln!(out, "{line}")?;
    }
    if book.rows.is_empty() && !args.json {
        writeln!(out, "the register has never been edited")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// An edit in a line.
pub fn sentence(row: &RegisterEditRow) -> String {
    let (old, new) = (&row.old, &row.new);
    let change = match row.what.as_str() {
        "added" if new["admitted"] == json!(false) => format!("applied {new}"),
        "network_added" => format!("network AS{new} added"),
        "network_removed" => format!("network AS{new} removed"),
        "conformance" => {
            format!("{} {} (before: {})", new["item"].as_str().unwrap_or_default(), new["word"], old["word"])
        }
        "removed" => format!("removed (before: {old})"),
        "added" => format!("added {new}"),
        what if old.is_null() => format!("{what} {new}"),
        what => format!("{what} {new} (before: {old})"),
    };
    format!(
        "{} {} {}/{} from {}: {change}; by {}: {}",
        row.number,
        Timestamp(row.at),
        row.programme,
        row.participant,
        row.valid_from,
        row.by,
        row.reason
    )
}
