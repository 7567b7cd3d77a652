use store::{FrameworkName, PublicationRow};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe, moment, objects, texts};
use super::meta::{Interval, data_time};
use super::problem::Problem;

/// A published month.
pub(crate) struct Published(PublicationRow);

impl Resource for Published {
    const NAME: &'static str = "Month";
    const FIELDS: &'static [Field<Self>] = &[
        field("month", Kind::Month, "The month.", |m| m.0.month.as_str().into()),
        field("revision", Kind::Integer, "Its current revision, from 1.", |m| m.0.revision.into()),
        field("published_at", Kind::Moment, "When that was published.", |m| moment(m.0.published_at)),
        maybe("data_time", Kind::Object(Interval::item), "What its BGP data cover, half open.", |m| {
            data_time(m.0.data_time)
        }),
        field(
            "frameworks",
            Kind::List(&Kind::Text),
            "Frameworks it was graded by; the first is the default.",
            |m| texts(m.0.frameworks.iter().map(|f| &f.id)),
        ),
        field(
            "framework_files",
            Kind::List(&Kind::Object(FrameworkName::item)),
            "The same with digests.",
            |m| objects(&m.0.frameworks),
        ),
        maybe("supersedes", Kind::Integer, "The revision it replaces.", |m| m.0.supersedes.into()),
        field("reason", Kind::Text, "Why there is this revision.", |m| m.0.reason.as_str().into()),
        field("generation", Kind::Text, "Digest of its inputs and of what computed it.", |m| {
            m.0.generation.as_str().into()
        }),
        field("result", Kind::Text, "SHA-256 of everything computed.", |m| m.0.result.as_str().into()),
    ];
}

/// `/api/months`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let mut rows = Vec::new();
    for month in &asked.chosen.months {
        let current = asked.site.store.current(month).await?;
        rows.extend(current.map(|(_, head)| Published(head)));
    }
    let body = asked.part_of(rows, |row| row.0.month.clone())?;
    Ok((asked, body))
}
