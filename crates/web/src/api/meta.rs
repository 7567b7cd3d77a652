//! What an answer rests on.

use serde_json::{Map, Value, json};
use store::{FrameworkName, SourceRow};

use super::field::{Field, Kind, Resource, field, maybe, moment, objects, texts};
use crate::edition::Chosen;

/// `meta` of every answer.
pub(crate) struct Meta<'a> {
    pub(crate) chosen: &'a Chosen,
}

/// Names of the members of [`Meta`] stand in [`SHAPE`].
impl Meta<'_> {
    pub(crate) fn object(&self) -> Value {
        let head = &self.chosen.edition.head;
        let values = [
            moment(head.published_at),
            data_time(head.data_time),
            head.month.as_str().into(),
            head.revision.into(),
            self.chosen.framework.object(),
            objects(&self.chosen.edition.sources),
            texts(warnings(self.chosen)),
        ];
        let names = SHAPE.iter().map(|(name, ..)| (*name).to_owned());
        Value::Object(names.zip(values).collect::<Map<_, _>>())
    }
}

/// Name, kind, whether it may be null, and meaning of each member of `meta`.
pub(crate) const SHAPE: [(&str, Kind, bool, &str); 7] = [
    ("generated_at", Kind::Moment, false, "When this revision of the month was published."),
    (
        "data_time",
        Kind::Object(Interval::item),
        true,
        "What the BGP data cover, half open; null without any.",
    ),
    ("month", Kind::Month, false, "The month."),
    ("revision", Kind::Integer, false, "Revision of the month's publication, from 1."),
    ("framework", Kind::Object(FrameworkName::item), false, "The framework version the answer is under."),
    ("sources", Kind::List(&Kind::Object(SourceRow::item)), false, "What the month was computed from."),
    ("warnings", Kind::List(&Kind::Text), false, "What to know before relying on it."),
];

/// From when until when, half open, in Unix seconds.
pub(crate) struct Interval(i64, i64);

impl Resource for Interval {
    const NAME: &'static str = "Interval";
    const FIELDS: &'static [Field<Self>] = &[
        field("start", Kind::Moment, "First second.", |i| moment(i.0)),
        field("end", Kind::Moment, "The second after the last.", |i| moment(i.1)),
    ];
}

/// An interval as a value; null where there is none.
pub(crate) fn data_time(time: Option<(i64, i64)>) -> Value {
    time.map_or(Value::Null, |(start, end)| Interval(start, end).object())
}

impl Resource for FrameworkName {
    const NAME: &'static str = "FrameworkName";
    const FIELDS: &'static [Field<Self>] = &[
        field("id", Kind::Text, "Version.", |f| f.id.as_str().into()),
        field("digest", Kind::Text, "SHA-256 of its file.", |f| f.digest.as_str().into()),
    ];
}

/// In `meta` a source is named in short.
impl Resource for SourceRow {
    const NAME: &'static str = "SourceName";
    const FIELDS: &'static [Field<Self>] = &[
        field("name", Kind::Text, "Its name.", |s| s.name.as_str().into()),
        field("used", Kind::Boolean, "False when nothing of it was used.", |s| s.used.into()),
        maybe("as_of_first", Kind::Moment, "The earliest moment its used files speak of.", |s| {
            used_moments(s).min().map(moment).into()
        }),
        maybe("as_of_last", Kind::Moment, "The latest moment its used files speak of.", |s| {
            used_moments(s).max().map(moment).into()
        }),
    ];
}

/// The moments that the used files of a source speak of.
pub(crate) fn used_moments(source: &SourceRow) -> impl Iterator<Item = i64> {
    source.files.iter().filter(|file| file.used).filter_map(|file| file.as_of)
}

fn warnings(chosen: &Chosen) -> Vec<String> {
    let head = &chosen.edition.head;
    let mut warnings = Vec::new();
    if head.summary.get("networks_partial") == Some(&json!(true)) {
        warnings.push(
            "partial: the delegation file of at least one registry is missing, so networks that announced \
             nothing may be missing too"
                .to_owned(),
        );
    }
    warnings.extend(chosen.to_date().map(|words| format!("{words}: its scores still change day by day")));
    let unused = chosen.edition.sources.iter().filter(|source| !source.used);
    warnings.extend(unused.map(|source| format!("{} is not used: {}", source.name, source.status)));
    let listed = head.summary.get("warnings").and_then(Value::as_array);
    warnings.extend(listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    warnings
}
