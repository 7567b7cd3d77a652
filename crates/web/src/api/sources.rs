use store::{SourceFileRow, SourceRow};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, moment};
use super::meta::used_moments;
use super::problem::{self, Problem};

/// A source in a list.
pub(crate) struct Source(SourceRow);

/// A file of a source.
pub(crate) struct File(SourceFileRow);

impl Source {
    fn sum(&self, of: fn(&SourceFileRow) -> i64) -> i64 {
        self.0.files.iter().map(of).fold(0, i64::saturating_add)
    }
}

impl Resource for Source {
    const NAME: &'static str = "Source";
    const FIELDS: &'static [Field<Self>] = &[
        field("name", Kind::Text, "Its name.", |s| s.0.name.as_str().into()),
        field("kind", Kind::Text, "Its kind.", |s| s.0.kind.as_str().into()),
        field("used_for", Kind::Text, "What it is used for.", |s| s.0.used_for.as_str().into()),
        field("used", Kind::Boolean, "False when nothing of it was used.", |s| s.0.used.into()),
        field("status", Kind::Text, "What became of it.", |s| s.0.status.as_str().into()),
        field("files", Kind::Integer, "How many files it has.", |s| s.0.files.len().into()),
        field("files_used", Kind::Integer, "How many of them were used.", |s| {
            s.0.files.iter().filter(|file| file.used).count().into()
        }),
        maybe("as_of_first", Kind::Moment, "The earliest moment its used files speak of.", |s| {
            used_moments(&s.0).min().map(moment).into()
        }),
        maybe("as_of_last", Kind::Moment, "The latest moment its used files speak of.", |s| {
            used_moments(&s.0).max().map(moment).into()
        }),
        field("size_bytes", Kind::Integer, "Size of its files as they lie there.", |s| {
            s.sum(|f| f.size_bytes).into()
        }),
        field("records", Kind::Integer, "Records read.", |s| s.sum(|f| f.records).into()),
        field("faults", Kind::Integer, "Faults found.", |s| s.sum(|f| f.faults).into()),
        field("skipped", Kind::Integer, "Faults because of which something was left out.", |s| {
            s.sum(|f| f.skipped).into()
        }),
    ];
}

impl Resource for File {
    const NAME: &'static str = "SourceFile";
    const FIELDS: &'static [Field<Self>] = &[
        field("name", Kind::Text, "Its name.", |f| f.0.name.as_str().into()),
        field("digest", Kind::Text, "SHA-256 of its bytes as they lie there.", |f| {
            f.0.digest.as_str().into()
        }),
        field("size_bytes", Kind::Integer, "Its size.", |f| f.0.size_bytes.into()),
        field("format", Kind::Text, "The format found.", |f| f.0.format.as_str().into()),
        maybe("as_of", Kind::Moment, "The moment it speaks of.", |f| f.0.as_of.map(moment).into()),
        field("as_of_from", Kind::Text, "Where that is known from.", |f| f.0.as_of_from.as_str().into()),
        maybe("skew_days", Kind::Integer, "Days between that moment and the month; 0 inside.", |f| {
            f.0.skew_days.into()
        }),
        field("used", Kind::Boolean, "Whether it was used.", |f| f.0.used.into()),
        field("status", Kind::Text, "What became of it.", |f| f.0.status.as_str().into()),
        field("records", Kind::Integer, "Records read.", |f| f.0.records.into()),
        field("records_outside", Kind::Integer, "Records outside the month, ignored.", |f| {
            f.0.records_outside.into()
        }),
        field("faults", Kind::Integer, "Faults found.", |f| f.0.faults.into()),
        field("skipped", Kind::Integer, "Faults because of which something was left out.", |f| {
            f.0.skipped.into()
        }),
    ];
}

/// `/api/sources`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let rows = asked.chosen.edition.sources.iter().cloned().map(Source);
    let body = asked.part_of(rows.collect(), |source| source.0.name.clone())?;
    Ok((asked, body))
}

/// `/api/sources/{name}/files`
pub(crate) async fn files(asked: Asked) -> Result<(Asked, Body), Problem> {
    let Some(source) = asked.chosen.edition.sources.iter().find(|source| source.name == asked.named) else {
        let detail = format!("there is no source `{}` in {}", asked.named, asked.month());
        let names = asked.chosen.edition.sources.iter().map(|source| source.name.as_str());
        return Err(Problem::new(problem::UNKNOWN_SOURCE, detail).allowing(names));
    };
    // Two files may share name and digest: the position tells them apart, and a publication never changes.
    let rows: Vec<(usize, File)> = source.files.iter().cloned().map(File).enumerate().collect();
    let skip = match asked.after()? {
        Some(key) => key.parse::<usize>().map_err(|_| asked.lost())?.saturating_add(1),
        None => 0,
    };
    let mut rows: Vec<(usize, File)> = rows.into_iter().skip(skip).take(asked.limit + 1).collect();
    let more = rows.len() > asked.limit;
    rows.truncate(asked.limit);
    let next = rows.last().filter(|_| more).map(|(position, _)| position.to_string());
    let rows: Vec<File> = rows.into_iter().map(|(_, file)| file).collect();
    let body = asked.part_before(&rows, next);
    Ok((asked, body))
}
