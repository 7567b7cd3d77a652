//! The networks of participants against all others: scores, incidents, ROAs.

use std::collections::{BTreeMap, BTreeSet};

use measure::aggregate::{Aggregate, aggregate};
use measure::framework::Framework;
use pipeline::month::{Graded, Outcome};
use routing::{Asn, Region, RegionKind};
use store::{CoverageRow, IncidentFiguresRow, PopulationRow, PopulationsRow};

use super::rows::grade_counts;

/// The region of networks whose economy has none.
const UNKNOWN_REGION: &str = "unknown";

/// Compares the networks among `theirs` with all others and with everybody, under one framework. `observed` is
/// false of a month without BGP data, whose incidents nobody knows.
pub fn populations(
    framework: &Framework,
    graded: &Graded,
    outcome: &Outcome,
    theirs: &BTreeSet<Asn>,
    observed: bool,
) -> PopulationsRow {
    let population = |of: &dyn Fn(Asn) -> bool| population(framework, graded, outcome, of, observed);
    PopulationsRow {
        participants: population(&|asn| theirs.contains(&asn)),
        others: population(&|asn| !theirs.contains(&asn)),
        everybody: population(&|_| true),
    }
}

fn population(
    framework: &Framework,
    graded: &Graded,
    outcome: &Outcome,
    of: &dyn Fn(Asn) -> bool,
    observed: bool,
) -> PopulationRow {
    let networks = || outcome.networks.iter().enumerate().filter(|(_, network)| of(network.asn));
    let scores = framework.scores.iter().map(|rule| {
        let pooled: Aggregate = aggregate(
            framework.aggregation.area,
            &rule.grades,
            networks().filter_map(|(i, network)| {
                let action = graded.readiness[i].action(rule.key)?;
                Some((network.asn, action.score.as_ref().copied()))
            }),
        );
        grade_counts(rule.key, &pooled)
    });
    let mut regions: BTreeMap<String, CoverageRow> = BTreeMap::new();
    let mut roas: Option<CoverageRow> = None;
    for (_, network) in networks() {
        let Some(states) = network.rpki else { continue };
        roas.get_or_insert_default().add(states);
        let economy = network.economy.as_ref().map(|(code, _)| code.as_str());
        regions.entry(region(economy).to_owned()).or_default().add(states);
    }
    regions.retain(|_, coverage| coverage.networks > 0);
    PopulationRow {
        networks: networks().count() as u64,
        scores: scores.collect(),
        incidents: observed.then(|| incidents(graded, of)),
        roas,
        regions,
    }
}

fn region(economy: Option<&str>) -> &'static str {
    let mut of = economy.into_iter().flat_map(|code| Region::of_economy(code).into_iter().flatten());
    of.find(|region| region.kind == RegionKind::Un).map_or(UNKNOWN_REGION, |region| region.slug)
}

/// Incidents by who answers for them: the culprit under M1 to M4, those who passed them on under the metrics
/// whose code ends in C.
fn incidents(graded: &Graded, of: &dyn Fn(Asn) -> bool) -> IncidentFiguresRow {
    let mut figures = IncidentFiguresRow::default();
    let mut culprits = BTreeSet::new();
    for incident in &graded.incidents {
        let key = &incident.merged.key;
        match of(key.asn) {
            false => {}
            true if key.metric.is_accomplice() => figures.passed_on += 1,
            true => {
                figures.caused += 1;
                culprits.insert(key.asn);
            }
        }
    }
    figures.culprits = culprits.len() as u64;
    figures
}
