//! What became of a network, an economy or a participant over the published months.

use routing::Asn;

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe};
use super::networks::GRADE;
use super::parameter;
use super::problem::{self, Problem};
use crate::history::{Of, Past, of_area, of_network, of_participant};

const OF: Kind = Kind::Word(&[Of::Score.word(), Of::Metric.word()]);

impl Resource for Past {
    const NAME: &'static str = "PastValue";
    const FIELDS: &'static [Field<Self>] = &[
        field("month", Kind::Month, "The month.", |p| p.month.as_str().into()),
        field("of", OF, "Whether it is a score or a metric.", |p| p.of.word().into()),
        field("key", Kind::Text, "Key of the score, or code of the metric.", |p| p.key.as_str().into()),
        maybe("value", Kind::Number, "The value; null when unknown.", |p| p.value.into()),
        maybe("grade", GRADE, "Its grade, where one is given.", |p| p.grade.as_deref().into()),
        maybe("unknown", Kind::Text, "Why there is no value.", |p| p.unknown.as_deref().into()),
        maybe(
            "networks_with_data",
            Kind::Integer,
            "Networks that it is the mean of, where it is of several.",
            |p| p.networks.map(|(with, _)| with).into(),
        ),
        maybe("networks_without_data", Kind::Integer, "Networks left out of it.", |p| {
            p.networks.map(|(_, without)| without).into()
        }),
        maybe("because", Kind::Text, "What a network’s metric rests on.", |p| p.because.as_deref().into()),
    ];
}

/// `/api/networks/{asn}/history`
pub(crate) async fn network(asked: Asked) -> Result<(Asked, Body), Problem> {
    let asn = Asn(asked.network().await?.asn);
    let history = of_network(&asked.site, asked.framework(), asn.0).await?;
    answer(asked, history)
}

/// `/api/economies/{economy}/history`
pub(crate) async fn economy(asked: Asked) -> Result<(Asked, Body), Problem> {
    let code = asked.named.to_ascii_uppercase();
    let history = of_area(&asked.site, asked.framework(), "economy", &code).await?;
    if history.is_empty() {
        let detail =
            format!("no network of any month graded by {} is registered in {code}", asked.framework());
        return Err(Problem::new(problem::UNKNOWN_ECONOMY, detail));
    }
    answer(asked, history)
}

/// `/api/participants/{participant}/history`
pub(crate) async fn participant(asked: Asked) -> Result<(Asked, Body), Problem> {
    let (programme, id) = parameter::participant(&asked.named)?;
    let (programme, id) = (programme.to_owned(), id.to_owned());
    let history = of_participant(&asked.site, asked.framework(), &programme, &id).await?;
    if history.is_empty() {
        let detail =
            format!("no list used for any month graded by {} holds `{id}` in {programme}", asked.framework());
        return Err(Problem::new(problem::UNKNOWN_PARTICIPANT, detail));
    }
    answer(asked, history)
}

/// The months up to the one asked for.
fn answer(asked: Asked, history: Vec<Past>) -> Result<(Asked, Body), Problem> {
    let until = asked.month().to_owned();
    let rows = history.into_iter().filter(|past| past.month <= until).collect();
    let body = asked.part_of(rows, |past| format!("{} {} {}", past.month, past.of.word(), past.key))?;
    Ok((asked, body))
}
