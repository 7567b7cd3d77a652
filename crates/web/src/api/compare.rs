//! Subjects side by side, one row for each figure of each subject.

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe};
use super::networks::GRADE;
use super::parameter;
use super::problem::{self, Problem};
use crate::compare::table::Cell;
use crate::compare::{Comparison, subject, unit_word};
use crate::view::View;

/// One figure of one subject.
pub(crate) struct Figure {
    subject: String,
    title: String,
    month: String,
    framework: String,
    section: &'static str,
    figure: String,
    figure_title: String,
    unit: &'static str,
    place: usize,
    cell: Cell,
}

const UNIT: Kind = Kind::Word(&["score", "count", "share", "number"]);
const SECTION: Kind = Kind::Word(&["size", "scores", "metrics", "incidents", "routes"]);

impl Resource for Figure {
    const NAME: &'static str = "Figure";
    const FIELDS: &'static [Field<Self>] = &[
        field("subject", Kind::Text, "The subject, as it stands in an address.", |f| {
            f.subject.as_str().into()
        }),
        field("title", Kind::Text, "What it is called.", |f| f.title.as_str().into()),
        field("month", Kind::Month, "The month of the subject.", |f| f.month.as_str().into()),
        field("framework", Kind::Text, "The framework of the subject.", |f| f.framework.as_str().into()),
        field("section", SECTION, "What kind of figure it is.", |f| f.section.into()),
        field("figure", Kind::Text, "Which figure; the same for every subject.", |f| {
            f.figure.as_str().into()
        }),
        field("figure_title", Kind::Text, "What the figure is called.", |f| f.figure_title.as_str().into()),
        field("unit", UNIT, "What the value is: scores and shares go from 0 to 1.", |f| f.unit.into()),
        maybe("value", Kind::Number, "The value; null when unknown.", |f| {
            f.cell.value.as_ref().ok().copied().into()
        }),
        maybe("grade", GRADE, "Grade of a score.", |f| f.cell.grade.as_deref().into()),
        maybe("unknown", Kind::Text, "Why there is no value.", |f| f.cell.unknown().into()),
        maybe("networks_with_data", Kind::Integer, "Networks that the value rests on.", |f| {
            f.cell.of.map(|(with, _)| with).into()
        }),
        maybe("networks_without_data", Kind::Integer, "Networks left out of it.", |f| {
            f.cell.of.map(|(_, without)| without).into()
        }),
        maybe(
            "difference",
            Kind::Number,
            "Value less that of the first subject; null of the first, and where either is unknown.",
            |f| f.cell.difference.into(),
        ),
        maybe("difference_told", Kind::Text, "The difference in words; null of the first subject.", |f| {
            Some(f.cell.words.as_str()).filter(|words| !words.is_empty()).into()
        }),
    ];
}

/// `/api/compare`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let wrong =
        |detail: String| Problem::new(problem::MALFORMED_SUBJECTS, detail).of(parameter::SUBJECTS.name);
    let text = asked.value(&parameter::SUBJECTS).unwrap_or_default();
    let subjects = subject::read(text)
        .map_err(|unread| wrong(format!("`{}`: {}", unread.piece, unread.why)).suggest(unread.meant))?;
    if subjects.is_empty() {
        return Err(wrong("no subject is named, as in AS64500;economy:NL;world".to_owned()));
    }
    let mut view = View::default();
    for parameter in [parameter::MONTH, parameter::FRAMEWORK] {
        if let Some(value) = asked.value(&parameter) {
            view = view.with(parameter.name, value);
        }
    }
    let Comparison { columns, sections } = Comparison::of(&asked.site, &view, subjects).await?;
    let mut rows = Vec::new();
    for section in sections {
        for row in section.rows {
            for (place, (cell, column)) in row.cells.into_iter().zip(&columns).enumerate() {
                rows.push(Figure {
                    subject: column.at.to_string(),
                    title: column.title.clone(),
                    month: column.chosen.edition.head.month.clone(),
                    framework: column.chosen.framework.id.clone(),
                    section: section.key,
                    figure: row.key.clone(),
                    figure_title: row.title.clone(),
                    unit: unit_word(row.unit),
                    place,
                    cell,
                });
            }
        }
    }
    let body = asked.part_of(rows, |row| format!("{} {}", row.figure, row.place))?;
    Ok((asked, body))
}
