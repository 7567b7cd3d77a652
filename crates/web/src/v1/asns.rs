//! AS numbers: those of participants, and all of a month.

use std::collections::BTreeSet;

use routing::Asn;
use serde_json::{Value, json};
use store::NetworkRow;

use super::answer::Asked;
use super::shape::{Shape, member};
use crate::api::parameter;
use crate::api::problem::{self, Problem};

/// Networks read at once.
const NETWORKS_READ: i64 = 5_000;

/// AS numbers of everybody who takes part in the month; `None` where no list of participants is loaded.
fn of_participants(asked: &Asked) -> Option<BTreeSet<u32>> {
    let participants = &asked.chosen.edition.participants;
    let networks = participants.iter().flat_map(|row| &row.networks).filter(|network| network.counted);
    (!participants.is_empty()).then(|| networks.map(|network| network.asn).collect())
}

pub(crate) fn list_shape() -> Shape {
    Shape::Object(vec![member("asns", Shape::Asn.list(), "Ascending.")])
}

/// `/v1/asns`
pub(crate) async fn list(asked: &Asked) -> Result<Value, Problem> {
    match of_participants(asked) {
        Some(asns) => Ok(json!({ "asns": asns })),
        None => Err(super::conformance::unknown(asked, "participants of any programme")),
    }
}

pub(crate) fn one_shape() -> Shape {
    Shape::Object(vec![
        member("number", Shape::Asn, "The AS number."),
        member("name", Shape::Text.or_null(), "Its name; null where no list of names loaded has one."),
        member(
            "status",
            Shape::Text.or_null(),
            "Always null: what the original says here is not publicly known.",
        ),
        member(
            "manrs",
            Shape::Boolean.or_null(),
            "Whether a participant has it; null where no list of participants is loaded.",
        ),
        member(
            "rir_status",
            Shape::Text.or_null(),
            "Its status in the registry's delegation file, such as `assigned`; null where none loaded has it.",
        ),
    ])
}

fn network(row: &NetworkRow, participants: Option<&BTreeSet<u32>>) -> Value {
    told(row.asn, row.name.clone(), row.status.clone(), participants)
}

fn told(
    asn: u32,
    name: Option<String>,
    status: Option<String>,
    participants: Option<&BTreeSet<u32>>,
) -> Value {
    json!({
        "number": asn,
        "name": name,
        "status": null,
        "manrs": participants.map(|asns| asns.contains(&asn)),
        "rir_status": status,
    })
}

pub(crate) fn info_shape() -> Shape {
    Shape::Object(vec![member("asns", one_shape().list(), "By AS number.")])
}

/// `/v1/asns/info`: from the columns that are kept in memory, without reading a document.
pub(crate) async fn info(asked: &Asked) -> Result<Value, Problem> {
    let participants = of_participants(asked);
    let directory = asked.chosen.edition.directory(&asked.site.store).await?;
    let Some(statuses) = &directory.statuses else { return info_of_rows(asked, participants.as_ref()).await };
    let all = directory.asns.iter().enumerate().map(|(at, asn)| {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        told(*asn, some(directory.names.get(at)), some(statuses.get(at)), participants.as_ref())
    });
    Ok(json!({ "asns": all.collect::<Vec<_>>() }))
}

/// The same of a publication from before the columns had all of it.
async fn info_of_rows(asked: &Asked, participants: Option<&BTreeSet<u32>>) -> Result<Value, Problem> {
    let (mut all, mut after) = (Vec::new(), -1);
    loop {
        let rows = asked.site.store.networks(asked.chosen.edition.id, after, NETWORKS_READ).await?;
        let Some(last) = rows.last() else { break };
        after = i64::from(last.asn);
        all.extend(rows.iter().map(|row| network(row, participants)));
    }
    Ok(json!({ "asns": all }))
}

/// `/v1/asns/info/{asn}`
pub(crate) async fn one(asked: &Asked) -> Result<Value, Problem> {
    Ok(network(&named(asked).await?, of_participants(asked).as_ref()))
}

/// The network that the path names, which must be in the month.
pub(crate) async fn named(asked: &Asked) -> Result<NetworkRow, Problem> {
    let Asn(asn) = parameter::asn(&asked.named)?;
    let found = asked.site.store.network(asked.chosen.edition.id, asn).await?;
    found.ok_or_else(|| {
        let detail = format!(
            "AS{asn} is not in the data of {}: no collector loaded showed a route of it, and no delegation file \
             loaded lists it as allocated or assigned",
            asked.month()
        );
        Problem::new(problem::UNKNOWN_NETWORK, detail)
    })
}
