//! Participants' networks against everybody's over the published months, by region, and the growth by approvals.

use measure::framework::ScoreKey;
use serde_json::Value;
use store::{CoverageRow, GradeCounts, PopulationRow, ProgrammeRow};

use super::answer::Body;
use super::asked::Asked;
use super::field::{Field, Kind, Resource, field, maybe};
use super::parameter::{Holds, Parameter};
use super::problem::Problem;
use crate::statistics::growth::{By, Reached, growth};
use crate::statistics::series::{
    ALL, POPULATIONS, per_hundred, populations, programmes, ready, valid, with_valid, word_of,
};

/// The programmes that statistics are of, all together first.
const PROGRAMMES: &[&str] = &[ALL, "network-operators", "ixps", "cdns-and-clouds", "equipment-vendors"];

const PROGRAMME: &str = "The programme; `all` for all together.";
const POPULATION_WORDS: &[&str] = &[POPULATIONS[0].0, POPULATIONS[1].0, POPULATIONS[2].0];
const POPULATION: &str = "Networks of its participants, all other networks, or all networks.";

/// Narrows statistics to one programme.
pub(crate) const OF_PROGRAMME: Parameter = Parameter {
    name: "programme",
    holds: Holds::Word(PROGRAMMES),
    about: "Only of this programme; `all` is all together.",
    example: "network-operators",
};

/// How long the periods of growth are.
pub(crate) const BY: Parameter = Parameter {
    name: "by",
    holds: Holds::Word(&By::WORDS),
    about: "How long a period is; a year when not given.",
    example: "quarter",
};

/// A population of a programme in a month.
pub(crate) struct Statistic {
    month: String,
    row: ProgrammeRow,
    population: &'static str,
    /// Nothing where the programme's lists name no networks.
    figures: Option<PopulationRow>,
}

impl Statistic {
    fn own(&self, number: fn(&PopulationRow) -> Option<Value>) -> Value {
        self.figures.as_ref().and_then(number).unwrap_or(Value::Null)
    }

    fn roas(&self, number: fn(&CoverageRow) -> Value) -> Value {
        let roas = self.figures.as_ref().and_then(|figures| figures.roas.as_ref());
        roas.map_or(Value::Null, number)
    }

    fn score(&self, key: ScoreKey, number: fn(&GradeCounts) -> Option<f64>) -> Value {
        let scores = self.figures.iter().flat_map(|figures| &figures.scores);
        let score = scores.into_iter().find(|score| score.key == key.as_str());
        score.and_then(number).into()
    }

    fn total(&self, number: fn(&ProgrammeRow) -> u64) -> Value {
        number(&self.row).into()
    }
}

const MEAN: &str = "Mean score of its networks with data; null without any.";
const READY: &str = "Share of the grade ready among them, from 0 to 1.";

macro_rules! scored {
    ($($own:expr,)+; $($key:ident: $mean:literal $ready:literal),+) => {
        &[
            $($own,)+
            $(
                maybe($mean, Kind::Number, MEAN, |s| s.score(ScoreKey::$key, |score| score.mean)),
                maybe($ready, Kind::Number, READY, |s| s.score(ScoreKey::$key, ready)),
            )+
        ]
    };
}

const NO_BGP: &str = "null where nothing was observed in the month.";

impl Resource for Statistic {
    const NAME: &'static str = "Statistic";
    const FIELDS: &'static [Field<Self>] = scored![
        field("month", Kind::Month, "The month.", |s| s.month.as_str().into()),
        field("programme", Kind::Word(PROGRAMMES), PROGRAMME, |s| word_of(&s.row.programme).into()),
        field("population", Kind::Word(POPULATION_WORDS), POPULATION, |s| s.population.into()),
        field("participants", Kind::Integer, "Participants of the programme.", |s| {
            s.total(|row| row.participants)
        }),
        field("asns", Kind::Integer, "Networks they list, each counted once.", |s| s.total(|row| row.asns)),
        field("economies", Kind::Integer, "Economies they serve, each counted once.", |s| {
            s.total(|row| row.economies)
        }),
        maybe(
            "networks",
            Kind::Integer,
            "Networks of the population that the month knows; null where the programme lists none.",
            |s| s.own(|own| Some(own.networks.into()))
        ),
        maybe("incidents_caused", Kind::Integer, NO_BGP, |s| s.own(|own| Some(own.incidents?.caused.into()))),
        maybe("networks_that_caused", Kind::Integer, NO_BGP, |s| {
            s.own(|own| Some(own.incidents?.culprits.into()))
        }),
        maybe("incidents_passed_on", Kind::Integer, NO_BGP, |s| {
            s.own(|own| Some(own.incidents?.passed_on.into()))
        }),
        maybe("incidents_caused_per_100", Kind::Number, "Per 100 networks of the population.", |s| {
            s.own(|own| Some(per_hundred(own)?.into()))
        }),
        maybe("networks_with_routes", Kind::Integer, "Networks that originate a route.", |s| {
            s.roas(|roas| roas.networks.into())
        }),
        maybe("networks_with_valid_route", Kind::Integer, "Of them with at least one valid route.", |s| {
            s.roas(|roas| roas.with_valid.into())
        }),
        maybe("networks_with_valid_route_share", Kind::Number, "The share of these, from 0 to 1.", |s| {
            s.roas(|roas| with_valid(roas).into())
        }),
        maybe("routes", Kind::Integer, "Routes, IPv4 and IPv6; null without VRPs.", |s| {
            s.roas(|roas| roas.all().into())
        }),
        maybe("routes_valid", Kind::Integer, "Of them RPKI valid.", |s| s.roas(|roas| roas.valid().into())),
        maybe("routes_valid_share", Kind::Number, "The share of these, from 0 to 1.", |s| {
            s.roas(|roas| valid(roas).into())
        }),
        ;
        Filtering: "filtering" "filtering_ready_share",
        AntiSpoofing: "anti_spoofing" "anti_spoofing_ready_share",
        Coordination: "coordination" "coordination_ready_share",
        RoutingInformationIrr: "routing_information_irr" "routing_information_irr_ready_share",
        RoutingInformationRpki: "routing_information_rpki" "routing_information_rpki_ready_share"
    ];
}

/// ROA coverage of a population in a region.
pub(crate) struct RegionCoverage {
    programme: String,
    population: &'static str,
    region: String,
    own: CoverageRow,
}

impl Resource for RegionCoverage {
    const NAME: &'static str = "RegionCoverage";
    const FIELDS: &'static [Field<Self>] = &[
        field("programme", Kind::Word(PROGRAMMES), PROGRAMME, |r| word_of(&r.programme).into()),
        field("population", Kind::Word(POPULATION_WORDS), POPULATION, |r| r.population.into()),
        field(
            "region",
            Kind::Text,
            "Region of UN M49 of the networks' registered economies; `unknown` where that has none.",
            |r| r.region.as_str().into(),
        ),
        field("networks_with_routes", Kind::Integer, "Networks that originate a route.", |r| {
            r.own.networks.into()
        }),
        field("networks_with_valid_route", Kind::Integer, "Of them with at least one valid route.", |r| {
            r.own.with_valid.into()
        }),
        maybe("networks_with_valid_route_share", Kind::Number, "The share of these, from 0 to 1.", |r| {
            with_valid(&r.own).into()
        }),
        field("valid_ipv4", Kind::Integer, "Valid IPv4 routes.", |r| r.own.routes[0][0].into()),
        field("invalid_ipv4", Kind::Integer, "Invalid IPv4 routes.", |r| r.own.routes[0][1].into()),
        field("not_found_ipv4", Kind::Integer, "IPv4 routes without a VRP.", |r| r.own.routes[0][2].into()),
        field("valid_ipv6", Kind::Integer, "Valid IPv6 routes.", |r| r.own.routes[1][0].into()),
        field("invalid_ipv6", Kind::Integer, "Invalid IPv6 routes.", |r| r.own.routes[1][1].into()),
        field("not_found_ipv6", Kind::Integer, "IPv6 routes without a VRP.", |r| r.own.routes[1][2].into()),
        maybe("routes_valid_share", Kind::Number, "Share of valid routes, from 0 to 1.", |r| {
            valid(&r.own).into()
        }),
    ];
}

/// What a programme had reached by the end of a period.
pub(crate) struct Approvals {
    programme: &'static str,
    row: Reached,
}

impl Resource for Approvals {
    const NAME: &'static str = "Approvals";
    const FIELDS: &'static [Field<Self>] = &[
        field("programme", Kind::Word(PROGRAMMES), PROGRAMME, |a| word_of(a.programme).into()),
        field("period", Kind::Text, "`2018`, `2018-Q3` or `2018-08`.", |a| a.row.period.as_str().into()),
        field("approved", Kind::Integer, "Participants approved in it.", |a| a.row.approved.into()),
        field("participants", Kind::Integer, "Participants approved by its end.", |a| {
            a.row.participants.into()
        }),
        field("asns", Kind::Integer, "Their networks by then, each counted once.", |a| a.row.networks.into()),
        field("economies", Kind::Integer, "Economies they serve, each counted once.", |a| {
            a.row.economies.into()
        }),
    ];
}

/// Whether a programme is asked for.
fn wanted(asked: &Asked, programme: &str) -> bool {
    asked.value(&OF_PROGRAMME).is_none_or(|word| word == word_of(programme))
}

/// `/api/statistics`
pub(crate) async fn list(asked: Asked) -> Result<(Asked, Body), Problem> {
    let history = asked.site.store.programmes_history(asked.framework()).await?;
    let mut rows = Vec::new();
    for (month, row) in history.into_iter().filter(|(_, row)| wanted(&asked, &row.programme)) {
        let of = populations(&row);
        for (place, (population, _)) in POPULATIONS.iter().enumerate() {
            rows.push(Statistic {
                month: month.clone(),
                row: ProgrammeRow { populations: None, ..row.clone() },
                population,
                figures: of.get(place).map(|(_, _, figures)| (*figures).clone()),
            });
        }
    }
    let key = |s: &Statistic| format!("{} {} {}", s.month, word_of(&s.row.programme), s.population);
    let body = asked.part_of(rows, key)?;
    Ok((asked, body))
}

/// `/api/statistics/regions`
pub(crate) async fn regions(asked: Asked) -> Result<(Asked, Body), Problem> {
    let of_month = asked.chosen.edition.programmes.iter();
    let mut rows = Vec::new();
    for row in of_month.filter(|row| row.framework == asked.framework() && wanted(&asked, &row.programme)) {
        for (population, _, figures) in populations(row) {
            rows.extend(figures.regions.iter().map(|(region, own)| RegionCoverage {
                programme: row.programme.clone(),
                population,
                region: region.clone(),
                own: *own,
            }));
        }
    }
    let key = |r: &RegionCoverage| format!("{} {} {}", word_of(&r.programme), r.population, r.region);
    let body = asked.part_of(rows, key)?;
    Ok((asked, body))
}

/// `/api/statistics/approvals`
pub(crate) async fn approvals(asked: Asked) -> Result<(Asked, Body), Problem> {
    let by = By::of(asked.value(&BY));
    let mut rows = Vec::new();
    if let Ok(until) = asked.month().parse() {
        for (programme, _) in programmes().filter(|(programme, _)| wanted(&asked, programme)) {
            let participants = asked.chosen.edition.participants.iter();
            let of = participants.filter(|row| programme.is_empty() || row.programme == programme);
            rows.extend(growth(of, by, until).reached.into_iter().map(|row| Approvals { programme, row }));
        }
    }
    let body = asked.part_of(rows, |a| format!("{} {}", word_of(a.programme), a.row.period))?;
    Ok((asked, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_programme_can_be_asked_for() {
        let known: std::collections::BTreeSet<&str> = programmes().map(|(id, _)| word_of(id)).collect();
        assert_eq!(known, PROGRAMMES.iter().copied().collect());
    }
}
