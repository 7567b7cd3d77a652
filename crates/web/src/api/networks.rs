use measure::framework::ScoreKey;
use routing::{Asn, Region};
use serde_json::Value;
use store::{Directory, ScoreColumns};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe};
use super::parameter::{ECONOMY, GRADE_PARAMETERS, NO_DATA, REGION};
use super::problem::Problem;
use crate::area::Place;

/// Words of a grade.
pub(super) const GRADE: Kind = Kind::Word(&["ready", "aspiring", "lagging"]);

/// A network with its scores.
pub(crate) struct Graded {
    asn: u32,
    name: String,
    organisation: String,
    economy: String,
    registry: String,
    routes: [u64; 2],
    scores: Vec<(String, Option<f64>, Option<&'static str>)>,
}

impl Graded {
    fn of(directory: &Directory, columns: &ScoreColumns, place: usize) -> Graded {
        let score =
            |column: &store::ScoreColumn| (column.key.clone(), column.scores[place], column.grade(place));
        Graded {
            asn: directory.asns[place],
            name: directory.names.get(place).to_owned(),
            organisation: directory.organisations.get(place).to_owned(),
            economy: directory.economies.get(place).to_owned(),
            registry: directory.registries.get(place).to_owned(),
            routes: [directory.routes_ipv4[place], directory.routes_ipv6[place]],
            scores: columns.columns.iter().map(score).collect(),
        }
    }

    fn score(&self, key: ScoreKey) -> Value {
        self.scores.iter().find(|(known, ..)| known == key.as_str()).and_then(|(_, score, _)| *score).into()
    }

    fn grade(&self, key: ScoreKey) -> Value {
        self.scores.iter().find(|(known, ..)| known == key.as_str()).and_then(|(.., grade)| *grade).into()
    }
}

/// Null where nothing is known.
fn known(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

const SCORE: &str = "Score from 0 to 1; null without data.";
const GRADED: &str = "Its grade; null without data.";

impl Resource for Graded {
    const NAME: &'static str = "GradedNetwork";
    const FIELDS: &'static [Field<Self>] = &[
        field("asn", Kind::Asn, "Its AS number.", |n| n.asn.into()),
        maybe("name", Kind::Text, "Its name.", |n| known(&n.name)),
        maybe("organisation", Kind::Text, "Who holds it.", |n| known(&n.organisation)),
        maybe("economy", Kind::Text, "Registered economy, ISO 3166-1 alpha-2 or ZZ, EU, AP.", |n| {
            known(&n.economy)
        }),
        field("registry", Kind::Text, "Its registry, or `registry not loaded`.", |n| {
            n.registry.as_str().into()
        }),
        field("routes_ipv4", Kind::Integer, "Distinct IPv4 prefixes it originated.", |n| n.routes[0].into()),
        field("routes_ipv6", Kind::Integer, "Distinct IPv6 prefixes it originated.", |n| n.routes[1].into()),
        maybe("filtering", Kind::Number, SCORE, |n| n.score(ScoreKey::Filtering)),
        maybe("filtering_grade", GRADE, GRADED, |n| n.grade(ScoreKey::Filtering)),
        maybe("anti_spoofing", Kind::Number, SCORE, |n| n.score(ScoreKey::AntiSpoofing)),
        maybe("anti_spoofing_grade", GRADE, GRADED, |n| n.grade(ScoreKey::AntiSpoofing)),
        maybe("coordination", Kind::Number, SCORE, |n| n.score(ScoreKey::Coordination)),
        maybe("coordination_grade", GRADE, GRADED, |n| n.grade(ScoreKey::Coordination)),
        maybe("routing_information_irr", Kind::Number, SCORE, |n| n.score(ScoreKey::RoutingInformationIrr)),
        maybe("routing_information_irr_grade", GRADE, GRADED, |n| n.grade(ScoreKey::RoutingInformationIrr)),
        maybe("routing_information_rpki", Kind::Number, SCORE, |n| n.score(ScoreKey::RoutingInformationRpki)),
        maybe("routing_information_rpki_grade", GRADE, GRADED, |n| n.grade(ScoreKey::RoutingInformationRpki)),
    ];
}

/// `/api/networks`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let edition = &asked.chosen.edition;
    let directory = edition.directory(&asked.site.store).await?;
    let columns = edition.columns(&asked.site.store, asked.framework()).await?;
    let first = match asked.after()? {
        Some(key) => {
            let last = key.parse::<Asn>().map_err(|_| asked.lost())?;
            directory.asns.partition_point(|asn| *asn <= last.0)
        }
        None => 0,
    };
    let economy = asked.value(&ECONOMY).map(|code| Place::Economy(code.to_ascii_uppercase()));
    let region = asked.value(&REGION).and_then(Region::with_slug).map(Place::Region);
    let inside: Vec<Vec<bool>> =
        [economy, region].into_iter().flatten().map(|place| place.contains(directory)).collect();
    // A score that the framework does not have is no data of everybody.
    let grades: Vec<(Option<&store::ScoreColumn>, &str)> = GRADE_PARAMETERS
        .iter()
        .filter_map(|(key, parameter)| {
            let column = columns.columns.iter().find(|column| column.key == key.as_str());
            Some((column, asked.value(parameter)?))
        })
        .collect();
    let grade = |column: Option<&store::ScoreColumn>, place: usize| column?.grade(place);
    let rows: Vec<Graded> = (first..directory.asns.len())
        .filter(|&place| inside.iter().all(|inside| inside[place]))
        .filter(|&place| grades.iter().all(|(column, is)| grade(*column, place).unwrap_or(NO_DATA) == *is))
        .take(asked.limit + 1)
        .map(|place| Graded::of(directory, columns, place))
        .collect();
    let body = asked.part(rows, |row| row.asn.to_string());
    Ok((asked, body))
}
