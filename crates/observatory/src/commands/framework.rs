//! `observatory framework`: check a framework file, say how two differ, and who would change grade.

mod simulate;

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Result, bail};
use measure::framework::{self, Framework, Mark};

use crate::norm;

/// Check, compare and try out frameworks: the norm that months are graded by.
///
/// A framework is named by the id of a shipped version, such as 2024-01, or by a file; docs/frameworks.md says what such
/// a file holds.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    Check(Check),
    Diff(Diff),
    Simulate(simulate::Args),
}

/// Check a framework file and run its worked examples.
///
/// The first thing wrong is told with line, column and what is allowed there; the exit code is then 1.
#[derive(clap::Args, Debug)]
struct Check {
    /// A file, or the id of a shipped version.
    framework: String,
}

/// Say in sentences what a framework changes against another.
#[derive(clap::Args, Debug)]
struct Diff {
    /// The one it is compared with.
    before: String,
    /// The one compared.
    after: String,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    match args.command {
        Command::Check(args) => print(&checked(&args.framework)?),
        Command::Diff(args) => print(&differing(&norm::load(&args.before)?, &norm::load(&args.after)?)),
        Command::Simulate(args) => simulate::run(args).await,
    }
}

fn print(text: &str) -> Result<ExitCode> {
    use std::io::Write;
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn checked(named: &str) -> Result<String> {
    let framework = norm::load(named)?;
    let shipped = framework::shipped().iter().find(|(id, _)| *id == framework.id);
    if shipped.is_some_and(|(_, text)| framework::digest(text) != framework.digest) && named != framework.id {
        eprintln!(
            "{named}: it has the id {0} of a shipped version and is another: `month` will ask for an id of its own",
            framework.id
        );
    }
    let mut out = String::new();
    let rules = framework.rules();
    writeln!(out, "{named}: ok, framework {framework}")?;
    let marked = |mark: Mark| rules.iter().filter(|rule| rule.basis.mark == mark).count();
    let counts: Vec<String> = Mark::ALL.iter().map(|&mark| format!("{} {mark}", marked(mark))).collect();
    writeln!(out, "{} rules, each with its source: {}", rules.len(), counts.join(", "))?;
    let examples = framework.examples.len();
    writeln!(out, "{examples} worked examples, each computed and found to hold")?;
    Ok(out)
}

fn differing(before: &Framework, after: &Framework) -> String {
    let mut out = format!("{before}\n→ {after}\n\n");
    let sentences = framework::sentences(before, after);
    if sentences.is_empty() {
        out.push_str("No rule differs.\n");
    }
    for sentence in sentences {
        out.push_str(&sentence.to_string());
        out.push('\n');
    }
    out
}

/// The months of `2024-03..2024-05`, both inside, or of one month.
fn months(text: &str) -> Result<Vec<routing::Month>> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last): (routing::Month, routing::Month) = (first.parse()?, last.parse()?);
    let mut all = vec![first];
    while all[all.len() - 1] < last {
        all.push(all[all.len() - 1].next());
        if all.len() > MONTHS_MAX {
            bail!("{text} is more than {MONTHS_MAX} months");
        }
    }
    if first > last {
        bail!("{text} ends before it begins");
    }
    Ok(all)
}

/// A hundred years: more is a slip of the pen.
const MONTHS_MAX: usize = 1_200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_with_both_ends() {
        let words =
            |text: &str| months(text).map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(words("2023-12..2024-02").unwrap(), ["2023-12", "2024-01", "2024-02"]);
        assert_eq!(words("2024-05").unwrap(), ["2024-05"]);
        for wrong in ["2024-05..2024-04", "2024-13", "", "..", "1990-01..2199-01"] {
            assert!(words(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_shipped_version_is_sound() {
        for (id, _) in framework::shipped() {
            let said = checked(id).unwrap();
            assert!(said.starts_with(&format!("{id}: ok, framework {id} (sha256 ")), "{said}");
        }
        assert!(checked("2019-01").unwrap_err().to_string().contains("2024-01 are shipped"));
    }
}
