//! Whether there is anything of a month at all: a month of nothing would be shown as one in which nobody is ready.

use routing::Month;

use crate::config::{Config, Source, SourceKind};
use crate::load::SourceFile;

/// Sources named in one sentence.
const NAMED_MAX: usize = 3;

/// A month is covered by routes seen in it (`observed`); where no source brings routes, by any file of it. A table
/// of long before is where a collector's state begins, and says nothing of the month.
///
/// # Errors
/// What is lacking, to follow "because".
pub fn examine(
    config: &Config,
    month: Month,
    files: &[Vec<SourceFile>],
    observed: bool,
) -> Result<(), String> {
    // What others published of a month is nothing of ours.
    let ours = |(source, _): &(&Source, &[SourceFile])| source.kind != SourceKind::ForeignScores;
    let sources = || config.sources.iter().zip(files.iter().map(Vec::as_slice)).filter(ours);
    let routes = |(source, _): &(&Source, &[SourceFile])| source.kind == SourceKind::Mrt;
    if sources().next().is_none() {
        return Err("no source is configured".to_owned());
    }
    if sources().any(|each| routes(&each)) {
        if observed {
            return Ok(());
        }
        return Err(format!("no routes of {month} have come ({})", named(sources().filter(routes))));
    }
    // Sessions have each a time of their own: what is used of them is of the month.
    let of_month = |source: &Source, file: &SourceFile| {
        let within = file.as_of.is_some_and(|(at, _)| month.span().contains(at));
        file.used && (within || source.kind == SourceKind::Spoofer)
    };
    if sources().any(|(source, files)| files.iter().any(|f| of_month(source, f))) {
        return Ok(());
    }
    Err(format!("no source has anything of {month} ({})", named(sources())))
}

/// What is known of the first sources that lack something.
fn named<'a>(sources: impl Iterator<Item = (&'a Source, &'a [SourceFile])>) -> String {
    let word = |(source, files): (&Source, &[SourceFile])| match files.last() {
        None => format!("{}: no file", source.name),
        Some(file) => match file.as_of.filter(|_| file.used) {
            Some((at, _)) => format!("{}: the last is {}, of {}", source.name, file.name(), at.date()),
            None => format!("{}: {} {}", source.name, file.name(), file.status),
        },
    };
    let mut words: Vec<String> = sources.map(word).collect();
    let more = words.len().saturating_sub(NAMED_MAX);
    words.truncate(NAMED_MAX);
    let rest = if more > 0 { format!("; and {more} more sources") } else { String::new() };
    words.join("; ") + &rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(used: bool, day: &str) -> SourceFile {
        let mut file = SourceFile::found("x".into(), fetch::Digest([0; 32]), 1);
        (file.used, file.status) = (used, "not used: too early".to_owned());
        file.as_of = Some((day.parse().unwrap(), "content"));
        file
    }

    fn examined(sources: &str, files: Vec<Vec<SourceFile>>) -> Result<(), String> {
        examined_by(sources, files, false)
    }

    fn examined_by(sources: &str, files: Vec<Vec<SourceFile>>, observed: bool) -> Result<(), String> {
        examine(
            &Config::parse(&format!("data = \"x\"\n{sources}")).unwrap(),
            "2026-06".parse().unwrap(),
            &files,
            observed,
        )
    }

    #[test]
    fn registrations_of_another_month_cover_nothing() {
        let vrps = "[[source]]\nkind = \"vrps\"\npath = \"v\"\n";
        assert_eq!(examined(vrps, vec![vec![file(true, "2026-06-30")]]), Ok(()));
        assert!(
            examined(vrps, vec![vec![file(true, "2026-05-31")]]).unwrap_err().contains("anything of 2026-06")
        );
        assert!(examined(vrps, vec![vec![file(false, "2026-06-30")]]).is_err());
        assert_eq!(examined("", vec![]), Err("no source is configured".to_owned()));
        let spoofer = "[[source]]\nkind = \"spoofer\"\npath = \"s\"\n";
        assert_eq!(examined(spoofer, vec![vec![file(true, "2026-07-31")]]), Ok(()));
    }

    #[test]
    fn where_routes_are_expected_nothing_else_will_do() {
        let both = "[[source]]\nkind = \"mrt\"\npath = \"m\"\n[[source]]\nkind = \"vrps\"\npath = \"v\"\n";
        let vrps = || vec![file(true, "2026-06-02")];
        let why = examined(both, vec![vec![], vrps()]).unwrap_err();
        assert_eq!(why, "no routes of 2026-06 have come (mrt: no file)");
        let why = examined(both, vec![vec![file(false, "2026-05-01")], vrps()]).unwrap_err();
        assert_eq!(why, "no routes of 2026-06 have come (mrt: x not used: too early)");
        assert_eq!(examined_by(both, vec![vec![file(true, "2026-06-01")], vrps()], true), Ok(()));
        // A table of two years before was read, and shows nothing of this month.
        assert!(examined(both, vec![vec![file(true, "2024-05-31")], vrps()]).is_err());
    }
}
