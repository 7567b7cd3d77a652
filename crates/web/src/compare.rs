//! Subjects side by side: `/compare`, its CSV, and what `/api/compare` answers with.

pub(crate) mod column;
mod lines;
mod page;
pub(crate) mod subject;
pub(crate) mod table;

use std::collections::BTreeMap;

use store::AggregateRow;

use crate::Site;
use crate::refusal::Refusal;
use crate::view::View;

use column::Column;
use subject::{At, Wrong};
use table::{Section, sections};

pub(crate) use lines::of_group as history_of_group;
pub(crate) use page::{download, show, word as unit_word};

/// Subjects with their figures side by side.
pub(crate) struct Comparison {
    pub(crate) columns: Vec<Column>,
    pub(crate) sections: Vec<Section>,
}

impl Comparison {
    /// The subjects, each with the month and framework that its figures are of.
    pub(crate) fn spelled_out(&self) -> Vec<At> {
        let spelled = |column: &Column| At {
            subject: column.at.subject.clone(),
            month: Some(column.chosen.edition.head.month.clone()),
            framework: Some(column.chosen.framework.id.clone()),
        };
        self.columns.iter().map(spelled).collect()
    }

    /// The figures of these subjects; `view` holds the month and framework of those that name none.
    pub(crate) async fn of(site: &Site, view: &View, subjects: Vec<At>) -> Result<Comparison, Refusal> {
        let mut columns = Vec::new();
        for at in subjects {
            columns.push(Column::of(site, view, at).await?);
        }
        let looked = Looked::of(site, &columns).await?;
        let sections = sections(&columns, &|column, kind| looked.for_kind(column, kind));
        Ok(Comparison { columns, sections })
    }
}

/// What was looked for: the world's events by framework and month.
struct Looked(BTreeMap<String, Vec<(String, AggregateRow)>>);

impl Looked {
    async fn of(site: &Site, columns: &[Column]) -> Result<Looked, Refusal> {
        let mut worlds = BTreeMap::new();
        for column in columns {
            let framework = &column.chosen.framework.id;
            if !worlds.contains_key(framework) {
                let history = site.store.aggregate_history(framework, "world", "").await?;
                worlds.insert(framework.clone(), history);
            }
        }
        Ok(Looked(worlds))
    }

    /// Whether a kind of event was looked for in the month of a column: the month has routes, and the kind was found
    /// somewhere in it or before. Otherwise a publication does not say, and unknown is never zero.
    fn for_kind(&self, column: &Column, kind: &str) -> bool {
        let month = &column.chosen.edition.head.month;
        let history = self.0.get(&column.chosen.framework.id).map_or(&[][..], Vec::as_slice);
        let observed = |row: &AggregateRow| row.routes != [0, 0] || !row.events.is_empty();
        let until = || history.iter().filter(|(known, _)| known <= month);
        until().any(|(known, row)| known == month && observed(row))
            && until().any(|(_, row)| row.events.contains_key(kind))
    }
}

/// Reads what is compared; a text that cannot be read is refused with what was probably meant.
pub(crate) fn subjects(view: &View) -> Result<Vec<At>, Refusal> {
    let text = view.get("subjects").unwrap_or_default();
    let read = subject::read(text).map_err(|wrong| refusal(text, view, wrong))?;
    match read.is_empty() && !text.trim().is_empty() {
        false => Ok(read),
        true => Err(refusal(
            text,
            view,
            Wrong { piece: text.to_owned(), why: "it names no subject".into(), meant: None },
        )),
    }
}

fn refusal(text: &str, view: &View, wrong: Wrong) -> Refusal {
    let Wrong { piece, why, meant } = wrong;
    let advice = "Subjects are separated by semicolons or line breaks, as in /compare?subjects=AS64500;economy:NL;world.";
    let refusal = Refusal::wrong(format!("`{piece}`: {why}"), advice);
    match meant {
        Some(meant) => {
            let all = text.replacen(&piece, &meant, 1);
            let link = crate::link::Link::to("/compare")
                .with("subjects", all)
                .with_some("month", view.get("month"))
                .with_some("framework", view.get("framework"));
            refusal.suggest(meant, link)
        }
        None => refusal,
    }
}
