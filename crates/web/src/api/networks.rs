use measure::framework::ScoreKey;
use routing::Asn;
use serde_json::Value;
use store::{NetworkRow, ReadinessRow};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe};
use super::parameter::{ECONOMY, GRADE_PARAMETERS, NO_DATA};
use super::problem::Problem;

/// How many networks one question by grade looks at; what it has not seen is behind `links.next`.
const EXAMINED_MAX: usize = 4_000;

/// Networks read at a time.
const READ_AT_ONCE: i64 = 1_000;

/// Words of a grade.
pub(super) const GRADE: Kind = Kind::Word(&["ready", "aspiring", "lagging"]);

/// A network with its scores.
pub(crate) struct Graded {
    network: NetworkRow,
    readiness: Option<ReadinessRow>,
}

impl Graded {
    fn score_row(&self, key: ScoreKey) -> Option<&store::ScoreRow> {
        self.readiness.as_ref()?.scores.iter().find(|score| score.key == key.as_str())
    }

    fn score(&self, key: ScoreKey) -> Value {
        self.score_row(key).and_then(|score| score.score).into()
    }

    fn grade(&self, key: ScoreKey) -> Value {
        self.score_row(key).and_then(|score| score.grade.as_deref()).into()
    }
}

const SCORE: &str = "Score from 0 to 1; null without data.";
const GRADED: &str = "Its grade; null without data.";

impl Resource for Graded {
    const NAME: &'static str = "GradedNetwork";
    const FIELDS: &'static [Field<Self>] = &[
        field("asn", Kind::Asn, "Its AS number.", |n| n.network.asn.into()),
        maybe("name", Kind::Text, "Its name.", |n| n.network.name.as_deref().into()),
        maybe("organisation", Kind::Text, "Who holds it.", |n| n.network.organisation.as_deref().into()),
        maybe("economy", Kind::Text, "Registered economy, ISO 3166-1 alpha-2 or ZZ, EU, AP.", |n| {
            n.network.economy.as_deref().into()
        }),
        field("registry", Kind::Text, "Its registry, or `registry not loaded`.", |n| {
            n.network.registry.as_str().into()
        }),
        field("routes_ipv4", Kind::Integer, "Distinct IPv4 prefixes it originated.", |n| {
            n.network.routes[0].into()
        }),
        field("routes_ipv6", Kind::Integer, "Distinct IPv6 prefixes it originated.", |n| {
            n.network.routes[1].into()
        }),
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
    let mut last = match asked.after()? {
        Some(key) => key.parse::<Asn>().map_err(|_| asked.lost())?.0.into(),
        None => -1,
    };
    let economy = asked.value(&ECONOMY).map(str::to_ascii_uppercase);
    let wanted: Vec<(ScoreKey, &str)> =
        GRADE_PARAMETERS.iter().filter_map(|(key, p)| Some((*key, asked.value(p)?))).collect();
    let mut rows: Vec<Graded> = Vec::new();
    let mut examined = 0;
    // Grades stand in documents, not in columns: networks are looked at in their order until the part is
    // full or enough were looked at for one answer.
    let more = loop {
        let read_max = if wanted.is_empty() { asked.limit_and_one() } else { READ_AT_ONCE };
        let (id, framework) = (asked.publication(), asked.framework());
        let read =
            asked.site.store.networks_graded(id, framework, economy.as_deref(), last, read_max).await?;
        let whole = (read.len() as i64) < read_max;
        let mut full = false;
        for (network, readiness) in read {
            let row = Graded { network, readiness };
            let meets =
                wanted.iter().all(|(key, grade)| row.grade(*key).as_str().unwrap_or(NO_DATA) == *grade);
            if meets && rows.len() == asked.limit {
                full = true;
                break;
            }
            last = i64::from(row.network.asn);
            examined += 1;
            rows.extend(meets.then_some(row));
        }
        if full || whole || examined >= EXAMINED_MAX {
            break full || !whole;
        }
    };
    let body = asked.part_before(&rows, more.then(|| last.to_string()));
    Ok((asked, body))
}
